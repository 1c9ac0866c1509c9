import type { Interface } from "ethers";
import {
  AccessManager__factory,
  AssetRegistry__factory,
  BilateralCorridor__factory,
  Bond__factory,
  BridgeGate__factory,
  BridgeNetting__factory,
  CentralBankCouncil__factory,
  ForeignExchange__factory,
  ForeignLedger__factory,
  IBridgeCurrency__factory,
  IBridgehead__factory,
  IDigitalCurrency__factory,
  InstitutionRegistry__factory,
  IssuanceDesk__factory,
  LedgerExchange__factory,
  MessageGateway__factory,
} from "../types/ethers-contracts/index.js";
import type { GovernedKind } from "./governed.js";

const INTERFACES: Readonly<Record<GovernedKind | "authority", Interface>> = {
  authority: AccessManager__factory.createInterface(),
  registry: InstitutionRegistry__factory.createInterface(),
  currency: IDigitalCurrency__factory.createInterface(),
  desk: IssuanceDesk__factory.createInterface(),
  assets: AssetRegistry__factory.createInterface(),
  bond: Bond__factory.createInterface(),
  bridgeCurrency: IBridgeCurrency__factory.createInterface(),
  council: CentralBankCouncil__factory.createInterface(),
  foreignExchange: ForeignExchange__factory.createInterface(),
  netting: BridgeNetting__factory.createInterface(),
  gate: BridgeGate__factory.createInterface(),
  foreignLedger: ForeignLedger__factory.createInterface(),
  gateway: MessageGateway__factory.createInterface(),
  ledgerExchange: LedgerExchange__factory.createInterface(),
  corridor: BilateralCorridor__factory.createInterface(),
  bridgehead: IBridgehead__factory.createInterface(),
};

/** The interface of a kind of contract. */
export function interfaceOf(contract: GovernedKind | "authority"): Interface {
  return INTERFACES[contract];
}

/** Selectors of functions of a kind of contract, by name. */
export function selectorsOf(contract: GovernedKind, names: readonly string[]): string[] {
  return names.map((name) => {
    const found = INTERFACES[contract].getFunction(name);
    if (found === null) throw new RangeError(`${contract} has no function ${name}`);
    return found.selector;
  });
}

/** A call, encoded. */
export function encode(contract: GovernedKind | "authority", name: string, args: readonly unknown[]): string {
  return INTERFACES[contract].encodeFunctionData(name, args);
}
