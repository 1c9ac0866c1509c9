import { Wallet, id } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { headerRlp } from "../../../sdk/interop/headers.js";
import { interoperableAddress, type Message } from "../../../sdk/interop/messages.js";
import { proveLog, type LogProof } from "../../../sdk/interop/proofs.js";
import { Relayer, type Side, type Votes } from "../../../sdk/interop/relayer.js";
import { blockAt, receiptsOf, type Endpoint } from "../../../sdk/interop/rpc.js";
import { byAddress, signHeader, voteForHeader } from "../../../sdk/interop/validators.js";
import type {
  AccessManager,
  ForeignLedger,
  MessageGateway,
  MessagePartyMock,
} from "../../../types/ethers-contracts/index.js";
import { actors, type Chain } from "../../support/chain.js";

/** One ledger with its gateway, a party that sends and receives, and what it knows of each other ledger. */
export interface Node {
  readonly index: number;
  readonly chain: Chain;
  readonly chainId: bigint;
  readonly endpoint: Endpoint;
  readonly authority: AccessManager;
  readonly gateway: MessageGateway;
  readonly gatewayAddress: string;
  readonly party: MessagePartyMock;
  readonly partyAddress: string;
  readonly admin: HardhatEthersSigner;
  readonly carrier: HardhatEthersSigner;
  /** By the other node's index. */
  readonly known: Map<number, ForeignLedger>;
}

/** Several ledgers, each with a lane to each other. */
export interface World {
  readonly nodes: readonly Node[];
}

export const VALIDATORS = 4;
export const QUORUM = 3;
/** Of `MessagePartyMock`. */
export const MANNER = { accepts: 0, reverts: 3 } as const;

/** Keys of the validators of a node, by the epoch that another node counts for them. */
export function validatorsOf(node: number, epoch: number): Wallet[] {
  const keys = Array.from({ length: VALIDATORS }, (_, key) => new Wallet(id(`node ${node} epoch ${epoch} key ${key}`)));
  return byAddress(keys);
}

export async function deployWorld(chains: readonly Chain[]): Promise<World> {
  const nodes: Node[] = [];
  for (const [index, chain] of chains.entries()) nodes.push(await deployNode(chain, index));
  for (const here of nodes) {
    for (const there of nodes) {
      if (here === there) continue;
      const keys = validatorsOf(there.index, 1).map(({ address }) => address);
      const { ethers } = here.chain;
      const ledger = await ethers.deployContract("ForeignLedger", [there.chainId, here.authority, keys, QUORUM]);
      here.known.set(there.index, ledger);
      await here.gateway.connect(here.admin).registerLane(there.chainId, there.gatewayAddress, ledger);
    }
  }
  return { nodes };
}

async function deployNode(chain: Chain, index: number): Promise<Node> {
  const { ethers } = chain;
  const { admin, carrier } = await actors(chain, "admin", "carrier");
  // otherwise all chains have the same contracts at the same addresses, and a mix-up passes
  for (let i = 0; i < index; ++i) await admin.sendTransaction({ to: admin.address });
  const authority = await ethers.deployContract("AccessManager", [admin]);
  const gateway = await ethers.deployContract("MessageGateway", [authority]);
  const party = await ethers.deployContract("MessagePartyMock");
  const { chainId } = await ethers.provider.getNetwork();
  const endpoint: Endpoint = {
    name: `node ${index}`,
    request: ({ method, params = [] }) => chain.provider.request({ method, params: [...params] }),
  };
  return {
    index,
    chain,
    chainId,
    endpoint,
    authority,
    gateway,
    gatewayAddress: await gateway.getAddress(),
    party,
    partyAddress: await party.getAddress(),
    admin,
    carrier,
    known: new Map(),
  };
}

/** What `here` knows of `there`. */
export function knownBy(here: Node, there: Node): ForeignLedger {
  const ledger = here.known.get(there.index);
  if (ledger === undefined) throw new RangeError(`node ${here.index} knows nothing of node ${there.index}`);
  return ledger;
}

/** Where a gateway's event is. */
export interface Place {
  readonly block: number;
  readonly transaction: number;
  readonly log: number;
}

/** The proof of an event of `from`. */
export async function proofOf(from: Node, place: Place): Promise<LogProof> {
  const block = await blockAt(from.endpoint, BigInt(place.block));
  return proveLog(block, await receiptsOf(from.endpoint, block), place.transaction, place.log);
}

/** Makes a block of `from` known to `to`, signed by a quorum of the epoch in force, unless it is. */
export async function carryHeader(from: Node, to: Node, number: number, epoch: number, time: bigint): Promise<boolean> {
  const ledger = knownBy(to, from);
  const block = await blockAt(from.endpoint, BigInt(number));
  if ((await ledger.headerOf(block.hash)).epoch !== 0n) return false;
  const vote = { chainId: from.chainId, epoch: BigInt(epoch), blockHash: block.hash };
  const signatures = await signHeader(await domainOf(ledger), validatorsOf(from.index, epoch).slice(1), vote);
  await to.chain.networkHelpers.time.setNextBlockTimestamp(time);
  await ledger.connect(to.carrier).acceptHeader(headerRlp(block), epoch, signatures);
  return true;
}

/** Where the gateway's events of a transaction are that name this message; the last one. */
export async function placeOf(
  node: Node,
  block: number,
  event: "InterchainSent" | "InterchainReceipt",
): Promise<Place> {
  const found = await blockAt(node.endpoint, BigInt(block));
  const { topicHash } = node.gateway.interface.getEvent(event);
  for (const [transaction, { logs }] of (await receiptsOf(node.endpoint, found)).entries()) {
    const log = logs.findIndex(
      ({ address, topics }) => BigInt(address) === BigInt(node.gatewayAddress) && topics[0] === topicHash,
    );
    if (log >= 0) return { block, transaction, log };
  }
  throw new RangeError(`block ${block} of node ${node.index} has no ${event}`);
}

/** ERC-7930 form of a node's party. */
export function partyAt(node: Node): string {
  return interoperableAddress(node.chainId, node.partyAddress);
}

/** A message from one party to the other, before it has its id. */
export function messageBetween(
  from: Node,
  to: Node,
  rest: Pick<Message, "sequence" | "deadline" | "payload">,
): Message {
  return {
    ...rest,
    sourceChainId: from.chainId,
    destinationChainId: to.chainId,
    gasLimit: 500_000n,
    sender: from.partyAddress,
    recipient: to.partyAddress,
  };
}

/** A relayer between two of the nodes. */
export async function relayerBetween(one: Node, other: Node): Promise<Relayer> {
  const side = async (here: Node, there: Node): Promise<Side> => ({
    name: here.endpoint.name,
    chainId: here.chainId,
    endpoints: [here.endpoint, here.endpoint],
    carrier: here.carrier,
    gateway: here.gatewayAddress,
    foreignLedger: await knownBy(here, there).getAddress(),
    firstBlock: 0n,
  });
  const votes: Votes = (domain, vote, number) => {
    const node = vote.chainId === one.chainId ? one : other;
    const keys = validatorsOf(node.index, Number(vote.epoch)).slice(0, QUORUM);
    return Promise.all(keys.map((key) => voteForHeader(node.endpoint, key, domain, vote, number)));
  };
  return new Relayer([await side(one, other), await side(other, one)], votes);
}
