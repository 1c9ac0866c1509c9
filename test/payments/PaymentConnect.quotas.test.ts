import { expect } from "chai";
import { SECONDS_PER_DAY, parseDay, startOfDayNumber } from "../../sdk/calendar.js";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import {
  deployConnect,
  KIND,
  PaymentUnderTest,
  publishRates,
  used,
  type Connect,
  type Wish,
} from "../support/connect.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const DAY_LIMIT = minor("10000.00");

async function deploy(): Promise<Connect> {
  return deployConnect(chain);
}

/** Unix seconds of the first moment of a day in UTC+8. */
function midnight(date: string): number {
  return startOfDayNumber(parseDay(date));
}

describe("PaymentConnect", function () {
  let f: Connect;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  /** Signed in time, submitted in this very second. */
  async function at(time: number, wish: Wish): Promise<PaymentUnderTest> {
    const payment = await PaymentUnderTest.offer(f, wish);
    await networkHelpers.time.setNextBlockTimestamp(time);
    return payment;
  }

  async function refusedOverDay(payment: PaymentUnderTest, usedBefore: bigint, limit = DAY_LIMIT): Promise<void> {
    await expect(payment.submit())
      .to.be.revertedWithCustomError(f.link, "ConnectDayQuotaExceeded")
      .withArgs(payment.id, f.persons.ann, payment.counted, usedBefore, limit);
  }

  describe("quota of a day", function () {
    // the days after which something else may begin: a year, a leap day, March with and without one
    for (const next of ["2027-01-01", "2027-03-01", "2028-02-29", "2028-03-01", "2029-01-01"]) {
      it(`ends at 23:59:59 UTC+8 before ${next}, and begins again in the next second`, async function () {
        const start = midnight(next);
        await networkHelpers.time.increaseTo(start - 30);
        await (await at(start - 3, { send: "9999.99" })).submit();
        await refusedOverDay(await at(start - 2, { send: "0.02" }), minor("9999.99"));
        await (await at(start - 1, { send: "0.01" })).submit();
        expect((await used(f))[0]).to.equal(DAY_LIMIT);
        await (await at(start, { send: "10000.00" })).submit();
        expect((await used(f))[0]).to.equal(DAY_LIMIT);
        await refusedOverDay(await at(start + 1, { send: "0.01" }), DAY_LIMIT);
      });
    }

    it("takes HKD 10,000.00 at once, and not a cent more", async function () {
      await refusedOverDay(await PaymentUnderTest.offer(f, { send: "10000.01" }), 0n);
      await PaymentUnderTest.submitted(f, { send: "10000.00" });
    });

    it("counts renminbi at the day's rate, upwards", async function () {
      // 9,141.60 × 1.0939 is 9,999.996…, one fen more is 10,000.007…
      await refusedOverDay(await PaymentUnderTest.offer(f, { sends: "ecny", send: "9141.61" }), 0n);
      const payment = await PaymentUnderTest.submitted(f, { sends: "ecny", send: "9141.60" });
      expect(payment.counted).to.equal(DAY_LIMIT);
      await refusedOverDay(await PaymentUnderTest.offer(f, { sends: "ecny", send: "0.01" }), DAY_LIMIT);
    });

    it("gives nothing to who splits a payment into parts", async function () {
      for (let part = 0; part < 3; ++part) await PaymentUnderTest.submitted(f, { sends: "ecny", send: "0.01" });
      // a fen is more than a cent: each part counts for two
      expect(await used(f)).to.deep.equal([6n, 6n]);
    });

    it("is one for all wallets of a person at an institution", async function () {
      await PaymentUnderTest.submitted(f, { send: "6000.00" });
      await refusedOverDay(await PaymentUnderTest.offer(f, { payer: f.anns, send: "4000.01" }), minor("6000.00"));
      await refusedOverDay(await PaymentUnderTest.offer(f, { sends: "ecny", send: "4000.00" }), minor("6000.00"));
      await PaymentUnderTest.submitted(f, { payer: f.anns, send: "4000.00" });
    });

    it("is another's at another institution", async function () {
      await PaymentUnderTest.submitted(f, { send: "10000.00" });
      const wish = { payer: f.annAtBochk, from: f.bochk, bank: f.icbc, send: "10000.00" };
      await PaymentUnderTest.submitted(f, wish);
      expect(await used(f, KIND.northbound, f.persons.ann, f.numbers.bochk)).to.deep.equal([DAY_LIMIT, DAY_LIMIT]);
    });

    it("is RMB 80,000.00 in the same-name channel, for all institutions together", async function () {
      const own = { kind: KIND.sameName, payee: f.ann } as const;
      const limit = minor("80000.00");
      await refusedOverDay(await PaymentUnderTest.offer(f, { ...own, receive: "80000.01" }), 0n, limit);
      await PaymentUnderTest.submitted(f, { ...own, receive: "50000.00" });
      const other = { ...own, payer: f.annAtBochk, from: f.bochk, bank: f.icbc };
      await refusedOverDay(
        await PaymentUnderTest.offer(f, { ...other, receive: "30000.01" }),
        minor("50000.00"),
        limit,
      );
      await PaymentUnderTest.submitted(f, { ...other, receive: "30000.00" });
      expect(await used(f)).to.deep.equal([0n, 0n]);
    });
  });

  describe("quota of a year", function () {
    it("is HKD 200,000.00 northbound, until 31 December 23:59:59 UTC+8", async function () {
      const newYear = midnight("2028-01-01");
      for (let days = 21; days > 1; --days) {
        await networkHelpers.time.increaseTo(newYear - days * SECONDS_PER_DAY);
        await PaymentUnderTest.submitted(f, { send: "10000.00" });
      }
      const limit = minor("200000.00");
      expect(await used(f)).to.deep.equal([DAY_LIMIT, limit]);
      await networkHelpers.time.increaseTo(newYear - 30);
      const past = await at(newYear - 1, { send: "0.01" });
      await expect(past.submit())
        .to.be.revertedWithCustomError(f.link, "ConnectYearQuotaExceeded")
        .withArgs(past.id, f.persons.ann, 1n, limit, limit);
      await (await at(newYear, { send: "10000.00" })).submit();
      expect(await used(f)).to.deep.equal([DAY_LIMIT, DAY_LIMIT]);
    });

    it("is USD 50,000.00 southbound over all institutions, counted upwards", async function () {
      const south = { kind: KIND.southbound } as const;
      const boc = { ...south, payer: f.meiAtBoc, from: f.boc, bank: f.hsbc };
      // RMB 200,000.00 are USD 27,880.00; RMB 158,680.05 are 22,119.9989…, one fen more 22,120.0003…
      await PaymentUnderTest.submitted(f, { ...south, send: "200000.00" });
      const past = await PaymentUnderTest.offer(f, { ...boc, send: "158680.06" });
      await expect(past.submit())
        .to.be.revertedWithCustomError(f.link, "ConnectYearQuotaExceeded")
        .withArgs(past.id, f.persons.mei, minor("22120.01"), minor("27880.00"), minor("50000.00"));
      await PaymentUnderTest.submitted(f, { ...boc, send: "158680.05" });
      expect(await used(f, KIND.southbound)).to.deep.equal([minor("50000.00"), minor("50000.00")]);
      const more = await PaymentUnderTest.offer(f, { ...south, send: "0.01" });
      await expect(more.submit())
        .to.be.revertedWithCustomError(f.link, "ConnectYearQuotaExceeded")
        .withArgs(more.id, f.persons.mei, 1n, minor("50000.00"), minor("50000.00"));
    });

    it("begins again on 1 January in Beijing, when it is still December in London", async function () {
      const newYear = midnight("2027-01-01");
      await networkHelpers.time.increaseTo(newYear - 120);
      await publishRates(f);
      const south = { kind: KIND.southbound, send: "358680.05" } as const;
      await networkHelpers.time.increaseTo(newYear - 30);
      await (await at(newYear - 1, south)).submit();
      await (await at(newYear, south)).submit();
      expect(await used(f, KIND.southbound)).to.deep.equal([minor("50000.00"), minor("50000.00")]);
    });
  });

  describe("what is given back", function () {
    it("is nothing as long as a payment is only late", async function () {
      const payment = await PaymentUnderTest.submitted(f, { send: "10000.00" });
      await networkHelpers.time.setNextBlockTimestamp(payment.terms.answerBy + 1n);
      await payment.reportTimeout();
      await refusedOverDay(await PaymentUnderTest.offer(f, { send: "0.01" }), DAY_LIMIT);
      await payment.reject();
      await PaymentUnderTest.submitted(f, { send: "10000.00" });
    });

    it("is of the year alone once the day is over, and not of the new day", async function () {
      const start = midnight("2027-05-02");
      await networkHelpers.time.increaseTo(start - 30);
      const payment = await PaymentUnderTest.submitted(f, { send: "4000.00" });
      await networkHelpers.time.increaseTo(start);
      await PaymentUnderTest.submitted(f, { send: "5000.00" });
      await expect(payment.reject())
        .to.emit(f.link, "PaymentRejected")
        .withArgs(payment.id, f.icbc, "0x41433034", 0n, minor("4000.00"));
      expect(await used(f)).to.deep.equal([minor("5000.00"), minor("5000.00")]);
    });

    it("is nothing once the year is over", async function () {
      const start = midnight("2027-01-01");
      await networkHelpers.time.increaseTo(start - 30);
      const [late, back] = [
        await PaymentUnderTest.submitted(f, { send: "4000.00" }),
        await PaymentUnderTest.completed(f, { send: "3000.00" }),
      ];
      await networkHelpers.time.increaseTo(start);
      await PaymentUnderTest.submitted(f, { send: "5000.00" });
      await expect(late.reject()).to.emit(f.link, "PaymentRejected").withArgs(late.id, f.icbc, "0x41433034", 0n, 0n);
      await back.sendBack();
      expect(await used(f)).to.deep.equal([minor("5000.00"), minor("5000.00")]);
    });
  });

  describe("limits of the currency's own wallets", function () {
    it("hold for the payer: one payment of a class IV wallet", async function () {
      await f.directory
        .connect(f.hongkong.officers.registrar)
        .enrol(1n, f.ehkd, await f.hongkong.currency.identityOf(f.dan), f.persons.bob, 0n);
      const payment = await PaymentUnderTest.offer(f, { payer: f.dan, send: "2000.01" });
      await expect(payment.submit())
        .to.be.revertedWithCustomError(f.hongkong.currency, "WalletSingleLimitExceeded")
        .withArgs(f.dan, minor("2000.01"), minor("2000.00"));
    });
  });
});
