import { expect } from "chai";
import { AUCTION_STATUS, BID_STATUS, GUARANTEE_PERIOD, PRICE_RULE } from "../../sdk/eip712/auction.js";
import { minor } from "../../sdk/money.js";
import { openChainAt, passTo } from "../support/assets.js";
import {
  AuctionUnderTest,
  CHEST,
  GUARANTEE,
  LOT,
  auctionTerms,
  deployMarket,
  revealed,
  underwritten,
} from "../support/auction.js";
import { ref } from "../support/chain.js";

const chain = await openChainAt("2026-03-02");
const { ethers, networkHelpers } = chain;

const ALLOTTED = [255n, 300n, 254n, 191n] as const;
const price = (text: string) => minor(text, "HKD");

async function allocated() {
  const f = await deployMarket(chain);
  const auction = await revealed(f);
  await auction.allocate();
  return { ...f, auction };
}

async function multiple() {
  const f = await deployMarket(chain);
  const auction = await revealed(f, await auctionTerms(f, { priceRule: PRICE_RULE.multiple }));
  await auction.allocate();
  return { ...f, auction };
}

async function short() {
  const f = await deployMarket(chain);
  const auction = await AuctionUnderTest.open(f, await underwritten(f));
  await auction.place(f.bidders[0], 695n, "990");
  await auction.reveal();
  await auction.allocate();
  await passTo(chain, auction.terms.settlesFrom);
  return { ...f, auction };
}

describe("BondAuction", function () {
  let f: Awaited<ReturnType<typeof allocated>>;
  let auction: AuctionUnderTest;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(allocated);
    auction = f.auction.again();
  });

  const lotAt = (index: number) => auction.placed[index] ?? auction.bidOf(f.company, 1n, "950");

  describe("settle", function () {
    it("delivers against payment at one price, and frees the guarantees", async function () {
      const settled = auction.settle(auction.placed);
      await expect(settled)
        .to.emit(f.auctions, "BidSettled")
        .withArgs(auction.id, auction.idOf(lotAt(1)), f.bidders[1].address, 300n, price("990"));
      await expect(settled).to.changeTokenBalances(ethers, f.bond, [f.issuer, ...f.bidders], [-LOT, ...ALLOTTED]);
      await expect(settled).to.changeTokenBalances(
        ethers,
        f.money,
        [f.issuer, ...f.bidders],
        [LOT * price("990"), ...ALLOTTED.map((units) => -units * price("990"))],
      );
      for (const bidder of f.bidders) expect(await f.money.heldOf(bidder)).to.equal(0n);
      expect(await f.bond.heldOf(f.issuer)).to.equal(0n);
      for (const lot of auction.placed) expect(await auction.statusOf(lot)).to.equal(BID_STATUS.settled);
    });

    it("has each pay its own price under multiple prices", async function () {
      const m = await networkHelpers.loadFixture(multiple);
      await expect(m.auction.settle(m.auction.placed)).to.changeTokenBalances(
        ethers,
        m.money,
        [m.issuer, ...m.bidders],
        [
          300n * price("1000") + 700n * price("990"),
          ...[-255n * price("990"), -300n * price("1000"), -254n * price("990"), -191n * price("990")],
        ],
      );
    });

    it("goes on without a winner that is frozen, who may be tried again", async function () {
      const [frozen] = f.bidders;
      const enforcer = f.money.connect(f.hongkong.officers.enforcer);
      await enforcer.freeze(frozen, ref("order"));
      const lot = lotAt(0);
      await expect(auction.settle(auction.placed))
        .to.emit(f.auctions, "BidFailed")
        .withArgs(
          auction.id,
          auction.idOf(lot),
          frozen.address,
          false,
          f.money.interface.encodeErrorResult("ERC7943CannotSend", [frozen.address]),
        );
      expect(await auction.statusOf(lot)).to.equal(BID_STATUS.revealed);
      expect(await f.bond.heldOf(f.issuer)).to.equal(255n);
      expect(await f.money.heldOf(frozen)).to.equal(GUARANTEE);
      await enforcer.unfreeze(frozen, ref("order lifted"));
      await expect(auction.settle([lot])).to.changeTokenBalance(ethers, f.bond, frozen, 255n);
    });

    it("lets the guarantee count towards the price", async function () {
      const [bidder] = f.bidders;
      await f.money.connect(bidder).transfer(f.bidders[1], CHEST - 255n * price("990"));
      await auction.settle([lotAt(0)]);
      expect(await f.money.balanceOf(bidder)).to.equal(0n);
    });

    for (const [what, withhold] of [
      ["the money", () => f.money.connect(f.bidders[0]).transfer(f.bidders[1], CHEST - 255n * price("990") + 1n)],
      ["the allowance", () => f.money.connect(f.bidders[0]).approve(f.engine, 255n * price("990") - 1n)],
      ["its authority", () => f.engine.connect(f.bidders[0]).authorizeAgent(f.auctions, false)],
    ] as const) {
      it(`puts a winner that withholds ${what} in default, until it pays`, async function () {
        await withhold();
        const lot = lotAt(0);
        await expect(auction.settle([lot, lotAt(1)]))
          .to.emit(f.auctions, "BidFailed")
          .withArgs(auction.id, auction.idOf(lot), f.bidders[0].address, true, (reason: string) => reason.length > 2);
        expect(await auction.statusOf(lot)).to.equal(BID_STATUS.defaulted);
        expect(await auction.statusOf(lotAt(1))).to.equal(BID_STATUS.settled);
        await f.money.connect(f.bidders[1]).transfer(f.bidders[0], 1n);
        await f.money.connect(f.bidders[0]).approve(f.engine, CHEST);
        await f.engine.connect(f.bidders[0]).authorizeAgent(f.auctions, true);
        await auction.settle([lot]);
        expect(await auction.statusOf(lot)).to.equal(BID_STATUS.settled);
      });
    }

    it("settles a bid once, within the window, in bounded pages, and only winners", async function () {
      const lot = lotAt(0);
      const { settlesFrom, settlesUntil } = auction.terms;
      await expect(f.auctions.settle(auction.terms, [lot.bid])).to.be.revertedWithCustomError(
        f.auctions,
        "AuctionTimeInvalid",
      );
      await networkHelpers.time.setNextBlockTimestamp(settlesFrom);
      await f.auctions.settle(auction.terms, [lot.bid]);
      await expect(auction.settle([lot]))
        .to.be.revertedWithCustomError(f.auctions, "AuctionBidStatusInvalid")
        .withArgs(auction.idOf(lot), BID_STATUS.settled);
      await expect(auction.settle(Array.from({ length: 61 }, () => lotAt(1))))
        .to.be.revertedWithCustomError(f.auctions, "AuctionPageTooLong")
        .withArgs(61n, 60n);
      await networkHelpers.time.setNextBlockTimestamp(settlesUntil);
      await auction.settle([lotAt(1)]);
      await expect(auction.settle([lotAt(2)]))
        .to.be.revertedWithCustomError(f.auctions, "AuctionTimeInvalid")
        .withArgs(auction.id, settlesFrom, settlesUntil + 1n, settlesUntil + 1n);
    });

    it("settles nothing while the issuer cannot deliver, and puts nobody in default for it", async function () {
      await f.bond.connect(f.issuer).approve(f.engine, 0n);
      await auction.settle(auction.placed);
      for (const lot of auction.placed) expect(await auction.statusOf(lot)).to.equal(BID_STATUS.revealed);
      await f.bond.connect(f.hongkong.officers.enforcer).freeze(f.issuer, ref("order"));
      await expect(auction.settle(auction.placed)).to.be.revertedWithCustomError(f.bond, "ERC7943CannotSend");
      expect(await f.bond.heldOf(f.issuer)).to.equal(LOT);
    });
  });

  describe("deliver", function () {
    it("is the contract's own", async function () {
      const hold = await f.auctions.guaranteeOf(auction.terms, f.bidders[0], auction.idOf(lotAt(0)));
      const { payer, payee, executor, amount, expiry, businessRef } = hold;
      const instruction = { businessRef, notBefore: 0n, notAfter: 0n, nettable: false, legs: [] };
      await expect(f.auctions.deliver(instruction, f.money, { payer, payee, executor, amount, expiry, businessRef }))
        .to.be.revertedWithCustomError(f.auctions, "AuctionCallerInvalid")
        .withArgs(businessRef, f.deployer.address, await f.auctions.getAddress());
    });
  });

  describe("settleUnderwriting", function () {
    it("delivers what is unsold at the minimum price, each once", async function () {
      const s = await networkHelpers.loadFixture(short);
      const [shop, hsbc] = s.underwriters;
      const taken = s.auctions.connect(s.carrier).settleUnderwriting(s.auction.terms, 0n);
      await expect(taken)
        .to.emit(s.auctions, "UnderwritingSettled")
        .withArgs(s.auction.id, shop.address, 131n, price("950"));
      await expect(taken).to.changeTokenBalances(ethers, s.bond, [s.issuer, shop], [-131n, 131n]);
      await expect(taken).to.changeTokenBalance(ethers, s.money, shop, -131n * price("950"));
      for (const index of [0n, 2n]) {
        await expect(s.auctions.settleUnderwriting(s.auction.terms, index))
          .to.be.revertedWithCustomError(s.auctions, "AuctionUnderwritingEmpty")
          .withArgs(s.auction.id, index);
      }
      await s.auctions.settleUnderwriting(s.auction.terms, 1n);
      expect(await s.bond.balanceOf(hsbc)).to.equal(174n);
      await s.auction.settle(s.auction.placed);
      await expect(s.auction.settle(s.auction.placed)).to.be.revertedWithCustomError(
        s.auctions,
        "AuctionBidStatusInvalid",
      );
      await expect(s.auctions.close(s.auction.terms)).to.emit(s.auctions, "AuctionClosed").withArgs(s.auction.id, 0n);
      expect(await s.bond.heldOf(s.issuer)).to.equal(0n);
    });

    it("fails alone when an underwriter does not pay, and its units stay with the issuer", async function () {
      const s = await networkHelpers.loadFixture(short);
      await s.money.connect(s.underwriters[0]).approve(s.engine, 0n);
      await expect(s.auctions.settleUnderwriting(s.auction.terms, 0n)).to.be.revertedWithCustomError(
        s.money,
        "ERC20InsufficientAllowance",
      );
      await s.auctions.settleUnderwriting(s.auction.terms, 1n);
      await s.auction.settle(s.auction.placed);
      await s.auction.pass();
      await expect(s.auctions.close(s.auction.terms)).to.emit(s.auctions, "AuctionClosed").withArgs(s.auction.id, 131n);
    });
  });

  describe("release and forfeit", function () {
    it("frees losers at once and winners only when time is up", async function () {
      const g = await networkHelpers.loadFixture(short);
      const other = await AuctionUnderTest.open(g);
      const [a, b, c] = g.bidders;
      await other.place(a, 800n, "1000");
      await other.place(b, 200n, "1000");
      const loser = await other.place(c, 100n, "990");
      await other.reveal();
      await expect(g.auctions.release(other.terms, [loser.bid]))
        .to.be.revertedWithCustomError(g.auctions, "AuctionGuaranteeInUse")
        .withArgs(other.idOf(loser));
      await other.allocate();
      await expect(other.settle([loser]))
        .to.be.revertedWithCustomError(g.auctions, "AuctionBidUnfilled")
        .withArgs(other.idOf(loser));
      await expect(g.auctions.release(other.terms, [loser.bid]))
        .to.emit(g.auctions, "GuaranteeReleased")
        .withArgs(other.id, other.idOf(loser), c.address);
      expect(await g.money.heldOf(c)).to.equal(0n);
      const [winner] = other.placed;
      if (winner === undefined) throw new RangeError("three bids were placed");
      await expect(g.auctions.release(other.terms, [winner.bid]))
        .to.be.revertedWithCustomError(g.auctions, "AuctionGuaranteeInUse")
        .withArgs(other.idOf(winner));
      await expect(
        g.auctions.release(
          other.terms,
          Array.from({ length: 61 }, () => winner.bid),
        ),
      )
        .to.be.revertedWithCustomError(g.auctions, "AuctionPageTooLong")
        .withArgs(61n, 60n);
      await other.pass();
      await g.auctions.release(other.terms, [winner.bid]);
      expect(await other.statusOf(winner)).to.equal(BID_STATUS.released);
    });

    it("frees what the ledger has freed by itself", async function () {
      await passTo(chain, auction.terms.settlesUntil + GUARANTEE_PERIOD);
      const lot = lotAt(0);
      const { payer, payee, executor, amount, expiry, businessRef } = await f.auctions.guaranteeOf(
        ...([auction.terms, lot.bidder, auction.idOf(lot)] as const),
      );
      await f.money.connect(f.stranger).releaseHold({ payer, payee, executor, amount, expiry, businessRef });
      await f.auctions.release(auction.terms, [lot.bid]);
      expect(await auction.statusOf(lot)).to.equal(BID_STATUS.released);
    });

    it("pays the issuer the guarantee of a bid that was not shown", async function () {
      const late = await AuctionUnderTest.open(f);
      const lot = await late.place(f.bidders[0], 100n, "990");
      const bid = late.idOf(lot);
      await networkHelpers.time.setNextBlockTimestamp(late.terms.closes - 1n);
      await expect(f.auctions.forfeit(late.terms, lot.bidder, bid))
        .to.be.revertedWithCustomError(f.auctions, "AuctionTimeInvalid")
        .withArgs(late.id, late.terms.closes, ethers.MaxUint256, late.terms.closes - 1n);
      await passTo(chain, late.terms.closes);
      const forfeited = f.auctions.connect(f.carrier).forfeit(late.terms, lot.bidder, bid);
      await expect(forfeited)
        .to.emit(f.auctions, "GuaranteeForfeited")
        .withArgs(late.id, bid, lot.bidder.address, GUARANTEE);
      await expect(forfeited).to.changeTokenBalances(ethers, f.money, [lot.bidder, f.issuer], [-GUARANTEE, GUARANTEE]);
      await expect(f.auctions.forfeit(late.terms, lot.bidder, bid))
        .to.be.revertedWithCustomError(f.auctions, "AuctionBidStatusInvalid")
        .withArgs(bid, BID_STATUS.forfeited);
      await late.allocate([]);
      await expect(f.auctions.allotmentOf(late.terms, lot.bid))
        .to.be.revertedWithCustomError(f.auctions, "AuctionBidStatusInvalid")
        .withArgs(bid, BID_STATUS.forfeited);
    });

    it("pays the issuer the guarantee of a winner that withheld the money to the end", async function () {
      const lot = lotAt(0);
      await f.engine.connect(lot.bidder).authorizeAgent(f.auctions, false);
      await auction.settle([lot]);
      await networkHelpers.time.setNextBlockTimestamp(auction.terms.settlesUntil);
      await expect(f.auctions.forfeit(auction.terms, lot.bidder, auction.idOf(lot))).to.be.revertedWithCustomError(
        f.auctions,
        "AuctionTimeInvalid",
      );
      await auction.pass();
      await expect(f.auctions.release(auction.terms, [lot.bid]))
        .to.be.revertedWithCustomError(f.auctions, "AuctionBidStatusInvalid")
        .withArgs(auction.idOf(lot), BID_STATUS.defaulted);
      await expect(f.auctions.forfeit(auction.terms, lot.bidder, auction.idOf(lot))).to.changeTokenBalance(
        ethers,
        f.money,
        f.issuer,
        GUARANTEE,
      );
    });
  });

  describe("close", function () {
    it("waits for what is outstanding, or for the end", async function () {
      await auction.settle([lotAt(0)]);
      await expect(f.auctions.close(auction.terms))
        .to.be.revertedWithCustomError(f.auctions, "AuctionOutstanding")
        .withArgs(auction.id, 745n, auction.terms.settlesUntil);
      await auction.pass();
      await expect(f.auctions.close(auction.terms)).to.emit(f.auctions, "AuctionClosed").withArgs(auction.id, 745n);
      expect(await f.bond.heldOf(f.issuer)).to.equal(0n);
      await expect(f.auctions.close(auction.terms))
        .to.be.revertedWithCustomError(f.auctions, "AuctionStatusInvalid")
        .withArgs(auction.id, AUCTION_STATUS.closed);
    });

    it("ends an auction that nobody allocated; every guarantee of a bid that was shown goes back", async function () {
      const idle = await revealed(f);
      await expect(f.auctions.close(idle.terms))
        .to.be.revertedWithCustomError(f.auctions, "AuctionOutstanding")
        .withArgs(idle.id, 0n, idle.terms.settlesUntil);
      await idle.pass();
      await f.auctions.close(idle.terms);
      const [lot] = idle.placed;
      if (lot === undefined) throw new RangeError("four bids were placed");
      await expect(f.auctions.allotmentOf(idle.terms, lot.bid))
        .to.be.revertedWithCustomError(f.auctions, "AuctionStatusInvalid")
        .withArgs(idle.id, AUCTION_STATUS.closed);
      await f.auctions.release(
        idle.terms,
        idle.placed.map(({ bid }) => bid),
      );
      expect(await idle.statusOf(lot)).to.equal(BID_STATUS.released);
      expect((await f.auctions.auctionStateOf(idle.id)).status).to.equal(AUCTION_STATUS.closed);
    });
  });
});
