import { mulDiv } from "../../../sdk/rounding.js";
import { found, requireThat } from "../tale.js";

/** Who trades with whom. */
export const DEALERS = ["north", "south"] as const;
export type Dealer = (typeof DEALERS)[number];
/** Everybody who has something: the agent delivers in buy-ins. */
export const OWNERS = [...DEALERS, "agent"] as const;
export type Owner = (typeof OWNERS)[number];
/** Everybody who tries something. */
export const PEOPLE = [...OWNERS, "carrier"] as const;
export type Person = (typeof PEOPLE)[number];
/** Which side of a trade an instruction is. */
export const SIDES = ["delivery", "receipt"] as const;
export type Side = (typeof SIDES)[number];

/** Days that settlement is tried, and after which a deliverer is bought in; late fees in parts of 1e8. */
export const FIGURES = { recycle: 10n, extension: 4n, rate: 10_000n, cap: 50_000n, scale: 100_000_000n } as const;

export type EntryStatus = "none" | "entered" | "matched" | "cancelled";
export type Status = "none" | "matched" | "failing" | "settled" | "cancelled" | "lapsed" | "boughtIn";
export type Fault = "nobody" | "deliverer" | "receiver";

/** A trade in the model. */
export interface TradeModel {
  /** Names it on the chain. */
  readonly name: string;
  readonly giver: Dealer;
  readonly quantity: bigint;
  readonly amount: bigint;
  /** What the receiver's instruction says more. */
  readonly off: bigint;
  readonly minimum: bigint;
  readonly guarantee: bigint;
  readonly traded: bigint;
  readonly day: bigint;
  readonly entries: Record<Side, EntryStatus>;
  status: Status;
  holds: Record<Side, boolean>;
  cancels: Record<Side, boolean>;
  settled: bigint;
  paid: bigint;
  /** Whose fault each day's last failure was, by day, ascending. */
  readonly failures: Map<bigint, Fault>;
  /** The UTC+8 day from which on no day counts any more. */
  ended: bigint | undefined;
  held: bigint;
  placed: boolean;
  owed: { readonly by: Side; readonly amount: bigint } | undefined;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  readonly units: Map<Owner, bigint>;
  /** Money that no guarantee holds. */
  readonly free: Map<Owner, bigint>;
  readonly frozen: Set<Dealer>;
  readonly trades: TradeModel[];
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly partsSumExactly: boolean;
  readonly feesAreCapped: boolean;
  readonly daysAreNetted: boolean;
  readonly bothAtFaultIsNobody: boolean;
  readonly wholeComesFirst: boolean;
  readonly buyInWaits: boolean;
  readonly guaranteePays: boolean;
}

export const RULES: Rules = {
  partsSumExactly: true,
  feesAreCapped: true,
  daysAreNetted: true,
  bothAtFaultIsNobody: true,
  wholeComesFirst: true,
  buyInWaits: true,
  guaranteePays: true,
};

export function todayOf({ now }: Pick<State, "now">): bigint {
  return (now + 28_800n) / 86_400n;
}

export function receiverOf({ giver }: TradeModel): Dealer {
  return giver === "north" ? "south" : "north";
}

export function dealerOf(trade: TradeModel, side: Side): Dealer {
  return side === "delivery" ? trade.giver : receiverOf(trade);
}

export function lastDayOf({ day }: TradeModel): bigint {
  return day + FIGURES.recycle;
}

export function isOpen({ status }: TradeModel): boolean {
  return status === "matched" || status === "failing";
}

// ------------------------------------------------------------------ instructions

export function enter(trade: TradeModel, side: Side, by: Person): void {
  requireThat(trade.entries[side] === "none", "TradeInstructionStatusInvalid");
  requireThat(by === dealerOf(trade, side), "TradeSignatureInvalid");
  trade.entries[side] = "entered";
}

export function withdraw(state: State, trade: TradeModel, side: Side, by: Person): void {
  requireThat(by === dealerOf(trade, side), "TradeInstructionCallerInvalid");
  const status = trade.entries[side];
  requireThat(status === "none" || status === "entered", "TradeInstructionStatusInvalid");
  trade.entries[side] = "cancelled";
  if (side === "delivery") giveBack(state, trade);
}

export function place(state: State, trade: TradeModel): void {
  requireThat(!state.frozen.has(trade.giver), "ERC7943CannotSend");
  requireThat(!trade.placed, "HoldAlreadyUsed");
  add(state.free, trade.giver, -trade.guarantee);
  trade.held = trade.guarantee;
  trade.placed = true;
}

export function match(state: State, trade: TradeModel): void {
  for (const side of SIDES) requireThat(trade.entries[side] === "entered", "TradeInstructionStatusInvalid");
  requireThat(trade.off === 0n, "TradeMismatch");
  requireThat(todayOf(state) <= lastDayOf(trade), "TradeRecyclingOver");
  requireThat(trade.held === trade.guarantee, "TradeGuaranteeMissing");
  for (const side of SIDES) trade.entries[side] = "matched";
  trade.status = "matched";
}

// -------------------------------------------------------------------- settlement

/** Days of one side, counted one by one: each is whose fault the last failure up to it was. */
export function lateDays({ failures, ended }: TradeModel, until: bigint, fault: Fault): bigint {
  const [first] = failures.keys();
  if (first === undefined) return 0n;
  const end = ended !== undefined && ended < until ? ended : until;
  let current: Fault = "nobody";
  let days = 0n;
  for (let day = first; day < end; ++day) {
    current = failures.get(day) ?? current;
    if (current === fault) ++days;
  }
  return days;
}

/** What some more units cost on a day: money, and the late fee of one side. */
export function costOf(trade: TradeModel, quantity: bigint, day: bigint, rules: Rules) {
  const { amount, settled, paid } = trade;
  const share = (units: bigint) => mulDiv(amount, units, trade.quantity, "floor");
  const isLast = settled + quantity === trade.quantity;
  const money = rules.partsSumExactly ? share(settled + quantity) - paid : isLast ? amount - paid : share(quantity);
  const [giver, receiver] = [lateDays(trade, day, "deliverer"), lateDays(trade, day, "receiver")];
  const by: Side = giver > receiver ? "delivery" : "receipt";
  const net = giver > receiver ? giver - receiver : receiver - giver;
  const days = rules.daysAreNetted ? net : giver > receiver ? giver : receiver;
  const parts = days * FIGURES.rate;
  const counted = rules.feesAreCapped && parts > FIGURES.cap ? FIGURES.cap : parts;
  return { money, fee: mulDiv(money, counted, FIGURES.scale, "half-up"), by };
}

export function settle(state: State, rules: Rules, trade: TradeModel, part?: bigint): void {
  requireThat(isOpen(trade), "TradeStatusInvalid");
  const [today, left] = [todayOf(state), trade.quantity - trade.settled];
  if (part !== undefined) {
    requireThat(trade.minimum > 0n, "TradePartNotAgreed");
    requireThat(part >= trade.minimum && left - part >= trade.minimum, "TradePartInvalid");
    requireThat(!rules.wholeComesFirst || trade.failures.has(today), "TradePartUntimely");
  }
  requireThat(today >= trade.day, "TradeNotDue");
  requireThat(today <= lastDayOf(trade), "TradeRecyclingOver");
  const quantity = part ?? left;
  const receiver = receiverOf(trade);
  const { money, fee, by } = costOf(trade, quantity, today, rules);
  const [toPay, back] = by === "receipt" ? [money + fee, 0n] : [money, fee];
  const ready = {
    deliverer:
      !trade.holds.delivery &&
      has(state.units, trade.giver) >= quantity &&
      (money === 0n || !state.frozen.has(trade.giver)),
    receiver:
      !trade.holds.receipt && (money === 0n || (has(state.free, receiver) >= toPay && !state.frozen.has(receiver))),
  };
  if (!ready.deliverer || !ready.receiver) {
    const neither = rules.bothAtFaultIsNobody ? "nobody" : "deliverer";
    const fault = ready.deliverer ? "receiver" : ready.receiver ? "deliverer" : neither;
    trade.failures.set(today, fault);
    trade.status = "failing";
    return;
  }
  give(state.units, trade.giver, receiver, quantity);
  give(state.free, receiver, trade.giver, toPay - back);
  trade.settled += quantity;
  trade.paid += money;
  if (trade.settled < trade.quantity) return;
  end(state, trade, "settled");
}

// ----------------------------------------------------------------------- the end

export function hold(trade: TradeModel, by: Person, onHold: boolean): void {
  requireThat(isOpen(trade), "TradeStatusInvalid");
  trade.holds[sideOf(trade, by)] = onHold;
}

export function agreeCancel(state: State, trade: TradeModel, by: Person, agreed: boolean): void {
  requireThat(isOpen(trade), "TradeStatusInvalid");
  trade.cancels[sideOf(trade, by)] = agreed;
  if (trade.cancels.delivery && trade.cancels.receipt) end(state, trade, "cancelled");
}

export function lapse(state: State, rules: Rules, trade: TradeModel): void {
  requireThat(isOpen(trade), "TradeStatusInvalid");
  const after = lastDayOf(trade) + 1n;
  requireThat(todayOf(state) >= after, "TradeRecycling");
  const { fee, by } = costOf(trade, trade.quantity - trade.settled, after, rules);
  trade.ended = after;
  if (by === "delivery") collect(state, rules, trade, fee);
  else if (fee > 0n) trade.owed = { by, amount: fee };
  end(state, trade, "lapsed");
}

export function buyIn(state: State, rules: Rules, trade: TradeModel, price: bigint, by: Person): void {
  requireThat(isOpen(trade), "TradeStatusInvalid");
  const receiver = receiverOf(trade);
  requireThat(by === receiver, "TradeCallerInvalid");
  const [today, left] = [todayOf(state), trade.quantity - trade.settled];
  const late = lateDays(trade, today, "deliverer");
  requireThat(
    trade.failures.get(today) === "deliverer" && (!rules.buyInWaits || late >= FIGURES.extension),
    "TradeBuyInUntimely",
  );
  const { money, fee, by: owes } = costOf(trade, left, today, rules);
  const dearer = price > money ? price - money : 0n;
  const owed = owes === "delivery" ? dearer + fee : dearer > fee ? dearer - fee : 0n;
  requireThat(!state.frozen.has(receiver), "ERC7943CannotSend");
  trade.ended = today;
  collect(state, rules, trade, owed);
  give(state.units, "agent", receiver, left);
  give(state.free, receiver, "agent", price);
  end(state, trade, "boughtIn");
}

export function payClaim(state: State, trade: TradeModel, by: Person): void {
  const { owed } = trade;
  requireThat(owed !== undefined && by === dealerOf(trade, owed.by), "TradeClaimInvalid");
  const creditor = dealerOf(trade, owed.by === "delivery" ? "receipt" : "delivery");
  const debtor = dealerOf(trade, owed.by);
  requireThat(!state.frozen.has(debtor), "ERC7943CannotSend");
  requireThat(!state.frozen.has(creditor), "ERC7943CannotReceive");
  give(state.free, debtor, creditor, owed.amount);
  trade.owed = undefined;
}

/** Out of the guarantee as far as it reaches and the receiver can be paid; the rest is a claim. */
function collect(state: State, rules: Rules, trade: TradeModel, owed: bigint): void {
  const receiver = receiverOf(trade);
  const reach = rules.guaranteePays && !state.frozen.has(receiver) ? trade.held : 0n;
  const taken = owed < reach ? owed : reach;
  trade.held -= taken;
  add(state.free, receiver, taken);
  if (owed > taken) trade.owed = { by: "delivery", amount: owed - taken };
}

function end(state: State, trade: TradeModel, status: Status): void {
  trade.ended ??= todayOf(state);
  giveBack(state, trade);
  trade.status = status;
}

function giveBack(state: State, trade: TradeModel): void {
  add(state.free, trade.giver, trade.held);
  trade.held = 0n;
}

function sideOf(trade: TradeModel, by: Person): Side {
  const side = SIDES.find((each) => dealerOf(trade, each) === by);
  requireThat(side !== undefined, "TradeCallerInvalid");
  return side;
}

export function has(of: ReadonlyMap<Owner, bigint>, owner: Owner): bigint {
  return found(of.get(owner), "holding");
}

export function add(of: Map<Owner, bigint>, owner: Owner, amount: bigint): void {
  of.set(owner, has(of, owner) + amount);
}

function give(of: Map<Owner, bigint>, from: Owner, to: Owner, amount: bigint): void {
  add(of, from, -amount);
  add(of, to, amount);
}
