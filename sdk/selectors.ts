import type { Interface } from "ethers";
import {
  AccessManager__factory,
  AssetRegistry__factory,
  Bond__factory,
  IDigitalCurrency__factory,
  InstitutionRegistry__factory,
  IssuanceDesk__factory,
} from "../types/ethers-contracts/index.js";
import type { GovernedContract } from "./roles.js";

const INTERFACES: Readonly<Record<GovernedContract | "authority", Interface>> = {
  authority: AccessManager__factory.createInterface(),
  registry: InstitutionRegistry__factory.createInterface(),
  currency: IDigitalCurrency__factory.createInterface(),
  desk: IssuanceDesk__factory.createInterface(),
  assets: AssetRegistry__factory.createInterface(),
  bond: Bond__factory.createInterface(),
};

/** The interface of a kind of contract. */
export function interfaceOf(contract: GovernedContract | "authority"): Interface {
  return INTERFACES[contract];
}

/** Selectors of functions of a kind of contract, by name. */
export function selectorsOf(contract: GovernedContract, names: readonly string[]): string[] {
  return names.map((name) => {
    const found = INTERFACES[contract].getFunction(name);
    if (found === null) throw new RangeError(`${contract} has no function ${name}`);
    return found.selector;
  });
}

/** A call, encoded. */
export function encode(contract: GovernedContract | "authority", name: string, args: readonly unknown[]): string {
  return INTERFACES[contract].encodeFunctionData(name, args);
}
