import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { TypedDataDomain } from "ethers";
import { bookId, bookOrderId, bookOrderTypedData, type BookOrder, type BookTerms } from "../../sdk/eip712/book.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import type { BookBuilding } from "../../types/ethers-contracts/index.js";
import { passTo } from "./assets.js";
import { deployMarket, type Market } from "./auction.js";
import { ref, type Chain } from "./chain.js";

const DAY = 86_400n;
/** Units for sale. */
export const ISSUE = 1_000n;

/** The market of the auctions, whose parties have authorised the books as well. */
export interface BookMarket extends Market {
  readonly books: BookBuilding;
  readonly bookDomain: TypedDataDomain;
  /** Lead manager; has no account in the asset. */
  readonly lead: HardhatEthersSigner;
}

/** Call it inside a fixture. */
export async function deployBooks(chain: Chain): Promise<BookMarket> {
  const f = await deployMarket(chain);
  const books = await chain.ethers.deployContract("BookBuilding", [f.engine, f.register]);
  for (const party of [f.issuer, ...f.bidders]) await f.engine.connect(party).authorizeAgent(books, true);
  return { ...f, books, bookDomain: await domainOf(books), lead: f.carrier };
}

/** Terms that open in a minute: 1,000 units at 950.00 to 1,050.00, a day for orders, one to allot, two to settle. */
export async function bookTerms(f: BookMarket, changed: Partial<BookTerms> = {}): Promise<BookTerms> {
  const opens = BigInt(await f.chain.networkHelpers.time.latest()) + 60n;
  return {
    ...{ issuer: f.issuer.address, lead: f.lead.address, security: f.address, currency: await f.money.getAddress() },
    ...{ documentHash: ref("prospectus"), units: ISSUE },
    ...{ minimumPrice: minor("950", "HKD"), maximumPrice: minor("1050", "HKD") },
    ...{ opens, closes: opens + DAY, allotsUntil: opens + 2n * DAY },
    ...{ settlesFrom: opens + 3n * DAY, settlesUntil: opens + 5n * DAY },
    ...changed,
  };
}

/** A book, and what may be done to it by who may. */
export class BookUnderTest {
  readonly id: string;

  private constructor(
    readonly f: BookMarket,
    readonly terms: BookTerms,
  ) {
    this.id = bookId(f.bookDomain, terms);
  }

  /** Not opened. */
  static async drafted(f: BookMarket, changed: Partial<BookTerms> = {}): Promise<BookUnderTest> {
    return new BookUnderTest(f, await bookTerms(f, changed));
  }

  /** Opened, and taking orders. */
  static async open(f: BookMarket, changed: Partial<BookTerms> = {}): Promise<BookUnderTest> {
    const book = await BookUnderTest.drafted(f, changed);
    await book.open();
    await passTo(f.chain, book.terms.opens);
    return book;
  }

  open() {
    return this.f.books.connect(this.f.issuer).openBook(this.terms);
  }

  /** An order, not placed. */
  orderOf(
    investor: { readonly address: string },
    units: bigint,
    price: string,
    changed: Partial<BookOrder> = {},
  ): BookOrder {
    const order = { investor: investor.address, units, minimumUnits: 0n, price: minor(price, "HKD") };
    return { ...order, salt: ref("order"), ...changed };
  }

  idOf(order: BookOrder): string {
    return bookOrderId(this.f.bookDomain, this.id, order);
  }

  sign(signer: HardhatEthersSigner, order: BookOrder): Promise<string> {
    return sign(signer, bookOrderTypedData(this.f.bookDomain, this.id, order));
  }

  /** Places an order by its investor's call. */
  async place(investor: HardhatEthersSigner, units: bigint, price: string, changed: Partial<BookOrder> = {}) {
    const order = this.orderOf(investor, units, price, changed);
    await this.f.books.connect(investor).placeOrder(this.terms, order, "0x");
    return order;
  }

  /** The lead closes the book, when the time has come. */
  async close(price: string) {
    await passTo(this.f.chain, this.terms.closes);
    return this.f.books.connect(this.f.lead).closeBook(this.terms, minor(price, "HKD"));
  }

  allot(allotments: readonly (readonly [BookOrder, bigint])[]) {
    const given = allotments.map(([order, units]) => ({ order, units }));
    return this.f.books.connect(this.f.lead).allot(this.terms, given);
  }

  finalize() {
    return this.f.books.connect(this.f.lead).finalizeBook(this.terms);
  }

  /** Settles orders, carried by anyone, from the first moment of settlement on. */
  async settle(orders: readonly BookOrder[]) {
    await passTo(this.f.chain, this.terms.settlesFrom);
    return this.f.books.connect(this.f.stranger).settle(this.terms, [...orders]);
  }

  async statusOf(order: BookOrder): Promise<bigint> {
    return (await this.f.books.orderStateOf(this.idOf(order))).status;
  }
}
