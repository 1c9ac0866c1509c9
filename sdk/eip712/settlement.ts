import { type TypedDataDomain } from "ethers";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** One movement of an instruction. See `ISettlementEngine`. */
export interface Leg {
  readonly token: string;
  /** Gives, and has to consent to the whole instruction. */
  readonly from: string;
  readonly to: string;
  /** Minor units, more than zero. */
  readonly amount: bigint;
}

/** Movements that happen all together or not at all. See `ISettlementEngine`. */
export interface Instruction {
  /** 32 bytes; a reference of the initiator, the giver of the first leg. */
  readonly businessRef: string;
  /** Unix seconds, inclusive. */
  readonly notBefore: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
  /** Whether it may be settled net with others. */
  readonly nettable: boolean;
  readonly legs: Leg[];
}

const INSTRUCTION_TYPES: Types = {
  Instruction: [
    { name: "businessRef", type: "bytes32" },
    { name: "notBefore", type: "uint48" },
    { name: "notAfter", type: "uint48" },
    { name: "nettable", type: "bool" },
    { name: "legs", type: "Leg[]" },
  ],
  Leg: [
    { name: "token", type: "address" },
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "amount", type: "uint256" },
  ],
};

/** What every giver signs. */
export function instructionTypedData(domain: TypedDataDomain, instruction: Instruction): TypedData<Instruction> {
  return { domain, primaryType: "Instruction", types: INSTRUCTION_TYPES, message: instruction };
}

/** Id of an instruction: the 32 bytes its givers sign in the engine's domain. */
export function instructionId(domain: TypedDataDomain, instruction: Instruction): string {
  return digestOf(instructionTypedData(domain, instruction));
}
