import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { currencySetUp } from "../../sdk/deploy/calls.js";
import type { JurisdictionPlan } from "../../sdk/deploy/parameters.js";
import { CLASS_NUMBERS, WALLET_CLASSES } from "../../sdk/limits.js";
import type { AuthorityModule } from "./Authority.js";
import { batch } from "./batch.js";
import type { RegistryModule } from "./Registry.js";

/** A jurisdiction's currency behind its proxy, with limits, enforcers, and wallets of the institutions. */
export function currencyModule(plan: JurisdictionPlan, authorityOf: AuthorityModule, registryOf: RegistryModule) {
  return buildModule(`${plan.prefix}Currency`, (m) => {
    const { authority } = m.useModule(authorityOf);
    const { registry } = m.useModule(registryOf);
    const implementation = m.contract(plan.contract, [registry, authority], {
      id: "implementation",
      after: [registryOf],
    });
    // in the proxy's constructor: nobody can initialise it first
    const initialize = m.encodeFunctionCall(implementation, "initialize", [authority]);
    const proxy = m.contract("ERC1967Proxy", [implementation, initialize], { id: "proxy" });
    const currency = m.contractAt("IDigitalCurrency", proxy, { id: "currency" });

    const limits = WALLET_CLASSES.map((name) => [name, CLASS_NUMBERS[name], plan.limits[name]] as const);
    batch(m, authority, "setUp", currencySetUp(plan, limits, currency));
    return { implementation, currency };
  });
}

/** {@link currencyModule}'s module. */
export type CurrencyModule = ReturnType<typeof currencyModule>;
