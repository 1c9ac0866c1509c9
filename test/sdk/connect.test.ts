import { expect } from "chai";
import fc from "fast-check";
import { keccak256, toUtf8Bytes } from "ethers";
import { CONNECT_KIND } from "../../sdk/eip712/connect.js";
import { sentenceOf } from "../../sdk/errors.js";
import { countedAmount, maskedName, payeeNameHash, personCommitment, proxyKey } from "../../sdk/payments/connect.js";

const SECRET = new Uint8Array(32).fill(7);

describe("connect", function () {
  describe("maskedName", function () {
    for (const [name, masked] of [
      ["张小明", "张*明"],
      ["张明", "张*"],
      ["欧阳娜娜", "欧**娜"],
      ["买买提·吐尔逊", "买*****逊"],
      ["明", "*"],
      ["CHAN Tai Man", "CHAN T** M**"],
      ["  CHAN   Tai Man ", "CHAN T** M**"],
      ["Ronaldo", "R******"],
      ["Zo\u0065\u0301 Ng", "Zo\u00e9 N*"],
    ] as const) {
      it(`shows ${name.trim()} as ${masked}`, function () {
        expect(maskedName(name)).to.equal(masked);
        expect(payeeNameHash(name)).to.equal(keccak256(toUtf8Bytes(masked)));
      });
    }

    it("refuses no name in one sentence", function () {
      expect(refusalOf(() => maskedName(" "))).to.equal("A payee has a name: write at least one character.");
    });
  });

  describe("proxyKey", function () {
    it("is the same however the number or address is written", function () {
      const key = proxyKey(SECRET, { mobile: "+85261234567" });
      expect(proxyKey(SECRET, { mobile: "+852 6123-4567" })).to.equal(key);
      expect(key).to.match(/^0x[0-9a-f]{64}$/);
      expect(proxyKey(SECRET, { email: " Ann@Example.com" })).to.equal(proxyKey(SECRET, { email: "ann@example.com" }));
    });

    it("is another with another secret, and no plain hash", function () {
      const text = "+85261234567";
      const keys = [SECRET, new Uint8Array(32)].map((secret) => proxyKey(secret, { mobile: text }));
      expect(keys[0]).not.to.equal(keys[1]);
      expect(keys).not.to.include(keccak256(toUtf8Bytes(text)));
    });

    for (const [what, act, sentence] of [
      ["a number without country code", () => proxyKey(SECRET, { mobile: "61234567" }), /with its country code/],
      ["an address without domain", () => proxyKey(SECRET, { email: "ann@" }), /write it as name@example.com/],
      ["an address that is too long", () => proxyKey(SECRET, { email: `a@${"b".repeat(255)}.hk` }), /not an e-mail/],
      ["a short secret", () => proxyKey(new Uint8Array(31), { email: "a@b.hk" }), /has 31 bytes/],
      ["a document without number", () => personCommitment(SECRET, { kind: "hkid", number: "-" }), /not the number/],
    ] as const) {
      it(`refuses ${what} in one sentence`, function () {
        expect(refusalOf(act)).to.match(sentence);
      });
    }
  });

  describe("personCommitment", function () {
    it("is one however the number is written, and tells kinds of documents apart", function () {
      const person = personCommitment(SECRET, { kind: "hkid", number: "A123456(3)" });
      expect(personCommitment(SECRET, { kind: "hkid", number: "a1234563" })).to.equal(person);
      expect(personCommitment(SECRET, { kind: "passport", number: "A1234563" })).not.to.equal(person);
    });
  });

  describe("countedAmount", function () {
    it("is never less for the parts than for the whole, and less than a minor unit too much", function () {
      fc.assert(
        fc.property(
          fc.array(fc.bigInt(1n, 10n ** 8n), { minLength: 1, maxLength: 20 }),
          fc.bigInt(1n, 10n ** 14n),
          (parts, rate) => {
            const count = (sendAmount: bigint) =>
              countedAmount(CONNECT_KIND.southbound, { sendAmount, receiveAmount: 0n }, rate);
            const whole = parts.reduce((sum, part) => sum + part, 0n);
            const counted = parts.reduce((sum, part) => sum + count(part), 0n);
            expect(counted >= count(whole)).to.equal(true);
            expect(count(whole) * 10n ** 12n - whole * rate < 10n ** 12n).to.equal(true);
          },
        ),
      );
    });
  });
});

function refusalOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return sentenceOf(error);
  }
  return "it was accepted";
}
