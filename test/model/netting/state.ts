import { found, refuse, requireThat } from "../tale.js";

/** Banks of the story: two of the mainland, two of Hong Kong. */
export const BANKS = ["icbc", "boc", "hsbc", "bochk"] as const;
export type BankName = (typeof BANKS)[number];
export const CODES = ["CNY", "HKD"] as const;
export type Code = (typeof CODES)[number];

/** A movement in the model. */
export interface ModelLeg {
  readonly code: Code;
  readonly from: BankName;
  readonly to: BankName;
  readonly amount: bigint;
}

/** What was queued once, whatever has become of it. */
export interface ModelItem {
  readonly legs: readonly ModelLeg[];
  priority: number;
  sequence: number;
  /** Hour and day, UTC+8, of its arrival. */
  hour: bigint;
  day: bigint;
  status: "waiting" | "settled" | "released" | "refused";
}

/** The venue as plain objects that share no rule with the contracts. */
export interface State {
  now: bigint;
  readonly balances: Map<string, bigint>;
  readonly caps: Map<string, bigint>;
  readonly frozen: Set<string>;
  readonly authorized: Set<BankName>;
  readonly suspended: Set<Code>;
  /** Until when each central bank's reference is valid. */
  readonly references: Map<Code, bigint>;
  readonly items: ModelItem[];
  arrivals: number;
  /** The hour whose cycle was closed last. */
  closed: bigint;
  /** Of each closed cycle and currency: what every bank owed or was due. */
  readonly positions: { readonly code: Code; readonly bank: BankName; readonly amount: bigint; readonly cap: bigint }[];
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly capsBind: boolean;
  readonly priorityGoesFirst: boolean;
  readonly nobodyOvertakes: boolean;
  readonly theLateWait: boolean;
  readonly frozenAreSetAside: boolean;
  readonly daysEnd: boolean;
}

export const RULES: Rules = {
  capsBind: true,
  priorityGoesFirst: true,
  nobodyOvertakes: true,
  theLateWait: true,
  frozenAreSetAside: true,
  daysEnd: true,
};

const HOUR = 3_600n;
const DAY = 86_400n;
const [OPENS, CLOSES, ENDS] = [9n * HOUR, 17n * HOUR, 18n * HOUR];
const REFERENCE_VALIDITY = DAY;

const utc8 = ({ now }: State): bigint => now + 8n * HOUR;
const dayOf = (state: State): bigint => utc8(state) / DAY;
const hourOf = (state: State): bigint => utc8(state) / HOUR;
const secondOf = (state: State): bigint => utc8(state) % DAY;
export const account = (code: Code, bank: BankName): string => `${code} ${bank}`;

export const itemAt = ({ items }: State, index: number): ModelItem => found(items[index], `item ${index}`);

export function queue(state: State, item: Pick<ModelItem, "legs" | "priority">, index: number): void {
  requireThat(secondOf(state) >= OPENS && secondOf(state) < CLOSES, "NettingTimeInvalid");
  for (const { code } of item.legs) requireThat(!state.suspended.has(code), "CouncilCurrencyNotOpen");
  if (item.legs.length > 1) {
    const until = CODES.map((code) => state.references.get(code) ?? 0n);
    requireThat(
      until.every((time) => state.now <= time),
      "ReferenceStale",
    );
  }
  const known = state.items[index];
  requireThat(known === undefined || known.status === "released", "NettingReferenceUsed");
  const arrival = { sequence: ++state.arrivals, hour: hourOf(state), day: dayOf(state), status: "waiting" as const };
  state.items[index] = { legs: item.legs, priority: item.priority, ...arrival };
}

export function withdraw(state: State, index: number, by: BankName): void {
  const item = itemAt(state, index);
  requireThat(item.status === "waiting", "NettingItemNotQueued");
  const [first] = item.legs;
  requireThat(by === first?.from || by === first?.to, "NettingCallerInvalid");
  item.status = by === first?.from ? "released" : "refused";
}

export function prioritize(state: State, index: number, by: BankName, priority: number): void {
  const item = itemAt(state, index);
  requireThat(item.status === "waiting", "NettingItemNotQueued");
  requireThat(by === item.legs[0]?.from, "NettingCallerInvalid");
  item.priority = priority;
}

export function unwind(state: State, index: number): void {
  const item = itemAt(state, index);
  requireThat(item.status === "waiting", "NettingItemNotQueued");
  requireThat(item.day < dayOf(state) || secondOf(state) >= ENDS, "NettingDayNotOver");
  item.status = "released";
}

/** What a cycle takes in now, in queue order. */
function takenIn(state: State, rules: Rules): ModelItem[] {
  return state.items
    .filter(({ status, hour }) => status === "waiting" && (!rules.theLateWait || hour < hourOf(state)))
    .sort((a, b) => (rules.priorityGoesFirst ? b.priority - a.priority : 0) || a.sequence - b.sequence);
}

function requireCycle(state: State): void {
  requireThat(secondOf(state) >= OPENS && secondOf(state) < ENDS, "NettingTimeInvalid");
  requireThat(state.closed < hourOf(state), "NettingCycleClosed");
}

export function close(state: State, rules: Rules): void {
  requireCycle(state);
  const items = takenIn(state, rules);
  for (const item of items) if (rules.daysEnd && item.day < dayOf(state)) item.status = "released";
  const going = largest(state, rules, fitOf(state, rules, items));
  for (const item of going) item.status = "settled";
  const net = netOf(going);
  for (const [key, amount] of net) {
    state.balances.set(key, (state.balances.get(key) ?? 0n) + amount);
    const [code, bank] = key.split(" ") as [Code, BankName];
    state.positions.push({ code, bank, amount, cap: state.caps.get(key) ?? 0n });
  }
  state.closed = hourOf(state);
}

/** A proposal without any exclusion, or with one more item dropped than must be. */
export function closeWrong(state: State, rules: Rules, forgets: boolean): void {
  requireCycle(state);
  const today = takenIn(state, rules).filter(({ day }) => day === dayOf(state));
  const fit = fitOf(state, rules, today);
  const going = largest(state, rules, fit);
  if (forgets && going.length < fit.length) refuse("NettingUncovered");
  refuse(going.length > 0 ? "NettingDropUnfounded" : "NettingDropInvalid");
}

function fitOf({ suspended, frozen, authorized }: State, rules: Rules, items: readonly ModelItem[]): ModelItem[] {
  const isBarred = (code: Code, bank: BankName) => rules.frozenAreSetAside && frozen.has(account(code, bank));
  return items.filter(
    ({ status, legs }) =>
      status === "waiting" &&
      legs.every(
        ({ code, from, to }) =>
          !suspended.has(code) && !isBarred(code, from) && !isBarred(code, to) && authorized.has(from),
      ),
  );
}

/** The largest set in which nobody owes too much and nobody's later payment goes before an earlier one. */
function largest(state: State, rules: Rules, items: readonly ModelItem[]): ModelItem[] {
  let going = [...items];
  for (;;) {
    const net = netOf(going);
    const short = [...net].find(([key, amount]) => amount < -limitOf(state, rules, key))?.[0];
    if (short === undefined) return going;
    const out = new Set([
      found(
        going.findLast((item) => paysFrom(item, short)),
        "payment of who is short",
      ),
    ]);
    // whatever stands behind what is out, at any account it pays from
    for (let size = 0; rules.nobodyOvertakes && size < out.size;) {
      size = out.size;
      for (const item of [...out]) {
        const behind = items.slice(items.indexOf(item) + 1);
        for (const { code, from } of item.legs)
          for (const later of behind) if (paysFrom(later, account(code, from))) out.add(later);
      }
    }
    going = going.filter((item) => !out.has(item));
  }
}

function limitOf({ balances, caps }: State, rules: Rules, key: string): bigint {
  const [balance, cap] = [balances.get(key) ?? 0n, caps.get(key) ?? 0n];
  return rules.capsBind && cap < balance ? cap : balance;
}

function paysFrom({ legs }: ModelItem, key: string): boolean {
  return legs.some(({ code, from }) => account(code, from) === key);
}

function netOf(items: readonly ModelItem[]): Map<string, bigint> {
  const net = new Map<string, bigint>();
  for (const { code, from, to, amount } of items.flatMap(({ legs }) => legs)) {
    net.set(account(code, from), (net.get(account(code, from)) ?? 0n) - amount);
    net.set(account(code, to), (net.get(account(code, to)) ?? 0n) + amount);
  }
  return net;
}

export function publish(state: State, code: Code): void {
  state.references.set(code, state.now + REFERENCE_VALIDITY);
}
