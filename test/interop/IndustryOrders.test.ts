import { expect } from "chai";
import { AbiCoder, ZeroAddress, ZeroHash } from "ethers";
import { currencyBytes } from "../../sdk/deploy/industry.js";
import { ORDER_STATUS, PAYMENT_OUTCOME, type OrderTerms } from "../../sdk/eip712/industry.js";
import { holdId } from "../../sdk/eip712/ledger.js";
import { MESSAGE_KIND, interoperableAddress } from "../../sdk/interop/messages.js";
import { ref } from "../support/chain.js";
import {
  DAY,
  INSPECTION,
  OrderUnderTest,
  REQUEST_LIFETIME,
  acknowledge,
  bring,
  carryAll,
  deployPlatform,
  lastMessageOf,
  messagesOf,
  openPlatformChains,
} from "../support/industry.js";
import { pairFixture } from "./lanes.js";

const ANSWER_TYPE = "tuple(bytes32,bytes32,uint8,bytes4,bytes32)";

const chains = await openPlatformChains();
const load = pairFixture(chains, () => deployPlatform(chains));

async function open(changed: Partial<OrderTerms> = {}) {
  const platform = await load();
  const { money, industry } = platform;
  const { time } = industry.chain.networkHelpers;
  return { platform, money, industry, time, orders: industry.orders, it: await OrderUnderTest.open(platform, changed) };
}

/** The gateway's own voice, in transactions of the test's. */
async function asGateway({ industry }: Awaited<ReturnType<typeof open>>) {
  const address = await industry.gateway.getAddress();
  await industry.chain.networkHelpers.setBalance(address, 10n ** 18n);
  return industry.chain.ethers.getImpersonatedSigner(address);
}

const statusOf = async (it: OrderUnderTest) => (await it.state()).status;

describe("IndustryOrders", () => {
  describe("constructor", () => {
    it("keeps what it was built with", async () => {
      const { money, industry, orders } = await open();
      expect(await orders.gateway()).to.equal(await industry.gateway.getAddress());
      expect(await orders.paymentService()).to.deep.equal([money.chainId, await money.service.getAddress()]);
      expect(await orders.terms()).to.deep.equal([currencyBytes("CNY"), INSPECTION, REQUEST_LIFETIME]);
    });

    it("refuses no gateway, no service, and a time that no lane gives", async () => {
      const { money, industry, orders } = await open();
      const setup = {
        ...{ gateway: await industry.gateway.getAddress(), moneyChainId: money.chainId },
        ...{ currency: currencyBytes("CNY"), inspection: INSPECTION, requestLifetime: 30n * DAY },
        service: await money.service.getAddress(),
      };
      const { ethers } = industry.chain;
      for (const changed of [
        { gateway: industry.stranger.address },
        { service: ZeroAddress },
        { requestLifetime: 0n },
        { requestLifetime: 30n * DAY + 1n },
      ]) {
        const wrong = { ...setup, ...changed };
        await expect(ethers.deployContract("IndustryOrders", [wrong]))
          .to.be.revertedWithCustomError(orders, "OrdersSetupInvalid")
          .withArgs(wrong.gateway, wrong.service, wrong.requestLifetime);
      }
      await ethers.deployContract("IndustryOrders", [setup]);
    });
  });

  describe("orderId, requestOf", () => {
    it("agree with the library's", async () => {
      const { orders, it } = await open();
      expect(await orders.orderId(it.terms)).to.equal(it.id);
      expect([...(await orders.requestOf(it.terms))]).to.deep.equal(Object.values(it.request));
    });
  });

  describe("place", () => {
    it("notes the order", async () => {
      const { orders, it } = await open();
      const { buyer, seller, payer, payee, amount, purpose, goods, deliverBy, payBy, salt } = it.terms;
      await expect(it.place())
        .to.emit(orders, "OrderPlaced")
        .withArgs(it.id, buyer, seller, payer, payee, amount, purpose, goods, deliverBy, payBy, salt);
      expect(await statusOf(it)).to.equal(ORDER_STATUS.placed);
    });

    it("refuses the same again, and anybody but the buyer", async () => {
      const { industry, orders, it } = await open();
      await expect(orders.connect(industry.seller).place(it.terms))
        .to.be.revertedWithCustomError(orders, "OrderCallerInvalid")
        .withArgs(it.id, industry.seller.address);
      await it.place();
      await expect(it.place())
        .to.be.revertedWithCustomError(orders, "OrderStatusInvalid")
        .withArgs(it.id, ORDER_STATUS.placed);
    });

    it("refuses no seller, no amount, and times that do not follow each other", async () => {
      const { platform, orders, it, time } = await open();
      const deliverBy = BigInt(await time.latest()) - 1n;
      for (const changed of [
        { seller: ZeroAddress },
        { amount: 0n },
        { deliverBy },
        { payBy: it.terms.deliverBy + INSPECTION },
      ]) {
        const wrong = await OrderUnderTest.open(platform, changed);
        await expect(wrong.place()).to.be.revertedWithCustomError(orders, "OrderTermsInvalid").withArgs(wrong.id);
      }
      const least = await OrderUnderTest.open(platform, { payBy: it.terms.deliverBy + INSPECTION + 1n });
      await least.place();
    });
  });

  describe("deliver", () => {
    it("is possible in the last second and not a second later", async () => {
      const { platform, industry, orders, it, time } = await open();
      const second = await OrderUnderTest.open(platform, { salt: ref("second"), deliverBy: it.terms.deliverBy });
      for (const each of [it, second]) await each.place();
      await time.setNextBlockTimestamp(it.terms.deliverBy);
      await expect(it.deliver())
        .to.emit(orders, "OrderDelivered")
        .withArgs(it.id, industry.seller.address, ref("delivery note"));
      expect((await it.state()).deliveredAt).to.equal(it.terms.deliverBy);
      await time.setNextBlockTimestamp(it.terms.deliverBy + 1n);
      await expect(second.deliver())
        .to.be.revertedWithCustomError(orders, "OrderDeliveryLate")
        .withArgs(second.id, second.terms.deliverBy, second.terms.deliverBy + 1n);
    });

    it("refuses anybody but the seller, and what was not ordered", async () => {
      const { industry, orders, it } = await open();
      await expect(it.deliver())
        .to.be.revertedWithCustomError(orders, "OrderStatusInvalid")
        .withArgs(it.id, ORDER_STATUS.none);
      await it.place();
      await expect(orders.connect(industry.buyer).deliver(it.terms, ref("note")))
        .to.be.revertedWithCustomError(orders, "OrderCallerInvalid")
        .withArgs(it.id, industry.buyer.address);
    });
  });

  describe("requestPayment", () => {
    it("asks at once when the buyer accepts, for what the payer has consented to", async () => {
      const { platform, industry, orders, it, time } = await open();
      await it.delivered();
      const accepted = await it.accept();
      const sent = await lastMessageOf(platform, "industry");
      await expect(Promise.resolve(accepted))
        .to.emit(orders, "OrderPaymentRequested")
        .withArgs(it.id, sent.id, industry.buyer.address);
      expect(sent.message.deadline).to.equal(BigInt(await time.latest()) + REQUEST_LIFETIME);
      expect(await orders.orderOfRequest(sent.id)).to.equal(it.id);
      const order = await it.state();
      expect([order.status, order.request]).to.deep.equal([ORDER_STATUS.paymentRequested, sent.id]);
    });

    it("lets anybody else ask once the inspection is over, and not before", async () => {
      const { industry, orders, it, time } = await open();
      await it.delivered();
      const { deliveredAt } = await it.state();
      const until = deliveredAt + INSPECTION;
      const anybody = orders.connect(industry.stranger);
      await time.setNextBlockTimestamp(until);
      await expect(anybody.requestPayment(it.terms))
        .to.be.revertedWithCustomError(orders, "OrderInspectionOpen")
        .withArgs(it.id, until, until);
      await time.setNextBlockTimestamp(until + 1n);
      await expect(anybody.requestPayment(it.terms)).to.emit(orders, "OrderPaymentRequested");
    });

    it("asks for nothing that arrives after the payer's hold has expired", async () => {
      const { platform, orders, it, time } = await open();
      const second = await OrderUnderTest.open(platform, { salt: ref("second"), payBy: it.terms.payBy });
      for (const each of [it, second]) await each.delivered();
      const { payBy } = it.terms;
      await time.setNextBlockTimestamp(payBy - 2n);
      await it.accept();
      expect((await lastMessageOf(platform, "industry")).message.deadline).to.equal(payBy - 1n);
      await time.setNextBlockTimestamp(payBy - 1n);
      await expect(second.accept())
        .to.be.revertedWithCustomError(orders, "OrderPaymentOverdue")
        .withArgs(second.id, payBy, payBy - 1n);
    });

    it("asks once, and only for what was delivered", async () => {
      const { orders, it } = await open();
      await it.place();
      await expect(it.accept())
        .to.be.revertedWithCustomError(orders, "OrderStatusInvalid")
        .withArgs(it.id, ORDER_STATUS.placed);
      await it.deliver();
      await it.accept();
      await expect(it.accept())
        .to.be.revertedWithCustomError(orders, "OrderStatusInvalid")
        .withArgs(it.id, ORDER_STATUS.paymentRequested);
    });
  });

  describe("cancel", () => {
    it("is the seller's until payment is asked for", async () => {
      const { platform, industry, orders, it } = await open();
      const second = await OrderUnderTest.open(platform, { salt: ref("second") });
      await it.place();
      await expect(it.cancel(industry.seller))
        .to.emit(orders, "OrderCancelled")
        .withArgs(it.id, industry.seller.address);
      await second.requested();
      await expect(second.cancel(industry.seller))
        .to.be.revertedWithCustomError(orders, "OrderStatusInvalid")
        .withArgs(second.id, ORDER_STATUS.paymentRequested);
    });

    it("is the buyer's once nothing was delivered in time", async () => {
      const { orders, it, time } = await open();
      await it.place();
      const { deliverBy } = it.terms;
      await time.setNextBlockTimestamp(deliverBy);
      await expect(it.cancel())
        .to.be.revertedWithCustomError(orders, "OrderNotCancellable")
        .withArgs(it.id, ORDER_STATUS.placed, deliverBy);
      await time.setNextBlockTimestamp(deliverBy + 1n);
      await it.cancel();
      expect(await statusOf(it)).to.equal(ORDER_STATUS.cancelled);
    });

    it("is the buyer's within the inspection period, and once the hold has expired", async () => {
      const { platform, orders, it, time } = await open();
      const { payBy, deliverBy } = it.terms;
      const second = await OrderUnderTest.open(platform, { salt: ref("second"), payBy, deliverBy });
      await second.delivered();
      await it.delivered();
      const until = (await it.state()).deliveredAt + INSPECTION;
      await time.setNextBlockTimestamp(until);
      await it.cancel();
      for (const late of [until + 1n, payBy - 1n]) {
        await time.setNextBlockTimestamp(late);
        await expect(second.cancel())
          .to.be.revertedWithCustomError(orders, "OrderNotCancellable")
          .withArgs(second.id, ORDER_STATUS.delivered, late);
      }
      await time.setNextBlockTimestamp(payBy);
      await second.cancel();
      for (const each of [it, second]) expect(await statusOf(each)).to.equal(ORDER_STATUS.cancelled);
    });

    it("is nobody else's", async () => {
      const { industry, orders, it } = await open();
      await it.place();
      await expect(it.cancel(industry.stranger))
        .to.be.revertedWithCustomError(orders, "OrderCallerInvalid")
        .withArgs(it.id, industry.stranger.address);
    });
  });

  describe("receiveMessage", () => {
    it("ends the order as paid, with the payment's reference", async () => {
      const { platform, orders, it } = await open();
      await it.requested();
      const asked = await lastMessageOf(platform, "industry");
      await bring(asked);
      await expect(bring(await lastMessageOf(platform, "money")))
        .to.emit(orders, "OrderPaid")
        .withArgs(it.id, asked.id, holdId(it.hold));
      const order = await it.state();
      expect([order.status, order.outcome, order.paymentRef]).to.deep.equal([
        ORDER_STATUS.paid,
        PAYMENT_OUTCOME.paid,
        holdId(it.hold),
      ]);
    });

    it("ends the order as refused, with the reason", async () => {
      const { platform, orders, it } = await open();
      await it.place();
      await it.deliver();
      await it.accept();
      const asked = await lastMessageOf(platform, "industry");
      await bring(asked);
      await expect(bring(await lastMessageOf(platform, "money")))
        .to.emit(orders, "OrderRefused")
        .withArgs(it.id, asked.id, PAYMENT_OUTCOME.notCovered, "0x00000000");
    });

    it("refuses an answer to an order that waits for none, or to another request", async () => {
      const f = await open();
      const { money, orders, it } = f;
      const gateway = orders.connect(await asGateway(f));
      const service = interoperableAddress(money.chainId, await money.service.getAddress());
      const answer = (request: string) =>
        AbiCoder.defaultAbiCoder().encode(
          [ANSWER_TYPE],
          [[request, it.id, PAYMENT_OUTCOME.paid, "0x00000000", ref("payment")]],
        );
      await it.delivered();
      await expect(gateway.receiveMessage(ref("message"), service, answer(ZeroHash)))
        .to.be.revertedWithCustomError(orders, "OrderAnswerUnexpected")
        .withArgs(it.id, ZeroHash, ORDER_STATUS.delivered);
      await it.accept();
      await expect(gateway.receiveMessage(ref("message"), service, answer(ref("another"))))
        .to.be.revertedWithCustomError(orders, "OrderAnswerUnexpected")
        .withArgs(it.id, ref("another"), ORDER_STATUS.paymentRequested);
      const { request } = await it.state();
      await carryAll(f.platform);
      await expect(gateway.receiveMessage(ref("message"), service, answer(request)))
        .to.be.revertedWithCustomError(orders, "OrderAnswerUnexpected")
        .withArgs(it.id, request, ORDER_STATUS.paid);
    });

    it("refuses whoever is not the service, and what is no answer", async () => {
      const f = await open();
      const { money, industry, orders } = f;
      const gateway = orders.connect(await asGateway(f));
      const service = await money.service.getAddress();
      for (const [chainId, sender] of [
        [money.chainId, industry.stranger.address],
        [1n, service],
      ] as const) {
        await expect(gateway.receiveMessage(ref("message"), interoperableAddress(chainId, sender), "0x"))
          .to.be.revertedWithCustomError(orders, "OrderAnswerSenderInvalid")
          .withArgs(chainId, sender);
      }
      const from = interoperableAddress(money.chainId, service);
      await expect(gateway.receiveMessage(ref("message"), from, "0x1234"))
        .to.be.revertedWithCustomError(orders, "OrderAnswerMalformed")
        .withArgs(ref("message"), 2n);
      const unwritten = gateway.receiveMessage(ref("message"), "0x", "0x");
      await expect(unwritten).to.be.revertedWithCustomError(orders, "InteroperableAddressParsingError").withArgs("0x");
      await expect(gateway.receiveMessage(ref("message"), from, "0x", { value: 1n }))
        .to.be.revertedWithCustomError(orders, "MessageValueRefused")
        .withArgs(1n);
    });

    it("refuses everybody but the gateway", async () => {
      const { industry, orders } = await open();
      const caller = orders.connect(industry.stranger);
      for (const call of [
        caller.receiveMessage(ref("message"), "0x", "0x"),
        caller.onReceipt(ref("message"), MESSAGE_KIND.rollback),
      ]) {
        await expect(call)
          .to.be.revertedWithCustomError(orders, "OrderGatewayMismatch")
          .withArgs(industry.stranger.address, await industry.gateway.getAddress());
      }
    });
  });

  describe("onReceipt", () => {
    it("notes that the service has heard the request", async () => {
      const { platform, orders, it } = await open();
      await it.requested();
      const asked = await lastMessageOf(platform, "industry");
      await bring(asked);
      await expect(acknowledge(asked)).to.emit(orders, "OrderRequestHeard").withArgs(it.id, asked.id);
      expect(await statusOf(it)).to.equal(ORDER_STATUS.paymentRequested);
    });

    it("times out an order whose request did not arrive, and nothing is paid any more", async () => {
      const { platform, money, orders, it } = await open();
      await it.requested();
      const asked = await lastMessageOf(platform, "industry");
      await money.chain.networkHelpers.time.increaseTo(asked.message.deadline);
      await expect(bring(asked)).to.be.revertedWithCustomError(money.gateway, "MessageExpired");
      await bring(asked, "reject");
      await expect(acknowledge(asked)).to.emit(orders, "OrderTimedOut").withArgs(it.id, asked.id);
      expect(await statusOf(it)).to.equal(ORDER_STATUS.timedOut);
      expect(await messagesOf(platform, "money")).to.deep.equal([]);
      await money.chain.networkHelpers.time.increaseTo(it.terms.payBy);
      await money.money.connect(money.stranger).releaseHold(it.hold);
      expect(await money.money.heldOf(money.company)).to.equal(0n);
    });

    it("refuses an order whose request the service does not take", async () => {
      const { platform, industry, money, it } = await open();
      const { gateway } = industry;
      const setup = {
        ...{ gateway, moneyChainId: money.chainId, service: money.service, currency: currencyBytes("CNY") },
        ...{ inspection: INSPECTION, requestLifetime: REQUEST_LIFETIME },
      };
      const unknown = await industry.chain.ethers.deployContract("IndustryOrders", [setup]);
      await unknown.connect(industry.buyer).place(it.terms);
      await unknown.connect(industry.seller).deliver(it.terms, ref("note"));
      await unknown.connect(industry.buyer).requestPayment(it.terms);
      const asked = await lastMessageOf(platform, "industry");
      await bring(asked);
      await expect(acknowledge(asked))
        .to.emit(unknown, "OrderRefused")
        .withArgs(it.id, asked.id, PAYMENT_OUTCOME.none, "0x00000000");
      expect((await unknown.orderOf(it.id)).status).to.equal(ORDER_STATUS.refused);
    });
  });
});
