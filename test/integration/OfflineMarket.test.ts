import { rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/offline-market/input.js";
import { runOfflineMarket } from "../../scripts/scenarios/offline-market/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/offline-market.json";

describe("scenario offline-market", function () {
  this.timeout(180_000);

  it("gives everybody what the rules say, to the fen, after a day without a network", async function () {
    const { checks, text } = await runOfflineMarket(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "8:00 Tea stall takes a message once",
      "9:00 Ma Jun shows the same again",
      "every voucher is paid once, but for those signed after the report",
      "the cloned device is blocked",
      "Farmer Song has what the rules give",
      "the bank has lost what it guaranteed and nothing else",
      "no fen was made",
      "the contract owns nothing",
      "the loss by the clones is within the device's allotment",
    ]);
    expect(text).to.contain("by a clone");
  });

  context("given an input that contradicts itself", function () {
    const wrong = "reports/offline-market-wrong.json";

    afterEach(async function () {
      await rm(wrong, { force: true });
    });

    const sentenceFor = async (changed: object) => {
      await writeAtomically(wrong, JSON.stringify({ ...(await readInput(INPUT)), ...changed }));
      return readInput(wrong).then(
        () => "it was read",
        (error: unknown) => sentenceOf(error),
      );
    };

    it("says in one sentence who spends more than is loaded", async function () {
      const { purchases } = await readInput(INPUT);
      const more = { hour: 12, from: "Liu Fang", to: "Tea stall", amount: "120.00" };
      expect(await sentenceFor({ purchases: [...purchases, more] })).to.equal(
        `${wrong}: Liu Fang spends more than is loaded; load more or spend less.`,
      );
    });

    it("says in one sentence who passes on without security", async function () {
      const { purchases } = await readInput(INPUT);
      const further = { hour: 12, from: "Chen Yun", to: "Farmer Song", amount: "1.00", passedOnTo: "Tea stall" };
      expect(await sentenceFor({ purchases: [...purchases, further] })).to.equal(
        `${wrong}: Farmer Song passes on more than is loaded as its security; load more.`,
      );
    });
  });
});
