import { readFile, rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/steel-beams/input.js";
import { runSteelBeams } from "../../scripts/scenarios/steel-beams/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/steel-beams.json";

describe("scenario steel-beams", function () {
  this.timeout(180_000);

  it("lets nothing be certified that has not passed, and nothing twice", async function () {
    const { checks, text } = await runSteelBeams(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "beams, heat 7012 is used",
      "pine, lot 9 is rejected",
      "event 6: the certificate is refused",
      "event 13: the certificate is refused",
      "inspections in the log",
    ]);
    expect(text).to.contain("Tianjin Test House passes beams, heat 7013");
  });

  context("given an input that contradicts itself", function () {
    const wrong = "reports/steel-beams-wrong.json";

    afterEach(async function () {
      await rm(wrong, { force: true });
    });

    for (const [what, old, changed, sentence] of [
      [
        "an unknown inspector",
        '"inspector": "Tianjin Test House"',
        '"inspector": "Nobody"',
        "there is no inspector named Nobody; correct the name.",
      ],
      [
        "an unknown supplier",
        '"supplier": "Anguo Nursery"',
        '"supplier": "Nobody"',
        "there is no supplier named Nobody; correct the name.",
      ],
      [
        "a batch twice",
        '"name": "pine, lot 9"',
        '"name": "ginkgo, lot 5"',
        "two batches have one name; name each differently.",
      ],
      [
        "events out of order",
        '"day": "2026-05-06"',
        '"day": "2026-05-09"',
        "the days of the events are out of order; put them in order.",
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
