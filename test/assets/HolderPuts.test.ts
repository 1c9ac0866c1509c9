import { expect } from "chai";
import { minor } from "../../sdk/money.js";
import { mulDiv } from "../../sdk/rounding.js";
import { OFFER_PHASE, putId } from "../../sdk/structured.js";
import { deployBond, noteCoupons, noteTerms, openChainAt, passTo, place } from "../support/assets.js";
import { SIZE, cutOf, deployFloatingNote, elect, fixCoupon, fundOffer } from "../support/structured.js";

const chain = await openChainAt("2026-02-20");
const { networkHelpers } = chain;
const NO_CUT = { remainder: 0n, position: 0n };

async function deployPlaced() {
  const f = await deployFloatingNote(chain);
  await place(f, [
    [f.ann, 1_000n],
    [f.company, 500n],
  ]);
  return { ...f, put: putId(f.address, 0) };
}

async function openPutWindow() {
  const f = await networkHelpers.loadFixture(deployPlaced);
  const [date] = f.structureTerms.puts;
  if (date === undefined) throw new RangeError("there is no put");
  await passTo(chain, date.from);
  return { ...f, date };
}

/** Both holders elect in the second put, whose day lies within a coupon's accrual. */
async function electSecond() {
  const f = await networkHelpers.loadFixture(openPutWindow);
  await fixCoupon(chain, f, 2, 3_500_000n);
  const [, date] = f.structureTerms.puts;
  if (date === undefined) throw new RangeError("there is no second put");
  await passTo(chain, date.from);
  await f.offers.openPut(f.bond, 1n);
  const second = putId(f.address, 1);
  await elect(f, second, f.ann, 400n);
  await elect(f, second, f.company, 500n);
  return { ...f, second, date };
}

describe("HolderPuts", function () {
  describe("openPut", function () {
    it("opens the holders' right in its window, whoever asks for it", async function () {
      const f = await networkHelpers.loadFixture(openPutWindow);
      await expect(f.offers.connect(f.stranger).openPut(f.bond, 0n))
        .to.emit(f.offers, "OfferOpened")
        .withArgs(f.put, f.address, 0n, SIZE, 0n, f.date.until, f.date.time);
      expect(await f.offers.putId(f.bond, 0n)).to.equal(f.put);
      await expect(f.offers.openPut(f.bond, 0n)).to.be.revertedWithCustomError(f.offers, "OfferKnown");
    });

    it("refuses outside the window, what is no put, and a bond without any", async function () {
      const f = await networkHelpers.loadFixture(deployPlaced);
      const [date] = f.structureTerms.puts;
      await expect(f.offers.openPut(f.bond, 2n)).to.be.revertedWithCustomError(f.structure, "BondEarlyDateUnknown");
      const terms = await noteTerms(f, { isin: "0x" + Buffer.from("HK0000063609").toString("hex") });
      const plain = await deployBond(chain, f, terms, noteCoupons());
      await expect(f.offers.openPut(plain.bond, 0n))
        .to.be.revertedWithCustomError(f.offers, "OfferBondNotStructured")
        .withArgs(plain.address);
      for (const time of [(date?.from ?? 0n) - 1n, date?.until ?? 0n]) {
        await networkHelpers.time.setNextBlockTimestamp(time);
        await expect(f.offers.openPut(f.bond, 0n))
          .to.be.revertedWithCustomError(f.offers, "OfferTimeInvalid")
          .withArgs(f.put, date?.from, date?.until, time);
      }
    });

    it("refuses a put that a call has overtaken", async function () {
      const f = await networkHelpers.loadFixture(openPutWindow);
      await f.structured.connect(f.issuer).callBond(0n);
      const [, put] = f.structureTerms.puts;
      await passTo(chain, put?.from ?? 0n);
      await expect(f.offers.openPut(f.bond, 1n))
        .to.be.revertedWithCustomError(f.offers, "OfferOvertaken")
        .withArgs(putId(f.address, 1), f.structureTerms.calls[0]?.time, put?.time);
    });
  });

  describe("withdrawOffer", function () {
    it("never takes a put from its holders", async function () {
      const f = await networkHelpers.loadFixture(openPutWindow);
      await f.offers.openPut(f.bond, 0n);
      await expect(f.offers.connect(f.issuer).withdrawOffer(f.put))
        .to.be.revertedWithCustomError(f.offers, "OfferNotOvertaken")
        .withArgs(f.put, f.terms.maturity, f.date.time);
    });

    it("lets a put stand beside a call for its own day", async function () {
      const f = await networkHelpers.loadFixture(electSecond);
      const hold = await fundOffer(f, f.second, 1_000n);
      const called = f.structureTerms.calls[1]?.time ?? 0n;
      // callable on the put's own day: paid as put, not overtaken
      await f.structured.connect(f.issuer).callBond(1n);
      expect(called).to.equal(f.date.time);
      await expect(f.offers.withdrawOffer(f.second))
        .to.be.revertedWithCustomError(f.offers, "OfferNotOvertaken")
        .withArgs(f.second, called, f.date.time);
      await expect(f.offers.releaseFunding(f.second, hold)).to.be.revertedWithCustomError(f.offers, "FundingInUse");
    });
  });

  describe("settle", function () {
    it("pays price and accrued interest for everything elected, and the units come to the issuer", async function () {
      const f = await networkHelpers.loadFixture(electSecond);
      await passTo(chain, f.date.until);
      const accrued = mulDiv(minor("900.00", "HKD"), 4_000_000n * 91n, 365n * 10n ** 8n, "half-up");
      const price = minor("895.00", "HKD") + accrued;
      await expect(f.offers.connect(f.stranger).close(f.second, await cutOf(f, f.second)))
        .to.emit(f.offers, "OfferClosed")
        .withArgs(f.second, 900n, 900n, price);
      const hold = await fundOffer(f, f.second, 900n * price);
      const before = await f.bond.balanceOf(f.issuer);
      await passTo(chain, f.date.time);
      await f.offers.connect(f.stranger).settle(f.second, hold, 10n);
      const { currency } = f.hongkong;
      expect(await currency.balanceOf(f.ann)).to.equal(400n * price);
      expect(await currency.balanceOf(f.company)).to.equal(500n * price);
      expect(await f.bond.balanceOf(f.issuer)).to.equal(before + 900n);
      expect(await f.bond.totalSupply()).to.equal(SIZE);
      expect((await f.offers.offerOf(f.second)).phase).to.equal(OFFER_PHASE.settled);
    });

    it("needs the fixing that its interest floats with", async function () {
      const f = await networkHelpers.loadFixture(openPutWindow);
      const [, date] = f.structureTerms.puts;
      await passTo(chain, date?.from ?? 0n);
      await f.offers.openPut(f.bond, 1n);
      await passTo(chain, date?.until ?? 0n);
      await expect(f.offers.close(putId(f.address, 1), NO_CUT)).to.be.revertedWithCustomError(
        f.fixings,
        "FixingMissing",
      );
    });
  });
});
