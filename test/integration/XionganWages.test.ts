import { readFile, rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/xiongan-wages/input.js";
import { runXionganWages } from "../../scripts/scenarios/xiongan-wages/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/xiongan-wages.json";

describe("scenario xiongan-wages", function () {
  this.timeout(180_000);

  it("pays a thousand workers once, through a payroll that is broken off, then everybody else, to the fen", async function () {
    const { checks, text } = await runXionganWages(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "refused: material before wages",
      "refused: the last page again",
      "wages: parked as claims",
      "workers that have another sum than their wage",
      "Hebei Road Builders never held anything",
      "Rongcheng county finance bureau gets back its share of what is left",
      "nothing is held any more",
    ]);
    expect(text).to.contain("the project is closed");
  });

  context("given an input that contradicts itself", function () {
    const wrong = "reports/xiongan-wages-wrong.json";

    afterEach(async function () {
      await rm(wrong, { force: true });
    });

    for (const [what, old, changed, sentence] of [
      [
        "a budget of another sum",
        '"28000000.00"',
        '"28000001.00"',
        "funders and lines do not sum alike; make the budget what is funded.",
      ],
      ["a month that is none", "202607,", "202613,", "202613 is no month; write year and month, 202607."],
      [
        "days out of order",
        '"2027-08-01"',
        '"2026-07-01"',
        "the days of the project are out of order; put them in order.",
      ],
      [
        "a failure after the end",
        '"brokenOffAfter": 3',
        '"brokenOffAfter": 7',
        "the payroll is over before it is broken off; break it off earlier.",
      ],
      [
        "too many that cannot be paid",
        '"frozen": 2',
        '"frozen": 200',
        "more workers cannot be paid than a page has; lower one of the two numbers.",
      ],
    ] as const) {
      it(`names ${what} in one sentence`, async function () {
        await writeAtomically(wrong, (await readFile(INPUT, "utf8")).replace(old, changed));
        const said = await readInput(wrong).then(
          () => "it was read",
          (error: unknown) => sentenceOf(error),
        );
        expect(said).to.equal(`${wrong}: ${sentence}`);
      });
    }
  });
});
