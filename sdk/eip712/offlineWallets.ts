import { AbiCoder, keccak256, toBeHex, type TypedDataDomain } from "ethers";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** A key of P-256: a point of the curve, 32 bytes each. */
export interface P256PublicKey {
  readonly x: string;
  readonly y: string;
}

/** A signature of P-256, 32 bytes each; `s` in the lower half. */
export interface P256Signature {
  readonly r: string;
  readonly s: string;
}

/** What a device signs to pay. See `IOfflineWallets`. */
export interface OfflinePayment {
  /** Out of which it pays. */
  readonly allotment: string;
  /** The device's counter. */
  readonly number: bigint;
  /** Minor units. */
  readonly amount: bigint;
  /** Device that is paid. */
  readonly payee: string;
  /** Unix seconds. */
  readonly signedAt: bigint;
}

/** What the paid device signs: to whom the payment goes. */
export interface OfflineEndorsement {
  /** Itself, or the device that it passes the payment on to. */
  readonly payee: string;
  /** Passing on: an allotment of its own; otherwise {@link NO_SECURITY}. */
  readonly security: string;
  /** Unix seconds. */
  readonly signedAt: bigint;
}

/** A payment with both signatures: what is redeemed. */
export interface OfflineVoucher {
  readonly payment: OfflinePayment;
  readonly paymentSignature: P256Signature;
  readonly endorsement: OfflineEndorsement;
  readonly endorsementSignature: P256Signature;
}

/** What the central bank allows offline: minor units and seconds. */
export interface OfflineTerms {
  readonly maxPayment: bigint;
  readonly maxLoaded: bigint;
  readonly maxAge: bigint;
  readonly maxTerm: bigint;
  readonly lossGrace: bigint;
}

/** What an institution certifies of an allotment, so that a payee without a network knows what it may accept. */
export interface AllotmentCertificate extends P256PublicKey {
  readonly allotment: string;
  readonly amount: bigint;
  readonly maxPayment: bigint;
  readonly openedAt: bigint;
  readonly signUntil: bigint;
  readonly maxAge: bigint;
}

/** How a device stands. */
export const OFFLINE_DEVICE_STATUS = { none: 0n, active: 1n, lost: 2n, blocked: 3n } as const;
/** Why a device was blocked. */
export const OFFLINE_FRAUD = { numberTwice: 0n, paymentTwice: 1n, overspent: 2n } as const;
/** The security of a payment that is not passed on. */
export const NO_SECURITY = toBeHex(0n, 32);

const KEY_TYPES: Types = { DeviceKey: [{ name: "owner", type: "address" }] };
const PAYMENT_TYPES: Types = {
  OfflinePayment: [
    { name: "allotment", type: "bytes32" },
    { name: "number", type: "uint32" },
    { name: "amount", type: "uint64" },
    { name: "payee", type: "bytes32" },
    { name: "signedAt", type: "uint48" },
  ],
};
const ENDORSEMENT_TYPES: Types = {
  OfflineEndorsement: [
    { name: "payment", type: "bytes32" },
    { name: "payee", type: "bytes32" },
    { name: "security", type: "bytes32" },
    { name: "signedAt", type: "uint48" },
  ],
};
const CERTIFICATE_TYPES: Types = {
  AllotmentCertificate: [
    { name: "allotment", type: "bytes32" },
    { name: "x", type: "bytes32" },
    { name: "y", type: "bytes32" },
    { name: "amount", type: "uint64" },
    { name: "maxPayment", type: "uint64" },
    { name: "openedAt", type: "uint48" },
    { name: "signUntil", type: "uint48" },
    { name: "maxAge", type: "uint32" },
  ],
};

/** Id of a device: the hash of its key. */
export function offlineDeviceId({ x, y }: P256PublicKey): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32"], [x, y]));
}

/** What a device signs, as SHA-256 of the digest, to be registered for an owner. `domain` is the contract's. */
export function deviceKeyTypedData(domain: TypedDataDomain, owner: string): TypedData<{ readonly owner: string }> {
  return { domain, primaryType: "DeviceKey", types: KEY_TYPES, message: { owner } };
}

/** Id of a payment: the 32 bytes whose SHA-256 the payer's device signs. */
export function offlinePaymentId(domain: TypedDataDomain, payment: OfflinePayment): string {
  return digestOf({ domain, primaryType: "OfflinePayment", types: PAYMENT_TYPES, message: payment });
}

/** Id of a voucher: the 32 bytes whose SHA-256 the paid device signs. */
export function offlineVoucherId(
  domain: TypedDataDomain,
  { payment, endorsement }: Pick<OfflineVoucher, "payment" | "endorsement">,
): string {
  const message = { payment: offlinePaymentId(domain, payment), ...endorsement };
  return digestOf({ domain, primaryType: "OfflineEndorsement", types: ENDORSEMENT_TYPES, message });
}

/** What an institution signs of an allotment, with an account of its own; no contract reads it. */
export function allotmentCertificateTypedData(
  domain: TypedDataDomain,
  certificate: AllotmentCertificate,
): TypedData<AllotmentCertificate> {
  return { domain, primaryType: "AllotmentCertificate", types: CERTIFICATE_TYPES, message: certificate };
}
