import { expect } from "chai";
import { minor } from "../../sdk/money.js";
import { parseRate } from "../../sdk/rates.js";
import { deployBridge, offer, offerId, take, type Bridge } from "../support/bridge.js";
import { openChain } from "../support/chain.js";

const chain = await openChain("hongkong");
const { networkHelpers } = chain;

const NONCE = { open: 0n, partial: 1n, used: 2n, cancelled: 3n } as const;

async function deploy() {
  return deployBridge(chain);
}

describe("ForeignExchange: offers", function () {
  let f: Bridge;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  async function expectState(quote: ReturnType<typeof offer>, status: bigint, remaining: bigint) {
    expect(await f.exchange.nonceStatus(quote.maker, quote.nonce)).to.equal(status);
    expect(await f.exchange.remainingOf(quote)).to.equal(remaining);
  }

  context("given an offer that may be divided", function () {
    it("is accepted in parts until nothing is left", async function () {
      const quote = offer(f);
      await expectState(quote, NONCE.open, minor("10000"));
      await take(f, quote, minor("6000"));
      await expectState(quote, NONCE.partial, minor("4000"));
      await take(f, quote, minor("3000"), f.boc);
      await expectState(quote, NONCE.partial, minor("1000"));
      await take(f, quote, minor("1000"));
      await expectState(quote, NONCE.used, 0n);
      await expect(take(f, quote, minor("100")))
        .to.be.revertedWithCustomError(f.exchange, "QuoteAlreadyUsed")
        .withArgs(offerId(f, quote), 0n);
    });

    it("is accepted as a whole at once", async function () {
      await take(f, offer(f), minor("10000"));
      await expectState(offer(f), NONCE.used, 0n);
    });

    it("takes its minimum and not a fen less, but for what is left at the end", async function () {
      const quote = offer(f);
      await expect(take(f, quote, minor("99.99")))
        .to.be.revertedWithCustomError(f.exchange, "QuoteAmountOutOfRange")
        .withArgs(offerId(f, quote), minor("99.99"), minor("100"), minor("10000"));
      await take(f, quote, minor("100"));
      await take(f, quote, minor("9850"));
      for (const [amount, left] of [
        [minor("49.99"), minor("50")],
        [minor("50.01"), minor("50")],
      ] as const) {
        await expect(take(f, quote, amount))
          .to.be.revertedWithCustomError(f.exchange, "QuoteAmountOutOfRange")
          .withArgs(offerId(f, quote), amount, minor("100"), left);
      }
      await take(f, quote, minor("50"));
      await expectState(quote, NONCE.used, 0n);
    });

    it("takes its maximum and not a fen more", async function () {
      await expect(take(f, offer(f), minor("10000.01")))
        .to.be.revertedWithCustomError(f.exchange, "QuoteAmountOutOfRange")
        .withArgs(offerId(f, offer(f)), minor("10000.01"), minor("100"), minor("10000"));
    });
  });

  context("given an offer that may not be divided", function () {
    it("is accepted once, at any amount within its range", async function () {
      const quote = offer(f, { divisible: false });
      for (const amount of [minor("99.99"), minor("10000.01")]) {
        await expect(take(f, quote, amount))
          .to.be.revertedWithCustomError(f.exchange, "QuoteAmountOutOfRange")
          .withArgs(offerId(f, quote), amount, minor("100"), minor("10000"));
      }
      await take(f, quote, minor("100"));
      await expectState(quote, NONCE.used, 0n);
      await expect(take(f, quote, minor("100")))
        .to.be.revertedWithCustomError(f.exchange, "QuoteAlreadyUsed")
        .withArgs(offerId(f, quote), 0n);
    });

    it("is accepted at its maximum", async function () {
      await take(f, offer(f, { divisible: false }), minor("10000"));
      await expectState(offer(f, { divisible: false }), NONCE.used, 0n);
    });

    it("is accepted by nobody when its minimum is above its maximum", async function () {
      const quote = offer(f, { divisible: false, minimum: minor("10000.01") });
      await expect(take(f, quote, minor("10000")))
        .to.be.revertedWithCustomError(f.exchange, "QuoteAmountOutOfRange")
        .withArgs(offerId(f, quote), minor("10000"), minor("10000.01"), minor("10000"));
    });
  });

  context("given two offers with one nonce", function () {
    it("excludes the other once one is used up", async function () {
      await take(f, offer(f, { divisible: false }), minor("100"));
      const other = offer(f, { rate: parseRate("0.911") });
      await expectState(other, NONCE.used, 0n);
      await expect(take(f, other, minor("100")))
        .to.be.revertedWithCustomError(f.exchange, "QuoteAlreadyUsed")
        .withArgs(offerId(f, other), 0n);
    });

    it("excludes the other once one is accepted in part, whether that may be divided or not", async function () {
      await take(f, offer(f), minor("100"));
      for (const change of [{ rate: parseRate("0.911") }, { divisible: false }, { maximum: minor("100000") }]) {
        const other = offer(f, change);
        await expectState(other, NONCE.partial, 0n);
        await expect(take(f, other, minor("100")))
          .to.be.revertedWithCustomError(f.exchange, "QuoteNonceTaken")
          .withArgs(offerId(f, other), 0n);
      }
      await take(f, offer(f), minor("9900"));
    });

    it("leaves other nonces and other makers alone", async function () {
      await take(f, offer(f), minor("100"));
      for (const change of [{ nonce: 1n }, { nonce: 127n }, { nonce: 128n }, { maker: f.bochk.address }]) {
        await expectState(offer(f, change), NONCE.open, minor("10000"));
      }
      await take(f, offer(f, { nonce: 1n, divisible: false }), minor("100"));
      await expectState(offer(f), NONCE.partial, minor("9900"));
      await take(f, offer(f, { nonce: 2n ** 256n - 1n, divisible: false }), minor("100"));
      expect(await f.exchange.nonceStatus(f.hsbc, 2n ** 256n - 1n)).to.equal(NONCE.used);
    });
  });

  describe("cancelQuote", function () {
    it("takes an offer back, untouched or accepted in part", async function () {
      await take(f, offer(f, { nonce: 1n }), minor("100"));
      for (const nonce of [0n, 1n]) {
        await expect(f.exchange.connect(f.hsbc).cancelQuote(nonce))
          .to.emit(f.exchange, "QuoteCancelled")
          .withArgs(f.hsbc.address, nonce);
        await expectState(offer(f, { nonce }), NONCE.cancelled, 0n);
        await expect(take(f, offer(f, { nonce }), minor("100")))
          .to.be.revertedWithCustomError(f.exchange, "QuoteAlreadyCancelled")
          .withArgs(offerId(f, offer(f, { nonce })), nonce);
      }
      await expectState(offer(f, { nonce: 2n }), NONCE.open, minor("10000"));
    });

    it("changes nothing when repeated, and not what is used up or another's", async function () {
      const quote = offer(f, { divisible: false });
      await f.exchange.connect(f.icbc).cancelQuote(0n);
      await take(f, quote, minor("100"));
      await expect(f.exchange.connect(f.hsbc).cancelQuote(0n)).not.to.emit(f.exchange, "QuoteCancelled");
      await expectState(quote, NONCE.used, 0n);
      await f.exchange.connect(f.hsbc).cancelQuote(5n);
      await expect(f.exchange.connect(f.hsbc).cancelQuote(5n)).not.to.emit(f.exchange, "QuoteCancelled");
    });
  });

  describe("cancelQuotes", function () {
    it("takes 128 offers back at once, and leaves what is used up", async function () {
      await take(f, offer(f, { nonce: 128n }), minor("100"));
      await take(f, offer(f, { nonce: 129n, divisible: false }), minor("100"));
      await expect(f.exchange.connect(f.hsbc).cancelQuotes(1n))
        .to.emit(f.exchange, "QuotesCancelled")
        .withArgs(f.hsbc.address, 1n);
      for (const nonce of [128n, 130n, 255n]) await expectState(offer(f, { nonce }), NONCE.cancelled, 0n);
      await expectState(offer(f, { nonce: 129n }), NONCE.used, 0n);
      for (const nonce of [127n, 256n]) await expectState(offer(f, { nonce }), NONCE.open, minor("10000"));
      await expect(f.exchange.connect(f.hsbc).cancelQuotes(1n)).not.to.emit(f.exchange, "QuotesCancelled");
    });
  });
});
