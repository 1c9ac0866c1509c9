import { MerklePatriciaTrie, createMerkleProof } from "@ethereumjs/mpt";
import { concat, encodeRlp, getBytes, hexlify, toBeArray } from "ethers";
import { UserError } from "../errors.js";
import type { RpcBlock, RpcReceipt } from "./rpc.js";

/** Where a log is and the way to it. See `IForeignLedger`. */
export interface LogProof {
  readonly blockHash: string;
  readonly transactionIndex: bigint;
  /** Among the logs of its transaction. */
  readonly logIndex: bigint;
  readonly nodes: string[];
}

/** A receipt as the receipts trie holds it: with its type before it unless it is a legacy one (EIP-2718). */
export function encodeReceipt(receipt: RpcReceipt): string {
  const { status, cumulativeGasUsed, logsBloom, logs, type = "0x0" } = receipt;
  const body = encodeRlp([
    toBeArray(status),
    toBeArray(cumulativeGasUsed),
    logsBloom,
    logs.map(({ address, topics, data }) => [address, topics, data]),
  ]);
  return BigInt(type) === 0n ? body : concat([toBeArray(type), body]);
}

/** The trie of a block's receipts, by their position. */
export async function receiptsTrie(receipts: readonly string[]): Promise<MerklePatriciaTrie> {
  const trie = new MerklePatriciaTrie();
  for (const [index, receipt] of receipts.entries()) await trie.put(keyOf(index), getBytes(receipt));
  return trie;
}

/** Nodes from the root to the receipt at `index`. */
export async function receiptNodes(trie: MerklePatriciaTrie, index: number): Promise<string[]> {
  return (await createMerkleProof(trie, keyOf(index))).map((node) => hexlify(node));
}

/** Root of a trie. */
export function rootOf(trie: MerklePatriciaTrie): string {
  return hexlify(trie.root());
}

/**
 * The proof of one log of a block.
 * @param receipts All of the block's, in order.
 * @throws UserError when the receipts are not those of the block's receipts root.
 */
export async function proveLog(
  block: RpcBlock,
  receipts: readonly RpcReceipt[],
  transactionIndex: number,
  logIndex: number,
): Promise<LogProof> {
  const trie = await receiptsTrie(receipts.map(encodeReceipt));
  const root = rootOf(trie);
  if (root !== block.receiptsRoot) {
    throw new UserError(
      `The receipts of block ${BigInt(block.number)} have the root ${root} and not ${block.receiptsRoot}, which its header says; ask another node.`,
    );
  }
  const nodes = await receiptNodes(trie, transactionIndex);
  return { blockHash: block.hash, transactionIndex: BigInt(transactionIndex), logIndex: BigInt(logIndex), nodes };
}

function keyOf(index: number): Uint8Array {
  return getBytes(encodeRlp(toBeArray(index)));
}
