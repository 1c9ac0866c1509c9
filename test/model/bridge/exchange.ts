import { refuse, requireThat } from "../state.js";
import type { BridgeRules } from "./rules.js";

// Foreign exchange as its interface says it, in plain objects.

export const DEALERS = ["icbc", "boc", "hsbc", "bochk"] as const;
export type Dealer = (typeof DEALERS)[number];
/** The base currency of the pair is hkd, the counter currency cny. */
export type Coin = "hkd" | "cny";
export const COINS = ["hkd", "cny"] as const satisfies readonly Coin[];

const SCALE = 10n ** 12n;

export interface Offer {
  readonly maker: Dealer;
  readonly taker: Dealer | undefined;
  readonly sells: boolean;
  readonly rate: bigint;
  readonly minimum: bigint;
  readonly maximum: bigint;
  readonly divisible: boolean;
  readonly notAfter: bigint;
  readonly nonce: bigint;
}

export interface Reference {
  readonly rate: bigint;
  readonly width: bigint;
  readonly validUntil: bigint;
}

/** A deal as it was made. */
export interface Deal {
  readonly offer: number;
  readonly baseAmount: bigint;
  readonly counterAmount: bigint;
  readonly references: Readonly<Record<Coin, Reference | undefined>>;
  readonly time: bigint;
}

export interface ExchangeState {
  now: bigint;
  readonly balances: Readonly<Record<Coin, Map<Dealer, bigint>>>;
  readonly references: Record<Coin, Reference | undefined>;
  readonly suspended: Set<Coin>;
  readonly authorized: Set<Dealer>;
  readonly offers: Offer[];
  /** By offer. */
  readonly filled: Map<number, bigint>;
  /** Maker and nonce → the offer that was accepted first. */
  readonly owners: Map<string, number>;
  readonly cancelled: Set<string>;
  readonly over: Set<string>;
  readonly deals: Deal[];
}

export function nonceKey({ maker, nonce }: Pick<Offer, "maker" | "nonce">): string {
  return `${maker}.${nonce}`;
}

export function counterAmountOf({ rate, sells }: Offer, base: bigint, rules: BridgeRules): bigint {
  const exact = base * rate;
  const rest = exact % SCALE;
  const up = rules.roundsForMaker ? sells : !sells;
  return exact / SCALE + (up && rest !== 0n ? 1n : 0n);
}

export function take(state: ExchangeState, rules: BridgeRules, index: number, taker: Dealer, amount: bigint): void {
  const offer = state.offers[index] ?? refuse("no offer");
  requireThat(offer.taker === undefined || offer.taker === taker, "QuoteTakerMismatch");
  requireThat(state.now <= offer.notAfter, "QuoteExpired");
  requireThat(state.suspended.size === 0, "CouncilCurrencyNotOpen");
  requireInBands(state, rules, offer);
  fill(state, offer, index, amount);
  const counter = counterAmountOf(offer, amount, rules);
  const [baseGiver, counterGiver] = offer.sells ? [offer.maker, taker] : [taker, offer.maker];
  requireConsent(state, taker, offer.maker, offer.sells ? [counter, amount] : [amount, counter]);
  const moves = [
    { coin: "hkd", from: baseGiver, to: counterGiver, amount },
    { coin: "cny", from: counterGiver, to: baseGiver, amount: counter },
  ] as const;
  // the taker gives first
  for (const { coin, from, to, amount: moved } of offer.sells ? moves.toReversed() : moves) {
    move(state, coin, from, to, moved);
  }
  state.deals.push({
    offer: index,
    baseAmount: amount,
    counterAmount: counter,
    references: { ...state.references },
    time: state.now,
  });
}

function requireInBands({ references: { hkd, cny }, now }: ExchangeState, rules: BridgeRules, { rate }: Offer): void {
  for (const side of [hkd, cny]) requireThat(side !== undefined && now <= side.validUntil, "ReferenceStale");
  const sides = rules.bothBandsBind ? [hkd, cny] : [hkd];
  for (const side of sides) {
    if (side === undefined) continue;
    requireThat(rate >= side.rate - side.width && rate <= side.rate + side.width, "QuoteRateOutsideBand");
  }
}

function fill(state: ExchangeState, offer: Offer, index: number, amount: bigint): void {
  const key = nonceKey(offer);
  requireThat(!state.cancelled.has(key), "QuoteAlreadyCancelled");
  requireThat(!state.over.has(key), "QuoteAlreadyUsed");
  const owner = state.owners.get(key);
  if (owner !== undefined && owner !== index) {
    // one that may be divided asks whose the nonce is, one that may not sees what is left of it
    refuse("QuoteNonceTaken");
  }
  const filled = state.filled.get(index) ?? 0n;
  const left = offer.maximum - filled;
  const inRange = amount >= offer.minimum || (offer.divisible && amount === left);
  requireThat(amount <= left && inRange, "QuoteAmountOutOfRange");
  state.filled.set(index, filled + amount);
  state.owners.set(key, index);
  if (amount === left || !offer.divisible) state.over.add(key);
}

function requireConsent(state: ExchangeState, taker: Dealer, maker: Dealer, given: readonly bigint[]): void {
  for (const [position, giver] of [taker, maker].entries()) {
    requireThat(given[position] !== 0n && taker !== maker, "InstructionLegInvalid");
    requireThat(state.authorized.has(giver), "InstructionConsentMissing");
  }
}

function move({ balances }: ExchangeState, coin: Coin, from: Dealer, to: Dealer, amount: bigint): void {
  const has = balances[coin].get(from) ?? 0n;
  requireThat(has >= amount, "ERC20InsufficientBalance");
  balances[coin].set(from, has - amount);
  balances[coin].set(to, (balances[coin].get(to) ?? 0n) + amount);
}

export function cancelOffer(state: ExchangeState, maker: Dealer, nonce: bigint): void {
  const key = nonceKey({ maker, nonce });
  if (!state.over.has(key)) state.cancelled.add(key);
}
