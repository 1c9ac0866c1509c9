import type { AddressLike, Signer } from "ethers";
import { BondAuction__factory, type BondAuction } from "../../types/ethers-contracts/index.js";
import { deployContract } from "./contract.js";

/** Where assets are to be auctioned. */
export interface AuctionsToOpen {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** Settlement engine of the platform. */
  readonly engine: AddressLike;
  /** Register whose assets are auctioned. */
  readonly assets: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: string;
}

/** Deploys the auction contract of a platform. It has no office, so nothing is left to assign. */
export function openAuctions({ deployer, engine, assets, initCode }: AuctionsToOpen): Promise<BondAuction> {
  return deployContract(BondAuction__factory, deployer, initCode, engine, assets);
}
