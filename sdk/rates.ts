import { MAKER_SIDE, type Quote } from "./eip712/foreignExchange.js";
import { UserError } from "./errors.js";
import { CURRENCIES, type CurrencyCode } from "./money.js";
import { mulDiv } from "./rounding.js";

/** Decimals of a rate on chain: minor units of the counter currency for one of the base currency, times 10^12. */
export const RATE_DECIMALS = 12;
/** 10^12. */
export const RATE_SCALE = 10n ** BigInt(RATE_DECIMALS);
/** The largest rate that fits a quote. */
export const MAX_RATE = 2n ** 104n - 1n;

/** Two currencies: one unit of `base` costs the rate in `counter`. */
export interface Pair {
  readonly base: CurrencyCode;
  readonly counter: CurrencyCode;
}

/**
 * A decimal rate, major units of counter for one of base, as the contracts take it: `parseRate("1.0925")` is
 * `1092500000000n`. Exact: no digit is lost, nothing passes through a floating-point number.
 * @param pair decides the minor units (default: both have two decimals).
 * @throws UserError when the text is no positive decimal, has more digits than the scale keeps, or is too large.
 */
export function parseRate(text: string, pair?: Pair): bigint {
  const { numerator, decimals } = parseDecimal(text);
  const shift = RATE_DECIMALS + minorShift(pair) - decimals;
  const divisor = 10n ** BigInt(Math.max(0, -shift));
  if (numerator % divisor !== 0n) {
    throw new UserError(`"${text}" has more decimals than a rate keeps (${decimals + shift}); round it before use.`);
  }
  const rate = (numerator * 10n ** BigInt(Math.max(0, shift))) / divisor;
  if (rate > MAX_RATE) throw new UserError(`"${text}" is too large for a rate.`);
  return rate;
}

/** A rate of the contracts as a plain decimal that {@link parseRate} reads back: no trailing zeros. */
export function formatRate(rate: bigint, pair?: Pair): string {
  const decimals = RATE_DECIMALS + minorShift(pair);
  const digits = rate.toString().padStart(decimals + 1, "0");
  const [major, fraction] = [digits.slice(0, digits.length - decimals), digits.slice(digits.length - decimals)];
  const kept = fraction.replace(/0+$/, "");
  return kept === "" ? major : `${major}.${kept}`;
}

/**
 * The rate between two currencies that are both quoted against a third, rounded half up in its last digit:
 * 1 EUR = 7.8363 HKD = 7.8465 CNY makes CNY for one HKD.
 * @param basePerUnit what one unit of the third currency costs in base.
 * @param counterPerUnit what it costs in counter.
 * @throws UserError as {@link parseRate} does.
 */
export function crossRate(basePerUnit: string, counterPerUnit: string, pair?: Pair): bigint {
  const [base, counter] = [parseDecimal(basePerUnit), parseDecimal(counterPerUnit)];
  const up = RATE_DECIMALS + minorShift(pair) + base.decimals;
  const rate = mulDiv(
    counter.numerator,
    10n ** BigInt(up),
    base.numerator * 10n ** BigInt(counter.decimals),
    "half-up",
  );
  if (rate === 0n || rate > MAX_RATE) {
    throw new UserError(`${counterPerUnit} for ${basePerUnit} is no rate that can be kept.`);
  }
  return rate;
}

/** What `amount` of base comes to in counter, minor units, rounded as the contract does: in the maker's favour. */
export function counterAmountOf({ rate, side }: Pick<Quote, "rate" | "side">, amount: bigint): bigint {
  return mulDiv(amount, rate, RATE_SCALE, side === MAKER_SIDE.sells ? "ceil" : "floor");
}

/** How many decimals the counter's minor unit has more than the base's. */
function minorShift({ base, counter }: Pair = { base: "CNY", counter: "CNY" }): number {
  return CURRENCIES[counter].decimals - CURRENCIES[base].decimals;
}

function parseDecimal(text: string): { numerator: bigint; decimals: number } {
  const match = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text);
  const [, major = "", fraction = ""] = match ?? [];
  const numerator = BigInt(major + fraction);
  if (match === null || numerator === 0n) {
    throw new UserError(
      `"${text}" is not a rate: write digits above zero with at most one decimal point, such as 1.0925.`,
    );
  }
  return { numerator, decimals: fraction.length };
}
