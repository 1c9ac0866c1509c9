import { act365f } from "../../../sdk/daycount.js";

/** An amount that is not rounded yet. */
export interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}

/** What a note's coupon is computed from: days, a unit's nominal and instalment in minor units, a rate of 1e8. */
export interface Accrual {
  readonly start: number;
  readonly end: number;
  readonly nominal: bigint;
  readonly rate: bigint;
  readonly principal: bigint;
}

/** A fixing with its spread, never below zero nor above the highest rate. */
export function paidRate(fixing: bigint, spread: bigint, highest: bigint): bigint {
  const rate = fixing + spread;
  if (rate < 0n) return 0n;
  return rate > highest ? highest : rate;
}

/** One unit's interest and instalment. */
export function perUnit({ start, end, nominal, rate, principal }: Accrual): Fraction {
  const year = act365f(start, end);
  const den = year.den * 10n ** 8n;
  return { num: nominal * rate * year.num + principal * den, den };
}

/** To the nearest minor unit, halves up. */
export function nearest({ num, den }: Fraction): bigint {
  const down = num / den;
  return 2n * (num - down * den) >= den ? down + 1n : down;
}

/**
 * Whole parts of a whole: everybody's exact part rounded down, and then one more to whoever lost most by it, one after
 * the other, until nothing is left.
 * @param parts by name, in the order in which ties are broken.
 */
export function sharedOut(
  total: bigint,
  each: Fraction,
  parts: readonly (readonly [string, bigint])[],
): Map<string, bigint> {
  const exact = parts.map(([name, part]) => ({ name, num: part * each.num }));
  const shares = new Map(exact.map(({ name, num }) => [name, num / each.den]));
  const waiting = exact
    .map(({ name, num }, place) => ({ name, place, lost: num % each.den }))
    .sort((a, b) => (a.lost === b.lost ? a.place - b.place : a.lost > b.lost ? -1 : 1));
  let left = total - [...shares.values()].reduce((sum, share) => sum + share, 0n);
  for (const { name } of waiting) {
    if (left === 0n) break;
    shares.set(name, (shares.get(name) ?? 0n) + 1n);
    left -= 1n;
  }
  return shares;
}

/** Who holds how many units, by the scenario's own book-keeping, in the order of the note's list of accounts. */
export class UnitsBook {
  readonly #units: Map<string, bigint>;

  constructor(issuer: string, size: bigint, others: readonly string[]) {
    this.#units = new Map([[issuer, size], ...others.map((name) => [name, 0n] as const)]);
  }

  of(name: string): bigint {
    return this.#units.get(name) ?? 0n;
  }

  move(from: string, to: string, units: bigint): void {
    this.#units.set(from, this.of(from) - units);
    this.#units.set(to, this.of(to) + units);
  }

  redeemAll(): void {
    for (const name of this.#units.keys()) this.#units.set(name, 0n);
  }

  holders(): [string, bigint][] {
    return [...this.#units].filter(([, units]) => units !== 0n);
  }

  total(): bigint {
    return [...this.#units.values()].reduce((sum, units) => sum + units, 0n);
  }
}
