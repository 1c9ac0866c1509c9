import { expect } from "chai";
import { startOfDayNumber } from "../../sdk/calendar.js";
import { sentenceOf } from "../../sdk/errors.js";
import {
  buildStatement,
  closingBalances,
  interestOf,
  quarterDays,
  quarterOf,
  wholeUnits,
} from "../../sdk/issuance/interest.js";
import { balancesOf, requirement, reserveRows } from "../../sdk/issuance/reserves.js";

const [ANN, BOB, BANK] = [`0x${"0a".repeat(20)}`, `0x${"0b".repeat(20)}`, `0x${"0c".repeat(20)}`] as const;
const PLACE = { chainId: 1n, book: BANK, institution: 2n, quarter: quarterOf(2026, 3) };

function sentence(call: () => unknown): string {
  try {
    call();
    return "it was done";
  } catch (error) {
    return sentenceOf(error) ?? String(error);
  }
}

describe("sdk: interest", function () {
  describe("quarterOf", function () {
    it("names quarters by the month in which they end", function () {
      const { first, last } = quarterDays(quarterOf(2026, 3));
      expect([first, last]).to.deep.equal([20_443, 20_532]);
      expect(sentence(() => quarterOf(2026, 4))).to.equal("No quarter ends in month 4: write 3, 6, 9 or 12.");
      expect(sentence(() => quarterOf(2026, 15))).to.equal("No quarter ends in month 15: write 3, 6, 9 or 12.");
    });
  });

  describe("closingBalances", function () {
    it("counts a payment at 23:59:59 for its day and one at midnight for the next", function () {
      const days = { first: 100, last: 102 };
      const midnight = startOfDayNumber(101);
      const movements = [
        { from: BANK, to: ANN, value: 500n, time: startOfDayNumber(50) },
        { from: BANK, to: ANN, value: 70n, time: midnight - 1 },
        { from: ANN, to: BOB, value: 40n, time: midnight },
        { from: BOB, to: BOB, value: 9n, time: midnight },
        { from: ANN, to: BOB, value: 1n, time: startOfDayNumber(103) },
      ];
      expect(closingBalances(movements, ANN, days)).to.deep.equal([570n, 530n, 530n]);
      expect(closingBalances(movements, BOB, days)).to.deep.equal([0n, 40n, 40n]);
    });
  });

  describe("interestOf", function () {
    it("is worked out by hand", function () {
      // 199.99 counts as 199: 199 · 1 % · 2 days and 199 · 2 % · 1 day, over 360
      const rates = [
        { fromDay: 12, rate: 20_000n },
        { fromDay: 0, rate: 10_000n },
      ];
      const closing = wholeUnits([19_999n, 19_999n, 19_999n]);
      expect(interestOf(closing, 10, rates)).to.deep.equal({ productSum: 597n, interest: 2n });
      expect(interestOf(closing, 10, [])).to.deep.equal({ productSum: 597n, interest: 0n });
    });
  });

  describe("buildStatement", function () {
    it("leaves out who gets nothing, and says what it cannot state", function () {
      const entries = [
        { wallet: ANN, productSum: 5n, interest: 3n },
        { wallet: BOB, productSum: 5n, interest: 0n },
      ];
      const { wallets, interest, proofs } = buildStatement(PLACE, entries);
      expect([wallets, interest, proofs]).to.deep.equal([1, 3n, [[]]]);
      expect(sentence(() => buildStatement(PLACE, entries.slice(1)))).to.equal(
        "No wallet gets any interest: there is nothing to state.",
      );
      expect(sentence(() => buildStatement(PLACE, [...entries, ...entries]))).to.equal(
        "A wallet has two entries; add them up: each is paid once a quarter.",
      );
    });
  });

  describe("reserveRows", function () {
    it("adds up by institution, nobody's accounts as number 0", function () {
      const balances = balancesOf([
        { from: BANK, to: ANN, value: 30n, time: 1 },
        { from: ANN, to: BOB, value: 5n, time: 2 },
      ]);
      expect([...balances]).to.deep.equal([
        [BANK, -30n],
        [ANN, 25n],
        [BOB, 5n],
      ]);
      balances.set(BANK, 100n);
      const holder = (account: string) => ({ institution: account === BOB ? 0n : 7n, own: account === BANK });
      expect(reserveRows(balances, holder, new Map([[7n, 2n]]))).to.deep.equal([
        { institution: 0n, wallets: 5n, own: 0n, held: 0n },
        { institution: 7n, wallets: 25n, own: 100n, held: 2n },
      ]);
      expect([requirement(0n, 620n), requirement(1n, 620n), requirement(10_000n, 620n)]).to.deep.equal([0n, 1n, 620n]);
    });
  });
});
