import { Wallet, hexlify, id, toUtf8Bytes, zeroPadBytes, type Signer } from "ethers";
import { attestationTypedData, REQUEST_KIND, requestId, type ReserveAttestation } from "../../sdk/eip712/issuance.js";
import { holdTypedData, type Hold } from "../../sdk/eip712/ledger.js";
import { domainOf, sign, type TypedDataSigner } from "../../sdk/eip712/typedData.js";
import { leiWithCheckDigits } from "../../sdk/identifiers.js";
import { minor } from "../../sdk/money.js";
import type { IDigitalCurrency, IssuanceDesk } from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "../support/chain.js";
import { POWER, ROLE, deployMoney, type Bank } from "../support/currency.js";

/** The rate limit of these tests: at once, and seconds until it is whole again. */
export const RATE = { capacity: minor("1000000.00"), window: 86_400n } as const;
/** Role of whoever may refuse requests beside the operator. */
export const REJECTER = 20n;
export const ZERO = "0x0000000000000000000000000000000000000000";
export const TIER = { none: 0n, centralBank: 1n, operating: 2n, participating: 3n } as const;
export const STANDING = { none: 0n, applied: 1n, active: 2n, suspended: 3n, offboarded: 4n } as const;
export const STATUS = { none: 0n, requested: 1n, completed: 2n, rejected: 3n, expired: 4n } as const;
export const DAY = 86_400n;

/** The desk of the mainland with its two banks, both in good standing, and a settlement-system operator. */
export async function deployDesk(chain: Chain) {
  const { ethers, networkHelpers } = chain;
  const money = await deployMoney(chain);
  const { authority, registry, currency, officers: office, banks } = money.mainland;
  const operator = new Wallet(id("settlement-system operator"), ethers.provider);
  const rejecter = new Wallet(id("refusing officer"), ethers.provider);
  for (const account of [operator, rejecter]) await networkHelpers.setBalance(account.address, 10n ** 20n);

  const desk = await ethers.deployContract("IssuanceDesk", [currency, registry, authority, operator]);
  const selector = (name: "setRateLimit" | "setSettlementOperator" | "rejectIssue" | "rejectRedemption") =>
    desk.interface.getFunction(name).selector;
  const admin = authority.connect(office.admin);
  const governed = [selector("setRateLimit"), selector("setSettlementOperator")];
  await admin.setTargetFunctionRole(desk, governed, ROLE.governor);
  await admin.setTargetFunctionRole(desk, [selector("rejectIssue"), selector("rejectRedemption")], REJECTER);
  await admin.grantRole(REJECTER, rejecter, 0n);
  await desk.connect(office.governor).setRateLimit(RATE.capacity, RATE.window);
  await currency.connect(office.governor).appoint(desk, POWER.issuer, ref("issuance act"));
  // from here on the desk alone creates money
  await currency.connect(office.governor).dismiss(office.issuer, POWER.issuer);

  const [icbc, boc] = banks;
  return { ...money, icbcBank: icbc, bocBank: boc, authority, registry, currency, office, operator, rejecter, desk };
}

export type DeskFixture = Awaited<ReturnType<typeof deployDesk>>;

export async function now({ networkHelpers }: Chain): Promise<bigint> {
  return BigInt(await networkHelpers.time.latest());
}

/** What the operator says of a request that is what it should be, unless `change` says otherwise. */
export function attestation(bank: Bank, amount: bigint, rtgsRef: string, change: Partial<ReserveAttestation> = {}) {
  const truth: ReserveAttestation = {
    kind: REQUEST_KIND.issue,
    institution: Number(bank.number),
    amount,
    rtgsRef,
    validUntil: 2n ** 40n,
  };
  return { ...truth, ...change };
}

/** The operator's signature under `attestation`, for `desk`. */
export async function attest(desk: IssuanceDesk, operator: TypedDataSigner, said: ReserveAttestation): Promise<string> {
  return sign(operator, attestationTypedData(await domainOf(desk), said));
}

/** A request, an attestation and its completion, in two transactions. */
export async function issueTo(f: DeskFixture, bank: Bank, amount: bigint, rtgsRef: string): Promise<void> {
  await f.desk.connect(bank.account).requestIssue(amount, rtgsRef, 2n ** 40n);
  const said = attestation(bank, amount, rtgsRef);
  await f.desk.issue(bank.number, rtgsRef, said.validUntil, await attest(f.desk, f.operator, said));
}

/** The hold that a redemption needs. */
export async function redemptionTerms(
  f: DeskFixture,
  bank: Bank,
  amount: bigint,
  rtgsRef: string,
  expiry: bigint,
): Promise<Hold> {
  return {
    payer: bank.account.address,
    payee: ZERO,
    executor: await f.desk.getAddress(),
    amount,
    expiry,
    businessRef: requestId(REQUEST_KIND.redemption, Number(bank.number), rtgsRef),
  };
}

/** The payer's signature under the terms of a hold. */
export async function signHold(currency: IDigitalCurrency, payer: TypedDataSigner, hold: Hold): Promise<string> {
  return sign(payer, holdTypedData(await domainOf(currency), hold));
}

/** Enters `account` as that of an active institution that takes part through an operating one. */
export async function admitParticipant({ registry, office }: DeskFixture, account: Signer): Promise<bigint> {
  const number = 900n;
  const registrar = registry.connect(office.registrar);
  const lei = hexlify(toUtf8Bytes(leiWithCheckDigits("TESTPARTICIPANT000")));
  const bic = zeroPadBytes(toUtf8Bytes("TPARCNT0"), 11);
  const country = hexlify(toUtf8Bytes("CN"));
  await registrar.register(number, lei, bic, country, TIER.participating, minor("1000.00"), account, ref("name"));
  await registrar.setStatus(number, STANDING.active, ref("admission"));
  return number;
}

/** Places the hold and registers it. */
export async function openRedemption(f: DeskFixture, account: Signer, terms: Hold, rtgsRef: string): Promise<void> {
  await f.currency.connect(account).placeHold(terms);
  await f.desk.requestRedemption(terms, rtgsRef);
}
