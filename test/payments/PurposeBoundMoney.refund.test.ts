import { expect } from "chai";
import { ZeroHash } from "ethers";
import { PURCHASE_STATUS, campaignId, type CampaignTerms } from "../../sdk/eip712/purpose.js";
import { minor } from "../../sdk/money.js";
import type { VoucherAtHand } from "../../sdk/payments/purpose.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, identityOf } from "../support/currency.js";
import { DAY, PurchaseUnderTest, deployGranted, heldFor, heldRestored, type Granted } from "../support/purpose.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const YEAR = 365n * DAY;

async function deploy() {
  return deployGranted(chain);
}

describe("PurposeBoundMoney", function () {
  let f: Granted;
  let dining: VoucherAtHand;
  let subsidy: VoucherAtHand;
  let tenth: VoucherAtHand;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    ({ dining, subsidy, tenth } = f.anns);
  });

  /** A purchase that was given back in whole, and the voucher that this restored. */
  async function givenBack(price: bigint, voucher: VoucherAtHand): Promise<[PurchaseUnderTest, VoucherAtHand]> {
    const purchase = await PurchaseUnderTest.paid(f, price, [voucher], { businessRef: ref("given back") });
    await purchase.refund();
    const left = await heldRestored(f, voucher.terms, purchase.id);
    return [purchase, { terms: voucher.terms, left, refunded: purchase.id }];
  }

  async function sums(terms: CampaignTerms) {
    const { outstanding, spent, restored } = await f.purpose.campaignStateOf(campaignId(terms));
    return [outstanding, spent, restored];
  }

  describe("refund", function () {
    it("gives the beneficiary its own part, and the voucher back as a voucher", async function () {
      const purchase = await PurchaseUnderTest.paid(f, minor("128.50"), [dining]);
      const refund = purchase.refund();
      await expect(refund)
        .to.emit(f.purpose, "PurchaseRefunded")
        .withArgs(purchase.id, f.ann, f.restaurant, minor("128.50"), minor("98.50"))
        .and.to.emit(f.purpose, "VoucherRestored")
        .withArgs(campaignId(f.dining), purchase.restored(f.dining), identityOf(f.ann), f.restaurant, minor("30.00"));
      await expect(refund).to.changeTokenBalances(
        ethers,
        f.money,
        [f.restaurant, f.ann, f.city, f.purpose],
        [-minor("98.50"), minor("98.50"), 0n, 0n],
      );
      expect(await f.money.heldOf(f.restaurant)).to.equal(minor("30.00"));
      expect(await f.purpose.restoredOf(purchase.restored(f.dining))).to.deep.equal([
        f.restaurant.address,
        minor("30.00"),
        identityOf(f.ann),
      ]);
      expect(await sums(f.dining)).to.deep.equal([minor("60.00"), minor("30.00"), minor("30.00")]);
      expect(await f.purpose.purchaseStatusOf(purchase.id)).to.equal(PURCHASE_STATUS.refunded);
      expect(await f.purpose.restoredId(purchase.id, campaignId(f.dining))).to.equal(purchase.restored(f.dining));
    });

    it("gives a part back in fair shares: the beneficiary's to it, the vouchers' to the sponsor", async function () {
      const purchase = await PurchaseUnderTest.paid(f, minor("100.00"), [dining, tenth]);
      expect(purchase.own).to.equal(minor("60.00"));
      const refund = purchase.refund(minor("33.33"));
      await expect(refund)
        .to.emit(f.purpose, "PurchaseRefunded")
        .withArgs(purchase.id, f.ann, f.restaurant, minor("33.33"), minor("19.99"))
        .and.to.emit(f.purpose, "SponsorRepaid");
      await expect(refund).to.changeTokenBalances(
        ethers,
        f.money,
        [f.restaurant, f.ann, f.city],
        [-minor("33.33"), minor("19.99"), minor("13.34")],
      );
      expect(await f.money.heldOf(f.restaurant)).to.equal(0n);
      expect((await sums(f.dining))[2]).to.equal(0n);
    });

    it("gives a single minor unit back to whom it belongs, and nothing of a voucher to the beneficiary", async function () {
      const whole = await PurchaseUnderTest.paid(f, minor("50.00"), [subsidy]);
      await expect(whole.refund(1n)).to.changeTokenBalances(ethers, f.money, [f.ann, f.city], [0n, 1n]);
      const mixed = await PurchaseUnderTest.paid(f, minor("100.00"), [dining]);
      await expect(mixed.refund(1n)).to.changeTokenBalances(ethers, f.money, [f.ann, f.city], [0n, 1n]);
    });

    it("is for the sponsor once the campaign has ended", async function () {
      const notAfter = f.dining.expires;
      await networkHelpers.time.setNextBlockTimestamp(f.dining.expires - 1n);
      const purchase = await PurchaseUnderTest.paid(f, minor("100.00"), [dining], { notAfter });
      await expect(purchase.refund())
        .to.emit(f.purpose, "SponsorRepaid")
        .withArgs(campaignId(f.dining), f.city, f.restaurant, minor("30.00"));
      expect(await f.money.heldOf(f.restaurant)).to.equal(0n);
    });

    it("is for the sponsor when another person has the beneficiary's account now", async function () {
      const { money, icbc, ann } = f;
      const purchase = await PurchaseUnderTest.paid(f, minor("50.00"), [subsidy]);
      await money.connect(ann).transfer(f.bob, await money.spendableOf(ann));
      await money.connect(icbc).closeWallet(ann);
      await money.connect(icbc).openWallet(ann, CLASS.II, ref("identity of a successor"));
      await expect(purchase.refund()).to.changeTokenBalances(
        ethers,
        money,
        [f.city, ann, f.restaurant],
        [minor("50.00"), 0n, -minor("50.00")],
      );
    });

    it("is the merchant's, once, of the price at most", async function () {
      const purchase = await PurchaseUnderTest.offer(f, minor("100.00"), [dining]);
      await expect(purchase.refund())
        .to.be.revertedWithCustomError(f.purpose, "PurposePurchaseStatusInvalid")
        .withArgs(purchase.id, PURCHASE_STATUS.none);
      await purchase.redeem();
      await expect(f.purpose.connect(f.ann).refund(purchase.terms, purchase.campaigns, 1n))
        .to.be.revertedWithCustomError(f.purpose, "PurposeCallerInvalid")
        .withArgs(purchase.id, f.ann, f.restaurant);
      for (const amount of [0n, minor("100.01")]) {
        await expect(purchase.refund(amount))
          .to.be.revertedWithCustomError(f.purpose, "PurposeRefundInvalid")
          .withArgs(purchase.id, amount, minor("100.00"));
      }
      const merchant = f.purpose.connect(f.restaurant);
      await expect(merchant.refund(purchase.terms, [], 1n))
        .to.be.revertedWithCustomError(f.purpose, "PurposeVouchersInvalid")
        .withArgs(purchase.id);
      await expect(merchant.refund(purchase.terms, [f.tenth], 1n))
        .to.be.revertedWithCustomError(f.purpose, "PurposeCampaignMismatch")
        .withArgs(campaignId(f.dining), campaignId(f.tenth));
      await purchase.refund(minor("40.00"));
      await expect(purchase.refund(minor("60.00")))
        .to.be.revertedWithCustomError(f.purpose, "PurposePurchaseStatusInvalid")
        .withArgs(purchase.id, PURCHASE_STATUS.refunded);
    });

    it("takes the merchant's allowance, eligible or not", async function () {
      const purchase = await PurchaseUnderTest.paid(f, minor("100.00"), [dining]);
      await f.merchants.connect(f.acquirer).removeMerchant(f.restaurant, ref("closed"));
      await f.money.connect(f.restaurant).approve(f.purpose, minor("99.99"));
      await expect(purchase.refund()).to.be.revertedWithCustomError(f.money, "ERC20InsufficientAllowance");
      await f.money.connect(f.restaurant).approve(f.purpose, minor("100.00"));
      await purchase.refund();
    });
  });

  describe("a restored voucher", function () {
    it("is spent at another merchant, out of the first one's hold", async function () {
      const [, restored] = await givenBack(minor("80.00"), subsidy);
      expect(restored.left).to.equal(minor("80.00"));
      const part = await PurchaseUnderTest.offer(f, minor("30.00"), [restored], { at: f.takeaway });
      await expect(part.redeem()).to.changeTokenBalances(
        ethers,
        f.money,
        [f.restaurant, f.takeaway, f.ann, f.city],
        [-minor("30.00"), minor("30.00"), 0n, 0n],
      );
      expect(await heldRestored(f, f.subsidy, restored.refunded ?? "")).to.equal(minor("50.00"));
      expect(await sums(f.subsidy)).to.deep.equal([minor("20.00"), minor("80.00"), minor("50.00")]);
    });

    it("is spent whole at the merchant that holds it, which has its money free again", async function () {
      const [{ id }, restored] = await givenBack(minor("80.00"), subsidy);
      const part = await PurchaseUnderTest.offer(f, minor("30.00"), [restored]);
      await expect(part.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeRestoredWhole")
        .withArgs(await f.purpose.restoredId(id, campaignId(f.subsidy)), minor("30.00"), minor("80.00"));
      await PurchaseUnderTest.paid(f, minor("80.00"), [restored]);
      expect(await f.money.heldOf(f.restaurant)).to.equal(0n);
      expect((await sums(f.subsidy))[2]).to.equal(0n);
    });

    it("is spent once, and what a single-use voucher does not pay goes to the sponsor", async function () {
      const [, restored] = await givenBack(minor("100.00"), tenth);
      expect(restored.left).to.equal(minor("10.00"));
      for (const at of [f.takeaway, f.restaurant]) {
        await networkHelpers.loadFixture(deploy);
        await givenBack(minor("100.00"), tenth);
        const next = await PurchaseUnderTest.offer(f, minor("40.00"), [restored], { at });
        const spent = next.redeem();
        await expect(spent)
          .to.emit(f.purpose, "SponsorRepaid")
          .withArgs(campaignId(f.tenth), f.city, f.restaurant, minor("6.00"))
          .and.to.emit(f.purpose, "VoucherSpent")
          .withArgs(campaignId(f.tenth), next.id, identityOf(f.ann), restored.refunded, minor("4.00"), minor("6.00"));
        expect((await sums(f.tenth))[2]).to.equal(0n);
        expect(await f.money.heldOf(f.restaurant)).to.equal(0n);
        const again = await PurchaseUnderTest.offer(f, minor("41.00"), [restored], { at });
        await expect(again.redeem()).to.be.revertedWithCustomError(f.purpose, "PurposeRestoredInvalid");
      }
    });

    it("is its owner's, of its campaign", async function () {
      const [{ id }, restored] = await givenBack(minor("80.00"), subsidy);
      const voucher = await f.purpose.restoredId(id, campaignId(f.subsidy));
      const bobs = await PurchaseUnderTest.offer(f, minor("80.00"), [restored], { by: f.bob });
      await expect(bobs.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeRestoredInvalid")
        .withArgs(voucher, identityOf(f.bob));
      const other = await PurchaseUnderTest.offer(f, minor("100.00"), [{ ...tenth, refunded: id }]);
      await expect(other.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeRestoredInvalid")
        .withArgs(await f.purpose.restoredId(id, campaignId(f.tenth)), identityOf(f.ann));
      const vouchers = [{ campaign: campaignId(f.subsidy), refunded: id, amount: minor("80.01") }];
      const more = await PurchaseUnderTest.offer(f, minor("90.00"), [restored], { vouchers });
      await expect(more.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeVoucherExceeded")
        .withArgs(campaignId(f.subsidy), identityOf(f.ann), minor("80.01"), minor("80.00"));
    });

    it("is nobody's cash: neither its holder nor its owner gets at the money", async function () {
      const [{ id }] = await givenBack(minor("80.00"), subsidy);
      const { payer, payee, executor, amount, expiry, businessRef } = await f.purpose.restoredHoldOf(f.subsidy, id);
      const hold = { payer, payee, executor, amount, expiry, businessRef };
      for (const who of [f.restaurant, f.ann, f.city]) {
        await expect(f.money.connect(who).releaseHold(hold)).to.be.revertedWithCustomError(f.money, "HoldUnauthorized");
      }
      expect(hold.expiry).to.equal(f.subsidy.expires + YEAR);
    });
  });

  describe("returnRestored", function () {
    it("pays the rest to the sponsor, from the campaign's end on, by anyone", async function () {
      const [{ id }] = await givenBack(minor("80.00"), subsidy);
      const { expires } = f.subsidy;
      await networkHelpers.time.setNextBlockTimestamp(expires - 1n);
      await expect(f.purpose.connect(f.stranger).returnRestored(f.subsidy, id))
        .to.be.revertedWithCustomError(f.purpose, "PurposeCampaignRunning")
        .withArgs(campaignId(f.subsidy), expires, expires - 1n);
      await networkHelpers.time.setNextBlockTimestamp(expires);
      const returned = f.purpose.connect(f.stranger).returnRestored(f.subsidy, id);
      await expect(returned)
        .to.emit(f.purpose, "SponsorRepaid")
        .withArgs(campaignId(f.subsidy), f.city, f.restaurant, minor("80.00"));
      await expect(returned).to.changeTokenBalances(
        ethers,
        f.money,
        [f.restaurant, f.city],
        [-minor("80.00"), minor("80.00")],
      );
      expect((await sums(f.subsidy))[2]).to.equal(0n);
      expect(await heldFor(f, f.subsidy)).to.equal(minor("920.00"));
      await expect(f.purpose.returnRestored(f.subsidy, id)).to.be.revertedWithCustomError(f.money, "HoldNotActive");
    });

    it("returns what there is, for a year; then the merchant has it back", async function () {
      const [{ id }] = await givenBack(minor("80.00"), subsidy);
      const { expires } = f.subsidy;
      await networkHelpers.time.increaseTo(expires);
      await expect(f.purpose.returnRestored(f.subsidy, ZeroHash))
        .to.be.revertedWithCustomError(f.purpose, "PurposeRestoredInvalid")
        .withArgs(await f.purpose.restoredId(ZeroHash, campaignId(f.subsidy)), ZeroHash);
      const { payer, payee, executor, amount, expiry, businessRef } = await f.purpose.restoredHoldOf(f.subsidy, id);
      await networkHelpers.time.setNextBlockTimestamp(expires + YEAR);
      await expect(f.purpose.returnRestored(f.subsidy, id)).to.be.revertedWithCustomError(f.money, "HoldExpired");
      await f.money.connect(f.stranger).releaseHold({ payer, payee, executor, amount, expiry, businessRef });
      expect(await f.money.heldOf(f.restaurant)).to.equal(0n);
    });
  });
});
