import { spawn } from "node:child_process";
import { run } from "../lib/shell.js";

/** Runs Hardhat, its output shown as it comes. */
function follow(args: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn("hardhat", args, { stdio: "inherit" });
    child.once("error", reject);
    child.once("close", resolve);
  });
}

/**
 * `npm test`: builds once, then runs both test runners side by side, because each keeps one core busy. The Solidity
 * runner's output is shown when the other has ended. `npm test -- FILE …` runs what is named.
 */
async function main(args: readonly string[]): Promise<boolean> {
  if (args.length > 0) return (await follow(["test", ...args])) === 0;
  if ((await follow(["build"])) !== 0) return false;
  const beside = run("hardhat", ["test", "solidity", "--no-compile"]);
  const mocha = await follow(["test", "mocha", "--no-compile"]);
  const solidity = await beside;
  console.log(solidity.output);
  return mocha === 0 && solidity.code === 0;
}

if (!(await main(process.argv.slice(2)))) process.exitCode = 1;
