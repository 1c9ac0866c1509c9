import type { AddressLike, Signer } from "ethers";
import { Disclosure__factory, type Disclosure } from "../../types/ethers-contracts/index.js";
import { WARRANT_FUNCTIONS, WARRANT_ROLE } from "../payments/disclosure.js";
import { appointOfficer, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

/** Where the disclosure procedure of a currency is to stand. */
export interface DisclosureToOpen extends CentralBank {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** Under the same authority. */
  readonly currency: AddressLike;
  /** An authority that may ask with a warrant. */
  readonly warranted: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: string;
}

/** Deploys the disclosure contract of a currency and names a first authority that may ask. */
export async function openDisclosure({
  deployer,
  currency,
  warranted,
  initCode,
  ...bank
}: DisclosureToOpen): Promise<Disclosure> {
  const disclosure = await deployContract(Disclosure__factory, deployer, initCode, currency);
  await governDisclosure(bank, disclosure, warranted);
  return disclosure;
}

/**
 * Lets an authority with a warrant ask; the central bank itself may not. More authorities get the same role.
 * @param bank its admin holds the admin role without a delay, else schedule the same calls.
 */
export async function governDisclosure(
  bank: CentralBank,
  disclosure: Disclosure,
  warranted: AddressLike,
): Promise<void> {
  await appointOfficer(bank, disclosure, { role: WARRANT_ROLE, functions: WARRANT_FUNCTIONS, holder: warranted });
}
