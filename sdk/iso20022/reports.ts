import { Interface } from "ethers";
import { currencyDecimals } from "./currencies.js";
import { definitionOf, type MessageOf } from "./message.js";
import { accountName, type PaymentOrder } from "./orders.js";
import type { AccountId } from "./parts.js";
import type { Entry, PaymentStatus, ReturnedPayment } from "./payments.js";
import type { Reason } from "./reasons.js";
import { uetrOf, type References } from "./references.js";
import { decimalOf } from "./types.js";

/** What became of one payment or settlement. */
export type Outcome =
  { readonly settled: { readonly transaction: string; readonly date: string } } | { readonly refused: Reason };

/** What a message that is written is called, and when it was. */
export interface Stamp {
  /** At most 35 characters, unique for its sender. */
  readonly messageId: string;
  /** ISO 8601 date and time with its offset from UTC. */
  readonly createdAt: string;
}

/** Lines of additional information have this many characters. */
const LINE = 105;
/** As many of them as anyone will read. */
const LINES = 4;
const NOT_PROVIDED = "NOTPROVIDED";
const NOT_XML = /[^\t\n\x20-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** A message that payments came in. */
export type Transfers = MessageOf<"pacs.008"> | MessageOf<"pacs.009">;

/** A message that is answered, as far as it could be made out. */
export interface Original {
  readonly messageId?: string;
  /** Such as `pacs.008.001.08`. */
  readonly definition?: string;
  readonly createdAt?: string;
}

/** One payment of a message that is answered, with what became of it. */
export interface Answer {
  readonly ids: References;
  readonly outcome: Outcome;
}

/**
 * The status of every payment of a message: settled (ACSC) with the transaction on the chain, or rejected (RJCT) with
 * its reason. Answers a pacs.008, pacs.009, pacs.004 and, for want of its own receipt (camt.025), a camt.050.
 * @param answers in the order of the message's transactions, all of them.
 */
export function statusReport(original: Original, answers: readonly Answer[], stamp: Stamp): MessageOf<"pacs.002"> {
  const statuses = answers.map(({ ids: { InstrId, EndToEndId, TxId, UETR }, outcome }): PaymentStatus => ({
    ...(InstrId === undefined ? {} : { OrgnlInstrId: InstrId }),
    ...(EndToEndId === undefined ? {} : { OrgnlEndToEndId: EndToEndId }),
    ...(TxId === undefined ? {} : { OrgnlTxId: TxId }),
    ...(UETR === undefined ? {} : { OrgnlUETR: UETR }),
    ...statusOf(outcome),
  }));
  const outcomes = answers.map(({ outcome }) => outcome);
  return {
    type: "pacs.002",
    version: 10,
    body: {
      GrpHdr: { MsgId: stamp.messageId, CreDtTm: stamp.createdAt },
      OrgnlGrpInfAndSts: [{ ...groupOf(original), OrgnlNbOfTxs: answers.length, GrpSts: groupStatus(outcomes) }],
      TxInfAndSts: statuses,
    },
  };
}

function groupOf({ messageId, definition, createdAt }: Original) {
  return {
    OrgnlMsgId: messageId ?? NOT_PROVIDED,
    OrgnlMsgNmId: definition ?? NOT_PROVIDED,
    ...(createdAt === undefined ? {} : { OrgnlCreDtTm: createdAt }),
  };
}

/** ACSC or RJCT when all are, PART when some are. */
function groupStatus(outcomes: readonly Outcome[]): string {
  const settled = outcomes.filter((outcome) => "settled" in outcome).length;
  if (settled === outcomes.length) return "ACSC";
  return settled === 0 ? "RJCT" : "PART";
}

function statusOf(outcome: Outcome): Pick<PaymentStatus, "TxSts" | "StsRsnInf" | "FctvIntrBkSttlmDt"> {
  if ("refused" in outcome) return { TxSts: "RJCT", StsRsnInf: [reasonInformation(outcome.refused)] };
  const { transaction, date } = outcome.settled;
  return {
    TxSts: "ACSC",
    StsRsnInf: [{ AddtlInf: lines(`transaction ${transaction}`) }],
    FctvIntrBkSttlmDt: { Dt: date },
  };
}

function reasonInformation({ code, text }: Reason) {
  return { Rsn: { Cd: code }, AddtlInf: lines(text) };
}

/** The rejection of a whole file of which nothing was sent: for what could not be read, or not been accepted. */
export function rejection(original: Original, reason: Reason, stamp: Stamp): MessageOf<"pacs.002"> {
  return {
    type: "pacs.002",
    version: 10,
    body: {
      GrpHdr: { MsgId: stamp.messageId, CreDtTm: stamp.createdAt },
      OrgnlGrpInfAndSts: [{ ...groupOf(original), GrpSts: "RJCT", StsRsnInf: [reasonInformation(reason)] }],
    },
  };
}

/** The confirmation of a settled instruction to the side that sent it. */
export function confirmation(
  { version, body }: MessageOf<"sese.023">,
  { transaction, date }: { readonly transaction: string; readonly date: string },
): MessageOf<"sese.025"> {
  const { SctiesMvmntTp, Pmt, CmonId } = body.SttlmTpAndAddtlParams;
  const { TradDt, SttlmDt } = body.TradDtls;
  const { SttlmQty, ...accounts } = body.QtyAndAcctDtls;
  return {
    type: "sese.025",
    version,
    body: {
      TxIdDtls: {
        AcctOwnrTxId: body.TxId,
        // 35 characters of the 66 of a transaction's hash; the whole stands in the supplementary data
        MktInfrstrctrTxId: transaction.slice(2, 37),
        ...{ SctiesMvmntTp, Pmt },
        ...(CmonId === undefined ? {} : { CmonId }),
      },
      TradDtls: {
        ...(TradDt === undefined ? {} : { TradDt }),
        SttlmDt,
        FctvSttlmDt: { Dt: { Dt: date } },
      },
      FinInstrmId: body.FinInstrmId,
      QtyAndAcctDtls: { SttldQty: SttlmQty, ...accounts },
      SttlmParams: body.SttlmParams,
      ...(body.DlvrgSttlmPties === undefined ? {} : { DlvrgSttlmPties: body.DlvrgSttlmPties }),
      ...(body.RcvgSttlmPties === undefined ? {} : { RcvgSttlmPties: body.RcvgSttlmPties }),
      ...(body.SttlmAmt === undefined ? {} : { SttldAmt: body.SttlmAmt }),
      SplmtryData: [
        {
          PlcAndNm: "TxIdDtls/MktInfrstrctrTxId",
          Envlp: {
            ...{ name: "", namespace: `urn:iso:std:iso:20022:tech:xsd:${definitionOf({ type: "sese.025", version })}` },
            ...{ attributes: {}, text: "" },
            children: [
              { name: "Tx", namespace: "urn:dual-platform:iso20022", attributes: {}, text: transaction, children: [] },
            ],
          },
        },
      ],
    },
  };
}

/** The return of a payment, in whole or in part. */
export function paymentReturn(
  original: Transfers,
  index: number,
  { reason, returnId, date, minor }: { reason: Reason; returnId: string; date: string; minor?: bigint },
  stamp: Stamp,
): MessageOf<"pacs.004"> {
  const { GrpHdr, CdtTrfTxInf: transactions = [] } = original.body;
  const transaction = transactions[index];
  if (transaction === undefined) throw new RangeError(`the message has no transaction ${index}`);
  const { PmtId, IntrBkSttlmAmt } = transaction;
  const settlementDate = transaction.IntrBkSttlmDt ?? GrpHdr.IntrBkSttlmDt;
  const group = { OrgnlMsgId: GrpHdr.MsgId, OrgnlMsgNmId: definitionOf(original), OrgnlCreDtTm: GrpHdr.CreDtTm };
  const back: ReturnedPayment = {
    RtrId: returnId,
    OrgnlGrpInf: group,
    ...(PmtId.InstrId === undefined ? {} : { OrgnlInstrId: PmtId.InstrId }),
    OrgnlEndToEndId: PmtId.EndToEndId,
    ...(PmtId.TxId === undefined ? {} : { OrgnlTxId: PmtId.TxId }),
    ...(PmtId.UETR === undefined ? {} : { OrgnlUETR: PmtId.UETR }),
    OrgnlIntrBkSttlmAmt: IntrBkSttlmAmt,
    ...(settlementDate === undefined ? {} : { OrgnlIntrBkSttlmDt: settlementDate }),
    RtrdIntrBkSttlmAmt: { ...IntrBkSttlmAmt, minor: minor ?? IntrBkSttlmAmt.minor },
    IntrBkSttlmDt: date,
    RtrRsnInf: [reasonInformation(reason)],
  };
  const { SttlmMtd } = GrpHdr.SttlmInf;
  return {
    type: "pacs.004",
    version: 9,
    body: {
      GrpHdr: { MsgId: stamp.messageId, CreDtTm: stamp.createdAt, NbOfTxs: 1, SttlmInf: { SttlmMtd } },
      TxInf: [back],
    },
  };
}

/** A log of a chain, as far as it is read here; ethers' logs fit. */
export interface ChainLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly transactionHash: string;
}

/** One movement on an account, read from events alone. */
export interface Booking {
  readonly credit: boolean;
  readonly counterparty: string;
  readonly minor: bigint;
  readonly transaction: string;
  /** What went on the chain with it: a payment's reference, or the instruction's. */
  readonly businessRef?: string;
}

const EVENTS = new Interface([
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event PaymentReferenced(bytes32 indexed businessRef, address indexed from, address indexed to, uint256 amount)",
  "event InstructionSettled(bytes32 indexed id, address indexed initiator, bytes32 indexed businessRef)",
]);

/**
 * The movements of a token on an account, in the order of the logs. A movement has the reference of the payment it
 * belongs to, or of the instruction when its transaction settled exactly one.
 * @param logs of the token and, for references of instructions, of the engine; whole transactions, in order.
 */
export function bookingsOf(logs: readonly ChainLog[], token: string, account: string): Booking[] {
  const parsed = logs.flatMap(({ address, topics, data, transactionHash }) => {
    const event = EVENTS.parseLog({ topics: [...topics], data });
    return event === null ? [] : [{ ...event, address, transactionHash, args: event.args, name: event.name }];
  });
  const claimed = new Set<number>();
  return parsed.flatMap(({ name, args, address, transactionHash }): Booking[] => {
    const [from, to, value] = [String(args[0]), String(args[1]), BigInt(String(args[2]))];
    if (name !== "Transfer" || address !== token || from === to || ![from, to].includes(account)) return [];
    const own = parsed.findIndex(
      (event, index) =>
        event.name === "PaymentReferenced" &&
        !claimed.has(index) &&
        event.address === token &&
        event.transactionHash === transactionHash &&
        String(event.args[1]) === from &&
        String(event.args[2]) === to &&
        BigInt(String(event.args[3])) === value,
    );
    if (own !== -1) claimed.add(own);
    const settled = parsed.filter(
      (event) => event.name === "InstructionSettled" && event.transactionHash === transactionHash,
    );
    const carrier: unknown = own !== -1 ? parsed[own]?.args[0] : settled.length === 1 ? settled[0]?.args[2] : undefined;
    const credit = to === account;
    const booking = { credit, counterparty: credit ? from : to, minor: value, transaction: transactionHash };
    return [typeof carrier === "string" ? { ...booking, businessRef: carrier } : booking];
  });
}

/**
 * Debits and credits of an account as a notification, with its totals.
 * @param bookings with the date of each; see {@link bookingsOf}.
 * @param orders payments whose references the bookings may carry: their end-to-end identifications are given back.
 */
export function notification(
  account: AccountId,
  currency: string,
  bookings: readonly (Booking & { readonly date: string })[],
  orders: readonly PaymentOrder[],
  stamp: Stamp,
): MessageOf<"camt.054"> {
  const entries = bookings.map((booking, index): Entry => {
    const { credit, minor, transaction, businessRef, date } = booking;
    const order = orders.find((each) => each.businessRef === businessRef);
    const uetr = order?.ids.UETR ?? (businessRef === undefined ? undefined : uetrOf(businessRef));
    const references = {
      ...(order?.ids.EndToEndId === undefined ? {} : { EndToEndId: order.ids.EndToEndId }),
      ...(uetr === undefined ? {} : { UETR: uetr }),
    };
    return {
      NtryRef: String(index + 1),
      Amt: { currency, minor },
      CdtDbtInd: credit ? "CRDT" : "DBIT",
      Sts: { Cd: "BOOK" },
      BookgDt: { Dt: date },
      ValDt: { Dt: date },
      BkTxCd: {
        Domn: { Cd: "PMNT", Fmly: { Cd: credit ? "RCDT" : "ICDT", SubFmlyCd: "OTHR" } },
      },
      NtryDtls: [
        {
          TxDtls: [
            {
              ...(Object.keys(references).length === 0 ? {} : { Refs: references }),
              Amt: { currency, minor },
              CdtDbtInd: credit ? "CRDT" : "DBIT",
              AddtlTxInf: `transaction ${transaction}`,
            },
          ],
        },
      ],
    };
  });
  const totals = (of: readonly Entry[]) => ({
    NbOfNtries: of.length,
    Sum: decimalOf(sumOf(of), currencyDecimals(currency) ?? 0),
  });
  const credits = entries.filter(({ CdtDbtInd }) => CdtDbtInd === "CRDT");
  const debits = entries.filter(({ CdtDbtInd }) => CdtDbtInd === "DBIT");
  return {
    type: "camt.054",
    version: 8,
    body: {
      GrpHdr: { MsgId: stamp.messageId, CreDtTm: stamp.createdAt },
      Ntfctn: [
        {
          Id: accountName(account).slice(-35),
          CreDtTm: stamp.createdAt,
          Acct: { Id: account, Ccy: currency },
          TxsSummry: {
            TtlNtries: totals(entries),
            TtlCdtNtries: totals(credits),
            TtlDbtNtries: totals(debits),
          },
          Ntry: entries,
        },
      ],
    },
  };
}

function sumOf(entries: readonly Entry[]): bigint {
  return entries.reduce((sum, { Amt }) => sum + Amt.minor, 0n);
}

/** A text in lines of at most 105 characters, broken at blanks where there are any; what XML cannot say is replaced. */
function lines(text: string): string[] {
  const parts: string[] = [];
  // by characters, since half of a pair of surrogates is no character of XML
  let rest = [...text.replace(NOT_XML, "\uFFFD")];
  while (rest.length > 0 && parts.length < LINES) {
    const blank = rest.length > LINE ? rest.lastIndexOf(" ", LINE) : -1;
    const end = blank > 0 ? blank : LINE;
    parts.push(rest.slice(0, end).join(""));
    rest = rest.slice(blank > 0 ? end + 1 : end);
  }
  return parts;
}
