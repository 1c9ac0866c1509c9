import { createHmac } from "node:crypto";
import { keccak256, toUtf8Bytes, type TypedDataDomain } from "ethers";
import {
  CONNECT_KIND,
  connectHold,
  connectQuoteTypedData,
  proxyPortTypedData,
  type ConnectKind,
  type ConnectPayment,
  type ConnectQuote,
  type ProxyPort,
} from "../eip712/connect.js";
import { holdTypedData } from "../eip712/ledger.js";
import { sign, type TypedDataSigner } from "../eip712/typedData.js";
import { UserError } from "../errors.js";
import { MAX_AMOUNT, minor } from "../money.js";
import { RATE_SCALE } from "../rates.js";
import type { Role } from "../roles.js";
import { mulDiv } from "../rounding.js";

/**
 * Which role of a side's authority may call which function of the link (`governConnect`), for its own side alone. To
 * suspend is a stop, and a stop waits for no delay.
 */
export const CONNECT_FUNCTION_ROLES = {
  directory: { registrar: ["admit", "dismiss", "enrol"] },
  link: { governor: ["setQuota", "publishRate"], halter: ["suspend"], resumer: ["resume"] },
} as const satisfies Record<string, Partial<Record<Role, readonly string[]>>>;

/** Most that a person may pay, minor units of the quota's currency. */
export interface ConnectLimits {
  readonly day: bigint;
  readonly year: bigint;
}

/** No limit, as the contract writes it. */
export const NO_LIMIT = MAX_AMOUNT;

/**
 * The quotas as published in June 2025: northbound HKD 10,000 a day and HKD 200,000 a year for each person and participating
 * institution; to accounts of one's own RMB 80,000 a day; southbound the facilitation quota of USD 50,000 a year.
 */
export const PUBLISHED_QUOTAS = {
  northbound: { day: minor("10000"), year: minor("200000") },
  sameName: { day: minor("80000"), year: NO_LIMIT },
  southbound: { day: NO_LIMIT, year: minor("50000") },
} as const satisfies Record<keyof typeof CONNECT_KIND, ConnectLimits>;

/**
 * What counts of a quota, minor units of its currency: converted upwards, so that rounding never widens it.
 * @param rate of the day, minor units of the quota's currency for one fen, times 10^12; undefined where nothing is
 *   converted, because Hong Kong dollars are sent.
 */
export function countedAmount(
  kind: ConnectKind,
  { sendAmount, receiveAmount }: Pick<ConnectQuote, "sendAmount" | "receiveAmount">,
  rate: bigint | undefined,
): bigint {
  if (kind === CONNECT_KIND.sameName) return receiveAmount;
  return rate === undefined ? sendAmount : mulDiv(sendAmount, rate, RATE_SCALE, "ceil");
}

/** What a payee may be addressed by. */
export type Proxy = { readonly mobile: string } | { readonly email: string };

/**
 * The key of a proxy on chain: HMAC-SHA-256 under the addressing service's secret. Without the secret nobody can try all
 * numbers against it.
 * @param secret at least 32 bytes, known to the addressing service alone.
 * @throws UserError when the number or address is of no known form, or the secret too short.
 */
export function proxyKey(secret: Uint8Array, proxy: Proxy): string {
  return keyed(secret, "mobile" in proxy ? `mobile:${mobile(proxy.mobile)}` : `email:${email(proxy.email)}`);
}

/** What a person is identified by. */
export interface IdentityDocument {
  readonly kind: "mainland-id" | "hkid" | "passport";
  readonly number: string;
}

/**
 * The link-wide commitment to a person: HMAC-SHA-256 under the registrars' secret, the same for all wallets of the person.
 * @throws UserError when the number is empty or has characters that no document has, or the secret is too short.
 */
export function personCommitment(secret: Uint8Array, { kind, number }: IdentityDocument): string {
  const normal = number.replace(/[\s()-]/g, "").toUpperCase();
  if (!/^[A-Z0-9]{6,18}$/.test(normal)) {
    throw new UserError(`"${number}" is not the number of a document: write 6 to 18 letters and digits.`);
  }
  return keyed(secret, `${kind}:${normal}`);
}

/**
 * The name that payers are shown: of a Chinese name the first and the last character (张*明), of two characters the first
 * (张*); of another name the first word and the initials of the others (CHAN T** M**), of one word its initial.
 * @throws UserError when there is no name.
 */
export function maskedName(name: string): string {
  const words = name.normalize("NFC").trim().split(/\s+/u);
  const [first = ""] = words;
  if (first === "") throw new UserError("A payee has a name: write at least one character.");
  if (words.length > 1) return [first, ...words.slice(1).map(initial)].join(" ");
  const characters = [...first];
  if (!/^[\p{Script=Han}·]+$/u.test(first)) return initial(first);
  if (characters.length === 1) return "*";
  const last = characters.length > 2 ? (characters.at(-1) ?? "") : "";
  return (characters[0] ?? "") + "*".repeat(characters.length - (last === "" ? 1 : 2)) + last;
}

/** Hash of the masked name, as the directory keeps it. */
export function payeeNameHash(name: string): string {
  return keccak256(toUtf8Bytes(maskedName(name)));
}

/** Signs a quote, as the bank that makes it; `domain` is the link's. */
export function signConnectQuote(
  signer: TypedDataSigner,
  domain: TypedDataDomain,
  quote: ConnectQuote,
): Promise<string> {
  return sign(signer, connectQuoteTypedData(domain, quote));
}

/** Signs the hold by which the payer consents to all of a payment. */
export function signConnectPayment(
  signer: TypedDataSigner,
  domains: { readonly link: TypedDataDomain; readonly currency: TypedDataDomain },
  payment: ConnectPayment,
): Promise<string> {
  return sign(signer, holdTypedData(domains.currency, connectHold(domains.link, payment)));
}

/** Signs that a proxy of the signer's may lead elsewhere; `domain` is the directory's. */
export function signProxyPort(signer: TypedDataSigner, domain: TypedDataDomain, port: ProxyPort): Promise<string> {
  return sign(signer, proxyPortTypedData(domain, port));
}

function initial(word: string): string {
  const [head = "", ...rest] = [...word];
  return head + "*".repeat(rest.length);
}

function mobile(text: string): string {
  const normal = text.replace(/[\s()-]/g, "");
  if (!/^\+[1-9]\d{6,14}$/.test(normal)) {
    throw new UserError(`"${text}" is not a mobile number: write it with its country code, such as +852 6123 4567.`);
  }
  return normal;
}

function email(text: string): string {
  const normal = text.trim().normalize("NFC").toLowerCase();
  if (normal.length > 254 || !/^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(normal)) {
    throw new UserError(`"${text}" is not an e-mail address: write it as name@example.com.`);
  }
  return normal;
}

function keyed(secret: Uint8Array, text: string): string {
  if (secret.length < 32) throw new UserError(`The secret has ${secret.length} bytes; use 32 random ones at least.`);
  return `0x${createHmac("sha256", secret).update(text, "utf8").digest("hex")}`;
}
