import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { POWER } from "../support/currency.js";
import { DEPOSIT, deployDepositTokens, type DepositTokens } from "../support/depositTokens.js";
import { holdTerms } from "../support/holds.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;
const AMOUNT = minor("100.00", "HKD");
const SUSPENDED = 3n;

async function deploy() {
  return deployDepositTokens(chain);
}

describe("DepositToken", function () {
  let f: DepositTokens;
  let bank: bigint;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    bank = f.hongkong.banks[0].number;
  });

  function suspend() {
    const { registry, officers } = f.hongkong;
    return registry.connect(officers.registrar).setStatus(bank, SUSPENDED, ref("suspension"));
  }

  it("says what it is", async function () {
    const { atHsbc } = f;
    expect([await atHsbc.name(), await atHsbc.symbol(), await atHsbc.decimals()]).to.deep.equal([
      ...["HKD-HSBC deposits", "HKD-HSBC", 2n],
    ]);
    expect(await atHsbc.BANK()).to.equal(bank);
    expect(await atHsbc.CURRENCY()).to.equal(await f.money.getAddress());
    for (const id of ["0x36372b07", "0x01ffc9a7", "0x3edbb4c4"])
      expect(await atHsbc.supportsInterface(id)).to.equal(true);
    expect(await atHsbc.supportsInterface("0xffffffff")).to.equal(false);
  });

  it("refuses a bank that is not active", async function () {
    await expect(ethers.deployContract("DepositToken", ["none", "NONE", f.money, 9_999n]))
      .to.be.revertedWithCustomError(f.hongkong.registry, "InstitutionUnknown")
      .withArgs(9_999n);
  });

  describe("openAccount", function () {
    it("opens a customer's account", async function () {
      await expect(f.atHsbc.connect(f.hsbc).openAccount(f.cai))
        .to.emit(f.atHsbc, "ClaimAccountOpened")
        .withArgs(f.cai, bank);
      expect(await f.atHsbc.keeperOf(f.cai)).to.equal(bank);
      expect(await f.atHsbc.canReceive(f.cai)).to.equal(true);
      expect(await f.atHsbc.canSend(f.cai)).to.equal(true);
    });

    it("refuses another bank, nobody's caller and a suspended bank", async function () {
      const { number } = f.hongkong.banks[1];
      await expect(f.atHsbc.connect(f.bochk).openAccount(f.cai))
        .to.be.revertedWithCustomError(f.atHsbc, "DepositCallerNotBank")
        .withArgs(f.bochk, number, bank);
      await expect(f.atHsbc.connect(f.ann).openAccount(f.cai))
        .to.be.revertedWithCustomError(f.hongkong.registry, "InstitutionUnknown")
        .withArgs(0n);
      await suspend();
      await expect(f.atHsbc.connect(f.hsbc).openAccount(f.cai))
        .to.be.revertedWithCustomError(f.hongkong.registry, "InstitutionNotActive")
        .withArgs(bank, SUSPENDED);
    });

    it("refuses the bank itself, an issuer, nobody, and an account that is open", async function () {
      await f.atHsbc.connect(f.hsbc).appoint(f.carrier, POWER.issuer, ref("articles"));
      for (const account of [f.hsbc.address, f.carrier.address, ZeroAddress]) {
        await expect(f.atHsbc.connect(f.hsbc).openAccount(account))
          .to.be.revertedWithCustomError(f.atHsbc, "ClaimAccountInvalid")
          .withArgs(account);
      }
      await expect(f.atHsbc.connect(f.hsbc).openAccount(f.ann))
        .to.be.revertedWithCustomError(f.atHsbc, "ClaimAccountOpen")
        .withArgs(f.ann, bank);
    });
  });

  describe("closeAccount", function () {
    it("closes an empty account and keeps its freeze", async function () {
      await f.atHsbc.connect(f.hsbc).appoint(f.carrier, POWER.enforcer, ref("articles"));
      await f.atHsbc.connect(f.hsbc).openAccount(f.cai);
      await f.atHsbc.connect(f.carrier).freeze(f.cai, ref("order"));
      await expect(f.atHsbc.connect(f.hsbc).closeAccount(f.cai))
        .to.emit(f.atHsbc, "ClaimAccountClosed")
        .withArgs(f.cai, bank);
      expect(await f.atHsbc.keeperOf(f.cai)).to.equal(0n);
      expect(await f.atHsbc.isFrozen(f.cai)).to.equal(true);
      await expect(f.atHsbc.connect(f.hsbc).closeAccount(f.cai))
        .to.be.revertedWithCustomError(f.atHsbc, "ClaimAccountNotKept")
        .withArgs(f.cai, 0n, bank);
    });

    it("refuses an account with deposits", async function () {
      await expect(f.atHsbc.connect(f.hsbc).closeAccount(f.ann))
        .to.be.revertedWithCustomError(f.atHsbc, "ClaimAccountNotEmpty")
        .withArgs(f.ann, DEPOSIT);
    });
  });

  describe("transfer", function () {
    it("moves deposits between customers, and to nobody else", async function () {
      await expect(f.atHsbc.connect(f.ann).transfer(f.shop, AMOUNT)).to.changeTokenBalances(
        ethers,
        f.atHsbc,
        [f.ann, f.shop],
        [-AMOUNT, AMOUNT],
      );
      await expect(f.atHsbc.connect(f.ann).transfer(f.bob, AMOUNT))
        .to.be.revertedWithCustomError(f.atHsbc, "ERC7943CannotReceive")
        .withArgs(f.bob);
      await expect(f.atHsbc.connect(f.bob).transfer(f.ann, 0n))
        .to.be.revertedWithCustomError(f.atHsbc, "ERC7943CannotSend")
        .withArgs(f.bob);
    });
  });

  describe("issue", function () {
    it("creates the bank's liability, up to what a balance can hold", async function () {
      const most = 2n ** 64n - 1n - DEPOSIT;
      await expect(f.atHsbc.connect(f.hsbc).issue(f.ann, most + 1n, ref("loan")))
        .to.be.revertedWithCustomError(f.atHsbc, "LedgerBalanceOverflow")
        .withArgs(f.ann, DEPOSIT, most + 1n);
      await expect(f.atHsbc.connect(f.hsbc).issue(f.ann, most, ref("loan")))
        .to.emit(f.atHsbc, "ClaimsCreated")
        .withArgs(f.ann, ref("loan"), most);
      expect(await f.atHsbc.totalSupply()).to.equal(most + 2n * DEPOSIT);
    });

    it("is an issuer's alone", async function () {
      for (const other of [f.bochk, f.governor, f.ann]) {
        await expect(f.atHsbc.connect(other).issue(f.ann, 1n, ref("loan")))
          .to.be.revertedWithCustomError(f.atHsbc, "LedgerPowerMissing")
          .withArgs(other, POWER.issuer);
      }
    });
  });

  describe("redeemHeld", function () {
    it("destroys what the customer holds for the issuer, and nothing without a hold", async function () {
      const hold = await holdTerms(chain, f.ann, f.hsbc, AMOUNT);
      await expect(f.atHsbc.connect(f.hsbc).redeemHeld(hold, AMOUNT, ref("repayment")))
        .to.be.revertedWithCustomError(f.atHsbc, "HoldNotActive")
        .withArgs(await f.atHsbc.holdId(hold));
      await f.atHsbc.connect(f.ann).placeHold(hold);
      await expect(f.atHsbc.connect(f.hsbc).redeemHeld(hold, AMOUNT, ref("repayment")))
        .to.emit(f.atHsbc, "ClaimsDestroyed")
        .withArgs(f.ann, ref("repayment"), AMOUNT);
      expect(await f.atHsbc.totalSupply()).to.equal(2n * DEPOSIT - AMOUNT);
    });

    it("is an issuer's alone", async function () {
      const hold = await holdTerms(chain, f.ann, f.shop, AMOUNT);
      await f.atHsbc.connect(f.ann).placeHold(hold);
      await expect(f.atHsbc.connect(f.shop).redeemHeld(hold, AMOUNT, ref("repayment")))
        .to.be.revertedWithCustomError(f.atHsbc, "LedgerPowerMissing")
        .withArgs(f.shop, POWER.issuer);
    });
  });

  describe("appoint, dismiss", function () {
    it("are the bank's, suspended or not, and not the central bank's", async function () {
      await suspend();
      await f.atHsbc.connect(f.hsbc).dismiss(f.transfers, POWER.issuer);
      expect(await f.atHsbc.hasPower(f.transfers, POWER.issuer)).to.equal(false);
      for (const other of [f.governor, f.bochk]) {
        const number = await f.hongkong.registry.institutionOf(other);
        await expect(f.atHsbc.connect(other).appoint(other, POWER.issuer, ref("articles")))
          .to.be.revertedWithCustomError(f.atHsbc, "DepositCallerNotBank")
          .withArgs(other, number, bank);
      }
    });
  });

  describe("haltAll, resumeAll", function () {
    it("stop every movement and let holds be released", async function () {
      const hold = await holdTerms(chain, f.ann, f.shop, AMOUNT);
      await f.atHsbc.connect(f.ann).placeHold(hold);
      await expect(f.atHsbc.connect(f.halter).haltAll()).to.emit(f.atHsbc, "ClaimTokenHalted").withArgs(f.halter);
      await expect(f.atHsbc.connect(f.halter).haltAll()).not.to.emit(f.atHsbc, "ClaimTokenHalted");
      expect(await f.atHsbc.isHalted()).to.equal(true);
      expect(await f.atHsbc.canSend(f.ann)).to.equal(false);
      for (const attempt of [
        () => f.atHsbc.connect(f.ann).transfer(f.shop, 1n),
        () => f.atHsbc.connect(f.shop).captureHold(hold, f.shop, 1n),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(f.atHsbc, "ClaimMovementHalted").withArgs(f.ann);
      }
      await f.atHsbc.connect(f.shop).releaseHold(hold);
      await expect(f.atHsbc.connect(f.resumer).resumeAll()).to.emit(f.atHsbc, "ClaimTokenResumed").withArgs(f.resumer);
      await expect(f.atHsbc.connect(f.resumer).resumeAll()).not.to.emit(f.atHsbc, "ClaimTokenResumed");
      await f.atHsbc.connect(f.ann).transfer(f.shop, 1n);
    });
  });
});
