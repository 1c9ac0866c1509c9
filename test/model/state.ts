export { Refusal, found, refuse, requireThat } from "./tale.js";
import { found } from "./tale.js";

/** The two currencies of the story. */
export const CURRENCIES = ["cny", "hkd"] as const;
export type Currency = (typeof CURRENCIES)[number];

/** Everybody who can have money. Nobody opened a wallet for the stranger. */
export const PEOPLE = ["icbc", "boc", "hsbc", "bochk", "ann", "bob", "cai", "dan", "shop", "stranger"] as const;
export type Person = (typeof PEOPLE)[number];
/** Contracts that can be the executor of a hold. */
export type Executor = Person | "engine" | "desk";

/** Institutions of each currency, by number in its registry. */
export const BANKS = { cny: { 2: "icbc", 4: "boc" }, hkd: { 3: "hsbc", 2: "bochk" } } as const;

export interface Limits {
  readonly balance: bigint | undefined;
  readonly single: bigint | undefined;
  readonly day: bigint | undefined;
  readonly year: bigint | undefined;
}

/** An outgoing payment or hold that counted; a released hold takes its part back with a negative amount. */
export interface Counted {
  /** Calendar date in UTC+8. */
  readonly date: string;
  readonly amount: bigint;
}

export interface WalletState {
  walletClass: number;
  sponsor: number;
  balance: bigint;
  frozenAmount: bigint;
  frozen: boolean;
  counted: Counted[];
}

export interface HoldState {
  readonly payer: Person;
  readonly payee: Person | undefined;
  readonly executor: Executor;
  readonly amount: bigint;
  readonly expiry: bigint;
  readonly ref: string;
  /** The date it was counted on, if it was. */
  readonly countedOn: string | undefined;
  remaining: bigint;
}

export interface BankState {
  readonly account: Person;
  active: boolean;
  quota: bigint;
  issued: bigint;
  redeemed: bigint;
  rateUsed: bigint;
  rateTime: bigint;
}

export interface RequestState {
  readonly kind: "issue" | "redemption";
  readonly bank: number;
  readonly amount: bigint;
  readonly expiry: bigint;
  readonly ref: string;
  /** Name of the hold of a redemption. */
  readonly hold: string | undefined;
  status: "requested" | "completed" | "rejected" | "expired";
}

export interface MoneyState {
  readonly wallets: Map<Person, WalletState>;
  /** In force, by class; a class without an entry is closed. */
  readonly limits: Map<number, Limits>;
  readonly halted: Set<number>;
  allHalted: boolean;
  readonly holds: Map<string, HoldState>;
  readonly banks: Map<number, BankState>;
  readonly requests: Map<string, RequestState>;
  /** By `owner/spender`. */
  readonly allowances: Map<string, bigint>;
  /** Authorizations that were used or cancelled, by `payer/nonce`. */
  readonly nonces: Set<string>;
  issued: bigint;
  redeemed: bigint;
}

export interface LegState {
  readonly currency: Currency;
  readonly from: Person;
  readonly to: Person;
  readonly amount: bigint;
  /** Name of the hold that covers it. */
  cover: string | undefined;
}

export interface InstructionState {
  readonly ref: bigint;
  readonly notBefore: bigint;
  readonly notAfter: bigint;
  readonly nettable: boolean;
  readonly legs: readonly LegState[];
  readonly affirmed: Set<Person>;
  /** Its place of arrival and priority while it waits in the queue. */
  queued: { readonly place: bigint; priority: bigint } | undefined;
}

/** The whole suite as plain data. */
export interface State {
  /** Time of the last block, Unix seconds. */
  now: bigint;
  readonly money: Record<Currency, MoneyState>;
  readonly instructions: InstructionState[];
  /** How each initiator's reference ended. */
  readonly ended: Map<string, "settled" | "cancelled">;
  /** How many have ever been queued. */
  arrivals: bigint;
  /** Counts whatever needs a new name. */
  names: number;
}

export function walletOf(state: State, currency: Currency, person: Person): WalletState {
  return found(state.money[currency].wallets.get(person), `${person} in ${currency}`);
}

/** Σ of what is left of the holds on a person's money. */
export function heldOf(state: State, currency: Currency, person: Person): bigint {
  let held = 0n;
  for (const hold of state.money[currency].holds.values()) if (hold.payer === person) held += hold.remaining;
  return held;
}

export function endKey(initiator: Person, ref: bigint): string {
  return `${initiator}/${ref}`;
}
