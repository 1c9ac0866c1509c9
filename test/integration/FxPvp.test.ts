import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/fx-pvp/input.js";
import { runFxPvp } from "../../scripts/scenarios/fx-pvp/run.js";

const INPUT = "scripts/scenarios/inputs/fx-pvp.json";

describe("scenario fx-pvp", function () {
  this.timeout(180_000);

  it("exchanges inside both bands, in parts, once, both currencies or neither", async function () {
    const { checks } = await runFxPvp(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "with one central bank's reference alone",
      "HKD 10000.00 at the cross rate",
      "used up",
      "cancelled after a part",
      "neither currency has moved",
      "after the shorter validity",
    ]);
  });

  it("finds a published amount that the rates do not give", async function () {
    const input = await readInput(INPUT);
    const published = { ...input.published, counterAmount: "9142.85" };
    const { checks } = await runFxPvp(await network.create({ chainType: "l1" }), { ...input, published });
    const failed = checks.report().checks.filter(({ ok }) => !ok);
    expect(failed.map(({ name }) => name)).to.deep.equal(["HKD 10000.00 at the cross rate"]);
  });
});
