import { availableParallelism } from "node:os";
import { files } from "../lib/files.js";
import { readJson, writeJson } from "../lib/json.js";
import { run, tail } from "../lib/shell.js";
import { claimsOf, sourcesOf, type Answer, type Claim, type Engine } from "./solve.js";

/** Libraries that must have a proof. */
const LIBRARIES = [
  "contracts/ledger/AccountWord.sol",
  "contracts/currency/WalletWord.sol",
  "contracts/currency/Limits.sol",
  "contracts/currency/Calendar.sol",
  "contracts/settlement/NetPositions.sol",
  "contracts/assets/HoldingWord.sol",
  "contracts/assets/Rounding.sol",
];
const PROOFS = "test/proofs";
/** Claims that the solver is known to leave open, each with the test that stands in. */
const KNOWN_OPEN = "tools/snapshots/open-proofs.json";
const REPORT = "reports/proofs.json";
/** Horn clauses always come to an end; what they leave open goes to the bounded engine, which is exact without loops. */
const ENGINES: readonly Engine[] = ["chc", "bmc"];
const TIME_LIMIT_SECONDS = 60;

interface Proof extends Answer {
  readonly claim: Claim;
  readonly engine: Engine;
}

async function ask(claim: Claim, index: number): Promise<Proof> {
  let answer: Proof = { claim, engine: "chc", verdict: "not proved", detail: "" };
  for (const engine of ENGINES) {
    const { code, output } = await run("tsx", ["tools/prove/ask.ts", claim.file, String(index), engine], {
      timeoutSeconds: TIME_LIMIT_SECONDS,
    });
    if (code === null) continue;
    if (code !== 0) throw new Error(`${claim.file}:${claim.line}: ${tail(output, 10)}`);
    answer = { claim, engine, ...(JSON.parse(output) as Answer) };
    if (answer.verdict !== "not proved") break;
  }
  return answer;
}

/** As many questions at a time as there are processors. */
async function proveAll(questions: readonly (readonly [Claim, number])[]): Promise<Proof[]> {
  const queue = [...questions];
  const found: Proof[] = [];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const proof = await ask(...next);
      const { file, line, property, assertion } = proof.claim;
      console.log(`${proof.verdict.padEnd(10)}  ${file}:${line}  ${property}  ${assertion}`);
      found.push(proof);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return found;
}

function key({ file, property, assertion }: Claim): string {
  return `${file} ${property} ${assertion}`;
}

function faultsOf(proofs: readonly Proof[], withProof: ReadonlySet<string>): string[] {
  const known = Object.keys(readJson<Readonly<Record<string, string>>>(KNOWN_OPEN) ?? {});
  const open = new Set(proofs.filter(({ verdict }) => verdict === "not proved").map(({ claim }) => key(claim)));
  return [
    ...LIBRARIES.filter((library) => !withProof.has(library)).map((library) => `${library} has no proof in ${PROOFS}`),
    ...proofs
      .filter(({ verdict }) => verdict === "violated")
      .map(({ claim, detail }) => `violated: ${key(claim)}\n${detail}`),
    ...[...open].filter((claim) => !known.includes(claim)).map((claim) => `not proved: ${claim}`),
    ...known
      .filter((claim) => !open.has(claim))
      .map((claim) => `no longer open, take it out of ${KNOWN_OPEN}: ${claim}`),
    ...(proofs.length === 0 ? [`there is nothing to prove in ${PROOFS}`] : []),
  ];
}

async function main(): Promise<void> {
  const sources = files(PROOFS, ".sol");
  const proofs = await proveAll(
    sources.flatMap((file) => claimsOf(file).map((claim, index) => [claim, index] as const)),
  );
  const faults = faultsOf(proofs, new Set(sources.flatMap((file) => [...sourcesOf(file).keys()])));
  const count = (kind: Answer["verdict"]) => proofs.filter(({ verdict }) => verdict === kind).length;
  const figures = { proved: count("proved"), notProved: count("not proved"), violated: count("violated") };
  writeJson(REPORT, {
    ok: faults.length === 0,
    ...figures,
    claims: proofs
      .map(({ claim, verdict, engine }) => ({ claim: key(claim), line: claim.line, verdict, engine }))
      .sort((a, b) => a.claim.localeCompare(b.claim)),
  });
  console.log(`\n${figures.proved} proved, ${figures.notProved} not proved, ${figures.violated} violated`);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
