import type { AddressLike, Signer } from "ethers";
import {
  Materials__factory,
  ProjectFunds__factory,
  ProjectWorks__factory,
  Wages__factory,
  type Materials,
  type ProjectFunds,
  type ProjectWorks,
  type Wages,
} from "../../types/ethers-contracts/index.js";
import { deployContract } from "./contract.js";

/** Where the project platform of a currency is to stand. */
export interface ProjectsToOpen {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  readonly currency: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: Readonly<Record<"ProjectWorks" | "ProjectFunds" | "Wages" | "Materials", string>>;
}

/** The contracts of the project platform. */
export interface ProjectContracts {
  readonly works: ProjectWorks;
  readonly funds: ProjectFunds;
  readonly wages: Wages;
  readonly materials: Materials;
}

/** Deploys the project platform of a currency. None of its contracts has an office. */
export async function openProjects({ deployer, currency, initCode }: ProjectsToOpen): Promise<ProjectContracts> {
  const works = await deployContract(ProjectWorks__factory, deployer, initCode?.ProjectWorks);
  const funds = await deployContract(ProjectFunds__factory, deployer, initCode?.ProjectFunds, currency, works);
  const wages = await deployContract(Wages__factory, deployer, initCode?.Wages, funds);
  const materials = await deployContract(Materials__factory, deployer, initCode?.Materials, funds);
  return { works, funds, wages, materials };
}
