import { hexlify, toUtf8Bytes, type TypedDataDomain } from "ethers";
import { UserError } from "../errors.js";
import { RATE_SCALE } from "../rates.js";
import { mulDiv } from "../rounding.js";
import { exchangeId, type ExchangeTerms } from "./exchange.js";
import { digestOf, structHashOf, type TypedData, type Types } from "./typedData.js";

/** What a payment through a corridor is for. See `IBilateralCorridor`. */
export const USE_CASE = { consumption: 0, trade: 1, investment: 2 } as const;
/** Name of a use case. */
export type UseCaseName = keyof typeof USE_CASE;
/** How a side's compliance office has judged a payment. */
export const VERDICT_STATUS = { none: 0n, approved: 1n, refused: 2n } as const;

/** The bit of each use case in the set that a side suspends. */
export function useCaseBits(...names: readonly UseCaseName[]): bigint {
  return names.reduce((set, name) => set | (1n << BigInt(USE_CASE[name])), 0n);
}

/** A firm offer of the agent on the payer's ledger, for one payer and one payment. */
export interface CorridorQuote {
  readonly payer: string;
  /** The payee's currency, on the other ledger. */
  readonly base: string;
  /** The payer's currency. */
  readonly counter: string;
  /** Minor units of counter for one of base, times 10^12. See `sdk/rates`. */
  readonly rate: bigint;
  /** Minor units of base. */
  readonly minimum: bigint;
  /** Minor units of base. */
  readonly maximum: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
  readonly nonce: bigint;
}

/** What a payment says besides who gives what to whom. */
export interface CorridorOrder {
  readonly quoteId: string;
  readonly useCase: number;
  /** Four bytes. */
  readonly purpose: string;
  readonly travelRule: string;
}

/** The judgement of one side's compliance office. */
export interface ComplianceVerdict {
  /** Of the exchange. */
  readonly id: string;
  readonly approved: boolean;
  readonly sanctionsList: string;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
}

const QUOTE_TYPES: Types = {
  CorridorQuote: [
    { name: "payer", type: "address" },
    { name: "base", type: "address" },
    { name: "counter", type: "address" },
    { name: "rate", type: "uint104" },
    { name: "minimum", type: "uint96" },
    { name: "maximum", type: "uint96" },
    { name: "notAfter", type: "uint48" },
    { name: "nonce", type: "uint256" },
  ],
};
const ORDER_TYPES: Types = {
  CorridorOrder: [
    { name: "quoteId", type: "bytes32" },
    { name: "useCase", type: "uint8" },
    { name: "purpose", type: "bytes4" },
    { name: "travelRule", type: "bytes32" },
  ],
};
const VERDICT_TYPES: Types = {
  ComplianceVerdict: [
    { name: "id", type: "bytes32" },
    { name: "approved", type: "bool" },
    { name: "sanctionsList", type: "bytes32" },
    { name: "notAfter", type: "uint48" },
  ],
};

/** What the agent signs; `domain` is that of the corridor on the payer's ledger. */
export function corridorQuoteTypedData(domain: TypedDataDomain, quote: CorridorQuote): TypedData<CorridorQuote> {
  return { domain, primaryType: "CorridorQuote", types: QUOTE_TYPES, message: quote };
}

/** Id of a quote: the 32 bytes its agent signs. */
export function corridorQuoteId(domain: TypedDataDomain, quote: CorridorQuote): string {
  return digestOf(corridorQuoteTypedData(domain, quote));
}

/** What a compliance officer signs; `domain` is that of the corridor on the officer's side. */
export function verdictTypedData(domain: TypedDataDomain, verdict: ComplianceVerdict): TypedData<ComplianceVerdict> {
  return { domain, primaryType: "ComplianceVerdict", types: VERDICT_TYPES, message: verdict };
}

/** The salt of an exchange with this order. */
export function corridorOrderHash(order: CorridorOrder): string {
  return structHashOf({ primaryType: "CorridorOrder", types: ORDER_TYPES, message: order });
}

/** What the payer pays for `amount` of base, rounded up. */
export function corridorPrice({ rate }: Pick<CorridorQuote, "rate">, amount: bigint): bigint {
  return mulDiv(amount, rate, RATE_SCALE, "ceil");
}

/** A purpose code as the contracts take it. */
export function purposeBytes(code: string): string {
  if (!/^[A-Z]{4}$/.test(code)) {
    throw new UserError(`"${code}" is not a purpose code of ISO 20022: write four capital letters, such as GDDS.`);
  }
  return hexlify(toUtf8Bytes(code));
}

/** A corridor on its ledger. */
export interface CorridorPlace {
  readonly chainId: bigint;
  readonly corridor: string;
  readonly currency: string;
  /** Who collects from payers and pays payees there. */
  readonly agent: string;
}

/** A payment as its payer accepts it. */
export interface CorridorWish {
  /** The payer's side. */
  readonly from: CorridorPlace;
  /** The payee's side. */
  readonly to: CorridorPlace;
  readonly quote: CorridorQuote;
  readonly quoteId: string;
  readonly payee: string;
  /** What the payee gets, minor units. */
  readonly amount: bigint;
  readonly useCase: UseCaseName;
  /** Four letters, ISO 20022. */
  readonly purpose: string;
  /** Hash of what the banks tell each other of payer and payee. */
  readonly travelRule: string;
  /** Unix seconds by the clock of the payer's ledger. */
  readonly deadline: bigint;
}

/** The order and the exchange of a payment. */
export interface CorridorPayment {
  readonly id: string;
  readonly order: CorridorOrder;
  readonly terms: ExchangeTerms;
}

/** What a payment comes to: the payer's ledger decides, the payee's follows. */
export function corridorPayment(wish: CorridorWish): CorridorPayment {
  const { from, to, quote, quoteId, amount } = wish;
  const order = {
    ...{ quoteId, useCase: USE_CASE[wish.useCase] },
    ...{ purpose: purposeBytes(wish.purpose), travelRule: wish.travelRule },
  };
  const place = ({ chainId, corridor, currency }: CorridorPlace) => ({ chainId, exchange: corridor, token: currency });
  const terms = {
    decider: { ...place(from), giver: quote.payer, taker: from.agent, amount: corridorPrice(quote, amount) },
    follower: { ...place(to), giver: to.agent, taker: wish.payee, amount },
    deadline: wish.deadline,
    salt: corridorOrderHash(order),
  };
  return { id: exchangeId(terms), order, terms };
}
