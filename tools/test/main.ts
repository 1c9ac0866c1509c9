import { spawn } from "node:child_process";
import { files } from "../lib/files.js";
import { run, type Outcome } from "../lib/shell.js";

/** Runs Hardhat, its output shown as it comes. */
function follow(args: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn("hardhat", args, { stdio: "inherit" });
    child.once("error", reject);
    child.once("close", resolve);
  });
}

/**
 * `npm test`: builds once, then runs the tests in three processes, as many at a time as keep two cores busy: the Mocha
 * tests, whose output is shown as it comes, beside the Solidity tests and then the reference models, whose output is
 * shown when they have ended. `npm test -- FILE …` runs what is named.
 */
async function main(args: readonly string[]): Promise<boolean> {
  if (args.length > 0) return (await follow(["test", ...args])) === 0;
  if ((await follow(["build"])) !== 0) return false;
  const models = files("test/model", ".test.ts");
  const others = files("test", ".test.ts").filter((file) => !models.includes(file));
  const mocha = ["test", "mocha", "--no-compile"];
  const [code, beside] = await Promise.all([
    follow([...mocha, ...others]),
    inTurn(
      () => run("hardhat", ["test", "solidity", "--no-compile"]),
      () => run("hardhat", [...mocha, ...models], { env: { TEST_SHARD: "-models" } }),
    ),
  ]);
  for (const { output } of beside) console.log(output);
  return code === 0 && beside.every((outcome) => outcome.code === 0);
}

async function inTurn(...steps: readonly (() => Promise<Outcome>)[]): Promise<Outcome[]> {
  const outcomes = [];
  for (const step of steps) outcomes.push(await step());
  return outcomes;
}

if (!(await main(process.argv.slice(2)))) process.exitCode = 1;
