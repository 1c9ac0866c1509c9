import { settle, toProblem } from "./queue.js";
import type { Delta, Position, Problem, ProblemItem, Queued } from "./queue.js";

/**
 * The algorithm of Bech and Soramäki (2001): start from the whole queue; as long as an account is in deficit, drop the
 * last-queued item that draws on it. Keeps the order: an account never settles an item and leaves an earlier one of
 * its own behind, so dropping an instruction drops whatever is queued behind it at any account it draws on. The
 * result is the largest feasible set of that kind, and unique; a set that ignores the order may be worth more.
 * @param balances what each participant has before, including credit it may draw; missing means zero.
 * @param queue in any order; `priority` and `order` decide.
 * @returns the items to settle at once in queue order, none if the queue is deadlocked under this rule.
 * @throws UserError as {@link toProblem} does.
 */
export function bechSoramaki<T extends Queued>(balances: readonly Position[], queue: readonly T[]): T[] {
  const problem = toProblem(balances, queue);
  return fifoSubset(problem).map(({ item }) => item);
}

/** {@link bechSoramaki} on a reduced problem. */
export function fifoSubset<T>({ balances, items }: Problem<T>): ProblemItem<T>[] {
  const after = settle({ balances, items }, items);
  const queues = balances.map((): ProblemItem<T>[] => []);
  for (const entry of items) for (const { account } of payingDeltas(entry)) queues[account]?.push(entry);
  const dropped = new Set<ProblemItem<T>>();
  const drop = (entry: ProblemItem<T>): void => {
    if (dropped.has(entry)) return;
    dropped.add(entry);
    for (const { account, amount } of entry.deltas) after[account] = (after[account] ?? 0n) - amount;
    for (const { account } of payingDeltas(entry)) {
      const queue = queues[account] ?? [];
      const place = queue.indexOf(entry);
      if (place >= 0) queue.splice(place).forEach(drop);
    }
  };
  // an account in deficit gives something, so its queue is not empty
  for (let account = deficit(after); account >= 0; account = deficit(after)) queues[account]?.slice(-1).forEach(drop);
  return items.filter((entry) => !dropped.has(entry));
}

function payingDeltas<T>({ deltas }: ProblemItem<T>): Delta[] {
  return deltas.filter(({ amount }) => amount < 0n);
}

function deficit(balances: readonly bigint[]): number {
  return balances.findIndex((balance) => balance < 0n);
}
