import { DAY, found, refuse, requireThat } from "../tale.js";

/** Who lends and borrows; the carrier has no part in it and selects collateral for both. */
export const DEALERS = ["bochk", "hsbc"] as const;
export type Dealer = (typeof DEALERS)[number];
export type Person = Dealer | "carrier";

/** What all terms have in common; seconds, days, minor units. */
export const COMMON = {
  ...{ call: DAY, grace: 7_200n, term: 6n * DAY, maxAge: 1n, threshold: 1_000_00n },
  /** 36.5 % a year: a thousandth of the principal a day. */
  rate: 36_500_000n,
  haircut: 5_000_000n,
  positions: 16,
} as const;

/** Minor units of a unit's nominal, a hundredth. */
const PER_CENT = 1_000n;

export interface DealModel {
  readonly name: string;
  readonly seller: Dealer;
  readonly buyer: Dealer;
  readonly cash: bigint;
  readonly sold: bigint;
  readonly opened: bigint;
  status: "open" | "called" | "defaulted" | "closed" | "closedOut";
  units: bigint;
  principal: bigint;
  /** Principal from a day on. */
  readonly history: { readonly day: bigint; readonly principal: bigint }[];
  deadline: bigint;
  defaultDay: bigint;
  /** What is owed after the close-out, by the seller if positive. */
  claim: bigint;
}

export interface PledgeModel {
  readonly name: string;
  readonly pledgor: Dealer;
  readonly pledgee: Dealer;
  readonly owed: bigint;
  readonly opened: bigint;
  status: "active" | "called" | "defaulted" | "discharged" | "enforced";
  outstanding: bigint;
  positions: bigint[];
  deadline: bigint;
  defaultDay: bigint;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  readonly cash: Map<Dealer, bigint>;
  readonly units: Map<Dealer, bigint>;
  /** Who does not let repos speak for it at the engine. */
  readonly silent: Set<Dealer>;
  price: bigint;
  priced: bigint;
  readonly deals: DealModel[];
  readonly pledges: PledgeModel[];
  names: number;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly interestAccruesDaily: boolean;
  readonly haircutsCount: boolean;
  readonly missedCallsAreDefaults: boolean;
  readonly surplusGoesBack: boolean;
  readonly pledgedUnitsStay: boolean;
  readonly enforcementFreesTheRest: boolean;
}

export const RULES: Rules = {
  interestAccruesDaily: true,
  haircutsCount: true,
  missedCallsAreDefaults: true,
  surplusGoesBack: true,
  pledgedUnitsStay: true,
  enforcementFreesTheRest: true,
};

export function dayOf(time: bigint): bigint {
  return (time + 28_800n) / DAY;
}

export function pledgedOf({ pledges }: State, dealer: Dealer): bigint {
  return pledges
    .filter(({ pledgor }) => pledgor === dealer)
    .flatMap(({ positions }) => positions)
    .reduce((sum, units) => sum + units, 0n);
}

export function coverOf({ price }: State, rules: Rules, units: bigint): bigint {
  const value = units * price * PER_CENT;
  return rules.haircutsCount ? (value * 95n) / 100n : value;
}

/** Claim on a day: principal, and a thousandth a day of what was outstanding, to the nearest minor unit. */
export function claimOf(deal: DealModel, rules: Rules, today: bigint): bigint {
  let thousandths = 0n;
  for (let day = dayOf(deal.opened); day < today; day++) {
    const standing = deal.history.filter((change) => change.day <= day).at(-1);
    thousandths += rules.interestAccruesDaily ? (standing?.principal ?? 0n) : 0n;
  }
  return deal.principal + (thousandths + 500n) / 1_000n;
}

export function fix(state: State, price: bigint): void {
  requireThat(dayOf(state.now) > state.priced, "FixingDayInvalid");
  [state.price, state.priced] = [price, dayOf(state.now)];
}

export function open(
  state: State,
  rules: Rules,
  terms: Pick<DealModel, "name" | "seller" | "buyer" | "cash" | "sold" | "opened">,
  forged: boolean,
): void {
  requireThat(!forged, "RepoConsentInvalid");
  requireFresh(state);
  const { seller, buyer, cash, sold } = terms;
  requireThat(cash <= coverOf(state, rules, sold), "RepoCoverInsufficient");
  requireSpeaking(state, seller, buyer);
  moveUnits(state, rules, seller, buyer, sold);
  moveCash(state, buyer, seller, cash);
  state.deals.push({
    ...{ ...terms, status: "open", units: sold, principal: cash, deadline: 0n, defaultDay: 0n, claim: 0n },
    history: [{ day: dayOf(state.now), principal: cash }],
  });
}

export function mark(state: State, rules: Rules, deal: DealModel): void {
  requireRunning(deal);
  requireFresh(state);
  const exposure = claimOf(deal, rules, dayOf(state.now)) - coverOf(state, rules, deal.units);
  if (exposure <= COMMON.threshold || deal.status === "called") return;
  [deal.status, deal.deadline] = ["called", state.now + COMMON.call];
}

export function meetCall(state: State, rules: Rules, deal: DealModel, given: bigint, paid: bigint, by: Person): void {
  requireRunning(deal);
  requireThat(by === deal.seller, "RepoCallerInvalid");
  requireThat(deal.status === "called", "RepoStatusInvalid");
  const claim = claimOf(deal, rules, dayOf(state.now));
  const exposure = claim - coverOf(state, rules, deal.units);
  const limit = exposure < 0n ? 0n : exposure < deal.principal ? exposure : deal.principal;
  requireThat(paid <= limit, "RepoMarginExcessive");
  requireThat(claim - paid <= coverOf(state, rules, deal.units + given), "RepoCoverInsufficient");
  if (given + paid > 0n) requireSpeaking(state, deal.seller);
  moveUnits(state, rules, deal.seller, deal.buyer, given);
  moveCash(state, deal.seller, deal.buyer, paid);
  deal.status = "open";
  deal.units += given;
  deal.principal -= paid;
  deal.history.push({ day: dayOf(state.now), principal: deal.principal });
}

export function close(state: State, rules: Rules, deal: DealModel): void {
  requireRunning(deal);
  requireThat(state.now >= deal.opened + COMMON.term, "RepoTimeInvalid");
  requireSpeaking(state, deal.seller, deal.buyer);
  moveCash(state, deal.seller, deal.buyer, claimOf(deal, rules, dayOf(state.now)));
  moveUnits(state, rules, deal.buyer, deal.seller, deal.units);
  deal.status = "closed";
}

export function declareDefault(state: State, rules: Rules, deal: DealModel, by: Person): void {
  requireRunning(deal);
  const { seller, buyer } = deal;
  requireThat(by === seller || by === buyer, "RepoCallerInvalid");
  const late = rules.missedCallsAreDefaults && deal.status === "called" && state.now > deal.deadline;
  const over = state.now > deal.opened + COMMON.term + COMMON.grace;
  const spendable = found(state.units.get(buyer), "units") - pledgedOf(state, buyer);
  const lacking =
    by === buyer
      ? state.silent.has(seller) || found(state.cash.get(seller), "cash") < claimOf(deal, rules, dayOf(state.now))
      : state.silent.has(buyer) || spendable < deal.units;
  requireThat((by === buyer && late) || (over && lacking), "RepoDefaultNotEstablished");
  [deal.status, deal.defaultDay] = ["defaulted", dayOf(state.now)];
}

export function closeOut(state: State, rules: Rules, deal: DealModel): void {
  requireThat(deal.status === "defaulted", "RepoStatusInvalid");
  requireThat(isFinal(state, deal.defaultDay), "RepoFixingPending");
  const net = claimOf(deal, rules, deal.defaultDay) - deal.units * state.price * PER_CENT;
  deal.status = "closedOut";
  deal.claim = net < 0n && !rules.surplusGoesBack ? 0n : net;
  const [debtor, creditor] = net > 0n ? [deal.seller, deal.buyer] : [deal.buyer, deal.seller];
  const amount = deal.claim < 0n ? -deal.claim : deal.claim;
  if (state.silent.has(debtor) || found(state.cash.get(debtor), "cash") < amount) return;
  moveCash(state, debtor, creditor, amount);
  deal.claim = 0n;
}

export function collect(state: State, deal: DealModel, amount: bigint, by: Person): void {
  requireThat(deal.status === "closedOut", "RepoStatusInvalid");
  requireThat(by === deal.seller || by === deal.buyer, "RepoCallerInvalid");
  const owed = deal.claim < 0n ? -deal.claim : deal.claim;
  requireThat(amount > 0n && amount <= owed, "RepoClaimExceeded");
  const [debtor, creditor] = deal.claim > 0n ? [deal.seller, deal.buyer] : [deal.buyer, deal.seller];
  requireSpeaking(state, debtor);
  moveCash(state, debtor, creditor, amount);
  deal.claim -= deal.claim > 0n ? amount : -amount;
}

export function pledge(
  state: State,
  rules: Rules,
  terms: Pick<PledgeModel, "name" | "pledgor" | "pledgee" | "owed" | "opened">,
  positions: readonly bigint[],
): void {
  const fresh: PledgeModel = {
    ...{ ...terms, status: "active", outstanding: terms.owed, positions: [], deadline: 0n, defaultDay: 0n },
  };
  state.pledges.push(fresh);
  for (const units of positions) hold(state, rules, fresh, units);
  requireCovered(state, rules, fresh);
}

export function rearrange(
  state: State,
  rules: Rules,
  kept: PledgeModel,
  frees: boolean,
  added: bigint,
  by: Person,
): void {
  requireActive(kept);
  requireThat(by === "carrier" || by === kept.pledgor, "PledgeCallerInvalid");
  if (frees) kept.positions.pop();
  requireThat(kept.positions.length < COMMON.positions, "PledgePositionsExceeded");
  hold(state, rules, kept, added);
  requireCovered(state, rules, kept);
  kept.status = "active";
}

export function markPledge(state: State, rules: Rules, kept: PledgeModel): void {
  requireActive(kept);
  requireFresh(state);
  if (countedOf(state, rules, kept) >= kept.outstanding || kept.status === "called") return;
  [kept.status, kept.deadline] = ["called", state.now + COMMON.call];
}

export function acknowledge(kept: PledgeModel, amount: bigint, by: Person): void {
  requireActive(kept);
  requireThat(by === kept.pledgee, "PledgeCallerInvalid");
  requireThat(amount > 0n && amount <= kept.outstanding, "PledgeAmountInvalid");
  kept.outstanding -= amount;
  if (kept.outstanding === 0n) [kept.status, kept.positions] = ["discharged", []];
}

export function declarePledge(state: State, rules: Rules, kept: PledgeModel, by: Person): void {
  requireActive(kept);
  requireThat(by === kept.pledgee, "PledgeCallerInvalid");
  const late = rules.missedCallsAreDefaults && kept.status === "called" && state.now > kept.deadline;
  requireThat(late || state.now > kept.opened + COMMON.term + COMMON.grace, "PledgeDefaultNotEstablished");
  [kept.status, kept.defaultDay] = ["defaulted", dayOf(state.now)];
}

export function enforce(state: State, rules: Rules, kept: PledgeModel, by: Person): void {
  requireThat(kept.status === "defaulted", "PledgeStatusInvalid");
  requireThat(by === kept.pledgee, "PledgeCallerInvalid");
  requireThat(isFinal(state, kept.defaultDay), "PledgeFixingPending");
  const price = state.price * PER_CENT;
  const all = kept.positions.reduce((sum, units) => sum + units, 0n);
  const needed = (kept.outstanding + price - 1n) / price;
  const taken = needed < all && rules.enforcementFreesTheRest ? needed : all;
  const worth = taken * price;
  [kept.status, kept.positions] = ["enforced", []];
  kept.outstanding = worth < kept.outstanding ? kept.outstanding - worth : 0n;
  moveUnits(state, rules, kept.pledgor, kept.pledgee, taken);
}

function hold(state: State, rules: Rules, kept: PledgeModel, units: bigint): void {
  requireUnits(state, rules, kept.pledgor, units);
  kept.positions.push(units);
}

function countedOf(state: State, rules: Rules, { positions, outstanding }: PledgeModel): bigint {
  const cover = coverOf(
    state,
    rules,
    positions.reduce((sum, units) => sum + units, 0n),
  );
  return cover < outstanding ? cover : outstanding;
}

function requireCovered(state: State, rules: Rules, kept: PledgeModel): void {
  requireFresh(state);
  requireThat(countedOf(state, rules, kept) >= kept.outstanding, "PledgeCoverInsufficient");
}

function isFinal(state: State, defaultDay: bigint): boolean {
  return state.priced >= defaultDay || dayOf(state.now) > defaultDay + COMMON.maxAge;
}

function requireFresh(state: State): void {
  requireThat(state.priced + COMMON.maxAge >= dayOf(state.now), "FixingStale");
}

function requireRunning({ status }: DealModel): void {
  requireThat(status === "open" || status === "called", "RepoStatusInvalid");
}

function requireActive({ status }: PledgeModel): void {
  requireThat(status === "active" || status === "called", "PledgeStatusInvalid");
}

function requireSpeaking({ silent }: State, ...givers: readonly Dealer[]): void {
  requireThat(!givers.some((giver) => silent.has(giver)), "InstructionConsentMissing");
}

function requireUnits(state: State, rules: Rules, from: Dealer, amount: bigint): void {
  const has = found(state.units.get(from), "units");
  if (amount > has) refuse("ERC20InsufficientBalance");
  requireThat(!rules.pledgedUnitsStay || amount <= has - pledgedOf(state, from), "LedgerInsufficientSpendable");
}

function moveUnits(state: State, rules: Rules, from: Dealer, to: Dealer, amount: bigint): void {
  if (amount === 0n) return;
  requireUnits(state, rules, from, amount);
  state.units.set(from, found(state.units.get(from), "units") - amount);
  state.units.set(to, found(state.units.get(to), "units") + amount);
}

function moveCash(state: State, from: Dealer, to: Dealer, amount: bigint): void {
  const has = found(state.cash.get(from), "cash");
  requireThat(amount <= has, "ERC20InsufficientBalance");
  state.cash.set(from, has - amount);
  state.cash.set(to, found(state.cash.get(to), "cash") + amount);
}
