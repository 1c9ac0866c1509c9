import type { AddressLike, Signer } from "ethers";
import { OfflineWallets__factory, type OfflineWallets } from "../../types/ethers-contracts/index.js";
import type { OfflineTerms } from "../eip712/offlineWallets.js";
import { OFFLINE_FUNCTION_ROLES } from "../offline/roles.js";
import { assignFunctions, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

/** Where the hardware wallets of a currency are to be registered. */
export interface OfflineToOpen extends CentralBank {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** Under the same authority. */
  readonly currency: AddressLike;
  readonly terms: OfflineTerms;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: string;
}

/** Deploys the offline contract of a currency and gives its terms to the governor. */
export async function openOffline(opening: OfflineToOpen): Promise<OfflineWallets> {
  const { deployer, currency, terms, initCode, ...bank } = opening;
  const offline = await deployContract(OfflineWallets__factory, deployer, initCode, currency, terms);
  await governOffline(bank, offline);
  return offline;
}

/**
 * Lets the governor of the authority set what allotments may be.
 * @param bank its admin holds the admin role without a delay, else schedule the same call.
 */
export async function governOffline(bank: CentralBank, offline: OfflineWallets): Promise<void> {
  await assignFunctions(bank, offline, OFFLINE_FUNCTION_ROLES);
}
