import type { QrEntry, QrPosition } from "../../../sdk/eip712/qr.js";
import { qrPositions } from "../../../sdk/qr/batch.js";
import { ANSWER_PERIOD, DISPUTE_PERIOD } from "../../support/qr.js";
import { requireThat } from "../tale.js";

/** The gateway and its settlement as plain objects that share no rule with the contracts. */
export interface QrState {
  now: bigint;
  readonly admitted: Set<string>;
  /** Kinds of payments whose route is closed. */
  readonly closed: Set<number>;
  readonly payments: Payment[];
  /** What was said of payments, in order. */
  readonly log: Said[];
  readonly windows: Window[];
  readonly balances: Map<string, bigint>;
}

export type PaymentStatus = "none" | "requested" | "authorized" | "completed" | "reversed";

/** A payment that may be asked for; its sides are fixed. */
export interface Payment {
  /** Which of the four kinds of directions and modes. */
  readonly kind: number;
  readonly asks: string;
  readonly answers: string;
  readonly wallet: string;
  readonly acquirer: string;
  /** Minor units of the home currency. */
  readonly amount: bigint;
  readonly notAfter: bigint;
  status: PaymentStatus;
  refunded: bigint;
  /** Times that it came to an end. */
  ends: number;
}

/** One line of the log. */
export interface Said {
  readonly kind: number;
  readonly what: "requested" | "authorized" | "completed" | "reversed" | "refunds";
  readonly amount: bigint;
}

/** An entry's place. */
export interface Place {
  readonly window: number;
  readonly index: number;
}

export type DisputeStatus = "none" | "open" | "answered" | "upheld" | "returned";

/** A window from the first on. */
export interface Window {
  readonly entries: readonly QrEntry[];
  readonly corrections: readonly Place[];
  status: "committed" | "settled" | "withdrawn";
  settledAt: bigint;
  readonly disputes: { status: DisputeStatus; until: bigint }[];
}

/** The decisions of the model; its test turns each into its opposite. */
export interface QrRules {
  readonly endsOnce: boolean;
  readonly refundsAreCapped: boolean;
  readonly refundsCountOnce: boolean;
  readonly everyLineConsents: boolean;
  readonly answersAreInTime: boolean;
  readonly correctionsBind: boolean;
  readonly correctionsGoBack: boolean;
}

export const QR_RULES: QrRules = {
  endsOnce: true,
  refundsAreCapped: true,
  refundsCountOnce: true,
  everyLineConsents: true,
  answersAreInTime: true,
  correctionsBind: true,
  correctionsGoBack: true,
};

const LIFETIME = 86_400n;

// ------------------------------------------------------------------------------------------------------- gateway

export function request(state: QrState, payment: Payment, by: string): void {
  requireThat(by === payment.asks, "QrCallerInvalid");
  requireThat(payment.status === "none", "QrStatusInvalid");
  const { now, admitted, closed } = state;
  requireThat(payment.notAfter >= now && payment.notAfter <= now + LIFETIME, "QrDeadlineInvalid");
  requireThat(admitted.has(payment.asks), "QrParticipantUnknown");
  requireThat(!closed.has(payment.kind), "QrRouteIsClosed");
  requireThat(admitted.has(payment.answers), "QrParticipantUnknown");
  say(state, payment, "requested");
}

export function authorize(state: QrState, payment: Payment, by: string): void {
  requireThat(payment.status === "requested", "QrStatusInvalid");
  requireThat(by === payment.answers, "QrCallerInvalid");
  requireThat(state.now <= payment.notAfter, "QrPaymentExpired");
  say(state, payment, "authorized");
}

export function complete(state: QrState, payment: Payment, by: string, rules: QrRules): void {
  const agreed = payment.status === "authorized" || (!rules.endsOnce && payment.status === "reversed");
  requireThat(agreed, "QrStatusInvalid");
  requireThat(by === payment.wallet, "QrCallerInvalid");
  requireThat(state.now <= payment.notAfter, "QrPaymentExpired");
  say(state, payment, "completed", payment.amount);
  payment.ends += 1;
}

export function reverse(state: QrState, payment: Payment, by: string): void {
  requireThat(payment.status === "requested" || payment.status === "authorized", "QrStatusInvalid");
  requireThat([payment.asks, payment.answers].includes(by) || state.now > payment.notAfter, "QrReversalNotDue");
  say(state, payment, "reversed");
  payment.ends += 1;
}

/** `refunded` is what the acquirer believes was refunded before. */
export function refund(
  state: QrState,
  payment: Payment,
  { by, refunded, amount }: { readonly by: string; readonly refunded: bigint; readonly amount: bigint },
  rules: QrRules,
): void {
  requireThat(payment.status === "completed", "QrStatusInvalid");
  requireThat(by === payment.acquirer, "QrCallerInvalid");
  requireThat(!rules.refundsCountOnce || refunded === payment.refunded, "QrRefundOutOfSequence");
  const fits = !rules.refundsAreCapped || payment.refunded + amount <= payment.amount;
  requireThat(amount > 0n && fits, "QrRefundInvalid");
  state.log.push({ kind: payment.kind, what: "refunds", amount });
  payment.refunded += amount;
}

function say(
  { log }: QrState,
  payment: Payment,
  what: "requested" | "authorized" | "completed" | "reversed",
  amount = 0n,
): void {
  payment.status = what;
  log.push({ kind: payment.kind, what, amount });
}

// ---------------------------------------------------------------------------------------------------- settlement

/** What is to be given back. */
export function due({ windows }: QrState): Place[] {
  return windows.flatMap(({ disputes }, window) =>
    disputes.flatMap(({ status }, index) => (status === "upheld" ? [{ window, index }] : [])),
  );
}

export function entryAt({ windows }: QrState, { window, index }: Place): QrEntry {
  const entry = windows[window]?.entries[index];
  if (entry === undefined) throw new RangeError(`there is no payment ${index} in window ${window}`);
  return entry;
}

/** The lines of a batch. */
export function linesOf(state: QrState, entries: readonly QrEntry[], corrections: readonly Place[]): QrPosition[] {
  const parties = corrections.flatMap((place) => [entryAt(state, place).debtor, entryAt(state, place).creditor]);
  return qrPositions(entries, parties);
}

export function commit(
  state: QrState,
  entries: readonly QrEntry[],
  corrections: readonly Place[],
  rules: QrRules,
): void {
  requireThat(state.windows.at(-1)?.status !== "committed", "QrWindowOutOfSequence");
  const lines = new Set(linesOf(state, entries, corrections).map(({ institution }) => institution));
  requireThat(
    [...lines].every((line) => state.admitted.has(line)),
    "QrParticipantUnknown",
  );
  const left = due(state).filter((place) => {
    const { debtor, creditor } = entryAt(state, place);
    return lines.has(debtor) && lines.has(creditor) && !corrections.some((each) => samePlace(each, place));
  });
  requireThat(!rules.correctionsBind || left.length === 0, "QrReturnsOutstanding");
  state.windows.push({
    ...{ entries: [...entries], corrections: [...corrections], status: "committed", settledAt: 0n },
    disputes: entries.map(() => ({ status: "none", until: 0n })),
  });
}

/** `silent` is the line that does not consent; past the last: none. */
export function settle(state: QrState, number: number, silent: number, rules: QrRules): void {
  const window = windowAt(state, number);
  requireThat(window.status === "committed", "QrWindowStatusInvalid");
  const { entries, corrections } = window;
  const lines = linesOf(state, entries, corrections);
  requireThat(!rules.everyLineConsents || silent >= lines.length, "QrConsentMissing");
  const nets = new Map(lines.map(({ institution, net }) => [institution, net]));
  for (const place of corrections) {
    const { debtor, creditor, amount } = entryAt(state, place);
    const [payer, receiver] = rules.correctionsGoBack ? [creditor, debtor] : [debtor, creditor];
    nets.set(payer, (nets.get(payer) ?? 0n) - amount);
    nets.set(receiver, (nets.get(receiver) ?? 0n) + amount);
  }
  for (const [bank, net] of nets) requireThat(moneyOf(state, bank) + net >= 0n, "ERC20InsufficientBalance");
  for (const [bank, net] of nets) state.balances.set(bank, moneyOf(state, bank) + net);
  for (const place of corrections) disputeAt(state, place).status = "returned";
  window.status = "settled";
  window.settledAt = state.now;
}

export function withdraw(state: QrState, number: number): void {
  const window = windowAt(state, number);
  requireThat(window.status === "committed", "QrWindowStatusInvalid");
  window.status = "withdrawn";
}

/** `forged`: the proof is of something else. */
export function dispute(state: QrState, place: Place, by: string, forged: boolean): void {
  requireThat(by === entryAt(state, place).debtor, "QrDebtorRequired");
  requireDisputable(state, place, forged);
  const found = disputeAt(state, place);
  requireThat(found.status === "none", "QrDisputeStatusInvalid");
  found.status = "open";
  found.until = state.now + ANSWER_PERIOD;
}

export function answer(state: QrState, place: Place, signer: string, rules: QrRules): void {
  const found = disputeAt(state, place);
  requireThat(found.status === "open", "QrDisputeStatusInvalid");
  requireThat(!rules.answersAreInTime || state.now <= found.until, "QrAnswerPeriodOver");
  requireThat(signer === entryAt(state, place).debtor, "QrAnswerInvalid");
  found.status = "answered";
}

export function uphold(state: QrState, place: Place): void {
  const found = disputeAt(state, place);
  requireThat(found.status === "open", "QrDisputeStatusInvalid");
  requireThat(state.now > found.until, "QrAnswerPending");
  found.status = "upheld";
}

export function proveTwice(state: QrState, earlier: Place, later: Place): void {
  const isLater = earlier.window < later.window || (earlier.window === later.window && earlier.index < later.index);
  const same = JSON.stringify(Object.values(entryAt(state, earlier)).map(String));
  requireThat(isLater && same === JSON.stringify(Object.values(entryAt(state, later)).map(String)), "QrNotTwice");
  requireThat(windowAt(state, earlier.window).status === "settled", "QrWindowStatusInvalid");
  requireDisputable(state, later, false);
  for (const place of [earlier, later]) {
    requireThat(!["upheld", "returned"].includes(disputeAt(state, place).status), "QrDisputeStatusInvalid");
  }
  disputeAt(state, later).status = "upheld";
  disputeAt(state, later).until = 0n;
}

export function disputeAt(state: QrState, { window, index }: Place): Window["disputes"][number] {
  const found = windowAt(state, window).disputes[index];
  if (found === undefined) throw new RangeError(`there is no payment ${index} in window ${window}`);
  return found;
}

function requireDisputable(state: QrState, { window }: Place, forged: boolean): void {
  const { status, settledAt } = windowAt(state, window);
  requireThat(status === "settled", "QrWindowStatusInvalid");
  requireThat(!forged, "QrInclusionInvalid");
  requireThat(state.now <= settledAt + DISPUTE_PERIOD, "QrDisputePeriodOver");
}

function windowAt({ windows }: QrState, number: number): Window {
  const found = windows[number];
  if (found === undefined) throw new RangeError(`there is no window ${number}`);
  return found;
}

function moneyOf({ balances }: QrState, bank: string): bigint {
  return balances.get(bank) ?? 0n;
}

function samePlace(a: Place, b: Place): boolean {
  return a.window === b.window && a.index === b.index;
}
