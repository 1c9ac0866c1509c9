import { expect } from "chai";
import { BATCH_STATUS } from "../../../sdk/eip712/projects.js";
import { identityOf } from "../../support/currency.js";
import { keyOf } from "../../support/projects.js";
import type { Check } from "../checks.js";
import { MONTHS, PAYEES, SUPPLIERS, TERMS, WORKERS, ownerOf } from "./state.js";
import { appliedOf, type ProjectTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const PROJECT_CHECKS: readonly Check<ProjectTale>[] = [
  { id: "PFM-01", holds: paidIsWithinWhatIsCertifiedAndApproved },
  { id: "PFM-02", holds: fundedIsPaidKeptOrFree },
  { id: "PFM-03", holds: fundersShareAlike },
  { id: "PFM-04", holds: moneyReachesWhoIsDueAlone },
  { id: "WAG-01", holds: aMonthIsPaidOnce },
  { id: "MAT-01", holds: nothingUnfitIsBuiltIn },
];

export async function checkProjects(told: ProjectTale): Promise<void> {
  for (const { holds } of PROJECT_CHECKS) await holds(told);
}

async function paidIsWithinWhatIsCertifiedAndApproved({ world, state }: ProjectTale): Promise<void> {
  const { f, site } = world;
  const paid = await f.funds.paidOf(site.id, 0n);
  const line = await f.works.lineOf(site.id, 0n);
  expect(paid, "PFM-01 paid").to.equal(state.paid);
  expect([line.contracted, line.certified], "PFM-01 line").to.deep.equal([state.amount, state.certified]);
  expect(
    paid <= line.certified && line.certified <= line.contracted && line.contracted <= TERMS.budget,
    "PFM-01",
  ).to.equal(true);
  for (const application of state.applications) {
    const { settled } = await f.funds.applicationOf(appliedOf(world, application).id);
    expect(settled, "PFM-01 settled").to.equal(application.settled);
    const seconds = [...application.approvals].filter((one) => one === "director" || one === "deputy").length;
    if (settled > 0n) expect([application.approvals.size, seconds], "PFM-01 approvals").to.deep.equal([3, 1]);
  }
}

async function fundedIsPaidKeptOrFree({ world: { f }, state }: ProjectTale): Promise<void> {
  const held = (await f.money.heldOf(f.city)) + (await f.money.heldOf(f.district));
  expect(held, "PFM-02").to.equal(state.closed ? 0n : TERMS.budget - state.paid);
}

/** Each has borne its part of all that is paid or parked, to less than a minor unit a funder. */
async function fundersShareAlike({ world: { f, site }, state }: ProjectTale): Promise<void> {
  const drawn = (await f.funds.drawnOf(site.id)).slice(0, 2);
  const parked = state.applications.flatMap(({ claims }) => [...claims.values()]);
  const sum = parked.reduce((total, amount) => total + amount, state.paid);
  expect((drawn[0] ?? 0n) + (drawn[1] ?? 0n), "PFM-03 sum").to.equal(sum);
  const off = (drawn[0] ?? 0n) * TERMS.budget - sum * TERMS.first;
  expect((off < 0n ? -off : off) < TERMS.budget, "PFM-03 share").to.equal(true);
}

async function moneyReachesWhoIsDueAlone({ world, state }: ProjectTale): Promise<void> {
  const { f, signers } = world;
  for (const payee of PAYEES) {
    const has = await f.money.balanceOf(signers[payee]);
    expect(has, `PFM-04 ${payee}`).to.equal(state.received.get(payee) ?? 0n);
  }
  for (const other of [f.general, f.funds, f.wages]) {
    expect(await f.money.balanceOf(other), "PFM-04 between").to.equal(0n);
  }
  for (const application of state.applications) {
    if (application.wages) continue;
    const { id } = appliedOf(world, application);
    for (const one of SUPPLIERS) {
      expect(await f.funds.claimOf(id, keyOf(signers[one])), `PFM-04 claim`).to.equal(
        application.claims.get(one) ?? 0n,
      );
    }
  }
}

async function aMonthIsPaidOnce({ world, state }: ProjectTale): Promise<void> {
  const { f, site, signers } = world;
  for (const worker of WORKERS) {
    if (worker === "bobs") continue;
    for (const month of MONTHS) {
      const paid = await f.wages.isPaid(site.id, month, identityOf(signers[worker]));
      expect(paid, `WAG-01 ${worker}`).to.equal(state.months.has(`${month} ${ownerOf(worker)}`));
    }
    for (const application of state.applications) {
      if (!application.wages) continue;
      const parked = await f.funds.claimOf(appliedOf(world, application).id, identityOf(signers[worker]));
      expect(parked, "WAG-01 claim").to.equal(application.claims.get(worker) ?? 0n);
    }
  }
}

async function nothingUnfitIsBuiltIn({ world: { f, batches }, state }: ProjectTale): Promise<void> {
  for (const [index, batch] of state.batches.entries()) {
    const { status, failures, inspections } = await f.materials.batchOf(batches[index] ?? "");
    expect(status, "MAT-01 status").to.equal(BATCH_STATUS[batch.status]);
    expect([failures, inspections], "MAT-01 inspections").to.deep.equal([
      BigInt(batch.failures),
      BigInt(batch.inspections),
    ]);
    if (status === BATCH_STATUS.used) expect(inspections > failures, "MAT-01 unfit").to.equal(true);
  }
}
