import { AbiCoder, keccak256 } from "ethers";
import { dayNumber, daysFromCivil, type UnixSeconds } from "../calendar.js";
import { UserError } from "../errors.js";
import { MerkleTree } from "../qr/merkle.js";
import { mulDiv } from "../rounding.js";

/** Closing balances of `fromDay` and later bear `rate` millionths a year. */
export interface RateChange {
  readonly fromDay: number;
  readonly rate: bigint;
}

/** A transfer as its event tells it, with the time of its block. */
export interface Movement {
  readonly from: string;
  readonly to: string;
  readonly value: bigint;
  readonly time: UnixSeconds;
}

/** First and last day of a settlement period, both counted. */
export interface Days {
  readonly first: number;
  readonly last: number;
}

/** What a bank states that a wallet gets. See `IInterestBook`. */
export interface InterestEntry {
  readonly wallet: string;
  /** Whole units of the currency times days. */
  readonly productSum: bigint;
  /** Minor units. */
  readonly interest: bigint;
}

/** What the leaves of a statement are bound to. */
export interface StatementPlace {
  readonly chainId: bigint;
  /** The interest book. */
  readonly book: string;
  readonly institution: bigint;
  readonly quarter: number;
}

/** A bank's quarter, ready to be stated and paid. */
export interface Statement {
  readonly root: string;
  readonly interest: bigint;
  readonly wallets: number;
  /** Hash of the file with all entries. */
  readonly dataHash: string;
  readonly entries: readonly InterestEntry[];
  /** Parallel to the entries. */
  readonly proofs: string[][];
}

const YEAR_DAYS = 360n;
const RATE_UNIT = 1_000_000n;
const LAST_DAY_OF_MONTH = 20;
const ENTRY = "tuple(address wallet, uint128 productSum, uint64 interest)";

/** Number of the quarter that ends on the 20th of March, June, September or December. */
export function quarterOf(year: number, lastMonth: number): number {
  if (lastMonth % 3 !== 0 || lastMonth < 3 || lastMonth > 12) {
    throw new UserError(`No quarter ends in month ${lastMonth}: write 3, 6, 9 or 12.`);
  }
  return 4 * year + lastMonth / 3 - 1;
}

/** The days of a quarter: from the 21st of a month to the 20th three months later. */
export function quarterDays(quarter: number): Days {
  const end = (number: number) =>
    daysFromCivil({ year: Math.floor(number / 4), month: 3 * (number % 4) + 3, day: LAST_DAY_OF_MONTH });
  return { first: end(quarter - 1) + 1, last: end(quarter) };
}

/**
 * A wallet's balance at the end of each day (UTC+8), minor units, from everything that it ever received and paid.
 * @param movements In any order; those of other accounts are passed over. Days on which the wallet was another
 * institution's, or anonymous, bear nothing: whoever states or claims sets them to zero.
 */
export function closingBalances(movements: readonly Movement[], wallet: string, { first, last }: Days): bigint[] {
  const closing = new Array<bigint>(last - first + 1).fill(0n);
  for (const { from, to, value, time } of movements) {
    const change = (to === wallet ? value : 0n) - (from === wallet ? value : 0n);
    if (change === 0n) continue;
    for (let day = Math.max(dayNumber(time), first); day <= last; day++) {
      closing[day - first] = (closing[day - first] ?? 0n) + change;
    }
  }
  return closing;
}

/** Whole units of minor ones: what is below a unit bears nothing. */
export function wholeUnits(closing: readonly bigint[], minorPerUnit = 100n): bigint[] {
  return closing.map((balance) => balance / minorPerUnit);
}

/**
 * Interest by the product-sum method, actual/360: product sums of days with one rate, times that rate, together, and
 * then rounded down, once.
 * @param closing Whole units at the end of each day, from `firstDay` on.
 */
export function interestOf(
  closing: readonly bigint[],
  firstDay: number,
  rates: readonly RateChange[],
  minorPerUnit = 100n,
): { readonly productSum: bigint; readonly interest: bigint } {
  const changes = rates.toSorted((a, b) => a.fromDay - b.fromDay);
  const sums = new Map<bigint, bigint>();
  for (const [index, units] of closing.entries()) {
    const rate = changes.findLast(({ fromDay }) => fromDay <= firstDay + index)?.rate ?? 0n;
    sums.set(rate, (sums.get(rate) ?? 0n) + units);
  }
  let [productSum, weighted] = [0n, 0n];
  for (const [rate, sum] of sums) [productSum, weighted] = [productSum + sum, weighted + sum * rate];
  return { productSum, interest: mulDiv(weighted, minorPerUnit, YEAR_DAYS * RATE_UNIT, "floor") };
}

/** Leaf of an entry. */
export function interestLeaf({ chainId, book, institution, quarter }: StatementPlace, entry: InterestEntry): string {
  const coder = AbiCoder.defaultAbiCoder();
  const once = keccak256(
    coder.encode(["uint256", "address", "uint16", "uint32", ENTRY], [chainId, book, institution, quarter, entry]),
  );
  return keccak256(coder.encode(["bytes32"], [once]));
}

/**
 * A bank's quarter as a tree. Wallets without interest are left out.
 * @throws UserError when nobody gets any, or a wallet is there twice.
 */
export function buildStatement(place: StatementPlace, all: readonly InterestEntry[]): Statement {
  const entries = all.filter(({ interest }) => interest > 0n);
  if (entries.length === 0) throw new UserError("No wallet gets any interest: there is nothing to state.");
  if (new Set(entries.map(({ wallet }) => wallet)).size !== entries.length) {
    throw new UserError("A wallet has two entries; add them up: each is paid once a quarter.");
  }
  const tree = new MerkleTree(entries.map((entry) => interestLeaf(place, entry)));
  return {
    ...{ root: tree.root, wallets: entries.length, entries },
    interest: entries.reduce((sum, { interest }) => sum + interest, 0n),
    dataHash: keccak256(AbiCoder.defaultAbiCoder().encode([`${ENTRY}[]`], [entries])),
    proofs: entries.map((_, index) => tree.proof(index)),
  };
}
