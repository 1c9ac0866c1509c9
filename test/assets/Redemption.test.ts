import { expect } from "chai";
import { ASSET_STATUS, redemptionRef } from "../../sdk/bonds.js";
import { NEVER } from "../../sdk/eip712/ledger.js";
import { minor } from "../../sdk/money.js";
import { ref } from "../support/chain.js";
import { POWER } from "../support/currency.js";
import { holdTerms } from "../support/holds.js";
import {
  couponOf,
  deployAssetPlatform,
  deployBond,
  deployNote,
  fundCoupon,
  fundRedemption,
  noteCoupons,
  noteTerms,
  openChainAt,
  passTo,
  place,
  proveCoupon,
} from "../support/assets.js";

const chain = await openChainAt("2026-02-20");
const { ethers, networkHelpers } = chain;

/** A chain whose clock stays before the maturity. */
const earlier = await openChainAt("2026-02-20");

const NOMINAL = minor("1000", "HKD");

async function deployMaturedNote() {
  const issue = await deployNote(chain);
  await place(issue, [
    [issue.ann, 600n],
    [issue.bob, 250n],
    [issue.company, 9_100n],
  ]);
  const pledge = await holdTerms(chain, issue.ann, issue.bochk, 200n, { payee: issue.company.address, expiry: NEVER });
  await issue.bond.connect(issue.ann).placeHold(pledge);
  await passTo(chain, issue.terms.maturity);
  return {
    ...issue,
    pledge,
    hold: await fundRedemption(issue),
    currency: issue.hongkong.currency,
    everybody: [issue.issuer, issue.ann, issue.bob, issue.company].map(({ address }) => address),
  };
}

async function deployUnissuedNote() {
  const platform = await deployAssetPlatform(earlier);
  return deployBond(earlier, platform, await noteTerms(platform), noteCoupons());
}

async function deployYoungNote() {
  return deployNote(earlier);
}

describe("Redemption", function () {
  let f: Awaited<ReturnType<typeof deployMaturedNote>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployMaturedNote);
  });

  const statusOf = async () => (await f.register.asset(f.terms.isin)).status;
  const unitsOf = (who: readonly { readonly address: string }[]) =>
    Promise.all(who.map(({ address }) => f.bond.balanceOf(address)));

  describe("redeem", function () {
    it("pays the nominal and destroys exactly the units it paid for", async function () {
      await expect(f.actions.connect(f.stranger).redeem(f.bond, f.hold, [f.bob, f.company]))
        .to.emit(f.actions, "RedemptionPagePaid")
        .withArgs(f.address, f.issuer.address, 9_350n, 9_350n * NOMINAL)
        .and.to.emit(f.bond, "Transfer")
        .withArgs(f.bob.address, ethers.ZeroAddress, 250n);
      expect(await f.currency.balanceOf(f.bob)).to.equal(250n * NOMINAL);
      expect(await unitsOf([f.bob, f.company, f.ann])).to.deep.equal([0n, 0n, 600n]);
      expect(await f.bond.totalSupply()).to.equal(650n);
      expect(await statusOf()).to.equal(ASSET_STATUS.matured);
      expect((await f.bond.state()).matured).to.equal(true);
    });

    it("destroys the payer's own units without a payment", async function () {
      await expect(f.actions.redeem(f.bond, f.hold, [f.issuer, f.bob]))
        .to.emit(f.actions, "RedemptionPagePaid")
        .withArgs(f.address, f.issuer.address, 300n, 250n * NOMINAL);
      expect(await unitsOf([f.issuer])).to.deep.equal([0n]);
    });

    it("redeems pledged units once the pledge has ended, whoever owns them then", async function () {
      await f.actions.redeem(f.bond, f.hold, f.everybody);
      expect(await unitsOf([f.ann])).to.deep.equal([200n]);
      expect(await f.currency.balanceOf(f.ann)).to.equal(400n * NOMINAL);
      await f.bond.connect(f.bochk).captureHold(f.pledge, f.company, 150n);
      await f.bond.connect(f.bochk).releaseHold(f.pledge);
      await f.actions.redeem(f.bond, f.hold, [f.ann, f.company]);
      expect(await f.currency.balanceOf(f.ann)).to.equal(450n * NOMINAL);
      expect(await f.currency.balanceOf(f.company)).to.equal(9_250n * NOMINAL);
      expect(await f.bond.totalSupply()).to.equal(0n);
      expect(await statusOf()).to.equal(ASSET_STATUS.redeemed);
    });

    it("leaves who cannot be paid its units, and pays the others", async function () {
      await f.currency.connect(f.hongkong.officers.enforcer).freeze(f.bob, ref("court order"));
      await expect(f.actions.redeem(f.bond, f.hold, f.everybody))
        .to.emit(f.actions, "RedemptionDeferred")
        .withArgs(f.address, f.bob.address, 250n)
        .and.to.emit(f.actions, "RedemptionPagePaid")
        .withArgs(f.address, f.issuer.address, 9_550n, 9_500n * NOMINAL);
      expect(await unitsOf([f.bob, f.company, f.issuer])).to.deep.equal([250n, 0n, 0n]);
      await f.currency.connect(f.hongkong.officers.enforcer).unfreeze(f.bob, ref("lifted"));
      await f.actions.redeem(f.bond, f.hold, [f.bob]);
      expect(await f.currency.balanceOf(f.bob)).to.equal(250n * NOMINAL);
    });

    it("passes over units that are frozen until the order is lifted", async function () {
      const byEnforcer = f.bond.connect(f.hongkong.officers.enforcer);
      await byEnforcer.freeze(f.bob, ref("order"));
      await byEnforcer["setFrozenTokens(address,uint256,bytes32)"](f.company, 100n, ref("order"));
      expect(await f.bond.redeemable([f.bob, f.company, f.ann])).to.deep.equal([0n, 9_000n, 400n]);
      await f.actions.redeem(f.bond, f.hold, f.everybody);
      expect(await unitsOf([f.bob, f.company])).to.deep.equal([250n, 100n]);
      await byEnforcer.unfreeze(f.bob, ref("lifted"));
      await f.actions.redeem(f.bond, f.hold, [f.bob]);
      expect(await unitsOf([f.bob])).to.deep.equal([0n]);
    });

    it("refuses a holder named twice", async function () {
      await expect(f.actions.redeem(f.bond, f.hold, [f.bob, f.bob]))
        .to.be.revertedWithCustomError(f.bond, "BondRedemptionExceeded")
        .withArgs(f.bob.address, 250n, 0n);
    });

    it("refuses money that could not redeem every unit left", async function () {
      const short = await fundRedemption(f, { payer: f.company.address, amount: 10_000n * NOMINAL - 1n });
      await expect(f.actions.redeem(f.bond, short, [f.bob]))
        .to.be.revertedWithCustomError(f.actions, "FundingInsufficient")
        .withArgs(f.address, 10_000n * NOMINAL - 1n, 10_000n * NOMINAL);
    });

    it("refuses money held for something else", async function () {
      const other = await fundRedemption(f, { businessRef: redemptionRef(f.stranger.address) });
      await expect(f.actions.redeem(f.bond, other, [f.bob]))
        .to.be.revertedWithCustomError(f.actions, "FundingReferenceInvalid")
        .withArgs(f.address, other.businessRef, redemptionRef(f.address));
      expect(await f.actions.redemptionRef(f.bond)).to.equal(redemptionRef(f.address));
    });

    it("refuses while the bond is halted", async function () {
      await f.bond.connect(f.hongkong.officers.halter).haltAll();
      await expect(f.actions.redeem(f.bond, f.hold, [f.bob]))
        .to.be.revertedWithCustomError(f.bond, "BondIsHalted")
        .withArgs(await f.actions.getAddress());
      expect(await f.currency.balanceOf(f.bob)).to.equal(0n);
    });

    it("refuses a bond that is not on the register", async function () {
      await expect(f.actions.redeem(f.currency, f.hold, [f.bob]))
        .to.be.revertedWithCustomError(f.register, "AssetTokenUnknown")
        .withArgs(await f.currency.getAddress());
    });

    it("keeps a coupon that is still unpaid", async function () {
      await f.actions.redeem(f.bond, f.hold, f.everybody);
      let due = 250n * NOMINAL;
      await passTo(chain, couponOf(f, 3).paymentTime);
      for (const k of [0, 1, 2, 3]) {
        const holders = await proveCoupon(f, k);
        due += await f.actions.couponShare(f.bond, k, f.bob);
        await f.actions.payCoupon(f.bond, k, await fundCoupon(f, k), holders);
      }
      expect(await f.bond.recordsSettled()).to.equal(4n);
      expect(await f.currency.balanceOf(f.bob)).to.equal(due);
      expect(due).to.equal(250n * NOMINAL + minor("12517.13", "HKD")); // 12,517.1232…, rounded four times
    });
  });

  describe("before the maturity", function () {
    it("nothing can be redeemed", async function () {
      const issue = await earlier.networkHelpers.loadFixture(deployYoungNote);
      const { maturity } = issue.terms;
      const hold = await fundRedemption(issue);
      const time = BigInt(await earlier.networkHelpers.time.latest()) + 10n;
      await earlier.networkHelpers.time.setNextBlockTimestamp(time);
      await expect(issue.actions.redeem(issue.bond, hold, [issue.issuer]))
        .to.be.revertedWithCustomError(issue.actions, "RedemptionNotDue")
        .withArgs(issue.address, maturity, time);
      await issue.bond.connect(issue.operator).appoint(issue.carrier, POWER.issuer, ref("mandate"));
      await earlier.networkHelpers.time.setNextBlockTimestamp(time + 1n);
      await expect(issue.bond.connect(issue.carrier).redeem([]))
        .to.be.revertedWithCustomError(issue.bond, "BondNotMatured")
        .withArgs(maturity, time + 1n);
      await expect(issue.actions.releaseRedemptionFunding(issue.bond, hold))
        .to.be.revertedWithCustomError(issue.actions, "FundingInUse")
        .withArgs(issue.address, 10_000n * NOMINAL);
    });
  });

  describe("before the issue", function () {
    it("money held too early, for coupons or redemption, goes back to its payer", async function () {
      const issue = await earlier.networkHelpers.loadFixture(deployUnissuedNote);
      const { currency } = issue.hongkong;
      const [coupon, redemption] = [await fundCoupon(issue, 0), await fundRedemption(issue)];
      await issue.register.connect(issue.registrar).cancel(issue.terms.isin, ref("book closed empty"));
      await expect(issue.actions.releaseCouponFunding(issue.bond, 0n, coupon))
        .to.emit(currency, "HoldReleased")
        .withArgs(await currency.holdId(coupon), issue.issuer.address, coupon.amount);
      await issue.actions.releaseRedemptionFunding(issue.bond, redemption);
      expect(await currency.heldOf(issue.issuer)).to.equal(0n);
    });
  });

  describe("releaseRedemptionFunding", function () {
    it("gives back what the payer's own units did not need, once no unit is left", async function () {
      await f.actions.redeem(f.bond, f.hold, f.everybody);
      await expect(f.actions.releaseRedemptionFunding(f.bond, f.hold))
        .to.be.revertedWithCustomError(f.actions, "FundingInUse")
        .withArgs(f.address, 200n * NOMINAL);
      await f.bond.connect(f.bochk).releaseHold(f.pledge);
      await f.actions.redeem(f.bond, f.hold, [f.ann]);
      await expect(f.actions.releaseRedemptionFunding(f.bond, f.hold))
        .to.emit(f.actions, "FundingReleased")
        .withArgs(f.address, f.issuer.address, redemptionRef(f.address), 50n * NOMINAL);
      expect(await f.currency.spendableOf(f.issuer)).to.equal(50n * NOMINAL);
    });
  });
});
