// Builds what the package ships besides the contracts: dist/ with the library, its declarations and its data.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, rmSync } from "node:fs";
import { createRequire } from "node:module";

if (!existsSync("types/ethers-contracts/index.ts")) {
  console.error("The contracts' types are missing: run `npm run build` first.");
  process.exit(1);
}
rmSync("dist", { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [compiler, "-p", "tsconfig.package.json"], { stdio: "inherit" });
cpSync("data", "dist/data", { recursive: true });
