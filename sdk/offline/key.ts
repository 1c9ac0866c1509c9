import { webcrypto } from "node:crypto";
import { concat, dataSlice, getBytes, hexlify, toBeHex } from "ethers";
import type { P256PublicKey, P256Signature } from "../eip712/offlineWallets.js";

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const UNCOMPRESSED = "0x04";

/**
 * The key of a hardware wallet. It is made in here and cannot be got out: the platform's cryptography refuses to export
 * it, as a secure element does.
 */
export class DeviceKey {
  readonly #secret: webcrypto.CryptoKey;

  private constructor(
    secret: webcrypto.CryptoKey,
    readonly publicKey: P256PublicKey,
  ) {
    this.#secret = secret;
  }

  static async generate(): Promise<DeviceKey> {
    const extractable = false;
    const pair = await webcrypto.subtle.generateKey(CURVE, extractable, ["sign", "verify"]);
    const point = hexlify(new Uint8Array(await webcrypto.subtle.exportKey("raw", pair.publicKey)));
    return new DeviceKey(pair.privateKey, { x: dataSlice(point, 1, 33), y: dataSlice(point, 33, 65) });
  }

  /** Signs SHA-256 of `digest`, with `s` in the lower half: the other of the two forms is refused on the chain. */
  async sign(digest: string): Promise<P256Signature> {
    const signature = hexlify(new Uint8Array(await webcrypto.subtle.sign(SIGNING, this.#secret, getBytes(digest))));
    const s = BigInt(dataSlice(signature, 32, 64));
    return { r: dataSlice(signature, 0, 32), s: toBeHex(s > ORDER / 2n ? ORDER - s : s, 32) };
  }
}

/** The other form of a signature, which verifies as well as the first does: nobody needs the key to make it. */
export function mirrored({ r, s }: P256Signature): P256Signature {
  return { r, s: toBeHex(ORDER - BigInt(s), 32) };
}

/** Whether `signature` is the key's over SHA-256 of `digest`, in the form that the chain takes. */
export async function isSignedBy({ x, y }: P256PublicKey, digest: string, { r, s }: P256Signature): Promise<boolean> {
  if (BigInt(s) > ORDER / 2n) return false;
  const point = getBytes(concat([UNCOMPRESSED, x, y]));
  try {
    const key = await webcrypto.subtle.importKey("raw", point, CURVE, true, ["verify"]);
    return await webcrypto.subtle.verify(SIGNING, key, getBytes(concat([r, s])), getBytes(digest));
  } catch (error) {
    // not a point of the curve
    if (error instanceof DOMException) return false;
    throw error;
  }
}
