// npm leaves out native packages whose `engines` exclude the Node that npm itself runs on (Hardhat wants >= 22.13).
// When npm ran on an older one, this installs what is missing with the Node 22 that the package `node` just brought.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";

const REQUIRED = [22, 13];
const npmNode = /node\/v(\d+)\.(\d+)/.exec(process.env.npm_config_user_agent ?? "");
const npmCli = process.env.npm_execpath;

/** @param {number} major @param {number} minor */
const isOldNode = (major, minor) => major < REQUIRED[0] || (major === REQUIRED[0] && minor < REQUIRED[1]);

if (npmNode !== null && npmCli !== undefined && isOldNode(Number(npmNode[1]), Number(npmNode[2]))) {
  const node = path.resolve("node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(node)) {
    console.error(`${node} is missing: allow the install script of the npm package "node" and run npm ci again`);
    process.exit(1);
  }
  const { status } = spawnSync(node, [npmCli, "install", "--no-save", "--ignore-scripts"], { stdio: "inherit" });
  process.exit(status ?? 1);
}
