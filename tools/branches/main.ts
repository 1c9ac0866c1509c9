import { existsSync, readFileSync, rmSync } from "node:fs";
import { run, tail } from "../lib/shell.js";

const LCOV = "reports/branches.lcov";
const LOG = "reports/branches.log";
const TIME_LIMIT_SECONDS = 600;

/**
 * `npm run branches`: how many branches the Solidity tests take. Hardhat's coverage has no branches; forge's has, for the
 * Solidity tests alone. A figure without a limit, and therefore no part of the gate.
 */
async function main(): Promise<string> {
  if (!existsSync("node_modules/.bin/forge")) return "not measured: npm has no forge for this platform";
  rmSync(LCOV, { force: true });
  const report = ["--report", "lcov", "--report-file", LCOV];
  const { code, output } = await run(
    "forge",
    ["coverage", ...report, "--no-match-coverage", "node_modules|test/|contracts/mocks"],
    {
      // Short campaigns: they reach the same branches.
      env: { FOUNDRY_FUZZ_RUNS: "64", FOUNDRY_INVARIANT_RUNS: "16" },
      timeoutSeconds: TIME_LIMIT_SECONDS,
      log: LOG,
    },
  );
  process.exitCode = code === 0 ? 0 : 1;
  if (code === null) return `not measured: forge took longer than ${TIME_LIMIT_SECONDS} s`;
  if (!existsSync(LCOV)) return `not measured: ${tail(output, 5)}`;
  const taken = [...readFileSync(LCOV, "utf8").matchAll(/^BRDA:\d+,\d+,\d+,(-|\d+)$/gm)].map(([, hits]) => hits);
  const hit = taken.filter((hits) => hits !== "-" && hits !== "0").length;
  return `${hit} of ${taken.length} branches are taken by the Solidity tests`;
}

console.log(await main());
