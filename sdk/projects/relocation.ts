import type { TypedDataDomain } from "ethers";
import { ZeroAddress } from "ethers";
import type { Hold } from "../eip712/ledger.js";
import {
  relocationAgreementTypedData,
  relocationProjectId,
  relocationSurveyTypedData,
  type RelocationAgreement,
  type RelocationProject,
  type RelocationSurvey,
} from "../eip712/relocation.js";
import { sign, type TypedDataSigner } from "../eip712/typedData.js";

/**
 * The hold that a relocation project's households are paid from; the authority places it.
 * @param domain the relocation contract's.
 * @param amount minor units.
 * @param expiry Unix seconds; from it on anybody may free what is left.
 */
export function relocationFund(
  domain: TypedDataDomain,
  rules: RelocationProject,
  amount: bigint,
  expiry: bigint,
): Hold {
  const { verifyingContract } = domain;
  if (typeof verifyingContract !== "string") throw new RangeError("the domain names no contract");
  return {
    payer: rules.authority,
    payee: ZeroAddress,
    executor: verifyingContract,
    amount,
    expiry,
    businessRef: relocationProjectId(rules),
  };
}

/** Signs a survey, as the surveyor. */
export function signSurvey(signer: TypedDataSigner, domain: TypedDataDomain, survey: RelocationSurvey) {
  return sign(signer, relocationSurveyTypedData(domain, survey));
}

/** Signs an agreement, as household or authority. */
export function signAgreement(signer: TypedDataSigner, domain: TypedDataDomain, agreement: RelocationAgreement) {
  return sign(signer, relocationAgreementTypedData(domain, agreement));
}
