import type { TypedDataDomain } from "ethers";
import type { TypedData, Types } from "./typedData.js";

/** What an old key signs that is not lost. See `IWalletRecovery`. */
export interface RecoveryObjection {
  readonly wallet: string;
  /** The recovery that is objected to. */
  readonly round: bigint;
}

/** How far the recovery of a wallet has come. */
export const RECOVERY_STATUS = { none: 0n, proposed: 1n, approved: 2n, effective: 3n, cancelled: 4n } as const;
/** Name of a status. */
export type RecoveryStatus = keyof typeof RECOVERY_STATUS;

const OBJECTION_TYPES: Types = {
  RecoveryObjection: [
    { name: "wallet", type: "address" },
    { name: "round", type: "uint32" },
  ],
};

/** An objection as typed data; `domain` is the recovery contract's. */
export function objectionTypedData(
  domain: TypedDataDomain,
  objection: RecoveryObjection,
): TypedData<RecoveryObjection> {
  return { domain, primaryType: "RecoveryObjection", types: OBJECTION_TYPES, message: objection };
}
