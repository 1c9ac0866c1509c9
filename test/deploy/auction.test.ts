import { expect } from "chai";
import { artifacts } from "hardhat";
import BondAuction from "../../ignition/modules/BondAuction.js";
import { openAuctions } from "../../sdk/deploy/auction.js";
import { openChainAt } from "../support/assets.js";
import { AuctionUnderTest, deployMarket } from "../support/auction.js";

const chain = await openChainAt("2026-03-02");

describe("deployment of auctions", function () {
  it("puts the auctions of a register before an engine, and leaves nobody a right", async function () {
    const f = await deployMarket(chain);
    const [engine, assets] = [await f.engine.getAddress(), await f.register.getAddress()];
    const deployed = await chain.ignition.deploy(BondAuction, {
      parameters: { BondAuction: { engine, assets } },
      defaultSender: f.deployer.address,
    });
    const { bytecode: initCode } = await artifacts.readArtifact("BondAuction");
    const other = await openAuctions({ deployer: f.deployer, engine, assets, initCode });
    for (const address of [await deployed.auctions.getAddress(), await other.getAddress()]) {
      const auctions = await chain.ethers.getContractAt("BondAuction", address);
      expect([await auctions.ENGINE(), await auctions.REGISTER()]).to.deep.equal([engine, assets]);
      const auction = await AuctionUnderTest.drafted(f);
      await expect(auctions.connect(f.deployer).announce(auction.terms, []))
        .to.be.revertedWithCustomError(auctions, "AuctionCallerInvalid")
        .withArgs(await auctions.auctionId(auction.terms), f.deployer.address, f.issuer.address);
    }
  });
});
