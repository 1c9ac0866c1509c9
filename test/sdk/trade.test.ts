import { expect } from "chai";
import { UserError } from "../../sdk/errors.js";
import { documentKey } from "../../sdk/trade/receivables.js";
import { divide, financeable, interestBetween } from "../../sdk/trade/waterfall.js";

const SECRET = new TextEncoder().encode("the secret of the verification service");
const OTHER = new TextEncoder().encode("the secret of another verification service");
const NUMBER = "531620260100234567";

describe("sdk/trade", () => {
  describe("documentKey", () => {
    it("is the same for one number however it is written, and another for another kind, number or secret", () => {
      const key = documentKey(SECRET, "customsDeclaration", NUMBER);
      expect(key).to.match(/^0x[0-9a-f]{64}$/);
      expect(documentKey(SECRET, "customsDeclaration", "5316 2026 0100 2345 67")).to.equal(key);
      expect(documentKey(SECRET, "insurancePolicy", "sino-2026-1")).to.equal(
        documentKey(SECRET, "insurancePolicy", "SINO-2026-1"),
      );
      const others = [
        documentKey(OTHER, "customsDeclaration", NUMBER),
        documentKey(SECRET, "customsDeclaration", "531620260100234568"),
        documentKey(SECRET, "taxFiling", NUMBER),
      ];
      expect(new Set([key, ...others]).size).to.equal(4);
    });

    it("refuses a number of another form and a secret that could be guessed", () => {
      expect(() => documentKey(SECRET, "customsDeclaration", "53162026")).to.throw(
        UserError,
        `"53162026" is no number of a document of kind customsDeclaration: check the digits.`,
      );
      expect(() => documentKey(new Uint8Array(31), "customsDeclaration", NUMBER)).to.throw(
        UserError,
        "The secret has 31 bytes, so numbers could be tried: use 32 or more.",
      );
    });
  });

  describe("interestBetween", () => {
    const rates = { rate: 36_000n, overdueRate: 72_000n };
    const day = 86_400n;
    // noon, UTC+8
    const noon = 1_772_424_000n;

    it("counts days at the rate before the maturity's, at the overdue rate from it on", () => {
      // 3.6 % of 1,000,000 fen is 100 fen a day, 7.2 % is 200
      const fen = (parts: bigint) => parts / 360_000_000n;
      const maturity = noon + 10n * day;
      expect(fen(interestBetween(rates, 1_000_000n, maturity, noon, noon + 10n * day))).to.equal(1_000n);
      expect(fen(interestBetween(rates, 1_000_000n, maturity, noon, noon + 13n * day))).to.equal(1_600n);
      expect(fen(interestBetween(rates, 1_000_000n, maturity, noon + 12n * day, noon + 13n * day))).to.equal(200n);
      expect(interestBetween(rates, 1_000_000n, maturity, noon, noon)).to.equal(0n);
    });
  });

  describe("divide", () => {
    it("pays fee, whole interest, principal, and leaves the rest", () => {
      const owed = { fee: 5n, accrued: 3n * 360_000_000n + 1n, principal: 10n };
      expect(divide(4n, owed)).to.deep.equal({ fee: 4n, interest: 0n, principal: 0n, remainder: 0n });
      expect(divide(9n, owed)).to.deep.equal({ fee: 5n, interest: 3n, principal: 1n, remainder: 0n });
      expect(divide(20n, owed)).to.deep.equal({ fee: 5n, interest: 3n, principal: 10n, remainder: 2n });
    });
  });

  it("rounds what may be financed down", () => {
    expect(financeable(9_999n, 8_000n)).to.equal(7_999n);
  });
});
