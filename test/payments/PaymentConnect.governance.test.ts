import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { SECONDS_PER_DAY, dayNumber } from "../../sdk/calendar.js";
import { minor } from "../../sdk/money.js";
import { NO_LIMIT, PUBLISHED_QUOTAS } from "../../sdk/payments/connect.js";
import { openChain } from "../support/chain.js";
import { deployConnect, KIND, PaymentUnderTest, RATE, SIDE, used, type Connect } from "../support/connect.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

async function deploy(): Promise<Connect> {
  return deployConnect(chain);
}

describe("PaymentConnect", function () {
  let f: Connect;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  it("has the published quotas, as they were set", async function () {
    for (const kind of ["northbound", "sameName", "southbound"] as const) {
      const { day, year } = await f.link.quotaOf(KIND[kind]);
      expect({ day, year }).to.deep.equal(PUBLISHED_QUOTAS[kind]);
    }
    expect(await f.link.DIRECTORY()).to.equal(await f.directory.getAddress());
    expect(await f.link.ENGINE()).to.equal(await f.engine.getAddress());
  });

  describe("setQuota", function () {
    it("is the payers' side's: Hong Kong's northbound, the mainland's southbound", async function () {
      const limits = { day: minor("20000.00"), year: NO_LIMIT };
      for (const [kind, own, other] of [
        [KIND.northbound, f.hongkong, f.mainland],
        [KIND.sameName, f.hongkong, f.mainland],
        [KIND.southbound, f.mainland, f.hongkong],
      ] as const) {
        await expect(f.link.connect(other.officers.governor).setQuota(kind, limits))
          .to.be.revertedWithCustomError(f.link, "CurrencyAuthorityRequired")
          .withArgs(own.currency, other.officers.governor);
        await expect(f.link.connect(own.officers.governor).setQuota(kind, limits))
          .to.emit(f.link, "QuotaSet")
          .withArgs(kind, limits.day, limits.year);
      }
      await PaymentUnderTest.submitted(f, { send: "20000.00" });
    });

    it("below what is used lets nothing more pass", async function () {
      await PaymentUnderTest.submitted(f, { send: "5000.00" });
      const limits = { day: minor("4000.00"), year: minor("4000.00") };
      await f.link.connect(f.hongkong.officers.governor).setQuota(KIND.northbound, limits);
      const payment = await PaymentUnderTest.offer(f, { send: "0.01" });
      await expect(payment.submit())
        .to.be.revertedWithCustomError(f.link, "ConnectDayQuotaExceeded")
        .withArgs(payment.id, f.persons.ann, 1n, minor("5000.00"), minor("4000.00"));
      expect((await used(f))[0]).to.equal(minor("5000.00"));
    });
  });

  describe("publishRate", function () {
    it("serves its own day and ten more", async function () {
      const { rate, day } = await f.link.rateOf(KIND.northbound);
      expect(rate).to.equal(RATE.hkd);
      const last = (Number(day) + 11) * SECONDS_PER_DAY - 8 * 3_600 - 1;
      await networkHelpers.time.increaseTo(last - 30);
      const wish = { sends: "ecny", send: "1.00" } as const;
      const [inTime, late] = [await PaymentUnderTest.offer(f, wish), await PaymentUnderTest.offer(f, wish)];
      await networkHelpers.time.setNextBlockTimestamp(last);
      await inTime.submit();
      await networkHelpers.time.setNextBlockTimestamp(last + 1);
      await expect(late.submit())
        .to.be.revertedWithCustomError(f.link, "ConnectRateStale")
        .withArgs(KIND.northbound, day, day + 11n);
      // nothing is converted: no rate is asked for
      await PaymentUnderTest.submitted(f, { send: "1.00" });
    });

    it("comes once a day, is not zero, and is not for the same-name channel", async function () {
      const { governor } = f.hongkong.officers;
      const today = BigInt(dayNumber(await networkHelpers.time.latest()));
      for (const [kind, rate] of [
        [KIND.northbound, RATE.hkd],
        [KIND.sameName, RATE.hkd],
      ] as const) {
        await expect(f.link.connect(governor).publishRate(kind, rate))
          .to.be.revertedWithCustomError(f.link, "ConnectRateInvalid")
          .withArgs(kind, rate, today);
      }
      await networkHelpers.time.increase(SECONDS_PER_DAY);
      await expect(f.link.connect(governor).publishRate(KIND.northbound, 0n))
        .to.be.revertedWithCustomError(f.link, "ConnectRateInvalid")
        .withArgs(KIND.northbound, 0n, today + 1n);
      await expect(f.link.connect(governor).publishRate(KIND.northbound, 2n * RATE.hkd))
        .to.emit(f.link, "RatePublished")
        .withArgs(KIND.northbound, today + 1n, 2n * RATE.hkd);
      const { quote } = (await PaymentUnderTest.offer(f, { sends: "ecny", send: "100.00" })).terms;
      expect(await f.link.countedAmountOf(KIND.northbound, quote)).to.equal(minor("218.78"));
    });

    it("is the payers' side's", async function () {
      const { governor } = f.hongkong.officers;
      await expect(f.link.connect(governor).publishRate(KIND.southbound, RATE.usd))
        .to.be.revertedWithCustomError(f.link, "CurrencyAuthorityRequired")
        .withArgs(f.mainland.currency, governor);
    });
  });

  describe("suspend", function () {
    it("lets nothing more begin; what has begun goes on", async function () {
      for (const [side, jurisdiction, other] of [
        [SIDE.mainland, f.mainland, f.hongkong],
        [SIDE.hongKong, f.hongkong, f.mainland],
      ] as const) {
        const begun = await PaymentUnderTest.submitted(f);
        const { halter, resumer } = jurisdiction.officers;
        await expect(f.link.connect(other.officers.halter).suspend(side))
          .to.be.revertedWithCustomError(f.link, "CurrencyAuthorityRequired")
          .withArgs(jurisdiction.currency, other.officers.halter);
        await expect(f.link.connect(halter).suspend(side)).to.emit(f.link, "LinkSuspended").withArgs(side, halter);
        await expect(f.link.connect(halter).suspend(side)).not.to.emit(f.link, "LinkSuspended");
        expect(await f.link.isSuspended(side)).to.equal(true);
        const payment = await PaymentUnderTest.offer(f);
        await expect(payment.submit()).to.be.revertedWithCustomError(f.link, "ConnectSuspended").withArgs(side);
        await begun.complete();
        await expect(f.link.connect(halter).resume(side))
          .to.be.revertedWithCustomError(f.link, "CurrencyAuthorityRequired")
          .withArgs(jurisdiction.currency, halter);
        await expect(f.link.connect(resumer).resume(side)).to.emit(f.link, "LinkResumed").withArgs(side, resumer);
        await expect(f.link.connect(resumer).resume(side)).not.to.emit(f.link, "LinkResumed");
        await payment.submit();
      }
    });
  });

  describe("statisticsOf", function () {
    it("is the fold of the events", async function () {
      await PaymentUnderTest.submitted(f);
      await (await PaymentUnderTest.submitted(f)).reject();
      await (await PaymentUnderTest.completed(f)).sendBack();
      const south = await PaymentUnderTest.completed(f, { kind: KIND.southbound });
      const { submitted, completed, rejected, returned } = await f.link.statisticsOf(KIND.northbound);
      expect([submitted, completed, rejected, returned]).to.deep.equal([3n, 1n, 1n, 1n]);
      expect((await f.link.statisticsOf(KIND.southbound)).completedAmount).to.equal(south.terms.quote.sendAmount);
    });
  });

  describe("deployment", function () {
    it("takes e-CNY and e-HKD in this order alone", async function () {
      for (const [first, second] of [
        [f.ehkd, f.ecny],
        [f.ecny, f.ecny],
      ] as const) {
        const factory = await chain.ethers.getContractFactory("ConnectDirectory");
        await expect(factory.deploy(first, second))
          .to.be.revertedWithCustomError(f.directory, "ConnectCurrenciesInvalid")
          .withArgs(first, second);
      }
      expect(await f.directory.currencyOf(SIDE.mainland)).not.to.equal(ZeroAddress);
      expect(await f.directory.registryOf(SIDE.hongKong)).to.equal(await f.hongkong.registry.getAddress());
    });
  });
});
