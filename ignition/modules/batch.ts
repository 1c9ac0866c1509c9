import {
  isFuture,
  type Artifact,
  type CallableContractFuture,
  type ContractCallFuture,
  type Future,
  type IgnitionModule,
  type IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import type { Call } from "../../sdk/deploy/calls.js";
import { encode } from "../../sdk/selectors.js";
import { AccessManager__factory } from "../../types/ethers-contracts/index.js";

/**
 * The one function of an authority that batches encode. Ignition parses the whole ABI of a contract at each encoding,
 * which with the full one would be most of the time that a deployment takes.
 */
const EXECUTE: Artifact = {
  _format: "hh3-artifact-1",
  contractName: "AccessManager",
  sourceName: "@openzeppelin/contracts/access/manager/AccessManager.sol",
  abi: AccessManager__factory.abi.filter((entry) => entry.type === "function" && entry.name === "execute"),
  bytecode: "0x",
  deployedBytecode: "0x",
  linkReferences: {},
  deployedLinkReferences: {},
};

/** A contract that a module deploys or names. */
export type Place = CallableContractFuture<string>;

/**
 * Calls by the authority, all in one transaction: nobody ever sees half of them done. Calls to other contracts go
 * through `execute`, as the admin's.
 * @param id names the transaction in the journal.
 * @param after steps that have to be done before, beside those that the calls use.
 */
export function batch(
  m: IgnitionModuleBuilder,
  authority: Place,
  id: string,
  calls: readonly Call<Place>[],
  after: (Future | IgnitionModule)[] = [],
): ContractCallFuture<string, "multicall"> {
  const executor = m.contractAt("AccessManager", EXECUTE, authority, { id: `${id}_executor` });
  const data = calls.map(({ id: step, target, kind, name, args }) => {
    // by Ignition where an argument is an address it has yet to learn, else at once
    const inner = args.some((arg) => isUnknown(arg))
      ? m.encodeFunctionCall(target ?? authority, name, args as never[], { id: `${id}_${step}_call` })
      : encode(kind, name, args);
    return target === undefined
      ? inner
      : m.encodeFunctionCall(executor, "execute", [target, inner], { id: `${id}_${step}` });
  });
  return m.call(authority, "multicall", [data], { id, after });
}

function isUnknown(arg: unknown): boolean {
  return isFuture(arg) || (typeof arg === "object" && arg !== null && "accountIndex" in arg);
}
