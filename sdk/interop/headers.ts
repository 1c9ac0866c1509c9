import { encodeRlp, keccak256, toBeArray } from "ethers";
import { UserError } from "../errors.js";
import type { RpcBlock } from "./rpc.js";

const scalar = (quantity: string) => toBeArray(quantity);

/**
 * The header as its chain hashes it, rebuilt field by field from what a node says of the block.
 * @throws UserError when the result does not have the block's hash: the node lies, or its chain has a header of another
 * form.
 */
export function headerRlp(block: RpcBlock): string {
  const fields = [
    block.parentHash,
    block.sha3Uncles,
    block.miner,
    block.stateRoot,
    block.transactionsRoot,
    block.receiptsRoot,
    block.logsBloom,
    scalar(block.difficulty),
    scalar(block.number),
    scalar(block.gasLimit),
    scalar(block.gasUsed),
    scalar(block.timestamp),
    block.extraData,
    block.mixHash,
    block.nonce,
    // each hard fork appends: the first one that is missing ends the header
    ...untilMissing([
      optional(block.baseFeePerGas, scalar),
      block.withdrawalsRoot,
      optional(block.blobGasUsed, scalar),
      optional(block.excessBlobGas, scalar),
      block.parentBeaconBlockRoot,
      block.requestsHash,
    ]),
  ];
  const rlp = encodeRlp(fields);
  const hash = keccak256(rlp);
  if (hash !== block.hash) {
    throw new UserError(
      `The header of block ${BigInt(block.number)} hashes to ${hash} and not to ${block.hash}, which the node says; ask another node.`,
    );
  }
  return rlp;
}

function optional<T>(text: string | undefined, convert: (text: string) => T): T | undefined {
  return text === undefined ? undefined : convert(text);
}

function untilMissing<T>(fields: readonly (T | undefined)[]): T[] {
  const present: T[] = [];
  for (const field of fields) {
    if (field === undefined) break;
    present.push(field);
  }
  return present;
}
