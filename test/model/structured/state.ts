import { DAY, found, refuse, requireThat } from "../tale.js";

/** The issuer and three holders, in the order of the bond's list of accounts. */
export const PEOPLE = ["issuer", "ann", "company", "shop"] as const;
export type Person = (typeof PEOPLE)[number];
export const HOLDERS = ["ann", "company", "shop"] as const;
export type Holder = (typeof HOLDERS)[number];
/** Currencies in which a coupon is paid: the bond's, and the one that can be chosen. */
export const CURRENCIES = ["hkd", "cny"] as const;
export type Currency = (typeof CURRENCIES)[number];
export const VOTES = ["for", "against", "abstain"] as const;
export type Vote = (typeof VOTES)[number];

/** What the story is about: a coupon of 2.5 % on 1,000.00 for 184 days, a meeting at its record date, a tender. */
export const TERMS = {
  issue: 10_000n,
  perUnit: { num: 100_000n * 2_500_000n * 184n, den: 365n * 10n ** 8n },
  /** e-CNY for 1e8 e-HKD. */
  price: 91_234_567n,
  most: 500n,
  offer: 98_000n,
  quorum: 2_500n,
  majority: 6_667n,
  correction: 7_200n,
  fallback: 2n * DAY,
  settlement: 30n * DAY,
} as const;

/** Moments of the story, Unix seconds. */
export interface Moments {
  readonly record: bigint;
  readonly recordDay: bigint;
  readonly payment: bigint;
  readonly until: bigint;
  readonly offerPayment: bigint;
}

export interface ElectionModel {
  readonly holder: Holder;
  readonly units: bigint;
  standing: "live" | "parked" | "gone";
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  readonly moments: Moments;
  readonly units: Map<Person, bigint>;
  /** What everybody held at the record date. */
  recorded: Map<Person, bigint> | undefined;
  readonly chosen: Set<Person>;
  readonly frozen: Record<Currency, Holder | undefined>;
  readonly purse: Record<Currency, Map<Holder, bigint>>;
  coupon: "none" | "measuring" | "payable" | "settled";
  cutIsRight: boolean;
  readonly handled: Set<Person>;
  readonly claims: Map<Holder, bigint>;
  /** When the price was published. */
  priced: bigint | undefined;
  offer: "open" | "measuring" | "payable" | "settled" | "withdrawn";
  readonly elections: ElectionModel[];
  cursor: number;
  /** What is accepted of each election, once closed. */
  accepted: bigint[];
  meeting: "convened" | "carried" | "lost" | "inquorate";
  readonly votes: Map<Person, { readonly vote: Vote; readonly units: bigint }>;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly chosenWait: boolean;
  readonly paidOnce: boolean;
  readonly oneBlocksNobody: boolean;
  readonly offeredUnitsStay: boolean;
  readonly electionsBind: boolean;
  readonly offersAreLimited: boolean;
  readonly votesAreOfTheRecordDate: boolean;
  readonly oneVoteEach: boolean;
}

export const RULES: Rules = {
  chosenWait: true,
  paidOnce: true,
  oneBlocksNobody: true,
  offeredUnitsStay: true,
  electionsBind: true,
  offersAreLimited: true,
  votesAreOfTheRecordDate: true,
  oneVoteEach: true,
};

/** Writes the record date down when it has passed. */
export function turn(state: State): void {
  if (state.now >= state.moments.record) state.recorded ??= new Map(state.units);
}

export function heldOf({ elections }: State, holder: Person): bigint {
  return elections
    .filter((one) => one.holder === holder && one.standing !== "gone")
    .reduce((sum, { units }) => sum + units, 0n);
}

function spend(state: State, from: Person, units: bigint, rules: Rules): void {
  const balance = found(state.units.get(from), "account");
  requireThat(units <= balance, "ERC20InsufficientBalance");
  const held = rules.offeredUnitsStay ? heldOf(state, from) : 0n;
  requireThat(units <= balance - held, "LedgerInsufficientSpendable");
}

function give(state: State, from: Person, to: Person, units: bigint): void {
  state.units.set(from, found(state.units.get(from), "account") - units);
  state.units.set(to, found(state.units.get(to), "account") + units);
}

export function transfer(state: State, rules: Rules, from: Person, to: Person, units: bigint): void {
  turn(state);
  spend(state, from, units, rules);
  give(state, from, to, units);
}

// --------------------------------------------------------------------- coupon

/** Whole shares: rounded down, and what is left, one each, to whoever lost most by it, the first of equals first. */
export function sharedOut(total: bigint, exact: readonly bigint[], den: bigint): bigint[] {
  const shares = exact.map((num) => num / den);
  const order = exact
    .map((num, place) => ({ lost: num % den, place }))
    .sort((a, b) => (a.lost === b.lost ? a.place - b.place : a.lost > b.lost ? -1 : 1));
  let left = total - shares.reduce((sum, share) => sum + share, 0n);
  for (const { place } of order) {
    if (left === 0n) break;
    shares[place] = (shares[place] ?? 0n) + 1n;
    left -= 1n;
  }
  return shares;
}

export function total(): bigint {
  const { num, den } = TERMS.perUnit;
  return (2n * TERMS.issue * num + den) / (2n * den);
}

export function couponShares({ recorded, units }: State): Map<Person, bigint> {
  const { num, den } = TERMS.perUnit;
  const at = recorded ?? units;
  const exact = PEOPLE.map((person) => found(at.get(person), "account") * num);
  const shares = sharedOut(total(), exact, den);
  return new Map(PEOPLE.map((person, place) => [person, shares[place] ?? 0n]));
}

/** Whether rounding everybody down leaves nothing over, so that even no cut is right. */
function isExact({ recorded, units }: State): boolean {
  const { num, den } = TERMS.perUnit;
  const at = recorded ?? units;
  const down = PEOPLE.reduce((sum, person) => sum + (found(at.get(person), "account") * num) / den, 0n);
  return down === total();
}

export function choose(state: State, who: Person, yes: boolean): void {
  turn(state);
  requireThat(state.now < state.moments.record, "CouponCurrencyClosed");
  if (yes) state.chosen.add(who);
  else state.chosen.delete(who);
}

export function fixPrice(state: State): void {
  turn(state);
  requireThat(state.now >= state.moments.recordDay, "FixingDayAhead");
  requireThat(state.priced === undefined, "FixingKnown");
  state.priced = state.now;
}

export function open(state: State, right: boolean): void {
  turn(state);
  requireThat(state.coupon !== "settled", "CouponOutOfOrder");
  requireThat(state.coupon !== "payable", "CouponPhaseInvalid");
  requireThat(state.now >= state.moments.record, "BondRecordPending");
  state.coupon = "measuring";
  state.cutIsRight = right || isExact(state);
}

export function measure(state: State): void {
  turn(state);
  requireThat(state.coupon === "measuring", "CouponPhaseInvalid");
  requireThat(state.cutIsRight, "CouponCutWrong");
  state.coupon = "payable";
}

export function pay(state: State, rules: Rules, page: readonly Person[], currency: Currency): void {
  turn(state);
  const { now, moments, chosen, handled, claims, frozen, purse } = state;
  requireThat(state.coupon === "payable", "CouponPhaseInvalid");
  requireThat(now >= moments.payment, "CouponNotDue");
  if (currency === "cny") {
    requireThat(state.priced !== undefined, "FixingMissing");
    requireThat(now >= state.priced + TERMS.correction, "FixingProvisional");
  }
  const shares = couponShares(state);
  for (const person of new Set(page)) {
    const share = found(shares.get(person), "share");
    if (share === 0n || (rules.paidOnce && handled.has(person))) continue;
    const waits = rules.chosenWait && now < moments.payment + TERMS.fallback;
    if (currency === "cny" ? !chosen.has(person) : chosen.has(person) && waits) continue;
    handled.add(person);
    if (person === "issuer") continue;
    if (frozen[currency] === person) {
      if (!rules.oneBlocksNobody) refuse("ERC7943CannotReceive");
      claims.set(person, share);
      continue;
    }
    const paid = currency === "hkd" ? share : (2n * share * TERMS.price + 10n ** 8n) / (2n * 10n ** 8n);
    purse[currency].set(person, found(purse[currency].get(person), "purse") + paid);
  }
  const pending = PEOPLE.filter((person) => shares.get(person) !== 0n && !handled.has(person));
  if (pending.length === 0) state.coupon = "settled";
}

export function claim(state: State, who: Holder): void {
  turn(state);
  const amount = state.claims.get(who);
  requireThat(amount !== undefined, "CouponClaimUnknown");
  requireThat(state.frozen.hkd !== who, "ERC7943CannotReceive");
  state.claims.delete(who);
  state.purse.hkd.set(who, found(state.purse.hkd.get(who), "purse") + amount);
}

export function freeze(state: State, currency: Currency, who: Holder | undefined): void {
  turn(state);
  state.frozen[currency] = who;
}

// ---------------------------------------------------------------------- offer

export function electedOf({ elections }: State): bigint {
  return elections.filter(({ standing }) => standing !== "gone").reduce((sum, { units }) => sum + units, 0n);
}

export function elect(state: State, rules: Rules, holder: Holder, units: bigint): void {
  turn(state);
  requireThat(state.offer === "open", "OfferPhaseInvalid");
  requireThat(state.now < state.moments.until, "OfferTimeInvalid");
  requireThat(units !== 0n, "OfferUnitsMissing");
  spend(state, holder, units, rules);
  state.elections.push({ holder, units, standing: "live" });
}

export function withdraw(state: State, rules: Rules, index: number, by: Person): void {
  turn(state);
  const election = state.elections[index];
  requireThat(election !== undefined && election.standing !== "gone", "ElectionUnknown");
  requireThat(by === election.holder, "ElectionCallerInvalid");
  const open = state.offer === "open" && (!rules.electionsBind || state.now < state.moments.until);
  requireThat(election.standing === "parked" || open || state.offer === "withdrawn", "ElectionBinding");
  election.standing = "gone";
}

export function withdrawOffer(state: State): void {
  turn(state);
  requireThat(state.offer !== "settled" && state.offer !== "withdrawn", "OfferPhaseInvalid");
  requireThat(state.offer === "open" && state.now < state.moments.until, "OfferNotOvertaken");
  state.offer = "withdrawn";
}

export function close(state: State, rules: Rules): void {
  turn(state);
  requireThat(state.offer === "open" || state.offer === "measuring", "OfferPhaseInvalid");
  requireThat(state.now >= state.moments.until, "OfferTimeInvalid");
  const elected = electedOf(state);
  const live = state.elections.map(({ units, standing }) => (standing === "gone" ? 0n : units));
  if (elected <= TERMS.most || !rules.offersAreLimited) {
    state.accepted = live;
    state.offer = elected === 0n ? "settled" : "payable";
    return;
  }
  state.accepted = sharedOut(
    TERMS.most,
    live.map((units) => units * TERMS.most),
    elected,
  );
  state.offer = "measuring";
}

export function measureOffer(state: State): void {
  turn(state);
  requireThat(state.offer === "measuring", "OfferPhaseInvalid");
  state.offer = "payable";
}

function requireSettling({ now, moments }: State): void {
  const until = moments.offerPayment + TERMS.settlement;
  requireThat(now >= moments.offerPayment && now < until, "OfferTimeInvalid");
}

function deliver(state: State, index: number): void {
  const election = found(state.elections[index], "election");
  const accepted = found(state.accepted[index], "acceptance");
  election.standing = "gone";
  give(state, election.holder, "issuer", accepted);
  const purse = state.purse.hkd;
  purse.set(election.holder, found(purse.get(election.holder), "purse") + accepted * TERMS.offer);
}

export function settle(state: State, rules: Rules, limit: number): void {
  turn(state);
  requireThat(state.offer === "payable", "OfferPhaseInvalid");
  requireSettling(state);
  const end = Math.min(state.cursor + limit, state.elections.length);
  for (; state.cursor < end; ++state.cursor) {
    const election = found(state.elections[state.cursor], "election");
    if (election.standing === "gone") continue;
    if (state.accepted[state.cursor] === 0n) election.standing = "gone";
    else if (state.frozen.hkd !== election.holder) deliver(state, state.cursor);
    else if (rules.oneBlocksNobody) election.standing = "parked";
    else refuse("ERC7943CannotReceive");
  }
  if (state.cursor === state.elections.length) state.offer = "settled";
}

export function claimElection(state: State, index: number): void {
  turn(state);
  const election = state.elections[index];
  requireThat(election !== undefined && election.standing !== "gone", "ElectionUnknown");
  requireThat(election.standing === "parked", "ElectionNotParked");
  requireSettling(state);
  requireThat(state.frozen.hkd !== election.holder, "ERC7943CannotReceive");
  deliver(state, index);
}

// -------------------------------------------------------------------- meeting

export function vote(state: State, rules: Rules, who: Person, how: Vote): void {
  turn(state);
  const { now, moments, recorded, units, votes } = state;
  requireThat(state.meeting === "convened", "MeetingPhaseInvalid");
  requireThat(now >= moments.record && now < moments.payment, "MeetingTimeInvalid");
  requireThat(who !== "issuer", "VoteOfIssuer");
  requireThat(!rules.oneVoteEach || !votes.has(who), "VoteKnown");
  const held = found((rules.votesAreOfTheRecordDate ? recorded : units)?.get(who), "account");
  requireThat(held !== 0n, "VoteWithoutUnits");
  votes.set(who, { vote: how, units: held });
}

export function votesOf({ votes }: State, how: Vote): bigint {
  return [...votes.values()].filter(({ vote: said }) => said === how).reduce((sum, { units }) => sum + units, 0n);
}

export function end(state: State): void {
  turn(state);
  requireThat(state.meeting === "convened", "MeetingPhaseInvalid");
  requireThat(state.now >= state.moments.payment, "MeetingTimeInvalid");
  const [inFavour, against, abstained] = [votesOf(state, "for"), votesOf(state, "against"), votesOf(state, "abstain")];
  const cast = inFavour + against + abstained;
  const outstanding = TERMS.issue - found(state.recorded?.get("issuer"), "account");
  if (cast === 0n || cast * 10_000n < TERMS.quorum * outstanding) state.meeting = "inquorate";
  else
    state.meeting = inFavour !== 0n && inFavour * 10_000n >= TERMS.majority * (inFavour + against) ? "carried" : "lost";
}
