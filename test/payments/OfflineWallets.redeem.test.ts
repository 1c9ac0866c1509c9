import { expect } from "chai";
import { network } from "hardhat";
import { NO_SECURITY, OFFLINE_DEVICE_STATUS } from "../../sdk/eip712/offlineWallets.js";
import { minor } from "../../sdk/money.js";
import { DeviceKey, mirrored } from "../../sdk/offline/key.js";
import { offlineDeviceId } from "../../sdk/eip712/offlineWallets.js";
import { openChain, ref } from "../support/chain.js";
import { LOADED, PRICE, TERMS, deployOffline, idsOf, signed, voucher, type Offline } from "../support/offline.js";

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

  describe("redeem", function () {
    it("pays the owner of the paid device out of the payer's hold", async function () {
      const it = await voucher(f);
      const ids = idsOf(f, it);
      expect(await f.offline.paymentId(it.payment)).to.equal(ids.payment);
      expect(await f.offline.voucherId(ids.payment, it.endorsement)).to.equal(ids.voucher);
      const redeemed = f.offline.connect(f.carrier).redeem(it);
      await expect(redeemed)
        .to.emit(f.offline, "VoucherRedeemed")
        .withArgs(ids.voucher, f.allotment.ann, f.shop.address, PRICE, PRICE, 0n);
      await expect(redeemed).to.changeTokenBalances(ethers, f.money, [f.ann, f.shop, f.offline], [-PRICE, PRICE, 0n]);
      expect(await f.money.heldOf(f.ann)).to.equal(LOADED - PRICE);
      expect((await f.offline.allotmentOf(f.allotment.ann)).paid).to.equal(PRICE);
      expect(await f.offline.isUsed(f.allotment.ann, 0n)).to.equal(true);
      expect(await f.offline.isUsed(f.allotment.ann, 1n)).to.equal(false);
      expect(await f.offline.redeemedBy(ids.payment)).to.equal(ids.voucher);
      expect(await f.offline.isCompensated(ids.voucher)).to.equal(false);
    });

    it("pays whom the payment was passed on to, and takes nothing from the one in the middle", async function () {
      const it = await voucher(f, { to: f.device.bob, then: f.device.shop });
      await expect(f.offline.redeem(it)).to.changeTokenBalances(
        ethers,
        f.money,
        [f.ann, f.bob, f.shop],
        [-PRICE, 0n, PRICE],
      );
      expect(await f.money.heldOf(f.bob)).to.equal(LOADED);
    });

    it("leaves a payment that came back where it is, once", async function () {
      const it = await voucher(f, { to: f.device.bob, then: f.device.ann });
      const redeemed = f.offline.redeem(it);
      await expect(redeemed)
        .to.emit(f.offline, "VoucherRedeemed")
        .withArgs(idsOf(f, it).voucher, f.allotment.ann, f.ann.address, PRICE, 0n, 0n);
      await expect(redeemed).to.changeTokenBalances(ethers, f.money, [f.ann, f.bob], [0n, 0n]);
      expect((await f.offline.allotmentOf(f.allotment.ann)).paid).to.equal(0n);
      await expectPaid(it);
    });

    it("pays numbers in any order, each once, whatever page they stand on", async function () {
      for (const number of [300n, 2n, 4_294_967_295n, 0n, 255n, 256n]) {
        const it = await voucher(f, { number, amount: minor("1.00") });
        await f.offline.redeem(it);
        expect(await f.offline.isUsed(f.allotment.ann, number)).to.equal(true);
        await expectPaid(it);
      }
      expect((await f.offline.allotmentOf(f.allotment.ann)).paid).to.equal(minor("6.00"));
    });

    it("knows a voucher whose signatures were made again", async function () {
      const first = await voucher(f);
      const again = await signed(f, first, f.device.ann.key, f.device.shop.key);
      expect(again.paymentSignature).not.to.deep.equal(first.paymentSignature);
      await f.offline.redeem(first);
      await expectPaid(again);
    });

    it("refuses an allotment and devices that it does not know", async function () {
      const allotment = ref("no allotment");
      await expect(f.offline.redeem(await voucher(f, { allotment })))
        .to.be.revertedWithCustomError(f.offline, "OfflineAllotmentUnknown")
        .withArgs(allotment);
      const key = await DeviceKey.generate();
      const stranger = { owner: f.stranger, key, id: offlineDeviceId(key.publicKey) };
      for (const wanted of [{ to: stranger }, { to: f.device.bob, then: stranger }]) {
        await expect(f.offline.redeem(await voucher(f, wanted)))
          .to.be.revertedWithCustomError(f.offline, "OfflineDeviceStatusInvalid")
          .withArgs(stranger.id, OFFLINE_DEVICE_STATUS.none);
      }
      const to = { ...stranger, owner: f.shop };
      const strange = await voucher(f, { to, then: f.device.bob, security: f.allotment.bob });
      await expect(f.offline.redeem(strange))
        .to.be.revertedWithCustomError(f.offline, "OfflineSecurityInvalid")
        .withArgs(idsOf(f, strange).voucher, f.allotment.bob);
    });

    it("pays the most that one payment may be, and not a fen more, nor nothing", async function () {
      for (const amount of [TERMS.maxPayment + 1n, 0n]) {
        const it = await voucher(f, { amount });
        await expect(f.offline.redeem(it))
          .to.be.revertedWithCustomError(f.offline, "OfflineAmountInvalid")
          .withArgs(idsOf(f, it).payment, amount, TERMS.maxPayment);
      }
      await f.offline.redeem(await voucher(f, { amount: TERMS.maxPayment }));
      expect(await f.money.balanceOf(f.shop)).to.equal(TERMS.maxPayment);
    });

    it("keeps the terms of the day on which the allotment was loaded", async function () {
      await f.offline.connect(f.governor).setTerms({ ...TERMS, maxPayment: 1n, maxAge: 1n });
      await networkHelpers.time.increase(10n);
      const signedAt = BigInt(await networkHelpers.time.latest()) - 5n;
      await f.offline.redeem(await voucher(f, { signedAt }));
      expect(await f.money.balanceOf(f.shop)).to.equal(PRICE);
    });

    it("takes what was signed from the loading to the last moment of the term", async function () {
      const { openedAt } = await f.offline.allotmentOf(f.allotment.ann);
      await networkHelpers.time.increaseTo(f.signUntil + 2n);
      for (const signedAt of [openedAt - 1n, f.signUntil + 1n]) {
        const it = await voucher(f, { signedAt });
        await expect(f.offline.redeem(it))
          .to.be.revertedWithCustomError(f.offline, "OfflinePaymentTimeInvalid")
          .withArgs(idsOf(f, it).payment, signedAt);
      }
      await f.offline.redeem(await voucher(f, { signedAt: f.signUntil }));
      const fresh = await networkHelpers.loadFixture(deploy);
      await fresh.offline.redeem(await voucher(fresh, { signedAt: openedAt }));
      expect(await fresh.money.balanceOf(fresh.shop)).to.equal(PRICE);
    });

    it("pays up to the last second of a payment's age, and not before it was signed", async function () {
      const signedAt = BigInt(await networkHelpers.time.latest()) + 50n;
      const [first, second] = [await voucher(f, { signedAt }), await voucher(f, { signedAt, number: 1n })];
      const deadline = signedAt + TERMS.maxAge;
      const expired = async (it: typeof first, time: bigint) => {
        await networkHelpers.time.setNextBlockTimestamp(time);
        await expect(f.offline.redeem(it))
          .to.be.revertedWithCustomError(f.offline, "OfflinePaymentExpired")
          .withArgs(idsOf(f, it).payment, deadline, time);
      };
      await expired(first, signedAt - 1n);
      await networkHelpers.time.setNextBlockTimestamp(deadline);
      await f.offline.redeem(first);
      await expired(second, deadline + 1n);
    });

    it("refuses an endorsement from before the payment, and from after now", async function () {
      const now = BigInt(await networkHelpers.time.latest());
      for (const endorsedAt of [now - 1n, now + 100n]) {
        const it = await voucher(f, { signedAt: now, endorsedAt });
        await expect(f.offline.redeem(it))
          .to.be.revertedWithCustomError(f.offline, "OfflineEndorsementTimeInvalid")
          .withArgs(idsOf(f, it).voucher, endorsedAt);
      }
    });

    it("passes on against an allotment of that device which is open, and keeps against none", async function () {
      const { bob, shop } = f.device;
      const late = f.signUntil + 1n;
      const before = (await f.offline.allotmentOf(f.allotment.bob)).openedAt - 1n;
      const cases = [
        { to: bob, then: shop, security: NO_SECURITY },
        { to: bob, then: shop, security: f.allotment.cai },
        { to: bob, security: f.allotment.bob },
        { to: bob, then: shop, signedAt: f.signUntil, endorsedAt: late },
      ];
      const early = await voucher(f, { to: bob, then: shop, signedAt: before });
      await expect(f.offline.redeem(early))
        .to.be.revertedWithCustomError(f.offline, "OfflineSecurityInvalid")
        .withArgs(idsOf(f, early).voucher, f.allotment.bob);
      await networkHelpers.time.increaseTo(late);
      for (const wanted of cases) {
        const it = await voucher(f, { signedAt: f.signUntil, ...wanted });
        await expect(f.offline.redeem(it))
          .to.be.revertedWithCustomError(f.offline, "OfflineSecurityInvalid")
          .withArgs(idsOf(f, it).voucher, it.endorsement.security);
      }
      await f.offline.redeem(await voucher(f, { to: bob, then: shop, signedAt: f.signUntil }));
    });

    it("refuses another's signature, a changed field, another domain and the mirrored form", async function () {
      const it = await voucher(f);
      const ids = idsOf(f, it);
      const elsewhere = { domain: { ...f.domain, chainId: 1n } };
      const { ann, bob, shop } = f.device;
      const payments = [
        { ...it, paymentSignature: (await signed(f, it, bob.key, shop.key)).paymentSignature },
        { ...it, paymentSignature: (await signed(elsewhere, it, ann.key, shop.key)).paymentSignature },
        { ...it, paymentSignature: mirrored(it.paymentSignature) },
      ];
      for (const forged of payments) {
        await expect(f.offline.redeem(forged))
          .to.be.revertedWithCustomError(f.offline, "OfflineSignatureInvalid")
          .withArgs(ann.id, ids.payment);
      }
      const more = { ...it, payment: { ...it.payment, amount: PRICE + 1n } };
      await expect(f.offline.redeem(more))
        .to.be.revertedWithCustomError(f.offline, "OfflineSignatureInvalid")
        .withArgs(ann.id, idsOf(f, more).payment);
      for (const endorsementSignature of [mirrored(it.endorsementSignature), it.paymentSignature]) {
        await expect(f.offline.redeem({ ...it, endorsementSignature }))
          .to.be.revertedWithCustomError(f.offline, "OfflineSignatureInvalid")
          .withArgs(shop.id, ids.voucher);
      }
    });

    it("is refused for a payee that cannot receive, and goes through once it can", async function () {
      const it = await voucher(f);
      const { enforcer } = f.mainland.officers;
      await f.money.connect(enforcer).freeze(f.shop, ref("order"));
      await expect(f.offline.redeem(it)).to.be.revertedWithCustomError(f.money, "ERC7943CannotReceive");
      await f.money.connect(enforcer).unfreeze(f.shop, ref("order"));
      await f.offline.redeem(it);
      expect(await f.money.balanceOf(f.shop)).to.equal(PRICE);
    });

    it("pays out of the hold of a payer that was frozen afterwards", async function () {
      await f.money.connect(f.mainland.officers.enforcer).freeze(f.ann, ref("order"));
      await f.offline.redeem(await voucher(f));
      expect(await f.money.balanceOf(f.shop)).to.equal(PRICE);
    });
  });

  describe("redeemMany", function () {
    it("pays what is good and leaves out the rest, with the reason of each", async function () {
      const good = await voucher(f);
      const passed = await voucher(f, { number: 7n, to: f.device.bob, then: f.device.shop });
      const forged = { ...(await voucher(f, { number: 1n })), paymentSignature: good.paymentSignature };
      const large = await voucher(f, { number: 2n, amount: TERMS.maxPayment + 1n });
      const batch = [large, passed, good, forged, good];
      const selector = (name: string) => f.offline.interface.getError(name)?.selector;
      const reasons = [
        selector("OfflineAmountInvalid"),
        ...["0x00000000", "0x00000000"],
        ...[selector("OfflineSignatureInvalid"), selector("OfflineVoucherPaid")],
      ];
      expect(await f.offline.redeemMany.staticCall(batch)).to.deep.equal([2n * PRICE, reasons]);
      const redeemed = f.offline.redeemMany(batch);
      for (const position of [0, 3, 4]) {
        await expect(redeemed).to.emit(f.offline, "VoucherRefused").withArgs(position, reasons[position]);
      }
      await expect(redeemed).to.changeTokenBalances(ethers, f.money, [f.ann, f.shop], [-2n * PRICE, 2n * PRICE]);
    });

    it("is nothing when there is nothing", async function () {
      expect(await f.offline.redeemMany.staticCall([])).to.deep.equal([0n, []]);
    });
  });

  context("given a chain without the P-256 precompile", function () {
    it("verifies in Solidity, with the same verdicts", async function () {
      const bare = await network.create({
        network: "mainland",
        chainType: "l1",
        override: { hardfork: "prague" },
      });
      const native = await f.offline.redeem.estimateGas(await voucher(f));
      const there = await deployOffline(bare);
      const it = await voucher(there);
      expect(await there.offline.redeem.estimateGas(it)).to.be.greaterThan(native + 200_000n);
      await there.offline.redeem(it);
      expect(await there.money.balanceOf(there.shop)).to.equal(PRICE);
      const forged = { ...(await voucher(there, { number: 1n })), paymentSignature: it.paymentSignature };
      await expect(there.offline.redeem(forged))
        .to.be.revertedWithCustomError(there.offline, "OfflineSignatureInvalid")
        .withArgs(there.device.ann.id, idsOf(there, forged).payment);
      await bare.close();
    });
  });

  async function expectPaid(it: Awaited<ReturnType<typeof voucher>>) {
    await expect(f.offline.redeem(it))
      .to.be.revertedWithCustomError(f.offline, "OfflineVoucherPaid")
      .withArgs(idsOf(f, it).voucher);
  }
});
