import { type TypedDataDomain } from "ethers";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** What a receivable is proven by. */
export const DOCUMENT_KIND = { customsDeclaration: 1n, insurancePolicy: 2n, taxFiling: 3n } as const;
/** Name of a kind of document. */
export type DocumentKind = keyof typeof DOCUMENT_KIND;

/** How far a receivable has come. */
export const RECEIVABLE_STATUS = {
  none: 0n,
  issued: 1n,
  failed: 2n,
  linked: 3n,
  confirmed: 4n,
  financed: 5n,
  partlyRepaid: 6n,
  closed: 7n,
  disputed: 8n,
  defaulted: 9n,
} as const;
/** How far a finance has come. */
export const FINANCE_STATUS = {
  none: 0n,
  applied: 1n,
  approved: 2n,
  disbursed: 3n,
  overdue: 4n,
  repaid: 5n,
  released: 6n,
  writtenOff: 7n,
  cancelled: 8n,
} as const;
/** What an exporter lets a bank do, a bit each. */
export const CONSENT_SCOPE = { verify: 1n, finance: 2n, both: 3n } as const;

/** An exporter's consent to one bank. See `IReceivableRegistry`. */
export interface TradeConsent {
  readonly exporter: string;
  /** Institution number. */
  readonly bank: bigint;
  /** One document, or 32 zero bytes for all. */
  readonly key: string;
  readonly scope: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
  readonly nonce: string;
}

/** What an attestor says of a document. */
export interface ReceivableVerdict {
  readonly key: string;
  readonly kind: bigint;
  /** Hash of what the bank submitted. */
  readonly documents: string;
  /** False: FAILED, for good. */
  readonly verified: boolean;
  readonly exporter: string;
  /** Zero: nobody has an account. */
  readonly debtor: string;
  readonly currency: string;
  /** Minor units. */
  readonly value: bigint;
  readonly dueDate: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
  /** Key of another document of the same receivable, or 32 zero bytes. */
  readonly underlying: string;
}

/** What a debtor signs: one receivable, which no other can use. */
export interface DebtorConfirmation {
  readonly key: string;
  readonly debtor: string;
  readonly currency: string;
  readonly value: bigint;
  readonly dueDate: bigint;
}

/** What a bank lends against a claim. See `ITradeFinance`. */
export interface FinanceTerms {
  readonly key: string;
  readonly claim: bigint;
  readonly exporter: string;
  readonly bankAccount: string;
  /** Minor units of face that are pledged, lent, and due as a fee. */
  readonly face: bigint;
  readonly principal: bigint;
  readonly fee: bigint;
  /** Millionths a year, actual/360; from the maturity's day on `overdueRate`. */
  readonly rate: bigint;
  readonly overdueRate: bigint;
  /** Unix seconds. */
  readonly maturity: bigint;
  readonly recourse: boolean;
  readonly salt: string;
}

/** What an exporter signs to have more time. */
export interface RollOver {
  /** Id of the finance. */
  readonly finance: string;
  readonly previous: bigint;
  readonly maturity: bigint;
}

const CONSENT_TYPES: Types = {
  TradeConsent: [
    { name: "exporter", type: "address" },
    { name: "bank", type: "uint16" },
    { name: "key", type: "bytes32" },
    { name: "scope", type: "uint8" },
    { name: "notAfter", type: "uint48" },
    { name: "nonce", type: "bytes32" },
  ],
};
const VERDICT_TYPES: Types = {
  ReceivableVerdict: [
    { name: "key", type: "bytes32" },
    { name: "kind", type: "uint8" },
    { name: "documents", type: "bytes32" },
    { name: "verified", type: "bool" },
    { name: "exporter", type: "address" },
    { name: "debtor", type: "address" },
    { name: "currency", type: "address" },
    { name: "value", type: "uint64" },
    { name: "dueDate", type: "uint48" },
    { name: "notAfter", type: "uint48" },
    { name: "underlying", type: "bytes32" },
  ],
};
const CONFIRMATION_TYPES: Types = {
  DebtorConfirmation: [
    { name: "key", type: "bytes32" },
    { name: "debtor", type: "address" },
    { name: "currency", type: "address" },
    { name: "value", type: "uint64" },
    { name: "dueDate", type: "uint48" },
  ],
};
const TERMS_TYPES: Types = {
  FinanceTerms: [
    { name: "key", type: "bytes32" },
    { name: "claim", type: "uint256" },
    { name: "exporter", type: "address" },
    { name: "bankAccount", type: "address" },
    { name: "face", type: "uint64" },
    { name: "principal", type: "uint64" },
    { name: "fee", type: "uint64" },
    { name: "rate", type: "uint32" },
    { name: "overdueRate", type: "uint32" },
    { name: "maturity", type: "uint48" },
    { name: "recourse", type: "bool" },
    { name: "salt", type: "bytes32" },
  ],
};
const ROLL_OVER_TYPES: Types = {
  RollOver: [
    { name: "finance", type: "bytes32" },
    { name: "previous", type: "uint48" },
    { name: "maturity", type: "uint48" },
  ],
};

/** What an exporter signs to let a bank work for it; `domain` is the registry's. */
export function consentTypedData(domain: TypedDataDomain, consent: TradeConsent): TypedData<TradeConsent> {
  return { domain, primaryType: "TradeConsent", types: CONSENT_TYPES, message: consent };
}

/** What an attestor signs; `domain` is the registry's. */
export function receivableVerdictTypedData(
  domain: TypedDataDomain,
  verdict: ReceivableVerdict,
): TypedData<ReceivableVerdict> {
  return { domain, primaryType: "ReceivableVerdict", types: VERDICT_TYPES, message: verdict };
}

/** What a debtor signs to promise payment; `domain` is the registry's. */
export function debtorConfirmationTypedData(
  domain: TypedDataDomain,
  confirmation: DebtorConfirmation,
): TypedData<DebtorConfirmation> {
  return { domain, primaryType: "DebtorConfirmation", types: CONFIRMATION_TYPES, message: confirmation };
}

/** What an exporter signs to apply; `domain` is the finance contract's. */
export function financeTypedData(domain: TypedDataDomain, terms: FinanceTerms): TypedData<FinanceTerms> {
  return { domain, primaryType: "FinanceTerms", types: TERMS_TYPES, message: terms };
}

/** What an exporter signs to have more time; `domain` is the finance contract's. */
export function rollOverTypedData(domain: TypedDataDomain, rollOver: RollOver): TypedData<RollOver> {
  return { domain, primaryType: "RollOver", types: ROLL_OVER_TYPES, message: rollOver };
}

/** Id of a consent. */
export function consentId(domain: TypedDataDomain, consent: TradeConsent): string {
  return digestOf(consentTypedData(domain, consent));
}

/** Id of a finance. */
export function financeId(domain: TypedDataDomain, terms: FinanceTerms): string {
  return digestOf(financeTypedData(domain, terms));
}
