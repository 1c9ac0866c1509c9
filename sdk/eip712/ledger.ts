import { type TypedDataDomain } from "ethers";
import { structHashOf, type TypedData, type Types } from "./typedData.js";

/** The terms of a hold. See `IHoldLedger`. */
export interface Hold {
  /** Owner of the value; keeps it until a capture. */
  readonly payer: string;
  /** Who is paid at capture; the zero address: the executor names the payee then. */
  readonly payee: string;
  /** Who may capture, and may release at any time. */
  readonly executor: string;
  /** Minor units. */
  readonly amount: bigint;
  /** Unix seconds; capture strictly before it, release by anyone from it on. */
  readonly expiry: bigint;
  /** 32 bytes; two holds with otherwise equal terms differ in it. */
  readonly businessRef: string;
}

/** An expiry that time alone never reaches. */
export const NEVER = 2n ** 48n - 1n;

const HOLD_TYPES: Types = {
  Hold: [
    { name: "payer", type: "address" },
    { name: "payee", type: "address" },
    { name: "executor", type: "address" },
    { name: "amount", type: "uint256" },
    { name: "expiry", type: "uint256" },
    { name: "businessRef", type: "bytes32" },
  ],
};

/** What a payer signs to let anyone place the hold for it. */
export function holdTypedData(domain: TypedDataDomain, hold: Hold): TypedData<Hold> {
  return { domain, primaryType: "Hold", types: HOLD_TYPES, message: hold };
}

/** Id of a hold: the struct hash of its terms, the same on every ledger. */
export function holdId(hold: Hold): string {
  return structHashOf({ primaryType: "Hold", types: HOLD_TYPES, message: hold });
}
