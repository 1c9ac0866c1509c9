import { errorsOf } from "../../../sdk/operations/refusal.js";
import type { Bid } from "../../../sdk/eip712/auction.js";
import { AuctionUnderTest, auctionTerms, deployMarket, type Market } from "../../support/auction.js";
import { ref, type Chain } from "../../support/chain.js";
import * as tale from "../tale.js";
import { HOUR, HOURS, PARTIES, SALE, bidAt, type Rules, type State } from "./state.js";

/** An auction on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Market;
  readonly auction: AuctionUnderTest;
}

/** An auction: the model beside the chain. */
export class AuctionTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<AuctionTale, World, State, Rules>;

/** An auction that takes bids from now on, with one underwriter. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployMarket(chain);
  const drafted = await auctionTerms(f);
  const { opens } = drafted;
  const auction = await AuctionUnderTest.open(f, {
    ...{ ...drafted, lot: SALE.lot, minimumUnits: 1n, maximumUnits: SALE.most, tick: SALE.tick },
    ...{ minimumPrice: SALE.lowest, maximumPrice: SALE.highest, guarantee: SALE.guarantee },
    ...{ bids: BigInt(SALE.bids), bidsPerBidder: BigInt(SALE.ownBids) },
    ...{ reveals: opens + HOURS.reveals * HOUR, closes: opens + HOURS.closes * HOUR },
    ...{ settlesFrom: opens + HOURS.closes * HOUR, settlesUntil: opens + HOURS.until * HOUR },
    underwriters: [{ account: f.shop.address, share: 1n }],
  });
  const money: State["money"] = new Map();
  const units: State["units"] = new Map();
  for (const party of PARTIES) {
    money.set(party, await f.money.balanceOf(f[party]));
    units.set(party, await f.bond.balanceOf(f[party]));
  }
  const initial: State = {
    ...{ now: BigInt(await chain.networkHelpers.time.latest()), opens, step: "announced", bids: [] },
    ...{ margin: 0n, allotted: 0n, delivered: 0n, underwritten: false, names: 0 },
    ...{ withheld: new Set(), frozen: new Set(), money, held: new Map(), units },
  };
  const errors = errorsOf(f.auctions, f.engine, f.money, f.bond);
  return { world: { chain, errors, f, auction }, initial };
}

/** A bid as the contract takes it. */
export function bidOf({ f }: World, state: State, at: number): Bid {
  const { who, units, price, name } = bidAt(state, at);
  return { bidder: f[who].address, units, price, salt: ref(name) };
}

/** Its id. */
export function idOf(world: World, state: State, at: number): string {
  return world.auction.idOf({ bid: bidOf(world, state, at) });
}
