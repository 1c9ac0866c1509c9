import { expect } from "chai";
import {
  ForbiddenXmlError,
  MalformedXmlError,
  MAX_BYTES,
  OversizedMessageError,
  StructureError,
  UnknownMessageError,
  parseMessage,
} from "../../../sdk/iso20022.js";
import { sample } from "../../support/iso20022.js";
import { GOOD, TX, changed, expectRefusal, refusalOf } from "../../support/iso20022-refusals.js";

describe("ISO 20022, refusals", function () {
  describe("XML", function () {
    const bomb = sample("20-entity-bomb.xml");
    const forbidden: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
      ["an entity bomb", bomb, /document type definition \(<!DOCTYPE\)/],
      ["an external entity", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`, /<!DOCTYPE/],
      ["an entity that nobody declared", changed("E2E-0001<", "&x;<"), /"&x;" is no entity of XML itself/],
      ["a document type in a comment", `<!-- <!DOCTYPE a> -->${GOOD.slice(GOOD.indexOf("<Doc"))}`, /<!DOCTYPE/],
      ["more than 64 levels", "<a>".repeat(100) + "</a>".repeat(100), /nested/],
      ["more than 500,000 tags", "<a/>".repeat(500_001), /500001 tags are more than the 500000/],
      ["a reserved name", `<__proto__/>`, /XML parser refuses/],
    ];
    for (const [what, input, rule] of forbidden) {
      it(`refuses ${what}`, function () {
        const error = refusalOf(input);
        expect(error).to.be.instanceOf(ForbiddenXmlError);
        expect(error.rule).to.match(rule);
      });
    }

    it("refuses a file of 10 MB unread and takes one that is a byte smaller", function () {
      const padding = (size: number) => GOOD + " ".repeat(size - Buffer.byteLength(GOOD));
      const error = refusalOf(padding(MAX_BYTES));
      expect(error).to.be.instanceOf(OversizedMessageError);
      expect(error).to.include({ bytes: 10_000_000, limit: MAX_BYTES });
      expect(refusalOf(new Uint8Array(MAX_BYTES + 1))).to.be.instanceOf(OversizedMessageError);
      expect(parseMessage(padding(MAX_BYTES - 1)).type).to.equal("pacs.008");
    });

    it("reads a message of a thousand payments within seconds", function () {
      this.timeout(30_000);
      const [, transaction = ""] = /(<CdtTrfTxInf>[^]*?<\/CdtTrfTxInf>)/.exec(GOOD) ?? [];
      const numbered = (index: number) =>
        transaction
          .replaceAll("E2E-0001", `E2E-${index}`)
          .replace(
            "70f5f4e9-998f-43c5-ac5c-0f7a1b3999de",
            `70f5f4e9-998f-43c5-ac5c-${index.toString(16).padStart(12, "0")}`,
          );
      const count = 1_000;
      const text = GOOD.replace(/<CdtTrfTxInf>[^]*<\/CdtTrfTxInf>/, () =>
        Array.from({ length: count }, (_, index) => numbered(index)).join("\n"),
      )
        .replace("<NbOfTxs>2<", `<NbOfTxs>${count}<`)
        .replaceAll(">1530.05<", `>${((128_005n * BigInt(count)) / 100n).toString()}.00<`);
      expect(Buffer.byteLength(text)).to.be.greaterThan(900_000);
      expect(parseMessage(text).type).to.equal("pacs.008");
    });

    const malformed: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
      ["nothing", "", /not well-formed/],
      ["a tag that is never closed", changed("</Cdtr>", ""), /line \d+ is not well-formed/],
      ["an attribute twice", changed('Ccy="CNY"', 'Ccy="CNY" Ccy="HKD"'), /'Ccy' is repeated/],
      ["two roots", `${GOOD.trim()}<a/>`, /one root element and this one has 2/],
      ["bytes that are not UTF-8", Uint8Array.from([0x3c, 0x61, 0xff, 0x2f, 0x3e]), /not UTF-8/],
      ["another encoding", changed("UTF-8", "ISO-8859-1"), /encoding ISO-8859-1 is not UTF-8/],
      ["a control character", changed("Test Payer", "Test\u0007Payer"), /U\+0007 is none of XML/],
      ["a reference to no character", changed("Test Payer", "&#0;"), /&#0; is no character/],
      ["half of a surrogate pair", changed("Test Payer", "\uD83D"), /U\+D83D/],
      ["a prefix that is bound to nothing", changed("<Cdtr>", "<x:Cdtr>").replace("</Cdtr>", "</x:Cdtr>"), /prefix x/],
      ["text between elements", changed("<PmtId>", "text<PmtId>"), /text stands between elements/],
      ["an attribute of another namespace", changed("<PmtId>", '<PmtId xml:lang="en">'), /another namespace/],
    ];
    for (const [what, input, rule] of malformed) {
      it(`refuses ${what}`, function () {
        const error = refusalOf(input);
        expect(error).to.be.instanceOf(MalformedXmlError);
        expect(error.rule).to.match(rule);
      });
    }
  });

  describe("namespace and version", function () {
    it("refuses a namespace that is none of ISO 20022", function () {
      expectRefusal(sample("21-wrong-namespace.xml"), UnknownMessageError, "/Document", /"urn:example:payments:v1"/);
    });

    it("refuses a version before the first and after the last that is read", function () {
      expectRefusal(
        changed("pacs.008.001.08", "pacs.008.001.07"),
        UnknownMessageError,
        "/Document",
        /versions 8 to 14/,
      );
      expectRefusal(
        changed("pacs.008.001.08", "pacs.008.001.15"),
        UnknownMessageError,
        "/Document",
        /versions 8 to 14/,
      );
    });

    it("refuses a message that is not read here, and another variant", function () {
      expectRefusal(
        changed("pacs.008.001.08", "pain.001.001.09"),
        UnknownMessageError,
        "/Document",
        /pain\.001\.001 is not/,
      );
      expectRefusal(
        changed("pacs.008.001.08", "pacs.008.002.08"),
        UnknownMessageError,
        "/Document",
        /pacs\.008\.002 is not/,
      );
    });

    it("refuses the content of another message, and elements of another namespace", function () {
      const body = "/Document/FIToFICstmrCdtTrf";
      expectRefusal(
        changed("pacs.008.001.08", "pacs.009.001.08"),
        StructureError,
        body,
        /a pacs\.009 has the element FICdtTrf/,
      );
      const foreign = changed("<Purp>", "", GOOD.replace("<RmtInf>", `<Purp><RmtInf>`)).replace(
        "<RmtInf>",
        `<RmtInf xmlns="urn:x">`,
      );
      expectRefusal(foreign, StructureError, `${TX}[1]/RmtInf`, /namespace "urn:x"/);
    });

    it("refuses an element that its version does not have yet", function () {
      const mandate = "<MndtRltdInf><MndtId>TEST</MndtId></MndtRltdInf><Dbtr>";
      const text = changed("<Dbtr>", mandate);
      expectRefusal(text, StructureError, `${TX}[1]/MndtRltdInf`, /came with version 10, this is version 8/);
      const newer = text.replace("pacs.008.001.08", "pacs.008.001.10");
      const moved = newer
        .replace("<MndtRltdInf><MndtId>TEST</MndtId></MndtRltdInf>", "")
        .replace("<ChrgBr>SLEV</ChrgBr>", "<ChrgBr>SLEV</ChrgBr><MndtRltdInf><MndtId>TEST</MndtId></MndtRltdInf>");
      expect(parseMessage(moved).version).to.equal(10);
    });

    it("refuses a document without an envelope's end, a second document, and no document", function () {
      expectRefusal("<a/>", StructureError, "/a", /no Document/);
      expectRefusal(
        `<a>${GOOD.slice(GOOD.indexOf("<Doc"))}<b/></a>`,
        StructureError,
        "/a/b",
        /one header and one document/,
      );
    });
  });

  describe("structure", function () {
    const wrong: readonly (readonly [string, string | RegExp, string, string, RegExp])[] = [
      ["a missing element", /<ChrgBr>SLEV<\/ChrgBr>/, "", `${TX}[1]/ChrgBr`, /is missing/],
      ["an unknown element", "<ChrgBr>", "<Extra/><ChrgBr>", `${TX}[1]/Extra`, /no such element/],
      [
        "an element twice",
        "<ChrgBr>SLEV</ChrgBr>",
        "<ChrgBr>SLEV</ChrgBr><ChrgBr>SLEV</ChrgBr>",
        `${TX}[1]/ChrgBr[2]`,
        /1 times/,
      ],
      [
        "elements out of order",
        "<ChrgBr>SLEV</ChrgBr>",
        "<ChrgBr>SLEV</ChrgBr><XchgRate>1.5</XchgRate>",
        `${TX}[1]/XchgRate`,
        /comes before ChrgBr/,
      ],
      ["an unknown attribute", "<ChrgBr>", '<ChrgBr kind="x">', `${TX}[1]/ChrgBr`, /attribute kind/],
      ["an element where a value is", "SLEV", "<A/>", `${TX}[1]/ChrgBr/A`, /has a value and no elements/],
      [
        "a value where elements are",
        /<PmtId>[^]*?<\/PmtId>/,
        "<PmtId>x</PmtId>",
        `${TX}[1]/PmtId`,
        /elements and no text/,
      ],
      [
        "nothing where one of several is asked for",
        /<Id>\s*<Othr>[^]*?<\/Id>\s*<\/Othr>\s*<\/Id>/,
        "<Id></Id>",
        `${TX}[1]/DbtrAcct/Id`,
        /one of IBAN, Othr is missing/,
      ],
    ];
    for (const [what, from, to, path, rule] of wrong) {
      it(`refuses ${what}`, function () {
        expectRefusal(changed(from, to), StructureError, path, rule);
      });
    }

    it("keeps supplementary data of any kind", function () {
      const anything = `<SplmtryData><Envlp><x:A xmlns:x="urn:x" b="1">t</x:A></Envlp></SplmtryData></CdtTrfTxInf>`;
      const message = parseMessage(changed("</CdtTrfTxInf>", anything));
      if (message.type !== "pacs.008") throw new Error("a pacs.008");
      expect(message.body.CdtTrfTxInf?.[0]?.SplmtryData?.[0]?.Envlp.children).to.deep.equal([
        { name: "A", namespace: "urn:x", attributes: { b: "1" }, text: "t", children: [] },
      ]);
    });
  });
});
