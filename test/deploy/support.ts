import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { artifacts, network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import type { AddressBook } from "../../sdk/deployment.js";
import {
  DEVELOPMENT_PARAMETERS,
  planOf,
  readParameters,
  type Parameters,
  type Plan,
} from "../../sdk/deploy/parameters.js";
import { differences, inspect } from "../../sdk/deploy/status.js";

/** A simulated chain of its own. */
export type Chain = NetworkConnection<"l1">;

/** A fresh chain whose accounts are those of the development parameters. */
export function openChain(): Promise<Chain> {
  return network.create({ network: "default", chainType: "l1" });
}

/** The development parameters after `change`. */
export async function changedPlan(change: (parameters: Parameters) => void = () => undefined): Promise<Plan> {
  const parameters = await readParameters(DEVELOPMENT_PARAMETERS);
  change(parameters);
  return planOf(parameters, "test parameters");
}

/** A plan with one bank in each jurisdiction: every kind of step, in little time. */
export function smallPlan(): Promise<Plan> {
  return changedPlan(({ jurisdictions }) => {
    jurisdictions.mainland.institutions = { TICBCNT0: 22 };
    jurisdictions.hongkong.institutions = { THSBHKT0: 43 };
  });
}

/** What differs between a chain and a plan. */
export async function differencesOf({ ethers }: Chain, book: AddressBook, plan: Plan): Promise<string[]> {
  return differences(await inspect(ethers.provider, book, plan, (name) => artifacts.readArtifact(name)));
}

/** An empty folder of its own. */
export function scratch(): Promise<string> {
  return mkdtemp(join(tmpdir(), "dual-platform-"));
}

/** The lines of a journal, without the empty ones. */
export async function journalLines(folder: string): Promise<string[]> {
  return (await readFile(join(folder, "journal.jsonl"), "utf8")).split("\n").filter((line) => line !== "");
}

/** Replaces the journal by these lines, written as Ignition writes them. */
export async function writeJournal(folder: string, lines: readonly string[]): Promise<void> {
  await writeFile(join(folder, "journal.jsonl"), lines.map((line) => `\n${line}`).join(""));
}
