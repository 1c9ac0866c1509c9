import { expect } from "chai";
import { ZeroAddress, concat, dataSlice, keccak256, toBeHex } from "ethers";
import {
  MESSAGE_KIND,
  MESSAGE_STATUS,
  deadlineAttribute,
  gasLimitAttribute,
  interoperableAddress,
} from "../../sdk/interop/messages.js";
import { openChain, ref } from "../support/chain.js";
import { CHAIN_ID } from "./fixture.js";
import { acknowledge, deliver, deployLanes, pairFixture, pass, reject, send, type Lanes } from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployLanes(chains));
const DAY = 86_400n;
const MAX_LIFETIME = 30n * DAY;
const UNSUPPORTED = "0xdeadbeef";
const PEER = "0x00000000000000000000000000000000000000bb";

describe("MessageGateway", function () {
  let lanes: Lanes;

  beforeEach(async function () {
    lanes = await load();
  });

  describe("a message and its receipt", function () {
    it("brings the message over and the success back", async function () {
      const { mainland, hongkong } = lanes;
      const sent = await send(lanes, "mainland", { payload: "0xc0ffee" });
      const delivered = await deliver(lanes, "mainland", sent);
      await expect(delivered)
        .to.emit(hongkong.gateway, "InterchainReceipt")
        .withArgs(mainland.chainId, MESSAGE_KIND.success, sent.id);
      const sender = interoperableAddress(mainland.chainId, await mainland.party.getAddress());
      expect(await hongkong.party.got()).to.deep.equal([[sent.id, sender.toLowerCase(), keccak256("0xc0ffee")]]);
      expect(await hongkong.gateway.receivedOf(sent.id)).to.deep.equal([mainland.chainId, MESSAGE_STATUS.success]);

      const closed = await acknowledge(lanes, "mainland", sent, delivered);
      const party = await mainland.party.getAddress();
      await expect(closed).to.emit(mainland.gateway, "MessageClosed").withArgs(sent.id, party, MESSAGE_KIND.success);
      await expect(closed).to.emit(mainland.gateway, "SenderNotified").withArgs(sent.id, party, MESSAGE_KIND.success);
      expect(await mainland.party.heard()).to.deep.equal([[sent.id, BigInt(MESSAGE_KIND.success)]]);
      expect(await mainland.gateway.sentOf(sent.id)).to.deep.equal([
        party,
        hongkong.chainId,
        BigInt(MESSAGE_STATUS.success),
        true,
      ]);
    });

    it("rolls back what was not delivered in time", async function () {
      const { mainland, hongkong } = lanes;
      const sent = await send(lanes, "mainland");
      await pass(lanes, DAY + 1n);
      const rejected = await reject(lanes, "mainland", sent);
      await acknowledge(lanes, "mainland", sent, rejected, MESSAGE_KIND.rollback);
      expect(await hongkong.party.got()).to.deep.equal([]);
      expect(await mainland.party.heard()).to.deep.equal([[sent.id, BigInt(MESSAGE_KIND.rollback)]]);
      expect((await mainland.gateway.sentOf(sent.id)).status).to.equal(MESSAGE_STATUS.rollback);
    });

    it("runs both directions side by side", async function () {
      const there = await send(lanes, "mainland");
      const back = await send(lanes, "hongkong");
      expect([there.message.sequence, back.message.sequence]).to.deep.equal([1n, 1n]);
      await deliver(lanes, "hongkong", back);
      await deliver(lanes, "mainland", there);
      for (const [here, from] of [
        ["mainland", "hongkong"],
        ["hongkong", "mainland"],
      ] as const) {
        const lane = await lanes[here].gateway.laneOf(CHAIN_ID[from]);
        expect([lane.sent, lane.received]).to.deep.equal([1n, 1n]);
      }
    });
  });

  describe("sendMessage", function () {
    it("says the message as ERC-7786 and numbers it", async function () {
      const { mainland, hongkong } = lanes;
      const to = interoperableAddress(hongkong.chainId, await hongkong.party.getAddress());
      const from = interoperableAddress(mainland.chainId, mainland.stranger.address);
      const gateway = mainland.gateway.connect(mainland.stranger);
      const deadline = BigInt(await mainland.chain.networkHelpers.time.latest()) + 100n;
      const attributes = [gasLimitAttribute(70_000n), deadlineAttribute(deadline)];
      for (const sequence of [1n, 2n]) {
        const id = await gateway.sendMessage.staticCall(to, "0x0102", attributes);
        const sent = gateway.sendMessage(to, "0x0102", attributes);
        await expect(sent)
          .to.emit(gateway, "MessageSent")
          .withArgs(id, from.toLowerCase(), to.toLowerCase(), "0x0102", 0n, attributes);
        await expect(sent)
          .to.emit(gateway, "InterchainSent")
          .withArgs(hongkong.chainId, sequence, id, deadline, 70_000n);
        expect(await gateway.sentOf(id)).to.deep.equal([mainland.stranger.address, hongkong.chainId, 1n, false]);
      }
    });

    it("gives a day and 500,000 gas unless told otherwise", async function () {
      const { message, receipt } = await send(lanes, "mainland");
      const block = await lanes.mainland.chain.ethers.provider.getBlock(receipt.blockNumber);
      expect(message.deadline).to.equal(BigInt(block?.timestamp ?? 0) + DAY);
      expect(message.gasLimit).to.equal(500_000n);
    });

    it("supports two attributes and no other", async function () {
      const { gateway } = lanes.mainland;
      for (const attribute of [deadlineAttribute(1n), gasLimitAttribute(1n)]) {
        expect(await gateway.supportsAttribute(dataSlice(attribute, 0, 4))).to.equal(true);
      }
      expect(await gateway.supportsAttribute(UNSUPPORTED)).to.equal(false);
    });

    it("refuses value", async function () {
      const { mainland, hongkong } = lanes;
      const to = interoperableAddress(hongkong.chainId, await hongkong.party.getAddress());
      await expect(mainland.gateway.sendMessage(to, "0x", [], { value: 1n }))
        .to.be.revertedWithCustomError(mainland.gateway, "MessageValueRefused")
        .withArgs(1n);
    });

    const account = "0x00000000000000000000000000000000000000aa";
    const addresses = {
      "an empty recipient": "0x",
      "a recipient of another version": concat(["0x0002", dataSlice(interoperableAddress(85_201n, account), 2)]),
      "a recipient of another kind of chain": concat([
        "0x00010002",
        dataSlice(interoperableAddress(85_201n, account), 4),
      ]),
      nobody: interoperableAddress(CHAIN_ID.hongkong, ZeroAddress),
      "a chain without an account": "0x0001000003014cd100",
      "an account without a chain": concat(["0x000100000014", account]),
      "a byte after the recipient": concat([interoperableAddress(CHAIN_ID.hongkong, account), "0x00"]),
      "a chain id with a leading zero": concat(["0x0001000004", "0x00014cd1", "0x14", account]),
    };
    for (const [what, recipient] of Object.entries(addresses)) {
      it(`refuses ${what}`, async function () {
        const { gateway } = lanes.mainland;
        await expect(gateway.sendMessage(recipient, "0x", []))
          .to.be.revertedWithCustomError(gateway, "MessageRecipientInvalid")
          .withArgs(recipient);
      });
    }

    for (const chainId of [CHAIN_ID.mainland, 1n, 2n ** 64n + CHAIN_ID.hongkong]) {
      it(`refuses ledger ${chainId}, to which there is no lane`, async function () {
        const { gateway } = lanes.mainland;
        await expect(gateway.sendMessage(interoperableAddress(chainId, account), "0x", []))
          .to.be.revertedWithCustomError(gateway, "LaneUnknown")
          .withArgs(chainId);
      });
    }

    it("accepts 16 KiB and refuses a byte more", async function () {
      const { gateway } = lanes.mainland;
      const sent = await send(lanes, "mainland", { payload: toBeHex(1, 16_384) });
      await deliver(lanes, "mainland", sent);
      expect((await lanes.hongkong.party.got())[0]?.payloadHash).to.equal(keccak256(toBeHex(1, 16_384)));
      await expect(send(lanes, "mainland", { payload: toBeHex(1, 16_385) }))
        .to.be.revertedWithCustomError(gateway, "MessagePayloadTooLong")
        .withArgs(16_385n, 16_384n);
    });

    it("refuses attributes that it does not know", async function () {
      const { gateway } = lanes.mainland;
      await expect(send(lanes, "mainland", { attributes: [UNSUPPORTED] }))
        .to.be.revertedWithCustomError(gateway, "UnsupportedAttribute")
        .withArgs(UNSUPPORTED);
      await expect(send(lanes, "mainland", { attributes: ["0x"] }))
        .to.be.revertedWithCustomError(gateway, "UnsupportedAttribute")
        .withArgs("0x00000000");
    });

    const far = deadlineAttribute(2n ** 40n);
    for (const [what, attributes] of Object.entries({
      "twice the same attribute": [gasLimitAttribute(1n), gasLimitAttribute(1n)],
      "an attribute without its argument": [dataSlice(gasLimitAttribute(1n), 0, 4)],
      "an attribute that is too long": [concat([gasLimitAttribute(1n), "0x00"])],
    })) {
      it(`refuses ${what}`, async function () {
        const { gateway } = lanes.mainland;
        await expect(send(lanes, "mainland", { attributes }))
          .to.be.revertedWithCustomError(gateway, "MessageAttributeInvalid")
          .withArgs(dataSlice(gasLimitAttribute(1n), 0, 4));
      });
    }

    it("refuses the deadline twice", async function () {
      const { gateway } = lanes.mainland;
      const soon = deadlineAttribute(BigInt(await chains.mainland.networkHelpers.time.latest()) + 100n);
      await expect(send(lanes, "mainland", { attributes: [soon, soon] }))
        .to.be.revertedWithCustomError(gateway, "MessageAttributeInvalid")
        .withArgs(dataSlice(far, 0, 4));
    });

    for (const [lifetime, fits] of [
      [0n, false],
      [1n, true],
      [MAX_LIFETIME, true],
      [MAX_LIFETIME + 1n, false],
    ] as const) {
      it(`${fits ? "accepts" : "refuses"} a deadline ${lifetime} seconds away`, async function () {
        const { gateway } = lanes.mainland;
        const time = BigInt(await chains.mainland.networkHelpers.time.latest()) + 5n;
        await chains.mainland.networkHelpers.time.setNextBlockTimestamp(time);
        const attempt = send(lanes, "mainland", { attributes: [deadlineAttribute(time + lifetime)] });
        if (fits) expect((await attempt).message.deadline).to.equal(time + lifetime);
        else {
          await expect(attempt)
            .to.be.revertedWithCustomError(gateway, "MessageDeadlineInvalid")
            .withArgs(time + lifetime, time + 1n, time + MAX_LIFETIME);
        }
      });
    }

    it("accepts 5,000,000 gas for the recipient and refuses more", async function () {
      const { gateway } = lanes.mainland;
      const sent = await send(lanes, "mainland", { attributes: [gasLimitAttribute(5_000_000n)] });
      await deliver(lanes, "mainland", sent);
      await expect(send(lanes, "mainland", { attributes: [gasLimitAttribute(5_000_001n)] }))
        .to.be.revertedWithCustomError(gateway, "MessageGasLimitInvalid")
        .withArgs(5_000_001n, 5_000_000n);
    });
  });

  describe("registerLane", function () {
    it("opens the lane for good", async function () {
      const { mainland, hongkong } = lanes;
      const lane = await mainland.gateway.laneOf(hongkong.chainId);
      expect([lane.gateway, lane.ledger]).to.deep.equal([
        await hongkong.gateway.getAddress(),
        await mainland.ledger.getAddress(),
      ]);
      await expect(
        mainland.gateway.connect(mainland.office.governor).registerLane(hongkong.chainId, PEER, mainland.ledger),
      )
        .to.be.revertedWithCustomError(mainland.gateway, "LaneExists")
        .withArgs(hongkong.chainId, lane.gateway);
    });

    it("says so", async function () {
      const { mainland } = lanes;
      const fresh = await chains.mainland.ethers.deployContract("MessageGateway", [mainland.authority]);
      await mainland.authority
        .connect(mainland.office.admin)
        .setTargetFunctionRole(fresh, [fresh.interface.getFunction("registerLane").selector], 1n);
      await expect(fresh.connect(mainland.office.governor).registerLane(CHAIN_ID.hongkong, PEER, mainland.ledger))
        .to.emit(fresh, "LaneRegistered")
        .withArgs(
          CHAIN_ID.hongkong,
          (peer: string) => BigInt(peer) === BigInt(PEER),
          await mainland.ledger.getAddress(),
        );
    });

    for (const [what, chainId, gateway] of [
      ["nobody as gateway", CHAIN_ID.hongkong, ZeroAddress],
      ["what is known of another ledger", 77n, "0x00000000000000000000000000000000000000aa"],
    ] as const) {
      it(`refuses ${what}`, async function () {
        const { mainland } = lanes;
        const fresh = await chains.mainland.ethers.deployContract("MessageGateway", [mainland.authority]);
        await mainland.authority
          .connect(mainland.office.admin)
          .setTargetFunctionRole(fresh, [fresh.interface.getFunction("registerLane").selector], 1n);
        await expect(fresh.connect(mainland.office.governor).registerLane(chainId, gateway, mainland.ledger))
          .to.be.revertedWithCustomError(fresh, "LanePeerInvalid")
          .withArgs(chainId, (g: string) => BigInt(g) === BigInt(gateway), await mainland.ledger.getAddress());
      });
    }

    it("is restricted, and so are halting and resuming", async function () {
      const { gateway, ledger, office, stranger } = lanes.mainland;
      for (const attempt of [
        () => gateway.connect(stranger).registerLane(77n, PEER, ledger),
        () => gateway.connect(stranger).haltLane(CHAIN_ID.hongkong),
        () => gateway.connect(stranger).resumeLane(CHAIN_ID.hongkong),
      ]) {
        await expect(attempt())
          .to.be.revertedWithCustomError(gateway, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
      }
      await expect(gateway.connect(office.halter).resumeLane(CHAIN_ID.hongkong))
        .to.be.revertedWithCustomError(gateway, "AccessManagedUnauthorized")
        .withArgs(office.halter.address);
    });
  });

  describe("haltLane", function () {
    it("says who halted and who let it go on, once each", async function () {
      const { gateway, office } = lanes.mainland;
      const [halter, resumer] = [gateway.connect(office.halter), gateway.connect(office.resumer)];
      await expect(resumer.resumeLane(CHAIN_ID.hongkong)).not.to.emit(gateway, "LaneResumed");
      await expect(halter.haltLane(CHAIN_ID.hongkong))
        .to.emit(gateway, "LaneHalted")
        .withArgs(CHAIN_ID.hongkong, office.halter.address);
      await expect(halter.haltLane(CHAIN_ID.hongkong)).not.to.emit(gateway, "LaneHalted");
      await expect(resumer.resumeLane(CHAIN_ID.hongkong))
        .to.emit(gateway, "LaneResumed")
        .withArgs(CHAIN_ID.hongkong, office.resumer.address);
      expect((await gateway.laneOf(CHAIN_ID.hongkong)).halted).to.equal(false);
    });

    it("refuses a lane that there is not", async function () {
      const { gateway, office } = lanes.mainland;
      for (const attempt of [
        () => gateway.connect(office.halter).haltLane(77n),
        () => gateway.connect(office.resumer).resumeLane(77n),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(gateway, "LaneUnknown").withArgs(77n);
      }
    });

    it("stops sending and delivery on its side", async function () {
      const { hongkong } = lanes;
      const sent = await send(lanes, "mainland");
      await hongkong.gateway.connect(hongkong.office.halter).haltLane(CHAIN_ID.mainland);
      for (const attempt of [() => deliver(lanes, "mainland", sent), () => send(lanes, "hongkong")]) {
        await expect(attempt())
          .to.be.revertedWithCustomError(hongkong.gateway, "LaneIsHalted")
          .withArgs(CHAIN_ID.mainland);
      }
    });

    it("stops neither rejection nor receipts: what is in flight ends", async function () {
      const { mainland, hongkong } = lanes;
      const done = await send(lanes, "mainland");
      const late = await send(lanes, "mainland");
      const delivered = await deliver(lanes, "mainland", done);
      await hongkong.gateway.connect(hongkong.office.halter).haltLane(CHAIN_ID.mainland);
      await mainland.gateway.connect(mainland.office.halter).haltLane(CHAIN_ID.hongkong);
      await acknowledge(lanes, "mainland", done, delivered);
      await pass(lanes, DAY + 1n);
      const rejected = await reject(lanes, "mainland", late);
      await acknowledge(lanes, "mainland", late, rejected, MESSAGE_KIND.rollback);
      expect((await mainland.party.heard()).map(({ kind }) => Number(kind))).to.deep.equal([
        MESSAGE_KIND.success,
        MESSAGE_KIND.rollback,
      ]);
    });

    it("lets delivery go on when the lane is resumed", async function () {
      const { hongkong } = lanes;
      const sent = await send(lanes, "mainland");
      await hongkong.gateway.connect(hongkong.office.halter).haltLane(CHAIN_ID.mainland);
      await hongkong.gateway.connect(hongkong.office.resumer).resumeLane(CHAIN_ID.mainland);
      await deliver(lanes, "mainland", sent);
      expect((await hongkong.gateway.receivedOf(sent.id)).status).to.equal(MESSAGE_STATUS.success);
    });
  });

  it("knows nothing of a message that there was not", async function () {
    const { gateway } = lanes.mainland;
    expect(await gateway.sentOf(ref("no message"))).to.deep.equal([ZeroAddress, 0n, 0n, false]);
    expect(await gateway.receivedOf(ref("no message"))).to.deep.equal([0n, 0n]);
    await expect(gateway.reaffirm(ref("no message")))
      .to.be.revertedWithCustomError(gateway, "MessageUnknown")
      .withArgs(ref("no message"));
  });
});
