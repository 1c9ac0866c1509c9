import { expect } from "chai";
import { ZeroHash } from "ethers";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, ROLE, UPGRADE_DELAY, fund, identityOf } from "../support/currency.js";
import { deployFamilies, openMore, type Families } from "../support/families.js";
import { changes, readWord } from "../support/frame.js";
import { holdTerms } from "../support/holds.js";
import { nextMidnight, nextNewYear } from "../support/limits.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const FAR = 2n ** 40n;

async function deploy(): Promise<Families> {
  const f = await deployFamilies(chain);
  await fund(f.at, f.dan, minor("10000"));
  return f;
}

async function deployFamily(): Promise<Families> {
  const f = await deploy();
  await openMore(f, f.dan, CLASS.IV, [f.spare[0]]);
  await fund(f.at, f.spare[0], minor("10000"));
  return f;
}

describe("Wallet families", function () {
  let f: Families;

  const counted = async (account: { readonly address: string }) => {
    const { dayOut, yearOut } = await f.currency.walletOf(account.address);
    return [dayOut, yearOut];
  };
  const familyOf = (account: { readonly address: string }) => f.currency.familyOf(account.address);

  describe("openWallet", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deploy);
    });

    it("leaves a person's only wallet as it is", async function () {
      expect(await familyOf(f.dan)).to.equal(0n);
      expect(readWord(await f.currency.accountWord(f.dan)).class).to.equal(BigInt(CLASS.IV));
    });

    it("makes a family of the first wallet and the second", async function () {
      const [second] = f.spare;
      await expect(f.sponsor.openWallet(second, CLASS.III, identityOf(f.dan)))
        .to.emit(f.currency, "WalletJoinedFamily")
        .withArgs(f.dan, 1n)
        .and.to.emit(f.currency, "WalletJoinedFamily")
        .withArgs(second, 1n);
      expect([await familyOf(f.dan), await familyOf(second)]).to.deep.equal([1n, 1n]);
      expect((await f.currency.walletOf(second)).walletClass).to.equal(CLASS.III);
      expect((await f.currency.walletOf(f.dan)).walletClass).to.equal(CLASS.IV);
    });

    it("adds the third to the two", async function () {
      const [second, third] = f.spare;
      await openMore(f, f.dan, CLASS.IV, [second]);
      await expect(f.sponsor.openWallet(third, CLASS.IV, identityOf(f.dan)))
        .to.emit(f.currency, "WalletJoinedFamily")
        .withArgs(third, 1n);
    });

    it("keeps balance, holds and flags of the wallet that joins", async function () {
      await f.currency.connect(f.dan).placeHold(await holdTerms(chain, f.dan, f.carrier, minor("7")));
      const before = readWord(await f.currency.accountWord(f.dan));
      await openMore(f, f.dan, CLASS.IV, [f.spare[0]]);
      const { balance, held, flags, sponsor } = readWord(await f.currency.accountWord(f.dan));
      expect({ balance, held, flags, sponsor }).to.deep.equal({
        balance: before.balance,
        held: minor("7"),
        flags: before.flags,
        sponsor: before.sponsor,
      });
    });

    it("takes along what the first had paid", async function () {
      await f.currency.connect(f.dan).transfer(f.shop, minor("2000"));
      await openMore(f, f.dan, CLASS.IV, [f.spare[0]]);
      expect(await counted(f.spare[0])).to.deep.equal([minor("2000"), minor("2000")]);
      expect(await counted(f.dan)).to.deep.equal([minor("2000"), minor("2000")]);
    });

    it("keeps persons of another commitment and of another institution apart", async function () {
      const [second, third, fourth] = f.spare;
      await f.rival.openWallet(second, CLASS.IV, identityOf(f.dan));
      await openMore(f, third, CLASS.IV, [third]);
      expect(await Promise.all([f.dan, second, third].map(familyOf))).to.deep.equal([0n, 0n, 0n]);
      // each of them founds a family of its own
      await f.rival.openWallet(fourth, CLASS.IV, identityOf(f.dan));
      await openMore(f, third, CLASS.IV, [f.stranger]);
      expect(await Promise.all([second, fourth, third, f.stranger, f.dan].map(familyOf))).to.deep.equal([
        ...[1n, 1n, 2n, 2n, 0n],
      ]);
    });

    it("fills the counter to its end where a wallet brings more than fits", async function () {
      const [second] = f.spare;
      const most = 2n ** 40n - 1n;
      const governor = f.currency.connect(f.at.officers.governor);
      const loose = { ...f.at.limits.IV, balance: 2n ** 64n - 1n, single: 2n ** 64n - 1n, day: most - 1n, year: most };
      await governor.setClassLimits(CLASS.IV, loose);
      for (const account of [f.dan, second]) {
        if (account === second) await f.rival.openWallet(second, CLASS.IV, ref("at the other bank"));
        await fund(f.at, account, most - 1n);
        await f.currency.connect(account).transfer(f.company, most - 1n);
      }
      await f.currency.connect(second).transfer(f.boc, await f.currency.balanceOf(second));
      await f.rival.closeWallet(second);
      await openMore(f, f.dan, CLASS.IV, [second]);
      expect(await counted(f.dan)).to.deep.equal([most, most]);
    });
  });

  describe("money between wallets of one person", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployFamily);
    });

    it("counts nothing and knows no limit of a payment", async function () {
      const [second] = f.spare;
      await f.currency.connect(second).transfer(f.icbc, minor("10000"));
      const sent = await changes(f.currency, { dan: f.dan, second }, () =>
        f.currency.connect(f.dan).transfer(second, minor("10000")),
      );
      expect(sent).to.deep.equal({ "dan.balance": -minor("10000"), "second.balance": minor("10000") });
      expect(await counted(f.dan)).to.deep.equal([0n, 0n]);
    });

    it("still has to fit the receiver's balance", async function () {
      await expect(f.currency.connect(f.dan).transfer(f.spare[0], 1n))
        .to.be.revertedWithCustomError(f.currency, "WalletBalanceLimitExceeded")
        .withArgs(f.spare[0], 1n, minor("10000"), minor("10000"));
      expect(await f.currency.canTransfer(f.dan, f.spare[0], 1n)).to.equal(false);
    });

    it("does not move while the class is halted", async function () {
      await fund(f.at, f.icbc, 1n);
      await f.currency.connect(f.at.officers.halter).haltClass(CLASS.IV);
      for (const [payer, payee] of [
        [f.dan, f.spare[0]],
        [f.spare[0], f.shop],
      ] as const) {
        await expect(f.currency.connect(payer).transfer(payee, 1n))
          .to.be.revertedWithCustomError(f.currency, "WalletHalted")
          .withArgs(payer, CLASS.IV);
      }
      await expect(f.currency.connect(f.icbc).transfer(f.spare[0], 1n))
        .to.be.revertedWithCustomError(f.currency, "WalletHalted")
        .withArgs(f.spare[0], CLASS.IV);
      expect(await f.currency.canSend(f.spare[0])).to.equal(false);
      expect(await f.currency.canReceive(f.spare[0])).to.equal(false);
    });

    it("is refused by a class that is shut", async function () {
      await f.currency.connect(f.at.officers.governor).setClassLimits(CLASS.IV, { ...f.at.limits.IV, open: false });
      await expect(f.currency.connect(f.dan).transfer(f.spare[0], 1n))
        .to.be.revertedWithCustomError(f.currency, "ERC7943CannotSend")
        .withArgs(f.dan);
    });
  });

  describe("a hold", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployFamily);
    });

    const place = async (payer: Families["dan"]) => {
      const terms = await holdTerms(chain, payer, f.carrier, minor("2000"), { expiry: FAR });
      await f.currency.connect(payer).placeHold(terms);
      return terms;
    };
    const release = async (terms: Awaited<ReturnType<typeof place>>) =>
      f.currency.connect(f.carrier).releaseHold(terms);

    it("is given back to all of them when it is released on its day", async function () {
      const terms = await place(f.dan);
      await f.currency.connect(f.spare[0]).transfer(f.shop, minor("1"));
      expect(await counted(f.spare[0])).to.deep.equal([minor("2001"), minor("2001")]);
      await release(terms);
      expect(await counted(f.spare[0])).to.deep.equal([minor("1"), minor("1")]);
    });

    it("is given back to the year only on a later day, and not at all in a later year", async function () {
      const [midnight, newYear] = [await nextMidnight(chain), await nextNewYear(chain)];
      const [first, second] = [await place(f.dan), await place(f.spare[0])];
      await networkHelpers.time.setNextBlockTimestamp(midnight);
      await f.currency.connect(f.spare[0]).transfer(f.shop, minor("1"));
      await release(first);
      expect(await counted(f.dan)).to.deep.equal([minor("1"), minor("2001")]);
      await networkHelpers.time.setNextBlockTimestamp(newYear);
      await f.currency.connect(f.spare[0]).transfer(f.shop, minor("3"));
      await release(second);
      expect(await counted(f.dan)).to.deep.equal([minor("3"), minor("3")]);
    });

    it("placed by a wallet that joined later is given back to the family", async function () {
      const [, third] = f.spare;
      await openMore(f, f.cai, CLASS.III, []);
      await fund(f.at, f.cai, minor("5000"));
      const terms = await holdTerms(chain, f.cai, f.carrier, minor("2000"), { expiry: FAR });
      await f.currency.connect(f.cai).placeHold(terms);
      await openMore(f, f.cai, CLASS.III, [third]);
      expect(await counted(third)).to.deep.equal([minor("2000"), minor("2000")]);
      await release(terms);
      expect(await counted(third)).to.deep.equal([0n, 0n]);
    });

    it("is captured unless the class is halted, and then released", async function () {
      const terms = await place(f.dan);
      await f.currency.connect(f.at.officers.halter).haltClass(CLASS.IV);
      await expect(f.currency.connect(f.carrier).captureHold(terms, f.shop, 1n))
        .to.be.revertedWithCustomError(f.currency, "WalletHalted")
        .withArgs(f.dan, CLASS.IV);
      await release(terms);
      await f.currency.connect(f.at.officers.resumer).resumeClass(CLASS.IV);
      const again = await place(f.dan);
      await f.currency.connect(f.carrier).captureHold(again, f.shop, minor("2000"));
      expect(await counted(f.spare[0])).to.deep.equal([minor("2000"), minor("2000")]);
    });

    it("of a class without limits of day and year counts nothing", async function () {
      const [, second] = f.spare;
      await openMore(f, f.ann, CLASS.I, [second]);
      await fund(f.at, second, minor("10"));
      const terms = await holdTerms(chain, second, f.carrier, minor("10"), { expiry: FAR });
      await f.currency.connect(second).placeHold(terms);
      expect(await counted(f.ann)).to.deep.equal([0n, 0n]);
      await release(terms);
      expect(await f.currency.heldOf(second)).to.equal(0n);
    });
  });

  describe("reclassifyWallet", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployFamily);
    });

    it("moves one wallet to another class, with evidence, and loses no count", async function () {
      const [second] = f.spare;
      await f.currency.connect(second).transfer(f.shop, minor("2000"));
      await expect(f.sponsor.reclassifyWallet(second, CLASS.II, ref("passport and bank card")))
        .to.emit(f.currency, "WalletReclassified")
        .withArgs(second, f.at.banks[0].number, CLASS.IV, CLASS.II, ref("passport and bank card"));
      expect(await counted(second)).to.deep.equal([minor("2000"), minor("2000")]);
      expect(await familyOf(second)).to.equal(1n);
      expect((await f.currency.walletOf(f.dan)).walletClass).to.equal(CLASS.IV);
    });

    it("leaves the weaker wallet its own limits, counted over both", async function () {
      const [second] = f.spare;
      await f.sponsor.reclassifyWallet(second, CLASS.II, ref("passport"));
      await f.currency.connect(second).transfer(f.shop, minor("5000"));
      await expect(f.currency.connect(f.dan).transfer(f.shop, 1n))
        .to.be.revertedWithCustomError(f.currency, "WalletDayLimitExceeded")
        .withArgs(f.dan, 1n, minor("5000"), minor("5000"));
    });

    it("reverts without evidence", async function () {
      await expect(f.sponsor.reclassifyWallet(f.dan, CLASS.III, ZeroHash))
        .to.be.revertedWithCustomError(f.currency, "WalletEvidenceMissing")
        .withArgs(f.dan);
    });
  });

  describe("closeWallet", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deploy);
    });

    const paidAndClosed = async () => {
      await f.currency.connect(f.dan).transfer(f.shop, minor("2000"));
      await f.currency.connect(f.dan).transfer(f.icbc, minor("8000"));
      await f.sponsor.closeWallet(f.dan);
    };
    const PAID = [minor("2000"), minor("2000")];

    it("leaves the person what it has paid, for whatever account it opens next", async function () {
      await paidAndClosed();
      await openMore(f, f.dan, CLASS.IV, [f.spare[0]]);
      expect(await counted(f.spare[0])).to.deep.equal(PAID);
    });

    it("counts nothing twice when the same account is opened again", async function () {
      await paidAndClosed();
      await openMore(f, f.dan, CLASS.IV, [f.dan]);
      expect(await counted(f.dan)).to.deep.equal(PAID);
      await openMore(f, f.dan, CLASS.IV, [f.spare[0]]);
      expect(await counted(f.spare[0])).to.deep.equal(PAID);
    });

    it("lets the account take a copy to another institution, and the person keep its own", async function () {
      await paidAndClosed();
      await f.rival.openWallet(f.dan, CLASS.IV, ref("dan at the other bank"));
      expect(await counted(f.dan)).to.deep.equal(PAID);
      expect(await familyOf(f.dan)).to.equal(0n);
      await openMore(f, f.dan, CLASS.IV, [f.spare[0]]);
      expect(await counted(f.spare[0])).to.deep.equal(PAID);
    });

    it("adds what the account brings from another person's family", async function () {
      await openMore(f, f.cai, CLASS.III, [f.spare[0]]);
      await paidAndClosed();
      await fund(f.at, f.cai, minor("1000"));
      await f.currency.connect(f.cai).transfer(f.shop, minor("1000"));
      await openMore(f, f.cai, CLASS.III, [f.dan]);
      expect(await counted(f.cai)).to.deep.equal([minor("3000"), minor("3000")]);
    });

    it("forgets a person that has paid nothing this year", async function () {
      await f.currency.connect(f.dan).transfer(f.shop, minor("2000"));
      await f.currency.connect(f.dan).transfer(f.icbc, minor("8000"));
      await networkHelpers.time.increaseTo(await nextNewYear(chain));
      await f.sponsor.closeWallet(f.dan);
      await openMore(f, f.dan, CLASS.IV, [f.spare[0]]);
      expect(await familyOf(f.spare[0])).to.equal(0n);
      expect(await counted(f.spare[0])).to.deep.equal([0n, 0n]);
    });

    it("takes a wallet out of nothing: the others of the family go on", async function () {
      await openMore(f, f.dan, CLASS.IV, [f.spare[0]]);
      await paidAndClosed();
      expect(await counted(f.spare[0])).to.deep.equal(PAID);
      expect((await f.currency.walletOf(f.dan)).walletClass).to.equal(0n);
      await expect(f.currency.connect(f.icbc).transfer(f.dan, 1n))
        .to.be.revertedWithCustomError(f.currency, "ERC7943CannotReceive")
        .withArgs(f.dan);
      expect(await f.currency.canReceive(f.dan)).to.equal(false);
    });

    it("lets the account become an institution's", async function () {
      await openMore(f, f.dan, CLASS.IV, [f.spare[0]]);
      await f.sponsor.closeWallet(f.spare[0]);
      await f.at.registry.connect(f.at.officers.registrar).addAccount(f.at.banks[1].number, f.spare[0]);
      await f.currency.openInstitutionWallet(f.spare[0]);
      expect((await f.currency.walletOf(f.spare[0])).walletClass).to.equal(CLASS.institution);
      expect(await familyOf(f.spare[0])).to.equal(0n);
    });
  });

  describe("enrolWallet", function () {
    /** A currency without families, in use, which becomes one with families. */
    async function deployUpgraded() {
      const families = await deployFamilies(chain);
      const { authority, registry, officers, banks } = families.at;
      const office = await ethers.deployContract("CurrencyOffice", ["e-CNY", "e-CNY", "CNY", registry]);
      const before = await ethers.deployContract("LocalCurrencyMock", [office, authority]);
      const after = await ethers.deployContract("ECNY", [registry, authority]);
      const initialize = before.interface.encodeFunctionData("initialize", [await authority.getAddress()]);
      const proxy = await ethers.deployContract("ERC1967Proxy", [before, initialize]);
      const currency = await ethers.getContractAt("IRetailCurrency", await proxy.getAddress());
      const { selector } = currency.interface.getFunction("upgradeToAndCall");
      await authority.connect(officers.admin).setTargetFunctionRole(currency, [selector], ROLE.upgrader);
      const asBank = currency.connect(banks[0].account);
      for (const account of families.spare.slice(0, 2)) await asBank.openWallet(account, CLASS.IV, ref("one person"));
      const upgrade = currency.interface.encodeFunctionData("upgradeToAndCall", [await after.getAddress(), "0x"]);
      await authority.connect(officers.upgrader).schedule(currency, upgrade, 0n);
      await networkHelpers.time.increase(UPGRADE_DELAY);
      await currency.connect(officers.upgrader).upgradeToAndCall(after, "0x");
      return { ...families, currency, sponsor: asBank };
    }

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployUpgraded);
    });

    it("counts wallets together that were opened before there were families", async function () {
      const [first, second] = f.spare;
      await f.currency.connect(f.stranger).enrolWallet(first);
      expect(await familyOf(first)).to.equal(0n);
      await expect(f.currency.connect(f.stranger).enrolWallet(second))
        .to.emit(f.currency, "WalletJoinedFamily")
        .withArgs(first, 1n)
        .and.to.emit(f.currency, "WalletJoinedFamily")
        .withArgs(second, 1n);
    });

    it("does nothing the second time", async function () {
      const [first, second] = f.spare;
      for (const account of [first, first, second]) await f.currency.enrolWallet(account);
      await expect(f.currency.enrolWallet(second)).not.to.emit(f.currency, "WalletJoinedFamily");
    });

    it("brings a parent into the family of its first sub-wallet", async function () {
      const [first, , third] = f.spare;
      await f.sponsor.openSubWallet(third, first);
      expect([await familyOf(first), await familyOf(third)]).to.deep.equal([1n, 1n]);
    });

    it("reverts for an account that has no customer's wallet", async function () {
      await expect(f.currency.enrolWallet(f.stranger))
        .to.be.revertedWithCustomError(f.currency, "WalletIdentityMissing")
        .withArgs(f.stranger);
    });
  });
});
