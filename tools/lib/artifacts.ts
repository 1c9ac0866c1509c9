import { existsSync, readFileSync } from "node:fs";
import type { JsonFragment } from "ethers";
import { files } from "./files.js";
import { readJson } from "./json.js";

export interface Artifact {
  readonly contractName: string;
  /** Path of the source in the project, `contracts/…`. */
  readonly sourceName: string;
  readonly abi: readonly JsonFragment[];
  /** Init code; "0x" for interfaces and abstract contracts. */
  readonly bytecode: string;
  readonly deployedBytecode: string;
  readonly buildInfoId: string;
}

export interface BuildInfo {
  readonly id: string;
  readonly solcVersion: string;
  readonly solcLongVersion: string;
  readonly userSourceNameMap: Readonly<Record<string, string>>;
  readonly input: {
    readonly language: string;
    readonly sources: Readonly<Record<string, { readonly content: string }>>;
    readonly settings: Readonly<Record<string, unknown>>;
  };
}

export interface Diagnostic {
  readonly severity: string;
  readonly errorCode?: string;
  readonly message: string;
  readonly formattedMessage?: string;
  readonly sourceLocation?: { readonly file: string };
}

export interface CompilerOutput {
  readonly errors?: readonly Diagnostic[];
  readonly contracts: Readonly<Record<string, Readonly<Record<string, { readonly storageLayout?: unknown }>>>>;
  readonly sources: Readonly<Record<string, unknown>>;
}

export interface Build {
  readonly info: BuildInfo;
  readonly output: CompilerOutput;
}

/** Prefix that Hardhat gives the project's own sources in build infos. */
export const PROJECT = "project/";
const MOCKS = "contracts/mocks/";

/** Every contract, interface and library of `contracts/` but the mocks. */
export function projectArtifacts(): Artifact[] {
  if (!existsSync("artifacts/contracts")) throw new Error("nothing is compiled yet: run `npm run build` first");
  return files("artifacts/contracts", ".json")
    .map((file) => readJson<Artifact>(file))
    .filter((artifact) => artifact !== undefined)
    .filter((artifact) => !artifact.sourceName.startsWith(MOCKS))
    .sort((a, b) => a.contractName.localeCompare(b.contractName));
}

/** Those that can be deployed. */
export function deployableArtifacts(): Artifact[] {
  return projectArtifacts().filter((artifact) => artifact.bytecode !== "0x");
}

/** Each compilation's input and output, which Hardhat keeps in two files. */
export function builds(): Build[] {
  return files("artifacts/build-info", ".json")
    .filter((file) => !file.endsWith(".output.json"))
    .map((file) => {
      const info = readJson<BuildInfo>(file);
      const output = readJson<{ output: CompilerOutput }>(file.replace(/\.json$/, ".output.json"));
      if (info === undefined || output === undefined) throw new Error(`${file} has no output: run \`npm run build\``);
      return { info, output: output.output };
    });
}

/** Whether the compilation saw the project's sources as they are now; after partial builds an older one may not have. */
export function isCurrent({ info }: Build): boolean {
  return Object.entries(info.input.sources).every(([name, { content }]) => {
    const file = name.slice(PROJECT.length);
    return !name.startsWith(PROJECT) || (existsSync(file) && readFileSync(file, "utf8") === content);
  });
}
