import { createHmac } from "node:crypto";
import type { TypedDataDomain } from "ethers";
import {
  debtorConfirmationTypedData,
  consentTypedData,
  financeTypedData,
  rollOverTypedData,
  receivableVerdictTypedData,
  type DebtorConfirmation,
  type DocumentKind,
  type FinanceTerms,
  type ReceivableVerdict,
  type RollOver,
  type TradeConsent,
} from "../eip712/trade.js";
import { sign, type TypedDataSigner } from "../eip712/typedData.js";
import { UserError } from "../errors.js";
import type { Role } from "../roles.js";

/**
 * Which role of the platform's authority may call which function of the receivable registry (`governTrade`). The finance
 * contract has no office.
 */
export const RECEIVABLE_FUNCTION_ROLES = {
  governor: ["setAttestor", "setAdvanceRate", "appointFinance"],
} as const satisfies Partial<Record<Role, readonly string[]>>;

const SECRET_BYTES = 32;
/** Customs declarations have 18 digits; policies and filings capitals, digits and hyphens. */
const NUMBER_FORMS: Readonly<Record<DocumentKind, RegExp>> = {
  customsDeclaration: /^\d{18}$/,
  insurancePolicy: /^[A-Z0-9-]{6,32}$/,
  taxFiling: /^[A-Z0-9-]{6,32}$/,
};

/**
 * The key of a document on chain: HMAC-SHA-256 of its kind and number under the attestors' secret. Numbers are few and follow
 * rules; without the secret nobody can try them.
 * @param secret at least 32 bytes, known to the verification service alone. A bank is told keys, never the secret.
 * @throws UserError when the number has not the form of its kind, or the secret is too short.
 */
export function documentKey(secret: Uint8Array, kind: DocumentKind, number: string): string {
  if (secret.length < SECRET_BYTES) {
    throw new UserError(
      `The secret has ${secret.length} bytes, so numbers could be tried: use ${SECRET_BYTES} or more.`,
    );
  }
  const plain = number.replaceAll(" ", "").toUpperCase();
  if (!NUMBER_FORMS[kind].test(plain)) {
    throw new UserError(`"${number}" is no number of a document of kind ${kind}: check the digits.`);
  }
  return `0x${createHmac("sha256", secret).update(`${kind}:${plain}`).digest("hex")}`;
}

/** Signs a consent, as the exporter. */
export function signConsent(signer: TypedDataSigner, domain: TypedDataDomain, consent: TradeConsent): Promise<string> {
  return sign(signer, consentTypedData(domain, consent));
}

/** Signs a verdict, as the attestor of the document's kind. */
export function signVerdict(
  signer: TypedDataSigner,
  domain: TypedDataDomain,
  verdict: ReceivableVerdict,
): Promise<string> {
  return sign(signer, receivableVerdictTypedData(domain, verdict));
}

/** Signs the promise to pay one receivable, as its debtor. */
export function signConfirmation(
  signer: TypedDataSigner,
  domain: TypedDataDomain,
  confirmation: DebtorConfirmation,
): Promise<string> {
  return sign(signer, debtorConfirmationTypedData(domain, confirmation));
}

/** Signs an application for finance, as the exporter. */
export function signFinance(signer: TypedDataSigner, domain: TypedDataDomain, terms: FinanceTerms): Promise<string> {
  return sign(signer, financeTypedData(domain, terms));
}

/** Signs a roll-over, as the exporter. */
export function signRollOver(signer: TypedDataSigner, domain: TypedDataDomain, rollOver: RollOver): Promise<string> {
  return sign(signer, rollOverTypedData(domain, rollOver));
}
