import { expect } from "chai";
import { dayNumber } from "../../sdk/calendar.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { signFixing } from "../../sdk/markets/repo.js";
import { deployRepo, openRepoChain, percent } from "../support/repo.js";

const chain = await openRepoChain();
const { networkHelpers } = chain;
const { time } = networkHelpers;

async function pricedToday() {
  const f = await deployRepo(chain);
  const today = BigInt(dayNumber(await time.latest()));
  return { ...f, today, domain: await domainOf(f.fixings) };
}

async function silentAgent() {
  const f = await pricedToday();
  return { ...f, agent: f.shop };
}

describe("PriceFixings", function () {
  describe("publish", function () {
    it("keeps one price a day, under the caller's name", async function () {
      const { fixings, shop, agent, bond, today } = await networkHelpers.loadFixture(pricedToday);
      await expect(fixings.connect(shop).publish(bond, today, 7n))
        .to.emit(fixings, "PriceFixed")
        .withArgs(shop.address, await bond.getAddress(), today, 7n);
      expect(await fixings.lastFixing(shop, bond)).to.deep.equal([7n, today]);
      expect(await fixings.lastFixing(agent, bond)).to.deep.equal([percent("100.00"), today]);
      expect(await fixings.PRICE_SCALE()).to.equal(10n ** 8n);
    });

    for (const [which, change] of [
      ["the same day again", 0n],
      ["an earlier day", -1n],
      ["tomorrow", 1n],
    ] as const) {
      it(`refuses ${which}`, async function () {
        const { fixings, agent, bond, today } = await networkHelpers.loadFixture(pricedToday);
        await expect(fixings.connect(agent).publish(bond, today + change, 7n))
          .to.be.revertedWithCustomError(fixings, "FixingDayInvalid")
          .withArgs(agent.address, await bond.getAddress(), today + change, today, today);
      });
    }
  });

  describe("publishWithSignature", function () {
    it("takes what the agent has signed from anybody", async function () {
      const { fixings, agent, carrier, bond, address, today, domain } = await networkHelpers.loadFixture(silentAgent);
      const fixing = { agent: agent.address, asset: address, day: today, price: percent("99.50") };
      const signature = await signFixing(agent, domain, fixing);
      await fixings.connect(carrier).publishWithSignature(agent, bond, today, fixing.price, signature);
      expect(await fixings.lastFixing(agent, bond)).to.deep.equal([fixing.price, today]);
    });

    it("refuses another price than the agent signed", async function () {
      const { fixings, agent, carrier, bond, address, today, domain } = await networkHelpers.loadFixture(silentAgent);
      const signature = await signFixing(agent, domain, {
        agent: agent.address,
        asset: address,
        day: today,
        price: 7n,
      });
      await expect(fixings.connect(carrier).publishWithSignature(agent, bond, today, 8n, signature))
        .to.be.revertedWithCustomError(fixings, "FixingSignatureInvalid")
        .withArgs(agent.address, address, today);
    });
  });

  describe("requireFixing", function () {
    it("gives a price that is as old as it may be, and refuses it a day later", async function () {
      const { fixings, agent, bond, address, today } = await networkHelpers.loadFixture(pricedToday);
      await time.increase(2n * 86_400n);
      expect(await fixings.requireFixing(agent, bond, 2n)).to.deep.equal([percent("100.00"), today]);
      await expect(fixings.requireFixing(agent, bond, 1n))
        .to.be.revertedWithCustomError(fixings, "FixingStale")
        .withArgs(agent.address, address, today, today + 1n);
    });

    it("refuses an agent that has said nothing, however long ago may be", async function () {
      const { fixings, shop, bond, address } = await networkHelpers.loadFixture(pricedToday);
      await expect(fixings.requireFixing(shop, bond, 2n ** 200n))
        .to.be.revertedWithCustomError(fixings, "FixingStale")
        .withArgs(shop.address, address, 0n, 1n);
    });
  });
});
