import { expect } from "chai";
import { COUPON_PHASE, couponRef } from "../../sdk/bonds.js";
import { dayNumber } from "../../sdk/calendar.js";
import { minor } from "../../sdk/money.js";
import { mulDiv } from "../../sdk/rounding.js";
import { couponOf, fundCoupon, fundRedemption, openChainAt, passTo, place, proveCoupon } from "../support/assets.js";
import { ref } from "../support/chain.js";
import {
  CNY_PER_HKD,
  PLAIN_STRUCTURE,
  SIZE,
  deployFloatingNote,
  fix,
  fixCoupon,
  fundOption,
} from "../support/structured.js";

const chain = await openChainAt("2026-02-20");
const { networkHelpers } = chain;
const PRICE = 92_345_678n;
const UNITS = { issuer: 5_833n, ann: 3_001n, bob: 333n, company: 833n };
/** 2.5 % a year on 10,000,000.00 for 184 days: as the plain note pays. */
const TOTAL = minor("126027.40", "HKD");
/** As the plain note's, see CouponPayment.test.ts: the cent that is left is bob's. */
const SHARE = {
  issuer: minor("73511.78", "HKD"),
  ann: minor("37820.82", "HKD"),
  bob: minor("4196.72", "HKD"),
  company: minor("10498.08", "HKD"),
};

async function deployOpen() {
  const f = await deployFloatingNote(chain);
  await place(f, [
    [f.ann, UNITS.ann],
    [f.bob, UNITS.bob],
    [f.company, UNITS.company],
  ]);
  return { ...f, share: SHARE };
}

// A later fixture stands on an earlier one: each begins when the note is issued, whenever it is first asked for.
async function deployPlaced() {
  const f = await networkHelpers.loadFixture(deployOpen);
  await fixCoupon(chain, f, 0, 2_000_000n);
  return f;
}

async function deployFloored() {
  const f = await networkHelpers.loadFixture(deployOpen);
  await fixCoupon(chain, f, 0, -9_000_000n);
  await passTo(chain, couponOf(f, 0).recordTime);
  return f;
}

/** Ann and the company chose e-CNY; the first coupon is proved, due and funded in both currencies. */
async function deployChosen() {
  const f = await networkHelpers.loadFixture(deployPlaced);
  for (const holder of [f.ann, f.company]) await f.structuredActions.connect(holder).chooseCurrency(f.bond, 0n, true);
  await fix(chain, f, CNY_PER_HKD, dayNumber(couponOf(f, 0).recordTime), PRICE);
  await passTo(chain, couponOf(f, 0).paymentTime);
  const holders = await proveCoupon(f, 0);
  const inCny = (amount: bigint) => mulDiv(amount, PRICE, 10n ** 8n, "half-up");
  const hold = await fundCoupon(f, 0);
  const option = await fundOption(f, 0, inCny(f.share.ann) + inCny(f.share.company));
  return { ...f, holders, hold, option, inCny, hkd: f.hongkong.currency, cny: f.mainland.currency };
}

describe("StructuredActions", function () {
  describe("chooseCurrency", function () {
    let f: Awaited<ReturnType<typeof deployPlaced>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployPlaced);
    });

    it("is taken, and taken back, until the record date", async function () {
      const mine = f.structuredActions.connect(f.ann);
      await expect(mine.chooseCurrency(f.bond, 0n, true))
        .to.emit(f.structuredActions, "CouponCurrencyChosen")
        .withArgs(f.address, 0n, f.ann.address, true);
      expect(await f.structuredActions.choiceOf(f.bond, 0n, f.ann)).to.equal(true);
      await expect(mine.chooseCurrency(f.bond, 0n, true)).not.to.emit(f.structuredActions, "CouponCurrencyChosen");
      const { recordTime } = couponOf(f, 0);
      await networkHelpers.time.setNextBlockTimestamp(recordTime - 1n);
      await mine.chooseCurrency(f.bond, 0n, false);
      expect(await f.structuredActions.choiceOf(f.bond, 0n, f.ann)).to.equal(false);
      await networkHelpers.time.setNextBlockTimestamp(recordTime);
      await expect(mine.chooseCurrency(f.bond, 0n, true))
        .to.be.revertedWithCustomError(f.structuredActions, "CouponCurrencyClosed")
        .withArgs(f.address, 0n, recordTime, recordTime);
    });

    it("refuses where the bond pays in one currency only", async function () {
      const note = await deployFloatingNote(chain, PLAIN_STRUCTURE);
      await expect(note.structuredActions.connect(note.ann).chooseCurrency(note.bond, 0n, true))
        .to.be.revertedWithCustomError(note.structuredActions, "CouponCurrencyFixed")
        .withArgs(note.address);
      await expect(note.structure.optionPrice(0n))
        .to.be.revertedWithCustomError(note.structure, "BondOptionMissing")
        .withArgs(note.terms.isin);
    });
  });

  describe("payCouponInOption", function () {
    let f: Awaited<ReturnType<typeof deployChosen>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployChosen);
    });

    it("pays who chose in the other currency, everybody else in the bond's, and settles the coupon", async function () {
      const { ann, bob, company, issuer } = f.share;
      const optionAmount = f.inCny(ann) + f.inCny(company);
      await expect(f.structuredActions.payCouponInOption(f.bond, 0n, f.option, f.holders))
        .to.emit(f.structuredActions, "CouponPagePaidInOption")
        .withArgs(f.address, 0n, f.issuer.address, ann + company, optionAmount);
      expect(await f.cny.balanceOf(f.ann)).to.equal(f.inCny(ann));
      expect(await f.cny.balanceOf(f.company)).to.equal(f.inCny(company));
      await expect(f.actions.payCoupon(f.bond, 0n, f.hold, f.holders))
        .to.emit(f.actions, "CouponRetained")
        .withArgs(f.address, 0n, f.issuer.address, issuer)
        .and.to.emit(f.actions, "CouponSettled")
        .withArgs(f.address, 0n, 0n);
      expect([await f.hkd.balanceOf(f.ann), await f.hkd.balanceOf(f.bob)]).to.deep.equal([0n, bob]);
      expect(ann + bob + company + issuer).to.equal(TOTAL);
    });

    it("keeps the payer's own share where the payer chose", async function () {
      const note = await networkHelpers.loadFixture(deployPlaced);
      await note.structuredActions.connect(note.issuer).chooseCurrency(note.bond, 0n, true);
      await fix(chain, note, CNY_PER_HKD, dayNumber(couponOf(note, 0).recordTime), PRICE);
      await passTo(chain, couponOf(note, 0).paymentTime);
      const holders = await proveCoupon(note, 0);
      const option = await fundOption(note, 0, 1n);
      await expect(note.structuredActions.payCouponInOption(note.bond, 0n, option, holders))
        .to.emit(note.actions, "CouponRetained")
        .withArgs(note.address, 0n, note.issuer.address, note.share.issuer);
      expect((await note.actions.couponRun(note.bond, 0n)).unpaid).to.equal(TOTAL - note.share.issuer);
    });

    it("passes over who chose until the other currency has been waited for, and pays nobody twice", async function () {
      await f.actions.payCoupon(f.bond, 0n, f.hold, f.holders);
      expect(await f.hkd.balanceOf(f.ann)).to.equal(0n);
      expect((await f.actions.couponRun(f.bond, 0n)).phase).to.equal(COUPON_PHASE.payable);
      const fallback = couponOf(f, 0).paymentTime + (await f.structuredActions.FALLBACK());
      await networkHelpers.time.setNextBlockTimestamp(fallback - 1n);
      await f.actions.payCoupon(f.bond, 0n, f.hold, f.holders);
      expect(await f.hkd.balanceOf(f.ann)).to.equal(0n);
      await networkHelpers.time.setNextBlockTimestamp(fallback);
      await f.actions.payCoupon(f.bond, 0n, f.hold, [f.ann]);
      expect(await f.hkd.balanceOf(f.ann)).to.equal(f.share.ann);
      await f.structuredActions.payCouponInOption(f.bond, 0n, f.option, f.holders);
      expect([await f.cny.balanceOf(f.ann), await f.cny.balanceOf(f.company)]).to.deep.equal([
        0n,
        f.inCny(f.share.company),
      ]);
    });

    it("parks who cannot be paid in it as a claim in the bond's currency, which stops nobody", async function () {
      const { officers, currency } = f.mainland;
      await currency.connect(officers.enforcer).freeze(f.ann, ref("order"));
      await expect(f.structuredActions.payCouponInOption(f.bond, 0n, f.option, f.holders))
        .to.emit(f.actions, "CouponClaimRecorded")
        .withArgs(f.address, 0n, f.ann.address, f.share.ann)
        .and.to.emit(f.structuredActions, "CouponPagePaidInOption")
        .withArgs(f.address, 0n, f.issuer.address, f.share.company, f.inCny(f.share.company));
      await f.actions.payCoupon(f.bond, 0n, f.hold, f.holders);
      await f.actions.claimCoupon(f.bond, 0n, f.hold, f.ann);
      expect(await f.hkd.balanceOf(f.ann)).to.equal(f.share.ann);
      await expect(f.structuredActions.releaseOptionFunding(f.bond, 0n, f.option))
        .to.emit(f.structuredActions, "FundingReleased")
        .withArgs(f.address, f.issuer.address, f.option.businessRef, f.inCny(f.share.ann));
    });

    it("refuses a hold for something else, before the payment time, and without a price", async function () {
      await expect(f.structuredActions.payCouponInOption(f.bond, 0n, f.hold, f.holders))
        .to.be.revertedWithCustomError(f.actions, "FundingReferenceInvalid")
        .withArgs(f.address, f.hold.businessRef, f.option.businessRef);
      await expect(f.structuredActions.payCouponInOption(f.bond, 1n, f.option, f.holders))
        .to.be.revertedWithCustomError(f.actions, "CouponPhaseInvalid")
        .withArgs(f.address, 1n, COUPON_PHASE.none, COUPON_PHASE.payable);
      await expect(f.structure.optionPrice(1n)).to.be.revertedWithCustomError(f.fixings, "FixingMissing");
      await fix(chain, f, CNY_PER_HKD, dayNumber(couponOf(f, 1).recordTime), 0n);
      await expect(f.structure.optionPrice(1n))
        .to.be.revertedWithCustomError(f.structure, "BondOptionPriceInvalid")
        .withArgs(1n, 0n);
      await expect(f.structuredActions.releaseOptionFunding(f.bond, 0n, f.option))
        .to.be.revertedWithCustomError(f.actions, "CouponPhaseInvalid")
        .withArgs(f.address, 0n, COUPON_PHASE.payable, COUPON_PHASE.settled);
    });
  });

  describe("redeem", function () {
    it("pays what the instalments left, to the minor unit of the issue's nominal", async function () {
      const f = await networkHelpers.loadFixture(deployPlaced);
      await f.hongkong.currency.connect(f.hongkong.officers.enforcer).freeze(f.company, ref("order"));
      for (const k of [0, 1, 2, 3]) {
        if (k !== 0) await fixCoupon(chain, f, k, 1_000_000n);
        await passTo(chain, couponOf(f, k).paymentTime);
        const holders = await proveCoupon(f, k);
        await f.actions.payCoupon(f.bond, k, await fundCoupon(f, k), holders);
      }
      await passTo(chain, f.terms.maturity);
      const price = minor("700.00", "HKD");
      const hold = await fundRedemption(f, { amount: SIZE * price });
      const before = await f.hongkong.currency.balanceOf(f.ann);
      await expect(f.actions.redeem(f.bond, hold, [f.issuer, f.ann, f.bob, f.company]))
        .to.emit(f.actions, "RedemptionPagePaid")
        .withArgs(f.address, f.issuer.address, SIZE - UNITS.company, (UNITS.ann + UNITS.bob) * price)
        .and.to.emit(f.actions, "RedemptionDeferred")
        .withArgs(f.address, f.company.address, UNITS.company);
      expect(await f.hongkong.currency.balanceOf(f.ann)).to.equal(before + UNITS.ann * price);
      expect(await f.bond.totalSupply()).to.equal(UNITS.company);
    });

    it("pays a call's price from its day on, and gives back what was held for cancelled coupons", async function () {
      const f = await networkHelpers.loadFixture(deployPlaced);
      const early = await fundRedemption(f, { amount: 1_000n, businessRef: couponRef(f.address, 3) });
      const [, call] = f.structureTerms.calls;
      await passTo(chain, call?.from ?? 0n);
      await f.structured.connect(f.issuer).callBond(1n);
      await fixCoupon(chain, f, 2, 2_000_000n);
      const price = await f.structured.redemptionPrice();
      const accrued = mulDiv(minor("900.00", "HKD"), 2_500_000n * 91n, 365n * 10n ** 8n, "half-up");
      expect(price).to.equal(minor("901.00", "HKD") + accrued);
      const hold = await fundRedemption(f, { amount: SIZE * price });
      const time = call?.time ?? 0n;
      await networkHelpers.time.setNextBlockTimestamp(time - 1n);
      await expect(f.actions.redeem(f.bond, hold, [f.ann]))
        .to.be.revertedWithCustomError(f.actions, "RedemptionNotDue")
        .withArgs(f.address, time, time - 1n);
      await networkHelpers.time.setNextBlockTimestamp(time);
      await f.actions.redeem(f.bond, hold, [f.ann, f.bob]);
      expect(await f.hongkong.currency.balanceOf(f.bob)).to.equal(UNITS.bob * price);
      await expect(f.actions.releaseRedemptionFunding(f.bond, hold))
        .to.be.revertedWithCustomError(f.actions, "FundingInUse")
        .withArgs(f.address, (UNITS.issuer + UNITS.company) * price);
      await expect(f.actions.releaseCouponFunding(f.bond, 3n, early))
        .to.emit(f.actions, "FundingReleased")
        .withArgs(f.address, f.issuer.address, early.businessRef, 1_000n);
      await expect(f.actions.releaseCouponFunding(f.bond, 1n, early)).to.be.revertedWithCustomError(
        f.actions,
        "CouponPhaseInvalid",
      );
    });

    it("settles a coupon that comes to nothing", async function () {
      const f = await networkHelpers.loadFixture(deployFloored);
      const holders = await proveCoupon(f, 0);
      await passTo(chain, couponOf(f, 0).paymentTime);
      const hold = await fundCoupon(f, 0, { amount: 1n });
      await expect(f.actions.payCoupon(f.bond, 0n, hold, holders))
        .to.emit(f.actions, "CouponSettled")
        .withArgs(f.address, 0n, 0n);
    });
  });
});
