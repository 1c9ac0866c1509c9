import { DAY, found, refuse, requireThat } from "../tale.js";

/** Who sells and who buys in the story. */
export const MERCHANTS = ["gym", "spa"] as const;
export type Merchant = (typeof MERCHANTS)[number];
export const CONSUMERS = ["ann", "bob"] as const;
export type Consumer = (typeof CONSUMERS)[number];
/** Everybody who tries something; the carrier has no part in a card. */
export const PEOPLE = [...MERCHANTS, ...CONSUMERS, "arbiter", "bank", "carrier"] as const;
export type Person = (typeof PEOPLE)[number];

/** Kinds of cards: who sells them, the price of a unit in fen, how many units, and the days from one to the next. */
export const OFFERS = {
  visits: { merchant: "gym", price: 4_999n, units: 6n, days: undefined },
  months: { merchant: "gym", price: 8_001n, units: 4n, days: 5n },
  massages: { merchant: "spa", price: 12_000n, units: 3n, days: undefined },
} as const satisfies Record<string, Offer>;
/** Name of an offer. */
export type Kind = keyof typeof OFFERS;

interface Offer {
  readonly merchant: Merchant;
  readonly price: bigint;
  readonly units: bigint;
  readonly days: bigint | undefined;
}

/** What all offers have in common, in days; and the most units that the arbiter awards. */
export const COMMON = { cooling: 7n, validity: 45n, arbitration: 6n, award: 2n } as const;

/** A card in the model. */
export interface CardModel {
  readonly kind: Kind;
  readonly consumer: Consumer;
  /** Names it on the chain. */
  readonly salt: string;
  readonly notAfter: bigint;
  readonly bought: bigint;
  disputed: bigint | undefined;
  standing: "active" | "disputed" | "consumed" | "refunded";
  released: bigint;
  /** Minor units that are held, and that have come back. */
  locked: bigint;
  returned: bigint;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  readonly free: Map<Consumer, bigint>;
  readonly earned: Map<Merchant, bigint>;
  /** What a merchant had when it was declared insolvent. */
  readonly ended: Map<Merchant, bigint>;
  readonly cards: CardModel[];
  names: number;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly coolingOffEnds: boolean;
  readonly insolvencyStops: boolean;
  readonly disputesFreeze: boolean;
  readonly awardsAreLimited: boolean;
  readonly confirmationsCountOnce: boolean;
  readonly silenceRefunds: boolean;
  readonly scheduleWaitsForCoolingOff: boolean;
  readonly oneDisputeACard: boolean;
}

export const RULES: Rules = {
  coolingOffEnds: true,
  insolvencyStops: true,
  disputesFreeze: true,
  awardsAreLimited: true,
  confirmationsCountOnce: true,
  silenceRefunds: true,
  scheduleWaitsForCoolingOff: true,
  oneDisputeACard: true,
};

export function priceOf(kind: Kind): bigint {
  return OFFERS[kind].price * OFFERS[kind].units;
}

export function expiryOf({ notAfter }: Pick<CardModel, "notAfter">): bigint {
  return notAfter + COMMON.validity * DAY;
}

/** Units that a schedule has made due. */
export function dueOf(card: CardModel, time: bigint, rules: Rules): bigint {
  const { days, units } = OFFERS[card.kind];
  if (days === undefined) return 0n;
  if (rules.scheduleWaitsForCoolingOff && time - card.bought < COMMON.cooling * DAY) return 0n;
  const periods = (time - card.bought) / (days * DAY);
  return periods < units ? periods : units;
}

export function buy(
  state: State,
  rules: Rules,
  terms: Pick<CardModel, "kind" | "consumer" | "notAfter" | "salt">,
): void {
  const { now, free, cards } = state;
  const { merchant } = OFFERS[terms.kind];
  requireThat(!(rules.insolvencyStops && state.ended.has(merchant)), "PrepaidMerchantInsolvent");
  requireThat(now <= terms.notAfter && terms.notAfter - now <= DAY, "PrepaidSaleTimeInvalid");
  const purse = found(free.get(terms.consumer), "purse");
  const price = priceOf(terms.kind);
  if (purse < price) {
    const held = cards
      .filter(({ consumer }) => consumer === terms.consumer)
      .reduce((sum, { locked }) => sum + locked, 0n);
    refuse(purse + held < price ? "ERC20InsufficientBalance" : "LedgerInsufficientSpendable");
  }
  free.set(terms.consumer, purse - price);
  const fresh = { disputed: undefined, standing: "active", released: 0n, returned: 0n } as const;
  cards.push({ ...terms, ...fresh, bought: now, locked: price });
}

/** By a call, or by a signature that says how many units were released before. */
export function confirm(
  state: State,
  rules: Rules,
  card: CardModel,
  { units, by, after }: { units: bigint; by: Person; after: bigint | undefined },
): void {
  if (after === undefined) requireThat(by === card.consumer, "PrepaidCallerInvalid");
  else {
    requireThat(!rules.confirmationsCountOnce || after === card.released, "PrepaidConfirmationStale");
    requireThat(by === card.consumer, "PrepaidConfirmationInvalid");
  }
  requireRunning(card, rules);
  const offer = OFFERS[card.kind];
  requireThat(offer.days === undefined, "PrepaidReleaseInvalid");
  requireThat(units > 0n && card.released + units <= offer.units, "PrepaidUnitsInvalid");
  release(state, rules, card, units);
}

export function releaseDue(state: State, rules: Rules, card: CardModel): void {
  requireRunning(card, rules);
  requireThat(OFFERS[card.kind].days !== undefined, "PrepaidReleaseInvalid");
  const due = dueOf(card, state.now, rules);
  requireThat(due > card.released, "PrepaidNothingDue");
  release(state, rules, card, due - card.released);
}

export function dispute({ now }: State, rules: Rules, card: CardModel, by: Person): void {
  requireThat(by === card.consumer, "PrepaidCallerInvalid");
  requireThat(card.standing === "active", "PrepaidCardStatusInvalid");
  requireThat(!rules.oneDisputeACard || card.disputed === undefined, "PrepaidDisputeUsed");
  card.standing = "disputed";
  card.disputed = now;
}

export function withdrawDispute(card: CardModel, by: Person): void {
  requireThat(by === card.consumer, "PrepaidCallerInvalid");
  requireThat(card.standing === "disputed", "PrepaidCardStatusInvalid");
  card.standing = "active";
}

export function rule(state: State, rules: Rules, card: CardModel, units: bigint, by: Person): void {
  requireThat(by === "arbiter", "PrepaidCallerInvalid");
  requireThat(card.standing === "disputed", "PrepaidCardStatusInvalid");
  const opened = found(card.disputed, "dispute");
  requireThat(state.now < opened + COMMON.arbitration * DAY, "PrepaidArbitrationOver");
  const { units: all, days } = OFFERS[card.kind];
  const left = (days === undefined ? all : dueOf(card, opened, rules)) - card.released;
  const limit = rules.awardsAreLimited && COMMON.award < left ? COMMON.award : left;
  requireThat(units <= limit, "PrepaidUnitsInvalid");
  if (units > 0n) release(state, rules, card, units);
  if (card.released < all) giveBack(state, card, "refunded");
}

export function refund(state: State, rules: Rules, card: CardModel, by: Person): void {
  requireThat(card.standing === "active" || card.standing === "disputed", "PrepaidCardStatusInvalid");
  const { merchant } = OFFERS[card.kind];
  const silent =
    rules.silenceRefunds &&
    card.standing === "disputed" &&
    state.now >= found(card.disputed, "dispute") + COMMON.arbitration * DAY;
  const cooling = !rules.coolingOffEnds || state.now < card.bought + COMMON.cooling * DAY;
  const entitled =
    state.ended.has(merchant) ||
    state.now >= expiryOf(card) ||
    silent ||
    by === merchant ||
    (by === card.consumer && cooling);
  requireThat(entitled, "PrepaidRefundNotDue");
  giveBack(state, card, "refunded");
}

/** At the ledger, past the card contract. */
export function freeAtLedger(state: State, card: CardModel): void {
  requireThat(card.locked > 0n, "HoldNotActive");
  requireThat(state.now >= expiryOf(card), "HoldUnauthorized");
  giveBack(state, card, card.standing);
}

export function declareInsolvent({ ended, earned }: State, merchant: Merchant): void {
  if (!ended.has(merchant)) ended.set(merchant, earned.get(merchant) ?? 0n);
}

function requireRunning({ standing }: CardModel, rules: Rules): void {
  const running = standing === "active" || (standing === "disputed" && !rules.disputesFreeze);
  requireThat(running, "PrepaidCardStatusInvalid");
}

function release(state: State, rules: Rules, card: CardModel, units: bigint): void {
  const { merchant, price, units: all } = OFFERS[card.kind];
  requireThat(!(rules.insolvencyStops && state.ended.has(merchant)), "PrepaidMerchantInsolvent");
  requireThat(card.locked > 0n, "HoldNotActive");
  requireThat(state.now < expiryOf(card), "HoldExpired");
  card.released += units;
  card.locked -= units * price;
  state.earned.set(merchant, (state.earned.get(merchant) ?? 0n) + units * price);
  if (card.released === all) card.standing = "consumed";
}

function giveBack(state: State, card: CardModel, standing: CardModel["standing"]): void {
  state.free.set(card.consumer, (state.free.get(card.consumer) ?? 0n) + card.locked);
  card.returned += card.locked;
  card.locked = 0n;
  card.standing = standing;
}
