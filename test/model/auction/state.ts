import { found, requireThat } from "../tale.js";

export const BIDDERS = ["bochk", "company", "icbc", "boc"] as const;
export type Bidder = (typeof BIDDERS)[number];
/** Everybody whose money and units are followed. */
export const PARTIES = [...BIDDERS, "issuer", "shop"] as const;
export type Party = (typeof PARTIES)[number];

/** Units, and minor units. */
export const SALE = {
  ...{ lot: 20n, most: 15n, lowest: 95_000n, highest: 105_000n, tick: 10n, guarantee: 500_000n },
  ...{ bids: 6, ownBids: 2 },
} as const;
/** Hours after the opening. */
export const HOURS = { reveals: 6n, closes: 12n, until: 22n } as const;
export const HOUR = 3_600n;

export type BidStep = "sealed" | "revealed" | "defaulted" | "settled" | "released" | "forfeited";
/** A bid in the model; its place is its index plus one. */
export interface BidModel {
  readonly who: Bidder;
  readonly units: bigint;
  readonly price: bigint;
  readonly name: string;
  step: BidStep;
  got: bigint;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  readonly opens: bigint;
  step: "announced" | "allocated" | "closed";
  readonly bids: BidModel[];
  margin: bigint;
  allotted: bigint;
  delivered: bigint;
  underwritten: boolean;
  names: number;
  readonly withheld: Set<Bidder>;
  readonly frozen: Set<Bidder>;
  readonly money: Map<Party, bigint>;
  readonly held: Map<Bidder, bigint>;
  readonly units: Map<Party, bigint>;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly inProportion: boolean;
  readonly earlierFirst: boolean;
  readonly onePrice: boolean;
  readonly boundOverAllBids: boolean;
  readonly hiddenIsForfeited: boolean;
  readonly freezeIsNoDefault: boolean;
  readonly defaultMayPay: boolean;
  readonly endBinds: boolean;
  readonly unsoldIsUnderwritten: boolean;
}

export const RULES: Rules = {
  inProportion: true,
  earlierFirst: true,
  onePrice: true,
  boundOverAllBids: true,
  hiddenIsForfeited: true,
  freezeIsNoDefault: true,
  defaultMayPay: true,
  endBinds: true,
  unsoldIsUnderwritten: true,
};

export function bidAt({ bids }: State, at: number): BidModel {
  return found(bids[at], "bid");
}

/** What the issuer has committed of the lot. */
export function lotHeld({ step, delivered }: State): bigint {
  return step === "closed" ? 0n : SALE.lot - delivered;
}

/** Revealed bids as they are served: by falling price and rising place. */
export function served({ bids }: State): number[] {
  const revealed = bids.flatMap(({ step }, index) => (step === "revealed" ? [index] : []));
  return revealed.sort((a, b) => Number((bids[b]?.price ?? 0n) - (bids[a]?.price ?? 0n)) || a - b);
}

export function place(
  state: State,
  { who, by, ...bid }: Omit<BidModel, "step" | "got"> & { readonly by: Bidder },
): void {
  requireThat(state.step === "announced", "AuctionStatusInvalid");
  requireThat(state.now < momentOf(state, "reveals"), "AuctionTimeInvalid");
  requireThat(!state.withheld.has(who), "AuctionAgentMissing");
  requireThat(state.bids.length < SALE.bids, "AuctionFull");
  requireThat(state.bids.filter((one) => one.who === who).length < SALE.ownBids, "AuctionBidsExceeded");
  requireThat(by === who, "AuctionCallerInvalid");
  requireThat(!state.frozen.has(who), "ERC7943CannotSend");
  state.bids.push({ who, ...bid, step: "sealed", got: 0n });
  add(state.held, who, SALE.guarantee);
}

export function reveal(state: State, rules: Rules, { at, by }: { readonly at: number; readonly by: Bidder }): void {
  const bid = bidAt(state, at);
  requireThat(state.step === "announced", "AuctionStatusInvalid");
  requireThat(state.now >= momentOf(state, "reveals") && state.now < momentOf(state, "closes"), "AuctionTimeInvalid");
  requireThat(bid.step === "sealed", "AuctionBidStatusInvalid");
  requireThat(bid.price % SALE.tick === 0n && bid.price <= SALE.highest, "AuctionBidInvalid");
  requireThat(by === bid.who, "AuctionSignatureInvalid");
  const others = state.bids.filter(({ who, step }) => who === bid.who && step === "revealed");
  const before = rules.boundOverAllBids ? others.reduce((sum, { units }) => sum + units, 0n) : 0n;
  requireThat(before + bid.units <= SALE.most, "AuctionUnitsExceeded");
  bid.step = "revealed";
}

/** Two transactions: the proposal, and the page with all bids, with a wrong cut, or without the last bid. */
export function prove(state: State, rules: Rules, how: "right" | "wrong" | "partial"): void {
  requireThat(state.step === "announced", "AuctionStatusInvalid");
  requireThat(state.now >= momentOf(state, "closes"), "AuctionTimeInvalid");
  // the page comes a second after the proposal
  requireThat(state.now + 1n <= momentOf(state, "until"), "AuctionTimeInvalid");
  requireThat(how !== "wrong", "AuctionCutWrong");
  state.now += 1n;
  if (how === "partial" && served(state).length > 0) return;
  state.step = "allocated";
  deal(state, rules);
}

export function settle(state: State, rules: Rules, at: number): void {
  const bid = bidAt(state, at);
  requireSettling(state, rules);
  const due = bid.step === "revealed" || (rules.defaultMayPay && bid.step === "defaulted");
  requireThat(due, "AuctionBidStatusInvalid");
  requireThat(bid.got !== 0n, "AuctionBidUnfilled");
  if (state.withheld.has(bid.who)) {
    bid.step = "defaulted";
  } else if (state.frozen.has(bid.who)) {
    bid.step = rules.freezeIsNoDefault ? "revealed" : "defaulted";
  } else {
    bid.step = "settled";
    add(state.held, bid.who, -SALE.guarantee);
    deliver(state, bid.who, bid.got, rules.onePrice ? state.margin : bid.price);
  }
}

export function underwrite(state: State, rules: Rules): void {
  requireSettling(state, rules);
  const unsold = SALE.lot - state.allotted;
  requireThat(rules.unsoldIsUnderwritten && unsold !== 0n && !state.underwritten, "AuctionUnderwritingEmpty");
  state.underwritten = true;
  deliver(state, "shop", unsold, SALE.lowest);
}

export function release(state: State, rules: Rules, at: number): void {
  const bid = bidAt(state, at);
  const hidden = !rules.hiddenIsForfeited && bid.step === "sealed" && isOver(state);
  requireThat(bid.step === "revealed" || hidden, "AuctionBidStatusInvalid");
  const lost = state.step !== "announced" && bid.got === 0n;
  requireThat(isOver(state) || lost, "AuctionGuaranteeInUse");
  bid.step = "released";
  add(state.held, bid.who, -SALE.guarantee);
}

export function forfeit(state: State, rules: Rules, at: number): void {
  const bid = bidAt(state, at);
  const hidden = rules.hiddenIsForfeited && bid.step === "sealed";
  requireThat(hidden || bid.step === "defaulted", "AuctionBidStatusInvalid");
  requireThat(hidden ? state.now >= momentOf(state, "closes") : isOver(state), "AuctionTimeInvalid");
  bid.step = "forfeited";
  add(state.held, bid.who, -SALE.guarantee);
  add(state.money, bid.who, -SALE.guarantee);
  add(state.money, "issuer", SALE.guarantee);
}

export function close(state: State): void {
  requireThat(state.step !== "closed", "AuctionStatusInvalid");
  const delivered = state.step === "allocated" && state.delivered === SALE.lot;
  requireThat(delivered || isOver(state), "AuctionOutstanding");
  state.step = "closed";
}

export function momentOf({ opens }: State, moment: keyof typeof HOURS): bigint {
  return opens + HOURS[moment] * HOUR;
}

// ----------------------------------------------------------------------- internals

function isOver(state: State): boolean {
  return state.now > momentOf(state, "until");
}

function requireSettling(state: State, rules: Rules): void {
  requireThat(state.step === "allocated", "AuctionStatusInvalid");
  if (rules.endBinds) requireThat(!isOver(state), "AuctionTimeInvalid");
}

/** Serves prices from the top; the one that does not go round is divided by exact shares, largest parts of a unit first. */
function deal(state: State, rules: Rules): void {
  let left = SALE.lot;
  const order = served(state).map((at) => bidAt(state, at));
  for (const price of new Set(order.map((bid) => bid.price))) {
    if (left === 0n) break;
    state.margin = price;
    const tied = order.filter((bid) => bid.price === price);
    const wanted = tied.reduce((sum, { units }) => sum + units, 0n);
    if (wanted <= left) for (const bid of tied) bid.got = bid.units;
    else if (rules.inProportion) divide(tied, left, wanted, rules);
    else serveInTurn(tied, left);
    left -= tied.reduce((sum, { got }) => sum + got, 0n);
  }
  state.allotted = SALE.lot - left;
}

function divide(tied: readonly BidModel[], left: bigint, wanted: bigint, { earlierFirst }: Rules): void {
  for (const bid of tied) bid.got = (bid.units * left) / wanted;
  const rest = Number(left - tied.reduce((sum, { got }) => sum + got, 0n));
  const partOf = ({ units }: BidModel) => (units * left) % wanted;
  const inTurn = earlierFirst ? [...tied] : tied.toReversed();
  inTurn.sort((a, b) => Number(partOf(b) - partOf(a)));
  for (const bid of inTurn.slice(0, rest)) bid.got += 1n;
}

function serveInTurn(tied: readonly BidModel[], lot: bigint): void {
  let left = lot;
  for (const bid of tied) {
    bid.got = bid.units < left ? bid.units : left;
    left -= bid.got;
  }
}

function deliver(state: State, to: Party, units: bigint, price: bigint): void {
  add(state.money, to, -units * price);
  add(state.money, "issuer", units * price);
  add(state.units, "issuer", -units);
  add(state.units, to, units);
  state.delivered += units;
}

function add<Key>(map: Map<Key, bigint>, key: Key, amount: bigint): void {
  map.set(key, (map.get(key) ?? 0n) + amount);
}
