import { rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/disclosure/input.js";
import { runDisclosure } from "../../scripts/scenarios/disclosure/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/disclosure.json";

describe("scenario disclosure", function () {
  this.timeout(180_000);

  it("shows everybody their own view, and the court what it asked for after the last step alone", async function () {
    const { checks, text } = await runDisclosure(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "public sees, before the requests",
      "authority with warrant sees, after the requests",
      "theft of a bicycle: who sold it: an answer out of turn (requested)",
      "theft of a bicycle: who sold it: a wrong opening",
      "theft of a bicycle: who sold it: the central bank asks",
      "matter that everybody forgot: an answer after its time",
      "in the log: DisclosureGranted",
    ]);
    expect(text).to.contain("authority with warrant");
  });

  context("given an input that contradicts itself", function () {
    const wrong = "reports/disclosure-wrong.json";

    afterEach(async function () {
      await rm(wrong, { force: true });
    });

    const CASES = [
      [{ approved: undefined }, '"theft of a bicycle: who sold it" is granted without an approval, which the contract'],
      [
        { days: 2 },
        '"theft of a bicycle: who sold it" ends after its time and is granted; change ended, days or outcome',
      ],
      [{ asked: "2026-03-01" }, 'the days of "theft of a bicycle: who sold it" are out of order; put them after'],
    ] as const;

    for (const [change, expected] of CASES) {
      it(`says in one sentence: ${expected}`, async function () {
        const input = await readInput(INPUT);
        const [first, ...rest] = input.requests;
        await writeAtomically(wrong, JSON.stringify({ ...input, requests: [{ ...first, ...change }, ...rest] }));
        const sentence = await readInput(wrong).then(
          () => "it was read",
          (error: unknown) => sentenceOf(error),
        );
        expect(sentence).to.contain(`${wrong}: ${expected}`);
      });
    }
  });
});
