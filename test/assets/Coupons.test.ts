import { expect } from "chai";
import { COUPON_PHASE, couponCut, holdingsOf, type CouponCut } from "../../sdk/bonds.js";
import { minor } from "../../sdk/money.js";
import {
  couponOf,
  deployNote,
  fundCoupon,
  holdersOf,
  noteTerms,
  openChainAt,
  passTo,
  place,
  proveCoupon,
} from "../support/assets.js";

const chain = await openChainAt("2026-02-20");
const { ethers, networkHelpers } = chain;

/** No share of coupon 0 comes out even. */
async function deployHeldNote() {
  const issue = await deployNote(chain);
  await place(issue, [
    [issue.ann, 3_001n],
    [issue.bob, 333n],
    [issue.company, 1_009n],
  ]);
  return { ...issue, byIssuer: issue.actions.connect(issue.issuer) };
}

describe("Coupons", function () {
  let f: Awaited<ReturnType<typeof deployHeldNote>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployHeldNote);
  });

  const rightCut = async (k: number): Promise<CouponCut> => {
    const entries = await f.bond.entitlements(k, await holdersOf(f, k));
    return couponCut(await f.bond.couponPerUnit(k), await f.bond.couponTotal(k), holdingsOf(entries));
  };

  describe("openCoupon", function () {
    it("opens the run of the next coupon", async function () {
      await passTo(chain, couponOf(f, 0).recordTime);
      await expect(f.byIssuer.openCoupon(f.bond, 0n, { remainder: 7n, position: 2n }))
        .to.emit(f.actions, "CouponOpened")
        .withArgs(f.address, 0n, minor("126027.40", "HKD"), 7n, 2n);
      expect(await f.actions.couponRun(f.bond, 0n)).to.deep.equal([7n, 2n, 0n, 0n, 0n, COUPON_PHASE.measuring]);
    });

    it("refuses a second before the record date", async function () {
      const { recordTime } = couponOf(f, 0);
      await networkHelpers.time.setNextBlockTimestamp(recordTime - 1n);
      await expect(f.byIssuer.openCoupon(f.bond, 0n, { remainder: 0n, position: 0n }))
        .to.be.revertedWithCustomError(f.bond, "BondRecordPending")
        .withArgs(0n, recordTime, recordTime - 1n);
    });

    it("refuses another coupon than the next", async function () {
      await passTo(chain, couponOf(f, 1).recordTime);
      await expect(f.byIssuer.openCoupon(f.bond, 1n, { remainder: 0n, position: 0n }))
        .to.be.revertedWithCustomError(f.actions, "CouponOutOfOrder")
        .withArgs(f.address, 1n, 0n);
    });

    it("is the issuer's and the paying agent's", async function () {
      await passTo(chain, couponOf(f, 0).recordTime);
      const cut = { remainder: 0n, position: 0n };
      await expect(f.actions.connect(f.bochk).openCoupon(f.bond, 0n, cut))
        .to.be.revertedWithCustomError(f.actions, "CorporateActionCallerInvalid")
        .withArgs(f.address, f.bochk.address);
      await expect(f.bond.connect(f.operator).setPayingAgent(f.bochk))
        .to.emit(f.bond, "BondPayingAgentSet")
        .withArgs(ethers.ZeroAddress, f.bochk.address);
      expect(await f.bond.payingAgent()).to.equal(f.bochk.address);
      await f.actions.connect(f.bochk).openCoupon(f.bond, 0n, cut);
      await expect(f.actions.connect(f.stranger).measureCoupon(f.bond, 0n, []))
        .to.be.revertedWithCustomError(f.actions, "CorporateActionCallerInvalid")
        .withArgs(f.address, f.stranger.address);
    });

    it("refuses a bond that is not on the register", async function () {
      const terms = await noteTerms(f, { isin: "0x585330393731373231393633" });
      const bond = await ethers.deployContract("Bond", [terms, [...f.coupons], f.register, f.hongkong.authority]);
      await expect(f.byIssuer.openCoupon(bond, 0n, { remainder: 0n, position: 0n }))
        .to.be.revertedWithCustomError(f.register, "AssetTokenUnknown")
        .withArgs(await bond.getAddress());
      await expect(f.byIssuer.measureCoupon(bond, 0n, []))
        .to.be.revertedWithCustomError(f.register, "AssetTokenUnknown")
        .withArgs(await bond.getAddress());
    });

    it("refuses once shares are proved, and once they are paid", async function () {
      await passTo(chain, couponOf(f, 0).paymentTime);
      const holders = await proveCoupon(f, 0);
      await expect(f.byIssuer.openCoupon(f.bond, 0n, { remainder: 0n, position: 0n }))
        .to.be.revertedWithCustomError(f.actions, "CouponPhaseInvalid")
        .withArgs(f.address, 0n, COUPON_PHASE.payable, COUPON_PHASE.measuring);
      await f.actions.payCoupon(f.bond, 0n, await fundCoupon(f, 0), holders);
      await expect(f.byIssuer.openCoupon(f.bond, 0n, { remainder: 0n, position: 0n }))
        .to.be.revertedWithCustomError(f.actions, "CouponOutOfOrder")
        .withArgs(f.address, 0n, 1n);
    });
  });

  describe("measureCoupon", function () {
    beforeEach(async function () {
      await passTo(chain, couponOf(f, 0).recordTime);
    });

    it("proves the right cut, page by page", async function () {
      const cut = await rightCut(0);
      await f.byIssuer.openCoupon(f.bond, 0n, cut);
      await f.byIssuer.measureCoupon(f.bond, 0n, [f.issuer, f.ann]);
      expect((await f.actions.couponRun(f.bond, 0n)).phase).to.equal(COUPON_PHASE.measuring);
      await expect(f.byIssuer.measureCoupon(f.bond, 0n, [f.bob, f.company]))
        .to.emit(f.actions, "CouponMeasured")
        .withArgs(f.address, 0n, minor("126027.40", "HKD"));
      const run = await f.actions.couponRun(f.bond, 0n);
      expect([run.phase, run.pending, run.unpaid]).to.deep.equal([
        COUPON_PHASE.payable,
        minor("126027.40", "HKD"),
        minor("126027.40", "HKD"),
      ]);
    });

    it("refuses a cut that gives one unit too few or too many, and takes the right one afterwards", async function () {
      const holders = await holdersOf(f, 0);
      const cut = await rightCut(0);
      const total = await f.bond.couponTotal(0n);
      for (const [wrong, sum] of [
        [{ ...cut, position: cut.position - 1n }, total - 1n],
        [{ remainder: 0n, position: 0n }, total + 2n], // every remainder is above zero: all four are raised
      ] as const) {
        await f.byIssuer.openCoupon(f.bond, 0n, wrong);
        await expect(f.byIssuer.measureCoupon(f.bond, 0n, holders))
          .to.be.revertedWithCustomError(f.actions, "CouponCutWrong")
          .withArgs(f.address, 0n, sum, total);
      }
      await proveCoupon(f, 0);
      expect((await f.actions.couponRun(f.bond, 0n)).phase).to.equal(COUPON_PHASE.payable);
    });

    it("does not prove a run that leaves a holder out", async function () {
      await f.byIssuer.openCoupon(f.bond, 0n, await rightCut(0));
      await f.byIssuer.measureCoupon(f.bond, 0n, [f.issuer, f.ann, f.company]);
      const run = await f.actions.couponRun(f.bond, 0n);
      expect([run.phase, run.pending]).to.deep.equal([COUPON_PHASE.measuring, 10_000n - 333n]);
      await expect(f.byIssuer.measureCoupon(f.bond, 0n, [f.bob]))
        .to.be.revertedWithCustomError(f.bond, "BondAccountsUnordered")
        .withArgs(f.bob.address, 3n, 4n);
    });

    it("refuses a holder named twice in a page or over two, and an account that is not listed", async function () {
      await f.byIssuer.openCoupon(f.bond, 0n, await rightCut(0));
      await expect(f.byIssuer.measureCoupon(f.bond, 0n, [f.ann, f.ann]))
        .to.be.revertedWithCustomError(f.bond, "BondAccountsUnordered")
        .withArgs(f.ann.address, 2n, 2n);
      await f.byIssuer.measureCoupon(f.bond, 0n, [f.ann]);
      await expect(f.byIssuer.measureCoupon(f.bond, 0n, [f.ann]))
        .to.be.revertedWithCustomError(f.bond, "BondAccountsUnordered")
        .withArgs(f.ann.address, 2n, 2n);
      await expect(f.byIssuer.measureCoupon(f.bond, 0n, [f.stranger]))
        .to.be.revertedWithCustomError(f.bond, "BondAccountsUnordered")
        .withArgs(f.stranger.address, 0n, 2n);
    });

    it("counts what was held at the record date, whatever was traded since", async function () {
      await f.bond.connect(f.ann).transfer(f.bob, 3_001n);
      await f.bond.connect(f.hsbc).openAccount(f.shop);
      await f.bond.connect(f.company).transfer(f.shop, 9n);
      expect(await f.bond.entitlement(0n, f.ann)).to.equal(3_001n);
      expect(await f.bond.entitlement(0n, f.bob)).to.equal(333n);
      expect(await f.bond.entitlement(0n, f.shop)).to.equal(0n);
      await proveCoupon(f, 0);
      expect(await f.actions.couponShare(f.bond, 0n, f.ann)).to.equal(minor("37820.82", "HKD"));
    });

    it("refuses before the run is opened and after it is proved", async function () {
      await expect(f.byIssuer.measureCoupon(f.bond, 0n, [f.ann]))
        .to.be.revertedWithCustomError(f.actions, "CouponPhaseInvalid")
        .withArgs(f.address, 0n, COUPON_PHASE.none, COUPON_PHASE.measuring);
      await proveCoupon(f, 0);
      await expect(f.byIssuer.measureCoupon(f.bond, 0n, [f.ann]))
        .to.be.revertedWithCustomError(f.actions, "CouponPhaseInvalid")
        .withArgs(f.address, 0n, COUPON_PHASE.payable, COUPON_PHASE.measuring);
    });
  });

  describe("couponShare", function () {
    it("is the exact share rounded down, and one cent more for the largest remainders", async function () {
      await passTo(chain, couponOf(f, 0).recordTime);
      await expect(f.actions.couponShare(f.bond, 0n, f.ann))
        .to.be.revertedWithCustomError(f.actions, "CouponPhaseInvalid")
        .withArgs(f.address, 0n, COUPON_PHASE.none, COUPON_PHASE.payable);
      await proveCoupon(f, 0);
      // a unit's coupon is 1,000.00 × 2.5 % × 184 / 365 = 12.602739726…; the exact shares in cents are 7,129,369.863…,
      // 3,782,082.191…, 419,671.232… and 1,271,616.438…: two cents are left over
      const shares = [];
      for (const holder of [f.issuer, f.ann, f.bob, f.company]) {
        shares.push(await f.actions.couponShare(f.bond, 0n, holder));
      }
      expect(shares).to.deep.equal([
        minor("71293.70", "HKD"),
        minor("37820.82", "HKD"),
        minor("4196.71", "HKD"),
        minor("12716.17", "HKD"),
      ]);
    });

    it("makes nothing out of nothing, even under a cut that would raise every exact share", async function () {
      for (const holder of [f.ann, f.bob, f.company]) {
        await f.bond.connect(holder).transfer(f.issuer, await f.bond.balanceOf(holder));
      }
      await passTo(chain, couponOf(f, 0).recordTime);
      // one share, not even and rounded up: a cut of zero that reaches to the end of the list is right, too
      await f.byIssuer.openCoupon(f.bond, 0n, { remainder: 0n, position: 2n ** 24n - 1n });
      await f.byIssuer.measureCoupon(f.bond, 0n, [f.issuer]);
      expect(await f.actions.couponShare(f.bond, 0n, f.issuer)).to.equal(minor("126027.40", "HKD"));
      expect(await f.actions.couponShare(f.bond, 0n, f.ann)).to.equal(0n);
    });
  });
});
