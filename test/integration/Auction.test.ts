import { readFile, rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/auction/input.js";
import { runAuction } from "../../scripts/scenarios/auction/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/auction.json";

describe("scenario auction", function () {
  this.timeout(180_000);

  it("sells a note at one price and at each winner's own, to the unit and the cent", async function () {
    const { checks, text } = await runAuction(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "first tranche: units of every bid",
      "first tranche: who could not be settled at first",
      "second tranche: units that stay with the issuer",
      "Kowloon Life: units, money, held",
      "the contract owns nothing",
    ]);
    expect(text).to.contain("marginal price HKD 997.50");
  });

  context("given an input that contradicts itself", function () {
    const wrong = "reports/auction-wrong.json";

    afterEach(async function () {
      await rm(wrong, { force: true });
    });

    for (const [what, old, changed, sentence] of [
      [
        "an unknown bidder",
        '"bidder": "Peak Dealers"',
        '"bidder": "Nobody"',
        'first tranche: "Nobody" bids and is no bidder of the file; add it.',
      ],
      [
        "a price off the scale",
        '"price": "1001.50"',
        '"price": "1001.20"',
        "first tranche: 1001.20 is not on the scale of prices; choose a multiple of the tick within its ends.",
      ],
      [
        "an auction before the other is over",
        '"day": "2026-03-16"',
        '"day": "2026-03-09"',
        "second tranche is not after 2026-03-09; put the auctions in order.",
      ],
      [
        "lots beyond the issue",
        '"lot": 3000',
        '"lot": 9000',
        "the lots come to 11000 units and the note has 10000; sell fewer.",
      ],
    ] as const) {
      it(`names ${what} in one sentence`, async function () {
        const text = JSON.stringify(JSON.parse(await readFile(INPUT, "utf8")), null, 1);
        expect(text).to.contain(old);
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
