import { expect } from "chai";
import DisclosureModule from "../../ignition/modules/Disclosure.js";
import WalletRecoveryModule from "../../ignition/modules/WalletRecovery.js";
import { governDisclosure } from "../../sdk/deploy/disclosure.js";
import { WARRANT_ROLE } from "../../sdk/payments/disclosure.js";
import { openChain } from "../support/chain.js";
import { deployMoney } from "../support/currency.js";
import { RequestUnderTest, deployDisclosure } from "../support/disclosure.js";
import { DELAY } from "../support/recovery.js";

const chain = await openChain("mainland");

describe("deployment of disclosure and recovery", function () {
  it("puts disclosure under the currency's authority, which names who may ask with a warrant", async function () {
    const f = await deployDisclosure(chain);
    const { authority, officers } = f.mainland;
    const deployed = await chain.ignition.deploy(DisclosureModule, {
      parameters: { Disclosure: { currency: await f.money.getAddress() } },
      defaultSender: f.deployer.address,
    });
    const disclosure = await chain.ethers.getContractAt("Disclosure", await deployed.disclosure.getAddress());
    const request = await RequestUnderTest.drafted({ ...f, disclosure });
    await expect(request.request()).to.be.revertedWithCustomError(disclosure, "AccessManagedUnauthorized");
    await governDisclosure({ authority, admin: officers.admin }, disclosure, f.court);
    expect(await authority.hasRole(WARRANT_ROLE, f.court)).to.deep.equal([true, 0n]);
    await request.request();
    for (const other of [f.deployer, officers.admin]) {
      const own = await RequestUnderTest.drafted({ ...f, disclosure }, { authority: other.address });
      await expect(own.request(other))
        .to.be.revertedWithCustomError(disclosure, "AccessManagedUnauthorized")
        .withArgs(other.address);
    }
    expect(await disclosure.CURRENCY()).to.equal(await f.money.getAddress());
  });

  it("gives recovery no office and no power", async function () {
    const fresh = await openChain("mainland");
    const { mainland, deployer } = await deployMoney(fresh);
    const currency = await mainland.currency.getAddress();
    const deployed = await fresh.ignition.deploy(WalletRecoveryModule, {
      parameters: { WalletRecovery: { currency } },
      defaultSender: deployer.address,
    });
    const recovery = await fresh.ethers.getContractAt("WalletRecovery", await deployed.recovery.getAddress());
    expect([await recovery.CURRENCY(), await recovery.DELAY()]).to.deep.equal([currency, DELAY]);
    for (const power of [4n, 8n]) expect(await mainland.currency.hasPower(recovery, power)).to.equal(false);
  });
});
