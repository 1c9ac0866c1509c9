import { toUtf8Bytes } from "ethers";
import { UserError } from "../errors.js";

/** The rule of the code that does not hold; for programs, where the message is for people. */
export type QrRule = "text" | "structure" | "duplicate" | "missing" | "format" | "value" | "checksum";

/** A code that is refused, told in one sentence. */
export class QrCodeError extends UserError {
  constructor(
    readonly rule: QrRule,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** A field: two digits and its text. */
export interface QrField {
  readonly id: string;
  readonly value: string;
}

/** An account of the merchant at a network: reserved to a card scheme (02–25), or a template (26–51). */
export type QrAccount =
  | { readonly id: string; readonly value: string }
  | {
      readonly id: string;
      /** The network's globally unique identifier: a reversed domain, an application identifier, or 32 hex digits. */
      readonly guid: string;
      readonly fields: readonly QrField[];
    };

/** What is added to the amount. */
export type QrTip =
  | { readonly kind: "ask" }
  /** In the currency of the code, major units as written. */
  | { readonly kind: "fixed"; readonly amount: string }
  /** 0.01 to 99.99. */
  | { readonly kind: "percentage"; readonly percentage: string };

/** A code that a merchant presents (EMVCo, merchant-presented mode). */
export interface MerchantCode {
  /** Used once, for one payment, or for many. Unsaid: many. */
  readonly initiation?: "static" | "dynamic";
  /** By rising id. */
  readonly accounts: readonly QrAccount[];
  /** ISO 18245, four digits. */
  readonly categoryCode: string;
  /** ISO 4217 numeric, three digits. */
  readonly currency: string;
  /** Major units as written, for instance "23.72"; without it the payer enters one. */
  readonly amount?: string;
  readonly tip?: QrTip;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly name: string;
  readonly city: string;
  readonly postalCode?: string;
  /** Template 62: bill number, store, terminal and so on, by rising id. */
  readonly additional?: readonly QrField[];
  /** Template 64: name and city in another language. */
  readonly local?: { readonly language: string; readonly name: string; readonly city?: string };
  /** Fields 65–99 as they are, by rising id. */
  readonly others?: readonly QrField[];
}

/** Most characters of a value: two digits say how many. */
const MAX_LENGTH = 99;
/** Most bytes of a code: what a QR code that is read well holds. */
const MAX_BYTES = 512;
const CRC_FIELD = "6304";

/** Rules of fields that are not templates. */
const PRIMITIVES: Readonly<Record<string, { readonly name: string; readonly form: RegExp }>> = {
  "00": { name: "payload format", form: /^01$/ },
  "01": { name: "point of initiation", form: /^1[12]$/ },
  "52": { name: "merchant category code", form: /^\d{4}$/ },
  "53": { name: "currency", form: /^\d{3}$/ },
  "54": { name: "amount", form: /^(?=.{1,13}$)\d+(?:\.\d*)?$/ },
  "55": { name: "tip indicator", form: /^0[123]$/ },
  "56": { name: "fixed tip", form: /^(?=.{1,13}$)\d+(?:\.\d*)?$/ },
  "57": { name: "tip percentage", form: /^(?=.{1,5}$)\d{1,2}(?:\.\d{1,2})?$/ },
  "58": { name: "country", form: /^[A-Z]{2}$/ },
  "59": { name: "merchant name", form: /^.{1,25}$/u },
  "60": { name: "merchant city", form: /^.{1,15}$/u },
  "61": { name: "postal code", form: /^.{1,10}$/u },
  "63": { name: "checksum", form: /^[0-9A-F]{4}$/ },
};
const MANDATORY = ["00", "52", "53", "58", "59", "60", "63"];
const LOCAL: typeof PRIMITIVES = {
  "00": { name: "language", form: /^[A-Za-z]{2}$/ },
  "01": { name: "merchant name in that language", form: /^.{1,25}$/u },
  "02": { name: "merchant city in that language", form: /^.{1,15}$/u },
};

/** CRC-16/CCITT-FALSE: polynomial 0x1021, from 0xFFFF, nothing reflected. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}

/** The four digits for everything that stands before them, "6304" included. The checksum is over UTF-8 bytes. */
export function checksumOf(text: string): string {
  return crc16(toUtf8Bytes(text)).toString(16).toUpperCase().padStart(4, "0");
}

/**
 * Reads a merchant's code, strictly.
 * @throws QrCodeError for the first rule that does not hold.
 */
export function parseMerchantCode(text: string): MerchantCode {
  if (/\p{Surrogate}|\p{Cc}/u.test(text))
    throw new QrCodeError("text", "The code has characters that no code has; scan it again.");
  const bytes = toUtf8Bytes(text).length;
  if (bytes > MAX_BYTES)
    throw new QrCodeError(
      "text",
      `The code has ${bytes} bytes and may have ${MAX_BYTES}; ask the merchant for another.`,
    );
  const all = readFields(text, "the code");
  requireOrder(all);
  const fields = new Map(all.map(({ id, value }) => [id, value]));
  for (const id of MANDATORY) need(fields, id);
  requireForms(fields, PRIMITIVES, "");
  const { length } = text;
  const expected = checksumOf(text.slice(0, length - 4));
  if (fields.get("63") !== expected) {
    throw new QrCodeError(
      "checksum",
      `The checksum is ${need(fields, "63")} and would be ${expected}; scan the code again.`,
    );
  }
  const code = codeOf(all, fields);
  requireSense(code);
  return code;
}

/**
 * Writes a merchant's code: fields by rising id, the checksum last.
 * @throws QrCodeError when the code would not be read again as it is.
 */
export function encodeMerchantCode(code: MerchantCode): string {
  const fields: QrField[] = [{ id: "00", value: "01" }];
  const add = (id: string, value: string | undefined) => {
    if (value !== undefined) fields.push({ id, value });
  };
  add("01", code.initiation === undefined ? undefined : code.initiation === "static" ? "11" : "12");
  for (const account of code.accounts) {
    const template = "guid" in account ? [{ id: "00", value: account.guid }, ...account.fields] : undefined;
    add(account.id, template === undefined || !("guid" in account) ? valueOf(account) : writeFields(template));
  }
  add("52", code.categoryCode);
  add("53", code.currency);
  add("54", code.amount);
  if (code.tip !== undefined) {
    add("55", { ask: "01", fixed: "02", percentage: "03" }[code.tip.kind]);
    if (code.tip.kind === "fixed") add("56", code.tip.amount);
    if (code.tip.kind === "percentage") add("57", code.tip.percentage);
  }
  add("58", code.country);
  add("59", code.name);
  add("60", code.city);
  add("61", code.postalCode);
  if (code.additional !== undefined) add("62", writeFields(code.additional));
  if (code.local !== undefined) {
    const { language, name, city } = code.local;
    const local = [
      { id: "00", value: language },
      { id: "01", value: name },
    ];
    add("64", writeFields(city === undefined ? local : [...local, { id: "02", value: city }]));
  }
  fields.push(...(code.others ?? []));
  const text = writeFields(fields) + CRC_FIELD;
  const whole = text + checksumOf(text);
  // whatever is not allowed in a code is told by whoever reads it
  parseMerchantCode(whole);
  return whole;
}

/** Characters, not UTF-16 units and not bytes: that is what the two digits count. */
function lengthOf(text: string): number {
  return [...text].length;
}

function readFields(text: string, where: string): QrField[] {
  const characters = [...text];
  const fields: QrField[] = [];
  const seen = new Set<string>();
  for (let at = 0; at < characters.length;) {
    const [id, digits] = [characters.slice(at, at + 2).join(""), characters.slice(at + 2, at + 4).join("")];
    if (!/^\d{2}$/.test(id) || !/^\d{2}$/.test(digits)) {
      throw new QrCodeError(
        "structure",
        `After ${at} characters ${where} has "${id}${digits}" where a field begins; scan the code again.`,
      );
    }
    const length = Number(digits);
    const left = characters.length - at - 4;
    if (length === 0)
      throw new QrCodeError("structure", `Field ${id} of ${where} is empty; ask the merchant for another code.`);
    if (length > left) {
      throw new QrCodeError(
        "structure",
        `Field ${id} of ${where} says ${length} characters and ${left} are left; scan the code again.`,
      );
    }
    if (seen.has(id))
      throw new QrCodeError("duplicate", `Field ${id} is in ${where} twice; ask the merchant for another code.`);
    seen.add(id);
    fields.push({ id, value: characters.slice(at + 4, at + 4 + length).join("") });
    at += 4 + length;
  }
  return fields;
}

function writeFields(fields: readonly QrField[]): string {
  return fields
    .map(({ id, value }) => {
      const length = lengthOf(value);
      if (length === 0 || length > MAX_LENGTH) {
        throw new QrCodeError("format", `Field ${id} has ${length} characters; give it 1 to ${MAX_LENGTH}.`);
      }
      return `${id}${String(length).padStart(2, "0")}${value}`;
    })
    .join("");
}

function requireOrder(all: readonly QrField[]): void {
  if (all[0]?.id !== "00")
    throw new QrCodeError("structure", "The code does not begin with field 00; it is no merchant's payment code.");
  if (all.at(-1)?.id !== "63")
    throw new QrCodeError("structure", "The code does not end with its checksum, field 63; scan it again.");
}

function requireForms(fields: ReadonlyMap<string, string>, forms: typeof PRIMITIVES, where: string): void {
  for (const [id, { name, form }] of Object.entries(forms)) {
    const value = fields.get(id);
    if (value === undefined || form.test(value)) continue;
    throw new QrCodeError("format", `The ${name}${where} cannot be "${value}"; ask the merchant for another code.`);
  }
}

function need(fields: ReadonlyMap<string, string>, id: string, where = ""): string {
  const value = fields.get(id);
  if (value !== undefined) return value;
  const name = PRIMITIVES[id]?.name ?? "field";
  throw new QrCodeError(
    "missing",
    `The code has no ${where}${where === "" ? name : ""} (field ${id}); ask the merchant for another.`,
  );
}

function codeOf(all: readonly QrField[], fields: ReadonlyMap<string, string>): MerchantCode {
  const sorted = [...all].sort((a, b) => Number(a.id) - Number(b.id));
  const between = (low: number, high: number) => sorted.filter(({ id }) => Number(id) >= low && Number(id) <= high);
  const accounts = between(2, 51).map(accountOf);
  if (accounts.length === 0)
    throw new QrCodeError("missing", "The code names no account of the merchant; ask the merchant for another.");
  const [initiation, amount, postalCode, additional, local] = ["01", "54", "61", "62", "64"].map((id) =>
    fields.get(id),
  );
  const tip = tipOf(fields);
  const others = between(65, 99);
  return {
    ...(initiation === undefined ? {} : { initiation: initiation === "11" ? "static" : "dynamic" }),
    accounts,
    categoryCode: need(fields, "52"),
    currency: need(fields, "53"),
    ...(amount === undefined ? {} : { amount }),
    ...(tip === undefined ? {} : { tip }),
    country: need(fields, "58"),
    name: need(fields, "59"),
    city: need(fields, "60"),
    ...(postalCode === undefined ? {} : { postalCode }),
    ...(additional === undefined ? {} : { additional: byId(readFields(additional, "template 62")) }),
    ...(local === undefined ? {} : { local: localOf(local) }),
    ...(others.length === 0 ? {} : { others }),
  };
}

function accountOf({ id, value }: QrField): QrAccount {
  if (Number(id) < 26) return { id, value };
  const [first, ...fields] = byId(readFields(value, `template ${id}`));
  if (first?.id !== "00") {
    throw new QrCodeError(
      "missing",
      `Template ${id} does not say which network it belongs to; ask the merchant for another code.`,
    );
  }
  if (!/^[ -~]{1,32}$/.test(first.value)) {
    throw new QrCodeError(
      "format",
      `The network of template ${id} cannot be "${first.value}"; ask the merchant for another code.`,
    );
  }
  return { id, guid: first.value, fields };
}

function tipOf(fields: ReadonlyMap<string, string>): QrTip | undefined {
  const kind = fields.get("55");
  const [fixed, percentage] = [fields.get("56"), fields.get("57")];
  const expected = { "01": [false, false], "02": [true, false], "03": [false, true] }[kind ?? ""] ?? [false, false];
  if ((fixed !== undefined) !== expected[0] || (percentage !== undefined) !== expected[1]) {
    throw new QrCodeError(
      "value",
      "The tip indicator and the tip do not fit each other; ask the merchant for another code.",
    );
  }
  if (kind === undefined) return undefined;
  if (fixed !== undefined) return { kind: "fixed", amount: fixed };
  return percentage === undefined ? { kind: "ask" } : { kind: "percentage", percentage };
}

function localOf(text: string): NonNullable<MerchantCode["local"]> {
  // fields 03–99 are reserved; who does not know them ignores them
  const fields = new Map(readFields(text, "template 64").map(({ id, value }) => [id, value]));
  requireForms(fields, LOCAL, "");
  const [language, name] = [need(fields, "00", "language in template 64"), need(fields, "01", "name in template 64")];
  const city = fields.get("02");
  return { language, name, ...(city === undefined ? {} : { city }) };
}

/** What each field allows alone and not together, or not with that value. */
function requireSense({ amount, tip }: MerchantCode): void {
  const zero = /^[0.]*$/;
  if (amount !== undefined && zero.test(amount)) {
    throw new QrCodeError("value", "The amount is nothing; ask the merchant for another code.");
  }
  if (tip?.kind === "fixed" && zero.test(tip.amount)) {
    throw new QrCodeError("value", "The fixed tip is nothing; ask the merchant for another code.");
  }
  if (tip?.kind === "percentage" && zero.test(tip.percentage)) {
    throw new QrCodeError("value", "The tip percentage is nothing; ask the merchant for another code.");
  }
}

function byId(fields: readonly QrField[]): QrField[] {
  return [...fields].sort((a, b) => Number(a.id) - Number(b.id));
}

function valueOf(account: QrAccount): string | undefined {
  return "value" in account ? account.value : undefined;
}
