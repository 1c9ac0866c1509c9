import { type TypedDataDomain } from "ethers";
import { type TypedData, type Types } from "./typedData.js";

/** An allowance by signature (ERC-2612). */
export interface Permit {
  readonly owner: string;
  readonly spender: string;
  /** Minor units. */
  readonly value: bigint;
  /** The owner's next nonce, from `nonces(owner)`. */
  readonly nonce: bigint;
  /** Unix seconds, inclusive. */
  readonly deadline: bigint;
}

/** A payment by signature (ERC-3009). */
export interface PaymentAuthorization {
  readonly from: string;
  readonly to: string;
  /** Minor units. */
  readonly value: bigint;
  /** Unix seconds, exclusive. */
  readonly validAfter: bigint;
  /** Unix seconds, exclusive. */
  readonly validBefore: bigint;
  /** Any 32 bytes not used before; counting 0, 1, 2 … is cheapest. */
  readonly nonce: string;
}

/** Makes a nonce unusable (ERC-3009). */
export interface Cancellation {
  readonly authorizer: string;
  readonly nonce: string;
}

const PERMIT_TYPES: Types = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

const PAYMENT_FIELDS = [
  { name: "from", type: "address" },
  { name: "to", type: "address" },
  { name: "value", type: "uint256" },
  { name: "validAfter", type: "uint256" },
  { name: "validBefore", type: "uint256" },
  { name: "nonce", type: "bytes32" },
];

const CANCEL_TYPES: Types = {
  CancelAuthorization: [
    { name: "authorizer", type: "address" },
    { name: "nonce", type: "bytes32" },
  ],
};

/** An allowance to be signed by its owner. */
export function permitTypedData(domain: TypedDataDomain, permit: Permit): TypedData<Permit> {
  return { domain, primaryType: "Permit", types: PERMIT_TYPES, message: permit };
}

/** A payment that anyone may carry. */
export function transferTypedData(
  domain: TypedDataDomain,
  payment: PaymentAuthorization,
): TypedData<PaymentAuthorization> {
  const primaryType = "TransferWithAuthorization";
  return { domain, primaryType, types: { [primaryType]: PAYMENT_FIELDS }, message: payment };
}

/** A payment that only its payee may carry. */
export function receiveTypedData(
  domain: TypedDataDomain,
  payment: PaymentAuthorization,
): TypedData<PaymentAuthorization> {
  const primaryType = "ReceiveWithAuthorization";
  return { domain, primaryType, types: { [primaryType]: PAYMENT_FIELDS }, message: payment };
}

/** The withdrawal of a payment signed and not yet made. */
export function cancelTypedData(domain: TypedDataDomain, cancellation: Cancellation): TypedData<Cancellation> {
  return { domain, primaryType: "CancelAuthorization", types: CANCEL_TYPES, message: cancellation };
}
