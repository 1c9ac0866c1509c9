import { choice, many, one, opaque, optional, sequence, type ValueOf } from "./shape.js";
import {
  account,
  accountId,
  agent,
  codeOrProprietary,
  dateOrDateTime,
  id35,
  originalGroup,
  party,
  paymentIdentification,
  paymentType,
  previousAgents,
  reasonInformation,
  remittance,
  returnHeader,
  settlementTerms,
  supplementary,
  transferHeader,
} from "./parts.js";
import { amount, code, count, date, dateTime, decimalNumber, externalCode, rate, text, uetr } from "./types.js";

const charge = sequence({ Amt: one(amount), Agt: one(agent), Tp: optional(codeOrProprietary) });

const customerTransfer = sequence({
  PmtId: one(paymentIdentification),
  PmtTpInf: optional(paymentType),
  ...settlementTerms,
  AddtlDtTm: optional(opaque, 13),
  AccptncDtTm: optional(dateTime),
  PoolgAdjstmntDt: optional(date),
  InstdAmt: optional(amount),
  XchgRate: optional(rate),
  AgrdRate: optional(opaque, 13),
  ChrgBr: one(code("DEBT", "CRED", "SHAR", "SLEV")),
  ChrgsInf: many(charge),
  MndtRltdInf: optional(opaque, 10),
  PmtSgntr: optional(opaque, 13),
  ...previousAgents,
  UltmtDbtr: optional(party),
  InitgPty: optional(party),
  Dbtr: one(party),
  DbtrAcct: optional(account),
  DbtrAgt: one(agent),
  DbtrAgtAcct: optional(account),
  CdtrAgt: one(agent),
  CdtrAgtAcct: optional(account),
  Cdtr: one(party),
  CdtrAcct: optional(account),
  UltmtCdtr: optional(party),
  InstrForCdtrAgt: many(opaque),
  InstrForNxtAgt: many(opaque),
  Purp: optional(codeOrProprietary),
  RgltryRptg: many(opaque, { max: 10 }),
  Tax: optional(opaque),
  RltdRmtInf: many(opaque, { max: 10 }),
  RmtInf: optional(remittance),
  SplmtryData: supplementary,
});

/** A customer's credit transfer of a pacs.008. */
export type CustomerTransfer = ValueOf<typeof customerTransfer>;

/** pacs.008, FIToFICustomerCreditTransfer. */
export const pacs008 = sequence({
  GrpHdr: one(transferHeader),
  CdtTrfTxInf: many(customerTransfer, { min: 1 }),
  SplmtryData: supplementary,
});

const institutionTransfer = sequence({
  PmtId: one(paymentIdentification),
  PmtTpInf: optional(paymentType),
  ...settlementTerms,
  AddtlDtTm: optional(opaque, 12),
  InstdAmt: optional(amount, 12),
  ...previousAgents,
  UltmtDbtr: optional(agent),
  Dbtr: one(agent),
  DbtrAcct: optional(account),
  DbtrAgt: optional(agent),
  DbtrAgtAcct: optional(account),
  CdtrAgt: optional(agent),
  CdtrAgtAcct: optional(account),
  Cdtr: one(agent),
  CdtrAcct: optional(account),
  UltmtCdtr: optional(agent),
  InstrForCdtrAgt: many(opaque),
  InstrForNxtAgt: many(opaque),
  Purp: optional(codeOrProprietary),
  RmtInf: optional(remittance),
  UndrlygAllcn: many(opaque, { since: 10 }),
  UndrlygCstmrCdtTrf: optional(opaque),
  SplmtryData: supplementary,
});

/** A bank's own transfer of a pacs.009. */
export type InstitutionTransfer = ValueOf<typeof institutionTransfer>;

/** pacs.009, FinancialInstitutionCreditTransfer, with the cover of a customer's payment kept where it has one. */
export const pacs009 = sequence({
  GrpHdr: one(transferHeader),
  CdtTrfTxInf: many(institutionTransfer, { min: 1 }),
  SplmtryData: supplementary,
});

const status = sequence({
  StsId: optional(id35),
  OrgnlGrpInf: optional(sequence(originalGroup)),
  OrgnlInstrId: optional(id35),
  OrgnlEndToEndId: optional(id35),
  OrgnlTxId: optional(id35),
  OrgnlUETR: optional(uetr),
  TxSts: optional(externalCode()),
  StsRsnInf: many(reasonInformation),
  ChrgsInf: many(charge),
  AccptncDtTm: optional(dateTime),
  PrcgDt: optional(dateOrDateTime, 12),
  FctvIntrBkSttlmDt: optional(dateOrDateTime),
  AcctSvcrRef: optional(id35),
  ClrSysRef: optional(id35),
  CdtSttlmKey: optional(opaque, 14),
  InstgAgt: optional(agent),
  InstdAgt: optional(agent),
  OrgnlTxRef: optional(opaque),
  SplmtryData: supplementary,
});

/** The status of one payment in a pacs.002. */
export type PaymentStatus = ValueOf<typeof status>;

const groupStatus = sequence({
  ...originalGroup,
  OrgnlNbOfTxs: optional(count),
  OrgnlCtrlSum: optional(decimalNumber),
  GrpSts: optional(externalCode()),
  StsRsnInf: many(reasonInformation),
  NbOfTxsPerSts: many(
    sequence({ DtldNbOfTxs: one(count), DtldSts: one(externalCode()), DtldCtrlSum: optional(decimalNumber) }),
  ),
});

/** pacs.002, FIToFIPaymentStatusReport. */
export const pacs002 = sequence({
  GrpHdr: one(
    sequence({
      MsgId: one(id35),
      CreDtTm: one(dateTime),
      InstgAgt: optional(agent),
      InstdAgt: optional(agent),
      OrgnlBizQry: optional(opaque),
    }),
  ),
  OrgnlGrpInfAndSts: many(groupStatus),
  TxInfAndSts: many(status),
  SplmtryData: supplementary,
});

const returned = sequence({
  RtrId: optional(id35),
  OrgnlGrpInf: optional(sequence(originalGroup)),
  OrgnlInstrId: optional(id35),
  OrgnlEndToEndId: optional(id35),
  OrgnlTxId: optional(id35),
  OrgnlUETR: optional(uetr),
  OrgnlClrSysRef: optional(id35),
  OrgnlIntrBkSttlmAmt: optional(amount),
  OrgnlIntrBkSttlmDt: optional(date),
  PmtTpInf: optional(paymentType, 10),
  RtrdIntrBkSttlmAmt: one(amount),
  IntrBkSttlmDt: optional(date),
  SttlmPrty: optional(code("URGT", "HIGH", "NORM")),
  SttlmTmIndctn: optional(opaque),
  SttlmTmReq: optional(opaque, 10),
  AddtlDtTm: optional(opaque, 13),
  RtrdInstdAmt: optional(amount),
  XchgRate: optional(rate),
  AgrdRate: optional(opaque, 12),
  CompstnAmt: optional(amount),
  ChrgBr: optional(code("DEBT", "CRED", "SHAR", "SLEV")),
  ChrgsInf: many(charge),
  ClrSysRef: optional(id35),
  InstgAgt: optional(agent),
  InstdAgt: optional(agent),
  RtrChain: optional(opaque),
  RtrRsnInf: many(reasonInformation),
  OrgnlTxRef: optional(opaque),
  SplmtryData: supplementary,
});

/** One returned payment of a pacs.004. */
export type ReturnedPayment = ValueOf<typeof returned>;

/** pacs.004, PaymentReturn. */
export const pacs004 = sequence({
  GrpHdr: one(returnHeader),
  OrgnlGrpInf: optional(sequence({ ...originalGroup, RtrRsnInf: many(reasonInformation) })),
  TxInf: many(returned, { min: 1 }),
  SplmtryData: supplementary,
});

/** camt.050, LiquidityCreditTransfer. */
export const camt050 = sequence({
  MsgHdr: one(sequence({ MsgId: one(id35), CreDtTm: optional(dateTime), ReqTp: optional(opaque) })),
  LqdtyCdtTrf: one(
    sequence({
      LqdtyTrfId: optional(
        sequence({
          InstrId: optional(id35),
          EndToEndId: one(id35),
          TxId: optional(id35),
          UETR: optional(uetr),
        }),
      ),
      Cdtr: optional(agent),
      CdtrAcct: optional(account),
      TrfdAmt: one(choice({ AmtWthtCcy: one(decimalNumber), AmtWthCcy: one(amount) })),
      Dbtr: optional(agent),
      DbtrAcct: optional(account),
      SttlmDt: optional(date),
    }),
  ),
  SplmtryData: supplementary,
});

const entryDetails = sequence({
  Btch: optional(opaque),
  TxDtls: many(
    sequence({
      Refs: optional(
        sequence({
          MsgId: optional(id35),
          AcctSvcrRef: optional(id35),
          PmtInfId: optional(id35),
          InstrId: optional(id35),
          EndToEndId: optional(id35),
          UETR: optional(uetr),
          TxId: optional(id35),
          MndtId: optional(id35),
          ChqNb: optional(id35),
          ClrSysRef: optional(id35),
          AcctOwnrTxId: optional(id35),
          AcctSvcrTxId: optional(id35),
          MktInfrstrctrTxId: optional(id35),
          PrcgId: optional(id35),
          Prtry: many(opaque),
        }),
      ),
      Amt: optional(amount),
      CdtDbtInd: optional(code("CRDT", "DBIT")),
      AmtDtls: optional(opaque),
      Avlbty: many(opaque),
      BkTxCd: optional(opaque),
      Chrgs: optional(opaque),
      Intrst: optional(opaque),
      RltdPties: optional(opaque),
      RltdAgts: optional(opaque),
      LclInstrm: optional(opaque),
      PmtTpInf: optional(opaque, 11),
      Purp: optional(codeOrProprietary),
      RltdRmtInf: many(opaque, { max: 10 }),
      RmtInf: optional(remittance),
      RltdDts: optional(opaque),
      RltdPric: optional(opaque),
      RltdQties: many(opaque),
      FinInstrmId: optional(opaque),
      Tax: optional(opaque),
      RtrInf: optional(opaque),
      CorpActn: optional(opaque),
      SfkpgAcct: optional(opaque),
      CshDpst: many(opaque),
      CardTx: optional(opaque),
      AddtlTxInf: optional(text(500)),
      SplmtryData: supplementary,
    }),
  ),
});

const bankTransactionCode = sequence({
  Domn: optional(
    sequence({
      Cd: one(externalCode()),
      Fmly: one(sequence({ Cd: one(externalCode()), SubFmlyCd: one(externalCode()) })),
    }),
  ),
  Prtry: optional(sequence({ Cd: one(text(35)), Issr: optional(text(35)) })),
});

const entry = sequence({
  NtryRef: optional(id35),
  Amt: one(amount),
  CdtDbtInd: one(code("CRDT", "DBIT")),
  RvslInd: optional(opaque),
  Sts: one(codeOrProprietary),
  BookgDt: optional(dateOrDateTime),
  ValDt: optional(dateOrDateTime),
  AcctSvcrRef: optional(id35),
  Avlbty: many(opaque),
  BkTxCd: one(bankTransactionCode),
  ComssnWvrInd: optional(opaque),
  AddtlInfInd: optional(opaque),
  AmtDtls: optional(opaque),
  Chrgs: optional(opaque),
  TechInptChanl: optional(opaque),
  Intrst: optional(opaque),
  CardTx: optional(opaque),
  NtryDtls: many(entryDetails),
  AddtlNtryInf: optional(text(500)),
});

/** One booking in a camt.054. */
export type Entry = ValueOf<typeof entry>;

const entryTotal = sequence({ NbOfNtries: optional(count), Sum: optional(decimalNumber) });

const notification = sequence({
  Id: one(id35),
  NtfctnPgntn: optional(opaque),
  ElctrncSeqNb: optional(decimalNumber),
  RptgSeq: optional(opaque),
  LglSeqNb: optional(decimalNumber),
  CreDtTm: optional(dateTime),
  FrToDt: optional(opaque),
  CpyDplctInd: optional(code("CODU", "COPY", "DUPL")),
  RptgSrc: optional(opaque),
  Acct: one(
    sequence({
      Id: optional(accountId),
      Tp: optional(codeOrProprietary),
      Ccy: optional(externalCode(3)),
      Nm: optional(text(70)),
      Prxy: optional(opaque),
      Ownr: optional(party),
      Svcr: optional(agent),
    }),
  ),
  RltdAcct: optional(account),
  Intrst: many(opaque),
  TxsSummry: optional(
    sequence({
      TtlNtries: optional(
        sequence({ NbOfNtries: optional(count), Sum: optional(decimalNumber), TtlNetNtry: optional(opaque) }),
      ),
      TtlCdtNtries: optional(entryTotal),
      TtlDbtNtries: optional(entryTotal),
      TtlNtriesPerBkTxCd: many(opaque),
    }),
  ),
  Ntry: many(entry),
  AddtlNtfctnInf: optional(text(500)),
});

/** The bookings of one account in a camt.054. */
export type Notification = ValueOf<typeof notification>;

/** camt.054, BankToCustomerDebitCreditNotification. */
export const camt054 = sequence({
  GrpHdr: one(
    sequence({
      MsgId: one(id35),
      CreDtTm: one(dateTime),
      MsgRcpt: optional(party),
      MsgPgntn: optional(opaque),
      OrgnlBizQry: optional(opaque),
      AddtlInf: optional(text(500)),
    }),
  ),
  Ntfctn: many(notification, { min: 1 }),
  SplmtryData: supplementary,
});
