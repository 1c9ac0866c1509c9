import { ZeroAddress, type TypedDataDomain } from "ethers";
import type { Hold } from "./ledger.js";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** What an attestor of titles signs. See `IRental`. */
export interface RentalTitle {
  /** Keyed hash of the unit's number in the register. */
  readonly unit: string;
  /** More than that of the title on record. */
  readonly revision: bigint;
  readonly owner: string;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
  /** Hash of the register's extract. */
  readonly document: string;
}

/** What landlord and tenant sign. */
export interface Lease {
  readonly unit: string;
  readonly landlord: string;
  readonly tenant: string;
  /** Minor units a period. */
  readonly rent: bigint;
  /** Minor units. */
  readonly deposit: bigint;
  /** Unix seconds. */
  readonly start: bigint;
  /** Seconds. */
  readonly period: bigint;
  readonly periods: bigint;
  /** Periods in arrears at which the landlord may take the unit back. */
  readonly arrearsLimit: bigint;
  readonly arbiter: string;
  /** Seconds for a claim, and for the answer to it. */
  readonly inspection: bigint;
  /** Seconds for the ruling. */
  readonly arbitration: bigint;
  readonly contractHash: string;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
  readonly salt: string;
}

/** What the other side signs of a handover. */
export interface UnitProtocol {
  readonly lease: string;
  readonly returned: boolean;
  readonly protocol: string;
}

/** How far a lease has come. */
export const LEASE_STATUS = {
  none: 0n,
  signed: 1n,
  running: 2n,
  returned: 3n,
  claimed: 4n,
  disputed: 5n,
  settled: 6n,
  rescinded: 7n,
} as const;

/** Seconds; see `RETURN_GRACE`. */
const RETURN_GRACE = 30n * 86_400n;

const TITLE_TYPES: Types = {
  RentalTitle: [
    { name: "unit", type: "bytes32" },
    { name: "revision", type: "uint32" },
    { name: "owner", type: "address" },
    { name: "notAfter", type: "uint48" },
    { name: "document", type: "bytes32" },
  ],
};
const LEASE_TYPES: Types = {
  Lease: [
    { name: "unit", type: "bytes32" },
    { name: "landlord", type: "address" },
    { name: "tenant", type: "address" },
    { name: "rent", type: "uint64" },
    { name: "deposit", type: "uint64" },
    { name: "start", type: "uint48" },
    { name: "period", type: "uint32" },
    { name: "periods", type: "uint16" },
    { name: "arrearsLimit", type: "uint16" },
    { name: "arbiter", type: "address" },
    { name: "inspection", type: "uint32" },
    { name: "arbitration", type: "uint32" },
    { name: "contractHash", type: "bytes32" },
    { name: "notAfter", type: "uint48" },
    { name: "salt", type: "bytes32" },
  ],
};
const PROTOCOL_TYPES: Types = {
  UnitProtocol: [
    { name: "lease", type: "bytes32" },
    { name: "returned", type: "bool" },
    { name: "protocol", type: "bytes32" },
  ],
};

/** What an attestor signs; `domain` is the rental contract's. */
export function titleTypedData(domain: TypedDataDomain, title: RentalTitle): TypedData<RentalTitle> {
  return { domain, primaryType: "RentalTitle", types: TITLE_TYPES, message: title };
}

/** What landlord and tenant sign. */
export function leaseTypedData(domain: TypedDataDomain, lease: Lease): TypedData<Lease> {
  return { domain, primaryType: "Lease", types: LEASE_TYPES, message: lease };
}

/** Id of a lease: the 32 bytes its sides sign. */
export function leaseId(domain: TypedDataDomain, lease: Lease): string {
  return digestOf(leaseTypedData(domain, lease));
}

/** What the other side of a handover signs. */
export function unitProtocolTypedData(domain: TypedDataDomain, protocol: UnitProtocol): TypedData<UnitProtocol> {
  return { domain, primaryType: "UnitProtocol", types: PROTOCOL_TYPES, message: protocol };
}

/** Unix seconds at which a lease's term ends. */
export function leaseEnd({ start, period, periods }: Pick<Lease, "start" | "period" | "periods">): bigint {
  return start + period * periods;
}

/** The hold that a deposit is; `domain` is the rental contract's. */
export function depositHold(domain: TypedDataDomain, lease: Lease): Hold {
  const { verifyingContract } = domain;
  if (typeof verifyingContract !== "string") throw new RangeError("the domain names no contract");
  return {
    payer: lease.tenant,
    payee: ZeroAddress,
    executor: verifyingContract,
    amount: lease.deposit,
    expiry: leaseEnd(lease) + RETURN_GRACE + 2n * lease.inspection + lease.arbitration,
    businessRef: leaseId(domain, lease),
  };
}
