import { z } from "zod";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";
import { parseRate } from "../../../sdk/rates.js";

const amount = checkedBy((text) => minor(text));
const bic = checkedBy(parseBic);
const date = checkedBy(parseDate);
const rate = checkedBy((text) => parseRate(text));
const name = z.string().min(1).max(140);

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  day: date,
  rates: z.strictObject({ hkdPerCny: rate, usdPerCny: rate }),
  participants: z.strictObject({ mainland: z.array(bic).min(1), hongkong: z.array(bic).min(1) }),
  /** Has an account at a bank in Hong Kong, and a telephone. */
  resident: z.strictObject({ name, document: z.string().min(6), bank: bic, balance: amount, mobile: z.string() }),
  /** Operator that opens the e-CNY wallet. */
  operator: bic,
  merchants: z
    .array(z.strictObject({ name, bank: bic }))
    .min(1)
    .max(4),
  /** Somebody on the mainland whom the wallet must not pay. */
  acquaintance: z.strictObject({ name, bank: bic }),
  /** Published figures of the wallet: balance, one payment, a day, a year. */
  figures: z.strictObject({ balance: amount, single: amount, day: amount, year: amount }),
  topUps: z.array(z.strictObject({ day: date, amount })).min(1),
  purchases: z.array(z.strictObject({ day: date, merchant: z.int().min(0), amount })).min(1),
});

/** A checked input file of the scenario. */
export type TopUpInput = z.infer<typeof schema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<TopUpInput> {
  const input = await readJson(path, schema);
  const { merchants, purchases, topUps, participants, resident, operator, day } = input;
  const lost = purchases.find(({ merchant }) => merchant >= merchants.length);
  if (lost !== undefined) throw new UserError(`${path}: there is no merchant ${lost.merchant}; count them from 0.`);
  const early = [...topUps, ...purchases].find((each) => parseDay(each.day) < parseDay(day));
  if (early !== undefined)
    throw new UserError(`${path}: ${early.day} is before the first day ${day}; choose a later one.`);
  if (!participants.hongkong.includes(resident.bank) || !participants.mainland.includes(operator)) {
    throw new UserError(
      `${path}: the resident's bank and the operator have to take part; add them to the participants.`,
    );
  }
  return input;
}
