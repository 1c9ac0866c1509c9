import { DAY, refuse, requireThat } from "../tale.js";

/** Workers' wallets; the last two are one person's, and dan's has no checked identity behind it. */
export const WORKERS = ["ann", "dan", "bob", "bobs"] as const;
export type Worker = (typeof WORKERS)[number];
export const SUPPLIERS = ["supplier", "hire"] as const;
export type Supplier = (typeof SUPPLIERS)[number];
export type Payee = Worker | Supplier;
export const PAYEES: readonly Payee[] = [...WORKERS, ...SUPPLIERS];
/** Three of the first level, two of the second, and somebody. */
export const APPROVERS = ["engineer", "cashier", "auditor", "director", "deputy", "stranger"] as const;
export type Approver = (typeof APPROVERS)[number];
export const INSPECTORS = ["inspector", "second", "supervisor"] as const;
export type Inspector = (typeof INSPECTORS)[number];
export const BATCHES = 2;
export const MONTHS = [202_509n, 202_510n, 202_511n, 202_512n, 202_601n, 202_602n] as const;

/** Minor units: the project of the model. */
export const TERMS = {
  budget: 20_000n,
  first: 12_001n,
  second: 7_999n,
  amount: 15_000n,
  share: 20n,
  kept: 10n,
} as const;

export interface CertificateModel {
  readonly wages: bigint;
  readonly others: bigint;
  wagesApplied: bigint;
  wagesSettled: bigint;
  othersApplied: bigint;
}

export interface ApplicationModel {
  readonly certificate: number;
  readonly name: string;
  readonly wages: boolean;
  readonly amount: bigint;
  readonly month: bigint;
  readonly payees: readonly { readonly payee: Payee; readonly amount: bigint }[];
  status: "applied" | "approved" | "settled" | "rejected";
  readonly approvals: Set<Approver>;
  settled: bigint;
  opened: boolean;
  page: number;
  readonly claims: Map<string, bigint>;
}

export interface BatchModel {
  status: "registered" | "passed" | "failed" | "rejected" | "used";
  failures: number;
  inspections: number;
  inspector: Inspector | undefined;
  failedAt: bigint;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  /** From then on anyone may close. */
  readonly expires: bigint;
  names: number;
  closed: boolean;
  amount: bigint;
  changes: number;
  certified: bigint;
  kept: bigint;
  paid: bigint;
  readonly certificates: CertificateModel[];
  readonly applications: ApplicationModel[];
  readonly batches: BatchModel[];
  readonly received: Map<Payee, bigint>;
  readonly listed: Set<Supplier>;
  readonly frozen: Set<Payee>;
  /** Month and person. */
  readonly months: Set<string>;
  readonly rosters: Set<string>;
}

/** Decisions of the specification; each is turned round once, to see that it is noticed. */
export interface Rules {
  readonly wagesFirst: boolean;
  readonly levelsInTurn: boolean;
  readonly oncePerMonth: boolean;
  readonly listBinds: boolean;
  readonly realNameOnly: boolean;
  readonly unfitBlocks: boolean;
  readonly anotherInspector: boolean;
}

export const RULES: Rules = {
  ...{ wagesFirst: true, levelsInTurn: true, oncePerMonth: true, listBinds: true, realNameOnly: true },
  ...{ unfitBlocks: true, anotherInspector: true },
};

/** Whose wallet it is. */
export function ownerOf(worker: Payee): string {
  return worker === "bobs" ? "bob" : worker;
}

export function certify(
  state: State,
  rules: Rules,
  said: { readonly amount: bigint; readonly wages: bigint; readonly batch: number | undefined },
): void {
  const { amount, wages } = said;
  requireOpen(state, "WorksProjectNotOpen");
  requireThat(amount !== 0n, "CertificateInvalid");
  requireThat(amount <= state.amount - state.certified, "CertificateAmountExceeded");
  requireThat(wages <= amount, "CertificateWagesInvalid");
  const kept = ((amount - wages) * TERMS.kept) / 100n;
  const batch = said.batch === undefined ? undefined : state.batches[said.batch];
  if (batch !== undefined) {
    requireThat(batch.status === "passed" || !rules.unfitBlocks, "MaterialsBatchStatusInvalid");
    batch.status = "used";
  }
  const others = amount - wages - kept;
  state.certificates.push({ wages, others, wagesApplied: 0n, wagesSettled: 0n, othersApplied: 0n });
  state.certified += amount;
  state.kept += kept;
}

export function change(state: State, amount: bigint): void {
  requireOpen(state, "WorksProjectNotOpen");
  requireThat(amount !== 0n && amount >= state.certified, "ContractAmountTooLow");
  requireThat(amount <= TERMS.budget, "ContractAmountExceeded");
  state.amount = amount;
  state.changes += 1;
}

export function apply(state: State, application: ApplicationModel): void {
  requireOpen(state);
  const certificate = state.certificates[application.certificate];
  requireThat(certificate !== undefined, "CertificateUnknown");
  const { wages, amount } = application;
  requireThat(amount !== 0n, "ApplicationInvalid");
  const left = wages ? certificate.wages - certificate.wagesApplied : certificate.others - certificate.othersApplied;
  requireThat(amount <= left, "ApplicationAmountExceeded");
  if (wages) certificate.wagesApplied += amount;
  else certificate.othersApplied += amount;
  state.applications.push(application);
}

export function approve(state: State, rules: Rules, index: number, by: Approver): void {
  requireOpen(state);
  const application = at(state, index);
  requireThat(application.status === "applied", "ApplicationStatusInvalid");
  const first = ["engineer", "cashier", "auditor"].includes(by);
  const second = by === "director" || by === "deputy";
  const given = [...application.approvals].filter((one) => one !== "director" && one !== "deputy").length;
  const isSecondsTurn = given === 2;
  const due = rules.levelsInTurn ? (isSecondsTurn ? second : first) : first || second;
  requireThat(due, "ApplicationApproverInvalid");
  requireThat(!application.approvals.has(by), "ApplicationAlreadyApproved");
  application.approvals.add(by);
  if (second) application.status = "approved";
}

export function reject(state: State, index: number, by: Approver): void {
  requireOpen(state);
  const application = at(state, index);
  requireThat(application.status === "applied" || application.status === "approved", "ApplicationStatusInvalid");
  requireThat(by !== "stranger", "ApplicationApproverInvalid");
  giveBack(state, application);
  application.status = "rejected";
}

export function settle(state: State, rules: Rules, index: number): void {
  requireOpen(state);
  const application = at(state, index);
  requireThat(application.status === "approved", "ApplicationStatusInvalid");
  requireThat(!application.wages, "ApplicationPurposeInvalid");
  const { wages, wagesSettled } = certificateOf(state, application);
  requireThat(wages === wagesSettled || !rules.wagesFirst, "CertificateWagesUnpaid");
  for (const { payee, amount } of application.payees) {
    pay(state, application, payee, amount, isListed(state, payee) || !rules.listBinds);
  }
  giveBack(state, application);
  application.status = "settled";
}

export function openPayroll(state: State, index: number, roster: string): void {
  requireThat(!state.rosters.has(roster), "WagesPayrollStatusInvalid");
  state.rosters.add(roster);
  at(state, index).opened = true;
}

/** Two workers a page. */
export function payPage(state: State, rules: Rules, index: number): void {
  const application = at(state, index);
  requireThat(application.opened && application.page < 2, "WagesPayrollStatusInvalid");
  requireOpen(state);
  requireThat(application.status === "approved", "ApplicationStatusInvalid");
  const certificate = certificateOf(state, application);
  for (const { payee, amount } of application.payees.slice(2 * application.page, 2 * application.page + 2)) {
    const key = `${application.month} ${ownerOf(payee)}`;
    if (state.months.has(key) && rules.oncePerMonth) continue;
    state.months.add(key);
    pay(state, application, payee, amount, payee !== "dan" || !rules.realNameOnly);
    certificate.wagesSettled += amount;
  }
  application.page += 1;
  if (application.page < 2) return;
  giveBack(state, application);
  application.status = "settled";
}

export function claim(state: State, index: number, payee: Payee): void {
  const application = at(state, index);
  if (application.wages) {
    requireThat(payee !== "dan", "WagesWalletInvalid");
    requireOpen(state);
  } else {
    requireOpen(state);
    requireThat(isListed(state, payee), "ProjectPayeeNotListed");
  }
  const amount = application.claims.get(ownerOf(payee)) ?? 0n;
  requireThat(amount !== 0n, "ClaimUnknown");
  requireThat(!state.frozen.has(payee), "ERC7943CannotReceive");
  application.claims.delete(ownerOf(payee));
  receive(state, payee, amount);
}

export function inspect(
  state: State,
  rules: Rules,
  said: { readonly batch: number; readonly by: Inspector; readonly passed: boolean },
): void {
  const batch = state.batches[said.batch];
  if (batch === undefined) throw new RangeError("no such batch");
  requireThat(batch.status !== "used" && batch.status !== "rejected", "MaterialsBatchStatusInvalid");
  requireThat(said.by !== "supervisor", "MaterialsInspectorInvalid");
  if (batch.status === "failed") {
    const early = state.now < batch.failedAt + DAY;
    const same = batch.inspector === said.by && rules.anotherInspector;
    requireThat(!early && !same, "MaterialsReinspectionInvalid");
  }
  batch.inspections += 1;
  if (said.passed) {
    batch.status = "passed";
    return;
  }
  batch.failures += 1;
  batch.status = batch.failures === 3 ? "rejected" : "failed";
  [batch.inspector, batch.failedAt] = [said.by, state.now];
}

export function close(state: State): void {
  requireOpen(state);
  requireThat(state.now >= state.expires || state.paid === state.certified, "ProjectUnpaid");
  state.closed = true;
}

// --------------------------------------------------------------------- helpers

function pay(state: State, application: ApplicationModel, payee: Payee, amount: bigint, due: boolean): void {
  application.settled += amount;
  if (amount === 0n) return;
  if (due && !state.frozen.has(payee)) {
    receive(state, payee, amount);
    return;
  }
  const owner = ownerOf(payee);
  application.claims.set(owner, (application.claims.get(owner) ?? 0n) + amount);
}

function receive(state: State, payee: Payee, amount: bigint): void {
  state.received.set(payee, (state.received.get(payee) ?? 0n) + amount);
  state.paid += amount;
}

function giveBack(state: State, application: ApplicationModel): void {
  const certificate = certificateOf(state, application);
  if (application.wages) certificate.wagesApplied -= application.amount - application.settled;
  else certificate.othersApplied -= application.amount - application.settled;
}

function isListed({ listed }: State, payee: Payee): boolean {
  return (SUPPLIERS as readonly Payee[]).includes(payee) && listed.has(payee as Supplier);
}

function certificateOf({ certificates }: State, { certificate }: ApplicationModel): CertificateModel {
  return certificates[certificate] ?? refuse("CertificateUnknown");
}

function at({ applications }: State, index: number): ApplicationModel {
  const application = applications[index];
  if (application === undefined) throw new RangeError("no such application");
  return application;
}

/** Everything ends with the project. */
export function requireOpen({ closed }: State, error = "ProjectStatusInvalid"): void {
  requireThat(!closed, error);
}
