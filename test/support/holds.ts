import { ZeroAddress, toBeHex } from "ethers";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { ref, type Chain } from "./chain.js";

interface Party {
  readonly address: string;
}

let counter = 0;

/** Terms of a hold that lasts an hour from now; every call gives another reference. */
export async function holdTerms(
  { networkHelpers }: Chain,
  payer: Party,
  executor: Party,
  amount: bigint,
  changed: Partial<Hold> = {},
): Promise<Hold> {
  counter++;
  return {
    payer: payer.address,
    payee: ZeroAddress,
    executor: executor.address,
    amount,
    expiry: BigInt(await networkHelpers.time.latest()) + 3600n,
    businessRef: ref(`hold ${counter}`),
    ...changed,
  };
}

/** One word of a pay-out: address in the upper 160 bits, amount in the lower 96. */
export function entry({ address }: Party, amount: bigint): bigint {
  return (BigInt(address) << 96n) | amount;
}

/** The address in words, for parties that are only an address. */
export function party(address: bigint): Party {
  return { address: toBeHex(address, 20) };
}
