import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { admissions } from "../../sdk/deploy/calls.js";
import type { CentralBankPlan } from "../../sdk/deploy/parameters.js";
import type { AuthorityModule } from "./Authority.js";
import { batch } from "./batch.js";

/** A jurisdiction's register of institutions, with those that take part, admitted. */
export function registryModule(plan: CentralBankPlan, authorityOf: AuthorityModule) {
  return buildModule(`${plan.prefix}Registry`, (m) => {
    const { authority } = m.useModule(authorityOf);
    const registry = m.contract("InstitutionRegistry", [authority]);
    batch(m, authority, "admitInstitutions", admissions(plan, registry));
    return { registry };
  });
}

/** {@link registryModule}'s module. */
export type RegistryModule = ReturnType<typeof registryModule>;
