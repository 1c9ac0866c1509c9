import { expect } from "chai";
import TradeFinance from "../../ignition/modules/TradeFinance.js";
import { governTrade, startTrade } from "../../sdk/deploy/trade.js";
import { DOCUMENT_KIND } from "../../sdk/eip712/trade.js";
import { openChain } from "../support/chain.js";
import { deploySettlement } from "../support/settlement.js";

const chain = await openChain("mainland");

describe("deployment of receivables and their finance", function () {
  it("puts the registry under the authority, whose governor alone names attestors, rates and the finance contract", async function () {
    const { mainland, hongkong, deployer, treasury, engine } = await deploySettlement(chain);
    const { authority, officers, registry } = mainland;
    const currencies = [await mainland.currency.getAddress(), await hongkong.currency.getAddress()];
    const deployed = await chain.ignition.deploy(TradeFinance, {
      parameters: {
        TradeFinance: {
          ...{ institutions: await registry.getAddress(), authority: await authority.getAddress(), currencies },
          engine: await engine.getAddress(),
        },
      },
      defaultSender: deployer.address,
    });
    const receivables = await chain.ethers.getContractAt("ReceivableRegistry", await deployed.receivables.getAddress());
    const finance = await chain.ethers.getContractAt("TradeFinance", await deployed.finance.getAddress());
    await governTrade({ authority, admin: officers.admin }, receivables);
    for (const other of [deployer, officers.halter, officers.admin]) {
      await expect(receivables.connect(other).appointFinance(finance))
        .to.be.revertedWithCustomError(receivables, "AccessManagedUnauthorized")
        .withArgs(other.address);
    }
    const attestors = { customsDeclaration: { attestor: treasury, advanceRate: 8_000n } };
    await startTrade(officers.governor, { receivables, finance }, attestors);
    expect(await receivables.financeContract()).to.equal(await finance.getAddress());
    expect(await receivables.attestorOf(DOCUMENT_KIND.customsDeclaration)).to.equal(treasury.address);
    expect(await receivables.advanceRateOf(DOCUMENT_KIND.customsDeclaration)).to.equal(8_000n);
    for (const currency of currencies) expect(await receivables.isCurrency(currency)).to.equal(true);
    expect(await finance.RECEIVABLES()).to.equal(await receivables.getAddress());
    expect(await finance.ENGINE()).to.equal(await engine.getAddress());
  });
});
