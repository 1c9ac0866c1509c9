import { AbiCoder, keccak256, type TypedDataDomain } from "ethers";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** A line of an eligibility schedule. See `ICollateral`. */
export interface EligibleAsset {
  readonly bond: string;
  /** Of the units' value, of 10^8. */
  readonly haircut: bigint;
  /** How much of the obligation this bond may cover, of 10^8. */
  readonly limit: bigint;
}

/** Units that are to be pledged. */
export interface Selection {
  readonly bond: string;
  readonly units: bigint;
}

/** What pledgor and pledgee agree on. See `ICollateral`. */
export interface PledgeTerms {
  readonly pledgor: string;
  readonly pledgee: string;
  /** Selects for the pledgor, within the schedule; the zero address: the pledgor alone. */
  readonly agent: string;
  readonly currency: string;
  readonly valuationAgent: string;
  /** See {@link scheduleHash}. */
  readonly schedule: string;
  /** What is secured at most, minor units. */
  readonly obligation: bigint;
  /** Days that a fixing may be old. */
  readonly maxAge: bigint;
  /** Unix seconds, inclusive. */
  readonly opensBy: bigint;
  /** Unix seconds. */
  readonly due: bigint;
  /** Seconds from a margin call to its deadline. */
  readonly callPeriod: bigint;
  /** Seconds after `due`. */
  readonly grace: bigint;
  /** 32 bytes. */
  readonly businessRef: string;
}

/** How far a pledge has come. */
export const PLEDGE_STATUS = {
  none: 0n,
  withdrawn: 1n,
  active: 2n,
  called: 3n,
  defaulted: 4n,
  discharged: 5n,
  enforced: 6n,
} as const;

const PLEDGE_TYPES: Types = {
  PledgeTerms: [
    { name: "pledgor", type: "address" },
    { name: "pledgee", type: "address" },
    { name: "agent", type: "address" },
    { name: "currency", type: "address" },
    { name: "valuationAgent", type: "address" },
    { name: "schedule", type: "bytes32" },
    { name: "obligation", type: "uint64" },
    { name: "maxAge", type: "uint8" },
    { name: "opensBy", type: "uint48" },
    { name: "due", type: "uint48" },
    { name: "callPeriod", type: "uint32" },
    { name: "grace", type: "uint32" },
    { name: "businessRef", type: "bytes32" },
  ],
};

/** What both parties sign; `domain` is the collateral contract's. */
export function pledgeTypedData(domain: TypedDataDomain, terms: PledgeTerms): TypedData<PledgeTerms> {
  return { domain, primaryType: "PledgeTerms", types: PLEDGE_TYPES, message: terms };
}

/** Id of a pledge: the 32 bytes both parties sign. */
export function pledgeId(domain: TypedDataDomain, terms: PledgeTerms): string {
  return digestOf(pledgeTypedData(domain, terms));
}

/** Hash of a schedule whose lines rise by address; see `inOrder` in `sdk/markets/collateral.ts`. */
export function scheduleHash(schedule: readonly EligibleAsset[]): string {
  const lines = schedule.map(({ bond, haircut, limit }) => [bond, haircut, limit]);
  return keccak256(AbiCoder.defaultAbiCoder().encode(["tuple(address,uint32,uint32)[]"], [lines]));
}
