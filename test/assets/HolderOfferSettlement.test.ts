import { expect } from "chai";
import { minor } from "../../sdk/money.js";
import { OFFER_PHASE, tenderId } from "../../sdk/structured.js";
import { openChainAt, passTo, place } from "../support/assets.js";
import { ref } from "../support/chain.js";
import { SIZE, cutOf, deployFloatingNote, elect, fundOffer, openTender } from "../support/structured.js";

const chain = await openChainAt("2026-02-20");
const { networkHelpers } = chain;
const PRICE = minor("980.00", "HKD");
const MOST = 1_000n;
const NO_CUT = { remainder: 0n, position: 0n };

/**
 * 1,000 units are taken of 1,708. Of 701, 499, 7, 500 and 1 units 410.42…, 292.15…, 4.09…, 292.74… and 0.58… are
 * accepted: rounded down 998 in all, and one more each for the fourth and the fifth.
 */
const ELECTED = [701n, 499n, 7n, 500n, 1n] as const;
const ACCEPTED = [410n, 292n, 4n, 293n, 1n] as const;

async function electAll() {
  const f = await deployFloatingNote(chain);
  await place(f, [
    [f.ann, 1_000n],
    [f.company, 500n],
    [f.shop, 500n],
    [f.hsbc, 1_000n],
  ]);
  await openTender(chain, f, MOST, PRICE);
  const id = tenderId(f.address, ref("tender"));
  const holders = [f.ann, f.company, f.shop, f.hsbc, f.ann] as const;
  for (const [index, holder] of holders.entries()) await elect(f, id, holder, ELECTED[index] ?? 0n);
  return { ...f, id, holders, offer: await f.offers.offerOf(id), hkd: f.hongkong.currency };
}

async function closeAndMeasure() {
  const f = await networkHelpers.loadFixture(electAll);
  await passTo(chain, f.offer.until);
  await f.offers.connect(f.issuer).close(f.id, await cutOf(f, f.id));
  await f.offers.measure(f.id, 5n);
  return f;
}

/** Due and funded; the company's wallet is frozen. */
async function fundAndFreeze() {
  const f = await networkHelpers.loadFixture(closeAndMeasure);
  const hold = await fundOffer(f, f.id, MOST * PRICE);
  await f.hkd.connect(f.hongkong.officers.enforcer).freeze(f.company, ref("order"));
  await passTo(chain, f.offer.paymentTime);
  return { ...f, hold };
}

describe("HolderOfferSettlement", function () {
  describe("close", function () {
    let f: Awaited<ReturnType<typeof electAll>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(electAll);
    });

    it("ends the elections and begins to measure what was offered in excess", async function () {
      await networkHelpers.time.setNextBlockTimestamp(f.offer.until);
      await expect(f.offers.connect(f.issuer).close(f.id, await cutOf(f, f.id)))
        .to.emit(f.offers, "OfferClosed")
        .withArgs(f.id, 1_708n, MOST, PRICE);
      expect((await f.offers.offerOf(f.id)).phase).to.equal(OFFER_PHASE.measuring);
    });

    it("refuses within the window, and who does not act for the issuer", async function () {
      await networkHelpers.time.setNextBlockTimestamp(f.offer.until - 1n);
      await expect(f.offers.connect(f.issuer).close(f.id, NO_CUT))
        .to.be.revertedWithCustomError(f.offers, "OfferTimeInvalid")
        .withArgs(f.id, f.offer.until, 2n ** 48n - 1n, f.offer.until - 1n);
      await networkHelpers.time.setNextBlockTimestamp(f.offer.until);
      await expect(f.offers.connect(f.ann).close(f.id, NO_CUT))
        .to.be.revertedWithCustomError(f.offers, "CorporateActionCallerInvalid")
        .withArgs(f.address, f.ann.address);
    });

    it("accepts everything that is not in excess, without a measure", async function () {
      for (const position of [1n, 2n]) await f.offers.connect(f.holders[Number(position) - 1]).withdraw(f.id, position);
      await passTo(chain, f.offer.until);
      await f.offers.connect(f.issuer).close(f.id, NO_CUT);
      const { phase, unpaid } = await f.offers.offerOf(f.id);
      expect([phase, unpaid]).to.deep.equal([OFFER_PHASE.payable, 508n]);
    });

    it("settles at once what nobody elected", async function () {
      for (const [index, holder] of f.holders.entries()) {
        await f.offers.connect(holder).withdraw(f.id, index + 1);
      }
      const hold = await fundOffer(f, f.id, PRICE);
      await passTo(chain, f.offer.until);
      await expect(f.offers.connect(f.issuer).close(f.id, NO_CUT)).to.emit(f.offers, "OfferSettled").withArgs(f.id, 0n);
      await expect(f.offers.releaseFunding(f.id, hold))
        .to.emit(f.offers, "FundingReleased")
        .withArgs(f.address, f.issuer.address, hold.businessRef, PRICE);
    });
  });

  describe("measure", function () {
    let f: Awaited<ReturnType<typeof electAll>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(electAll);
      await passTo(chain, f.offer.until);
    });

    it("proves the cut page by page: accepted units sum to the most", async function () {
      await f.offers.connect(f.issuer).close(f.id, await cutOf(f, f.id));
      await f.offers.measure(f.id, 2n);
      expect((await f.offers.offerOf(f.id)).cursor).to.equal(2n);
      await expect(f.offers.connect(f.stranger).measure(f.id, 200n))
        .to.emit(f.offers, "OfferMeasured")
        .withArgs(f.id, MOST);
      for (const [index, accepted] of ACCEPTED.entries()) {
        expect(await f.offers.acceptedOf(f.id, index + 1)).to.equal(accepted);
      }
    });

    it("refuses a wrong cut, and takes another", async function () {
      await f.offers.connect(f.issuer).close(f.id, { remainder: 0n, position: 0n });
      await expect(f.offers.measure(f.id, 5n))
        .to.be.revertedWithCustomError(f.offers, "OfferCutWrong")
        .withArgs(f.id, 1_003n, MOST);
      await f.offers.connect(f.issuer).close(f.id, await cutOf(f, f.id));
      await f.offers.measure(f.id, 5n);
      await expect(f.offers.measure(f.id, 5n))
        .to.be.revertedWithCustomError(f.offers, "OfferPhaseInvalid")
        .withArgs(f.id, OFFER_PHASE.payable, OFFER_PHASE.measuring);
    });

    it("refuses a page above the limit", async function () {
      await f.offers.connect(f.issuer).close(f.id, await cutOf(f, f.id));
      const limit = await f.offers.MAX_PAGE();
      await expect(f.offers.measure(f.id, limit + 1n))
        .to.be.revertedWithCustomError(f.offers, "OfferPageTooLarge")
        .withArgs(limit + 1n, limit);
      await f.offers.measure(f.id, limit);
    });
  });

  describe("settle", function () {
    let f: Awaited<ReturnType<typeof fundAndFreeze>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(fundAndFreeze);
    });

    it("pays each and brings its units to the issuer; parks who cannot be paid", async function () {
      const before = await f.bond.balanceOf(f.issuer);
      await f.offers.settle(f.id, f.hold, 2n);
      await expect(f.offers.connect(f.stranger).settle(f.id, f.hold, 5n))
        .to.emit(f.offers, "ElectionPaid")
        .withArgs(f.id, f.shop.address, 3n, 4n, 4n * PRICE)
        .and.to.emit(f.offers, "OfferSettled")
        .withArgs(f.id, ACCEPTED[1]);
      expect(await f.hkd.balanceOf(f.ann)).to.equal(411n * PRICE);
      expect(await f.bond.balanceOf(f.issuer)).to.equal(before + MOST - ACCEPTED[1]);
      expect([await f.bond.balanceOf(f.ann), await f.bond.heldOf(f.ann)]).to.deep.equal([589n, 0n]);
      expect([await f.bond.balanceOf(f.company), await f.bond.heldOf(f.company)]).to.deep.equal([500n, 499n]);
      expect(await f.offers.electionOf(f.id, 2n)).to.deep.equal([[f.company.address, 499n, 0n], true]);
      expect(await f.bond.totalSupply()).to.equal(SIZE);
    });

    it("pays a claim later, whole, and gives back what is left of the funding only then", async function () {
      await expect(f.offers.settle(f.id, f.hold, 5n))
        .to.emit(f.offers, "ElectionParked")
        .withArgs(f.id, f.company.address, 2n, ACCEPTED[1]);
      await expect(f.offers.releaseFunding(f.id, f.hold))
        .to.be.revertedWithCustomError(f.offers, "FundingInUse")
        .withArgs(f.address, ACCEPTED[1] * PRICE);
      await expect(f.offers.claim(f.id, f.hold, 2n)).to.be.revertedWithCustomError(f.hkd, "ERC7943CannotReceive");
      await f.hkd.connect(f.hongkong.officers.enforcer).unfreeze(f.company, ref("order lifted"));
      await f.offers.connect(f.stranger).claim(f.id, f.hold, 2n);
      expect(await f.hkd.balanceOf(f.company)).to.equal(ACCEPTED[1] * PRICE);
      expect([await f.bond.balanceOf(f.company), await f.bond.heldOf(f.company)]).to.deep.equal([208n, 0n]);
      await expect(f.offers.claim(f.id, f.hold, 2n))
        .to.be.revertedWithCustomError(f.offers, "ElectionUnknown")
        .withArgs(f.id, 2n);
      await expect(f.offers.releaseFunding(f.id, f.hold)).to.be.revertedWithCustomError(f.hkd, "HoldNotActive");
    });

    it("lets a holder give its claim up and keep its units", async function () {
      await f.offers.settle(f.id, f.hold, 5n);
      await f.offers.connect(f.company).withdraw(f.id, 2n);
      expect([await f.bond.balanceOf(f.company), await f.bond.heldOf(f.company)]).to.deep.equal([500n, 0n]);
      await expect(f.offers.releaseFunding(f.id, f.hold))
        .to.emit(f.offers, "FundingReleased")
        .withArgs(f.address, f.issuer.address, f.hold.businessRef, ACCEPTED[1] * PRICE);
    });

    it("refuses money that is for something else or not enough for everybody", async function () {
      await expect(f.offers.settle(f.id, { ...f.hold, businessRef: ref("other") }, 5n))
        .to.be.revertedWithCustomError(f.offers, "FundingReferenceInvalid")
        .withArgs(f.address, ref("other"), f.hold.businessRef);
      const short = await fundOffer(f, f.id, MOST * PRICE - 1n);
      await expect(f.offers.settle(f.id, short, 5n))
        .to.be.revertedWithCustomError(f.offers, "FundingInsufficient")
        .withArgs(f.address, MOST * PRICE - 1n, MOST * PRICE);
      await expect(f.offers.claim(f.id, f.hold, 1n))
        .to.be.revertedWithCustomError(f.offers, "ElectionNotParked")
        .withArgs(f.id, 1n);
    });

    it("is possible until the settlement ends; then holds end, and the money goes back", async function () {
      const end = f.offer.paymentTime + (await f.offers.SETTLEMENT());
      await networkHelpers.time.setNextBlockTimestamp(end - 1n);
      await f.offers.settle(f.id, f.hold, 1n);
      await networkHelpers.time.setNextBlockTimestamp(end);
      await expect(f.offers.settle(f.id, f.hold, 1n))
        .to.be.revertedWithCustomError(f.offers, "OfferTimeInvalid")
        .withArgs(f.id, f.offer.paymentTime, end, end);
      await f.offers.releaseFunding(f.id, f.hold);
      expect(await f.hkd.heldOf(f.issuer)).to.equal(0n);
    });

    it("refuses a page above the limit", async function () {
      const limit = await f.offers.MAX_PAGE();
      await expect(f.offers.settle(f.id, f.hold, limit + 1n))
        .to.be.revertedWithCustomError(f.offers, "OfferPageTooLarge")
        .withArgs(limit + 1n, limit);
    });
  });
});

// a chain of its own: a second fixture on the same one would undo the first
const other = await openChainAt("2026-02-20");

/** A small election beside a large one: nothing of it is accepted. */
async function electUnevenly() {
  const f = await deployFloatingNote(other);
  await place(f, [
    [f.company, 5_000n],
    [f.shop, 500n],
  ]);
  await openTender(other, f, 10n, PRICE);
  const id = tenderId(f.address, ref("tender"));
  await elect(f, id, f.company, 5_000n);
  await elect(f, id, f.shop, 1n);
  return { ...f, id, offer: await f.offers.offerOf(id) };
}

describe("HolderOfferSettlement, at the edges", function () {
  let f: Awaited<ReturnType<typeof electUnevenly>>;

  beforeEach(async function () {
    f = await other.networkHelpers.loadFixture(electUnevenly);
  });

  it("releases an election of which nothing is accepted", async function () {
    await passTo(other, f.offer.until);
    await f.offers.connect(f.issuer).close(f.id, await cutOf(f, f.id));
    await f.offers.measure(f.id, 2n);
    const hold = await fundOffer(f, f.id, 10n * PRICE);
    await other.networkHelpers.time.setNextBlockTimestamp(f.offer.paymentTime - 1n);
    await expect(f.offers.settle(f.id, hold, 2n)).to.be.revertedWithCustomError(f.offers, "OfferTimeInvalid");
    await passTo(other, f.offer.paymentTime);
    await f.offers.settle(f.id, hold, 1n);
    await f.offers.settle(f.id, hold, 1n);
    expect([await f.bond.heldOf(f.company), await f.bond.heldOf(f.shop)]).to.deep.equal([0n, 0n]);
    expect(await f.hongkong.currency.balanceOf(f.shop)).to.equal(0n);
  });

  it("passes over an election that was taken back", async function () {
    await f.offers.connect(f.company).withdraw(f.id, 1n);
    await passTo(other, f.offer.paymentTime);
    await f.offers.connect(f.issuer).close(f.id, NO_CUT);
    const hold = await fundOffer(f, f.id, PRICE);
    await expect(f.offers.settle(f.id, hold, 2n))
      .to.emit(f.offers, "OfferSettled")
      .withArgs(f.id, 0n);
    expect(await f.hongkong.currency.balanceOf(f.shop)).to.equal(PRICE);
    expect([await f.bond.balanceOf(f.company), await f.bond.balanceOf(f.shop)]).to.deep.equal([5_000n, 499n]);
  });

  it("ends with nothing paid when a call overtakes it", async function () {
    const [call] = f.structureTerms.calls;
    await passTo(other, call?.from ?? 0n);
    const later = (call?.time ?? 0n) + 1n;
    await f.offers.connect(f.issuer).openTender(f.bond, ref("late"), 10n, PRICE, later, later);
    const id = tenderId(f.address, ref("late"));
    await elect(f, id, f.shop, 10n);
    await f.structured.connect(f.issuer).callBond(0n);
    await passTo(other, later);
    await expect(f.offers.connect(f.issuer).close(id, NO_CUT))
      .to.be.revertedWithCustomError(f.offers, "OfferOvertaken")
      .withArgs(id, call?.time, later);
    await f.offers.connect(f.stranger).withdrawOffer(id);
    await f.offers.connect(f.shop).withdraw(id, 1n);
    expect(await f.bond.redeemable([f.shop])).to.deep.equal([499n]);
  });
});
