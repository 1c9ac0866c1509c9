import type { AddressLike, Signer } from "ethers";
import {
  MerchantDirectory__factory,
  PurposeBoundMoney__factory,
  type MerchantDirectory,
  type PurposeBoundMoney,
} from "../../types/ethers-contracts/index.js";
import { MERCHANT_FUNCTION_ROLES } from "../payments/purpose.js";
import { assignFunctions, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

/** Where the purpose-bound money of a currency is to stand. */
export interface PurposeToOpen extends CentralBank {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** Under the same authority. */
  readonly currency: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: Readonly<Record<"MerchantDirectory" | "PurposeBoundMoney", string>>;
}

/** The two contracts of purpose-bound money. */
export interface PurposeContracts {
  readonly merchants: MerchantDirectory;
  readonly purpose: PurposeBoundMoney;
}

/** Deploys the merchant directory of a currency and its purpose-bound money, and assigns the directory's functions. */
export async function openPurpose({ deployer, currency, initCode, ...bank }: PurposeToOpen): Promise<PurposeContracts> {
  const merchants = await deployContract(MerchantDirectory__factory, deployer, initCode?.MerchantDirectory, currency);
  const purpose = await deployContract(PurposeBoundMoney__factory, deployer, initCode?.PurposeBoundMoney, merchants);
  await governMerchants(bank, merchants);
  return { merchants, purpose };
}

/**
 * Lets the halting officer of the authority bar merchants, which waits for no delay, and the resuming officer lift a bar.
 * @param bank its admin holds the admin role without a delay, else schedule the same calls.
 */
export async function governMerchants(bank: CentralBank, merchants: MerchantDirectory): Promise<void> {
  await assignFunctions(bank, merchants, MERCHANT_FUNCTION_ROLES);
}
