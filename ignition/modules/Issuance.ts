import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { deskSetUp } from "../../sdk/deploy/calls.js";
import type { CentralBankPlan } from "../../sdk/deploy/parameters.js";
import type { AuthorityModule } from "./Authority.js";
import { batch, type Place } from "./batch.js";

import type { CurrencyModule } from "./Currency.js";
import type { RegistryModule } from "./Registry.js";

/** The desk that issues a jurisdiction's currency, with its rate limit. It alone gets the power to issue. */
export function issuanceModule(
  plan: CentralBankPlan,
  authorityOf: AuthorityModule,
  registryOf: RegistryModule,
  currencyOf: CurrencyModule,
) {
  return buildModule(`${plan.prefix}Issuance`, (m) => {
    const { authority } = m.useModule(authorityOf);
    const { registry } = m.useModule(registryOf);
    const { currency } = m.useModule(currencyOf);
    const desk = m.contract("IssuanceDesk", [currency, registry, authority, plan.settlementOperator], {
      after: [currencyOf],
    });
    batch(m, authority, "setUp", deskSetUp<Place>(plan, currency, desk));
    return { desk };
  });
}

/** {@link issuanceModule}'s module. */
export type IssuanceModule = ReturnType<typeof issuanceModule>;
