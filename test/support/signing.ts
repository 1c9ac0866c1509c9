import type { BytesLike } from "ethers";
import { Signature, concat, toBeHex } from "ethers";

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** v, r, s of 65 bytes, for functions that take them apart. */
export function split(signature: string): [v: number, r: string, s: string] {
  const { v, r, s } = Signature.from(signature);
  return [v, r, s];
}

/** The other signature of the same key over the same digest, with s above half the curve order. */
export function highS(signature: string): string {
  const { v, r, s } = Signature.from(signature);
  return concat([r, toBeHex(CURVE_ORDER - BigInt(s), 32), toBeHex(v === 27 ? 28 : 27, 1)]);
}

/** r and s with any v. */
export function withV(signature: string, v: number): string {
  const { r, s } = Signature.from(signature);
  return concat([r, s, toBeHex(v, 1)]);
}

/** The 64-byte form of EIP-2098. */
export function compact(signature: string): string {
  return Signature.from(signature).compactSerialized;
}

/** Cut or extended to `length` bytes. */
export function ofLength(signature: BytesLike, length: number): string {
  return concat([signature, new Uint8Array(length)]).slice(0, 2 + 2 * length);
}
