import type { TypedDataDomain } from "ethers";
import { depositOrderHold, depositOrderTypedData, type DepositOrder } from "../eip712/depositTransfers.js";
import { holdTypedData } from "../eip712/ledger.js";
import { sign, type TypedDataSigner } from "../eip712/typedData.js";
import type { Role } from "../roles.js";

/** Which role of the currency's authority may call which function of a token that is a claim (`governClaims`). */
export const CLAIM_FUNCTION_ROLES = {
  halter: ["haltAll"],
  resumer: ["resumeAll"],
} as const satisfies Partial<Record<Role, readonly string[]>>;

/** Which role of the currency's authority may call which function of the transfers contract. */
export const DEPOSIT_TRANSFER_FUNCTION_ROLES = {
  governor: ["admit"],
} as const satisfies Partial<Record<Role, readonly string[]>>;

/** Signs an order as its payer, who also allows the transfers contract the amount. */
export function signDepositOrder(
  signer: TypedDataSigner,
  transfers: TypedDataDomain,
  order: DepositOrder,
): Promise<string> {
  return sign(signer, depositOrderTypedData(transfers, order));
}

/** Signs the hold that covers an order, which needs no allowance; `token` is the domain of the order's `fromToken`. */
export function signDepositHold(
  signer: TypedDataSigner,
  transfers: TypedDataDomain,
  token: TypedDataDomain,
  order: DepositOrder,
): Promise<string> {
  return sign(signer, holdTypedData(token, depositOrderHold(transfers, order)));
}
