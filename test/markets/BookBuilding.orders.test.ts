import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { BOOK_LIMITS, BOOK_ORDER_STATUS, BOOK_STATUS, type BookTerms } from "../../sdk/eip712/book.js";
import { minor } from "../../sdk/money.js";
import { openChainAt, passTo } from "../support/assets.js";
import { BookUnderTest, ISSUE, deployBooks } from "../support/book.js";
import { ref } from "../support/chain.js";

const chain = await openChainAt("2026-03-02");
const { ethers, networkHelpers } = chain;
const price = (text: string) => minor(text, "HKD");

async function market() {
  return deployBooks(chain);
}

async function opened() {
  const f = await deployBooks(chain);
  return { ...f, book: await BookUnderTest.open(f) };
}

describe("BookBuilding", function () {
  describe("openBook", function () {
    let f: Awaited<ReturnType<typeof market>>;
    let book: BookUnderTest;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(market);
      book = await BookUnderTest.drafted(f);
    });

    it("opens the book under the digest of its terms, and holds nothing", async function () {
      await expect(book.open())
        .to.emit(f.books, "BookOpened")
        .withArgs(book.id, f.issuer.address, f.lead.address, Object.values(book.terms));
      expect(await f.books.bookId(book.terms)).to.equal(book.id);
      expect(await f.books.bookStateOf(book.id)).to.deep.equal([BOOK_STATUS.open, 0n, 0n, 0n]);
      expect(await f.bond.heldOf(f.issuer)).to.equal(0n);
      const limits = [await f.books.ALLOTTED_AT_ONCE(), await f.books.SETTLED_AT_ONCE()];
      expect(limits).to.deep.equal([BOOK_LIMITS.allottedAtOnce, BOOK_LIMITS.settledAtOnce].map(BigInt));
    });

    it("opens it once", async function () {
      await book.open();
      await expect(book.open())
        .to.be.revertedWithCustomError(f.books, "BookStatusInvalid")
        .withArgs(book.id, BOOK_STATUS.open);
    });

    it("is the issuer's, who has to let the contract settle", async function () {
      const other = await BookUnderTest.drafted(f, { issuer: f.company.address });
      for (const [drafted, caller] of [
        [book, f.company],
        [other, f.company],
        [other, f.issuer],
      ] as const) {
        await expect(f.books.connect(caller).openBook(drafted.terms))
          .to.be.revertedWithCustomError(f.books, "BookCallerInvalid")
          .withArgs(drafted.id, caller.address, f.issuer.address);
      }
      await f.engine.connect(f.issuer).authorizeAgent(f.books, false);
      await expect(book.open())
        .to.be.revertedWithCustomError(f.books, "BookAgentMissing")
        .withArgs(book.id, f.issuer.address);
    });

    it("takes assets and currencies of the register alone", async function () {
      const money = await f.money.getAddress();
      await expect((await BookUnderTest.drafted(f, { security: money })).open()).to.be.revertedWithCustomError(
        f.register,
        "AssetTokenUnknown",
      );
      await expect((await BookUnderTest.drafted(f, { currency: f.address })).open()).to.be.revertedWithCustomError(
        f.register,
        "AssetCurrencyUnlisted",
      );
    });

    for (const [what, change] of [
      ["no lead", () => ({ lead: ZeroAddress })],
      ["no units", () => ({ units: 0n })],
      ["a price of nothing", () => ({ minimumPrice: 0n })],
      ["a range upside down", () => ({ minimumPrice: price("1050") + 1n })],
      ["a sum beyond 64 bits", () => ({ units: 2n, maximumPrice: 2n ** 63n })],
      ["an opening in the past", (terms) => ({ opens: terms.opens - 100_000n })],
      ["no time for orders", (terms) => ({ closes: terms.opens })],
      ["no time to allot", (terms) => ({ allotsUntil: terms.closes - 1n })],
      ["settlement before the allocation", (terms) => ({ settlesFrom: terms.allotsUntil - 1n })],
      ["no time for settlement", (terms) => ({ settlesUntil: terms.settlesFrom - 1n })],
    ] as const satisfies readonly (readonly [string, (terms: BookTerms) => Partial<BookTerms>])[]) {
      it(`refuses ${what}`, async function () {
        const wrong = await BookUnderTest.drafted(f, change(book.terms));
        await expect(wrong.open()).to.be.revertedWithCustomError(f.books, "BookTermsInvalid").withArgs(wrong.id);
      });
    }

    it("takes terms at their limits", async function () {
      const { closes } = book.terms;
      const tight = { allotsUntil: closes, settlesFrom: closes, settlesUntil: closes };
      const most = { units: 1n, minimumPrice: 2n ** 64n - 1n, maximumPrice: 2n ** 64n - 1n };
      const drafted = await BookUnderTest.drafted(f, { ...tight, ...most });
      await networkHelpers.time.setNextBlockTimestamp(drafted.terms.opens);
      await expect(drafted.open()).to.emit(f.books, "BookOpened");
    });
  });

  describe("placeOrder", function () {
    let f: Awaited<ReturnType<typeof opened>>;
    let book: BookUnderTest;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(opened);
      ({ book } = f);
    });

    it("takes an order from its investor, or from anybody with its signature", async function () {
      const own = book.orderOf(f.company, 100n, "1000");
      await expect(f.books.connect(f.company).placeOrder(book.terms, own, "0x"))
        .to.emit(f.books, "OrderPlaced")
        .withArgs(book.id, book.idOf(own), f.company.address, Object.values(own));
      expect(await f.books.orderId(book.id, own)).to.equal(book.idOf(own));
      const signed = book.orderOf(f.icbc, 200n, "990");
      await f.books.connect(f.stranger).placeOrder(book.terms, signed, await book.sign(f.icbc, signed));
      expect(await f.books.orderStateOf(book.idOf(signed))).to.deep.equal([BOOK_ORDER_STATUS.placed, 0n]);
    });

    it("takes a contract's signature", async function () {
      const wallet = await ethers.deployContract("Erc1271WalletMock", [f.company]);
      const investor = await wallet.getAddress();
      await f.bond.connect(f.hsbc).openAccount(investor);
      const authority = f.engine.interface.encodeFunctionData("authorizeAgent", [await f.books.getAddress(), true]);
      await wallet.execute(f.engine, authority);
      const order = book.orderOf({ address: investor }, 10n, "1000");
      await expect(f.books.placeOrder(book.terms, order, await book.sign(f.icbc, order)))
        .to.be.revertedWithCustomError(f.books, "BookSignatureInvalid")
        .withArgs(book.idOf(order), investor);
      await f.books.placeOrder(book.terms, order, await book.sign(f.company, order));
      expect(await book.statusOf(order)).to.equal(BOOK_ORDER_STATUS.placed);
    });

    it("refuses another's signature, and an order that was changed", async function () {
      const order = book.orderOf(f.company, 100n, "1000");
      const changed = { ...order, units: 101n };
      for (const [placed, signature] of [
        [order, await book.sign(f.icbc, order)],
        [changed, await book.sign(f.company, order)],
        [order, "0x"],
      ] as const) {
        await expect(f.books.connect(f.stranger).placeOrder(book.terms, placed, signature))
          .to.be.revertedWithCustomError(f.books, "BookSignatureInvalid")
          .withArgs(book.idOf(placed), f.company.address);
      }
    });

    it("takes an order once", async function () {
      const order = await book.place(f.company, 100n, "1000");
      await expect(f.books.placeOrder(book.terms, order, await book.sign(f.company, order)))
        .to.be.revertedWithCustomError(f.books, "BookOrderStatusInvalid")
        .withArgs(book.idOf(order), BOOK_ORDER_STATUS.placed);
    });

    it("takes orders within the terms, at each limit", async function () {
      await book.place(f.company, ISSUE, "950", { minimumUnits: ISSUE });
      await book.place(f.icbc, 1n, "2000");
      for (const [units, limit, minimumUnits] of [
        [0n, "1000", 0n],
        [ISSUE + 1n, "1000", 0n],
        [10n, "1000", 11n],
        [10n, "949.99", 0n],
      ] as const) {
        const order = book.orderOf(f.company, units, limit, { minimumUnits });
        await expect(f.books.connect(f.company).placeOrder(book.terms, order, "0x"))
          .to.be.revertedWithCustomError(f.books, "BookOrderInvalid")
          .withArgs(book.idOf(order), units, minimumUnits, price(limit));
      }
    });

    it("takes orders of those who can receive and have authorised it", async function () {
      for (const investor of [f.issuer, f.stranger]) {
        const order = book.orderOf(investor, 10n, "1000");
        await expect(f.books.connect(investor).placeOrder(book.terms, order, "0x"))
          .to.be.revertedWithCustomError(f.books, "BookInvestorInvalid")
          .withArgs(book.id, investor.address);
      }
      await f.engine.connect(f.company).authorizeAgent(f.books, false);
      await expect(book.place(f.company, 10n, "1000"))
        .to.be.revertedWithCustomError(f.books, "BookAgentMissing")
        .withArgs(book.id, f.company.address);
    });

    it("takes orders from the opening until before the close", async function () {
      const next = await BookUnderTest.drafted(f, { documentHash: ref("another") });
      await next.open();
      const { opens, closes } = next.terms;
      await networkHelpers.time.setNextBlockTimestamp(opens - 1n);
      await expect(next.place(f.company, 10n, "1000"))
        .to.be.revertedWithCustomError(f.books, "BookTimeInvalid")
        .withArgs(next.id, opens, closes, opens - 1n);
      await networkHelpers.time.setNextBlockTimestamp(opens);
      await next.place(f.company, 10n, "1000");
      await networkHelpers.time.setNextBlockTimestamp(closes - 1n);
      await next.place(f.icbc, 10n, "1000");
      await networkHelpers.time.setNextBlockTimestamp(closes);
      await expect(next.place(f.boc, 10n, "1000")).to.be.revertedWithCustomError(f.books, "BookTimeInvalid");
    });
  });

  describe("revokeOrder", function () {
    let f: Awaited<ReturnType<typeof opened>>;
    let book: BookUnderTest;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(opened);
      ({ book } = f);
    });

    it("takes an order back, for good", async function () {
      const order = await book.place(f.company, 10n, "1000");
      await expect(f.books.connect(f.company).revokeOrder(book.terms, order))
        .to.emit(f.books, "OrderRevoked")
        .withArgs(book.id, book.idOf(order), f.company.address);
      for (const again of [
        f.books.connect(f.company).placeOrder(book.terms, order, "0x"),
        f.books.connect(f.company).revokeOrder(book.terms, order),
      ]) {
        await expect(again)
          .to.be.revertedWithCustomError(f.books, "BookOrderStatusInvalid")
          .withArgs(book.idOf(order), BOOK_ORDER_STATUS.revoked);
      }
    });

    it("keeps an order that was signed from being placed", async function () {
      const order = book.orderOf(f.company, 10n, "1000");
      const signature = await book.sign(f.company, order);
      await f.books.connect(f.company).revokeOrder(book.terms, order);
      await expect(f.books.placeOrder(book.terms, order, signature)).to.be.revertedWithCustomError(
        f.books,
        "BookOrderStatusInvalid",
      );
    });

    it("is the investor's own", async function () {
      const order = await book.place(f.company, 10n, "1000");
      await expect(f.books.connect(f.lead).revokeOrder(book.terms, order))
        .to.be.revertedWithCustomError(f.books, "BookCallerInvalid")
        .withArgs(book.id, f.lead.address, f.company.address);
    });

    it("ends when the book closes", async function () {
      const [first, second] = [await book.place(f.company, 10n, "1000"), await book.place(f.icbc, 10n, "1000")];
      const { closes } = book.terms;
      await networkHelpers.time.setNextBlockTimestamp(closes - 1n);
      await f.books.connect(f.company).revokeOrder(book.terms, first);
      await networkHelpers.time.setNextBlockTimestamp(closes);
      await expect(f.books.connect(f.icbc).revokeOrder(book.terms, second))
        .to.be.revertedWithCustomError(f.books, "BookTimeInvalid")
        .withArgs(book.id, 0n, closes, closes);
    });
  });

  it("knows no book that was not opened", async function () {
    const f = await networkHelpers.loadFixture(market);
    const book = await BookUnderTest.drafted(f);
    await passTo(chain, book.terms.opens);
    await expect(book.place(f.company, 10n, "1000"))
      .to.be.revertedWithCustomError(f.books, "BookStatusInvalid")
      .withArgs(book.id, BOOK_STATUS.none);
  });
});
