import { ZeroAddress, type TypedDataDomain } from "ethers";
import type { Hold } from "./ledger.js";
import type { Instruction } from "./settlement.js";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** What a payment over the fast-payment link is, and so which quota it counts against. See `IPaymentConnect`. */
export const CONNECT_KIND = { northbound: 0n, sameName: 1n, southbound: 2n } as const;
/** One of them. */
export type ConnectKind = (typeof CONNECT_KIND)[keyof typeof CONNECT_KIND];
/** How far a payment has come. */
export const CONNECT_STATUS = {
  none: 0n,
  submitted: 1n,
  timedOut: 2n,
  completed: 3n,
  rejected: 4n,
  returned: 5n,
} as const;
/** The two jurisdictions. */
export const CONNECT_SIDE = { mainland: 0n, hongKong: 1n } as const;
/** One of them. */
export type ConnectSide = (typeof CONNECT_SIDE)[keyof typeof CONNECT_SIDE];
/** What kind of institution takes part. */
export const PARTICIPANT_KIND = { none: 0n, bank: 1n, storedValueFacility: 2n } as const;

/** What is paid for what; a bank's firm offer where the currencies differ. */
export interface ConnectQuote {
  /** The zero address where both are one currency. */
  readonly bank: string;
  readonly payer: string;
  /** Token that the payer gives, and how much of it, minor units. */
  readonly sends: string;
  readonly receives: string;
  readonly sendAmount: bigint;
  readonly receiveAmount: bigint;
  /** Unix seconds, inclusive: last moment to submit. */
  readonly notAfter: bigint;
  /** Unix seconds, inclusive: until then it can be returned at these amounts. */
  readonly returnBy: bigint;
  /** 32 bytes. */
  readonly nonce: string;
}

/** A payment over the link. */
export interface ConnectPayment {
  readonly kind: ConnectKind;
  readonly payee: string;
  /** 32 bytes; zero: addressed by account. See `sdk/payments/connect`. */
  readonly proxy: string;
  /** Hash of the masked name that the payer has confirmed, 32 bytes. */
  readonly payeeName: string;
  /** Four letters of a purpose code, 4 bytes. */
  readonly purpose: string;
  /** Hash of the payment's identification off chain, 32 bytes. */
  readonly messageRef: string;
  /** Unix seconds, inclusive. */
  readonly answerBy: bigint;
  /** Unix seconds, inclusive. */
  readonly resolveBy: bigint;
  readonly quote: ConnectQuote;
}

/** Where a proxy is to lead, as its owner agrees. */
export interface ProxyPort {
  readonly proxy: string;
  readonly currency: string;
  readonly account: string;
  /** How often the proxy has been given to an account so far. */
  readonly sequence: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
}

const QUOTE_FIELDS = [
  { name: "bank", type: "address" },
  { name: "payer", type: "address" },
  { name: "sends", type: "address" },
  { name: "receives", type: "address" },
  { name: "sendAmount", type: "uint64" },
  { name: "receiveAmount", type: "uint64" },
  { name: "notAfter", type: "uint48" },
  { name: "returnBy", type: "uint48" },
  { name: "nonce", type: "bytes32" },
];
const QUOTE_TYPES: Types = { ConnectQuote: QUOTE_FIELDS };
const PAYMENT_TYPES: Types = {
  ConnectPayment: [
    { name: "kind", type: "uint8" },
    { name: "payee", type: "address" },
    { name: "proxy", type: "bytes32" },
    { name: "payeeName", type: "bytes32" },
    { name: "purpose", type: "bytes4" },
    { name: "messageRef", type: "bytes32" },
    { name: "answerBy", type: "uint48" },
    { name: "resolveBy", type: "uint48" },
    { name: "quote", type: "ConnectQuote" },
  ],
  ConnectQuote: QUOTE_FIELDS,
};
const PORT_TYPES: Types = {
  ProxyPort: [
    { name: "proxy", type: "bytes32" },
    { name: "currency", type: "address" },
    { name: "account", type: "address" },
    { name: "sequence", type: "uint96" },
    { name: "notAfter", type: "uint48" },
  ],
};

/** What a bank signs to quote; `domain` is the link's. */
export function connectQuoteTypedData(domain: TypedDataDomain, quote: ConnectQuote): TypedData<ConnectQuote> {
  return { domain, primaryType: "ConnectQuote", types: QUOTE_TYPES, message: quote };
}

/** Id of a quote: the 32 bytes its bank signs. */
export function connectQuoteId(domain: TypedDataDomain, quote: ConnectQuote): string {
  return digestOf(connectQuoteTypedData(domain, quote));
}

/** Id of a payment in the link's domain, and the reference of its payer's hold. */
export function connectPaymentId(domain: TypedDataDomain, payment: ConnectPayment): string {
  return digestOf({ domain, primaryType: "ConnectPayment", types: PAYMENT_TYPES, message: payment });
}

/** What a proxy's owner signs to have it lead to another account; `domain` is the directory's. */
export function proxyPortTypedData(domain: TypedDataDomain, port: ProxyPort): TypedData<ProxyPort> {
  return { domain, primaryType: "ProxyPort", types: PORT_TYPES, message: port };
}

/** The hold by which a payer consents to a payment; `domain` is the link's. */
export function connectHold(domain: TypedDataDomain, payment: ConnectPayment): Hold {
  const { quote, payee, resolveBy } = payment;
  const { verifyingContract } = domain;
  if (typeof verifyingContract !== "string") throw new RangeError("the domain names no contract");
  return {
    payer: quote.payer,
    payee: quote.bank === ZeroAddress ? payee : quote.bank,
    executor: verifyingContract,
    amount: quote.sendAmount,
    expiry: resolveBy + 1n,
    businessRef: connectPaymentId(domain, payment),
  };
}

/** The instruction that sends a payment back, which its payee signs in the engine's domain; `domain` is the link's. */
export function connectReturn(domain: TypedDataDomain, payment: ConnectPayment): Instruction {
  const { quote, payee } = payment;
  const { bank, payer, sends, receives, sendAmount, receiveAmount, returnBy } = quote;
  const direct = bank === ZeroAddress;
  const back = { token: receives, from: payee, to: direct ? payer : bank, amount: receiveAmount };
  const refund = { token: sends, from: bank, to: payer, amount: sendAmount };
  return {
    businessRef: connectPaymentId(domain, payment),
    ...{ notBefore: 0n, notAfter: returnBy, nettable: false },
    legs: direct ? [back] : [back, refund],
  };
}
