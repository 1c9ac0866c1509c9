import { ZeroHash } from "ethers";
import { BRIDGE_FUNCTION_ROLES } from "../../../sdk/bridge.js";
import type { OpenJurisdiction, Suite } from "../../../sdk/deploy/suite.js";
import { ROLES, type Role } from "../../../sdk/roles.js";
import type { Bond, CentralBankCouncil, ForeignExchange } from "../../../types/ethers-contracts/index.js";
import { TIMING } from "../bridge.js";
import type { Chain } from "../chain.js";

/** The bridge's contracts on a stage. */
export interface BridgeContracts {
  readonly council: CentralBankCouncil;
  readonly exchange: ForeignExchange;
}

/**
 * Both central banks' admins found a council; the bond stands in for a second currency of Hong Kong, so that the
 * stage's holder and operating institution have both.
 */
export async function openBridge(
  { ethers }: Chain,
  { mainland, hongkong, engine }: Suite,
  bond: Bond,
): Promise<BridgeContracts> {
  const founders = [hongkong.offices.admin.address, mainland.offices.admin.address];
  const [issuer, neighbour] = founders;
  const currencies = [
    { currency: await hongkong.currency.getAddress(), issuer },
    { currency: await bond.getAddress(), issuer },
    { currency: await mainland.currency.getAddress(), issuer: neighbour },
  ];
  const council = await ethers.deployContract("CentralBankCouncil", [founders, currencies, ZeroHash, TIMING]);
  const gate = await ethers.deployContract("BridgeGate");
  const exchange = await ethers.deployContract("ForeignExchange", [engine, council, gate, TIMING.votingPeriod]);
  for (const [target, roles] of [
    [council, BRIDGE_FUNCTION_ROLES.council],
    [exchange, BRIDGE_FUNCTION_ROLES.exchange],
  ] as const) {
    await assign(hongkong, target, roles);
  }
  return { council, exchange };
}

async function assign(
  { authority, offices }: OpenJurisdiction,
  target: CentralBankCouncil | ForeignExchange,
  roles: Readonly<Partial<Record<Role, readonly string[]>>>,
): Promise<void> {
  for (const [role, names] of Object.entries(roles) as [Role, readonly string[]][]) {
    const selectors = names.map((name) => target.getFunction(name).fragment.selector);
    await authority.connect(offices.admin).setTargetFunctionRole(target, selectors, ROLES[role]);
  }
}
