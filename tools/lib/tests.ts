import { readdirSync } from "node:fs";
import { files } from "./files.js";

/** Mocha tests by what they are about. */
export interface MochaTests {
  /** Of the contracts themselves: the folders of `test/` that mirror `contracts/`. */
  readonly contracts: readonly string[];
  /** Reference models, chain against model. */
  readonly models: readonly string[];
  /** Scenarios, deployment, the SDK, the documents. */
  readonly others: readonly string[];
}

/** Every Mocha test of the repository, each in one place. */
export function mochaTests(): MochaTests {
  const all = files("test", ".test.ts");
  const mirrors = readdirSync("contracts").map((folder) => `test/${folder}/`);
  const contracts = all.filter((file) => mirrors.some((folder) => file.startsWith(folder)));
  const models = all.filter((file) => file.startsWith("test/model/"));
  return { contracts, models, others: all.filter((file) => !contracts.includes(file) && !models.includes(file)) };
}
