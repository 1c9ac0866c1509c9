import { type TypedDataDomain } from "ethers";
import type { Hold } from "./ledger.js";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** What winners pay. See `IBondAuction`. */
export const PRICE_RULE = { uniform: 0n, multiple: 1n } as const;
/** How far an auction has come. */
export const AUCTION_STATUS = { none: 0n, announced: 1n, allocated: 2n, closed: 3n } as const;
/** How far a bid has come. */
export const BID_STATUS = {
  none: 0n,
  sealed: 1n,
  revealed: 2n,
  defaulted: 3n,
  settled: 4n,
  released: 5n,
  forfeited: 6n,
} as const;
/** Bids that one call takes, and bids and underwriters that one auction takes. */
export const AUCTION_LIMITS = { bids: 10_000, underwriters: 16, rankedAtOnce: 500, settledAtOnce: 60 } as const;
/** Seconds after the settlement's end for which guarantees stay held if nobody frees them. */
export const GUARANTEE_PERIOD = 30n * 86_400n;

/** Who takes what is left unsold. */
export interface Underwriter {
  readonly account: string;
  /** Its part of all underwriters' shares. */
  readonly share: bigint;
}

/** The terms of an auction, as the contract takes them. Times are Unix seconds, prices minor units a unit. */
export interface AuctionTerms {
  readonly issuer: string;
  readonly security: string;
  readonly currency: string;
  /** Hash of the announcement's text, 32 bytes. */
  readonly documentHash: string;
  /** Units for sale. */
  readonly lot: bigint;
  readonly minimumPrice: bigint;
  readonly maximumPrice: bigint;
  /** Prices are multiples of it. */
  readonly tick: bigint;
  /** Least units of one bid. */
  readonly minimumUnits: bigint;
  /** Most units of one bidder. */
  readonly maximumUnits: bigint;
  /** Minor units held for each bid. */
  readonly guarantee: bigint;
  /** Most bids. */
  readonly bids: bigint;
  readonly bidsPerBidder: bigint;
  /** One of {@link PRICE_RULE}. */
  readonly priceRule: bigint;
  /** Sealed bids are taken from `opens` on and revealed from `reveals` on; the lot is allocated from `closes` on. */
  readonly opens: bigint;
  readonly reveals: bigint;
  readonly closes: bigint;
  readonly settlesFrom: bigint;
  /** Inclusive. */
  readonly settlesUntil: bigint;
  readonly underwriters: Underwriter[];
}

/** A bid in the open. */
export interface Bid {
  readonly bidder: string;
  readonly units: bigint;
  /** Minor units a unit. */
  readonly price: bigint;
  /** 32 random bytes; without them the sealed bid could be guessed. */
  readonly salt: string;
}

const TERMS_TYPES: Types = {
  AuctionTerms: [
    { name: "issuer", type: "address" },
    { name: "security", type: "address" },
    { name: "currency", type: "address" },
    { name: "documentHash", type: "bytes32" },
    { name: "lot", type: "uint64" },
    { name: "minimumPrice", type: "uint64" },
    { name: "maximumPrice", type: "uint64" },
    { name: "tick", type: "uint64" },
    { name: "minimumUnits", type: "uint64" },
    { name: "maximumUnits", type: "uint64" },
    { name: "guarantee", type: "uint64" },
    { name: "bids", type: "uint16" },
    { name: "bidsPerBidder", type: "uint8" },
    { name: "priceRule", type: "uint8" },
    { name: "opens", type: "uint40" },
    { name: "reveals", type: "uint40" },
    { name: "closes", type: "uint40" },
    { name: "settlesFrom", type: "uint40" },
    { name: "settlesUntil", type: "uint40" },
    { name: "underwriters", type: "Underwriter[]" },
  ],
  Underwriter: [
    { name: "account", type: "address" },
    { name: "share", type: "uint32" },
  ],
};
const BID_TYPES: Types = {
  Bid: [
    { name: "auction", type: "bytes32" },
    { name: "bidder", type: "address" },
    { name: "units", type: "uint64" },
    { name: "price", type: "uint64" },
    { name: "salt", type: "bytes32" },
  ],
};

/** What an underwriter signs: the whole terms. `domain` is the auction contract's, here and below. */
export function auctionTypedData(domain: TypedDataDomain, terms: AuctionTerms): TypedData<AuctionTerms> {
  return { domain, primaryType: "AuctionTerms", types: TERMS_TYPES, message: terms };
}

/** Id of an auction: the 32 bytes its underwriters sign. */
export function auctionId(domain: TypedDataDomain, terms: AuctionTerms): string {
  return digestOf(auctionTypedData(domain, terms));
}

/** What a bidder signs to let anyone show its bid. `auction` is the auction's id. */
export function bidTypedData(
  domain: TypedDataDomain,
  auction: string,
  bid: Bid,
): TypedData<Bid & { readonly auction: string }> {
  return { domain, primaryType: "Bid", types: BID_TYPES, message: { auction, ...bid } };
}

/** Id of a bid: what is placed sealed. */
export function bidId(domain: TypedDataDomain, auction: string, bid: Bid): string {
  return digestOf(bidTypedData(domain, auction, bid));
}

/** The hold that guarantees a bid; signed by the bidder it lets anyone place the bid. `bid` is the bid's id. */
export function bidGuaranteeHold(domain: TypedDataDomain, terms: AuctionTerms, bidder: string, bid: string): Hold {
  const { verifyingContract } = domain;
  if (typeof verifyingContract !== "string") throw new RangeError("the domain names no contract");
  return {
    payer: bidder,
    payee: terms.issuer,
    executor: verifyingContract,
    amount: terms.guarantee,
    expiry: terms.settlesUntil + GUARANTEE_PERIOD,
    businessRef: bid,
  };
}
