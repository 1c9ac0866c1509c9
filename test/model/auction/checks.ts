import { expect } from "chai";
import { AUCTION_STATUS, BID_STATUS } from "../../../sdk/eip712/auction.js";
import type { Check } from "../checks.js";
import { BIDDERS, PARTIES, SALE, lotHeld, type BidModel, type State } from "./state.js";
import { bidOf, idOf, type AuctionTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const AUCTION_CHECKS: readonly Check<AuctionTale>[] = [
  { id: "AUC-01", holds: allottedIsTheLotOrTheDemand },
  { id: "AUC-02", holds: nobodyPaysMoreOrGetsMore },
  { id: "AUC-03", holds: theAllocationIsTheOneByHand },
  { id: "AUC-04", holds: aBidCountsOnce },
  { id: "AUC-05", holds: guaranteesGoBackOrToTheIssuer },
];

export async function checkAuction(told: AuctionTale): Promise<void> {
  for (const { holds } of AUCTION_CHECKS) await holds(told);
}

/** Bids that were shown and whose allotment the contract still tells. */
function shownOf({ bids }: State): (readonly [number, BidModel])[] {
  return [...bids.entries()].filter(([, { step }]) => step !== "sealed" && step !== "forfeited");
}

async function allottedIsTheLotOrTheDemand({ world: { f, auction }, state }: AuctionTale): Promise<void> {
  const { status, demand, outstanding } = await f.auctions.auctionStateOf(auction.id);
  expect(status, "AUC-01 step").to.equal(AUCTION_STATUS[state.step]);
  const { above, marginal, price } = await f.auctions.allocationOf(auction.id);
  expect(above + marginal, "AUC-01 allotted").to.equal(state.allotted);
  if (price === 0n) return;
  expect(above + marginal, "AUC-01 lot or demand").to.equal(demand < SALE.lot ? demand : SALE.lot);
  expect(outstanding, "AUC-01 outstanding").to.equal(SALE.lot - state.delivered);
}

async function nobodyPaysMoreOrGetsMore({ world: { f }, state }: AuctionTale): Promise<void> {
  for (const party of PARTIES) {
    expect(await f.money.balanceOf(f[party]), `AUC-02 money of ${party}`).to.equal(state.money.get(party));
    expect(await f.bond.balanceOf(f[party]), `AUC-02 units of ${party}`).to.equal(state.units.get(party));
  }
  for (const { got, units, price, step } of state.bids) {
    expect(got <= units, "AUC-02 asked").to.equal(true);
    if (step === "settled") expect(state.margin <= price, "AUC-02 bid").to.equal(true);
  }
}

async function theAllocationIsTheOneByHand({ world, state }: AuctionTale): Promise<void> {
  const { f, auction } = world;
  if ((await f.auctions.allocationOf(auction.id)).price === 0n) return;
  for (const [at, bid] of shownOf(state)) {
    const { units, price } = await f.auctions.allotmentOf(auction.terms, bidOf(world, state, at));
    expect(units, `AUC-03 bid ${at + 1}`).to.equal(bid.got);
    expect(price, `AUC-03 price of bid ${at + 1}`).to.equal(state.margin);
  }
}

async function aBidCountsOnce({ world, state }: AuctionTale): Promise<void> {
  const { f, auction } = world;
  for (const [at, { who, step }] of state.bids.entries()) {
    const { status, position } = await f.auctions.bidStateOf(auction.id, f[who], idOf(world, state, at));
    expect([status, position], `AUC-04 bid ${at + 1}`).to.deep.equal([BID_STATUS[step], BigInt(at) + 1n]);
  }
  const settled = state.bids.filter(({ step }) => step === "settled").reduce((sum, { got }) => sum + got, 0n);
  const taken = state.underwritten ? SALE.lot - state.allotted : 0n;
  expect(state.delivered, "AUC-04 delivered").to.equal(settled + taken);
}

async function guaranteesGoBackOrToTheIssuer({ world: { f }, state }: AuctionTale): Promise<void> {
  for (const party of BIDDERS) {
    expect(await f.money.heldOf(f[party]), `AUC-05 held of ${party}`).to.equal(state.held.get(party) ?? 0n);
  }
  expect(await f.bond.heldOf(f.issuer), "AUC-05 lot").to.equal(lotHeld(state));
  const owned = [await f.money.balanceOf(f.auctions), await f.bond.balanceOf(f.auctions)];
  expect(owned, "AUC-05 the contract").to.deep.equal([0n, 0n]);
}
