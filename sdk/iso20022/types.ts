import { parseDay } from "../calendar.js";
import { sentenceOf } from "../errors.js";
import { parseBic, parseCountry, parseIban, parseIsin, parseLei, parseUetr } from "../identifiers.js";
import { ValueError } from "./errors.js";
import { currencyDecimals } from "./currencies.js";
import { leaf, type Shape } from "./shape.js";
import type { XmlElement } from "./xml.js";

/** An amount as a message states it: any currency of ISO 4217, exact. */
export interface Amount {
  /** ISO 4217 alphabetic code. */
  readonly currency: string;
  /** Minor units of the currency. */
  readonly minor: bigint;
}

/** Digits of an amount, before and after the point (ActiveCurrencyAndAmount). */
export const AMOUNT_DIGITS = 18;

/** Text of 1 to `max` characters. */
export function text(max: number): Shape<string> {
  return string(`text of 1 to ${max}`, (value) => length(value, max));
}

/** An identification of 1 to `max` characters: no blank at either end, no control characters. */
export function identification(max: number): Shape<string> {
  return string(`identification of 1 to ${max}`, (value) => {
    // eslint-disable-next-line no-control-regex
    if (/[\u0000-\u001f\u007f]/.test(value)) return "an identification has no control characters";
    if (value !== value.trim()) return "an identification has no blank at either end";
    return length(value, max);
  });
}

/** One of the codes of the schema. */
export function code<const C extends readonly string[]>(...codes: C): Shape<C[number]> {
  return leaf(
    codes.join(" | "),
    (element) => {
      const found = codes.find((each) => each === element.text);
      if (found === undefined) throw new ValueError(element.path, element.text, `it is none of ${codes.join(", ")}`);
      return found;
    },
    (value) => ({ text: value }),
  );
}

/** A code of an external code set of ISO 20022: 1 to `max` capitals and digits; whether it is in the set is not asked. */
export function externalCode(max = 4): Shape<string> {
  return string(`external code of 1 to ${max}`, (value) =>
    new RegExp(`^[A-Z0-9]{1,${max}}$`).test(value) ? undefined : `a code has 1 to ${max} capitals or digits`,
  );
}

export const bic = checked("BIC", parseBic);
export const lei = checked("LEI", parseLei);
export const uetr = checked("UETR", parseUetr);
export const iban = checked("IBAN", parseIban);
export const isin = checked("ISIN", parseIsin);
export const country = checked("country", parseCountry);
export const date = checked("date", (value) => {
  parseDay(value);
});
export const dateTime = checked("date and time", refuseDateTime);
/** `true`, `false`, or the schema's other spelling of them, 1 and 0. */
export const indicator: Shape<boolean> = leaf(
  "true or false",
  (element) => {
    if (["true", "1"].includes(element.text)) return true;
    if (["false", "0"].includes(element.text)) return false;
    throw new ValueError(element.path, element.text, "an indicator is true or false");
  },
  (value) => ({ text: String(value) }),
);
/** A count, as text of up to 15 digits. */
export const count: Shape<number> = leaf(
  "count",
  (element) => {
    if (!/^\d{1,15}$/.test(element.text))
      throw new ValueError(element.path, element.text, "a count has 1 to 15 digits");
    return Number(element.text);
  },
  (value) => ({ text: String(value) }),
);
/** A decimal of up to 18 digits, 17 of them after the point; kept as it was written. */
export const decimalNumber = string("decimal number", (value) => refuseDecimal(value, 18, 17));
/** A rate: up to 11 digits, 10 of them after the point; kept as it was written. */
export const rate = string("rate", (value) => refuseDecimal(value, 11, 10));
/** A quantity or nominal of a security: up to 30 digits, 17 of them after the point; kept as it was written. */
export const quantity = string("quantity", (value) => refuseDecimal(value, 30, 17));

/**
 * An amount with its currency. Exact: a decimal of digits and one point, at most 18 digits, no more decimals than
 * ISO 4217 gives the currency, no sign, never a floating-point number.
 */
export const amount: Shape<Amount> = leaf(
  "amount",
  (element) => {
    const currency = element.attributes["Ccy"];
    if (currency === undefined) throw new ValueError(element.path, element.text, "an amount has the attribute Ccy");
    const decimals = currencyDecimals(currency);
    if (decimals === undefined) throw new ValueError(element.path, currency, "it is no currency of ISO 4217");
    return { currency, minor: amountOf(element, currency, decimals) };
  },
  ({ currency, minor }) => ({
    text: decimalOf(minor, currencyDecimals(currency) ?? 0),
    attributes: { Ccy: currency },
  }),
  ["Ccy"],
);

function amountOf(element: XmlElement, currency: string, decimals: number): bigint {
  const { path } = element;
  const value = element.text;
  if (value.startsWith("-")) throw new ValueError(path, value, "an amount is never negative");
  const match = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(value);
  if (match === null) throw new ValueError(path, value, "an amount is digits with at most one decimal point");
  const [, major = "", fraction = ""] = match;
  const digits = (major === "0" ? 0 : major.length) + fraction.length;
  if (digits > AMOUNT_DIGITS) {
    throw new ValueError(path, value, `an amount has at most ${AMOUNT_DIGITS} digits and this one ${digits}`);
  }
  if (fraction.length > decimals) {
    throw new ValueError(
      path,
      value,
      `${currency} has ${decimals} decimals (ISO 4217) and this amount ${fraction.length}`,
    );
  }
  return BigInt(major + fraction.padEnd(decimals, "0"));
}

/** Minor units as a decimal with all decimals of the currency. */
export function decimalOf(minor: bigint, decimals: number): string {
  const digits = minor.toString().padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  return decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
}

/** A decimal without sign as an integer of 10^-`places`; `undefined` when it has more decimals that are not zero. */
export function scaled(value: string, places: number): bigint | undefined {
  const [major = "", fraction = ""] = value.split(".");
  const kept = fraction.replace(/0+$/, "");
  return kept.length > places ? undefined : BigInt(major + kept.padEnd(places, "0"));
}

function refuseDecimal(value: string, total: number, fractional: number): string | undefined {
  if (value.startsWith("-")) return "the number is never negative";
  const match = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(value);
  if (match === null) return "a number is digits with at most one decimal point";
  const [, major = "", fraction = ""] = match;
  const digits = (major === "0" ? 0 : major.length) + fraction.length;
  if (digits > total) return `the number has at most ${total} digits and this one ${digits}`;
  return fraction.length > fractional ? `the number has at most ${fractional} decimals` : undefined;
}

function refuseDateTime(value: string): string | undefined {
  const match = /^([^T]*)T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](\d{2}):(\d{2}))?$/.exec(value);
  if (match === null) return "a date and time is YYYY-MM-DDThh:mm:ss, with decimals and an offset from UTC if need be";
  const [, day = "", hours, minutes, seconds, offsetHours = "0", offsetMinutes = "0"] = match;
  parseDay(day);
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return "there is no such time of day";
  if (Number(offsetHours) * 60 + Number(offsetMinutes) > 840 || Number(offsetMinutes) > 59) {
    return "an offset from UTC is at most 14 hours";
  }
  return undefined;
}

function length(value: string, max: number): string | undefined {
  const characters = [...value].length;
  if (characters === 0) return "the value is empty";
  return characters > max ? `it has ${characters} characters and ${max} are allowed` : undefined;
}

/** A string that is kept as it is written, if nothing speaks against it. */
function string(name: string, refuse: (value: string) => string | undefined): Shape<string> {
  return leaf(
    name,
    (element) => {
      const rule = refuse(element.text);
      if (rule !== undefined) throw new ValueError(element.path, element.text, rule);
      return element.text;
    },
    (value) => ({ text: value }),
  );
}

/** A string that a parser of the suite accepts; the parser's sentence is the rule. */
function checked(name: string, parse: (value: string) => unknown): Shape<string> {
  return string(name, (value) => {
    try {
      const rule = parse(value);
      return typeof rule === "string" && rule !== value ? rule : undefined;
    } catch (error) {
      const sentence = sentenceOf(error);
      if (sentence === undefined) throw error;
      // "<value>" is not an LEI: <rule>; <what next>.
      return sentence.replace(/^"[^"]*" /, "it ").replace(/; [^;]*\.$/, "");
    }
  });
}
