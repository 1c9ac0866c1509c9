#!/usr/bin/env node
// Makes solc from npm look like a native compiler to forge, so that nothing but npm packages is downloaded.
const solc = require("solc");

const args = process.argv.slice(2);
if (args.includes("--version")) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else if (args.includes("--standard-json")) {
  let input = "";
  process.stdin
    .setEncoding("utf8")
    .on("data", (chunk) => (input += chunk))
    .on("end", () => process.stdout.write(solc.compile(input)));
} else {
  console.error(`tools/solc.cjs serves only --version and --standard-json, not: ${args.join(" ")}`);
  process.exit(2);
}
