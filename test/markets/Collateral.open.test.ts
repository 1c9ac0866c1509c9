import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { pledgeId, scheduleHash, type EligibleAsset, type PledgeTerms } from "../../sdk/eip712/collateral.js";
import { inOrder, selectCollateral, signPledge } from "../../sdk/markets/collateral.js";
import { minor } from "../../sdk/money.js";
import { PledgeUnderTest, deployCollateral, type Pledging } from "../support/collateral.js";
import { openRepoChain, percent } from "../support/repo.js";

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

async function heldOf(f: Pledging) {
  return [await f.bond.heldOf(f.pledgor), await f.other.heldOf(f.pledgor)] as const;
}

describe("Collateral", function () {
  describe("open", function () {
    it("holds what the agent has selected, on the pledgor's own account", async function () {
      const f = await networkHelpers.loadFixture(pledging);
      const it = new PledgeUnderTest(f);
      // the other note may cover 380,000.00 of 950,000.00: 423 units at 900.00
      const inventory = [
        { bond: f.otherAddress, units: 3_000n, price: percent("100.00") },
        { bond: f.address, units: 600n, price: percent("100.00") },
      ];
      const selected = selectCollateral(it.terms.obligation, f.schedule, inventory);
      expect(selected).to.deep.equal([it.first(600n), it.second(423n)]);
      const opening = it.open(selected);
      await expect(opening)
        .to.emit(f.collateral, "PledgeOpened")
        .withArgs(it.id, f.pledgor, f.pledgee, Object.values(it.terms));
      await expect(opening).to.emit(f.collateral, "PositionPledged").withArgs(it.id, f.bond, 0n, 600n);
      await expect(opening).to.emit(f.collateral, "PositionPledged").withArgs(it.id, f.other, 1n, 423n);
      expect(await heldOf(f)).to.deep.equal([600n, 423n]);
      expect(await f.bond.balanceOf(f.pledgor)).to.equal(3_000n);
      expect(await it.positions()).to.deep.equal([
        [f.address, 600n, 0n],
        [f.otherAddress, 423n, 1n],
      ]);
      expect(await f.collateral.pledgeId(it.terms)).to.equal(pledgeId(f.pledging, it.terms));
    });

    it("takes the pledgor's own call for its consent", async function () {
      const {
        collateral,
        pledgor,
        pledgee,
        pledge,
        pledging: domain,
        schedule,
        address,
      } = await networkHelpers.loadFixture(pledging);
      const consent = await signPledge(pledgee, domain, pledge);
      await collateral.connect(pledgor).open(pledge, [...schedule], [{ bond: address, units: 1_000n }], "0x", consent);
      expect((await collateral.stateOf(pledgeId(domain, pledge))).outstanding).to.equal(pledge.obligation);
    });

    for (const party of ["pledgor", "pledgee"] as const) {
      it(`refuses without the ${party}'s consent`, async function () {
        const f = await networkHelpers.loadFixture(pledging);
        const forged = await signPledge(f.stranger, f.pledging, f.pledge);
        const own = await signPledge(f.pledgor, f.pledging, f.pledge);
        await expect(
          f.collateral.connect(f.triparty).open(f.pledge, [], [], party === "pledgor" ? forged : own, forged),
        )
          .to.be.revertedWithCustomError(f.collateral, "PledgeConsentInvalid")
          .withArgs(pledgeId(f.pledging, f.pledge), f[party].address);
      });
    }

    const unsound: readonly (readonly [string, (terms: PledgeTerms) => Partial<PledgeTerms>])[] = [
      ["a pledge to oneself", ({ pledgor }) => ({ pledgee: pledgor })],
      ["no pledgor", () => ({ pledgor: ZeroAddress })],
      ["no pledgee", () => ({ pledgee: ZeroAddress })],
      ["nothing owed", () => ({ obligation: 0n })],
      ["an obligation that is due before", ({ opensBy }) => ({ due: opensBy })],
      ["no time to meet a call", () => ({ callPeriod: 0n })],
    ];
    for (const [what, change] of unsound) {
      it(`refuses ${what}`, async function () {
        const f = await networkHelpers.loadFixture(pledging);
        const it = new PledgeUnderTest(f, change(f.pledge));
        await expect(it.open()).to.be.revertedWithCustomError(f.collateral, "PledgeTermsInvalid").withArgs(it.id);
      });
    }

    it("opens up to its last moment", async function () {
      const f = await networkHelpers.loadFixture(pledging);
      const it = new PledgeUnderTest(f);
      await time.setNextBlockTimestamp(it.terms.opensBy + 1n);
      await expect(it.open())
        .to.be.revertedWithCustomError(f.collateral, "PledgeExpired")
        .withArgs(it.id, it.terms.opensBy, it.terms.opensBy + 1n);
      const later = await PledgeUnderTest.opened(f, { opensBy: it.terms.opensBy + 2n });
      expect((await later.state()).status).to.equal(2n);
    });

    it("is the pledgor's or its agent's", async function () {
      const f = await networkHelpers.loadFixture(pledging);
      const it = new PledgeUnderTest(f);
      await expect(f.collateral.connect(f.pledgee).open(it.terms, [...f.schedule], [], "0x", "0x"))
        .to.be.revertedWithCustomError(f.collateral, "PledgeCallerInvalid")
        .withArgs(it.id, f.pledgee.address);
    });

    const crooked: readonly (readonly [string, (schedule: readonly EligibleAsset[]) => readonly EligibleAsset[]])[] = [
      ["that falls", (schedule) => schedule.toReversed()],
      ["with a bond twice", ([line]) => (line === undefined ? [] : [line, line])],
      ["with a haircut of everything", (schedule) => schedule.map((line) => ({ ...line, haircut: 100_000_000n }))],
      ["with a limit of nothing", (schedule) => schedule.map((line) => ({ ...line, limit: 0n }))],
      [
        "of seventeen lines",
        () =>
          Array.from({ length: 17 }, (_, n) => ({
            bond: `0x${(n + 1).toString(16).padStart(40, "0")}`,
            haircut: 0n,
            limit: 1n,
          })),
      ],
    ];
    for (const [what, bend] of crooked) {
      it(`refuses a schedule ${what}`, async function () {
        const f = await networkHelpers.loadFixture(pledging);
        const schedule = bend(f.schedule);
        const it = new PledgeUnderTest(f, {}, schedule);
        await expect(it.open())
          .to.be.revertedWithCustomError(f.collateral, "PledgeScheduleInvalid")
          .withArgs(it.id, scheduleHash(schedule));
      });
    }

    it("refuses another schedule than was agreed", async function () {
      const f = await networkHelpers.loadFixture(pledging);
      const it = new PledgeUnderTest(f, { schedule: scheduleHash([]) });
      await expect(it.open())
        .to.be.revertedWithCustomError(f.collateral, "PledgeScheduleInvalid")
        .withArgs(it.id, scheduleHash(f.schedule));
    });

    it("refuses bonds off the schedule, off the register, and of other money", async function () {
      const f = await networkHelpers.loadFixture(pledging);
      const it = new PledgeUnderTest(f);
      const money = await f.money.getAddress();
      await expect(it.open([{ bond: money, units: 1n }]))
        .to.be.revertedWithCustomError(f.collateral, "PledgeAssetIneligible")
        .withArgs(it.id, money);
      const listed = inOrder([...f.schedule, { bond: money, haircut: 0n, limit: 1n }]);
      await expect(new PledgeUnderTest(f, {}, listed).open([{ bond: money, units: 1n }]))
        .to.be.revertedWithCustomError(f.register, "AssetTokenUnknown")
        .withArgs(money);
      const elsewhere = new PledgeUnderTest(f, { currency: await f.mainland.currency.getAddress() });
      await expect(elsewhere.open())
        .to.be.revertedWithCustomError(f.collateral, "PledgeAssetIneligible")
        .withArgs(elsewhere.id, f.address);
    });

    it("has to be covered, to the minor unit, and counts no more of a bond than its limit", async function () {
      const f = await networkHelpers.loadFixture(pledging);
      const it = new PledgeUnderTest(f);
      await expect(it.open([it.first(999n)]))
        .to.be.revertedWithCustomError(f.collateral, "PledgeCoverInsufficient")
        .withArgs(it.id, hkd("949050.00"), hkd("950000.00"));
      await expect(it.open([it.second(3_000n), it.first(599n)]))
        .to.be.revertedWithCustomError(f.collateral, "PledgeCoverInsufficient")
        .withArgs(it.id, hkd("380000.00") + hkd("569050.00"), hkd("950000.00"));
    });

    it("has at most sixteen positions", async function () {
      const f = await networkHelpers.loadFixture(pledging);
      const it = new PledgeUnderTest(f);
      const positions = (count: number) => Array.from({ length: count }, () => it.first(63n));
      await expect(it.open(positions(17)))
        .to.be.revertedWithCustomError(f.collateral, "PledgePositionsExceeded")
        .withArgs(it.id, 17n, await f.collateral.MAX_POSITIONS());
      await it.open(positions(16));
      await expect(it.rearrange([], positions(1))).to.be.revertedWithCustomError(
        f.collateral,
        "PledgePositionsExceeded",
      );
    });

    it("pledges no unit that is pledged", async function () {
      const f = await networkHelpers.loadFixture(active);
      const second = new PledgeUnderTest(f, { obligation: hkd("1900000.00") });
      await expect(second.open([second.first(2_001n)]))
        .to.be.revertedWithCustomError(f.bond, "LedgerInsufficientSpendable")
        .withArgs(f.pledgor.address, 2_000n, 2_001n);
      await expect(f.bond.connect(f.pledgor).transfer(f.issuer, 2_001n)).to.be.revertedWithCustomError(
        f.bond,
        "LedgerInsufficientSpendable",
      );
      await second.open([second.first(2_000n)]);
    });
  });
});
