import { choice, many, one, opaque, optional, ruled, sequence, type ValueOf } from "./shape.js";
import { RuleError } from "./errors.js";
import {
  amount,
  bic,
  code,
  count,
  country,
  date,
  dateTime,
  decimalNumber,
  externalCode,
  iban,
  identification,
  indicator,
  lei,
  text,
  uetr,
} from "./types.js";

/** What several messages have in common. Names are those of ISO 20022. */

export const id35 = identification(35);

/** A code of an external set, or the parties' own word for it. */
export const codeOrProprietary = choice({ Cd: one(externalCode()), Prtry: one(text(35)) });

const clearingSystemMember = sequence({
  ClrSysId: optional(choice({ Cd: one(externalCode(5)), Prtry: one(text(35)) })),
  MmbId: one(identification(35)),
});

const institutionIdentification = ruled(
  sequence({
    BICFI: optional(bic),
    ClrSysMmbId: optional(clearingSystemMember),
    LEI: optional(lei),
    Nm: optional(text(140)),
    PstlAdr: optional(opaque),
    Othr: optional(
      sequence({ Id: one(identification(35)), SchmeNm: optional(codeOrProprietary), Issr: optional(text(35)) }),
    ),
  }),
  (value, { path }) => {
    if (Object.keys(value).length === 0) throw new RuleError(path, "an institution is identified in some way");
  },
);

/** A bank, and its branch. */
export const agent = sequence({ FinInstnId: one(institutionIdentification), BrnchId: optional(opaque) });

/** A bank as a message identifies it. */
export type Agent = ValueOf<typeof agent>;

const genericId = sequence({
  Id: one(identification(256)),
  SchmeNm: optional(codeOrProprietary),
  Issr: optional(text(35)),
});

/** A person or organisation. */
export const party = sequence({
  Nm: optional(text(140)),
  PstlAdr: optional(opaque),
  Id: optional(
    choice({
      OrgId: one(sequence({ AnyBIC: optional(bic), LEI: optional(lei), Othr: many(genericId) })),
      PrvtId: one(opaque),
    }),
  ),
  CtryOfRes: optional(country),
  CtctDtls: optional(opaque),
});

/** How an account is identified: by IBAN, or otherwise. */
export const accountId = choice({
  IBAN: one(iban),
  Othr: one(sequence({ Id: one(identification(34)), SchmeNm: optional(codeOrProprietary), Issr: optional(text(35)) })),
});

/** An account's identification as a message has it. */
export type AccountId = ValueOf<typeof accountId>;

/** A cash account. */
export const account = sequence({
  Id: optional(accountId),
  Tp: optional(codeOrProprietary),
  Ccy: optional(externalCode(3)),
  Nm: optional(text(70)),
  Prxy: optional(opaque),
});

/** A cash account as a message identifies it. */
export type Account = ValueOf<typeof account>;

/** References of a payment. */
export const paymentIdentification = sequence({
  InstrId: optional(id35),
  EndToEndId: one(id35),
  TxId: optional(id35),
  UETR: optional(uetr),
  ClrSysRef: optional(id35),
});

/** References of a payment as a message has them. */
export type PaymentIdentification = ValueOf<typeof paymentIdentification>;

/** Service level, local instrument, category of purpose. */
export const paymentType = sequence({
  InstrPrty: optional(code("HIGH", "NORM")),
  ClrChanl: optional(code("RTGS", "RTNS", "MPNS", "BOOK")),
  SvcLvl: many(codeOrProprietary),
  LclInstrm: optional(choice({ Cd: one(externalCode(35)), Prtry: one(text(35)) })),
  CtgyPurp: optional(codeOrProprietary),
});

const settlement = sequence({
  SttlmMtd: one(code("INDA", "INGA", "COVE", "CLRG")),
  SttlmAcct: optional(account),
  ClrSys: optional(choice({ Cd: one(externalCode(5)), Prtry: one(text(35)) })),
  InstgRmbrsmntAgt: optional(agent),
  InstgRmbrsmntAgtAcct: optional(account),
  InstdRmbrsmntAgt: optional(agent),
  InstdRmbrsmntAgtAcct: optional(account),
  ThrdRmbrsmntAgt: optional(agent),
  ThrdRmbrsmntAgtAcct: optional(account),
});

/** Group header of the interbank credit transfers and of the return, whose total has a name of its own. */
export const transferHeader = sequence({
  MsgId: one(id35),
  CreDtTm: one(dateTime),
  XpryDtTm: optional(dateTime, 11),
  BtchBookg: optional(indicator),
  NbOfTxs: one(count),
  CtrlSum: optional(decimalNumber),
  TtlIntrBkSttlmAmt: optional(amount),
  IntrBkSttlmDt: optional(date),
  SttlmInf: one(settlement),
  PmtTpInf: optional(paymentType),
  InstgAgt: optional(agent),
  InstdAgt: optional(agent),
});

export const returnHeader = sequence({
  MsgId: one(id35),
  CreDtTm: one(dateTime),
  Authstn: many(opaque, { max: 2 }),
  BtchBookg: optional(indicator),
  NbOfTxs: one(count),
  CtrlSum: optional(decimalNumber),
  GrpRtr: optional(indicator),
  TtlRtrdIntrBkSttlmAmt: optional(amount),
  IntrBkSttlmDt: optional(date),
  SttlmInf: one(settlement),
  PmtTpInf: optional(paymentType),
  InstgAgt: optional(agent),
  InstdAgt: optional(agent),
});

/** Agents and accounts before and between, of which the suite uses none and keeps all. */
export const previousAgents = {
  PrvsInstgAgt1: optional(agent),
  PrvsInstgAgt1Acct: optional(account),
  PrvsInstgAgt2: optional(agent),
  PrvsInstgAgt2Acct: optional(account),
  PrvsInstgAgt3: optional(agent),
  PrvsInstgAgt3Acct: optional(account),
  InstgAgt: optional(agent),
  InstdAgt: optional(agent),
  IntrmyAgt1: optional(agent),
  IntrmyAgt1Acct: optional(account),
  IntrmyAgt2: optional(agent),
  IntrmyAgt2Acct: optional(account),
  IntrmyAgt3: optional(agent),
  IntrmyAgt3Acct: optional(account),
};

/** Amount, date and timing of an interbank settlement. */
export const settlementTerms = {
  IntrBkSttlmAmt: one(amount),
  IntrBkSttlmDt: optional(date),
  SttlmPrty: optional(code("URGT", "HIGH", "NORM")),
  SttlmTmIndctn: optional(opaque),
  SttlmTmReq: optional(opaque),
};

/** Free or structured text for the payee; structured text is not interpreted. */
export const remittance = sequence({ Ustrd: many(text(140)), Strd: many(opaque) });

/** The original message that a status or return answers. */
export const originalGroup = {
  OrgnlMsgId: one(id35),
  OrgnlMsgNmId: one(text(35)),
  OrgnlCreDtTm: optional(dateTime),
};

/** Why a status or a return is what it is. */
export const reasonInformation = sequence({
  Orgtr: optional(opaque),
  Rsn: optional(codeOrProprietary),
  AddtlInf: many(text(105)),
});

/** A date, or a date with its time. */
export const dateOrDateTime = choice({ Dt: one(date), DtTm: one(dateTime) });

/** Anything the parties have agreed on; the standard leaves its content open. */
export const supplementary = many(sequence({ PlcAndNm: optional(text(350)), Envlp: one(opaque) }));
