import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "./errors.js";
import { writeAtomically } from "./files.js";

/** A value as a report keeps it: bigints are decimal strings, since JSON numbers are not exact beyond 2^53. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** One comparison of a scenario. */
export interface Check {
  readonly name: string;
  readonly expected: Plain;
  readonly actual: Plain;
  readonly ok: boolean;
}

/**
 * The result of a scenario, the same bytes for the same result: no clock, no host, keys in this order.
 * `ok` is true when there is at least one check and every check holds.
 */
export interface Report {
  readonly scenario: string;
  readonly network: string;
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** Gas of all transactions noted with {@link Checks.transaction}, as a number. */
  readonly gasUsed: number;
  /** How many those were. */
  readonly transactions: number;
}

/** Collects the checks of one scenario; a check that fails is noted and the scenario goes on. */
export class Checks {
  readonly #checks: Check[] = [];
  #gasUsed = 0n;
  #transactions = 0;

  /**
   * @param scenario name of the report's file: small letters, digits and hyphens.
   * @param network name of the network the scenario runs on.
   * @throws UserError when the scenario's name cannot be a file's name.
   */
  constructor(
    readonly scenario: string,
    readonly network: string,
  ) {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(scenario)) {
      throw new UserError(`"${scenario}" cannot name a report: use small letters, digits and hyphens.`);
    }
  }

  /**
   * Notes whether `actual` is exactly `expected` (deep, and strict: `5n` is not `5`).
   * @throws RangeError when the name was used before: two results under one name could hide a failure.
   */
  equal<T>(name: string, expected: T, actual: NoInfer<T>): boolean {
    if (this.#checks.some((check) => check.name === name)) throw new RangeError(`check "${name}" is noted twice`);
    const ok = isDeepStrictEqual(actual, expected);
    this.#checks.push({ name, expected: plain(expected), actual: plain(actual), ok });
    return ok;
  }

  /** Notes a condition that must be true. */
  holds(name: string, condition: boolean): boolean {
    return this.equal(name, true, condition);
  }

  /** Adds the gas of a mined transaction; a receipt of ethers fits. */
  transaction(receipt: { readonly gasUsed: bigint }): void {
    this.#gasUsed += receipt.gasUsed;
    this.#transactions += 1;
  }

  /** The result so far. */
  report(): Report {
    return {
      scenario: this.scenario,
      network: this.network,
      ok: this.#checks.length > 0 && this.#checks.every((check) => check.ok),
      checks: [...this.#checks],
      gasUsed: Number(this.#gasUsed),
      transactions: this.#transactions,
    };
  }

  /**
   * Writes the result to `<folder>/<scenario>.json`, whole or not at all.
   * @returns whether every check holds.
   */
  async write(folder = "reports"): Promise<boolean> {
    const report = this.report();
    await writeAtomically(join(folder, `${this.scenario}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
    return report.ok;
  }
}

/** A value in a form JSON keeps exactly and always in the same order. */
function plain(value: unknown): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object") {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
  }
  throw new RangeError(`a report cannot keep a ${typeof value}`);
}
