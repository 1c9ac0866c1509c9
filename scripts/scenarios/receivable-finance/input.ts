import { z } from "zod";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const date = checkedBy(parseDate);
const bic = checkedBy(parseBic);
/** Percent a year with two decimals. */
const percent = z.string().regex(/^\d{1,2}\.\d{2}$/);
const advanceRate = z.int().min(1).max(10_000);
const name = z.enum(["first", "second", "insured"]);

const financeSchema = z.strictObject({
  face: amount,
  principal: amount,
  fee: amount,
  ratePercent: percent,
  overduePercent: percent,
  paidOut: date,
  maturity: date,
});
const documentSchema = z.strictObject({ number: z.string().min(6), value: amount, due: date });

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  opens: date,
  banks: z.strictObject({ first: bic, second: bic }),
  exporter: z.string().min(1),
  buyer: z.string().min(1),
  /** Basis points of the verified value. */
  advanceRates: z.strictObject({ customsDeclaration: advanceRate, insurancePolicy: advanceRate }),
  declaration: documentSchema,
  /** A declaration that the customs do not know. */
  forged: documentSchema.omit({ due: true }),
  policy: documentSchema,
  /** What the exporter asks both banks for, on the whole declaration. */
  attempt: z.strictObject({ principal: amount }),
  finances: z.strictObject({ first: financeSchema, second: financeSchema, insured: financeSchema }),
  /** What the buyer pays. */
  proceeds: z.array(z.strictObject({ day: date, finance: name, amount })).min(1),
  /** What the banks take from the exporter after the maturity. */
  recourse: z.array(z.strictObject({ day: date, finance: name, amount: z.union([amount, z.literal("all")]) })).min(1),
});

/** A checked input file of the scenario. */
export type TradeInput = z.infer<typeof schema>;
/** A finance of the scenario. */
export type FinanceInput = z.infer<typeof financeSchema>;
/** Name of a finance. */
export type FinanceName = z.infer<typeof name>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<TradeInput> {
  const input = await readJson(path, schema);
  const { banks, declaration, policy, forged, finances, advanceRates, attempt, proceeds, recourse } = input;
  if (banks.first === banks.second) throw new UserError(`${path}: both banks are the same; name two institutions.`);
  if (new Set([declaration.number, policy.number, forged.number]).size !== 3) {
    throw new UserError(`${path}: two documents have one number; give each its own.`);
  }
  const limit = (value: string, rate: number) => (minor(value) * BigInt(rate)) / 10_000n;
  const ceiling = limit(declaration.value, advanceRates.customsDeclaration);
  if (minor(finances.first.face) + minor(finances.second.face) !== minor(declaration.value)) {
    throw new UserError(
      `${path}: the faces of both finances must come to the declaration's value; change one of them.`,
    );
  }
  if (minor(finances.insured.face) !== minor(policy.value)) {
    throw new UserError(`${path}: the insured finance pledges the whole policy; set its face to the policy's value.`);
  }
  for (const [finance, rate] of [
    ["first", advanceRates.customsDeclaration],
    ["second", advanceRates.customsDeclaration],
    ["insured", advanceRates.insurancePolicy],
  ] as const) {
    requireFinance(path, finance, finances[finance], limit(finances[finance].face, rate));
  }
  if (minor(attempt.principal) > ceiling || minor(attempt.principal) * 2n <= ceiling) {
    throw new UserError(`${path}: attempt.principal must fit once and not twice; choose one within ${ceiling} fen.`);
  }
  requireTimes(path, input);
  const paid = new Map<FinanceName, bigint>();
  for (const { finance, amount: part } of proceeds) paid.set(finance, (paid.get(finance) ?? 0n) + minor(part));
  for (const [finance, sum] of paid) {
    if (sum <= minor(finances[finance].face)) continue;
    throw new UserError(`${path}: the buyer pays more than the face of ${finance}; lower its proceeds.`);
  }
  if (recourse.at(-1)?.amount !== "all") {
    throw new UserError(`${path}: the last recourse leaves something due; let it take "all".`);
  }
  return input;
}

function requireFinance(path: string, finance: FinanceName, terms: FinanceInput, limit: bigint): void {
  if (minor(terms.principal) === 0n || minor(terms.principal) > limit) {
    throw new UserError(
      `${path}: ${finance} lends nothing or more than the advance rate of its face; change principal.`,
    );
  }
  if (Number(terms.ratePercent) > Number(terms.overduePercent)) {
    throw new UserError(`${path}: ${finance}'s overdue rate is below its rate; raise overduePercent.`);
  }
}

function requireTimes(path: string, { opens, finances, proceeds, recourse }: TradeInput): void {
  const before = (a: string, b: string) => parseDay(a) < parseDay(b);
  for (const [finance, { paidOut, maturity }] of Object.entries(finances)) {
    if (before(paidOut, opens) || !before(paidOut, maturity)) {
      throw new UserError(`${path}: ${finance} is paid out before the beginning or not before its maturity; move it.`);
    }
  }
  for (const { day, finance } of proceeds) {
    if (!before(day, finances[finance].paidOut)) continue;
    throw new UserError(`${path}: the buyer pays ${finance} before it was paid out; move the proceeds.`);
  }
  for (const { day, finance } of recourse) {
    if (before(finances[finance].maturity, day)) continue;
    throw new UserError(`${path}: recourse for ${finance} comes before its maturity is past; move it.`);
  }
}
