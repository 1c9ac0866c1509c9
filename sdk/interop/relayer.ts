import {
  ZeroAddress,
  dataLength,
  isError,
  resolveAddress,
  type ContractRunner,
  type ContractTransactionResponse,
  type TypedDataDomain,
} from "ethers";
import {
  ForeignLedger__factory,
  MessageGateway__factory,
  type ForeignLedger,
  type MessageGateway,
} from "../../types/ethers-contracts/index.js";
import type { HeaderVote } from "../eip712/interop.js";
import { domainOf } from "../eip712/typedData.js";
import { UserError } from "../errors.js";
import { agreeing } from "./endpoints.js";
import { headerRlp } from "./headers.js";
import { MESSAGE_KIND, MESSAGE_STATUS, parseInteroperableAddress, type Message } from "./messages.js";
import { proveLog, type LogProof } from "./proofs.js";
import { blockAt, callOf, chainIdOf, headOf, logsOf, receiptsOf, type Endpoint, type RpcLog } from "./rpc.js";

/** One of the two ledgers, as the relayer meets it. */
export interface Side {
  /** What sentences call it. */
  readonly name: string;
  readonly chainId: bigint;
  /** Two nodes that do not belong together: what only one of them says does not count. */
  readonly endpoints: readonly [Endpoint, Endpoint];
  /** Pays the fees here. It has no right that others have not. */
  readonly carrier: ContractRunner;
  /** The gateway here. */
  readonly gateway: string;
  /** What is known here of the other ledger. */
  readonly foreignLedger: string;
  /** Where reading events begins: the block in which the gateway was created. */
  readonly firstBlock: bigint;
}

/**
 * Asks a ledger's validators for their signatures under a header, by rising signer.
 * @param vote whose header, and of which epoch.
 * @param number of its block.
 */
export type Votes = (domain: TypedDataDomain, vote: HeaderVote, number: bigint) => Promise<readonly string[]>;

/** What one pass did, each as a sentence's end: "header 5 of mainland", "message 3 of mainland delivered". */
export type Passed = readonly string[];

/** Blocks that one look for events covers. */
const RANGE = 5_000n;
/** Proofs beyond this size are not carried: the event is said again in a transaction of its own. */
const MAX_PROOF_BYTES = 64 * 1024;

const gatewayInterface = MessageGateway__factory.createInterface();
const ledgerInterface = ForeignLedger__factory.createInterface();

/** The contracts of a side. */
interface Contracts {
  readonly gateway: MessageGateway;
  readonly ledger: ForeignLedger;
}

/** A side, ready to be used. */
interface Open {
  readonly side: Side;
  /** Both nodes as one. */
  readonly node: Endpoint;
  /** What both nodes say of them. */
  readonly read: Contracts;
  /** With the carrier. */
  readonly send: Contracts;
}

/** An event of a gateway and where it is. */
interface Found {
  readonly id: string;
  readonly log: RpcLog;
}

/**
 * Carries headers, messages and receipts between two ledgers, in both directions. It keeps nothing: every pass finds out
 * from the chains what is to be done, so that it may be killed at any time, started again, or run twice. It is trusted
 * with nothing: the contracts check what it carries. A pass that meets a node that is down, or two that disagree, stops
 * with one sentence; what it had carried until then stays and is right.
 */
export class Relayer {
  readonly #sides: readonly [Open, Open];

  /** @param votes of the validators of the ledger that the vote names. */
  constructor(
    sides: readonly [Side, Side],
    private readonly votes: Votes,
  ) {
    this.#sides = [open(sides[0]), open(sides[1])];
  }

  /**
   * Does what is to be done now, each direction's messages and receipts.
   * @returns what was done; empty when there was nothing to do.
   * @throws UserError when a node is down, nodes disagree, or something cannot be carried.
   */
  async pass(): Promise<Passed> {
    const [first, second] = this.#sides;
    for (const at of this.#sides) await requireChain(at);
    const done: string[] = [];
    for (const [source, destination] of [
      [first, second],
      [second, first],
    ] as const) {
      await this.#carryMessages(source, destination, done);
      await this.#carryReceipts(destination, source, done);
    }
    return done;
  }

  /** Passes until there is nothing to do. */
  async run(): Promise<Passed> {
    const all: string[] = [];
    for (;;) {
      const done = await this.pass();
      if (done.length === 0) return all;
      all.push(...done);
    }
  }

  /** Messages of `source` that have no result at `destination` yet, in order, until one cannot go on. */
  async #carryMessages(source: Open, destination: Open, done: string[]): Promise<void> {
    const { sent } = await source.read.gateway.laneOf(destination.side.chainId);
    const { received, halted } = await destination.read.gateway.laneOf(source.side.chainId);
    if (received === sent) return;
    for (const { message, found } of await sentMessages(source, destination, received)) {
      const expired = (await timeOf(destination)) > message.deadline;
      if (halted && !expired) return;
      const proof = await this.#prove(source, destination, found, MESSAGE_KIND.interchain, done);
      if (proof === undefined) return;
      const { gateway } = destination.send;
      const what = `message ${message.sequence} of ${source.side.name}`;
      const carried = await carry(
        what,
        () => (expired ? gateway.reject(message, proof) : gateway.deliver(message, proof)),
        async () => (await destination.read.gateway.laneOf(source.side.chainId)).received >= message.sequence,
      );
      if (carried) done.push(`${what} ${expired ? "rejected" : "delivered"}`);
    }
  }

  /** Receipts of `from` that `to`, which sent the messages, has not heard of yet. */
  async #carryReceipts(from: Open, to: Open, done: string[]): Promise<void> {
    const receipts = await eventsOf(from, "InterchainReceipt", [to.side.chainId]);
    if (receipts.length === 0) return;
    const closed = new Set((await eventsOf(to, "MessageClosed", [])).map(({ topics }) => topics[1]));
    for (const log of receipts) {
      const [, , kind = "0x0", id = ""] = log.topics;
      if (closed.has(id)) continue;
      const proof = await this.#prove(from, to, { id, log }, Number(kind), done);
      if (proof === undefined) continue;
      const what = `receipt for ${id} of ${from.side.name}`;
      const carried = await carry(
        what,
        () => to.send.gateway.acknowledge(id, Number(kind), proof),
        async () => (await to.read.gateway.sentOf(id)).status > MESSAGE_STATUS.sent,
      );
      if (carried) done.push(`${what} acknowledged`);
    }
  }

  /**
   * The proof of an event, its header carried to where it is used. Where the event's transaction logged too much to be
   * proven, the event is said again, and there is no proof before the next pass.
   */
  async #prove(
    source: Open,
    destination: Open,
    { id, log }: Found,
    kind: number,
    done: string[],
  ): Promise<LogProof | undefined> {
    const direct = await proofOfLog(source, log);
    if (sizeOf(direct) <= MAX_PROOF_BYTES) return this.#withHeader(source, destination, log, direct, done);
    const [again] = await eventsOf(source, "InterchainReaffirmed", [destination.side.chainId, kind, id]);
    if (again === undefined) {
      await (await source.send.gateway.reaffirm(id)).wait();
      done.push(`event of ${id} said again`);
      return undefined;
    }
    return this.#withHeader(source, destination, again, await proofOfLog(source, again), done);
  }

  async #withHeader(
    source: Open,
    destination: Open,
    { blockNumber }: RpcLog,
    proof: LogProof,
    done: string[],
  ): Promise<LogProof> {
    const known = () => isKnown(destination.read.ledger, proof.blockHash);
    if (await known()) return proof;
    const number = BigInt(blockNumber);
    const rlp = headerRlp(await blockAt(source.node, number));
    const epoch = await destination.read.ledger.currentEpoch();
    const vote = { chainId: source.side.chainId, epoch, blockHash: proof.blockHash };
    const signatures = await this.votes(await domainOf(destination.read.ledger), vote, number);
    const what = `header ${number} of ${source.side.name}`;
    const carried = await carry(what, () => destination.send.ledger.acceptHeader(rlp, epoch, [...signatures]), known);
    if (carried) done.push(what);
    return proof;
  }
}

function open(side: Side): Open {
  const node = agreeing(...side.endpoints);
  const reader: ContractRunner = {
    provider: null,
    call: async ({ to, data }) => callOf(node, await resolveAddress(to ?? ZeroAddress), data ?? "0x"),
  };
  return { side, node, read: contractsOf(side, reader), send: contractsOf(side, side.carrier) };
}

function contractsOf({ gateway, foreignLedger }: Side, runner: ContractRunner): Contracts {
  return {
    gateway: MessageGateway__factory.connect(gateway, runner),
    ledger: ForeignLedger__factory.connect(foreignLedger, runner),
  };
}

async function requireChain({ side, node }: Open): Promise<void> {
  const actual = await chainIdOf(node);
  if (actual === side.chainId) return;
  throw new UserError(
    `${node.name} answer for chain ${actual} and not for ${side.chainId}, which ${side.name} is; correct the addresses of the nodes.`,
  );
}

/** Time of the last block, Unix seconds. */
async function timeOf({ node }: Open): Promise<bigint> {
  return BigInt((await blockAt(node, await headOf(node))).timestamp);
}

async function isKnown(ledger: ForeignLedger, blockHash: string): Promise<boolean> {
  const [{ epoch }, distrusted] = await Promise.all([ledger.headerOf(blockHash), ledger.distrustedEpoch()]);
  return epoch > distrusted;
}

/** Events of the gateway, oldest first. */
async function eventsOf(
  { side, node }: Open,
  event: "InterchainSent" | "InterchainReceipt" | "InterchainReaffirmed" | "MessageClosed",
  indexed: readonly unknown[],
): Promise<RpcLog[]> {
  const topics = gatewayInterface.encodeFilterTopics(event, [...indexed]);
  const head = await headOf(node);
  const logs: RpcLog[] = [];
  for (let from = side.firstBlock; from <= head; from += RANGE) {
    const to = from + RANGE - 1n < head ? from + RANGE - 1n : head;
    logs.push(...(await logsOf(node, { address: side.gateway, topics }, from, to)));
  }
  return logs;
}

/** Messages to `destination` after the one numbered `after`, by number. */
async function sentMessages(
  source: Open,
  destination: Open,
  after: bigint,
): Promise<{ readonly message: Message; readonly found: Found }[]> {
  const logs = await eventsOf(source, "InterchainSent", [destination.side.chainId]);
  const pending = logs.filter(({ topics }) => BigInt(topics[2] ?? 0) > after);
  const messages = [];
  for (const log of pending) {
    const id = log.topics[3] ?? "";
    const filter = { address: source.side.gateway, topics: gatewayInterface.encodeFilterTopics("MessageSent", [id]) };
    const block = BigInt(log.blockNumber);
    const [said] = await logsOf(source.node, filter, block, block);
    if (said === undefined) {
      throw new UserError(`${source.node.name} know message ${id} but not what it says; ask another node.`);
    }
    messages.push({ message: messageOf(source, destination, log, said), found: { id, log } });
  }
  return messages;
}

function messageOf(source: Open, destination: Open, numbered: RpcLog, said: RpcLog): Message {
  const { deadline, gasLimit } = gatewayInterface.decodeEventLog("InterchainSent", numbered.data, numbered.topics);
  const { sender, recipient, payload } = gatewayInterface.decodeEventLog("MessageSent", said.data, said.topics);
  return {
    sourceChainId: source.side.chainId,
    destinationChainId: destination.side.chainId,
    sequence: BigInt(numbered.topics[2] ?? 0),
    deadline: BigInt(String(deadline)),
    gasLimit: BigInt(String(gasLimit)),
    sender: parseInteroperableAddress(String(sender)).account,
    recipient: parseInteroperableAddress(String(recipient)).account,
    payload: String(payload),
  };
}

async function proofOfLog({ node }: Open, log: RpcLog): Promise<LogProof> {
  const block = await blockAt(node, BigInt(log.blockNumber));
  const receipts = await receiptsOf(node, block);
  const transaction = Number(log.transactionIndex);
  const within = receipts[transaction]?.logs.findIndex(({ logIndex }) => logIndex === log.logIndex) ?? -1;
  if (block.hash !== log.blockHash || within < 0) {
    throw new UserError(
      `${node.name} have an event in block ${BigInt(log.blockNumber)} that the block's receipts do not have; start again.`,
    );
  }
  return proveLog(block, receipts, transaction, within);
}

function sizeOf({ nodes }: LogProof): number {
  return nodes.reduce((sum, node) => sum + dataLength(node), 0);
}

/**
 * Sends, and waits.
 * @param isDone whether it is done, whoever did it: another relayer may have been faster.
 * @returns whether this one did it.
 * @throws UserError when it was refused and is not done.
 */
async function carry(
  what: string,
  send: () => Promise<ContractTransactionResponse>,
  isDone: () => Promise<boolean>,
): Promise<boolean> {
  try {
    await (await send()).wait();
    return true;
  } catch (error) {
    if (await isDone()) return false;
    throw new UserError(`${what} was refused (${reasonOf(error)}); see why and start again.`);
  }
}

/** Why a transaction was refused: the contract's error by name, or the short form of what the node says. */
function reasonOf(error: unknown): string {
  if (isError(error, "CALL_EXCEPTION") && error.data !== null) {
    const { data } = error;
    for (const known of [gatewayInterface, ledgerInterface]) {
      const found = known.parseError(data);
      if (found !== null) return `${found.name}(${found.args.map(String).join(", ")})`;
    }
  }
  if (error instanceof Error && "shortMessage" in error) return String(error.shortMessage);
  return error instanceof Error ? error.message : String(error);
}
