import { existsSync, readFileSync } from "node:fs";
import { readJson, writeJson } from "../lib/json.js";
import { run, tail } from "../lib/shell.js";
import { list, noFaults, type Check, type Result } from "./check.js";

const REPORT = "reports/gas.json";
const PAGE = "docs/gas.md";
const SNAPSHOT = "tools/snapshots/gas.json";
/** Growth that fails, in parts of 1,000. */
const TOLERANCE = 10;

/** Gas of each operation. */
type Figures = Readonly<Record<string, number>>;

function measured(): Figures {
  const report = readJson<Readonly<Record<string, { readonly gas: number }>>>(REPORT) ?? {};
  return Object.fromEntries(Object.entries(report).map(([operation, { gas }]) => [operation, gas]));
}

/** What grew by more than the tolerance, is no longer measured, or was never recorded. */
export function gasFaults(kept: Figures, now: Figures): string[] {
  const faults = Object.keys(now)
    .filter((operation) => !(operation in kept))
    .map((operation) => `${operation} is not in ${SNAPSHOT}: record it with \`npm run gas:update\``);
  for (const [operation, before] of Object.entries(kept)) {
    const after = now[operation];
    if (after === undefined) faults.push(`${operation} is no longer measured`);
    else if (after * 1000 > before * (1000 + TOLERANCE)) faults.push(`${operation} grew from ${before} to ${after}`);
  }
  return faults;
}

async function check(): Promise<Result[]> {
  const page = () => (existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "");
  const before = page();
  const { code, output } = await run("npm", ["run", "--silent", "gas"]);
  if (code !== 0) {
    return [{ name: "gas", ok: false, figure: "not measured", limit: "≤ 1 % growth", detail: tail(output, 20) }];
  }
  const now = measured();
  const faults = gasFaults(readJson<Figures>(SNAPSHOT) ?? {}, now);
  return [
    {
      name: "gas",
      ok: faults.length === 0 && Object.keys(now).length > 0,
      figure: `${Object.keys(now).length} operations, ${faults.length} not as recorded`,
      limit: "≤ 1 % growth",
      detail: list(faults),
    },
    noFaults("gas page", "out of date", page() === before ? [] : [`${PAGE} is written anew: commit it`]),
  ];
}

/** Records what `npm run gas` measured last. */
export function updateGasSnapshot(): void {
  const now = measured();
  if (Object.keys(now).length === 0) {
    console.error(`${REPORT} is missing: run \`npm run gas\` first`);
    process.exitCode = 1;
    return;
  }
  writeJson(SNAPSHOT, now);
  console.log(`${Object.keys(now).length} figures recorded in ${SNAPSHOT}`);
}

export const gasChecks: readonly Check[] = [{ name: "gas", run: check }];
