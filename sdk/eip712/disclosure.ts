import type { TypedDataDomain } from "ethers";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** What an authority asks an institution to disclose. See `IDisclosure`. */
export interface DisclosureRequest {
  /** Who asks. */
  readonly authority: string;
  /** Number of the institution whose customer the wallet is. */
  readonly institution: number;
  readonly wallet: string;
  /** The salted commitment that the wallet was opened with, 32 bytes. */
  readonly identity: string;
  /** Reference or transaction hash of the payment concerned; zero: the wallet as such. */
  readonly payment: string;
  /** Which fields are asked for, a bit each; see `scopeOf`. */
  readonly scope: number;
  /** Hash of the warrant. */
  readonly legalBasis: string;
  /** X25519 public key that the answer is to be sealed for. */
  readonly readerKey: string;
  /** Unix seconds, inclusive. */
  readonly expiry: bigint;
}

/** How far a request has come. */
export const DISCLOSURE_STATUS = {
  none: 0n,
  requested: 1n,
  approved: 2n,
  granted: 3n,
  refused: 4n,
  expired: 5n,
  withdrawn: 6n,
} as const;
/** Name of a status. */
export type DisclosureStatus = keyof typeof DISCLOSURE_STATUS;

const REQUEST_TYPES: Types = {
  DisclosureRequest: [
    { name: "authority", type: "address" },
    { name: "institution", type: "uint16" },
    { name: "wallet", type: "address" },
    { name: "identity", type: "bytes32" },
    { name: "payment", type: "bytes32" },
    { name: "scope", type: "uint8" },
    { name: "legalBasis", type: "bytes32" },
    { name: "readerKey", type: "bytes32" },
    { name: "expiry", type: "uint48" },
  ],
};

/** A request as typed data; `domain` is the disclosure contract's. */
export function disclosureTypedData(domain: TypedDataDomain, request: DisclosureRequest): TypedData<DisclosureRequest> {
  return { domain, primaryType: "DisclosureRequest", types: REQUEST_TYPES, message: request };
}

/** Id of a request. */
export function disclosureId(domain: TypedDataDomain, request: DisclosureRequest): string {
  return digestOf(disclosureTypedData(domain, request));
}
