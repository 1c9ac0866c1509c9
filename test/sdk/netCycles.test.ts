import { expect } from "chai";
import fc from "fast-check";
import { bechSoramaki } from "../../sdk/bechSoramaki.js";
import { dropsOf, instructionOf, queued, reasonName, REASONS } from "../../sdk/bridge/netting.js";
import { isFeasible, type Instruction, type Position } from "../../sdk/netting.js";

const BANKS = ["a", "b", "c", "d"] as const;

function item(order: number, ...legs: readonly (readonly [from: string, to: string, amount: bigint])[]): Instruction {
  return {
    id: `${order}`,
    order,
    legs: legs.map(([from, to, amount], token) => ({ token: `${token}`, from, to, amount })),
  };
}

const limits = (...amounts: readonly bigint[]): Position[] =>
  amounts.map((amount, place) => ({ participant: BANKS[place] ?? "", token: "0", amount }));

describe("netCycles", function () {
  describe("dropsOf", function () {
    const gridlock = [item(1, ["a", "b", 30n]), item(2, ["b", "c", 32n]), item(3, ["c", "a", 28n])];

    it("drops nothing of what settles together", function () {
      expect(dropsOf(limits(3n, 4n, 2n), gridlock)).to.deep.equal([]);
    });

    it("drops everything of a deadlock, each founded when its turn comes", function () {
      expect(dropsOf(limits(1n, 4n, 2n), gridlock)).to.deep.equal(["1", "2", "3"]);
    });

    it("drops the last item of who cannot pay it, and no other", function () {
      expect(dropsOf(limits(3n, 4n, 2n), [...gridlock, item(4, ["a", "c", 50n])])).to.deep.equal(["4"]);
    });

    it("drops what stands behind an exchange that is dropped, after it", function () {
      const items = [item(1, ["a", "b", 5n], ["b", "a", 7n]), item(2, ["b", "c", 1n]), item(3, ["c", "d", 1n])];
      const legs = [{ token: "1", from: "b", to: "c", amount: 1n }];
      const more = [...items, { id: "4", order: 4, legs }];
      const room = [...limits(4n, 9n, 9n, 9n), { participant: "b", token: "1", amount: 99n }];
      expect(dropsOf(room, more)).to.deep.equal(["1", "4"]);
    });

    it("leaves the set of Bech and Soramäki, in an order in which nobody is dropped without cause", function () {
      const bank = fc.constantFrom(...BANKS);
      const leg = fc.record({ from: bank, to: bank, amount: fc.bigInt({ min: 1n, max: 40n }) });
      const legs = fc
        .array(leg, { minLength: 1, maxLength: 2 })
        .filter((all) => all.every(({ from, to }) => from !== to));
      const stories = fc.record({
        items: fc.array(legs, { maxLength: 12 }),
        room: fc.array(fc.bigInt({ min: 0n, max: 40n }), { minLength: 8, maxLength: 8 }),
      });
      fc.assert(
        fc.property(stories, ({ items, room }) => {
          const all = items.map((each, order) =>
            item(order, ...each.map(({ from, to, amount }) => [from, to, amount] as const)),
          );
          const balances = room.map((amount, place) => ({
            participant: BANKS[place % 4] ?? "",
            token: `${place >> 2}`,
            amount,
          }));
          const dropped = dropsOf(balances, all);
          const kept = all.filter(({ id }) => !dropped.includes(id));
          expect(kept).to.deep.equal(bechSoramaki(balances, all));
          expect(isFeasible(balances, kept)).to.equal(true);
          expect(new Set(dropped).size).to.equal(dropped.length);
        }),
      );
    });
  });

  it("names the contract's reasons, and no others", function () {
    expect(REASONS.map((_, number) => reasonName(BigInt(number)))).to.deep.equal([...REASONS]);
    expect(() => reasonName(BigInt(REASONS.length))).to.throw("gives reason 12");
  });

  it("takes payments as the engine takes legs", function () {
    const [currency, payer, payee] = ["1", "2", "3"].map((digit) => `0x${digit.repeat(40)}`) as [
      string,
      string,
      string,
    ];
    const hash = `0x${"ab".repeat(32)}`;
    const payment = {
      ...{ businessRef: hash, currency, payer, payee, amount: 5n },
      ...{ purpose: "0x47444453", dataHash: hash, notAfter: 9n },
    };
    const leg = { token: currency, from: payer, to: payee, amount: 5n };
    expect(instructionOf({ payments: [payment] })).to.deep.equal({ legs: [leg] });
    const waiting = { id: "x", item: { payments: [payment] }, initiator: payer, sequence: 3n, priority: 2n };
    expect(queued(waiting)).to.deep.equal({ id: "x", order: 3, priority: 2, legs: [leg] });
  });
});
