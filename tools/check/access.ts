import { readJson } from "../lib/json.js";
import { list, type Check, type Result } from "./check.js";
import { ACCESS_MATRIX } from "./tests.js";

interface AccessMatrix {
  readonly cells: number;
  readonly functions: number;
  /** State-changing functions that no row of the matrix names. */
  readonly missing: readonly string[];
}

function check(): Result[] {
  const matrix = readJson<AccessMatrix>(ACCESS_MATRIX);
  if (matrix === undefined) {
    const detail = `no test wrote ${ACCESS_MATRIX}`;
    return [{ name: "access matrix", ok: false, figure: "not measured", limit: "0 missing", detail }];
  }
  const { cells, functions, missing } = matrix;
  return [
    {
      name: "access matrix",
      ok: cells > 0 && functions > 0 && missing.length === 0,
      figure: `${cells} cells, ${functions} functions, ${missing.length} missing`,
      limit: "0 missing",
      detail: list(missing),
    },
  ];
}

export const accessChecks: readonly Check[] = [{ name: "access matrix", run: check }];
