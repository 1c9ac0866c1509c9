import { expect } from "chai";
import { MEETING_PHASE, OFFER_PHASE } from "../../../sdk/structured.js";
import type { Check } from "../checks.js";
import { CURRENCIES, HOLDERS, PEOPLE, TERMS, couponShares, heldOf, total, turn, votesOf } from "./state.js";
import type { BondTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const BOND_CHECKS: readonly Check<BondTale>[] = [
  { id: "COA-01", holds: holdingsAreTheIssue },
  { id: "COA-02", holds: couponsComeOnceAndInFull },
  { id: "COA-03", holds: offersTakeWhatTheyMay },
  { id: "COA-04", holds: unitsAreVotedOnce },
  { id: "COA-05", holds: contractsOwnNothing },
];

const PHASES = { none: 0n, measuring: 1n, payable: 2n, settled: 3n } as const;

export async function checkBonds(told: BondTale): Promise<void> {
  turn(told.state);
  for (const { holds } of BOND_CHECKS) await holds(told);
}

async function holdingsAreTheIssue({ world: { f, signers }, state }: BondTale): Promise<void> {
  let sum = 0n;
  for (const person of PEOPLE) {
    const units = await f.bond.balanceOf(signers[person]);
    expect(units, `COA-01 ${person}`).to.equal(state.units.get(person));
    sum += units;
  }
  expect([sum, await f.bond.totalSupply()], "COA-01 in all").to.deep.equal([TERMS.issue, TERMS.issue]);
}

async function couponsComeOnceAndInFull({ world: { f, signers }, state }: BondTale): Promise<void> {
  const { phase, pending, unpaid } = await f.actions.couponRun(f.bond, 0n);
  expect(phase, "COA-02 phase").to.equal(PHASES[state.coupon]);
  for (const currency of CURRENCIES) {
    const token = (currency === "hkd" ? f.hongkong : f.mainland).currency;
    for (const holder of HOLDERS) {
      const found = await token.balanceOf(signers[holder]);
      expect(found, `COA-02 ${holder}, ${currency}`).to.equal(state.purse[currency].get(holder));
    }
  }
  if (state.coupon !== "payable" && state.coupon !== "settled") return;
  const shares = couponShares(state);
  let [left, claimed] = [0n, 0n];
  for (const person of PEOPLE) {
    const share = shares.get(person) ?? 0n;
    expect(await f.actions.couponShare(f.bond, 0n, signers[person]), `COA-02 share of ${person}`).to.equal(share);
    const { claim } = await f.actions.couponState(f.bond, 0n, signers[person]);
    expect(claim, `COA-02 claim of ${person}`).to.equal(person === "issuer" ? 0n : (state.claims.get(person) ?? 0n));
    claimed += claim;
    if (!state.handled.has(person)) left += share;
  }
  expect([pending, unpaid], "COA-02 left").to.deep.equal([left, left + claimed]);
  expect(
    [...shares.values()].reduce((sum, share) => sum + share, 0n),
    "COA-02 in all",
  ).to.equal(total());
}

async function offersTakeWhatTheyMay({ world: { f, signers, tender }, state }: BondTale): Promise<void> {
  const offer = await f.offers.offerOf(tender);
  expect(offer.phase, "COA-03 phase").to.equal(OFFER_PHASE[state.offer]);
  for (const holder of HOLDERS) {
    expect(await f.bond.heldOf(signers[holder]), `COA-03 held of ${holder}`).to.equal(heldOf(state, holder));
  }
  if (state.offer !== "payable" && state.offer !== "settled") return;
  const accepted = state.accepted.reduce((sum, units) => sum + units, 0n);
  expect(accepted <= TERMS.most, "COA-03 no more than is taken").to.equal(true);
  const unpaid = state.elections.reduce(
    (sum, { standing }, index) => sum + (standing === "gone" ? 0n : (state.accepted[index] ?? 0n)),
    0n,
  );
  expect(offer.unpaid, "COA-03 unpaid").to.equal(unpaid);
}

async function unitsAreVotedOnce({ world: { f, meeting }, state }: BondTale): Promise<void> {
  const { phase, inFavour, against, abstained } = await f.meetings.meetingOf(meeting);
  expect(phase, "COA-04 phase").to.equal(MEETING_PHASE[state.meeting]);
  expect([inFavour, against, abstained], "COA-04 votes").to.deep.equal(
    (["for", "against", "abstain"] as const).map((how) => votesOf(state, how)),
  );
}

async function contractsOwnNothing({ world: { f } }: BondTale): Promise<void> {
  for (const contract of [f.structuredActions, f.offers, f.meetings, f.fixings, f.bond]) {
    for (const token of [f.bond, f.hongkong.currency, f.mainland.currency]) {
      expect(await token.balanceOf(contract), "COA-05").to.equal(0n);
    }
  }
}
