import { expect } from "chai";
import { connectReturn } from "../../sdk/eip712/connect.js";
import { instructionId } from "../../sdk/eip712/settlement.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import {
  deployConnect,
  KIND,
  PaymentUnderTest,
  REASON,
  STATUS,
  TIMEOUT_REASON,
  used,
  type Connect,
} from "../support/connect.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

async function deploy(): Promise<Connect> {
  return deployConnect(chain);
}

describe("PaymentConnect", function () {
  let f: Connect;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("complete", function () {
    it("moves both currencies in one transaction", async function () {
      const payment = await PaymentUnderTest.submitted(f);
      const { sendAmount, receiveAmount } = payment.terms.quote;
      const { ecny, ehkd, hsbc, ann, shop, link, icbc, engine } = f;
      const before = await Promise.all([f.hongkong.currency.balanceOf(hsbc), f.mainland.currency.balanceOf(hsbc)]);
      const instruction = {
        ...{ businessRef: payment.id, notBefore: 0n, notAfter: payment.terms.resolveBy, nettable: false },
        legs: [{ token: ecny, from: hsbc.address, to: shop.address, amount: receiveAmount }],
      };
      const id = instructionId(f.domains.engine, instruction);
      await expect(payment.complete())
        .to.emit(link, "PaymentCompleted")
        .withArgs(payment.id, icbc, id)
        .and.to.emit(engine, "InstructionSettled")
        .withArgs(id, hsbc, payment.id);
      expect(await f.hongkong.currency.balanceOf(ann)).to.equal(minor("999000.00"));
      expect(await f.mainland.currency.balanceOf(shop)).to.equal(receiveAmount);
      expect(await f.hongkong.currency.balanceOf(hsbc)).to.equal(before[0] + sendAmount);
      expect(await f.mainland.currency.balanceOf(hsbc)).to.equal(before[1] - receiveAmount);
      expect(await payment.held()).to.equal(0n);
      for (const token of [ecny, ehkd]) {
        const currency = await chain.ethers.getContractAt("IDigitalCurrency", token);
        expect(await currency.balanceOf(link)).to.equal(0n);
      }
    });

    it("moves nothing when the bank has no cover", async function () {
      const payment = await PaymentUnderTest.submitted(f);
      const { currency } = f.mainland;
      await currency.connect(f.hsbc).transfer(f.icbc, await currency.balanceOf(f.hsbc));
      await expect(payment.complete())
        .to.be.revertedWithCustomError(currency, "ERC20InsufficientBalance")
        .withArgs(f.hsbc, 0n, payment.terms.quote.receiveAmount);
      expect(await payment.held()).to.equal(minor("1000.00"));
      expect(await payment.status()).to.equal(STATUS.submitted);
    });

    it("moves nothing when the payee's wallet has no room: its class IV cap", async function () {
      await f.directory.connect(f.icbc).setPayeeName(f.ecny, f.dan, ref("dan"));
      const wish = { payee: f.dan, send: "10000.00", receive: "10000.01", payment: { payeeName: ref("dan") } };
      const payment = await PaymentUnderTest.submitted(f, wish);
      await expect(payment.complete())
        .to.be.revertedWithCustomError(f.mainland.currency, "WalletBalanceLimitExceeded")
        .withArgs(f.dan, minor("10000.01"), 0n, minor("10000.00"));
      expect(await payment.held()).to.equal(minor("10000.00"));
    });

    it("is the payee's institution's, also while it is suspended", async function () {
      const payment = await PaymentUnderTest.submitted(f);
      for (const by of [f.hsbc, f.boc, f.stranger]) {
        await expect(payment.complete(by))
          .to.be.revertedWithCustomError(f.link, "ConnectCallerInvalid")
          .withArgs(payment.id, by, f.numbers.icbc);
      }
      await f.mainland.registry.connect(f.mainland.officers.registrar).setStatus(f.numbers.icbc, 3n, ref("order"));
      await payment.complete();
      expect(await payment.status()).to.equal(STATUS.completed);
    });

    it("is possible in the last second of the answer, and not after it", async function () {
      const [first, second] = [await PaymentUnderTest.submitted(f), await PaymentUnderTest.submitted(f)];
      await networkHelpers.time.setNextBlockTimestamp(first.terms.answerBy);
      await first.complete();
      const { answerBy } = second.terms;
      await networkHelpers.time.setNextBlockTimestamp(answerBy + 1n);
      await expect(second.complete())
        .to.be.revertedWithCustomError(f.link, "ConnectAnswerLate")
        .withArgs(second.id, answerBy, answerBy + 1n);
    });

    it("happens once", async function () {
      const payment = await PaymentUnderTest.completed(f);
      await expect(payment.complete())
        .to.be.revertedWithCustomError(f.link, "ConnectStatusInvalid")
        .withArgs(payment.id, STATUS.completed);
      await expect(payment.reject())
        .to.be.revertedWithCustomError(f.link, "ConnectStatusInvalid")
        .withArgs(payment.id, STATUS.completed);
    });
  });

  describe("reject", function () {
    it("frees the money and the quota", async function () {
      const payment = await PaymentUnderTest.submitted(f);
      await expect(payment.reject())
        .to.emit(f.link, "PaymentRejected")
        .withArgs(payment.id, f.icbc, REASON, minor("1000.00"), minor("1000.00"));
      expect(await payment.held()).to.equal(0n);
      expect(await f.hongkong.currency.spendableOf(f.ann)).to.equal(minor("1000000.00"));
      expect(await used(f)).to.deep.equal([0n, 0n]);
      await expect(payment.complete())
        .to.be.revertedWithCustomError(f.link, "ConnectStatusInvalid")
        .withArgs(payment.id, STATUS.rejected);
    });

    it("is the payee's institution's", async function () {
      const payment = await PaymentUnderTest.submitted(f);
      await expect(payment.reject(f.hsbc))
        .to.be.revertedWithCustomError(f.link, "ConnectCallerInvalid")
        .withArgs(payment.id, f.hsbc, f.numbers.icbc);
    });

    it("takes a reason of four letters or digits", async function () {
      const payment = await PaymentUnderTest.submitted(f);
      for (const reason of ["0x00000000", "0x41433061", "0x4143305b", "0x41433040", "0x4143303a", "0x4143302f"]) {
        await expect(payment.reject(f.icbc, reason))
          .to.be.revertedWithCustomError(f.link, "ConnectReasonInvalid")
          .withArgs(payment.id, reason);
      }
      await payment.reject(f.icbc, "0x415a3039");
      expect(await payment.status()).to.equal(STATUS.rejected);
    });
  });

  describe("reportTimeout", function () {
    it("puts the state in between on record; money and quota stay bound", async function () {
      const payment = await PaymentUnderTest.submitted(f);
      const { answerBy } = payment.terms;
      await networkHelpers.time.setNextBlockTimestamp(answerBy);
      await expect(payment.reportTimeout())
        .to.be.revertedWithCustomError(f.link, "ConnectTimeNotUp")
        .withArgs(payment.id, answerBy, answerBy);
      await networkHelpers.time.setNextBlockTimestamp(answerBy + 1n);
      await expect(payment.reportTimeout()).to.emit(f.link, "PaymentTimedOut").withArgs(payment.id, f.stranger);
      expect(await payment.status()).to.equal(STATUS.timedOut);
      expect(await payment.held()).to.equal(minor("1000.00"));
      expect(await used(f)).to.deep.equal([minor("1000.00"), minor("1000.00")]);
      await expect(payment.reportTimeout())
        .to.be.revertedWithCustomError(f.link, "ConnectStatusInvalid")
        .withArgs(payment.id, STATUS.timedOut);
    });

    context("given a payment in between", function () {
      async function timedOut(): Promise<PaymentUnderTest> {
        const payment = await PaymentUnderTest.submitted(f);
        await networkHelpers.time.setNextBlockTimestamp(payment.terms.answerBy + 1n);
        await payment.reportTimeout();
        return payment;
      }

      it("is completed until its last second", async function () {
        const [payment, late] = [await timedOut(), await timedOut()];
        await networkHelpers.time.setNextBlockTimestamp(payment.terms.resolveBy);
        await payment.complete();
        expect(await f.mainland.currency.balanceOf(f.shop)).to.equal(payment.terms.quote.receiveAmount);
        const { resolveBy } = late.terms;
        await networkHelpers.time.setNextBlockTimestamp(resolveBy + 1n);
        await expect(late.complete())
          .to.be.revertedWithCustomError(f.link, "ConnectAnswerLate")
          .withArgs(late.id, resolveBy, resolveBy + 1n);
      });

      it("is rejected as the institution finds", async function () {
        const payment = await timedOut();
        await payment.reject();
        expect(await payment.status()).to.equal(STATUS.rejected);
        expect(await used(f)).to.deep.equal([0n, 0n]);
        const { timedOut: late, rejected } = await f.link.statisticsOf(KIND.northbound);
        expect([late, rejected]).to.deep.equal([1n, 1n]);
      });
    });
  });

  describe("lapse", function () {
    it("ends what nobody has resolved, and not a second too early", async function () {
      const payment = await PaymentUnderTest.submitted(f);
      const { resolveBy } = payment.terms;
      await networkHelpers.time.setNextBlockTimestamp(resolveBy);
      await expect(payment.lapse())
        .to.be.revertedWithCustomError(f.link, "ConnectTimeNotUp")
        .withArgs(payment.id, resolveBy, resolveBy);
      await networkHelpers.time.setNextBlockTimestamp(resolveBy + 1n);
      await expect(payment.lapse())
        .to.emit(f.link, "PaymentRejected")
        .withArgs(payment.id, f.stranger, TIMEOUT_REASON, 0n, minor("1000.00"));
      expect(await f.hongkong.currency.spendableOf(f.ann)).to.equal(minor("1000000.00"));
      await expect(payment.lapse())
        .to.be.revertedWithCustomError(f.link, "ConnectStatusInvalid")
        .withArgs(payment.id, STATUS.rejected);
    });

    it("also ends one whose hold was freed at the ledger", async function () {
      const payment = await PaymentUnderTest.submitted(f);
      await networkHelpers.time.setNextBlockTimestamp(payment.terms.resolveBy + 1n);
      await f.hongkong.currency.connect(f.stranger).releaseHold(payment.hold);
      await payment.lapse();
      expect(await payment.status()).to.equal(STATUS.rejected);
    });
  });

  describe("returnPayment", function () {
    it("sends both currencies back at the quoted amounts, and gives the quota back", async function () {
      const payment = await PaymentUnderTest.completed(f);
      const instruction = connectReturn(f.domains.link, payment.terms);
      const id = instructionId(f.domains.engine, instruction);
      const { businessRef, notBefore, notAfter, nettable, legs } = await f.link.returnInstructionOf(payment.terms);
      const asked = legs.map(({ token, from, to, amount }) => ({ token, from, to, amount }));
      expect({ businessRef, notBefore, notAfter, nettable, legs: asked }).to.deep.equal(instruction);
      await expect(payment.sendBack())
        .to.emit(f.link, "PaymentReturned")
        .withArgs(payment.id, REASON, id, minor("1000.00"), minor("1000.00"));
      expect(await f.hongkong.currency.balanceOf(f.ann)).to.equal(minor("1000000.00"));
      expect(await f.mainland.currency.balanceOf(f.shop)).to.equal(0n);
      expect(await used(f)).to.deep.equal([0n, 0n]);
      await expect(payment.sendBack())
        .to.be.revertedWithCustomError(f.link, "ConnectStatusInvalid")
        .withArgs(payment.id, STATUS.returned);
      const { completed, returned, completedAmount, returnedAmount } = await f.link.statisticsOf(KIND.northbound);
      expect([completed, returned]).to.deep.equal([1n, 1n]);
      expect(completedAmount).to.equal(payment.terms.quote.receiveAmount);
      expect(returnedAmount).to.equal(completedAmount);
    });

    it("goes straight back in one currency", async function () {
      const payment = await PaymentUnderTest.completed(f, { sends: "ecny", send: "500.00" });
      expect((await f.link.returnInstructionOf(payment.terms)).legs).to.have.length(1);
      await payment.sendBack();
      expect(await f.mainland.currency.balanceOf(f.shop)).to.equal(0n);
      expect(await f.mainland.currency.balanceOf(f.ann)).to.equal(minor("1000000.00"));
    });

    it("takes the payee's affirmation in place of a signature", async function () {
      const payment = await PaymentUnderTest.completed(f);
      const { receiveAmount } = payment.terms.quote;
      await f.mainland.currency.connect(f.shop).approve(f.engine, receiveAmount);
      const id = instructionId(f.domains.engine, connectReturn(f.domains.link, payment.terms));
      await expect(f.link.connect(f.icbc).returnPayment(payment.terms, REASON, "0x"))
        .to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing")
        .withArgs(id, f.shop);
      await f.engine.connect(f.shop).affirm(id);
      await f.link.connect(f.icbc).returnPayment(payment.terms, REASON, "0x");
      expect(await payment.status()).to.equal(STATUS.returned);
    });

    it("is the payee's institution's, with a reason, of what was completed, until its last second", async function () {
      const payment = await PaymentUnderTest.completed(f);
      await expect(payment.sendBack(f.hsbc))
        .to.be.revertedWithCustomError(f.link, "ConnectCallerInvalid")
        .withArgs(payment.id, f.hsbc, f.numbers.icbc);
      await expect(payment.sendBack(f.icbc, "0x00000000"))
        .to.be.revertedWithCustomError(f.link, "ConnectReasonInvalid")
        .withArgs(payment.id, "0x00000000");
      const open = await PaymentUnderTest.submitted(f);
      await expect(open.sendBack())
        .to.be.revertedWithCustomError(f.link, "ConnectStatusInvalid")
        .withArgs(open.id, STATUS.submitted);
      const { returnBy } = payment.terms.quote;
      await networkHelpers.time.increaseTo(returnBy - 5n);
      await f.mainland.currency.connect(f.shop).approve(f.engine, minor("5000.00"));
      await f.engine
        .connect(f.shop)
        .affirm(instructionId(f.domains.engine, connectReturn(f.domains.link, payment.terms)));
      const back = () => f.link.connect(f.icbc).returnPayment(payment.terms, REASON, "0x");
      await networkHelpers.time.setNextBlockTimestamp(returnBy + 1n);
      await expect(back())
        .to.be.revertedWithCustomError(f.link, "ConnectReturnLate")
        .withArgs(payment.id, returnBy, returnBy + 1n);
    });

    it("is possible in the last second", async function () {
      const payment = await PaymentUnderTest.completed(f);
      await f.mainland.currency.connect(f.shop).approve(f.engine, minor("5000.00"));
      await f.engine
        .connect(f.shop)
        .affirm(instructionId(f.domains.engine, connectReturn(f.domains.link, payment.terms)));
      await networkHelpers.time.setNextBlockTimestamp(payment.terms.quote.returnBy);
      await f.link.connect(f.icbc).returnPayment(payment.terms, REASON, "0x");
      expect(await payment.status()).to.equal(STATUS.returned);
    });
  });

  describe("recordOf", function () {
    it("knows nothing of what was never submitted", async function () {
      const payment = await PaymentUnderTest.offer(f);
      expect([...(await f.link.recordOf(payment.id))]).to.deep.equal([STATUS.none, 0n, 0n, 0n]);
      await expect(payment.complete())
        .to.be.revertedWithCustomError(f.link, "ConnectStatusInvalid")
        .withArgs(payment.id, STATUS.none);
    });
  });
});
