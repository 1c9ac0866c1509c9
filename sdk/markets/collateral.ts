import type { TypedDataDomain } from "ethers";
import { pledgeTypedData, type EligibleAsset, type PledgeTerms, type Selection } from "../eip712/collateral.js";
import { REPO_SCALE } from "../eip712/repo.js";
import { sign, type TypedDataSigner } from "../eip712/typedData.js";
import { UserError } from "../errors.js";
import { least, mulDiv } from "../rounding.js";
import { coverOf, unitsFor } from "./repo.js";

/** Most positions of a pledge, and lines of a schedule. See `ICollateral`. */
export const MAX_POSITIONS = 16;

/** A bond that a pledgor has, and what a unit is worth. */
export interface Inventory {
  readonly bond: string;
  /** Units that are free. */
  readonly units: bigint;
  /** Minor units, scaled by 10^8. */
  readonly price: bigint;
}

/** Signs the terms of a pledge, as its pledgor or pledgee. */
export function signPledge(signer: TypedDataSigner, domain: TypedDataDomain, terms: PledgeTerms): Promise<string> {
  return sign(signer, pledgeTypedData(domain, terms));
}

/** A schedule as the register takes it: lines that rise by address. */
export function inOrder(schedule: readonly EligibleAsset[]): EligibleAsset[] {
  return schedule.toSorted((a, b) => (BigInt(a.bond) < BigInt(b.bond) ? -1 : 1));
}

/**
 * A triparty agent's selection: covers `obligation` with what is there, the bonds with the smallest haircut first (of
 * equal haircuts, those that stand first in the schedule), each up to its limit and no unit more than is needed.
 * @throws UserError when the inventory cannot cover the obligation within the schedule.
 */
export function selectCollateral(
  obligation: bigint,
  schedule: readonly EligibleAsset[],
  inventory: readonly Inventory[],
): Selection[] {
  const selected: Selection[] = [];
  let missing = obligation;
  for (const { bond, haircut, limit } of schedule.toSorted((a, b) => Number(a.haircut - b.haircut))) {
    const held = inventory.find((each) => each.bond === bond);
    if (held === undefined || held.units === 0n || held.price === 0n || missing === 0n) continue;
    const most = least(missing, mulDiv(obligation, limit, REPO_SCALE, "floor"));
    const units = least(held.units, unitsFor(most, held.price, haircut));
    if (units === 0n) continue;
    missing -= least(most, coverOf(units, held.price, haircut));
    selected.push({ bond, units });
  }
  if (missing > 0n || selected.length > MAX_POSITIONS) {
    throw new UserError(
      `The inventory leaves ${missing} minor units of ${obligation} uncovered; add eligible bonds, or raise their limits.`,
    );
  }
  return selected;
}
