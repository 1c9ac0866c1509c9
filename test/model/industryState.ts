import type { PaymentOutcome } from "../../sdk/eip712/industry.js";
import { minor } from "../../sdk/money.js";
import { DAY, HOUR, LIMITS } from "../support/industry.js";

/**
 * Time goes by in steps, on each ledger by itself: so long that what else happens takes no time, and such that no limit of
 * the orders is a multiple of it.
 */
export const STEP = 20n * HOUR;
/** The story begins at noon, UTC+8. */
const NOON = 12n * HOUR;

/** Orders of the story: what each costs, and whether the application may ask for its purpose. */
export const ORDERS = [
  { amount: minor("700.00"), allowed: true },
  { amount: minor("700.00"), allowed: true },
  { amount: LIMITS.payment, allowed: true },
  { amount: minor("600.00"), allowed: true },
  { amount: LIMITS.payment + 1n, allowed: true },
  { amount: minor("200.00"), allowed: false },
] as const;

/** Last second of delivery, and expiry of the payer's hold, from the beginning. */
export const DELIVERY = 3n * DAY;
export const EXPIRY = 250n * HOUR;

/** Which ledger. */
export type EndName = "money" | "industry";
/** Where an order stands. */
export type Status =
  "none" | "placed" | "delivered" | "paymentRequested" | "paid" | "refused" | "timedOut" | "cancelled";

/** An order in the model. */
export interface ModelOrder {
  readonly amount: bigint;
  readonly allowed: boolean;
  status: Status;
  /** What the industry chain has heard. */
  outcome: PaymentOutcome;
  /** What the service has decided. */
  decided: PaymentOutcome;
  deliveredAt: bigint;
  hold: "none" | "held" | "captured" | "released";
}

/** A message in the model: a request from the industry chain, an answer from the money's ledger. */
export interface ModelMessage {
  readonly order: number;
  readonly deadline: bigint;
  result?: "success" | "rollback";
  closed: boolean;
  notified: boolean;
}

/** Both ledgers as plain objects that share no rule with the contracts. */
export interface State {
  readonly orders: ModelOrder[];
  /** By the ledger that sends. */
  readonly sent: Record<EndName, ModelMessage[]>;
  /** By the ledger that receives: how many have a result there. */
  readonly received: Record<EndName, number>;
  readonly halted: Record<EndName, boolean>;
  /** Steps that have gone by. */
  readonly steps: Record<EndName, bigint>;
  readonly frozen: { payer: boolean; payee: boolean };
  suspended: boolean;
  /** Paid for the application, by day. */
  readonly days: Map<bigint, bigint>;
}

/** Nothing has happened. */
export function beginning(): State {
  return {
    orders: ORDERS.map((order) => ({
      ...order,
      ...{ status: "none", outcome: "none", decided: "none", deliveredAt: 0n, hold: "none" },
    })),
    sent: { money: [], industry: [] },
    received: { money: 0, industry: 0 },
    halted: { money: false, industry: false },
    steps: { money: 0n, industry: 0n },
    frozen: { payer: false, payee: false },
    suspended: false,
    days: new Map(),
  };
}

/** Seconds since the beginning on a ledger; what happens within a step takes none. */
export function timeOf({ steps }: State, end: EndName): bigint {
  return steps[end] * STEP;
}

/** The day on the money's ledger. */
export function dayOf(state: State): bigint {
  return (timeOf(state, "money") + NOON) / DAY;
}

/** What was paid for the orders in all. */
export function paidOf({ orders }: State): bigint {
  return orders.filter(({ hold }) => hold === "captured").reduce((sum, { amount }) => sum + amount, 0n);
}
