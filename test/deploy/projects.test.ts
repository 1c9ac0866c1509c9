import { expect } from "chai";
import Projects from "../../ignition/modules/Projects.js";
import { openChain } from "../support/chain.js";
import { deployMoney } from "../support/currency.js";

const chain = await openChain("mainland");

describe("deployment of the project platform", function () {
  it("puts four contracts beside the currency, each knowing the ones it asks, and none with an office", async function () {
    const { mainland, deployer } = await deployMoney(chain);
    const currency = await mainland.currency.getAddress();
    const deployed = await chain.ignition.deploy(Projects, {
      parameters: { Projects: { currency } },
      defaultSender: deployer.address,
    });
    const at = async (name: "works" | "funds" | "wages" | "materials") => deployed[name].getAddress();
    const funds = await chain.ethers.getContractAt("ProjectFunds", await at("funds"));
    const wages = await chain.ethers.getContractAt("Wages", await at("wages"));
    const materials = await chain.ethers.getContractAt("Materials", await at("materials"));
    expect(await funds.CURRENCY()).to.equal(currency);
    expect(await funds.WORKS()).to.equal(await at("works"));
    expect(await wages.FUNDS()).to.equal(await at("funds"));
    expect(await materials.FUNDS()).to.equal(await at("funds"));
    expect(await materials.WORKS()).to.equal(await at("works"));
  });
});
