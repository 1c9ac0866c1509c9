import { dayNumber, startOfDayNumber } from "../../../sdk/calendar.js";
import { quarterDays, quarterOf } from "../../../sdk/issuance/interest.js";
import { DAY, found, refuse, requireThat } from "../tale.js";

/** Customers: three identified and one anonymous at the bank, one at the other institution. */
export const CUSTOMERS = ["ann", "bob", "shop", "dan", "eve"] as const;
export type Customer = (typeof CUSTOMERS)[number];
/** Institutions. The bank bears interest. */
export const INSTITUTIONS = ["bank", "other"] as const;
export type Institution = (typeof INSTITUTIONS)[number];
export type Holder = Customer | Institution;
export const HOLDERS: readonly Holder[] = [...CUSTOMERS, ...INSTITUTIONS];

/** Whose customer somebody is. */
export const BANK_OF: Readonly<Record<Customer, Institution>> = {
  ...{ ann: "bank", bob: "bank", shop: "bank", dan: "bank", eve: "other" },
};
const BEARING: readonly Customer[] = ["ann", "bob", "shop"];

export const ANSWER = 7n * DAY;
export const CLAIM = 90n * DAY;
/** The first quarter that the story may be about. */
export const FIRST_QUARTER = quarterOf(2040, 3);
export const RATE_CEILING = 100_000n;
const REPORT_AGE = 7;

/** A value from a day on. */
export interface Step {
  readonly day: number;
  readonly value: bigint;
}

/** What the bank has stated for a quarter. */
export interface Sheet {
  readonly shares: ReadonlyMap<Customer, bigint>;
  readonly sum: bigint;
  left: bigint;
}

/** A claim of a customer at the bank. */
export interface Claim {
  readonly quarter: number;
  readonly who: Customer;
  readonly closing: readonly bigint[];
  readonly claimed: bigint;
  readonly until: bigint;
  status: "open" | "refuted" | "upheld" | "honoured";
  due: bigint;
}

/** An institution in the last report. */
export interface Stood {
  readonly day: number;
  readonly base: bigint;
  readonly required: bigint;
  readonly held: bigint;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  /** Balances by the day from which they were so. */
  readonly history: Map<Holder, Step[]>;
  readonly rates: Step[];
  readonly ratios: Step[];
  readonly sheets: Map<number, Sheet>;
  /** By quarter and customer. */
  readonly paid: Map<string, bigint>;
  readonly claims: Claim[];
  readonly stood: Map<Institution, Stood>;
  migratedFrom: number | undefined;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly wholeUnitsBear: boolean;
  readonly roundsDown: boolean;
  readonly paysOnce: boolean;
  readonly anonymousBearNone: boolean;
  readonly answersEnd: boolean;
  readonly claimsEnd: boolean;
  readonly marginIsFull: boolean;
  readonly migrationNeedsCover: boolean;
}

export const RULES: Rules = {
  wholeUnitsBear: true,
  roundsDown: true,
  paysOnce: true,
  anonymousBearNone: true,
  answersEnd: true,
  claimsEnd: true,
  marginIsFull: true,
  migrationNeedsCover: true,
};

export const keyOf = (quarter: number, who: Customer) => `${quarter} ${who}`;
export const todayOf = ({ now }: Pick<State, "now">) => dayNumber(now);

/** What was so at the end of a day. */
export function at(steps: readonly Step[] | undefined, day: number): bigint {
  return steps?.findLast((step) => step.day <= day)?.value ?? 0n;
}

export function balanceOf({ history }: State, who: Holder): bigint {
  return history.get(who)?.at(-1)?.value ?? 0n;
}

/** Of the bank's own money, what it has committed to customers. */
export function heldOf({ sheets }: State): bigint {
  return [...sheets.values()].reduce((sum, { left }) => sum + left, 0n);
}

export function expenseOf({ paid }: State, quarter: number): bigint {
  return CUSTOMERS.reduce((sum, who) => sum + (paid.get(keyOf(quarter, who)) ?? 0n), 0n);
}

export function arrearsOf({ claims }: State): bigint {
  return claims.reduce((sum, { due }) => sum + due, 0n);
}

/** The last quarter that is over. */
export function lastQuarter(state: Pick<State, "now">): number | undefined {
  let last: number | undefined;
  for (let quarter = FIRST_QUARTER; quarterDays(quarter).last < dayNumber(state.now); quarter++) last = quarter;
  return last;
}

/** Whole units that a customer's balances bear interest on at the bank, day by day. */
export function closingOf({ history }: State, quarter: number, who: Customer): bigint[] {
  const { first, last } = quarterDays(quarter);
  const days = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  if (!BEARING.includes(who)) return days.map(() => 0n);
  return days.map((day) => at(history.get(who), day) / 100n);
}

export function interestOf(
  { rates, history }: State,
  rules: Rules,
  quarter: number,
  closing: readonly bigint[],
  who: Customer,
) {
  const { first } = quarterDays(quarter);
  let weighted = 0n;
  for (const [index, units] of closing.entries()) {
    const fen = rules.wholeUnitsBear ? 0n : at(history.get(who), first + index) % 100n;
    weighted += (units * 100n + fen) * at(rates, first + index);
  }
  return (weighted + (rules.roundsDown ? 0n : 359_999_999n)) / 360_000_000n;
}

export function move(state: State, from: Holder, to: Holder, amount: bigint): void {
  const has = balanceOf(state, from);
  const held = from === "bank" ? heldOf(state) : 0n;
  if (has - held < amount) refuse(has < amount ? "ERC20InsufficientBalance" : "LedgerInsufficientSpendable");
  change(state, from, -amount);
  change(state, to, amount);
}

export function setRate(state: State, fromDay: number, rate: bigint): void {
  requireThat(rate <= RATE_CEILING, "InterestRateInvalid");
  requireThat(fromDay > todayOf(state) && fromDay >= (state.rates.at(-1)?.day ?? 0), "InterestRateDayInvalid");
  set(state.rates, fromDay, rate);
}

export function stateQuarter(state: State, quarter: number, shares: ReadonlyMap<Customer, bigint>, by: Institution) {
  requireThat(by === "bank", "InterestCallerInvalid");
  requireThat(quarterDays(quarter).last < todayOf(state), "InterestQuarterNotOver");
  requireThat(!state.sheets.has(quarter), "InterestAlreadyStated");
  const sum = [...shares.values()].reduce((all, share) => all + share, 0n);
  const free = balanceOf(state, "bank") - heldOf(state);
  if (free < sum) refuse(balanceOf(state, "bank") < sum ? "ERC20InsufficientBalance" : "LedgerInsufficientSpendable");
  state.sheets.set(quarter, { shares, sum, left: sum });
}

export function pay(state: State, rules: Rules, quarter: number, whom: readonly Customer[]): void {
  const sheet = state.sheets.get(quarter);
  if (sheet === undefined) refuse("InterestNotStated");
  for (const who of whom) {
    const share = sheet.shares.get(who) ?? 0n;
    const before = state.paid.get(keyOf(quarter, who)) ?? 0n;
    if (share === 0n || (before !== 0n && rules.paysOnce)) continue;
    if (!BEARING.includes(who) && rules.anonymousBearNone) continue;
    sheet.left -= share;
    give(state, quarter, who, share);
  }
}

export function claim(state: State, rules: Rules, quarter: number, who: Customer, closing: readonly bigint[]): void {
  const { last } = quarterDays(quarter);
  requireThat(last < todayOf(state), "InterestQuarterNotOver");
  const until = BigInt(startOfDayNumber(last + 1)) + CLAIM;
  requireThat(!rules.claimsEnd || state.now <= until, "InterestClaimTooLate");
  requireThat(claimOf(state, quarter, who) === undefined, "InterestClaimStatusInvalid");
  const claimed = interestOf(state, rules, quarter, closing, who);
  requireThat(claimed > (state.paid.get(keyOf(quarter, who)) ?? 0n), "InterestNothingMissing");
  state.claims.push({ quarter, who, closing, claimed, until: state.now + ANSWER, status: "open", due: 0n });
}

/** `position`: of the day that is looked at. */
export function refute(state: State, rules: Rules, index: number, position: number): void {
  const made = found(state.claims[index], "claim");
  requireThat(made.status === "open", "InterestClaimStatusInvalid");
  requireThat(!rules.answersEnd || state.now <= made.until, "InterestAnswerPeriodOver");
  const truth = closingOf(state, made.quarter, made.who)[position] ?? 0n;
  requireThat((made.closing[position] ?? 0n) > truth, "InterestClaimTrue");
  made.status = "refuted";
}

export function uphold(state: State, index: number): void {
  const made = found(state.claims[index], "claim");
  requireThat(made.status === "open", "InterestClaimStatusInvalid");
  requireThat(state.now > made.until, "InterestAnswerPending");
  made.status = "upheld";
  made.due = missing(state, made);
}

export function honour(state: State, index: number, by: Institution): void {
  requireThat(by === "bank", "InterestCallerInvalid");
  const made = found(state.claims[index], "claim");
  requireThat(made.status === "open" || made.status === "upheld", "InterestClaimStatusInvalid");
  const amount = missing(state, made);
  const balance = balanceOf(state, "bank");
  if (balance - heldOf(state) < amount)
    refuse(balance < amount ? "ERC20InsufficientBalance" : "LedgerInsufficientSpendable");
  made.status = "honoured";
  made.due = 0n;
  if (amount > 0n) give(state, made.quarter, made.who, amount);
}

/** What each has to hold for a base on a day. */
export function requiredOf(state: State, rules: Rules, who: Institution, base: bigint, day: number): bigint {
  const from = state.migratedFrom;
  if (from === undefined || day < from || (who === "other" && rules.marginIsFull)) return base;
  return (base * at(state.ratios, day) + 9_999n) / 10_000n;
}

/** Sum of an institution's customers at the end of a day. */
export function baseOf({ history }: State, who: Institution, day: number): bigint {
  return CUSTOMERS.filter((customer) => BANK_OF[customer] === who).reduce(
    (sum, customer) => sum + at(history.get(customer), day),
    0n,
  );
}

/** `short`: by how much the bank holds less than it must. `wrong`: by how much the rows are more than the supply. */
export function report(state: State, rules: Rules, day: number, short: bigint, wrong: bigint): void {
  requireThat(day > (state.stood.get("bank")?.day ?? 0), "ReserveReportDayInvalid");
  requireThat(wrong === 0n, "ReserveSumMismatch");
  for (const who of INSTITUTIONS) {
    const base = baseOf(state, who, day);
    const required = requiredOf(state, rules, who, base, day);
    const held = who === "bank" && required > 0n ? required - short : required;
    state.stood.set(who, { day, base, required, held });
  }
}

export function shortOf({ stood }: State): bigint {
  return [...stood.values()].reduce((sum, { required, held }) => sum + (required > held ? required - held : 0n), 0n);
}

export function migrate(state: State, rules: Rules, fromDay: number, ratio: bigint): void {
  requireThat(state.migratedFrom === undefined, "ReserveAlreadyMigrated");
  const recent = todayOf(state) <= (state.stood.get("bank")?.day ?? 0) + REPORT_AGE;
  const covered = recent && shortOf(state) === 0n;
  requireThat(covered || !rules.migrationNeedsCover, "ReserveNotCovered");
  setRatioFrom(state, fromDay, ratio);
  state.migratedFrom = fromDay;
}

export function setRatio(state: State, fromDay: number, ratio: bigint): void {
  requireThat(state.migratedFrom !== undefined, "ReserveNotMigrated");
  setRatioFrom(state, fromDay, ratio);
}

function setRatioFrom(state: State, fromDay: number, ratio: bigint): void {
  requireThat(ratio <= 10_000n, "ReserveRatioInvalid");
  requireThat(fromDay > todayOf(state) && fromDay >= (state.ratios.at(-1)?.day ?? 0), "ReserveDayInvalid");
  set(state.ratios, fromDay, ratio);
}

function claimOf({ claims }: State, quarter: number, who: Customer): Claim | undefined {
  return claims.find((made) => made.quarter === quarter && made.who === who);
}

function missing({ paid }: State, { quarter, who, claimed }: Claim): bigint {
  const had = paid.get(keyOf(quarter, who)) ?? 0n;
  return claimed > had ? claimed - had : 0n;
}

function give(state: State, quarter: number, who: Customer, amount: bigint): void {
  const key = keyOf(quarter, who);
  state.paid.set(key, (state.paid.get(key) ?? 0n) + amount);
  change(state, "bank", -amount);
  change(state, who, amount);
}

function change(state: State, who: Holder, by: bigint): void {
  const steps = state.history.get(who) ?? [];
  set(steps, todayOf(state), balanceOf(state, who) + by);
  state.history.set(who, steps);
}

function set(steps: Step[], day: number, value: bigint): void {
  if (steps.at(-1)?.day === day) steps.pop();
  steps.push({ day, value });
}
