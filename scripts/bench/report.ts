import { format } from "prettier";
import { writeAtomically } from "../../sdk/files.js";
import { table } from "../../sdk/table.js";
import { OPERATIONS, OPERATION_NAMES, PEERS, type Figures, type Operation, type Peer } from "./operations.js";

const REPORT = "reports/gas.json";
const DOCUMENT = "docs/gas.md";
const PEER_NAMES = Object.keys(PEERS) as Peer[];

/** What the suite was measured at, what it may cost, and what its peers need for the same. */
export interface Measured {
  readonly own: Readonly<Record<Operation, number>>;
  readonly budgets: Readonly<Record<Operation, number>>;
  readonly peers: Readonly<Record<Peer, Figures>>;
}

/** The table of ratios, ours to the peer's. */
export function ratios(measured: Measured): string {
  return table(["operation", "gas", "budget", "", ...PEER_NAMES], rows(measured));
}

/** The operations over budget, a line each; nothing when there is none. */
export function missed({ own, budgets }: Measured): string[] {
  return OPERATION_NAMES.filter((name) => own[name] > budgets[name]).map((name) => {
    const over = own[name] - budgets[name];
    return `${name} is ${number(over)} gas (${percent(over, budgets[name])}) over its budget of ${number(budgets[name])}.`;
  });
}

/** Writes the figures for machines and for readers. */
export async function write(measured: Measured, why: Readonly<Record<string, string>>): Promise<void> {
  const { own, budgets, peers } = measured;
  const report = Object.fromEntries(
    OPERATION_NAMES.map((name) => {
      const others = PEER_NAMES.flatMap((peer) => (peers[peer][name] === undefined ? [] : [[peer, peers[peer][name]]]));
      return [name, { gas: own[name], budget: budgets[name], peers: Object.fromEntries(others) as unknown }];
    }),
  );
  await writeAtomically(REPORT, `${JSON.stringify(report, null, 2)}\n`);
  await writeAtomically(DOCUMENT, await format(document(measured, why), { parser: "markdown", printWidth: 120 }));
}

function document(measured: Measured, why: Readonly<Record<string, string>>): string {
  const head = ["operation", "gas", "budget", "", ...PEER_NAMES];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const over = OPERATION_NAMES.filter((name) => measured.own[name] > measured.budgets[name]);
  return [
    "# Gas",
    "Written by `npm run gas`; do not edit. The gate runs it and fails when a figure grows by more than 1 % against `tools/snapshots/gas.json`.",
    "",
    line(head),
    line(head.map((_, column) => (column === 0 || column === 3 ? "---" : "---:"))),
    ...rows(measured).map(line),
    "",
    "In brackets: the suite's gas divided by the peer's. Below 1 the suite is cheaper.",
    "",
    "## How it is measured",
    "Gas is `gasUsed` of the receipt: the whole transaction, its base fee of 21,000 and its calldata included. Everything runs in one process on a simulated chain (hardfork Osaka) with fixed keys, a fixed clock and the compiler settings of `hardhat.config.ts`, so every run gives the same figures.",
    "",
    "Steady state: every balance involved is non-zero unless the operation says otherwise, the payer has already paid on that UTC+8 day, sequential references and nonces fall into a word in use, allowances are unlimited. The currency is called through its ERC-1967 proxy unless the operation says otherwise; bond, engine and desk have no proxy. Personal wallets are of class IV of the profile `ecny-app-2022`, the class with all four limits; pay-outs come from a corporate wallet.",
    "",
    ...OPERATION_NAMES.map((name) => `- \`${name}\`: ${OPERATIONS[name]}.`),
    "",
    "Peers get the same payer, payee and amount and an equally warm state:",
    "",
    ...PEER_NAMES.map((peer) => `- **${peer}**: ${PEERS[peer]}`),
    "",
    "## Over budget",
    ...(over.length === 0 ? ["Nothing."] : missed(measured).map((text, i) => `- ${text} ${why[over[i] ?? ""] ?? ""}`)),
    "",
  ].join("\n");
}

function rows({ own, budgets, peers }: Measured): string[][] {
  return OPERATION_NAMES.map((name) => [
    name,
    number(own[name]),
    number(budgets[name]),
    own[name] <= budgets[name] ? "ok" : "OVER",
    ...PEER_NAMES.map((peer) => against(own[name], peers[peer][name])),
  ]);
}

function against(own: number, peer: number | undefined): string {
  return peer === undefined ? "–" : `${number(peer)} (${(own / peer).toFixed(2)})`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
