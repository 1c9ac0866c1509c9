import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { id } from "ethers";
import { JURISDICTION_FACTS, type JurisdictionPlan } from "../../sdk/deploy/parameters.js";
import { encode } from "../../sdk/selectors.js";
import type { AuthorityModule } from "./Authority.js";
import { batch } from "./batch.js";

const ACTIVE = 2;

/** A jurisdiction's register of institutions, with those that take part, admitted. */
export function registryModule(plan: JurisdictionPlan, authorityOf: AuthorityModule) {
  return buildModule(`${JURISDICTION_FACTS[plan.name].prefix}Registry`, (m) => {
    const { authority } = m.useModule(authorityOf);
    const registry = m.contract("InstitutionRegistry", [authority]);
    const calls = plan.institutions.flatMap(
      ({ number, lei, bic, bicText, country, tier, quota, account, nameHash }) => [
        {
          id: `register_${bicText}`,
          target: registry,
          data: encode("registry", "register", [number, lei, bic, country, tier, quota, account, nameHash]),
        },
        {
          id: `activate_${bicText}`,
          target: registry,
          data: encode("registry", "setStatus", [number, ACTIVE, id("admission")]),
        },
      ],
    );
    batch(m, authority, "admitInstitutions", calls);
    return { registry };
  });
}

/** {@link registryModule}'s module. */
export type RegistryModule = ReturnType<typeof registryModule>;
