import { startOfDayNumber, dayNumber, daysFromCivil, yearOf } from "../../sdk/calendar.js";
import { minor } from "../../sdk/money.js";
import type { Chain } from "./chain.js";
import { CLASS, UNLIMITED, fund, type ClassName, type Jurisdiction, type Money } from "./currency.js";

/** Limits that stop nothing a test does, of a class that is counted. */
const LOOSE = {
  balance: UNLIMITED.amount,
  single: UNLIMITED.amount,
  day: UNLIMITED.counted - 1n,
  year: UNLIMITED.counted - 1n,
  open: true,
};

/**
 * The holder of a class as if it had paid `spent` today, owning `balance` and under its published limits. The class's
 * limits are lifted meanwhile, so that one payment does for many.
 */
export async function havingPaid(
  at: Jurisdiction,
  name: ClassName,
  spent: bigint,
  balance: bigint,
  shop: Money["shop"],
) {
  const payer = at.holder[name];
  const governor = at.currency.connect(at.officers.governor);
  await governor.setClassLimits(CLASS[name], LOOSE);
  await fund(at, payer, spent + balance);
  if (spent > 0n) await at.currency.connect(payer).transfer(shop, spent);
  await governor.setClassLimits(CLASS[name], at.limits[name]);
  return payer;
}

/** First second of the next UTC+8 day. */
export async function nextMidnight(chain: Chain): Promise<number> {
  return midnightAfter(await chain.networkHelpers.time.latest());
}

/** First second of the next UTC+8 year. */
export async function nextNewYear(chain: Chain): Promise<number> {
  return newYearAfter(await chain.networkHelpers.time.latest());
}

/** A midnight in UTC+8 at which something has to begin anew. */
export interface Midnight {
  readonly name: string;
  /** Its first second, the next time that it comes after `time`. */
  readonly after: (time: number) => number;
}

/** Any. */
export const MIDNIGHT: Midnight = { name: "at midnight", after: midnightAfter };

/** The second after 31 December, 23:59:59. */
export const NEW_YEAR: Midnight = { name: "at new year", after: newYearAfter };

/** An ordinary midnight, the two around a 29 February, and the one that also ends the year. */
export const MIDNIGHTS: readonly Midnight[] = [
  MIDNIGHT,
  { name: "when a 29 February begins", after: (time) => dateAfter(time, isLeap, 2, 29) },
  { name: "when a 29 February ends", after: (time) => dateAfter(time, isLeap, 3, 1) },
  NEW_YEAR,
];

/** Seconds before a midnight in which a test prepares. */
export const LEAD = 1000;

/** Moves the chain's clock to `lead` seconds before the next `midnight`, and returns the midnight's first second. */
export async function approach({ networkHelpers: { time } }: Chain, midnight: Midnight, lead: number): Promise<number> {
  const next = midnight.after((await time.latest()) + lead);
  await time.increaseTo(next - lead);
  return next;
}

function midnightAfter(time: number): number {
  return startOfDayNumber(dayNumber(time) + 1);
}

function newYearAfter(time: number): number {
  return dateAfter(time, () => true, 1, 1);
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The next time, in UTC+8, that a `month` and `day` begin, of a year that `fits`. */
function dateAfter(time: number, fits: (year: number) => boolean, month: number, day: number): number {
  let year = yearOf(time);
  const startOf = () => startOfDayNumber(daysFromCivil({ year, month, day }));
  while (!fits(year) || startOf() <= time) year++;
  return startOf();
}

/** An amount small enough for every class, to reach a limit with. */
export const SMALL = minor("100");
