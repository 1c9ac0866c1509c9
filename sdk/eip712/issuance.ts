import { AbiCoder, keccak256, type TypedDataDomain } from "ethers";
import { type TypedData, type Types } from "./typedData.js";

/** What a request at the issuance desk is for, by the number that attestations carry. See `IIssuanceDesk`. */
export const REQUEST_KIND = { issue: 1, redemption: 2 } as const;
/** 1 or 2. */
export type RequestKind = (typeof REQUEST_KIND)[keyof typeof REQUEST_KIND];

/** The settlement-system operator's word that reserves were debited (issue) or credited (redemption). */
export interface ReserveAttestation {
  readonly kind: RequestKind;
  /** The institution's number in the registry. */
  readonly institution: number;
  /** Minor units. */
  readonly amount: bigint;
  /** Reference of the payment in the real-time gross settlement system, 32 bytes. */
  readonly rtgsRef: string;
  /** Unix seconds, inclusive. */
  readonly validUntil: bigint;
}

const ATTESTATION_TYPES: Types = {
  ReserveAttestation: [
    { name: "kind", type: "uint8" },
    { name: "institution", type: "uint16" },
    { name: "amount", type: "uint256" },
    { name: "rtgsRef", type: "bytes32" },
    { name: "validUntil", type: "uint256" },
  ],
};

/** What the operator signs; `domain` is the desk's. */
export function attestationTypedData(
  domain: TypedDataDomain,
  attestation: ReserveAttestation,
): TypedData<ReserveAttestation> {
  return { domain, primaryType: "ReserveAttestation", types: ATTESTATION_TYPES, message: attestation };
}

/** Id of a request at the desk; the business reference of the hold that a redemption needs. */
export function requestId(kind: RequestKind, institution: number, rtgsRef: string): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["uint8", "uint16", "bytes32"], [kind, institution, rtgsRef]));
}
