import { expect } from "chai";
import { openChain, ref } from "../support/chain.js";
import { deployPurpose, MCC, REGION, type Purpose } from "../support/purpose.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const SUSPENDED = 3n;
const REASON = ref("complaint");
const NOBODYS = [0n, 0n, 0n, false, false];

async function deploy() {
  return deployPurpose(chain);
}

/** Numbers of icbc and boc. */
function numbers({ mainland }: Purpose) {
  return mainland.banks.map(({ number }) => number);
}

describe("MerchantDirectory", function () {
  let f: Purpose;
  let own: bigint;
  let other: bigint;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    [other = 0n, own = 0n] = numbers(f);
  });

  describe("registerMerchant", function () {
    it("enters an account with category and region, evidence in the log", async function () {
      await expect(
        f.merchants.connect(f.acquirer).registerMerchant(f.treasury, MCC.grocer, REGION.tianhe, ref("lease")),
      )
        .to.emit(f.merchants, "MerchantRegistered")
        .withArgs(f.treasury, own, MCC.grocer, REGION.tianhe, ref("lease"));
      expect(await f.merchants.merchantOf(f.treasury)).to.deep.equal([own, MCC.grocer, REGION.tianhe, false, false]);
      expect(await f.merchants.requireEligible(f.treasury)).to.deep.equal([MCC.grocer, REGION.tianhe]);
    });

    it("corrects the acquirer's own entry, which stays suspended", async function () {
      await f.merchants.connect(f.acquirer).setSuspended(f.restaurant, true, REASON);
      await f.merchants.connect(f.acquirer).registerMerchant(f.restaurant, 9_999n, 999_999n, ref("lease"));
      expect(await f.merchants.merchantOf(f.restaurant)).to.deep.equal([own, 9_999n, 999_999n, true, false]);
    });

    it("takes codes of the standards' form and no others", async function () {
      const enter = (category: bigint, region: bigint) =>
        f.merchants.connect(f.acquirer).registerMerchant(f.restaurant, category, region, REASON);
      await enter(0n, 110_000n);
      await enter(MCC.grocer, 441_900n);
      for (const [category, region] of [
        [10_000n, REGION.nanshan],
        [MCC.grocer, 109_999n],
        [MCC.grocer, 1_000_000n],
        // a county of no prefecture
        [MCC.grocer, 440_005n],
      ] as const) {
        await expect(enter(category, region))
          .to.be.revertedWithCustomError(f.merchants, "MerchantCodesInvalid")
          .withArgs(f.restaurant, category, region);
      }
    });

    it("refuses an entry without evidence, and an account without an identity", async function () {
      const { merchants, acquirer, restaurant, stranger, icbc } = f;
      const enter = merchants.connect(acquirer).registerMerchant;
      await expect(enter(restaurant, MCC.grocer, REGION.nanshan, new Uint8Array(32)))
        .to.be.revertedWithCustomError(merchants, "MerchantEvidenceMissing")
        .withArgs(restaurant);
      for (const account of [stranger, icbc]) {
        await expect(enter(account, MCC.grocer, REGION.nanshan, REASON))
          .to.be.revertedWithCustomError(merchants, "MerchantIdentityMissing")
          .withArgs(account);
      }
    });

    it("is for active institutions, and for the one that has the merchant", async function () {
      const { merchants, restaurant, stranger, icbc, mainland, acquirer } = f;
      const enter = (by: typeof stranger) =>
        merchants.connect(by).registerMerchant(restaurant, MCC.grocer, REGION.nanshan, REASON);
      await expect(enter(stranger)).to.be.revertedWithCustomError(mainland.registry, "InstitutionUnknown").withArgs(0n);
      await expect(enter(icbc))
        .to.be.revertedWithCustomError(merchants, "MerchantNotAcquired")
        .withArgs(restaurant, own, other);
      await mainland.registry.connect(mainland.officers.registrar).setStatus(own, SUSPENDED, REASON);
      await expect(enter(acquirer))
        .to.be.revertedWithCustomError(mainland.registry, "InstitutionNotActive")
        .withArgs(own, SUSPENDED);
    });
  });

  describe("setSuspended", function () {
    it("stops a merchant and lets it go on", async function () {
      const { merchants, acquirer, restaurant } = f;
      await expect(merchants.connect(acquirer).setSuspended(restaurant, true, REASON))
        .to.emit(merchants, "MerchantSuspensionSet")
        .withArgs(restaurant, own, acquirer, true, REASON);
      await expect(merchants.requireEligible(restaurant))
        .to.be.revertedWithCustomError(merchants, "MerchantNotEligible")
        .withArgs(restaurant, own, true, false);
      await expect(merchants.connect(acquirer).setSuspended(restaurant, true, REASON)).not.to.emit(
        merchants,
        "MerchantSuspensionSet",
      );
      await merchants.connect(acquirer).setSuspended(restaurant, false, REASON);
      expect(await merchants.requireEligible(restaurant)).to.deep.equal([MCC.restaurant, REGION.nanshan]);
    });

    it("is the acquirer's alone, and has a reason", async function () {
      const { merchants, acquirer, restaurant, icbc, stranger } = f;
      for (const [by, number] of [
        [icbc, other],
        [stranger, 0n],
      ] as const) {
        await expect(merchants.connect(by).setSuspended(restaurant, true, REASON))
          .to.be.revertedWithCustomError(merchants, "MerchantNotAcquired")
          .withArgs(restaurant, own, number);
      }
      await expect(merchants.connect(stranger).setSuspended(stranger, true, REASON))
        .to.be.revertedWithCustomError(merchants, "MerchantNotAcquired")
        .withArgs(stranger, 0n, 0n);
      await expect(merchants.connect(acquirer).setSuspended(restaurant, true, new Uint8Array(32)))
        .to.be.revertedWithCustomError(merchants, "MerchantEvidenceMissing")
        .withArgs(restaurant);
    });

    it("lets a suspended acquirer stop, and not resume", async function () {
      const { merchants, acquirer, restaurant, mainland } = f;
      await mainland.registry.connect(mainland.officers.registrar).setStatus(own, SUSPENDED, REASON);
      await merchants.connect(acquirer).setSuspended(restaurant, true, REASON);
      await expect(merchants.connect(acquirer).setSuspended(restaurant, false, REASON))
        .to.be.revertedWithCustomError(mainland.registry, "InstitutionNotActive")
        .withArgs(own, SUSPENDED);
    });
  });

  describe("removeMerchant", function () {
    it("makes it nobody's merchant, whom another institution may enter", async function () {
      const { merchants, acquirer, restaurant, icbc } = f;
      await merchants.connect(acquirer).setSuspended(restaurant, true, REASON);
      await expect(merchants.connect(acquirer).removeMerchant(restaurant, REASON))
        .to.emit(merchants, "MerchantRemoved")
        .withArgs(restaurant, own, acquirer, REASON);
      expect(await merchants.merchantOf(restaurant)).to.deep.equal(NOBODYS);
      await expect(merchants.requireEligible(restaurant))
        .to.be.revertedWithCustomError(merchants, "MerchantNotEligible")
        .withArgs(restaurant, 0n, false, false);
      await merchants.connect(icbc).registerMerchant(restaurant, MCC.grocer, REGION.nanshan, REASON);
      expect((await merchants.merchantOf(restaurant)).acquirer).to.equal(other);
    });

    it("is the acquirer's alone, and has a reason", async function () {
      const { merchants, acquirer, restaurant, icbc } = f;
      await expect(merchants.connect(icbc).removeMerchant(restaurant, REASON))
        .to.be.revertedWithCustomError(merchants, "MerchantNotAcquired")
        .withArgs(restaurant, own, other);
      await expect(merchants.connect(acquirer).removeMerchant(restaurant, new Uint8Array(32)))
        .to.be.revertedWithCustomError(merchants, "MerchantEvidenceMissing")
        .withArgs(restaurant);
    });
  });

  describe("barMerchant", function () {
    it("outlasts removal and a new acquirer, until it is lifted", async function () {
      const { merchants, acquirer, restaurant, icbc, mainland } = f;
      const { halter, resumer } = mainland.officers;
      await expect(merchants.connect(halter).barMerchant(restaurant, REASON))
        .to.emit(merchants, "MerchantBarred")
        .withArgs(restaurant, halter, REASON);
      await expect(merchants.connect(halter).barMerchant(restaurant, REASON)).not.to.emit(merchants, "MerchantBarred");
      await merchants.connect(acquirer).removeMerchant(restaurant, REASON);
      await merchants.connect(icbc).registerMerchant(restaurant, MCC.grocer, REGION.nanshan, REASON);
      await expect(merchants.requireEligible(restaurant))
        .to.be.revertedWithCustomError(merchants, "MerchantNotEligible")
        .withArgs(restaurant, other, false, true);
      await expect(merchants.connect(resumer).unbarMerchant(restaurant, REASON))
        .to.emit(merchants, "MerchantUnbarred")
        .withArgs(restaurant, resumer, REASON);
      await expect(merchants.connect(resumer).unbarMerchant(restaurant, REASON)).not.to.emit(
        merchants,
        "MerchantUnbarred",
      );
      expect(await merchants.requireEligible(restaurant)).to.deep.equal([MCC.grocer, REGION.nanshan]);
    });

    it("has a legal basis", async function () {
      const { merchants, restaurant, mainland } = f;
      for (const order of [
        merchants.connect(mainland.officers.halter).barMerchant(restaurant, new Uint8Array(32)),
        merchants.connect(mainland.officers.resumer).unbarMerchant(restaurant, new Uint8Array(32)),
      ]) {
        await expect(order).to.be.revertedWithCustomError(merchants, "MerchantEvidenceMissing").withArgs(restaurant);
      }
    });
  });

  it("has no eligible merchant whose acquirer is not active", async function () {
    const { merchants, restaurant, mainland } = f;
    await mainland.registry.connect(mainland.officers.registrar).setStatus(own, SUSPENDED, REASON);
    await expect(merchants.requireEligible(restaurant))
      .to.be.revertedWithCustomError(mainland.registry, "InstitutionNotActive")
      .withArgs(own, SUSPENDED);
  });
});
