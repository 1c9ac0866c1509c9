import { rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput, type RetailInput } from "../../scripts/scenarios/retail-day/input.js";
import { runRetailDay } from "../../scripts/scenarios/retail-day/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/retail-day.json";

describe("scenario retail-day", function () {
  this.timeout(180_000);

  it("refuses what passes a limit, whichever of a person's wallets pays, and books the rest", async function () {
    const { checks, text } = await runRetailDay(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "Chen Wei: all wallets are one family",
      "Chen Wei: all wallets together pay one wallet's day",
      "Chen Wei: more was tried and refused",
      "customers and banks have all the money that was issued",
    ]);
    const outcomes = new Set(all.filter(({ name }) => name.startsWith("payment ")).map(({ actual }) => actual));
    expect([...outcomes]).to.have.members([
      "none",
      "WalletSingleLimitExceeded",
      "WalletDayLimitExceeded",
      "WalletBalanceLimitExceeded",
      "SubWalletSingleLimitExceeded",
      "SubWalletDayLimitExceeded",
      "SubWalletPayeeNotListed",
      "SubWalletGrantExpired",
      "ERC20InsufficientBalance",
    ]);
    expect(text).to.contain("refused: WalletDayLimitExceeded");
  });

  context("given an input that contradicts itself", function () {
    const wrong = "reports/retail-day-wrong.json";

    afterEach(async function () {
      await rm(wrong, { force: true });
    });

    const sentenceFor = async (change: (input: RetailInput) => unknown) => {
      await writeAtomically(wrong, JSON.stringify(change(await readInput(INPUT))));
      return readInput(wrong).then(
        () => "it was read",
        (error: unknown) => sentenceOf(error),
      );
    };

    it("says in one sentence which wallet nobody opened", async function () {
      const [first] = (await readInput(INPUT)).payments;
      expect(await sentenceFor((input) => ({ ...input, payments: [{ ...first, to: "Tea House" }] }))).to.equal(
        `${wrong}: there is no wallet "Tea House"; open it or name another.`,
      );
    });

    it("says in one sentence which payment is out of order", async function () {
      expect(await sentenceFor((input) => ({ ...input, payments: input.payments.toReversed() }))).to.equal(
        `${wrong}: payment 2 is not after the one before it; put them in order.`,
      );
    });

    it("says in one sentence that nobody splits", async function () {
      expect(await sentenceFor((input) => ({ ...input, splitter: "Lin Fang" }))).to.equal(
        `${wrong}: splitter has to name a person with several wallets.`,
      );
    });
  });
});
