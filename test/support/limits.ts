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
export async function nextMidnight({ networkHelpers }: Chain): Promise<number> {
  return startOfDayNumber(dayNumber(await networkHelpers.time.latest()) + 1);
}

/** First second of the next UTC+8 year. */
export async function nextNewYear({ networkHelpers }: Chain): Promise<number> {
  const year = yearOf(await networkHelpers.time.latest()) + 1;
  return startOfDayNumber(daysFromCivil({ year, month: 1, day: 1 }));
}

/** An amount small enough for every class, to reach a limit with. */
export const SMALL = minor("100");
