import { rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { runDefault } from "../../scripts/scenarios/drills/default.js";
import { runFreeze } from "../../scripts/scenarios/drills/freeze.js";
import { runHalt } from "../../scripts/scenarios/drills/halt.js";
import { readInput } from "../../scripts/scenarios/drills/input.js";
import { runTheft } from "../../scripts/scenarios/drills/theft.js";
import { runUpgrade } from "../../scripts/scenarios/drills/upgrade.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/drills.json";

/** What every drill ends with. */
const INVARIANTS = [
  "CNY: supply is what was issued less what was redeemed",
  "CNY: supply is the sum of all reserves",
  "CNY: supply is the sum of all balances",
  "CNY: no contract owns money",
  "CNY: held is the sum of what is left of holds, and no more than the balance",
  "HKD: supply is the sum of all balances",
  "no instruction ended twice",
  "the status of every instruction is what ended it",
];

const DRILLS = [
  {
    name: "drill-freeze-mid-settlement",
    run: runFreeze,
    checks: ["two deals have settled, and the third never will", "deal 3 is settled after all"],
  },
  {
    name: "drill-member-default",
    run: runDefault,
    checks: ["every bank has its net position of the cycle", "the bank in default has nothing left"],
  },
  {
    name: "drill-role-theft",
    run: runTheft,
    checks: ["the code is what it was", "the new key has the office, with its delay"],
  },
  {
    name: "drill-halt-and-resume",
    run: runHalt,
    checks: ["nothing has moved", "nothing is held any more"],
  },
  {
    name: "drill-upgrade",
    run: runUpgrade,
    checks: ["balances, holds, supply, domain and powers are what they were", "three deals have settled"],
  },
];

describe("drills", function () {
  this.timeout(180_000);

  for (const { name, run, checks: named } of DRILLS) {
    it(`${name}: a timeline with blocks and seconds, and every invariant holds at its end`, async function () {
      const { checks, text } = await run(await network.create({ chainType: "l1" }), await readInput(INPUT));
      const { scenario, ok, checks: all } = checks.report();
      expect(scenario).to.equal(name);
      expect(all.filter((check) => !check.ok)).to.deep.equal([]);
      expect(ok).to.equal(true);
      expect(all.map((check) => check.name)).to.include.members([...named, ...INVARIANTS]);
      expect(text).to.match(/block +│ seconds/);
      expect(text).to.match(/\+\d+ s/);
    });
  }

  context("given an input in which nobody defaults", function () {
    const able = "reports/drills-able.json";

    afterEach(async function () {
      await rm(able, { force: true });
    });

    it("says so in one sentence", async function () {
      const input = await readInput(INPUT);
      const netting = { ...input.netting, default: { ...input.netting.default, amount: "10.00" } };
      await writeAtomically(able, JSON.stringify({ ...input, netting }));
      const sentence = await readInput(able).then(
        () => "it was read",
        (error: unknown) => sentenceOf(error),
      );
      expect(sentence).to.equal(`${able}: the bank that is to default can pay; raise netting.default.amount.`);
    });
  });
});
