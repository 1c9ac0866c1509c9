import { AbiCoder, hexlify, keccak256, toUtf8Bytes } from "ethers";
import { parseDay, startOfDayNumber } from "./calendar.js";
import { parseIsin } from "./identifiers.js";
import { largestRemainderThreshold } from "./rounding.js";

/** How accruals become shares of a year. See `DayCountConvention`. */
export const DAY_COUNT = { act365f: 0n, actActIcma: 1n, thirty360: 2n } as const;

/** The states of an asset. See `IAssetRegistry`. */
export const ASSET_STATUS = { none: 0n, announced: 1n, issued: 2n, matured: 3n, redeemed: 4n, cancelled: 5n } as const;

/** The phases of a coupon run. See `ICorporateActions`. */
export const COUPON_PHASE = { none: 0n, measuring: 1n, payable: 2n, settled: 3n } as const;

/** What a coupon rate of 100 % a year is; 4.05 % is `4_050_000n`. */
export const RATE_SCALE = 10n ** 8n;

/** What a bond promises. See `IBond`. */
export interface BondTerms {
  /** 12 bytes; see {@link isinBytes}. */
  readonly isin: string;
  readonly name: string;
  readonly symbol: string;
  /** Address of the currency that coupons and redemption are paid in. */
  readonly currency: string;
  readonly issuer: string;
  /** Size of the issue. */
  readonly units: bigint;
  /** Minor units. */
  readonly unitNominal: bigint;
  /** A year, of {@link RATE_SCALE}. */
  readonly couponRate: bigint;
  /** One of {@link DAY_COUNT}. */
  readonly dayCount: bigint;
  /** Regular coupons a year: 1, 2, 4 or 12; 0 for a bond without coupons. */
  readonly frequency: bigint;
  /** Unix seconds. */
  readonly issueDate: bigint;
  /** Unix seconds. */
  readonly maturity: bigint;
}

/** A coupon of a bond: day numbers (calendar.ts) and Unix seconds. See `IBond`. */
export interface Coupon {
  readonly accrualStart: number;
  readonly accrualEnd: number;
  readonly referenceStart: number;
  readonly referenceEnd: number;
  readonly recordTime: bigint;
  readonly paymentTime: bigint;
}

/** An exact amount of minor units, not reduced. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** What an account held at a record date, and its place in the bond's list of accounts. */
export interface Holding {
  readonly position: bigint;
  readonly units: bigint;
}

/** The last share that is rounded up, by its remainder and its holder's place. See `ICorporateActions`. */
export interface CouponCut {
  readonly remainder: bigint;
  readonly position: bigint;
}

/** ABI types of a bond's terms and coupons. */
export const TERMS_TYPES = [
  "tuple(bytes12,string,string,address,address,uint64,uint64,uint32,uint8,uint8,uint48,uint48)",
  "tuple(uint24,uint24,uint24,uint24,uint48,uint48)[]",
];

/**
 * An ISIN as the register takes it.
 * @throws UserError when the text is not an ISIN.
 */
export function isinBytes(text: string): string {
  return hexlify(toUtf8Bytes(parseIsin(text)));
}

/** The hash under which a bond is announced: the register attaches only a token that computes the same. */
export function termsHash(terms: BondTerms, coupons: readonly Coupon[]): string {
  return hashOf(TERMS_TYPES, termsValues(terms, coupons));
}

/** Terms and coupons as values of {@link TERMS_TYPES}. */
export function termsValues(terms: BondTerms, coupons: readonly Coupon[]): unknown[] {
  return [Object.values(termsInOrder(terms)), coupons.map((coupon): unknown[] => Object.values(inOrder(coupon)))];
}

/** Reference of a hold that funds coupon `k` of a bond. */
export function couponRef(bond: string, k: number | bigint): string {
  return hashOf(["string", "address", "uint256"], ["coupon", bond, k]);
}

/** Reference of a hold that funds the redemption of a bond. */
export function redemptionRef(bond: string): string {
  return hashOf(["string", "address"], ["redemption", bond]);
}

/**
 * Coupons of regular periods that begin and end at `dates` (`YYYY-MM-DD`), due on the day a period ends.
 * @param recordDays the record time is 00:00 UTC+8 so many days before.
 * @param hour payment begins at this hour of the day, UTC+8.
 * @throws UserError when a date does not exist.
 */
export function regularCoupons(dates: readonly string[], recordDays: number, hour = 9): Coupon[] {
  const days = dates.map(parseDay);
  return days.slice(1).map((end, index) => {
    const start = days[index] ?? end;
    return {
      accrualStart: start,
      accrualEnd: end,
      referenceStart: start,
      referenceEnd: end,
      recordTime: BigInt(startOfDayNumber(end - recordDays)),
      paymentTime: BigInt(startOfDayNumber(end) + hour * 3600),
    };
  });
}

/**
 * The cut that makes the shares of a coupon sum to its total: who opens the run proposes it, the measure proves it.
 * @param perUnit coupon of one unit.
 * @param total coupon of the whole issue, minor units.
 * @param holdings all that are not zero, in any order.
 */
export function couponCut(perUnit: Ratio, total: bigint, holdings: readonly Holding[]): CouponCut {
  const ordered = holdings.toSorted((a, b) => (a.position < b.position ? -1 : 1));
  const exact = ordered.map(({ units }) => units * perUnit.numerator);
  const remainders = exact.map((share) => share % perUnit.denominator);
  const roundedDown = exact.reduce((sum, share) => sum + share / perUnit.denominator, 0n);
  const { threshold, atThreshold } = largestRemainderThreshold(remainders, Number(total - roundedDown));
  const equal = ordered.filter((_, index) => remainders[index] === threshold);
  return { remainder: threshold, position: equal[atThreshold - 1]?.position ?? 0n };
}

/** Reads the words of `entitlements`. */
export function holdingsOf(entries: readonly bigint[]): Holding[] {
  return entries.map((entry) => ({ position: entry >> 64n, units: entry % 2n ** 64n }));
}

function hashOf(types: readonly string[], values: readonly unknown[]): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, values));
}

/** The fields in the order in which the contract declares them, whatever order they were written in. */
function termsInOrder(t: BondTerms): BondTerms {
  return {
    isin: t.isin,
    name: t.name,
    symbol: t.symbol,
    currency: t.currency,
    issuer: t.issuer,
    units: t.units,
    unitNominal: t.unitNominal,
    couponRate: t.couponRate,
    dayCount: t.dayCount,
    frequency: t.frequency,
    issueDate: t.issueDate,
    maturity: t.maturity,
  };
}

function inOrder(c: Coupon): Coupon {
  return {
    accrualStart: c.accrualStart,
    accrualEnd: c.accrualEnd,
    referenceStart: c.referenceStart,
    referenceEnd: c.referenceEnd,
    recordTime: c.recordTime,
    paymentTime: c.paymentTime,
  };
}
