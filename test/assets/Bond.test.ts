import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { ASSET_STATUS, DAY_COUNT, regularCoupons, termsHash, type BondTerms, type Coupon } from "../../sdk/bonds.js";
import { parseDate, parseDay } from "../../sdk/calendar.js";
import { actActIcma, act365f, thirty360 } from "../../sdk/daycount.js";
import { minor } from "../../sdk/money.js";
import {
  couponOf,
  deployAssetPlatform,
  deployBond,
  noteCoupons,
  noteTerms,
  openChainAt,
  passTo,
} from "../support/assets.js";

const chain = await openChainAt("2026-02-20");
const { ethers, networkHelpers } = chain;

async function deployAttached() {
  const platform = await deployAssetPlatform(chain);
  return deployBond(chain, platform, await noteTerms(platform), noteCoupons());
}

describe("Bond", function () {
  describe("constructor", function () {
    let f: Awaited<ReturnType<typeof deployAttached>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployAttached);
    });

    const build = async (changed: Partial<BondTerms>, coupons: readonly Coupon[] = noteCoupons()) =>
      ethers.deployContract("Bond", [await noteTerms(f, changed), [...coupons], f.register, f.hongkong.authority]);

    it("states what the bond promises", async function () {
      const terms = await noteTerms(f);
      const bond = await build({});
      expect([await bond.name(), await bond.symbol(), await bond.decimals()]).to.deep.equal([
        terms.name,
        terms.symbol,
        0n,
      ]);
      expect([await bond.isin(), await bond.currency(), await bond.issuer()]).to.deep.equal([
        terms.isin,
        terms.currency,
        terms.issuer,
      ]);
      expect([await bond.issueSize(), await bond.unitNominal(), await bond.couponRate()]).to.deep.equal([
        terms.units,
        terms.unitNominal,
        terms.couponRate,
      ]);
      expect([await bond.dayCount(), await bond.frequency()]).to.deep.equal([terms.dayCount, terms.frequency]);
      expect(await bond.lifetime()).to.deep.equal([terms.issueDate, terms.maturity]);
      expect(await bond.termsHash()).to.equal(termsHash(terms, noteCoupons()));
      expect(await bond.state()).to.deep.equal([false, false, false]);
    });

    it("accepts a bond without coupons", async function () {
      const bond = await build({ couponRate: 0n, frequency: 0n }, []);
      expect(await bond.couponCount()).to.equal(0n);
      expect(await bond.recordsPassed()).to.equal(0n);
      await expect(bond.coupon(0n)).to.be.revertedWithCustomError(bond, "BondCouponUnknown").withArgs(0n, 0n);
    });

    it("accepts the largest nominal that an account can hold, and refuses one unit more", async function () {
      const bond = await build({ units: 2n ** 64n - 1n, unitNominal: 1n });
      expect(await bond.issueSize()).to.equal(2n ** 64n - 1n);
      await expect(build({ units: 2n ** 63n, unitNominal: 2n })).to.be.revertedWithCustomError(
        bond,
        "BondTermsInvalid",
      );
    });

    for (const [what, changed] of [
      ["no issuer", { issuer: ZeroAddress }],
      ["no units", { units: 0n }],
      ["no nominal", { unitNominal: 0n }],
      ["a maturity at its issue date", { maturity: BigInt(parseDate("2026-03-02")) }],
      ["coupons and no rate", { couponRate: 0n }],
      ["coupons and no frequency", { frequency: 0n }],
      ["five coupons a year", { frequency: 5n }],
    ] as const) {
      it(`refuses terms with ${what}`, async function () {
        const { isin } = await noteTerms(f);
        const bond = await build({});
        await expect(build(changed)).to.be.revertedWithCustomError(bond, "BondTermsInvalid").withArgs(isin);
      });
    }

    it("refuses a rate without coupons", async function () {
      const bond = await build({});
      await expect(build({ frequency: 0n }, [])).to.be.revertedWithCustomError(bond, "BondTermsInvalid");
    });

    for (const [what, change] of [
      ["accrues for a day that another has accrued for", (c) => ({ ...c, accrualStart: c.accrualStart - 1 })],
      ["ends when it begins", (c) => ({ ...c, accrualEnd: c.accrualStart })],
      ["begins before its reference period", (c) => ({ ...c, referenceStart: c.accrualStart + 1 })],
      ["ends after its reference period", (c) => ({ ...c, referenceEnd: c.accrualEnd - 1 })],
      ["has its record date at the one before", (c, before) => ({ ...c, recordTime: before.recordTime })],
      ["is paid before its record date", (c) => ({ ...c, paymentTime: c.recordTime - 1n })],
    ] as readonly (readonly [string, (coupon: Coupon, before: Coupon) => Coupon])[]) {
      it(`refuses a coupon that ${what}`, async function () {
        const bond = await build({});
        const [first, second, ...rest] = noteCoupons();
        if (first === undefined || second === undefined) throw new RangeError("two coupons are needed");
        const wrong = change({ ...second, referenceStart: second.referenceStart - 1 }, first);
        await expect(build({}, [first, wrong, ...rest]))
          .to.be.revertedWithCustomError(bond, "BondCouponInvalid")
          .withArgs(1n);
      });
    }

    it("refuses a record date at the issue date or after the maturity", async function () {
      const bond = await build({});
      const { issueDate, maturity } = await noteTerms(f);
      const [first, ...rest] = noteCoupons();
      if (first === undefined) throw new RangeError("a coupon is needed");
      await expect(build({}, [{ ...first, recordTime: issueDate }, ...rest]))
        .to.be.revertedWithCustomError(bond, "BondCouponInvalid")
        .withArgs(0n);
      const late = { ...first, recordTime: maturity + 1n, paymentTime: maturity + 1n };
      await expect(build({}, [late]))
        .to.be.revertedWithCustomError(bond, "BondCouponInvalid")
        .withArgs(0n);
      await build({}, [{ ...late, recordTime: maturity }]);
    });
  });

  describe("couponTotal", function () {
    const dates = ["2026-01-31", "2026-07-31", "2027-01-31", "2027-08-31", "2028-02-29", "2028-08-31"];

    for (const [name, dayCount, fraction] of [
      ["ACT/365F", DAY_COUNT.act365f, act365f],
      ["30/360", DAY_COUNT.thirty360, thirty360],
      [
        "ACT/ACT ICMA",
        DAY_COUNT.actActIcma,
        (start: number, end: number) => actActIcma(start, end, { start, end, frequency: 2 }),
      ],
    ] as const) {
      it(`is nominal × rate × the ${name} share of the year, half up`, async function () {
        const platform = await networkHelpers.loadFixture(deployAttached);
        const terms = await noteTerms(platform, { dayCount, maturity: BigInt(parseDate("2028-12-31")) });
        const coupons = regularCoupons(dates, 2);
        const bond = await ethers.deployContract("Bond", [
          terms,
          coupons,
          platform.register,
          platform.hongkong.authority,
        ]);
        for (const [k, { accrualStart, accrualEnd }] of coupons.entries()) {
          const { num, den } = fraction(accrualStart, accrualEnd);
          const exact = terms.units * terms.unitNominal * terms.couponRate * num;
          const total = (2n * exact + den * 10n ** 8n) / (2n * den * 10n ** 8n);
          expect(await bond.couponTotal(k)).to.equal(total, `coupon ${k}`);
        }
      });
    }

    it("pays a short first coupon for its days of the regular period", async function () {
      const platform = await networkHelpers.loadFixture(deployAttached);
      const terms = await noteTerms(platform, { dayCount: DAY_COUNT.actActIcma });
      const [first] = regularCoupons(["2026-03-02", "2026-09-02"], 5);
      if (first === undefined) throw new RangeError("a coupon is needed");
      const short = { ...first, accrualStart: parseDay("2026-06-02") };
      const bond = await ethers.deployContract("Bond", [
        terms,
        [short],
        platform.register,
        platform.hongkong.authority,
      ]);
      // 92 of 184 days: half of the half-year
      expect(await bond.couponTotal(0n)).to.equal(minor("62500", "HKD"));
    });
  });

  describe("issue", function () {
    let f: Awaited<ReturnType<typeof deployAttached>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployAttached);
    });

    it("creates the whole issue for the issuer and reports it", async function () {
      await passTo(chain, f.terms.issueDate);
      await expect(f.bond.connect(f.registrar).issue())
        .to.emit(f.bond, "BondIssued")
        .withArgs(f.terms.isin, f.issuer.address, 10_000n);
      expect(await f.bond.balanceOf(f.issuer)).to.equal(10_000n);
      expect(await f.bond.totalSupply()).to.equal(10_000n);
      expect((await f.register.asset(f.terms.isin)).status).to.equal(ASSET_STATUS.issued);
    });

    it("refuses a second time", async function () {
      await passTo(chain, f.terms.issueDate);
      await f.bond.connect(f.registrar).issue();
      await expect(f.bond.connect(f.registrar).issue())
        .to.be.revertedWithCustomError(f.bond, "BondAlreadyIssued")
        .withArgs(f.terms.isin);
    });

    it("refuses everybody but the registrar", async function () {
      await expect(f.bond.connect(f.issuer).issue())
        .to.be.revertedWithCustomError(f.bond, "BondCallerNotRegistrar")
        .withArgs(f.issuer.address, f.registrar.address);
    });

    it("refuses a second before the issue date and from the first record date on", async function () {
      const { issueDate } = f.terms;
      const { recordTime } = couponOf(f, 0);
      for (const time of [issueDate - 1n, recordTime]) {
        await networkHelpers.time.setNextBlockTimestamp(time);
        await expect(f.bond.connect(f.registrar).issue())
          .to.be.revertedWithCustomError(f.bond, "BondIssueTimeInvalid")
          .withArgs(time, issueDate, recordTime);
      }
    });

    it("succeeds in the last second before the first record date", async function () {
      await networkHelpers.time.setNextBlockTimestamp(couponOf(f, 0).recordTime - 1n);
      await f.bond.connect(f.registrar).issue();
      expect(await f.bond.totalSupply()).to.equal(10_000n);
    });

    it("refuses while the issuer has no account", async function () {
      await f.bond.connect(f.hsbc).closeAccount(f.issuer);
      await passTo(chain, f.terms.issueDate);
      await expect(f.bond.connect(f.registrar).issue())
        .to.be.revertedWithCustomError(f.bond, "ERC7943CannotReceive")
        .withArgs(f.issuer.address);
    });
  });
});
