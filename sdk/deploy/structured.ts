import type { AddressLike, Signer } from "ethers";
import {
  BondMeetings__factory,
  Fixings__factory,
  HolderOffers__factory,
  StructuredActions__factory,
  StructuredBond__factory,
  type BondMeetings,
  type Fixings,
  type HolderOffers,
  type StructuredActions,
  type StructuredBond,
} from "../../types/ethers-contracts/index.js";
import type { BondTerms, Coupon } from "../bonds.js";
import { FIXING_FUNCTION_ROLES, type BondStructureTerms } from "../structured.js";
import { assignFunctions, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

type Service = "Fixings" | "StructuredActions" | "HolderOffers" | "BondMeetings";

/** Where what structured bonds need beside the asset register is to stand. */
export interface BondServicesToOpen extends CentralBank {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** The asset register. */
  readonly register: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: Readonly<Record<Service, string>>;
}

/** What structured bonds need: published fixings, and who pays, takes units back, and counts votes. */
export interface BondServices {
  readonly fixings: Fixings;
  readonly actions: StructuredActions;
  readonly offers: HolderOffers;
  readonly meetings: BondMeetings;
}

/** Deploys what structured bonds need, and lets the governor say who publishes fixings. */
export async function openBondServices({
  deployer,
  register,
  initCode,
  ...bank
}: BondServicesToOpen): Promise<BondServices> {
  const fixings = await deployContract(Fixings__factory, deployer, initCode?.Fixings, bank.authority);
  await governFixings(bank, fixings);
  return {
    fixings,
    actions: await deployContract(StructuredActions__factory, deployer, initCode?.StructuredActions, register),
    offers: await deployContract(HolderOffers__factory, deployer, initCode?.HolderOffers, register),
    meetings: await deployContract(BondMeetings__factory, deployer, initCode?.BondMeetings, register),
  };
}

/**
 * Lets the governor name who publishes an index.
 * @param bank its admin holds the admin role without a delay, else schedule the same call.
 */
export async function governFixings(bank: CentralBank, fixings: Fixings): Promise<void> {
  await assignFunctions(bank, fixings, FIXING_FUNCTION_ROLES);
}

/** What a structured bond is made of. */
export interface StructuredBondToDeploy {
  readonly terms: BondTerms;
  readonly coupons: readonly Coupon[];
  readonly structure: BondStructureTerms;
}

/**
 * Deploys a structured bond, which makes its own structure. It is not governed, announced or issued yet: it is a bond
 * like any other to `governBond`, with {@link BondServices.actions} as the contract that pays.
 * @param deployer pays for the transaction and gets no right.
 * @param initCode the package's own unless another is given: instrumented for coverage, say.
 */
export async function deployStructuredBond(
  platform: { readonly assets: AddressLike; readonly authority: AddressLike },
  deployer: Signer,
  { terms, coupons, structure }: StructuredBondToDeploy,
  initCode?: string,
): Promise<StructuredBond> {
  const { instalments, calls, puts, ...rest } = structure;
  return deployContract(
    StructuredBond__factory,
    deployer,
    initCode,
    terms,
    [...coupons],
    { ...rest, instalments: [...instalments], calls: [...calls], puts: [...puts] },
    platform.assets,
    platform.authority,
  );
}
