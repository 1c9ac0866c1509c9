import type { ContractRunner } from "ethers";
import { z } from "zod";
import {
  AccessManager__factory,
  AssetRegistry__factory,
  CorporateActions__factory,
  IDigitalCurrency__factory,
  InstitutionRegistry__factory,
  IssuanceDesk__factory,
  SettlementEngine__factory,
  type AccessManager,
  type AssetRegistry,
  type CorporateActions,
  type IDigitalCurrency,
  type InstitutionRegistry,
  type IssuanceDesk,
  type SettlementEngine,
} from "../types/ethers-contracts/index.js";
import { readJson, writeAtomically } from "./files.js";

/** An address in an address book. */
export const bookAddress = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const address = bookAddress;

/** What every address book says of itself. */
export const bookHead = {
  version: z.literal(1),
  network: z.string().min(1),
  chainId: z.int().min(1),
  deployer: address,
  /** Block of the first transaction of the deployment: where reading events begins. */
  firstBlock: z.int().min(0),
} as const;

/** Where the contracts of one central bank are. */
export const jurisdictionSchema = z.strictObject({
  authority: address,
  registry: address,
  /** The proxy: this is the currency's address. */
  currency: address,
  /** The code behind the proxy. */
  implementation: address,
  desk: address,
});

/** The address book of a deployment: what `deployments/<network>.json` holds. */
export const addressBookSchema = z.strictObject({
  ...bookHead,
  mainland: jurisdictionSchema,
  hongkong: jurisdictionSchema,
  engine: address,
  assets: address,
  corporateActions: address,
});

/** Where each contract of a deployment is. */
export type AddressBook = z.infer<typeof addressBookSchema>;

/** The contracts of one jurisdiction, typed. */
export interface JurisdictionContracts {
  readonly authority: AccessManager;
  readonly registry: InstitutionRegistry;
  readonly currency: IDigitalCurrency;
  readonly desk: IssuanceDesk;
}

/** A deployment's contracts, typed. */
export interface Deployment {
  readonly book: AddressBook;
  readonly mainland: JurisdictionContracts;
  readonly hongkong: JurisdictionContracts;
  readonly engine: SettlementEngine;
  /** Register of the digital asset platform, under Hong Kong's authority. */
  readonly assets: AssetRegistry;
  readonly corporateActions: CorporateActions;
}

/**
 * The contracts of a deployment.
 * @param book the address book, or the path of its file.
 * @param runner a provider to read with, or a signer to send with. To act as someone else: `contract.connect(signer)`.
 * @throws UserError when the file is missing or is no address book.
 */
export async function connect(book: AddressBook | string, runner: ContractRunner): Promise<Deployment> {
  return attach(typeof book === "string" ? await readAddressBook(book) : book, runner);
}

/** {@link connect} for an address book at hand. */
export function attach(book: AddressBook, runner: ContractRunner): Deployment {
  const jurisdiction = (entry: AddressBook["mainland"]): JurisdictionContracts => ({
    authority: AccessManager__factory.connect(entry.authority, runner),
    registry: InstitutionRegistry__factory.connect(entry.registry, runner),
    currency: IDigitalCurrency__factory.connect(entry.currency, runner),
    desk: IssuanceDesk__factory.connect(entry.desk, runner),
  });
  return {
    book,
    mainland: jurisdiction(book.mainland),
    hongkong: jurisdiction(book.hongkong),
    engine: SettlementEngine__factory.connect(book.engine, runner),
    assets: AssetRegistry__factory.connect(book.assets, runner),
    corporateActions: CorporateActions__factory.connect(book.corporateActions, runner),
  };
}

/** Reads an address book. */
export function readAddressBook(path: string): Promise<AddressBook> {
  return readJson(path, addressBookSchema);
}

/** Writes an address book: a reader sees the old one or the new one, never a part. */
export function writeAddressBook(path: string, book: Pick<AddressBook, "network">): Promise<void> {
  return writeAtomically(path, `${JSON.stringify(book, null, 2)}\n`);
}
