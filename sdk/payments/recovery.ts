import { MaxUint256, type TypedDataDomain } from "ethers";
import { permitTypedData, type Permit } from "../eip712/authorizations.js";
import { sign, type TypedDataSigner } from "../eip712/typedData.js";
import { objectionTypedData, type RecoveryObjection } from "../eip712/walletRecovery.js";

/** Consent that a customer signs when its wallet is opened: an allowance without bound for the recovery contract. */
export interface SignedConsent {
  readonly permit: Permit;
  readonly signature: string;
}

/**
 * Signs that a wallet may be recovered, as its owner, while the key is there. Anyone may carry it to the currency's `permit`.
 * @param terms `spender` is the recovery contract; `deadline` the last moment to carry it, Unix seconds.
 */
export async function signRecoveryConsent(
  signer: TypedDataSigner,
  currency: TypedDataDomain,
  terms: Omit<Permit, "value">,
): Promise<SignedConsent> {
  const permit = { ...terms, value: MaxUint256 };
  return { permit, signature: await sign(signer, permitTypedData(currency, permit)) };
}

/** Signs that a key is not lost. Anyone may carry it to `objectWithSignature`. */
export function signObjection(
  signer: TypedDataSigner,
  recovery: TypedDataDomain,
  objection: RecoveryObjection,
): Promise<string> {
  return sign(signer, objectionTypedData(recovery, objection));
}
