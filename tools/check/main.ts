import Table from "cli-table3";
import { writeJson } from "../lib/json.js";
import { accessChecks } from "./access.js";
import { arrowChecks } from "./arrows.js";
import type { Check, Result } from "./check.js";
import { contractChecks } from "./contracts.js";
import { documentChecks } from "./docs.js";
import { gasChecks } from "./gas.js";
import { layoutChecks } from "./layout.js";
import { networkChecks } from "./networks.js";
import { packageChecks } from "./package.js";
import { signalChecks } from "./signals.js";
import { compileCheck, staticChecks } from "./static.js";
import { testChecks } from "./tests.js";

const REPORT = "reports/gate.json";
/** Everything after it needs a build. */
const FIRST: readonly Check[] = [compileCheck];
/** Side by side. The signals and the access matrix are read from what the tests leave. */
const LANES: readonly (readonly Check[])[] = [
  [...testChecks, ...signalChecks, ...accessChecks],
  [
    ...[...staticChecks, ...arrowChecks, ...contractChecks, ...layoutChecks],
    ...[...gasChecks, ...documentChecks, ...networkChecks, ...packageChecks],
  ],
];
const CHECKS: readonly Check[] = [...FIRST, ...LANES.flat()];

async function attempt(check: Check): Promise<Result[]> {
  try {
    return await check.run();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ name: check.name, ok: false, figure: "did not run", limit: "", detail }];
  }
}

async function runAll(checks: readonly Check[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const check of checks) {
    const start = performance.now();
    const found = await attempt(check);
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    for (const { name, ok, figure } of found) {
      console.log(`${ok ? "ok    " : "FAILED"}  ${name}: ${figure} (${seconds} s)`);
    }
    results.push(...found);
  }
  return results;
}

/** `npm run check` runs the gate; `npm run check -- types events` only what is named. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !CHECKS.some((check) => check.name === name));
  if (unknown.length > 0) {
    const known = CHECKS.map(({ name }) => `"${name}"`).join(", ");
    console.error(`there is no check ${unknown.join(", ")}: the checks are ${known}`);
    process.exitCode = 2;
    return;
  }
  const chosen = (checks: readonly Check[]) => checks.filter(({ name }) => names.length === 0 || names.includes(name));
  const first = await runAll(chosen(FIRST));
  const lanes = await Promise.all(LANES.map((lane) => runAll(chosen(lane))));
  const results = [...first, ...lanes.flat()];

  const table = new Table({ head: ["", "check", "figure", "limit"], style: { head: [], border: [] } });
  for (const { ok, name, figure, limit } of results) table.push([ok ? "ok" : "FAILED", name, figure, limit]);
  console.log(`\n${table.toString()}`);
  const failed = results.filter(({ ok }) => !ok);
  for (const { name, detail } of failed) console.log(`\n${name}: ${detail}`);
  console.log(failed.length === 0 ? "\nThe gate is open." : `\nThe gate is closed: ${failed.length} checks failed.`);
  writeJson(REPORT, { ok: failed.length === 0, checks: results });
  if (failed.length > 0) process.exitCode = 1;
}

await main(process.argv.slice(2));
