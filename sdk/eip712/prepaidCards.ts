import { type TypedDataDomain } from "ethers";
import type { Hold } from "./ledger.js";
import { digestOf, structHashOf, type TypedData, type Types } from "./typedData.js";

/** The terms on which a merchant sells a kind of card. See `IPrepaidCards`. */
export interface CardTemplate {
  /** Account that is paid for what has been consumed. */
  readonly merchant: string;
  /** Minor units of one visit, lesson or month. */
  readonly unitPrice: bigint;
  readonly units: bigint;
  /** Seconds from one unit that time releases to the next; zero: the consumer confirms each. */
  readonly period: bigint;
  /** Seconds in which the consumer may have everything unused back; seven days at least. */
  readonly coolingOff: bigint;
  /** Seconds a card is good for, at least. */
  readonly validity: bigint;
  /** Decides disputes. */
  readonly arbiter: string;
  /** Seconds from a dispute's opening in which the arbiter may decide it. */
  readonly arbitrationPeriod: bigint;
  /** Most units that the arbiter may give to the merchant unconfirmed. */
  readonly awardLimit: bigint;
  /** Hash of the contract's text, 32 bytes. */
  readonly contractHash: string;
}

/** One card, as its consumer agrees to it. */
export interface PrepaidCard {
  readonly template: CardTemplate;
  readonly consumer: string;
  /** Unix seconds, inclusive: last moment of the purchase. */
  readonly notAfter: bigint;
  /** 32 bytes; tells two cards of one consumer on equal terms apart. */
  readonly salt: string;
}

/** What a consumer signs when it has consumed. */
export interface UnitConfirmation {
  /** Id of the card. */
  readonly card: string;
  /** Units released before. */
  readonly used: bigint;
  /** Units consumed now. */
  readonly units: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
}

/** How far a card has come. */
export const CARD_STATUS = { none: 0n, active: 1n, disputed: 2n, consumed: 3n, refunded: 4n } as const;
/** How far terms have come. */
export const TEMPLATE_STATUS = { none: 0n, registered: 1n, open: 2n, closed: 3n } as const;
/** Why a consumer got back what was unused. */
export const REFUND_CAUSE = {
  insolvency: 0n,
  expiry: 1n,
  disputeLapsed: 2n,
  coolingOff: 3n,
  merchantConsent: 4n,
  ruling: 5n,
} as const;

const TEMPLATE_FIELDS = [
  { name: "merchant", type: "address" },
  { name: "unitPrice", type: "uint64" },
  { name: "units", type: "uint32" },
  { name: "period", type: "uint32" },
  { name: "coolingOff", type: "uint32" },
  { name: "validity", type: "uint32" },
  { name: "arbiter", type: "address" },
  { name: "arbitrationPeriod", type: "uint32" },
  { name: "awardLimit", type: "uint32" },
  { name: "contractHash", type: "bytes32" },
];
const TEMPLATE_TYPES: Types = { CardTemplate: TEMPLATE_FIELDS };
const CARD_TYPES: Types = {
  PrepaidCard: [
    { name: "template", type: "CardTemplate" },
    { name: "consumer", type: "address" },
    { name: "notAfter", type: "uint48" },
    { name: "salt", type: "bytes32" },
  ],
  CardTemplate: TEMPLATE_FIELDS,
};
const CONFIRMATION_TYPES: Types = {
  UnitConfirmation: [
    { name: "card", type: "bytes32" },
    { name: "used", type: "uint32" },
    { name: "units", type: "uint32" },
    { name: "notAfter", type: "uint48" },
  ],
};

/** Id of terms. */
export function cardTemplateId(template: CardTemplate): string {
  return structHashOf({ primaryType: "CardTemplate", types: TEMPLATE_TYPES, message: template });
}

/** What a consumer signs to buy a card: all of its terms. `domain` is the card contract's. */
export function cardTypedData(domain: TypedDataDomain, card: PrepaidCard): TypedData<PrepaidCard> {
  return { domain, primaryType: "PrepaidCard", types: CARD_TYPES, message: card };
}

/** Id of a card: the 32 bytes its consumer signs. */
export function cardId(domain: TypedDataDomain, card: PrepaidCard): string {
  return digestOf(cardTypedData(domain, card));
}

/** What a consumer signs when it has consumed; `domain` is the card contract's. */
export function confirmationTypedData(
  domain: TypedDataDomain,
  confirmation: UnitConfirmation,
): TypedData<UnitConfirmation> {
  return { domain, primaryType: "UnitConfirmation", types: CONFIRMATION_TYPES, message: confirmation };
}

/** What a card costs, minor units. */
export function cardPrice({ unitPrice, units }: Pick<CardTemplate, "unitPrice" | "units">): bigint {
  return unitPrice * units;
}

/** Unix seconds from which a card has expired. */
export function cardExpiry({ template, notAfter }: Pick<PrepaidCard, "template" | "notAfter">): bigint {
  return notAfter + template.validity;
}

/** The hold on the consumer's account that a card's price is; `domain` is the card contract's. */
export function cardHold(domain: TypedDataDomain, card: PrepaidCard): Hold {
  const { verifyingContract } = domain;
  if (typeof verifyingContract !== "string") throw new RangeError("the domain names no contract");
  return {
    payer: card.consumer,
    payee: card.template.merchant,
    executor: verifyingContract,
    amount: cardPrice(card.template),
    expiry: cardExpiry(card),
    businessRef: cardId(domain, card),
  };
}
