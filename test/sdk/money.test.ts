import { expect } from "chai";
import fc from "fast-check";
import { UserError } from "../../sdk/errors.js";
import {
  CURRENCIES,
  MAX_AMOUNT,
  add,
  decimal,
  formatMoney,
  isCurrency,
  minor,
  money,
  subtract,
} from "../../sdk/money.js";

describe("sdk/money", function () {
  describe("CURRENCIES", function () {
    it("gives two decimals to every currency but JPY, KRW and VND", function () {
      const whole = Object.entries(CURRENCIES).filter(([, { decimals }]) => decimals === 0);
      expect(whole.map(([code]) => code)).to.deep.equal(["JPY", "KRW", "VND"]);
      expect(Object.values(CURRENCIES).filter(({ decimals }) => decimals === 2)).to.have.length(12);
    });

    it("knows the numeric codes of e-CNY's and e-HKD's currencies", function () {
      expect(CURRENCIES.CNY.numeric).to.equal("156");
      expect(CURRENCIES.HKD.numeric).to.equal("344");
    });

    it("tells its codes from other strings", function () {
      expect(["CNY", "XXX", "toString"].map(isCurrency)).to.deep.equal([true, false, false]);
    });
  });

  describe("minor", function () {
    for (const [text, currency, amount] of [
      ["1234.50", "CNY", 123_450n],
      ["1234.5", "HKD", 123_450n],
      ["0", "CNY", 0n],
      ["0.01", "CNY", 1n],
      ["500", "JPY", 500n],
      ["184467440737095516.15", "CNY", MAX_AMOUNT],
    ] as const) {
      it(`reads ${text} ${currency}`, function () {
        expect(minor(text, currency)).to.equal(amount);
      });
    }

    for (const [text, currency, reason] of [
      ["1.005", "CNY", /decimals/],
      ["1.5", "JPY", /decimals/],
      ["-1", "CNY", /not an amount/],
      ["+1", "CNY", /not an amount/],
      ["1e3", "CNY", /not an amount/],
      ["1,000", "CNY", /not an amount/],
      [" 1", "CNY", /not an amount/],
      ["01", "CNY", /not an amount/],
      [".5", "CNY", /not an amount/],
      ["1.", "CNY", /not an amount/],
      ["", "CNY", /not an amount/],
      ["0x10", "CNY", /not an amount/],
      ["１", "CNY", /not an amount/],
      ["184467440737095516.16", "CNY", /more than an account can hold/],
    ] as const) {
      it(`refuses "${text}" ${currency}`, function () {
        expect(() => minor(text, currency)).to.throw(UserError, reason);
      });
    }

    it("reads back what decimal writes, for every amount and currency", function () {
      const currencies = fc.constantFrom(...Object.keys(CURRENCIES).filter(isCurrency));
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: MAX_AMOUNT }), currencies, (amount, currency) => {
          expect(minor(decimal(amount, currency), currency)).to.equal(amount);
        }),
      );
    });
  });

  describe("formatMoney", function () {
    for (const [amount, currency, text] of [
      [123_450n, "HKD", "HKD 1,234.50"],
      [5n, "CNY", "CNY 0.05"],
      [0n, "CNY", "CNY 0.00"],
      [-1_300n, "CNY", "CNY -13.00"],
      [100_000n, "CNY", "CNY 1,000.00"],
      [-100_000n, "CNY", "CNY -1,000.00"],
      [-10_000n, "CNY", "CNY -100.00"],
      [1_234_567n, "JPY", "JPY 1,234,567"],
      [MAX_AMOUNT, "CNY", "CNY 184,467,440,737,095,516.15"],
    ] as const) {
      it(`writes ${text}`, function () {
        expect(formatMoney(amount, currency)).to.equal(text);
      });
    }
  });

  describe("add and subtract", function () {
    it("stay within one currency", function () {
      expect(add(money("HKD", "1.50"), money("HKD", "2.50"))).to.deep.equal(money("HKD", "4.00"));
      expect(subtract(money("CNY", "1.50"), money("CNY", "1.50"))).to.deep.equal(money("CNY", "0.00"));
    });

    it("refuse to mix currencies, to the compiler and at run time", function () {
      // @ts-expect-error HKD is not CNY
      expect(() => add(money("CNY", "1"), money("HKD", "1"))).to.throw(UserError, /CNY and HKD cannot be combined/);
      // @ts-expect-error HKD is not CNY
      expect(() => subtract(money("CNY", "1"), money("HKD", "1"))).to.throw(UserError, /cannot be combined/);
    });

    it("refuse a result one unit below zero or above the largest amount", function () {
      const largest = { currency: "CNY", minor: MAX_AMOUNT } as const;
      expect(() => subtract(money("CNY", "1.00"), money("CNY", "1.01"))).to.throw(UserError, /outside/);
      expect(() => add(largest, money("CNY", "0.01"))).to.throw(UserError, /outside/);
      expect(add(largest, money("CNY", "0"))).to.deep.equal(largest);
    });
  });
});
