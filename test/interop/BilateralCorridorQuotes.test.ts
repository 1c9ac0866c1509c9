import { expect } from "chai";
import { ZeroHash } from "ethers";
import { USE_CASE, VERDICT_STATUS, corridorQuoteId } from "../../sdk/eip712/corridor.js";
import { exchangeHolds } from "../../sdk/eip712/exchange.js";
import { holdId } from "../../sdk/eip712/ledger.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { LIMITS, PaymentUnderTest, QUOTED_FOR, deployCorridors, type PaymentWish } from "../support/bilateral.js";
import { pairFixture } from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployCorridors(chains));

async function open(wish: PaymentWish = {}) {
  const pair = await load();
  const payment = await PaymentUnderTest.open(pair, wish);
  return { pair, payment, id: payment.id, corridor: pair.mainland.corridor, ...pair };
}

/** The payment with another payee's amount, payer's amount or party, its salt unchanged. */
function changed(payment: PaymentUnderTest, leg: "decider" | "follower", terms: object): PaymentUnderTest {
  return payment.with({ [leg]: { ...payment.terms[leg], ...terms } });
}

describe("BilateralCorridor, quotes and verdicts", () => {
  describe("accept", () => {
    it("binds the held payment to its quote and uses the quote up", async () => {
      const { payment, corridor, mainland, id } = await open({ useCase: "trade" });
      await payment.place();
      await expect(payment.accept())
        .to.emit(corridor, "PaymentAccepted")
        .withArgs(id, payment.order.quoteId, mainland.ann.address, USE_CASE.trade);
      expect(await corridor.isQuoteUsed(payment.quote.nonce)).to.equal(true);
      expect(await corridor.paymentOf(id)).to.deep.equal([true, VERDICT_STATUS.none]);
      expect(await corridor.quoteId(payment.quote)).to.equal(payment.order.quoteId);
    });

    it("refuses a second payment with the quote, even after the first timed out", async () => {
      const { payment, corridor } = await open();
      const { order, quote } = payment;
      await payment.place();
      await payment.accept();
      await payment.timedOut();
      const second = changed(payment, "follower", { taker: payment.payeeSide.company.address });
      await second.judge(second.payerSide);
      await expect(second.accept()).to.be.revertedWithCustomError(corridor, "CorridorQuoteExpired");
      await chains.mainland.networkHelpers.time.increase(1n);
      const third = await PaymentUnderTest.open(payment.pair, { quote: { nonce: quote.nonce } });
      await expect(third.accept())
        .to.be.revertedWithCustomError(corridor, "CorridorQuoteUsed")
        .withArgs(third.order.quoteId, quote.nonce);
      expect(third.order.quoteId).not.to.equal(order.quoteId);
    });

    it("refuses a payment that is not held", async () => {
      const { payment, corridor, id } = await open();
      const { decider } = exchangeHolds(payment.terms);
      await expect(payment.accept())
        .to.be.revertedWithCustomError(corridor, "ExchangeHoldMissing")
        .withArgs(id, holdId(decider), 0n, decider.amount);
    });

    it("refuses on the payee's ledger", async () => {
      const { payment, hongkong, mainland, id } = await open();
      const { terms, order, quote } = payment;
      await expect(hongkong.corridor.accept(terms, order, quote, "0x"))
        .to.be.revertedWithCustomError(hongkong.corridor, "ExchangeElsewhere")
        .withArgs(id, mainland.place.chainId, mainland.place.corridor);
    });

    it("accepts up to the last second of the quote", async () => {
      const { payment, corridor } = await open();
      await payment.place();
      await chains.mainland.networkHelpers.time.setNextBlockTimestamp(payment.quote.notAfter);
      await expect(payment.accept()).to.emit(corridor, "PaymentAccepted");
    });

    it("refuses a second later", async () => {
      const { payment, corridor } = await open();
      const { quoteId } = payment.order;
      const { notAfter } = payment.quote;
      await payment.place();
      await chains.mainland.networkHelpers.time.setNextBlockTimestamp(notAfter + 1n);
      await expect(payment.accept())
        .to.be.revertedWithCustomError(corridor, "CorridorQuoteExpired")
        .withArgs(quoteId, notAfter, notAfter + 1n);
    });

    it("refuses a deadline after the quote", async () => {
      const { pair, corridor } = await open();
      const late = BigInt(await chains.mainland.networkHelpers.time.latest()) + 2n * QUOTED_FOR;
      const payment = await PaymentUnderTest.open(pair, { deadline: late });
      await expect(payment.accept())
        .to.be.revertedWithCustomError(corridor, "CorridorQuoteExpired")
        .withArgs(payment.order.quoteId, payment.quote.notAfter, late);
    });

    it("refuses an order that is not the exchange's salt", async () => {
      const { payment, corridor } = await open();
      const other = payment.with({ salt: ref("another order") });
      await expect(other.accept())
        .to.be.revertedWithCustomError(corridor, "CorridorOrderMismatch")
        .withArgs(other.id, other.terms.salt, payment.terms.salt);
    });

    for (const leg of ["decider", "follower"] as const) {
      it(`refuses another currency of the ${leg}`, async () => {
        const { payment, corridor, mainland } = await open();
        // on the two chains the contracts of one name stand at one address
        const token = leg === "decider" ? await mainland.hongkong.currency.getAddress() : mainland.stranger.address;
        const other = changed(payment, leg, { token });
        const { decider, follower } = other.terms;
        await expect(other.accept())
          .to.be.revertedWithCustomError(corridor, "CorridorCurrencyMismatch")
          .withArgs(other.id, decider.token, follower.token);
      });
    }

    it("refuses another bank in the agent's place", async () => {
      const { payment, corridor, mainland } = await open();
      const other = changed(payment, "decider", { taker: mainland.boc.address });
      await expect(other.accept())
        .to.be.revertedWithCustomError(corridor, "CorridorAgentMismatch")
        .withArgs(other.id, mainland.boc.address, mainland.agent.address);
    });

    it("refuses a quote for somebody else", async () => {
      const { payment, corridor, mainland } = await open();
      const other = changed(payment, "decider", { giver: mainland.company.address });
      await expect(other.accept())
        .to.be.revertedWithCustomError(corridor, "CorridorQuoteMismatch")
        .withArgs(other.id, payment.order.quoteId, mainland.ann.address);
    });

    it("refuses a quote for other currencies or that the order does not name", async () => {
      const { payment, corridor, mainland, id } = await open();
      const { terms, order, quote } = payment;
      for (const wrong of [
        { ...quote, base: mainland.place.currency },
        { ...quote, counter: quote.base },
        { ...quote, nonce: 10_000n },
      ]) {
        await expect(corridor.accept(terms, order, wrong, "0x"))
          .to.be.revertedWithCustomError(corridor, "CorridorQuoteMismatch")
          .withArgs(id, corridorQuoteId(mainland.domain, wrong), mainland.ann.address);
      }
      for (const part of [{ base: mainland.place.currency }, { counter: quote.base }]) {
        const other = await PaymentUnderTest.open(payment.pair, { quote: part });
        await expect(other.accept()).to.be.revertedWithCustomError(corridor, "CorridorQuoteMismatch");
      }
    });

    for (const [range, limits] of [
      ["least", { minimum: minor("760.51") }],
      ["most", { maximum: minor("760.49") }],
    ] as const) {
      it(`refuses an amount one fen past the quote's ${range}`, async () => {
        const { payment, corridor } = await open({ quote: limits });
        const { minimum, maximum } = payment.quote;
        await expect(payment.accept())
          .to.be.revertedWithCustomError(corridor, "CorridorAmountOutOfRange")
          .withArgs(payment.order.quoteId, minor("760.50"), minimum, maximum);
      });
    }

    it("accepts the least and the most", async () => {
      for (const quote of [{ minimum: minor("760.50") }, { maximum: minor("760.50") }]) {
        const { payment, corridor } = await open({ quote });
        await payment.place();
        await expect(payment.accept()).to.emit(corridor, "PaymentAccepted");
      }
    });

    for (const difference of [-1n, 1n]) {
      it(`refuses a price that is ${difference} fen off the rate`, async () => {
        const { payment, corridor } = await open();
        const { amount } = payment.terms.decider;
        const other = changed(payment, "decider", { amount: amount + difference });
        await expect(other.accept())
          .to.be.revertedWithCustomError(corridor, "CorridorRateMismatch")
          .withArgs(payment.order.quoteId, amount + difference, amount);
      });
    }

    it("refuses what the agent has not signed", async () => {
      const { payment, corridor, mainland } = await open();
      await payment.place();
      await expect(payment.accept(mainland.boc))
        .to.be.revertedWithCustomError(corridor, "CorridorQuoteSignatureInvalid")
        .withArgs(payment.order.quoteId, mainland.agent.address);
    });

    it("refuses a suspended use case, and one fen past the limit of a payment", async () => {
      const { payment, corridor, mainland, id } = await open();
      const { halter, resumer, governor } = mainland.at.officers;
      const { amount } = payment.terms.decider;
      await payment.place();
      await corridor.connect(halter).suspend(1n);
      await expect(payment.accept())
        .to.be.revertedWithCustomError(corridor, "CorridorSuspended")
        .withArgs(id, USE_CASE.consumption);
      await corridor.connect(resumer).resume(1n);
      await corridor.connect(governor).setLimits(USE_CASE.consumption, { ...LIMITS, payment: amount - 1n });
      await expect(payment.accept())
        .to.be.revertedWithCustomError(corridor, "CorridorPaymentLimitExceeded")
        .withArgs(id, USE_CASE.consumption, amount, amount - 1n);
      await corridor.connect(governor).setLimits(USE_CASE.consumption, { ...LIMITS, payment: amount });
      await expect(payment.accept()).to.emit(corridor, "PaymentAccepted");
    });
  });

  describe("recordVerdict", () => {
    for (const name of ["mainland", "hongkong"] as const) {
      it(`records what the compliance office of ${name} has signed`, async () => {
        const { payment, pair, id } = await open({ useCase: "trade" });
        const side = pair[name];
        await expect(payment.judge(side))
          .to.emit(side.corridor, "VerdictRecorded")
          .withArgs(
            id,
            side.officer.address,
            USE_CASE.trade,
            true,
            "0x47444453",
            ref("travel rule data"),
            ref("list 42"),
          );
        expect(await side.corridor.paymentOf(id)).to.deep.equal([false, VERDICT_STATUS.approved]);
      });
    }

    it("refuses a second one", async () => {
      const { payment, corridor, mainland, id } = await open();
      await payment.judge(mainland, { approved: false });
      await expect(payment.judge(mainland))
        .to.be.revertedWithCustomError(corridor, "CorridorVerdictKnown")
        .withArgs(id, VERDICT_STATUS.refused);
    });

    it("refuses a verdict about another payment", async () => {
      const { payment, corridor, mainland, id } = await open();
      await expect(payment.judge(mainland, { id: ZeroHash }))
        .to.be.revertedWithCustomError(corridor, "CorridorVerdictMismatch")
        .withArgs(id, ZeroHash);
    });

    it("takes it up to its last second and not later", async () => {
      const { payment, corridor, mainland, id } = await open();
      const { time } = chains.mainland.networkHelpers;
      const notAfter = BigInt(await time.latest()) + 10n;
      await time.setNextBlockTimestamp(notAfter + 1n);
      await expect(payment.judge(mainland, { notAfter }))
        .to.be.revertedWithCustomError(corridor, "CorridorVerdictExpired")
        .withArgs(id, notAfter, notAfter + 1n);
      await time.setNextBlockTimestamp(notAfter + 5n);
      await expect(payment.judge(mainland, { notAfter: notAfter + 5n })).to.emit(corridor, "VerdictRecorded");
    });

    it("refuses who is no officer, and who signs for one", async () => {
      const { payment, corridor, mainland, id } = await open();
      const officer = mainland.bochk;
      await expect(payment.judge(mainland, {}, { officer }))
        .to.be.revertedWithCustomError(corridor, "CorridorOfficerUnauthorized")
        .withArgs(id, officer.address);
      await expect(payment.judge(mainland, {}, { signer: officer }))
        .to.be.revertedWithCustomError(corridor, "CorridorVerdictSignatureInvalid")
        .withArgs(id, mainland.officer.address);
    });

    it("refuses on the payee's side another bank in the agent's place", async () => {
      const { payment, hongkong } = await open();
      const other = changed(payment, "follower", { giver: hongkong.bochk.address });
      await expect(other.judge(hongkong))
        .to.be.revertedWithCustomError(hongkong.corridor, "CorridorAgentMismatch")
        .withArgs(other.id, hongkong.bochk.address, hongkong.agent.address);
    });

    for (const approved of [undefined, false]) {
      const status = approved === undefined ? VERDICT_STATUS.none : VERDICT_STATUS.refused;
      context(`given ${approved === undefined ? "no verdict" : "a refusal"}`, () => {
        it("does not arm on the payee's side", async () => {
          const { payment, hongkong, id } = await open();
          if (approved !== undefined) await payment.judge(hongkong, { approved });
          await payment.reserve();
          await expect(payment.arm())
            .to.be.revertedWithCustomError(hongkong.corridor, "CorridorVerdictMissing")
            .withArgs(id, status);
        });

        it("does not decide on the payer's side", async () => {
          const { payment, mainland, id } = await open();
          await payment.place();
          await payment.accept();
          if (approved !== undefined) await payment.judge(mainland, { approved });
          await expect(payment.decide(await payment.reserved()))
            .to.be.revertedWithCustomError(mainland.corridor, "CorridorVerdictMissing")
            .withArgs(id, status);
        });
      });
    }
  });
});
