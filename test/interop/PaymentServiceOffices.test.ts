import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { purposeBytes } from "../../sdk/eip712/corridor.js";
import { ORDER_STATUS } from "../../sdk/eip712/industry.js";
import { NEVER, holdId } from "../../sdk/eip712/ledger.js";
import {
  HOUR,
  INDUSTRY_CHAIN_ID,
  LIMITS,
  OrderUnderTest,
  PRICE,
  acknowledge,
  bring,
  deployPlatform,
  lastMessageOf,
  openPlatformChains,
} from "../support/industry.js";
import { pairFixture } from "./lanes.js";

const chains = await openPlatformChains();
const load = pairFixture(chains, () => deployPlatform(chains));

async function open() {
  const platform = await load();
  const { money, industry } = platform;
  const application = await industry.orders.getAddress();
  return { platform, money, industry, application, service: money.service, it: await OrderUnderTest.open(platform) };
}

describe("PaymentService, answers and offices", () => {
  describe("onReceipt", () => {
    it("notes that the answer was heard", async () => {
      const { platform, service, it } = await open();
      await it.requested();
      const asked = await lastMessageOf(platform, "industry");
      await bring(asked);
      const answer = await lastMessageOf(platform, "money");
      await bring(answer);
      await expect(acknowledge(answer)).to.emit(service, "AnswerHeard").withArgs(asked.id, answer.id);
    });

    it("says an answer again whose time was over, and the order is paid by it", async () => {
      const { platform, money, industry, service, it } = await open();
      await it.requested();
      const asked = await lastMessageOf(platform, "industry");
      await bring(asked);
      const answer = await lastMessageOf(platform, "money");
      await industry.chain.networkHelpers.time.increaseTo(answer.message.deadline + 1n);
      await bring(answer, "reject");
      // to the clock of the ledger of the money the week has passed as well
      await money.chain.networkHelpers.time.increaseTo(answer.message.deadline + HOUR);
      await expect(acknowledge(answer)).to.emit(service, "AnswerSent");
      const again = await lastMessageOf(platform, "money");
      expect(again.id).not.to.equal(answer.id);
      expect(again.message.payload).to.equal(answer.message.payload);
      await bring(again);
      expect((await it.state()).status).to.equal(ORDER_STATUS.paid);
      expect(await money.money.balanceOf(money.shop)).to.equal(PRICE);
    });

    it("says it again once a halted lane goes on", async () => {
      const { platform, money, industry, service, it } = await open();
      await it.requested();
      await bring(await lastMessageOf(platform, "industry"));
      const answer = await lastMessageOf(platform, "money");
      await industry.chain.networkHelpers.time.increaseTo(answer.message.deadline + 1n);
      await bring(answer, "reject");
      const { halter, resumer } = money.at.officers;
      await money.gateway.connect(halter).haltLane(INDUSTRY_CHAIN_ID);
      await expect(acknowledge(answer)).not.to.emit(service, "AnswerSent");
      await money.gateway.connect(resumer).resumeLane(INDUSTRY_CHAIN_ID);
      await expect(money.gateway.notifySender(answer.id)).to.emit(service, "AnswerSent");
    });
  });

  describe("withdraw", () => {
    it("gives back a hold without end", async () => {
      const { money, service, it } = await open();
      const hold = { ...it.hold, expiry: NEVER };
      await money.money.connect(money.company).placeHold(hold);
      await expect(service.connect(money.company).withdraw(hold))
        .to.emit(service, "HoldWithdrawn")
        .withArgs(holdId(hold), money.company.address);
      expect(await money.money.heldOf(money.company)).to.equal(0n);
    });

    it("refuses a hold that ends, and anybody but its payer", async () => {
      const { money, service, it } = await open();
      await it.cover();
      const id = holdId(it.hold);
      await expect(service.connect(money.company).withdraw(it.hold))
        .to.be.revertedWithCustomError(service, "PaymentHoldBinding")
        .withArgs(id, it.hold.expiry);
      await expect(service.connect(money.stranger).withdraw(it.hold))
        .to.be.revertedWithCustomError(service, "PaymentPayerMismatch")
        .withArgs(id, money.stranger.address, money.company.address);
    });
  });

  describe("admit, setLimits, setPurpose", () => {
    it("are the operator's, and say what is allowed", async () => {
      const { money, service, industry } = await open();
      const { operator } = money;
      const [chainId, application] = [INDUSTRY_CHAIN_ID, industry.stranger.address];
      await expect(service.connect(operator).admit(chainId, application, LIMITS))
        .to.emit(service, "ApplicationAdmitted")
        .withArgs(chainId, application, operator.address)
        .and.to.emit(service, "ApplicationLimited")
        .withArgs(chainId, application, LIMITS.payment, LIMITS.day);
      const purpose = purposeBytes("SUPP");
      expect(await service.isAllowed(chainId, application, purpose)).to.equal(false);
      for (const allowed of [true, false]) {
        await expect(service.connect(operator).setPurpose(chainId, application, purpose, allowed))
          .to.emit(service, "PurposeSet")
          .withArgs(chainId, application, purpose, allowed);
        expect(await service.isAllowed(chainId, application, purpose)).to.equal(allowed);
      }
      await service.connect(operator).setLimits(chainId, application, { payment: 1n, day: 2n });
      expect(await service.applicationOf(chainId, application)).to.deep.equal([true, false, [1n, 2n]]);
    });

    it("refuse everybody else", async () => {
      const { money, service, application } = await open();
      const caller = service.connect(money.at.officers.governor);
      for (const call of [
        caller.admit(INDUSTRY_CHAIN_ID, application, LIMITS),
        caller.setLimits(INDUSTRY_CHAIN_ID, application, LIMITS),
        caller.setPurpose(INDUSTRY_CHAIN_ID, application, "0x00000000", true),
      ]) {
        await expect(call)
          .to.be.revertedWithCustomError(service, "AccessManagedUnauthorized")
          .withArgs(money.at.officers.governor.address);
      }
    });

    it("refuse an application twice, of this ledger, without address, or unknown", async () => {
      const { money, service, application, industry } = await open();
      const acting = service.connect(money.operator);
      await expect(acting.admit(INDUSTRY_CHAIN_ID, application, LIMITS))
        .to.be.revertedWithCustomError(service, "PaymentApplicationAdmitted")
        .withArgs(INDUSTRY_CHAIN_ID, application);
      for (const [chainId, account] of [
        [money.chainId, application],
        [INDUSTRY_CHAIN_ID, ZeroAddress],
      ] as const) {
        await expect(acting.admit(chainId, account, LIMITS))
          .to.be.revertedWithCustomError(service, "PaymentApplicationInvalid")
          .withArgs(chainId, account);
      }
      const unknown = industry.stranger.address;
      for (const call of [
        acting.setLimits(INDUSTRY_CHAIN_ID, unknown, LIMITS),
        acting.setPurpose(INDUSTRY_CHAIN_ID, unknown, "0x00000000", true),
      ]) {
        await expect(call)
          .to.be.revertedWithCustomError(service, "PaymentApplicationUnknown")
          .withArgs(INDUSTRY_CHAIN_ID, unknown);
      }
    });
  });

  describe("suspend, resume", () => {
    it("stop an application and let it go on", async () => {
      const { money, service, application } = await open();
      const { halter, resumer } = money.at.officers;
      const suspending = service.connect(halter);
      await expect(suspending.suspend(INDUSTRY_CHAIN_ID, application))
        .to.emit(service, "ApplicationSuspended")
        .withArgs(INDUSTRY_CHAIN_ID, application, halter.address);
      await expect(suspending.suspend(INDUSTRY_CHAIN_ID, application)).not.to.emit(service, "ApplicationSuspended");
      const resuming = service.connect(resumer);
      await expect(resuming.resume(INDUSTRY_CHAIN_ID, application))
        .to.emit(service, "ApplicationResumed")
        .withArgs(INDUSTRY_CHAIN_ID, application, resumer.address);
      await expect(resuming.resume(INDUSTRY_CHAIN_ID, application)).not.to.emit(service, "ApplicationResumed");
    });

    it("refuse an unknown application", async () => {
      const { money, industry, service } = await open();
      const unknown = industry.stranger.address;
      for (const call of [
        service.connect(money.at.officers.halter).suspend(INDUSTRY_CHAIN_ID, unknown),
        service.connect(money.at.officers.resumer).resume(INDUSTRY_CHAIN_ID, unknown),
      ]) {
        await expect(call).to.be.revertedWithCustomError(service, "PaymentApplicationUnknown");
      }
    });
  });
});
