import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { BRIDGE_CODES } from "../../../sdk/deploy/bridgeParameters.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { minor } from "../../../sdk/money.js";
import { parseRate } from "../../../sdk/rates.js";

const amount = checkedBy((text) => minor(text));
const rate = checkedBy((text) => parseRate(text));
const date = checkedBy(parseDate);
const code = z.enum(BRIDGE_CODES);
const count = z.int().min(1);
const range = z.tuple([amount, amount]).refine(([low, high]) => minor(low) < minor(high), "the least comes first");

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  seed: z.int().min(0),
  aedPerUsd: rate,
  /** From which day on banks of which currencies' jurisdictions take part. */
  phases: z.array(z.strictObject({ from: date, currencies: z.array(code).min(2) })).min(1),
  /** What was published, and must come out of the events. `issuedUsd` and `settledUsd` are "more than". */
  published: z.strictObject({
    jurisdictions: count,
    banks: count,
    transactions: count,
    touchingCny: count,
    issuedCny: amount,
    issuedUsd: amount,
    settledUsd: amount,
  }),
  /** What was not published and is drawn under it. */
  drawn: z.strictObject({
    exchanges: count,
    issued: z.partialRecord(code, amount),
    /** Least and most of a transaction in e-CNY, yuan. */
    cnyAmount: range,
    /** Least and most of any other, worth in US dollars. */
    usdAmount: range,
  }),
  /** Units of each currency for one euro, by business day. */
  rates: z.array(z.strictObject({ date, USD: rate, CNY: rate, HKD: rate, THB: rate })).min(1),
});

/** A checked input file of the scenario. */
export type PilotInput = z.infer<typeof schema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<PilotInput> {
  const input = await readJson(path, schema);
  const { rates, phases, published, drawn } = input;
  const rising = (dates: readonly string[]) =>
    dates.every((each, index) => index === 0 || (dates[index - 1] ?? "") < each);
  if (!rising(rates.map((day) => day.date)) || !rising(phases.map(({ from }) => from))) {
    throw new UserError(`${path}: days of rates and phases must rise, each once; sort them.`);
  }
  if (phases[0]?.from !== rates[0]?.date) {
    throw new UserError(`${path}: the first phase must begin on the first day that has rates; move it.`);
  }
  if (published.touchingCny > published.transactions || drawn.exchanges > published.transactions) {
    throw new UserError(`${path}: there are more transactions in e-CNY, or exchanges, than transactions; lower them.`);
  }
  return input;
}
