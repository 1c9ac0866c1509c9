import { readJson, writeJson } from "../lib/json.js";
import { list, noFaults, type Check, type Result } from "./check.js";
import { currentLayouts, delegateFaults, slotFaults, type Layouts } from "./storage.js";

const SNAPSHOT = "tools/snapshots/storage-layout.json";

/** An upgrade may only add behind what is there: every kept entry is still the same, at the same place. */
export function layoutFaults(kept: Layouts, current: Layouts): string[] {
  const faults: string[] = [];
  for (const [name, entries] of Object.entries(kept)) {
    const now = current[name];
    if (now === undefined) {
      faults.push(`${name} is gone`);
      continue;
    }
    for (const [index, entry] of entries.entries()) {
      if (now[index] !== entry) faults.push(`${name}: "${entry}" became "${now[index] ?? "nothing"}"`);
    }
  }
  return faults;
}

function unrecorded(kept: Layouts, current: Layouts): string[] {
  return Object.entries(current)
    .filter(([name, entries]) => entries.length > (kept[name]?.length ?? -1))
    .map(([name]) => name);
}

function check(): Result[] {
  const current = currentLayouts();
  const kept = readJson<Layouts>(SNAPSHOT);
  const faults = kept === undefined ? [] : layoutFaults(kept, current);
  const added = unrecorded(kept ?? {}, current);
  const hint = added.length === 0 ? "" : `not in the snapshot: ${list(added)}; record with \`npm run layout:update\``;
  return [
    {
      name: "storage layout",
      ok: faults.length === 0 && added.length === 0,
      figure: `${Object.keys(current).length} layouts, ${faults.length} moved, ${added.length} unrecorded`,
      limit: "0 moved, 0 unrecorded",
      detail: [list(faults), hint].filter((text) => text !== "").join("; "),
    },
    noFaults("storage of delegates", "other variables", delegateFaults(current)),
    noFaults("storage namespaces", "wrong slots", slotFaults()),
  ];
}

/** Records the present layouts, unless that would hide a move. */
export function updateSnapshot(force: boolean): void {
  const current = currentLayouts();
  const faults = layoutFaults(readJson<Layouts>(SNAPSHOT) ?? {}, current);
  if (faults.length > 0 && !force) {
    console.error(`the layout moved, which breaks deployed proxies: ${list(faults)}. If none is deployed, add --force`);
    process.exitCode = 1;
    return;
  }
  writeJson(SNAPSHOT, current);
  console.log(`${Object.keys(current).length} layouts recorded in ${SNAPSHOT}`);
}

export const layoutChecks: readonly Check[] = [{ name: "storage layout", run: check }];
