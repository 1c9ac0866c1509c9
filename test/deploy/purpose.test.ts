import { expect } from "chai";
import PurposeBoundMoney from "../../ignition/modules/PurposeBoundMoney.js";
import { governMerchants } from "../../sdk/deploy/purpose.js";
import { openChain, ref } from "../support/chain.js";
import { deployMoney } from "../support/currency.js";

const chain = await openChain("mainland");

describe("deployment of purpose-bound money", function () {
  it("puts the directory under the currency's authority, whose halting officer bars and resuming officer unbars", async function () {
    const { mainland, deployer, shop } = await deployMoney(chain);
    const { currency, authority, officers } = mainland;
    const deployed = await chain.ignition.deploy(PurposeBoundMoney, {
      parameters: { PurposeBoundMoney: { currency: await currency.getAddress() } },
      defaultSender: deployer.address,
    });
    const merchants = await chain.ethers.getContractAt("MerchantDirectory", await deployed.merchants.getAddress());
    const purpose = await chain.ethers.getContractAt("PurposeBoundMoney", await deployed.purpose.getAddress());
    await governMerchants({ authority, admin: officers.admin }, merchants);
    for (const other of [deployer, officers.governor, officers.admin, officers.resumer]) {
      await expect(merchants.connect(other).barMerchant(shop, ref("order")))
        .to.be.revertedWithCustomError(merchants, "AccessManagedUnauthorized")
        .withArgs(other.address);
    }
    await merchants.connect(officers.halter).barMerchant(shop, ref("order"));
    expect((await merchants.merchantOf(shop)).barred).to.equal(true);
    await expect(merchants.connect(officers.halter).unbarMerchant(shop, ref("order")))
      .to.be.revertedWithCustomError(merchants, "AccessManagedUnauthorized")
      .withArgs(officers.halter.address);
    await merchants.connect(officers.resumer).unbarMerchant(shop, ref("order"));
    expect((await merchants.merchantOf(shop)).barred).to.equal(false);
    expect(await purpose.DIRECTORY()).to.equal(await merchants.getAddress());
    expect(await purpose.CURRENCY()).to.equal(await currency.getAddress());
  });
});
