import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress, keccak256, toUtf8Bytes } from "ethers";
import type { Bank, OpenJurisdiction } from "../deploy/suite.js";
import { REQUEST_KIND, attestationTypedData, requestId } from "../eip712/issuance.js";
import type { Hold } from "../eip712/ledger.js";
import { domainOf, sign } from "../eip712/typedData.js";
import { CLASS_NUMBERS, type WalletClass } from "../limits.js";
import { formatMoney } from "../money.js";
import type { ScenarioClock } from "./clock.js";
import type { Journal } from "./journal.js";

/** A reference of 32 bytes that says what it is: the hash of a text. */
export function reference(text: string): string {
  return keccak256(toUtf8Bytes(text));
}

/** Who acts, where and by which clock. */
export interface MoneyDesk {
  readonly jurisdiction: OpenJurisdiction;
  readonly journal: Journal;
  readonly clock: ScenarioClock;
}

/**
 * A bank asks for money, the settlement-system operator attests that its reserves were debited, the desk issues.
 * @param rtgs reference of the debit in the real-time gross settlement system.
 * @param amount minor units.
 */
export async function issueMoney(
  { jurisdiction, journal, clock }: MoneyDesk,
  bank: Bank,
  amount: bigint,
  rtgs: string,
): Promise<void> {
  const { desk, settlementOperator } = jurisdiction;
  const rtgsRef = reference(rtgs);
  const validUntil = await clock.deadline();
  const attestation = { kind: REQUEST_KIND.issue, institution: bank.number, amount, rtgsRef, validUntil };
  const signature = await sign(settlementOperator, attestationTypedData(await domainOf(desk), attestation));
  await journal.noteAll({ event: `${bank.name} is issued money`, legs: [describe(jurisdiction, amount)] }, [
    () => desk.connect(bank.signer).requestIssue(amount, rtgsRef, validUntil),
    () => desk.connect(bank.signer).issue(bank.number, rtgsRef, validUntil, signature),
  ]);
}

/** A bank commits money, the operator attests that its reserves were credited, the desk destroys the money. */
export async function redeemMoney(
  { jurisdiction, journal, clock }: MoneyDesk,
  bank: Bank,
  amount: bigint,
  rtgs: string,
): Promise<void> {
  const { desk, currency, settlementOperator } = jurisdiction;
  const rtgsRef = reference(rtgs);
  const validUntil = await clock.deadline();
  const terms: Hold = {
    payer: bank.account,
    payee: ZeroAddress,
    executor: await desk.getAddress(),
    amount,
    expiry: validUntil,
    businessRef: requestId(REQUEST_KIND.redemption, bank.number, rtgsRef),
  };
  const attestation = { kind: REQUEST_KIND.redemption, institution: bank.number, amount, rtgsRef, validUntil };
  const signature = await sign(settlementOperator, attestationTypedData(await domainOf(desk), attestation));
  await journal.noteAll({ event: `${bank.name} redeems money`, legs: [describe(jurisdiction, amount)] }, [
    () => currency.connect(bank.signer).placeHold(terms),
    () => desk.connect(bank.signer).requestRedemption(terms, rtgsRef),
    () => desk.connect(bank.signer).redeem(terms, rtgsRef, validUntil, signature),
  ]);
}

/** A bank opens a wallet for a customer; the identity stays with the bank, the chain sees a salted commitment. */
export async function openWallet(
  { jurisdiction, journal }: MoneyDesk,
  bank: Bank,
  customer: HardhatEthersSigner,
  walletClass: WalletClass,
  name: string,
): Promise<void> {
  const commitment = reference(`${bank.bicText} keeps the identification of ${name}`);
  const event = `${bank.name} opens a ${walletClass} wallet for ${name}`;
  await journal.note(
    { event },
    jurisdiction.currency.connect(bank.signer).openWallet(customer, CLASS_NUMBERS[walletClass], commitment),
  );
}

/** An amount of a jurisdiction's currency, as a banker reads it. */
export function describe(jurisdiction: OpenJurisdiction, amount: bigint): string {
  return formatMoney(amount, jurisdiction.plan.code);
}
