import { z } from "zod";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const date = checkedBy(parseDate);
const bic = checkedBy(parseBic);
const name = z.string().min(1);
/** Name of a contract's error: the refusal that is expected. */
const refused = z.string().regex(/^[A-Z]\w+$/);

const campaignSchema = z.strictObject({
  name,
  kind: z.enum(["stored", "fixed", "percentage"]),
  claim: z.enum(["granted", "firstCome", "listed"]),
  budget: amount,
  value: amount,
  perPerson: amount,
  minimumSpend: amount,
  /** Parts of 10,000. */
  rate: z.int().min(0).max(10_000),
  usesPerDay: z.int().min(0).max(100),
  layer: z.int().min(0).max(15),
  /** Layers whose campaigns may be used beside this one. */
  combinesWith: z.array(z.int().min(0).max(15)),
  stackLimit: z.int().min(1).max(16),
  categories: z.array(z.int().min(0).max(9_999)),
  regions: z.array(z.int().min(110_000).max(999_999)),
  /** Of a listed campaign: who is on the list. */
  list: z.array(z.strictObject({ person: name, amount })).default([]),
});

const voucherSchema = z.strictObject({
  campaign: name,
  /** Name of the purchase whose refund restored it. */
  restoredBy: name.optional(),
  /** What the beneficiary says it pays, where that is not what the terms say. */
  pays: amount.optional(),
});

const eventSchema = z.discriminatedUnion("what", [
  z.strictObject({ what: z.literal("grant"), day: date, campaign: name, person: name, amount }),
  z.strictObject({
    ...{ what: z.literal("claim"), day: date, campaign: name, person: name },
    /** Which of the person's wallets claims, from 0. */
    wallet: z.int().min(0).default(0),
    refused: refused.optional(),
  }),
  z.strictObject({ what: z.literal("claimListed"), day: date, campaign: name, person: name }),
  z.strictObject({
    ...{ what: z.literal("purchase"), day: date, name, person: name, merchant: name, price: amount },
    wallet: z.int().min(0).default(0),
    vouchers: z.array(voucherSchema).min(1),
    /** What the beneficiary pays itself. */
    own: amount.optional(),
    refused: refused.optional(),
  }),
  z.strictObject({ what: z.literal("refund"), day: date, purchase: name, amount: amount.optional() }),
  z.strictObject({ what: z.literal("suspend"), day: date, merchant: name, reason: name }),
  z.strictObject({ what: z.literal("payback"), day: date, merchant: name, person: name, amount }),
]);

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  /** Who pays, and the institution of everybody's wallets. */
  sponsor: z.strictObject({ name, funds: amount }),
  bank: bic,
  /** Institution that acquires the merchants. */
  acquirer: bic,
  opens: date,
  claimsUntil: date,
  expires: date,
  campaigns: z.array(campaignSchema).min(1).max(8),
  merchants: z
    .array(
      z.strictObject({
        ...{ name, category: z.int().min(0).max(9_999), region: z.int().min(110_000).max(999_999) },
        /** What it has at first, to give purchases back. */
        funds: amount,
        /** The person whose own shop it is. */
        owner: name.optional(),
      }),
    )
    .min(1)
    .max(8),
  people: z
    .array(z.strictObject({ name, purse: amount, wallets: z.int().min(1).max(2).default(1) }))
    .min(1)
    .max(8),
  events: z.array(eventSchema).min(1),
  /** Days after a purchase in which a payment of its merchant to its beneficiary is looked into. */
  paybackDays: z.int().min(1).max(366),
});

/** A checked input file of the scenario. */
export type VoucherInput = z.infer<typeof schema>;
/** Something that happens. */
export type VoucherEvent = VoucherInput["events"][number];
/** Something of one kind that happens. */
export type EventOf<What extends VoucherEvent["what"]> = Extract<VoucherEvent, { what: What }>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<VoucherInput> {
  const input = await readJson(path, schema);
  const { campaigns, merchants, people, events, bank, acquirer } = input;
  if (bank === acquirer) throw new UserError(`${path}: bank and acquirer are the same; name two institutions.`);
  requireOrder(path, "the campaign", [input.opens, input.claimsUntil, input.expires]);
  requireOrder(path, "the events", [input.opens, ...events.map(({ day }) => day), input.expires]);
  const purchases = events.flatMap((event) => (event.what === "purchase" ? [event.name] : []));
  requireOnce(path, "campaigns", campaigns.map(nameOf));
  requireOnce(path, "merchants", merchants.map(nameOf));
  requireOnce(path, "people", people.map(nameOf));
  requireOnce(path, "purchases", purchases);
  const known = {
    campaign: new Set(campaigns.map(nameOf)),
    merchant: new Set(merchants.map(nameOf)),
    person: new Set(people.map(nameOf)),
    purchase: new Set(purchases),
  };
  for (const { list } of campaigns) for (const { person } of list) requireKnown(path, "person", known.person, person);
  for (const { owner } of merchants) if (owner !== undefined) requireKnown(path, "person", known.person, owner);
  for (const event of events) {
    if ("campaign" in event) requireKnown(path, "campaign", known.campaign, event.campaign);
    if ("merchant" in event) requireKnown(path, "merchant", known.merchant, event.merchant);
    if ("person" in event) requireKnown(path, "person", known.person, event.person);
    if (event.what === "refund") requireKnown(path, "purchase", known.purchase, event.purchase);
    if (event.what === "purchase") requirePurchase(path, event, known);
  }
  return input;
}

function requirePurchase(
  path: string,
  { name: purchase, vouchers, own, refused: refusal }: EventOf<"purchase">,
  known: Readonly<Record<"campaign" | "purchase", ReadonlySet<string>>>,
): void {
  if ((own === undefined) === (refusal === undefined)) {
    throw new UserError(`${path}: ${purchase} needs either own or refused; give one of them.`);
  }
  for (const { campaign, restoredBy } of vouchers) {
    requireKnown(path, "campaign", known.campaign, campaign);
    if (restoredBy !== undefined) requireKnown(path, "purchase", known.purchase, restoredBy);
  }
}

function nameOf(named: { readonly name: string }): string {
  return named.name;
}

function requireKnown(path: string, kind: string, known: ReadonlySet<string>, one: string): void {
  if (!known.has(one)) throw new UserError(`${path}: there is no ${kind} named ${one}; correct the name.`);
}

function requireOnce(path: string, what: string, names: readonly string[]): void {
  if (new Set(names).size !== names.length) {
    throw new UserError(`${path}: two ${what} have one name; name each differently.`);
  }
}

function requireOrder(path: string, what: string, days: readonly string[]): void {
  const wrong = days.some((day, index) => index > 0 && parseDay(day) < parseDay(days[index - 1] ?? day));
  if (wrong) throw new UserError(`${path}: the days of ${what} are out of order; put them in order.`);
}
