import { expect } from "chai";
import { ZeroHash } from "ethers";
import { holdTypedData } from "../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { OFFER_PHASE, electionHold, offerFundingRef, tenderId } from "../../sdk/structured.js";
import { openChainAt, passTo, place } from "../support/assets.js";
import { ref } from "../support/chain.js";
import { SIZE, deployFloatingNote, elect, openTender } from "../support/structured.js";

const chain = await openChainAt("2026-02-20");
const { networkHelpers } = chain;
const PRICE = minor("980.00", "HKD");
const REF = ref("tender");

async function deployPlaced() {
  const f = await deployFloatingNote(chain);
  await place(f, [
    [f.ann, 1_000n],
    [f.company, 500n],
  ]);
  return { ...f, tender: tenderId(f.address, REF) };
}

async function openWindow() {
  const f = await networkHelpers.loadFixture(deployPlaced);
  await openTender(chain, f, 600n, PRICE);
  return { ...f, offer: await f.offers.offerOf(f.tender) };
}

describe("HolderOffers", function () {
  describe("openTender", function () {
    let f: Awaited<ReturnType<typeof deployPlaced>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployPlaced);
    });

    const now = async () => BigInt(await networkHelpers.time.latest());
    const open = async (changed: { units?: bigint; price?: bigint; until?: bigint; payment?: bigint } = {}) => {
      const until = changed.until ?? (await now()) + 1_000n;
      const { units = 600n, price = PRICE, payment = until } = changed;
      return f.offers.connect(f.issuer).openTender(f.bond, REF, units, price, until, payment);
    };

    it("opens a window at a price, for the issuer or the paying agent", async function () {
      const until = (await now()) + 1_000n;
      await expect(open({ until }))
        .to.emit(f.offers, "OfferOpened")
        .withArgs(f.tender, f.address, 1n, 600n, PRICE, until, until);
      expect(await f.offers.tenderId(f.bond, REF)).to.equal(f.tender);
      expect(await f.offers.fundingRef(f.tender)).to.equal(offerFundingRef(f.tender));
      expect(await f.offers.assetRegistry()).to.equal(await f.register.getAddress());
      await expect(open()).to.be.revertedWithCustomError(f.offers, "OfferKnown").withArgs(f.tender);
      await f.bond.connect(f.operator).setPayingAgent(f.hsbc);
      await f.offers.connect(f.hsbc).openTender(f.bond, ref("another"), 1n, PRICE, until, until);
      await expect(f.offers.connect(f.ann).openTender(f.bond, ref("third"), 1n, PRICE, until, until))
        .to.be.revertedWithCustomError(f.offers, "CorporateActionCallerInvalid")
        .withArgs(f.address, f.ann.address);
    });

    it("takes the whole issue at most, and refuses terms that cannot be", async function () {
      const refuse = async (changed: Parameters<typeof open>[0]) =>
        expect(open(changed)).to.be.revertedWithCustomError(f.offers, "OfferTermsInvalid").withArgs(f.tender);
      await refuse({ units: 0n });
      await refuse({ units: SIZE + 1n });
      await refuse({ price: 0n });
      await refuse({ units: 2n, price: 2n ** 63n });
      await refuse({ until: await now() });
      await refuse({ payment: await now() });
      const last = 2n ** 48n - 1n - (await f.offers.SETTLEMENT());
      await refuse({ payment: last + 1n });
      await open({ units: SIZE, payment: f.terms.maturity });
    });

    it("refuses a payment after the maturity, and a token that is not on the register", async function () {
      await expect(open({ payment: f.terms.maturity + 1n }))
        .to.be.revertedWithCustomError(f.offers, "OfferOvertaken")
        .withArgs(f.tender, f.terms.maturity, f.terms.maturity + 1n);
      await expect(f.offers.connect(f.issuer).openTender(f.stranger, REF, 1n, 1n, 2n ** 40n, 2n ** 40n))
        .to.be.revertedWithCustomError(f.register, "AssetTokenUnknown")
        .withArgs(f.stranger.address);
    });
  });

  describe("elect", function () {
    let f: Awaited<ReturnType<typeof openWindow>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(openWindow);
    });

    it("records the hold that stands; its units can be neither sold nor offered again", async function () {
      const hold = await elect(f, f.tender, f.ann, 700n);
      expect(await f.offers.electionOf(f.tender, 1n)).to.deep.equal([[f.ann.address, 700n, 0n], false]);
      expect(await f.bond.heldOf(f.ann)).to.equal(700n);
      await expect(f.bond.connect(f.ann).transfer(f.company, 301n)).to.be.revertedWithCustomError(
        f.bond,
        "LedgerInsufficientSpendable",
      );
      await expect(f.bond.connect(f.ann).placeHold(hold)).to.be.revertedWithCustomError(f.bond, "HoldAlreadyUsed");
      const next = await electionHold(f.offers, f.tender, f.ann.address, 700n);
      await expect(f.offers.elect(f.tender, f.ann, 700n, "0x"))
        .to.be.revertedWithCustomError(f.offers, "OfferHoldMissing")
        .withArgs(f.tender, await f.bond.holdId(next));
      await elect(f, f.tender, f.ann, 300n);
      expect((await f.offers.offerOf(f.tender)).elected).to.equal(1_000n);
    });

    it("carries a hold that the holder signed", async function () {
      const hold = await electionHold(f.offers, f.tender, f.ann.address, 10n);
      const signature = await sign(f.ann, holdTypedData(await domainOf(f.bond), hold));
      await expect(f.offers.connect(f.carrier).elect(f.tender, f.ann, 10n, signature))
        .to.emit(f.offers, "OfferElected")
        .withArgs(f.tender, f.ann.address, 1n, 10n);
    });

    it("refuses another offer's hold, no units, and times outside the window", async function () {
      await expect(f.offers.elect(ZeroHash, f.ann, 1n, "0x"))
        .to.be.revertedWithCustomError(f.offers, "OfferPhaseInvalid")
        .withArgs(ZeroHash, OFFER_PHASE.none, OFFER_PHASE.open);
      await expect(f.offers.elect(f.tender, f.ann, 0n, "0x"))
        .to.be.revertedWithCustomError(f.offers, "OfferUnitsMissing")
        .withArgs(f.tender, f.ann.address);
      await networkHelpers.time.setNextBlockTimestamp(f.offer.until);
      await expect(f.offers.elect(f.tender, f.ann, 1n, "0x"))
        .to.be.revertedWithCustomError(f.offers, "OfferTimeInvalid")
        .withArgs(f.tender, f.offer.from, f.offer.until, f.offer.until);
    });
  });

  describe("withdraw", function () {
    let f: Awaited<ReturnType<typeof openWindow>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(openWindow);
      await elect(f, f.tender, f.ann, 700n);
    });

    it("releases the units within the window", async function () {
      await networkHelpers.time.setNextBlockTimestamp(f.offer.until - 1n);
      await expect(f.offers.connect(f.ann).withdraw(f.tender, 1n))
        .to.emit(f.offers, "ElectionWithdrawn")
        .withArgs(f.tender, f.ann.address, 1n, 700n);
      expect([await f.bond.heldOf(f.ann), (await f.offers.offerOf(f.tender)).elected]).to.deep.equal([0n, 0n]);
      await expect(f.offers.connect(f.ann).withdraw(f.tender, 1n))
        .to.be.revertedWithCustomError(f.offers, "ElectionUnknown")
        .withArgs(f.tender, 1n);
    });

    it("refuses somebody else, and once the window has ended", async function () {
      await expect(f.offers.connect(f.company).withdraw(f.tender, 1n))
        .to.be.revertedWithCustomError(f.offers, "ElectionCallerInvalid")
        .withArgs(f.tender, f.company.address, f.ann.address);
      await networkHelpers.time.setNextBlockTimestamp(f.offer.until);
      await expect(f.offers.connect(f.ann).withdraw(f.tender, 1n))
        .to.be.revertedWithCustomError(f.offers, "ElectionBinding")
        .withArgs(f.tender, 1n);
    });
  });

  describe("withdrawOffer", function () {
    it("is its maker's while a tender's window is open; holders then take their units back", async function () {
      const f = await networkHelpers.loadFixture(openWindow);
      await elect(f, f.tender, f.ann, 700n);
      await expect(f.offers.connect(f.ann).withdrawOffer(f.tender))
        .to.be.revertedWithCustomError(f.offers, "CorporateActionCallerInvalid")
        .withArgs(f.address, f.ann.address);
      await networkHelpers.time.setNextBlockTimestamp(f.offer.until - 1n);
      await expect(f.offers.connect(f.issuer).withdrawOffer(f.tender))
        .to.emit(f.offers, "OfferWithdrawn")
        .withArgs(f.tender);
      await passTo(chain, f.offer.until);
      await f.offers.connect(f.ann).withdraw(f.tender, 1n);
      expect(await f.bond.heldOf(f.ann)).to.equal(0n);
      await expect(f.offers.connect(f.issuer).withdrawOffer(f.tender))
        .to.be.revertedWithCustomError(f.offers, "OfferPhaseInvalid")
        .withArgs(f.tender, OFFER_PHASE.withdrawn, OFFER_PHASE.open);
    });

    it("binds its maker once the window has ended", async function () {
      const f = await networkHelpers.loadFixture(openWindow);
      await networkHelpers.time.setNextBlockTimestamp(f.offer.until);
      await expect(f.offers.connect(f.issuer).withdrawOffer(f.tender))
        .to.be.revertedWithCustomError(f.offers, "OfferNotOvertaken")
        .withArgs(f.tender, f.terms.maturity, f.offer.paymentTime);
    });
  });
});
