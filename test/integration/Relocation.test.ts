import { rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/relocation/input.js";
import { runRelocation } from "../../scripts/scenarios/relocation/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/relocation.json";

describe("scenario relocation", function () {
  this.timeout(180_000);

  it("pays every household what the formula makes it, once, after publicity and approvals", async function () {
    const { checks, text } = await runRelocation(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "Wang Jun, round 1: approved on the day it was agreed",
      "Wang Jun: the first archive is what it was",
      "paid before anybody has approved",
      "paid again",
      "Zhao Min: the claim waits",
      "Chen Tao: a second file",
      "the office takes its fund back",
      "approved and paid are one sum",
      "the relocation contract owns nothing",
      "an auditor adds the events up to the same sum",
    ]);
    expect(text).to.contain("by the formula");
  });

  context("given an input that contradicts itself", function () {
    const early = "reports/relocation-early.json";

    afterEach(async function () {
      await rm(early, { force: true });
    });

    it("says in one sentence whose agreement is still public", async function () {
      const input = await readInput(INPUT);
      await writeAtomically(early, JSON.stringify({ ...input, approved: "2026-04-02" }));
      const sentence = await readInput(early).then(
        () => "it was read",
        (error: unknown) => sentenceOf(error),
      );
      expect(sentence).to.equal(
        `${early}: Wang Jun's agreement is still public when it is approved; choose a later day.`,
      );
    });
  });
});
