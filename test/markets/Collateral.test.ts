import { expect } from "chai";
import { dayNumber } from "../../sdk/calendar.js";
import { minor } from "../../sdk/money.js";
import { PledgeUnderTest, deployCollateral, type Pledging } from "../support/collateral.js";
import { DAY, openRepoChain, percent } from "../support/repo.js";

const chain = await openRepoChain();
const { networkHelpers } = chain;
const { time } = networkHelpers;
const hkd = (text: string) => minor(text, "HKD");

async function pledging() {
  return deployCollateral(chain);
}

async function active() {
  const f = await networkHelpers.loadFixture(pledging);
  return { ...f, it: await PledgeUnderTest.opened(f) };
}

async function called() {
  const f = await networkHelpers.loadFixture(active);
  await f.it.called();
  return f;
}

async function defaulted() {
  const f = await networkHelpers.loadFixture(active);
  await f.it.defaulted();
  return f;
}

async function heldOf(f: Pledging) {
  return [await f.bond.heldOf(f.pledgor), await f.other.heldOf(f.pledgor)] as const;
}

describe("Collateral", function () {
  describe("withdraw", function () {
    it("ends terms that are not open, at a party's call alone", async function () {
      const f = await networkHelpers.loadFixture(pledging);
      const it = new PledgeUnderTest(f);
      await expect(it.withdraw(f.triparty))
        .to.be.revertedWithCustomError(f.collateral, "PledgeCallerInvalid")
        .withArgs(it.id, f.triparty.address);
      await expect(it.withdraw(f.pledgor)).to.emit(f.collateral, "PledgeWithdrawn").withArgs(it.id, f.pledgor);
    });
  });

  describe("rearrange", function () {
    it("exchanges positions for others within the schedule", async function () {
      const f = await networkHelpers.loadFixture(active);
      const exchange = f.it.rearrange([0n], [f.it.first(600n), f.it.second(423n)]);
      await expect(exchange).to.emit(f.collateral, "PositionReleased").withArgs(f.it.id, f.bond, 0n, 1_000n);
      await expect(exchange).to.emit(f.collateral, "PositionPledged").withArgs(f.it.id, f.other, 2n, 423n);
      await expect(exchange).not.to.emit(f.collateral, "PledgeCovered");
      expect(await heldOf(f)).to.deep.equal([600n, 423n]);
    });

    it("releases excess, and nothing that is needed", async function () {
      const f = await networkHelpers.loadFixture(active);
      await f.it.rearrange([], [f.it.first(7n), f.it.second(5n), f.it.first(9n)]);
      await f.it.rearrange([3n, 1n], [], f.pledgor);
      expect(await heldOf(f)).to.deep.equal([1_000n, 5n]);
      await expect(f.it.rearrange([0n], []))
        .to.be.revertedWithCustomError(f.collateral, "PledgeCoverInsufficient")
        .withArgs(f.it.id, hkd("4500.00"), hkd("950000.00"));
    });

    for (const [what, freed] of [
      ["a position that is not there", [1n]],
      ["positions from the first to the last", [0n, 0n]],
    ] as const) {
      it(`refuses ${what}`, async function () {
        const f = await networkHelpers.loadFixture(active);
        const left = what.startsWith("a ") ? 1n : 0n;
        await expect(f.it.rearrange(freed, []))
          .to.be.revertedWithCustomError(f.collateral, "PledgePositionInvalid")
          .withArgs(f.it.id, freed[0], left);
      });
    }

    it("is the pledgor's or its agent's", async function () {
      const f = await networkHelpers.loadFixture(active);
      await expect(f.it.rearrange([], [], f.pledgee))
        .to.be.revertedWithCustomError(f.collateral, "PledgeCallerInvalid")
        .withArgs(f.it.id, f.pledgee.address);
    });
  });

  describe("mark", function () {
    it("says what is covered, and calls below what is owed", async function () {
      const { it, collateral, pledgor } = await networkHelpers.loadFixture(active);
      await expect(it.mark()).to.emit(collateral, "PledgeMarked").withArgs(it.id, hkd("950000.00"), hkd("950000.00"));
      expect((await it.state()).status).to.equal(2n);
      await it.at(2n);
      await it.fix(percent("99.99"));
      const now = BigInt(await time.latest()) + 1n;
      await time.setNextBlockTimestamp(now);
      await expect(it.mark())
        .to.emit(collateral, "PledgeCalled")
        .withArgs(it.id, pledgor, hkd("949905.00"), hkd("950000.00"), now + DAY);
    });

    it("leaves a call and its deadline as they are", async function () {
      const { it, collateral } = await networkHelpers.loadFixture(called);
      await expect(it.mark()).not.to.emit(collateral, "PledgeCalled");
    });

    it("needs fixings that are young enough", async function () {
      const { it, fixings } = await networkHelpers.loadFixture(active);
      await it.at(3n);
      await expect(it.mark()).to.be.revertedWithCustomError(fixings, "FixingStale");
    });
  });

  describe("a call", function () {
    it("is met by more collateral, late as well", async function () {
      const { it, collateral, pledgor } = await networkHelpers.loadFixture(called);
      await it.at(13n);
      await it.fix(percent("90.00"));
      await expect(it.rearrange([], [it.first(111n)])).to.be.revertedWithCustomError(
        collateral,
        "PledgeCoverInsufficient",
      );
      await expect(it.rearrange([], [it.first(112n)]))
        .to.emit(collateral, "PledgeCovered")
        .withArgs(it.id, pledgor);
      expect((await it.state()).status).to.equal(2n);
    });

    it("is met by a payment that leaves less than is covered", async function () {
      const { it, collateral, money, pledgor, pledgee } = await networkHelpers.loadFixture(called);
      await expect(it.pay(hkd("95000.00"))).to.changeTokenBalances(
        chain.ethers,
        money,
        [pledgor, pledgee],
        [-hkd("95000.00"), hkd("95000.00")],
      );
      await expect(it.rearrange([], [])).to.emit(collateral, "PledgeCovered");
    });
  });

  describe("pay and acknowledge", function () {
    it("free every position with the last minor unit", async function () {
      const f = await networkHelpers.loadFixture(active);
      const { it, collateral, pledgor, pledgee } = f;
      await it.rearrange([], [it.second(5n)]);
      await expect(it.acknowledge(hkd("950000.01")))
        .to.be.revertedWithCustomError(collateral, "PledgeAmountInvalid")
        .withArgs(it.id, hkd("950000.01"), hkd("950000.00"));
      await expect(it.acknowledge(0n)).to.be.revertedWithCustomError(collateral, "PledgeAmountInvalid");
      await expect(it.acknowledge(hkd("949999.99")))
        .to.emit(collateral, "ObligationPaid")
        .withArgs(it.id, pledgee, hkd("949999.99"), 1n);
      expect(await heldOf(f)).to.deep.equal([1_000n, 5n]);
      const paying = it.pay(1n);
      await expect(paying).to.emit(collateral, "ObligationPaid").withArgs(it.id, pledgor, 1n, 0n);
      await expect(paying).to.emit(collateral, "PledgeDischarged").withArgs(it.id, pledgor);
      expect(await heldOf(f)).to.deep.equal([0n, 0n]);
      expect(await it.positions()).to.deep.equal([]);
    });

    it("are the pledgor's and the pledgee's", async function () {
      const { it, collateral, pledgor, pledgee } = await networkHelpers.loadFixture(active);
      await expect(it.pay(1n, pledgee))
        .to.be.revertedWithCustomError(collateral, "PledgeCallerInvalid")
        .withArgs(it.id, pledgee.address);
      await expect(it.acknowledge(1n, pledgor))
        .to.be.revertedWithCustomError(collateral, "PledgeCallerInvalid")
        .withArgs(it.id, pledgor.address);
    });
  });

  describe("declareDefault", function () {
    it("needs a call's deadline to have passed", async function () {
      const { it, collateral, pledgor } = await networkHelpers.loadFixture(called);
      const { callDeadline } = await it.state();
      await time.setNextBlockTimestamp(callDeadline);
      await expect(it.declareDefault())
        .to.be.revertedWithCustomError(collateral, "PledgeDefaultNotEstablished")
        .withArgs(it.id);
      await time.setNextBlockTimestamp(callDeadline + 1n);
      await expect(it.declareDefault())
        .to.emit(collateral, "PledgeDefaulted")
        .withArgs(it.id, pledgor, dayNumber(callDeadline + 1n));
    });

    it("needs the grace to have passed where nothing was called", async function () {
      const { it, collateral, pledgor } = await networkHelpers.loadFixture(active);
      const last = it.terms.due + it.terms.grace;
      await time.setNextBlockTimestamp(last);
      await expect(it.declareDefault()).to.be.revertedWithCustomError(collateral, "PledgeDefaultNotEstablished");
      await expect(it.declareDefault(pledgor))
        .to.be.revertedWithCustomError(collateral, "PledgeCallerInvalid")
        .withArgs(it.id, pledgor.address);
      await time.setNextBlockTimestamp(last + 1n);
      await expect(it.declareDefault()).to.emit(collateral, "PledgeDefaulted");
    });
  });

  describe("enforce", function () {
    it("takes as many units as are owed, at the first price since the default, and frees the rest", async function () {
      const f = await networkHelpers.loadFixture(defaulted);
      const { it, collateral, bond, pledgor, pledgee, address } = f;
      const { defaultDay } = await it.state();
      await expect(it.enforce())
        .to.be.revertedWithCustomError(collateral, "PledgeFixingPending")
        .withArgs(it.id, address, defaultDay - 2n, defaultDay);
      await it.fix(percent("97.00"));
      // 950,000.00 at 970.00 a unit: 979.4 units
      const enforcing = it.enforce();
      await expect(enforcing).to.emit(collateral, "PositionCaptured").withArgs(it.id, bond, 0n, 980n, hkd("950000.00"));
      await expect(enforcing).to.emit(collateral, "PositionReleased").withArgs(it.id, bond, 0n, 20n);
      await expect(enforcing).to.emit(collateral, "PledgeEnforced").withArgs(it.id, pledgee, 0n);
      await expect(enforcing).to.changeTokenBalances(chain.ethers, bond, [pledgor, pledgee], [-980n, 980n]);
      expect(await heldOf(f)).to.deep.equal([0n, 0n]);
    });

    it("leaves owed what the collateral is not worth", async function () {
      const { it, collateral, pledgee } = await networkHelpers.loadFixture(defaulted);
      await it.fix(percent("90.00"));
      await expect(it.enforce()).to.emit(collateral, "PledgeEnforced").withArgs(it.id, pledgee, hkd("50000.00"));
      expect((await it.state()).outstanding).to.equal(hkd("50000.00"));
    });

    it("gives back what is worth nothing, and takes the last price of a silent agent", async function () {
      const f = await networkHelpers.loadFixture(active);
      await f.it.rearrange([], [f.it.second(5n)]);
      await f.it.at(10n);
      const today = dayNumber(await time.latest());
      await f.fixings.connect(f.agent).publish(f.bond, today, 0n);
      await f.fixings.connect(f.agent).publish(f.other, today, percent("90.00"));
      await f.it.mark();
      await f.it.at(12n);
      await f.it.declareDefault();
      await f.it.at(14n);
      const enforcing = f.it.enforce();
      await expect(enforcing).to.emit(f.collateral, "PositionReleased").withArgs(f.it.id, f.bond, 0n, 1_000n);
      await expect(enforcing).to.changeTokenBalances(chain.ethers, f.other, [f.pledgor, f.pledgee], [-5n, 5n]);
      expect((await f.it.state()).outstanding).to.equal(hkd("945500.00"));
    });

    it("is the pledgee's", async function () {
      const { it, collateral, pledgor } = await networkHelpers.loadFixture(defaulted);
      await expect(it.enforce(pledgor))
        .to.be.revertedWithCustomError(collateral, "PledgeCallerInvalid")
        .withArgs(it.id, pledgor.address);
    });
  });
});
