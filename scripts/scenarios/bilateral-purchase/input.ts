import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { USE_CASE, type UseCaseName } from "../../../sdk/eip712/corridor.js";
import { checkedBy, refusing } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic, parseCountry, parseLei } from "../../../sdk/identifiers.js";
import { CURRENCIES, minor, type CurrencyCode } from "../../../sdk/money.js";
import { parseRate } from "../../../sdk/rates.js";

const amount = checkedBy((text) => minor(text));
const rate = checkedBy((text) => parseRate(text));
const name = z.string().min(1).max(60);
const useCase = z.enum(Object.keys(USE_CASE) as [UseCaseName, ...UseCaseName[]]);
const side = z.enum(["mainland", "partner"]);

/** What goes wrong in a payment, and how it then ends. */
const OUTCOMES = {
  none: "settled",
  /** The payee's side refuses its compliance verdict. */
  "refused by compliance": "called off",
  /** The payee's side has suspended the use case when it should be reserved. */
  "suspended by the payee's side": "called off",
  /** The payer's side has suspended the use case when it should be committed. */
  "suspended by the payer's side": "called off",
  /** The partner reserves nothing until the time is over. */
  "partner silent": "called off",
} as const;

const limits = z.strictObject({ payment: amount, day: amount, window: amount });

const party = z.strictObject({ name, class: z.enum(["I", "II", "III", "corporate"]) });

const payment = z.strictObject({
  name,
  /** Where the payer is. */
  from: side,
  payer: name,
  payee: name,
  useCase,
  /** Purpose code of ISO 20022. */
  purpose: z.string().regex(/^[A-Z]{4}$/, "four capital letters"),
  /** What the payee gets, in its currency. */
  amount,
  incident: z.enum(Object.keys(OUTCOMES) as [Incident, ...Incident[]]),
  outcome: z.enum(["settled", "called off"]),
});

const corridor = z.strictObject({
  title: name,
  /** Chain id of the partner's ledger. */
  chainId: z.int().min(1),
  currency: z.strictObject({
    name,
    symbol: name,
    code: z.enum(Object.keys(CURRENCIES) as [CurrencyCode, ...CurrencyCode[]]),
  }),
  /** Agent of the mainland's authority: collects and pays out e-CNY, quotes to payers there. */
  agent: checkedBy(parseBic),
  /** Agent of the partner's authority. */
  partner: z.strictObject({
    name,
    bic: checkedBy(parseBic),
    lei: checkedBy(parseLei),
    country: checkedBy(parseCountry),
  }),
  /** What one unit of the payee's currency costs in the payer's, by the payer's side. */
  rates: z.strictObject({ mainland: rate, partner: rate }),
  /** By side and use case; a use case that is not named is closed there. */
  limits: z.strictObject({
    mainland: z.partialRecord(useCase, limits),
    partner: z.partialRecord(useCase, limits),
  }),
  parties: z.strictObject({ mainland: z.array(party).min(1).max(4), partner: z.array(party).min(1).max(4) }),
  payments: z.array(payment).min(1).max(50),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  firstDay: checkedBy(parseDate),
  corridors: z.array(corridor).min(1).max(4),
});

/** What goes wrong in a payment. */
export type Incident = keyof typeof OUTCOMES;
/** A checked input file of the scenario. */
export type BilateralInput = z.infer<typeof schema>;
/** One corridor of it. */
export type CorridorInput = z.infer<typeof corridor>;
/** One payment of a corridor. */
export type PaymentInput = z.infer<typeof payment>;
/** Which side of a corridor. */
export type SideName = z.infer<typeof side>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<BilateralInput> {
  const input = await readJson(path, schema);
  const refuse = refusing(path);
  for (const { title, parties, payments } of input.corridors) {
    if (new Set(payments.map((each) => each.name)).size !== payments.length) {
      refuse(`${title}: two payments have the same name; name each differently`);
    }
    for (const { name: which, from, payer, payee, incident, outcome } of payments) {
      const to = from === "mainland" ? "partner" : "mainland";
      for (const [where, who] of [
        [from, payer],
        [to, payee],
      ] as const) {
        if (!parties[where].some((each) => each.name === who)) {
          refuse(`${title}, ${which}: ${who} is no party of the ${where}; add it to parties.${where}`);
        }
      }
      if (OUTCOMES[incident] !== outcome) {
        refuse(`${title}, ${which}: with the incident "${incident}" a payment ends ${OUTCOMES[incident]}`);
      }
    }
  }
  return input;
}
