import type { AddressLike, Signer } from "ethers";
import { BookBuilding__factory, type BookBuilding } from "../../types/ethers-contracts/index.js";
import { deployContract } from "./contract.js";

/** Where assets are to be placed by book. */
export interface BooksToOpen {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** Settlement engine of the platform. */
  readonly engine: AddressLike;
  /** Register whose assets are placed. */
  readonly assets: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: string;
}

/** Deploys the book contract of a platform. It has no office, so nothing is left to assign. */
export function openBooks({ deployer, engine, assets, initCode }: BooksToOpen): Promise<BookBuilding> {
  return deployContract(BookBuilding__factory, deployer, initCode, engine, assets);
}
