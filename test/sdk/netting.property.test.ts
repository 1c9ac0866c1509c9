import { expect } from "chai";
import fc from "fast-check";
import { EXACT_ITEMS, bechSoramaki, isFeasible, maximumValueSubset } from "../../sdk/netting.js";
import type { Instruction, Leg, Payment, Position, Queued } from "../../sdk/netting.js";

const PARTICIPANTS = ["A", "B", "C", "D"];
const TOKENS = ["CNY", "HKD"];

// --- a second, naive reading of the rules, sharing no code with the solvers ---------------------------------------

const legsOf = (item: Queued): readonly Leg[] => ("legs" in item ? item.legs : [item]);
const account = (participant: string, token = "") => `${participant}/${token}`;

/** Kronos: balance − given + received ≥ 0 for every participant and token. */
function feasible(before: readonly Position[], items: readonly Queued[]): boolean {
  const left = new Map(before.map(({ participant, token, amount }) => [account(participant, token), amount]));
  const move = (key: string, amount: bigint) => left.set(key, (left.get(key) ?? 0n) + amount);
  for (const leg of items.flatMap(legsOf)) {
    move(account(leg.from, leg.token), -leg.amount);
    move(account(leg.to, leg.token), leg.amount);
  }
  return [...left.values()].every((amount) => amount >= 0n);
}

function worth(items: readonly Queued[]): bigint {
  return items.flatMap(legsOf).reduce((sum, { amount }) => sum + amount, 0n);
}

function inOrder<T extends Queued>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0) || a.order - b.order);
}

/** All subsets in queue order, those with the earlier items first. */
function subsets<T>(items: readonly T[]): T[][] {
  const count = 2 ** items.length;
  return Array.from({ length: count }, (_, index) => {
    const mask = count - 1 - index;
    return items.filter((_item, place) => (mask >> (items.length - 1 - place)) & 1);
  });
}

/** Accounts whose balance an item lowers. */
function payers(item: Queued): string[] {
  const accounts = legsOf(item).flatMap(({ from, to, token }) => [account(from, token), account(to, token)]);
  return [...new Set(accounts)].filter((key) => {
    const net = legsOf(item).reduce((sum, { from, to, token, amount }) => {
      const given = account(from, token) === key ? amount : 0n;
      return sum - given + (account(to, token) === key ? amount : 0n);
    }, 0n);
    return net < 0n;
  });
}

/** No account settles an item while an earlier one of its own waits. */
function keepsOrder(queue: readonly Queued[], settled: readonly Queued[]): boolean {
  return queue.every(
    (waiting, place) =>
      settled.includes(waiting) ||
      !queue
        .slice(place + 1)
        .some((later) => settled.includes(later) && payers(later).some((p) => payers(waiting).includes(p))),
  );
}

// --- random queues ------------------------------------------------------------------------------------------------

const leg: fc.Arbitrary<Leg> = fc
  .record({
    from: fc.constantFrom(...PARTICIPANTS),
    to: fc.constantFrom(...PARTICIPANTS),
    amount: fc.bigInt({ min: 1n, max: 40n }),
    token: fc.constantFrom(...TOKENS),
  })
  .filter(({ from, to }) => from !== to);

const body = fc.oneof(
  { weight: 3, arbitrary: leg },
  { weight: 1, arbitrary: fc.record({ legs: fc.array(leg, { minLength: 2, maxLength: 3 }) }) },
);

function queues(minLength: number, maxLength: number): fc.Arbitrary<(Payment | Instruction)[]> {
  return fc
    .array(fc.tuple(body, fc.nat(2)), { minLength, maxLength })
    .map((list) => list.map(([moved, priority], order) => ({ ...moved, id: `q${order}`, order, priority })));
}

const balances: fc.Arbitrary<Position[]> = fc
  .array(fc.bigInt({ min: 0n, max: 30n }), { minLength: 8, maxLength: 8 })
  .map((amounts) =>
    PARTICIPANTS.flatMap((participant, p) =>
      TOKENS.map((token, t) => ({ participant, token, amount: amounts[2 * p + t] ?? 0n })),
    ),
  );

const best = <T extends Queued>(candidates: T[][]) =>
  candidates.reduce<T[]>((found, candidate) => (worth(candidate) > worth(found) ? candidate : found), []);

describe("sdk/netting, properties", function () {
  it("agrees with a second reading of feasibility", function () {
    fc.assert(
      fc.property(balances, queues(0, 8), (before, queue) => {
        expect(isFeasible(before, queue)).to.equal(feasible(before, queue));
      }),
    );
  });

  it("finds the largest feasible set that keeps the order, as trying all subsets does (bechSoramaki)", function () {
    fc.assert(
      fc.property(balances, queues(0, 8), (before, queue) => {
        const ordered = inOrder(queue);
        const allowed = subsets(ordered).filter((set) => feasible(before, set) && keepsOrder(ordered, set));
        const largest = allowed.reduce((a, b) => (b.length > a.length ? b : a), []);
        expect(bechSoramaki(before, queue)).to.deep.equal(largest);
      }),
      { numRuns: 200 },
    );
  });

  it("finds the very subset that trying all of them finds, ties by queue order (maximumValueSubset)", function () {
    fc.assert(
      fc.property(balances, queues(0, 8), (before, queue) => {
        const allowed = subsets(inOrder(queue)).filter((set) => feasible(before, set));
        expect(maximumValueSubset(before, queue)).to.deep.equal(best(allowed));
      }),
      { numRuns: 200 },
    );
  });

  it("is worth at least the FIFO set, up to the last exact size", function () {
    fc.assert(
      fc.property(balances, queues(9, EXACT_ITEMS), (before, queue) => {
        const found = maximumValueSubset(before, queue);
        expect(feasible(before, found)).to.equal(true);
        expect(worth(found) >= worth(bechSoramaki(before, queue))).to.equal(true);
      }),
      { numRuns: 30 },
    );
  });

  it("stays feasible, at least the FIFO set, and the same each time beyond the exact size", function () {
    fc.assert(
      fc.property(balances, queues(EXACT_ITEMS + 1, 60), (before, queue) => {
        const found = maximumValueSubset(before, queue);
        expect(feasible(before, found)).to.equal(true);
        expect(worth(found) >= worth(bechSoramaki(before, queue))).to.equal(true);
        expect(maximumValueSubset(before, queue.toReversed())).to.deep.equal(found);
      }),
      { numRuns: 30 },
    );
  });

  it("beats the FIFO set beyond the exact size where a large payment blocks the queue", function () {
    const small: Payment[] = Array.from({ length: 25 }, (_, index) => {
      return { id: `small${index}`, from: "A", to: "B", amount: 1n, order: index + 1 };
    });
    const blocked: Payment = { id: "large", from: "A", to: "C", amount: 100n, order: 0 };
    const before = [{ participant: "A", amount: 25n }];
    expect(bechSoramaki(before, [blocked, ...small])).to.deep.equal([]);
    expect(maximumValueSubset(before, [blocked, ...small])).to.deep.equal(small);
  });
});
