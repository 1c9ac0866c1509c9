import { expect } from "chai";
import { holdId } from "../../../sdk/eip712/ledger.js";
import { LEASE_STATUS } from "../../../sdk/eip712/rental.js";
import type { Check } from "../checks.js";
import { TENANTS, TERMS, UNITS } from "./state.js";
import { holdOf, idOf, unitOf, type RentalTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const RENTAL_CHECKS: readonly Check<RentalTale>[] = [
  { id: "RNT-01", holds: aUnitHasOneLeaseAtATime },
  { id: "RNT-02", holds: deductedAndReturnedAreTheDeposit },
  { id: "RNT-03", holds: theLandlordHasRentsAndDeductions },
];

export async function checkRental(told: RentalTale): Promise<void> {
  for (const { holds } of RENTAL_CHECKS) await holds(told);
}

async function aUnitHasOneLeaseAtATime({ world, state }: RentalTale): Promise<void> {
  for (const unit of UNITS) {
    const spans = state.leases
      .filter((lease) => lease.unit === unit && lease.status !== "rescinded")
      .toSorted((a, b) => (a.start < b.start ? -1 : 1));
    for (const [index, { start }] of spans.entries()) {
      const before = spans[index - 1];
      if (before !== undefined) expect(start >= before.until, `RNT-01 ${unit}, lease ${index}`).to.equal(true);
    }
    const until = state.occupied.get(unit) ?? 0n;
    expect(await world.f.rental.occupiedUntil(unitOf(unit)), `RNT-01 ${unit}`).to.equal(until);
    expect(await world.f.rental.isListed(unitOf(unit)), `RNT-01 ${unit} listed`).to.equal(state.listed.has(unit));
  }
}

async function deductedAndReturnedAreTheDeposit({ world, state }: RentalTale): Promise<void> {
  for (const lease of state.leases) {
    const onChain = await world.f.rental.leaseStateOf(idOf(world, lease));
    const expected = [LEASE_STATUS[lease.status], lease.paid, lease.deadline, lease.claimed, lease.owed];
    expect(onChain, `RNT-02 ${lease.salt}`).to.deep.equal(expected);
    const { remaining } = await world.f.money.holdState(holdId(holdOf(world, lease)));
    expect(remaining, `RNT-02 ${lease.salt} held`).to.equal(lease.locked);
    expect(remaining + lease.deducted + lease.returned, `RNT-02 ${lease.salt} sum`).to.equal(TERMS.deposit);
  }
  const settled = await world.f.rental.queryFilter(world.f.rental.filters.DepositSettled());
  for (const { args } of settled) expect(args.returned + args.deducted, "RNT-02 event").to.equal(TERMS.deposit);
}

async function theLandlordHasRentsAndDeductions({ world, state }: RentalTale): Promise<void> {
  const { f, signers } = world;
  expect(await f.money.balanceOf(signers.landlord), "RNT-03 landlord").to.equal(state.earned);
  for (const tenant of TENANTS) {
    expect(await f.money.spendableOf(signers[tenant]), `RNT-03 ${tenant}`).to.equal(state.free.get(tenant));
  }
  const rents = state.leases.reduce((sum, { paid, deducted }) => sum + paid * TERMS.rent + deducted, 0n);
  const owedPaid = await f.rental.queryFilter(f.rental.filters.OwedPaid());
  const later = owedPaid.reduce((sum, { args }) => sum + args.amount, 0n);
  expect(state.earned, "RNT-03 rents and deductions").to.equal(rents + later);
  expect(await f.money.balanceOf(f.rental), "RNT-03 the contract owns nothing").to.equal(0n);
}
