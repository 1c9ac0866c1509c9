import { rm } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput, type InterestInput } from "../../scripts/scenarios/interest-quarter/input.js";
import { runInterestQuarter } from "../../scripts/scenarios/interest-quarter/run.js";
import { sentenceOf } from "../../sdk/errors.js";
import { writeAtomically } from "../../sdk/files.js";

const INPUT = "scripts/scenarios/inputs/interest-quarter.json";

describe("scenario interest-quarter", function () {
  this.timeout(180_000);

  it("migrates without touching a balance, and pays every customer of a bank its interest to the fen", async function () {
    const connection = await network.create({ chainType: "l1" });
    const { checks, text } = await runInterestQuarter(connection, await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map((check) => check.name)).to.include.members([
      "migration: every balance, the supply and all reserves are what they were",
      "Ma Lin: gets its interest to the fen",
      "Zhou Yu: gets its interest to the fen",
      "Sun Qi: gets nothing for a false claim",
      "Industrial Bank: is no bank and states no interest",
      "Bank of China: is short of what the input says",
      "Industrial and Commercial Bank of China: interest of its customers is its expense",
      "interest: the supply is what it was",
    ]);
    expect(text).to.contain("CNY 125.00").and.to.contain("CNY 500,000.00");
  });

  context("given an input that contradicts itself", function () {
    const wrong = "reports/interest-quarter-wrong.json";

    afterEach(async function () {
      await rm(wrong, { force: true });
    });

    const cases: readonly (readonly [string, (input: InterestInput) => object, string])[] = [
      [
        "a payment outside the quarter",
        ({ payments: [first] }) => ({ payments: [{ ...first, date: "2026-03-21" }] }),
        "the payment of Ma Lin on 2026-03-21 lies outside the quarter of 2026 from 2025-12-21 to 2026-03-20; move it.",
      ],
      [
        "a customer of nobody",
        ({ customers: [first, ...rest] }) => ({ customers: [{ ...first, bank: "TCCBCNT0" }, ...rest] }),
        "Ma Lin's bank TCCBCNT0 is not among the institutions; add it.",
      ],
      [
        "a rate before the migration",
        () => ({ rates: [{ from: "2025-12-31", millionths: 500 }] }),
        "the rate from 2025-12-31 begins before 2026-01-01; put rates in order, from the migration on.",
      ],
      [
        "an old report",
        ({ migration }) => ({ migration: { ...migration, reported: "2025-12-23" } }),
        "the report before the migration is more than seven days old; report later.",
      ],
      [
        "a migration out of order",
        ({ migration }) => ({ migration: { ...migration, decided: "2026-01-01" } }),
        "the migration is reported, decided and begins on three days in this order; move them.",
      ],
      ["a claim at a non-bank", () => ({ leftOut: "Luo Min" }), "Luo Min claims and is no bank's customer; name one."],
      [
        "one who is both left out and a liar",
        ({ leftOut }) => ({ falseClaim: leftOut }),
        "leftOut and falseClaim are the same; name two customers.",
      ],
      [
        "a payment to nobody",
        ({ payments: [first] }) => ({ payments: [{ ...first, to: "Wang" }] }),
        "Wang pays or is paid and is nobody; add it.",
      ],
      [
        "a payment to oneself",
        ({ payments: [first] }) => ({ payments: [{ ...first, to: "Ma Lin" }] }),
        "Ma Lin pays itself on 2025-12-24; name another.",
      ],
      [
        "two of one name",
        ({ customers: [first, second, ...rest] }) => ({ customers: [first, { ...second, name: "Ma Lin" }, ...rest] }),
        "two institutions or customers have one name; name each differently.",
      ],
    ];
    for (const [what, change, expected] of cases) {
      it(`says in one sentence that there is ${what}`, async function () {
        const input = await readInput(INPUT);
        await writeAtomically(wrong, JSON.stringify({ ...input, ...change(input) }));
        const sentence = await readInput(wrong).then(() => "it was read", sentenceOf);
        expect(sentence).to.equal(`${wrong}: ${expected}`);
      });
    }
  });
});
