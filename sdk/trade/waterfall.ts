import { dayNumber } from "../calendar.js";
import type { FinanceTerms } from "../eip712/trade.js";
import { least } from "../rounding.js";

/** Interest is kept in these parts of a minor unit: millionths a year, actual/360. */
export const INTEREST_PARTS = 360_000_000n;

/** What a bank is owed, fractions included. */
export interface Outstanding {
  readonly fee: bigint;
  /** In parts of {@link INTEREST_PARTS} of a minor unit. */
  readonly accrued: bigint;
  readonly principal: bigint;
}

/** How a payment is divided, minor units. */
export interface Waterfall {
  readonly fee: bigint;
  readonly interest: bigint;
  readonly principal: bigint;
  /** What is the exporter's. */
  readonly remainder: bigint;
}

/** Most of the verified value that all banks together may finance, minor units. */
export function financeable(value: bigint, advanceRate: bigint): bigint {
  return (value * advanceRate) / 10_000n;
}

/**
 * Interest that comes up between two moments, in parts of {@link INTEREST_PARTS}: each day (UTC+8) before the maturity's at
 * the rate, each from it on at the overdue rate.
 */
export function interestBetween(
  { rate, overdueRate }: Pick<FinanceTerms, "rate" | "overdueRate">,
  principal: bigint,
  maturity: bigint,
  from: bigint,
  to: bigint,
): bigint {
  const [first, due, last] = [dayNumber(from), dayNumber(maturity), dayNumber(to)].map(BigInt) as [
    bigint,
    bigint,
    bigint,
  ];
  const normal = least(last, due) - least(first, due);
  return principal * (normal * rate + (last - first - normal) * overdueRate);
}

/** Divides a payment: fee, interest in whole minor units, principal, and what is left over. */
export function divide(amount: bigint, owed: Outstanding): Waterfall {
  const fee = least(amount, owed.fee);
  const interest = least(amount - fee, owed.accrued / INTEREST_PARTS);
  const principal = least(amount - fee - interest, owed.principal);
  return { fee, interest, principal, remainder: amount - fee - interest - principal };
}
