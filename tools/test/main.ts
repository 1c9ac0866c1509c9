import { spawn } from "node:child_process";
import { run } from "../lib/shell.js";
import { mochaTests } from "../lib/tests.js";

/** Two cores are what the suite is measured on; each process has one thread that works. */
const PROCESSES = 2;

/** A part of the tests that runs in a process of its own. */
interface Part {
  readonly name: string;
  readonly args: readonly string[];
}

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
  const { contracts, models, others } = mochaTests();
  return [
    mocha("contracts", contracts),
    { name: "solidity", args: ["test", "solidity", "--no-compile"] },
    mocha("models", models),
    mocha("others", others),
  ];
}

/**
 * `npm test`: builds once, then runs the tests in parts, as many at a time as keep two cores busy; each part's output is
 * shown when it has ended. `npm test -- FILE …` runs what is named.
 */
async function main(args: readonly string[]): Promise<boolean> {
  if (args.length > 0) return (await follow(["test", ...args])) === 0;
  if ((await follow(["build"])) !== 0) return false;
  const waiting = [...parts()];
  const failed: string[] = [];
  const work = async () => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      console.log(`${part.name}: begun`);
      const { code, output } = await run("hardhat", part.args, { env: { TEST_SHARD: `-${part.name}` } });
      console.log(output);
      if (code !== 0) failed.push(part.name);
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, work));
  console.log(failed.length === 0 ? "all parts pass" : `failed: ${failed.join(", ")}`);
  return failed.length === 0;
}

if (!(await main(process.argv.slice(2)))) process.exitCode = 1;
