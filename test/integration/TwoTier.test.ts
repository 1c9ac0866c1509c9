import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/two-tier/input.js";
import { runTwoTier } from "../../scripts/scenarios/two-tier/run.js";

const INPUT = "scripts/scenarios/inputs/two-tier.json";

describe("scenario two-tier", function () {
  this.timeout(180_000);

  it("pays every class up to each limit and is refused one fen past it", async function () {
    const { checks } = await runTwoTier(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    for (const name of ["II", "III", "IV"]) {
      expect(all.map((check) => check.name)).to.include.members([
        `class ${name}: one fen past the balance cap`,
        `class ${name}: one fen past the single limit`,
        `class ${name}: one fen past the day's limit`,
      ]);
    }
    expect(all.map((check) => check.name)).to.include("class IV: one fen past the year's limit");
  });

  it("finds published limits that are not in force", async function () {
    const input = await readInput(INPUT);
    const IV = { balance: "10000.00", single: "2000.00", day: "5000.00", year: "50000.01" };
    const { checks } = await runTwoTier(await network.create({ chainType: "l1" }), { ...input, published: { IV } });
    const failed = checks.report().checks.filter(({ ok }) => !ok);
    expect(failed.map(({ name }) => name)).to.deep.equal(["class IV: year limit as published"]);
  });
});
