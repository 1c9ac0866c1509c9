import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { files } from "../lib/files.js";
import { noFaults, type Check, type Result } from "./check.js";

/** What each family of contracts may import besides itself and npm. Nothing imports the mocks. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  ledger: [],
  registry: [],
  currency: ["ledger", "registry"],
  assets: ["ledger", "registry", "currency"],
  issuance: ["ledger", "registry", "currency"],
  settlement: ["ledger", "registry", "currency", "assets"],
  bridge: ["ledger", "registry", "currency", "issuance", "settlement"],
  interop: ["ledger", "registry", "currency", "settlement"],
  payments: ["ledger", "registry", "currency", "settlement", "bridge"],
  markets: ["ledger", "registry", "currency", "assets", "settlement"],
  trade: ["ledger", "registry", "currency", "assets", "settlement"],
  projects: ["ledger", "registry", "currency", "settlement"],
};

function family(path: string): string {
  return path.split("/")[1] ?? "";
}

function arrows(): Result[] {
  const faults: string[] = [];
  for (const file of files("contracts", ".sol")) {
    const from = family(file);
    if (from === "mocks") continue;
    const allowed = MAY_IMPORT[from];
    if (allowed === undefined) {
      faults.push(`${file}: the family "${from}" is not in tools/check/arrows.ts`);
      continue;
    }
    for (const [, imported = ""] of readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g)) {
      const to = family(posix.join(posix.dirname(file), imported));
      if (to !== from && !allowed.includes(to)) faults.push(`${file} imports ${to}/`);
    }
  }
  return [noFaults("direction of imports", "pointing back", faults)];
}

export const arrowChecks: readonly Check[] = [{ name: "direction of imports", run: arrows }];
