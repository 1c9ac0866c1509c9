import { expect } from "chai";
import { POWER } from "../support/currency.js";
import { ref } from "../support/chain.js";
import { couponOf, deployNote, openChainAt, passTo, place } from "../support/assets.js";

const chain = await openChainAt("2026-02-20");
const { networkHelpers } = chain;

const UNKNOWN_SLOTS = 32;
const MAX_ACCOUNTS = 2n ** 24n - 1n;

async function deployPlaced() {
  const issue = await deployNote(chain);
  await place(issue, [
    [issue.ann, 100n],
    [issue.bob, 0n],
  ]);
  await issue.bond.connect(issue.operator).appoint(issue.carrier, POWER.issuer, ref("paying agency agreement"));
  return { ...issue, byAgent: issue.bond.connect(issue.carrier) };
}

describe("BondRecords", function () {
  let f: Awaited<ReturnType<typeof deployPlaced>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployPlaced);
  });

  describe("entitlement", function () {
    it("is what was held at the close before the record time, to the second", async function () {
      const { recordTime } = couponOf(f, 0);
      await networkHelpers.time.setNextBlockTimestamp(recordTime - 1n);
      await f.bond.connect(f.ann).transfer(f.bob, 30n);
      await networkHelpers.time.setNextBlockTimestamp(recordTime);
      await f.bond.connect(f.ann).transfer(f.bob, 50n);
      expect([await f.bond.entitlement(0n, f.ann), await f.bond.entitlement(0n, f.bob)]).to.deep.equal([70n, 30n]);
      expect([await f.bond.balanceOf(f.ann), await f.bond.balanceOf(f.bob)]).to.deep.equal([20n, 80n]);
      expect(await f.bond.recordsPassed()).to.equal(1n);
    });

    it("is known for every unpaid coupon, however much was traded since", async function () {
      for (const [k, units] of [
        [0, 10n],
        [1, 20n],
        [2, 40n],
      ] as const) {
        await passTo(chain, couponOf(f, k).recordTime);
        await f.bond.connect(f.ann).transfer(f.bob, units);
      }
      const holders = [f.ann.address, f.bob.address];
      for (const [k, held] of [
        [0n, [100n, 0n]],
        [1n, [90n, 10n]],
        [2n, [70n, 30n]],
      ] as const) {
        expect(await f.bond.entitlements(k, holders)).to.deep.equal([(2n << 64n) | held[0], (3n << 64n) | held[1]]);
      }
    });

    it("is forgotten once the coupon is settled and the account has traded over a later record date", async function () {
      await passTo(chain, couponOf(f, 0).recordTime);
      await f.bond.connect(f.ann).transfer(f.bob, 10n);
      await f.byAgent.settleRecord(0n);
      expect(await f.bond.entitlement(0n, f.ann)).to.equal(100n);
      await passTo(chain, couponOf(f, 1).recordTime);
      await f.bond.connect(f.ann).transfer(f.bob, 10n);
      await expect(f.bond.entitlement(0n, f.ann))
        .to.be.revertedWithCustomError(f.bond, "BondRecordNotKept")
        .withArgs(0n, f.ann.address);
      expect(await f.bond.entitlement(1n, f.ann)).to.equal(90n);
    });

    it("refuses a record date to come, and a coupon that does not exist", async function () {
      await networkHelpers.mine();
      const time = BigInt(await networkHelpers.time.latest());
      await expect(f.bond.entitlement(0n, f.ann))
        .to.be.revertedWithCustomError(f.bond, "BondRecordPending")
        .withArgs(0n, couponOf(f, 0).recordTime, time);
      await expect(f.bond.entitlement(4n, f.ann))
        .to.be.revertedWithCustomError(f.bond, "BondCouponUnknown")
        .withArgs(4n, 4n);
    });

    it("includes pledged units, and counts no more than the issue", async function () {
      await f.bond.connect(f.ann).placeHold({
        payer: f.ann.address,
        payee: f.bob.address,
        executor: f.carrier.address,
        amount: 60n,
        expiry: couponOf(f, 3).paymentTime,
        businessRef: ref("repo"),
      });
      await passTo(chain, couponOf(f, 0).recordTime);
      const held = await Promise.all([f.issuer, f.ann, f.bob].map((who) => f.bond.entitlement(0n, who)));
      expect(held).to.deep.equal([9_900n, 100n, 0n]);
    });
  });

  describe("settleRecord", function () {
    it("settles in order, and not before the record date", async function () {
      await expect(f.byAgent.settleRecord(1n))
        .to.be.revertedWithCustomError(f.bond, "BondRecordOutOfOrder")
        .withArgs(1n, 0n);
      const { recordTime } = couponOf(f, 0);
      await networkHelpers.time.setNextBlockTimestamp(recordTime - 1n);
      await expect(f.byAgent.settleRecord(0n))
        .to.be.revertedWithCustomError(f.bond, "BondRecordPending")
        .withArgs(0n, recordTime, recordTime - 1n);
      await networkHelpers.time.setNextBlockTimestamp(recordTime);
      await expect(f.byAgent.settleRecord(0n)).to.emit(f.bond, "BondRecordSettled").withArgs(0n);
      expect(await f.bond.recordsSettled()).to.equal(1n);
    });
  });

  describe("openAccount", function () {
    it("refuses one account more than a place can count", async function () {
      const setCount = async (count: bigint) => {
        for (let slot = 0; slot < UNKNOWN_SLOTS; slot++) {
          const before = await networkHelpers.getStorageAt(f.address, slot);
          if (BigInt(before) !== 3n) continue;
          await networkHelpers.setStorageAt(f.address, slot, count);
          if ((await f.bond.accountCount()) === count) return;
          await networkHelpers.setStorageAt(f.address, slot, before);
        }
        throw new RangeError("the length of the list of accounts was not found in storage");
      };
      await setCount(MAX_ACCOUNTS - 1n);
      await f.bond.connect(f.hsbc).openAccount(f.cai);
      expect((await f.bond.accountOf(f.cai)).position).to.equal(MAX_ACCOUNTS);
      await expect(f.bond.connect(f.hsbc).openAccount(f.dan))
        .to.be.revertedWithCustomError(f.bond, "BondAccountsExhausted")
        .withArgs(MAX_ACCOUNTS);
    });
  });
});
