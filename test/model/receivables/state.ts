import { least } from "../../../sdk/rounding.js";
import { DAY, found, requireThat } from "../tale.js";

/** Banks that finance; each has its own customers' wallets at the first. */
export const BANKS = ["icbc", "boc"] as const;
export type BankName = (typeof BANKS)[number];
/** Exporters: the one of all documents, and one that claims are assigned to. */
export const EXPORTERS = ["company", "treasury"] as const;
export type Exporter = (typeof EXPORTERS)[number];
export type Owner = Exporter | BankName;
/** Whoever has money in the story. */
export const PARTIES = [...BANKS, ...EXPORTERS, "debtor"] as const;
export type Party = (typeof PARTIES)[number];

/** Documents of the story; their face in fen. */
export const VALUES = [100_000n, 77_777n, 31n] as const;
/** Basis points. */
export const ADVANCE = 8_000n;
export const RESERVATION = 7n * DAY;
export const RELEASE_PERIOD = 7n * DAY;
/** Millionths a year. */
export const RATES = { rate: 45_123n, overdueRate: 91_007n } as const;
/** Millionths of 360 days. */
export const PARTS = 360_000_000n;

/** A document in the model. */
export interface DocumentModel {
  readonly value: bigint;
  submittedBy: BankName | undefined;
  /** Unix seconds; undefined: no verdict. */
  until: bigint | undefined;
  outstanding: bigint;
  collected: bigint;
  confirmed: boolean;
  disputed: boolean;
  failed: boolean;
  defaulted: boolean;
}

/** A claim in the model, in the order of their numbers. */
export interface ClaimModel {
  readonly document: number;
  owner: Owner;
  amount: bigint;
  finance: number | undefined;
}

export type Standing =
  "applied" | "approved" | "disbursed" | "overdue" | "repaid" | "released" | "writtenOff" | "cancelled";

/** A finance in the model. */
export interface FinanceModel {
  readonly document: number;
  readonly asked: number;
  readonly exporter: Exporter;
  readonly bank: BankName;
  readonly face: bigint;
  readonly lent: bigint;
  readonly charge: bigint;
  readonly recourse: boolean;
  /** As the terms say; `maturity` is the present one. */
  readonly firstMaturity: bigint;
  readonly salt: string;
  maturity: bigint;
  standing: Standing;
  claim: number | undefined;
  principal: bigint;
  fee: bigint;
  accrued: bigint;
  /** Interest that has come up in all, paid or not, in parts. */
  agreed: bigint;
  day: bigint;
  since: bigint;
  received: bigint;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  readonly documents: DocumentModel[];
  readonly claims: ClaimModel[];
  readonly finances: FinanceModel[];
  readonly money: Map<Party, bigint>;
  /** Whether the company consents to the bank. */
  readonly consents: Map<BankName, boolean>;
  names: number;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly registersOnce: boolean;
  readonly pledgesOnce: boolean;
  readonly collectedCounts: boolean;
  readonly failedIsForGood: boolean;
  readonly feeComesFirst: boolean;
  readonly fractionsAreKept: boolean;
  readonly promisesAreBound: boolean;
}

export const RULES: Rules = {
  registersOnce: true,
  pledgesOnce: true,
  collectedCounts: true,
  failedIsForGood: true,
  feeComesFirst: true,
  fractionsAreKept: true,
  promisesAreBound: true,
};

export function ceilingOf({ value }: DocumentModel): bigint {
  return (value * ADVANCE) / 10_000n;
}

/** By name, as `RECEIVABLE_STATUS` has them. */
export function statusOf(document: DocumentModel) {
  const { submittedBy, value, until, outstanding, collected, disputed, failed, defaulted } = document;
  if (submittedBy === undefined) return "none";
  if (collected === value) return "closed";
  if (defaulted) return "defaulted";
  if (failed && outstanding === 0n) return "failed";
  if (disputed) return "disputed";
  if (until === undefined) return "issued";
  if (collected > 0n) return "partlyRepaid";
  return outstanding === 0n ? "confirmed" : "financed";
}

function isRunning(document: DocumentModel): boolean {
  return ["confirmed", "financed", "partlyRepaid"].includes(statusOf(document));
}

export function remainingOf(document: DocumentModel, rules: Rules): bigint {
  const used = document.outstanding + (rules.collectedCounts ? document.collected : 0n);
  const ceiling = ceilingOf(document);
  return used < ceiling ? ceiling - used : 0n;
}

// ------------------------------------------------------------------- documents

export function submit(state: State, rules: Rules, index: number, bank: BankName): void {
  const document = documentAt(state, index);
  requireThat(state.consents.get(bank) === true, "ReceivableConsentMissing");
  requireThat(!rules.registersOnce || document.submittedBy === undefined, "ReceivableAlreadyRegistered");
  document.submittedBy = bank;
}

export function judge(state: State, rules: Rules, index: number, verified: boolean, until: bigint): void {
  const document = documentAt(state, index);
  const status = statusOf(document);
  requireThat(status === "issued" || status === "disputed" || isRunning(document), "ReceivableStatusInvalid");
  requireThat(!document.failed, "ReceivableStatusInvalid");
  if (!verified) {
    document.failed = rules.failedIsForGood;
    return;
  }
  requireThat(state.now <= until, "ReceivableVerdictExpired");
  if (document.until === undefined) {
    state.claims.push({ document: index, owner: "company", amount: document.value, finance: undefined });
  } else requireThat(until > document.until, "ReceivableVerdictStale");
  document.until = until;
}

/** @param over the document whose signature is used. */
export function promise(state: State, rules: Rules, index: number, over: number): void {
  const document = documentAt(state, index);
  requireThat(isRunning(document), "ReceivableStatusInvalid");
  requireThat(!document.confirmed, "ReceivableAlreadyConfirmed");
  requireThat(!rules.promisesAreBound || over === index, "ReceivableConfirmationInvalid");
  document.confirmed = true;
}

export function dispute(state: State, index: number): void {
  const document = documentAt(state, index);
  requireThat(document.until !== undefined, "ReceivableCallerInvalid");
  requireThat(isRunning(document), "ReceivableStatusInvalid");
  requireThat(!document.confirmed, "ReceivableAlreadyConfirmed");
  document.disputed = true;
}

export function withdraw(state: State, index: number): void {
  const document = documentAt(state, index);
  requireThat(document.until !== undefined, "ReceivableCallerInvalid");
  requireThat(statusOf(document) === "disputed", "ReceivableStatusInvalid");
  document.disputed = false;
}

// ---------------------------------------------------------------------- claims

export function split(state: State, rules: Rules, index: number, amount: bigint): void {
  const claim = freeClaim(state, rules, index, claimAt(state, index).owner);
  requireThat(amount > 0n && amount < claim.amount, "ClaimAmountInvalid");
  divide(state, claim, amount);
}

export function merge(state: State, rules: Rules, into: number, from: number): void {
  const { owner } = claimAt(state, into);
  const target = freeClaim(state, rules, into, owner);
  const source = freeClaim(state, rules, from, owner);
  requireThat(into !== from && target.document === source.document, "ClaimMergeInvalid");
  target.amount += source.amount;
  source.amount = 0n;
}

export function assign(state: State, rules: Rules, index: number, to: Exporter): void {
  const { owner } = claimAt(state, index);
  const claim = freeClaim(state, rules, index, owner);
  requireThat(to !== owner, "ClaimAssignmentInvalid");
  claim.owner = to;
}

// --------------------------------------------------------------------- finance

export function approve(state: State, rules: Rules, index: number, by: BankName): void {
  const finance = financeIn(state, index, "applied");
  requireThat(by === finance.bank, "FinanceCallerInvalid");
  const claim = freeClaim(state, rules, finance.asked, finance.exporter);
  const document = documentAt(state, finance.document);
  requireFinanceable(state, document);
  requireThat(finance.face <= claim.amount, "ClaimAmountInvalid");
  const consents = finance.exporter !== "company" || state.consents.get(finance.bank) === true;
  requireThat(consents, "ReceivableConsentMissing");
  requireThat(finance.recourse || document.confirmed, "ReceivableConfirmationMissing");
  requireThat(finance.lent <= (finance.face * ceilingOf(document)) / document.value, "ClaimAdvanceExceeded");
  requireThat(finance.lent <= remainingOf(document, rules), "ReceivableRemainingExceeded");
  document.outstanding += finance.lent;
  finance.claim = finance.face === claim.amount ? finance.asked : divide(state, claim, finance.face);
  claimAt(state, finance.claim).finance = index;
  finance.standing = "approved";
  finance.since = state.now;
}

export function cancel(state: State, index: number, by: BankName | Exporter | "stranger"): void {
  const finance = financeAt(state, index);
  const { standing, exporter, bank, since, claim } = finance;
  requireThat(standing === "applied" || standing === "approved", "FinanceStatusInvalid");
  const lapsed = standing === "approved" && state.now > since + RESERVATION;
  requireThat(lapsed || by === exporter || by === bank, "FinanceCallerInvalid");
  finance.standing = "cancelled";
  if (claim === undefined) return;
  claimAt(state, claim).finance = undefined;
  documentAt(state, finance.document).outstanding -= finance.lent;
}

export function disburse(state: State, index: number): void {
  const finance = financeIn(state, index, "approved");
  requireThat(state.now <= finance.since + RESERVATION, "FinanceReservationLapsed");
  requireThat(finance.maturity > state.now, "FinanceMaturityInvalid");
  requireFinanceable(state, documentAt(state, finance.document));
  finance.standing = "disbursed";
  finance.day = dayOf(state.now);
  pay(state, finance.bank, finance.exporter, finance.lent);
}

export function collect(state: State, rules: Rules, index: number, amount: bigint): void {
  const finance = financeAt(state, index);
  requireThat(["disbursed", "overdue", "repaid"].includes(finance.standing), "FinanceStatusInvalid");
  const claim = claimAt(state, found(finance.claim, "pledged claim"));
  requireThat(amount > 0n && amount <= claim.amount, "FinanceAmountInvalid");
  const left = toBank(state, rules, finance, "debtor", amount);
  // the pledge keeps the owner what it was
  pay(state, "debtor", finance.exporter, left);
  claim.amount -= amount;
  documentAt(state, claim.document).collected += amount;
}

export function collectUnpledged(state: State, index: number, amount: bigint): void {
  const claim = claimAt(state, index);
  requireThat(claim.finance === undefined, "FinanceClaimPledged");
  requireThat(amount > 0n, "FinanceAmountInvalid");
  requireThat(amount <= claim.amount, "ClaimAmountInvalid");
  pay(state, "debtor", claim.owner, amount);
  claim.amount -= amount;
  documentAt(state, claim.document).collected += amount;
}

export function repay(state: State, rules: Rules, index: number, amount: bigint): void {
  const finance = financeAt(state, index);
  requireThat(finance.standing === "disbursed" || finance.standing === "overdue", "FinanceStatusInvalid");
  const due = dueOf(finance, state.now);
  requireThat(amount > 0n && amount <= due, "FinanceAmountInvalid");
  toBank(state, rules, finance, finance.exporter, amount);
}

export function takeRecourse(state: State, rules: Rules, index: number, amount: bigint): void {
  const finance = financeIn(state, index, "overdue");
  requireThat(finance.recourse, "FinanceWithoutRecourse");
  repay(state, rules, index, amount);
}

export function reportOverdue(state: State, index: number): void {
  const finance = financeIn(state, index, "disbursed");
  requireThat(state.now > finance.maturity, "FinanceNotOverdue");
  finance.standing = "overdue";
}

export function rollOver(state: State, index: number, maturity: bigint): void {
  const finance = financeAt(state, index);
  requireThat(finance.standing === "disbursed" || finance.standing === "overdue", "FinanceStatusInvalid");
  requireThat(maturity > finance.maturity && maturity > state.now, "FinanceMaturityInvalid");
  accrue(finance, state.now);
  finance.maturity = maturity;
  finance.standing = "disbursed";
}

export function release(state: State, index: number, by: BankName | "stranger"): void {
  const finance = financeIn(state, index, "repaid");
  requireThat(state.now >= finance.since + RELEASE_PERIOD || by === finance.bank, "FinanceCallerInvalid");
  finance.standing = "released";
  claimAt(state, found(finance.claim, "pledged claim")).finance = undefined;
}

export function writeOff(state: State, index: number): void {
  const finance = financeIn(state, index, "overdue");
  finance.standing = "writtenOff";
  const claim = claimAt(state, found(finance.claim, "pledged claim"));
  claim.finance = undefined;
  claim.owner = finance.bank;
  const document = documentAt(state, finance.document);
  document.outstanding -= finance.principal;
  document.defaulted = true;
}

/** Fee, whole interest and principal, minor units. */
export function dueOf(finance: FinanceModel, now: bigint): bigint {
  const counted = { ...finance };
  accrue(counted, now);
  return counted.fee + counted.accrued / PARTS + counted.principal;
}

/** Day number, UTC+8. */
export function dayOf(time: bigint): bigint {
  return (time + 28_800n) / DAY;
}

// ------------------------------------------------------------------- internals

/** Day by day, as a clerk would. */
function accrue(finance: FinanceModel, now: bigint): void {
  const [today, due] = [dayOf(now), dayOf(finance.maturity)];
  for (; finance.day < today; ++finance.day) {
    const interest = finance.principal * (finance.day < due ? RATES.rate : RATES.overdueRate);
    finance.accrued += interest;
    finance.agreed += interest;
  }
}

/** The bank's part of a payment; answers with the rest. */
function toBank(state: State, rules: Rules, finance: FinanceModel, payer: Party, amount: bigint): bigint {
  accrue(finance, state.now);
  let left = amount;
  const take = (owed: bigint): bigint => {
    const part = least(left, owed);
    left -= part;
    return part;
  };
  let fee = rules.feeComesFirst ? take(finance.fee) : 0n;
  const interest = take(finance.accrued / PARTS);
  const principal = take(finance.principal);
  if (!rules.feeComesFirst) fee = take(finance.fee);
  if (left === amount) return left;
  finance.fee -= fee;
  finance.accrued = rules.fractionsAreKept ? finance.accrued - interest * PARTS : 0n;
  finance.principal -= principal;
  finance.received += amount - left;
  documentAt(state, finance.document).outstanding -= principal;
  pay(state, payer, finance.bank, amount - left);
  if (finance.principal === 0n) {
    finance.standing = "repaid";
    finance.since = state.now;
  }
  return left;
}

function pay({ money }: State, from: Party, to: Party, amount: bigint): void {
  money.set(from, found(money.get(from), from) - amount);
  money.set(to, found(money.get(to), to) + amount);
}

function divide({ claims }: State, claim: ClaimModel, amount: bigint): number {
  claim.amount -= amount;
  return claims.push({ ...claim, amount, finance: undefined }) - 1;
}

function freeClaim(state: State, rules: Rules, index: number, owner: Owner): ClaimModel {
  const claim = claimAt(state, index);
  requireThat(claim.owner === owner, "ClaimOwnerInvalid");
  requireThat(!rules.pledgesOnce || claim.finance === undefined, "ClaimAlreadyPledged");
  return claim;
}

function requireFinanceable(state: State, document: DocumentModel): void {
  requireThat(isRunning(document) && !document.failed, "ReceivableStatusInvalid");
  requireThat(state.now <= found(document.until, "verdict"), "ReceivableVerdictExpired");
}

function documentAt({ documents }: State, index: number): DocumentModel {
  return found(documents[index], "document");
}

export function claimAt({ claims }: State, index: number): ClaimModel {
  return found(claims[index], "claim");
}

export function financeAt({ finances }: State, index: number): FinanceModel {
  return found(finances[index], "finance");
}

function financeIn(state: State, index: number, standing: Standing): FinanceModel {
  const finance = financeAt(state, index);
  requireThat(finance.standing === standing, "FinanceStatusInvalid");
  return finance;
}
