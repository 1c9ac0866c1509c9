import { Refusal } from "../state.js";

/** Banks of the story; the first two are at home, two each abroad. */
export const BANKS = ["icbc", "boc", "hsbc", "bochk", "bangkok", "kasikorn"] as const;
export type BankName = (typeof BANKS)[number];
/** Jurisdictions abroad that the currency is open to. */
export const ABROAD = ["HKD", "THB"] as const;
export type Abroad = (typeof ABROAD)[number];

const HOMES: Readonly<Record<BankName, Abroad | "CNY">> = {
  icbc: "CNY",
  boc: "CNY",
  hsbc: "HKD",
  bochk: "HKD",
  bangkok: "THB",
  kasikorn: "THB",
};

/** A corridor. What has flowed is a list; sums are made when they are asked for. */
export interface CorridorState {
  holding: bigint;
  outflow: bigint;
  inflow: bigint;
  days: bigint;
  halted: boolean;
  flows: { readonly time: bigint; readonly amount: bigint }[];
}

export interface State {
  now: bigint;
  readonly balances: Map<BankName, bigint>;
  readonly suspended: Set<BankName>;
  readonly corridors: Readonly<Record<Abroad, CorridorState>>;
  venueAdmitted: boolean;
  issued: bigint;
  redeemed: bigint;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly holdingsAreCapped: boolean;
  readonly flowsAreNet: boolean;
  readonly windowsAreCalendarDays: boolean;
  readonly standingBinds: boolean;
  readonly bordersNeedAVenue: boolean;
  readonly ordersCount: boolean;
}

export const RULES: Rules = {
  holdingsAreCapped: true,
  flowsAreNet: true,
  windowsAreCalendarDays: true,
  standingBinds: true,
  bordersNeedAVenue: true,
  ordersCount: true,
};

const HOURS_8 = 28_800n;
const DAY = 86_400n;

export function homeOf(bank: BankName): Abroad | "CNY" {
  return HOMES[bank];
}

export function balanceOf({ balances }: State, bank: BankName): bigint {
  return balances.get(bank) ?? 0n;
}

/** What the banks of a jurisdiction abroad have. */
export function holdingsOf(state: State, abroad: Abroad): bigint {
  return BANKS.filter((bank) => homeOf(bank) === abroad).reduce((sum, bank) => sum + balanceOf(state, bank), 0n);
}

/** What has gone to them in the window that `now` lies in, less what has come back. */
export function netOutflowOf({ now, corridors }: State, abroad: Abroad, rules: Rules): bigint {
  const { days, flows } = corridors[abroad];
  const offset = rules.windowsAreCalendarDays ? HOURS_8 : 0n;
  const window = (time: bigint) => (time + offset) / (days * DAY);
  return flows
    .filter(({ time, amount }) => window(time) === window(now) && (rules.flowsAreNet || amount > 0n))
    .reduce((sum, { amount }) => sum + amount, 0n);
}

/** A payment, with or without a venue that runs it. */
export function pay(state: State, rules: Rules, from: BankName, to: BankName, amount: bigint, venue: boolean): void {
  refuseHalted(state, from);
  if (amount > balanceOf(state, from)) throw new Refusal("ERC20InsufficientBalance");
  refuseHalted(state, to);
  if (rules.standingBinds && (state.suspended.has(from) || state.suspended.has(to))) {
    throw new Refusal("InstitutionNotActive");
  }
  const [here, there] = [homeOf(from), homeOf(to)];
  if (here !== there) {
    if (rules.bordersNeedAVenue && !(venue && state.venueAdmitted)) throw new Refusal("CorridorGateClosed");
    if (here !== "CNY" && netOutflowOf(state, here, rules) - amount < -state.corridors[here].inflow) {
      throw new Refusal("CorridorInflowLimitExceeded");
    }
    if (there !== "CNY") {
      const { holding, outflow } = state.corridors[there];
      if (rules.holdingsAreCapped && holdingsOf(state, there) + amount > holding) {
        throw new Refusal("CorridorHoldingLimitExceeded");
      }
      if (netOutflowOf(state, there, rules) + amount > outflow) throw new Refusal("CorridorOutflowLimitExceeded");
    }
  }
  move(state, from, to, amount, true);
}

/** A lawful order: neither limits nor standing stand in its way. */
export function order(state: State, rules: Rules, from: BankName, to: BankName, amount: bigint): void {
  if (amount > balanceOf(state, from)) throw new Refusal("ERC20InsufficientBalance");
  refuseHalted(state, to);
  move(state, from, to, amount, rules.ordersCount);
}

export function issue(state: State, rules: Rules, to: BankName, amount: bigint): void {
  refuseHalted(state, to);
  if (homeOf(to) !== "CNY") throw new Refusal("CorridorResidentRequired");
  if (rules.standingBinds && state.suspended.has(to)) throw new Refusal("InstitutionNotActive");
  state.balances.set(to, balanceOf(state, to) + amount);
  state.issued += amount;
}

/** What is held for the issuer is destroyed. */
export function redeem(state: State, from: BankName, amount: bigint): void {
  refuseHalted(state, from);
  if (amount > balanceOf(state, from)) throw new Refusal("ERC20InsufficientBalance");
  if (homeOf(from) !== "CNY") throw new Refusal("CorridorResidentRequired");
  state.balances.set(from, balanceOf(state, from) - amount);
  state.redeemed += amount;
}

export function limit(
  { corridors }: State,
  abroad: Abroad,
  to: Pick<CorridorState, "holding" | "outflow" | "inflow" | "days">,
): void {
  const corridor = corridors[abroad];
  // windows of another length begin anew
  if (corridor.days !== to.days) corridor.flows = [];
  Object.assign(corridor, to);
}

function move(state: State, from: BankName, to: BankName, amount: bigint, counted: boolean): void {
  const { balances, corridors, now } = state;
  balances.set(from, balanceOf(state, from) - amount);
  balances.set(to, balanceOf(state, to) + amount);
  const [here, there] = [homeOf(from), homeOf(to)];
  if (here === there || !counted) return;
  if (here !== "CNY") corridors[here].flows.push({ time: now, amount: -amount });
  if (there !== "CNY") corridors[there].flows.push({ time: now, amount });
}

function refuseHalted({ corridors }: State, bank: BankName): void {
  const home = homeOf(bank);
  if (home !== "CNY" && corridors[home].halted) throw new Refusal("WalletHalted");
}
