import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionReceipt } from "ethers";
import { MESSAGE_KIND, interoperableAddress, messageId, type Message } from "../../sdk/interop/messages.js";
import type { LogProof } from "../../sdk/interop/proofs.js";
import type { Side, Votes } from "../../sdk/interop/relayer.js";
import { voteForHeader } from "../../sdk/interop/validators.js";
import type { Wallet } from "ethers";
import { actors, officers, type Chain } from "../support/chain.js";
import {
  CHAIN_ID,
  addressesOf,
  blockOf,
  carryHeader,
  endpointOf,
  proofOf,
  validatorsNamed,
  QUORUM,
} from "./fixture.js";

/** Which of the two. */
export type End = keyof typeof CHAIN_ID;
/** The other one. */
export const OTHER = { mainland: "hongkong", hongkong: "mainland" } as const satisfies Record<End, End>;
/** Keys of each chain's validators. */
export const VALIDATORS: Readonly<Record<End, readonly Wallet[]>> = {
  mainland: validatorsNamed("mainland"),
  hongkong: validatorsNamed("hongkong"),
};
/** The quorum that signs in these tests. */
export const signersOf = (end: End): readonly Wallet[] => VALIDATORS[end].slice(0, Number(QUORUM));
/** Roles of these tests. */
const ROLE = { governor: 1n, halter: 2n, resumer: 3n } as const;

/** One ledger with its gateway, what it knows of the other one, and a party that sends and receives. */
export async function deployEnd(chain: Chain, end: End) {
  const { ethers } = chain;
  const { deployer, carrier, stranger } = await actors(chain, "deployer", "carrier", "stranger");
  const office = await officers(chain, end, "admin", "governor", "halter", "resumer");
  // otherwise both chains have the same contracts at the same addresses, and a mix-up of the two passes
  if (end === "hongkong") await deployer.sendTransaction({ to: deployer.address });
  const authority = await ethers.deployContract("AccessManager", [office.admin]);
  const ledger = await ethers.deployContract("ForeignLedger", [
    CHAIN_ID[OTHER[end]],
    authority,
    addressesOf(VALIDATORS[OTHER[end]]),
    QUORUM,
  ]);
  const gateway = await ethers.deployContract("MessageGateway", [authority]);
  const party = await ethers.deployContract("MessagePartyMock");
  const admin = authority.connect(office.admin);
  const gives = { governor: ["registerLane"], halter: ["haltLane"], resumer: ["resumeLane"] } as const;
  for (const role of ["governor", "halter", "resumer"] as const) {
    const selectors = gives[role].map((name) => gateway.interface.getFunction(name).selector);
    await admin.setTargetFunctionRole(gateway, selectors, ROLE[role]);
    await admin.grantRole(ROLE[role], office[role], 0n);
  }
  await admin.setTargetFunctionRole(ledger, [ledger.interface.getFunction("rotate").selector], ROLE.governor);
  return { end, chain, chainId: CHAIN_ID[end], authority, ledger, gateway, party, office, deployer, carrier, stranger };
}

export type LaneEnd = Awaited<ReturnType<typeof deployEnd>>;
/** Two ledgers whose gateways know each other. */
export type Lanes = Readonly<Record<End, LaneEnd>>;

export async function deployLanes(chains: Readonly<Record<End, Chain>>): Promise<Lanes> {
  const mainland = await deployEnd(chains.mainland, "mainland");
  const hongkong = await deployEnd(chains.hongkong, "hongkong");
  for (const [here, there] of [
    [mainland, hongkong],
    [hongkong, mainland],
  ] as const) {
    await here.gateway.connect(here.office.governor).registerLane(there.chainId, there.gateway, here.ledger);
  }
  return { mainland, hongkong };
}

/** Runs `deploy` once; afterwards each call puts both chains back to where it ended. */
export function pairFixture<T>(chains: Readonly<Record<string, Chain>>, deploy: () => Promise<T>): () => Promise<T> {
  let result: T | undefined;
  let restore: (() => Promise<void>)[] = [];
  return async () => {
    if (result === undefined) {
      result = await deploy();
      const snapshots = [];
      for (const chain of Object.values(chains)) snapshots.push(await chain.networkHelpers.takeSnapshot());
      restore = snapshots.map((snapshot) => () => snapshot.restore());
    } else {
      for (const back of restore) await back();
    }
    return result;
  };
}

/** A message that was sent, and where. */
export interface SentMessage {
  readonly message: Message;
  readonly id: string;
  readonly receipt: ContractTransactionReceipt;
}

/** What a message says besides its payload. */
export interface Wish {
  readonly payload?: string;
  readonly attributes?: readonly string[];
  readonly recipient?: string;
  readonly noise?: number;
  /** Sends it in the party's place. */
  readonly as?: HardhatEthersSigner;
}

/** The party at `from` writes to the party at the other end. */
export async function send(lanes: Lanes, from: End, wish: Wish = {}): Promise<SentMessage> {
  const [here, there] = [lanes[from], lanes[OTHER[from]]];
  const { payload = "0x1234", attributes = [], noise = 0 } = wish;
  const recipient = wish.recipient ?? (await there.party.getAddress());
  const to = interoperableAddress(there.chainId, recipient);
  const sent =
    wish.as === undefined
      ? await here.party.send(here.gateway, to, payload, [...attributes], noise)
      : await here.gateway.connect(wish.as).sendMessage(to, payload, [...attributes]);
  const receipt = await sent.wait();
  if (receipt === null) throw new RangeError("no receipt");
  const [event] = await here.gateway.queryFilter(here.gateway.filters.InterchainSent(), receipt.blockNumber);
  if (event === undefined) throw new RangeError("no event");
  const message = {
    sourceChainId: here.chainId,
    destinationChainId: there.chainId,
    sequence: event.args.sequence,
    deadline: event.args.deadline,
    gasLimit: event.args.gasLimit,
    sender: wish.as?.address ?? (await here.party.getAddress()),
    recipient,
    payload,
  };
  const id = messageId(message, await here.gateway.getAddress(), await there.gateway.getAddress());
  return { message, id, receipt };
}

/** The proof of a gateway's event in a transaction; its header is carried to the other end. */
export async function prove(
  lanes: Lanes,
  from: End,
  receipt: Pick<ContractTransactionReceipt, "blockNumber" | "index" | "logs">,
  event: "InterchainSent" | "InterchainReceipt" | "InterchainReaffirmed",
): Promise<LogProof> {
  const [here, there] = [lanes[from], lanes[OTHER[from]]];
  const block = await blockOf(here.chain, receipt.blockNumber);
  const { topicHash } = here.gateway.interface.getEvent(event);
  const log = receipt.logs.findIndex(({ topics }) => topics[0] === topicHash);
  await carryHeader(there.ledger, signersOf(from), block);
  return proofOf(here.chain, block, receipt.index, log);
}

/** Delivers a message that was sent at `from`. */
export async function deliver(lanes: Lanes, from: End, { message, receipt }: SentMessage) {
  const there = lanes[OTHER[from]];
  const proof = await prove(lanes, from, receipt, "InterchainSent");
  return there.gateway.connect(there.carrier).deliver(message, proof);
}

/** Rejects a message that was sent at `from`. */
export async function reject(lanes: Lanes, from: End, { message, receipt }: SentMessage) {
  const there = lanes[OTHER[from]];
  const proof = await prove(lanes, from, receipt, "InterchainSent");
  return there.gateway.connect(there.carrier).reject(message, proof);
}

/** Carries the receipt that `ended` left to `to`, which had sent the message. */
export async function acknowledge(
  lanes: Lanes,
  to: End,
  { id }: SentMessage,
  ended: Awaited<ReturnType<typeof deliver>>,
  kind: number = MESSAGE_KIND.success,
) {
  const receipt = await ended.wait();
  if (receipt === null) throw new RangeError("no receipt");
  const proof = await prove(lanes, OTHER[to], receipt, "InterchainReceipt");
  return lanes[to].gateway.connect(lanes[to].carrier).acknowledge(id, kind, proof);
}

/** The same time on both chains, `seconds` later than on the later of the two. */
export async function pass(lanes: Lanes, seconds: bigint): Promise<bigint> {
  const times = [];
  for (const { chain } of Object.values(lanes)) times.push(BigInt(await chain.networkHelpers.time.latest()));
  const time = times.reduce((a, b) => (a > b ? a : b)) + seconds;
  for (const { chain } of Object.values(lanes)) await chain.networkHelpers.time.increaseTo(time);
  return time;
}

/** The two sides as the relayer wants them. */
export async function sidesOf(lanes: Lanes): Promise<[Side, Side]> {
  return [await sideOf(lanes.mainland), await sideOf(lanes.hongkong)];
}

async function sideOf({ end, chain, chainId, carrier, gateway, ledger }: LaneEnd): Promise<Side> {
  return {
    name: end,
    chainId,
    endpoints: [endpointOf(chain, `${end} A`), endpointOf(chain, `${end} B`)],
    carrier,
    gateway: await gateway.getAddress(),
    foreignLedger: await ledger.getAddress(),
    firstBlock: 0n,
  };
}

/** Votes of a quorum of whichever chain's validators are asked. */
export function votesOf(lanes: Lanes): Votes {
  return async (domain, vote, number) => {
    const end = vote.chainId === CHAIN_ID.mainland ? "mainland" : "hongkong";
    const node = endpointOf(lanes[end].chain, "validator's node");
    return Promise.all(signersOf(end).map((signer) => voteForHeader(node, signer, domain, vote, number)));
  };
}
