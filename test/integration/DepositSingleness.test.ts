import { rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/deposit-singleness/input.js";
import { runSingleness } from "../../scripts/scenarios/deposit-singleness/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/deposit-singleness.json";

describe("scenario deposit-singleness", function () {
  this.timeout(180_000);

  it("moves central bank money with every deposit, around the clock, and nothing where it is refused", async function () {
    const { checks, text } = await runSingleness(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "1. Harbour Trading pays Kai Tak Logistics 1999999.99 at 10:15: everybody has what the book says",
      "6. Sham Shui Po Textiles pays Kai Tak Logistics 400000.00 at 23:59: nothing moves",
      "8. Sham Shui Po Textiles pays Kai Tak Logistics 400000.00 at 03:12: a second time",
      "TSCHHKT0: money less deposits is what it was",
      "TBHKHKT0: deposits are its customers' and nobody else's",
      "the transfers contract owns no money",
    ]);
    expect(text).to.contain("deposits after");
  });

  context("given an input that contradicts itself", function () {
    const changed = "reports/deposit-singleness-changed.json";

    afterEach(async function () {
      await rm(changed, { force: true });
    });

    it("says in one sentence whose bank is missing", async function () {
      const input = await readInput(INPUT);
      await writeAtomically(changed, JSON.stringify({ ...input, banks: input.banks.slice(0, 2) }));
      const sentence = await readInput(changed).then(
        () => "it was read",
        (error: unknown) => sentenceOf(error),
      );
      expect(sentence).to.equal(`${changed}: the bank of Sham Shui Po Textiles, TSCHHKT0, is not among banks; add it.`);
    });
  });
});
