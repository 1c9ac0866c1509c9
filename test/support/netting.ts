import type { ContractTransactionResponse, TypedDataDomain } from "ethers";
import { planCycle, type CycleProposal } from "../../sdk/bridge/netting.js";
import { verdictOf, type Screening, type SignedVerdict } from "../../sdk/bridge/operations.js";
import { purposeCode, type BridgeBank, type BridgeMember } from "../../sdk/deploy/bridge.js";
import { netItemId, type NetItem } from "../../sdk/eip712/bridgeNetting.js";
import type { BridgePayment } from "../../sdk/eip712/bridgePayments.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { parseRate } from "../../sdk/rates.js";
import type { BridgeNetting } from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "./chain.js";
import { FAR, deployCorridors, type Corridors } from "./corridors.js";

/** Reasons by the contract's numbers. */
export const REASON = {
  none: 0n,
  ended: 1n,
  expired: 2n,
  withdrawn: 3n,
  currencyNotOpen: 4n,
  purposeNotAllowed: 5n,
  partyBarred: 6n,
  consentWithdrawn: 7n,
  singleLimit: 8n,
  debitCap: 9n,
  liquidity: 10n,
  behind: 11n,
} as const;
/** Seconds of the venue's day and cycle in the default parameters. */
export const HOUR = 3_600n;
const DAY = 86_400n;
const UTC8 = 28_800n;
const LIST = ref("list of 1 August");

/** The shared ledger on the morning of a day, in the venue's first cycle. */
export interface Netting extends Corridors {
  readonly chain: Chain;
  readonly domain: TypedDataDomain;
  readonly tokens: { readonly CNY: string; readonly HKD: string };
}

/** Call it inside a fixture: `async function deploy() { return deployNetting(chain); }`. */
export async function deployNetting(chain: Chain): Promise<Netting> {
  const corridors = await deployCorridors(chain);
  const { cny, hkd, netting } = corridors;
  const tokens = { CNY: await cny.currency.getAddress(), HKD: await hkd.currency.getAddress() };
  const f = { ...corridors, chain, domain: await domainOf(netting), tokens };
  await moveTo(f, 1n, 9n * HOUR);
  return f;
}

/** Moves to a second of a day; 0 is the present one. */
export async function moveTo({ chain }: Pick<Netting, "chain">, days: bigint, second: bigint): Promise<void> {
  await chain.networkHelpers.time.increaseTo((await midnight(chain)) + days * DAY + second);
}

/** The next transaction is at exactly this second of a day. */
export async function nextAt({ chain }: Pick<Netting, "chain">, days: bigint, second: bigint): Promise<void> {
  await chain.networkHelpers.time.setNextBlockTimestamp((await midnight(chain)) + days * DAY + second);
}

async function midnight({ networkHelpers }: Chain): Promise<bigint> {
  return ((BigInt(await networkHelpers.time.latest()) + UTC8) / DAY) * DAY - UTC8;
}

/** Moves to the beginning of the next cycle. */
export async function nextCycle({ chain }: Pick<Netting, "chain">): Promise<void> {
  const { time } = chain.networkHelpers;
  await time.increaseTo((BigInt(await time.latest()) / HOUR + 1n) * HOUR);
}

let references = 0;

/** A payment for goods: 100.00 e-CNY from icbc to hsbc unless the terms say otherwise. */
export function paymentOf(f: Netting, terms: Partial<BridgePayment> = {}): BridgePayment {
  return {
    businessRef: ref(`net payment ${++references}`),
    currency: f.tokens.CNY,
    payer: f.icbc.account,
    payee: f.hsbc.account,
    amount: minor("100"),
    purpose: purposeCode("GDDS"),
    dataHash: ref("sealed"),
    notAfter: FAR,
    ...terms,
  };
}

/** A payment of e-CNY as an item of its own. */
export function item(f: Netting, from: BridgeBank, to: BridgeBank, amount: string, currency = f.tokens.CNY): NetItem {
  const terms = { payer: from.account, payee: to.account, amount: minor(amount), currency };
  return { payments: [paymentOf(f, terms)] };
}

/** icbc gives hsbc e-CNY for e-HKD unless the banks are others. */
export function exchangeOf(f: Netting, give: string, take: string, [from, to] = [f.icbc, f.hsbc]): NetItem {
  const first = paymentOf(f, { payer: from.account, payee: to.account, amount: minor(give) });
  const second = { payer: to.account, payee: from.account, amount: minor(take), currency: f.tokens.HKD };
  return { payments: [first, paymentOf(f, second)] };
}

export const idOf = (f: Netting, waiting: NetItem): string => netItemId(f.domain, waiting);

/** The bank with an account. */
export function bankAt(f: Netting, account: string): BridgeBank {
  const banks = Object.values(f.members).flatMap((member) => member.banks);
  const found = banks.find((bank) => bank.account === account);
  if (found === undefined) throw new RangeError(`${account} is no bank's`);
  return found;
}

/** A bank's signed verdict on an item; approving unless the screening says otherwise. */
export async function netVerdict(
  f: Netting,
  waiting: NetItem,
  bank: BridgeBank,
  screening: Partial<Screening> = {},
): Promise<SignedVerdict> {
  const finding = { ...{ approved: true, listVersion: LIST, validUntil: FAR }, ...screening };
  return verdictOf(f.domain, idOf(f, waiting), bank, finding);
}

/** How an item is queued. */
export interface Queuing {
  readonly priority?: number;
  readonly netting?: BridgeNetting;
  readonly payer?: SignedVerdict;
  readonly payee?: SignedVerdict;
}

/** The initiator queues an item with both banks' verdicts. */
export async function enqueue(f: Netting, waiting: NetItem, terms: Queuing = {}): Promise<ContractTransactionResponse> {
  const [first] = waiting.payments;
  if (first === undefined) throw new RangeError("an item without payments is nobody's");
  const [payer, payee] = [bankAt(f, first.payer), bankAt(f, first.payee)];
  return (terms.netting ?? f.netting)
    .connect(payer.signer)
    .queue(
      waiting,
      terms.payer ?? (await netVerdict(f, waiting, payer)),
      terms.payee ?? (await netVerdict(f, waiting, payee)),
      terms.priority ?? 0,
    );
}

/** Queues items in their order and begins the next cycle. */
export async function enqueueAll(f: Netting, ...items: readonly NetItem[]): Promise<void> {
  for (const each of items) await enqueue(f, each);
  await nextCycle(f);
}

/** Closes the present cycle as the SDK plans it, with whatever a test changes. */
export async function closeCycle(f: Netting, changed: Partial<CycleProposal> = {}) {
  const { proposal } = await planCycle(f.netting);
  return f.netting.connect(f.outsider).closeCycle({ ...proposal, ...changed });
}

/** A central bank sets the most that a bank may owe. */
export function setCap(f: Netting, { currency, offices }: BridgeMember, bank: BridgeBank, cap: string) {
  return f.netting.connect(offices.governor).setDebitCap(currency, bank.account, minor(cap));
}

/** Both central banks publish CNY 0.915 for one HKD, within a hundredth. */
export async function publishBand(f: Netting): Promise<void> {
  const { CNY, HKD } = f.tokens;
  for (const { currency, offices } of [f.cny, f.hkd]) {
    await f.exchange
      .connect(offices.governor)
      .setReference(HKD, CNY, currency, parseRate("0.915"), parseRate("0.01"), DAY);
  }
}

/** A ring of payments whose net is 50.00 from icbc to hsbc, and one that icbc cannot pay out of a cap of 1,000.00. */
export function ring(f: Netting) {
  const { icbc, boc, hsbc } = f;
  const going = [item(f, icbc, boc, "900"), item(f, boc, hsbc, "900"), item(f, hsbc, icbc, "850")] as const;
  return { going, poor: item(f, icbc, boc, "1100") };
}
