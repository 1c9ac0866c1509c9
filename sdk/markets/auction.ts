import { ZeroHash, solidityPackedKeccak256 } from "ethers";
import { UserError } from "../errors.js";
import { largestRemainder, largestRemainderThreshold, least } from "../rounding.js";
import { PRICE_RULE, type AuctionTerms, type Bid, type Underwriter } from "../eip712/auction.js";

/** A revealed bid with its id and its place. */
export interface RankedBid extends Bid {
  readonly id: string;
  /** From 1, in the order in which the bids were placed. */
  readonly position: bigint;
}

/** What a bid is allotted, and what it pays for each unit. */
export interface Allotment {
  readonly bid: RankedBid;
  readonly units: bigint;
  /** Minor units. */
  readonly price: bigint;
}

/** What decides an allocation, as `propose` takes it. */
export interface AuctionCut {
  readonly price: bigint;
  readonly demand: bigint;
  readonly remainder: bigint;
  readonly position: bigint;
}

/** The allocation of an auction. */
export interface Allocation {
  readonly cut: AuctionCut;
  /** Every revealed bid, in the order that `rank` takes them. */
  readonly allotments: readonly Allotment[];
  /** Units. */
  readonly allotted: bigint;
  /** Hash chain over bids and allotments, as the contract computes it. */
  readonly bidRoot: string;
  /** Units of each underwriter, in the order of the terms. */
  readonly underwriting: readonly bigint[];
}

/** The order in which bids are served: price falling, then place rising. */
export function inOrder(bids: readonly RankedBid[]): RankedBid[] {
  return bids.toSorted((a, b) => compare(b.price, a.price) || compare(a.position, b.position));
}

/**
 * Allocates a lot among revealed bids: above the marginal price in full, at it in proportion by largest remainder.
 * @throws UserError when two bids have one place, or a bid wants nothing.
 */
export function allocate(
  terms: Pick<AuctionTerms, "lot" | "priceRule" | "underwriters">,
  bids: readonly RankedBid[],
): Allocation {
  if (new Set(bids.map(({ position }) => position)).size !== bids.length) {
    throw new UserError("Two bids have the same place; give each revealed bid once.");
  }
  if (bids.some(({ units }) => units <= 0n)) throw new UserError("A bid wants no units; leave it out.");
  const ranked = inOrder(bids);
  const { cut, left } = marginOf(terms.lot, ranked);
  const allotments = ranked.map((bid) => {
    const units = bid.price > cut.price ? bid.units : bid.price === cut.price ? shareOf(bid, cut, left) : 0n;
    return { bid, units, price: terms.priceRule === PRICE_RULE.uniform ? cut.price : bid.price };
  });
  const allotted = allotments.reduce((sum, { units }) => sum + units, 0n);
  return {
    ...{ cut, allotments, allotted, bidRoot: bidRootOf(allotments) },
    underwriting: underwritingOf(terms.lot - allotted, terms.underwriters),
  };
}

/** The hash chain that pins an allocation down; allotments stand in their order. */
export function bidRootOf(allotments: readonly Pick<Allotment, "bid" | "units">[]): string {
  return allotments.reduce(
    (root, { bid, units }) => solidityPackedKeccak256(["bytes32", "bytes32", "uint256"], [root, bid.id, units]),
    ZeroHash,
  );
}

/** What underwriters take of what is unsold, by their shares. */
function underwritingOf(unsold: bigint, underwriters: readonly Underwriter[]): bigint[] {
  if (underwriters.length === 0) return [];
  return largestRemainder(
    unsold,
    underwriters.map(({ share }) => share),
  );
}

/** The marginal price with its demand, which shares at it are rounded up, and what is left of the lot for it. */
function marginOf(lot: bigint, ranked: readonly RankedBid[]): { readonly cut: AuctionCut; readonly left: bigint } {
  let above = 0n;
  for (let at = 0; at < ranked.length;) {
    const price = ranked[at]?.price ?? 0n;
    const tied = ranked.slice(at).filter((bid) => bid.price === price);
    const demand = tied.reduce((sum, { units }) => sum + units, 0n);
    at += tied.length;
    if (above + demand < lot && at < ranked.length) {
      above += demand;
      continue;
    }
    const left = least(lot - above, demand);
    return { cut: { price, demand, ...lastRoundedUp(tied, left, demand) }, left };
  }
  return { cut: { price: 0n, demand: 0n, remainder: 0n, position: 0n }, left: 0n };
}

function lastRoundedUp(
  tied: readonly RankedBid[],
  left: bigint,
  demand: bigint,
): Pick<AuctionCut, "remainder" | "position"> {
  const remainders = tied.map(({ units }) => (units * left) % demand);
  const floors = tied.reduce((sum, { units }) => sum + (units * left) / demand, 0n);
  const { threshold, atThreshold } = largestRemainderThreshold(remainders, Number(left - floors));
  const equal = tied.filter((_, index) => remainders[index] === threshold);
  return { remainder: threshold, position: equal[atThreshold - 1]?.position ?? 0n };
}

function shareOf({ units, position }: RankedBid, cut: AuctionCut, left: bigint): bigint {
  const remainder = (units * left) % cut.demand;
  const rounded = remainder > cut.remainder || (remainder === cut.remainder && position <= cut.position);
  return (units * left) / cut.demand + (remainder !== 0n && rounded ? 1n : 0n);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
