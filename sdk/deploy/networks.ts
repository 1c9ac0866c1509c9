import { join } from "node:path";
import type { NetworkConnection } from "hardhat/types/network";
import { UserError } from "../errors.js";
import { DEVELOPMENT_PARAMETERS, parametersFile } from "./parameters.js";

/** Where the files of a network's deployment are. */
export interface DeploymentFiles {
  readonly parameters: string;
  /** None on a chain that ends with the process. */
  readonly journal?: string;
  /** None on a chain that ends with the process. */
  readonly addressBook?: string;
}

/**
 * The files of a connection's network. The environment variable `PARAMETERS` names another parameters file.
 * @param root the project's folder.
 */
export function deploymentFiles(
  connection: Pick<NetworkConnection, "networkName" | "networkConfig">,
  root = process.cwd(),
): DeploymentFiles {
  const { networkName, networkConfig } = connection;
  const isDevelopment = networkConfig.type === "edr-simulated" || ["localhost", "anvil"].includes(networkName);
  const parameters =
    process.env["PARAMETERS"] ?? (isDevelopment ? DEVELOPMENT_PARAMETERS : parametersFile(networkName));
  if (networkConfig.type === "edr-simulated") return { parameters };
  return {
    parameters,
    journal: join(root, "ignition", "deployments", networkName),
    addressBook: addressBookFile(networkName, root),
  };
}

/** The address book of a network. */
export function addressBookFile(network: string, root = process.cwd()): string {
  return join(root, "deployments", `${network}.json`);
}

/**
 * Makes sure a node answers, so that everything that follows is not about that.
 * @throws UserError when none does.
 */
export async function requireNode({
  provider,
  networkName,
  networkConfig,
}: Pick<NetworkConnection, "provider" | "networkName" | "networkConfig">): Promise<void> {
  try {
    await provider.request({ method: "eth_chainId" });
  } catch {
    const url = networkConfig.type === "http" ? await networkConfig.url.getUrl() : "the network";
    throw new UserError(
      `No node answers at ${url} (network ${networkName}); start one, for example with \`npx hardhat node\`, and run again.`,
    );
  }
}
