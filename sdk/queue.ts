import { UserError } from "./errors.js";

/** A movement of value; `token` may be left out where there is one only. Amounts are minor units, more than zero. */
export interface Leg {
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
  readonly token?: string;
}

/** What the queue knows of an item, whatever it moves. */
export interface QueueEntry {
  /** Unique in the queue. */
  readonly id: string;
  /** Place of arrival; the smaller came first. */
  readonly order: number;
  /** The higher goes first; 0 unless given. */
  readonly priority?: number;
  /** What settling it is worth to `maximumValueSubset`, more than zero; the sum of its amounts unless given. */
  readonly value?: bigint;
}

/** A payment that waits for cover. */
export interface Payment extends QueueEntry, Leg {}

/** An instruction of several legs that waits for cover; its legs settle together. */
export interface Instruction extends QueueEntry {
  readonly legs: readonly Leg[];
}

/** What a queue holds. */
export type Queued = Payment | Instruction;

/** An amount of one participant in one token: a balance, or a net position (received less given). */
export interface Position {
  readonly participant: string;
  readonly token?: string;
  readonly amount: bigint;
}

/** What settling an item does to one account, an index into {@link Problem.balances}. */
export interface Delta {
  readonly account: number;
  readonly amount: bigint;
}

/** A queue item reduced to numbers. */
export interface ProblemItem<T> {
  readonly item: T;
  readonly value: bigint;
  readonly deltas: readonly Delta[];
}

/** A queue and its balances reduced to numbers, items in queue order. */
export interface Problem<T> {
  readonly balances: readonly bigint[];
  readonly items: readonly ProblemItem<T>[];
}

/**
 * The net position of each participant and token, in order of first appearance; they sum to zero for each token.
 * Positions of zero are included.
 */
export function netPositions(items: readonly Queued[]): Position[] {
  const accounts = new Accounts();
  const net: bigint[] = [];
  for (const leg of items.flatMap(legsOf)) {
    for (const [participant, amount] of [
      [leg.from, -leg.amount],
      [leg.to, leg.amount],
    ] as const) {
      const account = accounts.indexOf(participant, leg.token);
      net[account] = (net[account] ?? 0n) + amount;
    }
  }
  return accounts.positions(net);
}

/**
 * Whether all of `items` can settle at once: every participant's balance, less what it gives, plus what it receives,
 * is at least zero in every token. This is the definition of the Kronos system; order plays no part in it.
 * @param balances what each participant has before, including credit it may draw; missing means zero.
 */
export function isFeasible(balances: readonly Position[], items: readonly Queued[]): boolean {
  const problem = toProblem(balances, items);
  return settle(problem, problem.items).every((balance) => balance >= 0n);
}

/**
 * Reduces a queue and balances to numbers.
 * @throws UserError when a balance is negative or given twice, an id is used twice, or an amount or value is
 *   not positive.
 */
export function toProblem<T extends Queued>(balances: readonly Position[], queue: readonly T[]): Problem<T> {
  const accounts = new Accounts();
  const amounts: bigint[] = [];
  for (const { participant, token, amount } of balances) {
    if (accounts.has(participant, token))
      throw new UserError(`${participant} has two balances in one token; add them.`);
    if (amount < 0n) throw new UserError(`The balance of ${participant} is negative; include the credit it may draw.`);
    amounts[accounts.indexOf(participant, token)] = amount;
  }
  const ids = new Set<string>();
  const items = queue.toSorted(byQueueOrder).map((item) => {
    if (ids.has(item.id)) throw new UserError(`The id ${item.id} is queued twice; give each item its own.`);
    ids.add(item.id);
    const legs = legsOf(item);
    const poor = legs.find((leg) => leg.amount <= 0n);
    if (poor !== undefined) throw new UserError(`${item.id} moves ${poor.amount}; amounts are more than zero.`);
    const deltas = netPositions([item]).flatMap(({ participant, token, amount }) =>
      amount === 0n ? [] : [{ account: accounts.indexOf(participant, token), amount }],
    );
    const value = item.value ?? legs.reduce((sum, leg) => sum + leg.amount, 0n);
    if (value <= 0n) throw new UserError(`${item.id} is worth ${value}; it needs a leg, and a value above zero.`);
    return { item, value, deltas };
  });
  return { balances: accounts.positions(amounts).map(({ amount }) => amount), items };
}

/** Balances after `items` have settled. */
export function settle<T>({ balances }: Problem<T>, items: readonly ProblemItem<T>[]): bigint[] {
  const after = [...balances];
  for (const { deltas } of items) {
    for (const { account, amount } of deltas) after[account] = (after[account] ?? 0n) + amount;
  }
  return after;
}

/** Queue order: higher priority first, then earlier arrival, then id. */
function byQueueOrder(a: Queued, b: Queued): number {
  return (b.priority ?? 0) - (a.priority ?? 0) || a.order - b.order || (a.id < b.id ? -1 : 1);
}

function legsOf(item: Queued): readonly Leg[] {
  return "legs" in item ? item.legs : [item];
}

/** Numbers the pairs of participant and token in order of first appearance. */
class Accounts {
  readonly #indexes = new Map<string, number>();
  readonly #names: Omit<Position, "amount">[] = [];

  has(participant: string, token?: string): boolean {
    return this.#indexes.has(key(participant, token));
  }

  indexOf(participant: string, token?: string): number {
    const known = this.#indexes.get(key(participant, token));
    if (known !== undefined) return known;
    const index = this.#names.push(token === undefined ? { participant } : { participant, token }) - 1;
    this.#indexes.set(key(participant, token), index);
    return index;
  }

  positions(amounts: readonly bigint[]): Position[] {
    return this.#names.map((name, index) => ({ ...name, amount: amounts[index] ?? 0n }));
  }
}

function key(participant: string, token?: string): string {
  return JSON.stringify([participant, token ?? null]);
}
