import type { Signer } from "ethers";
import { Bond__factory, type Bond } from "../../types/ethers-contracts/index.js";
import type { BondTerms, Coupon } from "../bonds.js";
import type { Deployment } from "../deployment.js";
import { POWERS, ROLES, functionsByRole } from "../roles.js";
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

/**
 * Puts a bond under the platform's roles, and lets the contract that pays corporate actions redeem its units.
 * @param admin holds the authority's admin role without a delay, else schedule the same call.
 * @param governor holds the authority's governor role.
 * @param mandate hash of the legal basis on which corporate actions are paid.
 */
export async function governBond(
  { corporateActions, hongkong: { authority } }: Deployment,
  bond: Bond,
  { admin, governor, mandate }: { readonly admin: Signer; readonly governor: Signer; readonly mandate: string },
): Promise<void> {
  const target = await bond.getAddress();
  const calls = functionsByRole("bond").map(([role, names]) =>
    authority.interface.encodeFunctionData("setTargetFunctionRole", [target, selectorsOf("bond", names), ROLES[role]]),
  );
  const assigned = await authority.connect(admin).multicall(calls);
  await assigned.wait();
  const appointed = await bond.connect(governor).appoint(corporateActions, POWERS.issuer, mandate);
  await appointed.wait();
}
