import type { AddressLike, Signer } from "ethers";
import { Relocation__factory, type Relocation } from "../../types/ethers-contracts/index.js";
import { deployContract } from "./contract.js";

/** Where relocation projects of a currency are to stand. */
export interface RelocationToOpen {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  readonly currency: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: string;
}

/** Deploys the relocation contract of a currency. It has no office: a project's rules name who decides. */
export function openRelocation({ deployer, currency, initCode }: RelocationToOpen): Promise<Relocation> {
  return deployContract(Relocation__factory, deployer, initCode, currency);
}
