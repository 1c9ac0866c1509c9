import { expect } from "chai";
import { MESSAGE_KIND, MESSAGE_STATUS, type Message } from "../../sdk/interop/messages.js";
import { openChain, ref } from "../support/chain.js";
import { CHAIN_ID } from "./fixture.js";
import {
  OTHER,
  deliver,
  deployLanes,
  pairFixture,
  prove,
  reject,
  send,
  type Lanes,
  type SentMessage,
} from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployLanes(chains));
const NOBODY = "0x00000000000000000000000000000000000000aa";

describe("MessageGateway (malformed messages)", function () {
  let lanes: Lanes;
  let sent: SentMessage;

  beforeEach(async function () {
    lanes = await load();
    sent = await send(lanes, "mainland");
  });

  const receiver = () => lanes.hongkong;
  const sender = () => lanes.mainland;

  const changes: Partial<Message>[] = [
    { payload: "0x1235" },
    { payload: "0x" },
    { sender: NOBODY },
    { recipient: NOBODY },
    { deadline: 2n ** 40n },
    { gasLimit: 5_000_000n },
  ];
  for (const change of changes) {
    const [field, value] = Object.entries(change)[0] ?? [];
    it(`refuses another ${field} (${String(value)})`, async function () {
      const changed = { ...sent, message: { ...sent.message, ...change } };
      const { gateway } = receiver();
      await expect(deliver(lanes, "mainland", changed))
        .to.be.revertedWithCustomError(gateway, "MessageEventMismatch")
        .withArgs(await gateway.messageId(changed.message), MESSAGE_KIND.interchain);
    });
  }

  it("refuses another destination", async function () {
    const { gateway } = receiver();
    const changed = { ...sent, message: { ...sent.message, destinationChainId: 77n } };
    for (const attempt of [deliver, reject]) {
      await expect(attempt(lanes, "mainland", changed))
        .to.be.revertedWithCustomError(gateway, "MessageDestinationInvalid")
        .withArgs(77n, CHAIN_ID.hongkong);
    }
    await expect(gateway.messageId(changed.message))
      .to.be.revertedWithCustomError(gateway, "MessageDestinationInvalid")
      .withArgs(77n, CHAIN_ID.hongkong);
  });

  for (const chainId of [77n, CHAIN_ID.hongkong]) {
    it(`refuses another source (${chainId}), to which there is no lane`, async function () {
      const { gateway } = receiver();
      const changed = { ...sent, message: { ...sent.message, sourceChainId: chainId } };
      for (const attempt of [deliver, reject]) {
        await expect(attempt(lanes, "mainland", changed))
          .to.be.revertedWithCustomError(gateway, "LaneUnknown")
          .withArgs(chainId);
      }
      await expect(gateway.messageId(changed.message))
        .to.be.revertedWithCustomError(gateway, "LaneUnknown")
        .withArgs(CHAIN_ID.hongkong === chainId ? CHAIN_ID.hongkong : chainId);
    });
  }

  it("refuses the proof of another event of the gateway", async function () {
    const { gateway } = receiver();
    const proof = await prove(lanes, "mainland", sent.receipt, "InterchainSent");
    const { topicHash } = gateway.interface.getEvent("MessageSent");
    const logIndex = sent.receipt.logs.findIndex(({ topics }) => topics[0] === topicHash);
    await expect(gateway.deliver(sent.message, { ...proof, logIndex: BigInt(logIndex) }))
      .to.be.revertedWithCustomError(gateway, "MessageEventMismatch")
      .withArgs(sent.id, MESSAGE_KIND.interchain);
  });

  it("refuses the proof of another message", async function () {
    const { gateway } = receiver();
    const { receipt } = await send(lanes, "mainland");
    await expect(deliver(lanes, "mainland", { ...sent, receipt }))
      .to.be.revertedWithCustomError(gateway, "MessageEventMismatch")
      .withArgs(sent.id, MESSAGE_KIND.interchain);
  });

  it("refuses an event that somebody else emitted", async function () {
    const { gateway } = receiver();
    const { authority, office } = sender();
    const rogue = await chains.mainland.ethers.deployContract("MessageGateway", [authority]);
    const selectors = [rogue.interface.getFunction("registerLane").selector];
    await authority.connect(office.admin).setTargetFunctionRole(rogue, selectors, 1n);
    await rogue.connect(office.governor).registerLane(CHAIN_ID.hongkong, gateway, sender().ledger);
    const forged = await send({ ...lanes, mainland: { ...sender(), gateway: rogue } }, "mainland");
    await expect(deliver(lanes, "mainland", forged))
      .to.be.revertedWithCustomError(gateway, "MessageEmitterInvalid")
      .withArgs(await gateway.messageId(forged.message), await rogue.getAddress(), await sender().gateway.getAddress());
  });

  it("refuses a message as a receipt, and a receipt as a message", async function () {
    const { gateway } = sender();
    const delivered = await deliver(lanes, "mainland", sent);
    const proof = await prove(lanes, "hongkong", (await delivered.wait()) ?? sent.receipt, "InterchainReceipt");
    await expect(gateway.acknowledge(sent.id, MESSAGE_KIND.interchain, proof))
      .to.be.revertedWithCustomError(gateway, "MessageKindInvalid")
      .withArgs(sent.id, MESSAGE_KIND.interchain);
    for (const kind of [MESSAGE_KIND.failure, MESSAGE_KIND.rollback]) {
      await expect(gateway.acknowledge(sent.id, kind, proof))
        .to.be.revertedWithCustomError(gateway, "MessageEventMismatch")
        .withArgs(sent.id, kind);
    }
    await expect(gateway.acknowledge(ref("no message"), MESSAGE_KIND.success, proof))
      .to.be.revertedWithCustomError(gateway, "MessageNotPending")
      .withArgs(ref("no message"), MESSAGE_STATUS.none);
    const back = await send(lanes, OTHER.mainland);
    await expect(gateway.deliver({ ...back.message }, proof))
      .to.be.revertedWithCustomError(gateway, "MessageEventMismatch")
      .withArgs(back.id, MESSAGE_KIND.interchain);
  });
});
