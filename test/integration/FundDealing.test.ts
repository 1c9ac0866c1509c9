import { rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/fund-dealing/input.js";
import { runFundDealing } from "../../scripts/scenarios/fund-dealing/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/fund-dealing.json";

describe("scenario fund-dealing", function () {
  this.timeout(180_000);

  it("deals every order at its day's price to the cent, defers what cash does not cover, frees the rest", async function () {
    const { checks, text } = await runFundDealing(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    const named = (name: string) => all.find((check) => check.name === name)?.actual;
    expect(named("2026-03-06 15:00 Harbour Trading's subscription: refused by")).to.equal("FundOrderTimeInvalid");
    expect(named("2026-03-07 at 17:00: dealt")).to.deep.equal([false, true, false, true]);
    expect(named("2026-03-07 at 20:15: dealt")).to.deep.equal([true, false]);
    expect(named("every order has ended as the register says")).to.deep.equal([
      "2",
      "2",
      "3",
      "2",
      "2",
      "2",
      "4",
      "2",
      "4",
      "4",
    ]);
    expect(named("no contract owns units")).to.equal("0");
    expect(text).to.contain("What became of the orders");
  });

  context("given an input that contradicts itself", function () {
    const changed = "reports/fund-dealing-changed.json";

    afterEach(async function () {
      await rm(changed, { force: true });
    });

    it("says in one sentence which times are out of order", async function () {
      const input = await readInput(INPUT);
      const days = input.days.map((day) => ({ ...day, pricedAt: "14:00" }));
      await writeAtomically(changed, JSON.stringify({ ...input, days }));
      const sentence = await readInput(changed).then(
        () => "it was read",
        (error: unknown) => sentenceOf(error),
      );
      expect(sentence).to.equal(
        `${changed}: on 2026-03-06, cut-off, pricedAt, dealtAt and late.dealtAt are out of order; order them.`,
      );
    });
  });
});
