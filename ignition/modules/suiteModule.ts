import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { IgnitionModule, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { JurisdictionPlan, Plan } from "../../sdk/deploy/parameters.js";
import { assetsModule } from "./Assets.js";
import { authorityModule } from "./Authority.js";
import { currencyModule } from "./Currency.js";
import { handOverModule } from "./HandOver.js";
import { issuanceModule } from "./Issuance.js";
import { registryModule } from "./Registry.js";
import { settlementModule } from "./Settlement.js";

/**
 * The whole suite: both jurisdictions, the asset platform, the settlement engine, and each authority's hand-over.
 * One step after the other: whatever interrupts a run, the next takes the same nonces, so addresses are the same too.
 */
export function suiteModule(plan: Plan) {
  const mainland = jurisdictionModules(plan.mainland, settlementModule);
  const hongkong = jurisdictionModules(plan.hongkong, mainland.issuance);
  const platform = assetsModule(
    hongkong.authority,
    hongkong.registry,
    { mainland: mainland.currency, hongkong: hongkong.currency },
    hongkong.issuance,
  );
  const mainlandHandOver = handOverModule(plan.mainland, mainland.authority, (m) => governed(m, mainland), platform);
  const hongkongHandOver = handOverModule(
    plan.hongkong,
    hongkong.authority,
    (m) => ({ ...governed(m, hongkong), assets: m.useModule(platform).assets }),
    mainlandHandOver,
  );
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

function jurisdictionModules(plan: JurisdictionPlan, after: IgnitionModule) {
  const authority = authorityModule(plan, after);
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
