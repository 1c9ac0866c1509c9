import { MaxUint256 } from "ethers";
import { openBooks } from "../../../sdk/deploy/book.js";
import { bookId, bookOrderTypedData, type BookOrder, type BookTerms } from "../../../sdk/eip712/book.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import { ref } from "../chain.js";
import type { BOOK_ROWS } from "./bookTable.js";
import type { Calls, Prepared } from "./prepared.js";
import type { Scene } from "./stage.js";

const HOUR = 3_600n;
const PRICE = minor("10.00");

/** The book contract of the platform; issuer and investor have authorised it. */
export async function booksOf({ suite, side, bond, who }: Scene) {
  const { engine, assets } = suite;
  const books = await openBooks({ deployer: suite.deployer, engine, assets });
  for (const party of [who.operating, who.holder]) await engine.connect(party).authorizeAgent(books, true);
  await side.currency.connect(who.holder).approve(engine, MaxUint256);
  await bond.connect(who.operating).approve(engine, MaxUint256);
  return books;
}

/** Ten units at 10.00; the holder orders four of them. */
async function drafted(f: Scene) {
  const books = await booksOf(f);
  const opens = BigInt(await f.chain.networkHelpers.time.latest()) + 60n;
  const terms: BookTerms = {
    ...{ issuer: f.who.operating.address, lead: f.who.participating.address, security: await f.bond.getAddress() },
    ...{ currency: await f.side.currency.getAddress(), documentHash: ref("prospectus"), units: 10n },
    ...{ minimumPrice: PRICE, maximumPrice: PRICE, opens, closes: opens + HOUR, allotsUntil: opens + 2n * HOUR },
    ...{ settlesFrom: opens + 2n * HOUR, settlesUntil: opens + 3n * HOUR },
  };
  const order: BookOrder = {
    ...{ investor: f.who.holder.address, units: 4n, minimumUnits: 1n, price: PRICE, salt: ref("salt") },
  };
  return { books, terms, order };
}

type Draft = Awaited<ReturnType<typeof drafted>>;

async function opened(f: Scene): Promise<Draft> {
  const it = await drafted(f);
  await it.books.connect(f.who.operating).openBook(it.terms);
  await f.chain.networkHelpers.time.increaseTo(it.terms.opens);
  return it;
}

async function placed(f: Scene): Promise<Draft> {
  const it = await opened(f);
  await it.books.connect(f.who.holder).placeOrder(it.terms, it.order, "0x");
  return it;
}

async function closing(f: Scene): Promise<Draft> {
  const it = await placed(f);
  await f.chain.networkHelpers.time.increaseTo(it.terms.closes);
  return it;
}

async function priced(f: Scene): Promise<Draft> {
  const it = await closing(f);
  await it.books.connect(f.who.participating).closeBook(it.terms, PRICE);
  return it;
}

async function to({ books }: Draft, args: Prepared["args"]): Promise<Prepared> {
  return { to: await books.getAddress(), args };
}

export const bookCalls: Calls<typeof BOOK_ROWS> = {
  openBook: async (f) => {
    const it = await drafted(f);
    return to(it, [it.terms]);
  },
  placeOrder: async (f) => {
    const it = await opened(f);
    const domain = await domainOf(it.books);
    const signed = bookOrderTypedData(domain, bookId(domain, it.terms), it.order);
    return to(it, [it.terms, it.order, await sign(f.who.holder, signed)]);
  },
  "placeOrder: without a signature": async (f) => {
    const it = await opened(f);
    return to(it, [it.terms, it.order, "0x"]);
  },
  revokeOrder: async (f) => {
    const it = await placed(f);
    return to(it, [it.terms, it.order]);
  },
  closeBook: async (f) => {
    const it = await closing(f);
    return to(it, [it.terms, PRICE]);
  },
  allot: async (f) => {
    const it = await priced(f);
    return to(it, [it.terms, [{ order: it.order, units: 4n }]]);
  },
  finalizeBook: async (f) => {
    const it = await priced(f);
    return to(it, [it.terms]);
  },
  settle: async (f) => {
    const it = await priced(f);
    const lead = it.books.connect(f.who.participating);
    await lead.allot(it.terms, [{ order: it.order, units: 4n }]);
    await lead.finalizeBook(it.terms);
    await f.chain.networkHelpers.time.increaseTo(it.terms.settlesFrom);
    return to(it, [it.terms, [it.order]]);
  },
};
