import { expect } from "chai";
import { campaignId } from "../../sdk/eip712/purpose.js";
import { minor } from "../../sdk/money.js";
import { findPaybacks, type VoucherAtHand } from "../../sdk/payments/purpose.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, fund, identityOf } from "../support/currency.js";
import { MCC, PurchaseUnderTest, REGION, deployGranted, secondWallet, type Granted } from "../support/purpose.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const EVIDENCE = ref("licence");

async function deploy() {
  return deployGranted(chain);
}

describe("PurposeBoundMoney", function () {
  let f: Granted;
  let dining: VoucherAtHand;
  let subsidy: VoucherAtHand;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    ({ dining, subsidy } = f.anns);
  });

  describe("no way around the purpose", function () {
    it("leads to a merchant of another category or another place", async function () {
      const { merchants, acquirer, purpose } = f;
      const away = await PurchaseUnderTest.offer(f, minor("100.00"), [dining], { at: f.takeaway });
      await expect(away.redeem())
        .to.be.revertedWithCustomError(purpose, "PurposeMerchantOutside")
        .withArgs(campaignId(f.dining), f.takeaway, MCC.fastFood, REGION.tianhe);
      await PurchaseUnderTest.paid(f, minor("20.00"), [subsidy], { at: f.takeaway });
      await merchants.connect(acquirer).registerMerchant(f.restaurant, MCC.transfer, REGION.nanshan, EVIDENCE);
      const here = await PurchaseUnderTest.offer(f, minor("100.00"), [dining]);
      await expect(here.redeem())
        .to.be.revertedWithCustomError(purpose, "PurposeMerchantOutside")
        .withArgs(campaignId(f.dining), f.restaurant, MCC.transfer, REGION.nanshan);
    });

    it("leads to an account that is no merchant, or was one", async function () {
      const { merchants, acquirer, mainland } = f;
      const number = mainland.banks[1].number;
      const friend = await PurchaseUnderTest.offer(f, minor("100.00"), [subsidy], { at: f.bob });
      await expect(friend.redeem())
        .to.be.revertedWithCustomError(merchants, "MerchantNotEligible")
        .withArgs(f.bob, 0n, false, false);
      const signedBefore = await PurchaseUnderTest.offer(f, minor("100.00"), [dining]);
      await merchants.connect(acquirer).setSuspended(f.restaurant, true, EVIDENCE);
      await expect(signedBefore.redeem())
        .to.be.revertedWithCustomError(merchants, "MerchantNotEligible")
        .withArgs(f.restaurant, number, true, false);
      await merchants.connect(acquirer).removeMerchant(f.restaurant, EVIDENCE);
      await expect(signedBefore.redeem())
        .to.be.revertedWithCustomError(merchants, "MerchantNotEligible")
        .withArgs(f.restaurant, 0n, false, false);
    });

    it("leads to oneself, by one's wallet or one's identity", async function () {
      const { merchants, acquirer, purpose, stranger } = f;
      const own = await secondWallet(f, stranger);
      for (const shop of [f.ann, own]) {
        await merchants.connect(acquirer).registerMerchant(shop, MCC.restaurant, REGION.nanshan, EVIDENCE);
        const purchase = await PurchaseUnderTest.offer(f, minor("100.00"), [dining], { at: shop });
        await expect(purchase.redeem())
          .to.be.revertedWithCustomError(purpose, "PurposePartiesRelated")
          .withArgs(purchase.id, f.ann, shop);
      }
    });

    it("leads to the sponsor", async function () {
      const { merchants, acquirer, purpose, city } = f;
      await merchants.connect(acquirer).registerMerchant(city, MCC.restaurant, REGION.nanshan, EVIDENCE);
      const purchase = await PurchaseUnderTest.offer(f, minor("100.00"), [dining], { at: city });
      await expect(purchase.redeem())
        .to.be.revertedWithCustomError(purpose, "PurposePartiesRelated")
        .withArgs(purchase.id, city, city);
    });

    it("leads to another person: a voucher stays with its owner's identity", async function () {
      const { purpose, money, icbc, stranger, carrier } = f;
      const friends = await PurchaseUnderTest.offer(f, minor("100.00"), [subsidy], { by: f.bob });
      await expect(friends.redeem())
        .to.be.revertedWithCustomError(purpose, "PurposeVoucherExceeded")
        .withArgs(campaignId(f.subsidy), identityOf(f.bob), minor("100.00"), 0n);
      const nobodys = await PurchaseUnderTest.offer(f, minor("10.00"), [subsidy], { by: carrier });
      await expect(nobodys.redeem())
        .to.be.revertedWithCustomError(purpose, "PurposeBeneficiaryBarred")
        .withArgs(nobodys.id, carrier);
      // another wallet of hers spends it
      const own = await secondWallet(f, stranger);
      await PurchaseUnderTest.paid(f, minor("100.00"), [subsidy], { by: own });
      expect((await purpose.entitlementOf(campaignId(f.subsidy), identityOf(f.ann))).left).to.equal(0n);
      await money.connect(icbc).openWallet(carrier, CLASS.IV, ref("another identity"));
      await fund(f.mainland, carrier, minor("100.00"));
      const bought = await PurchaseUnderTest.offer(f, minor("10.00"), [subsidy], { by: carrier });
      await expect(bought.redeem())
        .to.be.revertedWithCustomError(purpose, "PurposeVoucherExceeded")
        .withArgs(campaignId(f.subsidy), ref("another identity"), minor("10.00"), 0n);
    });

    it("leads past an institution's account, which has no identity", async function () {
      const purchase = await PurchaseUnderTest.offer(f, minor("10.00"), [subsidy], { by: f.icbc });
      await expect(purchase.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeIdentityMissing")
        .withArgs(f.icbc);
    });

    it("leads through a split purchase", async function () {
      const half = { businessRef: ref("first half") };
      await PurchaseUnderTest.paid(f, minor("100.00"), [dining], half);
      const second = await PurchaseUnderTest.offer(f, minor("100.00"), [dining], { businessRef: ref("second half") });
      await expect(second.redeem())
        .to.be.revertedWithCustomError(f.purpose, "PurposeDayUsesExceeded")
        .withArgs(campaignId(f.dining), identityOf(f.ann), 1n);
    });

    it("is hidden: what a merchant pays back by other means stands beside the purchase", async function () {
      const { money, purpose, restaurant, ann, bob } = f;
      const purchase = await PurchaseUnderTest.paid(f, minor("100.00"), [dining]);
      const honest = await PurchaseUnderTest.paid(f, minor("50.00"), [subsidy]);
      const refunded = await honest.refund();
      const cash = await money.connect(restaurant).transfer(ann, minor("90.00"));
      await money.connect(restaurant).transfer(bob, minor("5.00"));

      const purchases = await Promise.all(
        (await purpose.queryFilter(purpose.filters.PurchasePaid())).map(async (log) => ({
          id: log.args.id,
          beneficiary: log.args.beneficiary,
          merchant: log.args.merchant,
          transaction: log.transactionHash,
          time: BigInt((await log.getBlock()).timestamp),
        })),
      );
      const payments = await Promise.all(
        (await money.queryFilter(money.filters.Transfer())).map(async (log) => ({
          from: log.args.from,
          to: log.args.to,
          amount: log.args.value,
          transaction: log.transactionHash,
          time: BigInt((await log.getBlock()).timestamp),
        })),
      );
      const found = findPaybacks(purchases, payments, new Set([refunded.hash]), 3_600n);
      expect(found.map(({ payment }) => [payment.transaction, payment.amount])).to.deep.equal([
        [cash.hash, minor("90.00")],
        [cash.hash, minor("90.00")],
      ]);
      expect(found[0]?.purchase.id).to.equal(purchase.id);
      expect(findPaybacks(purchases, payments, new Set([refunded.hash]), 0n)).to.deep.equal([]);
    });
  });
});
