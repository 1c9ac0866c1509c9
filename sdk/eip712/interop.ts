import { type TypedDataDomain } from "ethers";
import { type TypedData, type Types } from "./typedData.js";

/** A validator's word that the header with this hash is final on its chain. See `IForeignLedger`. */
export interface HeaderVote {
  /** The chain whose header it is, not the one that the vote is carried to. */
  readonly chainId: bigint;
  /** Epoch of the validators, by the count of the ledger that the vote is for. */
  readonly epoch: bigint;
  readonly blockHash: string;
}

const HEADER_TYPES: Types = {
  Header: [
    { name: "chainId", type: "uint256" },
    { name: "epoch", type: "uint256" },
    { name: "blockHash", type: "bytes32" },
  ],
};

/** What a validator signs; `domain` is that of the foreign-ledger contract which the header is for. */
export function headerTypedData(domain: TypedDataDomain, vote: HeaderVote): TypedData<HeaderVote> {
  return { domain, primaryType: "Header", types: HEADER_TYPES, message: vote };
}
