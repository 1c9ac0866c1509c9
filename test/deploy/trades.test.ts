import { expect } from "chai";
import TradeMatching from "../../ignition/modules/TradeMatching.js";
import { governMatching } from "../../sdk/deploy/trades.js";
import { deployAssetPlatform, openChainAt } from "../support/assets.js";
import { RULES } from "../support/trades.js";

const chain = await openChainAt("2026-02-20");

describe("deployment of a market's matching", function () {
  it("puts it under the platform's authority, whose governor sets tolerances and admits buy-in agents", async function () {
    const { hongkong, register, deployer, bochk } = await deployAssetPlatform(chain);
    const { authority, officers, currency } = hongkong;
    const engine = await chain.ethers.deployContract("SettlementEngine");
    const addresses = {
      authority: await authority.getAddress(),
      register: await register.getAddress(),
      engine: await engine.getAddress(),
    };
    const figures = Object.fromEntries(Object.entries(RULES).map(([name, figure]) => [name, Number(figure)]));
    const deployed = await chain.ignition.deploy(TradeMatching, {
      parameters: { TradeMatching: { ...addresses, ...figures } },
      defaultSender: deployer.address,
    });
    const matching = await chain.ethers.getContractAt("TradeMatching", await deployed.matching.getAddress());
    await governMatching({ authority, admin: officers.admin }, matching);
    for (const other of [deployer, officers.admin, officers.halter]) {
      await expect(matching.connect(other).setBuyInAgent(bochk, true))
        .to.be.revertedWithCustomError(matching, "AccessManagedUnauthorized")
        .withArgs(other.address);
    }
    await matching.connect(officers.governor).setBuyInAgent(bochk, true);
    expect(await matching.isBuyInAgent(bochk)).to.equal(true);
    await matching.connect(officers.governor).setTolerance(currency, { boundary: 1n, small: 2n, large: 3n });
    expect(await matching.toleranceOf(currency)).to.deep.equal([1n, 2n, 3n]);
    expect(await matching.rules()).to.deep.equal(Object.values(RULES));
    expect([await matching.REGISTER(), await matching.ENGINE()]).to.deep.equal([addresses.register, addresses.engine]);
  });
});
