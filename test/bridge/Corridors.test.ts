import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { purposeCode } from "../../sdk/deploy/bridge.js";
import { UNLIMITED_AMOUNT, UNLIMITED_COUNT } from "../../sdk/limits.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CORRIDOR, cross, deployCorridors, governing, type Corridors } from "../support/corridors.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;
const POLICY = { holdingLimit: 4n, outflowLimit: 3n, inflowLimit: 2n, windowDays: 1n };
const NONE = { holdingLimit: 0n, outflowLimit: 0n, inflowLimit: 0n, windowDays: 0n };

async function deploy() {
  return deployCorridors(chain);
}

describe("BridgeCurrency: corridors", function () {
  let f: Corridors;
  let registry: string;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    registry = await (await ethers.deployContract("InstitutionRegistry", [f.cny.authority])).getAddress();
  });

  it("says what it is", async function () {
    const { currency } = f.cny;
    expect(await currency.name()).to.equal("e-CNY on the shared ledger");
    expect(await currency.currencyCode()).to.equal("CNY");
    expect(await currency.gate()).to.equal(await f.gate.getAddress());
    expect(await currency.registry()).to.equal(await f.cny.registry.getAddress());
    const ids = [
      ["ICorridorPolicy", true],
      ["ICurrencyOffice", true],
      ["IIssuanceDesk", false],
    ] as const;
    for (const [name, supported] of ids) {
      const { interface: functions } = await ethers.getContractAt(name, ZeroAddress);
      let interfaceId = 0n;
      functions.forEachFunction(({ selector }) => (interfaceId ^= BigInt(selector)));
      const id = `0x${interfaceId.toString(16).padStart(8, "0")}`;
      expect(await currency.supportsInterface(id), name).to.equal(supported);
    }
  });

  describe("openCorridor", function () {
    it("opens a corridor for one jurisdiction's banks and sets its policy", async function () {
      expect(await f.cny.currency.corridorOf(15)).to.deep.equal([ZeroAddress, Object.values(NONE), 0n, 0n]);
      const opened = f.cny.currency.openCorridor(15, registry, POLICY);
      await expect(opened).to.emit(f.cny.currency, "CorridorOpened").withArgs(15, registry);
      await expect(opened)
        .to.emit(f.cny.currency, "CorridorPolicySet")
        .withArgs(15, Object.values(NONE), Object.values(POLICY));
      expect(await f.cny.currency.corridorOf(15)).to.deep.equal([registry, Object.values(POLICY), 0n, 0n]);
    });

    it("refuses a class that is no corridor's, or is one's already", async function () {
      for (const walletClass of [0, 6, 7, 16, CORRIDOR.HKD]) {
        await expect(f.cny.currency.openCorridor(walletClass, registry, POLICY))
          .to.be.revertedWithCustomError(f.cny.currency, "CorridorClassInvalid")
          .withArgs(walletClass);
      }
    });

    it("refuses its own registry, one that has a corridor, and an account without code", async function () {
      const invalid = [await f.cny.registry.getAddress(), await f.hkd.registry.getAddress(), f.icbc.account];
      for (const target of invalid) {
        await expect(f.cny.currency.openCorridor(15, target, POLICY))
          .to.be.revertedWithCustomError(f.cny.currency, "CorridorRegistryInvalid")
          .withArgs(target);
      }
    });

    it("refuses a window without a day", async function () {
      await expect(f.cny.currency.openCorridor(15, registry, NONE))
        .to.be.revertedWithCustomError(f.cny.currency, "CorridorWindowInvalid")
        .withArgs(15);
    });

    it("refuses another central bank", async function () {
      const { governor } = f.hkd.offices;
      await expect(f.cny.currency.connect(governor).openCorridor(15, registry, POLICY))
        .to.be.revertedWithCustomError(f.cny.currency, "AccessManagedUnauthorized")
        .withArgs(governor.address);
    });
  });

  describe("setCorridorPolicy", function () {
    it("replaces the policy and keeps what is held and has flowed", async function () {
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "100");
      const [foreign, previous] = await f.cny.currency.corridorOf(CORRIDOR.HKD);
      const current = { ...POLICY, windowDays: previous.windowDays };
      await expect(f.cny.currency.setCorridorPolicy(CORRIDOR.HKD, current))
        .to.emit(f.cny.currency, "CorridorPolicySet")
        .withArgs(CORRIDOR.HKD, previous, Object.values(current));
      expect(await f.cny.currency.corridorOf(CORRIDOR.HKD)).to.deep.equal([
        ...[foreign, Object.values(current)],
        ...[minor("100"), minor("100")],
      ]);
    });

    it("begins a new window when the length changes", async function () {
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "100");
      await f.cny.currency.setCorridorPolicy(CORRIDOR.HKD, POLICY);
      const { holdings, netOutflow } = await f.cny.currency.corridorOf(CORRIDOR.HKD);
      expect([holdings, netOutflow]).to.deep.equal([minor("100"), 0n]);
    });

    it("refuses a class without a corridor, a window without a day, and another central bank", async function () {
      const { currency } = f.cny;
      await expect(currency.setCorridorPolicy(15, POLICY))
        .to.be.revertedWithCustomError(currency, "CorridorClassInvalid")
        .withArgs(15);
      await expect(currency.setCorridorPolicy(CORRIDOR.HKD, NONE))
        .to.be.revertedWithCustomError(currency, "CorridorWindowInvalid")
        .withArgs(CORRIDOR.HKD);
      await expect(governing(currency, f.hkd).setCorridorPolicy(CORRIDOR.HKD, POLICY))
        .to.be.revertedWithCustomError(currency, "AccessManagedUnauthorized")
        .withArgs(f.hkd.offices.governor.address);
    });
  });

  describe("setCorridorPurpose", function () {
    const purpose = purposeCode("EDUC");

    it("puts a purpose on the list and takes it off, once each", async function () {
      const { currency } = f.cny;
      for (const allowed of [true, false]) {
        await expect(currency.setCorridorPurpose(CORRIDOR.HKD, purpose, allowed))
          .to.emit(currency, "CorridorPurposeSet")
          .withArgs(CORRIDOR.HKD, purpose, allowed);
        await expect(currency.setCorridorPurpose(CORRIDOR.HKD, purpose, allowed)).not.to.emit(
          currency,
          "CorridorPurposeSet",
        );
        expect(await currency.isPurposeAllowed(CORRIDOR.HKD, purpose)).to.equal(allowed);
      }
    });

    it("refuses a class without a corridor", async function () {
      await expect(f.cny.currency.setCorridorPurpose(15, purpose, true))
        .to.be.revertedWithCustomError(f.cny.currency, "CorridorClassInvalid")
        .withArgs(15);
    });
  });

  describe("requirePurpose", function () {
    const purpose = purposeCode("EDUC");

    it("asks every corridor that the payment touches, and no other", async function () {
      const { currency } = f.cny;
      const refuses = (payer: string, payee: string, walletClass: number) =>
        expect(currency.requirePurpose(payer, payee, purpose))
          .to.be.revertedWithCustomError(currency, "CorridorPurposeNotAllowed")
          .withArgs(walletClass, purpose);
      await currency.requirePurpose(f.icbc.account, f.boc.account, purpose);
      await refuses(f.icbc.account, f.hsbc.account, CORRIDOR.HKD);
      await refuses(f.bangkok.account, f.hsbc.account, CORRIDOR.THB);
      await currency.setCorridorPurpose(CORRIDOR.THB, purpose, true);
      await refuses(f.bangkok.account, f.hsbc.account, CORRIDOR.HKD);
      await currency.setCorridorPurpose(CORRIDOR.HKD, purpose, true);
      await currency.requirePurpose(f.bangkok.account, f.hsbc.account, purpose);
    });
  });

  describe("openNonResidentWallet", function () {
    const account = "0x00000000000000000000000000000000000a0001";

    it("opens a wallet of the corridor's class for an active bank of its registry, whoever asks", async function () {
      const { currency } = f.cny;
      await f.hkd.registry.addAccount(f.hsbc.number, account);
      await expect(currency.connect(f.outsider).openNonResidentWallet(account, CORRIDOR.HKD))
        .to.emit(currency, "WalletOpened")
        .withArgs(account, f.hsbc.number, CORRIDOR.HKD, ZeroHash);
      expect((await currency.walletOf(account)).slice(0, 2)).to.deep.equal([
        BigInt(CORRIDOR.HKD),
        BigInt(f.hsbc.number),
      ]);
    });

    it("refuses whom that central bank has not admitted, or has suspended", async function () {
      const { currency } = f.cny;
      await expect(currency.openNonResidentWallet(account, CORRIDOR.HKD))
        .to.be.revertedWithCustomError(f.hkd.registry, "InstitutionUnknown")
        .withArgs(0);
      await f.hkd.registry.addAccount(f.hsbc.number, account);
      await f.hkd.registry.setStatus(f.hsbc.number, 3, ref("order"));
      await expect(currency.openNonResidentWallet(account, CORRIDOR.HKD))
        .to.be.revertedWithCustomError(f.hkd.registry, "InstitutionNotActive")
        .withArgs(f.hsbc.number, 3);
    });

    it("refuses a class without a corridor and an account that has a wallet", async function () {
      const { currency } = f.cny;
      await expect(currency.openNonResidentWallet(f.hsbc.account, 6))
        .to.be.revertedWithCustomError(currency, "CorridorClassInvalid")
        .withArgs(6);
      await expect(currency.openNonResidentWallet(f.hsbc.account, CORRIDOR.HKD))
        .to.be.revertedWithCustomError(currency, "WalletAlreadyOpen")
        .withArgs(f.hsbc.account, f.hsbc.number);
    });
  });

  context("given that the shared ledger is for banks", function () {
    it("opens, reclassifies and closes no customer's wallet", async function () {
      const currency = f.cny.currency.connect(f.icbc.signer);
      for (const walletClass of [1, 7, CORRIDOR.HKD]) {
        await expect(currency.openWallet(f.outsider, walletClass, ref("identity")))
          .to.be.revertedWithCustomError(currency, "WalletClassInvalid")
          .withArgs(walletClass);
      }
      // hsbc's number in Hong Kong is also a number of a bank of the mainland
      const { signer, number } = f.bank("TABCCNT0");
      const asNamesake = f.cny.currency.connect(signer);
      await expect(asNamesake.closeWallet(f.hsbc.account))
        .to.be.revertedWithCustomError(currency, "WalletNotSponsored")
        .withArgs(f.hsbc.account, f.hsbc.number, number);
      await expect(asNamesake.reclassifyWallet(f.hsbc.account, CORRIDOR.THB, ref("evidence")))
        .to.be.revertedWithCustomError(currency, "WalletNotSponsored")
        .withArgs(f.hsbc.account, f.hsbc.number, number);
    });

    it("gives limits to, and halts, residents and corridors only", async function () {
      const limits = { balance: UNLIMITED_AMOUNT, single: 1n, day: 1n, year: UNLIMITED_COUNT, open: true };
      for (const walletClass of [0, 1, 5, 7, 16]) {
        await expect(f.cny.currency.setClassLimits(walletClass, limits))
          .to.be.revertedWithCustomError(f.cny.currency, "WalletClassInvalid")
          .withArgs(walletClass);
        await expect(f.cny.currency.connect(f.cny.offices.halter).haltClass(walletClass))
          .to.be.revertedWithCustomError(f.cny.currency, "WalletClassInvalid")
          .withArgs(walletClass);
      }
    });
  });
});
