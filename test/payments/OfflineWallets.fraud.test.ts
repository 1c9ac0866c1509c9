import { expect } from "chai";
import { OFFLINE_DEVICE_STATUS, OFFLINE_FRAUD, type OfflineVoucher } from "../../sdk/eip712/offlineWallets.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import {
  DAY,
  LOADED,
  PLEDGE,
  PRICE,
  TERMS,
  deployOffline,
  idsOf,
  register,
  voucher,
  type Offline,
} from "../support/offline.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const MOST = TERMS.maxPayment;

async function deploy() {
  return deployOffline(chain);
}

describe("OfflineWallets", function () {
  let f: Offline;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const statusOf = async (id: string) => (await f.offline.deviceOf(id)).status;

  async function expectRedeemed(it: OfflineVoucher, allotment: string, own: bigint, guaranteed: bigint) {
    const payee = it.endorsement.payee === f.device.cai.id ? f.cai : f.shop;
    const redeemed = f.offline.redeem(it);
    await expect(redeemed)
      .to.emit(f.offline, "VoucherRedeemed")
      .withArgs(idsOf(f, it).voucher, allotment, payee.address, it.payment.amount, own, guaranteed);
    await expect(redeemed).to.changeTokenBalances(
      ethers,
      f.money,
      [f.icbc, payee, f.offline],
      [-guaranteed, own + guaranteed, 0n],
    );
  }

  describe("redeem: two payments of one number", function () {
    it("blocks the payer's device and pays both payees out of its allotment", async function () {
      await f.offline.redeem(await voucher(f));
      const second = await voucher(f, { to: f.device.cai });
      const redeemed = f.offline.redeem(second);
      await expect(redeemed)
        .to.emit(f.offline, "DeviceBlocked")
        .withArgs(f.device.ann.id, OFFLINE_FRAUD.numberTwice, idsOf(f, second).payment);
      await expect(redeemed).to.changeTokenBalances(ethers, f.money, [f.ann, f.cai], [-PRICE, PRICE]);
      const { status, stoppedAt } = await f.offline.deviceOf(f.device.ann.id);
      expect([status, stoppedAt]).to.deep.equal([
        OFFLINE_DEVICE_STATUS.blocked,
        BigInt(await networkHelpers.time.latest()),
      ]);
      await expect(f.offline.redeem(second))
        .to.be.revertedWithCustomError(f.offline, "OfflineVoucherPaid")
        .withArgs(idsOf(f, second).voucher);
    });

    it("leaves a payment with the amount changed no less a proof", async function () {
      await f.offline.redeem(await voucher(f));
      await f.offline.redeem(await voucher(f, { amount: PRICE + 1n }));
      expect(await statusOf(f.device.ann.id)).to.equal(OFFLINE_DEVICE_STATUS.blocked);
      await expect(f.offline.connect(f.ann).load(f.device.ann.id, 1n, f.signUntil, "0x"))
        .to.be.revertedWithCustomError(f.offline, "OfflineDeviceStatusInvalid")
        .withArgs(f.device.ann.id, OFFLINE_DEVICE_STATUS.blocked);
      await expect(f.offline.connect(f.ann).reportLoss(f.device.ann.id))
        .to.be.revertedWithCustomError(f.offline, "OfflineDeviceStatusInvalid")
        .withArgs(f.device.ann.id, OFFLINE_DEVICE_STATUS.blocked);
    });

    it("refuses what a blocked device signs later, and pays what it signed before", async function () {
      const before = await voucher(f, { number: 1n });
      await f.offline.redeem(await voucher(f));
      await f.offline.redeem(await voucher(f, { amount: 1n }));
      await networkHelpers.time.increase(10n);
      const later = await voucher(f, { number: 2n });
      await expect(f.offline.redeem(later))
        .to.be.revertedWithCustomError(f.offline, "OfflinePaymentTimeInvalid")
        .withArgs(idsOf(f, later).payment, later.payment.signedAt);
      await expectRedeemed(before, f.allotment.ann, PRICE, 0n);
    });
  });

  describe("redeem: more than the allotment", function () {
    /** Ann's device has spent all but 20.00 of its allotment. */
    async function spentNearly() {
      await networkHelpers.loadFixture(deploy);
      for (const number of [0n, 1n]) await f.offline.redeem(await voucher(f, { number, amount: MOST }));
      await f.offline.redeem(await voucher(f, { number: 2n, amount: minor("80.00") }));
    }

    /** Vouchers of 100.00, numbered from 3, all signed before the device is blocked. */
    function signedAtOnce() {
      const of = (number: bigint) => voucher(f, { number, amount: MOST });
      return Promise.all([of(3n), of(4n), of(5n), of(6n), of(7n)]);
    }

    it("pays the last fen of the allotment without anybody's help", async function () {
      await networkHelpers.loadFixture(spentNearly);
      await expectRedeemed(await voucher(f, { number: 3n, amount: minor("20.00") }), f.allotment.ann, 2_000n, 0n);
      expect(await statusOf(f.device.ann.id)).to.equal(OFFLINE_DEVICE_STATUS.active);
      expect(await f.money.heldOf(f.ann)).to.equal(0n);
    });

    it("blocks the device and pays the rest out of the guarantee", async function () {
      await networkHelpers.loadFixture(spentNearly);
      const over = await voucher(f, { number: 3n, amount: minor("20.01") });
      await expect(f.offline.redeem(over))
        .to.emit(f.offline, "DeviceBlocked")
        .withArgs(f.device.ann.id, OFFLINE_FRAUD.overspent, idsOf(f, over).voucher);
      expect(await f.money.balanceOf(f.shop)).to.equal(LOADED + 1n);
      const { paid, guaranteed } = await f.offline.allotmentOf(f.allotment.ann);
      expect([paid, guaranteed]).to.deep.equal([LOADED, 1n]);
      expect((await f.offline.pledgeOf(f.icbcNumber)).remaining).to.equal(PLEDGE - 1n);
    });

    it("pays out of the guarantee as much as the allotment was, the last voucher in part, and no more", async function () {
      await networkHelpers.loadFixture(spentNearly);
      const [first, second, third, last, late] = await signedAtOnce();
      await expectRedeemed(first, f.allotment.ann, 2_000n, 8_000n);
      await expectRedeemed(second, f.allotment.ann, 0n, MOST);
      await expectRedeemed(third, f.allotment.ann, 0n, MOST);
      await expectRedeemed(last, f.allotment.ann, 0n, minor("20.00"));
      await expect(f.offline.redeem(last))
        .to.be.revertedWithCustomError(f.offline, "OfflineVoucherPaid")
        .withArgs(idsOf(f, last).voucher);
      expect((await f.offline.allotmentOf(f.allotment.ann)).guaranteed).to.equal(LOADED);
      const redeemed = f.offline.redeem(late);
      await expect(redeemed)
        .to.emit(f.offline, "VoucherUncovered")
        .withArgs(idsOf(f, late).voucher, f.allotment.ann, f.shop.address, MOST);
      await expect(redeemed).to.changeTokenBalances(ethers, f.money, [f.ann, f.shop, f.icbc], [0n, 0n, 0n]);
      expect(await f.offline.isUsed(f.allotment.ann, 7n)).to.equal(false);
      expect(await f.offline.redeemedBy(idsOf(f, late).payment)).to.equal(ethers.ZeroHash);
    });

    it("pays what came too late for a pledge that was used up, once there is another", async function () {
      await networkHelpers.loadFixture(spentNearly);
      await drain();
      await f.offline.redeem(await voucher(f, { number: 3n, amount: minor("20.00") }));
      const uncovered = await voucher(f, { number: 4n });
      await expect(f.offline.redeem(uncovered)).to.emit(f.offline, "VoucherUncovered");
      const { expiry } = (await f.offline.pledgeOf(f.icbcNumber)).current;
      await f.offline.connect(f.icbc).pledge(PRICE, expiry);
      await expectRedeemed(uncovered, f.allotment.ann, 0n, PRICE);
    });

    it("owes an institution nothing out of its own guarantee", async function () {
      await networkHelpers.loadFixture(spentNearly);
      const icbc = await register(f, f.icbc);
      const over = await voucher(f, { number: 3n, amount: minor("50.00"), to: icbc });
      await expect(f.offline.redeem(over)).to.changeTokenBalances(ethers, f.money, [f.ann, f.icbc], [-2_000n, 2_000n]);
      expect((await f.offline.allotmentOf(f.allotment.ann)).guaranteed).to.equal(0n);
    });
  });

  describe("redeem: one payment passed on twice", function () {
    it("blocks the device in the middle and pays the second out of its security", async function () {
      const first = await voucher(f, { to: f.device.bob, then: f.device.shop });
      await f.offline.redeem(first);
      const twice = await passedOn(first, f.device.cai.id);
      const redeemed = f.offline.redeem(twice);
      await expect(redeemed)
        .to.emit(f.offline, "DeviceBlocked")
        .withArgs(f.device.bob.id, OFFLINE_FRAUD.paymentTwice, idsOf(f, twice).voucher);
      await expect(redeemed).to.changeTokenBalances(
        ethers,
        f.money,
        [f.ann, f.bob, f.cai, f.icbc],
        [0n, -PRICE, PRICE, 0n],
      );
      expect(await f.offline.isCompensated(idsOf(f, twice).voucher)).to.equal(true);
      expect((await f.offline.allotmentOf(f.allotment.bob)).paid).to.equal(PRICE);
      expect(await statusOf(f.device.ann.id)).to.equal(OFFLINE_DEVICE_STATUS.active);
      await expect(f.offline.redeem(twice))
        .to.be.revertedWithCustomError(f.offline, "OfflineVoucherPaid")
        .withArgs(idsOf(f, twice).voucher);
    });

    it("pays nothing to the device that had passed it on, and blocks it", async function () {
      const passed = await voucher(f, { to: f.device.bob, then: f.device.shop });
      await f.offline.redeem(passed);
      const kept = await passedOn(passed, f.device.bob.id);
      const redeemed = f.offline.redeem(kept);
      await expect(redeemed)
        .to.emit(f.offline, "VoucherForfeited")
        .withArgs(idsOf(f, kept).voucher, f.device.bob.id, PRICE);
      await expect(redeemed).to.changeTokenBalances(ethers, f.money, [f.ann, f.bob, f.icbc], [0n, 0n, 0n]);
      expect(await statusOf(f.device.bob.id)).to.equal(OFFLINE_DEVICE_STATUS.blocked);
    });

    it("pays the innocent one out of the security if the cheat kept it first", async function () {
      const passed = await voucher(f, { to: f.device.bob, then: f.device.shop });
      const kept = await passedOn(passed, f.device.bob.id);
      await expect(f.offline.redeem(kept)).to.changeTokenBalances(ethers, f.money, [f.ann, f.bob], [-PRICE, PRICE]);
      await expect(f.offline.redeem(passed)).to.changeTokenBalances(ethers, f.money, [f.bob, f.shop], [-PRICE, PRICE]);
    });

    it("pays only out of the guarantee once the security is spent, and not at all once its time is over", async function () {
      const { bob, shop } = f.device;
      for (const number of [0n, 1n, 2n]) {
        await f.offline.redeem(await voucher(f, { from: bob, allotment: f.allotment.bob, number, amount: MOST }));
      }
      await f.offline.close(f.allotment.bob);
      const passed = await voucher(f, { to: bob, then: shop });
      await f.offline.redeem(await passedOn(passed, bob.id));
      await expectRedeemed(passed, f.allotment.bob, 0n, PRICE);

      const short = BigInt(await networkHelpers.time.latest()) + 100n;
      await networkHelpers.loadFixture(deploy);
      await f.offline.connect(f.governor).setTerms({ ...TERMS, maxAge: 1n });
      await f.offline.connect(f.bob).load(bob.id, PRICE, short, "0x");
      const security = await f.offline.allotmentId(bob.id, 1n);
      const late = await voucher(f, { to: bob, then: shop, security });
      await f.offline.redeem(await passedOn(late, bob.id));
      await networkHelpers.time.increaseTo(short + 1n);
      await expect(f.offline.redeem(late)).to.emit(f.offline, "VoucherUncovered");
    });

    it("leaves a second one where it is if it came back to the owner of the security", async function () {
      const second = await register(f, f.bob);
      const passed = await voucher(f, { to: f.device.bob, then: f.device.shop });
      await f.offline.redeem(passed);
      const back = await passedOn(passed, second.id);
      await expect(f.offline.redeem(back)).to.changeTokenBalances(ethers, f.money, [f.ann, f.bob], [0n, 0n]);
      expect((await f.offline.allotmentOf(f.allotment.bob)).paid).to.equal(0n);
    });

    it("refuses an endorsement that a blocked device signs later", async function () {
      const passed = await voucher(f, { to: f.device.bob, then: f.device.shop });
      await f.offline.redeem(passed);
      await f.offline.redeem(await passedOn(passed, f.device.bob.id));
      await networkHelpers.time.increase(10n);
      const later = await voucher(f, { number: 1n, to: f.device.bob });
      await expect(f.offline.redeem(later))
        .to.be.revertedWithCustomError(f.offline, "OfflineEndorsementTimeInvalid")
        .withArgs(idsOf(f, later).voucher, later.endorsement.signedAt);
    });
  });

  describe("proveDoubleSpend", function () {
    it("blocks a device that signed one number twice, before anything is redeemed and after it has expired", async function () {
      const [first, second] = [await voucher(f), await voucher(f, { to: f.device.cai })];
      await networkHelpers.time.increase(100n * DAY);
      expect(await f.offline.proveDoubleSpend.staticCall(first, second)).to.equal(f.device.ann.id);
      await expect(f.offline.connect(f.stranger).proveDoubleSpend(first, second))
        .to.emit(f.offline, "DeviceBlocked")
        .withArgs(f.device.ann.id, OFFLINE_FRAUD.numberTwice, idsOf(f, second).payment);
      await expect(f.offline.proveDoubleSpend(second, first))
        .to.be.revertedWithCustomError(f.offline, "OfflineDeviceStatusInvalid")
        .withArgs(f.device.ann.id, OFFLINE_DEVICE_STATUS.blocked);
    });

    it("blocks a device that passed one payment on twice", async function () {
      const first = await voucher(f, { to: f.device.bob, then: f.device.shop });
      const second = await passedOn(first, f.device.cai.id);
      await expect(f.offline.proveDoubleSpend(first, second))
        .to.emit(f.offline, "DeviceBlocked")
        .withArgs(f.device.bob.id, OFFLINE_FRAUD.paymentTwice, idsOf(f, second).voucher);
    });

    it("refuses what does not contradict itself", async function () {
      const it = await voucher(f);
      const { payment, voucher: id } = idsOf(f, it);
      await expect(f.offline.proveDoubleSpend(it, it))
        .to.be.revertedWithCustomError(f.offline, "OfflineNoConflict")
        .withArgs(id, id);
      for (const other of [
        await voucher(f, { number: 1n }),
        await voucher(f, { from: f.device.bob, allotment: f.allotment.bob }),
      ]) {
        await expect(f.offline.proveDoubleSpend(it, other))
          .to.be.revertedWithCustomError(f.offline, "OfflineNoConflict")
          .withArgs(payment, idsOf(f, other).payment);
      }
    });

    it("takes the device's own signatures and nobody else's", async function () {
      const [first, second] = [await voucher(f), await voucher(f, { to: f.device.cai })];
      const { ann, bob } = f.device;
      for (const [one, two, digest] of [
        [first, { ...second, paymentSignature: first.paymentSignature }, idsOf(f, second).payment],
        [{ ...first, paymentSignature: second.paymentSignature }, second, idsOf(f, first).payment],
      ] as const) {
        await expect(f.offline.proveDoubleSpend(one, two))
          .to.be.revertedWithCustomError(f.offline, "OfflineSignatureInvalid")
          .withArgs(ann.id, digest);
      }
      const passed = await voucher(f, { to: bob, then: f.device.shop });
      const forged = {
        ...(await passedOn(passed, f.device.cai.id)),
        endorsementSignature: passed.endorsementSignature,
      };
      await expect(f.offline.proveDoubleSpend(passed, forged))
        .to.be.revertedWithCustomError(f.offline, "OfflineSignatureInvalid")
        .withArgs(bob.id, idsOf(f, forged).voucher);
    });

    it("knows allotments and devices, or nothing", async function () {
      const nobody = { ...f.device.bob, id: ref("nobody") };
      const allotment = ref("none");
      const [first, second] = [await voucher(f, { allotment }), await voucher(f, { allotment, amount: 1n })];
      await expect(f.offline.proveDoubleSpend(first, second))
        .to.be.revertedWithCustomError(f.offline, "OfflineAllotmentUnknown")
        .withArgs(allotment);
      const kept = await voucher(f, { to: nobody });
      const other = { ...kept, endorsement: { ...kept.endorsement, signedAt: kept.endorsement.signedAt + 1n } };
      await expect(f.offline.proveDoubleSpend(kept, other))
        .to.be.revertedWithCustomError(f.offline, "OfflineDeviceStatusInvalid")
        .withArgs(nobody.id, OFFLINE_DEVICE_STATUS.none);
    });
  });

  /** The same payment, endorsed by bob's device to another. */
  async function passedOn(it: OfflineVoucher, payee: string): Promise<OfflineVoucher> {
    const kept = payee === f.device.bob.id;
    const endorsement = { ...it.endorsement, payee, security: kept ? ethers.ZeroHash : securityIn(it) };
    const id = idsOf(f, { ...it, endorsement }).voucher;
    return { ...it, endorsement, endorsementSignature: await f.device.bob.key.sign(id) };
  }

  function securityIn({ endorsement }: OfflineVoucher): string {
    return endorsement.security === ethers.ZeroHash ? f.allotment.bob : endorsement.security;
  }

  /** Other devices have used the guarantee up: its last fen is captured as the contract would. */
  async function drain() {
    const left = (await f.offline.pledgeOf(f.icbcNumber)).remaining;
    const [{ payer, amount, expiry, number }] = await f.offline.pledgeOf(f.icbcNumber);
    const businessRef = ethers.keccak256(
      ethers.AbiCoder.defaultAbiCoder().encode(
        ["string", "uint16", "uint32"],
        ["OfflineGuarantee", f.icbcNumber, number],
      ),
    );
    const executor = await f.offline.getAddress();
    const hold = { payer, payee: ethers.ZeroAddress, executor, amount, expiry, businessRef };
    await networkHelpers.setBalance(executor, 10n ** 18n);
    const itself = await ethers.getImpersonatedSigner(executor);
    await f.money.connect(itself).captureHold(hold, f.treasury, left);
  }
});
