import { expect } from "chai";
import { parseDay } from "../../sdk/calendar.js";
import { act365f, actActIcma, thirty360 } from "../../sdk/daycount.js";
import type { YearFraction } from "../../sdk/daycount.js";
import { UserError } from "../../sdk/errors.js";
import { minor } from "../../sdk/money.js";
import { mulDiv } from "../../sdk/rounding.js";

/** Interest for a fraction of a year at `basisPoints` a year, rounded down. */
function interest(nominal: bigint, basisPoints: bigint, { num, den }: YearFraction): bigint {
  return mulDiv(nominal, basisPoints * num, 10_000n * den, "floor");
}

describe("sdk/daycount", function () {
  describe("act365f", function () {
    it("gives a bond of HKD 800 million at 4.05 % for 365 days its published coupon of 32.4 million", function () {
      const year = act365f(parseDay("2023-02-16"), parseDay("2024-02-16"));
      expect(year).to.deep.equal({ num: 365n, den: 365n });
      expect(interest(minor("800000000", "HKD"), 405n, year)).to.equal(minor("32400000", "HKD"));
    });

    it("counts the leap day", function () {
      expect(act365f(parseDay("2024-02-16"), parseDay("2025-02-16"))).to.deep.equal({ num: 366n, den: 365n });
    });

    it("is zero for no days and refuses to go back", function () {
      expect(act365f(100, 100).num).to.equal(0n);
      expect(() => act365f(100, 99)).to.throw(UserError, /ends before it starts/);
    });
  });

  describe("actActIcma", function () {
    const period = { start: parseDay("2026-01-15"), end: parseDay("2026-07-15"), frequency: 2 };

    it("makes a full period exactly one coupon", function () {
      const { num, den } = actActIcma(period.start, period.end, period);
      expect(num * 2n).to.equal(den);
    });

    it("counts calendar days of a part against those of the period", function () {
      expect(actActIcma(period.start, parseDay("2026-02-15"), period)).to.deep.equal({ num: 31n, den: 362n });
    });

    it("adds up over a split", function () {
      const cut = parseDay("2026-03-03");
      const [first, second] = [actActIcma(period.start, cut, period), actActIcma(cut, period.end, period)];
      expect((first.num + second.num) * 2n).to.equal(first.den);
    });

    it("refuses an accrual one day outside the period, and an unknown frequency", function () {
      expect(() => actActIcma(period.start - 1, period.end, period)).to.throw(UserError, /split it/);
      expect(() => actActIcma(period.start, period.end + 1, period)).to.throw(UserError, /split it/);
      expect(() => actActIcma(period.start, period.end, { ...period, frequency: 3 })).to.throw(UserError, /not 3/);
      expect(() => actActIcma(period.end, period.start, period)).to.throw(UserError, /ends before it starts/);
    });
  });

  describe("thirty360", function () {
    // examples of the variant "Bond Basis"; the February rows tell it from the variants that adjust the month's end
    for (const [from, to, days] of [
      ["2007-01-15", "2007-01-30", 15n],
      ["2007-01-15", "2007-02-15", 30n],
      ["2007-01-15", "2007-07-15", 180n],
      ["2007-09-30", "2008-03-31", 180n],
      ["2007-09-30", "2007-10-31", 30n],
      ["2007-09-30", "2008-09-30", 360n],
      ["2007-01-15", "2007-01-31", 16n],
      ["2007-01-31", "2007-02-28", 28n],
      ["2007-02-28", "2007-03-31", 33n],
      ["2006-08-31", "2007-02-28", 178n],
      ["2007-02-28", "2007-08-31", 183n],
      ["2007-02-14", "2007-02-28", 14n],
      ["2008-02-29", "2009-02-28", 359n],
    ] as const) {
      it(`counts ${days} days from ${from} to ${to}`, function () {
        expect(thirty360(parseDay(from), parseDay(to))).to.deep.equal({ num: days, den: 360n });
      });
    }

    it("refuses to go back", function () {
      expect(() => thirty360(100, 99)).to.throw(UserError, /ends before it starts/);
    });
  });
});
