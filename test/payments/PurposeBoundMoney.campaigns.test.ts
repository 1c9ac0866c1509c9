import { expect } from "chai";
import { CAMPAIGN_STATUS, budgetHold, campaignId, type CampaignTerms } from "../../sdk/eip712/purpose.js";
import { minor } from "../../sdk/money.js";
import { signCampaign } from "../../sdk/payments/purpose.js";
import { openChain, ref } from "../support/chain.js";
import { identityOf } from "../support/currency.js";
import {
  deployGranted,
  deployPurpose,
  heldFor,
  MCC,
  PurchaseUnderTest,
  REGION,
  type Purpose,
} from "../support/purpose.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deployPurpose(chain);
}

async function granted() {
  return deployGranted(chain);
}

/** The terms as an event has them. */
function inOrder(t: CampaignTerms): unknown[] {
  return [
    ...[t.sponsor, t.documentHash, t.budget, t.value, t.perPerson, t.minimumSpend, t.rate, t.usesPerDay, t.kind],
    ...[t.claim, t.layer, t.combines, t.stackLimit, t.opens, t.claimsUntil, t.expires, t.claimRoot],
    ...[t.categories, t.regions],
  ];
}

describe("PurposeBoundMoney", function () {
  let f: Purpose;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("openCampaign", function () {
    /** Another campaign of the city's, not opened. */
    const fresh = (changed: Partial<CampaignTerms> = {}): CampaignTerms => ({
      ...f.dining,
      documentHash: ref("other rules"),
      ...changed,
    });

    it("leaves the budget with the sponsor, held for the campaign", async function () {
      const terms = fresh();
      const id = campaignId(terms);
      const opened = f.purpose.connect(f.city).openCampaign(terms, "0x");
      await expect(opened).to.emit(f.purpose, "CampaignOpened").withArgs(id, f.city.address, inOrder(terms));
      await expect(opened).to.changeTokenBalances(ethers, f.money, [f.city, f.purpose], [0n, 0n]);
      expect(await f.purpose.campaignId(terms)).to.equal(id);
      expect(await f.purpose.campaignStateOf(id)).to.deep.equal([CAMPAIGN_STATUS.open, 0n, 0n, 0n, 0n]);
      expect(await heldFor(f, terms)).to.equal(terms.budget);
      expect(await f.purpose.budgetHoldOf(terms)).to.deep.equal(Object.values(budgetHold(f.domains.purpose, terms)));
    });

    it("is carried by anyone with the sponsor's signed hold, placed before or not", async function () {
      const first = fresh();
      const signed = await signCampaign(f.city, f.domains, first);
      await f.purpose.connect(f.carrier).openCampaign(first, signed);
      const second = fresh({ documentHash: ref("third rules") });
      const hold = budgetHold(f.domains.purpose, second);
      await f.money.connect(f.stranger).placeHoldWithSignature(hold, await signCampaign(f.city, f.domains, second));
      await f.purpose.connect(f.carrier).openCampaign(second, "0x");
      expect(await heldFor(f, second)).to.equal(second.budget);
    });

    it("takes no allowance for consent to terms", async function () {
      const terms = fresh();
      await expect(f.purpose.connect(f.carrier).openCampaign(terms, "0x"))
        .to.be.revertedWithCustomError(f.purpose, "PurposeCallerInvalid")
        .withArgs(campaignId(terms), f.carrier.address, f.city.address);
      const other = await signCampaign(f.city, f.domains, { ...terms, perPerson: minor("300.00") });
      await expect(f.purpose.connect(f.carrier).openCampaign(terms, other)).to.be.revertedWithCustomError(
        f.money,
        "HoldSignatureInvalid",
      );
    });

    it("opens a campaign once", async function () {
      await expect(f.purpose.connect(f.city).openCampaign(f.dining, "0x"))
        .to.be.revertedWithCustomError(f.purpose, "PurposeCampaignStatusInvalid")
        .withArgs(campaignId(f.dining), CAMPAIGN_STATUS.open);
    });

    it("takes terms at the limits", async function () {
      const { dining, tenth } = f;
      const many = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i));
      for (const changed of [
        { perPerson: dining.budget },
        { minimumSpend: dining.value },
        { claimsUntil: dining.expires - 1n },
        { claimsUntil: dining.opens },
        { layer: 15n, stackLimit: 1n, combines: 0n },
        { categories: many(64), regions: many(64).map((i) => 110_101n + i) },
      ]) {
        await f.purpose.connect(f.city).openCampaign(fresh({ ...changed, documentHash: ref("limit") }), "0x");
      }
      await f.purpose.connect(f.city).openCampaign({ ...tenth, rate: 10_000n }, "0x");
    });

    it("refuses terms that contradict themselves or the rules", async function () {
      const { dining, tenth } = f;
      const cases: readonly (readonly [string, CampaignTerms])[] = [
        ["nobody's", fresh({ sponsor: ethers.ZeroAddress })],
        ["worthless vouchers", fresh({ value: 0n })],
        ["nothing for anybody", fresh({ perPerson: 0n })],
        ["a part of a voucher", fresh({ perPerson: dining.value + 1n })],
        ["more for one than for all", fresh({ budget: dining.perPerson - 1n })],
        ["more than sums can say", fresh({ budget: 2n ** 56n })],
        ["a rate of a fixed voucher", fresh({ rate: 1n })],
        ["a percentage of nothing", { ...tenth, rate: 0n }],
        ["more than the price", { ...tenth, rate: 10_001n }],
        ["a minimum below the voucher", fresh({ minimumSpend: dining.value - 1n })],
        ["a list of first comers", fresh({ claimRoot: ref("root") })],
        ["no list", { ...tenth, claimRoot: ethers.ZeroHash }],
        ["no place even for itself", fresh({ stackLimit: 0n })],
        ["a layer too many", fresh({ layer: 16n })],
        ["claims that end before they begin", fresh({ claimsUntil: dining.opens - 1n })],
        ["claims at the end", fresh({ claimsUntil: dining.expires })],
        ["a category too many", fresh({ categories: [10_000n] })],
        ["categories in disorder", fresh({ categories: [MCC.fastFood, MCC.restaurant] })],
        ["a category twice", fresh({ categories: [MCC.grocer, MCC.grocer] })],
        ["a region of no country", fresh({ regions: [1n] })],
        ["regions in disorder", fresh({ regions: [REGION.shenzhen, REGION.guangdong] })],
        ["65 categories", fresh({ categories: Array.from({ length: 65 }, (_, i) => BigInt(i)) })],
        ["65 regions", fresh({ regions: Array.from({ length: 65 }, (_, i) => 110_101n + BigInt(i)) })],
      ];
      for (const [what, terms] of cases) {
        await expect(f.purpose.connect(f.city).openCampaign(terms, "0x"), what)
          .to.be.revertedWithCustomError(f.purpose, "PurposeTermsInvalid")
          .withArgs(campaignId(terms));
      }
    });

    it("takes no more than the sponsor has", async function () {
      const spendable = await f.money.spendableOf(f.city);
      const terms = fresh({ budget: spendable + 1n });
      await expect(f.purpose.connect(f.city).openCampaign(terms, "0x"))
        .to.be.revertedWithCustomError(f.money, "LedgerInsufficientSpendable")
        .withArgs(f.city, spendable, spendable + 1n);
    });
  });

  describe("closeCampaign", function () {
    it("gives the sponsor what is unspent, from the end on, by anyone", async function () {
      f = await networkHelpers.loadFixture(granted);
      const { dining, purpose, money, city, stranger } = f;
      await PurchaseUnderTest.paid(f, minor("100.00"), [{ terms: dining, left: dining.value }]);
      const id = campaignId(dining);
      await networkHelpers.time.setNextBlockTimestamp(dining.expires - 1n);
      await expect(purpose.connect(stranger).closeCampaign(dining))
        .to.be.revertedWithCustomError(purpose, "PurposeCampaignRunning")
        .withArgs(id, dining.expires, dining.expires - 1n);
      const before = await money.spendableOf(city);
      await networkHelpers.time.setNextBlockTimestamp(dining.expires);
      await expect(purpose.connect(stranger).closeCampaign(dining))
        .to.emit(purpose, "CampaignClosed")
        .withArgs(id, city.address, stranger.address, minor("270.00"));
      expect(await money.spendableOf(city)).to.equal(before + minor("270.00"));
      expect(await purpose.campaignStateOf(id)).to.deep.equal([
        CAMPAIGN_STATUS.closed,
        minor("90.00"),
        0n,
        minor("30.00"),
        0n,
      ]);
      await expect(purpose.closeCampaign(dining))
        .to.be.revertedWithCustomError(purpose, "PurposeCampaignStatusInvalid")
        .withArgs(id, CAMPAIGN_STATUS.closed);
    });

    it("goes on when somebody has freed the budget at the ledger", async function () {
      const { dining, purpose, money, stranger, mainland, city } = f;
      await networkHelpers.time.increaseTo(dining.expires);
      await mainland.currency.connect(mainland.officers.halter).haltAll();
      await money.connect(mainland.officers.enforcer).freeze(city, ref("order"));
      await money.connect(stranger).releaseHold(budgetHold(f.domains.purpose, dining));
      await expect(purpose.connect(stranger).closeCampaign(dining))
        .to.emit(purpose, "CampaignClosed")
        .withArgs(campaignId(dining), city.address, stranger.address, dining.budget);
    });

    it("closes nothing that was not opened", async function () {
      const terms = { ...f.dining, documentHash: ref("other rules") };
      await expect(f.purpose.closeCampaign(terms))
        .to.be.revertedWithCustomError(f.purpose, "PurposeCampaignStatusInvalid")
        .withArgs(campaignId(terms), CAMPAIGN_STATUS.none);
    });
  });

  it("gives the sponsor no way to its promised money before the end", async function () {
    const { dining, money, city } = f;
    await expect(money.connect(city).releaseHold(budgetHold(f.domains.purpose, dining))).to.be.revertedWithCustomError(
      money,
      "HoldUnauthorized",
    );
    expect(await heldFor(f, dining)).to.equal(dining.budget);
    expect(await f.purpose.entitlementOf(campaignId(dining), identityOf(f.ann))).to.deep.equal([0n, 0n, 0n, 0n]);
  });
});
