import { expect } from "chai";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import { deployMoney, fund } from "../support/currency.js";
import { changes } from "../support/frame.js";
import { holdTerms } from "../support/holds.js";
import { nextMidnight, nextNewYear } from "../support/limits.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

const HELD = minor("2000");
const FAR = 2n ** 40n;

/** Class IV: 2,000.00 a payment, 5,000.00 a day, 50,000.00 a year. */
async function deployHolder() {
  const money = await deployMoney(chain);
  const { currency, limits } = money.mainland;
  await fund(money.mainland, money.dan, minor("10000"));
  return {
    ...money,
    currency,
    limits: limits.IV,
    payer: money.dan,
    executor: money.carrier,
    asPayer: currency.connect(money.dan),
    asExecutor: currency.connect(money.carrier),
  };
}

describe("DigitalCurrency holds and limits", function () {
  let f: Awaited<ReturnType<typeof deployHolder>>;
  let midnight: number;

  const place = async (amount: bigint, changed: Partial<Hold> = {}) => {
    const terms = await holdTerms(chain, f.payer, f.executor, amount, { expiry: FAR, ...changed });
    await f.asPayer.placeHold(terms);
    return terms;
  };
  const at = (time: number) => networkHelpers.time.setNextBlockTimestamp(time);
  const counted = async () => {
    const { dayOut, yearOut } = await f.currency.walletOf(f.payer);
    return { day: dayOut, year: yearOut };
  };

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployHolder);
    midnight = await nextMidnight(chain);
  });

  describe("placing a hold", function () {
    it("counts the amount against day and year at once", async function () {
      await place(HELD);
      expect(await counted()).to.deep.equal({ day: HELD, year: HELD });
    });

    it("leaves only the rest of the day to payments", async function () {
      await place(HELD);
      await f.asPayer.transfer(f.shop, minor("2000"));
      await expect(f.asPayer.transfer(f.shop, minor("1000.01")))
        .to.be.revertedWithCustomError(f.currency, "WalletDayLimitExceeded")
        .withArgs(f.payer, minor("1000.01"), minor("4000"), minor("5000"));
      await f.asPayer.transfer(f.shop, minor("1000"));
    });

    it("counts it whoever the payee is, the own bank included", async function () {
      await place(HELD, { payee: f.icbc.address });
      expect(await counted()).to.deep.equal({ day: HELD, year: HELD });
    });
  });

  describe("capturing a hold", function () {
    it("counts nothing again", async function () {
      const terms = await place(HELD);
      const { payer, shop } = f;
      expect(
        await changes(f.currency, { payer, shop }, () => f.asExecutor.captureHold(terms, shop, HELD)),
      ).to.deep.equal({ "payer.balance": -HELD, "payer.held": -HELD, "shop.balance": HELD });
    });

    it("succeeds after the day's limit was used up otherwise", async function () {
      const terms = await place(HELD);
      await f.asPayer.transfer(f.shop, minor("2000"));
      await f.asPayer.transfer(f.shop, minor("1000"));
      await f.asExecutor.captureHold(terms, f.shop, HELD);
      expect(await f.currency.balanceOf(f.shop)).to.equal(minor("5000"));
    });

    it("succeeds on another day without counting on it", async function () {
      const terms = await place(HELD);
      await at(midnight);
      await f.asExecutor.captureHold(terms, f.shop, HELD);
      expect(await counted()).to.deep.equal({ day: 0n, year: HELD });
    });

    it("succeeds after the limits were lowered below it", async function () {
      const terms = await place(HELD);
      await f.currency
        .connect(f.mainland.officers.governor)
        .setClassLimits(4, { ...f.limits, single: 1n, day: 1n, year: 1n });
      await f.asExecutor.captureHold(terms, f.shop, HELD);
    });
  });

  describe("releasing a hold", function () {
    it("gives back day and year on the same day", async function () {
      await f.asPayer.transfer(f.shop, minor("100"));
      const terms = await place(HELD);
      await f.asExecutor.releaseHold(terms);
      expect(await counted()).to.deep.equal({ day: minor("100"), year: minor("100") });
    });

    it("gives them back in the day's last second", async function () {
      const terms = await place(HELD);
      await at(midnight - 1);
      await f.asExecutor.releaseHold(terms);
      expect(await counted()).to.deep.equal({ day: 0n, year: 0n });
    });

    it("makes the whole day's limit available again", async function () {
      const terms = await place(HELD);
      await f.asExecutor.releaseHold(terms);
      for (const amount of ["2000", "2000", "1000"]) await f.asPayer.transfer(f.shop, minor(amount));
      await expect(f.asPayer.transfer(f.shop, 1n)).to.be.revertedWithCustomError(f.currency, "WalletDayLimitExceeded");
    });

    it("gives back only what was not captured", async function () {
      const terms = await place(HELD);
      await f.asExecutor.captureHold(terms, f.shop, minor("500"));
      await f.asExecutor.releaseHold(terms);
      expect(await counted()).to.deep.equal({ day: minor("500"), year: minor("500") });
    });

    it("gives back the year and not the new day from midnight on", async function () {
      const terms = await place(HELD);
      await at(midnight);
      await f.asPayer.transfer(f.shop, minor("300"));
      await f.asExecutor.releaseHold(terms);
      expect(await counted()).to.deep.equal({ day: minor("300"), year: minor("300") });
    });

    it("gives back the year from midnight on, if nothing was paid since", async function () {
      const terms = await place(HELD);
      await at(midnight);
      await f.asExecutor.releaseHold(terms);
      expect(await counted()).to.deep.equal({ day: 0n, year: 0n });
    });

    it("gives back nothing of a new year", async function () {
      await networkHelpers.time.increaseTo((await nextNewYear(chain)) - 100);
      const newYear = await nextNewYear(chain);
      const terms = await place(HELD);
      await at(newYear);
      await f.asPayer.transfer(f.shop, minor("300"));
      await f.asExecutor.releaseHold(terms);
      expect(await counted()).to.deep.equal({ day: minor("300"), year: minor("300") });
    });

    it("starts the new year from nothing, if nothing was paid since", async function () {
      await networkHelpers.time.increaseTo((await nextNewYear(chain)) - 100);
      const newYear = await nextNewYear(chain);
      const terms = await place(HELD);
      await at(newYear);
      await f.asExecutor.releaseHold(terms);
      expect(await counted()).to.deep.equal({ day: 0n, year: 0n });
    });

    it("never gives back more than was counted", async function () {
      const terms = await place(HELD);
      const governor = f.currency.connect(f.mainland.officers.governor);
      await governor.setClassLimits(4, { ...f.limits, day: 2n ** 40n - 1n, year: 2n ** 40n - 1n });
      await f.asExecutor.releaseHold(terms);
      expect(await counted()).to.deep.equal({ day: 0n, year: 0n });
    });

    it("gives a wallet of an uncounted class nothing, because nothing was taken", async function () {
      await fund(f.mainland, f.company, HELD);
      const terms = await holdTerms(chain, f.company, f.executor, HELD);
      await f.currency.connect(f.company).placeHold(terms);
      const { company } = f;
      expect(await changes(f.currency, { company }, () => f.asExecutor.releaseHold(terms))).to.deep.equal({
        "company.held": -HELD,
      });
    });
  });

  describe("redemption", function () {
    it("to the own bank counts nothing and no limit stops it", async function () {
      await f.asPayer.transfer(f.icbc, minor("10000"));
      expect(await counted()).to.deep.equal({ day: 0n, year: 0n });
    });

    it("to another bank is a payment like any other", async function () {
      await expect(f.asPayer.transfer(f.boc, minor("2000.01")))
        .to.be.revertedWithCustomError(f.currency, "WalletSingleLimitExceeded")
        .withArgs(f.payer, minor("2000.01"), minor("2000"));
      await f.asPayer.transfer(f.boc, minor("2000"));
      expect(await counted()).to.deep.equal({ day: minor("2000"), year: minor("2000") });
    });

    it("keeps what was counted before", async function () {
      await f.asPayer.transfer(f.shop, minor("2000"));
      await f.asPayer.transfer(f.icbc, minor("3000"));
      expect(await counted()).to.deep.equal({ day: minor("2000"), year: minor("2000") });
    });
  });

  describe("refused payments", function () {
    it("count nothing", async function () {
      await expect(f.asPayer.transfer(f.shop, minor("2000.01"))).to.be.revertedWithCustomError(
        f.currency,
        "WalletSingleLimitExceeded",
      );
      expect(await counted()).to.deep.equal({ day: 0n, year: 0n });
    });
  });
});
