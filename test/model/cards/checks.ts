import { expect } from "chai";
import { CARD_STATUS, cardId } from "../../../sdk/eip712/prepaidCards.js";
import { holdId } from "../../../sdk/eip712/ledger.js";
import type { Check } from "../checks.js";
import { CONSUMERS, MERCHANTS, OFFERS, priceOf, type CardModel } from "./state.js";
import { holdOf, termsOf, type CardTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const CARD_CHECKS: readonly Check<CardTale>[] = [
  { id: "CRD-01", holds: merchantsArePaidForConfirmedUnits },
  { id: "CRD-02", holds: lockedPaidAndRefundedAddUp },
  { id: "CRD-03", holds: nobodyElseHasAnything },
  { id: "CRD-04", holds: insolventMerchantsGetNothing },
];

export async function checkCards(told: CardTale): Promise<void> {
  for (const { holds } of CARD_CHECKS) await holds(told);
}

const stateOf = ({ world: { f }, world }: CardTale, card: CardModel) =>
  f.cards.cardStateOf(cardId(f.domains.cards, termsOf(world, card)));

async function merchantsArePaidForConfirmedUnits(told: CardTale): Promise<void> {
  const { world, state } = told;
  for (const card of state.cards) {
    const onChain = await stateOf(told, card);
    const expected = [CARD_STATUS[card.standing], card.released, card.bought, card.disputed ?? 0n];
    expect(onChain, `CRD-01 ${card.salt}`).to.deep.equal(expected);
  }
  for (const merchant of MERCHANTS) {
    const confirmed = state.cards
      .filter(({ kind }) => OFFERS[kind].merchant === merchant)
      .reduce((sum, { kind, released }) => sum + released * OFFERS[kind].price, 0n);
    expect(await world.f.money.balanceOf(world.signers[merchant]), `CRD-01 ${merchant}`).to.equal(confirmed);
  }
}

async function lockedPaidAndRefundedAddUp(told: CardTale): Promise<void> {
  const { world, state } = told;
  for (const card of state.cards) {
    const { remaining } = await world.f.money.holdState(holdId(holdOf(world, card)));
    const { used } = await stateOf(told, card);
    const sum = remaining + used * OFFERS[card.kind].price + card.returned;
    expect(sum, `CRD-02 ${card.salt}`).to.equal(priceOf(card.kind));
  }
  for (const consumer of CONSUMERS) {
    const free = await world.f.money.spendableOf(world.signers[consumer]);
    expect(free, `CRD-02 ${consumer}`).to.equal(state.free.get(consumer));
  }
}

async function nobodyElseHasAnything({ world: { f, signers } }: CardTale): Promise<void> {
  expect(await f.money.balanceOf(f.cards), "CRD-03 the contract").to.equal(0n);
  let sum = 0n;
  for (const person of [...MERCHANTS, ...CONSUMERS]) sum += await f.money.balanceOf(signers[person]);
  expect(sum, "CRD-03 merchants and consumers").to.equal(await f.money.totalSupply());
}

/** Tried: anybody frees what is left of their cards. */
async function insolventMerchantsGetNothing(told: CardTale): Promise<void> {
  const { world, state } = told;
  const { f, signers } = world;
  for (const [merchant, had] of state.ended) {
    for (const card of state.cards.filter(({ kind }) => OFFERS[kind].merchant === merchant)) {
      if (card.standing !== "active" && card.standing !== "disputed") continue;
      await f.cards.connect(signers.carrier).refund(termsOf(world, card));
      const { remaining } = await f.money.holdState(holdId(holdOf(world, card)));
      expect(remaining, `CRD-04 ${card.salt}`).to.equal(0n);
    }
    expect(await f.money.balanceOf(signers[merchant]), `CRD-04 ${merchant}`).to.equal(had);
  }
}
