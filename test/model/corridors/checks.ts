import { expect } from "chai";
import { CORRIDOR } from "../../support/corridors.js";
import { ABROAD, BANKS, RULES, balanceOf, holdingsOf, netOutflowOf, type State } from "./state.js";
import type { CorridorStory } from "./story.js";
import type { World } from "./world.js";

/** A sentence of docs/invariants.md, checked on the chain against the model at the end of a story. */
export interface CorridorCheck {
  readonly id: string;
  readonly holds: (world: World, state: State) => Promise<void>;
}

export const CORRIDOR_CHECKS: readonly CorridorCheck[] = [
  { id: "BRI-01", holds: corridorsCountAsTheModel },
  { id: "BRI-02", holds: paymentsKeepToTheLimits },
  { id: "BRI-03", holds: supplyIsTheResidents },
  { id: "BRI-04", holds: balancesAreTheModels },
];

/** All of them; read in a block after the story's last second. */
export async function checkCorridors({ world, state }: CorridorStory): Promise<void> {
  await world.chain.networkHelpers.time.increaseTo(state.now + 1n);
  state.now += 1n;
  for (const { holds } of CORRIDOR_CHECKS) await holds(world, state);
}

async function corridorsCountAsTheModel({ f }: World, state: State): Promise<void> {
  for (const abroad of ABROAD) {
    const { holdings, netOutflow } = await f.cny.currency.corridorOf(CORRIDOR[abroad]);
    expect(holdings, `BRI-01 holdings of ${abroad}`).to.equal(holdingsOf(state, abroad));
    expect(netOutflow, `BRI-01 flow to ${abroad}`).to.equal(netOutflowOf(state, abroad, RULES));
  }
}

/** Every payment of the story, as its transaction left the corridors: see `World.crossed`. */
function paymentsKeepToTheLimits({ excesses }: World): Promise<void> {
  expect(excesses, "BRI-02 payments past a limit").to.deep.equal([]);
  return Promise.resolve();
}

async function supplyIsTheResidents({ f }: World, { issued, redeemed }: State): Promise<void> {
  expect(await f.cny.currency.totalSupply(), "BRI-03 supply").to.equal(issued - redeemed);
  const events = await f.cny.currency.queryFilter(f.cny.currency.filters.Issued());
  const home = new Set(f.cny.banks.map(({ account }) => account));
  for (const { args } of events) expect(home.has(args.account), "BRI-03 issued at home").to.equal(true);
}

async function balancesAreTheModels({ f, banks }: World, state: State): Promise<void> {
  for (const bank of BANKS) {
    expect(await f.cny.currency.balanceOf(banks[bank].account), `BRI-04 ${bank}`).to.equal(balanceOf(state, bank));
  }
  for (const contract of [f.venue, f.engine, f.gate]) expect(await f.cny.currency.balanceOf(contract)).to.equal(0n);
}
