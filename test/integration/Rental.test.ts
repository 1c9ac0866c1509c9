import { rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/rental/input.js";
import { runRental } from "../../scripts/scenarios/rental/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/rental.json";

describe("scenario rental", function () {
  this.timeout(180_000);

  it("divides every deposit to the fen, and lets no flat twice", async function () {
    const { checks, text } = await runRental(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "listed without a title",
      "Rongxi 1-1-102: let twice for one time",
      "Gao Lei: rent 2 before it is due",
      "He Ping: more than was claimed",
      "Song Yan: a ruling after the deadline",
      "deducted and returned are the deposit, lease by lease",
      "the landlord has rents and deductions and nothing else",
      "the rental contract owns nothing",
    ]);
    expect(text).to.contain("What became of the deposits");
  });

  context("given an input that contradicts itself", function () {
    const wrong = "reports/rental-wrong.json";

    afterEach(async function () {
      await rm(wrong, { force: true });
    });

    it("says in one sentence which flat comes back too early", async function () {
      const input = await readInput(INPUT);
      const flats = input.flats.map((flat, index) => (index === 1 ? { ...flat, returned: "2026-06-01" } : flat));
      await writeAtomically(wrong, JSON.stringify({ ...input, flats }));
      const sentence = await readInput(wrong).then(
        () => "it was read",
        (error: unknown) => sentenceOf(error),
      );
      expect(sentence).to.equal(
        `${wrong}: Rongxi 1-1-102 is returned before its term ends, or a month later; choose another day.`,
      );
    });
  });
});
