import { getBytes, hexlify } from "ethers";

/** What of a compiled contract is compared with the chain. */
export interface CompiledCode {
  readonly deployedBytecode: string;
  /** Places that the constructor fills in. */
  readonly immutableReferences?: Readonly<
    Record<string, readonly { readonly start: number; readonly length: number }[]>
  >;
}

/**
 * Whether the code on the chain is the compiled one. Immutables are left out of the comparison: what they hold is
 * checked through the contract's own functions.
 */
export function isCompiledCode(actual: string, { deployedBytecode, immutableReferences = {} }: CompiledCode): boolean {
  const masked = (code: string): string => {
    const bytes = getBytes(code);
    for (const { start, length } of Object.values(immutableReferences).flat()) bytes.fill(0, start, start + length);
    return hexlify(bytes);
  };
  return actual.length === deployedBytecode.length && masked(actual) === masked(deployedBytecode);
}
