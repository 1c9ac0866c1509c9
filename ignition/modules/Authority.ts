import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { IgnitionModule } from "@nomicfoundation/ignition-core";
import type { CentralBankPlan } from "../../sdk/deploy/parameters.js";

/**
 * A central bank's authority. Until the hand-over its admin is the deployer.
 * @param after comes before, so that every run takes the same nonces and every contract gets the same address.
 */
export function authorityModule({ prefix }: CentralBankPlan, after: IgnitionModule) {
  return buildModule(`${prefix}Authority`, (m) => ({
    authority: m.contract("AccessManager", [m.getAccount(0)], { after: [after] }),
  }));
}

/** {@link authorityModule}'s module. */
export type AuthorityModule = ReturnType<typeof authorityModule>;
