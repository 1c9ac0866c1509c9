import { found, requireThat } from "../tale.js";

export const INVESTORS = ["bochk", "company", "icbc", "boc"] as const;
export type Investor = (typeof INVESTORS)[number];
/** Everybody whose money and units are followed. */
export const PARTIES = [...INVESTORS, "issuer"] as const;
export type Party = (typeof PARTIES)[number];

/** Units, and minor units. */
export const SALE = { units: 20n, lowest: 95_000n, highest: 105_000n } as const;
/** Hours after the opening. */
export const HOURS = { closes: 6n, allotsUntil: 12n, until: 22n } as const;
export const HOUR = 3_600n;

export type OrderStep = "none" | "placed" | "revoked" | "declined" | "allotted" | "failed" | "settled";
/** An order in the model: signed at some time, and maybe placed. */
export interface OrderModel {
  readonly who: Investor;
  readonly units: bigint;
  readonly least: bigint;
  readonly price: bigint;
  readonly name: string;
  step: OrderStep;
  got: bigint;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  readonly opens: bigint;
  step: "open" | "priced" | "final";
  price: bigint;
  delivered: bigint;
  names: number;
  readonly orders: OrderModel[];
  readonly withheld: Set<Party>;
  readonly frozen: Set<Investor>;
  readonly money: Map<Party, bigint>;
  readonly units: Map<Party, bigint>;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly limitBinds: boolean;
  readonly leastBinds: boolean;
  readonly sizeBinds: boolean;
  readonly revocable: boolean;
  readonly failedMayRetry: boolean;
  readonly endBinds: boolean;
}

export const RULES: Rules = {
  limitBinds: true,
  leastBinds: true,
  sizeBinds: true,
  revocable: true,
  failedMayRetry: true,
  endBinds: true,
};

export function orderAt({ orders }: State, at: number): OrderModel {
  return found(orders[at], "order");
}

export function allotted({ orders }: State): bigint {
  return orders.reduce((sum, { got }) => sum + got, 0n);
}

export function momentOf({ opens }: State, moment: keyof typeof HOURS): bigint {
  return opens + HOURS[moment] * HOUR;
}

export function place(state: State, at: number, by: Investor): void {
  const order = orderAt(state, at);
  requireOrdering(state);
  requireThat(order.step === "none", "BookOrderStatusInvalid");
  requireThat(order.price >= SALE.lowest, "BookOrderInvalid");
  requireThat(!state.withheld.has(order.who), "BookAgentMissing");
  requireThat(by === order.who, "BookSignatureInvalid");
  order.step = "placed";
}

export function revoke(state: State, { revocable }: Rules, at: number, by: Investor): void {
  const order = orderAt(state, at);
  requireOrdering(state);
  requireThat(by === order.who, "BookCallerInvalid");
  requireThat(revocable && (order.step === "none" || order.step === "placed"), "BookOrderStatusInvalid");
  order.step = "revoked";
}

export function close(state: State, price: bigint): void {
  requireThat(state.step === "open", "BookStatusInvalid");
  requireAllotting(state);
  requireThat(price <= SALE.highest, "BookPriceInvalid");
  [state.step, state.price] = ["priced", price];
}

export function allot(state: State, rules: Rules, at: number, units: bigint): void {
  const order = orderAt(state, at);
  requireThat(state.step === "priced", "BookStatusInvalid");
  requireAllotting(state);
  requireThat(order.step === "placed", "BookOrderStatusInvalid");
  if (units !== 0n) {
    if (rules.limitBinds) requireThat(state.price <= order.price, "BookLimitExceeded");
    const enough = !rules.leastBinds || units >= order.least;
    requireThat(enough && units <= order.units, "BookAllotmentInvalid");
  }
  if (rules.sizeBinds) requireThat(allotted(state) + units <= SALE.units, "BookUnitsExceeded");
  order.step = units === 0n ? "declined" : "allotted";
  order.got = units;
}

export function finalize(state: State): void {
  requireThat(state.step === "priced", "BookStatusInvalid");
  requireAllotting(state);
  state.step = "final";
}

export function settle(state: State, rules: Rules, at: number): void {
  const order = orderAt(state, at);
  requireThat(state.step === "final", "BookStatusInvalid");
  requireThat(state.now >= momentOf(state, "allotsUntil"), "BookTimeInvalid");
  if (rules.endBinds) requireThat(state.now <= momentOf(state, "until"), "BookTimeInvalid");
  const due = order.step === "allotted" || (rules.failedMayRetry && order.step === "failed");
  requireThat(due, "BookOrderStatusInvalid");
  const { who, got } = order;
  const refused = state.frozen.has(who) || state.withheld.has(who) || state.withheld.has("issuer");
  order.step = refused ? "failed" : "settled";
  if (refused) return;
  add(state.money, who, -got * state.price);
  add(state.money, "issuer", got * state.price);
  add(state.units, "issuer", -got);
  add(state.units, who, got);
  state.delivered += got;
}

// ----------------------------------------------------------------------- internals

function requireOrdering(state: State): void {
  requireThat(state.step === "open", "BookStatusInvalid");
  requireThat(state.now < momentOf(state, "closes"), "BookTimeInvalid");
}

function requireAllotting(state: State): void {
  const isOn = state.now >= momentOf(state, "closes") && state.now <= momentOf(state, "allotsUntil");
  requireThat(isOn, "BookTimeInvalid");
}

function add<Key>(map: Map<Key, bigint>, key: Key, amount: bigint): void {
  map.set(key, (map.get(key) ?? 0n) + amount);
}
