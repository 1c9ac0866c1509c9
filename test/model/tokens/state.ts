import { mostMoney, mostUnits } from "../../../scripts/scenarios/fund-dealing/book.js";
import { DAY, found, refuse, requireThat } from "../tale.js";

/** Two banks whose deposits are tokens, and who has some of them. */
export const BANKS = ["hsbc", "bochk"] as const;
export type Bank = (typeof BANKS)[number];
export const BANK_OF = { ann: "hsbc", shop: "hsbc", bob: "bochk", company: "bochk", fund: "bochk" } as const;
export type Person = keyof typeof BANK_OF;
export const PEOPLE = Object.keys(BANK_OF) as readonly Person[];
/** Who may have units, and who also has a wallet without limits. */
export const INVESTORS = ["ann", "shop", "bob"] as const;
export type Investor = (typeof INVESTORS)[number];
export const COMPANIES = ["shop", "company"] as const satisfies readonly Person[];

/** A form of the same money: deposits at a bank, or central bank money. */
export type Form = Bank | "money";
export const FORMS: readonly Form[] = [...BANKS, "money"];

/** What both banks authorise, in cents. */
export const LIMITS = { single: 200_000n, day: 300_000n, accepts: 250_000n } as const;
/** Seconds after midnight, seconds, 1/10,000. */
export const TERMS = { cutOff: 54_000n, patience: 2n * DAY, band: 200n } as const;

/** A payment between two forms. */
export interface Payment {
  readonly from: Person;
  readonly to: Person;
  readonly gives: Form;
  readonly gets: Form;
  readonly amount: bigint;
}

/** A fund order in the model. */
export interface OrderModel {
  readonly kind: "subscription" | "redemption";
  readonly investor: Investor;
  readonly form: Form;
  readonly amount: bigint;
  readonly day: bigint;
  /** Names it on the chain. */
  readonly salt: string;
  standing: "placed" | "dealt" | "cancelled" | "lapsed";
  /** What it got when it was dealt. */
  got: bigint;
}

/** Everything the model knows; amounts by `person form`. */
export interface State {
  now: bigint;
  readonly free: Map<string, bigint>;
  readonly held: Map<string, bigint>;
  readonly units: Map<Investor, bigint>;
  readonly heldUnits: Map<Investor, bigint>;
  readonly reserves: Map<Bank, bigint>;
  /** Central bank money less deposits, which no payment changes. */
  readonly net: Map<Bank, bigint>;
  /** What each bank has paid out by orders on a day, by `bank day`. */
  readonly paid: Map<string, bigint>;
  readonly navs: Map<bigint, bigint>;
  lastNav: bigint;
  lastDay: bigint;
  readonly orders: OrderModel[];
  /** References of payments that went through. */
  readonly done: string[];
  names: number;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly dayLimitBinds: boolean;
  readonly banksAccept: boolean;
  readonly banksNeedMoney: boolean;
  readonly ordersCountOnce: boolean;
  readonly cutOffBinds: boolean;
  readonly bandBinds: boolean;
  readonly roundsDown: boolean;
  readonly daysEnd: boolean;
}

export const RULES: Rules = {
  dayLimitBinds: true,
  banksAccept: true,
  banksNeedMoney: true,
  ordersCountOnce: true,
  cutOffBinds: true,
  bandBinds: true,
  roundsDown: true,
  daysEnd: true,
};

export const at = (person: Person, form: Form): string => `${person} ${form}`;

/** The day in UTC+8. */
export function dayOf(time: bigint): bigint {
  return (time + 28_800n) / DAY;
}

export function cutOffOf(day: bigint): bigint {
  return day * DAY - 28_800n + TERMS.cutOff;
}

export function deadlineOf(day: bigint): bigint {
  return cutOffOf(day) + TERMS.patience;
}

/** Monday to Friday. */
export function isDealingDay(day: bigint): boolean {
  return (day + 3n) % 7n < 5n;
}

/** Done once; named by `businessRef`. */
export function pay(state: State, rules: Rules, payment: Payment, businessRef: string, forged: boolean): void {
  requireThat(!forged, "DepositConsentMissing");
  requireThat(!(rules.ordersCountOnce && state.done.includes(businessRef)), "HoldAlreadyUsed");
  cover(state.free, state.held, at(payment.from, payment.gives), payment.amount);
  take(state.free, at(payment.from, payment.gives), payment.amount);
  settle(state, rules, payment);
  state.done.push(businessRef);
}

/** A bank pays the other one. */
export function transferReserves(state: State, from: Bank, amount: bigint): void {
  const to = from === "hsbc" ? "bochk" : "hsbc";
  requireThat(amount <= found(state.reserves.get(from), "bank"), "ERC20InsufficientBalance");
  for (const [bank, change] of [
    [from, -amount],
    [to, amount],
  ] as const) {
    give(state.reserves, bank, change);
    give(state.net, bank, change);
  }
}

export function place(state: State, rules: Rules, order: Omit<OrderModel, "standing" | "got">, forged: boolean): void {
  const { kind, investor, form, amount, day } = order;
  requireThat(isDealingDay(day), "FundDayInvalid");
  const late = rules.cutOffBinds && state.now >= cutOffOf(day);
  requireThat(!late && day <= dayOf(state.now) + 7n, "FundOrderTimeInvalid");
  requireThat(!forged, "FundConsentInvalid");
  if (kind === "subscription") move(state.free, state.held, at(investor, form), amount);
  else move(state.units, state.heldUnits, investor, amount);
  state.orders.push({ ...order, standing: "placed", got: 0n });
}

export function cancel(state: State, rules: Rules, order: OrderModel, by: Person): void {
  requireThat(by === order.investor, "FundOrderCallerInvalid");
  requireThat(order.standing === "placed", "FundOrderStatusInvalid");
  requireThat(!(rules.cutOffBinds && state.now >= cutOffOf(order.day)), "FundOrderTimeInvalid");
  giveBack(state, order, "cancelled");
}

export function publish(state: State, rules: Rules, day: bigint, nav: bigint): void {
  requireThat(isDealingDay(day), "FundDayInvalid");
  requireThat(day > state.lastDay, "NavOutOfOrder");
  requireThat(state.now >= cutOffOf(day) && state.now < deadlineOf(day), "NavTimeInvalid");
  const difference = nav > state.lastNav ? nav - state.lastNav : state.lastNav - nav;
  requireThat(!rules.bandBinds || difference * 10_000n <= state.lastNav * TERMS.band, "NavOutOfBand");
  state.navs.set(day, nav);
  state.lastNav = nav;
  state.lastDay = day;
}

export function deal(state: State, rules: Rules, order: OrderModel): void {
  requireThat(order.standing === "placed", "FundOrderStatusInvalid");
  requireThat(!(rules.daysEnd && state.now >= deadlineOf(order.day)), "FundDealingOver");
  const nav = state.navs.get(order.day);
  if (nav === undefined) return refuse("NavMissing");
  const { investor, form, amount, kind } = order;
  if (kind === "subscription") {
    const units = mostUnits(amount, nav) + (rules.roundsDown ? 0n : 1n);
    take(state.held, at(investor, form), amount);
    settle(state, rules, { from: investor, to: "fund", gives: form, gets: "bochk", amount });
    give(state.units, investor, units);
    order.got = units;
  } else {
    const money = mostMoney(amount, nav);
    requireThat(money > 0n, "FundOrderWorthless");
    cover(state.free, state.held, at("fund", "bochk"), money);
    take(state.free, at("fund", "bochk"), money);
    take(state.heldUnits, investor, amount);
    settle(state, rules, { from: "fund", to: investor, gives: "bochk", gets: form, amount: money });
    order.got = money;
  }
  order.standing = "dealt";
}

export function lapse(state: State, order: OrderModel): void {
  requireThat(order.standing === "placed", "FundOrderStatusInvalid");
  requireThat(state.now >= deadlineOf(order.day), "FundDealingNotOver");
  giveBack(state, order, "lapsed");
}

/** What the payer gives has been taken; the payee gets, and central bank money goes where it has to. */
function settle(state: State, rules: Rules, { gives, gets, to, amount }: Payment): void {
  if (gives !== gets) {
    if (gets !== "money") requireThat(!rules.banksAccept || amount <= LIMITS.accepts, "DepositNotAccepted");
    if (gives !== "money") payOut(state, rules, gives, amount);
    if (gets !== "money") give(state.reserves, gets, amount);
  }
  give(state.free, at(to, gets), amount);
}

/** A bank's money leaves its account. */
function payOut(state: State, rules: Rules, bank: Bank, amount: bigint): void {
  requireThat(amount <= LIMITS.single, "DepositSingleLimitExceeded");
  const key = `${bank} ${dayOf(state.now)}`;
  const paid = state.paid.get(key) ?? 0n;
  requireThat(!rules.dayLimitBinds || paid + amount <= LIMITS.day, "DepositDayLimitExceeded");
  const has = found(state.reserves.get(bank), "bank");
  requireThat(!rules.banksNeedMoney || amount <= has, "ERC20InsufficientBalance");
  give(state.reserves, bank, -amount);
  state.paid.set(key, paid + amount);
}

function giveBack(state: State, order: OrderModel, standing: "cancelled" | "lapsed"): void {
  const { kind, investor, form, amount } = order;
  if (kind === "subscription") {
    take(state.held, at(investor, form), amount);
    give(state.free, at(investor, form), amount);
  } else {
    take(state.heldUnits, investor, amount);
    give(state.units, investor, amount);
  }
  order.standing = standing;
}

/** From free to held. */
function move<Key>(free: Map<Key, bigint>, held: Map<Key, bigint>, key: Key, amount: bigint): void {
  cover(free, held, key, amount);
  take(free, key, amount);
  give(held, key, amount);
}

function cover<Key>(free: Map<Key, bigint>, held: Map<Key, bigint>, key: Key, amount: bigint): void {
  const has = free.get(key) ?? 0n;
  requireThat(amount <= has + (held.get(key) ?? 0n), "ERC20InsufficientBalance");
  requireThat(amount <= has, "LedgerInsufficientSpendable");
}

function take<Key>(amounts: Map<Key, bigint>, key: Key, amount: bigint): void {
  give(amounts, key, -amount);
}

function give<Key>(amounts: Map<Key, bigint>, key: Key, amount: bigint): void {
  amounts.set(key, (amounts.get(key) ?? 0n) + amount);
}
