import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { AbiCoder, getBytes, hexlify, keccak256, toUtf8Bytes, toUtf8String } from "ethers";
import { z } from "zod";
import { UserError, validate } from "../errors.js";
import type { BridgePayment } from "../eip712/bridgePayments.js";

/**
 * Travel-rule data of a payment on the shared ledger, sealed for those who may read it: payer's and payee's bank, their
 * central banks, and the central bank that issues the currency. The chain sees the hash of the sealed bytes and nothing
 * else; the bytes go from bank to bank by whatever channel they have.
 *
 * The content is encrypted once (AES-256-GCM) under a random key; that key is wrapped for each reader under a key that a
 * fresh X25519 pair and the reader's agree on (HKDF-SHA-256). Each reader can read, and see that nothing was changed:
 * the content is bound to the payment's terms. It does not say who sealed it (the verdicts that name its hash do), hides
 * neither length nor number of readers, and a reader's key that gets lost opens all it was ever sent.
 */

const partySchema = z.strictObject({
  name: z.string().min(1),
  /** Account at the customer's bank. */
  account: z.string().min(1),
  address: z.string().min(1),
  /** National identifier, LEI, or date and place of birth. */
  identification: z.string().min(1),
});

const travelRuleSchema = z.strictObject({
  originator: partySchema,
  beneficiary: partySchema,
  /** What the payment is for, in words. */
  remittance: z.string(),
});

/** Who pays whom, and what for: what FATF recommendation 16 wants to travel with a payment. */
export type TravelRuleData = z.infer<typeof travelRuleSchema>;

/** The terms that the data is bound to: what of a payment stands before its data's hash does. */
export type SealedTerms = Pick<BridgePayment, "businessRef" | "currency" | "payer" | "payee" | "amount">;

/** A reader's key pair (X25519). */
export interface ReaderKeys {
  /** 32 bytes, to be published. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** DER of an X25519 public key before its 32 bytes (RFC 8410). */
const SPKI_PREFIX = getBytes("0x302a300506032b656e032100");
const INFO = toUtf8Bytes("dual-platform travel rule 1");
// ephemeral key, sealed content, wrapped key for each reader
const ENVELOPE = ["bytes32", "bytes", "tuple(bytes32 reader, bytes key)[]"];
const coder = AbiCoder.defaultAbiCoder();

/** A new pair of keys for a reader. */
export function readerKeys(): ReaderKeys {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  return { publicKey: rawKey(publicKey), privateKey };
}

/**
 * Seals data for its readers.
 * @param readers public keys, at least one, each once.
 * @returns the bytes that travel; {@link sealedHash} of them is the payment's `dataHash`.
 */
export function seal(data: TravelRuleData, terms: SealedTerms, readers: readonly string[]): string {
  if (readers.length === 0 || new Set(readers).size !== readers.length) {
    throw new UserError("Travel-rule data needs readers, each named once; list their public keys again.");
  }
  const content = validate(travelRuleSchema, data, "travel-rule data");
  const key = randomBytes(KEY_BYTES);
  const ephemeral = generateKeyPairSync("x25519");
  const sender = rawKey(ephemeral.publicKey);
  const binding = bindingOf(terms);
  const wrapped = readers.map((reader) => {
    const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: publicKeyOf(reader) });
    return { reader, key: encrypt(keyFrom(secret, sender, reader), key, binding) };
  });
  return coder.encode(ENVELOPE, [sender, encrypt(key, toUtf8Bytes(JSON.stringify(content)), binding), wrapped]);
}

/**
 * Opens sealed data.
 * @throws UserError when the keys are no reader's, or the bytes are not what was sealed for these terms.
 */
export function unseal(sealed: string, terms: SealedTerms, { publicKey, privateKey }: ReaderKeys): TravelRuleData {
  const [sender, content, wrapped] = decode(sealed);
  const own = wrapped.find(({ reader }) => reader === publicKey);
  if (own === undefined) {
    throw new UserError("The travel-rule data was not sealed for this key; ask the sender to name it as a reader.");
  }
  const binding = bindingOf(terms);
  try {
    const secret = diffieHellman({ privateKey, publicKey: publicKeyOf(sender) });
    const key = decrypt(keyFrom(secret, sender, publicKey), own.key, binding);
    const text = toUtf8String(decrypt(key, content, binding));
    return travelRuleSchema.parse(JSON.parse(text));
  } catch {
    throw new UserError(
      "The travel-rule data does not open: it was changed, or belongs to another payment; ask the sender again.",
    );
  }
}

/** What a payment names: the hash of the sealed bytes. */
export function sealedHash(sealed: string): string {
  return keccak256(sealed);
}

function decode(sealed: string): [sender: string, content: string, wrapped: { reader: string; key: string }[]] {
  try {
    const [sender, content, wrapped] = coder.decode(ENVELOPE, sealed).toArray() as [string, string, [string, string][]];
    return [sender, content, wrapped.map(([reader, key]) => ({ reader, key }))];
  } catch {
    throw new UserError("These bytes are no sealed travel-rule data; ask the sender again.");
  }
}

function bindingOf({ businessRef, currency, payer, payee, amount }: SealedTerms): Uint8Array {
  const types = ["bytes32", "address", "address", "address", "uint256"];
  return getBytes(keccak256(coder.encode(types, [businessRef, currency, payer, payee, amount])));
}

function keyFrom(secret: Uint8Array, sender: string, reader: string): Uint8Array {
  const salt = new Uint8Array([...getBytes(sender), ...getBytes(reader)]);
  return new Uint8Array(hkdfSync("sha256", secret, salt, INFO, KEY_BYTES));
}

function encrypt(key: Uint8Array, plain: Uint8Array, binding: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(binding);
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return hexlify(Buffer.concat([nonce, body, cipher.getAuthTag()]));
}

function decrypt(key: Uint8Array, sealed: string, binding: Uint8Array): Uint8Array {
  const bytes = getBytes(sealed);
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(binding).setAuthTag(bytes.subarray(end));
  return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, end)), decipher.final()]));
}

function rawKey(key: KeyObject): string {
  return hexlify(new Uint8Array(key.export({ format: "der", type: "spki" })).subarray(SPKI_PREFIX.length));
}

function publicKeyOf(raw: string): KeyObject {
  const key = Buffer.concat([SPKI_PREFIX, getBytes(raw)]);
  return createPublicKey({ key, format: "der", type: "spki" });
}
