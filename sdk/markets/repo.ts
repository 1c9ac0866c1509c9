import type { TypedDataDomain } from "ethers";
import {
  PRICE_SCALE,
  REPO_SCALE,
  closingTypedData,
  fixingTypedData,
  repoTypedData,
  substitutionTypedData,
  type Fixing,
  type RepoClosing,
  type RepoSubstitution,
  type RepoTerms,
} from "../eip712/repo.js";
import { sign, type TypedDataSigner } from "../eip712/typedData.js";
import { mulDiv } from "../rounding.js";

/** Signs the terms of a repo, as its seller or buyer. */
export function signRepo(signer: TypedDataSigner, domain: TypedDataDomain, terms: RepoTerms): Promise<string> {
  return sign(signer, repoTypedData(domain, terms));
}

/** Signs a substitution of the bonds, as a party. */
export function signSubstitution(
  signer: TypedDataSigner,
  domain: TypedDataDomain,
  substitution: RepoSubstitution,
): Promise<string> {
  return sign(signer, substitutionTypedData(domain, substitution));
}

/** Signs another closing, as a party. */
export function signClosing(signer: TypedDataSigner, domain: TypedDataDomain, closing: RepoClosing): Promise<string> {
  return sign(signer, closingTypedData(domain, closing));
}

/** Signs a fixing, as its valuation agent; anyone may carry it to `publishWithSignature`. */
export function signFixing(signer: TypedDataSigner, domain: TypedDataDomain, fixing: Fixing): Promise<string> {
  return sign(signer, fixingTypedData(domain, fixing));
}

/** What bonds are worth to a lender, after the haircut: whole minor units, rounded down. */
export function coverOf(units: bigint, price: bigint, haircut: bigint): bigint {
  return mulDiv(units * price, REPO_SCALE - haircut, PRICE_SCALE * REPO_SCALE, "floor");
}

/** The least number of units that are worth `amount` after the haircut; the price has to be more than zero. */
export function unitsFor(amount: bigint, price: bigint, haircut: bigint): bigint {
  return mulDiv(amount, PRICE_SCALE * REPO_SCALE, price * (REPO_SCALE - haircut), "ceil");
}
