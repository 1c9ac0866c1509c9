import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import type { BondTerms } from "../../sdk/bonds.js";
import { parseDate } from "../../sdk/calendar.js";
import { minor } from "../../sdk/money.js";
import type { BondStructureTerms, EarlyDate } from "../../sdk/structured.js";
import { noteCoupons, noteTerms, openChainAt } from "../support/assets.js";
import {
  HIBOR,
  PLAIN_STRUCTURE,
  deployStructuredPlatform,
  earlyDate,
  floatingStructure,
  structureOf,
} from "../support/structured.js";

const chain = await openChainAt("2026-02-20");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deployStructuredPlatform(chain);
}

describe("BondStructure", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const build = async (changed: Partial<BondStructureTerms>, terms: Partial<BondTerms> = {}) => {
    const structure = structureOf(await floatingStructure(f, changed));
    const all = await noteTerms(f, { couponRate: 6_000_000n, ...terms });
    return ethers.deployContract("StructuredBond", [all, noteCoupons(), structure, f.register, f.hongkong.authority]);
  };
  const errors = async () => (await ethers.getContractFactory("BondStructure")) as { interface: object };

  it("accepts a fixed rate without fixings, dates or another currency, and the largest price", async function () {
    const bond = await build(PLAIN_STRUCTURE, { couponRate: 2_500_000n });
    expect(await bond.couponTotal(0n)).to.equal(minor("126027.40", "HKD"));
    expect(await bond.redemptionPrice()).to.equal(minor("1000.00", "HKD"));
  });

  for (const [what, changed] of [
    ["an index and no fixings", { fixings: ZeroAddress, optionCurrency: ZeroAddress, optionIndex: ZeroHash }],
    ["fixings that nothing needs", { ...PLAIN_STRUCTURE, fixings: "0x00000000000000000000000000000000000000F1" }],
    ["a currency without an index", { optionIndex: ZeroHash }],
    ["a spread on a fixed rate", { ...PLAIN_STRUCTURE, spread: 1n }],
    ["a quorum above all", { quorum: 10_001n }],
    ["a majority of a half", { majority: 5_000n }],
    ["a majority above all", { majority: 10_001n }],
  ] as const satisfies readonly (readonly [string, Partial<BondStructureTerms>])[]) {
    it(`refuses ${what}`, async function () {
      const { isin } = await noteTerms(f);
      await expect(build(changed))
        .to.be.revertedWithCustomError(await errors(), "BondStructureInvalid")
        .withArgs(isin);
    });
  }

  it("refuses the bond's own currency, and one that is not listed, as the other", async function () {
    const { isin, currency } = await noteTerms(f);
    await expect(build({ optionCurrency: currency }))
      .to.be.revertedWithCustomError(await errors(), "BondStructureInvalid")
      .withArgs(isin);
    await f.register.connect(f.operator).delistCurrency(f.mainland.currency);
    await expect(build({}))
      .to.be.revertedWithCustomError(f.register, "AssetCurrencyUnlisted")
      .withArgs(await f.mainland.currency.getAddress());
  });

  describe("instalments", function () {
    const instalments = (k: number, changed: { fixingDay?: number; principal?: bigint }) => ({
      instalments: noteCoupons().map(({ accrualStart }, index) => ({
        ...{ fixingDay: accrualStart - 2, principal: 0n },
        ...(index === k ? changed : {}),
      })),
    });

    it("refuses more or fewer than coupons", async function () {
      await expect(build({ instalments: [] }))
        .to.be.revertedWithCustomError(await errors(), "BondInstalmentInvalid")
        .withArgs(4n);
    });

    it("refuses a floating coupon without a fixing day, and a fixed one with", async function () {
      await expect(build(instalments(2, { fixingDay: 0 })))
        .to.be.revertedWithCustomError(await errors(), "BondInstalmentInvalid")
        .withArgs(2n);
      await expect(build({ ...PLAIN_STRUCTURE, ...instalments(0, {}) }))
        .to.be.revertedWithCustomError(await errors(), "BondInstalmentInvalid")
        .withArgs(0n);
    });

    it("leaves a minor unit to redeem at least", async function () {
      const nominal = minor("1000.00", "HKD");
      const bond = await build({ ...instalments(3, { principal: nominal - 1n }), calls: [], puts: [] });
      expect(await bond.redemptionPrice()).to.equal(1n);
      await expect(build(instalments(3, { principal: nominal })))
        .to.be.revertedWithCustomError(await errors(), "BondInstalmentInvalid")
        .withArgs(3n);
    });

    it("refuses what an account could not be paid for the whole issue", async function () {
      const most = 2n ** 64n - 1n;
      const rates = { couponRate: 100_000_000n, units: 1n, unitNominal: most };
      await expect(build({ ...instalments(0, { principal: most - 1n }), calls: [], puts: [] }, rates))
        .to.be.revertedWithCustomError(await errors(), "BondInstalmentInvalid")
        .withArgs(0n);
    });
  });

  describe("early dates", function () {
    const date = (changed: Partial<EarlyDate>) => ({ ...earlyDate("2027-06-01", "900.00"), ...changed });
    const at = (text: string, changed: Partial<EarlyDate> = {}) => ({ ...earlyDate(text, "900.00"), ...changed });
    const later = BigInt(parseDate("2027-06-01"));

    it("may lie on the last day of an accrual, and before its record date", async function () {
      for (const text of ["2026-08-27", "2026-09-02", "2028-02-25"]) {
        await build({ calls: [at(text, { time: BigInt(parseDate(text)) - (text === "2026-09-02" ? 0n : 1n) })] });
      }
    });

    for (const [what, dates] of [
      ["notice that ends when it begins", () => [date({ from: later - 1n, until: later - 1n })]],
      ["notice that ends after the date", () => [date({ until: later + 1n })]],
      ["no price", () => [date({ price: 0n })]],
      ["more than the issue can be paid", () => [date({ price: 2n ** 64n / 10_000n })]],
      ["a date before the issue", () => [at("2026-03-02")]],
      ["a date at the maturity", () => [at("2028-03-02")]],
      ["dates that do not rise", () => [date({}), date({})]],
      ["a date from a record date on, before the accrual ends", () => [at("2027-02-25")]],
    ] as const satisfies readonly (readonly [string, () => EarlyDate[]])[]) {
      it(`refuse ${what}`, async function () {
        const wrong = dates();
        const { time } = wrong[wrong.length - 1] ?? date({});
        for (const list of ["calls", "puts"] as const) {
          await expect(build({ [list]: wrong }))
            .to.be.revertedWithCustomError(await errors(), "BondEarlyDateInvalid")
            .withArgs(time);
        }
      });
    }

    it("refuse a day after an accrual has ended whose record date is still to come", async function () {
      const coupons = noteCoupons().map((coupon, k) =>
        k === 0 ? { ...coupon, recordTime: coupon.paymentTime } : coupon,
      );
      const structure = structureOf(await floatingStructure(f, { calls: [at("2026-09-02")], puts: [] }));
      const terms = await noteTerms(f, { couponRate: 6_000_000n });
      const args = [f.register, f.hongkong.authority] as const;
      const bond = await ethers.deployContract("StructuredBond", [terms, coupons, structure, ...args]);
      expect((await bond.coupon(0n)).recordTime).to.equal(coupons[0]?.recordTime);
      const time = BigInt(parseDate("2026-09-03"));
      const shifted = coupons.map((coupon, k) =>
        k === 0 ? { ...coupon, recordTime: time + 1n, paymentTime: time + 1n } : coupon,
      );
      const wrong = structureOf(await floatingStructure(f, { calls: [at("2026-09-03")], puts: [] }));
      await expect(ethers.deployContract("StructuredBond", [terms, shifted, wrong, ...args]))
        .to.be.revertedWithCustomError(await errors(), "BondEarlyDateInvalid")
        .withArgs(time);
    });

    it("pay no interest once no coupon accrues", async function () {
      const maturity = BigInt(parseDate("2028-06-02"));
      const bond = await build({ calls: [at("2028-04-03")] }, { maturity });
      const structure = await ethers.getContractAt("BondStructure", await bond.structure());
      expect(await structure.callAmount(0n)).to.equal(minor("900.00", "HKD"));
      expect((await structure.floating()).index).to.equal(HIBOR);
    });
  });
});
