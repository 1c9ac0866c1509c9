import { existsSync, readFileSync } from "node:fs";
import { run, tail } from "../lib/shell.js";
import { noFaults, type Check, type Result } from "./check.js";

interface Generator {
  /** npm script that writes the files. */
  readonly script: string;
  readonly files: readonly string[];
}

/** Documents that are generated, never written by hand. Add yours here. */
const GENERATORS: readonly Generator[] = [
  { script: "docs:errors", files: ["docs/errors.md"] },
  { script: "docs:roles", files: ["docs/roles.md"] },
  { script: "docs:in-flight", files: ["docs/architecture.md"] },
  { script: "docs:states", files: ["docs/states.md"] },
  { script: "docs:iso20022", files: ["docs/iso20022.md"] },
];

async function check(): Promise<Result[]> {
  const faults: string[] = [];
  for (const { script, files } of GENERATORS) {
    const read = () => files.map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""));
    const before = read();
    const { code, output } = await run("npm", ["run", "--silent", script]);
    if (code !== 0) faults.push(`npm run ${script}: ${tail(output, 10)}`);
    const after = read();
    faults.push(
      ...files
        .filter((_, index) => before[index] !== after[index])
        .map((file) => `${file} was out of date and is written anew: commit it`),
    );
  }
  return [noFaults("generated documents", "out of date", faults)];
}

export const documentChecks: readonly Check[] = [{ name: "generated documents", run: check }];
