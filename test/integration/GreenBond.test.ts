import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { UserError } from "../../sdk/errors.js";
import { readInput, type GreenBondInput } from "../../scripts/scenarios/green-bond/input.js";
import { runGreenBond } from "../../scripts/scenarios/green-bond/run.js";

const INPUT = "scripts/scenarios/inputs/green-bond.json";

type Draft = { -readonly [K in keyof GreenBondInput]: GreenBondInput[K] };

/** The scenario's own input with one change, as a file. */
async function changed(change: (draft: Draft) => void): Promise<string> {
  const draft: Draft = structuredClone(await readInput(INPUT));
  change(draft);
  const path = join(await mkdtemp(join(tmpdir(), "green-bond-")), "input.json");
  await writeFile(path, JSON.stringify(draft));
  return path;
}

function noteOf({ notes }: Draft, index = 0): Draft["notes"][number] {
  const note = notes[index];
  if (note === undefined) throw new RangeError(`the input has no note ${index}`);
  return note;
}

describe("scenario green-bond", function () {
  this.timeout(180_000);

  it("runs the notes' lives with every check", async function () {
    const { checks, text } = await runGreenBond(await network.create({ chainType: "l1" }), await readInput(INPUT));
    const report = checks.report();
    expect(report.checks.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(report.ok).to.equal(true);
    expect(report.checks.map(({ name }) => name)).to.include.members([
      "2023 note: coupons as published",
      "2023 note: redemption with coupon as published",
      "e-HKD in circulation at the end",
      "e-CNY in circulation at the end",
    ]);
    expect(text).to.contain("2024-02-16");
  });

  it("finds a published outcome that is not the notes'", async function () {
    const path = await changed((draft) => {
      draft.notes = [{ ...noteOf(draft), published: { coupons: "32400000.01", redemption: "832400000.00" } }];
      draft.trades = [];
    });
    const { checks } = await runGreenBond(await network.create({ chainType: "l1" }), await readInput(path));
    const failed = checks.report().checks.filter(({ ok }) => !ok);
    expect(failed.map(({ name }) => name)).to.deep.equal(["2023 note: coupons as published"]);
  });

  describe("input", function () {
    const wrong: readonly { what: string; change: (draft: Draft) => void; sentence: RegExp }[] = [
      {
        what: "an ISIN whose check digit is wrong",
        change: (draft) => (noteOf(draft).isin = "HK0TEST20238"),
        sentence: /isin: .*check digit/i,
      },
      {
        what: "coupon dates out of order",
        change: (draft) => (noteOf(draft, 1).couponDates = ["2026-11-11", "2026-05-11", "2027-05-11", "2027-11-11"]),
        sentence: /dates are out of order/,
      },
      {
        what: "allotments that do not sum to the issue size",
        change: (draft) => noteOf(draft).allotment.pop(),
        sentence: /allotments sum to 710050000\.00 and the issue size is 800000000\.00/,
      },
      {
        what: "an allotment to nobody of the file",
        change: (draft) => {
          const first = noteOf(draft).allotment[0];
          if (first !== undefined) first.investor = "Nobody";
        },
        sentence: /"Nobody" is allotted units and is no investor/,
      },
      {
        what: "a trade in an unknown note",
        change: (draft) => {
          const first = draft.trades[0];
          if (first !== undefined) first.isin = "HK0000069689";
        },
        sentence: /HK0000069689, which is no note of the file/,
      },
      {
        what: "a last coupon that is not at maturity",
        change: (draft) => (noteOf(draft).maturity = "2024-02-17"),
        sentence: /last coupon is on 2024-02-16 and the maturity on 2024-02-17/,
      },
      {
        what: "a size that no denomination divides",
        change: (draft) => (noteOf(draft).size = "800000001.00"),
        sentence: /no multiple of the denomination/,
      },
      {
        what: "an unknown key",
        change: (draft) => Object.assign(draft, { sponsor: "x" }),
        sentence: /sponsor/,
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

    it("refuses an institution that the registry does not know, in one sentence", async function () {
      const path = await changed((draft) => (draft.issuer = { ...draft.issuer, custodian: "TXXXHKT0" }));
      const run = runGreenBond(await network.create({ chainType: "l1" }), await readInput(path));
      const refusal = await run.then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refusal).to.be.instanceOf(UserError);
      expect((refusal as UserError).message).to.match(/No institution of Hong Kong has the BIC TXXXHKT0/);
    });

    it("refuses a file that does not exist, in one sentence", async function () {
      const refusal = await readInput("no/such/file.json").catch((error: unknown) => error);
      expect(refusal).to.be.instanceOf(UserError);
    });
  });
});
