import { type TypedDataDomain } from "ethers";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** How far a book has come. */
export const BOOK_STATUS = { none: 0n, open: 1n, priced: 2n, final: 3n } as const;
/** How far an order has come. */
export const BOOK_ORDER_STATUS = {
  none: 0n,
  placed: 1n,
  revoked: 2n,
  declined: 3n,
  allotted: 4n,
  failed: 5n,
  settled: 6n,
} as const;
/** Orders that one call takes. */
export const BOOK_LIMITS = { allottedAtOnce: 200, settledAtOnce: 60 } as const;

/** The terms of a book, as the contract takes them. Times are Unix seconds, prices minor units a unit. */
export interface BookTerms {
  readonly issuer: string;
  /** Closes the book at a price and allots. */
  readonly lead: string;
  readonly security: string;
  readonly currency: string;
  /** Hash of the prospectus's text, 32 bytes. */
  readonly documentHash: string;
  /** Units for sale. */
  readonly units: bigint;
  /** The range of the price; both ends the same where it is fixed. */
  readonly minimumPrice: bigint;
  readonly maximumPrice: bigint;
  /** Orders are taken from `opens` until before `closes`; from then until `allotsUntil` the lead prices and allots. */
  readonly opens: bigint;
  readonly closes: bigint;
  /** Inclusive, as is `settlesUntil`. */
  readonly allotsUntil: bigint;
  readonly settlesFrom: bigint;
  readonly settlesUntil: bigint;
}

/** An investor's order. */
export interface BookOrder {
  readonly investor: string;
  readonly units: bigint;
  /** Least units it takes; zero: as few as it is given. */
  readonly minimumUnits: bigint;
  /** Minor units a unit, the most it pays. */
  readonly price: bigint;
  /** 32 bytes that tell equal orders apart. */
  readonly salt: string;
}

const TERMS_TYPES: Types = {
  BookTerms: [
    { name: "issuer", type: "address" },
    { name: "lead", type: "address" },
    { name: "security", type: "address" },
    { name: "currency", type: "address" },
    { name: "documentHash", type: "bytes32" },
    { name: "units", type: "uint64" },
    { name: "minimumPrice", type: "uint64" },
    { name: "maximumPrice", type: "uint64" },
    { name: "opens", type: "uint40" },
    { name: "closes", type: "uint40" },
    { name: "allotsUntil", type: "uint40" },
    { name: "settlesFrom", type: "uint40" },
    { name: "settlesUntil", type: "uint40" },
  ],
};
const ORDER_TYPES: Types = {
  BookOrder: [
    { name: "book", type: "bytes32" },
    { name: "investor", type: "address" },
    { name: "units", type: "uint64" },
    { name: "minimumUnits", type: "uint64" },
    { name: "price", type: "uint64" },
    { name: "salt", type: "bytes32" },
  ],
};

/** Id of a book: 32 bytes that name the whole terms. `domain` is the book contract's, here and below. */
export function bookId(domain: TypedDataDomain, terms: BookTerms): string {
  return digestOf({ domain, primaryType: "BookTerms", types: TERMS_TYPES, message: terms });
}

/** What an investor signs to let anyone place its order. `book` is the book's id. */
export function bookOrderTypedData(
  domain: TypedDataDomain,
  book: string,
  order: BookOrder,
): TypedData<BookOrder & { readonly book: string }> {
  return { domain, primaryType: "BookOrder", types: ORDER_TYPES, message: { book, ...order } };
}

/** Id of an order: the 32 bytes that its investor signs. */
export function bookOrderId(domain: TypedDataDomain, book: string, order: BookOrder): string {
  return digestOf(bookOrderTypedData(domain, book, order));
}
