import { expect } from "chai";
import Relocation from "../../ignition/modules/Relocation.js";
import Rental from "../../ignition/modules/Rental.js";
import { governRental } from "../../sdk/deploy/rental.js";
import { openChain, ref } from "../support/chain.js";
import { deployMoney } from "../support/currency.js";

const chain = await openChain("mainland");

describe("deployment of relocation and rental", function () {
  it("puts letting under the currency's authority, whose governor alone admits attestors; relocation has no office", async function () {
    const { mainland, deployer, shop } = await deployMoney(chain);
    const { currency: money, authority, officers } = mainland;
    const currency = await money.getAddress();
    const engine = await (await chain.ethers.deployContract("SettlementEngine")).getAddress();
    const settings = { defaultSender: deployer.address };
    const first = await chain.ignition.deploy(Relocation, { parameters: { Relocation: { currency } }, ...settings });
    const second = await chain.ignition.deploy(Rental, { parameters: { Rental: { currency, engine } }, ...settings });
    const relocation = await chain.ethers.getContractAt("Relocation", await first.relocation.getAddress());
    const rental = await chain.ethers.getContractAt("Rental", await second.rental.getAddress());
    await governRental({ authority, admin: officers.admin }, rental);
    for (const other of [deployer, officers.halter, officers.admin]) {
      await expect(rental.connect(other).setAttestor(shop, true, ref("act")))
        .to.be.revertedWithCustomError(rental, "AccessManagedUnauthorized")
        .withArgs(other.address);
    }
    await rental.connect(officers.governor).setAttestor(shop, true, ref("act"));
    expect(await rental.isAttestor(shop)).to.equal(true);
    expect([await relocation.CURRENCY(), await rental.CURRENCY(), await rental.ENGINE()]).to.deep.equal([
      ...[currency, currency, engine],
    ]);
  });
});
