import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import { CLASS, fund, identityOf } from "../support/currency.js";
import { deployFamilies, openMore, type Families } from "../support/families.js";
import { changes } from "../support/frame.js";
import { entry, holdTerms } from "../support/holds.js";
import { nextMidnight, nextNewYear } from "../support/limits.js";
import { PAYING_PATHS } from "../support/paths.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

const NONE = { single: 0n, day: 0n, year: 0n, expiry: 0n, listedOnly: false };
const FAR = 2n ** 40n - 1n;
/** One payment 100.00, a day 250.00, a year 400.00. */
const GRANT = { single: minor("100"), day: minor("250"), year: minor("400"), expiry: FAR, listedOnly: false };
const FUNDS = minor("1000");

/** A company without limits of class, and a till of it. */
async function deployTill() {
  const f = await deployFamilies(chain);
  const [till, other] = f.spare;
  await f.sponsor.openSubWallet(till, f.company);
  await fund(f.at, f.company, minor("100000"));
  await f.currency.connect(f.company).transfer(till, FUNDS);
  const asParent = f.currency.connect(f.company);
  const asTill = f.currency.connect(till);
  return { ...f, till, other, asParent, asTill };
}

async function deployGranted() {
  const f = await deployTill();
  await f.asParent.setSubWalletGrant(f.till, GRANT);
  return f;
}

type Till = Awaited<ReturnType<typeof deployTill>>;

describe("Sub-wallets", function () {
  let f: Till;

  const paidOf = async () => {
    const { dayOut, yearOut } = await f.currency.subWalletOf(f.till);
    return [dayOut, yearOut];
  };

  describe("openSubWallet", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployTill);
    });

    it("opens a wallet of the parent's class, institution and person", async function () {
      await expect(f.sponsor.openSubWallet(f.other, f.dan))
        .to.emit(f.currency, "SubWalletOpened")
        .withArgs(f.other, f.dan, f.at.banks[0].number);
      const { walletClass, sponsor } = await f.currency.walletOf(f.other);
      expect([walletClass, sponsor]).to.deep.equal([BigInt(CLASS.IV), f.at.banks[0].number]);
      expect(await f.currency.identityOf(f.other)).to.equal(identityOf(f.dan));
      expect(await f.currency.familyOf(f.other)).to.equal(await f.currency.familyOf(f.dan));
      expect(await f.currency.subWalletsOf(f.dan)).to.equal(1n);
    });

    it("leaves it without a grant", async function () {
      const { parent, grant, dayOut, yearOut } = await f.currency.subWalletOf(f.till);
      const { single, day, year, expiry, listedOnly } = grant;
      expect({ parent, single, day, year, expiry, listedOnly, dayOut, yearOut }).to.deep.equal({
        ...{ ...NONE, parent: f.company.address, dayOut: 0n, yearOut: 0n },
      });
      await expect(f.asTill.transfer(f.shop, 1n)).to.be.revertedWithCustomError(f.currency, "SubWalletGrantExpired");
    });

    it("reverts for a parent of another institution, and for one without a wallet", async function () {
      await expect(f.rival.openSubWallet(f.other, f.dan))
        .to.be.revertedWithCustomError(f.currency, "WalletNotSponsored")
        .withArgs(f.dan, f.at.banks[0].number, f.at.banks[1].number);
      await expect(f.sponsor.openSubWallet(f.other, f.stranger))
        .to.be.revertedWithCustomError(f.currency, "WalletNotSponsored")
        .withArgs(f.stranger, 0n, f.at.banks[0].number);
    });

    it("reverts for a parent that is a sub-wallet: no family within a family", async function () {
      await expect(f.sponsor.openSubWallet(f.other, f.till))
        .to.be.revertedWithCustomError(f.currency, "SubWalletParentInvalid")
        .withArgs(f.till);
    });

    it("reverts for an account that has a wallet, of whomever", async function () {
      for (const account of [f.ann, f.company]) {
        await expect(f.sponsor.openSubWallet(account, f.company))
          .to.be.revertedWithCustomError(f.currency, "WalletAlreadyOpen")
          .withArgs(account, f.at.banks[0].number);
      }
    });

    it("is for institutions", async function () {
      await expect(f.asParent.openSubWallet(f.other, f.company)).to.be.revertedWithCustomError(
        f.at.registry,
        "InstitutionUnknown",
      );
    });
  });

  describe("setSubWalletGrant", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployGranted);
    });

    it("logs the grant and keeps what was paid", async function () {
      await f.asTill.transfer(f.shop, minor("30"));
      const next = { ...GRANT, single: minor("50"), expiry: FAR - 1n, listedOnly: true };
      await expect(f.asParent.setSubWalletGrant(f.till, next))
        .to.emit(f.currency, "SubWalletGrantSet")
        .withArgs(f.till, f.company, Object.values(next));
      const { grant } = await f.currency.subWalletOf(f.till);
      expect(grant).to.deep.equal(Object.values(next));
      expect(await paidOf()).to.deep.equal([minor("30"), minor("30")]);
    });

    it("reverts for everybody but the parent, the institution included", async function () {
      for (const caller of [f.till, f.icbc, f.dan]) {
        await expect(f.currency.connect(caller).setSubWalletGrant(f.till, GRANT))
          .to.be.revertedWithCustomError(f.currency, "SubWalletNotParent")
          .withArgs(f.till, caller);
      }
      await expect(f.asParent.setSubWalletGrant(f.dan, GRANT))
        .to.be.revertedWithCustomError(f.currency, "SubWalletNotParent")
        .withArgs(f.dan, f.company);
    });

    it("reverts when a cap is below what it bounds", async function () {
      for (const wrong of [
        { ...GRANT, single: GRANT.day + 1n },
        { ...GRANT, day: GRANT.year + 1n },
      ]) {
        await expect(f.asParent.setSubWalletGrant(f.till, wrong))
          .to.be.revertedWithCustomError(f.currency, "SubWalletGrantInvalid")
          .withArgs(f.till);
      }
    });
  });

  describe("setSubWalletPayee", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployGranted);
    });

    it("names a payee, logs it once, and takes it off again", async function () {
      for (const allowed of [true, false]) {
        await expect(f.asParent.setSubWalletPayee(f.till, f.shop, allowed))
          .to.emit(f.currency, "SubWalletPayeeSet")
          .withArgs(f.till, f.company, f.shop, allowed);
        await expect(f.asParent.setSubWalletPayee(f.till, f.shop, allowed)).not.to.emit(
          f.currency,
          "SubWalletPayeeSet",
        );
        expect(await f.currency.isSubWalletPayee(f.till, f.shop)).to.equal(allowed);
      }
    });

    it("reverts for everybody but the parent", async function () {
      await expect(f.asTill.setSubWalletPayee(f.till, f.shop, true))
        .to.be.revertedWithCustomError(f.currency, "SubWalletNotParent")
        .withArgs(f.till, f.till);
    });
  });

  describe("paying", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployGranted);
    });

    for (const path of PAYING_PATHS) {
      const prepare = (amount: bigint) =>
        path.prepare(chain, { currency: f.at.currency, payer: f.till, payee: f.shop, amount, helper: f.carrier });

      it(`${path.name} pays the grant's single payment and not one unit more`, async function () {
        await expect((await prepare(GRANT.single + 1n))())
          .to.be.revertedWithCustomError(f.currency, "SubWalletSingleLimitExceeded")
          .withArgs(f.till, GRANT.single + 1n, GRANT.single);
        await (
          await prepare(GRANT.single)
        )();
        expect(await paidOf()).to.deep.equal([GRANT.single, GRANT.single]);
      });

      it(`${path.name} fills the grant's day and stops there until midnight`, async function () {
        const midnight = await nextMidnight(chain);
        await f.asTill.payOut([entry(f.shop, minor("100")), entry(f.shop, minor("100"))], identityOf(f.till));
        await (
          await prepare(minor("50"))
        )();
        const more = await prepare(1n);
        await networkHelpers.time.setNextBlockTimestamp(midnight - 1);
        await expect(more())
          .to.be.revertedWithCustomError(f.currency, "SubWalletDayLimitExceeded")
          .withArgs(f.till, 1n, GRANT.day, GRANT.day);
        await networkHelpers.time.setNextBlockTimestamp(midnight);
        await more();
        expect(await paidOf()).to.deep.equal([1n, GRANT.day + 1n]);
      });

      it(`${path.name} pays nobody from the expiry on`, async function () {
        const expiry = BigInt(await networkHelpers.time.latest()) + 1_000n;
        await f.asParent.setSubWalletGrant(f.till, { ...GRANT, expiry });
        const late = await prepare(2n);
        await networkHelpers.time.setNextBlockTimestamp(expiry - 1n);
        await f.asTill.transfer(f.shop, 1n);
        await networkHelpers.time.setNextBlockTimestamp(expiry);
        await expect(late())
          .to.be.revertedWithCustomError(f.currency, "SubWalletGrantExpired")
          .withArgs(f.till, expiry, expiry);
      });

      it(`${path.name} pays a listed payee only`, async function () {
        await f.asParent.setSubWalletGrant(f.till, { ...GRANT, listedOnly: true });
        await expect((await prepare(1n))())
          .to.be.revertedWithCustomError(f.currency, "SubWalletPayeeNotListed")
          .withArgs(f.till, f.shop);
        await f.asParent.setSubWalletPayee(f.till, f.shop, true);
        await (
          await prepare(1n)
        )();
      });
    }

    it("fills the grant's year and stops there until new year", async function () {
      const pay = (amount: bigint) => f.asTill.transfer(f.shop, amount);
      const newYear = await nextNewYear(chain);
      for (const amount of [minor("100"), minor("100")]) await pay(amount);
      await networkHelpers.time.increaseTo(await nextMidnight(chain));
      for (const amount of [minor("100"), minor("100")]) await pay(amount);
      await expect(pay(1n))
        .to.be.revertedWithCustomError(f.currency, "SubWalletYearLimitExceeded")
        .withArgs(f.till, 1n, GRANT.year, GRANT.year);
      await networkHelpers.time.setNextBlockTimestamp(newYear);
      await pay(1n);
      expect(await paidOf()).to.deep.equal([1n, 1n]);
    });

    it("canTransfer knows the grant", async function () {
      await f.asTill.transfer(f.shop, minor("100"));
      await f.asTill.transfer(f.shop, minor("100"));
      const can = (amount: bigint) => f.currency.canTransfer(f.till, f.shop, amount);
      expect([await can(minor("50")), await can(minor("50") + 1n)]).to.deep.equal([true, false]);
      await f.asParent.setSubWalletGrant(f.till, { ...GRANT, listedOnly: true });
      expect(await can(1n)).to.equal(false);
      await f.asParent.setSubWalletGrant(f.till, { ...GRANT, expiry: 0n });
      expect(await can(1n)).to.equal(false);
    });

    it("binds what goes to the own institution, which no class counts", async function () {
      await f.asTill.transfer(f.icbc, minor("100"));
      expect(await paidOf()).to.deep.equal([minor("100"), minor("100")]);
      await f.asParent.setSubWalletGrant(f.till, { ...GRANT, listedOnly: true });
      await expect(f.asTill.transfer(f.icbc, 1n))
        .to.be.revertedWithCustomError(f.currency, "SubWalletPayeeNotListed")
        .withArgs(f.till, f.icbc);
    });

    it("back to the person's own wallets needs no grant and counts nothing", async function () {
      await f.asParent.setSubWalletGrant(f.till, NONE);
      const back = await changes(f.currency, { till: f.till, company: f.company }, () =>
        f.asTill.transfer(f.company, FUNDS),
      );
      expect(back).to.deep.equal({ "till.balance": -FUNDS, "company.balance": FUNDS });
    });

    it("to a sub-wallet of the same person is bound by the grant", async function () {
      await f.sponsor.openSubWallet(f.other, f.company);
      await expect(f.asTill.transfer(f.other, GRANT.single + 1n))
        .to.be.revertedWithCustomError(f.currency, "SubWalletSingleLimitExceeded")
        .withArgs(f.till, GRANT.single + 1n, GRANT.single);
      await f.asTill.transfer(f.other, GRANT.single);
      expect(await paidOf()).to.deep.equal([GRANT.single, GRANT.single]);
    });

    it("is bound by class and person as well as by the grant", async function () {
      await f.sponsor.openSubWallet(f.other, f.dan);
      await f.currency
        .connect(f.dan)
        .setSubWalletGrant(f.other, { ...GRANT, single: minor("3000"), day: minor("9000"), year: minor("9000") });
      await fund(f.at, f.dan, minor("6000"));
      await f.currency.connect(f.dan).transfer(f.other, minor("3000"));
      await expect(f.currency.connect(f.other).transfer(f.shop, minor("2000.01")))
        .to.be.revertedWithCustomError(f.currency, "WalletSingleLimitExceeded")
        .withArgs(f.other, minor("2000.01"), minor("2000"));
      await f.currency.connect(f.other).transfer(f.shop, minor("2000"));
      await f.currency.connect(f.dan).transfer(f.shop, minor("2000"));
      await expect(f.currency.connect(f.other).transfer(f.shop, minor("1000.01")))
        .to.be.revertedWithCustomError(f.currency, "WalletDayLimitExceeded")
        .withArgs(f.other, minor("1000.01"), minor("4000"), minor("5000"));
    });
  });

  describe("a hold", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployGranted);
    });

    const place = async (payer: Families["company"], payee: string) => {
      const terms = await holdTerms(chain, payer, f.carrier, minor("60"), { payee, expiry: FAR });
      await f.currency.connect(payer).placeHold(terms);
      return terms;
    };

    it("is given back to the grant, as to the person", async function () {
      await openMore(f, f.dan, CLASS.IV, []);
      await f.sponsor.openSubWallet(f.other, f.dan);
      await f.currency.connect(f.dan).setSubWalletGrant(f.other, GRANT);
      await fund(f.at, f.other, minor("60"));
      const terms = await place(f.other, f.shop.address);
      const counted = async () => {
        const [{ dayOut, yearOut }, wallet] = [await f.currency.subWalletOf(f.other), await f.currency.walletOf(f.dan)];
        return [dayOut, yearOut, wallet.dayOut, wallet.yearOut];
      };
      expect(await counted()).to.deep.equal(Array(4).fill(minor("60")));
      await f.currency.connect(f.carrier).releaseHold(terms);
      expect(await counted()).to.deep.equal(Array(4).fill(0n));
    });

    it("of a class that counts nothing is given back to the grant alone", async function () {
      const terms = await place(f.till, ZeroAddress);
      await f.currency.connect(f.carrier).releaseHold(terms);
      expect(await paidOf()).to.deep.equal([0n, 0n]);
    });

    it("placed in time is captured after the grant has ended", async function () {
      const terms = await place(f.till, f.shop.address);
      await f.asParent.setSubWalletGrant(f.till, NONE);
      await f.currency.connect(f.carrier).captureHold(terms, f.shop, minor("60"));
      expect(await f.currency.balanceOf(f.shop)).to.equal(minor("60"));
    });

    it("has to name its payee where payees are listed", async function () {
      await f.asParent.setSubWalletGrant(f.till, { ...GRANT, listedOnly: true });
      await f.asParent.setSubWalletPayee(f.till, f.shop, true);
      await expect(place(f.till, ZeroAddress))
        .to.be.revertedWithCustomError(f.currency, "SubWalletPayeeNotListed")
        .withArgs(f.till, ZeroAddress);
      await place(f.till, f.shop.address);
    });
  });

  describe("closing", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployGranted);
    });

    it("is refused to a parent while a sub-wallet is open", async function () {
      await f.asParent.transfer(f.icbc, await f.currency.balanceOf(f.company));
      await expect(f.sponsor.closeWallet(f.company))
        .to.be.revertedWithCustomError(f.currency, "WalletHasSubWallets")
        .withArgs(f.company, 1n);
      await f.asTill.transfer(f.company, FUNDS);
      await f.sponsor.closeWallet(f.till);
      await f.asParent.transfer(f.icbc, FUNDS);
      await f.sponsor.closeWallet(f.company);
    });

    it("ends the grant: opened again, the account is a wallet like any other", async function () {
      await f.asTill.transfer(f.company, FUNDS);
      await f.sponsor.closeWallet(f.till);
      expect(await f.currency.subWalletsOf(f.company)).to.equal(0n);
      await openMore(f, f.company, CLASS.corporate, [f.till]);
      expect((await f.currency.subWalletOf(f.till)).parent).to.equal(ZeroAddress);
      await f.asParent.transfer(f.till, FUNDS);
      await f.asTill.transfer(f.shop, FUNDS);
    });
  });
});
