import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { ref } from "../support/chain.js";
import { POWER } from "../support/currency.js";
import { deployNote, openChainAt } from "../support/assets.js";

const chain = await openChainAt("2026-02-20");
const { networkHelpers } = chain;

const STATUS_SUSPENDED = 3n;

async function deployIssued() {
  return deployNote(chain);
}

describe("BondAccounts", function () {
  describe("openAccount", function () {
    let f: Awaited<ReturnType<typeof deployIssued>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployIssued);
    });

    it("lists the account at its custodian", async function () {
      const { number } = f.hongkong.banks[1];
      await expect(f.bond.connect(f.bochk).openAccount(f.ann))
        .to.emit(f.bond, "BondAccountOpened")
        .withArgs(f.ann.address, number, 2n);
      expect(await f.bond.accountOf(f.ann)).to.deep.equal([2n, number]);
      expect(await f.bond.accounts(0n, 9n)).to.deep.equal([f.issuer.address, f.ann.address]);
      expect(await f.bond.accounts(1n, 1n)).to.deep.equal([f.ann.address]);
      expect(await f.bond.accounts(9n, 1n)).to.deep.equal([]);
      expect(await f.bond.accountCount()).to.equal(2n);
    });

    it("refuses an account that is open", async function () {
      await expect(f.bond.connect(f.bochk).openAccount(f.issuer))
        .to.be.revertedWithCustomError(f.bond, "BondAccountOpen")
        .withArgs(f.issuer.address, f.hongkong.banks[0].number);
    });

    it("refuses who is no institution, and an institution that is suspended", async function () {
      const { registry, officers, banks } = f.hongkong;
      await expect(f.bond.connect(f.stranger).openAccount(f.ann))
        .to.be.revertedWithCustomError(registry, "InstitutionUnknown")
        .withArgs(0n);
      await registry.connect(officers.registrar).setStatus(banks[1].number, STATUS_SUSPENDED, ref("review"));
      await expect(f.bond.connect(f.bochk).openAccount(f.ann))
        .to.be.revertedWithCustomError(registry, "InstitutionNotActive")
        .withArgs(banks[1].number, STATUS_SUSPENDED);
    });

    it("refuses nobody, and a contract that pays corporate actions", async function () {
      for (const account of [ZeroAddress, await f.actions.getAddress()]) {
        await expect(f.bond.connect(f.hsbc).openAccount(account))
          .to.be.revertedWithCustomError(f.bond, "BondAccountInvalid")
          .withArgs(account);
      }
    });
  });

  describe("closeAccount", function () {
    let f: Awaited<ReturnType<typeof deployIssued>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployIssued);
      await f.bond.connect(f.hsbc).openAccount(f.ann);
    });

    it("closes an empty account, which keeps its place when it is opened elsewhere", async function () {
      await expect(f.bond.connect(f.hsbc).closeAccount(f.ann))
        .to.emit(f.bond, "BondAccountClosed")
        .withArgs(f.ann.address, f.hongkong.banks[0].number);
      expect(await f.bond.canReceive(f.ann)).to.equal(false);
      await f.bond.connect(f.bochk).openAccount(f.ann);
      expect(await f.bond.accountOf(f.ann)).to.deep.equal([2n, f.hongkong.banks[1].number]);
      expect(await f.bond.accountCount()).to.equal(2n);
    });

    it("refuses an account with units", async function () {
      await f.bond.connect(f.issuer).transfer(f.ann, 1n);
      await expect(f.bond.connect(f.hsbc).closeAccount(f.ann))
        .to.be.revertedWithCustomError(f.bond, "BondAccountNotEmpty")
        .withArgs(f.ann.address, 1n);
    });

    it("refuses another custodian", async function () {
      const [first, second] = f.hongkong.banks;
      await expect(f.bond.connect(f.bochk).closeAccount(f.ann))
        .to.be.revertedWithCustomError(f.bond, "BondAccountNotKept")
        .withArgs(f.ann.address, first.number, second.number);
    });
  });

  describe("powers", function () {
    it("are given by the authority alone", async function () {
      const f = await networkHelpers.loadFixture(deployIssued);
      await expect(f.bond.connect(f.stranger).appoint(f.stranger, POWER.issuer, ref("mandate")))
        .to.be.revertedWithCustomError(f.bond, "AccessManagedUnauthorized")
        .withArgs(f.stranger.address);
      await expect(f.bond.connect(f.stranger).setPayingAgent(f.stranger))
        .to.be.revertedWithCustomError(f.bond, "AccessManagedUnauthorized")
        .withArgs(f.stranger.address);
      const byStranger = f.bond.connect(f.stranger);
      for (const call of [() => byStranger.redeem([]), () => byStranger.settleRecord(0n)]) {
        await expect(call())
          .to.be.revertedWithCustomError(f.bond, "LedgerPowerMissing")
          .withArgs(f.stranger.address, POWER.issuer);
      }
    });
  });
});
