import { ZeroAddress, id, type ContractTransactionResponse, type TypedDataDomain } from "ethers";
import type { BridgeBank, BridgeMember } from "../deploy/bridge.js";
import { bridgePaymentId, verdictTypedData, type BridgePayment } from "../eip712/bridgePayments.js";
import { REQUEST_KIND, attestationTypedData, requestId } from "../eip712/issuance.js";
import type { Hold } from "../eip712/ledger.js";
import { domainOf, sign } from "../eip712/typedData.js";

/**
 * A domestic bank asks its central bank's desk for money on the shared ledger; the settlement-system operator attests
 * that reserves were debited; the desk issues.
 * @param amount minor units.
 * @param rtgs reference of the debit in the real-time gross settlement system.
 * @param validUntil Unix seconds, of request and attestation.
 */
export async function issueOnBridge(
  { desk, offices }: BridgeMember,
  { number, signer }: BridgeBank,
  amount: bigint,
  rtgs: string,
  validUntil: bigint,
): Promise<readonly ContractTransactionResponse[]> {
  const rtgsRef = id(rtgs);
  const attestation = { kind: REQUEST_KIND.issue, institution: number, amount, rtgsRef, validUntil };
  const signature = await sign(offices.operator, attestationTypedData(await domainOf(desk), attestation));
  return [
    await desk.connect(signer).requestIssue(amount, rtgsRef, validUntil),
    await desk.connect(signer).issue(number, rtgsRef, validUntil, signature),
  ];
}

/** A domestic bank commits money to the desk, the operator attests the credit of reserves, the desk destroys it. */
export async function redeemOnBridge(
  { desk, currency, offices }: BridgeMember,
  { number, account, signer }: BridgeBank,
  amount: bigint,
  rtgs: string,
  validUntil: bigint,
): Promise<readonly ContractTransactionResponse[]> {
  const rtgsRef = id(rtgs);
  const terms: Hold = {
    payer: account,
    payee: ZeroAddress,
    executor: await desk.getAddress(),
    amount,
    expiry: validUntil,
    businessRef: requestId(REQUEST_KIND.redemption, number, rtgsRef),
  };
  const attestation = { kind: REQUEST_KIND.redemption, institution: number, amount, rtgsRef, validUntil };
  const signature = await sign(offices.operator, attestationTypedData(await domainOf(desk), attestation));
  return [
    await currency.connect(signer).placeHold(terms),
    await desk.connect(signer).requestRedemption(terms, rtgsRef),
    await desk.connect(signer).redeem(terms, rtgsRef, validUntil, signature),
  ];
}

/** A bank's finding with its signature, as the payments contract takes it. */
export interface SignedVerdict {
  readonly approved: boolean;
  readonly listVersion: string;
  readonly validUntil: bigint;
  readonly signature: string;
}

/** What a bank has found, without payment and bank. */
export interface Screening {
  readonly approved: boolean;
  /** Hash or number of the sanctions list, 32 bytes. */
  readonly listVersion: string;
  /** Unix seconds, inclusive. */
  readonly validUntil: bigint;
}

/** A bank signs what it has found in its checks of a payment. `domain` is the venue's, `payment` its id or itself. */
export async function verdictOf(
  domain: TypedDataDomain,
  payment: BridgePayment | string,
  bank: Pick<BridgeBank, "account" | "signer">,
  screening: Screening,
): Promise<SignedVerdict> {
  const subject = typeof payment === "string" ? payment : bridgePaymentId(domain, payment);
  const finding = { payment: subject, bank: bank.account, ...screening };
  return { ...screening, signature: await sign(bank.signer, verdictTypedData(domain, finding)) };
}
