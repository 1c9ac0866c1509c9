import { expect } from "chai";
import fc from "fast-check";
import { UserError } from "../../sdk/errors.js";
import {
  isinWithCheckDigit,
  leiWithCheckDigits,
  parseBic,
  parseCountry,
  parseIsin,
  parseLei,
  parseUetr,
} from "../../sdk/identifiers.js";

const LEIS = [
  "HWUPKR0MPOU8FGXBT394",
  "5493001KJTIIGC8Y1R12",
  "INR2EJN1ERAN0W5ZP974",
  "549300GFX6WN7JDUSN34",
  "815600EAD78C57FCE690",
  "2594007XIACKNMUAW223",
];
const ISINS = [
  "US0378331005",
  "GB0002634946",
  "HK0000069689",
  "HK0388045442",
  "HK2388011192",
  "CNE1000002H1",
  "CNE100000296",
  "XS0971721963",
];
const DIGITS = [..."0123456789"];
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/** Every text that differs from `text` in one character and keeps that character's kind, digit or letter. */
function flips(text: string, kinds: readonly string[][]): string[] {
  return [...text].flatMap((character, place) => {
    const kind = kinds.find((list) => list.includes(character)) ?? [];
    const others = kind.filter((other) => other !== character);
    return others.map((other) => text.slice(0, place) + other + text.slice(place + 1));
  });
}

function accepts(parse: (text: string) => string, text: string): boolean {
  try {
    return parse(text) === text;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

const stems = (length: number) =>
  fc.array(fc.constantFrom(...DIGITS, ...LETTERS), { minLength: length, maxLength: length });

describe("sdk/identifiers", function () {
  describe("parseLei", function () {
    for (const lei of LEIS) {
      it(`accepts ${lei}, and none of its neighbours`, function () {
        expect(parseLei(lei)).to.equal(lei);
        expect(flips(lei, [DIGITS, LETTERS]).filter((flip) => accepts(parseLei, flip))).to.deep.equal([]);
      });
    }

    it("accepts what leiWithCheckDigits makes, and refuses it with any digit or letter changed for another", function () {
      fc.assert(
        fc.property(stems(18), fc.nat(), (stem, choice) => {
          const lei = leiWithCheckDigits(stem.join(""));
          expect(parseLei(lei)).to.equal(lei);
          const neighbours = flips(lei, [DIGITS, LETTERS]);
          const flip = neighbours[choice % neighbours.length] ?? "";
          expect(() => parseLei(flip)).to.throw(UserError);
        }),
      );
    });

    it("refuses check digits 00, 01 and 99 though they are congruent", function () {
      for (const { good, alias } of [
        { good: "97", alias: "00" },
        { good: "98", alias: "01" },
        { good: "02", alias: "99" },
      ]) {
        const stem = Array.from({ length: 200 }, (_, index) => index.toString().padStart(18, "0")).find((candidate) =>
          leiWithCheckDigits(candidate).endsWith(good),
        );
        expect(stem).to.be.a("string");
        expect(() => parseLei(`${stem ?? ""}${alias}`)).to.throw(UserError, /MOD 97-10/);
      }
    });

    for (const text of [
      "hwupkr0mpou8fgxbt394",
      "HWUPKR0MPOU8FGXBT39",
      "HWUPKR0MPOU8FGXBT3944",
      "HWUPKR0MPOU8FGXBT3A4",
      "",
    ]) {
      it(`refuses the form of "${text}"`, function () {
        expect(() => parseLei(text)).to.throw(UserError, /ISO 17442/);
      });
    }
  });

  describe("parseIsin", function () {
    for (const isin of ISINS) {
      it(`accepts ${isin}, and none that differs in one digit`, function () {
        expect(parseIsin(isin)).to.equal(isin);
        expect(flips(isin, [DIGITS]).filter((flip) => accepts(parseIsin, flip))).to.deep.equal([]);
      });
    }

    it("refuses AEG000000AB12, printed in a public sample message", function () {
      expect(() => parseIsin("AEG000000AB12")).to.throw(UserError, /ISO 6166/);
    });

    it("accepts what isinWithCheckDigit makes, and refuses it with any digit changed", function () {
      fc.assert(
        fc.property(stems(9), fc.constantFrom("CN", "HK", "XS"), fc.nat(), (stem, prefix, choice) => {
          const isin = isinWithCheckDigit(prefix + stem.join(""));
          expect(parseIsin(isin)).to.equal(isin);
          const neighbours = flips(isin, [DIGITS]);
          const flip = neighbours[choice % neighbours.length] ?? "";
          expect(() => parseIsin(flip)).to.throw(UserError, /Luhn/);
        }),
      );
    });

    it("refuses a prefix that is no country and no substitute", function () {
      expect(() => parseIsin("ZZ0378331005")).to.throw(UserError, /no prefix ZZ/);
    });
  });

  describe("parseBic", function () {
    for (const bic of ["TESTCNB0", "TESTHKH0XXX", "T3STHKH0123", "TESTXKP0"]) {
      it(`accepts ${bic}`, function () {
        expect(parseBic(bic)).to.equal(bic);
      });
    }

    for (const bic of ["TESTCNB", "TESTCNB0X", "TESTCNB0XX", "TESTCNB0XXXX", "testcnb0", "TEST12B0", "TES-CNB0", ""]) {
      it(`refuses the form of "${bic}"`, function () {
        expect(() => parseBic(bic)).to.throw(UserError, /ISO 9362/);
      });
    }

    it("refuses a country that ISO 3166 does not know", function () {
      expect(() => parseBic("TESTZZB0")).to.throw(UserError, /ISO 3166/);
    });
  });

  describe("parseCountry", function () {
    it("accepts the 249 assigned codes and no other pair of capitals", function () {
      const accepted = LETTERS.flatMap((a) => LETTERS.map((b) => a + b)).filter((code) => accepts(parseCountry, code));
      expect(accepted).to.have.length(249);
      expect(accepted).to.include.members(["CN", "HK", "MO", "TW", "TH", "AE", "SA", "SG"]);
      expect(accepted).not.to.include.members(["UK"]);
    });

    for (const code of ["cn", "CHN", "C", "XX", ""]) {
      it(`refuses "${code}"`, function () {
        expect(() => parseCountry(code)).to.throw(UserError, /ISO 3166/);
      });
    }
  });

  describe("parseUetr", function () {
    it("accepts a published sample and every UUID of version 4", function () {
      expect(parseUetr("8a562c67-ca16-48ba-b074-65581be6f011")).to.equal("8a562c67-ca16-48ba-b074-65581be6f011");
      fc.assert(fc.property(fc.uuid({ version: 4 }), (uuid) => parseUetr(uuid) === uuid));
    });

    for (const [text, why] of [
      ["8a562c67-ca16-18ba-b074-65581be6f011", "version 1"],
      ["8a562c67-ca16-48ba-c074-65581be6f011", "another variant"],
      ["8A562C67-CA16-48BA-B074-65581BE6F011", "capitals"],
      ["8a562c67ca1648bab07465581be6f011", "no hyphens"],
      ["8a562c67-ca16-48ba-b074-65581be6f01", "35 characters"],
    ] as const) {
      it(`refuses ${why}`, function () {
        expect(() => parseUetr(text)).to.throw(UserError, /version 4 UUID/);
      });
    }
  });
});
