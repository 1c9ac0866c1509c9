import type { TypedDataDomain } from "ethers";
import {
  cardHold,
  cardId,
  cardTypedData,
  confirmationTypedData,
  type PrepaidCard,
  type UnitConfirmation,
} from "../eip712/prepaidCards.js";
import { holdTypedData } from "../eip712/ledger.js";
import { sign, type TypedDataSigner } from "../eip712/typedData.js";
import type { Role } from "../roles.js";

/**
 * Which role of the currency's authority may call which function of the card contract (`governCards`). To declare a
 * merchant insolvent is a stop, and a stop waits for no delay.
 */
export const CARD_FUNCTION_ROLES = {
  halter: ["declareInsolvent"],
} as const satisfies Partial<Record<Role, readonly string[]>>;

/** Where a card is sold: the domains of the card contract and of the currency. See `domainOf`. */
export interface CardDomains {
  readonly cards: TypedDataDomain;
  readonly currency: TypedDataDomain;
}

/** Both signatures of a consumer that sends no transaction itself: the card with its terms, and the hold of its price. */
export interface PurchaseConsent {
  readonly consent: string;
  readonly holdSignature: string;
}

/** Signs the purchase of a card, as its consumer. Anyone may carry it to `buy`. */
export async function signPurchase(
  signer: TypedDataSigner,
  { cards, currency }: CardDomains,
  card: PrepaidCard,
): Promise<PurchaseConsent> {
  return {
    consent: await sign(signer, cardTypedData(cards, card)),
    holdSignature: await sign(signer, holdTypedData(currency, cardHold(cards, card))),
  };
}

/** A confirmation that its consumer has signed, as `confirmWithSignature` takes it. */
export interface SignedConfirmation {
  readonly confirmation: UnitConfirmation;
  readonly signature: string;
}

/** Signs that `units` were consumed after `used` others. */
export async function signConfirmation(
  signer: TypedDataSigner,
  domain: TypedDataDomain,
  card: PrepaidCard,
  terms: Omit<UnitConfirmation, "card">,
): Promise<SignedConfirmation> {
  const confirmation = { card: cardId(domain, card), ...terms };
  return { confirmation, signature: await sign(signer, confirmationTypedData(domain, confirmation)) };
}
