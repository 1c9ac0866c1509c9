import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { network } from "hardhat";
import { DEVELOPMENT_ACCOUNTS } from "../sdk/deploy/accounts.js";
import { UserError, runMain } from "../sdk/errors.js";
import type { Report } from "../sdk/report.js";
import { table } from "../sdk/table.js";
import { readInput } from "./scenarios/green-bond/input.js";
import { runGreenBond } from "./scenarios/green-bond/run.js";

const INPUT = "scripts/scenarios/inputs/green-bond.json";
const ANVIL = "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil";
const HOST = "127.0.0.1";
/** How long a node may take to answer, ms. */
const PATIENCE = 20_000;

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new RangeError("a TCP server has a port");
  return address.port;
}

async function answers(url: string): Promise<void> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  for (const start = Date.now(); Date.now() - start < PATIENCE;) {
    try {
      const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
      if (response.ok) return;
    } catch {
      // not listening yet
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new UserError(
    `No node answers at ${url} after ${PATIENCE / 1000} seconds; look at what it printed and try again.`,
  );
}

/** Runs the scenario against the node at `url`, as `--network localhost` would. */
async function runAgainst(url: string): Promise<Report> {
  const connection = await network.create({ network: "localhost", chainType: "l1", override: { url } });
  const { checks } = await runGreenBond(connection, await readInput(INPUT));
  await connection.close();
  return checks.report();
}

async function inProcess(): Promise<Report> {
  const connection = await network.create({ network: "default", chainType: "l1" });
  const { checks } = await runGreenBond(connection, await readInput(INPUT));
  await connection.close();
  return checks.report();
}

async function againstNode(): Promise<Report> {
  const port = await freePort();
  const server = await network.createServer("node", HOST, port);
  await server.listen();
  try {
    return await runAgainst(`http://${HOST}:${port}`);
  } finally {
    await server.close();
  }
}

async function againstAnvil(): Promise<Report> {
  const port = await freePort();
  const { count, mnemonic } = DEVELOPMENT_ACCOUNTS;
  const options = [
    "--host",
    HOST,
    "--port",
    port,
    "--accounts",
    count,
    "--mnemonic",
    mnemonic,
    "--silent",
    "--prune-history",
  ];
  const anvil: ChildProcess = spawn(ANVIL, options.map(String), { stdio: "ignore" });
  try {
    await answers(`http://${HOST}:${port}`);
    return await runAgainst(`http://${HOST}:${port}`);
  } finally {
    anvil.kill();
  }
}

/** `npm run test:networks`: the main scenario gives one result in process, against a Hardhat node and against anvil. */
await runMain(async () => {
  const reports = [await inProcess(), await againstNode()];
  const names = ["in process", "hardhat node"];
  if (existsSync(ANVIL)) {
    reports.push(await againstAnvil());
    names.push("anvil");
  } else console.log("anvil is not installed on this platform (its npm package is for linux-x64): compared without it");
  const [first] = reports;
  if (first === undefined) throw new RangeError("there is a first report");
  console.log(
    table(
      ["network", "checks", "transactions", "gas"],
      reports.map(({ checks, transactions, gasUsed }, index) => [
        names[index] ?? "",
        checks.length,
        transactions,
        gasUsed,
      ]),
    ),
  );
  for (const [index, report] of reports.entries()) {
    if (!report.ok) throw new UserError(`The scenario fails on ${names[index] ?? ""}; run it there alone to see why.`);
    if (!isDeepStrictEqual({ ...report, network: "" }, { ...first, network: "" })) {
      throw new UserError(`${names[index] ?? ""} gives another result than ${names[0] ?? ""}; compare their reports.`);
    }
  }
  console.log("one result everywhere");
});
