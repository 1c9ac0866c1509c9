import { expect } from "chai";
import { dayNumber } from "../../sdk/calendar.js";
import { coverOf, unitsFor } from "../../sdk/markets/repo.js";
import { minor } from "../../sdk/money.js";
import { DAY, RepoUnderTest, deployRepo, openRepoChain, percent } from "../support/repo.js";

const chain = await openRepoChain();
const { networkHelpers } = chain;
const { time } = networkHelpers;
const hkd = (text: string) => minor(text, "HKD");

async function running() {
  const f = await deployRepo(chain);
  return { ...f, it: await RepoUnderTest.opened(f) };
}

async function called() {
  const f = await networkHelpers.loadFixture(running);
  await f.it.called();
  return f;
}

describe("Repo", function () {
  describe("mark", function () {
    it("says claim less cover, to the minor unit", async function () {
      const { it, repo } = await networkHelpers.loadFixture(running);
      await it.at(1n);
      await it.fix(percent("96.37"));
      // a day of 90.00; 963,700.00 less 5 %
      const exposure = hkd("900090.00") - hkd("915515.00");
      await expect(it.mark())
        .to.emit(repo, "RepoMarked")
        .withArgs(it.id, dayNumber(await time.latest()), percent("96.37"), exposure);
      expect((await it.state()).status).to.equal(2n);
    });

    it("calls for margin past the threshold, and not at it", async function () {
      const { it, repo, seller } = await networkHelpers.loadFixture(running);
      await it.at(1n);
      // cover of 890,090.00: the exposure is the threshold
      const price = (hkd("890090.00") * 10n ** 8n * 100n) / (95n * 1_000n);
      const at = price + 1n;
      expect(coverOf(1_000n, at, it.terms.haircut)).to.equal(hkd("890090.00"));
      await it.fix(at);
      await expect(it.mark()).not.to.emit(repo, "RepoMarginCalled");
      await it.at(2n);
      await it.fix(at);
      const now = BigInt(await time.latest()) + 1n;
      await time.setNextBlockTimestamp(now);
      await expect(it.mark())
        .to.emit(repo, "RepoMarginCalled")
        .withArgs(it.id, seller, hkd("10090.00"), now + DAY);
      const { status, callDeadline } = await it.state();
      expect([status, callDeadline]).to.deep.equal([3n, now + DAY]);
    });

    it("takes a worthless bond for what it is", async function () {
      const { it, repo, seller } = await networkHelpers.loadFixture(running);
      await it.at(1n);
      await it.fix(0n);
      const now = BigInt(await time.latest()) + 1n;
      await time.setNextBlockTimestamp(now);
      await expect(it.mark())
        .to.emit(repo, "RepoMarginCalled")
        .withArgs(it.id, seller, hkd("900090.00"), now + DAY);
    });

    it("leaves a call and its deadline as they are", async function () {
      const { it, repo } = await networkHelpers.loadFixture(called);
      const { callDeadline } = await it.state();
      await it.at(11n);
      await it.fix(percent("80.00"));
      await expect(it.mark()).not.to.emit(repo, "RepoMarginCalled");
      expect((await it.state()).callDeadline).to.equal(callDeadline);
    });

    it("needs a fixing that is young enough", async function () {
      const { it, fixings, agent, bond } = await networkHelpers.loadFixture(running);
      const [, day] = await fixings.lastFixing(agent, bond);
      await it.at(2n);
      await expect(it.mark())
        .to.be.revertedWithCustomError(fixings, "FixingStale")
        .withArgs(agent.address, await bond.getAddress(), day, day + 1n);
    });
  });

  describe("meetCall", function () {
    /** Claim after ten days, less the cover of a thousand units at 85 %. */
    const exposure = hkd("900900.00") - hkd("807500.00");

    it("is met by bonds, of which one fewer is not enough", async function () {
      const { it, repo, bond, seller, buyer } = await networkHelpers.loadFixture(called);
      const units = unitsFor(exposure, percent("85.00"), it.terms.haircut);
      const short = exposure - coverOf(units - 1n, percent("85.00"), it.terms.haircut);
      await expect(it.meetCall(units - 1n, 0n))
        .to.be.revertedWithCustomError(repo, "RepoCoverInsufficient")
        .withArgs(it.id, short);
      const meeting = it.meetCall(units, 0n);
      await expect(meeting).to.emit(repo, "RepoMarginMet").withArgs(it.id, seller, units, 0n);
      await expect(meeting).to.changeTokenBalances(chain.ethers, bond, [seller, buyer], [-units, units]);
      const state = await it.state();
      expect([state.status, state.units]).to.deep.equal([2n, 1_000n + units]);
    });

    it("is met by cash, which costs no interest from then on", async function () {
      const { it, repo, money, bond, seller, buyer } = await networkHelpers.loadFixture(called);
      await expect(it.meetCall(0n, exposure)).to.changeTokenBalances(
        chain.ethers,
        money,
        [seller, buyer],
        [-exposure, exposure],
      );
      await it.at(30n);
      // ten days on 900,000.00 and twenty on what is left, added up in halves of a hundredth of a minor unit
      const left = it.terms.cash - exposure;
      const hundredths = (it.terms.cash * 10n + left * 20n) / 100n;
      const interest = (hundredths + 50n) / 100n;
      await expect(it.close())
        .to.emit(repo, "RepoClosed")
        .withArgs(it.id, bond, 1_000n, left + interest);
    });

    it("takes no more cash than the exposure", async function () {
      const { it, repo } = await networkHelpers.loadFixture(called);
      await expect(it.meetCall(0n, exposure + 1n))
        .to.be.revertedWithCustomError(repo, "RepoMarginExcessive")
        .withArgs(it.id, exposure + 1n, exposure);
    });

    it("takes no more cash than the principal: interest falls due at the closing", async function () {
      const { it, repo } = await networkHelpers.loadFixture(running);
      await it.at(1n);
      await it.fix(0n);
      await it.mark();
      await expect(it.meetCall(0n, hkd("900000.01")))
        .to.be.revertedWithCustomError(repo, "RepoMarginExcessive")
        .withArgs(it.id, hkd("900000.01"), hkd("900000.00"));
    });

    it("is met by both, and by a price that has risen, after the deadline as well", async function () {
      const { it, repo, seller } = await networkHelpers.loadFixture(called);
      await it.meetCall(100n, hkd("12650.00"));
      await it.at(11n);
      await it.fix(percent("83.00"));
      await it.mark();
      expect((await it.state()).status).to.equal(3n);
      await it.at(14n);
      await it.fix(percent("100.00"));
      await expect(it.meetCall(0n, 0n)).to.emit(repo, "RepoMarginMet").withArgs(it.id, seller, 0n, 0n);
      await it.at(15n);
      await it.fix(percent("60.00"));
      await it.mark();
      await it.at(16n);
      await it.fix(percent("100.00"));
      await expect(it.meetCall(0n, 1n))
        .to.be.revertedWithCustomError(repo, "RepoMarginExcessive")
        .withArgs(it.id, 1n, 0n);
    });

    it("does not wait for an agent that has fallen silent", async function () {
      const { it } = await networkHelpers.loadFixture(called);
      await it.at(14n);
      await it.meetCall(200n, 0n);
      expect((await it.state()).status).to.equal(2n);
    });

    it("is the seller's", async function () {
      const { it, repo, buyer } = await networkHelpers.loadFixture(called);
      await expect(it.meetCall(200n, 0n, buyer))
        .to.be.revertedWithCustomError(repo, "RepoCallerInvalid")
        .withArgs(it.id, buyer.address);
    });
  });
});
