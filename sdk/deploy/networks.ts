import { join } from "node:path";
import type { NetworkConnection } from "hardhat/types/network";
import { UserError } from "../errors.js";
import { domainOf, type DomainName } from "./domains.js";
import { parametersFile } from "./parameters.js";

/** Where the files of a network's deployment are. */
export interface DeploymentFiles {
  readonly parameters: string;
  /** None on a chain that ends with the process. */
  readonly journal?: string;
  /** None on a chain that ends with the process. */
  readonly addressBook?: string;
}

/**
 * The files of a domain on a connection's network. The environment variable `PARAMETERS` names another parameters file.
 * @param root the project's folder.
 */
export function deploymentFiles(
  connection: Pick<NetworkConnection, "networkName" | "networkConfig">,
  domain: DomainName = "suite",
  root = process.cwd(),
): DeploymentFiles {
  const { suffix, development } = domainOf(domain);
  const { networkName, networkConfig } = connection;
  const isDevelopment = networkConfig.type === "edr-simulated" || ["localhost", "anvil"].includes(networkName);
  const parameters =
    process.env["PARAMETERS"] ?? (isDevelopment ? development : parametersFile(named(networkName, ".", suffix)));
  if (networkConfig.type === "edr-simulated") return { parameters };
  return {
    parameters,
    journal: join(root, "ignition", "deployments", named(networkName, "-", suffix)),
    addressBook: addressBookFile(named(networkName, ".", suffix), root),
  };
}

function named(network: string, separator: string, suffix: string): string {
  return suffix === "" ? network : `${network}${separator}${suffix}`;
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
