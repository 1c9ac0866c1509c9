import { expect } from "chai";
import { AUCTION_LIMITS, AUCTION_STATUS, BID_STATUS, bidGuaranteeHold } from "../../sdk/eip712/auction.js";
import { minor } from "../../sdk/money.js";
import { openChainAt, passTo } from "../support/assets.js";
import {
  AuctionUnderTest,
  GUARANTEE,
  LOT,
  auctionTerms,
  deployMarket,
  underwritten,
  type Market,
} from "../support/auction.js";
import { ref } from "../support/chain.js";

const chain = await openChainAt("2026-03-02");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deployMarket(chain);
}

async function announced() {
  const f = await deployMarket(chain);
  return { ...f, auction: await AuctionUnderTest.open(f) };
}

describe("BondAuction", function () {
  describe("announce", function () {
    let f: Market;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deploy);
    });

    it("has the lot held on the issuer's own account", async function () {
      const auction = await AuctionUnderTest.drafted(f);
      await expect(auction.announce()).to.emit(f.auctions, "AuctionAnnounced");
      expect(await f.auctions.auctionId(auction.terms)).to.equal(auction.id);
      expect((await f.auctions.auctionStateOf(auction.id)).status).to.equal(AUCTION_STATUS.announced);
      expect(await f.bond.heldOf(f.issuer)).to.equal(LOT);
      expect(await f.bond.balanceOf(f.auctions)).to.equal(0n);
      const { payer, amount, expiry } = await f.auctions.lotHoldOf(auction.terms);
      expect([payer, amount, expiry]).to.deep.equal([f.issuer.address, LOT, auction.terms.settlesUntil + 1n]);
    });

    it("names what it stands on", async function () {
      expect(await f.auctions.ENGINE()).to.equal(await f.engine.getAddress());
      expect(await f.auctions.REGISTER()).to.equal(await f.register.getAddress());
      expect(await f.auctions.MAXIMUM_BIDS()).to.equal(AUCTION_LIMITS.bids);
      expect(await f.auctions.MAXIMUM_UNDERWRITERS()).to.equal(AUCTION_LIMITS.underwriters);
      expect(await f.auctions.RANKED_AT_ONCE()).to.equal(AUCTION_LIMITS.rankedAtOnce);
      expect(await f.auctions.SETTLED_AT_ONCE()).to.equal(AUCTION_LIMITS.settledAtOnce);
    });

    it("announces the same terms once", async function () {
      const auction = await AuctionUnderTest.drafted(f);
      await auction.announce();
      await expect(auction.announce())
        .to.be.revertedWithCustomError(f.auctions, "AuctionStatusInvalid")
        .withArgs(auction.id, AUCTION_STATUS.announced);
    });

    it("takes it from the asset's issuer alone", async function () {
      const auction = await AuctionUnderTest.drafted(f);
      await expect(f.auctions.connect(f.company).announce(auction.terms, []))
        .to.be.revertedWithCustomError(f.auctions, "AuctionCallerInvalid")
        .withArgs(auction.id, f.company.address, f.issuer.address);
      const posed = await AuctionUnderTest.drafted(f, { issuer: f.company.address });
      await expect(posed.announce())
        .to.be.revertedWithCustomError(f.auctions, "AuctionCallerInvalid")
        .withArgs(posed.id, f.issuer.address, f.issuer.address);
    });

    it("takes it from an issuer that lets the contract settle", async function () {
      await f.engine.connect(f.issuer).authorizeAgent(f.auctions, false);
      const auction = await AuctionUnderTest.drafted(f);
      await expect(auction.announce())
        .to.be.revertedWithCustomError(f.auctions, "AuctionAgentMissing")
        .withArgs(auction.id, f.issuer.address);
    });

    it("knows the security and the currency from the register", async function () {
      const stranger = await AuctionUnderTest.drafted(f, { security: f.stranger.address });
      await expect(stranger.announce())
        .to.be.revertedWithCustomError(f.register, "AssetTokenUnknown")
        .withArgs(f.stranger.address);
      const unlisted = await AuctionUnderTest.drafted(f, { currency: f.stranger.address });
      await expect(unlisted.announce())
        .to.be.revertedWithCustomError(f.register, "AssetCurrencyUnlisted")
        .withArgs(f.stranger.address);
    });

    it("refuses terms that no auction can have, and takes those at the limit", async function () {
      const good = await auctionTerms(f);
      const { opens, reveals, closes, settlesFrom } = good;
      const [shop] = f.underwriters;
      const crowd = Array.from({ length: 17 }, () => ({ account: shop.address, share: 1n }));
      const highest = (2n ** 64n - 1n) / LOT;
      for (const changed of [
        ...[{ lot: 0n }, { minimumUnits: 0n }, { minimumUnits: good.maximumUnits + 1n }, { maximumUnits: LOT + 1n }],
        ...[{ tick: 0n }, { minimumPrice: 0n }, { minimumPrice: good.maximumPrice + 10n }, { minimumPrice: 95_001n }],
        ...[{ maximumPrice: highest + 1n }, { guarantee: 0n }, { bids: 0n }, { bids: 10_001n }, { bidsPerBidder: 0n }],
        ...[{ opens: opens - 100n }, { reveals: opens }, { closes: reveals }, { settlesFrom: closes - 1n }],
        ...[{ settlesUntil: settlesFrom - 1n }, { underwriters: [{ account: shop.address, share: 0n }] }],
        ...[{ underwriters: [{ account: f.issuer.address, share: 1n }] }, { underwriters: crowd }],
      ]) {
        const terms = { ...good, ...changed };
        await expect(f.auctions.connect(f.issuer).announce(terms, []))
          .to.be.revertedWithCustomError(f.auctions, "AuctionTermsInvalid")
          .withArgs(await f.auctions.auctionId(terms));
      }
      const utmost = {
        ...{ minimumUnits: good.maximumUnits, maximumPrice: highest, bids: 10_000n, reveals: opens + 1n },
        ...{ closes: opens + 2n, settlesFrom: opens + 2n, settlesUntil: opens + 2n, minimumPrice: 10n },
      };
      await f.auctions.connect(f.issuer).announce({ ...good, ...utmost }, []);
    });

    it("wants each underwriter's signature over these very terms", async function () {
      const terms = await underwritten(f);
      const auction = await AuctionUnderTest.drafted(f, terms);
      const [first = "0x", second = "0x"] = await auction.commitments();
      const issuer = f.auctions.connect(f.issuer);
      await expect(issuer.announce(terms, [first]))
        .to.be.revertedWithCustomError(f.auctions, "AuctionCommitmentInvalid")
        .withArgs(auction.id, 1n);
      await expect(issuer.announce(terms, [first, first]))
        .to.be.revertedWithCustomError(f.auctions, "AuctionCommitmentInvalid")
        .withArgs(auction.id, 1n);
      await expect(issuer.announce({ ...terms, lot: LOT - 1n }, [first, second])).to.be.revertedWithCustomError(
        f.auctions,
        "AuctionCommitmentInvalid",
      );
      await issuer.announce(terms, [first, second]);
    });
  });

  describe("placeBid", function () {
    let f: Awaited<ReturnType<typeof announced>>;
    let auction: AuctionUnderTest;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(announced);
      auction = f.auction.again();
    });

    it("seals the bid and has its guarantee held for the issuer", async function () {
      const [bidder] = f.bidders;
      const lot = auction.bidOf(bidder, 100n, "990");
      const id = auction.idOf(lot);
      expect(await f.auctions.bidId(auction.id, lot.bid)).to.equal(id);
      await expect(f.auctions.connect(bidder).placeBid(auction.terms, bidder, id, "0x"))
        .to.emit(f.auctions, "BidPlaced")
        .withArgs(auction.id, id, bidder.address, 1n);
      expect(await f.auctions.bidStateOf(auction.id, bidder, id)).to.deep.equal([BID_STATUS.sealed, 1n]);
      expect(await f.auctions.bidderStateOf(auction.id, bidder)).to.deep.equal([1n, 0n]);
      expect(await f.money.heldOf(bidder)).to.equal(GUARANTEE);
      expect(await f.auctions.guaranteeOf(auction.terms, bidder, id)).to.deep.equal(
        Object.values(bidGuaranteeHold(f.domain, auction.terms, bidder.address, id)),
      );
    });

    it("is carried by anyone with the bidder's signed hold, placed before or not", async function () {
      const [bidder, other] = f.bidders;
      const [first, second] = [auction.bidOf(bidder, 100n, "990"), auction.bidOf(other, 50n, "980")];
      const carried = f.auctions.connect(f.carrier);
      await carried.placeBid(auction.terms, bidder, auction.idOf(first), await auction.signGuarantee(first));
      const hold = bidGuaranteeHold(f.domain, auction.terms, other.address, auction.idOf(second));
      await f.money.connect(f.stranger).placeHoldWithSignature(hold, await auction.signGuarantee(second));
      await carried.placeBid(auction.terms, other, auction.idOf(second), "0x");
      expect(await f.money.heldOf(other)).to.equal(GUARANTEE);
    });

    it("takes no allowance for consent", async function () {
      const [bidder] = f.bidders;
      const bid = auction.idOf(auction.bidOf(bidder, 100n, "990"));
      await expect(f.auctions.connect(f.carrier).placeBid(auction.terms, bidder, bid, "0x"))
        .to.be.revertedWithCustomError(f.auctions, "AuctionCallerInvalid")
        .withArgs(auction.id, f.carrier.address, bidder.address);
    });

    it("is open from its opening until showing begins", async function () {
      const [bidder] = f.bidders;
      const { opens, reveals } = auction.terms;
      const place = async (salt: string) => {
        const bid = auction.idOf(auction.bidOf(bidder, 100n, "990", salt));
        return f.auctions.connect(bidder).placeBid(auction.terms, bidder, bid, "0x");
      };
      const early = await AuctionUnderTest.drafted(f);
      await early.announce();
      await expect(f.auctions.connect(bidder).placeBid(early.terms, bidder, ref("bid"), "0x"))
        .to.be.revertedWithCustomError(f.auctions, "AuctionTimeInvalid")
        .withArgs(early.id, early.terms.opens, early.terms.reveals, BigInt(await networkHelpers.time.latest()) + 1n);
      await networkHelpers.time.setNextBlockTimestamp(reveals - 1n);
      await place("last");
      await expect(place("too late"))
        .to.be.revertedWithCustomError(f.auctions, "AuctionTimeInvalid")
        .withArgs(auction.id, opens, reveals, reveals);
    });

    it("takes a bid once, so many of one bidder, and so many in all", async function () {
      const [a, b, c, d] = f.bidders;
      const lot = await auction.place(a, 100n, "990");
      await expect(f.auctions.connect(a).placeBid(auction.terms, a, auction.idOf(lot), "0x"))
        .to.be.revertedWithCustomError(f.auctions, "AuctionBidStatusInvalid")
        .withArgs(auction.idOf(lot), BID_STATUS.sealed);
      await auction.place(a, 100n, "980");
      await expect(auction.place(a, 100n, "970"))
        .to.be.revertedWithCustomError(f.auctions, "AuctionBidsExceeded")
        .withArgs(auction.id, a.address, 2n);
      for (const bidder of [b, b, c, c]) await auction.place(bidder, 10n, "960");
      await expect(auction.place(d, 100n, "970"))
        .to.be.revertedWithCustomError(f.auctions, "AuctionFull")
        .withArgs(auction.id, 6n);
    });

    it("lets nobody use up another's sealed bid", async function () {
      const [a, b] = f.bidders;
      const bid = auction.idOf(auction.bidOf(a, 100n, "990"));
      await f.auctions.connect(b).placeBid(auction.terms, b, bid, "0x");
      await f.auctions.connect(a).placeBid(auction.terms, a, bid, "0x");
      expect(await f.auctions.bidStateOf(auction.id, a, bid)).to.deep.equal([BID_STATUS.sealed, 2n]);
    });

    it("wants a bidder that can receive the units and lets the contract settle", async function () {
      const [a] = f.bidders;
      await expect(f.auctions.connect(f.dan).placeBid(auction.terms, f.dan, ref("bid"), "0x"))
        .to.be.revertedWithCustomError(f.auctions, "AuctionBidderInvalid")
        .withArgs(auction.id, f.dan.address);
      await expect(f.auctions.connect(f.issuer).placeBid(auction.terms, f.issuer, ref("bid"), "0x"))
        .to.be.revertedWithCustomError(f.auctions, "AuctionBidderInvalid")
        .withArgs(auction.id, f.issuer.address);
      await f.engine.connect(a).authorizeAgent(f.auctions, false);
      await expect(auction.place(a, 100n, "990"))
        .to.be.revertedWithCustomError(f.auctions, "AuctionAgentMissing")
        .withArgs(auction.id, a.address);
    });
  });

  describe("revealBid", function () {
    let f: Awaited<ReturnType<typeof announced>>;
    let auction: AuctionUnderTest;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(announced);
      auction = f.auction.again();
    });

    it("shows the bid by its bidder's call", async function () {
      const [a] = f.bidders;
      const lot = await auction.place(a, 100n, "990");
      await passTo(chain, auction.terms.reveals);
      await expect(f.auctions.connect(a).revealBid(auction.terms, lot.bid, "0x"))
        .to.emit(f.auctions, "BidRevealed")
        .withArgs(auction.id, auction.idOf(lot), a.address, 1n, 100n, minor("990", "HKD"), lot.bid.salt);
      const { revealedBids, demand } = await f.auctions.auctionStateOf(auction.id);
      expect([revealedBids, demand]).to.deep.equal([1n, 100n]);
      expect(await f.auctions.bidderStateOf(auction.id, a)).to.deep.equal([1n, 100n]);
    });

    it("shows the bid by anybody with the bidder's signature, a key's or a contract wallet's", async function () {
      const [a] = f.bidders;
      const wallet = await ethers.deployContract("Erc1271WalletMock", [a.address]);
      await f.money.connect(f.hsbc).openWallet(wallet, 5, ref("identity of the wallet"));
      await f.bond.connect(f.hsbc).openAccount(wallet);
      await f.money.connect(a).transfer(wallet, GUARANTEE);
      await wallet.execute(
        f.engine,
        f.engine.interface.encodeFunctionData("authorizeAgent", [await f.auctions.getAddress(), true]),
      );
      const bid = { bidder: await wallet.getAddress(), units: 20n, price: minor("960", "HKD"), salt: ref("wallet") };
      const owned = { bidder: a, bid, position: 1n };
      const carried = f.auctions.connect(f.carrier);
      await carried.placeBid(auction.terms, wallet, auction.idOf(owned), await auction.signGuarantee(owned));
      const lot = await auction.place(a, 100n, "990");
      await passTo(chain, auction.terms.reveals);
      await expect(carried.revealBid(auction.terms, lot.bid, await auction.signBid(owned)))
        .to.be.revertedWithCustomError(f.auctions, "AuctionSignatureInvalid")
        .withArgs(auction.idOf(lot), a.address);
      await carried.revealBid(auction.terms, lot.bid, await auction.signBid(lot));
      await carried.revealBid(auction.terms, bid, await auction.signBid(owned));
      expect((await f.auctions.auctionStateOf(auction.id)).revealedBids).to.equal(2n);
    });

    it("is possible once, and only for what was placed", async function () {
      const [a] = f.bidders;
      const lot = await auction.place(a, 100n, "990");
      await auction.reveal();
      await expect(auction.reveal())
        .to.be.revertedWithCustomError(f.auctions, "AuctionBidStatusInvalid")
        .withArgs(auction.idOf(lot), BID_STATUS.revealed);
      const other = auction.bidOf(a, 100n, "1000");
      await expect(auction.reveal([other]))
        .to.be.revertedWithCustomError(f.auctions, "AuctionBidStatusInvalid")
        .withArgs(auction.idOf(other), BID_STATUS.none);
    });

    it("is open from the end of bidding until the auction closes", async function () {
      const [a] = f.bidders;
      const [first, last] = [await auction.place(a, 100n, "990"), await auction.place(a, 100n, "980")];
      const { reveals, closes } = auction.terms;
      const show = ({ bid }: typeof first) => f.auctions.connect(a).revealBid(auction.terms, bid, "0x");
      await networkHelpers.time.setNextBlockTimestamp(reveals - 1n);
      await expect(show(first))
        .to.be.revertedWithCustomError(f.auctions, "AuctionTimeInvalid")
        .withArgs(auction.id, reveals, closes, reveals - 1n);
      await networkHelpers.time.setNextBlockTimestamp(closes - 1n);
      await show(first);
      await expect(show(last))
        .to.be.revertedWithCustomError(f.auctions, "AuctionTimeInvalid")
        .withArgs(auction.id, reveals, closes, closes);
    });

    it("refuses a bid outside the terms, which stays void", async function () {
      const [a, b, c, d] = f.bidders;
      const void_ = [
        await auction.place(a, 9n, "990"),
        await auction.place(a, 10n, "949.90"),
        await auction.place(b, 10n, "1050.10"),
        await auction.place(b, 10n, "990.05"),
      ];
      const good = [await auction.place(c, 10n, "950"), await auction.place(d, 800n, "1050")];
      await passTo(chain, auction.terms.reveals);
      for (const lot of void_) {
        await expect(auction.reveal([lot]))
          .to.be.revertedWithCustomError(f.auctions, "AuctionBidInvalid")
          .withArgs(auction.idOf(lot), lot.bid.units, lot.bid.price);
      }
      await auction.reveal(good);
    });

    it("bounds what one bidder wants over all its bids", async function () {
      const [a, b] = f.bidders;
      for (const bidder of [a, b]) await auction.place(bidder, 500n, "990");
      const [within, over] = [await auction.place(a, 300n, "980"), await auction.place(b, 301n, "980")];
      await auction.reveal([...auction.placed.slice(0, 2), within]);
      await expect(auction.reveal([over]))
        .to.be.revertedWithCustomError(f.auctions, "AuctionUnitsExceeded")
        .withArgs(auction.id, b.address, 801n, 800n);
    });
  });
});
