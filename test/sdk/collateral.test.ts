import { expect } from "chai";
import { UserError } from "../../sdk/errors.js";
import { inOrder, selectCollateral } from "../../sdk/markets/collateral.js";

const PRICE_SCALE = 10n ** 8n;
const [SAFE, RISKY, UNKNOWN] = [1, 2, 3].map((n) => `0x${String(n).padStart(40, "0")}`) as [string, string, string];

const schedule = inOrder([
  { bond: RISKY, haircut: 50_000_000n, limit: 60_000_000n },
  { bond: SAFE, haircut: 0n, limit: 50_000_000n },
]);

describe("selectCollateral", function () {
  it("takes the smallest haircut first, up to its limit, and no unit more than is needed", function () {
    const inventory = [RISKY, SAFE, UNKNOWN].map((bond) => ({ bond, units: 1_000n, price: 3n * PRICE_SCALE }));
    // half of 100 by units of 3, then half by units of 1.50
    expect(selectCollateral(100n, schedule, inventory)).to.deep.equal([
      { bond: SAFE, units: 17n },
      { bond: RISKY, units: 34n },
    ]);
  });

  it("passes over what is worth nothing or is not there", function () {
    const inventory = [
      { bond: SAFE, units: 10n, price: 0n },
      { bond: RISKY, units: 1_000n, price: 2n * PRICE_SCALE },
    ];
    expect(() => selectCollateral(100n, schedule, inventory)).to.throw(
      UserError,
      "leaves 40 minor units of 100 uncovered",
    );
  });
});
