import { choice, many, one, opaque, optional, sequence, type ValueOf } from "./shape.js";
import { accountId, dateOrDateTime, id35, supplementary } from "./parts.js";
import { amount, bic, code, identification, indicator, isin, lei, quantity, text } from "./types.js";

/** A code, or an identification in a scheme of its issuer (GenericIdentification30). */
const codeOrScheme = choice({
  Cd: one(identification(4)),
  Prtry: one(sequence({ Id: one(identification(35)), Issr: one(text(35)), SchmeNm: optional(text(35)) })),
});

const securityAccount = sequence({
  Id: one(identification(35)),
  Tp: optional(opaque),
  Nm: optional(text(70)),
  Dsgnt: optional(opaque),
});

/** A wallet of a distributed ledger, by its address. */
const wallet = sequence({ Id: one(identification(140)), Tp: optional(opaque), Nm: optional(text(70)) });

const settlementParty = sequence({
  Id: optional(choice({ AnyBIC: one(bic), PrtryId: one(opaque), NmAndAdr: one(opaque), Ctry: one(opaque) })),
  LEI: optional(lei),
  AltrnId: optional(opaque),
  SfkpgAcct: optional(securityAccount),
  BlckChainAdrOrWllt: optional(wallet, 10),
  PrcgDt: optional(opaque),
  PrcgId: optional(id35),
  AddtlInf: optional(opaque),
});

/** A party of one side of a settlement, with its account. */
export type SettlementParty = ValueOf<typeof settlementParty>;

const parties = sequence({
  Dpstry: optional(opaque),
  Pty1: optional(settlementParty),
  Pty2: optional(settlementParty),
  Pty3: optional(settlementParty),
  Pty4: optional(settlementParty),
  Pty5: optional(settlementParty),
});

const cashParties = sequence({
  Dbtr: optional(opaque),
  DbtrAgt: optional(opaque),
  Cdtr: optional(opaque),
  CdtrAgt: optional(opaque),
  Intrmy: optional(opaque),
});

/** A quantity of a security: units, a face amount, or a nominal that was paid down. */
const instrumentQuantity = choice({ Unit: one(quantity), FaceAmt: one(quantity), AmtsdVal: one(quantity) });
const wrappedQuantity = choice({ Qty: one(instrumentQuantity), OrgnlAndCurFace: one(opaque) });

const instrument = sequence({ ISIN: optional(isin), OthrId: many(opaque), Desc: optional(text(140)) });

const tradeDate = choice({ Dt: one(dateOrDateTime), DtCd: one(opaque) });

/** Elements of trade details, with the two dates in their place. */
const tradeDetails = sequence({
  TradId: many(id35),
  CollTxId: many(id35),
  PlcOfTrad: optional(opaque),
  PlcOfClr: optional(opaque),
  TradDt: optional(tradeDate),
  SttlmDt: one(tradeDate),
  DealPric: optional(opaque),
  NbOfDaysAcrd: optional(opaque),
  OpngClsg: optional(opaque),
  Rptg: many(opaque),
  TradTxCond: many(opaque),
  InvstrCpcty: optional(opaque),
  TradOrgtrRole: optional(opaque),
  TpOfPric: optional(opaque),
  CcyToBuyOrSell: optional(opaque),
  MtchgSts: optional(opaque),
  AffirmSts: optional(opaque),
  FxAddtlDtls: optional(opaque),
  SttlmInstrPrcgAddtlDtls: optional(opaque),
});

/** Elements of the settlement parameters; the type of transaction is read, the others are kept. */
const settlementParameters = sequence({
  HldInd: optional(opaque),
  Prty: optional(opaque),
  SctiesTxTp: one(codeOrScheme),
  SttlmTxCond: many(opaque),
  PrtlSttlmInd: optional(opaque),
  BnfclOwnrsh: optional(opaque),
  BlckTrad: optional(opaque),
  CCPElgblty: optional(opaque),
  DlvryRtrRsn: optional(opaque),
  CshClrSys: optional(opaque),
  XpsrTp: optional(opaque),
  FxStgInstr: optional(opaque),
  MktClntSd: optional(opaque),
  NetgElgblty: optional(opaque),
  Regn: optional(opaque),
  RpTp: optional(opaque),
  LglRstrctns: optional(opaque),
  SctiesRTGS: optional(opaque),
  SttlgCpcty: optional(opaque),
  SttlmSysMtd: optional(opaque),
  TaxCpcty: optional(opaque),
  StmpDtyTaxBsis: optional(opaque),
  Trckg: optional(opaque),
  AutomtcBrrwg: optional(opaque),
  LttrOfGrnt: optional(opaque),
  RtrLeg: optional(opaque),
  ModCxlAllwd: optional(opaque),
  ElgblForColl: optional(opaque),
  SctiesSubBalTp: optional(opaque),
  CshSubBalTp: optional(opaque),
});

const settlementAmount = sequence({
  AcrdIntrstInd: optional(indicator),
  StmpDtyInd: optional(indicator),
  BrkrgAmtInd: optional(indicator),
  Amt: one(amount),
  CdtDbtInd: one(code("CRDT", "DBIT")),
  OrgnlCcyAndOrdrdAmt: optional(amount),
  FXDtls: optional(opaque),
  ValDt: optional(opaque),
});

const movement = code("DELI", "RECE");
const against = code("APMT", "FREE");

/** Where a quantity is kept and its money booked, in the order that instruction and confirmation have in common. */
const accounts = {
  AcctOwnr: optional(opaque),
  SfkpgAcct: optional(securityAccount),
  BlckChainAdrOrWllt: optional(wallet, 10),
  CshAcct: optional(accountId),
  QtyBrkdwn: many(opaque),
  SfkpgPlc: optional(opaque),
};

/** Who is on either side, of the securities and of the money. */
const sides = {
  DlvrgSttlmPties: optional(parties),
  RcvgSttlmPties: optional(parties),
  CshPties: optional(cashParties),
};

/** What ends both messages. */
const ending = {
  OthrAmts: optional(opaque),
  OthrBizPties: optional(opaque),
  AddtlPhysOrRegnDtls: optional(opaque),
  SplmtryData: supplementary,
};

/** sese.023, SecuritiesSettlementTransactionInstruction. */
export const sese023 = sequence({
  TxId: one(id35),
  SttlmTpAndAddtlParams: one(
    sequence({
      SctiesMvmntTp: one(movement),
      Pmt: one(against),
      CmonId: optional(id35),
      PrvsId: optional(opaque),
    }),
  ),
  NbCounts: optional(opaque),
  Lnkgs: many(opaque),
  TradDtls: one(tradeDetails),
  FinInstrmId: one(instrument),
  FinInstrmAttrbts: optional(opaque),
  QtyAndAcctDtls: one(
    sequence({
      SttlmQty: one(wrappedQuantity),
      DnmtnChc: optional(text(210)),
      CertNb: many(opaque),
      ...accounts,
    }),
  ),
  SttlmParams: one(settlementParameters),
  StgSttlmInstrDtls: optional(opaque),
  ...sides,
  SttlmAmt: optional(settlementAmount),
  ...ending,
});

/** A securities settlement instruction as a message has it. */
export type SettlementInstruction = ValueOf<typeof sese023>;

/** sese.025, SecuritiesSettlementTransactionConfirmation. */
export const sese025 = sequence({
  TxIdDtls: one(
    sequence({
      AcctOwnrTxId: one(id35),
      AcctSvcrTxId: optional(id35),
      MktInfrstrctrTxId: optional(id35),
      PrcrTxId: optional(id35),
      SctiesMvmntTp: one(movement),
      Pmt: one(against),
      CmonId: optional(id35),
      PoolId: optional(id35),
      CorpActnEvtId: optional(id35),
    }),
  ),
  AddtlParams: optional(opaque),
  Lnkgs: many(opaque),
  TradDtls: one(
    sequence({
      TradId: many(id35),
      CollTxId: many(id35),
      PlcOfTrad: optional(opaque),
      PlcOfClr: optional(opaque),
      TradDt: optional(tradeDate),
      OpngSttlmAmt: optional(opaque),
      SttlmDt: optional(tradeDate),
      FctvSttlmDt: one(tradeDate),
      DealPric: optional(opaque),
      NbOfDaysAcrd: optional(opaque),
      OpngClsg: optional(opaque),
      Rptg: many(opaque),
      TradTxCond: many(opaque),
      InvstrCpcty: optional(opaque),
      TradOrgtrRole: optional(opaque),
      TpOfPric: optional(opaque),
      CcyToBuyOrSell: optional(opaque),
      FxAddtlDtls: optional(opaque),
      SttlmInstrPrcgAddtlDtls: optional(opaque),
    }),
  ),
  FinInstrmId: one(instrument),
  FinInstrmAttrbts: optional(opaque),
  QtyAndAcctDtls: one(
    sequence({
      SttldQty: one(wrappedQuantity),
      PrevslySttldQty: optional(opaque),
      RmngToBeSttldQty: optional(opaque),
      PrevslySttldAmt: optional(opaque),
      RmngToBeSttldAmt: optional(opaque),
      DnmtnChc: optional(text(210)),
      ...accounts,
    }),
  ),
  SttlmParams: one(settlementParameters),
  StgSttlmInstrDtls: optional(opaque),
  ...sides,
  SttldAmt: optional(settlementAmount),
  ...ending,
});

/** A securities settlement confirmation as a message has it. */
export type SettlementConfirmation = ValueOf<typeof sese025>;
