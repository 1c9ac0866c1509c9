import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { cancelTypedData } from "../../sdk/eip712/authorizations.js";
import { holdId } from "../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { UPGRADE_DELAY, deployMoney, fund } from "../support/currency.js";
import { changes } from "../support/frame.js";
import { holdTerms } from "../support/holds.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

async function deploy() {
  const money = await deployMoney(chain);
  const { currency, authority, officers, registry } = money.mainland;
  const next = await ethers.deployContract("ECNY", [registry, authority]);
  const upgrade = currency.interface.encodeFunctionData("upgradeToAndCall", [await next.getAddress(), "0x"]);
  return {
    ...money,
    ...{ currency, authority, officers, registry, next, upgrade },
    upgrader: authority.connect(officers.upgrader),
  };
}

describe("DigitalCurrency upgrade", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  const implementation = async () =>
    ethers.getAddress(
      (await ethers.provider.getStorage(await f.currency.getAddress(), IMPLEMENTATION_SLOT)).replace(/^0x0{24}/, "0x"),
    );
  const upgradeNow = () => f.currency.connect(f.officers.upgrader).upgradeToAndCall(f.next, "0x");
  const announced = async () => {
    await f.upgrader.schedule(f.currency, f.upgrade, 0n);
    return BigInt(await networkHelpers.time.latest()) + UPGRADE_DELAY;
  };

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("the delay", function () {
    it("stands between announcement and execution, to the second", async function () {
      const ready = await announced();
      await networkHelpers.time.setNextBlockTimestamp(ready - 1n);
      await expect(upgradeNow()).to.be.revertedWithCustomError(f.authority, "AccessManagerNotReady");
      await networkHelpers.time.setNextBlockTimestamp(ready);
      await upgradeNow();
      expect(await implementation()).to.equal(await f.next.getAddress());
    });

    it("cannot be skipped by not announcing", async function () {
      await expect(upgradeNow()).to.be.revertedWithCustomError(f.authority, "AccessManagerNotScheduled");
    });

    it("covers the announced implementation alone", async function () {
      const ready = await announced();
      await networkHelpers.time.increaseTo(ready);
      const other = await ethers.deployContract("ECNY", [f.registry, f.authority]);
      await expect(f.currency.connect(f.officers.upgrader).upgradeToAndCall(other, "0x")).to.be.revertedWithCustomError(
        f.authority,
        "AccessManagerNotScheduled",
      );
    });

    it("lets an announced upgrade be withdrawn", async function () {
      const ready = await announced();
      await f.upgrader.cancel(f.officers.upgrader, f.currency, f.upgrade);
      await networkHelpers.time.increaseTo(ready);
      await expect(upgradeNow()).to.be.revertedWithCustomError(f.authority, "AccessManagerNotScheduled");
    });
  });

  describe("upgradeToAndCall", function () {
    it("replaces the code and keeps every word of storage", async function () {
      const { ann, dan, company, icbc, shop } = f;
      await fund(f.mainland, dan, minor("500"));
      await f.currency.connect(dan).transfer(shop, minor("100"));
      await f.currency.connect(dan).placeHold(await holdTerms(chain, dan, f.carrier, minor("50")));
      await f.currency.connect(dan).approve(company, minor("7"));
      await f.currency.connect(f.officers.enforcer).freeze(ann, ref("order"));
      await f.currency.connect(f.officers.halter).haltClass(3);
      const ready = await announced();
      await networkHelpers.time.increaseTo(ready);
      expect(await changes(f.currency, { ann, dan, company, icbc, shop }, upgradeNow)).to.deep.equal({});
      expect(await implementation()).to.equal(await f.next.getAddress());
      expect(await f.currency.haltState(3)).to.deep.equal([true, false]);
      expect(await f.currency.authority()).to.equal(await f.authority.getAddress());
    });

    it("refuses code that keeps its implementation elsewhere, and changes nothing", async function () {
      const foreign = await ethers.deployContract("ForeignSlotMock");
      const call = f.currency.interface.encodeFunctionData("upgradeToAndCall", [await foreign.getAddress(), "0x"]);
      await f.upgrader.schedule(f.currency, call, 0n);
      await networkHelpers.time.increase(UPGRADE_DELAY);
      const before = await implementation();
      await expect(f.currency.connect(f.officers.upgrader).upgradeToAndCall(foreign, "0x"))
        .to.be.revertedWithCustomError(f.currency, "UUPSUnsupportedProxiableUUID")
        .withArgs(ref("another slot"));
      expect(await implementation()).to.equal(before);
    });

    it("keeps the domain, so that signatures given before still count", async function () {
      const before = await f.currency.DOMAIN_SEPARATOR();
      await networkHelpers.time.increaseTo(await announced());
      await upgradeNow();
      expect(await f.currency.DOMAIN_SEPARATOR()).to.equal(before);
    });

    it("keeps used what was used: no authorization and no hold comes back", async function () {
      const nonce = ref("used");
      const terms = await holdTerms(chain, f.company, f.carrier, 1n);
      const cancellation = cancelTypedData(await domainOf(f.currency), { authorizer: f.company.address, nonce });
      const signature = await sign(f.company, cancellation);
      await f.currency["cancelAuthorization(address,bytes32,bytes)"](f.company, nonce, signature);
      await f.currency.connect(f.company).voidHold(terms);
      await networkHelpers.time.increaseTo(await announced());
      await upgradeNow();
      expect(await f.currency.authorizationState(f.company, nonce)).to.equal(true);
      expect(await f.currency.holdState(holdId(terms))).to.deep.equal([0n, true]);
    });

    it("is refused to every other office and to everybody else", async function () {
      const { admin, governor, halter, resumer, issuer } = f.officers;
      for (const caller of [admin, governor, halter, resumer, issuer, f.icbc, f.stranger]) {
        await expect(f.currency.connect(caller).upgradeToAndCall(f.next, "0x"))
          .to.be.revertedWithCustomError(f.currency, "AccessManagedUnauthorized")
          .withArgs(caller);
      }
    });

    it("refuses what is no implementation of a proxy", async function () {
      const harness = await ethers.deployContract("LedgerHarness");
      const data = f.currency.interface.encodeFunctionData("upgradeToAndCall", [await harness.getAddress(), "0x"]);
      await f.upgrader.schedule(f.currency, data, 0n);
      await networkHelpers.time.increase(UPGRADE_DELAY);
      await expect(f.currency.connect(f.officers.upgrader).upgradeToAndCall(harness, "0x"))
        .to.be.revertedWithCustomError(f.currency, "ERC1967InvalidImplementation")
        .withArgs(harness);
    });
  });

  describe("initialize", function () {
    it("was called once, with the proxy", async function () {
      await expect(f.currency.initialize(f.authority)).to.be.revertedWithCustomError(
        f.currency,
        "InvalidInitialization",
      );
    });

    it("is locked on the implementation", async function () {
      const bare = await ethers.getContractAt("IDigitalCurrency", await implementation());
      await expect(bare.initialize(f.authority)).to.be.revertedWithCustomError(bare, "InvalidInitialization");
    });

    it("refuses an authority without code", async function () {
      const bare = await ethers.deployContract("ECNY", [f.registry, f.authority]);
      for (const nobody of [ZeroAddress, f.stranger.address]) {
        const data = bare.interface.encodeFunctionData("initialize", [nobody]);
        const proxy = await ethers.getContractFactory("ERC1967Proxy");
        await expect(proxy.deploy(bare, data))
          .to.be.revertedWithCustomError(bare, "AccessManagedInvalidAuthority")
          .withArgs(nobody);
      }
    });
  });

  describe("the implementation itself", function () {
    it("cannot be upgraded", async function () {
      const bare = await ethers.getContractAt("IDigitalCurrency", await implementation());
      await expect(bare.connect(f.officers.upgrader).upgradeToAndCall(f.next, "0x")).to.be.revertedWithCustomError(
        bare,
        "UUPSUnauthorizedCallContext",
      );
    });

    it("has nothing, and lets nobody open a wallet of value", async function () {
      const bare = await ethers.getContractAt("IDigitalCurrency", await implementation());
      expect(await bare.totalSupply()).to.equal(0n);
      await expect(bare.connect(f.officers.issuer).issue(f.icbc, 1n, ref("x")))
        .to.be.revertedWithCustomError(bare, "LedgerPowerMissing")
        .withArgs(f.officers.issuer, 4n);
    });
  });
});
