import type { AddressLike, Signer } from "ethers";
import { Rental__factory, type Rental } from "../../types/ethers-contracts/index.js";
import { RENTAL_FUNCTION_ROLES } from "../projects/rental.js";
import { assignFunctions, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

/** Where dwellings are to be let for a currency. */
export interface RentalToOpen extends CentralBank {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** Under the same authority. */
  readonly currency: AddressLike;
  readonly engine: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: string;
}

/** Deploys the rental contract of a currency and lets its governor admit attestors of titles. */
export async function openRental({ deployer, currency, engine, initCode, ...bank }: RentalToOpen): Promise<Rental> {
  const rental = await deployContract(Rental__factory, deployer, initCode, currency, engine);
  await governRental(bank, rental);
  return rental;
}

/**
 * Lets the governor of the authority admit attestors of titles.
 * @param bank its admin holds the admin role without a delay, else schedule the same call.
 */
export async function governRental(bank: CentralBank, rental: Rental): Promise<void> {
  await assignFunctions(bank, rental, RENTAL_FUNCTION_ROLES);
}
