import { existsSync, readFileSync, rmSync } from "node:fs";
import { run, tail } from "../lib/shell.js";
import { type Check, type Result } from "./check.js";

const LCOV = "reports/branches.lcov";
const TIME_LIMIT_SECONDS = 300;

/** Hardhat's coverage has no branches; forge's has, for the Solidity tests alone. A figure, not a limit. */
async function branches(): Promise<Result[]> {
  const result = (figure: string, detail: string): Result[] => [
    { name: "branches (Solidity tests)", ok: true, figure, limit: "none", detail },
  ];
  if (!existsSync("node_modules/.bin/forge")) return result("not measured", "npm has no forge for this platform");
  rmSync(LCOV, { force: true });
  const { code, output } = await run(
    "forge",
    [
      "coverage",
      "--report",
      "lcov",
      "--report-file",
      LCOV,
      "--no-match-coverage",
      "node_modules|test/|contracts/mocks",
    ],
    {
      // Short campaigns: they reach the same branches.
      env: { FOUNDRY_FUZZ_RUNS: "64", FOUNDRY_INVARIANT_RUNS: "16" },
      timeoutSeconds: TIME_LIMIT_SECONDS,
      log: "reports/branches.log",
    },
  );
  if (code === null) return result("not measured", `forge took longer than ${TIME_LIMIT_SECONDS} s`);
  if (!existsSync(LCOV)) return result("not measured", tail(output, 5));
  const taken = [...readFileSync(LCOV, "utf8").matchAll(/^BRDA:\d+,\d+,\d+,(-|\d+)$/gm)].map(([, hits]) => hits);
  const hit = taken.filter((hits) => hits !== "-" && hits !== "0").length;
  return result(`${hit} of ${taken.length}`, code === 0 ? "" : tail(output, 5));
}

export const branchChecks: readonly Check[] = [{ name: "branches", run: branches }];
