import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { JurisdictionPlan, Plan } from "../../sdk/deploy/parameters.js";
import { assetsModule } from "./Assets.js";
import { authorityModule } from "./Authority.js";
import { currencyModule } from "./Currency.js";
import { handOverModule } from "./HandOver.js";
import { issuanceModule } from "./Issuance.js";
import { registryModule } from "./Registry.js";
import { settlementModule } from "./Settlement.js";

/** The whole suite: both jurisdictions, the asset platform, the settlement engine, and each authority's hand-over. */
export function suiteModule(plan: Plan) {
  const mainland = jurisdictionModules(plan.mainland);
  const hongkong = jurisdictionModules(plan.hongkong);
  const platform = assetsModule(hongkong.authority, hongkong.registry, {
    mainland: mainland.currency,
    hongkong: hongkong.currency,
  });
  const mainlandHandOver = handOverModule(plan.mainland, mainland.authority, (m) => governed(m, mainland));
  const hongkongHandOver = handOverModule(plan.hongkong, hongkong.authority, (m) => ({
    ...governed(m, hongkong),
    assets: m.useModule(platform).assets,
  }));
  return buildModule("Suite", (m) => {
    const a = governed(m, mainland);
    const b = governed(m, hongkong);
    return {
      mainlandAuthority: m.useModule(mainlandHandOver).authority,
      mainlandRegistry: a.registry,
      mainlandCurrency: a.currency,
      mainlandDesk: a.desk,
      hongkongAuthority: m.useModule(hongkongHandOver).authority,
      hongkongRegistry: b.registry,
      hongkongCurrency: b.currency,
      hongkongDesk: b.desk,
      ...m.useModule(platform),
      ...m.useModule(settlementModule),
    };
  });
}

/** {@link suiteModule}'s module. */
export type SuiteModule = ReturnType<typeof suiteModule>;

type JurisdictionModules = ReturnType<typeof jurisdictionModules>;

function jurisdictionModules(plan: JurisdictionPlan) {
  const authority = authorityModule(plan);
  const registry = registryModule(plan, authority);
  const currency = currencyModule(plan, authority, registry);
  const issuance = issuanceModule(plan, authority, registry, currency);
  return { authority, registry, currency, issuance };
}

function governed(m: IgnitionModuleBuilder, { registry, currency, issuance }: JurisdictionModules) {
  return {
    registry: m.useModule(registry).registry,
    currency: m.useModule(currency).currency,
    desk: m.useModule(issuance).desk,
  };
}
