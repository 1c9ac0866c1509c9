import { expect } from "chai";
import { UserError } from "../../sdk/errors.js";
import { bechSoramaki, isFeasible, maximumValueSubset, netPositions } from "../../sdk/netting.js";
import type { Instruction, Payment, Position } from "../../sdk/netting.js";

/** Payments in order of arrival from `A>B 30` lines; the id is the pair, `A>B`. */
function queue(...lines: string[]): Payment[] {
  return lines.map((line, order) => {
    const [id = "", amount = ""] = line.split(" ");
    const [from = "", to = ""] = id.split(">");
    return { id, from, to, amount: BigInt(amount), order };
  });
}

/** Balances from `{ A: 3 }`. */
function balances(amounts: Record<string, number>): Position[] {
  return Object.entries(amounts).map(([participant, amount]) => ({ participant, amount: BigInt(amount) }));
}

/** Balances after `items` settle, as `{ A: 1n }`. */
function after(before: readonly Position[], items: readonly Payment[]): Record<string, bigint> {
  const result = new Map(before.map(({ participant, amount }) => [participant, amount]));
  for (const { participant, amount } of netPositions(items)) {
    result.set(participant, (result.get(participant) ?? 0n) + amount);
  }
  return Object.fromEntries(result);
}

const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id);

const RING = ["A>B 30", "B>C 32", "C>A 28"];
const PUBLISHED = ["Cen>Com 25", "Cen>Mer 7", "Com>Cen 17", "Com>Mer 9", "Mer>Cen 11", "Mer>Com 14"];
const SOLVERS = { bechSoramaki, maximumValueSubset };

describe("sdk/netting", function () {
  describe("netPositions", function () {
    it("nets the published example to −4, +13 and −9, gross 83", function () {
      const payments = queue(...PUBLISHED);
      expect(after([], payments)).to.deep.equal({ Cen: -4n, Com: 13n, Mer: -9n });
      expect(payments.reduce((sum, { amount }) => sum + amount, 0n)).to.equal(83n);
    });

    it("keeps tokens apart", function () {
      const delivery = { from: "A", to: "B", amount: 5n, token: "BOND" };
      const payment = { from: "B", to: "A", amount: 7n, token: "CNY" };
      expect(netPositions([{ id: "dvp", order: 0, legs: [delivery, payment] }])).to.deep.equal([
        { participant: "A", token: "BOND", amount: -5n },
        { participant: "B", token: "BOND", amount: 5n },
        { participant: "B", token: "CNY", amount: -7n },
        { participant: "A", token: "CNY", amount: 7n },
      ]);
    });
  });

  describe("isFeasible", function () {
    it("holds with a balance of exactly zero after, and not one unit below", function () {
      expect(isFeasible(balances({ A: 30 }), queue("A>B 30"))).to.equal(true);
      expect(isFeasible(balances({ A: 29 }), queue("A>B 30"))).to.equal(false);
    });

    it("takes a missing balance as zero", function () {
      expect(isFeasible([], queue("A>B 1"))).to.equal(false);
    });
  });

  describe("G1, a gridlock", function () {
    const before = balances({ A: 3, B: 4, C: 2 });
    const payments = queue(...RING);

    it("lets no payment settle alone", function () {
      expect(payments.filter((payment) => isFeasible(before, [payment]))).to.deep.equal([]);
    });

    for (const [name, solve] of Object.entries(SOLVERS)) {
      it(`settles all three together with ${name}`, function () {
        expect(solve(before, payments)).to.deep.equal(payments);
        expect(after(before, solve(before, payments))).to.deep.equal({ A: 1n, B: 2n, C: 6n });
      });
    }
  });

  describe("G2, a deadlock", function () {
    for (const [name, solve] of Object.entries(SOLVERS)) {
      it(`settles nothing with ${name}`, function () {
        expect(solve(balances({ A: 1, B: 4, C: 2 }), queue(...RING))).to.deep.equal([]);
      });
    }
  });

  describe("G3, a gridlock with a payment too many", function () {
    for (const [name, solve] of Object.entries(SOLVERS)) {
      it(`settles the ring, worth 90, and leaves the fourth with ${name}`, function () {
        const settled = solve(balances({ A: 3, B: 4, C: 2 }), queue(...RING, "A>C 50"));
        expect(ids(settled)).to.deep.equal(["A>B", "B>C", "C>A"]);
        expect(settled.reduce((sum, { amount }) => sum + amount, 0n)).to.equal(90n);
      });
    }
  });

  describe("G4, the published netting example", function () {
    const before = balances({ Cen: 4, Com: 0, Mer: 9 });
    const payments = queue(...PUBLISHED);

    it("lets no payment settle alone", function () {
      expect(payments.filter((payment) => isFeasible(before, [payment]))).to.deep.equal([]);
    });

    for (const [name, solve] of Object.entries(SOLVERS)) {
      it(`settles all six with ${name}`, function () {
        expect(solve(before, payments)).to.deep.equal(payments);
        expect(after(before, solve(before, payments))).to.deep.equal({ Cen: 0n, Com: 13n, Mer: 0n });
      });
    }
  });

  describe("G5, where the order of arrival costs value", function () {
    const before = balances({ Cen: 3, Com: 0, Mer: 9 });

    it("settles nothing in order of arrival", function () {
      expect(bechSoramaki(before, queue(...PUBLISHED))).to.deep.equal([]);
    });

    it("finds the subset worth 41 when the order may be left", function () {
      const settled = maximumValueSubset(before, queue(...PUBLISHED));
      expect(ids(settled)).to.deep.equal(["Cen>Mer", "Com>Mer", "Mer>Cen", "Mer>Com"]);
      expect(settled.reduce((sum, { amount }) => sum + amount, 0n)).to.equal(41n);
      expect(after(before, settled)).to.deep.equal({ Cen: 7n, Com: 5n, Mer: 0n });
    });
  });

  describe("bechSoramaki", function () {
    it("drops the payment of lower priority although it came first", function () {
      const [late, early] = queue("A>B 10", "A>C 10");
      const urgent = early === undefined ? [] : [{ ...early, priority: 1 }];
      const payments = late === undefined ? [] : [late, ...urgent];
      expect(ids(bechSoramaki(balances({ A: 10 }), payments))).to.deep.equal(["A>C"]);
    });

    it("does not settle a small payment behind a large one that has to wait", function () {
      expect(bechSoramaki(balances({ A: 5 }), queue("A>B 6", "A>C 1"))).to.deep.equal([]);
    });

    it("drops, with an instruction, what is queued behind it at its other giver", function () {
      const dvp: Instruction = {
        id: "dvp",
        order: 0,
        legs: [
          { from: "A", to: "B", amount: 5n, token: "BOND" },
          { from: "B", to: "A", amount: 7n, token: "CNY" },
        ],
      };
      const behind: Payment = { id: "behind", from: "B", to: "C", amount: 1n, token: "CNY", order: 1 };
      const cash: Position = { participant: "B", token: "CNY", amount: 8n };
      const bonds: Position = { participant: "A", token: "BOND", amount: 5n };
      expect(ids(bechSoramaki([cash, bonds], [dvp, behind]))).to.deep.equal(["dvp", "behind"]);
      expect(ids(bechSoramaki([cash], [dvp, behind]))).to.deep.equal([]);
      expect(ids(maximumValueSubset([cash], [dvp, behind]))).to.deep.equal(["behind"]);
    });
  });

  describe("maximumValueSubset", function () {
    it("prefers the earliest item where two choices are worth the same", function () {
      expect(ids(maximumValueSubset(balances({ A: 10 }), queue("A>B 10", "A>C 10")))).to.deep.equal(["A>B"]);
    });

    it("goes by value where one is given", function () {
      const [first, second] = queue("A>B 10", "A>C 10");
      const payments = first === undefined || second === undefined ? [] : [first, { ...second, value: 11n }];
      expect(ids(maximumValueSubset(balances({ A: 10 }), payments))).to.deep.equal(["A>C"]);
    });
  });

  describe("what every solver refuses", function () {
    const pay: Payment = { id: "p", from: "A", to: "B", amount: 1n, order: 0 };
    const cases: [string, Position[], (Payment | Instruction)[], RegExp][] = [
      ["a negative balance", [{ participant: "A", amount: -1n }], [pay], /negative/],
      ["two balances of one account", [...balances({ A: 1 }), ...balances({ A: 1 })], [pay], /two balances/],
      ["an id used twice", [], [pay, { ...pay, to: "C" }], /queued twice/],
      ["an amount of zero", [], [{ ...pay, amount: 0n }], /more than zero/],
      ["a negative value", [], [{ ...pay, value: -1n }], /above zero/],
      ["an instruction without legs", [], [{ id: "i", order: 0, legs: [] }], /needs a leg/],
    ];
    for (const [what, before, items, reason] of cases) {
      it(`refuses ${what}`, function () {
        for (const solve of Object.values(SOLVERS)) expect(() => solve(before, items)).to.throw(UserError, reason);
      });
    }
  });
});
