import { existsSync, readFileSync } from "node:fs";
import { readJson } from "../lib/json.js";
import { run, tail } from "../lib/shell.js";
import { list, type Check, type Result } from "./check.js";

const REPORT = "reports/gas.json";
const SNAPSHOT = "tools/snapshots/gas.json";
/** Growth that fails, in parts of 1,000. */
const TOLERANCE = 10n;

/** Every whole number in a JSON document, by its path. */
function figures(value: unknown, at = ""): Map<string, bigint> {
  if (typeof value === "number" && Number.isInteger(value)) return new Map([[at, BigInt(value)]]);
  if (typeof value !== "object" || value === null) return new Map();
  return new Map(Object.entries(value).flatMap(([key, part]) => [...figures(part, at === "" ? key : `${at}.${key}`)]));
}

function compare(kept: Map<string, bigint>, now: Map<string, bigint>): Result {
  const grown: string[] = [];
  for (const [name, before] of kept) {
    const after = now.get(name);
    if (after === undefined) grown.push(`${name} is no longer measured`);
    else if (after * 1000n > before * (1000n + TOLERANCE)) grown.push(`${name} ${before} → ${after}`);
  }
  return {
    name: "gas",
    ok: grown.length === 0,
    figure: `${kept.size} operations, ${grown.length} grew by more than 1 %`,
    limit: "0",
    detail: list(grown),
  };
}

async function check(): Promise<Result[]> {
  const failed = (detail: string): Result[] => [
    { name: "gas", ok: false, figure: "not measured", limit: "≤ 1 % growth", detail },
  ];
  const kept = readJson(SNAPSHOT);
  if (kept === undefined) return failed(`${SNAPSHOT} is missing: keep a copy of ${REPORT} there`);
  if (!readFileSync("package.json", "utf8").includes('"gas":')) return failed("package.json has no script `gas`");
  const { code, output } = await run("npm", ["run", "--silent", "gas"]);
  if (code !== 0 || !existsSync(REPORT)) return failed(tail(output, 20));
  return [compare(figures(kept), figures(readJson(REPORT)))];
}

export const gasChecks: readonly Check[] = [{ name: "gas", run: check }];
