import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { JURISDICTION_FACTS, type JurisdictionPlan } from "../../sdk/deploy/parameters.js";
import { CLASS_NUMBERS, WALLET_CLASSES } from "../../sdk/limits.js";
import { POWERS } from "../../sdk/roles.js";
import { encode } from "../../sdk/selectors.js";
import type { AuthorityModule } from "./Authority.js";
import { batch } from "./batch.js";
import type { RegistryModule } from "./Registry.js";

/** A jurisdiction's currency behind its proxy, with limits, enforcers, and wallets of the institutions. */
export function currencyModule(plan: JurisdictionPlan, authorityOf: AuthorityModule, registryOf: RegistryModule) {
  return buildModule(`${JURISDICTION_FACTS[plan.name].prefix}Currency`, (m) => {
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

    const limits = WALLET_CLASSES.map((walletClass) => ({
      id: `limits_${walletClass}`,
      target: currency,
      data: encode("currency", "setClassLimits", [CLASS_NUMBERS[walletClass], { ...plan.limits[walletClass] }]),
    }));
    const enforcers = plan.offices.enforcer.map((holder) => ({
      id: `enforcer_${holder}`,
      target: currency,
      data: encode("currency", "appoint", [holder, POWERS.enforcer, plan.mandates.enforcement]),
    }));
    const wallets = plan.institutions.map(({ bicText, account }) => ({
      id: `wallet_${bicText}`,
      target: currency,
      data: encode("currency", "openInstitutionWallet", [account]),
    }));
    batch(m, authority, "setUp", [...limits, ...enforcers, ...wallets]);
    return { implementation, currency };
  });
}

/** {@link currencyModule}'s module. */
export type CurrencyModule = ReturnType<typeof currencyModule>;
