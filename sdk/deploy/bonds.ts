import type { AddressLike, Signer } from "ethers";
import { Bond__factory, type Bond } from "../../types/ethers-contracts/index.js";
import type { BondTerms, Coupon } from "../bonds.js";
import type { Deployment } from "../deployment.js";
import { functionsByRole } from "../governed.js";
import { POWERS, ROLES } from "../roles.js";
import { selectorsOf } from "../selectors.js";

/**
 * Deploys a bond of the asset platform. It is not governed, announced or issued yet: see {@link governBond}, and the
 * register's `announce` and `attachToken`.
 * @param deployer pays for the transaction and gets no right.
 */
export async function deployBond(
  { assets, hongkong }: Deployment,
  deployer: Signer,
  terms: BondTerms,
  coupons: readonly Coupon[],
): Promise<Bond> {
  const bond = await new Bond__factory(deployer).deploy(terms, [...coupons], assets, hongkong.authority);
  return bond.waitForDeployment();
}

/** Where a bond is governed: under the platform's authority, paid by one contract for corporate actions. */
export interface BondPlatform {
  readonly corporateActions: AddressLike;
  readonly hongkong: Pick<Deployment["hongkong"], "authority">;
}

/** Who governs a bond, and on what basis; see {@link governBond}. */
export interface BondOffices {
  readonly admin: Signer;
  readonly governor: Signer;
  readonly enforcer: AddressLike;
  readonly mandates: { readonly payment: string; readonly enforcement: string };
}

/**
 * Puts a bond under the platform's roles, lets the contract that pays corporate actions redeem its units, and gives the
 * enforcer its power over the units.
 * @param admin holds the authority's admin role without a delay, else schedule the same call.
 * @param governor holds the authority's governor role.
 * @param enforcer executes lawful orders against holders.
 * @param mandates hashes of the legal bases on which corporate actions are paid and orders executed.
 */
export async function governBond(
  { corporateActions, hongkong: { authority } }: BondPlatform,
  bond: Bond,
  { admin, governor, enforcer, mandates }: BondOffices,
): Promise<void> {
  const target = await bond.getAddress();
  const calls = functionsByRole("bond").map(([role, names]) =>
    authority.interface.encodeFunctionData("setTargetFunctionRole", [target, selectorsOf("bond", names), ROLES[role]]),
  );
  const assigned = await authority.connect(admin).multicall(calls);
  await assigned.wait();
  for (const [account, power, mandate] of [
    [corporateActions, POWERS.issuer, mandates.payment],
    [enforcer, POWERS.enforcer, mandates.enforcement],
  ] as const) {
    const appointed = await bond.connect(governor).appoint(account, power, mandate);
    await appointed.wait();
  }
}
