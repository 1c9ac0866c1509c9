import type { BridgeCode } from "../../../sdk/deploy/bridgeParameters.js";
import { netPositions, type Payment } from "../../../sdk/netting.js";

/** A payment whose token is a currency's code. */
export interface CodedPayment extends Payment {
  readonly token: BridgeCode;
}

/** What a set of payments of one currency takes. */
export interface Need {
  readonly currency: BridgeCode;
  readonly payments: number;
  /** Sum of the payments. */
  readonly gross: bigint;
  /** What the payers must have together to pay one after the other, in this order. */
  readonly oneByOne: bigint;
  /** What they must have together to pay all at once. */
  readonly net: bigint;
}

/** The needs of each currency, in order of first appearance; payments in the order in which they would be paid. */
export function needsOf(payments: readonly CodedPayment[]): Need[] {
  return [...new Set(payments.map(({ token }) => token))].map((currency) => {
    const own = payments.filter(({ token }) => token === currency);
    return {
      currency,
      payments: own.length,
      gross: own.reduce((sum, { amount }) => sum + amount, 0n),
      oneByOne: oneByOne(own),
      net: netPositions(own).reduce((sum, { amount }) => sum + (amount < 0n ? -amount : 0n), 0n),
    };
  });
}

/** Each payer needs as much as it is ever short of. */
function oneByOne(payments: readonly Payment[]): bigint {
  const running = new Map<string, bigint>();
  const lowest = new Map<string, bigint>();
  for (const { from, to, amount } of payments) {
    const left = (running.get(from) ?? 0n) - amount;
    running.set(from, left);
    running.set(to, (running.get(to) ?? 0n) + amount);
    if (left < (lowest.get(from) ?? 0n)) lowest.set(from, left);
  }
  return [...lowest.values()].reduce((sum, short) => sum - short, 0n);
}
