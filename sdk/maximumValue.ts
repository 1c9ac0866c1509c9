import { fifoSubset } from "./bechSoramaki.js";
import { settle, toProblem } from "./queue.js";
import type { Delta, Position, Problem, ProblemItem, Queued } from "./queue.js";

/** Up to this many items {@link maximumValueSubset} is exact; the problem is NP-hard. */
export const EXACT_ITEMS = 20;

/** Items that the heuristic decides anew at a time, and how far it moves on. */
const WINDOW = 16;
const STEP = 4;

/** Items chosen from a problem, and what settling them is worth. */
interface Choice<T> {
  readonly value: bigint;
  readonly items: readonly ProblemItem<T>[];
}

/**
 * The feasible subset of a queue that is worth most, whatever the order of arrival. Amounts of different tokens are
 * added as they are, unless items carry a `value`.
 *
 * Exact for up to {@link EXACT_ITEMS} items, by branch and bound; of subsets worth the same, the one that holds the
 * earliest item of the queue in which they differ.
 *
 * Beyond that, a heuristic: it starts from the better of {@link fifoSubset} and of dropping, at each account in
 * deficit, the cheapest item that covers the deficit; then it goes over the queue (in its order, and by value) in
 * overlapping windows of 16, deciding each window exactly with the rest held fixed, until nothing improves. The result
 * is feasible, always the same for the same input, and never worth less than Bech and Soramäki's; nothing more is
 * promised.
 * @param balances what each participant has before, including credit it may draw; missing means zero.
 * @param queue in any order; `priority` and `order` decide ties only.
 * @returns the items to settle at once in queue order, none if the queue is deadlocked.
 * @throws UserError when a balance is negative or given twice, an id is used twice, or an amount or value is not
 *   positive.
 */
export function maximumValueSubset<T extends Queued>(balances: readonly Position[], queue: readonly T[]): T[] {
  const problem = toProblem(balances, queue);
  const best = problem.items.length <= EXACT_ITEMS ? exactSubset(problem) : improvedSubset(problem);
  const chosen = new Set(best.items);
  return problem.items.filter((entry) => chosen.has(entry)).map(({ item }) => item);
}

/**
 * Branch and bound. `reach[a]` is the most account `a` can still end with: its balance, what has been decided, and
 * everything it may yet receive. A branch whose reach is below zero, or that cannot beat the best any more, is cut.
 * @param best a feasible choice that has to be beaten.
 */
function exactSubset<T>({ balances, items }: Problem<T>, best: Choice<T> = choice([])): Choice<T> {
  const reach = [...balances];
  const shift = (deltas: readonly Delta[], sign: bigint): void => {
    for (const { account, amount } of deltas) reach[account] = (reach[account] ?? 0n) + sign * amount;
  };
  const branches = items.map((entry) => {
    const gives = entry.deltas.filter(({ amount }) => amount < 0n);
    const brings = entry.deltas.filter(({ amount }) => amount > 0n);
    shift(brings, 1n);
    return { entry, gives, brings };
  });
  const chosen: ProblemItem<T>[] = [];
  const covered = ({ account }: Delta): boolean => (reach[account] ?? 0n) >= 0n;

  const decide = (index: number, value: bigint, open: bigint): void => {
    if (value + open <= best.value) return;
    const branch = branches[index];
    if (branch === undefined) {
      best = { value, items: [...chosen] };
      return;
    }
    const { entry, gives, brings } = branch;
    shift(gives, 1n);
    chosen.push(entry);
    if (gives.every(covered)) decide(index + 1, value + entry.value, open - entry.value);
    chosen.pop();
    shift(gives, -1n);

    shift(brings, -1n);
    if (brings.every(covered)) decide(index + 1, value, open - entry.value);
    shift(brings, 1n);
  };
  decide(0, 0n, choice(items).value);
  return best;
}

/** The heuristic of {@link maximumValueSubset}. */
function improvedSubset<T>(problem: Problem<T>): Choice<T> {
  let best = better(choice(fifoSubset(problem)), choice(cheapestDrops(problem)));
  const byValue = problem.items.toSorted((a, b) => compare(b.value, a.value));
  for (let before = -1n; before < best.value;) {
    before = best.value;
    for (const order of [problem.items, byValue]) {
      for (let start = 0; start < order.length; start += STEP) {
        best = redecide(problem, best, order.slice(start, start + WINDOW));
      }
    }
  }
  return best;
}

/** The best choice that differs from `current`, which is feasible, in the items of `window` only. */
function redecide<T>(problem: Problem<T>, current: Choice<T>, window: readonly ProblemItem<T>[]): Choice<T> {
  const fixed = current.items.filter((entry) => !window.includes(entry));
  const now = current.items.filter((entry) => window.includes(entry));
  const decided = exactSubset({ balances: settle(problem, fixed), items: window }, choice(now));
  return choice([...fixed, ...decided.items]);
}

/** What remains when each account in deficit drops the cheapest item that covers it, or else the one it gives most in. */
function cheapestDrops<T>(problem: Problem<T>): ProblemItem<T>[] {
  let kept = [...problem.items];
  for (;;) {
    const after = settle(problem, kept);
    const account = after.findIndex((balance) => balance < 0n);
    if (account < 0) return kept;
    const missing = -(after[account] ?? 0n);
    const [worst] = kept
      .map((entry) => ({ entry, given: givenBy(entry, account) }))
      .filter(({ given }) => given > 0n)
      .toSorted((a, b) => {
        const covers = Number(b.given >= missing) - Number(a.given >= missing);
        if (covers !== 0) return covers;
        return a.given >= missing ? compare(a.entry.value, b.entry.value) : compare(b.given, a.given);
      });
    kept = kept.filter((entry) => entry !== worst?.entry);
  }
}

function givenBy<T>({ deltas }: ProblemItem<T>, account: number): bigint {
  return -(deltas.find((delta) => delta.account === account)?.amount ?? 0n);
}

function choice<T>(items: readonly ProblemItem<T>[]): Choice<T> {
  return { items, value: items.reduce((sum, { value }) => sum + value, 0n) };
}

function better<T>(a: Choice<T>, b: Choice<T>): Choice<T> {
  return b.value > a.value ? b : a;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
