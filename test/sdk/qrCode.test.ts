import { expect } from "chai";
import { toUtf8Bytes } from "ethers";
import fc from "fast-check";
import {
  QrCodeError,
  checksumOf,
  crc16,
  encodeMerchantCode,
  parseMerchantCode,
  type MerchantCode,
  type QrField,
  type QrRule,
} from "../../sdk/qr/emvco.js";
import { paymentFor, schemeOf, type Scan } from "../../sdk/qr/payment.js";
import { ref } from "../support/chain.js";

/** The example of EMVCo's specification of merchant-presented codes: templates in two languages. */
const BEST_TRANSPORT =
  "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN" +
  "5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME" +
  "91320016A0112233449988770708123456786304A13A";

const WITHOUT_AMOUNT: MerchantCode = {
  initiation: "dynamic",
  accounts: [{ id: "26", guid: "hk.com.hkicl", fields: [{ id: "02", value: "1234567" }] }],
  categoryCode: "5812",
  currency: "156",
  country: "CN",
  name: "老张牛肉面馆",
  city: "兰州",
};
const NOODLES: MerchantCode = { ...WITHOUT_AMOUNT, amount: "88.80" };

/** A code with a right checksum around whatever stands before it. */
function sealed(body: string): string {
  return `${body}6304${checksumOf(`${body}6304`)}`;
}

const BODY = "0002010208123456785204581253031565802CN5904SHOP6007BEIJING";

function ruleOf(text: string): [QrRule, string] {
  try {
    parseMerchantCode(text);
  } catch (error) {
    if (error instanceof QrCodeError) return [error.rule, error.message];
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe("sdk/qr/emvco", function () {
  describe("crc16", function () {
    it("has the published check value", function () {
      expect(crc16(toUtf8Bytes("123456789"))).to.equal(0x29b1);
    });

    it("is over UTF-8 bytes, while lengths count characters", function () {
      expect(checksumOf(BEST_TRANSPORT.slice(0, -4))).to.equal("A13A");
      // the published example of PromptPay
      expect(checksumOf("00020101021129370016A000000677010111011300660000000005802TH53037646304")).to.equal("8956");
    });
  });

  describe("parseMerchantCode", function () {
    it("reads the specification's example", function () {
      const code = parseMerchantCode(BEST_TRANSPORT);
      expect(code).to.deep.equal({
        initiation: "dynamic",
        accounts: [
          { id: "29", guid: "D15600000000", fields: [{ id: "05", value: "A93FO3230Q" }] },
          { id: "31", guid: "D15600000001", fields: [{ id: "03", value: "12345678" }] },
        ],
        categoryCode: "4111",
        currency: "156",
        amount: "23.72",
        tip: { kind: "ask" },
        country: "CN",
        name: "BEST TRANSPORT",
        city: "BEIJING",
        additional: [
          { id: "03", value: "1234" },
          { id: "06", value: "***" },
          { id: "07", value: "A6008667" },
          { id: "09", value: "ME" },
        ],
        local: { language: "ZH", name: "最佳运输", city: "北京" },
        others: [{ id: "91", value: "0016A011223344998877070812345678" }],
      });
      expect(parseMerchantCode(encodeMerchantCode(code))).to.deep.equal(code);
    });

    it("reads the least a code can be", function () {
      expect(parseMerchantCode(sealed(BODY))).to.deep.equal({
        accounts: [{ id: "02", value: "12345678" }],
        ...{ categoryCode: "5812", currency: "156", country: "CN", name: "SHOP", city: "BEIJING" },
      });
    });

    const refusals: [what: string, text: string, rule: QrRule, sentence: RegExp][] = [
      ["nothing", "", "structure", /does not begin with field 00/],
      ["another beginning", sealed(BODY.slice(6)), "structure", /does not begin with field 00/],
      ["no checksum", BODY, "structure", /does not end with its checksum/],
      ["something after the checksum", `${sealed(BODY)}6502AB`, "structure", /does not end with its checksum/],
      ["a wrong checksum", `${sealed(BODY).slice(0, -4)}0000`, "checksum", /would be [0-9A-F]{4}; scan/],
      ["the checksum left out", `${BODY}6304XXXX`, "format", /checksum cannot be "XXXX"/],
      ["a small letter in the checksum", sealed(BODY).slice(0, -4) + "00a0", "format", /checksum cannot be "00a0"/],
      ["a length that is no number", sealed(`${BODY}62ABCD`), "structure", /"62AB" where a field begins/],
      ["half a field", `${sealed(BODY)}6`, "structure", /"6" where a field begins/],
      ["an empty field", sealed(`${BODY}6200`), "structure", /Field 62 of the code is empty/],
      [
        "a length past the end",
        BODY.slice(0, -1),
        "structure",
        /Field 60 of the code says 7 characters and 6 are left/,
      ],
      ["a field twice", sealed(`${BODY}5802CN`), "duplicate", /Field 58 is in the code twice/],
      ["control characters", sealed(BODY.replace("SHOP", "SH\nP")), "text", /characters that no code has/],
      ["half a character", sealed(BODY).replace("SHOP", "SHO\ud83d"), "text", /characters that no code has/],
      [
        "more than 512 bytes",
        sealed(BODY + "6599" + "面".repeat(99) + "6699" + "面".repeat(99)),
        "text",
        /may have 512/,
      ],
      ["no category", sealed(BODY.replace("52045812", "")), "missing", /merchant category code \(field 52\)/],
      ["no account", sealed(BODY.replace("020812345678", "")), "missing", /names no account/],
      ["another format", sealed(BODY.replace("000201", "000202")), "format", /payload format cannot be "02"/],
      ["an initiation unheard of", sealed(`${BODY}010213`), "format", /point of initiation cannot be "13"/],
      ["a currency of letters", sealed(BODY.replace("156", "CNY")), "format", /currency cannot be "CNY"/],
      ["a country of small letters", sealed(BODY.replace("CN", "cn")), "format", /country cannot be "cn"/],
      ["a comma in the amount", sealed(`${BODY}54041,50`), "format", /amount cannot be "1,50"/],
      ["14 digits", sealed(`${BODY}541412345678901234`), "format", /amount cannot be/],
      ["an amount of nothing", sealed(`${BODY}54040.00`), "value", /amount is nothing/],
      [
        "a name of 26 characters",
        sealed(BODY.replace("5904SHOP", `5926${"面".repeat(26)}`)),
        "format",
        /merchant name cannot/,
      ],
      ["a tip without an indicator", sealed(`${BODY}56011`), "value", /do not fit each other/],
      ["an indicator without its tip", sealed(`${BODY}550202`), "value", /do not fit each other/],
      ["both tips", sealed(`${BODY}5502025601157011`), "value", /do not fit each other/],
      ["a fixed tip of nothing", sealed(`${BODY}55020256010`), "value", /fixed tip is nothing/],
      ["a percentage of nothing", sealed(`${BODY}55020357010`), "value", /tip percentage is nothing/],
      [
        "a template without its network",
        sealed(`${BODY}2605010112`.replace("2605010112", "26050101A")),
        "missing",
        /Template 26 does not say/,
      ],
      ["a network of Chinese letters", sealed(`${BODY}26060002网联`), "format", /network of template 26/],
      ["a template cut short", sealed(`${BODY}62050105A`), "structure", /Field 01 of template 62 says 5/],
      ["a local template without a language", sealed(`${BODY}64060102面馆`), "missing", /language in template 64/],
      ["a local template without a name", sealed(`${BODY}64060002ZH`), "missing", /name in template 64/],
      ["a language of three letters", sealed(`${BODY}64130003ZHO0102面馆`), "format", /language cannot be "ZHO"/],
    ];
    for (const [what, text, rule, sentence] of refusals) {
      it(`refuses ${what} in one sentence`, function () {
        const [found, message] = ruleOf(text);
        expect(found, message).to.equal(rule);
        expect(message)
          .to.match(sentence)
          .and.match(/^[A-Z][^\n]*[.]$/);
      });
    }

    it("notices every change of one character", function () {
      const text = encodeMerchantCode(NOODLES);
      const characters = [...text];
      for (const [place, was] of characters.entries()) {
        const changed = characters.with(place, was === "7" ? "8" : "7").join("");
        expect(() => parseMerchantCode(changed), `place ${place}`).to.throw(QrCodeError);
      }
    });
  });

  describe("encodeMerchantCode", function () {
    it("counts Chinese names in characters", function () {
      const text = encodeMerchantCode(NOODLES);
      expect(text).to.include("5906老张牛肉面馆").and.include("6002兰州");
      expect(parseMerchantCode(text)).to.deep.equal(NOODLES);
    });

    it("writes what it reads, for any code", function () {
      fc.assert(
        fc.property(codes, (code) => {
          expect(parseMerchantCode(encodeMerchantCode(code))).to.deep.equal(code);
        }),
        { numRuns: 500, seed: 20_250_916 },
      );
    });

    it("refuses what it could not read again", function () {
      expect(() => encodeMerchantCode({ ...NOODLES, city: "" })).to.throw(QrCodeError, /Field 60 has 0 characters/);
      expect(() => encodeMerchantCode({ ...NOODLES, country: "China" })).to.throw(QrCodeError, /country cannot be/);
      expect(() => encodeMerchantCode({ ...NOODLES, accounts: [] })).to.throw(QrCodeError, /no account/);
    });
  });
});

describe("sdk/qr/payment", function () {
  const scan: Scan = {
    ...{ businessRef: ref("scan"), requester: "0x000000000000000000000000000000000000bEEF", direction: "inbound" },
    ...{ network: "hk.com.hkicl", payerCurrency: "HKD", notAfter: 1n, charge: (fen) => fen + 1n },
  };

  it("asks for what the merchant's code says", function () {
    const asked = paymentFor(encodeMerchantCode(NOODLES), scan);
    expect(asked).to.include({
      ...{ direction: 0n, mode: 0n, scheme: schemeOf("hk.com.hkicl"), categoryCode: 5812n, country: "0x434e" },
      ...{ merchantCurrency: 156n, merchantAmount: 8_880n, payerCurrency: 344n, payerAmount: 8_881n },
      payloadHash: ref(encodeMerchantCode(NOODLES)),
    });
  });

  it("takes the amount from the payer when the code has none, and only then", function () {
    const text = encodeMerchantCode(WITHOUT_AMOUNT);
    expect(paymentFor(text, { ...scan, entered: "12" }).merchantAmount).to.equal(1_200n);
    expect(() => paymentFor(text, scan)).to.throw(/no amount; enter one/);
    expect(() => paymentFor(encodeMerchantCode(NOODLES), { ...scan, entered: "1" })).to.throw(/pay what the code says/);
  });

  it("reads amounts as codes may write them", function () {
    for (const [amount, expected] of [
      ["5.", 500n],
      ["007.5", 750n],
      ["0.01", 1n],
    ] as const) {
      expect(paymentFor(encodeMerchantCode({ ...NOODLES, amount }), scan).merchantAmount).to.equal(expected);
    }
  });

  it("refuses another network and another currency", function () {
    const text = encodeMerchantCode(NOODLES);
    expect(() => paymentFor(text, { ...scan, network: "A000000333010101" })).to.throw(/no account at A000000333010101/);
    expect(() => paymentFor(encodeMerchantCode({ ...NOODLES, currency: "999" }), scan)).to.throw(/currency 999/);
  });
});

// --------------------------------------------------------------------------------------------------- any code

const characters = fc.constantFrom(..."ABCxyz019 .*-最佳运输北京面𠮷😀é");

function text(maxLength: number): fc.Arbitrary<string> {
  return fc.array(characters, { minLength: 1, maxLength }).map((all) => all.join(""));
}

function digits(count: number): fc.Arbitrary<string> {
  return fc.stringMatching(new RegExp(`^[0-9]{${count}}$`));
}

function fields(low: number, high: number, maxLength: number): fc.Arbitrary<QrField[]> {
  const id = fc.integer({ min: low, max: high }).map((number) => String(number).padStart(2, "0"));
  return fc
    .uniqueArray(fc.record({ id, value: text(maxLength) }), {
      selector: (field) => field.id,
      minLength: 1,
      maxLength: 3,
    })
    .map((all) => all.sort((a, b) => Number(a.id) - Number(b.id)));
}

const amounts = fc.tuple(fc.integer({ min: 1, max: 999_999 }), fc.nat({ max: 99 })).map(([a, b]) => `${a}.${b}`);
const templates = fields(26, 51, 1).chain((all) =>
  fc.tuple(...all.map(({ id }) => fc.record({ id: fc.constant(id), guid: guids, fields: fields(1, 99, 5) }))),
);
const guids = fc.constantFrom("hk.com.hkicl", "A000000677010111", "br.gov.bcb.pix");
const accounts = fc.oneof(fields(2, 25, 19), templates).map((all) => [...all]);
const tips = fc.oneof(
  fc.constant({ kind: "ask" } as const),
  amounts.map((amount) => ({ kind: "fixed", amount }) as const),
  fc.integer({ min: 1, max: 99 }).map((number) => ({ kind: "percentage", percentage: `${number}.5` }) as const),
);
const codes: fc.Arbitrary<MerchantCode> = fc.record(
  {
    initiation: fc.constantFrom("static" as const, "dynamic" as const),
    accounts,
    categoryCode: digits(4),
    currency: digits(3),
    amount: amounts,
    tip: tips,
    country: fc.constantFrom("CN", "HK", "TH", "VN"),
    name: text(25),
    city: text(15),
    postalCode: text(10),
    additional: fields(1, 99, 5),
    local: fc.record(
      { language: fc.constantFrom("ZH", "zh", "TH"), name: text(25), city: text(15) },
      { requiredKeys: ["language", "name"] },
    ),
    others: fields(65, 99, 5),
  },
  { requiredKeys: ["accounts", "categoryCode", "currency", "country", "name", "city"] },
);
