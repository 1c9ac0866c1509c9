import { SIZE_WARNINGS } from "../hardhat/quiet-npm-warnings.js";
import { builds, isCurrent, PROJECT } from "../lib/artifacts.js";
import { run, tail } from "../lib/shell.js";
import { noFaults, type Check, type Result } from "./check.js";

async function command(name: string, program: string, args: readonly string[]): Promise<Result> {
  const { code, output } = await run(program, args);
  return {
    name,
    ok: code === 0,
    figure: code === 0 ? "clean" : `exit ${code}`,
    limit: "clean",
    detail: code === 0 ? "" : tail(output, 40),
  };
}

async function compile(): Promise<Result[]> {
  const built = await command("compile", "hardhat", ["build"]);
  if (!built.ok) return [built];
  // Read from the kept compiler output: a second build prints no warnings.
  const warnings = builds()
    .filter(isCurrent)
    .flatMap(({ output }) => output.errors ?? [])
    .filter(({ errorCode }) => !SIZE_WARNINGS.has(errorCode ?? ""))
    .filter(({ sourceLocation }) => sourceLocation?.file.startsWith(PROJECT) ?? true)
    .map(({ formattedMessage, message }) => (formattedMessage ?? message).trim().split("\n").slice(0, 2).join(" "));
  return [noFaults("compile", "warnings", [...new Set(warnings)])];
}

export const compileCheck: Check = { name: "compile", run: compile };

export const staticChecks: readonly Check[] = [
  { name: "types", run: async () => [await command("types", "tsc", ["--noEmit", "-p", "."])] },
  { name: "eslint", run: async () => [await command("eslint", "eslint", ["--max-warnings", "0", "."])] },
  {
    name: "solhint",
    run: async () => [
      await command("solhint", "solhint", ["--noPoster", "--disc", "--max-warnings", "0", "contracts/**/*.sol"]),
    ],
  },
  {
    name: "format",
    run: async () => [await command("format", "prettier", ["--check", "--log-level", "warn", "."])],
  },
];
