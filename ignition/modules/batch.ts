import type {
  Artifact,
  CallableContractFuture,
  ContractCallFuture,
  EncodeFunctionCallFuture,
  Future,
  IgnitionModule,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
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

/** A call that an authority makes. */
export interface Call {
  /** Unique in its batch; the journal calls the step by it. */
  readonly id: string;
  /** The contract called; the authority itself if there is none. */
  readonly target?: CallableContractFuture<string>;
  /** Encoded call: by Ignition where an argument is an address it has yet to learn, else at once. */
  readonly data: string | EncodeFunctionCallFuture<string, string>;
}

/**
 * Calls by the authority, all in one transaction: nobody ever sees half of them done. Calls to other contracts go
 * through `execute`, as the admin's.
 * @param id names the transaction in the journal.
 * @param after steps that have to be done before, beside those that the calls use.
 */
export function batch(
  m: IgnitionModuleBuilder,
  authority: CallableContractFuture<string>,
  id: string,
  calls: readonly Call[],
  after: (Future | IgnitionModule)[] = [],
): ContractCallFuture<string, "multicall"> {
  const executor = m.contractAt("AccessManager", EXECUTE, authority, { id: `${id}_executor` });
  const data = calls.map(({ id: step, target, data }) =>
    target === undefined ? data : m.encodeFunctionCall(executor, "execute", [target, data], { id: `${id}_${step}` }),
  );
  return m.call(authority, "multicall", [data], { id, after });
}
