import { AbiCoder, keccak256, toUtf8Bytes } from "ethers";
import type { HolderOffers } from "../types/ethers-contracts/index.js";
import { TERMS_TYPES, couponCut, termsValues, type BondTerms, type Coupon, type CouponCut } from "./bonds.js";
import type { Hold } from "./eip712/ledger.js";
import type { Role } from "./roles.js";

/** Which role of the platform's authority may call which function of the fixings (`governFixings`). */
export const FIXING_FUNCTION_ROLES = {
  governor: ["nameAgent"],
} as const satisfies Partial<Record<Role, readonly string[]>>;

/** The phases of an offer to holders. See `IHolderOffers`. */
export const OFFER_PHASE = { none: 0n, open: 1n, measuring: 2n, payable: 3n, settled: 4n, withdrawn: 5n } as const;

/** The phases of a holders' meeting; the last three are results. See `IBondMeetings`. */
export const MEETING_PHASE = { none: 0n, convened: 1n, cancelled: 2n, carried: 3n, lost: 4n, inquorate: 5n } as const;

/** What a vote says. See `IBondMeetings`. */
export const VOTE = { for: 0n, against: 1n, abstain: 2n } as const;

/** What a fixing of 1 is: a rate of 2.15 % a year is `2_150_000n`, a price of 0.92 is `92_000_000n`. */
export const FIXING_SCALE = 10n ** 8n;

/** What comes with one coupon. See `IBondStructure`. */
export interface Instalment {
  /** Day number; 0 at a fixed rate. */
  readonly fixingDay: number;
  /** Minor units of a unit's nominal that are paid back with it. */
  readonly principal: bigint;
}

/** A call or put day: Unix seconds, and minor units a unit. See `IBondStructure`. */
export interface EarlyDate {
  readonly from: bigint;
  readonly until: bigint;
  readonly time: bigint;
  readonly price: bigint;
}

/** What a structured bond promises beyond its terms. See `IBondStructure`. */
export interface BondStructureTerms {
  /** Address; zero where no fixing is needed. */
  readonly fixings: string;
  /** See {@link fixingIndex}; zero for a fixed rate. */
  readonly index: string;
  /** Of {@link FIXING_SCALE}. */
  readonly spread: bigint;
  readonly instalments: readonly Instalment[];
  readonly calls: readonly EarlyDate[];
  readonly puts: readonly EarlyDate[];
  /** Address of the currency that holders may choose; zero for none. */
  readonly optionCurrency: string;
  readonly optionIndex: string;
  /** Of 10,000. */
  readonly quorum: bigint;
  /** Of 10,000. */
  readonly majority: bigint;
  /** Seconds. */
  readonly meetingNotice: bigint;
}

/** What somebody elected in an offer, and its place among the elections, from 1. */
export interface ElectedUnits {
  readonly position: bigint;
  readonly units: bigint;
}

const EARLY_TYPE = "tuple(uint48,uint48,uint48,uint64)[]";
const STRUCTURE_TYPE = `tuple(address,bytes32,int32,tuple(uint24,uint64)[],${EARLY_TYPE},${EARLY_TYPE},address,bytes32,uint16,uint16,uint32)`;

/** The hash under which a structured bond is announced. */
export function structuredTermsHash(
  terms: BondTerms,
  coupons: readonly Coupon[],
  structure: BondStructureTerms,
): string {
  return hashOf([...TERMS_TYPES, STRUCTURE_TYPE], [...termsValues(terms, coupons), structureValues(structure)]);
}

/** The number under which an index of this name is fixed. */
export function fixingIndex(name: string): string {
  return keccak256(toUtf8Bytes(name));
}

/** Reference of a hold that funds coupon `k` in the bond's other currency. */
export function optionRef(bond: string, k: number | bigint): string {
  return hashOf(["string", "address", "uint256"], ["coupon option", bond, k]);
}

/** Id of put `number` of a bond. */
export function putId(bond: string, number: number | bigint): string {
  return hashOf(["string", "address", "uint256"], ["put", bond, number]);
}

/** Id of the tender of a reference for units of a bond. */
export function tenderId(bond: string, offerRef: string): string {
  return hashOf(["string", "address", "bytes32"], ["tender", bond, offerRef]);
}

/** Reference of a hold that pays an offer. */
export function offerFundingRef(id: string): string {
  return hashOf(["string", "bytes32"], ["offer", id]);
}

/** Id of the meeting of a bond's holders at the record date of coupon `k` about a resolution. */
export function meetingId(bond: string, k: number | bigint, resolution: string): string {
  return hashOf(["string", "address", "uint256", "bytes32"], ["meeting", bond, k, resolution]);
}

/** The cut that makes accepted units sum to the most that a tender takes: `close` is given it, the measure proves it. */
export function tenderCut(maxUnits: bigint, elections: readonly ElectedUnits[]): CouponCut {
  const elected = elections.reduce((sum, { units }) => sum + units, 0n);
  if (elected <= maxUnits) return { remainder: 0n, position: 0n };
  return couponCut({ numerator: maxUnits, denominator: elected }, maxUnits, elections);
}

/** The hold that a holder's next election in an offer needs, as a ledger and a signature take it. */
export async function electionHold(offers: HolderOffers, id: string, holder: string, units: bigint): Promise<Hold> {
  const { payer, payee, executor, amount, expiry, businessRef } = await offers.electionHold(id, holder, units);
  return { payer, payee, executor, amount, expiry, businessRef };
}

/** The fields in the order in which the contract declares them, whatever order they were written in. */
function structureValues(s: BondStructureTerms): unknown[] {
  const early = (dates: readonly EarlyDate[]) =>
    dates.map(({ from, until, time, price }) => [from, until, time, price]);
  return [
    s.fixings,
    s.index,
    s.spread,
    s.instalments.map(({ fixingDay, principal }) => [fixingDay, principal]),
    early(s.calls),
    early(s.puts),
    s.optionCurrency,
    s.optionIndex,
    s.quorum,
    s.majority,
    s.meetingNotice,
  ];
}

function hashOf(types: readonly string[], values: readonly unknown[]): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, values));
}
