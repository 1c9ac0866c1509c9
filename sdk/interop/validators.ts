import type { TypedDataDomain } from "ethers";
import { headerTypedData, type HeaderVote } from "../eip712/interop.js";
import { sign, type TypedDataSigner } from "../eip712/typedData.js";
import { UserError } from "../errors.js";
import { blockAt, chainIdOf, type Endpoint } from "./rpc.js";

/** A validator's key. */
export interface ValidatorKey extends TypedDataSigner {
  readonly address: string;
}

/** By rising address, as the foreign ledger wants validators and signatures. */
export function byAddress<T extends { readonly address: string }>(validators: readonly T[]): T[] {
  return [...validators].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
}

/** The signatures of all of these keys under a header, whatever it says, in the order that the foreign ledger wants. */
export async function signHeader(
  domain: TypedDataDomain,
  validators: readonly ValidatorKey[],
  vote: HeaderVote,
): Promise<string[]> {
  const typed = headerTypedData(domain, vote);
  return Promise.all(byAddress(validators).map((validator) => sign(validator, typed)));
}

/**
 * A validator's vote for a header of its chain, after a look at its own node: the only thing it ever signs for another
 * ledger.
 * @param node the validator's own; its chain's blocks have to be final there.
 * @throws UserError when the node's block of that number is another one.
 */
export async function voteForHeader(
  node: Endpoint,
  validator: ValidatorKey,
  domain: TypedDataDomain,
  vote: HeaderVote,
  number: bigint,
): Promise<string> {
  const chainId = await chainIdOf(node);
  const { hash } = await blockAt(node, number);
  if (chainId !== vote.chainId || hash !== vote.blockHash) {
    throw new UserError(
      `${validator.address} does not sign: block ${number} of chain ${chainId} is ${hash}, asked was ${vote.blockHash} of chain ${vote.chainId}; ask for what the chain has.`,
    );
  }
  return sign(validator, headerTypedData(domain, vote));
}
