import type { Rules } from "./rules.js";
import {
  found,
  heldOf,
  refuse,
  requireThat,
  walletOf,
  type Currency,
  type Executor,
  type HoldState,
  type Limits,
  type Person,
  type State,
  type WalletState,
} from "./state.js";

const INSTITUTION = 6;
const LAST_EXPIRY = 2n ** 48n - 1n;

/** Limits in force when a story begins, by class; a class without an entry is closed. */
export const CLASS_LIMITS: ReadonlyMap<number, Limits> = new Map([
  [1, { balance: undefined, single: undefined, day: undefined, year: undefined }],
  [2, { balance: 500_000n, single: 50_000n, day: 100_000n, year: undefined }],
  [3, { balance: 20_000n, single: 5_000n, day: 6_000n, year: 9_000n }],
  [4, { balance: 10_000n, single: 2_000n, day: 3_000n, year: 5_000n }],
  [5, { balance: undefined, single: undefined, day: undefined, year: undefined }],
  [6, { balance: undefined, single: undefined, day: undefined, year: undefined }],
  [7, { balance: undefined, single: undefined, day: undefined, year: undefined }],
]);

/** Terms of a hold before it is placed. */
export type Terms = Pick<HoldState, "payer" | "payee" | "executor" | "amount" | "expiry" | "ref">;

/** The calendar date that contains the Unix second `time`, as a person would write it. */
export function dateOf(rules: Rules, time: bigint): string {
  return new Date((Number(time) + rules.calendarHours * 3600) * 1000).toISOString().slice(0, 10);
}

/** What counts on the date, and in its year. */
export function countedOf(wallet: WalletState, date: string): { day: bigint; year: bigint } {
  let day = 0n;
  let year = 0n;
  for (const entry of wallet.counted) {
    if (entry.date === date) day += entry.amount;
    if (entry.date.slice(0, 4) === date.slice(0, 4)) year += entry.amount;
  }
  return { day, year };
}

export function pay(state: State, rules: Rules, currency: Currency, from: Person, to: Person, amount: bigint): void {
  const giver = walletOf(state, currency, from);
  commit(state, rules, currency, from, walletOf(state, currency, to), amount);
  giver.balance -= amount;
  receive(state, currency, to, amount);
}

/** Replaces a class's limits; a day's may not be above its year's. */
export function setLimits(state: State, currency: Currency, walletClass: number, limits: Limits): void {
  const { day, year } = limits;
  requireThat(day === undefined || year === undefined || day <= year, "ClassLimitsInvalid");
  state.money[currency].limits.set(walletClass, limits);
}

/** Uses up the allowance that `owner` gave `spender`. */
export function spendAllowance(state: State, currency: Currency, owner: Person, spender: Person, amount: bigint): void {
  const { allowances } = state.money[currency];
  const key = `${owner}/${spender}`;
  const allowed = allowances.get(key) ?? 0n;
  requireThat(amount <= allowed, "ERC20InsufficientAllowance");
  allowances.set(key, allowed - amount);
}

/** A payment by the payer's signature; the reference is the authorization's nonce. */
export function payAuthorized(
  state: State,
  rules: Rules,
  currency: Currency,
  [from, to]: readonly [Person, Person],
  amount: bigint,
  nonce: bigint,
): void {
  const { nonces } = state.money[currency];
  const key = `${from}/${nonce}`;
  requireThat(!nonces.has(key), "AuthorizationAlreadyUsed");
  nonces.add(key);
  pay(state, rules, currency, from, to, amount);
}

export function placeHold(state: State, rules: Rules, currency: Currency, name: string, terms: Terms): void {
  const { holds } = state.money[currency];
  requireThat(terms.amount !== 0n && terms.payer !== terms.payee, "HoldTermsInvalid");
  requireThat(terms.expiry > state.now && terms.expiry <= LAST_EXPIRY, "HoldExpiryInvalid");
  requireThat(!holds.has(name), "HoldAlreadyUsed");
  const countedOn = commit(state, rules, currency, terms.payer, undefined, terms.amount);
  holds.set(name, { ...terms, countedOn, remaining: terms.amount });
}

export function captureHold(
  state: State,
  currency: Currency,
  name: string,
  by: Executor,
  to: Person,
  amount: bigint,
): void {
  const hold = found(state.money[currency].holds.get(name), name);
  requireThat(hold.payee === undefined || hold.payee === to, "HoldPayeeMismatch");
  requireThat(to !== hold.payer, "HoldPayeeMismatch");
  takeHeld(state, currency, hold, by, amount);
  receive(state, currency, to, amount);
}

/** Takes it from the payer; who calls this credits or destroys it. */
export function takeHeld(state: State, currency: Currency, hold: HoldState, by: Executor, amount: bigint): void {
  requireThat(by === hold.executor, "HoldUnauthorized");
  requireThat(hold.remaining !== 0n, "HoldNotActive");
  requireThat(state.now < hold.expiry, "HoldExpired");
  requireThat(amount <= hold.remaining, "HoldAmountExceeded");
  const payer = walletOf(state, currency, hold.payer);
  requireThat(!isHalted(state, currency, payer.walletClass), "WalletHalted");
  hold.remaining -= amount;
  payer.balance -= amount;
}

export function releaseHold(state: State, rules: Rules, currency: Currency, name: string, by: Executor): void {
  const hold = found(state.money[currency].holds.get(name), name);
  requireThat(hold.remaining !== 0n, "HoldNotActive");
  requireThat(by === hold.executor || state.now >= hold.expiry, "HoldUnauthorized");
  if (hold.countedOn !== undefined && rules.releaseGivesBack) {
    walletOf(state, currency, hold.payer).counted.push({ date: hold.countedOn, amount: -hold.remaining });
  }
  hold.remaining = 0n;
}

export function forceTransfer(
  state: State,
  rules: Rules,
  currency: Currency,
  from: Person,
  to: Person,
  amount: bigint,
): void {
  const giver = walletOf(state, currency, from);
  requireThat(from !== to, "ERC7943CannotTransfer");
  requireThat(amount <= giver.balance, "ERC20InsufficientBalance");
  const held = rules.ordersReachHeld ? 0n : heldOf(state, currency, from);
  requireThat(amount <= giver.balance - held, "LedgerOrderExceedsUnheld");
  giver.balance -= amount;
  const left = giver.balance - held;
  if (giver.frozenAmount > left) giver.frozenAmount = left;
  receive(state, currency, to, amount);
}

/** Credits a wallet that may be paid and has room. */
export function receive(state: State, currency: Currency, to: Person, amount: bigint): void {
  const receiver = walletOf(state, currency, to);
  requireThat(!receiver.frozen, "ERC7943CannotReceive");
  const limits = limitsIfActive(state, currency, receiver, "ERC7943CannotReceive");
  if (limits.balance !== undefined) {
    requireThat(receiver.balance + amount <= limits.balance, "WalletBalanceLimitExceeded");
  }
  requireThat(receiver.balance + amount < 2n ** 64n, "WalletBalanceLimitExceeded");
  receiver.balance += amount;
}

/** Checks the giver and counts the amount; answers the date it was counted on, if it was. */
function commit(
  state: State,
  rules: Rules,
  currency: Currency,
  from: Person,
  to: WalletState | undefined,
  amount: bigint,
): string | undefined {
  const giver = walletOf(state, currency, from);
  requireThat(!giver.frozen, "ERC7943CannotSend");
  const limits = limitsIfActive(state, currency, giver, "ERC7943CannotSend");
  const redeems = to?.walletClass === INSTITUTION && to.sponsor === giver.sponsor && rules.redemptionExempt;
  const countedOn = redeems ? undefined : count(state, rules, giver, limits, to === undefined, amount);
  requireCover(giver, heldOf(state, currency, from), amount);
  return countedOn;
}

function count(
  state: State,
  rules: Rules,
  giver: WalletState,
  limits: Limits,
  isHold: boolean,
  amount: bigint,
): string | undefined {
  const within = (sum: bigint, limit: bigint) => (rules.limitsInclusive ? sum <= limit : sum < limit);
  requireThat(amount < 2n ** 64n, "WalletSingleLimitExceeded");
  if (limits.single !== undefined) requireThat(within(amount, limits.single), "WalletSingleLimitExceeded");
  if (limits.day === undefined && limits.year === undefined) return undefined;
  if (isHold && !rules.holdsCount) return undefined;
  const date = dateOf(rules, state.now);
  const { day, year } = countedOf(giver, date);
  if (limits.day !== undefined) requireThat(within(day + amount, limits.day), "WalletDayLimitExceeded");
  if (limits.year !== undefined) requireThat(within(year + amount, limits.year), "WalletYearLimitExceeded");
  giver.counted.push({ date, amount });
  return date;
}

function requireCover(giver: WalletState, held: bigint, amount: bigint): void {
  const unheld = giver.balance - held;
  const spendable = unheld > giver.frozenAmount ? unheld - giver.frozenAmount : 0n;
  if (amount <= spendable) return;
  requireThat(amount <= giver.balance, "ERC20InsufficientBalance");
  refuse(amount <= unheld ? "ERC7943InsufficientUnfrozenBalance" : "LedgerInsufficientSpendable");
}

function limitsIfActive(state: State, currency: Currency, wallet: WalletState, closed: string): Limits {
  const limits = state.money[currency].limits.get(wallet.walletClass);
  if (limits === undefined) refuse(closed);
  requireThat(!isHalted(state, currency, wallet.walletClass), "WalletHalted");
  return limits;
}

function isHalted(state: State, currency: Currency, walletClass: number): boolean {
  return state.money[currency].allHalted || state.money[currency].halted.has(walletClass);
}
