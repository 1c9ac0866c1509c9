import { UserError } from "./errors.js";

/** ISO 3166-1 alpha-2: the officially assigned codes. */
const COUNTRIES = new Set(
  `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
  CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
  GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
  KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
  MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
  SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
  UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`.split(/\s+/),
);

/** Prefixes of ISIN beside countries: international securities (XS), substitute agencies, the EU, derivatives (EZ). */
const ISIN_PREFIXES = new Set(["EU", "EZ", "XA", "XB", "XC", "XD", "XF", "XK", "XS", "XT"]);

/** Kosovo has BICs under a user-assigned code. */
const BIC_EXTRA_COUNTRIES = new Set(["XK"]);

/**
 * A country code of ISO 3166-1 alpha-2, in capitals.
 * @throws UserError when the code is not officially assigned.
 */
export function parseCountry(text: string): string {
  if (COUNTRIES.has(text)) return text;
  throw invalid(text, "a country code", "ISO 3166-1 asks for an assigned code of two capitals, such as CN or HK");
}

/**
 * A Legal Entity Identifier: 18 capitals or digits and two check digits (ISO 17442, ISO 7064 MOD 97-10).
 * @throws UserError when the form or the check digits are wrong.
 */
export function parseLei(text: string): string {
  if (!/^[0-9A-Z]{18}\d{2}$/.test(text)) {
    throw invalid(text, "an LEI", "ISO 17442 asks for 18 capitals or digits followed by two check digits");
  }
  // 00, 01 and 99 satisfy the congruence too, but MOD 97-10 makes check digits of 02 to 98 only
  if (leiWithCheckDigits(text.slice(0, 18)) !== text) {
    throw invalid(text, "an LEI", "its check digits fail ISO 7064 MOD 97-10");
  }
  return text;
}

/**
 * Appends the two check digits of ISO 17442 to 18 capitals or digits; makes identifiers for tests.
 * @throws UserError when `stem` has another form.
 */
export function leiWithCheckDigits(stem: string): string {
  if (!/^[0-9A-Z]{18}$/.test(stem)) {
    throw invalid(stem, "the stem of an LEI", "ISO 17442 asks for 18 capitals or digits before the check digits");
  }
  const check = 98n - (BigInt(expand(`${stem}00`)) % 97n);
  return stem + check.toString().padStart(2, "0");
}

/**
 * An International Securities Identification Number: prefix, nine capitals or digits, check digit (ISO 6166, Luhn
 * over the digits, letters counting as 10 to 35).
 * @throws UserError when the form, the prefix or the check digit is wrong.
 */
export function parseIsin(text: string): string {
  if (!/^[A-Z]{2}[0-9A-Z]{9}\d$/.test(text)) {
    throw invalid(text, "an ISIN", "ISO 6166 asks for two letters, nine capitals or digits, and a check digit");
  }
  if (isinWithCheckDigit(text.slice(0, 11)) !== text) {
    throw invalid(text, "an ISIN", "its check digit fails the Luhn rule of ISO 6166");
  }
  return text;
}

/**
 * Appends the check digit of ISO 6166 to a prefix and nine capitals or digits; makes identifiers for tests.
 * @throws UserError when `stem` has another form or an unknown prefix.
 */
export function isinWithCheckDigit(stem: string): string {
  if (!/^[A-Z]{2}[0-9A-Z]{9}$/.test(stem)) {
    throw invalid(stem, "the stem of an ISIN", "ISO 6166 asks for two letters and nine capitals or digits");
  }
  const prefix = stem.slice(0, 2);
  if (!COUNTRIES.has(prefix) && !ISIN_PREFIXES.has(prefix)) {
    throw invalid(stem, "an ISIN", `ISO 6166 knows no prefix ${prefix}`);
  }
  const digits = [...expand(stem)].reverse().map(Number);
  // the check digit will stand to the right, so the last digit of the stem is the first to be doubled
  const sum = digits.reduce((total, digit, place) => total + (place % 2 === 0 ? crossSum(2 * digit) : digit), 0);
  return `${stem}${(10 - (sum % 10)) % 10}`;
}

/**
 * A Business Identifier Code (ISO 9362): four capitals or digits, a country, two capitals or digits, and for a branch
 * three more; `XXX` or nothing is the head office.
 * @throws UserError when the form or the country is wrong.
 */
export function parseBic(text: string): string {
  const match = /^[0-9A-Z]{4}([A-Z]{2})[0-9A-Z]{2}(?:[0-9A-Z]{3})?$/.exec(text);
  if (match === null) {
    throw invalid(text, "a BIC", "ISO 9362 asks for 8 or 11 capitals or digits, letters in places 5 and 6");
  }
  const [, country = ""] = match;
  if (!COUNTRIES.has(country) && !BIC_EXTRA_COUNTRIES.has(country)) {
    throw invalid(text, "a BIC", `its places 5 and 6, ${country}, are no country of ISO 3166-1`);
  }
  return text;
}

/**
 * A Unique End-to-end Transaction Reference: a UUID of version 4 and variant 1 in small letters (ISO 20022).
 * @throws UserError when the form, the version or the variant is wrong.
 */
export function parseUetr(text: string): string {
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text)) return text;
  throw invalid(text, "a UETR", "ISO 20022 asks for a version 4 UUID in small letters");
}

/**
 * An International Bank Account Number without blanks: country, two check digits, 11 to 30 capitals or digits
 * (ISO 13616, ISO 7064 MOD 97-10 over the number with its first four places moved to the end). The length that each
 * country has registered is not checked.
 * @throws UserError when the form, the country or the check digits are wrong.
 */
export function parseIban(text: string): string {
  const match = /^([A-Z]{2})\d{2}[0-9A-Z]{11,30}$/.exec(text);
  if (match === null) {
    throw invalid(text, "an IBAN", "ISO 13616 asks for a country, two check digits and 11 to 30 capitals or digits");
  }
  const [, country = ""] = match;
  if (!COUNTRIES.has(country) && !BIC_EXTRA_COUNTRIES.has(country)) {
    throw invalid(text, "an IBAN", `its first two places, ${country}, are no country of ISO 3166-1`);
  }
  if (ibanWithCheckDigits(country, text.slice(4)) !== text) {
    throw invalid(text, "an IBAN", "its check digits fail ISO 7064 MOD 97-10");
  }
  return text;
}

/** Puts country and check digits of ISO 13616 before an account number of capitals and digits; makes test numbers. */
export function ibanWithCheckDigits(country: string, account: string): string {
  const check = 98n - (BigInt(expand(`${account}${country}00`)) % 97n);
  return `${country}${check.toString().padStart(2, "0")}${account}`;
}

/** Letters as two digits, A = 10 to Z = 35, as ISO 7064 and ISO 6166 expand them. */
function expand(text: string): string {
  return [...text].map((character) => parseInt(character, 36).toString()).join("");
}

function crossSum(value: number): number {
  return value > 9 ? value - 9 : value;
}

function invalid(text: string, what: string, rule: string): UserError {
  return new UserError(`"${text}" is not ${what}: ${rule}; check it for typing errors.`);
}
