import { expect } from "chai";
import { UserError } from "../../../sdk/errors.js";
import { ibanWithCheckDigits, parseIban } from "../../../sdk/identifiers.js";

/** Examples that ISO 13616's registry gives for its countries. */
const EXAMPLES = ["GB29NWBK60161331926819", "DE89370400440532013000", "CH9300762011623852957", "NO9386011117947"];

describe("sdk/identifiers", function () {
  describe("parseIban", function () {
    for (const iban of EXAMPLES) {
      it(`accepts ${iban}, and none that differs in one place`, function () {
        expect(parseIban(iban)).to.equal(iban);
        for (let place = 0; place < iban.length; ++place) {
          const digit = iban[place] === "7" ? "8" : "7";
          const other = iban.slice(0, place) + digit + iban.slice(place + 1);
          expect(() => parseIban(other), other).to.throw(UserError, /is not an IBAN/);
        }
      });
    }

    it("accepts what ibanWithCheckDigits makes", function () {
      for (const account of ["TEST00000000001", "0".repeat(11), "Z".repeat(30)]) {
        expect(parseIban(ibanWithCheckDigits("HK", account))).to.match(/^HK\d\d/);
      }
    });

    it("refuses blanks, small letters, other lengths and countries that are none", function () {
      for (const text of [
        "GB29 NWBK 6016 1331 9268 19",
        "gb29nwbk60161331926819",
        "GB29",
        `GB29${"0".repeat(31)}`,
        "",
      ]) {
        expect(() => parseIban(text), text).to.throw(UserError, /ISO 13616 asks for/);
      }
      expect(() => parseIban(ibanWithCheckDigits("ZZ", "TEST00000000001"))).to.throw(UserError, /ZZ, are no country/);
    });
  });
});
