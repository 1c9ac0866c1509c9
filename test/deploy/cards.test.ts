import { expect } from "chai";
import PrepaidCards from "../../ignition/modules/PrepaidCards.js";
import { governCards } from "../../sdk/deploy/cards.js";
import { openChain, ref } from "../support/chain.js";
import { deployMoney } from "../support/currency.js";

const chain = await openChain("mainland");

describe("deployment of prepaid cards", function () {
  it("puts a currency's cards under its own authority, whose halting officer alone declares insolvency", async function () {
    const { mainland, deployer, shop } = await deployMoney(chain);
    const { currency, authority, officers } = mainland;
    const deployed = await chain.ignition.deploy(PrepaidCards, {
      parameters: { PrepaidCards: { currency: await currency.getAddress() } },
      defaultSender: deployer.address,
    });
    const cards = await chain.ethers.getContractAt("PrepaidCards", await deployed.cards.getAddress());
    await governCards({ authority, admin: officers.admin }, cards);
    for (const other of [deployer, officers.governor, officers.admin]) {
      await expect(cards.connect(other).declareInsolvent(shop, ref("order")))
        .to.be.revertedWithCustomError(cards, "AccessManagedUnauthorized")
        .withArgs(other.address);
    }
    await cards.connect(officers.halter).declareInsolvent(shop, ref("order"));
    expect(await cards.isInsolvent(shop)).to.equal(true);
    expect(await cards.CURRENCY()).to.equal(await currency.getAddress());
  });
});
