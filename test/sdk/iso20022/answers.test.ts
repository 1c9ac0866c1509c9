import { expect } from "chai";
import { id } from "ethers";
import {
  Inbox,
  DuplicateIdError,
  ValueError,
  bookingsOf,
  buildMessage,
  chainReference,
  confirmation,
  messageId,
  notification,
  parseMessage,
  paymentsOf,
  rejection,
  statusReport,
} from "../../../sdk/iso20022.js";
import { sample } from "../../support/iso20022.js";
import {
  address,
  CNY,
  HKD,
  directory,
  read,
  TRANSFERS,
  UETR,
  STAMP,
  DELIVERY,
  RECEIPT,
  expectRefused,
} from "../../support/iso20022-directory.js";

describe("ISO 20022, answers and what has come in", function () {
  describe("answers", function () {
    const settled = { settled: { transaction: `0x${"ab".repeat(32)}`, date: "2026-03-16" } };
    const refused = { refused: { code: "AM04", text: `LedgerInsufficientSpendable: ${"x".repeat(600)}` } };
    const original = { messageId: "TEST-MSG-0001", definition: "pacs.008.001.08" };
    const statusesOf = (...outcomes: readonly (typeof settled | typeof refused)[]) => {
      const answers = outcomes.map((outcome, index) => ({ ids: { EndToEndId: `E${index}` }, outcome }));
      const report = statusReport(original, answers, STAMP);
      expect(parseMessage(buildMessage(report))).to.deep.equal(report);
      return report.body;
    };

    it("reports all settled, some and none", function () {
      const groups = [[settled, settled], [settled, refused], [refused]].map(
        (outcomes) => statusesOf(...outcomes).OrgnlGrpInfAndSts?.[0]?.GrpSts,
      );
      expect(groups).to.deep.equal(["ACSC", "PART", "RJCT"]);
    });

    it("gives back code and text of a refusal, and the transaction of a settlement", function () {
      const [first, second] = statusesOf(settled, refused).TxInfAndSts ?? [];
      expect(first).to.deep.include({ TxSts: "ACSC", OrgnlEndToEndId: "E0", FctvIntrBkSttlmDt: { Dt: "2026-03-16" } });
      expect(first?.StsRsnInf?.[0]?.AddtlInf).to.deep.equal([`transaction ${settled.settled.transaction}`]);
      expect(second?.StsRsnInf?.[0]?.Rsn).to.deep.equal({ Cd: "AM04" });
      expect(second?.StsRsnInf?.[0]?.AddtlInf?.map((line) => line.length)).to.deep.equal([28, 105, 105, 105]);
    });

    it("writes whatever a sentence quotes", function () {
      const text = `\u0000\uD83D ${"😀".repeat(200)}`;
      const [status] = statusesOf({ refused: { code: "FF01", text } }).TxInfAndSts ?? [];
      expect(status?.StsRsnInf?.[0]?.AddtlInf).to.deep.equal(["\uFFFD\uFFFD", "😀".repeat(105), "😀".repeat(95)]);
    });

    it("rejects a file of which nothing is known", function () {
      const message = rejection({}, { code: "FF01", text: "no XML" }, STAMP);
      expect(parseMessage(buildMessage(message))).to.deep.equal(message);
      expect(message.body.OrgnlGrpInfAndSts?.[0]).to.include({ OrgnlMsgId: "NOTPROVIDED", GrpSts: "RJCT" });
    });

    it("confirms a settlement to each side", function () {
      for (const text of [DELIVERY, RECEIPT]) {
        const message = confirmation(read("sese.023", text), settled.settled);
        expect(parseMessage(buildMessage(message))).to.deep.equal(message);
        const [data] = message.body.SplmtryData ?? [];
        expect(data?.Envlp.children[0]?.text).to.equal(settled.settled.transaction);
      }
    });

    it("refuses to build what it would not read", function () {
      const message = statusReport({ ...original, messageId: "X".repeat(36) }, [], STAMP);
      expectRefused(() => buildMessage(message), ValueError, /OrgnlMsgId$/, /36 characters/);
    });
  });

  describe("bookingsOf", function () {
    const word = (value: string | bigint) =>
      `0x${(typeof value === "bigint" ? value.toString(16) : value.slice(2)).padStart(64, "0")}`;
    const log = (signature: string, topics: readonly string[], data: string, transactionHash: string, from = CNY) => ({
      ...{ address: from, topics: [id(signature), ...topics.map(word)], data, transactionHash },
    });
    const transfer = (from: string, to: string, value: bigint, hash: string, token = CNY) =>
      log("Transfer(address,address,uint256)", [from, to], word(value), hash, token);
    const referenced = (ref: string, from: string, to: string, value: bigint, hash: string) =>
      log("PaymentReferenced(bytes32,address,address,uint256)", [ref, from, to], word(value), hash);
    const settledBy = (ref: string, hash: string) =>
      log("InstructionSettled(bytes32,address,bytes32)", [id("id"), address("1"), ref], "0x", hash, address("e"));
    const [mine, other] = [address("1"), address("2")];

    it("reads debits and credits with the reference of the payment or the instruction", function () {
      const [payRef, dvpRef] = [chainReference({ UETR }, ""), id("dvp")];
      const bookings = bookingsOf(
        [
          transfer(mine, other, 5n, "0x01"),
          referenced(payRef, mine, other, 5n, "0x01"),
          transfer(other, mine, 7n, "0x02"),
          settledBy(dvpRef, "0x02"),
          transfer(other, mine, 9n, "0x03"),
          transfer(other, mine, 11n, "0x04", HKD),
          transfer(other, address("3"), 13n, "0x05"),
          transfer(mine, mine, 15n, "0x06"),
          transfer(other, mine, 17n, "0x07"),
          settledBy(dvpRef, "0x07"),
          settledBy(payRef, "0x07"),
          log("Other()", [], "0x", "0x08"),
        ],
        CNY,
        mine,
      );
      expect(bookings).to.deep.equal([
        { credit: false, counterparty: other, minor: 5n, transaction: "0x01", businessRef: payRef },
        { credit: true, counterparty: other, minor: 7n, transaction: "0x02", businessRef: dvpRef },
        { credit: true, counterparty: other, minor: 9n, transaction: "0x03" },
        // two instructions in one transaction: neither is named for certain
        { credit: true, counterparty: other, minor: 17n, transaction: "0x07" },
      ]);
    });

    it("gives each of two equal payments its own reference", function () {
      const logs = ["a", "b"].flatMap((name) => [
        transfer(mine, other, 5n, "0x01"),
        referenced(id(name), mine, other, 5n, "0x01"),
      ]);
      expect(bookingsOf(logs, CNY, mine).map(({ businessRef }) => businessRef)).to.deep.equal([id("a"), id("b")]);
    });

    it("makes a notification with its totals and end-to-end identifications", function () {
      const [order] = paymentsOf(TRANSFERS, directory);
      if (order === undefined) throw new Error("an order");
      const bookings = [
        {
          credit: false,
          counterparty: other,
          minor: 5n,
          transaction: "0x01",
          businessRef: order.businessRef,
          date: "2026-03-16",
        },
        { credit: true, counterparty: other, minor: 7n, transaction: "0x02", date: "2026-03-16" },
      ];
      const message = notification({ Othr: { Id: "6228TESTPAYER0001" } }, "CNY", bookings, [order], STAMP);
      expect(parseMessage(buildMessage(message))).to.deep.equal(message);
      const [account] = message.body.Ntfctn ?? [];
      expect(account?.TxsSummry).to.deep.equal({
        TtlNtries: { NbOfNtries: 2, Sum: "0.12" },
        TtlCdtNtries: { NbOfNtries: 1, Sum: "0.07" },
        TtlDbtNtries: { NbOfNtries: 1, Sum: "0.05" },
      });
      const [details] = account?.Ntry?.[0]?.NtryDtls?.[0]?.TxDtls ?? [];
      expect(details?.Refs).to.deep.equal({ EndToEndId: "E2E-0001", UETR });
    });
  });

  describe("Inbox", function () {
    it("takes a message once, by sender and identification, and a payment once by its UETR", function () {
      const inbox = new Inbox();
      inbox.take(TRANSFERS, "first.xml");
      const text = sample("01-pacs008-customers.xml");
      const again = parseMessage(text.replaceAll("-998f-", "-998e-").replaceAll("-c9c6-", "-c9c7-"));
      expectRefused(
        () => inbox.take(again, "second.xml"),
        DuplicateIdError,
        /GrpHdr\/MsgId$/,
        /used before, in first\.xml/,
      );
      const paid = parseMessage(text.replace("TEST-MSG-0001", "TEST-MSG-9"));
      expectRefused(
        () => inbox.take(paid, "third.xml"),
        DuplicateIdError,
        /\[1\]\/PmtId\/UETR$/,
        /used before, in first\.xml/,
      );
      // a refused message leaves nothing behind, and another sender counts for itself
      const fresh = text.replace("TEST-MSG-0001", "TEST-MSG-9").replace("-998f-", "-998e-").replace("-c9c6-", "-c9c7-");
      inbox.take(parseMessage(fresh), "fourth.xml");
      inbox.take(
        parseMessage(fresh.replace("TICBCNT0", "TBOCCNT0").replace("-998e-", "-998d-").replace("-c9c7-", "-c9c8-")),
        "fifth.xml",
      );
    });

    it("knows the identification of every message", function () {
      const named = [
        "01-pacs008-customers.xml",
        "04-sese023-deliver.xml",
        "07-camt050-liquidity.xml",
        "sese025.xml",
      ].map((name) => messageId(parseMessage(sample(name))));
      expect(named).to.deep.equal(["TEST-MSG-0001", "TEST-DELI-0001", "TEST-MSG-0007", "TEST-DELI-1"]);
    });

    it("takes the two sides of a settlement, and each once", function () {
      const inbox = new Inbox();
      inbox.take(parseMessage(DELIVERY), "a.xml");
      inbox.take(parseMessage(RECEIPT), "b.xml");
      expectRefused(() => inbox.take(parseMessage(DELIVERY), "c.xml"), DuplicateIdError, /TxId$/, /in a\.xml/);
    });
  });
});
