import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const name = z.string().min(1);
const hour = z.int().min(8).max(19);
const days = z.int().min(1).max(366);

const saleSchema = z.strictObject({ hour, to: name, amount });

const purchaseSchema = saleSchema.extend({
  from: name,
  /** Whom the paid device pays with it, whole, in the same hour. */
  passedOnTo: name.optional(),
  /** The message of the payment: comes twice; is lost and shown again; is lost for good. Once if not said. */
  delivery: z.enum(["once", "twice", "again", "lost"]).default("once"),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  day: checkedBy(parseDate),
  /** Keeps every wallet, and answers with its guarantee. */
  bank: checkedBy(parseBic),
  terms: z.strictObject({
    ...{ maxPayment: amount, maxLoaded: amount },
    ...{ maxAgeDays: days, termDays: days, lossGraceDays: days },
  }),
  guarantee: amount,
  /** Whoever has a device, and what is loaded; zero: it is paid only, and passes nothing on. */
  people: z
    .array(z.strictObject({ name, loaded: amount }))
    .min(3)
    .max(16),
  /** In the order in which they happen. */
  purchases: z.array(purchaseSchema).min(1),
  /** Whose device is stolen, the hour of the report, and what the thief pays before and after. */
  lost: z.strictObject({ name, reported: hour, thief: z.array(purchaseSchema).min(1) }),
  /** Whose device has a clone for each of these sales: every one signs the first number. In order of arrival. */
  cloned: z.strictObject({ name, sales: z.array(saleSchema).min(2) }),
  /** Hour at which the network is back and everything is redeemed. */
  evening: z.int().min(20).max(23),
});

/** A checked input file of the scenario. */
export type MarketInput = z.infer<typeof schema>;
/** One payment between two devices. */
export type Purchase = z.infer<typeof purchaseSchema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<MarketInput> {
  const input = await readJson(path, schema);
  const { people, purchases, lost, cloned, terms } = input;
  const loaded = new Map(people.map((person) => [person.name, minor(person.loaded)]));
  if (loaded.size !== people.length) {
    throw new UserError(`${path}: two people have one name; name each differently.`);
  }
  const all = [...purchases, ...lost.thief];
  const named = [
    ...all.flatMap(({ from, to, passedOnTo }) => [from, to, passedOnTo ?? to]),
    ...[...cloned.sales.map(({ to }) => to), lost.name, cloned.name],
  ];
  const unknown = named.find((one) => !loaded.has(one));
  if (unknown !== undefined) throw new UserError(`${path}: nobody is called ${unknown}; add them to people.`);
  for (const [who, has] of loaded) {
    if (has > minor(terms.maxLoaded)) {
      throw new UserError(`${path}: ${who} loads more than maxLoaded; load less.`);
    }
    const spent = all.filter(({ from }) => from === who).reduce((sum, one) => sum + minor(one.amount), 0n);
    if (spent > has) throw new UserError(`${path}: ${who} spends more than is loaded; load more or spend less.`);
  }
  for (const one of [...all, ...cloned.sales]) {
    if (minor(one.amount) > minor(terms.maxPayment) || minor(one.amount) === 0n) {
      throw new UserError(`${path}: a payment of ${one.amount} is nothing or above maxPayment; change it.`);
    }
  }
  for (const { passedOnTo, to, amount: passed } of all) {
    if (passedOnTo !== undefined && (loaded.get(to) ?? 0n) < minor(passed)) {
      throw new UserError(`${path}: ${to} passes on more than is loaded as its security; load more.`);
    }
  }
  if (lost.thief.some(({ from }) => from !== lost.name) || all.some(({ from }) => from === cloned.name)) {
    throw new UserError(`${path}: the thief pays with the lost device, and the cloned one is used for its sales only.`);
  }
  if (cloned.sales.some((one) => minor(one.amount) > (loaded.get(cloned.name) ?? 0n))) {
    throw new UserError(`${path}: a clone believes in what is loaded and signs no more; lower its sales.`);
  }
  if (terms.lossGraceDays >= terms.termDays) {
    throw new UserError(`${path}: lossGraceDays must be shorter than termDays; change one of them.`);
  }
  return input;
}
