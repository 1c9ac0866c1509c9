import { DAY, found, requireThat } from "../tale.js";

/** Who is paid. Zhang and Li have room for everything, Wang's wallet for 20,000.00. */
export const HOUSEHOLDS = ["zhang", "li", "wang"] as const;
export type Household = (typeof HOUSEHOLDS)[number];
/** Everybody who tries something; the carrier has no part in it. */
export const PEOPLE = [...HOUSEHOLDS, "authority", "first", "second", "carrier"] as const;
export type Person = (typeof PEOPLE)[number];

/** Entitlements of the story, each one household's. */
export const ENTITLEMENTS = 9;
/** The wallet's cap, minor units. */
export const ROOM: Readonly<Record<Household, bigint | undefined>> = {
  zhang: undefined,
  li: undefined,
  wang: 2_000_000n,
};
/** Minor units that may be approved, and that each fund holds. */
export const BUDGET = 2_500_000n;
export const FUND = 1_600_000n;
export const PUBLICITY = 10n * DAY;
export const REVIEW = 5n * DAY;

/** A file in the model. */
export interface FileModel {
  readonly entitlement: number;
  readonly household: Household;
  status: "opened" | "surveyed" | "agreed" | "approved" | "parked" | "paid";
  /** Every version of the archive, by what its hash is of. */
  readonly archives: string[];
  surveys: bigint;
  round: bigint;
  approvals: bigint;
  agreedAt: bigint;
  amount: bigint;
  /** Who objects, and whether it is undecided. */
  readonly objections: Map<string, boolean>;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  readonly files: Map<number, FileModel>;
  /** Approved files in their order. */
  readonly payable: number[];
  cursor: number;
  approved: bigint;
  paid: bigint;
  readonly balances: Map<Household, bigint>;
  readonly frozen: Set<Household>;
  /** What is left of each fund. */
  readonly funds: bigint[];
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly onePaymentAnEntitlement: boolean;
  readonly publicityDelays: boolean;
  readonly objectionsDelay: boolean;
  readonly levelsInOrder: boolean;
  readonly roundsEndSignatures: boolean;
  readonly budgetLimits: boolean;
  readonly versionsAreAppended: boolean;
  readonly parkedAreSkipped: boolean;
}

export const RULES: Rules = {
  onePaymentAnEntitlement: true,
  publicityDelays: true,
  objectionsDelay: true,
  levelsInOrder: true,
  roundsEndSignatures: true,
  budgetLimits: true,
  versionsAreAppended: true,
  parkedAreSkipped: true,
};

export function householdOf(entitlement: number): Household {
  return found(HOUSEHOLDS[entitlement % HOUSEHOLDS.length], "household");
}

export function openFile({ files }: State, rules: Rules, entitlement: number): void {
  requireThat(!rules.onePaymentAnEntitlement || !files.has(entitlement), "RelocationEntitlementUsed");
  files.set(entitlement, {
    ...{ entitlement, household: householdOf(entitlement), status: "opened", archives: ["1"], surveys: 0n },
    ...{ round: 0n, approvals: 0n, agreedAt: 0n, amount: 0n, objections: new Map() },
  });
}

export function appendArchive(state: State, rules: Rules, entitlement: number, version: bigint, text: string): void {
  const { archives } = fileOf(state, entitlement);
  const appends = !rules.versionsAreAppended || version === BigInt(archives.length) + 1n;
  requireThat(appends, "RelocationVersionInvalid");
  archives.push(text);
}

export function recordSurvey(state: State, entitlement: number): void {
  const file = fileOf(state, entitlement);
  requireThat(file.status === "opened" || file.status === "surveyed", "RelocationStatusInvalid");
  file.status = "surveyed";
  ++file.surveys;
}

/** `round` is what was signed; `forged` says that the household's signature is another's. */
export function agree(
  state: State,
  rules: Rules,
  entitlement: number,
  { round, amount, forged }: { round: bigint; amount: bigint; forged: boolean },
): void {
  const file = fileOf(state, entitlement);
  requireThat(file.status === "surveyed", "RelocationStatusInvalid");
  requireThat(!rules.roundsEndSignatures || round === file.round, "RelocationAgreementStale");
  requireThat(amount > 0n, "RelocationAmountInvalid");
  requireThat(!forged, "RelocationSignatureInvalid");
  file.status = "agreed";
  file.agreedAt = state.now;
  file.amount = amount;
}

export function withdraw(state: State, entitlement: number, by: Person): void {
  const file = fileOf(state, entitlement);
  requireThat(file.status === "agreed", "RelocationStatusInvalid");
  requireThat(by === file.household || by === "authority", "RelocationCallerInvalid");
  fall(file);
}

export function object(state: State, entitlement: number, by: Person): void {
  const file = fileOf(state, entitlement);
  requireThat(file.status === "agreed", "RelocationStatusInvalid");
  requireThat(state.now < file.agreedAt + PUBLICITY, "RelocationPublicityOver");
  requireThat(by !== "carrier", "RelocationObjectorUnknown");
  requireThat(!file.objections.has(by), "RelocationObjectionInvalid");
  file.objections.set(by, true);
}

export function decide(state: State, entitlement: number, objector: Person, upheld: boolean): void {
  const file = fileOf(state, entitlement);
  requireThat(file.status === "agreed", "RelocationStatusInvalid");
  requireThat(file.objections.get(objector) === true, "RelocationObjectionInvalid");
  if (upheld) fall(file);
  else file.objections.set(objector, false);
}

export function approve(state: State, rules: Rules, entitlement: number, by: Person): void {
  const file = fileOf(state, entitlement);
  requireThat(file.status === "agreed", "RelocationStatusInvalid");
  const open = rules.objectionsDelay && [...file.objections.values()].some((undecided) => undecided);
  const until = file.agreedAt + PUBLICITY + (open ? REVIEW : 0n);
  requireThat(!rules.publicityDelays || state.now >= until, "RelocationPublicityRunning");
  const expected = file.approvals === 0n ? "first" : "second";
  requireThat(!rules.levelsInOrder || by === expected, "RelocationCallerInvalid");
  if (file.approvals === 1n) {
    requireThat(!rules.budgetLimits || state.approved + file.amount <= BUDGET, "RelocationBudgetExceeded");
    file.status = "approved";
    state.approved += file.amount;
    state.payable.push(entitlement);
  }
  ++file.approvals;
}

export function reject(state: State, entitlement: number, by: Person): void {
  const file = fileOf(state, entitlement);
  requireThat(file.status === "agreed", "RelocationStatusInvalid");
  requireThat(by === (file.approvals === 0n ? "first" : "second"), "RelocationCallerInvalid");
  fall(file);
}

export function payNext(state: State, rules: Rules, fund: number, size: number): void {
  requireThat(state.cursor < state.payable.length, "RelocationNothingPayable");
  let left = found(state.funds[fund], "fund");
  const first = fileOf(state, found(state.payable[state.cursor], "file"));
  requireThat(first.amount <= left, "RelocationFundExhausted");
  for (let count = 0; count < size && state.cursor < state.payable.length; ++count) {
    const file = fileOf(state, found(state.payable[state.cursor], "file"));
    // what is skipped stays in the fund and yet was reckoned with
    if (file.amount > left) return;
    left -= file.amount;
    ++state.cursor;
    if (canBePaid(state, file)) pay(state, fund, file);
    else if (rules.parkedAreSkipped) file.status = "parked";
  }
}

export function payParked(state: State, fund: number, entitlement: number): void {
  const file = fileOf(state, entitlement);
  requireThat(file.status === "parked", "RelocationStatusInvalid");
  const left = found(state.funds[fund], "fund");
  requireThat(left > 0n, "HoldNotActive");
  requireThat(file.amount <= left, "HoldAmountExceeded");
  requireThat(!state.frozen.has(file.household), "ERC7943CannotReceive");
  requireThat(canBePaid(state, file), "WalletBalanceLimitExceeded");
  pay(state, fund, file);
}

/** What a file is paid, or owed. */
export function sumOf(state: State, status: FileModel["status"]): bigint {
  return [...state.files.values()]
    .filter((file) => file.status === status)
    .reduce((sum, { amount }) => sum + amount, 0n);
}

export function fileOf({ files }: State, entitlement: number): FileModel {
  const file = files.get(entitlement);
  requireThat(file !== undefined, "RelocationFileForeign");
  return file;
}

function canBePaid({ balances, frozen }: State, { household, amount }: FileModel): boolean {
  const room = ROOM[household];
  return !frozen.has(household) && (room === undefined || (balances.get(household) ?? 0n) + amount <= room);
}

function pay(state: State, fund: number, file: FileModel): void {
  file.status = "paid";
  state.paid += file.amount;
  state.funds[fund] = found(state.funds[fund], "fund") - file.amount;
  state.balances.set(file.household, (state.balances.get(file.household) ?? 0n) + file.amount);
}

function fall(file: FileModel): void {
  file.status = "surveyed";
  ++file.round;
  file.approvals = 0n;
  file.agreedAt = 0n;
  file.amount = 0n;
  file.objections.clear();
}
