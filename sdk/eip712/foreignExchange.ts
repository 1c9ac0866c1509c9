import { type TypedDataDomain } from "ethers";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** What the maker of a quote does with the base currency. See `IForeignExchange`. */
export const MAKER_SIDE = { sells: 0, buys: 1 } as const;
/** 0 or 1. */
export type MakerSide = (typeof MAKER_SIDE)[keyof typeof MAKER_SIDE];

/** A firm offer to exchange two currencies. See `IForeignExchange`. */
export interface Quote {
  readonly maker: string;
  /** Zero address: anyone. */
  readonly taker: string;
  /** Token of the currency whose amounts the offer is about. */
  readonly base: string;
  /** Token of the currency it is paid in. */
  readonly counter: string;
  readonly side: MakerSide;
  /** Minor units of counter for one of base, times 10^12. See `sdk/rates`. */
  readonly rate: bigint;
  /** Minor units of base. */
  readonly minimum: bigint;
  /** Minor units of base. */
  readonly maximum: bigint;
  /** Whether it may be accepted in parts. */
  readonly divisible: boolean;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
  readonly nonce: bigint;
}

const QUOTE_TYPES: Types = {
  Quote: [
    { name: "maker", type: "address" },
    { name: "taker", type: "address" },
    { name: "base", type: "address" },
    { name: "counter", type: "address" },
    { name: "side", type: "uint8" },
    { name: "rate", type: "uint104" },
    { name: "minimum", type: "uint96" },
    { name: "maximum", type: "uint96" },
    { name: "divisible", type: "bool" },
    { name: "notAfter", type: "uint48" },
    { name: "nonce", type: "uint256" },
  ],
};

/** What the maker signs; `domain` is the foreign exchange contract's. */
export function quoteTypedData(domain: TypedDataDomain, quote: Quote): TypedData<Quote> {
  return { domain, primaryType: "Quote", types: QUOTE_TYPES, message: quote };
}

/** Id of an offer: the 32 bytes its maker signs. */
export function quoteId(domain: TypedDataDomain, quote: Quote): string {
  return digestOf(quoteTypedData(domain, quote));
}
