import { expect } from "chai";
import fc from "fast-check";
import { AbiCoder, keccak256, toBeHex } from "ethers";
import {
  couponCut,
  couponRef,
  holdingsOf,
  isinBytes,
  redemptionRef,
  regularCoupons,
  termsHash,
  type BondTerms,
  type Holding,
  type Ratio,
} from "../../sdk/bonds.js";
import { UserError } from "../../sdk/errors.js";

const BOND = toBeHex(0xb0, 20);
const TERMS: BondTerms = {
  isin: isinBytes("HK0000069689"),
  name: "Note",
  symbol: "N",
  currency: toBeHex(0xc0, 20),
  issuer: toBeHex(0x15, 20),
  units: 1_000n,
  unitNominal: 100_000n,
  couponRate: 2_500_000n,
  dayCount: 0n,
  frequency: 2n,
  issueDate: 1_772_380_800n,
  maturity: 1_835_539_200n,
};
const COUPONS = regularCoupons(["2026-03-02", "2026-09-02", "2027-03-02"], 5);

describe("bonds", () => {
  describe("isinBytes", () => {
    it("writes the twelve characters as they stand", () => {
      expect(isinBytes("HK0000069689")).to.equal("0x484b30303030303639363839");
    });

    it("refuses a wrong check digit", () => {
      expect(() => isinBytes("HK0000069688")).to.throw(UserError);
    });
  });

  describe("termsHash", () => {
    it("is the hash of the terms and the coupons as the contract encodes them", () => {
      const types = [
        "tuple(bytes12 isin,string name,string symbol,address currency,address issuer,uint64 units,uint64 unitNominal,uint32 couponRate,uint8 dayCount,uint8 frequency,uint48 issueDate,uint48 maturity)",
        "tuple(uint24 accrualStart,uint24 accrualEnd,uint24 referenceStart,uint24 referenceEnd,uint48 recordTime,uint48 paymentTime)[]",
      ];
      expect(termsHash(TERMS, COUPONS)).to.equal(keccak256(AbiCoder.defaultAbiCoder().encode(types, [TERMS, COUPONS])));
    });

    it("does not depend on the order in which the fields were written", () => {
      const reversed = Object.fromEntries(Object.entries(TERMS).reverse()) as unknown as BondTerms;
      const coupons = COUPONS.map(
        (coupon) => Object.fromEntries(Object.entries(coupon).reverse()) as unknown as typeof coupon,
      );
      expect(termsHash(reversed, coupons)).to.equal(termsHash(TERMS, COUPONS));
    });

    it("differs when a field of the terms or of a coupon differs", () => {
      const [first, ...rest] = COUPONS;
      expect(first).not.to.equal(undefined);
      const later = COUPONS.map((coupon, k) => (k === 0 ? { ...coupon, recordTime: coupon.recordTime + 1n } : coupon));
      const hashes = [
        termsHash(TERMS, COUPONS),
        termsHash({ ...TERMS, couponRate: TERMS.couponRate + 1n }, COUPONS),
        termsHash(TERMS, later),
        termsHash(TERMS, rest),
      ];
      expect(new Set(hashes).size).to.equal(hashes.length);
    });
  });

  describe("couponRef and redemptionRef", () => {
    it("name the bond, and the coupon", () => {
      const refs = [
        couponRef(BOND, 0),
        couponRef(BOND, 1n),
        couponRef(TERMS.issuer, 0),
        redemptionRef(BOND),
        redemptionRef(TERMS.issuer),
      ];
      expect(new Set(refs).size).to.equal(refs.length);
      expect(couponRef(BOND, 0)).to.equal(couponRef(BOND, 0n));
    });
  });

  describe("regularCoupons", () => {
    it("makes one coupon of each pair of neighbouring dates", () => {
      expect(COUPONS).to.have.lengthOf(2);
      expect(COUPONS.map(({ accrualStart, accrualEnd }) => accrualEnd - accrualStart)).to.deep.equal([184, 181]);
      expect(COUPONS[1]?.accrualStart).to.equal(COUPONS[0]?.accrualEnd);
      for (const coupon of COUPONS) {
        expect([coupon.referenceStart, coupon.referenceEnd]).to.deep.equal([coupon.accrualStart, coupon.accrualEnd]);
      }
    });

    it("puts the record time and the payment where they were asked for, in UTC+8", () => {
      const at = (time: string) => BigInt(Date.parse(time)) / 1000n;
      expect(COUPONS[0]?.recordTime).to.equal(at("2026-08-28T00:00:00+08:00"));
      expect(COUPONS[0]?.paymentTime).to.equal(at("2026-09-02T09:00:00+08:00"));
      expect(regularCoupons(["2026-03-02", "2026-09-02"], 0, 16)[0]?.paymentTime).to.equal(
        at("2026-09-02T16:00:00+08:00"),
      );
    });

    it("refuses a date that does not exist", () => {
      expect(() => regularCoupons(["2026-02-30", "2026-09-02"], 5)).to.throw(UserError);
    });
  });

  describe("holdingsOf", () => {
    it("takes a word apart, both parts at their largest", () => {
      const [units, position] = [2n ** 64n - 1n, 2n ** 24n - 1n];
      expect(holdingsOf([(position << 64n) | units, 1n << 64n])).to.deep.equal([
        { position, units },
        { position: 1n, units: 0n },
      ]);
    });
  });

  describe("couponCut", () => {
    it("lets exactly so many shares through that they sum to the total, whatever is held", () => {
      const units = fc.array(fc.bigInt({ min: 1n, max: 10_000n }), { minLength: 1, maxLength: 12 });
      const ratio = fc.record({
        numerator: fc.bigInt({ min: 1n, max: 10n ** 6n }),
        denominator: fc.bigInt({ min: 1n, max: 500n }),
      });
      fc.assert(
        fc.property(units, ratio, (held, perUnit) => {
          const holdings = held.map((units, index) => ({ units, position: BigInt(index + 1) }));
          const total = halfUp(held.reduce((sum, units) => sum + units, 0n) * perUnit.numerator, perUnit.denominator);
          const cut = couponCut(perUnit, total, holdings.toReversed());
          const shares = holdings.map((holding) => shareUnder(perUnit, holding, cut));
          expect(shares.reduce((sum, share) => sum + share, 0n)).to.equal(total);
        }),
        { numRuns: 300 },
      );
    });

    it("prefers who is listed first among equal remainders", () => {
      const perUnit = { numerator: 1n, denominator: 3n };
      const holdings = [3n, 1n, 2n].map((position) => ({ position, units: 1n }));
      expect(couponCut(perUnit, 1n, holdings)).to.deep.equal({ remainder: 1n, position: 1n });
    });

    it("prefers the larger remainder, wherever it is listed", () => {
      const perUnit = { numerator: 1n, denominator: 4n };
      const holdings = [
        { position: 1n, units: 1n },
        { position: 2n, units: 3n },
      ];
      expect(couponCut(perUnit, 1n, holdings)).to.deep.equal({ remainder: 3n, position: 2n });
    });
  });
});

function halfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

/** Rounded down; up, if it is not exact and not behind the cut. */
function shareUnder(
  { numerator, denominator }: Ratio,
  { units, position }: Holding,
  cut: { readonly remainder: bigint; readonly position: bigint },
): bigint {
  const [whole, rest] = [(units * numerator) / denominator, (units * numerator) % denominator];
  if (rest === 0n || rest < cut.remainder) return whole;
  return rest === cut.remainder && position > cut.position ? whole : whole + 1n;
}
