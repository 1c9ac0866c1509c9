import type { Movement } from "./interest.js";

/** One institution at the end of a day, minor units. See `IReserveFramework`. */
export interface ReserveRow {
  readonly institution: bigint;
  readonly wallets: bigint;
  readonly own: bigint;
  readonly held: bigint;
}

/** Whose an account is. */
export interface Holder {
  /** Institution whose customer it is, or that it belongs to; 0: nobody's. */
  readonly institution: bigint;
  /** Whether it is the institution's own. */
  readonly own: boolean;
}

/** Every account's balance, minor units, by everything that was ever transferred, issued and redeemed. */
export function balancesOf(movements: readonly Movement[]): Map<string, bigint> {
  const balances = new Map<string, bigint>();
  for (const { from, to, value } of movements) {
    balances.set(from, (balances.get(from) ?? 0n) - value);
    balances.set(to, (balances.get(to) ?? 0n) + value);
  }
  return balances;
}

/**
 * The table of a day: who has how much, by institution, rising. Nobody's accounts are the row of number 0.
 * @param balances Of all accounts, without the zero address.
 * @param held By institution: what it holds at the central bank.
 */
export function reserveRows(
  balances: ReadonlyMap<string, bigint>,
  holderOf: (account: string) => Holder,
  held: ReadonlyMap<bigint, bigint>,
): ReserveRow[] {
  const rows = new Map<bigint, { wallets: bigint; own: bigint }>();
  for (const number of held.keys()) rows.set(number, { wallets: 0n, own: 0n });
  for (const [account, balance] of balances) {
    if (balance === 0n) continue;
    const { institution, own } = holderOf(account);
    const row = rows.get(institution) ?? { wallets: 0n, own: 0n };
    row[own ? "own" : "wallets"] += balance;
    rows.set(institution, row);
  }
  return [...rows]
    .map(([institution, row]) => ({ institution, ...row, held: held.get(institution) ?? 0n }))
    .toSorted((a, b) => (a.institution < b.institution ? -1 : 1));
}

/** What an institution has to hold for its customers' wallets; `ratio` in basis points, rounded up. */
export function requirement(base: bigint, ratio: bigint): bigint {
  return (base * ratio + 9_999n) / 10_000n;
}
