import { expect } from "chai";
import fc from "fast-check";
import {
  SECONDS_PER_DAY,
  civilFromDays,
  dayNumber,
  daysFromCivil,
  endOfDay,
  formatDate,
  formatDay,
  parseDate,
  parseDay,
  startOfDay,
  startOfDayNumber,
  yearOf,
} from "../../sdk/calendar.js";
import { UserError } from "../../sdk/errors.js";

// "Etc/GMT-8" is UTC+8 all year; Asia/Shanghai had summer time from 1986 to 1991
const reference = new Intl.DateTimeFormat("en-CA", { timeZone: "Etc/GMT-8", dateStyle: "short" });

const FIRST_DAY = 0;
const LAST_DAY = parseDay("2100-12-31");

describe("sdk/calendar", function () {
  describe("against the time-zone library of the platform, every day of 1970 to 2100", function () {
    it("agrees on the date in the first and in the last second", function () {
      for (let day = FIRST_DAY; day <= LAST_DAY; day++) {
        const start = startOfDayNumber(day);
        const date = reference.format((start + 1) * 1_000);
        for (const time of [start, start + SECONDS_PER_DAY - 1]) {
          if (formatDate(time) !== date || reference.format(time * 1_000) !== date)
            expect(formatDate(time)).to.equal(date);
        }
      }
    });

    it("agrees on the year, and reads every date back", function () {
      for (let day = FIRST_DAY; day <= LAST_DAY; day++) {
        const time = startOfDayNumber(day);
        const date = reference.format(time * 1_000);
        if (yearOf(time) !== Number(date.slice(0, 4))) expect(yearOf(time)).to.equal(Number(date.slice(0, 4)));
        if (parseDate(date) !== time) expect(parseDate(date)).to.equal(time);
      }
    });
  });

  describe("dayNumber", function () {
    it("turns at 16:00 UTC", function () {
      expect(dayNumber(0)).to.equal(0);
      expect(dayNumber(57_599)).to.equal(0);
      expect(dayNumber(57_600)).to.equal(1);
    });

    it("takes the bigints of a chain", function () {
      expect(dayNumber(57_600n)).to.equal(1);
    });
  });

  describe("startOfDay and endOfDay", function () {
    it("enclose a time within its day, whole days apart", function () {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 4_133_952_000 }), (time) => {
          expect(startOfDay(time)).to.be.at.most(time);
          expect(endOfDay(time)).to.be.at.least(time);
          expect(endOfDay(time) - startOfDay(time)).to.equal(SECONDS_PER_DAY - 1);
          expect(dayNumber(endOfDay(time) + 1)).to.equal(dayNumber(time) + 1);
        }),
      );
    });
  });

  describe("yearOf", function () {
    it("turns at new year of UTC+8", function () {
      const newYear = Date.parse("2026-01-01T00:00:00+08:00") / 1_000;
      expect([newYear - 1, newYear].map(yearOf)).to.deep.equal([2025, 2026]);
    });
  });

  describe("civilFromDays", function () {
    it("is the inverse of daysFromCivil far outside the library's range, too", function () {
      fc.assert(
        fc.property(fc.integer({ min: -1_000_000, max: 4_000_000 }), (day) => {
          expect(daysFromCivil(civilFromDays(day))).to.equal(day);
        }),
      );
    });
  });

  describe("parseDay", function () {
    it("reads a leap day", function () {
      expect(formatDay(parseDay("2000-02-29"))).to.equal("2000-02-29");
    });

    for (const text of ["2100-02-29", "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00"]) {
      it(`refuses ${text}, which does not exist`, function () {
        expect(() => parseDay(text)).to.throw(UserError, /does not exist/);
      });
    }

    for (const text of ["2026-1-1", "01.02.2026", "2026-01-01T00:00:00Z", ""]) {
      it(`refuses the form of "${text}"`, function () {
        expect(() => parseDay(text)).to.throw(UserError, /YYYY-MM-DD/);
      });
    }
  });
});
