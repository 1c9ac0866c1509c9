import type { AddressLike, Signer } from "ethers";
import {
  DayEnds__factory,
  InterestBook__factory,
  ReserveFramework__factory,
  type DayEnds,
  type InterestBook,
  type ReserveFramework,
} from "../../types/ethers-contracts/index.js";
import { DEPOSIT_FUNCTION_ROLES } from "../issuance/roles.js";
import { assignFunctions, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

/** The digital-money framework of 2026 of a currency. */
export interface Deposits {
  readonly dayEnds: DayEnds;
  readonly reserves: ReserveFramework;
  readonly interest: InterestBook;
}

/** Where it is to stand. */
export interface DepositsToOpen extends CentralBank {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** Under the same authority. */
  readonly currency: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: Readonly<Record<keyof Deposits, string>>;
}

/** Deploys the three contracts and gives their functions to the authority's offices. */
export async function openDeposits({ deployer, currency, initCode, ...bank }: DepositsToOpen): Promise<Deposits> {
  const dayEnds = await deployContract(DayEnds__factory, deployer, initCode?.dayEnds);
  const reserves = await deployContract(ReserveFramework__factory, deployer, initCode?.reserves, currency, dayEnds);
  const interest = await deployContract(InterestBook__factory, deployer, initCode?.interest, reserves);
  await governDeposits(bank, { reserves, interest });
  return { dayEnds, reserves, interest };
}

/**
 * Gives rates and ratios to the governor and what institutions are and hold to the registrar.
 * @param bank its admin holds the admin role without a delay, else schedule the same calls.
 */
export async function governDeposits(
  bank: CentralBank,
  { reserves, interest }: Pick<Deposits, "reserves" | "interest">,
): Promise<void> {
  await assignFunctions(bank, reserves, DEPOSIT_FUNCTION_ROLES.reserves);
  await assignFunctions(bank, interest, DEPOSIT_FUNCTION_ROLES.interest);
}
