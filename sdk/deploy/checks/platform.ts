import type { IDigitalCurrency } from "../../../types/ethers-contracts/index.js";
import type { Check, PlatformInspection } from "../status.js";
import { codeCheck } from "./code.js";

const PAGE = 100n;

/** What both jurisdictions share: engine and asset platform; and that no contract owns money. */
export async function platformChecks(inspection: PlatformInspection): Promise<Check[]> {
  const { deployment, block } = inspection;
  const { book, assets, mainland, hongkong } = deployment;
  const at = { blockTag: block };
  const where = "Platform";
  const code = (what: string, address: string, contract: string) =>
    codeCheck(inspection, where, what, address, contract);
  return [
    await code("code of the settlement engine", book.engine, "SettlementEngine"),
    await code("code of the asset register", book.assets, "AssetRegistry"),
    await code("code of corporate actions", book.corporateActions, "CorporateActions"),
    {
      where,
      what: "authority of the asset register",
      expected: book.hongkong.authority,
      actual: await assets.authority(at),
    },
    {
      where,
      what: "institutions of the asset register",
      expected: book.hongkong.registry,
      actual: await assets.institutions(at),
    },
    {
      where,
      what: "currencies of the asset register",
      expected: [book.mainland.currency, book.hongkong.currency].sort().join(", "),
      actual: [...(await assets.currencies(0n, PAGE, at))].sort().join(", "),
    },
    {
      where,
      what: "money owned by contracts",
      expected: "none",
      actual: (await ownedByContracts([mainland.currency, hongkong.currency], contractsOf(book), block)) || "none",
    },
  ];
}

/** What contracts have of currencies that no contract may own; empty if nothing. */
export async function ownedByContracts(
  currencies: readonly Pick<IDigitalCurrency, "balanceOf">[],
  contracts: readonly string[],
  block: number,
): Promise<string> {
  const owners: string[] = [];
  for (const currency of currencies) {
    for (const contract of contracts) {
      const balance = await currency.balanceOf(contract, { blockTag: block });
      if (balance !== 0n) owners.push(`${contract} has ${balance}`);
    }
  }
  return owners.join(", ");
}

function contractsOf({
  mainland,
  hongkong,
  engine,
  assets,
  corporateActions,
}: PlatformInspection["deployment"]["book"]): string[] {
  return [...Object.values(mainland), ...Object.values(hongkong), engine, assets, corporateActions];
}
