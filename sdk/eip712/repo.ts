import { AbiCoder, keccak256, type TypedDataDomain } from "ethers";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** What seller and buyer of a repo agree on. See `IRepo`. */
export interface RepoTerms {
  /** Sells the bonds, has the cash until it buys them back. */
  readonly seller: string;
  readonly buyer: string;
  readonly bond: string;
  readonly currency: string;
  /** Whose fixings both accept. */
  readonly valuationAgent: string;
  readonly units: bigint;
  /** Purchase price, minor units. */
  readonly cash: bigint;
  /** Exposure up to which no margin is called, minor units. */
  readonly threshold: bigint;
  /** Of the bonds' value, of {@link REPO_SCALE}. */
  readonly haircut: bigint;
  /** A year, of {@link REPO_SCALE}. */
  readonly rate: bigint;
  /** 360 or 365. */
  readonly dayBasis: bigint;
  /** Days that a fixing may be old. */
  readonly maxAge: bigint;
  /** Unix seconds. */
  readonly opensAt: bigint;
  /** Unix seconds, inclusive. */
  readonly opensBy: bigint;
  /** Unix seconds. */
  readonly closing: bigint;
  /** Seconds; zero: a term repo. */
  readonly notice: bigint;
  /** Seconds from a margin call to its deadline. */
  readonly callPeriod: bigint;
  /** Seconds after the closing. */
  readonly grace: bigint;
  /** 32 bytes. */
  readonly businessRef: string;
}

/** Other bonds in the place of those that the buyer has. See `IRepo.substitute`. */
export interface RepoSubstitution {
  /** Id of the repo. */
  readonly repo: string;
  /** Of the repo's state, when this is signed. */
  readonly sequence: bigint;
  readonly bond: string;
  readonly units: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
}

/** Another closing. See `IRepo.agreeClosing`. */
export interface RepoClosing {
  /** Id of the repo. */
  readonly repo: string;
  /** Of the repo's state, when this is signed. */
  readonly sequence: bigint;
  /** Unix seconds. */
  readonly closing: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
}

/** What a unit of an asset is worth on a day. See `IPriceFixings`. */
export interface Fixing {
  readonly agent: string;
  readonly asset: string;
  /** Number of the UTC+8 day; see `dayNumber`. */
  readonly day: bigint;
  /** Minor units, of {@link PRICE_SCALE}. */
  readonly price: bigint;
}

/** How far a repo has come. */
export const REPO_STATUS = {
  none: 0n,
  withdrawn: 1n,
  open: 2n,
  called: 3n,
  defaulted: 4n,
  closed: 5n,
  closedOut: 6n,
} as const;

/** What a haircut, or a rate, of everything is. */
export const REPO_SCALE = 10n ** 8n;
/** What a price of one minor unit a unit is. */
export const PRICE_SCALE = 10n ** 8n;

const TERMS_TYPES: Types = {
  RepoTerms: [
    { name: "seller", type: "address" },
    { name: "buyer", type: "address" },
    { name: "bond", type: "address" },
    { name: "currency", type: "address" },
    { name: "valuationAgent", type: "address" },
    { name: "units", type: "uint64" },
    { name: "cash", type: "uint64" },
    { name: "threshold", type: "uint64" },
    { name: "haircut", type: "uint32" },
    { name: "rate", type: "uint32" },
    { name: "dayBasis", type: "uint16" },
    { name: "maxAge", type: "uint8" },
    { name: "opensAt", type: "uint48" },
    { name: "opensBy", type: "uint48" },
    { name: "closing", type: "uint48" },
    { name: "notice", type: "uint32" },
    { name: "callPeriod", type: "uint32" },
    { name: "grace", type: "uint32" },
    { name: "businessRef", type: "bytes32" },
  ],
};
const SUBSTITUTION_TYPES: Types = {
  RepoSubstitution: [
    { name: "repo", type: "bytes32" },
    { name: "sequence", type: "uint32" },
    { name: "bond", type: "address" },
    { name: "units", type: "uint64" },
    { name: "notAfter", type: "uint48" },
  ],
};
const CLOSING_TYPES: Types = {
  RepoClosing: [
    { name: "repo", type: "bytes32" },
    { name: "sequence", type: "uint32" },
    { name: "closing", type: "uint48" },
    { name: "notAfter", type: "uint48" },
  ],
};
const FIXING_TYPES: Types = {
  Fixing: [
    { name: "agent", type: "address" },
    { name: "asset", type: "address" },
    { name: "day", type: "uint24" },
    { name: "price", type: "uint64" },
  ],
};

/** What both parties sign; `domain` is the repo contract's, here and below. */
export function repoTypedData(domain: TypedDataDomain, terms: RepoTerms): TypedData<RepoTerms> {
  return { domain, primaryType: "RepoTerms", types: TERMS_TYPES, message: terms };
}

/** Id of a repo: the 32 bytes both parties sign. */
export function repoId(domain: TypedDataDomain, terms: RepoTerms): string {
  return digestOf(repoTypedData(domain, terms));
}

/** What both sign for a substitution. */
export function substitutionTypedData(
  domain: TypedDataDomain,
  substitution: RepoSubstitution,
): TypedData<RepoSubstitution> {
  return { domain, primaryType: "RepoSubstitution", types: SUBSTITUTION_TYPES, message: substitution };
}

/** What both sign for another closing. */
export function closingTypedData(domain: TypedDataDomain, closing: RepoClosing): TypedData<RepoClosing> {
  return { domain, primaryType: "RepoClosing", types: CLOSING_TYPES, message: closing };
}

/** What a valuation agent signs; `domain` is the contract's where fixings are published. */
export function fixingTypedData(domain: TypedDataDomain, fixing: Fixing): TypedData<Fixing> {
  return { domain, primaryType: "Fixing", types: FIXING_TYPES, message: fixing };
}

/** The closing leg's reference at the engine. */
export function repoClosingRef(id: string): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "string"], [id, "closing"]));
}
