import { z } from "zod";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { checkedBy, refusing, type Refuse } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";
import { IDENTITY_FIELDS } from "../../../sdk/payments/identity.js";

const amount = checkedBy((text) => minor(text));
const date = checkedBy(parseDate);
const bic = checkedBy(parseBic);

const personSchema = z.strictObject({
  name: z.string().min(1),
  document: z.string().min(1),
  phone: z.string().min(1),
  address: z.string().min(1),
  bank: bic,
});

const requestSchema = z.strictObject({
  title: z.string().min(1),
  about: z.enum(["payer", "payee"]),
  /** What the warrant allows to ask. */
  fields: z.array(z.enum(IDENTITY_FIELDS)).min(1),
  asked: date,
  /** Days until the request expires. */
  days: z.int().min(1).max(89),
  approved: date.optional(),
  outcome: z.enum(["granted", "refused", "withdrawn", "expired"]),
  /** Day of the outcome. */
  ended: date,
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  payer: personSchema,
  payee: personSchema,
  payment: z.strictObject({ amount, document: z.string().min(1), paid: date }),
  requests: z.array(requestSchema).min(1).max(8),
});

/** A checked input file of the scenario. */
export type DisclosureInput = z.infer<typeof schema>;
/** A person of it. */
export type PersonInput = z.infer<typeof personSchema>;
/** A request and what becomes of it. */
export type RequestInput = z.infer<typeof requestSchema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<DisclosureInput> {
  const input = await readJson(path, schema);
  const refuse = refusing(path);
  const { payer, payee, requests, payment } = input;
  if (payer.bank === payee.bank) refuse("payer and payee have one bank; name two institutions");
  if (new Set(requests.map(({ title }) => title)).size !== requests.length) {
    refuse("two requests have one title; name each differently");
  }
  if (requests[0]?.outcome !== "granted") refuse("the first request is not granted; begin with one that is");
  let last = payment.paid;
  for (const request of requests) {
    requireRequest(refuse, last, request);
    last = request.ended;
  }
  return input;
}

function requireRequest(refuse: Refuse, last: string, { title, asked, approved, outcome, ended, days }: RequestInput) {
  const order = [last, asked, approved ?? asked, ended].map(parseDay);
  if (order.some((day, index) => index > 0 && day < (order[index - 1] ?? day))) {
    refuse(`the days of "${title}" are out of order; put them after the request before`);
  }
  if (outcome === "granted" && approved === undefined) {
    refuse(`"${title}" is granted without an approval, which the contract refuses; give the day of approval`);
  }
  const late = parseDay(ended) - parseDay(asked) > days;
  if (late !== (outcome === "expired")) {
    refuse(`"${title}" ends ${late ? "after" : "within"} its time and is ${outcome}; change ended, days or outcome`);
  }
}
