import { ZeroAddress, type TypedDataDomain } from "ethers";
import type { Hold } from "./ledger.js";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** A payment at par between two forms of the same money. See `IDepositTransfers`. */
export interface DepositOrder {
  readonly from: string;
  /** May be `from`, which then converts. */
  readonly to: string;
  /** The currency, or a bank's deposit token. */
  readonly fromToken: string;
  readonly toToken: string;
  /** Minor units. */
  readonly amount: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
  /** Who alone may have it carried out; zero: anyone. */
  readonly agent: string;
  /** 32 bytes, the payer's. */
  readonly businessRef: string;
}

/** What a bank authorises, minor units. */
export interface BankRules {
  readonly outSingle: bigint;
  readonly outDay: bigint;
  readonly inSingle: bigint;
}

const TYPES: Types = {
  DepositOrder: [
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "fromToken", type: "address" },
    { name: "toToken", type: "address" },
    { name: "amount", type: "uint256" },
    { name: "notAfter", type: "uint48" },
    { name: "agent", type: "address" },
    { name: "businessRef", type: "bytes32" },
  ],
};

/** What a payer signs. `domain` is the transfers contract's. */
export function depositOrderTypedData(domain: TypedDataDomain, order: DepositOrder): TypedData<DepositOrder> {
  return { domain, primaryType: "DepositOrder", types: TYPES, message: order };
}

/** Id of an order: the 32 bytes its payer signs. */
export function depositOrderId(domain: TypedDataDomain, order: DepositOrder): string {
  return digestOf(depositOrderTypedData(domain, order));
}

/** The hold on the payer's account that covers an order; `domain` is the transfers contract's. */
export function depositOrderHold(domain: TypedDataDomain, order: DepositOrder): Hold {
  const { verifyingContract } = domain;
  if (typeof verifyingContract !== "string") throw new RangeError("the domain names no contract");
  return {
    payer: order.from,
    payee: ZeroAddress,
    executor: verifyingContract,
    amount: order.amount,
    expiry: order.notAfter + 1n,
    businessRef: depositOrderId(domain, order),
  };
}
