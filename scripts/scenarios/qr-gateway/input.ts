import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { CURRENCIES, isCurrency, minor, type CurrencyCode } from "../../../sdk/money.js";
import { parseRate } from "../../../sdk/rates.js";

const amount = checkedBy((text) => minor(text));
const bic = checkedBy(parseBic);
const currency = z.enum(Object.keys(CURRENCIES).filter(isCurrency) as [CurrencyCode, ...CurrencyCode[]]);
const text = z.string().min(1);
const field = z.strictObject({ id: text, value: text });

const schema = z.strictObject({
  title: text,
  sources: z.array(text).min(1),
  day: checkedBy(parseDate),
  /** Of the payments that are drawn. */
  seed: z.int().min(0),
  /** What the sample is extrapolated to. */
  published: z.strictObject({ payments: z.int().positive(), amount, mean: amount }),
  /** How far the extrapolation may be off. */
  tolerancePercent: z.int().min(1).max(20),
  /** Amounts are log-normal: median in yuan, standard deviation of the logarithm; none is larger than `largest`. */
  spread: z.strictObject({ median: z.number().positive(), sigma: z.number().positive(), largest: amount }),
  /** Of a hundred payments, how many come from abroad. */
  inboundPercent: z.int().min(0).max(100),
  /** Institutions of wallets and merchants at home. */
  home: z.array(bic).min(1),
  /** Institutions that clear for wallets and merchants abroad. */
  abroad: z.array(bic).min(1),
  /** Central bank money of each. */
  opening: amount,
  /** Payments of each window. */
  windows: z.tuple([z.int().min(4), z.int().min(4), z.int().min(4)]),
  /** Codes that are scanned, paid, and routed one by one. */
  codes: z
    .array(
      z.strictObject({
        direction: z.enum(["inbound", "outbound"]),
        wallet: bic,
        acquirer: bic,
        /** What the payer is charged: its currency, and how much of it for one unit of the merchant's. */
        payer: z.strictObject({ currency, rate: checkedBy((rate) => parseRate(rate)) }),
        code: z.strictObject({
          initiation: z.enum(["static", "dynamic"]).exactOptional(),
          accounts: z.array(z.strictObject({ id: text, guid: text, fields: z.array(field) })).min(1),
          categoryCode: text,
          currency: text,
          amount: text,
          country: text,
          name: text,
          city: text,
          local: z.strictObject({ language: text, name: text, city: text.exactOptional() }).exactOptional(),
        }),
      }),
    )
    .min(2),
});

/** A checked input file of the scenario. */
export type QrInput = z.infer<typeof schema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<QrInput> {
  const input = await readJson(path, schema);
  const { home, abroad, codes } = input;
  const all = [...home, ...abroad];
  if (new Set(all).size !== all.length) throw new UserError(`${path}: an institution is named twice; name each once.`);
  for (const { wallet, acquirer } of codes) {
    const stranger = [wallet, acquirer].find((each) => !all.includes(each));
    if (stranger !== undefined) {
      throw new UserError(`${path}: ${stranger} is neither at home nor abroad; add it to one of the two.`);
    }
  }
  return input;
}
