import { expect } from "chai";
import {
  DuplicateIdError,
  RuleError,
  TotalError,
  ValueError,
  currencyDecimals,
  parseMessage,
  peek,
} from "../../../sdk/iso20022.js";
import { sample } from "../../support/iso20022.js";
import { GOOD, TX, changed, expectRefusal, refusalOf } from "../../support/iso20022-refusals.js";

describe("ISO 20022, values and totals", function () {
  describe("values", function () {
    const amount = `${TX}[1]/IntrBkSttlmAmt`;
    const amounts: readonly (readonly [string, string, RegExp])[] = [
      ["-10.00", "CNY", /never negative/],
      ["-0", "CNY", /never negative/],
      ["+10.00", "CNY", /digits with at most one decimal point/],
      ["1e3", "CNY", /digits with at most one decimal point/],
      ["1,000.00", "CNY", /digits with at most one decimal point/],
      ["010.00", "CNY", /digits with at most one decimal point/],
      [" 10.00", "CNY", /digits with at most one decimal point/],
      ["10.", "CNY", /digits with at most one decimal point/],
      ["", "CNY", /digits with at most one decimal point/],
      ["NaN", "CNY", /digits with at most one decimal point/],
      ["12345678901234567.89", "CNY", /at most 18 digits and this one 19/],
      ["1234567890123456789", "JPY", /at most 18 digits and this one 19/],
      ["10.001", "CNY", /CNY has 2 decimals \(ISO 4217\) and this amount 3/],
      ["10.5", "JPY", /JPY has 0 decimals/],
      ["10.0001", "BHD", /BHD has 3 decimals/],
      ["10.00", "XXX", /no currency of ISO 4217/],
      ["10.00", "cny", /no currency of ISO 4217/],
    ];
    for (const [text, currency, rule] of amounts) {
      it(`refuses an amount of "${text}" ${currency}`, function () {
        const input = changed('Ccy="CNY">1280.05<', `Ccy="${currency}">${text}<`);
        expectRefusal(input, ValueError, amount, rule);
        expect(refusalOf(input)).to.include({ value: rule.source.includes("no currency") ? currency : text });
      });
    }

    it("takes 18 digits, with a currency's decimals", function () {
      for (const [text, currency, minor] of [
        ["9999999999999999.99", "CNY", 999_999_999_999_999_999n],
        ["999999999999999999", "JPY", 999_999_999_999_999_999n],
        ["0.001", "BHD", 1n],
        ["7", "CNY", 700n],
      ] as const) {
        const one = GOOD.replace(/<CdtTrfTxInf>(?:(?!<CdtTrfTxInf>)[^])*<\/CdtTrfTxInf>\s*(?=<\/FIToFI)/, "")
          .replace("<NbOfTxs>2<", "<NbOfTxs>1<")
          .replace(/\s*<(CtrlSum|TtlIntrBkSttlmAmt)[^]*?<\/\1>/g, "");
        const message = parseMessage(changed('Ccy="CNY">1280.05<', `Ccy="${currency}">${text}<`, one));
        if (message.type !== "pacs.008") throw new Error("a pacs.008");
        expect(message.body.CdtTrfTxInf?.[0]?.IntrBkSttlmAmt).to.deep.equal({ currency, minor });
      }
    });

    it("refuses an amount without its currency", function () {
      expectRefusal(changed(' Ccy="CNY">1280.05<', ">1280.05<"), ValueError, amount, /has the attribute Ccy/);
    });

    it("knows the decimals of ISO 4217", function () {
      const known = (["CNY", "HKD", "JPY", "KRW", "BHD", "CLF", "XAU"] as const).map(currencyDecimals);
      expect(known).to.deep.equal([2, 2, 0, 0, 3, 4, undefined]);
    });

    const values: readonly (readonly [string, string | RegExp, string, string, RegExp])[] = [
      [
        "a BIC of seven places",
        "<BICFI>TICBCNT0<",
        "<BICFI>TICBCNT<",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/InstgAgt/FinInstnId/BICFI",
        /it is not a BIC/,
      ],
      [
        "a UETR of another version",
        "70f5f4e9-998f-43c5",
        "70f5f4e9-998f-13c5",
        `${TX}[1]/PmtId/UETR`,
        /version 4 UUID/,
      ],
      ["a UETR in capitals", "70f5f4e9-998f", "70F5F4E9-998F", `${TX}[1]/PmtId/UETR`, /small letters/],
      [
        "an IBAN whose check digits are wrong",
        /<Othr>\s*<Id>6228TESTPAYER0001<\/Id>\s*<\/Othr>/,
        "<IBAN>DE94TEST00000000000001</IBAN>",
        `${TX}[1]/DbtrAcct/Id/IBAN`,
        /check digits fail ISO 7064/,
      ],
      [
        "an identification of 36 characters",
        "TEST-MSG-0001",
        "X".repeat(36),
        "/Document/FIToFICstmrCdtTrf/GrpHdr/MsgId",
        /36 characters and 35/,
      ],
      ["an empty identification", "TEST-MSG-0001", "", "/Document/FIToFICstmrCdtTrf/GrpHdr/MsgId", /empty/],
      [
        "a blank before an identification",
        "TEST-MSG-0001",
        " TEST",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/MsgId",
        /no blank/,
      ],
      [
        "a date that does not exist",
        "<IntrBkSttlmDt>2026-03-16",
        "<IntrBkSttlmDt>2026-02-29",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/IntrBkSttlmDt",
        /does not exist/,
      ],
      [
        "a date in another order",
        "<IntrBkSttlmDt>2026-03-16",
        "<IntrBkSttlmDt>16.03.2026",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/IntrBkSttlmDt",
        /not a date/,
      ],
      [
        "a time that does not exist",
        "T09:30:00",
        "T24:00:00",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/CreDtTm",
        /no such time/,
      ],
      [
        "an offset that does not exist",
        "T09:30:00+08:00",
        "T09:30:00+15:00",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/CreDtTm",
        /at most 14 hours/,
      ],
      ["a code of another list", ">SLEV<", ">NONE<", `${TX}[1]/ChrgBr`, /none of DEBT, CRED, SHAR, SLEV/],
      [
        "a count with letters",
        "<NbOfTxs>2<",
        "<NbOfTxs>two<",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/NbOfTxs",
        /1 to 15 digits/,
      ],
      [
        "a negative control sum",
        "<CtrlSum>",
        "<CtrlSum>-",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/CtrlSum",
        /never negative/,
      ],
    ];
    for (const [what, from, to, path, rule] of values) {
      it(`refuses ${what}`, function () {
        expectRefusal(changed(from, to), ValueError, path, rule);
      });
    }

    it("refuses an LEI whose check digits are wrong", function () {
      const text = sample("fedwire-pacs008.xml").replace("TESTPAYEE00000000263", "TESTPAYEE00000000264");
      const error = refusalOf(text);
      expect(error).to.be.instanceOf(ValueError);
      expect(error.path).to.match(/\/Cdtr\/Id\/OrgId\/LEI$/);
    });

    it("refuses an institution that nothing identifies", function () {
      const text = changed(/<InstgAgt>\s*<FinInstnId>[^]*?<\/FinInstnId>/, "<InstgAgt><FinInstnId></FinInstnId>");
      expectRefusal(
        text,
        RuleError,
        "/Document/FIToFICstmrCdtTrf/GrpHdr/InstgAgt/FinInstnId",
        /identified in some way/,
      );
    });
  });

  describe("totals and identifications", function () {
    const header = "/Document/FIToFICstmrCdtTrf/GrpHdr";
    it("refuses a number of transactions that is not theirs", function () {
      expectRefusal(changed("<NbOfTxs>2<", "<NbOfTxs>3<"), TotalError, `${header}/NbOfTxs`, /states 3 and contains 2/);
    });

    it("refuses a control sum that is not theirs, and takes zeros at its end", function () {
      expectRefusal(
        changed("<CtrlSum>1530.05<", "<CtrlSum>1530.06<"),
        TotalError,
        `${header}/CtrlSum`,
        /states 1530\.06 and contains 1530\.05/,
      );
      expect(parseMessage(changed("<CtrlSum>1530.05<", "<CtrlSum>1530.0500<")).type).to.equal("pacs.008");
    });

    it("refuses a total that is not theirs, or of another currency", function () {
      const total = `${header}/TtlIntrBkSttlmAmt`;
      expectRefusal(
        changed('Ccy="CNY">1530.05<', 'Ccy="CNY">1530.04<'),
        TotalError,
        total,
        /CNY 1530\.04 and contains CNY 1530\.05/,
      );
      expectRefusal(
        changed('Ccy="CNY">1530.05<', 'Ccy="HKD">1530.05<'),
        RuleError,
        total,
        /HKD cannot have a transaction in CNY/,
      );
    });

    it("refuses an identification that two transactions have", function () {
      for (const [from, to, element] of [
        ["4327b5e9-c9c6-4958-a878-510464124a85", "70f5f4e9-998f-43c5-ac5c-0f7a1b3999de", "UETR"],
        ["I-E2E-0002", "I-E2E-0001", "InstrId"],
      ] as const) {
        const error = refusalOf(changed(from, to));
        expect(error).to.be.instanceOf(DuplicateIdError);
        expect(error).to.include({ path: `${TX}[2]/PmtId/${element}`, id: to, first: `${TX}[1]/PmtId/${element}` });
      }
    });

    it("refuses a settlement date in both places, and in none", function () {
      const both = changed("<ChrgBr>", "<IntrBkSttlmDt>2026-03-16</IntrBkSttlmDt><ChrgBr>");
      expectRefusal(both, RuleError, `${header}/IntrBkSttlmDt`, /not in both/);
      expectRefusal(
        changed("<IntrBkSttlmDt>2026-03-16</IntrBkSttlmDt>", ""),
        RuleError,
        `${header}/IntrBkSttlmDt`,
        /missing/,
      );
    });

    it("refuses a header that names another message", function () {
      const text = changed("<MsgDefIdr>pacs.008.001.08", "<MsgDefIdr>pacs.008.001.09", sample("02-pacs008-cbpr.xml"));
      expectRefusal(
        text,
        RuleError,
        "AppHdr/MsgDefIdr",
        /names pacs\.008\.001\.09 and the document is pacs\.008\.001\.08/,
      );
    });

    it("refuses totals of a notification that are not its entries'", function () {
      const text = sample("camt054.xml");
      const path = "/Document/BkToCstmrDbtCdtNtfctn/Ntfctn[1]/TxsSummry";
      expectRefusal(changed("<Sum>15.50<", "<Sum>15.51<", text), TotalError, `${path}/TtlNtries/Sum`, /contains 15\.5/);
      expectRefusal(changed("<Sum>3<", "<Sum>4<", text), TotalError, `${path}/TtlDbtNtries/Sum`, /contains 3/);
      expectRefusal(
        changed("<NbOfNtries>1<", "<NbOfNtries>2<", text),
        TotalError,
        `${path}/TtlCdtNtries/NbOfNtries`,
        /contains 1/,
      );
    });

    it("refuses a return of more than was paid", function () {
      const text = changed(
        '<RtrdIntrBkSttlmAmt Ccy="CNY">88.80',
        '<RtrdIntrBkSttlmAmt Ccy="CNY">88.81',
        sample("08-pacs004-return.xml"),
      );
      expectRefusal(text, RuleError, "/Document/PmtRtr/TxInf[1]/RtrdIntrBkSttlmAmt", /more is returned/);
    });

    it("refuses a status report about nothing", function () {
      const text = sample("pacs002.xml").replace(/<OrgnlGrpInfAndSts>[^]*<\/TxInfAndSts>/, "");
      expectRefusal(text, RuleError, "/Document/FIToFIPmtStsRpt", /status of a group or of a transaction/);
    });

    it("refuses a settlement whose amount and kind contradict each other", function () {
      const text = sample("04-sese023-deliver.xml");
      const path = "/Document/SctiesSttlmTxInstr/SttlmAmt";
      expectRefusal(changed(/<SttlmAmt>[^]*<\/SttlmAmt>/, "", text), RuleError, path, /APMT.* has an amount/);
      expectRefusal(changed(">APMT<", ">FREE<", text), RuleError, path, /FREE.* has no amount/);
      expectRefusal(changed(">CRDT<", ">DBIT<", text), RuleError, `${path}/CdtDbtInd`, /with DELI the amount is CRDT/);
    });
  });

  describe("peek", function () {
    it("finds what can be found of a message that is refused", function () {
      expect(peek(sample("22-negative-amount.xml"))).to.deep.equal({
        definition: "pacs.008.001.08",
        messageId: "TEST-MSG-0022",
      });
      expect(peek(sample("04-sese023-deliver.xml"))).to.deep.equal({
        definition: "sese.023.001.09",
        messageId: "TEST-DELI-0001",
      });
      expect(peek(sample("21-wrong-namespace.xml"))).to.deep.equal({ messageId: "TEST-MSG-0021" });
      expect(peek(sample("20-entity-bomb.xml"))).to.deep.equal({});
    });
  });
});
