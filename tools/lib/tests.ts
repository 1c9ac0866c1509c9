import { readdirSync } from "node:fs";
import { files } from "./files.js";

/** Mocha tests by what they are about. */
export interface MochaTests {
  /** Of the contracts themselves: the folders of `test/` that mirror `contracts/`. */
  readonly contracts: readonly string[];
  /**
   * Reference models and protocols, chain against model; and tests whose cases are generated in great number, by rule
   * (`*.cases.test.ts`) or from the table of a life cycle (`*.states.test.ts`). They show rules, and reach no line that the contracts' own tests leave out.
   */
  readonly models: readonly string[];
  /** Scenarios and deployment. */
  readonly scenarios: readonly string[];
  /** The SDK, the documents. */
  readonly others: readonly string[];
}

function isCampaign(file: string): boolean {
  return file.startsWith("test/model/") || file.includes("/protocol/") || /\.(cases|states)\.test\.ts$/.test(file);
}

/** Every Mocha test of the repository, each in one place. */
export function mochaTests(): MochaTests {
  const all = files("test", ".test.ts");
  const mirrors = readdirSync("contracts").map((folder) => `test/${folder}/`);
  const models = all.filter(isCampaign);
  const rest = all.filter((file) => !models.includes(file));
  const contracts = rest.filter((file) => mirrors.some((folder) => file.startsWith(folder)));
  const others = rest.filter((file) => !contracts.includes(file));
  const scenarios = others.filter((file) => /^test\/(integration|deploy)\//.test(file));
  return { contracts, models, scenarios, others: others.filter((file) => !scenarios.includes(file)) };
}

/** What the instrumented run of the contracts' tests printed. */
export const COVERAGE_LOG = "reports/coverage-run.log";

/** Solidity tests by how long their campaigns are. */
export interface SolidityTests {
  /** Fuzz tests, and the campaigns of money, business, registry and assets. */
  readonly core: readonly string[];
  /** The campaigns of what stands on them. */
  readonly families: readonly string[];
}

const CORE = ["Money", "Business", "Registry", "Assets"].map((name) => `test/invariant/${name}.t.sol`);

/** Every Solidity test of the repository, each in one place. */
export function solidityTests(): SolidityTests {
  const all = files("test", ".t.sol");
  const isFamily = (file: string) => file.startsWith("test/invariant/") && !CORE.includes(file);
  return { core: all.filter((file) => !isFamily(file)), families: all.filter(isFamily) };
}
