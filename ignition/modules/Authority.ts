import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { JURISDICTION_FACTS, type JurisdictionPlan } from "../../sdk/deploy/parameters.js";

/** A central bank's authority. Until the hand-over its admin is the deployer. */
export function authorityModule({ name }: JurisdictionPlan) {
  return buildModule(`${JURISDICTION_FACTS[name].prefix}Authority`, (m) => ({
    authority: m.contract("AccessManager", [m.getAccount(0)]),
  }));
}

/** {@link authorityModule}'s module. */
export type AuthorityModule = ReturnType<typeof authorityModule>;
