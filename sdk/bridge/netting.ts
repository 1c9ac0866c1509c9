import { getAddress, type BlockTag } from "ethers";
import type { BridgeNetting } from "../../types/ethers-contracts/index.js";
import { bechSoramaki } from "../bechSoramaki.js";
import { netItemId, type NetItem } from "../eip712/bridgeNetting.js";
import type { BridgePayment } from "../eip712/bridgePayments.js";
import { domainOf } from "../eip712/typedData.js";
import { UserError } from "../errors.js";
import { netTable, type NetTable } from "../instructions.js";
import type { Instruction, Leg, Position } from "../queue.js";

/** Why an item does not settle, or no longer waits, by its number. See `IBridgeNetting`. */
export const REASONS = [
  "none",
  "ended",
  "expired",
  "withdrawn",
  "currency not open",
  "purpose not allowed",
  "party barred",
  "consent withdrawn",
  "single limit",
  "debit cap",
  "liquidity",
  "behind",
] as const;
/** Why an item does not settle. */
export type Reason = (typeof REASONS)[number];

/** Name of a reason that the contract gives by number. */
export function reasonName(reason: bigint): Reason {
  const name = REASONS[Number(reason)];
  if (name === undefined) throw new UserError(`The contract gives reason ${reason}, which this version does not know.`);
  return name;
}

/** An item that waits, as the events tell it. */
export interface WaitingItem {
  readonly id: string;
  readonly item: NetItem;
  readonly initiator: string;
  /** Place of arrival. */
  readonly sequence: bigint;
  readonly priority: bigint;
}

/** What `closeCycle` takes. */
export interface CycleProposal extends NetTable {
  readonly items: NetItem[];
  readonly dropped: number[];
}

/** A proposal, and what it is expected to bring about. */
export interface PlannedCycle {
  readonly proposal: CycleProposal;
  readonly waiting: readonly WaitingItem[];
  /** Parallel to `waiting`: why an item is set aside whatever the cover; "none" for the others. */
  readonly setAside: readonly Reason[];
}

/**
 * Every item that waits, higher priority first, then the earlier arrival; rebuilt from events.
 * @param blockTag as of which block.
 */
export async function waitingItems(netting: BridgeNetting, blockTag: BlockTag = "latest"): Promise<WaitingItem[]> {
  const { filters } = netting;
  const domain = await domainOf(netting);
  const waiting = new Map<string, WaitingItem>();
  // an item that was taken back may have been queued again: the contract knows which arrival counts
  for (const { args } of await netting.queryFilter(filters.ItemQueued())) {
    const { initiator, businessRef, sequence, item } = args;
    const entry = await netting.entryOf(initiator, businessRef, { blockTag });
    if (entry.sequence !== sequence) continue;
    const plain = { payments: item.payments.map(plainPayment) };
    const id = netItemId(domain, plain);
    waiting.set(id, { id, item: plain, initiator, sequence, priority: entry.priority });
  }
  return [...waiting.values()].toSorted(byQueueOrder);
}

/**
 * Works out how the present cycle is to end: the items that it takes in, and which of them are dropped for want of
 * cover, in an order in which each is founded when its turn comes. Anyone may; the contract verifies it.
 * @param blockTag as of which block.
 */
export async function planCycle(netting: BridgeNetting, blockTag: BlockTag = "latest"): Promise<PlannedCycle> {
  const { waiting: count } = await netting.queueState({ blockTag });
  const arrived = (await waitingItems(netting, blockTag)).toSorted((a, b) => (a.sequence < b.sequence ? -1 : 1));
  const waiting = arrived.slice(0, Number(count)).toSorted(byQueueOrder);
  const setAside: Reason[] = [];
  for (const { item } of waiting) setAside.push(reasonName(await netting.reasonAgainst(item, { blockTag })));
  const fit = waiting.map(queued).filter((_, place) => setAside[place] === "none");
  const limits: Position[] = [];
  for (const [token, participant] of payersOf(fit)) {
    const { limit } = await netting.debitLimitOf(token, participant, { blockTag });
    limits.push({ participant, token, amount: limit });
  }
  const dropped = dropsOf(limits, fit).map((id) => waiting.findIndex((item) => item.id === id));
  const items = waiting.map(({ item }) => item);
  return { proposal: { items, ...netTable(items.map(instructionOf)), dropped }, waiting, setAside };
}

/**
 * Ids of the items that {@link bechSoramaki} leaves out, in an order in which each drop is founded: one of its payers
 * owes more than its limit in a currency in which this is the payer's last item, or has an earlier one dropped.
 * @param limits what each bank may owe in each currency; missing means nothing.
 * @param items in queue order.
 */
export function dropsOf(limits: readonly Position[], items: readonly Instruction[]): string[] {
  const kept = new Set(bechSoramaki(limits, items).map(({ id }) => id));
  const room = new Map(limits.map(({ participant, token, amount }) => [key(token, participant), amount]));
  const move = ({ token, from, to, amount }: Leg, sign: bigint): void => {
    for (const [account, change] of [
      [key(token, from), -sign * amount],
      [key(token, to), sign * amount],
    ] as const) {
      room.set(account, (room.get(account) ?? 0n) + change);
    }
  };
  const going = new Set(items.keys());
  const firstDropped = new Map<string, number>();
  const isFounded = (place: number): boolean =>
    payersOf(items.slice(place, place + 1)).some(([token, payer]) => {
      const account = key(token, payer);
      if ((firstDropped.get(account) ?? place) < place) return true;
      const isLast = ![...going].some((later) => later > place && pays(items[later], account));
      return isLast && (room.get(account) ?? 0n) < 0n;
    });
  for (const { legs } of items) for (const leg of legs) move(leg, 1n);
  const dropped: string[] = [];
  while (going.size > kept.size) {
    const place = [...going].findLast((each) => !kept.has(items[each]?.id ?? "") && isFounded(each));
    const item = place === undefined ? undefined : items[place];
    if (place === undefined || item === undefined) throw new RangeError("what the rule leaves out is always founded");
    for (const leg of item.legs) move(leg, -1n);
    for (const [token, payer] of payersOf([item])) {
      const account = key(token, payer);
      firstDropped.set(account, Math.min(place, firstDropped.get(account) ?? place));
    }
    going.delete(place);
    dropped.push(item.id);
  }
  return dropped;
}

/** A waiting item as the solvers take it. */
export function queued({ id, item, sequence, priority }: WaitingItem): Instruction {
  return { id, order: Number(sequence), priority: Number(priority), legs: item.payments.map(legOf) };
}

/** The table of a cycle takes payments as the engine takes legs. */
export function instructionOf({ payments }: NetItem) {
  return { legs: payments.map(legOf) };
}

function legOf({ currency, payer, payee, amount }: BridgePayment) {
  return { token: getAddress(currency), from: getAddress(payer), to: getAddress(payee), amount };
}

/** Every (currency, bank) that pays, once. */
function payersOf(items: readonly Pick<Instruction, "legs">[]): [token: string, payer: string][] {
  const all = items.flatMap(({ legs }) => legs).map(({ token = "", from }) => [token, from] as [string, string]);
  return [...new Map(all.map((each) => [key(...each), each])).values()];
}

function pays(item: Instruction | undefined, account: string): boolean {
  return item?.legs.some(({ token, from }) => key(token, from) === account) ?? false;
}

function key(token: string | undefined, participant: string): string {
  return `${token ?? ""} ${participant}`;
}

function byQueueOrder(a: WaitingItem, b: WaitingItem): number {
  if (a.priority !== b.priority) return a.priority > b.priority ? -1 : 1;
  return a.sequence < b.sequence ? -1 : 1;
}

function plainPayment(payment: BridgePayment): BridgePayment {
  const { businessRef, currency, payer, payee, amount, purpose, dataHash, notAfter } = payment;
  return { businessRef, currency, payer, payee, amount, purpose, dataHash, notAfter };
}
