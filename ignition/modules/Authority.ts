import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { IgnitionModule } from "@nomicfoundation/ignition-core";
import { JURISDICTION_FACTS, type JurisdictionPlan } from "../../sdk/deploy/parameters.js";

/**
 * A central bank's authority. Until the hand-over its admin is the deployer.
 * @param after comes before, so that every run takes the same nonces and every contract gets the same address.
 */
export function authorityModule({ name }: JurisdictionPlan, after: IgnitionModule) {
  return buildModule(`${JURISDICTION_FACTS[name].prefix}Authority`, (m) => ({
    authority: m.contract("AccessManager", [m.getAccount(0)], { after: [after] }),
  }));
}

/** {@link authorityModule}'s module. */
export type AuthorityModule = ReturnType<typeof authorityModule>;
