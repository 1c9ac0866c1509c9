export interface Result {
  readonly name: string;
  readonly ok: boolean;
  /** What was measured. */
  readonly figure: string;
  /** What it has to be. */
  readonly limit: string;
  /** What to look at when it is not. */
  readonly detail: string;
}

/** One step of the gate; it may answer for several names. */
export interface Check {
  readonly name: string;
  run(): Promise<Result[]> | Result[];
}

/** Joins a list for the report, without flooding it. */
export function list(items: readonly string[], most = 20): string {
  const rest = items.length - most;
  return items.slice(0, most).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** A list of faults that has to be empty. */
export function noFaults(name: string, what: string, faults: readonly string[]): Result {
  return { name, ok: faults.length === 0, figure: `${faults.length} ${what}`, limit: "0", detail: list(faults) };
}
