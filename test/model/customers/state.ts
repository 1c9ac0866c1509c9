import { dayNumber } from "../../../sdk/calendar.js";
import type { DisclosureStatus } from "../../../sdk/eip712/disclosure.js";
import type { RecoveryStatus } from "../../../sdk/eip712/walletRecovery.js";
import { DAY, found, requireThat } from "../tale.js";

/** Customers whose identity is asked for, with the institution that keeps the wallet. */
export const SUBJECTS = { eve: "icbc", finn: "boc" } as const;
export type Subject = keyof typeof SUBJECTS;
/** Customers of icbc's that have lost a key, each with a new wallet. */
export const OWNERS = ["ann", "dan"] as const;
export type Owner = (typeof OWNERS)[number];
export const SUCCESSOR = { ann: "annNew", dan: "danNew" } as const satisfies Record<Owner, string>;
export type Successor = (typeof SUCCESSOR)[Owner];
/** Accounts of institutions: icbc acts with two keys. */
export const KEYS = { icbc: "icbc", second: "icbc", boc: "boc" } as const;
export type Key = keyof typeof KEYS;
/** Everybody who tries something; the carrier has no part in anything. */
export const PEOPLE = ["icbc", "second", "boc", "court", "carrier", ...OWNERS] as const;
export type Person = (typeof PEOPLE)[number];

/** What each wallet's class allows, minor units; undefined: no limit. */
export const LIMITS = { ann: undefined, dan: { single: 200_000n, day: 250_000n } } as const;
/** How long an old key has for its objection. */
const DELAY = 7n * DAY;

/** A request in the model; times are Unix seconds, 0: not taken. */
export interface RequestModel {
  readonly subject: Subject;
  /** Hash of it is the legal basis. */
  readonly basis: string;
  readonly expiry: bigint;
  requested: bigint;
  approved: bigint;
  ended: bigint;
  status: DisclosureStatus;
}

/** A wallet whose key is lost, or said to be. Minor units. */
export interface WalletModel {
  free: bigint;
  /** Names the hold on the chain; one at a time. */
  hold: { readonly amount: bigint; readonly day: number; readonly basis: string } | undefined;
  day: number;
  out: bigint;
  standing: RecoveryStatus;
  proposer: Key | undefined;
  successor: Successor | undefined;
  due: bigint;
  round: bigint;
  /** What the new wallet has, and what it has paid. */
  recovered: bigint;
  used: bigint;
  /** What had been recovered when the latest recovery was cancelled. */
  atCancel: bigint;
  consent: boolean;
  frozen: boolean;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  /** Whether the court may ask. */
  mandate: boolean;
  readonly requests: RequestModel[];
  readonly wallets: Map<Owner, WalletModel>;
  names: number;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly approvalComesFirst: boolean;
  readonly requestsExpire: boolean;
  readonly onlyTheOperatorAnswers: boolean;
  readonly openingsAreChecked: boolean;
  readonly lostMandatesStop: boolean;
  readonly twoKeysAreNeeded: boolean;
  readonly theDelayBinds: boolean;
  readonly objectionsCancel: boolean;
  readonly onlyTheSamePersonIsPaid: boolean;
  readonly limitsArePersonal: boolean;
  readonly consentIsNeeded: boolean;
}

export const RULES: Rules = {
  approvalComesFirst: true,
  requestsExpire: true,
  onlyTheOperatorAnswers: true,
  openingsAreChecked: true,
  lostMandatesStop: true,
  twoKeysAreNeeded: true,
  theDelayBinds: true,
  objectionsCancel: true,
  onlyTheSamePersonIsPaid: true,
  limitsArePersonal: true,
  consentIsNeeded: true,
};

/** Day of UTC+8. */
export function dayOf(time: bigint): number {
  return dayNumber(time);
}

// ------------------------------------------------------------------ disclosure

export function request(
  state: State,
  terms: Pick<RequestModel, "subject" | "basis" | "expiry">,
  { asSubject }: { readonly asSubject: Subject },
): void {
  requireThat(state.mandate, "AccessManagedUnauthorized");
  requireThat(terms.expiry >= state.now, "DisclosureTermsInvalid");
  requireThat(asSubject === terms.subject, "DisclosureSubjectInvalid");
  state.requests.push({ ...terms, requested: state.now, approved: 0n, ended: 0n, status: "requested" });
}

export function approveRequest(state: State, rules: Rules, it: RequestModel, by: Person): void {
  requireTurn(state, rules, it, by);
  requireThat(it.status === "requested", "DisclosureStatusInvalid");
  requireThat(!rules.lostMandatesStop || state.mandate, "DisclosureMandateEnded");
  it.status = "approved";
  it.approved = state.now;
}

export function answer(state: State, rules: Rules, it: RequestModel, by: Person, opens: Subject): void {
  requireTurn(state, rules, it, by);
  const early = !rules.approvalComesFirst && it.status === "requested";
  requireThat(it.status === "approved" || early, "DisclosureStatusInvalid");
  requireThat(!rules.lostMandatesStop || state.mandate, "DisclosureMandateEnded");
  requireThat(!rules.openingsAreChecked || opens === it.subject, "DisclosureOpeningInvalid");
  end(state, it, "granted");
}

export function refuseRequest(state: State, rules: Rules, it: RequestModel, by: Person): void {
  requireTurn(state, rules, it, by);
  requireOpen(it);
  end(state, it, "refused");
}

export function withdrawRequest(state: State, it: RequestModel, by: Person): void {
  requireThat(by === "court", "DisclosureCallerInvalid");
  requireOpen(it);
  end(state, it, "withdrawn");
}

export function expire(state: State, it: RequestModel): void {
  requireOpen(it);
  requireThat(state.now > it.expiry, "DisclosureTimeNotOver");
  end(state, it, "expired");
}

function requireTurn({ now }: State, rules: Rules, { subject, expiry }: RequestModel, by: Person): void {
  const institution = by === "icbc" || by === "second" || by === "boc" ? KEYS[by] : undefined;
  const right = institution === SUBJECTS[subject] || (!rules.onlyTheOperatorAnswers && institution !== undefined);
  requireThat(right, "DisclosureInstitutionInvalid");
  requireThat(!rules.requestsExpire || now <= expiry, "DisclosureTimeOver");
}

function requireOpen({ status }: RequestModel): void {
  requireThat(status === "requested" || status === "approved", "DisclosureStatusInvalid");
}

function end({ now }: State, it: RequestModel, status: DisclosureStatus): void {
  it.status = status;
  it.ended = now;
}

// -------------------------------------------------------------------- recovery

export function walletOf({ wallets }: State, owner: Owner): WalletModel {
  return found(wallets.get(owner), "wallet");
}

export function propose(state: State, rules: Rules, owner: Owner, by: Key, to: Successor): void {
  const wallet = walletOf(state, owner);
  requireThat(!isOpen(wallet), "RecoveryStatusInvalid");
  requireThat(KEYS[by] === "icbc", "RecoveryNotSponsored");
  requireThat(!rules.onlyTheSamePersonIsPaid || to === SUCCESSOR[owner], "RecoverySuccessorInvalid");
  requireThat(!rules.consentIsNeeded || wallet.consent, "RecoveryConsentMissing");
  Object.assign(wallet, { standing: "proposed", proposer: by, successor: to, due: 0n });
  wallet.round += 1n;
}

export function approveRecovery(state: State, rules: Rules, owner: Owner, by: Key): void {
  const wallet = walletOf(state, owner);
  requireThat(wallet.standing === "proposed", "RecoveryStatusInvalid");
  requireThat(KEYS[by] === "icbc", "RecoveryNotSponsored");
  requireThat(!rules.twoKeysAreNeeded || by !== wallet.proposer, "RecoverySecondKeyMissing");
  wallet.standing = "approved";
  wallet.due = state.now + DELAY;
}

export function withdrawRecovery(state: State, owner: Owner, by: Key): void {
  const wallet = walletOf(state, owner);
  requireThat(wallet.round > 0n && KEYS[by] === "icbc", "RecoveryNotSponsored");
  cancel(wallet);
}

/** By the owner's call, or by somebody's signature for a round. */
export function object(
  state: State,
  rules: Rules,
  owner: Owner,
  signed: { readonly by: Owner | Successor; readonly round: bigint } | undefined,
): void {
  const wallet = walletOf(state, owner);
  if (signed !== undefined) {
    requireThat(signed.by === owner && signed.round === wallet.round, "RecoveryObjectionInvalid");
  }
  const { standing } = wallet;
  cancel(wallet);
  if (!rules.objectionsCancel) wallet.standing = standing;
}

export function recover(state: State, rules: Rules, owner: Owner): void {
  const wallet = walletOf(state, owner);
  requireThat(wallet.standing === "approved" || wallet.standing === "effective", "RecoveryStatusInvalid");
  requireThat(!rules.theDelayBinds || state.now >= wallet.due, "RecoveryNotDue");
  requireThat(!rules.consentIsNeeded || wallet.consent, "RecoveryConsentMissing");
  const amount = wallet.free;
  requireThat(amount > 0n, "RecoveryNothingMovable");
  requireThat(!wallet.frozen, "ERC7943CannotSend");
  wallet.standing = "effective";
  wallet.recovered += amount;
  // between wallets of one person nothing is paid
  wallet.free = 0n;
}

function isOpen({ standing }: WalletModel): boolean {
  return standing === "proposed" || standing === "approved";
}

function cancel(wallet: WalletModel): void {
  requireThat(isOpen(wallet), "RecoveryStatusInvalid");
  wallet.standing = "cancelled";
  wallet.atCancel = wallet.recovered + wallet.used;
}

// ------------------------------------------------------------------ the wallet

/** What the limits leave for one payment now; undefined: any. */
export function roomOf(state: State, owner: Owner): bigint | undefined {
  const limits = LIMITS[owner];
  if (limits === undefined) return undefined;
  const { day, out } = walletOf(state, owner);
  const left = limits.day - (day === dayOf(state.now) ? out : 0n);
  return left < limits.single ? left : limits.single;
}

/** A payment out of the old wallet, or a hold; the acts try nothing that there is no cover for. */
export function spend(state: State, owner: Owner, amount: bigint): void {
  const wallet = walletOf(state, owner);
  requireThat(!wallet.frozen, "ERC7943CannotSend");
  count(state, wallet, amount);
  wallet.free -= amount;
}

/** A payment out of the new wallet, up to one fen past what the person's payments leave of the day. */
export function spendRecovered(state: State, rules: Rules, owner: Owner, amount: bigint): void {
  const wallet = walletOf(state, owner);
  const limits = LIMITS[owner];
  if (limits !== undefined) {
    const out = wallet.day === dayOf(state.now) && rules.limitsArePersonal ? wallet.out : 0n;
    requireThat(out + amount <= limits.day, "WalletDayLimitExceeded");
  }
  count(state, wallet, amount);
  wallet.recovered -= amount;
  wallet.used += amount;
}

export function hold(state: State, owner: Owner, amount: bigint, basis: string): void {
  spend(state, owner, amount);
  walletOf(state, owner).hold = { amount, day: dayOf(state.now), basis };
}

export function release(state: State, owner: Owner): void {
  const wallet = walletOf(state, owner);
  const { amount, day } = found(wallet.hold, "hold");
  wallet.free += amount;
  // given back to the day that it was counted on, if nothing was paid on a later one
  if (LIMITS[owner] !== undefined && wallet.day === day) wallet.out -= amount;
  wallet.hold = undefined;
}

function count({ now }: State, wallet: WalletModel, amount: bigint): void {
  wallet.out = (wallet.day === dayOf(now) ? wallet.out : 0n) + amount;
  wallet.day = dayOf(now);
}
