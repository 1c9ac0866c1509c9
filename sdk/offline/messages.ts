import { recoverAddress, type TypedDataDomain } from "ethers";
import { z } from "zod";
import { validate } from "../errors.js";
import {
  allotmentCertificateTypedData,
  offlineDeviceId,
  type AllotmentCertificate,
  type OfflineEndorsement,
  type OfflinePayment,
  type P256Signature,
} from "../eip712/offlineWallets.js";
import { digestOf, sign, type TypedDataSigner } from "../eip712/typedData.js";

const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/, "expected 32 bytes in hexadecimal");
const whole = (bits: bigint) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,19})$/, "expected a whole number")
    .transform(BigInt)
    .refine((value) => value < 2n ** bits, `expected a number of ${bits} bits`);

const signatureSchema = z.strictObject({ r: bytes32, s: bytes32 });

const certificateSchema = z.strictObject({
  certificate: z.strictObject({
    ...{ allotment: bytes32, x: bytes32, y: bytes32 },
    ...{ amount: whole(64n), maxPayment: whole(64n), openedAt: whole(48n), signUntil: whole(48n), maxAge: whole(32n) },
  }),
  signature: z.string().regex(/^0x[0-9a-f]{130}$/, "expected 65 bytes in hexadecimal"),
});

const paymentSchema = z.strictObject({
  certificate: certificateSchema,
  payment: z.strictObject({
    ...{ allotment: bytes32, number: whole(32n), amount: whole(64n), payee: bytes32, signedAt: whole(48n) },
  }),
  signature: signatureSchema,
});

const messageSchema = z.strictObject({
  paid: paymentSchema,
  passedOn: z
    .strictObject({
      security: certificateSchema,
      endorsement: z.strictObject({ payee: bytes32, security: bytes32, signedAt: whole(48n) }),
      signature: signatureSchema,
    })
    .optional(),
});

/** A certificate with its issuer's signature (65 bytes). */
export interface SignedCertificate {
  readonly certificate: AllotmentCertificate;
  readonly signature: string;
}

/** A payment as it goes from device to device: with what shows that it is covered. */
export interface OfflineMessage {
  readonly paid: {
    readonly certificate: SignedCertificate;
    readonly payment: OfflinePayment;
    readonly signature: P256Signature;
  };
  /** The second hop. */
  readonly passedOn?:
    | {
        readonly security: SignedCertificate;
        readonly endorsement: OfflineEndorsement;
        readonly signature: P256Signature;
      }
    | undefined;
}

/** The text that one device shows the other: JSON, whole numbers as strings. */
export function formatMessage(message: OfflineMessage): string {
  return JSON.stringify(message, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

/**
 * Reads a message.
 * @throws UserError that names every field that does not fit.
 */
export function parseMessage(text: string): OfflineMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  return validate(messageSchema, value, "offline message");
}

/** Signs a certificate, as an account of the institution that registered the device. */
export async function certify(
  signer: TypedDataSigner,
  domain: TypedDataDomain,
  certificate: AllotmentCertificate,
): Promise<SignedCertificate> {
  return { certificate, signature: await sign(signer, allotmentCertificateTypedData(domain, certificate)) };
}

/** The account that signed a certificate; undefined if what stands there is nobody's signature. */
export function issuerOf(domain: TypedDataDomain, { certificate, signature }: SignedCertificate): string | undefined {
  try {
    return recoverAddress(digestOf(allotmentCertificateTypedData(domain, certificate)), signature);
  } catch {
    // not a point of the curve: 65 bytes are all that has been checked
    return undefined;
  }
}

/** The device that a certificate is about. */
export function deviceOf({ certificate }: SignedCertificate): string {
  return offlineDeviceId(certificate);
}
