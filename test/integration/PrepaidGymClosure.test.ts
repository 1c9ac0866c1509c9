import { rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/prepaid-gym-closure/input.js";
import { runGymClosure } from "../../scripts/scenarios/prepaid-gym-closure/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/prepaid-gym-closure.json";

describe("scenario prepaid-gym-closure", function () {
  this.timeout(180_000);

  it("gives every member the unused part back to the fen, and the gym what was consumed", async function () {
    const { checks, text } = await runGymClosure(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "Wu Hao cools off: all that is unused is free",
      "He Jing: an award above the limit",
      "Luo Min: has the unused part to the fen",
      "the operator captures the hold",
      "the gym gets nothing from its closure on",
      "the gym has what was consumed and nothing else",
      "the card contract owns nothing",
      "recovered is at least the published 90 %",
    ]);
    expect(text).to.contain("loss avoided");
  });

  context("given an input that contradicts itself", function () {
    const late = "reports/prepaid-gym-closure-late.json";

    afterEach(async function () {
      await rm(late, { force: true });
    });

    it("says in one sentence who cools off too late", async function () {
      const input = await readInput(INPUT);
      const members = input.members.map((member) =>
        member.name === "Wu Hao" ? { ...member, coolsOff: "2026-03-27" } : member,
      );
      await writeAtomically(late, JSON.stringify({ ...input, members }));
      const sentence = await readInput(late).then(
        () => "it was read",
        (error: unknown) => sentenceOf(error),
      );
      expect(sentence).to.equal(`${late}: Wu Hao cools off after 7 days or more; choose an earlier day.`);
    });
  });
});
