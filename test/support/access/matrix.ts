import { mkdir, writeFile } from "node:fs/promises";
import { FunctionFragment, Interface, getBytes, hexlify, type InterfaceAbi } from "ethers";
import { artifacts } from "hardhat";
import { revertData } from "../../../sdk/operations/refusal.js";
import type { Chain } from "../chain.js";
import { ALLOWED, ANSWERS_FALSE, NO_REASON } from "./row.js";

/** Where the quality gate reads the figures. */
const REPORT = "reports/access-matrix.json";
/** Deployed by the suite as it comes. */
const AUTHORITY = "@openzeppelin/contracts/access/manager/AccessManager.sol:AccessManager";
/** Has no callers of its own: a currency runs its functions as if they were its own, and has rows for them. */
const OFFICE = "RetailOffice";
/** What both offices are made of, likewise. */
const COMMON_OFFICE = "CurrencyOffice";
/** The office of a currency on the shared ledger, likewise. */
const BRIDGE_OFFICE = "BridgeOffice";
const PANIC = "0x4e487b71";
const PUSH1 = 0x60;
const PUSH4 = 0x63;
const PUSH32 = 0x7f;

/** A contract that is deployed, as the compiler left it. */
export interface Deployable {
  readonly name: string;
  readonly interface: Interface;
  /** State-changing functions by the names that rows use. */
  readonly functions: ReadonlyMap<string, FunctionFragment>;
  /** Whether it has a function for plain ether or for unknown selectors. */
  readonly acceptsAnything: boolean;
  /** Whether it passes on what it has no function for. */
  readonly forwards: boolean;
  /** Four bytes that its code compares or passes on, and that are no function of its interface. */
  readonly undeclared: readonly string[];
}

/** Every deployable contract of the suite, mocks apart, and the authority's manager. */
export async function readDeployables(): Promise<readonly Deployable[]> {
  const names = [...(await artifacts.getAllFullyQualifiedNames())].filter(
    (name) => name.startsWith("contracts/") && !name.startsWith("contracts/mocks/"),
  );
  const read = await Promise.all([...names, AUTHORITY].map((name) => artifacts.readArtifact(name)));
  const officeOf = (currency: string) =>
    read.find(({ contractName }) => contractName === (currency === "BridgeCurrency" ? BRIDGE_OFFICE : OFFICE));
  return (
    read
      .filter(
        ({ bytecode, contractName }) =>
          bytecode !== "0x" && ![OFFICE, COMMON_OFFICE, BRIDGE_OFFICE].includes(contractName),
      )
      .map(({ contractName, abi, deployedBytecode }) => {
        const own = new Interface(abi as InterfaceAbi);
        const office = officeOf(contractName);
        if (own.fallback === null || office === undefined) return deployable(contractName, own, deployedBytecode);
        const known = new Set(own.fragments.map((each) => each.format("full")));
        const more = new Interface(office.abi as InterfaceAbi).fragments.filter(
          (each) => each.type !== "constructor" && !known.has(each.format("full")),
        );
        const all = new Interface([...own.fragments, ...more]);
        return deployable(contractName, all, deployedBytecode + office.deployedBytecode.slice(2));
      })
      // libraries of internal functions are deployable, too
      .filter(({ functions, acceptsAnything }) => functions.size !== 0 || acceptsAnything)
  );
}

function deployable(name: string, contract: Interface, code: string): Deployable {
  const all = contract.fragments.filter((fragment): fragment is FunctionFragment =>
    FunctionFragment.isFragment(fragment),
  );
  const functions = new Map<string, FunctionFragment>();
  for (const fragment of all) {
    if (fragment.constant) continue;
    const overloaded = all.filter((other) => other.name === fragment.name).length > 1;
    const label = overloaded ? `${fragment.name}(…${fragment.inputs.at(-1)?.type ?? ""})` : fragment.name;
    if (functions.has(label)) throw new RangeError(`${name} has two functions that rows would call ${label}`);
    functions.set(label, fragment);
  }
  const declared = new Set(all.map(({ selector }) => selector));
  const undeclared = pushedSelectors(code).filter((selector) => !declared.has(selector));
  return {
    name,
    interface: contract,
    functions,
    acceptsAnything: contract.fallback !== null || contract.receive,
    forwards: contract.fallback !== null,
    undeclared,
  };
}

/** Operands of PUSH4, each once. Link references and data after the code only add operands that mean nothing. */
function pushedSelectors(code: string): string[] {
  const bytes = getBytes(code.replace(/__\$\w{34}\$__/g, "0".repeat(40)));
  const found = new Set<string>();
  for (let at = 0; at < bytes.length; at++) {
    const opcode = bytes[at] ?? 0;
    if (opcode === PUSH4 && at + 4 < bytes.length) found.add(hexlify(bytes.slice(at + 1, at + 5)));
    if (opcode >= PUSH1 && opcode <= PUSH32) at += opcode - PUSH1 + 1;
  }
  return [...found];
}

/** One call to try. */
export interface Attempt {
  readonly from: string;
  readonly to: string;
  readonly data: string;
  /** Wei. */
  readonly value?: bigint;
}

/** Tries calls on a chain without changing it, and says what each comes to. */
export class Prober {
  readonly #errors: ReadonlyMap<string, string>;

  constructor(
    private readonly chain: Chain,
    contracts: readonly Deployable[],
  ) {
    const errors = new Map<string, string>();
    for (const { interface: contract } of contracts) {
      contract.forEachError(({ selector, name }) => errors.set(selector, name));
    }
    this.#errors = errors;
  }

  /** {@link ALLOWED}, {@link ANSWERS_FALSE}, {@link NO_REASON}, or the name of the error. */
  async outcome({ from, to, data, value = 0n }: Attempt, fragment?: FunctionFragment): Promise<string> {
    const params = [{ from, to, data, value: `0x${value.toString(16)}` }, "latest"];
    try {
      const answer = (await this.chain.provider.request({ method: "eth_call", params })) as string;
      return fragment !== undefined && saysNo(fragment, answer) ? ANSWERS_FALSE : ALLOWED;
    } catch (error) {
      const reason = revertData(error);
      if (reason === undefined) throw error;
      if (reason === "0x") return NO_REASON;
      return reason.startsWith(PANIC) ? `panic ${reason}` : (this.#errors.get(reason.slice(0, 10)) ?? reason);
    }
  }
}

/** Writes the figures. `missing` are functions that no row names, or whose rows did not run. */
export async function writeReport(figures: {
  readonly cells: number;
  readonly functions: number;
  readonly missing: readonly string[];
}): Promise<void> {
  await mkdir("reports", { recursive: true });
  await writeFile(REPORT, `${JSON.stringify(figures, null, 2)}\n`);
}

function saysNo(fragment: FunctionFragment, answer: string): boolean {
  if (!fragment.outputs.some(({ type }) => type.startsWith("bool"))) return false;
  const values = new Interface([fragment]).decodeFunctionResult(fragment, answer);
  return (values.toArray() as unknown[]).flat().includes(false);
}
