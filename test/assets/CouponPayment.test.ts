import { expect } from "chai";
import { COUPON_PHASE, couponRef } from "../../sdk/bonds.js";
import { minor } from "../../sdk/money.js";
import { ref } from "../support/chain.js";
import {
  couponOf,
  deployNote,
  fundCoupon,
  fundRedemption,
  openChainAt,
  passTo,
  place,
  proveCoupon,
} from "../support/assets.js";

const chain = await openChainAt("2026-02-20");
const { networkHelpers } = chain;

const TOTAL = minor("126027.40", "HKD");
/**
 * The shares of coupon 0, 12.602739726… a unit: 7,351,178.082…, 3,782,082.191…, 419,671.232… and 1,049,808.219… cents
 * leave one cent over, which is bob's. dan's is more than his wallet of class IV takes.
 */
const SHARE = {
  issuer: minor("73511.78", "HKD"),
  ann: minor("37820.82", "HKD"),
  bob: minor("4196.72", "HKD"),
  dan: minor("10498.08", "HKD"),
};

async function deployMeasuredNote() {
  const issue = await deployNote(chain);
  await place(issue, [
    [issue.ann, 3_001n],
    [issue.bob, 333n],
    [issue.dan, 833n],
  ]);
  await passTo(chain, couponOf(issue, 0).paymentTime);
  const holders = await proveCoupon(issue, 0);
  return { ...issue, holders, currency: issue.hongkong.currency, hold: await fundCoupon(issue, 0) };
}

describe("CouponPayment", function () {
  let f: Awaited<ReturnType<typeof deployMeasuredNote>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployMeasuredNote);
  });

  const runOf = async () => {
    const { phase, pending, unpaid } = await f.actions.couponRun(f.bond, 0n);
    return { phase, pending, unpaid };
  };

  describe("payCoupon", function () {
    it("pays each holder its share, keeps the payer's own, and settles the coupon", async function () {
      await expect(f.actions.connect(f.stranger).payCoupon(f.bond, 0n, f.hold, f.holders))
        .to.emit(f.actions, "CouponPagePaid")
        .withArgs(f.address, 0n, f.issuer.address, SHARE.ann + SHARE.bob)
        .and.to.emit(f.actions, "CouponRetained")
        .withArgs(f.address, 0n, f.issuer.address, SHARE.issuer)
        .and.to.emit(f.actions, "CouponClaimRecorded")
        .withArgs(f.address, 0n, f.dan.address, SHARE.dan)
        .and.to.emit(f.actions, "CouponSettled")
        .withArgs(f.address, 0n, SHARE.dan)
        .and.to.emit(f.bond, "BondRecordSettled")
        .withArgs(0n);
      expect([await f.currency.balanceOf(f.ann), await f.currency.balanceOf(f.bob)]).to.deep.equal([
        SHARE.ann,
        SHARE.bob,
      ]);
      expect(await runOf()).to.deep.equal({ phase: COUPON_PHASE.settled, pending: 0n, unpaid: SHARE.dan });
      expect(await f.bond.recordsSettled()).to.equal(1n);
      expect(Object.values(SHARE).reduce((sum, share) => sum + share, 0n)).to.equal(TOTAL);
    });

    it("pays a holder once, however often its page is sent", async function () {
      await f.actions.payCoupon(f.bond, 0n, f.hold, [f.ann, f.ann]);
      await f.actions.payCoupon(f.bond, 0n, f.hold, [f.ann, f.bob]);
      expect([await f.currency.balanceOf(f.ann), await f.currency.balanceOf(f.bob)]).to.deep.equal([
        SHARE.ann,
        SHARE.bob,
      ]);
      expect(await f.actions.couponState(f.bond, 0n, f.ann)).to.deep.equal([true, 0n]);
      expect(await f.actions.couponState(f.bond, 0n, f.dan)).to.deep.equal([false, 0n]);
    });

    it("passes over who held nothing and who is not listed", async function () {
      await f.bond.connect(f.hsbc).openAccount(f.shop);
      await f.bond.connect(f.ann).transfer(f.shop, 100n);
      await f.actions.payCoupon(f.bond, 0n, f.hold, [f.shop, f.stranger]);
      expect(await f.currency.balanceOf(f.shop)).to.equal(0n);
      expect((await runOf()).pending).to.equal(TOTAL);
    });

    it("pays the pledgor, not the pledgee", async function () {
      await place(f, [[f.shop, 0n]]);
      const pledge = {
        payer: f.ann.address,
        payee: f.shop.address,
        executor: f.bochk.address,
        amount: 3_001n,
        expiry: couponOf(f, 3).paymentTime,
        businessRef: ref("repo"),
      };
      await f.bond.connect(f.ann).placeHold(pledge);
      await passTo(chain, couponOf(f, 1).paymentTime);
      await f.actions.payCoupon(f.bond, 0n, f.hold, f.holders);
      await proveCoupon(f, 1);
      const before = await f.currency.balanceOf(f.ann);
      await f.actions.payCoupon(f.bond, 1n, await fundCoupon(f, 1), [f.ann, f.shop]);
      expect(await f.currency.balanceOf(f.shop)).to.equal(0n);
      expect(await f.currency.balanceOf(f.ann)).to.equal(before + (await f.actions.couponShare(f.bond, 1n, f.ann)));
    });

    it("refuses a second before the payment time", async function () {
      const { paymentTime } = couponOf(f, 1);
      await f.actions.payCoupon(f.bond, 0n, f.hold, f.holders);
      await passTo(chain, couponOf(f, 1).recordTime);
      await proveCoupon(f, 1);
      const hold = await fundCoupon(f, 1);
      await networkHelpers.time.setNextBlockTimestamp(paymentTime - 1n);
      await expect(f.actions.payCoupon(f.bond, 1n, hold, [f.ann]))
        .to.be.revertedWithCustomError(f.actions, "CouponNotDue")
        .withArgs(f.address, 1n, paymentTime, paymentTime - 1n);
      await networkHelpers.time.setNextBlockTimestamp(paymentTime);
      await f.actions.payCoupon(f.bond, 1n, hold, [f.ann]);
      expect((await f.actions.couponState(f.bond, 1n, f.ann)).handled).to.equal(true);
    });

    it("refuses before shares are proved and after the coupon is settled", async function () {
      await expect(f.actions.payCoupon(f.bond, 1n, f.hold, [f.ann]))
        .to.be.revertedWithCustomError(f.actions, "CouponPhaseInvalid")
        .withArgs(f.address, 1n, COUPON_PHASE.none, COUPON_PHASE.payable);
      await f.actions.payCoupon(f.bond, 0n, f.hold, f.holders);
      await expect(f.actions.payCoupon(f.bond, 0n, f.hold, [f.ann]))
        .to.be.revertedWithCustomError(f.actions, "CouponPhaseInvalid")
        .withArgs(f.address, 0n, COUPON_PHASE.settled, COUPON_PHASE.payable);
    });
  });

  describe("funding", function () {
    it("must be able to pay everybody still unpaid, to the cent", async function () {
      await f.actions.payCoupon(f.bond, 0n, f.hold, [f.ann]);
      const unpaid = TOTAL - SHARE.ann;
      const short = await fundCoupon(f, 0, { payer: f.company.address, amount: unpaid - 1n });
      await expect(f.actions.payCoupon(f.bond, 0n, short, [f.bob]))
        .to.be.revertedWithCustomError(f.actions, "FundingInsufficient")
        .withArgs(f.address, unpaid - 1n, unpaid);
      const enough = await fundCoupon(f, 0, { payer: f.company.address, amount: unpaid });
      await f.actions.payCoupon(f.bond, 0n, enough, [f.bob]);
      expect(await f.currency.balanceOf(f.bob)).to.equal(SHARE.bob);
    });

    it("must be held for this coupon of this bond", async function () {
      for (const businessRef of [couponRef(f.address, 1), couponRef(f.issuer.address, 0), ref("anything")]) {
        const hold = await fundCoupon(f, 0, { businessRef });
        await expect(f.actions.payCoupon(f.bond, 0n, hold, [f.ann]))
          .to.be.revertedWithCustomError(f.actions, "FundingReferenceInvalid")
          .withArgs(f.address, businessRef, couponRef(f.address, 0));
      }
      expect(await f.actions.couponRef(f.bond, 0n)).to.equal(couponRef(f.address, 0));
    });

    it("must exist, and for this executor", async function () {
      const absent = { ...f.hold, amount: f.hold.amount + 1n };
      await expect(f.actions.payCoupon(f.bond, 0n, absent, [f.ann]))
        .to.be.revertedWithCustomError(f.actions, "FundingInsufficient")
        .withArgs(f.address, 0n, TOTAL);
      const foreign = await fundCoupon(f, 0, { executor: f.bochk.address });
      await expect(f.actions.payCoupon(f.bond, 0n, foreign, [f.ann]))
        .to.be.revertedWithCustomError(f.currency, "HoldUnauthorized")
        .withArgs(await f.currency.holdId(foreign), await f.actions.getAddress(), f.bochk.address);
    });

    it("can be replaced when it has expired in the middle of a run", async function () {
      const expiry = BigInt(await networkHelpers.time.latest()) + 3_600n;
      const first = await fundCoupon(f, 0, { expiry });
      await f.actions.payCoupon(f.bond, 0n, first, [f.ann]);
      await passTo(chain, expiry);
      await expect(f.actions.payCoupon(f.bond, 0n, first, [f.bob])).to.be.revertedWithCustomError(
        f.currency,
        "HoldExpired",
      );
      await f.currency.releaseHold(first);
      const second = await fundCoupon(f, 0, { payer: f.company.address, amount: TOTAL - SHARE.ann });
      await f.actions.payCoupon(f.bond, 0n, second, f.holders);
      // the issuer is an ordinary holder now that somebody else pays; it was given what both of its holds were for
      expect(await f.currency.balanceOf(f.issuer)).to.equal(2n * TOTAL - SHARE.ann + SHARE.issuer);
      expect(await runOf()).to.deep.equal({ phase: COUPON_PHASE.settled, pending: 0n, unpaid: SHARE.dan });
    });

    it("goes back only when nobody is unpaid, the payer's own share with it", async function () {
      await expect(f.actions.releaseCouponFunding(f.bond, 0n, f.hold))
        .to.be.revertedWithCustomError(f.actions, "CouponPhaseInvalid")
        .withArgs(f.address, 0n, COUPON_PHASE.payable, COUPON_PHASE.settled);
      await f.actions.payCoupon(f.bond, 0n, f.hold, f.holders);
      await expect(f.actions.releaseCouponFunding(f.bond, 0n, f.hold))
        .to.be.revertedWithCustomError(f.actions, "FundingInUse")
        .withArgs(f.address, SHARE.dan);
      await f.currency.connect(f.hongkong.banks[0].account).reclassifyWallet(f.dan, 1, ref("evidence"));
      await f.actions.claimCoupon(f.bond, 0n, f.hold, f.dan);
      const other = await fundRedemption(f);
      await expect(f.actions.releaseCouponFunding(f.bond, 0n, other))
        .to.be.revertedWithCustomError(f.actions, "FundingReferenceInvalid")
        .withArgs(f.address, other.businessRef, couponRef(f.address, 0));
      await expect(f.actions.connect(f.stranger).releaseCouponFunding(f.bond, 0n, f.hold))
        .to.emit(f.actions, "FundingReleased")
        .withArgs(f.address, f.issuer.address, couponRef(f.address, 0), SHARE.issuer);
      expect(await f.currency.heldOf(f.issuer)).to.equal(other.amount);
    });
  });

  describe("claimCoupon", function () {
    beforeEach(async function () {
      await f.currency.connect(f.hongkong.officers.enforcer).freeze(f.bob, ref("court order"));
      await f.actions.payCoupon(f.bond, 0n, f.hold, f.holders);
    });

    it("pays who was frozen, once the freeze is lifted", async function () {
      expect(await f.actions.couponState(f.bond, 0n, f.bob)).to.deep.equal([true, SHARE.bob]);
      await expect(f.actions.claimCoupon(f.bond, 0n, f.hold, f.bob))
        .to.be.revertedWithCustomError(f.currency, "ERC7943CannotReceive")
        .withArgs(f.bob.address);
      await f.currency.connect(f.hongkong.officers.enforcer).unfreeze(f.bob, ref("lifted"));
      await expect(f.actions.connect(f.stranger).claimCoupon(f.bond, 0n, f.hold, f.bob))
        .to.emit(f.actions, "CouponClaimPaid")
        .withArgs(f.address, 0n, f.bob.address, SHARE.bob);
      expect(await f.currency.balanceOf(f.bob)).to.equal(SHARE.bob);
      expect((await runOf()).unpaid).to.equal(SHARE.dan);
      await expect(f.actions.claimCoupon(f.bond, 0n, f.hold, f.bob))
        .to.be.revertedWithCustomError(f.actions, "CouponClaimUnknown")
        .withArgs(f.address, 0n, f.bob.address);
    });

    it("refuses who has no claim, and a hold for something else", async function () {
      await expect(f.actions.claimCoupon(f.bond, 0n, f.hold, f.ann))
        .to.be.revertedWithCustomError(f.actions, "CouponClaimUnknown")
        .withArgs(f.address, 0n, f.ann.address);
      const other = await fundCoupon(f, 1);
      await expect(f.actions.claimCoupon(f.bond, 0n, other, f.bob))
        .to.be.revertedWithCustomError(f.actions, "FundingReferenceInvalid")
        .withArgs(f.address, other.businessRef, couponRef(f.address, 0));
    });

    it("does not keep the next coupon from being paid", async function () {
      await passTo(chain, couponOf(f, 1).paymentTime);
      await proveCoupon(f, 1);
      await f.actions.payCoupon(f.bond, 1n, await fundCoupon(f, 1), [f.ann]);
      expect((await f.actions.couponState(f.bond, 1n, f.ann)).handled).to.equal(true);
      expect((await f.actions.couponState(f.bond, 0n, f.bob)).claim).to.equal(SHARE.bob);
    });
  });
});
