import { expect } from "chai";
import { MESSAGES, MESSAGE_TYPES, RuleError, buildMessage, parseMessage, practice } from "../../../sdk/iso20022.js";
import { GOOD_SAMPLES, sample } from "../../support/iso20022.js";

const CBPR = sample("02-pacs008-cbpr.xml");
const FEDWIRE = sample("fedwire-pacs008.xml");

function refusalOf(text: string): RuleError {
  try {
    parseMessage(text);
  } catch (error) {
    if (error instanceof RuleError) return error;
    throw error;
  }
  throw new Error("the message was accepted");
}

describe("ISO 20022, versions and market practices", function () {
  for (const name of GOOD_SAMPLES) {
    it(`reads ${name} and writes it back with the same content`, function () {
      const message = parseMessage(sample(name));
      expect(parseMessage(buildMessage(message))).to.deep.equal(message);
    });
  }

  it("has a sample of every message", function () {
    const types = new Set(GOOD_SAMPLES.map((name) => parseMessage(sample(name)).type));
    expect([...types].sort()).to.deep.equal([...MESSAGE_TYPES].sort());
  });

  it("reads every version of the catalogue of a pacs.008", function () {
    const text = sample("01-pacs008-customers.xml");
    for (const version of MESSAGES["pacs.008"].versions) {
      const digits = version.toString().padStart(2, "0");
      expect(parseMessage(text.replace("pacs.008.001.08", `pacs.008.001.${digits}`)).version).to.equal(version);
    }
  });

  it("tells CBPR+, Fedwire and neither apart", function () {
    const found = [CBPR, FEDWIRE, sample("01-pacs008-customers.xml")].map((text) => practice(parseMessage(text)));
    expect(found).to.deep.equal(["CBPR+", "Fedwire", "none"]);
  });

  it("reads a message in an envelope without a header", function () {
    const bare = sample("01-pacs008-customers.xml").replace(/<\?xml[^>]*>/, "");
    const message = parseMessage(`<RequestPayload><Body xmlns="urn:example">${bare}</Body></RequestPayload>`);
    expect(message.envelope).to.deep.equal([
      { name: "RequestPayload", namespace: "" },
      { name: "Body", namespace: "urn:example" },
    ]);
  });

  const two = (text: string) =>
    text
      .replace(
        /(<CdtTrfTxInf>[^]*<\/CdtTrfTxInf>)/,
        (all) => all + all.replace(/<InstrId>[^<]*<\/InstrId>/, "").replace("73960df6", "73960df7"),
      )
      .replace("<NbOfTxs>1<", "<NbOfTxs>2<");
  const wrong: readonly (readonly [string, string, RegExp, RegExp])[] = [
    ["CBPR+ with two transactions", two(CBPR), /NbOfTxs$/, /one transaction/],
    ["CBPR+ without a UETR", CBPR.replace(/<UETR>[^]*?<\/UETR>/, ""), /PmtId\/UETR$/, /CBPR\+ asks for a UETR/],
    [
      "CBPR+ without instructing agent",
      CBPR.replace(/<InstgAgt>[^]*?<\/InstgAgt>/, ""),
      /InstgAgt$/,
      /asks for instructing/,
    ],
    [
      "CBPR+ with an agent without BIC",
      CBPR.replace(/(<InstgAgt>[^]*?)<BICFI>TICBCNT0<\/BICFI>/, "$1<LEI>TESTICBC000000000048</LEI>"),
      /InstgAgt\/FinInstnId\/BICFI$/,
      /by BIC/,
    ],
    [
      "CBPR+ without an offset from UTC",
      CBPR.replace("<CreDtTm>2026-03-16T09:30:00+08:00", "<CreDtTm>2026-03-16T09:30:00"),
      /CreDtTm$/,
      /offset/,
    ],
    ["CBPR+ through a clearing", CBPR.replace(">INDA<", ">CLRG<"), /SttlmMtd$/, /does not clear/],
    [
      "CBPR+ with the date in the header",
      CBPR.replace("<SttlmInf>", "<IntrBkSttlmDt>2026-03-16</IntrBkSttlmDt><SttlmInf>").replace(
        /(<\/IntrBkSttlmAmt>\s*)<IntrBkSttlmDt>[^<]*<\/IntrBkSttlmDt>/,
        "$1",
      ),
      /CdtTrfTxInf\/IntrBkSttlmDt$/,
      /settlement date of the transaction/,
    ],
    [
      "Fedwire in another currency",
      FEDWIRE.replace('<p:IntrBkSttlmAmt Ccy="USD">', '<p:IntrBkSttlmAmt Ccy="EUR">'),
      /IntrBkSttlmAmt$/,
      /US dollars/,
    ],
    [
      "Fedwire of ten billion",
      FEDWIRE.replace(">510000.74<", ">10000000000.00<"),
      /IntrBkSttlmAmt$/,
      /under 10,000,000,000\.00/,
    ],
    [
      "Fedwire with a routing number that does not check",
      FEDWIRE.replace(/(<p:InstgAgt>[^]*?)999000001/, "$1999000002"),
      /InstgAgt\/FinInstnId\/ClrSysMmbId$/,
      /USABA/,
    ],
    [
      "Fedwire with an agent of another clearing",
      FEDWIRE.replace(/(<p:InstdAgt>[^]*?)USABA/, "$1GBDSC"),
      /InstdAgt\/FinInstnId\/ClrSysMmbId$/,
      /USABA/,
    ],
  ];
  for (const [what, text, path, rule] of wrong) {
    it(`refuses ${what}`, function () {
      const error = refusalOf(text);
      expect(error.path).to.match(path);
      expect(error.rule).to.match(rule);
    });
  }

  it("takes a Fedwire transfer a cent under ten billion", function () {
    expect(parseMessage(FEDWIRE.replace(">510000.74<", ">9999999999.99<")).type).to.equal("pacs.008");
  });
});
