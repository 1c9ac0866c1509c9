/** Where a quotient that is not whole goes; amounts are never negative, so floor is also "towards zero". */
export type Rounding = "floor" | "ceil" | "half-up";

/** Which remainders get one more unit: those above `threshold`, and the first `atThreshold` that equal it. */
export interface RemainderThreshold {
  readonly threshold: bigint;
  readonly atThreshold: number;
}

/**
 * `a × b / denominator` in full precision, rounded as asked; the error is less than one unit (half-up: at most half).
 * @throws RangeError when a factor is negative or the denominator is not positive.
 */
export function mulDiv(a: bigint, b: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (a < 0n || b < 0n || denominator <= 0n) throw new RangeError(`mulDiv(${a}, ${b}, ${denominator}) is not defined`);
  const product = a * b;
  switch (rounding) {
    case "floor":
      return product / denominator;
    case "ceil":
      return (product + denominator - 1n) / denominator;
    case "half-up":
      return (2n * product + denominator) / (2n * denominator);
  }
}

/**
 * Splits `total` in proportion to `weights` by the largest-remainder (Hamilton) method: every share is the exact one
 * rounded down or up, and the shares sum to `total`. Units left over go to the largest remainders; of equal
 * remainders, to the one that stands first.
 * @throws RangeError when `total` or a weight is negative, or the weights sum to zero.
 */
export function largestRemainder(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = sumOf(weights);
  if (total < 0n || sum === 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError("a split needs a total of at least zero and weights of at least zero that do not sum to zero");
  }
  const shares = weights.map((weight) => (total * weight) / sum);
  const remainders = weights.map((weight) => (total * weight) % sum);
  const left = Number(total - sumOf(shares));
  const { threshold, atThreshold } = largestRemainderThreshold(remainders, left);
  let ties = atThreshold;
  return shares.map((share, index) => {
    const remainder = remainders[index] ?? 0n;
    if (remainder > threshold) return share + 1n;
    return remainder === threshold && ties-- > 0 ? share + 1n : share;
  });
}

/**
 * The threshold that describes a largest-remainder split to someone who sees the remainders page by page and cannot
 * sort them, such as a contract: going through them in order, each remainder above `threshold` and the first
 * `atThreshold` equal to it get one unit more, `extra` in all. When `extra` is 0 the threshold is the largest
 * remainder and nobody gets more.
 * @param remainders in the order in which ties are broken.
 * @param extra units to hand out, 0 to the number of remainders.
 * @throws RangeError when `extra` is outside that range.
 */
export function largestRemainderThreshold(remainders: readonly bigint[], extra: number): RemainderThreshold {
  if (!Number.isInteger(extra) || extra < 0 || extra > remainders.length) {
    throw new RangeError(`cannot hand out ${extra} units among ${remainders.length} remainders`);
  }
  const descending = remainders.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  const threshold = descending[Math.max(extra - 1, 0)] ?? 0n;
  const above = descending.filter((remainder) => remainder > threshold).length;
  return { threshold, atThreshold: extra - above };
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

/** The smallest of some amounts. */
export function least(first: bigint, ...others: readonly bigint[]): bigint {
  return others.reduce((smallest, amount) => (amount < smallest ? amount : smallest), first);
}
