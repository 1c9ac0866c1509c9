import { readFile, rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/book-building/input.js";
import { runBook } from "../../scripts/scenarios/book-building/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/book-building.json";

describe("scenario book-building", function () {
  this.timeout(180_000);

  it("places a note by book, to the unit and the cent", async function () {
    const { checks, text } = await runBook(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "the final book: price and units",
      "who could not be settled at first",
      "an allotment lapses with the time of settlement",
      "Kowloon Life: units, money, held",
      "the contract owns nothing",
    ]);
    expect(text).to.contain("delivered and paid");
    expect(text).to.contain("HKD 995.50 a unit");
  });

  context("given an input that contradicts itself", function () {
    const wrong = "reports/book-building-wrong.json";

    afterEach(async function () {
      await rm(wrong, { force: true });
    });

    for (const [what, old, changed, sentence] of [
      [
        "an unknown investor",
        '"investor": "Peak Dealers"',
        '"investor": "Nobody"',
        '"Nobody" orders and is no investor of the file; add it.',
      ],
      [
        "an allotment beyond the order",
        '"allotted": 600',
        '"allotted": 500',
        "Bauhinia Green Fund is allotted 500 units, which its order does not allow; allot what it says, or none.",
      ],
      [
        "a price out of range",
        '"price": "995.50",\n  "orders"',
        '"price": "1005.01",\n  "orders"',
        "the price 1005.01 is outside the range; close the book within it.",
      ],
      [
        "an allocation before the orders",
        '"allotted": "2026-03-05"',
        '"allotted": "2026-03-04"',
        "the days of issue, orders, allocation and settlement do not follow each other; put them in order.",
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
