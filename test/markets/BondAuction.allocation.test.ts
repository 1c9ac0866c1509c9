import { expect } from "chai";
import { AUCTION_LIMITS, AUCTION_STATUS, BID_STATUS, PRICE_RULE } from "../../sdk/eip712/auction.js";
import { bidRootOf, type AuctionCut } from "../../sdk/markets/auction.js";
import { minor } from "../../sdk/money.js";
import { openChainAt, passTo } from "../support/assets.js";
import {
  AuctionUnderTest,
  LOT,
  auctionTerms,
  deployMarket,
  revealed,
  underwritten,
  type Market,
} from "../support/auction.js";

const chain = await openChainAt("2026-03-02");
const { networkHelpers } = chain;

async function deploy() {
  return deployMarket(chain);
}

async function shown() {
  const f = await deployMarket(chain);
  return { ...f, auction: await revealed(f) };
}

const MAX_PRICE = 2n ** 64n - 1n;

describe("BondAuction", function () {
  let f: Awaited<ReturnType<typeof shown>>;
  let auction: AuctionUnderTest;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(shown);
    auction = f.auction.again();
  });

  /** The cut of {@link revealed}, changed. */
  const cutWith = (changed: Partial<AuctionCut>): AuctionCut => ({ ...auction.solve().cut, ...changed });
  const ordered = () => auction.solve().allotments.map(({ bid }) => bid);

  describe("propose", function () {
    it("begins a proof, and begins it anew", async function () {
      await passTo(chain, auction.terms.closes);
      const { cut } = auction.solve();
      await expect(f.auctions.connect(f.carrier).propose(auction.terms, cut))
        .to.emit(f.auctions, "AllocationProposed")
        .withArgs(auction.id, f.carrier.address, [cut.price, cut.demand, cut.remainder, cut.position]);
      await f.auctions.connect(f.carrier).rank(auction.terms, ordered().slice(0, 2));
      expect((await f.auctions.proposalOf(auction.id, f.carrier)).ranked).to.equal(2n);
      await f.auctions.connect(f.carrier).propose(auction.terms, cut);
      expect(await f.auctions.proposalOf(auction.id, f.carrier)).to.deep.equal([
        ...[[cut.price, cut.demand, cut.remainder, cut.position], 0n, 0n, MAX_PRICE, 0n, 0n, 0n],
        `0x${"00".repeat(32)}`,
      ]);
    });

    it("is possible from the close until the end of settlement", async function () {
      const { closes, settlesUntil } = auction.terms;
      const { cut } = auction.solve();
      await networkHelpers.time.setNextBlockTimestamp(closes - 1n);
      await expect(f.auctions.propose(auction.terms, cut))
        .to.be.revertedWithCustomError(f.auctions, "AuctionTimeInvalid")
        .withArgs(auction.id, closes, settlesUntil + 1n, closes - 1n);
      await networkHelpers.time.setNextBlockTimestamp(settlesUntil);
      await f.auctions.propose(auction.terms, cut);
      await expect(f.auctions.rank(auction.terms, [])).to.be.revertedWithCustomError(f.auctions, "AuctionTimeInvalid");
    });
  });

  describe("rank", function () {
    it("proves the allocation, page by page, by largest remainder at the margin", async function () {
      await passTo(chain, auction.terms.closes);
      const prover = f.auctions.connect(f.carrier);
      const right = auction.solve();
      await prover.propose(auction.terms, right.cut);
      await prover.rank(auction.terms, ordered().slice(0, 3));
      await expect(prover.rank(auction.terms, ordered().slice(3)))
        .to.emit(f.auctions, "AuctionAllocated")
        .withArgs(auction.id, f.carrier.address, LOT, minor("990", "HKD"), right.bidRoot);
      // 700 left for 1,100: 400 × 7/11 = 254 6/11 twice, 300 × 7/11 = 190 10/11; two units left over
      const [a, b, c, d] = auction.placed.map(({ bid }) => bid);
      const units = [];
      for (const bid of [a, b, c, d])
        if (bid !== undefined) units.push((await f.auctions.allotmentOf(auction.terms, bid)).units);
      expect(units).to.deep.equal([255n, 300n, 254n, 191n]);
      const state = await f.auctions.auctionStateOf(auction.id);
      expect([state.status, state.outstanding]).to.deep.equal([AUCTION_STATUS.allocated, LOT]);
      const proved = await f.auctions.allocationOf(auction.id);
      expect([proved.ranked, proved.above, proved.atMargin, proved.marginal]).to.deep.equal([4n, 300n, 1_100n, 700n]);
      expect(proved.bidRoot).to.equal(bidRootOf(right.allotments));
      expect((await f.auctions.proposalOf(auction.id, f.carrier)).price).to.equal(0n);
    });

    it("lets several prove at once, and the first to finish settle it", async function () {
      await passTo(chain, auction.terms.closes);
      const [wrong, right] = [f.auctions.connect(f.stranger), f.auctions.connect(f.carrier)];
      await wrong.propose(auction.terms, cutWith({ price: minor("1000", "HKD"), demand: 300n }));
      await right.propose(auction.terms, auction.solve().cut);
      await wrong.rank(auction.terms, ordered().slice(0, 3));
      await right.rank(auction.terms, ordered());
      await expect(wrong.rank(auction.terms, ordered().slice(3)))
        .to.be.revertedWithCustomError(f.auctions, "AuctionStatusInvalid")
        .withArgs(auction.id, AUCTION_STATUS.allocated);
    });

    it("refuses every cut but the right one", async function () {
      await passTo(chain, auction.terms.closes);
      const low = minor("980", "HKD");
      const { remainder, position } = auction.solve().cut;
      const cases: [Partial<AuctionCut>, bigint[]][] = [
        // a margin above the right one, below it, or where nobody bids
        [{ price: minor("1000", "HKD"), demand: 300n }, [0n, 300n, 300n]],
        [{ price: low, demand: 0n }, [1_400n, 0n, 0n]],
        [{ price: low, demand: 1n }, [1_400n, 0n, 0n]],
        // a demand that is not what was bid
        [{ demand: 1_099n }, [300n, 1_100n, 700n - 190n]],
        [{ demand: 1_101n }, [300n, 1_100n, 0n]],
        // one rounded up too many, or too few
        [{ remainder, position: position + 2n }, [300n, 1_100n, 701n]],
        [{ remainder, position: 0n }, [300n, 1_100n, 699n]],
      ];
      for (const [changed, [above, atMargin]] of cases) {
        await f.auctions.connect(f.carrier).propose(auction.terms, cutWith(changed));
        await expect(f.auctions.connect(f.carrier).rank(auction.terms, ordered()))
          .to.be.revertedWithCustomError(f.auctions, "AuctionCutWrong")
          .withArgs(auction.id, above, atMargin, (sum: bigint) => sum <= 701n);
      }
    });

    it("refuses a margin that bids above it have used up", async function () {
      const full = await AuctionUnderTest.open(f);
      const [a, b, c] = f.bidders;
      await full.place(a, 800n, "1000");
      await full.place(b, 200n, "1000");
      await full.place(c, 100n, "990");
      await full.reveal();
      await passTo(chain, full.terms.closes);
      const cut = { price: minor("990", "HKD"), demand: 100n, remainder: 0n, position: 0n };
      await f.auctions.propose(full.terms, cut);
      const bids = full.solve().allotments.map(({ bid }) => bid);
      await expect(f.auctions.rank(full.terms, bids))
        .to.be.revertedWithCustomError(f.auctions, "AuctionCutWrong")
        .withArgs(full.id, LOT, 100n, 0n);
      expect((await full.allocate()).cut.price).to.equal(minor("1000", "HKD"));
    });

    it("takes each bid once, in order, and all of them", async function () {
      await passTo(chain, auction.terms.closes);
      const prover = f.auctions.connect(f.carrier);
      await prover.propose(auction.terms, auction.solve().cut);
      const [first, second, third, fourth] = ordered();
      if (!first || !second || !third || !fourth) throw new RangeError("four bids were placed");
      const orders = [
        [first, first],
        [second, first],
        [third, second],
      ];
      for (const page of orders) {
        const bad = page[1] ?? first;
        const lot = auction.placed.find(({ bid }) => bid.salt === bad.salt);
        await expect(prover.rank(auction.terms, page))
          .to.be.revertedWithCustomError(f.auctions, "AuctionOrderInvalid")
          .withArgs(await f.auctions.bidId(auction.id, bad), bad.price, lot?.position);
      }
      await prover.rank(auction.terms, [first, second, fourth]);
      expect((await f.auctions.auctionStateOf(auction.id)).status).to.equal(AUCTION_STATUS.announced);
      await expect(prover.rank(auction.terms, [third])).to.be.revertedWithCustomError(
        f.auctions,
        "AuctionOrderInvalid",
      );
    });

    it("takes revealed bids only, from who has proposed, in bounded pages", async function () {
      await passTo(chain, auction.terms.closes);
      const prover = f.auctions.connect(f.carrier);
      await expect(prover.rank(auction.terms, ordered()))
        .to.be.revertedWithCustomError(f.auctions, "AuctionProposalMissing")
        .withArgs(auction.id, f.carrier.address);
      await prover.propose(auction.terms, auction.solve().cut);
      const [first] = ordered();
      if (first === undefined) throw new RangeError("four bids were placed");
      const page = Array.from({ length: AUCTION_LIMITS.rankedAtOnce + 1 }, () => first);
      await expect(prover.rank(auction.terms, page))
        .to.be.revertedWithCustomError(f.auctions, "AuctionPageTooLong")
        .withArgs(501n, 500n);
      const changed = { ...first, units: first.units + 1n };
      await expect(prover.rank(auction.terms, [changed]))
        .to.be.revertedWithCustomError(f.auctions, "AuctionBidStatusInvalid")
        .withArgs(await f.auctions.bidId(auction.id, changed), BID_STATUS.none);
    });
  });

  describe("allotmentOf and underwritingOf", function () {
    it("answer once the allocation is proved, for bids that were shown", async function () {
      const { bid } = auction.placed[0] ?? auction.bidOf(f.company, 1n, "950");
      for (const asked of [f.auctions.allotmentOf(auction.terms, bid), f.auctions.underwritingOf(auction.terms, 0n)]) {
        await expect(asked)
          .to.be.revertedWithCustomError(f.auctions, "AuctionStatusInvalid")
          .withArgs(auction.id, AUCTION_STATUS.announced);
      }
      await auction.allocate();
      expect(await f.auctions.allotmentOf(auction.terms, bid)).to.deep.equal([255n, minor("990", "HKD")]);
      const unknown = { ...bid, units: 11n };
      await expect(f.auctions.allotmentOf(auction.terms, unknown))
        .to.be.revertedWithCustomError(f.auctions, "AuctionBidStatusInvalid")
        .withArgs(await f.auctions.bidId(auction.id, unknown), BID_STATUS.none);
      await expect(f.auctions.underwritingOf(auction.terms, 0n))
        .to.be.revertedWithCustomError(f.auctions, "AuctionUnderwritingEmpty")
        .withArgs(auction.id, 0n);
    });
  });

  context("given other demand", function () {
    let g: Market;

    beforeEach(async function () {
      g = await networkHelpers.loadFixture(deploy);
    });

    it("allots all that was bid when that is less than the lot, and the rest to underwriters", async function () {
      const short = await AuctionUnderTest.open(g, await underwritten(g));
      const [a, b] = g.bidders;
      await short.place(a, 500n, "990");
      await short.place(b, 95n, "960");
      await short.place(b, 100n, "970");
      await short.reveal();
      const { allotted, underwriting } = await short.allocate();
      expect(allotted).to.equal(695n);
      // 305 in parts of 3 and 4: 130 5/7 and 174 2/7
      expect(underwriting).to.deep.equal([131n, 174n]);
      for (const [index, units] of underwriting.entries()) {
        expect(await g.auctions.underwritingOf(short.terms, index)).to.equal(units);
      }
      expect((await g.auctions.auctionStateOf(short.id)).outstanding).to.equal(LOT);
    });

    it("allots nothing when nobody showed a bid", async function () {
      const silent = await AuctionUnderTest.open(g);
      const lot = await silent.place(g.bidders[0], 100n, "990");
      const { allotted } = await silent.allocate([]);
      expect(allotted).to.equal(0n);
      await expect(g.auctions.allotmentOf(silent.terms, lot.bid))
        .to.be.revertedWithCustomError(g.auctions, "AuctionBidStatusInvalid")
        .withArgs(silent.idOf(lot), BID_STATUS.sealed);
    });

    it("has every winner pay its own price under multiple prices", async function () {
      const multiple = await revealed(g, await auctionTerms(g, { priceRule: PRICE_RULE.multiple }));
      const right = await multiple.allocate();
      for (const { bid, units, price } of right.allotments) {
        const { bidder, salt } = bid;
        const asked = { bidder, units: bid.units, price: bid.price, salt };
        expect(await g.auctions.allotmentOf(multiple.terms, asked)).to.deep.equal([units, price]);
        expect(price).to.equal(bid.price);
      }
    });
  });
});
