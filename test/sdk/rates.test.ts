import { expect } from "chai";
import fc from "fast-check";
import { MAKER_SIDE } from "../../sdk/eip712/foreignExchange.js";
import { UserError } from "../../sdk/errors.js";
import { MAX_RATE, RATE_SCALE, counterAmountOf, crossRate, formatRate, parseRate } from "../../sdk/rates.js";

describe("sdk/rates", function () {
  describe("parseRate", function () {
    for (const [text, rate] of [
      ["1", 1_000_000_000_000n],
      ["1.0925", 1_092_500_000_000n],
      ["0.000000000001", 1n],
      ["1.0925000000000", 1_092_500_000_000n],
      ["3.6725", 3_672_500_000_000n],
    ] as const) {
      it(`reads ${text}`, function () {
        expect(parseRate(text)).to.equal(rate);
      });
    }

    it("is about minor units: of yen there are a hundred times fewer", function () {
      expect(parseRate("20.5", { base: "CNY", counter: "JPY" })).to.equal(205_000_000_000n);
      expect(parseRate("0.0487", { base: "JPY", counter: "CNY" })).to.equal(4_870_000_000_000n);
      expect(parseRate("0.00000000000001", { base: "JPY", counter: "CNY" })).to.equal(1n);
    });

    for (const text of ["", "0", "0.000", "-1", "+1", "1e3", "1,5", ".5", "5.", "01", " 1", "0x1", "1.1.1", "NaN"]) {
      it(`refuses "${text}"`, function () {
        expect(() => parseRate(text)).to.throw(UserError, "is not a rate");
      });
    }

    it("refuses a digit that it would lose, and what does not fit", function () {
      expect(() => parseRate("0.0000000000001")).to.throw(UserError, "more decimals than a rate keeps (12)");
      expect(() => parseRate("0.00000000001", { base: "CNY", counter: "JPY" })).to.throw(UserError, "keeps (10)");
      expect(parseRate(formatRate(MAX_RATE))).to.equal(MAX_RATE);
      expect(() => parseRate(formatRate(MAX_RATE + 1n))).to.throw(UserError, "too large");
    });
  });

  describe("formatRate", function () {
    it("is read back as it was", function () {
      const pairs = fc.constantFrom(
        undefined,
        { base: "CNY", counter: "JPY" } as const,
        { base: "JPY", counter: "CNY" } as const,
      );
      fc.assert(
        fc.property(fc.bigInt({ min: 1n, max: MAX_RATE }), pairs, (rate, pair) => {
          expect(parseRate(formatRate(rate, pair), pair)).to.equal(rate);
        }),
      );
    });

    it("writes no trailing zero", function () {
      expect(formatRate(parseRate("1.500"))).to.equal("1.5");
      expect(formatRate(parseRate("10"))).to.equal("10");
    });
  });

  describe("crossRate", function () {
    // ECB euro reference rates of the day, HKD for one CNY
    for (const [day, cny, hkd, expected] of [
      ["2022-08-15", "6.905", "7.9899", "1.157118"],
      ["2022-09-23", "6.9442", "7.6567", "1.102604"],
      ["2025-06-20", "8.2643", "9.0391", "1.093753"],
    ] as const) {
      it(`gives the published cross rate of ${day}`, function () {
        const rate = crossRate(cny, hkd, { base: "CNY", counter: "HKD" });
        const sixDecimals = (rate + RATE_SCALE / 2_000_000n) / (RATE_SCALE / 1_000_000n);
        expect(formatRate(sixDecimals * (RATE_SCALE / 1_000_000n))).to.equal(expected);
      });
    }

    it("errs by half of its last digit at most", function () {
      const price = fc.bigInt({ min: 1n, max: 10n ** 12n });
      fc.assert(
        fc.property(price, price, (base, counter) => {
          fc.pre(counter * RATE_SCALE >= base);
          const rate = crossRate(`${base}`, `${counter}`);
          const error = 2n * (rate * base - counter * RATE_SCALE);
          expect(error <= base && error >= -base).to.equal(true);
        }),
      );
    });

    it("refuses what comes to nothing or does not fit", function () {
      expect(() => crossRate("10000000000000", "1")).to.throw(UserError, "no rate that can be kept");
      expect(() => crossRate("0.00000001", formatRate(MAX_RATE))).to.throw(UserError, "no rate that can be kept");
      expect(() => crossRate("0", "1")).to.throw(UserError, "is not a rate");
    });
  });

  describe("counterAmountOf", function () {
    it("rounds for the maker, by less than a minor unit", function () {
      const amounts = fc.bigInt({ min: 0n, max: 2n ** 96n - 1n });
      fc.assert(
        fc.property(amounts, fc.bigInt({ min: 1n, max: MAX_RATE }), (amount, rate) => {
          const sold = counterAmountOf({ rate, side: MAKER_SIDE.sells }, amount) * RATE_SCALE - amount * rate;
          const bought = amount * rate - counterAmountOf({ rate, side: MAKER_SIDE.buys }, amount) * RATE_SCALE;
          for (const error of [sold, bought]) expect(error >= 0n && error < RATE_SCALE).to.equal(true);
        }),
      );
    });
  });
});
