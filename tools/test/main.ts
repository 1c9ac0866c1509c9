import { spawn } from "node:child_process";
import { run } from "../lib/shell.js";
import { COVERAGE_LOG, mochaTests, solidityTests } from "../lib/tests.js";

/** Two cores are what the suite is measured on; each process has one thread that works. */
const PROCESSES = 2;

/** A part of the tests that runs in a process of its own. */
interface Part {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: string;
  /** Runs after it in the same lane: two Solidity runs at once would write the compiler's cache together. */
  readonly then?: Part;
}

/** Stories that the families' campaigns tell here; the core's are 256, and `npm run test:release` tells 1,000 of each. */
const FAMILY_RUNS = process.env["INVARIANT_RUNS"] ?? "64";

/**
 * `.ci/run` asks for it: the contracts' own tests then run instrumented, once, and the gate reads their coverage. Models,
 * campaigns, scenarios and the access matrix run on the code as it is deployed in any case.
 */
const COVERED = process.env["TEST_COVERAGE"] === "true";

/** Runs Hardhat, its output shown as it comes. */
function follow(args: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn("hardhat", args, { stdio: "inherit" });
    child.once("error", reject);
    child.once("close", resolve);
  });
}

/** Everything there is to test, the longest parts first. */
function parts(): readonly Part[] {
  const mocha = (name: string, chosen: readonly string[]): Part => ({
    name,
    args: ["test", "mocha", "--no-compile", ...chosen],
  });
  const { contracts, models, scenarios, others } = mochaTests();
  const { core, families } = solidityTests();
  const solidity = ["test", "solidity"];
  return [
    COVERED
      ? {
          ...{ name: "contracts", args: ["test", "mocha", "--coverage", ...contracts], log: COVERAGE_LOG },
          env: { HARDHAT_COVERAGE: "true" },
        }
      : mocha("contracts", contracts),
    {
      // it compiles the Solidity tests, while others run
      name: "solidity",
      args: [...solidity, ...core],
      then: { name: "families", args: [...solidity, ...families], env: { INVARIANT_RUNS: FAMILY_RUNS } },
    },
    // as two, so that both cores are busy to the end
    mocha("models", everySecond(models, 0)),
    mocha("models-2", everySecond(models, 1)),
    mocha("scenarios", scenarios),
    mocha("others", others),
  ];
}

function everySecond<T>(list: readonly T[], from: 0 | 1): T[] {
  return list.filter((_, index) => index % 2 === from);
}

/**
 * `npm test`: builds once, then runs the tests in parts, as many at a time as keep two cores busy; each part's output is
 * shown when it has ended. `npm test -- FILE …` runs what is named.
 */
async function main(args: readonly string[]): Promise<boolean> {
  if (args.length > 0) return (await follow(["test", ...args])) === 0;
  if ((await follow(["build", "--no-tests"])) !== 0) return false;
  const waiting = [...parts()];
  const failed: string[] = [];
  const work = async () => {
    for (let part = waiting.shift(); part !== undefined; part = part.then ?? waiting.shift()) {
      console.log(`${part.name}: begun`);
      const env = { ...part.env, TEST_SHARD: `-${part.name}` };
      const { code, output } = await run("hardhat", part.args, {
        env,
        ...(part.log === undefined ? {} : { log: part.log }),
      });
      console.log(output);
      if (code !== 0) failed.push(part.name);
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, work));
  console.log(failed.length === 0 ? "all parts pass" : `failed: ${failed.join(", ")}`);
  return failed.length === 0;
}

if (!(await main(process.argv.slice(2)))) process.exitCode = 1;
