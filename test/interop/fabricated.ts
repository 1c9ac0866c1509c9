import { concat, encodeRlp, getBytes, keccak256, toBeArray, toBeHex, type RlpStructuredDataish } from "ethers";
import { receiptNodes, receiptsTrie, rootOf, type LogProof } from "../../sdk/interop/proofs.js";

/** A block that no chain has, to be signed all the same. */
export interface FabricatedBlock {
  readonly rlp: string;
  readonly hash: string;
  readonly receiptsRoot: string;
  /** Proof of a log of one of its receipts. */
  proof(transaction: number, log?: number): Promise<LogProof>;
}

/** What a fabricated header says; the rest is the same in all of them. */
export interface HeaderChange {
  readonly number?: bigint;
  readonly timestamp?: bigint;
  readonly receiptsRoot?: string;
}

const ZERO_32 = toBeHex(0, 32);
const BLOOM = toBeHex(0, 256);
/** Somebody who emits. */
export const EMITTER = "0x00000000000000000000000000000000000e0123";
/** The first topic of the logs here. */
export const TOPIC = toBeHex(0x70b1c, 32);

/** Fields of a header, in their order. */
export function headerFields({ number = 7n, timestamp = 1_800_000_000n, receiptsRoot = ZERO_32 }: HeaderChange) {
  const [difficulty, gasLimit, gasUsed, nonce] = ["0x", toBeArray(30_000_000), toBeArray(21_000), toBeHex(0, 8)];
  return [
    ...[ZERO_32, ZERO_32, EMITTER, ZERO_32, ZERO_32, receiptsRoot, BLOOM, difficulty],
    ...[toBeArray(number), gasLimit, gasUsed, toBeArray(timestamp), "0x", ZERO_32, nonce, toBeArray(7)],
    ...[ZERO_32, "0x", "0x", ZERO_32, ZERO_32],
  ];
}

/** A block with these receipts, as the trie holds them. */
export async function fabricate(receipts: readonly string[], change: HeaderChange = {}): Promise<FabricatedBlock> {
  const trie = await receiptsTrie(receipts);
  const receiptsRoot = change.receiptsRoot ?? rootOf(trie);
  const rlp = encodeRlp(headerFields({ ...change, receiptsRoot }));
  const hash = keccak256(rlp);
  return {
    rlp,
    hash,
    receiptsRoot,
    async proof(transaction, log = 0) {
      const nodes = await receiptNodes(trie, transaction);
      return { blockHash: hash, transactionIndex: BigInt(transaction), logIndex: BigInt(log), nodes };
    },
  };
}

/** A log with `topics` topics. */
export function logOf(topics = 1, data = "0xda7a"): RlpStructuredDataish {
  return [EMITTER, Array.from({ length: topics }, () => TOPIC), data];
}

/** A receipt of transaction type `type`; a legacy one if null. */
export function receiptOf(
  logs: RlpStructuredDataish[] = [logOf()],
  { type = 2, status = "0x01" }: { readonly type?: number | null; readonly status?: string } = {},
): string {
  return typed(type, encodeRlp([status, toBeArray(21_000), BLOOM, logs]));
}

/** A body with its type before it. */
export function typed(type: number | null, body: string): string {
  return type === null ? body : concat([toBeHex(type, 1), body]);
}

/** A list as RLP. */
export function rlpList(...items: RlpStructuredDataish[]): string {
  return encodeRlp(items);
}

/** The same bytes with one bit turned. */
export function flipped(bytes: string, at: number): string {
  const copy = getBytes(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return concat([copy]);
}

/** The same bytes without the last one. */
export function truncated(bytes: string): string {
  return bytes.slice(0, -2);
}
