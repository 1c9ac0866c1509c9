import { AbiCoder, concat, dataLength, dataSlice, getAddress, id, keccak256, toBeArray, toBeHex } from "ethers";
import { IMessageAttributes__factory } from "../../types/ethers-contracts/index.js";
import { UserError } from "../errors.js";

/** What goes from one ledger to the other, by the numbers of IBTP. See `IMessageGateway`. */
export const MESSAGE_KIND = { interchain: 0, success: 1, failure: 2, rollback: 3 } as const;

/** Where a message stands, by the contract's numbers. */
export const MESSAGE_STATUS = { none: 0, sent: 1, success: 2, failure: 3, rollback: 4 } as const;

/** A message as its lane carries it. */
export interface Message {
  readonly sourceChainId: bigint;
  readonly destinationChainId: bigint;
  /** Its place in the lane, from 1. */
  readonly sequence: bigint;
  /** Unix seconds, inclusive, by the destination's clock. */
  readonly deadline: bigint;
  readonly gasLimit: bigint;
  readonly sender: string;
  readonly recipient: string;
  readonly payload: string;
}

const MESSAGE_TYPEHASH = id(
  "Message(uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway,uint64 sequence,uint64 deadline,uint32 gasLimit,address sender,address recipient,bytes payload)",
);

/** Id of a message between two gateways. */
export function messageId(message: Message, sourceGateway: string, destinationGateway: string): string {
  const { sourceChainId, destinationChainId, sequence, deadline, gasLimit, sender, recipient, payload } = message;
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      [
        "bytes32",
        "uint64",
        "address",
        "uint64",
        "address",
        "uint64",
        "uint64",
        "uint32",
        "address",
        "address",
        "bytes32",
      ],
      [
        MESSAGE_TYPEHASH,
        sourceChainId,
        sourceGateway,
        destinationChainId,
        destinationGateway,
        sequence,
        deadline,
        gasLimit,
        sender,
        recipient,
        keccak256(payload),
      ],
    ),
  );
}

const attributes = IMessageAttributes__factory.createInterface();

/** The attribute that sets the last second at which a message is delivered, by the destination's clock. */
export function deadlineAttribute(time: bigint): string {
  return attributes.encodeFunctionData("deadline", [time]);
}

/** The attribute that sets the gas that the recipient gets. */
export function gasLimitAttribute(gas: bigint): string {
  return attributes.encodeFunctionData("gasLimit", [gas]);
}

/** Version 1, chain type EVM. */
const EVM_PREFIX = "0x00010000";
const ADDRESS_LENGTH = 20;

/** An account of an EVM chain as ERC-7930 writes it. */
export function interoperableAddress(chainId: bigint, account: string): string {
  const chain = toBeArray(chainId);
  return concat([EVM_PREFIX, toBeHex(chain.length, 1), chain, toBeHex(ADDRESS_LENGTH, 1), account]);
}

/**
 * Chain and account of {@link interoperableAddress}.
 * @throws UserError for anything else.
 */
export function parseInteroperableAddress(text: string): { readonly chainId: bigint; readonly account: string } {
  const length = dataLength(text) > 5 ? Number(dataSlice(text, 4, 5)) : 0;
  const addressAt = 6 + length;
  if (length === 0 || dataLength(text) !== addressAt + ADDRESS_LENGTH) throw notEvm(text);
  const chainId = BigInt(dataSlice(text, 5, 5 + length));
  const account = getAddress(dataSlice(text, addressAt));
  if (interoperableAddress(chainId, account).toLowerCase() !== text.toLowerCase()) throw notEvm(text);
  return { chainId, account };
}

function notEvm(text: string): UserError {
  return new UserError(`${text} is no account of an EVM chain as ERC-7930 writes it; give chain id and address.`);
}
