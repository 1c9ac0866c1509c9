import { run, tail } from "../lib/shell.js";
import type { Check, Result } from "./check.js";

/** What others would install: the examples type-check and run outside the repository. */
async function outside(): Promise<Result[]> {
  const { code, output } = await run("npm", ["run", "--silent", "package:check"], {
    timeoutSeconds: 300,
    log: "reports/package.log",
  });
  const figure = code === 0 ? "both examples run" : "does not work";
  const detail = code === 0 ? "" : tail(output, 20);
  return [{ name: "package", ok: code === 0, figure, limit: "works outside the repository", detail }];
}

export const packageChecks: readonly Check[] = [{ name: "package", run: outside }];
