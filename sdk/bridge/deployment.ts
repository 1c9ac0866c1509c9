import type { ContractRunner } from "ethers";
import { z } from "zod";
import {
  AccessManager__factory,
  BridgeGate__factory,
  BridgeNetting__factory,
  BridgePayments__factory,
  CentralBankCouncil__factory,
  ForeignExchange__factory,
  IBridgeCurrency__factory,
  InstitutionRegistry__factory,
  IssuanceDesk__factory,
  SettlementEngine__factory,
  type AccessManager,
  type BridgeGate,
  type BridgeNetting,
  type BridgePayments,
  type CentralBankCouncil,
  type ForeignExchange,
  type IBridgeCurrency,
  type InstitutionRegistry,
  type IssuanceDesk,
  type SettlementEngine,
} from "../../types/ethers-contracts/index.js";
import { BRIDGE_CODES, type BridgeCode } from "../deploy/bridgeParameters.js";
import { bookAddress, bookHead, jurisdictionSchema } from "../deployment.js";
import { readJson } from "../files.js";

/** The address book of a shared ledger: what `deployments/<network>.bridge.json` holds. */
export const bridgeBookSchema = z.strictObject({
  ...bookHead,
  engine: bookAddress,
  gate: bookAddress,
  council: bookAddress,
  payments: bookAddress,
  exchange: bookAddress,
  netting: bookAddress,
  /** By currency. */
  centralBanks: z.record(z.enum(BRIDGE_CODES), jurisdictionSchema),
});

/** Where each contract of a shared ledger is. */
export type BridgeBook = z.infer<typeof bridgeBookSchema>;

/** The contracts of one central bank on the shared ledger, typed. */
export interface BridgeMemberContracts {
  readonly authority: AccessManager;
  readonly registry: InstitutionRegistry;
  readonly currency: IBridgeCurrency;
  readonly desk: IssuanceDesk;
}

/** What the central banks share, typed. */
export interface SharedContracts {
  readonly engine: SettlementEngine;
  readonly gate: BridgeGate;
  readonly council: CentralBankCouncil;
  readonly payments: BridgePayments;
  readonly exchange: ForeignExchange;
  readonly netting: BridgeNetting;
}

/** The contracts of a shared ledger, typed. */
export interface BridgeDeployment extends SharedContracts {
  readonly book: BridgeBook;
  readonly members: Readonly<Record<BridgeCode, BridgeMemberContracts>>;
}

/**
 * The contracts of a shared ledger.
 * @param book the address book, or the path of its file.
 * @param runner a provider to read with, or a signer to send with. To act as someone else: `contract.connect(signer)`.
 * @throws UserError when the file is missing or is no address book.
 */
export async function connectBridge(book: BridgeBook | string, runner: ContractRunner): Promise<BridgeDeployment> {
  return attachBridge(typeof book === "string" ? await readJson(book, bridgeBookSchema) : book, runner);
}

/** {@link connectBridge} for an address book at hand. */
export function attachBridge(book: BridgeBook, runner: ContractRunner): BridgeDeployment {
  const member = (code: BridgeCode): BridgeMemberContracts => {
    const { authority, registry, currency, desk } = book.centralBanks[code];
    return {
      authority: AccessManager__factory.connect(authority, runner),
      registry: InstitutionRegistry__factory.connect(registry, runner),
      currency: IBridgeCurrency__factory.connect(currency, runner),
      desk: IssuanceDesk__factory.connect(desk, runner),
    };
  };
  return {
    book,
    engine: SettlementEngine__factory.connect(book.engine, runner),
    gate: BridgeGate__factory.connect(book.gate, runner),
    council: CentralBankCouncil__factory.connect(book.council, runner),
    payments: BridgePayments__factory.connect(book.payments, runner),
    exchange: ForeignExchange__factory.connect(book.exchange, runner),
    netting: BridgeNetting__factory.connect(book.netting, runner),
    members: Object.fromEntries(BRIDGE_CODES.map((code) => [code, member(code)])) as BridgeDeployment["members"],
  };
}
