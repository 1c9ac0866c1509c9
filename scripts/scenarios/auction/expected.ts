/** A bid as the scenario's own book has it, in the order in which the bids were placed. */
export interface BookedBid {
  readonly units: bigint;
  readonly price: bigint;
  readonly shown: boolean;
}

/** What the book says of an auction: units of each bid, and the price of the last one served. */
export interface Booked {
  readonly units: readonly bigint[];
  readonly marginal: bigint;
}

/**
 * The allocation by hand: price by price from the top, all bids of a price at once, in full as long as the lot lasts; what
 * is left is dealt out at the last price unit by unit, each to the bid that is furthest behind its exact share. Shares
 * no formula with the SDK or the contract.
 */
export function byHand(lot: bigint, bids: readonly BookedBid[]): Booked {
  const units = bids.map(() => 0n);
  const prices = [...new Set(bids.filter(({ shown }) => shown).map(({ price }) => price))].sort((a, b) =>
    a > b ? -1 : 1,
  );
  let left = lot;
  let marginal = 0n;
  for (const price of prices) {
    if (left === 0n) break;
    marginal = price;
    const at = bids.flatMap((bid, index) => (bid.shown && bid.price === price ? [index] : []));
    left = deal(left, at, bids, units);
  }
  return { units, marginal };
}

/** Deals out what is left among some bids, and says what is left then. */
function deal(left: bigint, at: readonly number[], bids: readonly BookedBid[], units: bigint[]): bigint {
  const wanted = at.reduce((sum, index) => sum + (bids[index]?.units ?? 0n), 0n);
  if (wanted <= left) {
    for (const index of at) units[index] = bids[index]?.units ?? 0n;
    return left - wanted;
  }
  for (const index of at) units[index] = ((bids[index]?.units ?? 0n) * left) / wanted;
  let rest = left - at.reduce((sum, index) => sum + (units[index] ?? 0n), 0n);
  for (; rest > 0n; --rest) {
    // how far behind, in parts of `wanted` of a unit
    const behind = (index: number) => (bids[index]?.units ?? 0n) * left - (units[index] ?? 0n) * wanted;
    const next = at.reduce((best, index) => (behind(index) > behind(best) ? index : best));
    units[next] = (units[next] ?? 0n) + 1n;
  }
  return 0n;
}
