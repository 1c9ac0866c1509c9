import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { JURISDICTION_FACTS, type JurisdictionPlan } from "../../sdk/deploy/parameters.js";
import { POWERS } from "../../sdk/roles.js";
import { encode } from "../../sdk/selectors.js";
import type { AuthorityModule } from "./Authority.js";
import { batch } from "./batch.js";
import type { CurrencyModule } from "./Currency.js";
import type { RegistryModule } from "./Registry.js";

/** The desk that issues a jurisdiction's currency, with its rate limit. It alone gets the power to issue. */
export function issuanceModule(
  plan: JurisdictionPlan,
  authorityOf: AuthorityModule,
  registryOf: RegistryModule,
  currencyOf: CurrencyModule,
) {
  return buildModule(`${JURISDICTION_FACTS[plan.name].prefix}Issuance`, (m) => {
    const { authority } = m.useModule(authorityOf);
    const { registry } = m.useModule(registryOf);
    const { currency } = m.useModule(currencyOf);
    const desk = m.contract("IssuanceDesk", [currency, registry, authority, plan.settlementOperator], {
      after: [currencyOf],
    });
    const { capacity, window } = plan.rateLimit;
    const appoint = m.encodeFunctionCall(currency, "appoint", [desk, POWERS.issuer, plan.mandates.issuance]);
    batch(m, authority, "setUp", [
      { id: "rateLimit", target: desk, data: encode("desk", "setRateLimit", [capacity, window]) },
      { id: "issuer", target: currency, data: appoint },
    ]);
    return { desk };
  });
}

/** {@link issuanceModule}'s module. */
export type IssuanceModule = ReturnType<typeof issuanceModule>;
