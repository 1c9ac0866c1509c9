import { Interface } from "ethers";
import { deployableArtifacts, projectArtifacts, type Artifact } from "../lib/artifacts.js";
import { list, noFaults, type Check, type Result } from "./check.js";

/** EIP-170 and EIP-3860. */
const RUNTIME_LIMIT = 24_576;
const INIT_LIMIT = 49_152;

function bytes(hex: string): number {
  return (hex.length - 2) / 2;
}

function sizeOf(name: string, limit: number, code: (artifact: Artifact) => string): Result {
  const sizes = deployableArtifacts()
    .map((artifact) => ({ contract: artifact.contractName, size: bytes(code(artifact)) }))
    .sort((a, b) => b.size - a.size);
  const largest = sizes[0];
  const over = sizes.filter(({ size }) => size > limit);
  return {
    name,
    ok: over.length === 0,
    figure: largest === undefined ? "none" : `${largest.size} bytes (${largest.contract})`,
    limit: `${limit} bytes`,
    detail: list(over.map(({ contract, size }) => `${contract} ${size}`)),
  };
}

/** Functions, errors and events, without what they may read or write: an implementation may promise more. */
function signatures(artifacts: readonly Artifact[]): Set<string> {
  const named = artifacts
    .flatMap(({ abi }) => new Interface(abi).fragments)
    .filter(({ type }) => type === "function" || type === "error" || type === "event");
  return new Set(named.map((fragment) => `${fragment.type} ${fragment.format("sighash")}`));
}

/** Where a contract sends what it has no function for. */
const FORWARDS_TO: Readonly<Record<string, string>> = {
  DigitalCurrency: "CurrencyOffice",
  RetailCurrency: "RetailOffice",
  BridgeCurrency: "BridgeOffice",
};

/** What the interface promises and the contract of the same name beside it does not have. */
function drift(): Result {
  const artifacts = projectArtifacts();
  const faults: string[] = [];
  let pairs = 0;
  for (const promised of artifacts.filter(({ contractName }) => /^I[A-Z]/.test(contractName))) {
    const name = promised.contractName.slice(1);
    const folder = promised.sourceName.slice(0, promised.sourceName.lastIndexOf("/"));
    const kept = artifacts.find(
      ({ contractName, sourceName }) => contractName === name && sourceName === `${folder}/${name}.sol`,
    );
    if (kept === undefined) continue;
    pairs++;
    const forwarded = artifacts.find(({ contractName }) => contractName === FORWARDS_TO[name]);
    const has = signatures([kept, ...(forwarded === undefined ? [] : [forwarded])]);
    faults.push(
      ...[...signatures([promised])].filter((entry) => !has.has(entry)).map((entry) => `${name} lacks ${entry}`),
    );
  }
  return { ...noFaults("interfaces", "", faults), figure: `${pairs} pairs, ${faults.length} gaps`, limit: "0 gaps" };
}

export const contractChecks: readonly Check[] = [
  {
    name: "contract size",
    run: () => [
      sizeOf("runtime size", RUNTIME_LIMIT, ({ deployedBytecode }) => deployedBytecode),
      sizeOf("init size", INIT_LIMIT, ({ bytecode }) => bytecode),
    ],
  },
  { name: "interfaces", run: () => [drift()] },
];
