import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput, type CorporateActionsInput } from "../../scripts/scenarios/corporate-actions/input.js";
import { runCorporateActions } from "../../scripts/scenarios/corporate-actions/run.js";
import { UserError } from "../../sdk/errors.js";

const INPUT = "scripts/scenarios/inputs/corporate-actions.json";

type Draft = { -readonly [K in keyof CorporateActionsInput]: CorporateActionsInput[K] };

/** The scenario's own input with one change, as a file. */
async function changed(change: (draft: Draft) => void): Promise<string> {
  const draft: Draft = structuredClone(await readInput(INPUT));
  change(draft);
  const path = join(await mkdtemp(join(tmpdir(), "corporate-actions-")), "input.json");
  await writeFile(path, JSON.stringify(draft));
  return path;
}

describe("scenario corporate-actions", function () {
  this.timeout(180_000);

  it("runs the note's life with every check", async function () {
    const input = await readInput(INPUT);
    const { checks, text } = await runCorporateActions(await network.create({ chainType: "l1" }), input);
    const report = checks.report();
    expect(report.checks.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(report.ok).to.equal(true);
    expect(report.checks.map(({ name }) => name)).to.include.members([
      "coupon 1: nobody is unpaid",
      "coupon 2",
      "the meeting's result",
      "tender: nothing is unpaid",
      "put: nothing is unpaid",
      "price of the call with accrued interest",
      "units left",
    ]);
    for (const row of ["claim of coupon 1", "tender", "put", "redemption by call", "parked"]) {
      expect(text).to.contain(row);
    }
  });

  it("finds a result of the meeting that is not the holders'", async function () {
    const path = await changed((draft) => (draft.meeting = { ...draft.meeting, result: "lost" }));
    const { checks } = await runCorporateActions(await network.create({ chainType: "l1" }), await readInput(path));
    const failed = checks.report().checks.filter(({ ok }) => !ok);
    expect(failed.map(({ name }) => name)).to.deep.equal(["the meeting's result"]);
  });

  describe("input", function () {
    const wrong: readonly { what: string; change: (draft: Draft) => void; sentence: RegExp }[] = [
      {
        what: "an allotment that is not the whole issue",
        change: (draft) => draft.allotment.pop(),
        sentence: /the allotment is 8667 units of 10000/,
      },
      {
        what: "an investor that nobody introduced",
        change: (draft) => (draft.choices = [{ coupon: 1, investor: "Nobody", price: "0.9" }]),
        sentence: /"Nobody" is no investor/,
      },
      {
        what: "two investors of one name",
        change: (draft) => draft.investors.push(...draft.investors.slice(0, 1)),
        sentence: /two investors have the same name/,
      },
      {
        what: "units elected in two lines",
        change: (draft) => draft.tender.elections.push(...draft.tender.elections.slice(0, 1)),
        sentence: /two lines; give it one/,
      },
      {
        what: "fewer instalments than coupons",
        change: (draft) => draft.note.instalments.pop(),
        sentence: /3 instalments for 4 coupons/,
      },
      {
        what: "a put that the terms do not have",
        change: (draft) => (draft.put = { ...draft.put, number: 2 }),
        sentence: /put 2 is not in the note's terms/,
      },
      {
        what: "a call that the terms do not have",
        change: (draft) => (draft.call = { ...draft.call, number: 2 }),
        sentence: /call 2 is not in the note's terms/,
      },
      {
        what: "a coupon that does not exist",
        change: (draft) => (draft.meeting = { ...draft.meeting, coupon: 5 }),
        sentence: /coupon 5 does not exist; the note has 4/,
      },
    ];
    for (const { what, change, sentence } of wrong) {
      it(`refuses ${what} in one sentence`, async function () {
        const refusal = await readInput(await changed(change)).catch((error: unknown) => error);
        expect(refusal).to.be.instanceOf(UserError);
        expect((refusal as UserError).message).to.match(sentence);
        expect((refusal as UserError).message).not.to.contain("\n");
      });
    }
  });
});
