import { civilFromDays } from "./calendar.js";
import { UserError } from "./errors.js";

/** A share of a year as an exact fraction, not reduced; `den` is positive. */
export interface YearFraction {
  readonly num: bigint;
  readonly den: bigint;
}

/** A coupon period for {@link actActIcma}. */
export interface CouponPeriod {
  /** Day number of the first day of the regular coupon period. */
  readonly start: number;
  /** Day number of the day after its last day, which is the next period's first. */
  readonly end: number;
  /** Coupons in a year: 1, 2, 4 or 12. */
  readonly frequency: number;
}

/**
 * Actual/365 (Fixed): calendar days over 365, in leap years too (2006 ISDA Definitions 4.16(d)).
 * @param start day number (see calendar.ts) of the first day, included.
 * @param end day number of the end, excluded.
 * @throws UserError when `end` is before `start`.
 */
export function act365f(start: number, end: number): YearFraction {
  return { num: BigInt(daysBetween(start, end)), den: 365n };
}

/**
 * Actual/Actual (ICMA Rule 251): calendar days over (days of the coupon period × coupons in a year), so that a full
 * period is exactly 1 / frequency. Accrual over several or irregular periods is the sum of one call for each
 * (possibly notional) regular period.
 * @param start day number of the first day, included.
 * @param end day number of the end, excluded.
 * @param period the regular coupon period that contains both.
 * @throws UserError when `end` is before `start`, the two are outside `period`, or the frequency is none of 1, 2, 4, 12.
 */
export function actActIcma(start: number, end: number, period: CouponPeriod): YearFraction {
  if (![1, 2, 4, 12].includes(period.frequency)) {
    throw new UserError(`A bond pays 1, 2, 4 or 12 coupons a year, not ${period.frequency}; correct the frequency.`);
  }
  if (start < period.start || end > period.end || period.end <= period.start) {
    throw new UserError("The accrual does not lie within one coupon period: split it at the coupon dates.");
  }
  const days = BigInt(daysBetween(start, end));
  return { num: days, den: BigInt(period.end - period.start) * BigInt(period.frequency) };
}

/**
 * 30/360, the variant "Bond Basis" (2006 ISDA Definitions 4.16(f)): months have 30 days, years 360. A first day 31
 * becomes 30; a last day 31 becomes 30 only if the first day is 30 or 31. The end of February is not adjusted.
 * @param start day number of the first day, included.
 * @param end day number of the end, excluded.
 * @throws UserError when `end` is before `start`.
 */
export function thirty360(start: number, end: number): YearFraction {
  daysBetween(start, end);
  const from = civilFromDays(start);
  const to = civilFromDays(end);
  const firstDay = Math.min(from.day, 30);
  const lastDay = to.day === 31 && firstDay === 30 ? 30 : to.day;
  const days = 360 * (to.year - from.year) + 30 * (to.month - from.month) + (lastDay - firstDay);
  return { num: BigInt(days), den: 360n };
}

function daysBetween(start: number, end: number): number {
  if (end < start) throw new UserError("An accrual ends before it starts: exchange the two dates.");
  return end - start;
}
