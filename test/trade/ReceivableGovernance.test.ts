import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { DOCUMENT_KIND } from "../../sdk/eip712/trade.js";
import { openChain } from "../support/chain.js";
import { ADVANCE, CEILING, FACE, ReceivableUnderTest, declaration, deployTrade, type Trade } from "../support/trade.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deployTrade(chain);
}

describe("ReceivableRegistry: governance", function () {
  let f: Trade;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("constructor", function () {
    it("needs contracts: institutions, an authority, and a currency at least", async function () {
      const [institutions, authority, currency] = await Promise.all([
        f.mainland.registry.getAddress(),
        f.mainland.authority.getAddress(),
        f.money.getAddress(),
      ]);
      for (const args of [
        [f.stranger.address, authority, [currency]],
        [institutions, f.stranger.address, [currency]],
        [institutions, authority, []],
        [institutions, authority, [currency, f.stranger.address]],
      ]) {
        await expect(ethers.deployContract("ReceivableRegistry", args)).to.be.revertedWithCustomError(
          f.receivables,
          "RegistrySetupInvalid",
        );
      }
      expect(await f.receivables.isCurrency(f.money)).to.equal(true);
      expect(await f.receivables.isCurrency(f.stranger)).to.equal(false);
      expect(await f.receivables.INSTITUTIONS()).to.equal(institutions);
    });
  });

  it("names attestors and rates for what is verified from then on", async function () {
    const governed = f.receivables.connect(f.mainland.officers.governor);
    const kind = DOCUMENT_KIND.customsDeclaration;
    const first = await ReceivableUnderTest.verified(f);
    await expect(governed.setAdvanceRate(kind, 10_000n))
      .to.emit(f.receivables, "AdvanceRateSet")
      .withArgs(kind, ADVANCE.customsDeclaration, 10_000n);
    await expect(governed.setAttestor(kind, f.hsbc))
      .to.emit(f.receivables, "AttestorSet")
      .withArgs(kind, f.customs.address, f.hsbc.address);
    await expect(governed.setAttestor(kind, f.hsbc)).not.to.emit(f.receivables, "AttestorSet");
    const second = await ReceivableUnderTest.verified(f, { key: declaration(2) }, f.hsbc);
    expect(await second.remaining()).to.equal(FACE);
    expect(await first.remaining()).to.equal(CEILING);
    expect(await f.receivables.attestorOf(kind)).to.equal(f.hsbc.address);
    expect(await f.receivables.advanceRateOf(kind)).to.equal(10_000n);
  });

  it("refuses a rate above the whole, and no kind at all", async function () {
    const governed = f.receivables.connect(f.mainland.officers.governor);
    await expect(governed.setAdvanceRate(1n, 10_001n))
      .to.be.revertedWithCustomError(f.receivables, "ReceivableAdvanceRateInvalid")
      .withArgs(1n, 10_001n);
    for (const call of [() => governed.setAttestor(0n, f.hsbc), () => governed.setAdvanceRate(0n, 1n)]) {
      await expect(call()).to.be.revertedWithCustomError(f.receivables, "ReceivableKindInvalid").withArgs(ZeroHash, 0n);
    }
  });

  it("appoints one finance contract, for good", async function () {
    const governed = f.receivables.connect(f.mainland.officers.governor);
    const appointed = await f.finance.getAddress();
    expect(await f.receivables.financeContract()).to.equal(appointed);
    await expect(governed.appointFinance(f.engine))
      .to.be.revertedWithCustomError(f.receivables, "RegistryFinanceInvalid")
      .withArgs(await f.engine.getAddress(), appointed);
    const { registry, authority, officers } = f.mainland;
    const fresh = await ethers.deployContract("ReceivableRegistry", [registry, authority, [f.money]]);
    await expect(fresh.connect(officers.admin).appointFinance(f.stranger))
      .to.be.revertedWithCustomError(fresh, "RegistryFinanceInvalid")
      .withArgs(f.stranger.address, ZeroAddress);
    await expect(fresh.connect(officers.admin).appointFinance(f.finance))
      .to.emit(fresh, "FinanceAppointed")
      .withArgs(appointed);
  });

  it("is the authority's", async function () {
    await expect(f.receivables.connect(f.icbc).setAdvanceRate(1n, 1n))
      .to.be.revertedWithCustomError(f.receivables, "AccessManagedUnauthorized")
      .withArgs(f.icbc.address);
  });
});
