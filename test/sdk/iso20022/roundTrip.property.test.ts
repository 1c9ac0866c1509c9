import { expect } from "chai";
import fc from "fast-check";
import { MESSAGE_TYPES, MessageError, buildMessage, parseMessage, type Amount } from "../../../sdk/iso20022.js";
import { amount as amountShape } from "../../../sdk/iso20022/types.js";
import { GOOD_SAMPLES, amount, messages, sample } from "../../support/iso20022.js";

const AMOUNT = { name: "Amt", namespace: "", path: "/Amt" };

/** The one thing a reader may throw, in one sentence. */
function expectRefusal(error: unknown): void {
  if (!(error instanceof MessageError)) throw error;
  expect(error.message).to.match(/^\/?[^\n]+: [^\n]+; [^\n]+\.$/);
  expect(error.name).to.equal(error.constructor.name);
  expect(error.message.length).to.be.lessThan(700);
}

describe("ISO 20022, properties", function () {
  this.timeout(60_000);

  for (const type of MESSAGE_TYPES) {
    it(`reads every ${type} that it writes as what it was`, function () {
      fc.assert(
        fc.property(messages(type), (message) => {
          const text = buildMessage(message);
          const read = parseMessage(text);
          expect(read).to.deep.equal(message);
          expect(buildMessage(read)).to.equal(text);
        }),
        { numRuns: 40 },
      );
    });
  }

  it("reads amounts exactly, whatever the currency", function () {
    fc.assert(
      fc.property(amount, (value) => {
        const { text, attributes } = amountShape.write(value, 8);
        expect(amountShape.read({ ...AMOUNT, text, attributes, children: [] }, 8)).to.deep.equal(value);
        // no detour: the digits are those of the minor units
        expect(BigInt(text.replace(".", ""))).to.equal(value.minor);
      }),
      { numRuns: 2_000 },
    );
  });

  it("never reads two texts of different value as one amount", function () {
    const read = (text: string, currency: string): Amount | undefined => {
      try {
        return amountShape.read({ ...AMOUNT, text, attributes: { Ccy: currency }, children: [] }, 8);
      } catch (error) {
        expectRefusal(error);
        return undefined;
      }
    };
    fc.assert(
      fc.property(
        fc.stringMatching(/^-?\d{0,20}\.?\d{0,5}$/),
        fc.constantFrom("CNY", "JPY", "BHD"),
        (text, currency) => {
          const value = read(text, currency);
          if (value === undefined) return;
          const decimals = { CNY: 2, JPY: 0, BHD: 3 }[currency] ?? 0;
          const [whole = "", part = ""] = text.split(".");
          expect(value.minor).to.equal(BigInt(whole + part.padEnd(decimals, "0")));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("throws nothing but its own errors on damaged messages", function () {
    const texts = GOOD_SAMPLES.map(sample);
    const piece = fc.constantFrom(
      "<",
      ">",
      "&",
      "</",
      "/>",
      "<!--",
      "]]>",
      "<![CDATA[",
      "&#0;",
      "&#xD800;",
      "\u0000",
      "xmlns=",
      '"',
      "<a>",
      "-1",
      "\uFFFF",
    );
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat({ max: 40 }),
      insert: fc.oneof(piece, fc.string({ maxLength: 10, unit: "binary" }), fc.constant("")),
    });
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(damage, { minLength: 1, maxLength: 3 }), (text, damages) => {
        const damaged = damages.reduce((all, { at, cut, insert }) => {
          const place = Math.floor(at * all.length);
          return all.slice(0, place) + insert + all.slice(place + cut);
        }, text);
        try {
          parseMessage(damaged);
        } catch (error) {
          expectRefusal(error);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("throws nothing but its own errors on any bytes", function () {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          parseMessage(bytes);
        } catch (error) {
          expectRefusal(error);
        }
      }),
      { numRuns: 500 },
    );
  });
});
