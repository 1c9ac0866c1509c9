import { expect } from "chai";
import { OFFLINE_DEVICE_STATUS } from "../../sdk/eip712/offlineWallets.js";
import { openChain, ref } from "../support/chain.js";
import { DAY, LOADED, PRICE, PURSE, TERMS, deployOffline, idsOf, voucher, type Offline } from "../support/offline.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deployOffline(chain);
}

describe("OfflineWallets", function () {
  let f: Offline;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("reportLoss", function () {
    it("stops the device at once and its vouchers at the cut-off", async function () {
      const [first, second] = [await voucher(f), await voucher(f, { number: 1n })];
      const time = BigInt(await networkHelpers.time.latest()) + 20n;
      await networkHelpers.time.setNextBlockTimestamp(time);
      await expect(f.offline.connect(f.ann).reportLoss(f.device.ann.id))
        .to.emit(f.offline, "DeviceReportedLost")
        .withArgs(f.device.ann.id, f.ann.address, time + TERMS.lossGrace);
      const { status, stoppedAt, cutOff } = await f.offline.deviceOf(f.device.ann.id);
      expect([status, stoppedAt, cutOff]).to.deep.equal([OFFLINE_DEVICE_STATUS.lost, time, time + TERMS.lossGrace]);
      expect(await f.offline.deadlineOf(f.allotment.ann)).to.equal(time + TERMS.lossGrace);

      await networkHelpers.time.setNextBlockTimestamp(time + TERMS.lossGrace);
      await f.offline.redeem(first);
      await networkHelpers.time.setNextBlockTimestamp(time + TERMS.lossGrace + 1n);
      await expect(f.offline.redeem(second))
        .to.be.revertedWithCustomError(f.offline, "OfflinePaymentExpired")
        .withArgs(idsOf(f, second).payment, time + TERMS.lossGrace, time + TERMS.lossGrace + 1n);
    });

    it("takes what was signed in the second of the report, and nothing later", async function () {
      await f.offline.connect(f.ann).reportLoss(f.device.ann.id);
      const time = BigInt(await networkHelpers.time.latest());
      await networkHelpers.time.increase(10n);
      await f.offline.redeem(await voucher(f, { signedAt: time }));
      const stolen = await voucher(f, { number: 1n, signedAt: time + 1n });
      await expect(f.offline.redeem(stolen))
        .to.be.revertedWithCustomError(f.offline, "OfflinePaymentTimeInvalid")
        .withArgs(idsOf(f, stolen).payment, time + 1n);
    });

    it("stops what the device would endorse, not what it is passed", async function () {
      await f.offline.connect(f.icbc).reportLoss(f.device.bob.id);
      const time = BigInt(await networkHelpers.time.latest());
      await networkHelpers.time.increase(10n);
      const late = await voucher(f, { to: f.device.bob, signedAt: time, endorsedAt: time + 1n });
      await expect(f.offline.redeem(late))
        .to.be.revertedWithCustomError(f.offline, "OfflineEndorsementTimeInvalid")
        .withArgs(idsOf(f, late).voucher, time + 1n);
      const toBob = await voucher(f, { to: f.device.cai, then: f.device.bob });
      await expect(f.offline.redeem(toBob)).to.changeTokenBalances(ethers, f.money, [f.ann, f.bob], [-PRICE, PRICE]);
    });

    it("is the owner's and its institution's, once", async function () {
      for (const other of [f.bob, f.boc, f.stranger]) {
        await expect(f.offline.connect(other).reportLoss(f.device.ann.id))
          .to.be.revertedWithCustomError(f.offline, "OfflineCallerInvalid")
          .withArgs(f.device.ann.id, other.address);
      }
      await f.offline.connect(f.icbc).reportLoss(f.device.ann.id);
      await expect(f.offline.connect(f.ann).reportLoss(f.device.ann.id))
        .to.be.revertedWithCustomError(f.offline, "OfflineDeviceStatusInvalid")
        .withArgs(f.device.ann.id, OFFLINE_DEVICE_STATUS.lost);
    });

    it("does not shorten the time of those whom the device has cheated", async function () {
      const [first, second] = [await voucher(f), await voucher(f, { amount: 1n })];
      await f.offline.connect(f.ann).reportLoss(f.device.ann.id);
      await f.offline.proveDoubleSpend(first, second);
      expect(await f.offline.deadlineOf(f.allotment.ann)).to.equal(f.signUntil + TERMS.maxAge);
    });

    it("is over at the cut-off, whatever is proven then", async function () {
      const [first, second] = [await voucher(f), await voucher(f, { amount: 1n })];
      await f.offline.connect(f.ann).reportLoss(f.device.ann.id);
      const deadline = await f.offline.deadlineOf(f.allotment.ann);
      await networkHelpers.time.increaseTo(deadline);
      await f.offline.proveDoubleSpend(first, second);
      expect(await f.offline.deadlineOf(f.allotment.ann)).to.equal(deadline);
    });
  });

  describe("close", function () {
    it("gives the owner back what is left, once no voucher can come any more", async function () {
      await f.offline.redeem(await voucher(f));
      const deadline = f.signUntil + TERMS.maxAge;
      await networkHelpers.time.setNextBlockTimestamp(deadline);
      await expect(f.offline.close(f.allotment.ann))
        .to.be.revertedWithCustomError(f.offline, "OfflineNotClosable")
        .withArgs(f.allotment.ann, deadline, deadline);
      await networkHelpers.time.setNextBlockTimestamp(deadline + 1n);
      const closed = f.offline.connect(f.stranger).close(f.allotment.ann);
      await expect(closed)
        .to.emit(f.offline, "AllotmentClosed")
        .withArgs(f.allotment.ann, f.ann.address, LOADED - PRICE);
      expect(await f.money.heldOf(f.ann)).to.equal(0n);
      expect(await f.money.spendableOf(f.ann)).to.equal(PURSE - PRICE);
      expect((await f.offline.deviceOf(f.device.ann.id)).loaded).to.equal(0n);
      await expect(f.offline.close(f.allotment.ann)).to.be.revertedWithCustomError(f.offline, "OfflineNotClosable");
    });

    it("gives back what a lost device has left after the cut-off", async function () {
      await f.offline.connect(f.ann).reportLoss(f.device.ann.id);
      const cutOff = BigInt(await networkHelpers.time.latest()) + TERMS.lossGrace;
      await networkHelpers.time.setNextBlockTimestamp(cutOff);
      await expect(f.offline.close(f.allotment.ann))
        .to.be.revertedWithCustomError(f.offline, "OfflineNotClosable")
        .withArgs(f.allotment.ann, cutOff, cutOff);
      await networkHelpers.time.setNextBlockTimestamp(cutOff + 1n);
      await f.offline.close(f.allotment.ann);
      expect(await f.money.spendableOf(f.ann)).to.equal(PURSE);
    });

    it("makes room for a new allotment as soon as one is used up", async function () {
      for (const number of [0n, 1n, 2n]) {
        await f.offline.redeem(await voucher(f, { number, amount: TERMS.maxPayment }));
      }
      await expect(f.offline.close(f.allotment.ann))
        .to.emit(f.offline, "AllotmentClosed")
        .withArgs(f.allotment.ann, f.ann.address, 0n);
      await f.offline.connect(f.ann).load(f.device.ann.id, TERMS.maxLoaded, f.signUntil, "0x");
      expect((await f.offline.deviceOf(f.device.ann.id)).loaded).to.equal(TERMS.maxLoaded);
    });

    it("goes through when somebody has released the hold at the ledger, while halted, and for a frozen owner", async function () {
      const { payer, payee, executor, amount, expiry, businessRef } = await f.offline.holdOf(f.allotment.ann);
      await networkHelpers.time.increaseTo(expiry);
      await f.money.connect(f.stranger).releaseHold({ payer, payee, executor, amount, expiry, businessRef });
      await f.money.connect(f.mainland.officers.halter).haltAll();
      await f.money.connect(f.mainland.officers.enforcer).freeze(f.bob, ref("order"));
      for (const allotment of [f.allotment.ann, f.allotment.bob]) await f.offline.close(allotment);
      expect(await f.money.heldOf(f.ann)).to.equal(0n);
      expect(await f.money.heldOf(f.bob)).to.equal(0n);
    });

    it("keeps the money of a blocked device until the last voucher could have come", async function () {
      await f.offline.redeem(await voucher(f));
      await f.offline.redeem(await voucher(f, { amount: 1n }));
      await networkHelpers.time.increase(TERMS.lossGrace + DAY);
      await expect(f.offline.close(f.allotment.ann)).to.be.revertedWithCustomError(f.offline, "OfflineNotClosable");
      await networkHelpers.time.increaseTo(f.signUntil + TERMS.maxAge);
      await f.offline.close(f.allotment.ann);
      expect(await f.money.heldOf(f.ann)).to.equal(0n);
    });

    it("knows allotments, or nothing", async function () {
      const none = ref("none");
      for (const call of [f.offline.close, f.offline.holdOf, f.offline.deadlineOf]) {
        await expect(call(none)).to.be.revertedWithCustomError(f.offline, "OfflineAllotmentUnknown").withArgs(none);
      }
    });
  });
});
