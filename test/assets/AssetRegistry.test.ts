import { expect } from "chai";
import { ZeroAddress, ZeroHash, hexlify, toUtf8Bytes } from "ethers";
import { ASSET_STATUS, isinBytes, termsHash } from "../../sdk/bonds.js";
import { ref } from "../support/chain.js";
import { deployAssetPlatform, deployBond, noteCoupons, noteTerms, openChainAt } from "../support/assets.js";

const chain = await openChainAt("2026-02-20");
const { ethers, networkHelpers } = chain;

const ISIN = isinBytes("HK0388045442");
const OTHER = isinBytes("XS0971721963");
const TERMS = ref("terms");

/** One note is on the register already. */
async function deployRegister() {
  const platform = await deployAssetPlatform(chain);
  const issue = await deployBond(chain, platform, await noteTerms(platform), noteCoupons());
  const { register, operator, registrar } = issue;
  return { ...issue, byOperator: register.connect(operator), byRegistrar: register.connect(registrar) };
}

describe("AssetRegistry", function () {
  let f: Awaited<ReturnType<typeof deployRegister>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployRegister);
  });

  describe("announce", function () {
    it("enters the asset", async function () {
      await expect(f.byOperator.announce(ISIN, f.issuer, f.registrar, TERMS))
        .to.emit(f.register, "AssetAnnounced")
        .withArgs(ISIN, f.issuer.address, f.registrar.address, TERMS);
      expect(await f.register.asset(ISIN)).to.deep.equal([
        f.issuer.address,
        f.registrar.address,
        ASSET_STATUS.announced,
        ZeroAddress,
        TERMS,
      ]);
    });

    for (const isin of [
      ...["US0378331005", "GB0002634946", "HK0388045442"],
      ...["HK2388011192", "CNE1000002H1", "CNE100000296", "XS0971721963"],
    ]) {
      it(`accepts ${isin}`, async function () {
        await f.byOperator.announce(hexlify(toUtf8Bytes(isin)), f.issuer, f.registrar, TERMS);
        expect((await f.register.asset(hexlify(toUtf8Bytes(isin)))).status).to.equal(ASSET_STATUS.announced);
      });
    }

    for (const [isin, why] of [
      ["HK0000069688", "the check digit is wrong"],
      ["HK0000096689", "two digits are exchanged"],
      ["JK0000069689", "another country is named"],
      ["1K0000069689", "it begins with a digit"],
      ["hk0000069689", "it is in lower case"],
      ["HK000006968A", "it ends with a letter"],
      ["HK00000-9689", "it contains a sign"],
      ["US037833100\0", "it is short"],
    ] as const) {
      it(`refuses ${isin.replace("\0", "")}: ${why}`, async function () {
        const bytes = hexlify(toUtf8Bytes(isin));
        await expect(f.byOperator.announce(bytes, f.issuer, f.registrar, TERMS))
          .to.be.revertedWithCustomError(f.register, "AssetIsinInvalid")
          .withArgs(bytes);
      });
    }

    it("refuses an ISIN that is known", async function () {
      await f.byOperator.announce(ISIN, f.issuer, f.registrar, TERMS);
      await expect(f.byOperator.announce(ISIN, f.issuer, f.registrar, TERMS))
        .to.be.revertedWithCustomError(f.register, "AssetKnown")
        .withArgs(ISIN);
    });

    it("refuses an announcement without issuer, registrar or terms", async function () {
      for (const [issuer, registrar, terms] of [
        [ZeroAddress, f.registrar, TERMS],
        [f.issuer, ZeroAddress, TERMS],
        [f.issuer, f.registrar, ZeroHash],
      ] as const) {
        await expect(f.byOperator.announce(ISIN, issuer, registrar, terms))
          .to.be.revertedWithCustomError(f.register, "AssetAnnouncementIncomplete")
          .withArgs(ISIN);
      }
    });

    it("refuses everybody but the authority", async function () {
      await expect(f.register.connect(f.stranger).announce(ISIN, f.issuer, f.registrar, TERMS))
        .to.be.revertedWithCustomError(f.register, "AccessManagedUnauthorized")
        .withArgs(f.stranger.address);
    });
  });

  describe("attachToken", function () {
    it("enters the token whose terms are those announced", async function () {
      const terms = await noteTerms(f, { isin: ISIN });
      await f.byOperator.announce(terms.isin, f.issuer, f.registrar, termsHash(terms, noteCoupons()));
      const bond = await ethers.deployContract("Bond", [terms, noteCoupons(), f.register, f.hongkong.authority]);
      await expect(f.byRegistrar.attachToken(terms.isin, bond))
        .to.emit(f.register, "AssetTokenAttached")
        .withArgs(terms.isin, await bond.getAddress());
      expect(await f.register.isinOf(bond)).to.equal(terms.isin);
      expect(await f.register.requireToken(bond)).to.equal(terms.isin);
    });

    for (const [what, changed] of [
      ["a higher rate", { couponRate: 2_500_001n }],
      ["a larger issue", { units: 10_001n }],
      ["another maturity", { maturity: 1_900_000_000n }],
    ] as const) {
      it(`refuses a token with ${what} than announced`, async function () {
        const terms = await noteTerms(f, { isin: ISIN });
        await f.byOperator.announce(terms.isin, f.issuer, f.registrar, termsHash(terms, noteCoupons()));
        const other = { ...terms, ...changed };
        const bond = await ethers.deployContract("Bond", [other, noteCoupons(), f.register, f.hongkong.authority]);
        await expect(f.byRegistrar.attachToken(terms.isin, bond))
          .to.be.revertedWithCustomError(f.register, "AssetTokenMismatch")
          .withArgs(terms.isin, await bond.getAddress());
      });
    }

    it("refuses a token that stands for another ISIN", async function () {
      const terms = await noteTerms(f, { isin: ISIN });
      await f.byOperator.announce(OTHER, f.issuer, f.registrar, termsHash(terms, noteCoupons()));
      const bond = await ethers.deployContract("Bond", [terms, noteCoupons(), f.register, f.hongkong.authority]);
      await expect(f.byRegistrar.attachToken(OTHER, bond))
        .to.be.revertedWithCustomError(f.register, "AssetTokenMismatch")
        .withArgs(OTHER, await bond.getAddress());
    });

    it("refuses a token that reports to another register", async function () {
      const terms = await noteTerms(f, { isin: ISIN });
      await f.byOperator.announce(terms.isin, f.issuer, f.registrar, termsHash(terms, noteCoupons()));
      const elsewhere = await ethers.deployContract("AssetRegistry", [f.hongkong.registry, f.hongkong.authority]);
      await f.hongkong.authority
        .connect(f.hongkong.officers.admin)
        .setTargetFunctionRole(elsewhere, [elsewhere.interface.getFunction("listCurrency").selector], 1n);
      await elsewhere.connect(f.operator).listCurrency(terms.currency);
      const bond = await ethers.deployContract("Bond", [terms, noteCoupons(), elsewhere, f.hongkong.authority]);
      await expect(f.byRegistrar.attachToken(terms.isin, bond))
        .to.be.revertedWithCustomError(f.register, "AssetTokenMismatch")
        .withArgs(terms.isin, await bond.getAddress());
    });

    it("refuses a second token, a stranger and an unknown ISIN", async function () {
      const { bond, terms } = f;
      await expect(f.byRegistrar.attachToken(terms.isin, bond))
        .to.be.revertedWithCustomError(f.register, "AssetTokenKnown")
        .withArgs(terms.isin, await bond.getAddress());
      await expect(f.register.connect(f.stranger).attachToken(terms.isin, bond))
        .to.be.revertedWithCustomError(f.register, "AssetCallerInvalid")
        .withArgs(terms.isin, f.stranger.address, f.registrar.address);
      await expect(f.byRegistrar.attachToken(OTHER, bond))
        .to.be.revertedWithCustomError(f.register, "AssetUnknown")
        .withArgs(OTHER);
    });
  });

  describe("cancel", function () {
    it("gives up an announced asset for good", async function () {
      await f.byOperator.announce(ISIN, f.issuer, f.registrar, TERMS);
      await expect(f.byRegistrar.cancel(ISIN, ref("book closed empty")))
        .to.emit(f.register, "AssetStatusChanged")
        .withArgs(ISIN, ASSET_STATUS.announced, ASSET_STATUS.cancelled, ref("book closed empty"));
      await expect(f.byRegistrar.attachToken(ISIN, f.stranger))
        .to.be.revertedWithCustomError(f.register, "AssetStatusStepInvalid")
        .withArgs(ISIN, ASSET_STATUS.cancelled, ASSET_STATUS.announced);
      await expect(f.byOperator.announce(ISIN, f.issuer, f.registrar, TERMS))
        .to.be.revertedWithCustomError(f.register, "AssetKnown")
        .withArgs(ISIN);
    });

    it("refuses a stranger", async function () {
      await f.byOperator.announce(ISIN, f.issuer, f.registrar, TERMS);
      await expect(f.register.connect(f.issuer).cancel(ISIN, TERMS))
        .to.be.revertedWithCustomError(f.register, "AssetCallerInvalid")
        .withArgs(ISIN, f.issuer.address, f.registrar.address);
    });

    it("refuses once the asset is issued", async function () {
      const { bond, terms } = f;
      await networkHelpers.time.increaseTo(terms.issueDate);
      await bond.connect(f.registrar).issue();
      await expect(f.byRegistrar.cancel(terms.isin, TERMS))
        .to.be.revertedWithCustomError(f.register, "AssetStatusStepInvalid")
        .withArgs(terms.isin, ASSET_STATUS.issued, ASSET_STATUS.cancelled);
    });

    it("keeps a cancelled asset from being issued", async function () {
      const { bond, terms } = f;
      await f.byRegistrar.cancel(terms.isin, TERMS);
      await networkHelpers.time.increaseTo(terms.issueDate);
      await expect(bond.connect(f.registrar).issue())
        .to.be.revertedWithCustomError(f.register, "AssetStatusStepInvalid")
        .withArgs(terms.isin, ASSET_STATUS.cancelled, ASSET_STATUS.issued);
    });
  });

  describe("report", function () {
    it("refuses who is no token of the register", async function () {
      await expect(f.register.connect(f.stranger).report(ASSET_STATUS.issued))
        .to.be.revertedWithCustomError(f.register, "AssetTokenUnknown")
        .withArgs(f.stranger.address);
    });

    it("takes one step at a time, forward, and none after the last", async function () {
      const { bond, terms, address } = f;
      await networkHelpers.setBalance(address, 10n ** 18n);
      const byToken = f.register.connect(await ethers.getImpersonatedSigner(address));
      expect(await f.register.isinOf(bond)).to.equal(terms.isin);
      const { announced, issued, matured, redeemed, cancelled } = ASSET_STATUS;
      for (const [current, next] of [
        [announced, issued],
        [issued, matured],
        [matured, redeemed],
      ] as const) {
        for (const wrong of [announced, issued, matured, redeemed, cancelled].filter((status) => status !== next)) {
          await expect(byToken.report(wrong))
            .to.be.revertedWithCustomError(f.register, "AssetStatusStepInvalid")
            .withArgs(terms.isin, current, wrong);
        }
        await expect(byToken.report(next))
          .to.emit(f.register, "AssetStatusChanged")
          .withArgs(terms.isin, current, next, ZeroHash);
      }
      await expect(byToken.report(cancelled))
        .to.be.revertedWithCustomError(f.register, "AssetStatusStepInvalid")
        .withArgs(terms.isin, redeemed, cancelled);
    });
  });

  describe("listCurrency", function () {
    it("lists central-bank money once", async function () {
      const { currency } = f.hongkong;
      await f.byOperator.delistCurrency(currency);
      await expect(f.byOperator.listCurrency(currency))
        .to.emit(f.register, "AssetCurrencyListed")
        .withArgs(await currency.getAddress());
      await expect(f.byOperator.listCurrency(currency)).not.to.emit(f.register, "AssetCurrencyListed");
    });

    it("refuses anything else", async function () {
      for (const token of [await f.actions.getAddress(), f.stranger.address]) {
        await expect(f.byOperator.listCurrency(token))
          .to.be.revertedWithCustomError(f.register, "AssetCurrencyInvalid")
          .withArgs(token);
      }
    });

    it("refuses everybody but the authority", async function () {
      for (const call of ["listCurrency", "delistCurrency"] as const) {
        await expect(f.register.connect(f.stranger)[call](f.hongkong.currency))
          .to.be.revertedWithCustomError(f.register, "AccessManagedUnauthorized")
          .withArgs(f.stranger.address);
      }
    });
  });

  describe("delistCurrency", function () {
    it("keeps new bonds from being paid in the currency", async function () {
      const ehkd = await f.hongkong.currency.getAddress();
      await expect(f.byOperator.delistCurrency(ehkd)).to.emit(f.register, "AssetCurrencyDelisted").withArgs(ehkd);
      await expect(f.byOperator.delistCurrency(ehkd)).not.to.emit(f.register, "AssetCurrencyDelisted");
      expect(await f.register.isCurrency(ehkd)).to.equal(false);
      const terms = await noteTerms(f, { isin: ISIN });
      await expect(ethers.deployContract("Bond", [terms, noteCoupons(), f.register, f.hongkong.authority]))
        .to.be.revertedWithCustomError(f.register, "AssetCurrencyUnlisted")
        .withArgs(ehkd);
    });
  });

  describe("views", function () {
    it("give pages that end where the list ends", async function () {
      await f.byOperator.announce(ISIN, f.issuer, f.registrar, TERMS);
      await f.byOperator.announce(OTHER, f.issuer, f.registrar, TERMS);
      expect(await f.register.count()).to.equal(3n);
      expect(await f.register.isins(0n, 2n)).to.deep.equal([f.terms.isin, ISIN]);
      expect(await f.register.isins(2n, 5n)).to.deep.equal([OTHER]);
      expect(await f.register.isins(3n, 2n ** 256n - 1n)).to.deep.equal([]);
      const listed = [await f.mainland.currency.getAddress(), await f.hongkong.currency.getAddress()];
      expect(await f.register.currencies(0n, 2n ** 256n - 1n)).to.deep.equal(listed);
      expect(await f.register.currencies(1n, 1n)).to.deep.equal(listed.slice(1));
      expect(await f.register.currencies(9n, 1n)).to.deep.equal([]);
      expect(await f.register.institutions()).to.equal(await f.hongkong.registry.getAddress());
    });
  });
});
