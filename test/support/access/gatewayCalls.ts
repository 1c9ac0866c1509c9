import { toBeHex, zeroPadValue } from "ethers";
import { assignBetween } from "../../../sdk/deploy/between.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { MESSAGE_KIND, deadlineAttribute, interoperableAddress, type Message } from "../../../sdk/interop/messages.js";
import type { LogProof } from "../../../sdk/interop/proofs.js";
import { signHeader } from "../../../sdk/interop/validators.js";
import type { ForeignLedger, MessageGateway } from "../../../types/ethers-contracts/index.js";
import { fabricate, receiptOf } from "../../interop/fabricated.js";
import { CHAIN_ID, QUORUM, addressesOf, validatorsNamed } from "../../interop/fixture.js";
import type { FOREIGN_LEDGER_ROWS, GATEWAY_ROWS } from "./gatewayTable.js";
import type { Calls } from "./prepared.js";
import type { Scene } from "./stage.js";

const THERE = CHAIN_ID.mainland;
const VALIDATORS = validatorsNamed("mainland");
const SIGNERS = VALIDATORS.slice(0, Number(QUORUM));
/** Stands on the other ledger, of which only its signed headers are seen here. */
const PEER = "0x00000000000000000000000000000000000bee12";
const PAYLOAD = "0x1234";
const HOUR = 3_600n;
/** Of `MessagePartyMock`. */
const [ACCEPTS, REVERTS] = [0, 3];

/** What the suite's chain knows of another one, and a gateway with a lane to it. */
interface Joined {
  readonly ledger: ForeignLedger;
  readonly gateway: MessageGateway;
  readonly to: string;
}

/** Enough of a scene to open a lane. */
type Ground = Pick<Scene, "chain" | "side"> & { readonly who: Pick<Scene["who"], "governor"> };

/** What this ledger knows of the other one. */
export async function foreignLedger({ chain, side }: Pick<Scene, "chain" | "side">): Promise<ForeignLedger> {
  const args = [THERE, side.authority, addressesOf(VALIDATORS), QUORUM] as const;
  const ledger = await chain.ethers.deployContract("ForeignLedger", [...args]);
  await assignBetween({ authority: side.authority, admin: side.offices.admin }, ledger, "foreignLedger");
  return ledger;
}

/** A gateway without a lane. */
export async function messageGateway({ chain, side }: Pick<Scene, "chain" | "side">): Promise<MessageGateway> {
  const gateway = await chain.ethers.deployContract("MessageGateway", [side.authority]);
  await assignBetween({ authority: side.authority, admin: side.offices.admin }, gateway, "gateway");
  return gateway;
}

/** A gateway with a lane to the other ledger. */
export async function joined(f: Ground): Promise<Joined> {
  const [ledger, gateway] = [await foreignLedger(f), await messageGateway(f)];
  await gateway.connect(f.who.governor).registerLane(THERE, PEER, ledger);
  return { ledger, gateway, to: await gateway.getAddress() };
}

/** The proof that the peer logged an event of a gateway with these topics. */
async function proofThat({ ledger, gateway }: Joined, event: "InterchainSent" | "InterchainReceipt", topics: string[]) {
  const { topicHash } = gateway.interface.getEvent(event);
  const block = await fabricate([receiptOf([[PEER, [topicHash, ...topics], "0x"]])]);
  const vote = { chainId: THERE, epoch: 1n, blockHash: block.hash };
  await ledger.acceptHeader(block.rlp, 1n, await signHeader(await domainOf(ledger), SIGNERS, vote));
  return block.proof(0);
}

const word = (value: bigint | number) => zeroPadValue(toBeHex(value), 32);

/** A message of the holder's to the other ledger. */
async function sent(f: Scene, { gateway }: Joined): Promise<string> {
  const attributes = [deadlineAttribute(BigInt(await f.chain.networkHelpers.time.latest()) + HOUR)];
  const call = [interoperableAddress(THERE, PEER), PAYLOAD, attributes] as const;
  const holder = gateway.connect(f.who.holder);
  const id = await holder.sendMessage.staticCall(...call);
  await holder.sendMessage(...call);
  return id;
}

async function receiptProof(f: Scene, it: Joined, id: string): Promise<LogProof> {
  const { chainId } = await f.chain.ethers.provider.getNetwork();
  return proofThat(it, "InterchainReceipt", [word(chainId), word(MESSAGE_KIND.success), id]);
}

/** A message from the other ledger to the payee, and its proof. */
async function arriving(f: Scene, it: Joined) {
  const { chainId } = await f.chain.ethers.provider.getNetwork();
  const message: Message = {
    ...{ sourceChainId: THERE, destinationChainId: chainId, sequence: 1n, gasLimit: 50_000n },
    deadline: BigInt(await f.chain.networkHelpers.time.latest()) + HOUR,
    ...{ sender: PEER, recipient: f.payee.address, payload: PAYLOAD },
  };
  const id = await it.gateway.messageId(message);
  return { message, proof: await proofThat(it, "InterchainSent", [word(chainId), word(1n), id]) };
}

export const foreignLedgerCalls: Calls<typeof FOREIGN_LEDGER_ROWS> = {
  rotate: async (f) => ({
    to: await (await foreignLedger(f)).getAddress(),
    args: [addressesOf(validatorsNamed("next", 3)), 2n, HOUR],
  }),
  acceptHeader: async (f) => {
    const ledger = await foreignLedger(f);
    const block = await fabricate([receiptOf()]);
    const vote = { chainId: THERE, epoch: 1n, blockHash: block.hash };
    const signatures = await signHeader(await domainOf(ledger), SIGNERS, vote);
    return { to: await ledger.getAddress(), args: [block.rlp, 1n, signatures] };
  },
  setAuthority: async (f) => ({
    to: await (await foreignLedger(f)).getAddress(),
    args: [await f.side.authority.getAddress()],
  }),
};

export const gatewayCalls: Calls<typeof GATEWAY_ROWS> = {
  sendMessage: async (f) => {
    const { to } = await joined(f);
    const deadline = BigInt(await f.chain.networkHelpers.time.latest()) + HOUR;
    return { to, args: [interoperableAddress(THERE, PEER), PAYLOAD, [deadlineAttribute(deadline)]] };
  },
  acknowledge: async (f) => {
    const it = await joined(f);
    const id = await sent(f, it);
    return { to: it.to, args: [id, MESSAGE_KIND.success, await receiptProof(f, it, id)] };
  },
  // a contract that refused to hear of the end and would hear of it now
  notifySender: async (f) => {
    const it = await joined(f);
    const party = await f.chain.ethers.deployContract("MessagePartyMock");
    const attributes = [deadlineAttribute(BigInt(await f.chain.networkHelpers.time.latest()) + HOUR)];
    const call = [it.gateway, interoperableAddress(THERE, PEER), PAYLOAD, attributes, 0n] as const;
    const id = await party.send.staticCall(...call);
    await party.send(...call);
    await party.behave(REVERTS, PEER, "0x");
    await it.gateway.acknowledge(id, MESSAGE_KIND.success, await receiptProof(f, it, id));
    await party.behave(ACCEPTS, PEER, "0x");
    return { to: it.to, args: [id] };
  },
  deliver: async (f) => {
    const it = await joined(f);
    const { message, proof } = await arriving(f, it);
    return { to: it.to, args: [message, proof] };
  },
  reject: async (f) => {
    const it = await joined(f);
    const { message, proof } = await arriving(f, it);
    await f.chain.networkHelpers.time.increase(HOUR + 1n);
    return { to: it.to, args: [message, proof] };
  },
  reaffirm: async (f) => {
    const it = await joined(f);
    return { to: it.to, args: [await sent(f, it)] };
  },
  registerLane: async (f) => {
    const [ledger, gateway] = [await foreignLedger(f), await messageGateway(f)];
    return { to: await gateway.getAddress(), args: [THERE, PEER, await ledger.getAddress()] };
  },
  haltLane: async (f) => ({ to: (await joined(f)).to, args: [THERE] }),
  resumeLane: async (f) => ({ to: (await joined(f)).to, args: [THERE] }),
  setAuthority: async (f) => ({
    to: await (await messageGateway(f)).getAddress(),
    args: [await f.side.authority.getAddress()],
  }),
};
