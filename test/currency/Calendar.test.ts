import { expect } from "chai";
import { openChain } from "../support/chain.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const SECONDS_PER_DAY = 86_400;
const OFFSET = 8 * 3_600;
/** Days in one call. */
const PAGE = 4_000;
/** 2100-12-31 and 2149-06-06, the last day that 16 bits can say. */
const LAST_OF_2100 = 47_846;
const LAST = 65_535;

/** The date library of the runtime, with the zone of both jurisdictions; POSIX turns the sign of its name round. */
const inBeijing = new Intl.DateTimeFormat("en-u-ca-gregory", { timeZone: "Etc/GMT-8", year: "numeric" });
const yearByIntl = (day: number) => Number(inBeijing.format((day * SECONDS_PER_DAY - OFFSET) * 1000));

async function deploy() {
  return { calendar: await ethers.deployContract("CalendarHarness") };
}

describe("Calendar", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  const yearsOf = async (first: number, count: number) => (await f.calendar.yearsOf(first, count)).map(Number);

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("yearOf", function () {
    it("agrees with the date library on every day from 1970 to 2100", async function () {
      for (let first = 0; first <= LAST_OF_2100; first += PAGE) {
        const count = Math.min(PAGE, LAST_OF_2100 + 1 - first);
        const expected = Array.from({ length: count }, (_, offset) => yearByIntl(first + offset));
        expect(await yearsOf(first, count)).to.deep.equal(expected);
      }
    });

    it("agrees on the first and last days of the years until 2149", async function () {
      for (let year = 2101; year <= 2149; year++) {
        const newYear = Date.UTC(year, 0, 1) / 1000 / SECONDS_PER_DAY;
        expect(await yearsOf(newYear - 1, 2)).to.deep.equal([year - 1, year]);
      }
      expect(await yearsOf(LAST, 1)).to.deep.equal([2149]);
    });

    for (const [what, date, year] of [
      ["the day before a leap day", "2000-02-28", 2000],
      ["a leap day of a year that 400 divides", "2000-02-29", 2000],
      ["the first day after it", "2000-03-01", 2000],
      ["the last day of a leap year", "2028-12-31", 2028],
      ["28 February of a century that is no leap year", "2100-02-28", 2100],
      ["1 March of a century that is no leap year", "2100-03-01", 2100],
    ] as const) {
      it(`puts ${what}, ${date}, into ${year}`, async function () {
        expect(await yearsOf(Date.parse(`${date}T00:00:00Z`) / 1000 / SECONDS_PER_DAY, 1)).to.deep.equal([year]);
      });
    }
  });

  describe("dayOf", function () {
    for (const [time, date] of [
      ["1970-01-01T00:00:00Z", "1970-01-01"],
      ["1970-01-01T15:59:59Z", "1970-01-01"],
      ["1970-01-01T16:00:00Z", "1970-01-02"],
      ["2026-12-31T15:59:59Z", "2026-12-31"],
      ["2026-12-31T16:00:00Z", "2027-01-01"],
      ["2027-01-01T15:59:59Z", "2027-01-01"],
    ] as const) {
      it(`puts ${time} on ${date} in UTC+8`, async function () {
        expect(await f.calendar.dayOf(Date.parse(time) / 1000)).to.equal(
          BigInt(Date.parse(`${date}T00:00:00Z`) / 1000 / SECONDS_PER_DAY),
        );
      });
    }
  });
});
