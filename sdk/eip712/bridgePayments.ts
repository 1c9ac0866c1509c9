import { type TypedDataDomain } from "ethers";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** A payment from one bank to another on the shared ledger. See `IBridgePayments`. */
export interface BridgePayment {
  /** Reference of the payer, 32 bytes; says nothing about a customer. */
  readonly businessRef: string;
  /** Token of the currency. */
  readonly currency: string;
  readonly payer: string;
  readonly payee: string;
  /** Minor units. */
  readonly amount: bigint;
  /** Four letters of a purpose code, 4 bytes. */
  readonly purpose: string;
  /** Hash of the sealed travel-rule data, 32 bytes. See `sdk/bridge/travelRule`. */
  readonly dataHash: string;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
}

/** What a bank has found in its checks of a payment. */
export interface Finding {
  /** Id of the payment. */
  readonly payment: string;
  readonly bank: string;
  readonly approved: boolean;
  /** Hash or number of the sanctions list, 32 bytes. */
  readonly listVersion: string;
  /** Unix seconds, inclusive. */
  readonly validUntil: bigint;
}

/** Fields of a payment, for whatever contains one. */
export const PAYMENT_TYPES: Types = {
  BridgePayment: [
    { name: "businessRef", type: "bytes32" },
    { name: "currency", type: "address" },
    { name: "payer", type: "address" },
    { name: "payee", type: "address" },
    { name: "amount", type: "uint256" },
    { name: "purpose", type: "bytes4" },
    { name: "dataHash", type: "bytes32" },
    { name: "notAfter", type: "uint48" },
  ],
};

const VERDICT_TYPES: Types = {
  Verdict: [
    { name: "payment", type: "bytes32" },
    { name: "bank", type: "address" },
    { name: "approved", type: "bool" },
    { name: "listVersion", type: "bytes32" },
    { name: "validUntil", type: "uint48" },
  ],
};

/** Id of a payment; `domain` is the payments contract's. */
export function bridgePaymentId(domain: TypedDataDomain, payment: BridgePayment): string {
  return digestOf({ domain, primaryType: "BridgePayment", types: PAYMENT_TYPES, message: payment });
}

/** What a bank signs; `domain` is the payments contract's. */
export function verdictTypedData(domain: TypedDataDomain, finding: Finding): TypedData<Finding> {
  return { domain, primaryType: "Verdict", types: VERDICT_TYPES, message: finding };
}
