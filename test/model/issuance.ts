import type { Rules } from "./rules.js";
import { receive, releaseHold, takeHeld } from "./ledger.js";
import {
  found,
  requireThat,
  walletOf,
  type BankState,
  type Currency,
  type Person,
  type RequestState,
  type State,
} from "./state.js";

/** Most that one institution may be issued at once, and seconds until a spent rate is whole again. */
export const RATE = { capacity: 400_000n, window: 86_400n } as const;

const CUSTOMER_CLASSES = [1, 2, 3, 4, 5, 7];

/** Pending: Σ of the open requests for issue. */
export function pendingOf(state: State, currency: Currency, bank: number): bigint {
  let pending = 0n;
  for (const request of state.money[currency].requests.values()) {
    if (request.kind === "issue" && request.bank === bank && request.status === "requested") pending += request.amount;
  }
  return pending;
}

export function requestIssue(
  state: State,
  rules: Rules,
  currency: Currency,
  name: string,
  request: Pick<RequestState, "bank" | "amount" | "expiry" | "ref">,
): void {
  const bank = bankOf(state, currency, request.bank);
  requireThat(bank.active, "InstitutionNotActive");
  requireThat(request.amount !== 0n, "IssuanceAmountInvalid");
  const pending = rules.pendingTakesQuota ? pendingOf(state, currency, request.bank) : 0n;
  const taken = bank.issued + pending + request.amount;
  requireThat(taken <= bank.quota + bank.redeemed, "IssuanceQuotaExceeded");
  open(state, currency, name, { ...request, kind: "issue", hold: undefined, status: "requested" });
}

export function issue(state: State, currency: Currency, name: string, attested: boolean): void {
  const { request, bank } = requested(state, currency, name, attested);
  requireThat(bank.active, "InstitutionNotActive");
  requireThat(bank.issued + request.amount <= bank.quota + bank.redeemed, "IssuanceQuotaExceeded");
  const refilled = ((state.now - bank.rateTime) * RATE.capacity) / RATE.window;
  const used = bank.rateUsed > refilled ? bank.rateUsed - refilled : 0n;
  requireThat(used + request.amount <= RATE.capacity, "IssuanceRateExceeded");
  receive(state, currency, bank.account, request.amount);
  Object.assign(bank, { issued: bank.issued + request.amount, rateUsed: used + request.amount, rateTime: state.now });
  state.money[currency].issued += request.amount;
  request.status = "completed";
}

export function requestRedemption(
  state: State,
  currency: Currency,
  name: string,
  request: Pick<RequestState, "bank" | "ref"> & { readonly hold: string },
): void {
  const { remaining, expiry } = found(state.money[currency].holds.get(request.hold), request.hold);
  requireThat(remaining !== 0n, "IssuanceHoldNotActive");
  open(state, currency, name, { ...request, kind: "redemption", amount: remaining, expiry, status: "requested" });
}

export function redeem(state: State, currency: Currency, name: string, attested: boolean): void {
  const { request, bank } = requested(state, currency, name, attested);
  const hold = found(state.money[currency].holds.get(found(request.hold, "hold")), "hold");
  takeHeld(state, currency, hold, "desk", request.amount);
  bank.redeemed += request.amount;
  state.money[currency].redeemed += request.amount;
  request.status = "completed";
}

/** The operator rejects it, or anyone ends it once its time is over. */
export function endRequest(state: State, rules: Rules, currency: Currency, name: string, rejected: boolean): void {
  const { requests, holds } = state.money[currency];
  const request = found(requests.get(name), name);
  requireThat(request.status === "requested", "IssuanceRequestNotOpen");
  requireThat(rejected || state.now >= request.expiry, "IssuanceRequestNotExpired");
  request.status = rejected ? "rejected" : "expired";
  if (request.hold === undefined || holds.get(request.hold)?.remaining === 0n) return;
  releaseHold(state, rules, currency, request.hold, "desk");
}

export function openWallet(state: State, currency: Currency, bank: number, person: Person, walletClass: number): void {
  requireThat(bankOf(state, currency, bank).active, "InstitutionNotActive");
  requireThat(CUSTOMER_CLASSES.includes(walletClass), "WalletClassInvalid");
  const wallet = walletOf(state, currency, person);
  requireThat(wallet.walletClass === 0, "WalletAlreadyOpen");
  Object.assign(wallet, { walletClass, sponsor: bank });
}

export function reclassifyWallet(
  state: State,
  currency: Currency,
  bank: number,
  person: Person,
  walletClass: number,
): void {
  const wallet = sponsored(state, currency, bank, person);
  requireThat(CUSTOMER_CLASSES.includes(walletClass), "WalletClassInvalid");
  wallet.walletClass = walletClass;
}

export function closeWallet(state: State, currency: Currency, bank: number, person: Person): void {
  const wallet = sponsored(state, currency, bank, person);
  requireThat(wallet.balance === 0n, "WalletNotEmpty");
  Object.assign(wallet, { walletClass: 0, sponsor: 0 });
}

export function bankOf(state: State, currency: Currency, bank: number): BankState {
  return found(state.money[currency].banks.get(bank), `institution ${bank} of ${currency}`);
}

function sponsored(state: State, currency: Currency, bank: number, person: Person) {
  requireThat(bankOf(state, currency, bank).active, "InstitutionNotActive");
  const wallet = walletOf(state, currency, person);
  requireThat(wallet.walletClass !== 0 && wallet.sponsor === bank && wallet.walletClass !== 6, "WalletNotSponsored");
  return wallet;
}

function open(state: State, currency: Currency, name: string, request: RequestState): void {
  requireThat(request.expiry > state.now, "IssuanceExpiryInvalid");
  requireThat(!state.money[currency].requests.has(name), "IssuanceRequestExists");
  state.money[currency].requests.set(name, request);
}

function requested(state: State, currency: Currency, name: string, attested: boolean) {
  const request = found(state.money[currency].requests.get(name), name);
  requireThat(request.status === "requested", "IssuanceRequestNotOpen");
  requireThat(state.now < request.expiry, "IssuanceRequestExpired");
  requireThat(attested, "IssuanceAttestationInvalid");
  return { request, bank: bankOf(state, currency, request.bank) };
}
