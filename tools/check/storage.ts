import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { keccak256, toBeHex, toUtf8Bytes } from "ethers";
import { builds, deployableArtifacts, PROJECT, type Build, type BuildInfo } from "../lib/artifacts.js";
import { files } from "../lib/files.js";

/** Entries in storage order, by contract, namespaced struct, or struct that either of them uses. */
export type Layouts = Readonly<Record<string, readonly string[]>>;

interface Entry {
  readonly label: string;
  readonly offset: number;
  readonly slot: string;
  readonly type: string;
}

interface TypeInfo {
  readonly label: string;
  readonly numberOfBytes: string;
  readonly members?: readonly Entry[];
}

interface StorageLayout {
  readonly storage: readonly Entry[];
  readonly types: Readonly<Record<string, TypeInfo>> | null;
}

/** The compiler of the npm package `solc`, as far as it is used here. */
const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
const NAMESPACED = /@custom:storage-location\s+(erc7201:\S+)[^{]*?struct\s+(\w+)\s*\{/g;

function describe(entry: Entry, types: Readonly<Record<string, TypeInfo>>): string {
  const type = types[entry.type];
  return `slot ${entry.slot} + ${entry.offset}: ${type?.label ?? entry.type} ${entry.label} (${type?.numberOfBytes ?? "?"} bytes)`;
}

/** The layout itself, and that of every struct in it. */
function normalise(name: string, { storage, types }: StorageLayout): Record<string, string[]> {
  const known = types ?? {};
  const layouts: Record<string, string[]> = { [name]: storage.map((entry) => describe(entry, known)) };
  for (const { label, members } of Object.values(known)) {
    if (members !== undefined) layouts[label] = members.map((entry) => describe(entry, known));
  }
  return layouts;
}

/** Slot of an ERC-7201 namespace. */
function namespaceSlot(namespace: string): string {
  const inner = BigInt(keccak256(toUtf8Bytes(namespace))) - 1n;
  return toBeHex((BigInt(keccak256(toBeHex(inner, 32))) >> 8n) << 8n, 32);
}

/** Namespaces whose slot does not stand in the source that claims them. */
export function slotFaults(): string[] {
  const faults = new Set<string>();
  for (const file of files("contracts", ".sol")) {
    const text = readFileSync(file, "utf8");
    for (const [, namespace = ""] of text.matchAll(NAMESPACED)) {
      const slot = namespaceSlot(namespace.replace("erc7201:", ""));
      if (!text.includes(slot)) faults.add(`${file}: the slot of ${namespace} is ${slot}`);
    }
  }
  return [...faults];
}

/** ERC-7201 structs are reached by assembly, so solc lists them only when a contract has one as a variable. */
function namespacedLayouts({ input }: BuildInfo): Record<string, string[]> {
  const harness: string[] = [];
  const names = new Map<string, string>();
  for (const [source, { content }] of Object.entries(input.sources)) {
    if (!source.startsWith(`${PROJECT}contracts/`)) continue;
    for (const [, namespace = "", struct = ""] of content.matchAll(NAMESPACED)) {
      const before = content.slice(0, content.indexOf(`struct ${struct}`));
      const owner = [...before.matchAll(/^(?:abstract\s+)?(?:contract|library)\s+(\w+)/gm)].at(-1)?.[1];
      if (owner === undefined) throw new Error(`${source}: ${struct} has to stand inside a contract or library`);
      const index = names.size;
      names.set(`Layout${index}`, namespace);
      harness.push(`import {${owner} as Owner${index}} from "${source}";`);
      harness.push(`contract Layout${index} { Owner${index}.${struct} private _struct; }`);
    }
  }
  if (names.size === 0) return {};
  const file = `${PROJECT}layout-harness.sol`;
  const output = JSON.parse(
    solc.compile(
      JSON.stringify({
        ...input,
        sources: { ...input.sources, [file]: { content: `pragma solidity 0.8.37;\n${harness.join("\n")}\n` } },
        settings: { ...input.settings, outputSelection: { [file]: { "*": ["storageLayout"] } } },
      }),
    ),
  ) as Build["output"];
  const failure = output.errors?.find(({ severity }) => severity === "error");
  if (failure !== undefined) throw new Error(`storage layout: ${failure.formattedMessage ?? failure.message}`);
  const layouts: Record<string, string[]> = {};
  for (const [contract, { storageLayout }] of Object.entries(output.contracts[file] ?? {})) {
    const { storage, types } = storageLayout as StorageLayout;
    const root = types?.[storage[0]?.type ?? ""];
    const name = names.get(contract);
    if (root?.members === undefined || name === undefined) continue;
    const parts = Object.entries(normalise(name, { storage: root.members, types }));
    Object.assign(layouts, Object.fromEntries(parts.filter(([part]) => part !== root.label)));
  }
  return layouts;
}

/** Code that a proxied contract runs by `delegatecall` on its own storage: both have to see the same variables. */
const RUN_BY: Readonly<Record<string, string>> = {
  CurrencyOffice: "DigitalCurrency",
  RetailOffice: "ECNY",
  BridgeOffice: "BridgeCurrency",
};

/** Contracts whose variables are not those of the contract that runs them. */
export function delegateFaults(layouts: Layouts): string[] {
  return Object.entries(RUN_BY).flatMap(([delegate, runner]) => {
    const [own, runs] = [layouts[delegate], layouts[runner]];
    const same = own !== undefined && JSON.stringify(own) === JSON.stringify(runs);
    return same ? [] : [`${delegate} does not see the variables of ${runner}`];
  });
}

/** Layouts of everything that sits behind a proxy, and of what is run there. */
export function currentLayouts(): Layouts {
  const upgradeable = deployableArtifacts().filter(
    ({ abi, contractName }) => contractName in RUN_BY || abi.some(({ name }) => name === "proxiableUUID"),
  );
  const layouts: Record<string, readonly string[]> = {};
  for (const { info, output } of builds()) {
    const built = upgradeable.filter(({ buildInfoId }) => buildInfoId === info.id);
    if (built.length === 0) continue;
    for (const { contractName, sourceName } of built) {
      const layout = output.contracts[PROJECT + sourceName]?.[contractName]?.storageLayout;
      if (layout === undefined) throw new Error(`${contractName} was compiled without its storage layout`);
      Object.assign(layouts, normalise(contractName, layout as StorageLayout));
    }
    Object.assign(layouts, namespacedLayouts(info));
  }
  return Object.fromEntries(Object.entries(layouts).sort(([a], [b]) => a.localeCompare(b)));
}
