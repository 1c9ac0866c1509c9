import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { BRIDGE_CODES } from "../../../sdk/deploy/bridgeParameters.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";
import { parseRate } from "../../../sdk/rates.js";

const amount = checkedBy((text) => minor(text));
const bic = checkedBy(parseBic);
const code = z.enum(BRIDGE_CODES);
const rate = checkedBy((text) => parseRate(text));
/** A rate that may be below zero: how far from another. */
const shift = checkedBy((text) => parseRate(text.replace(/^-/, "")));

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  day: checkedBy(parseDate),
  /** Currency whose amounts are quoted. */
  base: code,
  /** Currency they are paid in. */
  counter: code,
  /** What one euro cost in each, for the cross rate. */
  perEuro: z.partialRecord(code, rate),
  /** An amount whose counter value at the cross rate is known. */
  published: z.strictObject({ baseAmount: amount, counterAmount: amount }),
  /** Each central bank's reference: its distance from the cross rate, its width, how long it holds. */
  bands: z.partialRecord(code, z.strictObject({ shift, width: rate, validHours: z.int().min(1).max(24) })),
  /** Bank that sells base. */
  maker: bic,
  /** Banks that buy it. */
  takers: z.tuple([bic, bic]),
  /** A bank of the counter currency that has nothing. */
  poor: bic,
  /** Issued to the maker in base and to each taker in counter. */
  opening: z.strictObject({ maker: amount, taker: amount }),
  /** An offer that may be divided, and the parts that use it up. */
  quote: z.strictObject({ minimum: amount, maximum: amount, parts: z.array(amount).min(2) }),
});

/** A checked input file of the scenario. */
export type FxPvpInput = z.infer<typeof schema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<FxPvpInput> {
  const input = await readJson(path, schema);
  const { base, counter, perEuro, bands, quote } = input;
  if (base === counter) throw new UserError(`${path}: base and counter are both ${base}; name two currencies.`);
  for (const each of [base, counter]) {
    if (perEuro[each] === undefined) throw new UserError(`${path}: perEuro has no ${each}; add it.`);
    if (bands[each] === undefined) throw new UserError(`${path}: bands has no ${each}; add it.`);
  }
  const sum = quote.parts.reduce((total, part) => total + minor(part), 0n);
  if (sum !== minor(quote.maximum)) {
    throw new UserError(`${path}: the parts sum to another amount than the quote's maximum; correct one of them.`);
  }
  return input;
}
