import { expect } from "chai";
import { budgetHold, campaignId } from "../../../sdk/eip712/purpose.js";
import { identityOf } from "../../support/currency.js";
import { heldRestored } from "../../support/purpose.js";
import type { Check } from "../checks.js";
import { CAMPAIGNS, KINDS, OWNERS, PARTIES, campaignOf, keyOf, leftOf } from "./state.js";
import { idOf, type PurposeTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const PURPOSE_CHECKS: readonly Check<PurposeTale>[] = [
  { id: "PBM-01", holds: grantedIsSpentLapsedOrOutstanding },
  { id: "PBM-02", holds: moneyReachesMerchantsAndSponsorAlone },
  { id: "PBM-03", holds: nobodyIsGivenMoreThanOnePersonIs },
];

export async function checkPurpose(told: PurposeTale): Promise<void> {
  for (const { holds } of PURPOSE_CHECKS) await holds(told);
}

async function grantedIsSpentLapsedOrOutstanding({ world, state }: PurposeTale): Promise<void> {
  const { f, terms } = world;
  for (const kind of KINDS) {
    const model = campaignOf(state, kind);
    const { granted, outstanding, spent, restored } = await f.purpose.campaignStateOf(campaignId(terms[kind]));
    const onChain = [granted, outstanding, spent, restored];
    expect(onChain, `PBM-01 ${kind}`).to.deep.equal([model.granted, model.outstanding, model.spent, model.restored]);
    if (!model.closed) expect(granted, `PBM-01 ${kind}: sum`).to.equal(spent + model.lapsed + outstanding);
    const hold = await f.money.holdId(budgetHold(f.domains.purpose, terms[kind]));
    const { remaining } = await f.money.holdState(hold);
    const unspent = model.closed ? 0n : CAMPAIGNS[kind].budget - spent;
    expect(remaining, `PBM-01 ${kind}: held`).to.equal(unspent);
    let held = 0n;
    for (const [index, { left }] of state.purchases.entries()) {
      if (!left.has(kind)) continue;
      const one = await heldRestored(f, terms[kind], idOf(world, state, index));
      expect(one, `PBM-01 ${kind}: held by a merchant`).to.equal(left.get(kind));
      held += one;
    }
    expect(held, `PBM-01 ${kind}: restored`).to.equal(restored);
  }
}

async function moneyReachesMerchantsAndSponsorAlone({ world: { f, signers }, state }: PurposeTale): Promise<void> {
  for (const party of PARTIES) {
    const free = await f.money.spendableOf(signers[party]);
    expect(free, `PBM-02 ${party}`).to.equal(state.free.get(party));
  }
  for (const contract of [f.purpose, f.merchants]) {
    expect(await f.money.balanceOf(contract), "PBM-02 the contracts").to.equal(0n);
  }
}

async function nobodyIsGivenMoreThanOnePersonIs({ world, state }: PurposeTale): Promise<void> {
  const { f, terms, signers } = world;
  for (const kind of KINDS) {
    for (const owner of OWNERS) {
      const { given, left } = await f.purpose.entitlementOf(campaignId(terms[kind]), identityOf(signers[owner]));
      expect(given, `PBM-03 ${kind} of ${owner}`).to.equal(state.given.get(keyOf(kind, owner)) ?? 0n);
      expect(left, `PBM-03 ${kind} left to ${owner}`).to.equal(leftOf(state, kind, owner));
      expect(given <= CAMPAIGNS[kind].perPerson, `PBM-03 ${kind}: cap of ${owner}`).to.equal(true);
    }
  }
}
