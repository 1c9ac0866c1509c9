import { expect } from "chai";
import Deposits from "../../ignition/modules/Deposits.js";
import { governDeposits } from "../../sdk/deploy/deposits.js";
import { dayNumber } from "../../sdk/calendar.js";
import { INSTITUTION_KIND } from "../../sdk/issuance/roles.js";
import { openChain } from "../support/chain.js";
import { deployMoney } from "../support/currency.js";

const chain = await openChain("mainland");

describe("deployment of the framework of 2026", function () {
  it("stands under the currency's own authority: rates the governor's, institutions the registrar's", async function () {
    const { mainland, deployer } = await deployMoney(chain);
    const { currency, authority, officers, banks } = mainland;
    const deployed = await chain.ignition.deploy(Deposits, {
      parameters: { Deposits: { currency: await currency.getAddress() } },
      defaultSender: deployer.address,
    });
    const reserves = await chain.ethers.getContractAt("ReserveFramework", await deployed.reserves.getAddress());
    const interest = await chain.ethers.getContractAt("InterestBook", await deployed.interest.getAddress());
    await governDeposits({ authority, admin: officers.admin }, { reserves, interest });

    expect(await interest.CURRENCY()).to.equal(await currency.getAddress());
    expect(await interest.FRAMEWORK()).to.equal(await reserves.getAddress());
    expect(await interest.DAY_ENDS()).to.equal(await deployed.dayEnds.getAddress());
    const tomorrow = dayNumber(await chain.networkHelpers.time.latest()) + 1;
    for (const other of [deployer, officers.admin, officers.registrar]) {
      await expect(interest.connect(other).setRate(tomorrow, 500n))
        .to.be.revertedWithCustomError(interest, "AccessManagedUnauthorized")
        .withArgs(other.address);
    }
    await interest.connect(officers.governor).setRate(tomorrow, 500n);
    await reserves.connect(officers.governor).setInsuranceLimit(50_000_000n);
    await reserves.connect(officers.registrar).setKind(banks[0].number, INSTITUTION_KIND.bank);
    for (const other of [deployer, officers.admin, officers.governor]) {
      await expect(reserves.connect(other).setKind(banks[1].number, INSTITUTION_KIND.nonBank))
        .to.be.revertedWithCustomError(reserves, "AccessManagedUnauthorized")
        .withArgs(other.address);
    }
  });
});
