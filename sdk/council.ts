import { AbiCoder, id, keccak256, toBeHex, type BaseContract } from "ethers";
import type { CentralBankCouncil } from "../types/ethers-contracts/index.js";

/** Calls that the council's members decide about together, as OpenZeppelin's Governor takes them. */
export interface Decision {
  readonly targets: string[];
  /** Wei; always zero, the council has none. */
  readonly values: bigint[];
  readonly calldatas: string[];
  /** For people; part of the id. */
  readonly description: string;
}

/** One call of a decision. */
export interface DecidedCall {
  readonly target: BaseContract;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A decision that consists of `calls`, in order. */
export async function decisionOf(description: string, ...calls: readonly DecidedCall[]): Promise<Decision> {
  return {
    targets: await Promise.all(calls.map(({ target }) => target.getAddress())),
    values: calls.map(() => 0n),
    calldatas: calls.map(({ target, name, args }) => target.interface.encodeFunctionData(name, [...args])),
    description,
  };
}

/** Id of a proposal: the hash of what is decided. */
export function proposalIdOf({ targets, values, calldatas, description }: Decision): bigint {
  const types = ["address[]", "uint256[]", "bytes[]", "bytes32"];
  const encoded = AbiCoder.defaultAbiCoder().encode(types, [targets, values, calldatas, id(description)]);
  return BigInt(keccak256(encoded));
}

/** Proposes a decision; `council` is connected to a member. */
export function propose(council: CentralBankCouncil, { targets, values, calldatas, description }: Decision) {
  return council.propose(targets, values, calldatas, description);
}

/** Queues a decision that has been taken: its time lock begins. Anyone may. */
export function queue(council: CentralBankCouncil, { targets, values, calldatas, description }: Decision) {
  return council.queue(targets, values, calldatas, id(description));
}

/** Executes a decision after its time lock. Anyone may. */
export function execute(council: CentralBankCouncil, { targets, values, calldatas, description }: Decision) {
  return council.execute(targets, values, calldatas, id(description));
}

/** The states that a set of state numbers stands for, as the Governor's errors carry it. */
export function stateBitmap(...states: readonly bigint[]): string {
  return toBeHex(
    states.reduce((bits, state) => bits | (1n << state), 0n),
    32,
  );
}
