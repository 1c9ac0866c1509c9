import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { files } from "../lib/files.js";
import { readJson } from "../lib/json.js";
import { run, tail, type Outcome } from "../lib/shell.js";
import { COVERAGE_LOG } from "../lib/tests.js";
import { list, type Check, type Result } from "./check.js";

const OWN_RECORD = "reports/record";
export const ACCESS_MATRIX = "reports/access-matrix.json";
const LCOV = "coverage/lcov.info";
const SOLIDITY_LOG = "reports/solidity-run.log";

/** Reaches no line that the other tests leave out, and takes minutes more with instrumented contracts. */
const RESUMED = "killed and run again";
/** Where `.ci/run` has just recorded a run of every test, the contracts' own instrumented. */
const PLAIN_RECORD = process.env["PLAIN_RECORD"];
const TOLD = PLAIN_RECORD !== undefined && existsSync(`${PLAIN_RECORD}/mocha-contracts.json`) && existsSync(LCOV);
/** Where the counts of the tests are, and what they saw of errors and events. */
export const RECORD = TOLD ? PLAIN_RECORD : OWN_RECORD;

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly runners: number;
}

/** Both runners' counts from a recorded run; the Mocha tests may have run in several processes. */
export function testCounts(folder: string): TestCounts {
  const names = files(folder, ".json").map((file) => path.basename(file));
  const runners = ["solidity", "mocha"].map((runner) => names.filter((name) => name.startsWith(runner)));
  const present = runners.flat().flatMap((name) => readJson<Counts>(`${folder}/${name}`) ?? []);
  return {
    passed: present.reduce((sum, { passed }) => sum + passed, 0),
    failed: present.reduce((sum, { failed }) => sum + failed, 0),
    skipped: present.reduce((sum, { skipped }) => sum + skipped, 0),
    runners: runners.filter((counts) => counts.length > 0).length,
  };
}

/** Uncovered lines of `contracts/` as `file:line`, and how many lines there are. */
function readLcov(): { lines: number; uncovered: string[] } {
  const uncovered: string[] = [];
  let file = "";
  let lines = 0;
  for (const row of existsSync(LCOV) ? readFileSync(LCOV, "utf8").split("\n") : []) {
    if (row.startsWith("SF:")) file = row.slice(3);
    const [, line, hits] = /^DA:(\d+),(\d+)/.exec(row) ?? [];
    if (line === undefined || !file.startsWith("contracts/")) continue;
    lines++;
    if (hits === "0") uncovered.push(`${file}:${line}`);
  }
  return { lines, uncovered };
}

/** The runner's table has statements only as a percentage. */
function statements(output: string): string | undefined {
  return /^║ Total\s*│\s*[\d.]+\s*│\s*([\d.]+)/m.exec(output)?.[1];
}

/**
 * The Solidity tests run without instrumentation: campaigns would take several times as long, and coverage of the
 * contracts is shown by the TypeScript tests.
 */
function solidityTests(): Promise<Outcome> {
  return run("hardhat", ["test", "solidity"], { env: { TEST_RECORD: OWN_RECORD, CI: "true" }, log: SOLIDITY_LOG });
}

/** Every test, the Mocha tests with coverage. */
async function runTests(): Promise<{ readonly solidity: Outcome; readonly mocha: Outcome }> {
  for (const stale of [OWN_RECORD, "coverage", ACCESS_MATRIX]) rmSync(stale, { recursive: true, force: true });
  const solidity = await solidityTests();
  const mocha = await run("hardhat", ["test", "mocha", "--coverage", "--grep-exclude", RESUMED], {
    env: { TEST_RECORD: OWN_RECORD, HARDHAT_COVERAGE: "true", CI: "true" },
    log: COVERAGE_LOG,
  });
  return { solidity, mocha };
}

/** What `.ci/run` has just run; a run that did not end has left no counts. */
function readTests(): { readonly solidity: Outcome; readonly mocha: Outcome } {
  return { solidity: { code: 0, output: "" }, mocha: { code: 0, output: readFileSync(COVERAGE_LOG, "utf8") } };
}

/**
 * On its own, the gate runs every test, with coverage. After `.ci/run` has run them all, coverage is what the contracts'
 * own tests have shown there, and what all tests saw is read from that run.
 */
async function testsWithCoverage(): Promise<Result[]> {
  const { solidity, mocha } = TOLD ? readTests() : await runTests();
  const { code, output } = mocha;
  const { passed, failed, skipped, runners } = testCounts(RECORD);
  const { lines, uncovered } = readLcov();
  const share = statements(output);
  return [
    {
      name: "tests",
      ok: code === 0 && solidity.code === 0 && runners === 2 && passed > 0 && failed === 0 && skipped === 0,
      figure: `${passed} passed, ${failed} failed, ${skipped} skipped`,
      limit: "all pass, none skipped",
      detail: [
        ...(solidity.code === 0 ? [] : [`${SOLIDITY_LOG}: ${tail(solidity.output, 60)}`]),
        ...(code === 0 ? [] : [`${COVERAGE_LOG}: ${tail(output, 60)}`]),
      ].join("\n"),
    },
    {
      name: "line coverage",
      ok: lines > 0 && uncovered.length === 0,
      figure: `${lines - uncovered.length} of ${lines} lines`,
      limit: "all",
      detail: list(uncovered),
    },
    {
      name: "statement coverage",
      ok: share === "100.00",
      figure: share === undefined ? "not measured" : `${share} %`,
      limit: "100.00 %",
      detail: share === "100.00" ? "" : "see coverage/html",
    },
  ];
}

export const testChecks: readonly Check[] = [{ name: "tests", run: testsWithCoverage }];
