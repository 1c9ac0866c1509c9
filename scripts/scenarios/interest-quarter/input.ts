import { z } from "zod";
import { civilFromDays, formatDay, parseDate, parseDay } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { quarterDays, quarterOf, type Days } from "../../../sdk/issuance/interest.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const date = checkedBy(parseDate);
const bic = checkedBy(parseBic);

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  /** Named by its end: the 20th of March, June, September or December. */
  quarter: z.strictObject({ year: z.int().min(2000).max(2090), lastMonth: z.int().multipleOf(3).min(3).max(12) }),
  migration: z.strictObject({
    /** Day whose end is reported under the old framework. */
    reported: date,
    decided: date,
    /** First day of the new framework. */
    from: date,
    ratioBasisPoints: z.int().min(0).max(10_000),
    insuranceLimit: amount,
  }),
  /** Interest a year by the day from which it holds. */
  rates: z.array(z.strictObject({ from: date, millionths: z.int().min(0).max(100_000) })).min(1),
  institutions: z
    .array(
      z.strictObject({
        bic,
        kind: z.enum(["bank", "nonBank"]),
        /** What its reserves become. */
        issued: amount,
        /** By how much it holds less than it has to at the quarter's end. */
        shortAtEnd: amount,
      }),
    )
    .min(2),
  customers: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        bank: bic,
        class: z.enum(["I", "II", "III", "IV", "corporate"]),
        opening: amount,
      }),
    )
    .min(2)
    .max(12),
  /** By name or BIC, at noon. */
  payments: z.array(z.strictObject({ date, from: z.string(), to: z.string(), amount })),
  /** A customer whom its bank forgets in its statement. */
  leftOut: z.string(),
  /** A customer who claims what it has not. */
  falseClaim: z.string(),
});

/** A checked input file of the scenario. */
export type InterestInput = z.infer<typeof schema>;

/** The published days of the input's quarter. */
export function daysOfQuarter({ quarter }: InterestInput): Days {
  return quarterDays(quarterOf(quarter.year, quarter.lastMonth));
}

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<InterestInput> {
  const input = await readJson(path, schema);
  const { institutions, customers, payments, migration, rates } = input;
  const { first, last } = daysOfQuarter(input);
  const names = [...institutions.map(({ bic: own }) => own), ...customers.map(({ name }) => name)];
  if (new Set(names).size !== names.length) {
    throw new UserError(`${path}: two institutions or customers have one name; name each differently.`);
  }
  const unknown = customers.find(({ bank }) => institutions.every(({ bic: own }) => own !== bank));
  if (unknown !== undefined) {
    throw new UserError(`${path}: ${unknown.name}'s bank ${unknown.bank} is not among the institutions; add it.`);
  }
  for (const { date: day, from, to } of payments) {
    const stranger = [from, to].find((name) => !names.includes(name));
    if (stranger !== undefined) throw new UserError(`${path}: ${stranger} pays or is paid and is nobody; add it.`);
    if (from === to) throw new UserError(`${path}: ${from} pays itself on ${day}; name another.`);
    requireWithin(path, `the payment of ${from}`, day, first, last);
  }
  const { reported, decided, from } = migration;
  if (!(parseDay(reported) < parseDay(decided) && parseDay(decided) < parseDay(from))) {
    throw new UserError(
      `${path}: the migration is reported, decided and begins on three days in this order; move them.`,
    );
  }
  if (parseDay(decided) - parseDay(reported) > 7) {
    throw new UserError(`${path}: the report before the migration is more than seven days old; report later.`);
  }
  for (const day of [reported, from]) requireWithin(path, "the migration", day, first, last);
  for (const [index, rate] of rates.entries()) {
    const earliest = rates[index - 1]?.from ?? from;
    if (parseDay(rate.from) < parseDay(earliest)) {
      throw new UserError(
        `${path}: the rate from ${rate.from} begins before ${earliest}; put rates in order, from the migration on.`,
      );
    }
  }
  requireClaims(path, input);
  return input;
}

function requireClaims(path: string, { customers, institutions, leftOut, falseClaim }: InterestInput): void {
  for (const name of [leftOut, falseClaim]) {
    const customer = customers.find((each) => each.name === name);
    const bank = institutions.find(({ bic: own }) => own === customer?.bank);
    if (bank?.kind !== "bank") throw new UserError(`${path}: ${name} claims and is no bank's customer; name one.`);
  }
  if (leftOut === falseClaim) throw new UserError(`${path}: leftOut and falseClaim are the same; name two customers.`);
}

function requireWithin(path: string, what: string, day: string, first: number, last: number): void {
  if (parseDay(day) >= first && parseDay(day) <= last) return;
  const { year } = civilFromDays(last);
  throw new UserError(
    `${path}: ${what} on ${day} lies outside the quarter of ${year} from ${formatDay(first)} to ${formatDay(last)}; move it.`,
  );
}
