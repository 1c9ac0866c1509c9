import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { builds, isCurrent } from "../lib/artifacts.js";
import { readJson } from "../lib/json.js";
import { run, tail } from "../lib/shell.js";

const VERSION = "0.11.5";
const VENV = ".venv-slither";
const SCRATCH = ".slither";
const TRIAGE = "docs/slither-triage.json";
const NOT_OURS = "node_modules|test/|contracts/mocks";
const COUNTED = new Set(["High", "Medium"]);

interface Finding {
  readonly check: string;
  readonly impact: string;
  readonly description: string;
  readonly elements: readonly {
    readonly type: string;
    readonly name: string;
    readonly type_specific_fields?: {
      readonly signature?: string;
      readonly parent?: { readonly type: string; readonly name: string };
    };
  }[];
}

/** Slither is auxiliary: it comes from Python's registry, into a folder of its own. */
async function install(): Promise<void> {
  const slither = path.join(VENV, "bin", "slither");
  if (existsSync(slither) && (await run(slither, ["--version"])).output.trim() === VERSION) return;
  const pip = path.join(VENV, "bin", "pip");
  for (const [command, args] of [
    ["python3", ["-m", "venv", VENV]],
    [pip, ["install", "--quiet", "--disable-pip-version-check", `slither-analyzer==${VERSION}`]],
  ] as const) {
    const { code, output } = await run(command, args);
    if (code !== 0) throw new Error(`slither ${VERSION} could not be installed: ${tail(output, 5)}`);
  }
}

/** Hardhat 3 keeps the compiler's input and output apart and renames sources; Slither reads one file with real paths. */
function writeOldBuildInfo(): void {
  rmSync(SCRATCH, { recursive: true, force: true });
  const folder = path.join(SCRATCH, "artifacts", "build-info");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(SCRATCH, "hardhat.config.js"), "module.exports = {};\n");
  const realPath = (text: string) =>
    text
      .replaceAll(/\bproject\/(?=contracts\/|test\/)/g, "")
      .replaceAll(/\bnpm\/((?:@[^/"]+\/)?[^/@"]+)@[^/"]+\//g, "node_modules/$1/");
  for (const { info, output } of builds()) {
    for (const [name, { content }] of Object.entries(info.input.sources)) {
      const file = path.join(SCRATCH, realPath(name));
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    const { id, solcVersion, solcLongVersion, input } = info;
    const joined = { _format: "hh-sol-build-info-1", id, solcVersion, solcLongVersion, input, output };
    writeFileSync(path.join(folder, `${id}.json`), realPath(JSON.stringify(joined)));
  }
}

/** Names a finding so that the name outlives a change of lines. */
function key({ check, elements }: Finding): string {
  const named = elements.find(({ type }) => type === "function" || type === "variable" || type === "contract");
  const parent = named?.type_specific_fields?.parent;
  const owner = parent?.type === "contract" ? `${parent.name}.` : "";
  return `${check} ${owner}${named?.type_specific_fields?.signature ?? named?.name ?? "?"}`;
}

async function analyse(): Promise<Finding[]> {
  const report = path.resolve(SCRATCH, "report.json");
  const args = [".", "--ignore-compile", "--compile-force-framework", "hardhat"];
  const { output } = await run(
    path.resolve(VENV, "bin", "slither"),
    [...args, "--hardhat-artifacts-directory", "artifacts", "--filter-paths", NOT_OURS, "--json", "report.json"],
    { folder: SCRATCH },
  );
  const found = readJson<{ success: boolean; error: string | null; results: { detectors?: Finding[] } }>(report);
  if (found?.success !== true) throw new Error(`slither did not finish: ${found?.error ?? tail(output, 10)}`);
  return (found.results.detectors ?? []).filter(({ impact }) => COUNTED.has(impact));
}

/** All of the code, as it is now. */
async function build(): Promise<void> {
  const { code, output } = await run("hardhat", ["build"]);
  const all = code === 0 && !builds().every(isCurrent) ? await run("hardhat", ["build", "--force"]) : { code, output };
  if (all.code !== 0) throw new Error(tail(all.output, 20));
}

/** `npm run slither`; with `-- --no-compile` of what is built, which lets it run beside other work. */
async function main(args: readonly string[]): Promise<void> {
  await install();
  if (!args.includes("--no-compile")) await build();
  if (!builds().every(isCurrent)) throw new Error("what is built is not the present code: run `npm run build` first");
  writeOldBuildInfo();
  const findings = await analyse();
  const triage = readJson<Readonly<Record<string, string>>>(TRIAGE) ?? {};
  const open = findings.filter((finding) => !(key(finding) in triage));
  const stale = Object.keys(triage).filter((known) => !findings.some((finding) => key(finding) === known));
  for (const finding of open) console.error(`${finding.impact}  ${key(finding)}\n${finding.description.trim()}\n`);
  for (const known of stale) console.error(`${TRIAGE} explains what slither no longer finds: ${known}`);
  console.log(
    `${findings.length} findings of high or medium impact, ${findings.length - open.length} explained in ${TRIAGE}`,
  );
  if (open.length + stale.length > 0) process.exitCode = 1;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
