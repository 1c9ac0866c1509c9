import { expect } from "chai";
import { RELOCATION_STATUS } from "../../../sdk/eip712/relocation.js";
import type { Check } from "../checks.js";
import { BUDGET, ENTITLEMENTS, FUND, HOUSEHOLDS, sumOf } from "./state.js";
import { archiveHash, idOf, type RelocationTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const RELOCATION_CHECKS: readonly Check<RelocationTale>[] = [
  { id: "RLC-01", holds: eachEntitlementIsPaidOnce },
  { id: "RLC-02", holds: nothingIsOwedUnapproved },
  { id: "RLC-03", holds: paidIsWithinApprovedIsWithinTheBudget },
  { id: "RLC-04", holds: archivesAreAsTheyWereFiled },
];

export async function checkRelocation(told: RelocationTale): Promise<void> {
  for (const { holds } of RELOCATION_CHECKS) await holds(told);
}

/** What a household has is the sum of its paid files, and nothing else pays it. */
async function eachEntitlementIsPaidOnce({ world, state }: RelocationTale): Promise<void> {
  for (const household of HOUSEHOLDS) {
    const due = [...state.files.values()]
      .filter((file) => file.household === household && file.status === "paid")
      .reduce((sum, { amount }) => sum + amount, 0n);
    expect(await world.f.money.balanceOf(world.signers[household]), `RLC-01 ${household}`).to.equal(due);
  }
  const paid = await world.f.relocation.queryFilter(world.f.relocation.filters.RelocationPaid());
  const files = paid.map(({ args }) => args.file);
  expect(new Set(files).size, "RLC-01 a file is paid once").to.equal(files.length);
}

async function nothingIsOwedUnapproved({ world, state }: RelocationTale): Promise<void> {
  for (let entitlement = 0; entitlement < ENTITLEMENTS; ++entitlement) {
    const file = state.files.get(entitlement);
    const onChain = await world.f.relocation.fileStateOf(idOf(world, entitlement));
    const undecided = [...(file?.objections.values() ?? [])].filter((open) => open).length;
    expect(onChain, `RLC-02 entitlement ${entitlement}`).to.deep.equal([
      RELOCATION_STATUS[file?.status ?? "none"],
      file?.approvals ?? 0n,
      BigInt(file?.archives.length ?? 0),
      file?.surveys ?? 0n,
      file?.round ?? 0n,
      BigInt(undecided),
      file?.agreedAt ?? 0n,
      file?.amount ?? 0n,
    ]);
    if (["approved", "parked", "paid"].includes(file?.status ?? "none")) {
      expect(onChain.approvals, `RLC-02 levels of ${entitlement}`).to.equal(2n);
    }
  }
}

async function paidIsWithinApprovedIsWithinTheBudget({ world, state }: RelocationTale): Promise<void> {
  const { relocation, project, money, authority, fund } = world.f;
  const { approved, paid, payable_, cursor } = await relocation.projectStateOf(project);
  const owed = sumOf(state, "approved") + sumOf(state, "parked");
  expect([approved, paid], "RLC-03 sums").to.deep.equal([state.approved, state.paid]);
  expect([payable_, cursor], "RLC-03 order").to.deep.equal([BigInt(state.payable.length), BigInt(state.cursor)]);
  expect(approved - paid, "RLC-03 owed").to.equal(owed);
  expect(approved <= BUDGET, "RLC-03 budget").to.equal(true);
  const held = fund.amount + BigInt(world.funds.length) * FUND - paid;
  expect(await money.heldOf(authority), "RLC-03 still held").to.equal(held);
  expect(await money.balanceOf(relocation), "RLC-03 the contract owns nothing").to.equal(0n);
}

async function archivesAreAsTheyWereFiled({ world, state }: RelocationTale): Promise<void> {
  for (const { entitlement, archives } of state.files.values()) {
    for (const [index, text] of archives.entries()) {
      const filed = await world.f.relocation.archiveOf(idOf(world, entitlement), index + 1);
      expect(filed, `RLC-04 ${entitlement}, version ${index + 1}`).to.equal(archiveHash(entitlement, text));
    }
  }
}
