import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Diagnostic } from "../lib/artifacts.js";

/** One claim of a proof file. */
export interface Claim {
  readonly file: string;
  /** The function that makes it. */
  readonly property: string;
  readonly assertion: string;
  readonly line: number;
  /** The proof file with this claim alone; line numbers are kept. */
  readonly source: string;
}

export type Engine = "chc" | "bmc";

export interface Answer {
  readonly verdict: "proved" | "not proved" | "violated";
  /** The counterexample, when there is one. */
  readonly detail: string;
}

const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
const ASSERTION = /\bassert\([^;]*;/g;
const FUNCTION = /^ {4}function (\w+)[\s\S]*?^ {4}\}/gm;

/** Replaces code by as many blanks and line ends. */
function blank(code: string): string {
  return code.replace(/[^\n]/g, " ");
}

/** The file and everything it imports, by path in the project. */
export function sourcesOf(file: string, sources = new Map<string, string>()): Map<string, string> {
  if (sources.has(file)) return sources;
  const text = readFileSync(file, "utf8");
  sources.set(file, text);
  for (const [, imported = ""] of text.matchAll(/^import [^"]*"(\.[^"]+)";/gm)) {
    sourcesOf(path.posix.join(path.posix.dirname(file), imported), sources);
  }
  return sources;
}

/** The claims of a proof file. The solver gets them one by one: together it gives up on many of them. */
export function claimsOf(file: string): Claim[] {
  const text = readFileSync(file, "utf8");
  const claims: Claim[] = [];
  for (const { 0: body, 1: property = "", index } of text.matchAll(FUNCTION)) {
    for (const { 0: assertion, index: at } of body.matchAll(ASSERTION)) {
      // An empty block, as the assertion may be all that an `if` governs.
      const others = (code: string) => code.replace(ASSERTION, (claim) => `{}${blank(claim.slice(2))}`);
      const alone = others(body.slice(0, at)) + assertion + others(body.slice(at + assertion.length));
      const before = text.slice(0, index).replace(FUNCTION, blank);
      const after = text.slice(index + body.length).replace(FUNCTION, blank);
      claims.push({
        file,
        property,
        assertion: assertion.replace(/\s+/g, " "),
        line: text.slice(0, index + at).split("\n").length,
        source: before + alone + after,
      });
    }
  }
  return claims;
}

/** Asks solc's model checker, with the z3 inside it. */
export function solve(claim: Claim, engine: Engine): Answer {
  const sources = sourcesOf(claim.file);
  if (engine === "bmc") {
    // This engine unrolls loops and follows calls only so far; without loops and recursion it leaves nothing out.
    for (const [name, text] of sources) {
      if (/^\s*(for|while|do)\b/m.test(text)) throw new Error(`${name} has a loop: bounded checking proves nothing`);
    }
  }
  sources.set(claim.file, claim.source);
  const input = {
    language: "Solidity",
    sources: Object.fromEntries([...sources].map(([name, content]) => [name, { content }])),
    settings: {
      // No timeout: with one, solc starts a thread, which it cannot do in JavaScript.
      modelChecker: {
        engine,
        // Horn clauses want quotients as variables of their own; the other engine does better without.
        divModNoSlacks: engine === "bmc",
        contracts: { [claim.file]: [path.basename(claim.file, ".sol")] },
        targets: ["assert"],
        showProvedSafe: true,
        showUnproved: true,
      },
      outputSelection: { "*": { "*": ["abi"] } },
    },
  };
  const { errors = [] } = JSON.parse(solc.compile(JSON.stringify(input))) as { errors?: readonly Diagnostic[] };
  const failure = errors.find(({ severity }) => severity === "error");
  if (failure !== undefined) throw new Error(failure.formattedMessage ?? failure.message);
  const said = (text: string) => errors.find(({ message }) => message.includes(`Assertion violation ${text}`));
  const violation = said("happens here");
  if (violation !== undefined) return { verdict: "violated", detail: violation.message };
  if (said("might happen here") !== undefined) return { verdict: "not proved", detail: "" };
  // Silence is not a proof.
  return { verdict: said("check is safe!") === undefined ? "not proved" : "proved", detail: "" };
}
