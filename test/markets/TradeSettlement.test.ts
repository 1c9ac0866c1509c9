import { expect } from "chai";
import { FAULT, TRADE_STATUS } from "../../sdk/eip712/trades.js";
import { tradeStatusOf } from "../../sdk/markets/trades.js";
import { openChainAt } from "../support/assets.js";
import { ref } from "../support/chain.js";
import {
  DEAL,
  OPENING,
  RULES,
  TradeUnderTest,
  deployDue,
  failureOf,
  restock,
  sellOut,
  spendAll,
  type Market,
} from "../support/trades.js";

const chain = await openChainAt("2026-02-20");
const { ethers, networkHelpers } = chain;

async function due() {
  return deployDue(chain);
}

describe("TradeMatching: settlement", function () {
  let f: Market;
  let trade: TradeUnderTest;
  let day: bigint;

  beforeEach(async function () {
    ({ f, trade } = await networkHelpers.loadFixture(due));
    day = trade.delivery.settlementDay;
  });

  describe("settle", function () {
    it("delivers and pays in one instruction of the engine, and gives the guarantee back", async function () {
      const settled = trade.settle();
      await expect(settled).to.changeTokenBalances(ethers, f.bond, [f.seller, f.buyer], [-100n, 100n]);
      await expect(settled).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [DEAL.amount, -DEAL.amount]);
      const { status, settled: units, paid } = await trade.state();
      expect([status, units, paid]).to.deep.equal([TRADE_STATUS.settled, 100n, DEAL.amount]);
      expect(await f.money.heldOf(f.seller)).to.equal(0n);
      const [logged] = await f.matching.queryFilter(f.matching.filters.TradeSettled());
      expect(logged?.args.slice(2)).to.deep.equal([100n, DEAL.amount, 0n, FAULT.nobody, 0n]);
      await expect(settled).to.emit(f.engine, "InstructionSettled");
      await expect(trade.settle())
        .to.be.revertedWithCustomError(f.matching, "TradeStatusInvalid")
        .withArgs(trade.id, TRADE_STATUS.settled);
    });

    it("waits for the settlement day and ends with the last day of recycling", async function () {
      const later = await new TradeUnderTest(f, { settlementDay: day + 1n }, {}, "later").matched();
      await expect(later.settle())
        .to.be.revertedWithCustomError(f.matching, "TradeNotDue")
        .withArgs(later.id, day + 1n, day);
      await trade.onDay(day + RULES.recycleDays);
      await trade.settle();
      await later.onDay(day + 1n + RULES.recycleDays + 1n);
      await expect(later.settle())
        .to.be.revertedWithCustomError(f.matching, "TradeRecyclingOver")
        .withArgs(later.id, day + 1n + RULES.recycleDays, day + 2n + RULES.recycleDays);
    });

    it("delivers free of payment", async function () {
      const free = await new TradeUnderTest(f, { free: true, settlementDay: day }, {}, "free").matched();
      await sellOut(f);
      await free.settle();
      await free.onDay(day + 1n);
      await restock(f, 100n);
      await expect(free.settle()).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [0n, 0n]);
      expect((await free.state()).status).to.equal(TRADE_STATUS.settled);
    });

    it("settles nothing between instructions that are no trade", async function () {
      const other = new TradeUnderTest(f, {}, {}, "nobody's");
      await expect(other.settle())
        .to.be.revertedWithCustomError(f.matching, "TradeStatusInvalid")
        .withArgs(other.id, TRADE_STATUS.none);
    });

    it("attempts for nobody but itself", async function () {
      await expect(f.matching.connect(f.seller).attempt(trade.id, trade.delivery, 1n))
        .to.be.revertedWithCustomError(f.matching, "TradeSelfOnly")
        .withArgs(f.seller.address);
    });
  });

  describe("a failure", function () {
    it("is recorded with its reason, and moves nothing", async function () {
      await sellOut(f, 99n);
      const tried = trade.settle();
      await expect(tried).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [0n, 0n]);
      const reason = f.bond.interface.encodeErrorResult("ERC20InsufficientBalance", [f.seller.address, 99n, 100n]);
      await expect(tried).to.emit(f.matching, "TradeFailed").withArgs(trade.id, FAULT.deliverer, day, reason);
      expect(await failureOf(trade)).to.deep.equal({
        ...{ status: TRADE_STATUS.failing, fault: FAULT.deliverer, failedDay: day },
        ...{ delivererDays: 0n, receiverDays: 0n, reason: "ERC20InsufficientBalance" },
      });
    });

    const causes: readonly (readonly [string, () => Promise<unknown>, bigint, string])[] = [
      [
        "units that are frozen",
        () => f.bond.connect(f.hongkong.officers.enforcer).freeze(f.seller, ref("order")),
        FAULT.deliverer,
        "ERC7943CannotSend",
      ],
      [
        "units that are not allowed",
        () => f.bond.connect(f.seller).approve(f.engine, 99n),
        FAULT.deliverer,
        "ERC20InsufficientAllowance",
      ],
      [
        "a deliverer that withdrew its authority",
        () => f.engine.connect(f.seller).authorizeAgent(f.matching, false),
        FAULT.deliverer,
        "InstructionConsentMissing",
      ],
      [
        "a deliverer that cannot be paid",
        () => f.money.connect(f.hongkong.officers.enforcer).freeze(f.seller, ref("order")),
        FAULT.deliverer,
        "ERC7943CannotReceive",
      ],
      ["a deliverer's hold", () => trade.hold_(f.seller), FAULT.deliverer, "TradeOnHold"],
      ["money that was spent", () => spendAll(f, DEAL.amount - 1n), FAULT.receiver, "ERC20InsufficientBalance"],
      [
        "money that is not allowed",
        () => f.money.connect(f.buyer).approve(f.engine, DEAL.amount - 1n),
        FAULT.receiver,
        "ERC20InsufficientAllowance",
      ],
      [
        "a receiver that cannot receive",
        () => f.bond.connect(f.hongkong.officers.enforcer).freeze(f.buyer, ref("order")),
        FAULT.receiver,
        "ERC7943CannotReceive",
      ],
      ["a receiver's hold", () => trade.hold_(f.buyer), FAULT.receiver, "TradeOnHold"],
      [
        "a market that is halted",
        () => f.bond.connect(f.hongkong.officers.halter).haltAll(),
        FAULT.nobody,
        "BondIsHalted",
      ],
    ];
    for (const [what, cause, fault, reason] of causes) {
      it(`counts ${what} for ${["nobody", "its deliverer", "its receiver"][Number(fault)]}`, async function () {
        await cause();
        await trade.settle();
        const found = await failureOf(trade);
        expect([found.fault, found.reason]).to.deep.equal([fault, reason]);
      });
    }

    it("counts for nobody when neither side is ready", async function () {
      await sellOut(f);
      await spendAll(f);
      await trade.settle();
      expect((await failureOf(trade)).fault).to.equal(FAULT.nobody);
    });

    it("counts days for who failed last, until the next attempt", async function () {
      await sellOut(f);
      await trade.settle();
      await trade.onDay(day + 2n);
      await restock(f, 100n);
      await trade.hold_(f.buyer);
      await trade.settle();
      expect(await failureOf(trade)).to.deep.include({ fault: FAULT.receiver, delivererDays: 2n, receiverDays: 0n });
      await trade.onDay(day + 5n);
      await sellOut(f);
      await trade.settle();
      expect(await failureOf(trade)).to.deep.include({ fault: FAULT.nobody, delivererDays: 2n, receiverDays: 3n });
      await trade.onDay(day + 6n);
      await trade.settle();
      expect(await failureOf(trade)).to.deep.include({ delivererDays: 2n, receiverDays: 3n, failedDay: day + 6n });
    });

    it("counts the last attempt of a day", async function () {
      await sellOut(f);
      await trade.settle();
      await trade.hold_(f.buyer);
      await trade.settle();
      expect((await failureOf(trade)).fault).to.equal(FAULT.nobody);
      await restock(f, 100n);
      await trade.settle();
      expect((await failureOf(trade)).fault).to.equal(FAULT.receiver);
    });

    it("has the names of ISO 20022", async function () {
      const say = async () => {
        const state = await trade.state();
        return (["deliverer", "receiver"] as const).map((side) => tradeStatusOf(state, side));
      };
      expect(await say()).to.deep.equal([
        { message: "sese.024", element: "Pdg" },
        { message: "sese.024", element: "Pdg" },
      ]);
      await sellOut(f);
      await trade.settle();
      expect((await say()).map((each) => ("reason" in each ? each.reason : ""))).to.deep.equal(["LACK", "CLAC"]);
      await trade.hold_(f.seller);
      expect((await say()).map((each) => ("reason" in each ? each.reason : ""))).to.deep.equal(["PREA", "PRCY"]);
      const at = (status: bigint, fault: bigint) =>
        tradeStatusOf({ status, fault, delivererHolds: false, receiverHolds: false }, "receiver");
      const { settled, cancelled, lapsed, boughtIn, failing, none } = TRADE_STATUS;
      expect(
        [
          at(failing, FAULT.receiver),
          at(failing, FAULT.nobody),
          at(cancelled, 0n),
          at(lapsed, 0n),
          at(boughtIn, 0n),
        ].map((each) => ("reason" in each ? each.reason : "")),
      ).to.deep.equal(["MONY", "OTHR", "CANI", "CANS", "OTHR"]);
      expect(
        tradeStatusOf(
          { status: failing, fault: FAULT.receiver, delivererHolds: false, receiverHolds: false },
          "deliverer",
        ),
      ).to.deep.equal({ message: "sese.024", element: "Flng", reason: "CMON" });
      expect(at(settled, 0n)).to.deep.equal({ message: "sese.025" });
      expect(() => at(none, 0n)).to.throw(RangeError, "no status 0");
    });
  });

  describe("setTradeHold", function () {
    it("stops settlement until its side releases it", async function () {
      await expect(trade.hold_(f.seller)).to.emit(f.matching, "TradeHeld").withArgs(trade.id, f.seller.address, true);
      await trade.settle();
      const reason = f.matching.interface.encodeErrorResult("TradeOnHold", [trade.id, true, false]);
      const [logged] = await f.matching.queryFilter(f.matching.filters.TradeFailed());
      expect(logged?.args.reason).to.equal(reason);
      const self = await ethers.getImpersonatedSigner(await f.matching.getAddress());
      await expect(f.matching.connect(self).attempt.staticCall(trade.id, trade.delivery, 100n))
        .to.be.revertedWithCustomError(f.matching, "TradeOnHold")
        .withArgs(trade.id, true, false);
      await trade.hold_(f.seller, false);
      await trade.settle();
      expect((await trade.state()).status).to.equal(TRADE_STATUS.settled);
    });

    it("is a side's alone", async function () {
      await expect(trade.hold_(f.carrier))
        .to.be.revertedWithCustomError(f.matching, "TradeCallerInvalid")
        .withArgs(trade.id, f.carrier.address);
    });
  });

  describe("agreeCancel", function () {
    it("cancels when both sides agree, frees the guarantee and charges nothing", async function () {
      await sellOut(f);
      await trade.settle();
      await trade.onDay(day + 3n);
      await expect(trade.agreeCancel(f.seller))
        .to.emit(f.matching, "TradeCancellationAgreed")
        .withArgs(trade.id, f.seller.address, true);
      await trade.agreeCancel(f.seller, false);
      await trade.agreeCancel(f.buyer);
      expect((await trade.state()).status).to.equal(TRADE_STATUS.failing);
      const cancelled = trade.agreeCancel(f.seller);
      await expect(cancelled).to.emit(f.matching, "TradeCancelled").withArgs(trade.id);
      await expect(cancelled).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [0n, 0n]);
      expect(await f.money.heldOf(f.seller)).to.equal(0n);
      expect((await f.matching.claimOf(trade.id)).amount).to.equal(0n);
      expect(await f.money.balanceOf(f.seller)).to.equal(OPENING.money);
    });

    it("is a side's alone", async function () {
      await expect(trade.agreeCancel(f.carrier))
        .to.be.revertedWithCustomError(f.matching, "TradeCallerInvalid")
        .withArgs(trade.id, f.carrier.address);
    });
  });
});
