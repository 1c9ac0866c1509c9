import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { checkedBy, refusing } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const name = z.string().min(1).max(60);
const purpose = z.string().regex(/^[A-Z]{4}$/, "four capital letters");

/** What goes wrong with an order, and how it then ends. */
const OUTCOMES = {
  none: "paid",
  /** The buyer says nothing about what was delivered; once its inspection is over anybody asks. */
  "silent buyer": "paid",
  /** The goods come after the time agreed. */
  "delivered late": "cancelled",
  /** The money's ledger takes no messages for hours, and goes on in time. */
  "lane halted": "paid",
  /** The price is above what the service pays for the application. */
  "over the limit": "refused",
  /** The application was not admitted for this purpose. */
  "purpose not admitted": "refused",
  /** The seller's wallet is frozen when payment is asked for. */
  "payee frozen": "refused",
  /** The buyer cannot hold the price. */
  "no money": "refused",
  /** No relayer carries the request before its time is over. */
  "nobody carries": "timed out",
  /** The industry chain takes no messages until the answer's time is over; it is said again. */
  "answer lost": "paid",
} as const;

const party = z.strictObject({ name, bank: checkedBy(parseBic), funds: amount });

const order = z.strictObject({
  name,
  goods: z.string().min(1).max(200),
  buyer: name,
  seller: name,
  purpose,
  amount,
  /** From the order to the last second of delivery. */
  deliverDays: z.int().min(1).max(60),
  incident: z.enum(Object.keys(OUTCOMES) as [Incident, ...Incident[]]),
  outcome: z.enum(["paid", "refused", "timed out", "cancelled"]),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  firstDay: checkedBy(parseDate),
  industry: z.strictObject({
    title: name,
    chainId: z.int().min(1),
    inspectionDays: z.int().min(1).max(30),
    requestHours: z
      .int()
      .min(1)
      .max(30 * 24),
    /** What the service pays for the application at most. */
    limits: z.strictObject({ payment: amount, day: amount }),
    purposes: z.array(purpose).min(1),
  }),
  parties: z.array(party).min(2).max(6),
  orders: z.array(order).min(1).max(50),
});

/** What goes wrong with an order. */
export type Incident = keyof typeof OUTCOMES;
/** A checked input file of the scenario. */
export type IndustryInput = z.infer<typeof schema>;
/** One order of it. */
export type OrderInput = z.infer<typeof order>;
/** One company of it. */
export type PartyInput = z.infer<typeof party>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<IndustryInput> {
  const input = await readJson(path, schema);
  const refuse = refusing(path);
  const { industry, parties, orders } = input;
  for (const [what, list] of [
    ["parties", parties],
    ["orders", orders],
  ] as const) {
    if (new Set(list.map((each) => each.name)).size !== list.length) {
      refuse(`two ${what} have the same name; name each differently`);
    }
  }
  for (const { name: which, buyer, seller, incident, outcome, purpose: code, amount: price } of orders) {
    for (const who of [buyer, seller]) {
      if (!parties.some((each) => each.name === who)) refuse(`${which}: ${who} is no party; add it to parties`);
    }
    if (buyer === seller) refuse(`${which}: ${buyer} buys from itself; name another seller`);
    if (OUTCOMES[incident] !== outcome) {
      refuse(`${which}: with the incident "${incident}" an order ends ${OUTCOMES[incident]}, not ${outcome}`);
    }
    const over = minor(price) > minor(industry.limits.payment);
    if (over !== (incident === "over the limit")) {
      refuse(`${which}: its price and the limit of ${industry.limits.payment} do not fit the incident "${incident}"`);
    }
    if (industry.purposes.includes(code) === (incident === "purpose not admitted")) {
      refuse(`${which}: the purpose ${code} does not fit the incident "${incident}"`);
    }
  }
  return input;
}
