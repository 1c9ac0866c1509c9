import { expect } from "chai";
import OfflineWallets from "../../ignition/modules/OfflineWallets.js";
import { governOffline } from "../../sdk/deploy/offline.js";
import { openChain } from "../support/chain.js";
import { deployMoney } from "../support/currency.js";
import { TERMS } from "../support/offline.js";

const chain = await openChain("mainland");

describe("deployment of offline wallets", function () {
  it("puts a currency's devices under its own authority, whose governor alone sets the terms", async function () {
    const { mainland, deployer } = await deployMoney(chain);
    const { currency, authority, officers } = mainland;
    const deployed = await chain.ignition.deploy(OfflineWallets, {
      parameters: { OfflineWallets: { currency: await currency.getAddress(), ...TERMS } },
      defaultSender: deployer.address,
    });
    const offline = await chain.ethers.getContractAt("OfflineWallets", await deployed.offline.getAddress());
    await governOffline({ authority, admin: officers.admin }, offline);
    for (const other of [deployer, officers.halter, officers.admin]) {
      await expect(offline.connect(other).setTerms(TERMS))
        .to.be.revertedWithCustomError(offline, "AccessManagedUnauthorized")
        .withArgs(other.address);
    }
    await offline.connect(officers.governor).setTerms({ ...TERMS, maxPayment: 1n });
    expect((await offline.terms()).maxPayment).to.equal(1n);
    expect(await offline.CURRENCY()).to.equal(await currency.getAddress());
  });
});
