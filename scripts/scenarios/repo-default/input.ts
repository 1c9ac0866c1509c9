import { z } from "zod";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { checkedBy, refusing, type Refuse } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic, parseIsin } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const date = checkedBy(parseDate);
const bic = checkedBy(parseBic);
/** Per cent with two digits after the point. */
const percent = z.string().regex(/^\d{1,3}\.\d{2}$/, "a per cent with two digits after the point");
const units = z.int().min(1);

const note = z.strictObject({
  name: z.string().min(1).max(31),
  isin: checkedBy(parseIsin),
  symbol: z.string().min(1).max(31),
  /** What seller and buyer have of it each. */
  placed: units,
  denomination: amount,
  couponPercent: percent,
  couponDates: z.array(date).min(1).max(20),
});

const deal = { units, cash: amount, opened: date, closing: date };

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  firstDay: date,
  issuer: bic,
  seller: bic,
  buyer: bic,
  /** What seller and buyer have each. */
  money: amount,
  notes: z.tuple([note, note]),
  /** Prices of both notes, per cent of the denomination, by day. */
  fixings: z.array(z.strictObject({ day: date, percent: z.tuple([percent, percent]) })).min(1),
  terms: z.strictObject({
    haircutPercent: percent,
    ratePercent: percent,
    dayBasis: z.union([z.literal(360), z.literal(365)]),
    threshold: amount,
    callHours: z.int().min(1).max(720),
    graceHours: z.int().min(0).max(720),
    maxAgeDays: z.int().min(0).max(30),
  }),
  defaulted: z.strictObject({
    ...deal,
    /** Day on which the seller meets its call, and the bonds it gives. */
    met: z.strictObject({ day: date, units }),
    /** Day on which the buyer declares that the next call was missed. */
    declared: date,
    closedOut: date,
  }),
  calledBack: z.strictObject({ ...deal, noticeDays: z.int().min(1).max(90), noticed: date }),
  substituted: z.strictObject({ ...deal, day: date, by: units }),
  pledge: z.strictObject({
    obligation: amount,
    opened: date,
    due: date,
    /** Of the first and of the second note. */
    haircutPercent: z.tuple([percent, percent]),
    limitPercent: z.tuple([percent, percent]),
    /** What the pledgor has to select from. */
    inventory: z.tuple([units, units]),
    /** Day on which part is paid, the excess comes back, and the day of the rest. */
    part: z.strictObject({ day: date, amount }),
    paid: date,
  }),
});

/** A checked input file of the scenario. */
export type RepoInput = z.infer<typeof schema>;
/** One note of it. */
export type NoteInput = RepoInput["notes"][number];

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<RepoInput> {
  const input = await readJson(path, schema);
  const refuse = refusing(path);
  if (new Set([input.issuer, input.seller, input.buyer]).size !== 3) {
    refuse("issuer, seller and buyer have to be three institutions; name another");
  }
  const { defaulted, calledBack, substituted, pledge } = input;
  inOrder("fixings", [input.firstDay, ...input.fixings.map(({ day }) => day)], refuse);
  const { opened, met, declared, closedOut, closing } = defaulted;
  inOrder("the repo that defaults", [opened, met.day, declared, closedOut, closing], refuse);
  inOrder("the repo that is called back", [calledBack.opened, calledBack.noticed, calledBack.closing], refuse);
  inOrder("the repo with other bonds", [substituted.opened, substituted.day, substituted.closing], refuse);
  inOrder("the pledge", [pledge.opened, pledge.part.day, pledge.paid, pledge.due], refuse);
  const fixed = new Set(input.fixings.map(({ day }) => day));
  const priced = [opened, met.day, closedOut, calledBack.opened, substituted.opened, substituted.day];
  for (const day of [...priced, pledge.opened, pledge.part.day]) {
    if (!fixed.has(day)) refuse(`there is no fixing on ${day}, when bonds have to have a price; add one`);
  }
  if (minor(pledge.part.amount) >= minor(pledge.obligation)) {
    refuse("the part of the obligation that is paid first leaves nothing; make it smaller");
  }
  return input;
}

function inOrder(what: string, days: readonly string[], refuse: Refuse): void {
  for (const [index, day] of days.entries()) {
    const before = days[index - 1];
    if (before !== undefined && parseDay(day) < parseDay(before)) {
      refuse(`${what}: ${day} comes before ${before}; put the days in order`);
    }
  }
}
