import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import {
  DeploymentResultType,
  deploy,
  type Artifact,
  type ArtifactResolver,
  type BuildInfo,
  type DeploymentResult,
  type EIP1193Provider,
  type IgnitionModule,
  type SuccessfulDeploymentResult,
} from "@nomicfoundation/ignition-core";
import { getAddress, type Interface } from "ethers";
import { artifacts } from "hardhat";
import { GOVERNED, type GovernedKind } from "../governed.js";
import { UserError } from "../errors.js";
import { interfaceOf } from "../selectors.js";

/** The functions that the modules call. */
const CALLED = new Set([
  "admitVenue",
  "appoint",
  "execute",
  "initialize",
  "listCurrency",
  "multicall",
  "openCorridor",
  "renounceRole",
  "setTargetFunctionRole",
]);

/**
 * Ignition reads an artifact and parses its whole ABI several times at each step, which would be most of the time that
 * a deployment takes: an artifact is read once, and has only the constructor and what the modules call. Errors
 * are named by {@link named}, also those of contracts that an authority calls, which Ignition could not name.
 */
class LeanArtifacts implements ArtifactResolver {
  readonly #read = new HardhatArtifactResolver(artifacts);
  readonly #artifacts = new Map<string, Promise<Artifact>>();
  readonly #buildInfos = new Map<string, Promise<BuildInfo | undefined>>();

  loadArtifact(name: string): Promise<Artifact> {
    const known = this.#artifacts.get(name) ?? this.#read.loadArtifact(name).then(lean);
    this.#artifacts.set(name, known);
    return known;
  }

  getBuildInfo(name: string): Promise<BuildInfo | undefined> {
    const known = this.#buildInfos.get(name) ?? this.#read.getBuildInfo(name);
    this.#buildInfos.set(name, known);
    return known;
  }
}

function lean(artifact: Artifact): Artifact {
  const abi = artifact.abi as readonly { readonly type: string; readonly name?: string }[];
  const isUsed = ({ type, name = "" }: (typeof abi)[number]): boolean =>
    type === "constructor" || (type === "function" && CALLED.has(name));
  return { ...artifact, abi: abi.filter(isUsed) };
}

const ARTIFACTS = new LeanArtifacts();

/** How to apply a module. */
export interface IgniteOptions {
  readonly provider: EIP1193Provider;
  readonly module: IgnitionModule;
  /** Blocks a transaction must be under before the next step relies on it. */
  readonly requiredConfirmations: number;
  /** Folder of the journal; none keeps it in memory. */
  readonly journal?: string;
  /** Milliseconds between two looks for a block. */
  readonly pollingInterval?: number;
  /** What the address book calls the network. */
  readonly network: string;
}

/** What an address book says of itself. */
export interface BookHead {
  readonly version: 1;
  readonly network: string;
  readonly chainId: number;
  readonly deployer: string;
  /** Block of the first transaction of the deployment: where reading events begins. */
  readonly firstBlock: number;
}

/** A module that has been applied. */
export interface Applied {
  readonly head: BookHead;
  /** Address of the contract that a step deployed or named. */
  readonly at: (step: string) => string;
}

/**
 * Applies a module, or what a journal says is left of it, through Ignition.
 * @throws UserError that names each step that failed.
 */
export async function ignite({
  provider,
  module,
  requiredConfirmations,
  journal,
  pollingInterval,
  network,
}: IgniteOptions): Promise<Applied> {
  const accounts = (await provider.request({ method: "eth_accounts" })) as string[];
  const deployer = accounts[0] === undefined ? undefined : getAddress(accounts[0]);
  if (deployer === undefined) {
    throw new UserError(`The network ${network} has no account to deploy from; give it a key and run again.`);
  }
  const chainId = Number(await provider.request({ method: "eth_chainId" }));
  const firstBlock = Number(await provider.request({ method: "eth_blockNumber" }));
  const result = await deploy({
    artifactResolver: ARTIFACTS,
    provider,
    ignitionModule: module,
    deploymentParameters: {},
    accounts,
    defaultSender: deployer,
    ...(journal === undefined ? {} : { deploymentDir: journal }),
    // given here, because what is configured for the command line does not reach this function
    config: {
      requiredConfirmations,
      ...(pollingInterval === undefined ? {} : { blockPollingInterval: pollingInterval }),
    },
  });
  const { contracts } = requireSuccess(result);
  return {
    head: { version: 1, network, chainId, deployer, firstBlock },
    at(step) {
      const found = contracts[step];
      if (found === undefined) throw new RangeError(`the deployment has no contract ${step}`);
      return found.address;
    },
  };
}

function requireSuccess(result: DeploymentResult): SuccessfulDeploymentResult {
  if (result.type === DeploymentResultType.SUCCESSFUL_DEPLOYMENT) return result;
  throw new UserError(
    `The deployment stopped: ${named(failureOf(result))}; correct the cause and run again, it resumes.`,
  );
}

/** Puts the names of custom errors in the place of their selectors. */
function named(text: string): string {
  const kinds = Object.keys(GOVERNED) as GovernedKind[];
  const interfaces: readonly Interface[] = [interfaceOf("authority"), ...kinds.map((kind) => interfaceOf(kind))];
  return text.replaceAll(/unknown custom error \(signature (0x[0-9a-f]{8})\)/g, (whole, selector: string) => {
    const found = interfaces.map((entry) => entry.getError(selector)).find((entry) => entry !== null);
    return found === undefined ? whole : `custom error ${found.format("sighash")}`;
  });
}

function failureOf(result: Exclude<DeploymentResult, SuccessfulDeploymentResult>): string {
  switch (result.type) {
    case DeploymentResultType.VALIDATION_ERROR:
    case DeploymentResultType.RECONCILIATION_ERROR:
      return Object.entries(result.errors)
        .map(([step, errors]) => `${step}: ${errors.join(", ")}`)
        .join("; ");
    case DeploymentResultType.EXECUTION_ERROR:
      return [
        ...result.failed.map(({ futureId, error }) => `${futureId} failed (${error})`),
        ...result.timedOut.map(({ futureId }) => `${futureId} was not mined in time`),
        ...result.held.map(({ futureId, reason }) => `${futureId} waits (${reason})`),
      ].join("; ");
    case DeploymentResultType.PREVIOUS_RUN_ERROR:
      return Object.entries(result.errors)
        .map(([step, errors]) => `${step} failed in an earlier run (${errors.join(", ")})`)
        .join("; ");
  }
}
