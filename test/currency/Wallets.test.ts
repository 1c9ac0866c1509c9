import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, POWER, deployMoney, fund, identityOf } from "../support/currency.js";
import { changes } from "../support/frame.js";
import { holdTerms } from "../support/holds.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

const ACTIVE = 2n;
const SUSPENDED = 3n;
const OFFBOARDED = 4n;

async function deployECNY() {
  const money = await deployMoney(chain);
  const { currency, registry, officers, banks } = money.mainland;
  return {
    ...money,
    ...{ currency, registry, officers, banks },
    /** The bank that sponsors every customer, and another one. */
    sponsor: currency.connect(money.icbc),
    rival: currency.connect(money.boc),
    registrar: registry.connect(officers.registrar),
  };
}

describe("DigitalCurrency wallets", function () {
  let f: Awaited<ReturnType<typeof deployECNY>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployECNY);
  });

  const walletOf = async (account: { readonly address: string }) => {
    const { walletClass, sponsor } = await f.currency.walletOf(account.address);
    return { walletClass, sponsor };
  };

  describe("an address without a wallet", function () {
    it("can neither pay nor be paid", async function () {
      await fund(f.mainland, f.company, minor("10"));
      expect(await f.currency.canReceive(f.stranger)).to.equal(false);
      expect(await f.currency.canSend(f.stranger)).to.equal(false);
      await expect(f.currency.connect(f.company).transfer(f.stranger, 1n))
        .to.be.revertedWithCustomError(f.currency, "ERC7943CannotReceive")
        .withArgs(f.stranger);
      await expect(f.currency.connect(f.stranger).transfer(f.company, 0n))
        .to.be.revertedWithCustomError(f.currency, "ERC7943CannotSend")
        .withArgs(f.stranger);
    });
  });

  describe("openWallet", function () {
    for (const name of ["I", "II", "III", "IV", "corporate", "government"] as const) {
      it(`opens a wallet of class ${name} for a customer of the caller`, async function () {
        const { stranger } = f;
        const opened = await changes(f.currency, { stranger }, () =>
          f.rival.openWallet(stranger, CLASS[name], identityOf(stranger)),
        );
        expect(opened).to.deep.equal({
          "stranger.class": BigInt(CLASS[name]),
          "stranger.sponsor": f.banks[1].number,
          "stranger.identity": BigInt(identityOf(stranger)),
        });
      });
    }

    it("opens a wallet of a class that has no limits yet, which stays shut", async function () {
      await f.sponsor.openWallet(f.stranger, 15, identityOf(f.stranger));
      expect(await f.currency.canReceive(f.stranger)).to.equal(false);
    });

    it("logs sponsor, class and commitment", async function () {
      await expect(f.sponsor.openWallet(f.stranger, CLASS.II, identityOf(f.stranger)))
        .to.emit(f.currency, "WalletOpened")
        .withArgs(f.stranger, f.banks[0].number, CLASS.II, identityOf(f.stranger));
    });

    it("reverts for the classes of no wallet and of institutions, and from 16 on", async function () {
      for (const walletClass of [CLASS.none, CLASS.institution, 16, 255]) {
        await expect(f.sponsor.openWallet(f.stranger, walletClass, identityOf(f.stranger)))
          .to.be.revertedWithCustomError(f.currency, "WalletClassInvalid")
          .withArgs(walletClass);
      }
    });

    it("reverts without an identity commitment", async function () {
      await expect(f.sponsor.openWallet(f.stranger, CLASS.I, ZeroHash))
        .to.be.revertedWithCustomError(f.currency, "WalletIdentityMissing")
        .withArgs(f.stranger);
    });

    it("reverts for an account that has a wallet, also at another bank", async function () {
      await expect(f.rival.openWallet(f.ann, CLASS.I, identityOf(f.ann)))
        .to.be.revertedWithCustomError(f.currency, "WalletAlreadyOpen")
        .withArgs(f.ann, f.banks[0].number);
    });

    it("reverts for the zero address", async function () {
      await expect(f.sponsor.openWallet(ZeroAddress, CLASS.I, ref("nobody")))
        .to.be.revertedWithCustomError(f.currency, "WalletAccountInvalid")
        .withArgs(ZeroAddress);
    });

    it("reverts for an issuer, who owns no money", async function () {
      await expect(f.sponsor.openWallet(f.officers.issuer, CLASS.corporate, ref("desk")))
        .to.be.revertedWithCustomError(f.currency, "WalletAccountInvalid")
        .withArgs(f.officers.issuer);
    });

    it("reverts for a caller that is no institution", async function () {
      await expect(f.currency.connect(f.company).openWallet(f.stranger, CLASS.I, identityOf(f.stranger)))
        .to.be.revertedWithCustomError(f.registry, "InstitutionUnknown")
        .withArgs(0n);
    });

    it("reverts for a suspended institution, and works again once it is active", async function () {
      await f.registrar.setStatus(f.banks[0].number, SUSPENDED, ref("inspection"));
      await expect(f.sponsor.openWallet(f.stranger, CLASS.I, identityOf(f.stranger)))
        .to.be.revertedWithCustomError(f.registry, "InstitutionNotActive")
        .withArgs(f.banks[0].number, SUSPENDED);
      await f.registrar.setStatus(f.banks[0].number, ACTIVE, ref("inspection closed"));
      await f.sponsor.openWallet(f.stranger, CLASS.I, identityOf(f.stranger));
    });

    it("keeps frozen what was frozen before it was opened", async function () {
      await f.currency.connect(f.officers.enforcer).freeze(f.stranger, ref("order"));
      await f.sponsor.openWallet(f.stranger, CLASS.I, identityOf(f.stranger));
      expect(await f.currency.canReceive(f.stranger)).to.equal(false);
    });
  });

  describe("closeInstitutionWallet", function () {
    const account = () => f.banks[1].account;
    const close = () => f.currency.connect(f.carrier).closeInstitutionWallet(account());
    const removed = () => f.registrar.removeAccount(f.banks[1].number, account());
    const empty = async () => {
      const balance = await f.currency.balanceOf(account());
      if (balance !== 0n) await f.currency.connect(account()).transfer(f.icbc, balance);
    };

    it("closes the wallet of an account that was removed, at anybody's call", async function () {
      await empty();
      await f.registrar.addAccount(f.banks[1].number, f.stranger);
      await f.registrar.setSettlementAccount(f.banks[1].number, f.stranger);
      await removed();
      const bank = account();
      expect(await changes(f.currency, { bank }, close)).to.deep.equal({
        "bank.class": -BigInt(CLASS.institution),
        "bank.sponsor": -f.banks[1].number,
      });
    });

    it("closes the wallet of an institution that was offboarded, and logs it", async function () {
      await empty();
      await f.registrar.setStatus(f.banks[1].number, OFFBOARDED, ref("merger"));
      await expect(close()).to.emit(f.currency, "WalletClosed").withArgs(account(), f.banks[1].number);
    });

    it("ends redemption there: the customer's payment is refused, not left uncounted", async function () {
      await f.rival.openWallet(f.stranger, CLASS.IV, identityOf(f.stranger));
      await fund(f.mainland, f.stranger, minor("10"));
      await empty();
      await f.registrar.setStatus(f.banks[1].number, OFFBOARDED, ref("merger"));
      await close();
      await expect(f.currency.connect(f.stranger).transfer(account(), 1n))
        .to.be.revertedWithCustomError(f.currency, "ERC7943CannotReceive")
        .withArgs(account());
    });

    for (const [title, prepare] of [
      ["active", () => Promise.resolve()],
      ["suspended", () => f.registrar.setStatus(f.banks[1].number, SUSPENDED, ref("inquiry"))],
    ] as const) {
      it(`reverts while the account acts for an institution that is ${title}`, async function () {
        await prepare();
        await expect(close())
          .to.be.revertedWithCustomError(f.currency, "WalletInstitutionPresent")
          .withArgs(account(), f.banks[1].number);
      });
    }

    it("reverts while there is money", async function () {
      await fund(f.mainland, account(), 1n);
      const balance = await f.currency.balanceOf(account());
      await f.registrar.setStatus(f.banks[1].number, OFFBOARDED, ref("merger"));
      await expect(close()).to.be.revertedWithCustomError(f.currency, "WalletNotEmpty").withArgs(account(), balance);
    });

    it("reverts for a customer's wallet, and for none", async function () {
      for (const [whose, walletClass] of [
        [f.ann, CLASS.I],
        [f.stranger, 0],
      ] as const) {
        await expect(f.currency.closeInstitutionWallet(whose))
          .to.be.revertedWithCustomError(f.currency, "WalletClassInvalid")
          .withArgs(walletClass);
      }
    });
  });

  describe("openInstitutionWallet", function () {
    it("opens a wallet for an account that the registry lists, at anybody's call", async function () {
      await f.registrar.addAccount(f.banks[1].number, f.stranger);
      const { stranger } = f;
      expect(
        await changes(f.currency, { stranger }, () => f.currency.connect(f.carrier).openInstitutionWallet(stranger)),
      ).to.deep.equal({ "stranger.class": BigInt(CLASS.institution), "stranger.sponsor": f.banks[1].number });
    });

    it("logs the wallet without a commitment", async function () {
      await f.registrar.addAccount(f.banks[1].number, f.stranger);
      await expect(f.currency.openInstitutionWallet(f.stranger))
        .to.emit(f.currency, "WalletOpened")
        .withArgs(f.stranger, f.banks[1].number, CLASS.institution, ZeroHash);
    });

    it("reverts for an account that the registry does not list", async function () {
      await expect(f.currency.openInstitutionWallet(f.stranger))
        .to.be.revertedWithCustomError(f.registry, "InstitutionUnknown")
        .withArgs(0n);
    });

    it("reverts for an institution that is not active", async function () {
      await f.registrar.addAccount(f.banks[1].number, f.stranger);
      await f.registrar.setStatus(f.banks[1].number, OFFBOARDED, ref("merger"));
      await expect(f.currency.openInstitutionWallet(f.stranger))
        .to.be.revertedWithCustomError(f.registry, "InstitutionNotActive")
        .withArgs(f.banks[1].number, OFFBOARDED);
    });

    it("reverts for a wallet that is open", async function () {
      await expect(f.currency.openInstitutionWallet(f.icbc))
        .to.be.revertedWithCustomError(f.currency, "WalletAlreadyOpen")
        .withArgs(f.icbc, f.banks[0].number);
    });
  });

  describe("reclassifyWallet", function () {
    it("changes the class and nothing else", async function () {
      const { dan } = f;
      await fund(f.mainland, dan, minor("100"));
      await f.currency.connect(dan).transfer(f.shop, minor("1"));
      expect(
        await changes(f.currency, { dan }, () => f.sponsor.reclassifyWallet(dan, CLASS.II, ref("evidence"))),
      ).to.deep.equal({
        "dan.class": BigInt(CLASS.II - CLASS.IV),
      });
    });

    it("logs the step", async function () {
      await expect(f.sponsor.reclassifyWallet(f.dan, CLASS.III, ref("evidence")))
        .to.emit(f.currency, "WalletReclassified")
        .withArgs(f.dan, f.banks[0].number, CLASS.IV, CLASS.III, ref("evidence"));
    });

    it("says nothing when the class is the same", async function () {
      await expect(f.sponsor.reclassifyWallet(f.dan, CLASS.IV, ref("evidence"))).not.to.emit(
        f.currency,
        "WalletReclassified",
      );
    });

    it("keeps a balance above the new cap, and lets it out but nothing in", async function () {
      await fund(f.mainland, f.bob, minor("20000"));
      await f.sponsor.reclassifyWallet(f.bob, CLASS.IV, ref("evidence"));
      expect(await f.currency.balanceOf(f.bob)).to.equal(minor("20000"));
      await f.currency.connect(f.bob).transfer(f.shop, minor("2000"));
      await expect(f.currency.connect(f.shop).transfer(f.bob, 1n))
        .to.be.revertedWithCustomError(f.currency, "WalletBalanceLimitExceeded")
        .withArgs(f.bob, 1n, minor("18000"), minor("10000"));
    });

    it("reverts for the classes of no wallet and of institutions, and from 16 on", async function () {
      for (const walletClass of [CLASS.none, CLASS.institution, 16, 255]) {
        await expect(f.sponsor.reclassifyWallet(f.dan, walletClass, ref("evidence")))
          .to.be.revertedWithCustomError(f.currency, "WalletClassInvalid")
          .withArgs(walletClass);
      }
    });
  });

  describe("closeWallet", function () {
    it("takes class, sponsor and identity of an empty wallet, and nothing else", async function () {
      const { ann } = f;
      expect(await changes(f.currency, { ann }, () => f.sponsor.closeWallet(ann))).to.deep.equal({
        "ann.class": -BigInt(CLASS.I),
        "ann.sponsor": -f.banks[0].number,
        "ann.identity": -BigInt(identityOf(ann)),
      });
      expect(await walletOf(ann)).to.deep.equal({ walletClass: 0n, sponsor: 0n });
      expect(await f.currency.identityOf(ann)).to.equal(ZeroHash);
    });

    it("logs the closing", async function () {
      await expect(f.sponsor.closeWallet(f.ann)).to.emit(f.currency, "WalletClosed").withArgs(f.ann, f.banks[0].number);
    });

    it("keeps on record what was paid, so that reopening gives no second day", async function () {
      await fund(f.mainland, f.dan, minor("2000"));
      await f.currency.connect(f.dan).transfer(f.shop, minor("2000"));
      await f.sponsor.closeWallet(f.dan);
      await f.rival.openWallet(f.dan, CLASS.IV, ref("dan again"));
      const { dayOut, yearOut } = await f.currency.walletOf(f.dan);
      expect([dayOut, yearOut]).to.deep.equal([minor("2000"), minor("2000")]);
    });

    it("reverts while there is money, also if all of it is held", async function () {
      await fund(f.mainland, f.ann, minor("5"));
      await f.currency.connect(f.ann).placeHold(await holdTerms(chain, f.ann, f.carrier, minor("5")));
      await expect(f.sponsor.closeWallet(f.ann))
        .to.be.revertedWithCustomError(f.currency, "WalletNotEmpty")
        .withArgs(f.ann, minor("5"));
    });
  });

  describe("who may change a wallet", function () {
    it("is its own institution, not another", async function () {
      for (const call of [
        () => f.rival.reclassifyWallet(f.ann, CLASS.II, ref("evidence")),
        () => f.rival.closeWallet(f.ann),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(f.currency, "WalletNotSponsored")
          .withArgs(f.ann, f.banks[0].number, f.banks[1].number);
      }
    });

    it("is nobody for an address without a wallet", async function () {
      for (const call of [
        () => f.sponsor.reclassifyWallet(f.stranger, CLASS.II, ref("evidence")),
        () => f.sponsor.closeWallet(f.stranger),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(f.currency, "WalletNotSponsored")
          .withArgs(f.stranger, 0n, f.banks[0].number);
      }
    });

    it("is nobody for an institution's own wallet", async function () {
      for (const call of [
        () => f.sponsor.reclassifyWallet(f.icbc, CLASS.II, ref("evidence")),
        () => f.sponsor.closeWallet(f.icbc),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(f.currency, "WalletNotSponsored")
          .withArgs(f.icbc, f.banks[0].number, f.banks[0].number);
      }
    });

    it("is no institution while it is suspended, and its customers' money stays theirs", async function () {
      await fund(f.mainland, f.ann, minor("5"));
      await f.registrar.setStatus(f.banks[0].number, SUSPENDED, ref("inspection"));
      for (const call of [
        () => f.sponsor.reclassifyWallet(f.ann, CLASS.II, ref("evidence")),
        () => f.sponsor.closeWallet(f.ann),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(f.registry, "InstitutionNotActive")
          .withArgs(f.banks[0].number, SUSPENDED);
      }
      await f.currency.connect(f.ann).transfer(f.shop, minor("5"));
    });

    it("is nobody else", async function () {
      for (const call of [
        () => f.currency.connect(f.ann).reclassifyWallet(f.ann, CLASS.I, ref("evidence")),
        () => f.currency.connect(f.officers.admin).closeWallet(f.ann),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(f.registry, "InstitutionUnknown").withArgs(0n);
      }
    });
  });

  describe("powers", function () {
    it("are given by the governor alone", async function () {
      await expect(f.currency.connect(f.officers.halter).appoint(f.stranger, POWER.issuer, ref("act")))
        .to.be.revertedWithCustomError(f.currency, "AccessManagedUnauthorized")
        .withArgs(f.officers.halter);
      await expect(f.currency.connect(f.stranger).dismiss(f.officers.issuer, POWER.issuer))
        .to.be.revertedWithCustomError(f.currency, "AccessManagedUnauthorized")
        .withArgs(f.stranger);
      await f.currency.connect(f.officers.governor).appoint(f.stranger, POWER.issuer, ref("act"));
      expect(await f.currency.hasPower(f.stranger, POWER.issuer)).to.equal(true);
    });
  });
});
