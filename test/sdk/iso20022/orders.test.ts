import { expect } from "chai";
import { id } from "ethers";
import { parseDate } from "../../../sdk/calendar.js";
import {
  RuleError,
  UnknownPartyError,
  ValueError,
  buildMessage,
  chainReference,
  liquidityTransferOf,
  mismatches,
  parseMessage,
  paymentInstruction,
  paymentReturn,
  paymentsOf,
  returnOf,
  settlementInstruction,
  settlementOf,
  settlementReference,
  uetrOf,
} from "../../../sdk/iso20022.js";
import { minor } from "../../../sdk/money.js";
import { sample } from "../../support/iso20022.js";
import {
  address,
  CNY,
  HKD,
  BOND,
  directory,
  read,
  TRANSFERS,
  UETR,
  STAMP,
  DELIVERY,
  RECEIPT,
  expectRefused,
} from "../../support/iso20022-directory.js";

describe("ISO 20022, messages and the suite", function () {
  describe("references", function () {
    it("puts a UETR on the chain so that it can be read back", function () {
      const reference = chainReference({ UETR, EndToEndId: "E2E" }, "MSG");
      expect(reference).to.equal("0x0000000000000000000000000000000070f5f4e9998f43c5ac5c0f7a1b3999de");
      expect(uetrOf(reference)).to.equal(UETR);
    });

    it("hashes an end-to-end identification, and the message's own where none is given", function () {
      expect(chainReference({ EndToEndId: "E2E-1" }, "MSG")).to.equal(id("E2E-1"));
      expect(chainReference({ EndToEndId: "NOTPROVIDED", TxId: "T" }, "MSG")).to.equal(id("MSG/T"));
      expect(chainReference({ EndToEndId: "NOTPROVIDED", InstrId: "I" }, "MSG")).to.equal(id("MSG/I"));
      expect(uetrOf(id("E2E-1"))).to.equal(undefined);
    });
  });

  describe("paymentsOf", function () {
    it("maps each transaction of a pacs.008", function () {
      const orders = paymentsOf(TRANSFERS, directory);
      expect(orders).to.have.length(2);
      expect(orders[0]).to.deep.equal({
        path: "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]",
        messageId: "TEST-MSG-0001",
        ids: { InstrId: "I-E2E-0001", EndToEndId: "E2E-0001", UETR },
        token: CNY,
        from: address("1"),
        to: address("2"),
        amount: { currency: "CNY", minor: minor("1280.05") },
        businessRef: chainReference({ UETR }, ""),
        settlementDate: "2026-03-16",
      });
    });

    it("maps a pacs.009 to the institutions' accounts", function () {
      const [order] = paymentsOf(read("pacs.009", sample("03-pacs009-banks.xml")), directory);
      expect(order).to.include({ from: address("6"), to: address("7"), token: CNY });
    });

    it("makes an instruction that can settle from its date on", function () {
      const [order] = paymentsOf(TRANSFERS, directory);
      if (order === undefined) throw new Error("an order");
      const { businessRef, notBefore, legs } = paymentInstruction(order);
      expect({ businessRef, notBefore }).to.deep.equal({
        businessRef: order.businessRef,
        notBefore: BigInt(parseDate("2026-03-16")),
      });
      expect(legs).to.deep.equal([{ token: CNY, from: address("1"), to: address("2"), amount: minor("1280.05") }]);
    });

    const wrong: readonly (readonly [
      string,
      string | RegExp,
      string,
      typeof RuleError | typeof UnknownPartyError,
      RegExp,
      RegExp,
    ])[] = [
      [
        "an unknown account",
        "6228TESTPAYEE0002",
        "6228TESTNOBODY",
        UnknownPartyError,
        /CdtrAcct$/,
        /6228TESTNOBODY is not known/,
      ],
      ["no account", /<CdtrAcct>[^]*?<\/CdtrAcct>/, "", RuleError, /CdtrAcct$/, /named by its account/],
      ["the same account twice", "6228TESTPAYEE0002", "6228TESTPAYER0001", RuleError, /\[1\]$/, /same account/],
    ];
    for (const [what, from, to, kind, path, rule] of wrong) {
      it(`refuses ${what}`, function () {
        const message = read("pacs.008", sample("01-pacs008-customers.xml").replace(from, to));
        expectRefused(() => paymentsOf(message, directory), kind, path, rule);
      });
    }

    it("refuses a currency without token, and nothing", function () {
      const one = sample("02-pacs008-cbpr.xml");
      const foreign = read("pacs.008", one.replace('Ccy="CNY"', 'Ccy="USD"'));
      expectRefused(() => paymentsOf(foreign, directory), UnknownPartyError, /CdtTrfTxInf$/, /currency USD/);
      const nothing = read("pacs.008", one.replace(">88.80<", ">0.00<"));
      expectRefused(() => paymentsOf(nothing, directory), RuleError, /CdtTrfTxInf$/, /payment of nothing/);
    });

    it("refuses an institution that is not known", function () {
      const message = read("pacs.009", sample("03-pacs009-banks.xml").replace(/TBOCCNT0/, "TCCBCNT0"));
      expectRefused(() => paymentsOf(message, directory), UnknownPartyError, /Cdtr$/, /institution TCCBCNT0/);
    });
  });

  describe("liquidityTransferOf", function () {
    const text = sample("07-camt050-liquidity.xml");
    it("maps a camt.050", function () {
      const order = liquidityTransferOf(read("camt.050", text), directory);
      expect(order).to.include({ from: address("7"), to: address("6"), businessRef: id("E2E-0007") });
      expect(order.amount).to.deep.equal({ currency: "CNY", minor: minor("50000.00") });
    });

    it("refuses an amount without currency, and a missing side", function () {
      const bare = text.replace(/<AmtWthCcy Ccy="CNY">([^<]*)<\/AmtWthCcy>/, "<AmtWthtCcy>$1</AmtWthtCcy>");
      expectRefused(
        () => liquidityTransferOf(read("camt.050", bare), directory),
        RuleError,
        /TrfdAmt$/,
        /without its currency/,
      );
      const sided = text.replace(/<Dbtr>[^]*?<\/Dbtr>/, "");
      expectRefused(() => liquidityTransferOf(read("camt.050", sided), directory), RuleError, /Dbtr$/, /is named here/);
    });
  });

  describe("returnOf", function () {
    const original = () => {
      const [order] = paymentsOf(TRANSFERS, directory);
      if (order === undefined) throw new Error("an order");
      return order;
    };
    const reason = { code: "AM09", text: "more was paid than agreed" };

    it("pays back, in whole or in part, under the same reference", function () {
      const given = { reason, returnId: "RTR-1", date: "2026-03-17", minor: 5n };
      const message = paymentReturn(TRANSFERS, 0, given, STAMP);
      expect(parseMessage(buildMessage(message))).to.deep.equal(message);
      const back = returnOf(message, 0, original());
      expect(back).to.include({ from: address("2"), to: address("1"), businessRef: original().businessRef });
      expect(back).to.deep.include({ amount: { currency: "CNY", minor: 5n }, settlementDate: "2026-03-17" });
      const whole = { reason, returnId: "RTR-1", date: "2026-03-17" };
      expect(returnOf(paymentReturn(TRANSFERS, 0, whole, STAMP), 0, original()).amount).to.deep.equal(
        original().amount,
      );
    });

    it("refuses more than was paid, nothing, and another payment", function () {
      const amounted = (part: bigint) =>
        paymentReturn(TRANSFERS, 0, { reason, returnId: "R", date: "2026-03-17", minor: part }, STAMP);
      for (const part of [0n, original().amount.minor + 1n]) {
        expectRefused(
          () => returnOf(amounted(part), 0, original()),
          RuleError,
          /RtrdIntrBkSttlmAmt$/,
          /CNY 1280\.05 or a part/,
        );
      }
      const other = paymentReturn(TRANSFERS, 1, { reason, returnId: "R", date: "2026-03-17" }, STAMP);
      expectRefused(() => returnOf(other, 0, original()), RuleError, /TxInf$/, /another payment/);
      expectRefused(() => returnOf(other, 1, original()), RuleError, /TxInf$/, /no such transaction/);
    });
  });

  describe("settlementOf", function () {
    const delivery = settlementOf(read("sese.023", DELIVERY), directory);
    const receipt = settlementOf(read("sese.023", RECEIPT), directory);

    it("maps both sides to the same settlement", function () {
      expect(delivery).to.deep.equal({
        txId: "TEST-DELI-0001",
        commonId: "TEST-COMMON-0001",
        side: "delivers",
        isin: "HK0TESTISO08",
        seller: address("4"),
        buyer: address("5"),
        security: BOND,
        units: 20n,
        payment: { token: HKD, amount: { currency: "HKD", minor: minor("1000000.00") } },
        settlementDate: "2026-03-16",
      });
      expect(mismatches(delivery, receipt)).to.deep.equal([]);
    });

    it("makes delivery versus payment on the settlement date and on no other", function () {
      const instruction = settlementInstruction(receipt, delivery);
      const begin = BigInt(parseDate("2026-03-16"));
      expect(instruction).to.deep.include({
        notBefore: begin,
        notAfter: begin + 86_399n,
        businessRef: id("TEST-COMMON-0001"),
      });
      expect(instruction.legs).to.deep.equal([
        { token: BOND, from: address("4"), to: address("5"), amount: 20n },
        { token: HKD, from: address("5"), to: address("4"), amount: minor("1000000.00") },
      ]);
    });

    it("makes one leg free of payment, and a reference of both sides' own where none is common", function () {
      const free = (text: string) =>
        settlementOf(
          read(
            "sese.023",
            text
              .replace(">APMT<", ">FREE<")
              .replace(/<SttlmAmt>[^]*<\/SttlmAmt>/, "")
              .replace(/<CmonId>[^<]*<\/CmonId>/, ""),
          ),
          directory,
        );
      const [first, second] = [free(RECEIPT), free(DELIVERY)];
      expect(settlementInstruction(first, second).legs).to.have.length(1);
      expect(settlementReference(first, second)).to.equal(id("TEST-DELI-0001/TEST-RECE-0001"));
      expect(settlementReference(second, first)).to.equal(settlementReference(first, second));
    });

    it("names what two sides differ in, and settles nothing then", function () {
      const differing = RECEIPT.replace("1000000.00", "1000000.01").replace("TEST-COMMON-0001", "TEST-COMMON-0002");
      const other = settlementOf(read("sese.023", differing), directory);
      expect(mismatches(delivery, other)).to.deep.equal(["commonId", "payment"]);
      expect(mismatches(delivery, delivery)).to.deep.equal(["side"]);
      expectRefused(
        () => settlementInstruction(delivery, other),
        RuleError,
        /SctiesSttlmTxInstr$/,
        /differ in commonId, payment/,
      );
    });

    it("takes units as they are, and a wallet's address instead of an account", function () {
      const text = RECEIPT.replace("<FaceAmt>1000000</FaceAmt>", "<Unit>20.0</Unit>").replace(
        /<SfkpgAcct>\s*<Id>SAFE-TEST-INVEST-02<\/Id>\s*<\/SfkpgAcct>/,
        "<BlckChainAdrOrWllt><Id>SAFE-TEST-INVEST-02</Id></BlckChainAdrOrWllt>",
      );
      expect(mismatches(delivery, settlementOf(read("sese.023", text), directory))).to.deep.equal([]);
    });

    const wrong: readonly (readonly [
      string,
      string | RegExp,
      string,
      typeof RuleError | typeof ValueError | typeof UnknownPartyError,
      RegExp,
      RegExp,
    ])[] = [
      ["a face amount between two units", ">1000000<", ">1000001<", RuleError, /FaceAmt$/, /units of HKD 50000\.00/],
      ["part of a unit", "<FaceAmt>1000000</FaceAmt>", "<Unit>0.5</Unit>", ValueError, /Unit$/, /part of a unit/],
      ["no units", "<FaceAmt>1000000</FaceAmt>", "<Unit>0</Unit>", ValueError, /Unit$/, /nothing is not settled/],
      [
        "a nominal that was paid down",
        "<FaceAmt>1000000</FaceAmt>",
        "<AmtsdVal>1</AmtsdVal>",
        RuleError,
        /SttlmQty$/,
        /units or a face amount/,
      ],
      ["an unknown security", "HK0TESTISO08", "HK0TEST26002", UnknownPartyError, /ISIN$/, /security HK0TEST26002/],
      ["an unknown account", /SAFE-TEST-INVEST-02/, "SAFE-X", UnknownPartyError, /Pty1$/, /account SAFE-X/],
      [
        "no account",
        /<SfkpgAcct>\s*<Id>SAFE-TEST-ISSUER-01<\/Id>\s*<\/SfkpgAcct>/,
        "",
        RuleError,
        /QtyAndAcctDtls$/,
        /is named here/,
      ],
      [
        "the same account twice",
        "SAFE-TEST-INVEST-02",
        "SAFE-TEST-ISSUER-01",
        RuleError,
        /SctiesSttlmTxInstr$/,
        /same account/,
      ],
      ["no ISIN", "<ISIN>HK0TESTISO08</ISIN>", "<Desc>Test note</Desc>", RuleError, /FinInstrmId$/, /by its ISIN/],
      ["a currency without token", 'Ccy="HKD"', 'Ccy="USD"', UnknownPartyError, /SttlmAmt\/Amt$/, /currency USD/],
      [
        "a settlement date that is a code",
        /<SttlmDt>[^]*?<\/SttlmDt>/,
        "<SttlmDt><DtCd><Cd>OPEN</Cd></DtCd></SttlmDt>",
        RuleError,
        /SttlmDt$/,
        /is a date here/,
      ],
    ];
    for (const [what, from, to, kind, path, rule] of wrong) {
      it(`refuses ${what}`, function () {
        const message = read("sese.023", DELIVERY.replace(from, to));
        expectRefused(() => settlementOf(message, directory), kind, path, rule);
      });
    }
  });
});
