import { rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/receivable-finance/input.js";
import { runReceivableFinance } from "../../scripts/scenarios/receivable-finance/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/receivable-finance.json";

describe("scenario receivable-finance", function () {
  this.timeout(180_000);

  it("finances parts at two banks and never twice, and divides every payment to the fen", async function () {
    const { checks, text } = await runReceivableFinance(
      await network.create({ chainType: "l1" }),
      await readInput(INPUT),
    );
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "the same declaration at the second bank",
      "two approvals in one block: reserved once",
      "the other bank tries again",
      "an application on a FAILED declaration",
      "first on 2026-05-11: to the fen as by the banker's book",
      "second on 2026-07-10: what is due by the banker's book",
      "the buyer's signature over the declaration, used for the policy",
      "claims and what was collected come to the face",
      "no money came or went",
    ]);
    expect(text).to.contain("What supervision reads");
  });

  context("given an input that contradicts itself", function () {
    const wrong = "reports/receivable-finance-wrong.json";

    afterEach(async function () {
      await rm(wrong, { force: true });
    });

    it("says in one sentence which bank lends too much", async function () {
      const input = await readInput(INPUT);
      const second = { ...input.finances.second, principal: "320000.01" };
      await writeAtomically(wrong, JSON.stringify({ ...input, finances: { ...input.finances, second } }));
      const sentence = await readInput(wrong).then(
        () => "it was read",
        (error: unknown) => sentenceOf(error),
      );
      expect(sentence).to.equal(
        `${wrong}: second lends nothing or more than the advance rate of its face; change principal.`,
      );
    });
  });
});
