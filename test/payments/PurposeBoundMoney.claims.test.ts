import { expect } from "chai";
import { CAMPAIGN_STATUS, CLAIM_RULE, campaignId, voucherClaimTypedData } from "../../sdk/eip712/purpose.js";
import { digestOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { identityOf } from "../support/currency.js";
import { claimLine, deployPurpose, grantEntry, secondWallet, type Purpose } from "../support/purpose.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const FAR = 2n ** 40n - 1n;

async function deploy() {
  return deployPurpose(chain);
}

describe("PurposeBoundMoney", function () {
  let f: Purpose;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("grant", function () {
    it("gives the owners of wallets what the sponsor says", async function () {
      const { purpose, subsidy, city, ann, bob } = f;
      const id = campaignId(subsidy);
      const entries = [grantEntry(ann, minor("100.00")), grantEntry(bob, minor("20.00"))];
      await expect(purpose.connect(city).grant(subsidy, entries))
        .to.emit(purpose, "VoucherGranted")
        .withArgs(id, identityOf(ann), minor("100.00"))
        .and.to.emit(purpose, "VoucherGranted")
        .withArgs(id, identityOf(bob), minor("20.00"));
      const sum = minor("120.00");
      expect(await purpose.campaignStateOf(id)).to.deep.equal([CAMPAIGN_STATUS.open, sum, sum, 0n, 0n]);
      expect(await purpose.entitlementOf(id, identityOf(ann))).to.deep.equal([
        minor("100.00"),
        minor("100.00"),
        0n,
        0n,
      ]);
    });

    it("is the sponsor's, in a campaign that is granted", async function () {
      const { purpose, subsidy, dining, city, ann } = f;
      const entries = [grantEntry(ann, minor("10.00"))];
      await expect(purpose.connect(ann).grant(subsidy, entries))
        .to.be.revertedWithCustomError(purpose, "PurposeCallerInvalid")
        .withArgs(campaignId(subsidy), ann.address, city.address);
      await expect(purpose.connect(city).grant(dining, entries))
        .to.be.revertedWithCustomError(purpose, "PurposeClaimRuleInvalid")
        .withArgs(campaignId(dining), CLAIM_RULE.firstCome);
    });

    it("gives whole vouchers, to somebody", async function () {
      const { purpose, subsidy, city, ann, stranger, icbc } = f;
      for (const amount of [0n, subsidy.value - 1n, subsidy.value + 1n]) {
        await expect(purpose.connect(city).grant(subsidy, [grantEntry(ann, amount)]))
          .to.be.revertedWithCustomError(purpose, "PurposeGrantInvalid")
          .withArgs(campaignId(subsidy), amount, subsidy.value);
      }
      for (const account of [stranger, icbc]) {
        await expect(purpose.connect(city).grant(subsidy, [grantEntry(account, subsidy.value)]))
          .to.be.revertedWithCustomError(purpose, "PurposeIdentityMissing")
          .withArgs(account);
      }
    });

    it("gives a person the limit and no more, over all its wallets", async function () {
      const { purpose, subsidy, city, ann, stranger } = f;
      const other = await secondWallet(f, stranger);
      await purpose.connect(city).grant(subsidy, [grantEntry(ann, minor("490.00"))]);
      await expect(purpose.connect(city).grant(subsidy, [grantEntry(other, minor("20.00"))]))
        .to.be.revertedWithCustomError(purpose, "PurposePersonLimitExceeded")
        .withArgs(campaignId(subsidy), identityOf(ann), minor("510.00"), minor("500.00"));
      await purpose.connect(city).grant(subsidy, [grantEntry(other, minor("10.00"))]);
    });

    it("promises the budget and no more", async function () {
      const { purpose, subsidy, city, ann, bob, cai } = f;
      const most = [grantEntry(ann, minor("500.00")), grantEntry(bob, minor("490.00"))];
      await purpose.connect(city).grant(subsidy, most);
      await expect(purpose.connect(city).grant(subsidy, [grantEntry(cai, minor("20.00"))]))
        .to.be.revertedWithCustomError(purpose, "PurposeBudgetExceeded")
        .withArgs(campaignId(subsidy), minor("20.00"), minor("10.00"));
      await purpose.connect(city).grant(subsidy, [grantEntry(cai, minor("10.00"))]);
    });

    it("begins when the campaign opens and ends with the claims", async function () {
      const { purpose, subsidy, city, ann } = f;
      const entries = [grantEntry(ann, subsidy.value)];
      const later = { ...subsidy, documentHash: ref("later"), opens: subsidy.opens + 1_000n };
      await purpose.connect(city).openCampaign(later, "0x");
      await networkHelpers.time.setNextBlockTimestamp(later.opens - 1n);
      await expect(purpose.connect(city).grant(later, entries))
        .to.be.revertedWithCustomError(purpose, "PurposeCampaignNotOpen")
        .withArgs(campaignId(later), later.opens, later.opens - 1n);
      await networkHelpers.time.setNextBlockTimestamp(later.opens);
      await purpose.connect(city).grant(later, entries);
      await networkHelpers.time.setNextBlockTimestamp(later.claimsUntil);
      await purpose.connect(city).grant(later, entries);
      await expect(purpose.connect(city).grant(later, entries))
        .to.be.revertedWithCustomError(purpose, "PurposeClaimsOver")
        .withArgs(campaignId(later), later.claimsUntil, later.claimsUntil + 1n);
      const never = { ...subsidy, documentHash: ref("never opened") };
      await expect(purpose.connect(city).grant(never, entries))
        .to.be.revertedWithCustomError(purpose, "PurposeCampaignStatusInvalid")
        .withArgs(campaignId(never), CAMPAIGN_STATUS.none);
    });
  });

  describe("claim", function () {
    it("gives whoever comes first a voucher, while there are any", async function () {
      const { purpose, dining, city, ann, bob } = f;
      const few = { ...dining, documentHash: ref("few"), budget: minor("89.99") };
      const id = campaignId(few);
      await purpose.connect(city).openCampaign(few, "0x");
      await expect(purpose.connect(ann).claim(few, ann, 0n, "0x"))
        .to.emit(purpose, "VoucherGranted")
        .withArgs(id, identityOf(ann), minor("30.00"));
      await purpose.connect(bob).claim(few, bob, 0n, "0x");
      await expect(purpose.connect(bob).claim(few, bob, 0n, "0x"))
        .to.be.revertedWithCustomError(purpose, "PurposeBudgetExceeded")
        .withArgs(id, minor("30.00"), minor("29.99"));
    });

    it("gives a person so many and no more, from however many wallets", async function () {
      const { purpose, dining, ann, stranger } = f;
      const other = await secondWallet(f, stranger);
      await purpose.connect(ann).claim(dining, ann, 0n, "0x");
      await purpose.connect(other).claim(dining, other, 0n, "0x");
      for (const wallet of [ann, other]) {
        await expect(purpose.connect(wallet).claim(dining, wallet, 0n, "0x"))
          .to.be.revertedWithCustomError(purpose, "PurposePersonLimitExceeded")
          .withArgs(campaignId(dining), identityOf(ann), minor("90.00"), minor("60.00"));
      }
    });

    it("is carried by anyone with the beneficiary's signature, which counts once", async function () {
      const { purpose, dining, ann, carrier, domains } = f;
      const claim = { campaign: campaignId(dining), beneficiary: ann.address, given: 0n, notAfter: FAR };
      const signed = await sign(ann, voucherClaimTypedData(domains.purpose, claim));
      expect(await purpose.claimId(claim.campaign, ann, FAR)).to.equal(
        digestOf(voucherClaimTypedData(domains.purpose, claim)),
      );
      await purpose.connect(carrier).claim(dining, ann, FAR, signed);
      await expect(purpose.connect(carrier).claim(dining, ann, FAR, signed))
        .to.be.revertedWithCustomError(purpose, "PurposeConsentInvalid")
        .withArgs(claim.campaign, ann.address);
      const second = { ...claim, given: dining.value };
      await purpose
        .connect(carrier)
        .claim(dining, ann, FAR, await sign(ann, voucherClaimTypedData(domains.purpose, second)));
    });

    it("takes a signed claim up to its last moment", async function () {
      const { purpose, dining, ann, carrier, domains } = f;
      const notAfter = BigInt(await networkHelpers.time.latest()) + 100n;
      const claim = { campaign: campaignId(dining), beneficiary: ann.address, given: 0n, notAfter };
      const signed = await sign(ann, voucherClaimTypedData(domains.purpose, claim));
      await networkHelpers.time.setNextBlockTimestamp(notAfter);
      await purpose.connect(carrier).claim(dining, ann, notAfter, signed);
      await expect(purpose.connect(carrier).claim(dining, ann, notAfter, signed))
        .to.be.revertedWithCustomError(purpose, "PurposeClaimExpired")
        .withArgs(claim.campaign, notAfter, notAfter + 1n);
    });

    it("gives to owners of wallets, in a campaign for first comers, before the claims end", async function () {
      const { purpose, dining, subsidy, ann, stranger } = f;
      await expect(purpose.connect(stranger).claim(dining, stranger, 0n, "0x"))
        .to.be.revertedWithCustomError(purpose, "PurposeIdentityMissing")
        .withArgs(stranger);
      await expect(purpose.connect(ann).claim(subsidy, ann, 0n, "0x"))
        .to.be.revertedWithCustomError(purpose, "PurposeClaimRuleInvalid")
        .withArgs(campaignId(subsidy), CLAIM_RULE.granted);
      await networkHelpers.time.increaseTo(dining.claimsUntil);
      await expect(purpose.connect(ann).claim(dining, ann, 0n, "0x"))
        .to.be.revertedWithCustomError(purpose, "PurposeClaimsOver")
        .withArgs(campaignId(dining), dining.claimsUntil, dining.claimsUntil + 1n);
    });
  });

  describe("claimListed", function () {
    it("gives a person what its lines say, each once", async function () {
      const { purpose, tenth, ann } = f;
      const id = campaignId(tenth);
      await expect(claimLine(f, 0n))
        .to.emit(purpose, "ListClaimed")
        .withArgs(id, 0n, identityOf(ann))
        .and.to.emit(purpose, "VoucherGranted")
        .withArgs(id, identityOf(ann), minor("20.00"));
      expect(await purpose.isListClaimed(id, 0n)).to.equal(true);
      expect(await purpose.isListClaimed(id, 2n)).to.equal(false);
      await expect(claimLine(f, 0n)).to.be.revertedWithCustomError(purpose, "PurposeListClaimed").withArgs(id, 0n);
      await claimLine(f, 2n);
      expect((await purpose.entitlementOf(id, identityOf(ann))).left).to.equal(minor("40.00"));
    });

    it("gives nobody what the list does not say", async function () {
      const { purpose, tenth, list, bob, carrier } = f;
      const id = campaignId(tenth);
      const proof = list.proof(0n);
      for (const [index, identity, amount] of [
        [0n, identityOf(bob), minor("20.00")],
        [0n, list.lines[0]?.identity ?? "", minor("40.00")],
        [1n, list.lines[0]?.identity ?? "", minor("20.00")],
      ] as const) {
        await expect(purpose.connect(carrier).claimListed(tenth, index, identity, amount, proof))
          .to.be.revertedWithCustomError(purpose, "PurposeProofInvalid")
          .withArgs(id, index);
      }
    });

    it("is for campaigns with a list", async function () {
      const { purpose, dining, ann } = f;
      await expect(purpose.claimListed(dining, 0n, identityOf(ann), minor("30.00"), []))
        .to.be.revertedWithCustomError(purpose, "PurposeClaimRuleInvalid")
        .withArgs(campaignId(dining), CLAIM_RULE.firstCome);
    });
  });
});
