import { SECONDS_PER_DAY, dayNumber, yearOf } from "../../../sdk/calendar.js";
import { requireThat } from "../tale.js";

/** Who pays: whose the wallet is, in which currency, and who serves it on the payer's side. */
export const PAYERS = {
  ann: { person: "ann", currency: "ehkd", bank: "hsbc" },
  anns: { person: "ann", currency: "ehkd", bank: "hsbc" },
  annAtBochk: { person: "ann", currency: "ehkd", bank: "bochk" },
  annInCny: { person: "ann", currency: "ecny", bank: "hsbc" },
  mei: { person: "mei", currency: "ecny", bank: "icbc" },
  meiAtBoc: { person: "mei", currency: "ecny", bank: "boc" },
} as const;
export type Payer = keyof typeof PAYERS;

/** Ways that payments take: who pays whom, received in which currency. */
export const ROUTES = {
  northbound: {
    kind: "northbound",
    payers: ["ann", "anns", "annAtBochk", "annInCny"],
    payee: "shop",
    receives: "ecny",
  },
  sameName: { kind: "sameName", payers: ["ann", "anns", "annAtBochk"], payee: "ann", receives: "ecny" },
  southbound: { kind: "southbound", payers: ["mei", "meiAtBoc"], payee: "bob", receives: "ehkd" },
  southboundInCny: { kind: "southbound", payers: ["mei", "meiAtBoc"], payee: "ann", receives: "ecny" },
} as const satisfies Record<string, Route>;
export type RouteName = keyof typeof ROUTES;
export type Kind = "northbound" | "sameName" | "southbound";

interface Route {
  readonly kind: Kind;
  readonly payers: readonly Payer[];
  readonly payee: "shop" | "ann" | "bob";
  readonly receives: "ecny" | "ehkd";
}

/** Most that a person may pay in the story, minor units; undefined: no limit. */
export const QUOTAS: Readonly<Record<Kind, { readonly day?: bigint; readonly year?: bigint }>> = {
  northbound: { day: 100_000n, year: 250_000n },
  sameName: { day: 200_000n },
  southbound: { year: 60_000n },
};
/** Minor units of the quota's currency for a fen, times 10^12; and UTC+8 days that a rate serves for after its own. */
export const RATES = { northbound: 1_093_900_000_000n, southbound: 139_400_000_000n } as const;
const RATE_AGE = 10;
/** Seconds. */
export const SPANS = { answer: 43_200n, resolve: 2n * 86_400n, back: 9n * 86_400n } as const;

/** A payment in the model. */
export interface PaymentModel {
  readonly name: number;
  readonly route: RouteName;
  readonly payer: Payer;
  readonly sent: bigint;
  readonly received: bigint;
  readonly counted: bigint;
  readonly at: bigint;
  status: "submitted" | "timedOut" | "completed" | "rejected" | "returned";
  late: boolean;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  readonly payments: PaymentModel[];
  /** UTC+8 day of the last rate. */
  readonly rated: Record<"northbound" | "southbound", number>;
  readonly proxies: { owner: string | undefined; sequence: bigint }[];
  names: number;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly timeoutsKeepTheQuota: boolean;
  readonly rejectionsGiveBack: boolean;
  readonly returnsGiveBack: boolean;
  readonly countsUpwards: boolean;
  readonly daysAreUtc8: boolean;
  readonly institutionsCountApart: boolean;
  readonly southboundIsOneQuota: boolean;
  readonly sameNameCountsApart: boolean;
  readonly answersEnd: boolean;
  readonly proxiesHaveOneOwner: boolean;
}

export const RULES: Rules = {
  timeoutsKeepTheQuota: true,
  rejectionsGiveBack: true,
  returnsGiveBack: true,
  countsUpwards: true,
  daysAreUtc8: true,
  institutionsCountApart: true,
  southboundIsOneQuota: true,
  sameNameCountsApart: true,
  answersEnd: true,
  proxiesHaveOneOwner: true,
};

/** What counts for a payment. */
export function countedOf(rules: Rules, route: RouteName, payer: Payer, sent: bigint, received: bigint): bigint {
  const { kind } = ROUTES[route];
  if (kind === "sameName") return received;
  if (PAYERS[payer].currency === "ehkd") return sent;
  return (sent * RATES[kind] + (rules.countsUpwards ? 10n ** 12n - 1n : 0n)) / 10n ** 12n;
}

/** The fold: what has settled and what is not resolved, on the day and in the year of `now`. */
export function usedOf(
  { payments, now }: State,
  rules: Rules,
  kind: Kind,
  payer: Payer,
): { readonly day: bigint; readonly year: bigint } {
  let [day, year] = [0n, 0n];
  for (const payment of payments) {
    if (!countsWith(rules, kind, payer, payment) || !isUsed(rules, payment)) continue;
    if (dayOf(rules, payment.at) === dayOf(rules, now)) day += payment.counted;
    if (yearIn(rules, payment.at) === yearIn(rules, now)) year += payment.counted;
  }
  return { day, year };
}

function countsWith(rules: Rules, kind: Kind, payer: Payer, { route, payer: other }: PaymentModel): boolean {
  const theirs = ROUTES[route].kind;
  if (PAYERS[payer].person !== PAYERS[other].person) return false;
  if (theirs !== kind && (rules.sameNameCountsApart || kind === "southbound")) return false;
  const oneBank = PAYERS[payer].bank === PAYERS[other].bank;
  if (kind === "northbound") return oneBank || !rules.institutionsCountApart;
  return kind === "sameName" || oneBank || rules.southboundIsOneQuota;
}

function isUsed(rules: Rules, { status }: PaymentModel): boolean {
  if (status === "timedOut") return rules.timeoutsKeepTheQuota;
  if (status === "rejected") return !rules.rejectionsGiveBack;
  return status !== "returned" || !rules.returnsGiveBack;
}

function dayOf(rules: Rules, time: bigint): number {
  return rules.daysAreUtc8 ? dayNumber(time) : Math.floor(Number(time) / SECONDS_PER_DAY);
}

function yearIn(rules: Rules, time: bigint): number {
  return rules.daysAreUtc8 ? yearOf(time) : new Date(Number(time) * 1000).getUTCFullYear();
}

export function submit(
  state: State,
  rules: Rules,
  terms: Pick<PaymentModel, "name" | "route" | "payer" | "sent" | "received"> & { readonly by: "own" | "other" },
): void {
  const { by, ...rest } = terms;
  const { route, payer, sent, received } = rest;
  const { kind } = ROUTES[route];
  requireThat(by === "own", "ConnectCallerInvalid");
  if (kind !== "sameName" && PAYERS[payer].currency === "ecny") {
    requireThat(dayNumber(state.now) <= state.rated[kind] + RATE_AGE, "ConnectRateStale");
  }
  const counted = countedOf(rules, route, payer, sent, received);
  const { day, year } = usedOf(state, rules, kind, payer);
  const quota = QUOTAS[kind];
  requireThat(quota.day === undefined || day + counted <= quota.day, "ConnectDayQuotaExceeded");
  requireThat(quota.year === undefined || year + counted <= quota.year, "ConnectYearQuotaExceeded");
  state.payments.push({ ...rest, counted, at: state.now, status: "submitted", late: false });
}

export function complete({ now }: State, rules: Rules, payment: PaymentModel, by: "own" | "other"): void {
  requireOpen(payment);
  requireThat(by === "own", "ConnectCallerInvalid");
  const last = payment.at + (payment.status === "submitted" ? SPANS.answer : SPANS.resolve);
  requireThat(!rules.answersEnd || now <= last, "ConnectAnswerLate");
  payment.status = "completed";
}

export function reject(payment: PaymentModel, by: "own" | "other"): void {
  requireOpen(payment);
  requireThat(by === "own", "ConnectCallerInvalid");
  payment.status = "rejected";
}

export function reportTimeout({ now }: State, payment: PaymentModel): void {
  requireThat(payment.status === "submitted", "ConnectStatusInvalid");
  requireThat(now > payment.at + SPANS.answer, "ConnectTimeNotUp");
  payment.status = "timedOut";
  payment.late = true;
}

export function lapse({ now }: State, payment: PaymentModel): void {
  requireOpen(payment);
  requireThat(now > payment.at + SPANS.resolve, "ConnectTimeNotUp");
  payment.status = "rejected";
}

export function sendBack({ now }: State, payment: PaymentModel, by: "own" | "other"): void {
  requireThat(payment.status === "completed", "ConnectStatusInvalid");
  requireThat(now <= payment.at + SPANS.back, "ConnectReturnLate");
  requireThat(by === "own", "InstructionSignatureInvalid");
  payment.status = "returned";
}

export function publish({ now, rated }: State, kind: "northbound" | "southbound"): void {
  requireThat(rated[kind] !== dayNumber(now), "ConnectRateInvalid");
  rated[kind] = dayNumber(now);
}

export function lead(state: State, rules: Rules, index: number, owner: string): void {
  const proxy = proxyAt(state, index);
  requireThat(!rules.proxiesHaveOneOwner || proxy.owner === undefined, "ConnectProxyTaken");
  proxy.owner = owner;
  proxy.sequence += 1n;
}

export function port(
  state: State,
  index: number,
  { owner, signer, stale }: { readonly owner: string; readonly signer: string; readonly stale: boolean },
): void {
  const proxy = proxyAt(state, index);
  requireThat(proxy.owner !== undefined, "ConnectProxyUnknown");
  requireThat(!stale, "ConnectPortStale");
  requireThat(signer === proxy.owner, "ConnectPortSignatureInvalid");
  proxy.owner = owner;
  proxy.sequence += 1n;
}

export function release(state: State, index: number, by: string): void {
  const proxy = proxyAt(state, index);
  requireThat(proxy.owner !== undefined, "ConnectProxyUnknown");
  requireThat(by === proxy.owner, "InstitutionUnknown");
  proxy.owner = undefined;
}

export function proxyAt({ proxies }: State, index: number): State["proxies"][number] {
  const proxy = proxies[index];
  if (proxy === undefined) throw new RangeError(`the model has no proxy ${index}`);
  return proxy;
}

function requireOpen({ status }: PaymentModel): void {
  requireThat(status === "submitted" || status === "timedOut", "ConnectStatusInvalid");
}
