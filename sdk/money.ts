import { UserError } from "./errors.js";

/** What ISO 4217 says of a currency: its numeric code, and how many decimals its minor unit has. */
export interface CurrencyFacts {
  readonly numeric: string;
  readonly decimals: number;
}

/** The currencies of the suite and of its corridors (ISO 4217). */
export const CURRENCIES = {
  AED: { numeric: "784", decimals: 2 },
  CNY: { numeric: "156", decimals: 2 },
  EUR: { numeric: "978", decimals: 2 },
  HKD: { numeric: "344", decimals: 2 },
  IDR: { numeric: "360", decimals: 2 },
  JPY: { numeric: "392", decimals: 0 },
  KRW: { numeric: "410", decimals: 0 },
  LAK: { numeric: "418", decimals: 2 },
  MOP: { numeric: "446", decimals: 2 },
  MYR: { numeric: "458", decimals: 2 },
  SAR: { numeric: "682", decimals: 2 },
  SGD: { numeric: "702", decimals: 2 },
  THB: { numeric: "764", decimals: 2 },
  USD: { numeric: "840", decimals: 2 },
  VND: { numeric: "704", decimals: 0 },
} as const satisfies Record<string, CurrencyFacts>;

/** ISO 4217 alphabetic code of a currency in {@link CURRENCIES}. */
export type CurrencyCode = keyof typeof CURRENCIES;

/** The largest amount a ledger account can hold: 2^64 − 1 minor units. */
export const MAX_AMOUNT = 2n ** 64n - 1n;

/**
 * An amount that knows its currency. `+` does not compile on it and {@link add} refuses to mix currencies, so e-CNY
 * and e-HKD cannot be added by mistake.
 */
export interface Money<C extends CurrencyCode = CurrencyCode> {
  readonly currency: C;
  /** Minor units (fen, cents), 0 to {@link MAX_AMOUNT}. */
  readonly minor: bigint;
}

/** Narrows a string to a currency of {@link CURRENCIES}. */
export function isCurrency(code: string): code is CurrencyCode {
  return Object.hasOwn(CURRENCIES, code);
}

/**
 * Reads a decimal amount as minor units: `minor("1234.50")` is `123450n`.
 * Strict: digits and one point only; no sign, exponent, separator, blank or leading zero.
 * @param text the amount in major units.
 * @param currency decides how many decimals are allowed (default CNY, two).
 * @throws UserError when the text is not such an amount, has too many decimals, or exceeds {@link MAX_AMOUNT}.
 */
export function minor(text: string, currency: CurrencyCode = "CNY"): bigint {
  const { decimals } = CURRENCIES[currency];
  const match = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text);
  if (match === null) {
    throw new UserError(`"${text}" is not an amount: write digits with at most one decimal point, such as 1234.50.`);
  }
  const [, major = "", fraction = ""] = match;
  if (fraction.length > decimals) {
    throw new UserError(`"${text}" has more than the ${decimals} decimals of ${currency}; round it before use.`);
  }
  const amount = BigInt(major + fraction.padEnd(decimals, "0"));
  if (amount > MAX_AMOUNT) {
    throw new UserError(`"${text}" ${currency} is more than an account can hold (${decimal(MAX_AMOUNT, currency)}).`);
  }
  return amount;
}

/** Minor units as a plain decimal that {@link minor} reads back: `decimal(123450n)` is `"1234.50"`. */
export function decimal(amount: bigint, currency: CurrencyCode = "CNY"): string {
  const { decimals } = CURRENCIES[currency];
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  const sign = amount < 0n ? "-" : "";
  return sign + (decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`);
}

/** Minor units for people: `formatMoney(123450n, "HKD")` is `"HKD 1,234.50"`; net positions may be negative. */
export function formatMoney(amount: bigint, currency: CurrencyCode): string {
  const [major = "", fraction] = decimal(amount, currency).split(".");
  const grouped = major.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${currency} ${fraction === undefined ? grouped : `${grouped}.${fraction}`}`;
}

/**
 * An amount with its currency: `money("CNY", "12.50")`.
 * @throws UserError as {@link minor} does.
 */
export function money<C extends CurrencyCode>(currency: C, text: string): Money<C> {
  return { currency, minor: minor(text, currency) };
}

/**
 * The sum of two amounts of one currency.
 * @throws UserError when the currencies differ (possible only where types were not checked) or the sum is too large.
 */
export function add<C extends CurrencyCode>(a: Money<C>, b: Money<NoInfer<C>>): Money<C> {
  return combine(a, b, a.minor + b.minor);
}

/**
 * `a` less `b`, both of one currency.
 * @throws UserError when the currencies differ or `b` is more than `a`.
 */
export function subtract<C extends CurrencyCode>(a: Money<C>, b: Money<NoInfer<C>>): Money<C> {
  return combine(a, b, a.minor - b.minor);
}

function combine<C extends CurrencyCode>(a: Money<C>, b: Money<C>, result: bigint): Money<C> {
  if (a.currency !== b.currency) {
    throw new UserError(`${a.currency} and ${b.currency} cannot be combined: exchange one of them first.`);
  }
  if (result < 0n || result > MAX_AMOUNT) {
    throw new UserError(`${formatMoney(result, a.currency)} is outside 0 to ${decimal(MAX_AMOUNT, a.currency)}.`);
  }
  return { currency: a.currency, minor: result };
}
