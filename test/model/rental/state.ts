import { DAY, found, requireThat } from "../tale.js";

/** Who rents in the story. */
export const TENANTS = ["ann", "li"] as const;
export type Tenant = (typeof TENANTS)[number];
/** Everybody who tries something. */
export const PEOPLE = [...TENANTS, "landlord", "arbiter", "carrier"] as const;
export type Person = (typeof PEOPLE)[number];
/** Units of the landlord. */
export const UNITS = ["flat", "house"] as const;
export type Unit = (typeof UNITS)[number];

/** What all leases have in common. */
export const TERMS = {
  rent: 1_001n,
  deposit: 5_003n,
  period: 10n * DAY,
  periods: 3n,
  arrearsLimit: 2n,
  inspection: 3n * DAY,
  arbitration: 5n * DAY,
} as const;
const HANDOVER_GRACE = 7n * DAY;
const RETURN_GRACE = 30n * DAY;

/** A lease in the model. */
export interface LeaseModel {
  readonly unit: Unit;
  readonly tenant: Tenant;
  readonly start: bigint;
  readonly salt: string;
  status: "signed" | "running" | "returned" | "claimed" | "disputed" | "settled" | "rescinded";
  paid: bigint;
  deadline: bigint;
  claimed: bigint;
  owed: bigint;
  /** Minor units that are held, were taken, and came back. */
  locked: bigint;
  deducted: bigint;
  returned: bigint;
  /** Until when the unit is this lease's, or was. */
  until: bigint;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  /** What tenants may spend. */
  readonly free: Map<Tenant, bigint>;
  earned: bigint;
  readonly titles: Map<Unit, boolean>;
  readonly listed: Set<Unit>;
  /** Until when units are let. */
  readonly occupied: Map<Unit, bigint>;
  readonly leases: LeaseModel[];
  frozen: boolean;
  revisions: bigint;
  names: number;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly oneLeaseAUnit: boolean;
  readonly titleIsNeeded: boolean;
  readonly rentIsDue: boolean;
  readonly claimsEnd: boolean;
  readonly rulingsEnd: boolean;
  readonly awardsAreClaimed: boolean;
  readonly silenceReturns: boolean;
  readonly unpaidIsReturned: boolean;
}

export const RULES: Rules = {
  oneLeaseAUnit: true,
  titleIsNeeded: true,
  rentIsDue: true,
  claimsEnd: true,
  rulingsEnd: true,
  awardsAreClaimed: true,
  silenceReturns: true,
  unpaidIsReturned: true,
};

export function endOf({ start }: Pick<LeaseModel, "start">): bigint {
  return start + TERMS.period * TERMS.periods;
}

export function expiryOf(lease: Pick<LeaseModel, "start">): bigint {
  return endOf(lease) + RETURN_GRACE + 2n * TERMS.inspection + TERMS.arbitration;
}

export function attest({ titles, listed }: State, unit: Unit): void {
  titles.set(unit, true);
  listed.delete(unit);
}

export function revoke({ titles, listed }: State, unit: Unit): void {
  requireThat(titles.get(unit) === true, "RentalTitleMissing");
  titles.set(unit, false);
  listed.delete(unit);
}

export function list({ titles, listed }: State, rules: Rules, unit: Unit): void {
  requireThat(!rules.titleIsNeeded || titles.get(unit) === true, "RentalTitleMissing");
  listed.add(unit);
}

export function sign(
  state: State,
  rules: Rules,
  { unit, tenant, start, salt }: Pick<LeaseModel, "unit" | "tenant" | "start" | "salt">,
): void {
  const { titles, listed, leases, free, now } = state;
  requireThat(now <= start, "RentalLeaseExpired");
  requireThat(titles.get(unit) === true, "RentalTitleMissing");
  requireThat(listed.has(unit), "RentalUnitNotListed");
  requireThat(!rules.oneLeaseAUnit || start >= (state.occupied.get(unit) ?? 0n), "RentalUnitOccupied");
  const purse = found(free.get(tenant), "purse");
  const held = leases.filter((lease) => lease.tenant === tenant).reduce((sum, { locked }) => sum + locked, 0n);
  requireThat(purse + held >= TERMS.deposit, "ERC20InsufficientBalance");
  requireThat(purse >= TERMS.deposit, "LedgerInsufficientSpendable");
  free.set(tenant, purse - TERMS.deposit);
  listed.delete(unit);
  state.occupied.set(unit, endOf({ start }));
  leases.push({
    ...{ unit, tenant, start, salt, status: "signed", paid: 0n, deadline: 0n, claimed: 0n, owed: 0n },
    ...{ locked: TERMS.deposit, deducted: 0n, returned: 0n, until: endOf({ start }) },
  });
}

export function rescind(state: State, lease: LeaseModel, by: Person): void {
  requireThat(lease.status === "signed", "RentalStatusInvalid");
  requireThat(by === "landlord" || by === lease.tenant, "RentalCallerInvalid");
  requireThat(by === "landlord" || state.now >= lease.start + HANDOVER_GRACE, "RentalTooEarly");
  lease.status = "rescinded";
  vacate(state, lease);
  giveBack(state, lease);
}

export function handOver(lease: LeaseModel, by: Person): void {
  requireThat(lease.status === "signed", "RentalStatusInvalid");
  requireThat(by === "landlord" || by === lease.tenant, "RentalCallerInvalid");
  requireThat(by === "landlord", "RentalSignatureInvalid");
  lease.status = "running";
}

export function payRent(state: State, rules: Rules, lease: LeaseModel, by: Person): void {
  requireThat(lease.status === "running", "RentalStatusInvalid");
  requireThat(lease.paid < TERMS.periods, "RentalRentComplete");
  const due = lease.start + lease.paid * TERMS.period;
  requireThat(!rules.rentIsDue || by === lease.tenant || state.now >= due, "RentalTooEarly");
  spend(state, lease, TERMS.rent);
  ++lease.paid;
}

export function returnUnit(state: State, lease: LeaseModel, by: Person, agreed: boolean): void {
  requireThat(lease.status === "running", "RentalStatusInvalid");
  const party = by === "landlord" || by === lease.tenant;
  const due = state.now < lease.start ? 0n : (state.now - lease.start) / TERMS.period + 1n;
  const arrears = (due < TERMS.periods ? due : TERMS.periods) - lease.paid;
  const alone = (by === "landlord" && arrears >= TERMS.arrearsLimit) || (party && state.now >= endOf(lease));
  requireThat(party || alone, "RentalCallerInvalid");
  if (!alone || agreed) {
    requireThat(party, "RentalCallerInvalid");
    // the tenant has signed the protocol, the landlord has not
    requireThat(agreed && by === "landlord", "RentalSignatureInvalid");
  }
  lease.status = "returned";
  lease.deadline = state.now + TERMS.inspection;
  vacate(state, lease);
}

export function claim(state: State, rules: Rules, lease: LeaseModel, amount: bigint, by: Person): void {
  requireThat(lease.status === "returned", "RentalStatusInvalid");
  requireThat(by === "landlord", "RentalCallerInvalid");
  requireThat(!rules.claimsEnd || state.now < lease.deadline, "RentalTooLate");
  requireThat(state.now < expiryOf(lease) - TERMS.inspection - TERMS.arbitration, "RentalTooLate");
  requireThat(amount > 0n && amount <= TERMS.deposit, "RentalAmountInvalid");
  lease.status = "claimed";
  lease.claimed = amount;
  lease.deadline = state.now + TERMS.inspection;
}

export function accept(state: State, rules: Rules, lease: LeaseModel, by: Person): void {
  requireThat(lease.status === "claimed" || lease.status === "disputed", "RentalStatusInvalid");
  requireThat(by === lease.tenant, "RentalCallerInvalid");
  close(state, rules, lease, lease.claimed);
}

export function dispute(state: State, lease: LeaseModel, by: Person): void {
  requireThat(lease.status === "claimed", "RentalStatusInvalid");
  requireThat(by === "landlord" || by === lease.tenant, "RentalCallerInvalid");
  requireThat(state.now < lease.deadline, "RentalTooLate");
  lease.status = "disputed";
  lease.deadline = state.now + TERMS.arbitration;
}

export function rule(state: State, rules: Rules, lease: LeaseModel, amount: bigint, by: Person): void {
  requireThat(lease.status === "disputed", "RentalStatusInvalid");
  requireThat(by === "arbiter", "RentalCallerInvalid");
  requireThat(!rules.rulingsEnd || state.now < lease.deadline, "RentalTooLate");
  requireThat(!rules.awardsAreClaimed || amount <= lease.claimed, "RentalAmountInvalid");
  close(state, rules, lease, amount);
}

export function settle(state: State, rules: Rules, lease: LeaseModel): void {
  const { status } = lease;
  const open = status === "running" || status === "returned" || status === "claimed" || status === "disputed";
  requireThat(open, "RentalStatusInvalid");
  const expiry = expiryOf(lease);
  const from = status === "running" || expiry < lease.deadline ? expiry : lease.deadline;
  requireThat(!rules.silenceReturns || state.now >= from, "RentalTooEarly");
  if (status === "running") {
    vacate(state, lease);
    lease.deadline = expiry;
  }
  close(state, rules, lease, 0n);
}

export function payOwed(state: State, lease: LeaseModel): void {
  requireThat(lease.owed > 0n, "RentalNothingOwed");
  spend(state, lease, lease.owed);
  lease.owed = 0n;
}

function spend(state: State, { tenant }: LeaseModel, amount: bigint): void {
  const { free, leases, frozen } = state;
  const purse = found(free.get(tenant), "purse");
  const held = leases.filter((lease) => lease.tenant === tenant).reduce((sum, { locked }) => sum + locked, 0n);
  requireThat(!frozen, "ERC7943CannotReceive");
  requireThat(purse + held >= amount, "ERC20InsufficientBalance");
  requireThat(purse >= amount, "LedgerInsufficientSpendable");
  free.set(tenant, purse - amount);
  state.earned += amount;
}

function close(state: State, rules: Rules, lease: LeaseModel, deduction: bigint): void {
  if (deduction > 0n) requireThat(state.now < expiryOf(lease), lease.locked > 0n ? "HoldExpired" : "HoldNotActive");
  lease.status = "settled";
  if (!state.frozen) {
    lease.locked -= deduction;
    lease.deducted += deduction;
    state.earned += deduction;
  } else if (rules.unpaidIsReturned) lease.owed = deduction;
  giveBack(state, lease);
}

function giveBack(state: State, lease: LeaseModel): void {
  state.free.set(lease.tenant, (state.free.get(lease.tenant) ?? 0n) + lease.locked);
  lease.returned += lease.locked;
  lease.locked = 0n;
}

function vacate({ now, occupied }: State, lease: LeaseModel): void {
  const until = now > lease.start ? now : lease.start;
  const end = endOf(lease);
  lease.until = lease.status === "rescinded" ? lease.start : until < end ? until : end;
  if (now < end && occupied.get(lease.unit) === end) occupied.set(lease.unit, until);
}
