import type { AddressLike, Signer } from "ethers";
import {
  FundDealing__factory,
  FundUnits__factory,
  type FundDealing,
  type FundUnits,
} from "../../types/ethers-contracts/index.js";
import { FUND_DEALING_FUNCTION_ROLES, FUND_UNITS_FUNCTION_ROLES } from "../markets/fund.js";
import { POWERS } from "../roles.js";
import { assignFunctions, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

/** A fund's two contracts. */
export interface Fund {
  readonly units: FundUnits;
  readonly dealing: FundDealing;
}

/** A fund that is to be dealt. */
export interface FundToOpen extends CentralBank {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** Holds the authority's governor role. */
  readonly governor: Signer;
  readonly currency: AddressLike;
  /** 12 bytes. */
  readonly isin: string;
  readonly name: string;
  readonly symbol: string;
  /** Terms as `FundDealing` takes them, but for the units. */
  readonly terms: {
    readonly transfers: AddressLike;
    readonly cash: AddressLike;
    readonly account: AddressLike;
    readonly cutOff: bigint;
    readonly weekdays: bigint;
    readonly patience: bigint;
    readonly navBand: bigint;
    readonly firstNav: bigint;
  };
  readonly administrator: AddressLike;
  /** Hash of the fund's mandate to its dealing contract. */
  readonly mandate: string;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: Readonly<Record<keyof Fund, string>>;
}

/** Deploys a fund's units and dealing, governs them, and lets the dealing contract issue and redeem units. */
export async function openFund(fund: FundToOpen): Promise<Fund> {
  const { deployer, currency, isin, name, symbol, terms, administrator, initCode } = fund;
  const units = await deployContract(FundUnits__factory, deployer, initCode?.units, isin, name, symbol, currency);
  const all = { ...terms, units };
  const dealing = await deployContract(FundDealing__factory, deployer, initCode?.dealing, all, administrator);
  await governFund(fund, { units, dealing });
  return { units, dealing };
}

/**
 * Puts a fund under the authority's roles and appoints its dealing contract issuer of its units.
 * @param fund its admin holds the admin role without a delay, else schedule the same calls.
 */
export async function governFund(
  fund: CentralBank & Pick<FundToOpen, "governor" | "mandate">,
  { units, dealing }: Fund,
): Promise<void> {
  await assignFunctions(fund, units, FUND_UNITS_FUNCTION_ROLES);
  await assignFunctions(fund, dealing, FUND_DEALING_FUNCTION_ROLES);
  const appointed = await units.connect(fund.governor).appoint(dealing, POWERS.issuer, fund.mandate);
  await appointed.wait();
}
