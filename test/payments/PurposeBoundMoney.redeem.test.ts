import { expect } from "chai";
import { ZeroHash } from "ethers";
import {
  PURCHASE_STATUS,
  campaignId,
  ownHold,
  purchaseTypedData,
  type CampaignTerms,
  type VoucherUse,
} from "../../sdk/eip712/purpose.js";
import { holdTypedData } from "../../sdk/eip712/ledger.js";
import { sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { signRedemption, type VoucherAtHand } from "../../sdk/payments/purpose.js";
import { openChain, ref } from "../support/chain.js";
import { identityOf } from "../support/currency.js";
import {
  DAY,
  LAYER,
  MCC,
  PurchaseUnderTest,
  REGION,
  deployGranted,
  grantEntry,
  heldFor,
  type Granted,
} from "../support/purpose.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deployGranted(chain);
}

describe("PurposeBoundMoney", function () {
  let f: Granted;
  /** What ann has of each campaign. */
  let dining: VoucherAtHand;
  let subsidy: VoucherAtHand;
  let tenth: VoucherAtHand;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    ({ dining, subsidy, tenth } = f.anns);
  });

  /** Another campaign like `terms`, of which ann has been given one voucher. */
  async function another(terms: CampaignTerms, changed: Partial<CampaignTerms>): Promise<VoucherAtHand> {
    const opened = { ...terms, documentHash: ref("another"), ...changed };
    await f.purpose.connect(f.city).openCampaign(opened, "0x");
    if (terms === f.dining) await f.purpose.connect(f.ann).claim(opened, f.ann, 0n, "0x");
    else await f.purpose.connect(f.city).grant(opened, [grantEntry(f.ann, opened.value)]);
    return { terms: opened, left: opened.value };
  }

  describe("redeem", function () {
    it("pays in the county of a campaign for one county, and in no other", async function () {
      const nanshan = await another(f.subsidy, { regions: [REGION.nanshan] });
      const purchase = await PurchaseUnderTest.offer(f, minor("40.00"), [nanshan]);
      await expect(purchase.redeem()).to.emit(f.purpose, "PurchasePaid");
      const tianhe = await another(f.subsidy, { regions: [REGION.tianhe] });
      const outside = await PurchaseUnderTest.offer(f, minor("40.00"), [tianhe]);
      await expect(outside.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeMerchantOutside")
        .withArgs(campaignId(tianhe.terms), f.restaurant, MCC.restaurant, REGION.nanshan);
    });

    it("pays 30 off 100: the voucher its part, the beneficiary the rest, in one settlement", async function () {
      const purchase = await PurchaseUnderTest.offer(f, minor("128.50"), [dining]);
      const paid = purchase.redeem();
      await expect(paid)
        .to.emit(f.purpose, "PurchasePaid")
        .withArgs(purchase.id, f.ann, f.restaurant, minor("128.50"), minor("98.50"), purchase.terms.businessRef)
        .and.to.emit(f.purpose, "VoucherSpent")
        .withArgs(campaignId(f.dining), purchase.id, identityOf(f.ann), ZeroHash, minor("30.00"), 0n);
      await expect(paid).to.changeTokenBalances(
        ethers,
        f.money,
        [f.city, f.ann, f.restaurant, f.purpose],
        [-minor("30.00"), -minor("98.50"), minor("128.50"), 0n],
      );
      expect(await heldFor(f, f.dining)).to.equal(minor("270.00"));
      const { outstanding, spent } = await f.purpose.campaignStateOf(campaignId(f.dining));
      expect([outstanding, spent]).to.deep.equal([minor("60.00"), minor("30.00")]);
      expect(await f.purpose.purchaseStatusOf(purchase.id)).to.equal(PURCHASE_STATUS.paid);
      expect(await f.purpose.purchaseId(purchase.terms)).to.equal(purchase.id);
      expect(await f.purpose.ownHoldOf(purchase.terms)).to.deep.equal(
        Object.values(ownHold(f.domains.purpose, purchase.terms)),
      );
    });

    it("pays a percentage, rounded down, up to its cap; the rest of the voucher lapses", async function () {
      const purchase = await PurchaseUnderTest.offer(f, minor("99.99"), [tenth]);
      await expect(purchase.redeem())
        .to.emit(f.purpose, "VoucherSpent")
        .withArgs(campaignId(f.tenth), purchase.id, identityOf(f.ann), ZeroHash, minor("9.99"), minor("10.01"));
      const { granted, outstanding, spent } = await f.purpose.campaignStateOf(campaignId(f.tenth));
      expect([granted, outstanding, spent]).to.deep.equal([minor("20.00"), 0n, minor("9.99")]);
    });

    it("pays a percentage's cap and no more", async function () {
      const [at, past] = [minor("200.00"), minor("200.10")];
      expect((await PurchaseUnderTest.offer(f, at, [tenth])).own).to.equal(minor("180.00"));
      const purchase = await PurchaseUnderTest.paid(f, past, [tenth]);
      expect(purchase.own).to.equal(minor("180.10"));
    });

    it("pays a subsidy in parts, whole purchases without the beneficiary's money", async function () {
      await f.money.connect(f.ann).approve(f.purpose, 0n);
      const purchase = await PurchaseUnderTest.paid(f, minor("40.00"), [subsidy]);
      expect(purchase.own).to.equal(0n);
      const rest = await PurchaseUnderTest.offer(f, minor("60.01"), [{ ...subsidy, left: minor("60.01") }]);
      await expect(rest.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeVoucherExceeded")
        .withArgs(campaignId(f.subsidy), identityOf(f.ann), minor("60.01"), minor("60.00"));
      await PurchaseUnderTest.paid(f, minor("60.00"), [{ ...subsidy, left: minor("60.00") }]);
      expect(await heldFor(f, f.subsidy)).to.equal(minor("900.00"));
    });

    it("adds vouchers of campaigns that combine; none pays more than is left", async function () {
      const purchase = await PurchaseUnderTest.offer(f, minor("120.00"), [dining, subsidy, tenth]);
      await expect(purchase.redeem()).to.changeTokenBalances(
        ethers,
        f.money,
        [f.city, f.ann, f.restaurant],
        [purchase.own - minor("120.00"), -purchase.own, minor("120.00")],
      );
      expect(purchase.terms.vouchers.reduce((sum, { amount }) => sum + amount, purchase.own)).to.equal(minor("120.00"));
    });

    it("is carried by anyone with both signatures of a beneficiary without an allowance", async function () {
      await f.money.connect(f.ann).approve(f.purpose, 0n);
      const { terms, campaigns } = await PurchaseUnderTest.offer(f, minor("100.00"), [dining]);
      const { consent, holdSignature } = await signRedemption(f.ann, f.domains, terms);
      await f.money.connect(f.stranger).placeHoldWithSignature(ownHold(f.domains.purpose, terms), holdSignature);
      await f.purpose.connect(f.carrier).redeem(terms, campaigns, consent, holdSignature);
      const whole = await PurchaseUnderTest.offer(f, minor("10.00"), [subsidy]);
      const signed = await signRedemption(f.ann, f.domains, whole.terms);
      expect(signed.holdSignature).to.equal("0x");
      await f.purpose.connect(f.carrier).redeem(whole.terms, whole.campaigns, signed.consent, "0x");
      const second = await PurchaseUnderTest.offer(f, minor("100.00"), [tenth]);
      const both = await signRedemption(f.ann, f.domains, second.terms);
      await f.purpose.connect(f.carrier).redeem(second.terms, second.campaigns, both.consent, both.holdSignature);
    });

    it("takes nothing without the beneficiary's consent to this purchase", async function () {
      const purchase = await PurchaseUnderTest.offer(f, minor("100.00"), [dining]);
      const { terms, campaigns } = purchase;
      for (const consent of [
        "0x",
        await sign(f.bob, purchaseTypedData(f.domains.purpose, terms)),
        await sign(f.ann, purchaseTypedData(f.domains.purpose, { ...terms, price: minor("101.00") })),
        await sign(f.ann, holdTypedData(f.domains.currency, ownHold(f.domains.purpose, terms))),
      ]) {
        await expect(f.purpose.connect(f.restaurant).redeem(terms, campaigns, consent, "0x"))
          .to.be.revertedWithCustomError(f.purpose, "PurposeConsentInvalid")
          .withArgs(purchase.id, f.ann);
      }
    });

    it("pays a purchase once", async function () {
      const purchase = await PurchaseUnderTest.paid(f, minor("50.00"), [subsidy]);
      await expect(purchase.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposePurchaseStatusInvalid")
        .withArgs(purchase.id, PURCHASE_STATUS.paid);
      await purchase.refund();
      await expect(purchase.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposePurchaseStatusInvalid")
        .withArgs(purchase.id, PURCHASE_STATUS.refunded);
    });

    it("pays up to the last moment of the purchase, which is a day away at most", async function () {
      const purchase = await PurchaseUnderTest.offer(f, minor("100.00"), [dining]);
      const { notAfter } = purchase.terms;
      await networkHelpers.time.setNextBlockTimestamp(notAfter);
      await purchase.redeem();
      const late = await PurchaseUnderTest.offer(f, minor("40.00"), [subsidy], { notAfter });
      await expect(late.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposePurchaseTimeInvalid")
        .withArgs(late.id, notAfter, notAfter + 1n);
      const far = await PurchaseUnderTest.offer(f, minor("40.00"), [subsidy], { notAfter: notAfter + 3n + DAY });
      await networkHelpers.time.setNextBlockTimestamp(notAfter + 2n);
      await expect(far.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposePurchaseTimeInvalid")
        .withArgs(far.id, notAfter + 3n + DAY, notAfter + 2n);
      await networkHelpers.time.setNextBlockTimestamp(notAfter + 3n);
      await far.redeem();
    });

    it("spends vouchers while the campaign is open, up to its end", async function () {
      const { subsidy: terms, purpose } = f;
      const id = campaignId(terms);
      const later = await another(terms, { opens: BigInt(await networkHelpers.time.latest()) + 2n });
      const early = { ...later.terms, documentHash: ref("early"), opens: terms.opens + DAY };
      await purpose.connect(f.city).openCampaign(early, "0x");
      const before = await PurchaseUnderTest.offer(f, minor("10.00"), [{ ...later, terms: early }]);
      await expect(before.redeem())
        .to.be.revertedWithCustomError(purpose, "PurposeCampaignNotOpen")
        .withArgs(campaignId(early), early.opens, BigInt((await networkHelpers.time.latest()) + 1));
      const notAfter = terms.expires + 10n;
      await networkHelpers.time.setNextBlockTimestamp(terms.expires - 1n);
      await PurchaseUnderTest.paid(f, minor("10.00"), [subsidy], { notAfter });
      const last = await PurchaseUnderTest.offer(f, minor("11.00"), [subsidy], { notAfter });
      await expect(last.redeem())
        .to.be.revertedWithCustomError(purpose, "PurposeCampaignExpired")
        .withArgs(id, terms.expires, terms.expires);
      await purpose.closeCampaign(terms);
      await expect(last.redeem())
        .to.be.revertedWithCustomError(purpose, "PurposeCampaignStatusInvalid")
        .withArgs(id, 2n);
    });

    it("asks for the minimum spend, of the price before any voucher", async function () {
      await PurchaseUnderTest.paid(f, minor("100.00"), [dining, subsidy]);
      await networkHelpers.time.increase(DAY);
      const below = await PurchaseUnderTest.offer(f, minor("99.99"), [dining]);
      await expect(below.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeMinimumMissed")
        .withArgs(campaignId(f.dining), minor("99.99"), minor("100.00"));
    });

    it("takes what the terms say for what a voucher pays", async function () {
      const [campaign, fixed] = [campaignId(f.dining), minor("30.00")];
      for (const amount of [0n, fixed - 1n, fixed + 1n]) {
        const vouchers = [{ campaign, refunded: ZeroHash, amount }];
        const purchase = await PurchaseUnderTest.offer(f, minor("100.00"), [dining], { vouchers });
        await expect(purchase.redeem())
          .to.be.revertedWithCustomError(f.purpose, "PurposeDiscountInvalid")
          .withArgs(campaign, amount, fixed);
      }
      const vouchers = [{ campaign: campaignId(f.subsidy), refunded: ZeroHash, amount: minor("10.01") }];
      const tooMuch = await PurchaseUnderTest.offer(f, minor("10.00"), [subsidy], { vouchers });
      await expect(tooMuch.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeDiscountInvalid")
        .withArgs(campaignId(f.subsidy), minor("10.01"), minor("10.00"));
    });

    it("takes vouchers with their terms, in order, each campaign once", async function () {
      const both = await PurchaseUnderTest.offer(f, minor("120.00"), [dining, subsidy]);
      const [one, two] = both.terms.vouchers;
      const [first, second] = both.campaigns;
      if (!one || !two || !first || !second) throw new RangeError("two vouchers were offered");
      const redeem = (vouchers: readonly VoucherUse[], campaigns: readonly CampaignTerms[]) =>
        f.purpose.connect(f.ann).redeem({ ...both.terms, vouchers: [...vouchers] }, [...campaigns], "0x", "0x");
      for (const [vouchers, campaigns] of [
        [[], []],
        [[one, two], [first]],
        [[one], [first, second]],
        [
          [two, one],
          [second, first],
        ],
        [
          [one, one],
          [first, first],
        ],
      ] as const) {
        await expect(redeem(vouchers, campaigns))
          .to.be.revertedWithCustomError(f.purpose, "PurposeVouchersInvalid")
          .withArgs(await f.purpose.purchaseId({ ...both.terms, vouchers: [...vouchers] }));
      }
      await expect(redeem([one], [second]))
        .to.be.revertedWithCustomError(f.purpose, "PurposeCampaignMismatch")
        .withArgs(one.campaign, two.campaign);
    });

    it("combines as many campaigns as each allows, of layers that each allows", async function () {
      const few = await another(f.subsidy, { stackLimit: 2n });
      await expect((await PurchaseUnderTest.offer(f, minor("200.00"), [few, dining, tenth])).redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeStackExceeded")
        .withArgs(campaignId(few.terms), 3n, 2n);
      await PurchaseUnderTest.paid(f, minor("200.00"), [few, dining]);

      const alone = await another(f.dining, { documentHash: ref("own layer"), combines: 1n << LAYER.city });
      const [one = "", other = ""] = [campaignId(alone.terms), campaignId(f.tenth)].sort();
      await expect((await PurchaseUnderTest.offer(f, minor("200.00"), [alone, tenth])).redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeStackRefused")
        .withArgs(one, other);
      await networkHelpers.time.increase(DAY);
      await PurchaseUnderTest.paid(f, minor("200.00"), [alone, dining]);
    });

    it("spends a campaign so often a day, in UTC+8", async function () {
      const midnight = (await nextMidnight()) - 1n;
      const late = { notAfter: midnight + 100n };
      await networkHelpers.time.setNextBlockTimestamp(midnight);
      await PurchaseUnderTest.paid(f, minor("100.00"), [dining], late);
      const second = await PurchaseUnderTest.offer(f, minor("101.00"), [dining], late);
      await networkHelpers.time.setNextBlockTimestamp(midnight + 1n);
      await second.redeem();
      await f.purpose.connect(f.bob).claim(f.dining, f.bob, 0n, "0x");
      const bobs = { ...late, by: f.bob };
      await PurchaseUnderTest.paid(f, minor("100.00"), [dining], bobs);
      await expect((await PurchaseUnderTest.offer(f, minor("101.00"), [dining], bobs)).redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeDayUsesExceeded")
        .withArgs(campaignId(f.dining), identityOf(f.bob), 1n);
    });

    it("pays nothing when the merchant cannot be paid, or the beneficiary cannot pay its part", async function () {
      const { enforcer } = f.mainland.officers;
      await f.money.connect(enforcer).freeze(f.restaurant, ref("order"));
      const purchase = await PurchaseUnderTest.offer(f, minor("100.00"), [dining]);
      await expect(purchase.redeem()).to.be.revertedWithCustomError(f.money, "ERC7943CannotReceive");
      const dear = await PurchaseUnderTest.offer(f, minor("2030.01"), [dining], { at: f.restaurant });
      await expect(dear.redeem()).to.be.revertedWithCustomError(f.money, "ERC7943CannotReceive");
      await f.money.connect(enforcer).unfreeze(f.restaurant, ref("order"));
      await expect(dear.redeem()).to.be.revertedWithCustomError(f.money, "ERC20InsufficientBalance");
      expect(await heldFor(f, f.dining)).to.equal(f.dining.budget);
      await purchase.redeem();
    });

    it("lets a frozen beneficiary spend nothing, not even the sponsor's money", async function () {
      const purchase = await PurchaseUnderTest.offer(f, minor("10.00"), [subsidy]);
      await f.money.connect(f.mainland.officers.enforcer).freeze(f.ann, ref("lost telephone"));
      await expect(purchase.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeBeneficiaryBarred")
        .withArgs(purchase.id, f.ann);
    });

    it("pays out of the budget though its sponsor was frozen afterwards", async function () {
      await f.money.connect(f.mainland.officers.enforcer).freeze(f.city, ref("order"));
      await PurchaseUnderTest.paid(f, minor("100.00"), [dining]);
      expect(await heldFor(f, f.dining)).to.equal(minor("270.00"));
    });
  });
});

/** Unix seconds of the first moment of tomorrow, UTC+8. */
async function nextMidnight(): Promise<bigint> {
  const shift = 8n * 3_600n;
  const today = (BigInt(await networkHelpers.time.latest()) + shift) / DAY;
  return (today + 2n) * DAY - shift;
}
