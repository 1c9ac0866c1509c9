import { BRIDGE_CODES, type BridgeCode } from "../../../sdk/deploy/bridgeParameters.js";
import { UserError } from "../../../sdk/errors.js";
import { minor } from "../../../sdk/money.js";
import { RATE_SCALE } from "../../../sdk/rates.js";
import { mulDiv } from "../../../sdk/rounding.js";
import { random, type Random } from "../random.js";
import type { PilotInput } from "./input.js";
import { DayRates } from "./values.js";

/** A bank that may take part. */
export interface Participant {
  readonly bic: string;
  readonly home: BridgeCode;
}

/** Money that a bank is issued at home, on the day its jurisdiction joins. */
export interface Issue {
  readonly day: number;
  readonly bic: string;
  readonly code: BridgeCode;
  readonly amount: bigint;
}

/** A payment, or an exchange in which `payer` sells `amount` of `code` to `payee` for `counter`. */
export interface Deal {
  /** Index of the day in the input's rates. */
  readonly day: number;
  readonly payer: string;
  readonly payee: string;
  readonly code: BridgeCode;
  readonly amount: bigint;
  readonly counter: BridgeCode | undefined;
}

/** Everything that happens. */
export interface Ledger {
  readonly issues: readonly Issue[];
  readonly deals: readonly Deal[];
}

/** Ledgers to draw before giving up. */
const ATTEMPTS = 200;

/**
 * Draws a ledger from the seed: the numbers of transactions, of those in e-CNY and of exchanges are as the input says;
 * nobody gives what it has not; drawn again, from the next seed, until every bank takes part and the sums are reached.
 * @throws UserError when none is found.
 */
export function drawLedger(input: PilotInput, banks: readonly Participant[]): Ledger {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const ledger = draw(input, banks, random(input.seed + attempt));
    if (ledger !== undefined && fits(input, banks, ledger)) return ledger;
  }
  throw new UserError(
    `No ledger under the published figures was found from seed ${input.seed}; issue more, or widen the amounts.`,
  );
}

function draw(input: PilotInput, banks: readonly Participant[], next: Random): Ledger | undefined {
  const { published, drawn, rates, phases } = input;
  const issues = drawIssues(input, banks);
  const have = new Map<string, bigint>();
  const add = (bic: string, code: BridgeCode, amount: bigint): void => {
    const key = `${bic} ${code}`;
    have.set(key, (have.get(key) ?? 0n) + amount);
  };
  const inCny = marks(published.transactions, published.touchingCny, next);
  const dayOf = (index: number): number => Math.floor((index * rates.length) / published.transactions);
  const openOn = (day: number): readonly BridgeCode[] =>
    phases.findLast(({ from }) => from <= (rates[day]?.date ?? ""))?.currencies ?? [];
  // e-CNY is exchanged for another currency; others for each other, once two of them take part
  const exchangeable = inCny.flatMap((isCny, index) => (isCny || openOn(dayOf(index)).length > 2 ? [index] : []));
  const drawnToExchange = marks(exchangeable.length, drawn.exchanges, next);
  const exchanged = new Set(exchangeable.filter((_, place) => drawnToExchange[place] === true));
  const deals: Deal[] = [];
  let issued = 0;
  for (let index = 0; index < published.transactions; index++) {
    const day = dayOf(index);
    for (let due = issues[issued]; due !== undefined && due.day <= day; due = issues[++issued]) {
      add(due.bic, due.code, due.amount);
    }
    const today = rates[day];
    if (today === undefined) return undefined;
    const open = openOn(day);
    const present = banks.filter(({ home }) => open.includes(home));
    const at = new DayRates(today, input.aedPerUsd);
    const isCny = inCny[index] === true;
    const others = open.filter((code) => code !== "CNY");
    const isExchange = exchanged.has(index);
    const code = isCny && !isExchange ? "CNY" : pick(others, next);
    const counter = !isExchange
      ? undefined
      : isCny
        ? "CNY"
        : pick(
            others.filter((each) => each !== code),
            next,
          );
    const amount = drawAmount(input, at, code, isCny, next);
    const price = counter === undefined ? 0n : mulDiv(amount, at.cross(code, counter), RATE_SCALE, "ceil");
    const covered = (bic: string, of: BridgeCode, sum: bigint) => (have.get(`${bic} ${of}`) ?? 0n) >= sum;
    const pairs = present
      .filter(({ bic }) => covered(bic, code, amount))
      .flatMap((payer) =>
        present
          .filter(({ bic, home }) => home !== payer.home && (counter === undefined || covered(bic, counter, price)))
          .map((payee) => [payer.bic, payee.bic] as const),
      );
    if (pairs.length === 0) return undefined;
    const [payer, payee] = pick(pairs, next);
    add(payer, code, -amount);
    add(payee, code, amount);
    if (counter !== undefined) {
      add(payee, counter, -price);
      add(payer, counter, price);
    }
    deals.push({ day, payer, payee, code, amount, counter });
  }
  return { issues, deals };
}

/** Each jurisdiction's money in equal parts, the first bank's with what is left. */
function drawIssues({ rates, phases, published, drawn }: PilotInput, banks: readonly Participant[]): Issue[] {
  const issues = BRIDGE_CODES.flatMap((code): Issue[] => {
    const from = phases.find(({ currencies }) => currencies.includes(code))?.from;
    const total = minor(code === "CNY" ? published.issuedCny : (drawn.issued[code] ?? "0"));
    const own = banks.filter(({ home }) => home === code);
    if (from === undefined || total === 0n || own.length === 0) return [];
    const share = total / BigInt(own.length);
    const day = rates.findIndex(({ date }) => date >= from);
    return own.map(({ bic }, index) => ({
      ...{ day, bic, code },
      amount: index === 0 ? total - share * BigInt(own.length - 1) : share,
    }));
  });
  return issues.sort((a, b) => a.day - b.day);
}

function drawAmount({ drawn }: PilotInput, at: DayRates, code: BridgeCode, isCny: boolean, next: Random): bigint {
  const [low, high] = (isCny ? drawn.cnyAmount : drawn.usdAmount).map((text) => minor(text));
  if (low === undefined || high === undefined) throw new RangeError("a range has two ends");
  const worth = low + BigInt(next(Number(high - low)));
  if (!isCny) return at.fromUsd(code, worth);
  if (code === "CNY") return worth - (worth % 10_000n);
  const amount = mulDiv(worth, at.cross("CNY", code), RATE_SCALE, "floor");
  return amount - (amount % 10_000n);
}

/** Whether every bank takes part and the sums are above what was published. */
function fits(input: PilotInput, banks: readonly Participant[], { issues, deals }: Ledger): boolean {
  const { published, rates, aedPerUsd } = input;
  const usd = ({ day, code, amount }: Pick<Deal, "day" | "code" | "amount">): bigint => {
    const at = rates[day];
    return at === undefined ? 0n : new DayRates(at, aedPerUsd).usd(code, amount);
  };
  const sum = (items: readonly Pick<Deal, "day" | "code" | "amount">[]) =>
    items.reduce((total, item) => total + usd(item), 0n);
  const active = new Set(deals.flatMap(({ payer, payee }) => [payer, payee]));
  return (
    banks.every(({ bic }) => active.has(bic)) &&
    sum(issues) > minor(published.issuedUsd) &&
    sum(deals) > minor(published.settledUsd)
  );
}

/** `count` of `length` places, drawn without replacement. */
function marks(length: number, count: number, next: Random): boolean[] {
  const places = Array.from({ length }, (_, index) => index < count);
  for (let index = length - 1; index > 0; index--) {
    const other = next(index + 1);
    [places[index], places[other]] = [places[other] ?? false, places[index] ?? false];
  }
  return places;
}

function pick<T>(items: readonly T[], next: Random): T {
  const item = items[next(items.length)];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
}
