import { expect } from "chai";
import fc from "fast-check";
import { largestRemainder, largestRemainderThreshold, least, mulDiv } from "../../sdk/rounding.js";

const amounts = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe("sdk/rounding", function () {
  describe("mulDiv", function () {
    for (const [a, b, den, floor, ceil, halfUp] of [
      [7n, 1n, 2n, 3n, 4n, 4n],
      [5n, 1n, 4n, 1n, 2n, 1n],
      [7n, 1n, 4n, 1n, 2n, 2n],
      [6n, 2n, 4n, 3n, 3n, 3n],
      [0n, 9n, 4n, 0n, 0n, 0n],
    ] as const) {
      it(`rounds ${a} × ${b} / ${den} down, up, and half up`, function () {
        expect(mulDiv(a, b, den, "floor")).to.equal(floor);
        expect(mulDiv(a, b, den, "ceil")).to.equal(ceil);
        expect(mulDiv(a, b, den, "half-up")).to.equal(halfUp);
      });
    }

    it("errs by less than one unit down and up, and by at most half when half up", function () {
      const denominator = amounts.map((value) => value + 1n);
      fc.assert(
        fc.property(amounts, amounts, denominator, (a, b, den) => {
          const error = (rounding: "floor" | "ceil" | "half-up") => mulDiv(a, b, den, rounding) * den - a * b;
          expect(error("floor") <= 0n && error("floor") > -den).to.equal(true);
          expect(error("ceil") >= 0n && error("ceil") < den).to.equal(true);
          expect(2n * error("half-up") <= den && 2n * error("half-up") > -den).to.equal(true);
        }),
      );
    });

    it("refuses negative factors and a denominator that is not positive", function () {
      expect(() => mulDiv(-1n, 1n, 1n, "floor")).to.throw(RangeError);
      expect(() => mulDiv(1n, -1n, 1n, "floor")).to.throw(RangeError);
      expect(() => mulDiv(1n, 1n, 0n, "floor")).to.throw(RangeError);
    });
  });

  describe("largestRemainder", function () {
    it("gives equal remainders to those that stand first", function () {
      expect(largestRemainder(100n, [1n, 1n, 1n])).to.deep.equal([34n, 33n, 33n]);
      expect(largestRemainder(2n, [1n, 1n, 1n])).to.deep.equal([1n, 1n, 0n]);
    });

    it("gives the larger remainder first, wherever it stands", function () {
      // exact shares 1.2, 2.9, 5.9
      expect(largestRemainder(10n, [12n, 29n, 59n])).to.deep.equal([1n, 3n, 6n]);
    });

    it("gives nothing to a weight of zero", function () {
      expect(largestRemainder(5n, [0n, 3n, 0n])).to.deep.equal([0n, 5n, 0n]);
    });

    it("sums to the total, each share within one unit of the exact one and none for no weight", function () {
      const weights = fc
        .array(fc.oneof(fc.bigInt({ min: 0n, max: 20n }), amounts), { minLength: 1, maxLength: 30 })
        .filter((list) => list.some((weight) => weight > 0n));
      fc.assert(
        fc.property(amounts, weights, (total, list) => {
          const shares = largestRemainder(total, list);
          const sum = list.reduce((a, b) => a + b, 0n);
          expect(shares.reduce((a, b) => a + b, 0n)).to.equal(total);
          shares.forEach((share, index) => {
            const error = share * sum - total * (list[index] ?? 0n);
            expect(error > -sum && error < sum).to.equal(true);
          });
        }),
      );
    });

    it("refuses a negative total, a negative weight, and weights that sum to zero", function () {
      expect(() => largestRemainder(-1n, [1n])).to.throw(RangeError);
      expect(() => largestRemainder(1n, [2n, -1n])).to.throw(RangeError);
      expect(() => largestRemainder(1n, [0n, 0n])).to.throw(RangeError);
      expect(() => largestRemainder(1n, [])).to.throw(RangeError);
    });
  });

  describe("largestRemainderThreshold", function () {
    it("counts how many at the threshold get one more", function () {
      expect(largestRemainderThreshold([5n, 9n, 5n, 5n, 1n], 3)).to.deep.equal({ threshold: 5n, atThreshold: 2 });
    });

    it("lets nobody pass when there is nothing extra", function () {
      expect(largestRemainderThreshold([5n, 9n], 0)).to.deep.equal({ threshold: 9n, atThreshold: 0 });
      expect(largestRemainderThreshold([], 0)).to.deep.equal({ threshold: 0n, atThreshold: 0 });
    });

    it("picks the very units a sort would pick, when applied in one pass", function () {
      const remainders = fc.array(fc.bigInt({ min: 0n, max: 6n }), { minLength: 1, maxLength: 25 });
      fc.assert(
        fc.property(remainders, fc.nat(), (list, seed) => {
          const extra = seed % (list.length + 1);
          const byHand = list
            .map((remainder, index) => ({ remainder, index }))
            .sort((a, b) => Number(b.remainder - a.remainder) || a.index - b.index)
            .slice(0, extra)
            .map(({ index }) => index)
            .sort((a, b) => a - b);
          const { threshold, atThreshold } = largestRemainderThreshold(list, extra);
          let ties = 0;
          const onePass = list.flatMap((remainder, index) =>
            remainder > threshold || (remainder === threshold && ties++ < atThreshold) ? [index] : [],
          );
          expect(onePass).to.deep.equal(byHand);
        }),
      );
    });

    it("refuses to hand out more than there are remainders", function () {
      expect(() => largestRemainderThreshold([1n], 2)).to.throw(RangeError);
      expect(() => largestRemainderThreshold([1n], -1)).to.throw(RangeError);
      expect(() => largestRemainderThreshold([1n, 2n], 0.5)).to.throw(RangeError);
    });
  });

  describe("least", function () {
    it("finds the smallest, wherever it stands", function () {
      expect([least(3n), least(2n, 3n), least(3n, -2n, 7n), least(5n, 4n, 1n)]).to.deep.equal([3n, 2n, -2n, 1n]);
    });
  });
});
