import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256 } from "ethers";
import { pledgeId, scheduleHash, type EligibleAsset, type PledgeTerms } from "../../../sdk/eip712/collateral.js";
import { repoId, type RepoTerms } from "../../../sdk/eip712/repo.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { deployCollateral, type Pledging } from "../../support/collateral.js";
import { ref, type Chain } from "../../support/chain.js";
import { OPENING } from "../../support/repo.js";
import * as tale from "../tale.js";
import { COMMON, dayOf, type DealModel, type Person, type PledgeModel, type Rules, type State } from "./state.js";

/** Repos and pledges on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Pledging;
  readonly signers: Readonly<Record<Person, HardhatEthersSigner>>;
  readonly schedule: readonly EligibleAsset[];
}

/** Repos and pledges: the model beside the chain. */
export class LendingTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<LendingTale, World, State, Rules>;

/** Two dealers with money and units of a note at par, which let repos and pledges speak for them. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployCollateral(chain);
  const { seller: bochk, buyer: hsbc, carrier, collateral, bond } = f;
  await bond.connect(hsbc).approve(collateral, MaxUint256);
  const now = BigInt(await chain.networkHelpers.time.latest());
  const initial: State = {
    ...{ now, price: 100n, priced: dayOf(now), deals: [], pledges: [], names: 0, silent: new Set() },
    cash: new Map([
      ["bochk", OPENING.cash],
      ["hsbc", OPENING.cash],
    ]),
    units: new Map([
      ["bochk", OPENING.units],
      ["hsbc", OPENING.units],
    ]),
  };
  const schedule = [{ bond: f.address, haircut: COMMON.haircut, limit: 100_000_000n }];
  const errors = errorsOf(f.repo, f.collateral, f.fixings, f.engine, f.money, f.bond);
  return { world: { chain, errors, f, signers: { bochk, hsbc, carrier }, schedule }, initial };
}

type Agreed = Pick<DealModel, "name" | "seller" | "buyer" | "cash" | "sold" | "opened">;

/** A repo's terms as the contract takes them. */
export function termsOf({ f, signers }: World, { name, seller, buyer, cash, sold, opened }: Agreed): RepoTerms {
  return {
    ...{ seller: signers[seller].address, buyer: signers[buyer].address, bond: f.address },
    ...{ currency: f.agreed.currency, valuationAgent: f.agent.address, units: sold, cash },
    ...{ threshold: COMMON.threshold, haircut: COMMON.haircut, rate: COMMON.rate, dayBasis: 365n },
    ...{ maxAge: COMMON.maxAge, opensAt: 0n, opensBy: opened + 60n, closing: opened + COMMON.term, notice: 0n },
    ...{ callPeriod: COMMON.call, grace: COMMON.grace, businessRef: ref(name) },
  };
}

export function idOf(world: World, deal: Agreed): string {
  return repoId(world.f.domain, termsOf(world, deal));
}

type Secured = Pick<PledgeModel, "name" | "pledgor" | "pledgee" | "owed" | "opened">;

/** A pledge's terms as the contract takes them. */
export function pledgeTermsOf({ f, signers, schedule }: World, pledge: Secured): PledgeTerms {
  const { name, pledgor, pledgee, owed, opened } = pledge;
  return {
    ...{ pledgor: signers[pledgor].address, pledgee: signers[pledgee].address, agent: signers.carrier.address },
    ...{ currency: f.agreed.currency, valuationAgent: f.agent.address, schedule: scheduleHash(schedule) },
    ...{ obligation: owed, maxAge: COMMON.maxAge, opensBy: opened + 60n, due: opened + COMMON.term },
    ...{ callPeriod: COMMON.call, grace: COMMON.grace, businessRef: ref(name) },
  };
}

export function pledgeIdOf(world: World, pledge: Secured): string {
  return pledgeId(world.f.pledging, pledgeTermsOf(world, pledge));
}
