import { expect } from "chai";
import { ZeroHash } from "ethers";
import { FAULT, TRADE_STATUS, type BuyInOffer } from "../../sdk/eip712/trades.js";
import { errorNames, signBuyIn, signGuarantee, signTrade } from "../../sdk/markets/trades.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { openChainAt } from "../support/assets.js";
import { ref } from "../support/chain.js";
import {
  DEAL,
  RULES,
  TradeUnderTest,
  deployMarket,
  restock,
  sellOut,
  spendAll,
  type Market,
} from "../support/trades.js";

const chain = await openChainAt("2026-02-20");
const { ethers, networkHelpers } = chain;

const hkd = (text: string) => minor(text, "HKD");
/** What four days of the trade cost, and what all days of recycling do: the cap. */
const [FOUR_DAYS, CAP] = [hkd("40.00"), hkd("50.00")];

/** The deliverer has failed on the settlement day and on the fourth day after it, which is today. */
async function deployOverdue() {
  const f = await deployMarket(chain);
  const trade = await new TradeUnderTest(f, { guarantee: DEAL.guarantee, minimumPart: 10n }).due();
  await sellOut(f);
  await trade.settle();
  await trade.onDay(trade.delivery.settlementDay + RULES.extensionDays);
  await trade.settle();
  return { f, trade };
}

describe("TradeMatching: ends", function () {
  let f: Market;
  let trade: TradeUnderTest;
  let day: bigint;

  beforeEach(async function () {
    ({ f, trade } = await networkHelpers.loadFixture(deployOverdue));
    day = trade.delivery.settlementDay;
  });

  const claim = async () => [...(await f.matching.claimOf(trade.id))];

  describe("buyIn", function () {
    it("delivers in the deliverer's place; its guarantee pays the difference and the late fee, the rest goes back", async function () {
      const price = DEAL.amount + hkd("1000.00");
      const owed = hkd("1000.00") + FOUR_DAYS;
      const bought = trade.buyIn(price);
      await expect(bought).to.changeTokenBalances(ethers, f.bond, [f.agent, f.buyer, f.seller], [-100n, 100n, 0n]);
      await expect(bought).to.changeTokenBalances(
        ethers,
        f.money,
        [f.agent, f.buyer, f.seller],
        [price, owed - price, -owed],
      );
      await expect(bought).to.emit(f.engine, "InstructionSettled");
      const [logged] = await f.matching.queryFilter(f.matching.filters.TradeBoughtIn());
      expect(logged?.args.slice(0, 2)).to.deep.equal([trade.id, f.agent.address]);
      expect(logged?.args.slice(3)).to.deep.equal([100n, price, owed, owed]);
      expect((await trade.state()).status).to.equal(TRADE_STATUS.boughtIn);
      expect([await f.money.heldOf(f.seller), await claim()]).to.deep.equal([0n, [false, 0n]]);
    });

    it("records as a claim what the guarantee does not cover, which the deliverer pays through the engine", async function () {
      const price = DEAL.amount + hkd("6000.00");
      const short = hkd("1000.00") + FOUR_DAYS;
      await expect(trade.buyIn(price))
        .to.emit(f.matching, "TradeClaimRecorded")
        .withArgs(trade.id, f.seller.address, f.buyer.address, short);
      expect(await claim()).to.deep.equal([true, short]);
      for (const other of [f.buyer, f.carrier]) {
        await expect(trade.payClaim(other))
          .to.be.revertedWithCustomError(f.matching, "TradeClaimInvalid")
          .withArgs(trade.id, other.address);
      }
      const paid = trade.payClaim(f.seller);
      await expect(paid).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [-short, short]);
      await expect(paid)
        .to.emit(f.matching, "TradeClaimPaid")
        .withArgs(trade.id, f.seller.address, f.buyer.address, short);
      await expect(trade.payClaim(f.seller))
        .to.be.revertedWithCustomError(f.matching, "TradeClaimInvalid")
        .withArgs(trade.id, f.seller.address);
    });

    it("leaves to the receiver what it costs less, and charges the late fee", async function () {
      const price = DEAL.amount - hkd("500.00");
      await expect(trade.buyIn(price)).to.changeTokenBalances(
        ethers,
        f.money,
        [f.agent, f.buyer, f.seller],
        [price, FOUR_DAYS - price, -FOUR_DAYS],
      );
    });

    it("is of what is left when a part has settled", async function () {
      await restock(f, 40n);
      await trade.settlePart(40n);
      const left = DEAL.amount - hkd("40000.02");
      const fee = hkd("24.00");
      await expect(trade.buyIn(left)).to.changeTokenBalances(
        ethers,
        f.money,
        [f.agent, f.buyer, f.seller],
        [left, fee - left, -fee],
      );
      expect(await f.bond.balanceOf(f.buyer)).to.equal(1_100n);
    });

    it("takes off what a receiver owes that was late for longer", async function () {
      await restock(f, 100n);
      const begin = day + 4n;
      const terms = { settlementDay: begin, guarantee: DEAL.guarantee };
      const [dear, cheap] = [
        await new TradeUnderTest(f, terms, {}, "dear").matched(),
        await new TradeUnderTest(f, terms, {}, "cheap").matched(),
      ];
      const both = async (act: (each: TradeUnderTest) => Promise<unknown>) => {
        for (const each of [dear, cheap]) await act(each);
      };
      await both((each) => each.hold_(f.buyer));
      await both((each) => each.settle());
      await dear.onDay(begin + 5n);
      await both((each) => each.hold_(f.buyer, false));
      await sellOut(f);
      await both((each) => each.settle());
      await dear.onDay(begin + 9n);
      await both((each) => each.settle());
      // five days of the receiver, four of the deliverer
      const owed = hkd("1000.00") - hkd("10.00");
      const price = DEAL.amount + hkd("1000.00");
      await expect(dear.buyIn(price)).to.changeTokenBalances(
        ethers,
        f.money,
        [f.seller, f.buyer],
        [-owed, owed - price],
      );
      await expect(cheap.buyIn(DEAL.amount + hkd("10.00"))).to.changeTokenBalances(ethers, f.money, [f.seller], [0n]);
    });

    for (const [what, prepare, expected] of [
      [
        "a day without a failed attempt",
        async () => trade.onDay(day + 5n),
        () => [FAULT.deliverer, day + 4n, 5n] as const,
      ],
      [
        "a last attempt that was the receiver's fault",
        async () => {
          await restock(f, 100n);
          await trade.hold_(f.buyer);
          await trade.settle();
        },
        () => [FAULT.receiver, day + 4n, 4n] as const,
      ],
    ] as const) {
      it(`is refused on ${what}`, async function () {
        await prepare();
        await expect(trade.buyIn(DEAL.amount))
          .to.be.revertedWithCustomError(f.matching, "TradeBuyInUntimely")
          .withArgs(trade.id, ...expected());
      });
    }

    it("is refused one day too early", async function () {
      const later = await new TradeUnderTest(f, { settlementDay: day + 4n }, {}, "later").matched();
      await later.settle();
      await later.onDay(day + 7n);
      await later.settle();
      await expect(later.buyIn(DEAL.amount))
        .to.be.revertedWithCustomError(f.matching, "TradeBuyInUntimely")
        .withArgs(later.id, FAULT.deliverer, day + 7n, RULES.extensionDays - 1n);
      await later.onDay(day + 8n);
      await later.settle();
      await later.buyIn(DEAL.amount);
      expect((await later.state()).status).to.equal(TRADE_STATUS.boughtIn);
    });

    it("is the receiver's to ask for, of a trade that is open and paid", async function () {
      await expect(trade.buyIn(DEAL.amount, f.seller))
        .to.be.revertedWithCustomError(f.matching, "TradeCallerInvalid")
        .withArgs(trade.id, f.seller.address);
      const free = await new TradeUnderTest(f, { free: true, settlementDay: day }, {}, "free").matched();
      await free.settle();
      await expect(free.buyIn(1n)).to.be.revertedWithCustomError(f.matching, "TradeBuyInFree").withArgs(free.id);
      await trade.buyIn(DEAL.amount);
      await expect(trade.buyIn(DEAL.amount))
        .to.be.revertedWithCustomError(f.matching, "TradeStatusInvalid")
        .withArgs(trade.id, TRADE_STATUS.boughtIn);
    });

    for (const [what, changed] of [
      ["another trade", () => ({ trade: ref("another") })],
      ["less than is left", () => ({ quantity: 99n })],
      ["no price", () => ({ price: 0n })],
      ["an agent that is not admitted", () => ({ agent: f.carrier.address })],
    ] as const satisfies readonly (readonly [string, () => Partial<BuyInOffer>])[]) {
      it(`refuses an offer of ${what}`, async function () {
        const { offer, signature, id } = await trade.offer(DEAL.amount, changed());
        await expect(f.matching.connect(f.buyer).buyIn(trade.delivery, trade.receipt, offer, signature))
          .to.be.revertedWithCustomError(f.matching, "TradeOfferInvalid")
          .withArgs(id);
      });
    }

    it("refuses a side's own offer, also if it is admitted", async function () {
      for (const side of [f.seller, f.buyer]) {
        await f.matching.connect(f.governor).setBuyInAgent(side, true);
        const { offer, signature, id } = await trade.offer(DEAL.amount, { agent: side.address }, side);
        await expect(f.matching.connect(f.buyer).buyIn(trade.delivery, trade.receipt, offer, signature))
          .to.be.revertedWithCustomError(f.matching, "TradeOfferInvalid")
          .withArgs(id);
      }
    });

    it("takes an offer until its last second, with the agent's signature", async function () {
      const now = BigInt(await networkHelpers.time.latest());
      const { offer, signature, id } = await trade.offer(DEAL.amount, { notAfter: now + 10n });
      expect(await f.matching.offerId(offer)).to.equal(id);
      const buyIn = (by: string) => f.matching.connect(f.buyer).buyIn(trade.delivery, trade.receipt, offer, by);
      await networkHelpers.time.setNextBlockTimestamp(now + 11n);
      await expect(buyIn(signature))
        .to.be.revertedWithCustomError(f.matching, "TradeOfferExpired")
        .withArgs(id, now + 10n, now + 11n);
      const last = await trade.offer(DEAL.amount, { notAfter: now + 13n });
      await expect(
        f.matching
          .connect(f.buyer)
          .buyIn(trade.delivery, trade.receipt, last.offer, await signBuyIn(f.buyer, f.domain, last.offer)),
      )
        .to.be.revertedWithCustomError(f.matching, "TradeOfferSignatureInvalid")
        .withArgs(last.id, f.agent.address);
      await networkHelpers.time.setNextBlockTimestamp(now + 13n);
      await f.matching.connect(f.buyer).buyIn(trade.delivery, trade.receipt, last.offer, last.signature);
      expect((await trade.state()).status).to.equal(TRADE_STATUS.boughtIn);
    });

    it("is undone whole when the agent cannot deliver", async function () {
      await f.bond.connect(f.agent).transfer(f.issuer, 1_000n);
      await expect(trade.buyIn(DEAL.amount))
        .to.be.revertedWithCustomError(f.bond, "ERC20InsufficientBalance")
        .withArgs(f.agent.address, 0n, 100n);
      expect(await f.money.heldOf(f.seller)).to.equal(DEAL.guarantee);
    });
  });

  describe("setBuyInAgent", function () {
    it("admits and dismisses", async function () {
      await expect(f.matching.connect(f.governor).setBuyInAgent(f.agent, false))
        .to.emit(f.matching, "BuyInAgentSet")
        .withArgs(f.agent.address, false);
      expect(await f.matching.isBuyInAgent(f.agent)).to.equal(false);
    });
  });

  describe("lapse", function () {
    it("ends a trade after its last day; the guarantee pays what the deliverer owes, up to that day", async function () {
      const lastDay = day + RULES.recycleDays;
      await trade.onDay(lastDay);
      await expect(trade.lapse())
        .to.be.revertedWithCustomError(f.matching, "TradeRecycling")
        .withArgs(trade.id, lastDay, lastDay);
      await trade.onDay(lastDay + 20n);
      const lapsed = trade.lapse();
      await expect(lapsed).to.emit(f.matching, "TradeLapsed").withArgs(trade.id, 100n);
      await expect(lapsed).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [-CAP, CAP]);
      const { status, delivererDays } = await trade.state();
      expect([status, delivererDays]).to.deep.equal([TRADE_STATUS.lapsed, RULES.recycleDays + 1n]);
      expect(await f.money.heldOf(f.seller)).to.equal(0n);
      await expect(trade.lapse())
        .to.be.revertedWithCustomError(f.matching, "TradeStatusInvalid")
        .withArgs(trade.id, TRADE_STATUS.lapsed);
    });

    it("records what a late receiver owes as a claim", async function () {
      await restock(f, 100n);
      const other = await new TradeUnderTest(f, { settlementDay: day + 4n }, {}, "receiver's").matched();
      await spendAll(f);
      await other.settle();
      await other.onDay(day + 4n + RULES.recycleDays + 1n);
      await expect(other.lapse())
        .to.emit(f.matching, "TradeClaimRecorded")
        .withArgs(other.id, f.buyer.address, f.seller.address, CAP);
      await f.money.connect(f.hsbc).transfer(f.buyer, CAP);
      await expect(other.payClaim(f.buyer)).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [CAP, -CAP]);
    });

    it("ends a trade that nobody failed in, and owes nothing", async function () {
      const idle = await new TradeUnderTest(f, { settlementDay: day }, {}, "idle").matched();
      await idle.onDay(day + RULES.recycleDays + 1n);
      await expect(idle.lapse()).to.changeTokenBalances(ethers, f.money, [f.seller, f.buyer], [0n, 0n]);
      expect(await f.matching.claimOf(idle.id)).to.deep.equal([false, 0n]);
    });

    it("ends also when the receiver cannot be paid: what it is owed becomes its claim, the guarantee goes back", async function () {
      await f.money.connect(f.hongkong.officers.enforcer).freeze(f.buyer, ref("order"));
      await trade.onDay(day + RULES.recycleDays + 1n);
      await trade.lapse();
      expect(await claim()).to.deep.equal([true, CAP]);
      expect(await f.money.heldOf(f.seller)).to.equal(0n);
    });

    it("ends also when the guarantee's hold has ended and anyone has freed it", async function () {
      await networkHelpers.time.increaseTo(trade.hold.expiry);
      await f.money.connect(f.carrier).releaseHold(trade.hold);
      await trade.lapse();
      expect(await claim()).to.deep.equal([true, CAP]);
    });
  });

  describe("carried instructions", function () {
    it("settle a trade of which neither side has sent a transaction", async function () {
      await restock(f, 100n);
      const domains = { matching: f.domain, currency: await domainOf(f.money) };
      const other = new TradeUnderTest(f, { settlementDay: day + 4n, guarantee: 7n }, {}, "carried");
      await f.matching.enter(other.delivery, await signTrade(f.seller, f.domain, other.delivery));
      await f.matching.enter(other.receipt, await signTrade(f.buyer, f.domain, other.receipt));
      const signature = await signGuarantee(f.seller, domains, RULES, other.delivery);
      await f.money.placeHoldWithSignature(other.hold, signature);
      await other.match();
      await other.settle();
      expect((await other.state()).status).to.equal(TRADE_STATUS.settled);
      expect(errorNames(f.matching).get("0x00000000")).to.equal(undefined);
      expect(other.receipt.additional).to.equal(ZeroHash);
    });
  });
});
