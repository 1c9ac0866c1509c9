import { expect } from "chai";
import type { Interface } from "ethers";
import {
  CurrencyOffice__factory,
  DigitalCurrency__factory,
  IDigitalCurrency__factory,
} from "../../types/ethers-contracts/index.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, deployMoney, identityOf } from "../support/currency.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

/** Errors that npm code declares and that no caller of a currency can meet; see tools/snapshots/unreachable-signals.json. */
const UNREACHABLE = ["AddressEmptyCode", "InvalidShortString", "NotInitializing", "StringTooLong"];

async function deploy() {
  const money = await deployMoney(chain);
  const { currency, officers, registry } = money.mainland;
  const office = await ethers.getContractAt("CurrencyOffice", await currency.office());
  return { ...money, currency, officers, registry, office };
}

describe("CurrencyOffice", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  context("given the interface for callers", function () {
    it("has every function, event and error of the two pieces of code, and no other", function () {
      const both = new Set(
        [DigitalCurrency__factory, CurrencyOffice__factory].flatMap((f) => named(f.createInterface())),
      );
      expect(named(IDigitalCurrency__factory.createInterface()).sort()).to.deep.equal([...both].sort());
    });

    it("has no function that both pieces would answer differently", function () {
      const [paying, office] = [DigitalCurrency__factory.createInterface(), CurrencyOffice__factory.createInterface()];
      const shared = named(office).filter((name) => name.startsWith("function ") && named(paying).includes(name));
      // inherited by both from the same base, and answered by the first
      expect(shared).to.have.members([
        "function authority()",
        "function eip712Domain()",
        "function isConsumingScheduledOp()",
        "function setAuthority(address)",
      ]);
    });
  });

  context("given a call that the currency passes on", function () {
    it("works on the currency's storage, as the caller", async function () {
      const [bank, wallet] = [f.mainland.banks[0].account, ethers.Wallet.createRandom().address];
      await expect(f.currency.connect(bank).openWallet(wallet, CLASS.IV, identityOf({ address: wallet })))
        .to.emit(f.currency, "WalletOpened")
        .withArgs(wallet, f.mainland.banks[0].number, CLASS.IV, identityOf({ address: wallet }));
      expect((await f.currency.walletOf(wallet)).walletClass).to.equal(CLASS.IV);
      expect((await f.office.walletOf(wallet)).walletClass).to.equal(0n);
    });

    it("is refused ether", async function () {
      const to = await f.currency.getAddress();
      const data = f.office.interface.encodeFunctionData("currencyCode");
      await expect(f.stranger.sendTransaction({ to, data, value: 1n })).to.be.revertedWithoutReason(ethers);
    });

    it("is refused by name when neither piece has the function", async function () {
      const to = await f.currency.getAddress();
      await expect(f.stranger.sendTransaction({ to, data: "0xffffffff" })).to.be.revertedWithCustomError(
        f.currency,
        "FailedCall",
      );
    });
  });

  context("given the office without its currency", function () {
    it("obeys no authority: there is none", async function () {
      expect(await f.office.authority()).to.equal(ethers.ZeroAddress);
      const { admin, governor, halter } = f.officers;
      await expect(f.office.connect(halter).haltAll())
        .to.be.revertedWithCustomError(f.office, "AccessManagedUnauthorized")
        .withArgs(halter);
      for (const caller of [admin, governor]) {
        await expect(f.office.connect(caller).appoint(caller, 4n, ref("mandate")))
          .to.be.revertedWithCustomError(f.office, "AccessManagedUnauthorized")
          .withArgs(caller);
      }
    });

    it("has no way to create or move money", function () {
      for (const name of ["issue", "transfer", "transferFrom", "captureHold", "initialize", "upgradeToAndCall"]) {
        expect(f.office.interface.hasFunction(name), name).to.equal(false);
      }
    });
  });
});

function named(contract: Interface): string[] {
  return contract.fragments
    .filter(({ type }) => type === "function" || type === "error" || type === "event")
    .map((fragment) => `${fragment.type} ${fragment.format("sighash")}`)
    .filter((name) => !UNREACHABLE.some((error) => name.startsWith(`error ${error}(`)));
}
