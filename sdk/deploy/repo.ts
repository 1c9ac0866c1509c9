import type { AddressLike, Signer } from "ethers";
import {
  PriceFixings__factory,
  Repo__factory,
  type PriceFixings,
  type Repo,
} from "../../types/ethers-contracts/index.js";
import { deployContract } from "./contract.js";

/** Where repos are to be kept. Neither contract has an owner or a role. */
export interface RepoToOpen {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  readonly engine: AddressLike;
  /** Whose bonds may be sold. */
  readonly register: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: Readonly<Record<"PriceFixings" | "Repo", string>>;
}

/** The two contracts of the repo market. */
export interface RepoContracts {
  readonly fixings: PriceFixings;
  readonly repo: Repo;
}

/** Deploys the fixings of valuation agents, and the repos that are marked to them. */
export async function openRepo({ deployer, engine, register, initCode }: RepoToOpen): Promise<RepoContracts> {
  const fixings = await deployContract(PriceFixings__factory, deployer, initCode?.PriceFixings);
  const repo = await deployContract(Repo__factory, deployer, initCode?.Repo, engine, register, fixings);
  return { fixings, repo };
}
