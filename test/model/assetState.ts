import { found } from "./tale.js";

/** Who can hold units and money. Nobody has opened a wallet for the stranger. */
export const HOLDERS = ["treasury", "ann", "bob", "shop", "company", "stranger"] as const;
export type Holder = (typeof HOLDERS)[number];
export const ISSUER: Holder = "treasury";

/** What the bond promises: units, nominal in minor units, rate of 10^8 a year, days of each of its coupons. */
export const PROMISE = { units: 1_000n, nominal: 100_007n, rate: 4_370_000n, days: 91n, coupons: 3 } as const;

export interface UnitsState {
  /** Place in the list of accounts, from 1. */
  place: number;
  custodian: number;
  units: bigint;
  frozenUnits: bigint;
  frozen: boolean;
}

export interface PledgeState {
  readonly payer: Holder;
  readonly payee: Holder | undefined;
  readonly executor: Holder;
  readonly amount: bigint;
  readonly expiry: bigint;
  readonly ref: string;
  remaining: bigint;
}

export interface Cut {
  readonly remainder: bigint;
  readonly position: bigint;
}

export interface RunState {
  phase: "none" | "measuring" | "payable" | "settled";
  cut: Cut;
  lastPlace: number;
  measured: bigint;
  /** By holder, once the cut is proved. */
  readonly shares: Map<Holder, bigint>;
  readonly handled: Set<Holder>;
  readonly claims: Map<Holder, bigint>;
}

export interface PurseState {
  open: boolean;
  frozen: boolean;
  balance: bigint;
}

/** What somebody holds for a coupon, or for the redemption when `coupon` is undefined. */
export interface FundState {
  readonly payer: Holder;
  readonly coupon: number | undefined;
  readonly amount: bigint;
  readonly expiry: bigint;
  remaining: bigint;
}

export interface AssetState {
  now: bigint;
  /** Holders in the order in which their accounts were opened first. */
  readonly places: Holder[];
  readonly accounts: Map<Holder, UnitsState>;
  readonly pledges: PledgeState[];
  /** What each held when a record date passed. */
  readonly history: Map<Holder, bigint>[];
  readonly runs: RunState[];
  readonly purses: Map<Holder, PurseState>;
  readonly funds: FundState[];
  halted: boolean;
  standing: "announced" | "issued" | "matured" | "redeemed";
  redeemed: bigint;
  /** The other asset, which is only announced in the beginning. */
  readonly second: { standing: "announced" | "issued" | "cancelled"; attached: boolean };
  readonly times: AssetTimes;
}

export interface AssetTimes {
  readonly records: readonly bigint[];
  readonly payments: readonly bigint[];
  readonly maturity: bigint;
  /** From when the second asset can't be issued any more. */
  readonly secondUntil: bigint;
}

/** The decisions about bonds; see `rules.ts`. */
export interface AssetRules {
  /** What is pledged can be neither paid nor pledged. */
  readonly pledgedStays: boolean;
  /** A holder is paid a coupon once. */
  readonly paidOnce: boolean;
  /** Who held at the record date is entitled, whoever holds now. */
  readonly recordCounts: boolean;
  /** What rounding leaves over goes to the largest remainders; else to the first of the list. */
  readonly largestRemainders: boolean;
  /** Units do not trade from the maturity on. */
  readonly maturityEndsTrade: boolean;
  /** Who could not be paid keeps its units. */
  readonly unpaidKeeps: boolean;
  /** The payer's own coupon and units are settled without a payment. */
  readonly payerRetains: boolean;
}

export function supplyOf(state: AssetState): bigint {
  return PROMISE.units - state.redeemed;
}

export function pledgedOf(state: AssetState, who: Holder): bigint {
  return state.pledges.reduce((sum, { payer, remaining }) => (payer === who ? sum + remaining : sum), 0n);
}

export function spendableOf(state: AssetState, who: Holder): bigint {
  const { units, frozenUnits } = accountOf(state, who);
  const free = units - pledgedOf(state, who) - frozenUnits;
  return free > 0n ? free : 0n;
}

export function accountOf(state: AssetState, who: Holder): UnitsState {
  return found(state.accounts.get(who), `account of ${who}`);
}

export function purseOf(state: AssetState, who: Holder): PurseState {
  return found(state.purses.get(who), `purse of ${who}`);
}

export function runOf(state: AssetState, k: number): RunState {
  return found(state.runs[k], `coupon ${k}`);
}

export function emptyRun(): RunState {
  return {
    phase: "none",
    cut: { remainder: 0n, position: 0n },
    lastPlace: 0,
    measured: 0n,
    shares: new Map(),
    handled: new Set(),
    claims: new Map(),
  };
}
