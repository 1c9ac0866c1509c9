import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { expect } from "chai";
import { minor } from "../../sdk/money.js";
import type { QrPayment } from "../../sdk/qr/payment.js";
import { openChain, ref } from "../support/chain.js";
import { DIRECTION, HKD, MODE, QR_STATUS, REASON, SCHEME, deployQr, kinds, payment, type Qr } from "../support/qr.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

const DAY = 86_400n;

async function deploy() {
  return deployQr(chain);
}

describe("QrGateway", function () {
  let f: Qr;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  function idOf(asked: QrPayment): Promise<string> {
    return f.gateway.paymentId(asked);
  }

  async function authorized(change: Partial<QrPayment> = {}): Promise<QrPayment> {
    const asked = payment(f, change);
    await f.gateway.connect(f.hsbc).request(asked);
    await f.gateway.connect(f.icbc).authorize(asked);
    return asked;
  }

  async function completed(): Promise<QrPayment> {
    const asked = await authorized();
    await f.gateway.connect(f.hsbc).complete(asked);
    return asked;
  }

  async function expectRecord(asked: QrPayment, status: bigint, refunded = 0n, responder = f.icbc.address) {
    expect(await f.gateway.recordOf(await idOf(asked))).to.deep.equal([responder, status, refunded]);
  }

  describe("request", function () {
    it("records and routes the payment", async function () {
      const asked = payment(f);
      const id = await idOf(asked);
      await expect(f.gateway.connect(f.hsbc).request(asked))
        .to.emit(f.gateway, "QrPaymentRequested")
        .withArgs(id, f.hsbc, f.icbc, Object.values(asked));
      await expectRecord(asked, QR_STATUS.requested);
    });

    it("is refused a second time, whatever has come of the first", async function () {
      const asked = payment(f);
      const gateway = f.gateway.connect(f.hsbc);
      await gateway.request(asked);
      await expect(gateway.request(asked))
        .to.be.revertedWithCustomError(gateway, "QrStatusInvalid")
        .withArgs(await idOf(asked), QR_STATUS.requested);
      await gateway.reverse(asked, REASON);
      await expect(gateway.request(asked))
        .to.be.revertedWithCustomError(gateway, "QrStatusInvalid")
        .withArgs(await idOf(asked), QR_STATUS.reversed);
    });

    it("is the requester's own", async function () {
      const asked = payment(f);
      await expect(f.gateway.connect(f.icbc).request(asked))
        .to.be.revertedWithCustomError(f.gateway, "QrCallerInvalid")
        .withArgs(await idOf(asked), f.icbc, f.hsbc);
    });

    it("needs both sides admitted", async function () {
      const gateway = f.gateway.connect(f.mainland.officers.registrar);
      for (const side of [f.hsbc, f.icbc]) {
        await gateway.dismiss(side);
        await expect(f.gateway.connect(f.hsbc).request(payment(f)))
          .to.be.revertedWithCustomError(gateway, "QrParticipantUnknown")
          .withArgs(side);
        await gateway.admit(side);
      }
    });

    it("needs an open route to somebody else", async function () {
      const { halter, registrar } = f.mainland.officers;
      const { gateway } = f;
      const route = [SCHEME.union, DIRECTION.inbound, MODE.merchant] as const;
      const none = payment(f, { scheme: SCHEME.unknown });
      await expect(gateway.connect(f.hsbc).request(none))
        .to.be.revertedWithCustomError(gateway, "QrRouteUnknown")
        .withArgs(SCHEME.unknown, DIRECTION.inbound, MODE.merchant);
      await gateway.connect(registrar).setRoute(...route, f.hsbc);
      await expect(gateway.connect(f.hsbc).request(payment(f)))
        .to.be.revertedWithCustomError(gateway, "QrRouteToSelf")
        .withArgs(await idOf(payment(f)), f.hsbc);
      await gateway.connect(halter).closeRoute(...route);
      await expect(gateway.connect(f.hsbc).request(payment(f)))
        .to.be.revertedWithCustomError(gateway, "QrRouteIsClosed")
        .withArgs(...route);
    });

    it("keeps the home currency on the side that is at home", async function () {
      for (const { asks, change } of kinds(f)) {
        const abroad = { ...change, merchantCurrency: HKD, payerCurrency: HKD };
        const asked = payment(f, abroad);
        await expect(f.gateway.connect(asks).request(asked))
          .to.be.revertedWithCustomError(f.gateway, "QrCurrencyMismatch")
          .withArgs(await idOf(asked), HKD, 156n);
      }
    });

    it("needs amounts and a country of two letters", async function () {
      for (const change of [{ merchantAmount: 0n }, { payerAmount: 0n }]) {
        const asked = payment(f, change);
        await expect(f.gateway.connect(f.hsbc).request(asked))
          .to.be.revertedWithCustomError(f.gateway, "QrAmountMissing")
          .withArgs(await idOf(asked));
      }
      // one below A and one above Z, in either place
      for (const country of ["0x404e", "0x5b4e", "0x4340", "0x435b"]) {
        const asked = payment(f, { country });
        await expect(f.gateway.connect(f.hsbc).request(asked))
          .to.be.revertedWithCustomError(f.gateway, "QrCountryInvalid")
          .withArgs(await idOf(asked), country);
      }
      for (const country of ["0x415a", "0x5a41"]) await f.gateway.connect(f.hsbc).request(payment(f, { country }));
    });

    it("ends now at the earliest and in a day at the latest", async function () {
      const time = f.now + 100n;
      for (const notAfter of [time - 1n, time + DAY + 1n]) {
        await networkHelpers.time.setNextBlockTimestamp(time);
        const asked = payment(f, { notAfter });
        await expect(f.gateway.connect(f.hsbc).request.staticCall(asked, { blockTag: "pending" }))
          .to.be.revertedWithCustomError(f.gateway, "QrDeadlineInvalid")
          .withArgs(await idOf(asked), notAfter, time);
      }
      await f.gateway.connect(f.hsbc).request(payment(f, { notAfter: time + DAY }));
      await networkHelpers.time.setNextBlockTimestamp(time + 10n);
      await f.gateway.connect(f.hsbc).request(payment(f, { notAfter: time + 10n }));
    });
  });

  describe("authorize", function () {
    it("is the responder's, once, in time", async function () {
      const asked = payment(f);
      const id = await idOf(asked);
      const { gateway } = f;
      await expect(gateway.connect(f.icbc).authorize(asked))
        .to.be.revertedWithCustomError(gateway, "QrStatusInvalid")
        .withArgs(id, QR_STATUS.none);
      await gateway.connect(f.hsbc).request(asked);
      await expect(gateway.connect(f.hsbc).authorize(asked))
        .to.be.revertedWithCustomError(gateway, "QrCallerInvalid")
        .withArgs(id, f.hsbc, f.icbc);
      await networkHelpers.time.setNextBlockTimestamp(asked.notAfter);
      await expect(gateway.connect(f.icbc).authorize(asked))
        .to.emit(gateway, "QrPaymentAuthorized")
        .withArgs(id, f.icbc);
      await expectRecord(asked, QR_STATUS.authorized);
      await expect(gateway.connect(f.icbc).authorize(asked))
        .to.be.revertedWithCustomError(gateway, "QrStatusInvalid")
        .withArgs(id, QR_STATUS.authorized);
    });

    it("goes on when participant and route are gone", async function () {
      const asked = payment(f);
      await f.gateway.connect(f.hsbc).request(asked);
      const { registrar, halter } = f.mainland.officers;
      for (const side of [f.hsbc, f.icbc]) await f.gateway.connect(registrar).dismiss(side);
      await f.gateway.connect(halter).closeRoute(SCHEME.union, DIRECTION.inbound, MODE.merchant);
      await f.gateway.connect(f.icbc).authorize(asked);
      await f.gateway.connect(f.hsbc).complete(asked);
      await expectRecord(asked, QR_STATUS.completed);
    });

    it("is refused after the time", async function () {
      const asked = payment(f);
      await f.gateway.connect(f.hsbc).request(asked);
      const time = asked.notAfter + 1n;
      await networkHelpers.time.setNextBlockTimestamp(time);
      await expect(f.gateway.connect(f.icbc).authorize(asked))
        .to.be.revertedWithCustomError(f.gateway, "QrPaymentExpired")
        .withArgs(await idOf(asked), asked.notAfter, time);
    });
  });

  describe("complete", function () {
    it("is the wallet's side's in every direction and mode", async function () {
      for (const { name, asks, answers, wallet, acquirer, change } of kinds(f)) {
        const asked = payment(f, change);
        const id = await idOf(asked);
        const { gateway } = f;
        await gateway.connect(asks).request(asked);
        await expect(gateway.connect(wallet).complete(asked))
          .to.be.revertedWithCustomError(gateway, "QrStatusInvalid")
          .withArgs(id, QR_STATUS.requested);
        await gateway.connect(answers).authorize(asked);
        await expect(gateway.connect(acquirer).complete(asked), name)
          .to.be.revertedWithCustomError(gateway, "QrCallerInvalid")
          .withArgs(id, acquirer, wallet);
        const amount = asked.direction === DIRECTION.inbound ? asked.merchantAmount : asked.payerAmount;
        await expect(gateway.connect(wallet).complete(asked), name)
          .to.emit(gateway, "QrPaymentCompleted")
          .withArgs(id, wallet, acquirer, amount);
        await expectRecord(asked, QR_STATUS.completed, 0n, answers.address);
      }
    });

    it("is refused after the time", async function () {
      const asked = await authorized();
      const time = asked.notAfter + 1n;
      await networkHelpers.time.setNextBlockTimestamp(time);
      await expect(f.gateway.connect(f.hsbc).complete(asked))
        .to.be.revertedWithCustomError(f.gateway, "QrPaymentExpired")
        .withArgs(await idOf(asked), asked.notAfter, time);
    });
  });

  describe("reverse", function () {
    it("ends what is not completed, by either side", async function () {
      for (const [index, by] of [f.hsbc, f.icbc].entries()) {
        const requested = payment(f, { businessRef: ref(`requested ${index}`) });
        await f.gateway.connect(f.hsbc).request(requested);
        const agreed = await authorized({ businessRef: ref(`agreed ${index}`) });
        for (const asked of [requested, agreed]) {
          await expect(f.gateway.connect(by).reverse(asked, REASON))
            .to.emit(f.gateway, "QrPaymentReversed")
            .withArgs(await idOf(asked), by, REASON);
          await expectRecord(asked, QR_STATUS.reversed);
        }
      }
    });

    it("is anyone's once the time is over", async function () {
      const asked = await authorized();
      const id = await idOf(asked);
      const gateway = f.gateway.connect(f.stranger);
      await networkHelpers.time.setNextBlockTimestamp(asked.notAfter);
      await expect(gateway.reverse(asked, REASON))
        .to.be.revertedWithCustomError(gateway, "QrReversalNotDue")
        .withArgs(id, f.stranger, asked.notAfter, asked.notAfter);
      await networkHelpers.time.setNextBlockTimestamp(asked.notAfter + 1n);
      await expect(gateway.reverse(asked, REASON))
        .to.emit(gateway, "QrPaymentReversed")
        .withArgs(id, f.stranger, REASON);
    });

    it("ends nothing that has ended, or was never asked for", async function () {
      const reversed = await authorized({ businessRef: ref("reversed") });
      await f.gateway.connect(f.hsbc).reverse(reversed, REASON);
      for (const [asked, status] of [
        [await completed(), QR_STATUS.completed],
        [reversed, QR_STATUS.reversed],
        [payment(f, { businessRef: ref("never") }), QR_STATUS.none],
      ] as const) {
        await expect(f.gateway.connect(f.hsbc).reverse(asked, REASON))
          .to.be.revertedWithCustomError(f.gateway, "QrStatusInvalid")
          .withArgs(await idOf(asked), status);
      }
      for (const call of ["authorize", "complete"] as const) {
        await expect(f.gateway.connect(f.hsbc)[call](reversed))
          .to.be.revertedWithCustomError(f.gateway, "QrStatusInvalid")
          .withArgs(await idOf(reversed), QR_STATUS.reversed);
      }
    });
  });

  describe("refund", function () {
    it("gives back in parts up to the payment and not a fen more", async function () {
      const asked = await completed();
      const id = await idOf(asked);
      const gateway = f.gateway.connect(f.icbc);
      await expect(gateway.refund(asked, 0n, minor("40")))
        .to.emit(gateway, "QrPaymentRefunded")
        .withArgs(id, f.icbc, minor("40"), minor("40"));
      await expect(gateway.refund(asked, minor("40"), minor("60.51")))
        .to.be.revertedWithCustomError(gateway, "QrRefundInvalid")
        .withArgs(id, minor("60.51"), minor("60.50"));
      await gateway.refund(asked, minor("40"), minor("60.50"));
      await expectRecord(asked, QR_STATUS.completed, minor("100.50"));
      await expect(gateway.refund(asked, minor("100.50"), 1n))
        .to.be.revertedWithCustomError(gateway, "QrRefundInvalid")
        .withArgs(id, 1n, 0n);
    });

    it("counts a message once, however often it is sent", async function () {
      const asked = await completed();
      const gateway = f.gateway.connect(f.icbc);
      await gateway.refund(asked, 0n, minor("40"));
      await expect(gateway.refund(asked, 0n, minor("40")))
        .to.be.revertedWithCustomError(gateway, "QrRefundOutOfSequence")
        .withArgs(await idOf(asked), minor("40"), 0n);
    });

    it("is the acquirer's, of a completed payment, and of something", async function () {
      const asked = await completed();
      await expect(f.gateway.connect(f.hsbc).refund(asked, 0n, 1n))
        .to.be.revertedWithCustomError(f.gateway, "QrCallerInvalid")
        .withArgs(await idOf(asked), f.hsbc, f.icbc);
      await expect(f.gateway.connect(f.icbc).refund(asked, 0n, 0n))
        .to.be.revertedWithCustomError(f.gateway, "QrRefundInvalid")
        .withArgs(await idOf(asked), 0n, minor("100.50"));
      const open = await authorized({ businessRef: ref("open") });
      await expect(f.gateway.connect(f.icbc).refund(open, 0n, 1n))
        .to.be.revertedWithCustomError(f.gateway, "QrStatusInvalid")
        .withArgs(await idOf(open), QR_STATUS.authorized);
    });
  });

  describe("statisticsOf", function () {
    it("sums the log for each direction and mode", async function () {
      for (const { asks, answers, wallet, acquirer, change } of kinds(f)) {
        const call = (who: HardhatEthersSigner) => f.gateway.connect(who);
        const [paid, dropped] = ["paid", "dropped"].map((name) => payment(f, { ...change, businessRef: ref(name) }));
        if (paid === undefined || dropped === undefined) throw new RangeError("two payments");
        for (const asked of [paid, dropped]) {
          await call(asks).request(asked);
          await call(answers).authorize(asked);
        }
        await call(wallet).complete(paid);
        await call(asks).reverse(dropped, REASON);
        await call(acquirer).refund(paid, 0n, 1n);
        await call(acquirer).refund(paid, 1n, 2n);
        const amount = paid.direction === DIRECTION.inbound ? paid.merchantAmount : paid.payerAmount;
        expect(await f.gateway.statisticsOf(paid.direction, paid.mode)).to.deep.equal([2n, 2n, 1n, 1n, 2n, amount, 3n]);
      }
    });
  });
});
