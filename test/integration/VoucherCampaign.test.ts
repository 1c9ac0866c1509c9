import { readFile, rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/voucher-campaign/input.js";
import { runVoucherCampaign } from "../../scripts/scenarios/voucher-campaign/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/voucher-campaign.json";

describe("scenario voucher-campaign", function () {
  this.timeout(180_000);

  it("pays merchants for the purpose alone and returns the rest to the sponsor, to the fen", async function () {
    const { checks, text } = await runVoucherCampaign(
      await network.create({ chainType: "l1" }),
      await readInput(INPUT),
    );
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "Lin Mei's dinner: the beneficiary pays",
      "refused: the owner with another wallet",
      "refused: a bill split in two",
      "refused: at a suspended merchant",
      "Green Basket frees a restored voucher",
      "payments back to a beneficiary are found",
      '"groceries" returns what is unspent',
      "Qiu Bo's groceries: left of the voucher",
      "Shenzhen commerce bureau has what it must have",
      "the contracts own nothing",
    ]);
    expect(text).to.contain("after Fan Wei sells his voucher");
  });

  context("given an input that contradicts itself", function () {
    const wrong = "reports/voucher-campaign-wrong.json";

    afterEach(async function () {
      await rm(wrong, { force: true });
    });

    for (const [what, old, changed, sentence] of [
      [
        "a purchase without an outcome",
        '"own": "85.65"',
        '"wallet": 0',
        "Lin Mei's dinner needs either own or refused; give one of them.",
      ],
      [
        "an unknown merchant",
        '"merchant": "Canton Kitchen"',
        '"merchant": "Nowhere"',
        "there is no merchant named Nowhere; correct the name.",
      ],
      [
        "events out of order",
        '"day": "2026-04-30"',
        '"day": "2026-04-27"',
        "the days of the events are out of order; put them in order.",
      ],
    ] as const) {
      it(`names ${what} in one sentence`, async function () {
        const text = JSON.stringify(JSON.parse(await readFile(INPUT, "utf8")), null, 1);
        await writeAtomically(wrong, text.replace(old, changed));
        const said = await readInput(wrong).then(
          () => "it was read",
          (error: unknown) => sentenceOf(error),
        );
        expect(said).to.equal(`${wrong}: ${sentence}`);
      });
    }
  });
});
