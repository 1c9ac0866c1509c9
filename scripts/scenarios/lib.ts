import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { runMain } from "../../sdk/errors.js";
import type { Checks } from "../../sdk/report.js";

/** What a scenario leaves. */
export interface Outcome {
  readonly checks: Checks;
  /** What a person reads. */
  readonly text: string;
}

/**
 * Runs a scenario as a script: reads `INPUT` or the default file, opens the network of `--network`, prints, writes
 * `reports/<name>.json`, and exits non-zero when a check does not hold.
 */
export function runScenario<Input>(
  defaultInput: string,
  read: (path: string) => Promise<Input>,
  run: (connection: NetworkConnection<"l1">, input: Input) => Promise<Outcome>,
): Promise<void> {
  return runMain(async () => {
    const input = await read(process.env["INPUT"] ?? defaultInput);
    const connection = await network.create({ chainType: "l1" });
    const { checks, text } = await run(connection, input);
    console.log(text);
    if (!(await checks.write())) process.exitCode = 1;
    const { scenario, transactions, gasUsed, checks: all } = checks.report();
    const failed = all.filter((check) => !check.ok);
    for (const { name, expected, actual } of failed) {
      console.error(`${name}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`);
    }
    console.log(
      `\n${all.length - failed.length} of ${all.length} checks hold; ${transactions} transactions, ` +
        `${gasUsed.toLocaleString("en-US")} gas; reports/${scenario}.json`,
    );
    await connection.close();
  });
}
