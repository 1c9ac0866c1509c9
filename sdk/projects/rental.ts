import type { TypedDataDomain } from "ethers";
import { holdTypedData } from "../eip712/ledger.js";
import {
  depositHold,
  leaseTypedData,
  titleTypedData,
  unitProtocolTypedData,
  type Lease,
  type RentalTitle,
  type UnitProtocol,
} from "../eip712/rental.js";
import { sign, type TypedDataSigner } from "../eip712/typedData.js";
import type { Role } from "../roles.js";

/** Which role of the currency's authority may call which function of the rental contract (`governRental`). */
export const RENTAL_FUNCTION_ROLES = {
  governor: ["setAttestor"],
} as const satisfies Partial<Record<Role, readonly string[]>>;

/** Domains of the rental contract and of its currency. See `domainOf`. */
export interface RentalDomains {
  readonly rental: TypedDataDomain;
  readonly currency: TypedDataDomain;
}

/** What a tenant that sends no transaction signs: the lease, and the hold of its deposit. */
export interface TenantConsent {
  readonly consent: string;
  readonly holdSignature: string;
}

/** Signs a title, as an attestor. */
export function signTitle(signer: TypedDataSigner, domain: TypedDataDomain, title: RentalTitle): Promise<string> {
  return sign(signer, titleTypedData(domain, title));
}

/** Signs a lease, as the landlord. */
export function signLease(signer: TypedDataSigner, domain: TypedDataDomain, lease: Lease): Promise<string> {
  return sign(signer, leaseTypedData(domain, lease));
}

/** Signs lease and deposit, as the tenant. */
export async function signTenancy(
  signer: TypedDataSigner,
  { rental, currency }: RentalDomains,
  lease: Lease,
): Promise<TenantConsent> {
  return {
    consent: await signLease(signer, rental, lease),
    holdSignature: await sign(signer, holdTypedData(currency, depositHold(rental, lease))),
  };
}

/** Signs a handover, as the side that does not call. */
export function signProtocol(
  signer: TypedDataSigner,
  domain: TypedDataDomain,
  protocol: UnitProtocol,
): Promise<string> {
  return sign(signer, unitProtocolTypedData(domain, protocol));
}
