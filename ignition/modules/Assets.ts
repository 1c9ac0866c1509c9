import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { IgnitionModule } from "@nomicfoundation/ignition-core";
import type { AuthorityModule } from "./Authority.js";
import { batch } from "./batch.js";
import type { CurrencyModule } from "./Currency.js";
import type { RegistryModule } from "./Registry.js";

/**
 * The digital asset platform, under Hong Kong's authority: the register, with both currencies listed, and the contract
 * that pays corporate actions. Bonds are deployed later, one by one (`deployBond`).
 * @param after comes before, as in {@link authorityModule}.
 */
export function assetsModule(
  authorityOf: AuthorityModule,
  registryOf: RegistryModule,
  currenciesOf: { readonly mainland: CurrencyModule; readonly hongkong: CurrencyModule },
  after: IgnitionModule,
) {
  return buildModule("Assets", (m) => {
    const { authority } = m.useModule(authorityOf);
    const { registry } = m.useModule(registryOf);
    const assets = m.contract("AssetRegistry", [registry, authority], { after: [after] });
    const corporateActions = m.contract("CorporateActions", [assets]);
    const listings = Object.entries(currenciesOf).map(([jurisdiction, currencyOf]) => {
      const { currency } = m.useModule(currencyOf);
      return {
        id: `list_${jurisdiction}`,
        target: assets,
        kind: "assets" as const,
        name: "listCurrency",
        args: [currency],
      };
    });
    batch(m, authority, "setUp", listings, [corporateActions]);
    return { assets, corporateActions };
  });
}

/** {@link assetsModule}'s module. */
export type AssetsModule = ReturnType<typeof assetsModule>;
