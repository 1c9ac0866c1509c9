import { expect } from "chai";
import { AbiCoder, ZeroHash } from "ethers";
import { currencyBytes } from "../../sdk/deploy/industry.js";
import { purposeBytes } from "../../sdk/eip712/corridor.js";
import { ORDER_STATUS, PAYMENT_OUTCOME, mandateHold, type PaymentOutcome } from "../../sdk/eip712/industry.js";
import { holdId, holdTypedData } from "../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { MESSAGE_KIND, interoperableAddress } from "../../sdk/interop/messages.js";
import { minor } from "../../sdk/money.js";
import { ref } from "../support/chain.js";
import { CLASS } from "../support/currency.js";
import {
  DAY,
  FUNDS,
  HOUR,
  INDUSTRY_CHAIN_ID,
  LIMITS,
  OrderUnderTest,
  PRICE,
  bring,
  carryAll,
  deployPlatform,
  lastMessageOf,
  openPlatformChains,
  routeOf,
} from "../support/industry.js";
import { pairFixture } from "./lanes.js";

const FEN = 1n;
const REQUEST_TYPE = "tuple(bytes32,address,address,uint256,bytes3,bytes4,uint48)";

const chains = await openPlatformChains();
const load = pairFixture(chains, () => deployPlatform(chains));

async function open() {
  const platform = await load();
  const { money, industry } = platform;
  const application = await industry.orders.getAddress();
  return { platform, money, industry, application, service: money.service, it: await OrderUnderTest.open(platform) };
}

/** The gateway's own voice, in transactions of the test's. */
async function asGateway({ money }: Awaited<ReturnType<typeof open>>) {
  const address = await money.gateway.getAddress();
  await money.chain.networkHelpers.setBalance(address, 10n ** 18n);
  return money.chain.ethers.getImpersonatedSigner(address);
}

/** Nothing is paid, the payer has its money free again, and the answer says why. */
async function expectRefused(it: OrderUnderTest, outcome: PaymentOutcome, refusal = "0x00000000") {
  await carryAll(it.platform);
  const { money, industry } = it.platform;
  const { request } = await it.state();
  const answer = await money.service.answerOf(request);
  expect([...answer]).to.deep.equal([request, it.id, PAYMENT_OUTCOME[outcome], refusal, ZeroHash]);
  expect(await money.money.heldOf(money.company)).to.equal(0n);
  const order = await industry.orders.orderOf(it.id);
  expect([order.status, order.outcome, order.refusal]).to.deep.equal([
    ORDER_STATUS.refused,
    PAYMENT_OUTCOME[outcome],
    refusal,
  ]);
}

describe("PaymentService", () => {
  describe("constructor", () => {
    it("keeps what it was built with", async () => {
      const { money, service } = await open();
      expect(await service.gateway()).to.equal(await money.gateway.getAddress());
      expect(await service.currency()).to.equal(await money.money.getAddress());
      expect(await service.authority()).to.equal(await money.at.authority.getAddress());
    });

    it("refuses a gateway that is no contract", async () => {
      const { money, service } = await open();
      const { stranger, at } = money;
      await expect(money.chain.ethers.deployContract("PaymentService", [stranger, money.money, at.authority]))
        .to.be.revertedWithCustomError(service, "PaymentGatewayInvalid")
        .withArgs(stranger.address);
    });
  });

  describe("mandateHold", () => {
    it("agrees with the library's", async () => {
      const { service, application, it } = await open();
      const hold = await service.mandateHold(INDUSTRY_CHAIN_ID, application, it.request);
      expect([...hold]).to.deep.equal(Object.values(it.hold));
    });
  });

  describe("receiveMessage", () => {
    it("pays what was asked for out of the payer's hold, and answers", async () => {
      const { platform, money, service, application, it } = await open();
      await it.requested();
      const sent = await lastMessageOf(platform, "industry");
      const paymentRef = holdId(it.hold);
      await expect(bring(sent))
        .to.emit(service, "PaymentDecided")
        .withArgs(sent.id, it.id, application, INDUSTRY_CHAIN_ID, PAYMENT_OUTCOME.paid, "0x00000000", paymentRef)
        .and.to.emit(money.money, "HoldCaptured")
        .withArgs(paymentRef, money.shop.address, PRICE, 0n)
        .and.to.emit(service, "AnswerSent");
      expect(await money.money.balanceOf(money.shop)).to.equal(PRICE);
      expect(await money.money.balanceOf(money.company)).to.equal(FUNDS - PRICE);
      expect(await money.money.balanceOf(service)).to.equal(0n);
      expect(await service.paidToday(INDUSTRY_CHAIN_ID, application)).to.equal(PRICE);
      expect(await service.decidedBy(INDUSTRY_CHAIN_ID, application, it.id)).to.equal(sent.id);
    });

    it("pays on a mandate that the payer has signed and anybody has placed", async () => {
      const { platform, money, it } = await open();
      const signature = await sign(money.company, holdTypedData(await domainOf(money.money), it.hold));
      await it.place();
      await money.money.connect(money.carrier).placeHoldWithSignature(it.hold, signature);
      await it.deliver();
      await it.accept();
      await carryAll(platform);
      expect((await it.state()).status).to.equal(ORDER_STATUS.paid);
    });

    it("refuses while the application is suspended", async () => {
      const { money, service, application, it } = await open();
      await it.requested();
      await service.connect(money.at.officers.halter).suspend(INDUSTRY_CHAIN_ID, application);
      await expectRefused(it, "applicationSuspended");
    });

    it("refuses a purpose that the application was not admitted for", async () => {
      const { platform } = await open();
      const it = await OrderUnderTest.open(platform, { purpose: purposeBytes("LOAN") });
      await it.requested();
      await expectRefused(it, "purposeNotAllowed");
    });

    it("pays up to the limit of a payment and refuses a fen more", async () => {
      const { platform } = await open();
      const atLimit = await OrderUnderTest.open(platform, { amount: LIMITS.payment });
      await atLimit.requested();
      await carryAll(platform);
      expect((await atLimit.state()).status).to.equal(ORDER_STATUS.paid);
      const past = await OrderUnderTest.open(platform, { amount: LIMITS.payment + FEN });
      await past.requested();
      await expectRefused(past, "paymentLimitExceeded");
    });

    it("pays up to the limit of a day, refuses a fen more, and pays again on the next day", async () => {
      const { platform, service, application, money, industry } = await open();
      // noon, UTC+8: the day does not end meanwhile
      const noon = (BigInt(await money.chain.networkHelpers.time.latest()) / DAY + 2n) * DAY + 4n * HOUR;
      for (const { chain } of [money, industry]) await chain.networkHelpers.time.increaseTo(noon);
      const pay = async (amount: bigint, salt: string) => {
        const it = await OrderUnderTest.open(platform, { amount, salt: ref(salt) });
        await it.requested();
        await carryAll(platform);
        return it;
      };
      for (const [index, amount] of [LIMITS.payment, LIMITS.payment, minor("500.00")].entries()) {
        expect((await (await pay(amount, `order ${index}`)).state()).status).to.equal(ORDER_STATUS.paid);
      }
      expect(await service.paidToday(INDUSTRY_CHAIN_ID, application)).to.equal(LIMITS.day);
      await expectRefused(await pay(FEN, "past"), "dayLimitExceeded");
      for (const { chain } of [money, industry]) await chain.networkHelpers.time.increase(DAY);
      expect((await (await pay(FEN, "next day")).state()).status).to.equal(ORDER_STATUS.paid);
    });

    it("refuses a payer that is frozen, and gives it back what it holds", async () => {
      const { money, it } = await open();
      await it.requested();
      await money.money.connect(money.at.officers.enforcer).freeze(money.company, ref("order"));
      await expectRefused(it, "payerNotEligible");
    });

    it("refuses a payee that is frozen, or has no wallet", async () => {
      const { platform, money, it } = await open();
      const unknown = await OrderUnderTest.open(platform, { payee: money.stranger.address, salt: ref("second") });
      for (const each of [it, unknown]) await each.requested();
      await money.money.connect(money.at.officers.enforcer).freeze(money.shop, ref("order"));
      for (const each of [it, unknown]) await expectRefused(each, "payeeNotEligible");
    });

    it("refuses without the payer's hold over exactly this", async () => {
      const { platform, money, it } = await open();
      const other = await OrderUnderTest.open(platform, { salt: ref("second order") });
      await money.money.connect(money.company).placeHold(other.hold);
      await it.place();
      await it.deliver();
      await it.accept();
      await carryAll(platform);
      expect((await it.answer()).outcome).to.equal(PAYMENT_OUTCOME.notCovered);
      expect(await money.money.heldOf(money.company)).to.equal(PRICE);
    });

    it("names the currency's error where the currency refuses", async () => {
      const { money, it } = await open();
      await it.requested();
      const { corporate } = money.at.limits;
      await money.money
        .connect(money.at.officers.governor)
        .setClassLimits(CLASS.corporate, { ...corporate, balance: 0n });
      const { selector } = money.money.interface.getError("WalletBalanceLimitExceeded") ?? { selector: "" };
      await expectRefused(it, "currencyRefused", selector);
    });

    context("given a request that the application of these tests would not send", () => {
      /** A contract of the industry chain that sends what it is told, admitted like the other one. */
      async function openParty() {
        const f = await open();
        const party = await f.industry.chain.ethers.deployContract("MessagePartyMock");
        const application = await party.getAddress();
        await f.service.connect(f.money.operator).admit(INDUSTRY_CHAIN_ID, application, LIMITS);
        const purpose = purposeBytes("GDDS");
        await f.service.connect(f.money.operator).setPurpose(INDUSTRY_CHAIN_ID, application, purpose, true);
        const to = interoperableAddress(f.money.chainId, await f.service.getAddress());
        const ask = async (payload: string) => {
          await party.send(f.industry.gateway, to, payload, [], 0);
          const sent = await lastMessageOf(f.platform, "industry");
          return { sent, delivery: await bring(sent) };
        };
        const encode = (changed: Partial<OrderUnderTest["request"]> = {}) =>
          AbiCoder.defaultAbiCoder().encode([REQUEST_TYPE], [Object.values({ ...f.it.request, ...changed })]);
        const route = { ...(await routeOf(f.platform)), application };
        const place = (changed: Partial<OrderUnderTest["request"]> = {}) =>
          f.money.money.connect(f.money.company).placeHold(mandateHold(route, { ...f.it.request, ...changed }));
        return { ...f, party, application, ask, encode, place };
      }

      it("refuses another currency, and gives back what is held for it", async () => {
        const { service, money, ask, encode, place } = await openParty();
        const currency = currencyBytes("HKD");
        await place({ currency });
        const { sent } = await ask(encode({ currency }));
        expect((await service.answerOf(sent.id)).outcome).to.equal(PAYMENT_OUTCOME.currencyUnknown);
        expect(await money.money.heldOf(money.company)).to.equal(0n);
      });

      it("decides an order once, whatever another request for it says", async () => {
        const { service, application, money, it, ask, encode, place } = await openParty();
        await place();
        const first = await ask(encode());
        expect((await service.answerOf(first.sent.id)).outcome).to.equal(PAYMENT_OUTCOME.paid);
        for (const changed of [{}, { amount: 2n * FEN }]) {
          if ("amount" in changed) await place(changed);
          const again = await ask(encode(changed));
          expect([...(await service.answerOf(again.sent.id))]).to.deep.equal([
            again.sent.id,
            it.id,
            PAYMENT_OUTCOME.orderDecided,
            "0x00000000",
            ZeroHash,
          ]);
        }
        expect(await money.money.balanceOf(money.shop)).to.equal(PRICE);
        expect(await money.money.heldOf(money.company)).to.equal(0n);
        expect(await service.decidedBy(INDUSTRY_CHAIN_ID, application, it.id)).to.equal(first.sent.id);
      });

      it("fails for a payload that is no request, and for an application that was not admitted", async () => {
        const f = await openParty();
        const { money, industry, service, ask, encode } = f;
        const { delivery } = await ask("0x1234");
        await expect(Promise.resolve(delivery))
          .to.emit(money.gateway, "InterchainReceipt")
          .withArgs(INDUSTRY_CHAIN_ID, MESSAGE_KIND.failure, (await lastMessageOf(f.platform, "industry")).id);
        const gateway = service.connect(await asGateway(f));
        const admitted = interoperableAddress(INDUSTRY_CHAIN_ID, await f.party.getAddress());
        await expect(gateway.receiveMessage(ref("message"), admitted, "0x1234"))
          .to.be.revertedWithCustomError(service, "PaymentRequestMalformed")
          .withArgs(ref("message"), 2n);
        const stranger = industry.stranger.address;
        const unknown = interoperableAddress(INDUSTRY_CHAIN_ID, stranger);
        await expect(gateway.receiveMessage(ref("message"), unknown, encode()))
          .to.be.revertedWithCustomError(service, "PaymentApplicationUnknown")
          .withArgs(INDUSTRY_CHAIN_ID, stranger);
        await expect(gateway.receiveMessage(ref("message"), "0x", encode()))
          .to.be.revertedWithCustomError(service, "InteroperableAddressParsingError")
          .withArgs("0x");
        const elsewhere = interoperableAddress(1n, await f.party.getAddress());
        await expect(gateway.receiveMessage(ref("message"), elsewhere, encode()))
          .to.be.revertedWithCustomError(service, "PaymentApplicationUnknown")
          .withArgs(1n, await f.party.getAddress());
      });

      it("takes no ether along", async () => {
        const f = await openParty();
        const gateway = f.service.connect(await asGateway(f));
        const sender = interoperableAddress(INDUSTRY_CHAIN_ID, await f.party.getAddress());
        await expect(gateway.receiveMessage(ref("message"), sender, f.encode(), { value: 1n }))
          .to.be.revertedWithCustomError(f.service, "MessageValueRefused")
          .withArgs(1n);
      });
    });

    it("refuses everybody but the gateway", async () => {
      const { money, service } = await open();
      const caller = service.connect(money.stranger);
      for (const call of [
        caller.receiveMessage(ref("message"), "0x", "0x"),
        caller.onReceipt(ref("message"), MESSAGE_KIND.success),
      ]) {
        await expect(call)
          .to.be.revertedWithCustomError(service, "PaymentCallerInvalid")
          .withArgs(money.stranger.address, await money.gateway.getAddress());
      }
    });
  });
});
