// Uses the package as a stranger would: packs it, installs it in an empty folder outside the repository, type-checks
// both examples there, and runs them against a chain with the suite deployed.
//   npm run package:check
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { network } from "hardhat";
import { deploySuite } from "../../sdk/deploy/deploy.js";
import { loadPlan } from "../../sdk/deploy/parameters.js";
import { UserError } from "../../sdk/errors.js";

const EXAMPLES = ["ethers", "viem"];
const outside = mkdtempSync(join(tmpdir(), "dual-platform-package-"));
try {
  // what `prepack` builds is built already, or the examples fail below
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", outside], { stdio: "inherit" });
  const [tarball = ""] = readdirSync(outside).filter((name) => name.endsWith(".tgz"));
  const installed = join(outside, "node_modules", "dual-platform");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(outside, tarball), "-C", installed, "--strip-components=1"]);
  // its dependencies, and viem, as an install would put them there
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies: Record<string, string> };
  const folders = [...Object.keys(dependencies), "viem", "@types/node"].map((name) => name.split("/")[0] ?? name);
  for (const name of new Set(folders)) symlinkSync(resolve("node_modules", name), join(outside, "node_modules", name));
  writeFileSync(join(outside, "package.json"), JSON.stringify({ type: "module" }));
  for (const name of EXAMPLES) cpSync(`examples/${name}.ts`, join(outside, `${name}.ts`));
  const strict = [
    "--strict",
    "--noEmit",
    "--module",
    "node20",
    "--target",
    "es2023",
    "--types",
    "node",
    "--skipLibCheck",
  ];
  await run([resolve("node_modules/typescript/bin/tsc"), ...strict, ...EXAMPLES.map((name) => `${name}.ts`)]);

  const server = await network.createServer("default", "127.0.0.1", 0);
  try {
    const { address, port } = await server.listen();
    const url = `http://${address}:${port}`;
    const { provider } = await network.create({ network: "localhost", override: { url } });
    const book = join(outside, "book.json");
    await deploySuite({
      provider,
      plan: await loadPlan(),
      network: "localhost",
      addressBook: book,
      pollingInterval: 20,
    });
    for (const name of EXAMPLES) await run([resolve("node_modules/tsx/dist/cli.mjs"), `${name}.ts`, book, url]);
  } finally {
    await server.close();
  }
  console.log("The package works outside the repository: both examples type-check and run.");
} finally {
  rmSync(outside, { recursive: true, force: true });
}

/** Without blocking this process, which serves the chain. */
function run(args: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    spawn(process.execPath, args, { cwd: outside, stdio: "inherit" }).on("exit", (code) => {
      if (code === 0) done();
      else fail(new UserError(`The package does not work outside the repository: ${args.join(" ")} failed.`));
    });
  });
}
