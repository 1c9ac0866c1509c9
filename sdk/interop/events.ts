import { dataLength, type BaseContract, type ContractRunner, type ContractTransactionResponse } from "ethers";
import type { ForeignLedger } from "../../types/ethers-contracts/index.js";
import { domainOf } from "../eip712/typedData.js";
import { UserError } from "../errors.js";
import { headerRlp } from "./headers.js";
import { proveLog, type LogProof } from "./proofs.js";
import type { Votes } from "./relayer.js";
import { blockAt, headOf, logsOf, receiptsOf, type Endpoint, type RpcBlock } from "./rpc.js";

/** An event that happened, and the way to it from its block's header. */
export interface FoundEvent {
  readonly block: RpcBlock;
  readonly proof: LogProof;
}

/** Proofs beyond this size, bytes, are not carried: the event is said again in a transaction of its own. */
export const MAX_PROOF_BYTES = 64 * 1024;

/** Whether a proof can be carried, whatever else its transaction logged. */
export function isCarriable({ proof }: FoundEvent): boolean {
  return proof.nodes.reduce((sum, node) => sum + dataLength(node), 0) <= MAX_PROOF_BYTES;
}

/**
 * The last event of a contract with these topics, and its proof.
 * @returns undefined if it has not happened.
 * @throws UserError when the node contradicts itself.
 */
export async function findEvent(
  endpoint: Endpoint,
  address: string,
  topics: readonly string[],
): Promise<FoundEvent | undefined> {
  const log = (await logsOf(endpoint, { address, topics }, 0n, await headOf(endpoint))).at(-1);
  if (log === undefined) return undefined;
  const block = await blockAt(endpoint, BigInt(log.blockNumber));
  const receipts = await receiptsOf(endpoint, block);
  const transaction = Number(log.transactionIndex);
  // nodes count logs by block, proofs by transaction
  const position = receipts[transaction]?.logs.findIndex(({ logIndex }) => logIndex === log.logIndex) ?? -1;
  return { block, proof: await proveLog(block, receipts, transaction, position) };
}

/** A contract and a node of its ledger. */
export interface Emitter {
  readonly endpoint: Endpoint;
  readonly contract: BaseContract;
}

/**
 * The proof of a contract's event whose first indexed argument is `id`.
 * @throws UserError if it has not happened.
 */
export async function proveEvent({ endpoint, contract }: Emitter, event: string, id: string): Promise<FoundEvent> {
  const topic = contract.interface.getEvent(event)?.topicHash;
  if (topic === undefined) throw new RangeError(`the contract has no event ${event}`);
  const found = await findEvent(endpoint, await contract.getAddress(), [topic, id]);
  if (found !== undefined) return found;
  throw new UserError(`${endpoint.name} has no event ${event} of ${id}; wait until it has happened.`);
}

/** Carries the header of an event's block, unless the foreign ledger has it already. */
export async function carryHeaderOf(
  ledger: ForeignLedger,
  carrier: ContractRunner,
  { block }: FoundEvent,
  votes: Votes,
): Promise<ContractTransactionResponse | undefined> {
  const accepted = await ledger.headerOf(block.hash);
  // after an equivocation, headers of the distrusted epochs have to be signed again
  if (accepted.epoch > (await ledger.distrustedEpoch())) return undefined;
  const epoch = await ledger.currentEpoch();
  const vote = { chainId: await ledger.foreignChainId(), epoch, blockHash: block.hash };
  const signatures = await votes(await domainOf(ledger), vote, BigInt(block.number));
  return ledger.connect(carrier).acceptHeader(headerRlp(block), epoch, [...signatures]);
}
