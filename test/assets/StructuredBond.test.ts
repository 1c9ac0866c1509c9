import { expect } from "chai";
import { parseDay } from "../../sdk/calendar.js";
import { minor } from "../../sdk/money.js";
import { mulDiv } from "../../sdk/rounding.js";
import { structuredTermsHash } from "../../sdk/structured.js";
import { couponOf, noteCoupons, noteTerms, openChainAt, passTo, place } from "../support/assets.js";
import {
  HIBOR,
  SIZE,
  deployFloatingNote,
  deployStructured,
  deployStructuredPlatform,
  fixCoupon,
  floatingStructure,
} from "../support/structured.js";

const chain = await openChainAt("2026-02-20");
const { networkHelpers } = chain;
const YEAR = 365n * 10n ** 8n;

async function deployNote() {
  return deployFloatingNote(chain);
}

async function deployUnissued() {
  const platform = await deployStructuredPlatform(chain);
  const terms = await noteTerms(platform, { couponRate: 6_000_000n });
  return deployStructured(chain, platform, terms, noteCoupons(), await floatingStructure(platform));
}

describe("StructuredBond", function () {
  let f: Awaited<ReturnType<typeof deployNote>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployNote);
  });

  it("is announced under the hash of terms, coupons and structure, and says what it is", async function () {
    expect(await f.bond.termsHash()).to.equal(structuredTermsHash(f.terms, f.coupons, f.structureTerms));
    expect((await f.register.asset(f.terms.isin)).token).to.equal(f.address);
    expect(await f.structure.bond()).to.equal(f.address);
    expect(await f.structure.fixings()).to.equal(await f.fixings.getAddress());
    expect(await f.structure.floating()).to.deep.equal([HIBOR, 500_000n]);
    expect(await f.structure.optionCurrency()).to.equal(await f.mainland.currency.getAddress());
    expect(await f.structure.meetingRules()).to.deep.equal([2_500n, 6_667n, 14n * 86_400n]);
    expect(await f.bond.supportsInterface("0xffffffff")).to.equal(false);
    // IERC165
    expect(await f.bond.supportsInterface("0x01ffc9a7")).to.equal(true);
    expect(await f.bond.totalSupply()).to.equal(SIZE);
  });

  describe("couponPerUnit", function () {
    it("floats: fixing and spread on the nominal that is left, and the instalment with it", async function () {
      for (const k of [0, 1, 2]) await fixCoupon(chain, f, k, 3_000_000n);
      const nominals = ["1000.00", "1000.00", "900.00", "700.00", "700.00"].map((text) => minor(text, "HKD"));
      for (const [k, nominal] of nominals.entries()) expect(await f.structure.nominalOf(k)).to.equal(nominal);
      const days = [184n, 181n, 184n];
      for (const [k, length] of days.entries()) {
        const { principal } = await f.structure.instalmentOf(k);
        const interest = mulDiv(SIZE * (nominals[k] ?? 0n), 3_500_000n * length, YEAR, "half-up");
        expect(await f.bond.couponTotal(k), `coupon ${k}`).to.equal(interest + SIZE * principal);
      }
      expect(await f.structure.rateOf(0n)).to.equal(3_500_000n);
      expect(await f.bond.couponTotal(0n)).to.equal(minor("176438.36", "HKD"));
    });

    it("never pays less than nothing nor more than the terms' rate", async function () {
      await fixCoupon(chain, f, 0, -500_000n);
      await fixCoupon(chain, f, 1, -9_000_000n);
      await fixCoupon(chain, f, 2, 5_500_001n);
      expect(await f.bond.couponTotal(0n)).to.equal(0n);
      expect(await f.structure.rateOf(1n)).to.equal(0n);
      expect(await f.bond.couponTotal(1n)).to.equal(SIZE * minor("100.00", "HKD"));
      expect(await f.structure.rateOf(2n)).to.equal(6_000_000n);
    });

    it("names the fixing that is missing, and the coupon that does not exist", async function () {
      const day = f.structureTerms.instalments[1]?.fixingDay;
      await expect(f.bond.couponPerUnit(1n))
        .to.be.revertedWithCustomError(f.fixings, "FixingMissing")
        .withArgs(HIBOR, day);
      await expect(f.bond.couponPerUnit(4n))
        .to.be.revertedWithCustomError(f.structure, "BondCouponUnknown")
        .withArgs(4n, 4n);
      for (const [refused, count] of [
        [f.structure.rateOf(4n), 4n],
        [f.structure.instalmentOf(4n), 4n],
        [f.structure.nominalOf(5n), 5n],
      ] as const) {
        await expect(refused)
          .to.be.revertedWithCustomError(f.structure, "BondCouponUnknown")
          .withArgs(count === 5n ? 5n : 4n, count);
      }
    });

    it("names the fixing that a coupon cannot be opened without", async function () {
      const { recordTime } = couponOf(f, 0);
      await passTo(chain, recordTime);
      const cut = { remainder: 0n, position: 0n };
      await expect(f.actions.connect(f.issuer).openCoupon(f.bond, 0n, cut))
        .to.be.revertedWithCustomError(f.fixings, "FixingMissing")
        .withArgs(HIBOR, f.structureTerms.instalments[0]?.fixingDay);
    });
  });

  describe("callBond", function () {
    const date = (i: number) => {
      const found = f.structureTerms.calls[i];
      if (found === undefined) throw new RangeError(`there is no call ${i}`);
      return found;
    };

    it("brings the maturity forward; units trade until then, later coupons are cancelled", async function () {
      await place(f, [[f.ann, 10n]]);
      await passTo(chain, date(1).from);
      await expect(f.structured.connect(f.issuer).callBond(1n))
        .to.emit(f.structured, "BondCalled")
        .withArgs(f.terms.isin, 1n, date(1).time);
      expect(await f.structured.calledFor()).to.equal(date(1).time);
      expect(await f.bond.lifetime()).to.deep.equal([f.terms.issueDate, date(1).time]);
      await f.bond.connect(f.ann).transfer(f.issuer, 1n);
      await expect(f.bond.couponPerUnit(2n))
        .to.be.revertedWithCustomError(f.structured, "BondCouponCancelled")
        .withArgs(2n, date(1).time);
      await fixCoupon(chain, f, 1, 2_000_000n);
      expect(await f.structure.rateOf(1n)).to.equal(2_500_000n);
      await passTo(chain, date(1).time);
      await expect(f.bond.connect(f.ann).transfer(f.issuer, 1n)).to.be.revertedWithCustomError(f.bond, "BondMatured");
      expect(await f.bond.canSend(f.ann)).to.equal(false);
    });

    it("prices a call with the interest that has accrued, to the minor unit", async function () {
      expect(await f.structured.redemptionPrice()).to.equal(minor("700.00", "HKD"));
      await fixCoupon(chain, f, 2, 4_000_000n);
      await passTo(chain, date(1).from);
      await f.structured.connect(f.issuer).callBond(1n);
      const days = BigInt(parseDay("2027-06-01") - parseDay("2027-03-02"));
      const accrued = mulDiv(minor("900.00", "HKD"), 4_500_000n * days, YEAR, "half-up");
      expect(accrued).to.equal(minor("10.10", "HKD"));
      expect(await f.structured.redemptionPrice()).to.equal(minor("911.10", "HKD"));
      expect(await f.structure.callAmount(0n), "on a coupon date").to.equal(minor("902.00", "HKD"));
    });

    it("takes notice in its window only", async function () {
      const { from, until } = date(0);
      const refused = async (time: bigint) => {
        await networkHelpers.time.setNextBlockTimestamp(time);
        await expect(f.structured.connect(f.issuer).callBond(0n))
          .to.be.revertedWithCustomError(f.structured, "BondCallTimeInvalid")
          .withArgs(0n, from, until, time);
      };
      await refused(from - 1n);
      await refused(until);
    });

    it("refuses who is not the issuer, a call that does not exist, and a second one", async function () {
      await expect(f.structured.connect(f.ann).callBond(0n))
        .to.be.revertedWithCustomError(f.structured, "BondCallerNotIssuer")
        .withArgs(f.ann.address, f.issuer.address);
      await expect(f.structured.connect(f.issuer).callBond(2n))
        .to.be.revertedWithCustomError(f.structure, "BondEarlyDateUnknown")
        .withArgs(2n, 2n);
      await passTo(chain, date(0).from);
      await f.structured.connect(f.issuer).callBond(0n);
      await expect(f.structured.connect(f.issuer).callBond(0n))
        .to.be.revertedWithCustomError(f.structured, "BondCalledAlready")
        .withArgs(date(0).time);
    });

    it("refuses while nothing is issued", async function () {
      const unissued = await networkHelpers.loadFixture(deployUnissued);
      await expect(unissued.structured.connect(unissued.issuer).callBond(0n))
        .to.be.revertedWithCustomError(unissued.structured, "BondNotIssued")
        .withArgs(unissued.terms.isin);
    });
  });

  describe("early dates", function () {
    it("are those of the terms", async function () {
      const [call] = f.structureTerms.calls;
      const [, put] = f.structureTerms.puts;
      expect(await f.structure.callDate(0n)).to.deep.equal(Object.values(call ?? {}));
      expect(await f.structure.putDate(1n)).to.deep.equal(Object.values(put ?? {}));
      await fixCoupon(chain, f, 2, 0n);
      const accrued = mulDiv(minor("900.00", "HKD"), 500_000n * 91n, YEAR, "half-up");
      expect(await f.structure.putAmount(1n)).to.equal(minor("895.00", "HKD") + accrued);
      await expect(f.structure.putDate(2n))
        .to.be.revertedWithCustomError(f.structure, "BondEarlyDateUnknown")
        .withArgs(2n, 2n);
    });
  });
});
