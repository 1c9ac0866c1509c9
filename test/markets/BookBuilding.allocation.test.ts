import { expect } from "chai";
import { BOOK_ORDER_STATUS, BOOK_STATUS, type BookOrder } from "../../sdk/eip712/book.js";
import { minor } from "../../sdk/money.js";
import { openChainAt, passTo } from "../support/assets.js";
import { CHEST } from "../support/auction.js";
import { BookUnderTest, ISSUE, deployBooks } from "../support/book.js";
import { ref } from "../support/chain.js";

const chain = await openChainAt("2026-03-02");
const { ethers, networkHelpers } = chain;
const price = (text: string) => minor(text, "HKD");

/** 1,500 units are wanted of 1,000: 600 at 1,000.00, 500 (200 at least) at 990.00, 300 at 985.00, 100 at 970.00. */
async function wanted() {
  const f = await deployBooks(chain);
  const book = await BookUnderTest.open(f);
  const orders = [
    await book.place(f.bidders[0], 600n, "1000"),
    await book.place(f.bidders[1], 500n, "990", { minimumUnits: 200n }),
    await book.place(f.bidders[2], 300n, "985"),
    await book.place(f.bidders[3], 100n, "970"),
  ] as const;
  await passTo(chain, book.terms.closes);
  return { ...f, book, orders };
}

async function priced() {
  const it = await wanted();
  await it.book.close("985");
  return it;
}

async function final() {
  const it = await priced();
  const [a, b, c, d] = it.orders;
  await it.book.allot([
    [a, 400n],
    [b, 350n],
    [c, 200n],
    [d, 0n],
  ]);
  await it.book.finalize();
  await passTo(chain, it.book.terms.settlesFrom);
  return it;
}

describe("BookBuilding", function () {
  describe("closeBook", function () {
    let f: Awaited<ReturnType<typeof wanted>>;
    let book: BookUnderTest;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(wanted);
      ({ book } = f);
    });

    it("closes the book at the lead's price", async function () {
      await expect(book.close("985")).to.emit(f.books, "BookPriced").withArgs(book.id, f.lead.address, price("985"));
      expect(await f.books.bookStateOf(book.id)).to.deep.equal([BOOK_STATUS.priced, price("985"), 0n, 0n]);
    });

    it("keeps to the range of prices, its ends included", async function () {
      const { minimumPrice, maximumPrice } = book.terms;
      for (const outside of [minimumPrice - 1n, maximumPrice + 1n]) {
        await expect(f.books.connect(f.lead).closeBook(book.terms, outside))
          .to.be.revertedWithCustomError(f.books, "BookPriceInvalid")
          .withArgs(book.id, outside, minimumPrice, maximumPrice);
      }
      for (const end of [minimumPrice, maximumPrice]) {
        expect(await f.books.connect(f.lead).closeBook.estimateGas(book.terms, end)).to.be.greaterThan(0n);
      }
    });

    it("is the lead's, from the close until the allocation's end", async function () {
      await expect(f.books.connect(f.issuer).closeBook(book.terms, price("985")))
        .to.be.revertedWithCustomError(f.books, "BookCallerInvalid")
        .withArgs(book.id, f.issuer.address, f.lead.address);
      const next = await BookUnderTest.open(f, { documentHash: ref("another") });
      const { closes, allotsUntil } = next.terms;
      const lead = f.books.connect(f.lead);
      await networkHelpers.time.setNextBlockTimestamp(closes - 1n);
      await expect(lead.closeBook(next.terms, price("985"))).to.be.revertedWithCustomError(f.books, "BookTimeInvalid");
      await networkHelpers.time.setNextBlockTimestamp(closes);
      expect(await lead.closeBook.estimateGas(next.terms, price("985"))).to.be.greaterThan(0n);
      await networkHelpers.time.setNextBlockTimestamp(allotsUntil + 1n);
      await expect(lead.closeBook(next.terms, price("985")))
        .to.be.revertedWithCustomError(f.books, "BookTimeInvalid")
        .withArgs(next.id, closes, allotsUntil + 1n, allotsUntil + 1n);
    });
  });

  describe("allot", function () {
    let f: Awaited<ReturnType<typeof priced>>;
    let book: BookUnderTest;
    let orders: readonly [BookOrder, BookOrder, BookOrder, BookOrder];

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(priced);
      ({ book, orders } = f);
    });

    it("gives orders what the lead decides, in pages, up to the last unit", async function () {
      const [a, b, c, d] = orders;
      await expect(book.allot([[a, 600n]]))
        .to.emit(f.books, "OrderAllotted")
        .withArgs(book.id, book.idOf(a), a.investor, 600n);
      await expect(
        book.allot([
          [b, 200n],
          [c, 201n],
        ]),
      )
        .to.be.revertedWithCustomError(f.books, "BookUnitsExceeded")
        .withArgs(book.id, ISSUE + 1n, ISSUE);
      await book.allot([
        [b, 200n],
        [c, 200n],
        [d, 0n],
      ]);
      expect((await f.books.bookStateOf(book.id)).allotted).to.equal(ISSUE);
      expect(await f.books.orderStateOf(book.idOf(c))).to.deep.equal([BOOK_ORDER_STATUS.allotted, 200n]);
      expect(await f.books.orderStateOf(book.idOf(d))).to.deep.equal([BOOK_ORDER_STATUS.declined, 0n]);
    });

    it("gives an order no more than it asks for and no less than it accepts", async function () {
      const [a, b] = orders;
      for (const [order, units, minimum, maximum] of [
        [a, 601n, 1n, 600n],
        [b, 199n, 200n, 500n],
        [b, 501n, 200n, 500n],
      ] as const) {
        await expect(book.allot([[order, units]]))
          .to.be.revertedWithCustomError(f.books, "BookAllotmentInvalid")
          .withArgs(book.idOf(order), units, minimum, maximum);
      }
      await book.allot([
        [a, 1n],
        [b, 200n],
      ]);
    });

    it("gives nothing to an order below the price, and all to one at it", async function () {
      const [, , c, d] = orders;
      await expect(book.allot([[d, 1n]]))
        .to.be.revertedWithCustomError(f.books, "BookLimitExceeded")
        .withArgs(book.idOf(d), price("985"), price("970"));
      await book.allot([[c, 300n]]);
    });

    it("takes each order once, in one page or two, and only placed ones", async function () {
      const [a] = orders;
      await expect(
        book.allot([
          [a, 1n],
          [a, 1n],
        ]),
      )
        .to.be.revertedWithCustomError(f.books, "BookOrderStatusInvalid")
        .withArgs(book.idOf(a), BOOK_ORDER_STATUS.allotted);
      await book.allot([[a, 1n]]);
      await expect(book.allot([[a, 1n]])).to.be.revertedWithCustomError(f.books, "BookOrderStatusInvalid");
      const stranger = book.orderOf(f.company, 7n, "1000", { salt: ref("never placed") });
      await expect(book.allot([[stranger, 7n]]))
        .to.be.revertedWithCustomError(f.books, "BookOrderStatusInvalid")
        .withArgs(book.idOf(stranger), BOOK_ORDER_STATUS.none);
    });

    it("is the lead's, in bounded pages", async function () {
      const [a] = orders;
      await expect(f.books.connect(f.issuer).allot(book.terms, [{ order: a, units: 1n }]))
        .to.be.revertedWithCustomError(f.books, "BookCallerInvalid")
        .withArgs(book.id, f.issuer.address, f.lead.address);
      await expect(book.allot(Array.from({ length: 201 }, () => [a, 0n] as const)))
        .to.be.revertedWithCustomError(f.books, "BookPageTooLong")
        .withArgs(201n, 200n);
    });
  });

  describe("finalizeBook", function () {
    it("makes the allocation final, by the lead, up to the last moment", async function () {
      const { book, ...f } = await networkHelpers.loadFixture(priced);
      const [a] = f.orders;
      await book.allot([[a, 5n]]);
      await expect(f.books.connect(f.issuer).finalizeBook(book.terms))
        .to.be.revertedWithCustomError(f.books, "BookCallerInvalid")
        .withArgs(book.id, f.issuer.address, f.lead.address);
      await networkHelpers.time.setNextBlockTimestamp(book.terms.allotsUntil);
      await expect(book.finalize()).to.emit(f.books, "AllocationFinal").withArgs(book.id, f.lead.address, 5n);
      await expect(book.allot([[a, 5n]]))
        .to.be.revertedWithCustomError(f.books, "BookStatusInvalid")
        .withArgs(book.id, BOOK_STATUS.final);
    });

    it("owes nothing to anybody when the lead was late", async function () {
      const { book, ...f } = await networkHelpers.loadFixture(priced);
      const [a] = f.orders;
      await book.allot([[a, 5n]]);
      await networkHelpers.time.setNextBlockTimestamp(book.terms.allotsUntil + 1n);
      await expect(book.finalize()).to.be.revertedWithCustomError(f.books, "BookTimeInvalid");
      await expect(book.settle([a]))
        .to.be.revertedWithCustomError(f.books, "BookStatusInvalid")
        .withArgs(book.id, BOOK_STATUS.priced);
    });
  });

  describe("settle", function () {
    let f: Awaited<ReturnType<typeof final>>;
    let book: BookUnderTest;
    let orders: readonly [BookOrder, BookOrder, BookOrder, BookOrder];

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(final);
      ({ book, orders } = f);
    });

    it("delivers against payment at one price; unsold units stay with the issuer", async function () {
      const [a, b, c] = orders;
      const settled = book.settle([a, b, c]);
      await expect(settled)
        .to.emit(f.books, "OrderSettled")
        .withArgs(book.id, book.idOf(b), b.investor, 350n, price("985"));
      const parties = [f.issuer, ...f.bidders];
      await expect(settled).to.changeTokenBalances(ethers, f.bond, parties, [-950n, 400n, 350n, 200n, 0n]);
      await expect(settled).to.changeTokenBalances(
        ethers,
        f.money,
        parties,
        [950n, -400n, -350n, -200n, 0n].map((units) => units * price("985")),
      );
      expect(await f.books.bookStateOf(book.id)).to.deep.equal([BOOK_STATUS.final, price("985"), 950n, 950n]);
    });

    it("goes on without an investor that is frozen or has no cover, who may be tried again", async function () {
      const [a, b, c] = orders;
      const [frozen, poor] = f.bidders;
      const enforcer = f.money.connect(f.hongkong.officers.enforcer);
      await enforcer.freeze(frozen, ref("order"));
      await f.money.connect(poor).transfer(f.bidders[3], CHEST - 350n * price("985") + 1n);
      const tried = book.settle([a, b, c]);
      await expect(tried)
        .to.emit(f.books, "OrderFailed")
        .withArgs(
          book.id,
          book.idOf(a),
          frozen.address,
          f.money.interface.encodeErrorResult("ERC7943CannotSend", [frozen.address]),
        );
      await expect(tried).to.changeTokenBalances(ethers, f.bond, [...f.bidders], [0n, 0n, 200n, 0n]);
      expect(await f.books.orderStateOf(book.idOf(b))).to.deep.equal([BOOK_ORDER_STATUS.failed, 350n]);
      expect((await f.books.bookStateOf(book.id)).delivered).to.equal(200n);
      await enforcer.unfreeze(frozen, ref("order lifted"));
      await f.money.connect(f.bidders[3]).transfer(poor, 1n);
      await networkHelpers.time.setNextBlockTimestamp(book.terms.settlesUntil);
      await expect(book.settle([a, b])).to.changeTokenBalances(ethers, f.bond, [...f.bidders], [400n, 350n, 0n, 0n]);
    });

    it("fails for all while the issuer cannot deliver", async function () {
      const [a, b] = orders;
      await f.engine.connect(f.issuer).authorizeAgent(f.books, false);
      await book.settle([a, b]);
      expect(await book.statusOf(a)).to.equal(BOOK_ORDER_STATUS.failed);
      await f.engine.connect(f.issuer).authorizeAgent(f.books, true);
      await expect(book.settle([a, b])).to.changeTokenBalance(ethers, f.bond, f.issuer, -750n);
    });

    it("settles an order once, within the window, in bounded pages; then it lapses", async function () {
      const [a, b, c, d] = orders;
      await book.settle([a]);
      for (const [order, status] of [
        [a, BOOK_ORDER_STATUS.settled],
        [d, BOOK_ORDER_STATUS.declined],
      ] as const) {
        await expect(book.settle([order]))
          .to.be.revertedWithCustomError(f.books, "BookOrderStatusInvalid")
          .withArgs(book.idOf(order), status);
      }
      await expect(book.settle(Array.from({ length: 61 }, () => b)))
        .to.be.revertedWithCustomError(f.books, "BookPageTooLong")
        .withArgs(61n, 60n);
      const { settlesFrom, settlesUntil } = book.terms;
      await networkHelpers.time.setNextBlockTimestamp(settlesUntil + 1n);
      await expect(book.settle([c]))
        .to.be.revertedWithCustomError(f.books, "BookTimeInvalid")
        .withArgs(book.id, settlesFrom, settlesUntil + 1n, settlesUntil + 1n);
      expect(await f.bond.balanceOf(f.issuer)).to.equal(9_600n);
    });

    it("does not begin early", async function () {
      const { book: next, ...g } = await networkHelpers.loadFixture(priced);
      const [a] = g.orders;
      await next.allot([[a, 5n]]);
      await next.finalize();
      await networkHelpers.time.setNextBlockTimestamp(next.terms.settlesFrom - 1n);
      await expect(g.books.settle(next.terms, [a])).to.be.revertedWithCustomError(g.books, "BookTimeInvalid");
      await networkHelpers.time.setNextBlockTimestamp(next.terms.settlesFrom);
      await g.books.settle(next.terms, [a]);
    });
  });
});
