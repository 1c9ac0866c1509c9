import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { checkedBy, refusing } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic, parseIsin } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const bic = checkedBy(parseBic);
const name = z.string().min(1).max(60);

/** What goes wrong in a trade, and which ends it may have. */
const OUTCOMES = {
  none: "settled",
  /** Every relayer dies after one step, and none lives for months once the payment is made. */
  "relayer killed": "settled",
  /** Both message lanes are halted. */
  "lane halted": "settled",
  /** All e-CNY payments are halted, and resumed before the deadline. */
  "payments halted": "settled",
  /** The buyer's account with the note is frozen after it has paid, and unfrozen later. */
  "buyer frozen": "settled",
  /** The seller's e-CNY wallet is frozen before it is paid, until past the deadline. */
  "seller frozen": "called off",
  /** The buyer never holds its money. */
  "never paid": "called off",
} as const;

const party = z.strictObject({ name, custodian: bic, cnyBank: bic });

const trade = z.strictObject({
  name,
  units: z.int().min(1),
  /** e-CNY for all units. */
  price: amount,
  incident: z.enum(Object.keys(OUTCOMES) as [Incident, ...Incident[]]),
  outcome: z.enum(["settled", "called off"]),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  firstDay: checkedBy(parseDate),
  note: z.strictObject({
    isin: checkedBy(parseIsin),
    name: z.string().min(1).max(31),
    symbol: z.string().min(1).max(31),
    /** The bank that issues it. */
    issuer: bic,
    units: z.int().min(1),
    denomination: amount,
    /** Per cent a year, in tenths. */
    couponRate: z.string().regex(/^\d{1,2}\.\d$/, "a rate with one digit after the point"),
    maturity: checkedBy(parseDate),
  }),
  seller: party,
  buyer: party,
  trades: z.array(trade).min(1).max(50),
});

/** What goes wrong in a trade. */
export type Incident = keyof typeof OUTCOMES;
/** A checked input file of the scenario. */
export type TwoLedgersInput = z.infer<typeof schema>;
/** One trade of it. */
export type TradeInput = z.infer<typeof trade>;
/** Seller or buyer. */
export type PartyInput = z.infer<typeof party>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<TwoLedgersInput> {
  const input = await readJson(path, schema);
  const refuse = refusing(path);
  const { note, trades, firstDay } = input;
  if (parseDate(note.maturity) <= parseDate(firstDay)) {
    refuse(`the note matures on ${note.maturity}, before the first day ${firstDay}; choose a later maturity`);
  }
  if (new Set(trades.map((each) => each.name)).size !== trades.length) {
    refuse("two trades have the same name; name each differently");
  }
  const traded = trades.reduce((sum, { units }) => sum + units, 0);
  if (traded > note.units) refuse(`trades are of ${traded} units and the note has ${note.units}; trade fewer`);
  for (const { name: which, incident, outcome } of trades) {
    if (OUTCOMES[incident] !== outcome) {
      refuse(`${which}: with the incident "${incident}" a trade ends ${OUTCOMES[incident]}, not ${outcome}`);
    }
  }
  return input;
}
