import type { AddressLike, Signer } from "ethers";
import { Collateral__factory, type Collateral } from "../../types/ethers-contracts/index.js";
import { deployContract } from "./contract.js";

/** Where pledges are to be registered. The contract has no owner and no role. */
export interface CollateralToOpen {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  readonly engine: AddressLike;
  /** Whose bonds may be pledged. */
  readonly register: AddressLike;
  /** See `openRepo`. */
  readonly fixings: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: string;
}

/** Deploys the register of pledges. */
export function openCollateral({
  deployer,
  engine,
  register,
  fixings,
  initCode,
}: CollateralToOpen): Promise<Collateral> {
  return deployContract(Collateral__factory, deployer, initCode, engine, register, fixings);
}
