import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/mbridge-governance/input.js";
import { runGovernance } from "../../scripts/scenarios/mbridge-governance/run.js";

const INPUT = "scripts/scenarios/inputs/mbridge-governance.json";

describe("scenario mbridge-governance", function () {
  this.timeout(180_000);

  it("admits by all, changes the rulebook by two thirds, suspends by one, and lets a member leave", async function () {
    const { checks } = await runGovernance(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "all but one do not admit",
      "nor behind a resolution",
      "one fewer than two thirds",
      "before the time lock",
      "no other central bank sets it",
      "no withdrawal while money is outstanding",
      "what was being decided is void",
    ]);
  });
});
