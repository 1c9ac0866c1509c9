import { run, tail } from "../lib/shell.js";
import { type Check, type Result } from "./check.js";

/** The main scenario gives one result in process, against a Hardhat node and against anvil. */
async function networks(): Promise<Result[]> {
  const { code, output } = await run("npm", ["run", "--silent", "test:networks"], {
    timeoutSeconds: 300,
    log: "reports/networks.log",
  });
  const figure = code === 0 ? "one result everywhere" : "results differ";
  return [
    { name: "networks", ok: code === 0, figure, limit: "one result", detail: code === 0 ? "" : tail(output, 20) },
  ];
}

export const networkChecks: readonly Check[] = [{ name: "networks", run: networks }];
