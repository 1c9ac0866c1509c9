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
import { AbiCoder, getBytes, hexlify, keccak256, toUtf8Bytes } from "ethers";
import { UserError } from "./errors.js";

/**
 * Bytes sealed for named readers. The content is encrypted once (AES-256-GCM) under a random key; that key is wrapped for
 * each reader under a key that a fresh X25519 pair and the reader's agree on (HKDF-SHA-256). Each reader can read, and
 * see that nothing was changed and that the content belongs to what it is bound to. It does not say who sealed it, hides
 * neither length nor number of readers, and a reader's key that gets lost opens all it was ever sent.
 */

/** A reader's key pair (X25519). */
export interface ReaderKeys {
  /** 32 bytes, to be published. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** What kind of content it is, and what it belongs to. */
export interface SealedUse {
  /** The subject of sentences: "travel-rule data". */
  readonly what: string;
  /** What else it might belong to: "another payment". */
  readonly other: string;
  /** Keeps keys of one use apart from another's. */
  readonly info: string;
  /** 32 bytes of what the content belongs to. */
  readonly binding: string;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** DER of an X25519 public key before its 32 bytes (RFC 8410). */
const SPKI_PREFIX = getBytes("0x302a300506032b656e032100");
// ephemeral key, sealed content, wrapped key for each reader
const ENVELOPE = ["bytes32", "bytes", "tuple(bytes32 reader, bytes key)[]"];
const coder = AbiCoder.defaultAbiCoder();

/** A new pair of keys for a reader. */
export function readerKeys(): ReaderKeys {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  return { publicKey: rawKey(publicKey), privateKey };
}

/**
 * Seals content for its readers.
 * @param readers public keys, at least one, each once.
 */
export function sealBytes(content: Uint8Array, use: SealedUse, readers: readonly string[]): string {
  if (readers.length === 0 || new Set(readers).size !== readers.length) {
    throw new UserError(`${capital(use.what)} needs readers, each named once; list their public keys again.`);
  }
  const key = randomBytes(KEY_BYTES);
  const ephemeral = generateKeyPairSync("x25519");
  const sender = rawKey(ephemeral.publicKey);
  const binding = getBytes(use.binding);
  const wrapped = readers.map((reader) => {
    const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: publicKeyOf(reader) });
    return { reader, key: encrypt(keyFrom(secret, sender, reader, use.info), key, binding) };
  });
  return coder.encode(ENVELOPE, [sender, encrypt(key, content, binding), wrapped]);
}

/**
 * Opens sealed content.
 * @param read takes the content; what it throws means that it is not what was sealed.
 * @throws UserError when the keys are no reader's, or the bytes are not what was sealed for this use.
 */
export function unsealBytes<T>(
  sealed: string,
  use: SealedUse,
  { publicKey, privateKey }: ReaderKeys,
  read: (content: Uint8Array) => T,
): T {
  const [sender, content, wrapped] = decode(sealed, use.what);
  const own = wrapped.find(({ reader }) => reader === publicKey);
  if (own === undefined) {
    throw new UserError(`The ${use.what} was not sealed for this key; ask the sender to name it as a reader.`);
  }
  const binding = getBytes(use.binding);
  try {
    const secret = diffieHellman({ privateKey, publicKey: publicKeyOf(sender) });
    const key = decrypt(keyFrom(secret, sender, publicKey, use.info), own.key, binding);
    return read(decrypt(key, content, binding));
  } catch {
    throw new UserError(
      `The ${use.what} does not open: it was changed, or belongs to ${use.other}; ask the sender again.`,
    );
  }
}

/** What stands on the chain: the hash of the sealed bytes. */
export function sealedHash(sealed: string): string {
  return keccak256(sealed);
}

function decode(
  sealed: string,
  what: string,
): [sender: string, content: string, wrapped: { reader: string; key: string }[]] {
  try {
    const [sender, content, wrapped] = coder.decode(ENVELOPE, sealed).toArray() as [string, string, [string, string][]];
    return [sender, content, wrapped.map(([reader, key]) => ({ reader, key }))];
  } catch {
    throw new UserError(`These bytes are no sealed ${what}; ask the sender again.`);
  }
}

function keyFrom(secret: Uint8Array, sender: string, reader: string, info: string): Uint8Array {
  const salt = new Uint8Array([...getBytes(sender), ...getBytes(reader)]);
  return new Uint8Array(hkdfSync("sha256", secret, salt, toUtf8Bytes(info), KEY_BYTES));
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

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
