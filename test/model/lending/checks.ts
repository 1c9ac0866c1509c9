import { expect } from "chai";
import { PLEDGE_STATUS } from "../../../sdk/eip712/collateral.js";
import { REPO_STATUS } from "../../../sdk/eip712/repo.js";
import type { Check } from "../checks.js";
import { DEALERS, pledgedOf } from "./state.js";
import { idOf, pledgeIdOf, type LendingTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const LENDING_CHECKS: readonly Check<LendingTale>[] = [
  { id: "REP-01", holds: moneyAndBondsMoveAsTheTermsSay },
  { id: "REP-02", holds: reposOweWhatTheirHistoryMakes },
  { id: "REP-03", holds: closeOutsAddUp },
  { id: "COL-01", holds: noUnitIsPledgedTwice },
  { id: "COL-02", holds: pledgesTakeWhatIsOwed },
  { id: "COL-03", holds: contractsOwnNothing },
];

export async function checkLending(told: LendingTale): Promise<void> {
  for (const { holds } of LENDING_CHECKS) await holds(told);
}

async function moneyAndBondsMoveAsTheTermsSay({ world: { f, signers }, state }: LendingTale): Promise<void> {
  for (const dealer of DEALERS) {
    expect(await f.money.balanceOf(signers[dealer]), `REP-01 ${dealer}`).to.equal(state.cash.get(dealer));
    expect(await f.bond.balanceOf(signers[dealer]), `REP-01 ${dealer}`).to.equal(state.units.get(dealer));
  }
}

async function reposOweWhatTheirHistoryMakes({ world, state }: LendingTale): Promise<void> {
  for (const deal of state.deals) {
    const { status, units, principal } = await world.f.repo.stateOf(idOf(world, deal));
    const expected = [REPO_STATUS[deal.status], deal.units, deal.principal];
    expect([status, units, principal], `REP-02 ${deal.name}`).to.deep.equal(expected);
  }
}

async function closeOutsAddUp({ world, state }: LendingTale): Promise<void> {
  for (const deal of state.deals) {
    const { claim, sellerOwes } = await world.f.repo.stateOf(idOf(world, deal));
    expect(sellerOwes ? claim : -claim, `REP-03 ${deal.name}`).to.equal(deal.claim);
  }
}

async function noUnitIsPledgedTwice({ world: { f, signers }, state }: LendingTale): Promise<void> {
  for (const dealer of DEALERS) {
    const held = await f.bond.heldOf(signers[dealer]);
    expect(held, `COL-01 ${dealer}`).to.equal(pledgedOf(state, dealer));
    expect(held <= (await f.bond.balanceOf(signers[dealer])), `COL-01 ${dealer}`).to.equal(true);
  }
}

async function pledgesTakeWhatIsOwed({ world, state }: LendingTale): Promise<void> {
  for (const pledge of state.pledges) {
    const id = pledgeIdOf(world, pledge);
    const { status, outstanding } = await world.f.collateral.stateOf(id);
    const expected = [PLEDGE_STATUS[pledge.status], pledge.outstanding];
    expect([status, outstanding], `COL-02 ${pledge.name}`).to.deep.equal(expected);
    const positions = (await world.f.collateral.positionsOf(id)).map(({ units }) => units);
    expect(positions, `COL-02 ${pledge.name}`).to.deep.equal(pledge.positions);
  }
}

async function contractsOwnNothing({ world: { f } }: LendingTale): Promise<void> {
  for (const contract of [f.repo, f.collateral]) {
    expect(await f.money.balanceOf(contract), "COL-03 money").to.equal(0n);
    expect(await f.bond.balanceOf(contract), "COL-03 units").to.equal(0n);
  }
}
