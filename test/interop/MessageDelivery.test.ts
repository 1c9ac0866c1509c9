import { expect } from "chai";
import {
  MESSAGE_KIND,
  MESSAGE_STATUS,
  deadlineAttribute,
  gasLimitAttribute,
  interoperableAddress,
} from "../../sdk/interop/messages.js";
import { openChain, ref } from "../support/chain.js";
import { CHAIN_ID } from "./fixture.js";
import {
  acknowledge,
  deliver,
  deployLanes,
  pairFixture,
  pass,
  prove,
  reject,
  send,
  type Lanes,
  type SentMessage,
} from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployLanes(chains));
const DAY = 86_400n;
/** Of `MessagePartyMock`. */
const MANNER = {
  accepts: 0,
  wrongAnswer: 1,
  shortAnswer: 2,
  reverts: 3,
  burnsGas: 4,
  longAnswer: 5,
  reenters: 6,
  logsMuch: 7,
} as const;
const NO_CALL = ["0x0000000000000000000000000000000000000000", "0x"] as const;
const NOBODY = "0x00000000000000000000000000000000000000aa";
/** Beyond what the recipient gets: for the call and what follows it. */
const RESERVE = 60_000n;

/** Gas that a delivery has to have left. */
const owed = (gasLimit: bigint) => gasLimit + gasLimit / 63n + RESERVE;

describe("MessageGateway (delivery)", function () {
  let lanes: Lanes;
  let sent: SentMessage;

  beforeEach(async function () {
    lanes = await load();
    sent = await send(lanes, "mainland");
  });

  const receiver = () => lanes.hongkong;
  const sender = () => lanes.mainland;

  describe("order and once", function () {
    it("refuses the second before the first, and either twice", async function () {
      const { gateway } = receiver();
      const second = await send(lanes, "mainland");
      for (const attempt of [deliver, reject]) {
        await expect(attempt(lanes, "mainland", second))
          .to.be.revertedWithCustomError(gateway, "MessageOutOfOrder")
          .withArgs(2n, 1n);
      }
      await deliver(lanes, "mainland", sent);
      for (const attempt of [deliver, reject]) {
        await expect(attempt(lanes, "mainland", sent))
          .to.be.revertedWithCustomError(gateway, "MessageAlreadyReceived")
          .withArgs(1n, 1n);
      }
      await deliver(lanes, "mainland", second);
      expect((await receiver().party.got()).map(({ id }) => id)).to.deep.equal([sent.id, second.id]);
    });

    it("goes on after a rejected message", async function () {
      await pass(lanes, DAY + 1n);
      const next = await send(lanes, "mainland");
      await reject(lanes, "mainland", sent);
      await deliver(lanes, "mainland", next);
      expect((await receiver().party.got()).map(({ id }) => id)).to.deep.equal([next.id]);
    });

    it("takes a receipt once", async function () {
      const delivered = await deliver(lanes, "mainland", sent);
      await acknowledge(lanes, "mainland", sent, delivered);
      await expect(acknowledge(lanes, "mainland", sent, delivered))
        .to.be.revertedWithCustomError(sender().gateway, "MessageNotPending")
        .withArgs(sent.id, MESSAGE_STATUS.success);
    });

    it("takes receipts in any order", async function () {
      const second = await send(lanes, "mainland");
      const first = await deliver(lanes, "mainland", sent);
      const other = await deliver(lanes, "mainland", second);
      await acknowledge(lanes, "mainland", second, other);
      await acknowledge(lanes, "mainland", sent, first);
      expect((await sender().party.heard()).map(({ id }) => id)).to.deep.equal([second.id, sent.id]);
    });
  });

  describe("the deadline", function () {
    async function sendUntil(seconds: bigint) {
      const time = await pass(lanes, 1n);
      return send(lanes, "mainland", { attributes: [deadlineAttribute(time + seconds)] });
    }

    beforeEach(async function () {
      await deliver(lanes, "mainland", sent);
      sent = await sendUntil(1_000n);
    });

    for (const early of [1n, 0n]) {
      it(`lets a message be delivered ${early} s before its end, and not be rejected`, async function () {
        const { gateway, chain } = receiver();
        const proof = await prove(lanes, "mainland", sent.receipt, "InterchainSent");
        const time = sent.message.deadline - early;
        await chain.networkHelpers.time.increaseTo(time - 1n);
        await chain.networkHelpers.time.setNextBlockTimestamp(time);
        await expect(gateway.reject.staticCall(sent.message, proof, { blockTag: "pending" }))
          .to.be.revertedWithCustomError(gateway, "MessageNotExpired")
          .withArgs(sent.id, sent.message.deadline, time);
        await chain.networkHelpers.time.setNextBlockTimestamp(time);
        await gateway.deliver(sent.message, proof);
        expect((await gateway.receivedOf(sent.id)).status).to.equal(MESSAGE_STATUS.success);
      });
    }

    it("lets it only be rejected one second later", async function () {
      const { gateway, chain } = receiver();
      const proof = await prove(lanes, "mainland", sent.receipt, "InterchainSent");
      const time = sent.message.deadline + 1n;
      await chain.networkHelpers.time.increaseTo(time);
      await expect(gateway.deliver.staticCall(sent.message, proof))
        .to.be.revertedWithCustomError(gateway, "MessageExpired")
        .withArgs(sent.id, sent.message.deadline, time);
      await expect(gateway.reject(sent.message, proof))
        .to.emit(gateway, "InterchainReceipt")
        .withArgs(CHAIN_ID.mainland, MESSAGE_KIND.rollback, sent.id);
    });

    it("has no late success: a rejected message is never delivered", async function () {
      const { gateway, chain } = receiver();
      const proof = await prove(lanes, "mainland", sent.receipt, "InterchainSent");
      await chain.networkHelpers.time.increaseTo(sent.message.deadline + 1n);
      await gateway.reject(sent.message, proof);
      await expect(gateway.deliver(sent.message, proof))
        .to.be.revertedWithCustomError(gateway, "MessageAlreadyReceived")
        .withArgs(2n, 2n);
    });
  });

  describe("the recipient", function () {
    for (const manner of ["wrongAnswer", "shortAnswer", "reverts", "burnsGas"] as const) {
      it(`fails a message if it ${manner}, and the sender hears of it`, async function () {
        await receiver().party.behave(MANNER[manner], ...NO_CALL);
        const delivered = await deliver(lanes, "mainland", sent);
        await expect(delivered)
          .to.emit(receiver().gateway, "InterchainReceipt")
          .withArgs(CHAIN_ID.mainland, MESSAGE_KIND.failure, sent.id);
        await acknowledge(lanes, "mainland", sent, delivered, MESSAGE_KIND.failure);
        expect(await sender().party.heard()).to.deep.equal([[sent.id, BigInt(MESSAGE_KIND.failure)]]);
      });
    }

    it("fails a message to an account without code", async function () {
      await deliver(lanes, "mainland", sent);
      const stray = await send(lanes, "mainland", { recipient: NOBODY });
      await deliver(lanes, "mainland", stray);
      expect((await receiver().gateway.receivedOf(stray.id)).status).to.equal(MESSAGE_STATUS.failure);
    });

    it("may answer at length: nobody pays for reading it", async function () {
      await receiver().party.behave(MANNER.longAnswer, ...NO_CALL);
      const delivered = await deliver(lanes, "mainland", sent);
      expect((await delivered.wait())?.gasUsed).to.be.lessThan(500_000n);
      expect((await receiver().gateway.receivedOf(sent.id)).status).to.equal(MESSAGE_STATUS.success);
    });

    it("gets the gas that the message states, or nothing happens", async function () {
      const { gateway, chain } = receiver();
      const proof = await prove(lanes, "mainland", sent.receipt, "InterchainSent");
      const { gasLimit } = sent.message;
      const { ethers } = chain;
      let least = 0n;
      for (let gas = 600_000n; least === 0n; gas += 5_000n) {
        const snapshot = await chain.networkHelpers.takeSnapshot();
        try {
          await gateway.deliver(sent.message, proof, { gasLimit: gas });
          least = gas;
          const [{ gasGiven }, block] = [await receiver().party.lastCall(), await ethers.provider.getBlock("latest")];
          // what the called function spent until it looked
          expect(gasGiven)
            .to.be.greaterThan(gasLimit - 1_500n)
            .and.at.most(gasLimit);
          expect(block?.gasUsed).to.be.at.most(gas);
          expect((await gateway.receivedOf(sent.id)).status).to.equal(MESSAGE_STATUS.success);
        } catch (error) {
          if (error instanceof Error && error.name === "AssertionError") throw error;
          expect((await gateway.receivedOf(sent.id)).status).to.equal(MESSAGE_STATUS.none);
        }
        await snapshot.restore();
      }
      await expect(gateway.deliver(sent.message, proof, { gasLimit: least - 50_000n }))
        .to.be.revertedWithCustomError(gateway, "MessageGasMissing")
        .withArgs(sent.id, (left: bigint) => left < owed(gasLimit), owed(gasLimit));
    });

    it("cannot re-enter, but may send a message of its own", async function () {
      const { gateway, party } = receiver();
      const proof = await prove(lanes, "mainland", sent.receipt, "InterchainSent");
      const guarded = {
        deliver: gateway.interface.encodeFunctionData("deliver", [sent.message, proof]),
        reject: gateway.interface.encodeFunctionData("reject", [sent.message, proof]),
        acknowledge: gateway.interface.encodeFunctionData("acknowledge", [sent.id, MESSAGE_KIND.success, proof]),
        notifySender: gateway.interface.encodeFunctionData("notifySender", [sent.id]),
      };
      const guard = gateway.interface.getError("ReentrancyGuardReentrantCall")?.selector;
      for (const call of Object.values(guarded)) {
        await party.behave(MANNER.reenters, gateway, call);
        await deliver(lanes, "mainland", sent);
        expect((await party.lastCall()).innerFault).to.equal(guard);
        sent = await send(lanes, "mainland");
      }
      const to = interoperableAddress(CHAIN_ID.mainland, await sender().party.getAddress());
      await party.behave(MANNER.reenters, gateway, gateway.interface.encodeFunctionData("sendMessage", [to, "0x", []]));
      await deliver(lanes, "mainland", sent);
      expect((await gateway.laneOf(CHAIN_ID.mainland)).sent).to.equal(1n);
    });
  });

  describe("the sender", function () {
    it("that refuses is told again by anyone", async function () {
      const { gateway, party } = sender();
      await party.behave(MANNER.reverts, ...NO_CALL);
      const delivered = await deliver(lanes, "mainland", sent);
      await expect(acknowledge(lanes, "mainland", sent, delivered)).not.to.emit(gateway, "SenderNotified");
      expect(await gateway.sentOf(sent.id)).to.deep.equal([
        await party.getAddress(),
        CHAIN_ID.hongkong,
        BigInt(MESSAGE_STATUS.success),
        false,
      ]);
      expect(await gateway.notifySender.staticCall(sent.id)).to.equal(false);
      await gateway.notifySender(sent.id);
      await party.behave(MANNER.accepts, ...NO_CALL);
      expect(await gateway.notifySender.staticCall(sent.id)).to.equal(true);
      await expect(gateway.notifySender(sent.id))
        .to.emit(gateway, "SenderNotified")
        .withArgs(sent.id, await party.getAddress(), MESSAGE_KIND.success);
      await expect(gateway.notifySender(sent.id))
        .to.be.revertedWithCustomError(gateway, "MessageNotNotifiable")
        .withArgs(sent.id, MESSAGE_STATUS.success, true);
      expect(await party.heard()).to.have.length(1);
    });

    it("is not told of a message that has not ended", async function () {
      const { gateway } = sender();
      for (const [id, status] of [
        [sent.id, MESSAGE_STATUS.sent],
        [ref("no message"), MESSAGE_STATUS.none],
      ] as const) {
        await expect(gateway.notifySender(id))
          .to.be.revertedWithCustomError(gateway, "MessageNotNotifiable")
          .withArgs(id, status, false);
      }
    });

    it("that burns its gas does not stop the receipt", async function () {
      const { gateway, party } = sender();
      await party.behave(MANNER.burnsGas, ...NO_CALL);
      const delivered = await deliver(lanes, "mainland", sent);
      await acknowledge(lanes, "mainland", sent, delivered);
      expect((await gateway.sentOf(sent.id)).status).to.equal(MESSAGE_STATUS.success);
    });

    it("gets the gas it is owed, or nothing happens", async function () {
      const { gateway } = sender();
      const delivered = await (await deliver(lanes, "mainland", sent)).wait();
      if (delivered === null) throw new RangeError("no receipt");
      const proof = await prove(lanes, "hongkong", delivered, "InterchainReceipt");
      await expect(gateway.acknowledge(sent.id, MESSAGE_KIND.success, proof, { gasLimit: 500_000n }))
        .to.be.revertedWithCustomError(gateway, "MessageGasMissing")
        .withArgs(sent.id, (left: bigint) => left < owed(500_000n), owed(500_000n));
    });

    it("without code is not told", async function () {
      const { gateway, stranger } = sender();
      await deliver(lanes, "mainland", sent);
      const own = await send(lanes, "mainland", { as: stranger });
      const delivered = await deliver(lanes, "mainland", own);
      const closed = await acknowledge(lanes, "mainland", own, delivered);
      await expect(closed).to.emit(gateway, "MessageClosed").withArgs(own.id, stranger.address, MESSAGE_KIND.success);
      await expect(closed).not.to.emit(gateway, "SenderNotified");
      expect(await gateway.notifySender.staticCall(own.id)).to.equal(false);
    });
  });

  describe("reaffirm", function () {
    it("proves a message whose own transaction logged a lot", async function () {
      const { gateway } = sender();
      await deliver(lanes, "mainland", sent);
      const noisy = await send(lanes, "mainland", { noise: 200_000 });
      const again = gateway.reaffirm(noisy.id);
      await expect(again)
        .to.emit(gateway, "InterchainReaffirmed")
        .withArgs(CHAIN_ID.hongkong, MESSAGE_KIND.interchain, noisy.id);
      const receipt = await (await again).wait();
      if (receipt === null) throw new RangeError("no receipt");
      const proof = await prove(lanes, "mainland", receipt, "InterchainReaffirmed");
      await receiver().gateway.deliver(noisy.message, proof);
      expect((await receiver().gateway.receivedOf(noisy.id)).status).to.equal(MESSAGE_STATUS.success);
    });

    it("proves a receipt whose own transaction logged a lot", async function () {
      const { gateway, party } = receiver();
      await party.behave(MANNER.logsMuch, ...NO_CALL);
      const noisy = await send(lanes, "mainland", { attributes: [gasLimitAttribute(2_000_000n)] });
      await deliver(lanes, "mainland", sent);
      await deliver(lanes, "mainland", noisy);
      const receipt = await (await gateway.reaffirm(noisy.id)).wait();
      if (receipt === null) throw new RangeError("no receipt");
      const proof = await prove(lanes, "hongkong", receipt, "InterchainReaffirmed");
      await expect(sender().gateway.acknowledge(noisy.id, MESSAGE_KIND.failure, proof))
        .to.be.revertedWithCustomError(sender().gateway, "MessageEventMismatch")
        .withArgs(noisy.id, MESSAGE_KIND.failure);
      await sender().gateway.acknowledge(noisy.id, MESSAGE_KIND.success, proof);
      expect((await sender().gateway.sentOf(noisy.id)).status).to.equal(MESSAGE_STATUS.success);
    });
  });
});
