import { readFileSync } from "node:fs";
import { Interface } from "ethers";
import { deployableArtifacts } from "../lib/artifacts.js";
import { files } from "../lib/files.js";
import { readJson } from "../lib/json.js";
import { noFaults, type Check, type Result } from "./check.js";
import { RECORD } from "./tests.js";

const WAIVERS = "tools/snapshots/unreachable-signals.json";

/** Errors and events that npm code or a standard brings along and that cannot happen here, each with the reason. */
type Waivers = Readonly<Record<"errors" | "events", Readonly<Record<string, string>>>>;

interface Signal {
  readonly kind: "errors" | "events";
  readonly signature: string;
  readonly contracts: string[];
}

/** Every error and event in the ABI of what can be deployed, by selector or topic. */
function declaredSignals(): Map<string, Signal> {
  const signals = new Map<string, Signal>();
  const add = (key: string, kind: Signal["kind"], signature: string, contract: string) => {
    const signal = signals.get(key) ?? { kind, signature, contracts: [] };
    signal.contracts.push(contract);
    signals.set(key, signal);
  };
  for (const { abi, contractName } of deployableArtifacts()) {
    const types = new Interface(abi);
    types.forEachError((error) => add(error.selector, "errors", error.format(), contractName));
    types.forEachEvent((event) => add(event.topicHash, "events", event.format(), contractName));
  }
  return signals;
}

function seenSignals(): Set<string> {
  const records = files(RECORD, ".json")
    .filter((file) => file.startsWith(`${RECORD}/signals-`))
    .map((file) => readJson<{ errors: string[]; topics: string[] }>(file));
  return new Set(records.flatMap((record) => [...(record?.errors ?? []), ...(record?.topics ?? [])]));
}

/** Names of errors and events that are our own, not a standard's: these cannot be waived. */
function ownNames(): Set<string> {
  const sources = files("contracts", ".sol")
    .filter((file) => !/\/IERC\d+\w*\.sol$/.test(file))
    .map((file) => readFileSync(file, "utf8"));
  return new Set(
    sources.flatMap((text) => [...text.matchAll(/^\s*(?:error|event)\s+(\w+)\s*\(/gm)].map(([, name]) => name ?? "")),
  );
}

function judge(kind: Signal["kind"], name: string, verb: string): Result[] {
  const waivers = readJson<Waivers>(WAIVERS)?.[kind] ?? {};
  const seen = seenSignals();
  const own = ownNames();
  const missing: string[] = [];
  const misused: string[] = [];
  const declared = [...declaredSignals()].filter(([, signal]) => signal.kind === kind);
  const nameOf = (signature: string) => signature.slice(0, signature.indexOf("("));
  for (const [key, { signature, contracts }] of declared) {
    const waived = nameOf(signature) in waivers;
    if (waived && (seen.has(key) || own.has(nameOf(signature)))) misused.push(signature);
    if (!waived && !seen.has(key)) missing.push(`${contracts[0] ?? ""}.${signature}`);
  }
  const known = new Set(declared.map(([, { signature }]) => nameOf(signature)));
  misused.push(...Object.keys(waivers).filter((waived) => !known.has(waived)));
  const counted = declared.length - Object.keys(waivers).length;
  return [
    {
      ...noFaults(name, "", missing),
      figure: `${counted - missing.length} of ${counted} ${verb}`,
      limit: "all",
    },
    ...(misused.length === 0 ? [] : [noFaults(`${name}: waivers`, "wrong waivers", misused)]),
  ];
}

export const signalChecks: readonly Check[] = [
  { name: "custom errors", run: () => judge("errors", "custom errors", "raised by a test") },
  { name: "events", run: () => judge("events", "events", "emitted in a test") },
];
