import { AbiCoder, keccak256 } from "ethers";

/** Who is paid, and how much. */
export interface Payee {
  readonly account: string;
  /** Minor units. */
  readonly amount: bigint;
}

/** Payees of one page, at most. */
export const MAXIMUM_PAGE = 200;

/** A page of payees: what goes to the chain, and the hash by which applications and rosters know it. */
export interface PayeePage {
  readonly entries: bigint[];
  readonly hash: string;
}

/** One page of payees. */
export function payeePage(payees: readonly Payee[]): PayeePage {
  const entries = payees.map(({ account, amount }) => (BigInt(account) << 96n) | amount);
  return { entries, hash: keccak256(AbiCoder.defaultAbiCoder().encode(["uint256[]"], [entries])) };
}

/** Payees in pages of `size`, in their order. */
export function payeePages(payees: readonly Payee[], size = MAXIMUM_PAGE): PayeePage[] {
  const pages: PayeePage[] = [];
  for (let first = 0; first < payees.length; first += size) pages.push(payeePage(payees.slice(first, first + size)));
  return pages;
}

/** Sum of what payees get, minor units. */
export function sumOf(payees: readonly Payee[]): bigint {
  return payees.reduce((sum, { amount }) => sum + amount, 0n);
}
