import { expect } from "chai";
import { FAULT, TRADE_STATUS } from "../../sdk/eip712/trades.js";
import { minor } from "../../sdk/money.js";
import { openChainAt } from "../support/assets.js";
import { DEAL, RULES, TradeUnderTest, deployDue, failureOf, restock, sellOut, type Market } from "../support/trades.js";

const chain = await openChainAt("2026-02-20");
const { ethers, networkHelpers } = chain;

async function due() {
  return deployDue(chain);
}

describe("TradeMatching: parts and late fees", function () {
  let f: Market;
  let trade: TradeUnderTest;
  let day: bigint;

  beforeEach(async function () {
    ({ f, trade } = await networkHelpers.loadFixture(due));
    day = trade.delivery.settlementDay;
  });

  describe("settlePart", function () {
    beforeEach(async function () {
      await sellOut(f, 90n);
      await trade.settle();
    });

    it("settles parts at one price whose sum is exact, and the last takes the rest", async function () {
      // 100,000.07 for 100 units: 1,000.0007 each
      for (const [count, price] of [
        [33n, "33000.02"],
        [33n, "33000.02"],
        [10n, "10000.01"],
      ] as const) {
        const money = minor(price, "HKD");
        const part = trade.settlePart(count);
        await expect(part).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [money, -money]);
        await expect(part).to.changeTokenBalances(ethers, f.bond, [f.seller, f.buyer], [-count, count]);
      }
      expect(await f.money.heldOf(f.seller)).to.equal(DEAL.guarantee);
      await restock(f, 10n);
      const rest = DEAL.amount - minor("76000.05", "HKD");
      await expect(trade.settle()).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [rest, -rest]);
      const { status, settled, paid } = await trade.state();
      expect([status, settled, paid]).to.deep.equal([TRADE_STATUS.settled, 100n, DEAL.amount]);
    });

    it("takes parts of the larger minimum on, and leaves as much", async function () {
      const other = await new TradeUnderTest(
        f,
        { settlementDay: day },
        { delivery: { minimumPart: 10n }, receipt: { minimumPart: 20n } },
        "two minima",
      ).matched();
      await other.settle();
      for (const count of [19n, 81n, 100n]) {
        await expect(other.settlePart(count))
          .to.be.revertedWithCustomError(f.matching, "TradePartInvalid")
          .withArgs(other.id, count, 20n, 100n);
      }
      await other.settlePart(20n);
      await expect(other.settlePart(61n))
        .to.be.revertedWithCustomError(f.matching, "TradePartInvalid")
        .withArgs(other.id, 61n, 20n, 80n);
      await other.settlePart(60n);
      expect((await other.state()).settled).to.equal(80n);
    });

    it("is for trades of which both sides accept parts", async function () {
      for (const one of [{ delivery: { minimumPart: 10n } }, { receipt: { minimumPart: 10n } }]) {
        const whole = await new TradeUnderTest(
          f,
          { settlementDay: day },
          one,
          `whole ${Object.keys(one)[0]}`,
        ).matched();
        await whole.settle();
        await expect(whole.settlePart(10n))
          .to.be.revertedWithCustomError(f.matching, "TradePartNotAgreed")
          .withArgs(whole.id);
      }
    });

    it("is for a day on which the whole has failed", async function () {
      await trade.onDay(day + 1n);
      await expect(trade.settlePart(10n))
        .to.be.revertedWithCustomError(f.matching, "TradePartUntimely")
        .withArgs(trade.id, day, day + 1n);
      await trade.settle();
      await trade.settlePart(10n);
      const untried = await new TradeUnderTest(f, { settlementDay: day, minimumPart: 1n }, {}, "untried").matched();
      await expect(untried.settlePart(10n))
        .to.be.revertedWithCustomError(f.matching, "TradePartUntimely")
        .withArgs(untried.id, 0n, day + 1n);
    });

    it("fails as the whole does", async function () {
      await trade.hold_(f.buyer);
      await trade.settlePart(50n);
      expect(await failureOf(trade)).to.deep.include({ fault: FAULT.receiver, reason: "TradeOnHold" });
      expect((await trade.state()).settled).to.equal(0n);
    });

    it("pays nothing for a part that is worth less than a minor unit, and all in the end", async function () {
      const cheap = await new TradeUnderTest(
        f,
        { settlementDay: day, minimumPart: 1n, money: { currency: f.terms.currency, amount: 1n } },
        {},
        "cheap",
      ).matched();
      await cheap.settle();
      await expect(cheap.settlePart(50n)).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [0n, 0n]);
      await restock(f, 60n);
      await expect(cheap.settle()).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [1n, -1n]);
    });
  });

  describe("the late fee", function () {
    /** Of money for days, by fractions of whole numbers: halves up. */
    const feeOf = (money: bigint, days: bigint) => {
      const parts = days * RULES.feeRate > RULES.feeCap ? RULES.feeCap : days * RULES.feeRate;
      const [whole, rest] = [(money * parts) / 100_000_000n, (money * parts) % 100_000_000n];
      return rest >= 50_000_000n ? whole + 1n : whole;
    };

    it("is paid by a late deliverer out of what it is paid, in the same instruction", async function () {
      await sellOut(f);
      await trade.settle();
      await trade.onDay(day + 3n);
      await restock(f, 100n);
      const fee = minor("30.00", "HKD");
      expect(feeOf(DEAL.amount, 3n)).to.equal(fee);
      expect(await f.matching.costOf(trade.delivery, trade.receipt, 100n, day + 3n)).to.deep.equal([
        ...[DEAL.amount, fee, FAULT.deliverer],
      ]);
      const settled = trade.settle();
      const net = DEAL.amount - fee;
      await expect(settled).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [net, -net]);
      const [instruction] = await f.engine.queryFilter(f.engine.filters.InstructionSettled());
      const transfers = (await instruction?.getTransactionReceipt())?.logs.filter(
        ({ address }) => address === f.terms.currency,
      );
      // payment, fee, and the release of the guarantee
      expect(transfers).to.have.length(3);
    });

    it("is paid by a late receiver on top of the price", async function () {
      await trade.hold_(f.buyer);
      await trade.settle();
      await trade.hold_(f.buyer, false);
      await trade.onDay(day + 1n);
      const gross = DEAL.amount + feeOf(DEAL.amount, 1n);
      await expect(trade.settle()).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [gross, -gross]);
    });

    it("counts the days of one side less those of the other", async function () {
      await sellOut(f);
      await trade.settle();
      await trade.onDay(day + 3n);
      await restock(f, 100n);
      await trade.hold_(f.buyer);
      await trade.settle();
      await trade.hold_(f.buyer, false);
      await trade.onDay(day + 4n);
      const net = DEAL.amount - feeOf(DEAL.amount, 2n);
      await expect(trade.settle()).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [net, -net]);
    });

    it("is never more than the cap", async function () {
      await sellOut(f);
      await trade.settle();
      await restock(f, 100n);
      const at = async (days: bigint) => (await f.matching.costOf(trade.delivery, trade.receipt, 100n, day + days)).fee;
      expect(await at(5n)).to.equal(feeOf(DEAL.amount, 5n));
      expect(await at(6n)).to.equal(await at(5n));
      await trade.onDay(day + 9n);
      const net = DEAL.amount - feeOf(DEAL.amount, 5n);
      await expect(trade.settle()).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [net, -net]);
    });

    it("is of each part, for as long as that part was late", async function () {
      await sellOut(f, 40n);
      await trade.settle();
      await trade.onDay(day + 1n);
      await trade.settle();
      const first = minor("40000.02", "HKD");
      const firstNet = first - feeOf(first, 1n);
      await expect(trade.settlePart(40n)).to.changeTokenBalances(
        ethers,
        f.money,
        [f.seller, f.buyer],
        [firstNet, -firstNet],
      );
      await trade.onDay(day + 4n);
      await restock(f, 60n);
      const rest = DEAL.amount - first;
      const restNet = rest - feeOf(rest, 4n);
      await expect(trade.settle()).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [restNet, -restNet]);
    });

    it("has to be allowed by whoever owes it", async function () {
      await sellOut(f);
      await trade.settle();
      await trade.onDay(day + 1n);
      await restock(f, 100n);
      await f.money.connect(f.seller).approve(f.engine, minor("9.99", "HKD"));
      await trade.settle();
      expect(await failureOf(trade)).to.deep.include({ fault: FAULT.deliverer, reason: "ERC20InsufficientAllowance" });
      await f.money.connect(f.seller).approve(f.engine, minor("10.00", "HKD"));
      await trade.settle();
      expect((await trade.state()).status).to.equal(TRADE_STATUS.settled);
    });
  });
});
