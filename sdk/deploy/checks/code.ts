import { dataSlice, getAddress, id, toBeHex } from "ethers";
import { IDigitalCurrency__factory } from "../../../types/ethers-contracts/index.js";
import { isCompiledCode } from "../bytecode.js";
import type { Check, Inspection, CentralBankInspection } from "../status.js";

/** Where a proxy keeps the address of its code (ERC-1967). */
const IMPLEMENTATION_SLOT = toBeHex(BigInt(id("eip1967.proxy.implementation")) - 1n, 32);

/** The code of a jurisdiction's contracts, what the proxy points to, and what each contract points to. */
export async function codeChecks(inspection: CentralBankInspection): Promise<Check[]> {
  const { own, contracts, addresses, provider, block } = inspection;
  const { registry, currency, desk } = contracts;
  const at = { blockTag: block };
  const where = own.title;
  const code = (what: string, address: string, contract: string) =>
    codeCheck(inspection, where, what, address, contract);
  const same = (what: string, expected: string, actual: string): Check => ({ where, what, expected, actual });

  const slot = await provider.getStorage(addresses.currency, IMPLEMENTATION_SLOT, block);
  const behind = IDigitalCurrency__factory.connect(addresses.implementation, provider);
  return [
    await code("code of the authority", addresses.authority, "AccessManager"),
    await code("code of the registry", addresses.registry, "InstitutionRegistry"),
    await code("code of the currency's proxy", addresses.currency, "ERC1967Proxy"),
    same("implementation of the currency", addresses.implementation, getAddress(dataSlice(slot, 12))),
    await code("code of the implementation", addresses.implementation, own.contract),
    await code("code of the office", await behind.office(at), own.office),
    await code("code of the desk", addresses.desk, "IssuanceDesk"),
    same("currency of the proxy", own.code, await currency.currencyCode(at)),
    same("registry of the currency", addresses.registry, await currency.registry(at)),
    same("registry of the implementation", addresses.registry, await behind.registry(at)),
    same("currency of the desk", addresses.currency, await desk.currency(at)),
    same("registry of the desk", addresses.registry, await desk.registry(at)),
    same("authority of the registry", addresses.authority, await registry.authority(at)),
    same("authority of the currency", addresses.authority, await currency.authority(at)),
    same("authority of the desk", addresses.authority, await desk.authority(at)),
  ];
}

/** Whether the code at an address is the compiled contract's. */
export async function codeCheck(
  { provider, block, compiled }: Inspection,
  where: string,
  what: string,
  address: string,
  contract: string,
): Promise<Check> {
  const actual = await provider.getCode(address, block);
  const found = isCompiledCode(actual, await compiled(contract));
  return {
    where,
    what,
    expected: `${contract} as compiled`,
    actual: found ? `${contract} as compiled` : `other code at ${address}`,
  };
}
