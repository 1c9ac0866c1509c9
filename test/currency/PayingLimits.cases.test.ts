import { expect } from "chai";
import { WALLET_CLASSES } from "../../sdk/limits.js";
import { openChain } from "../support/chain.js";
import { UNLIMITED, loadLimits } from "../support/currency.js";
import { PAYING_PATHS } from "../support/paths.js";
import { SIDES, moneyOf } from "../support/subjects.js";
import { limitsOfPaying } from "./PayingLimits.behavior.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

for (const side of SIDES) {
  const limitsOf = await loadLimits(side);

  describe(`limits of paying, ${side === "mainland" ? "ECNY" : "EHKD"}`, function () {
    let f: Awaited<ReturnType<typeof deploy>>;

    async function deploy() {
      return moneyOf(chain, side);
    }

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deploy);
    });

    for (const name of WALLET_CLASSES) {
      const { single } = limitsOf[name];
      if (single === UNLIMITED.amount) continue;

      it(`canTransfer knows the single limit of class ${name}`, async function () {
        const { currency, holder } = f.at;
        expect(await currency.canTransfer(holder[name], f.company, single)).to.equal(true);
        expect(await currency.canTransfer(holder[name], f.company, single + 1n)).to.equal(false);
      });
    }

    limitsOfPaying(chain, limitsOf, PAYING_PATHS, () => f);
  });
}
