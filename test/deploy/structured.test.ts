import { expect } from "chai";
import StructuredBonds from "../../ignition/modules/StructuredBonds.js";
import { governFixings } from "../../sdk/deploy/structured.js";
import { deployAssetPlatform } from "../support/assets.js";
import { openChain } from "../support/chain.js";
import { HIBOR } from "../support/structured.js";

const chain = await openChain("hongkong");

describe("deployment of what structured bonds need", function () {
  it("puts the fixings under the platform's authority, whose governor alone says who publishes", async function () {
    const { hongkong, deployer, register, boc } = await deployAssetPlatform(chain);
    const { authority, officers } = hongkong;
    const deployed = await chain.ignition.deploy(StructuredBonds, {
      parameters: {
        StructuredBonds: { register: await register.getAddress(), authority: await authority.getAddress() },
      },
      defaultSender: deployer.address,
    });
    const fixings = await chain.ethers.getContractAt("Fixings", await deployed.fixings.getAddress());
    await governFixings({ authority, admin: officers.admin }, fixings);
    for (const other of [deployer, officers.registrar, officers.admin]) {
      await expect(fixings.connect(other).nameAgent(HIBOR, boc))
        .to.be.revertedWithCustomError(fixings, "AccessManagedUnauthorized")
        .withArgs(other.address);
    }
    await fixings.connect(officers.governor).nameAgent(HIBOR, boc);
    expect(await fixings.agentOf(HIBOR)).to.equal(boc.address);
    for (const contract of [deployed.actions, deployed.offers, deployed.meetings]) {
      const paid = await chain.ethers.getContractAt("ICorporateActions", await contract.getAddress());
      expect(await paid.assetRegistry()).to.equal(await register.getAddress());
    }
  });
});
