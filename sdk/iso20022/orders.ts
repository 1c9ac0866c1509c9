import { id } from "ethers";
import { parseDate } from "../calendar.js";
import type { Instruction } from "../eip712/settlement.js";
import { exchange, payment } from "../instructions.js";
import { MAX_AMOUNT } from "../money.js";
import { RuleError, UnknownPartyError, ValueError } from "./errors.js";
import { MESSAGES, type BodyOf, type MessageOf } from "./message.js";
import type { Account, AccountId, Agent } from "./parts.js";
import { chainReference, type References } from "./references.js";
import type { SettlementInstruction, SettlementParty } from "./securities.js";
import { decimalOf, scaled, type Amount } from "./types.js";
import { currencyDecimals } from "./currencies.js";

/** A security as the suite has it. */
export interface Security {
  readonly token: string;
  /** Nominal of one unit of the token, minor units of the currency. */
  readonly unitNominal: bigint;
  /** ISO 4217 code of the currency of the nominal. */
  readonly currency: string;
}

/**
 * Which accounts, institutions, currencies and securities there are, in the words of messages. Messages name accounts
 * by IBAN or in at most 34 characters, an address has 42, so somebody has to keep this table: the bank does.
 */
export interface Directory {
  /** Wallet of a cash account. */
  account(account: AccountId): string | undefined;
  /** Settlement account of an institution. */
  institution(agent: Agent): string | undefined;
  /** Token of a currency, by ISO 4217 code. */
  currency(code: string): string | undefined;
  security(isin: string): Security | undefined;
  /** Wallet of a safekeeping account or of an address on the ledger. */
  safekeeping(account: string): string | undefined;
}

/** A payment that a message asks for, in the suite's terms. */
export interface PaymentOrder {
  /** Where in the message it stands. */
  readonly path: string;
  readonly messageId: string;
  readonly ids: References;
  readonly token: string;
  readonly from: string;
  readonly to: string;
  readonly amount: Amount;
  /** 32 bytes that go on the chain with it. */
  readonly businessRef: string;
  /** `YYYY-MM-DD`; absent where the message leaves it open. */
  readonly settlementDate?: string;
}

/**
 * The payments of a pacs.008 (wallet to wallet) or pacs.009 (between institutions).
 * @throws UnknownPartyError, RuleError: nothing of the message is to be sent then.
 */
export function paymentsOf(
  message: MessageOf<"pacs.008"> | MessageOf<"pacs.009">,
  directory: Directory,
): PaymentOrder[] {
  const { type, body } = message;
  const { GrpHdr, CdtTrfTxInf: transactions = [] } = body;
  return transactions.map((transaction, index) => {
    const place = transactions.length === 1 ? "" : `[${index + 1}]`;
    const path = `/Document/${MESSAGES[type].root}/CdtTrfTxInf${place}`;
    const settlementDate = transaction.IntrBkSttlmDt ?? GrpHdr.IntrBkSttlmDt;
    const [from, to] =
      "ChrgBr" in transaction
        ? [
            accountAddress(transaction.DbtrAcct, directory, `${path}/DbtrAcct`),
            accountAddress(transaction.CdtrAcct, directory, `${path}/CdtrAcct`),
          ]
        : [
            institutionAddress(transaction.Dbtr, transaction.DbtrAcct, directory, `${path}/Dbtr`),
            institutionAddress(transaction.Cdtr, transaction.CdtrAcct, directory, `${path}/Cdtr`),
          ];
    return order(
      path,
      GrpHdr.MsgId,
      transaction.PmtId,
      from,
      to,
      transaction.IntrBkSttlmAmt,
      directory,
      settlementDate,
    );
  });
}

/**
 * The liquidity transfer of a camt.050 between accounts of institutions.
 * @throws UnknownPartyError, RuleError.
 */
export function liquidityTransferOf({ body }: MessageOf<"camt.050">, directory: Directory): PaymentOrder {
  const { MsgHdr, LqdtyCdtTrf: transfer } = body;
  const path = "/Document/LqdtyCdtTrf/LqdtyCdtTrf";
  if (!("AmtWthCcy" in transfer.TrfdAmt)) {
    throw new RuleError(`${path}/TrfdAmt`, "an amount without its currency is not transferred here");
  }
  const from = institutionAddress(transfer.Dbtr, transfer.DbtrAcct, directory, `${path}/Dbtr`);
  const to = institutionAddress(transfer.Cdtr, transfer.CdtrAcct, directory, `${path}/Cdtr`);
  const ids = transfer.LqdtyTrfId ?? {};
  return order(path, MsgHdr.MsgId, ids, from, to, transfer.TrfdAmt.AmtWthCcy, directory, transfer.SttlmDt);
}

/**
 * The payment back that a pacs.004 asks for: from the one who was paid to the one who paid, under the same reference.
 * @param original the payment that is returned.
 * @throws RuleError when more is returned than was paid, or another currency.
 */
export function returnOf(message: MessageOf<"pacs.004">, index: number, original: PaymentOrder): PaymentOrder {
  const transactions = message.body.TxInf ?? [];
  const transaction = transactions[index];
  const path = `/Document/PmtRtr/TxInf${transactions.length === 1 ? "" : `[${index + 1}]`}`;
  if (transaction === undefined) throw new RuleError(path, "the message has no such transaction");
  const back = transaction.RtrdIntrBkSttlmAmt;
  const named = transaction.OrgnlUETR ?? transaction.OrgnlEndToEndId ?? transaction.OrgnlTxId;
  const { UETR, EndToEndId, TxId } = original.ids;
  if (named === undefined || ![UETR, EndToEndId, TxId].includes(named)) {
    throw new RuleError(path, "the return names another payment than the one given");
  }
  if (back.currency !== original.amount.currency || back.minor > original.amount.minor || back.minor === 0n) {
    throw new RuleError(`${path}/RtrdIntrBkSttlmAmt`, `the return is of ${shown(original.amount)} or a part of it`);
  }
  const settlementDate = transaction.IntrBkSttlmDt ?? message.body.GrpHdr.IntrBkSttlmDt;
  return {
    ...original,
    path,
    messageId: message.body.GrpHdr.MsgId,
    from: original.to,
    to: original.from,
    amount: back,
    ...(settlementDate === undefined ? {} : { settlementDate }),
  };
}

/** Unix seconds at which a date begins; another than UTC+8's own where a chain's clock is moved. */
export type StartOfDate = (date: string) => bigint;

const startOfDate: StartOfDate = (date) => BigInt(parseDate(date));

/** A payment as an instruction for the settlement engine, to be settled on its date (UTC+8) or later. */
export function paymentInstruction(
  { token, from, to, amount, businessRef, settlementDate }: PaymentOrder,
  startOf = startOfDate,
): Instruction {
  const notBefore = settlementDate === undefined ? 0n : startOf(settlementDate);
  return payment({ businessRef, notBefore }, { token, from, amount: amount.minor }, to);
}

/** One side's view of a securities settlement. */
export interface SettlementOrder {
  /** The account owner's own identification. */
  readonly txId: string;
  /** The identification that both sides have agreed on. */
  readonly commonId?: string;
  readonly side: "delivers" | "receives";
  readonly isin: string;
  readonly seller: string;
  readonly buyer: string;
  readonly security: string;
  /** Units of the security's token. */
  readonly units: bigint;
  /** Token and amount to be paid; absent when it is free of payment. */
  readonly payment?: { readonly token: string; readonly amount: Amount };
  readonly settlementDate: string;
}

/**
 * What one side asks for with a sese.023.
 * @throws UnknownPartyError, RuleError, ValueError.
 */
export function settlementOf({ body }: MessageOf<"sese.023">, directory: Directory): SettlementOrder {
  const path = `/Document/${MESSAGES["sese.023"].root}`;
  const { SctiesMvmntTp: movement, Pmt, CmonId } = body.SttlmTpAndAddtlParams;
  const { ISIN } = body.FinInstrmId;
  if (ISIN === undefined) throw new RuleError(`${path}/FinInstrmId`, "a security is named by its ISIN here");
  const security = directory.security(ISIN);
  if (security === undefined) throw new UnknownPartyError(`${path}/FinInstrmId/ISIN`, ISIN, "security");
  const own = ownAccount(body.QtyAndAcctDtls, directory, `${path}/QtyAndAcctDtls`);
  const [others, name] =
    movement === "DELI" ? [body.RcvgSttlmPties, "RcvgSttlmPties"] : [body.DlvrgSttlmPties, "DlvrgSttlmPties"];
  const other = partyAddress(others?.Pty1, directory, `${path}/${name}/Pty1`);
  const [seller, buyer] = movement === "DELI" ? [own, other] : [other, own];
  if (seller === buyer) throw new RuleError(path, "both sides name the same account");
  const units = unitsOf(body, security, `${path}/QtyAndAcctDtls/SttlmQty`);
  const date = settlementDay(body, `${path}/TradDtls/SttlmDt`);
  return {
    txId: body.TxId,
    ...(CmonId === undefined ? {} : { commonId: CmonId }),
    side: movement === "DELI" ? "delivers" : "receives",
    isin: ISIN,
    ...{ seller, buyer, security: security.token, units },
    ...(Pmt === "FREE" ? {} : { payment: paymentPart(body, directory, `${path}/SttlmAmt`) }),
    settlementDate: date,
  };
}

/** What of two sides' views does not agree, by name; nothing when they are two sides of one settlement. */
export function mismatches(first: SettlementOrder, second: SettlementOrder): string[] {
  const [a, b] = [first, second].map(comparable);
  const differing = Object.keys({ ...a, ...b }).filter((name) => a?.[name] !== b?.[name]);
  return first.side === second.side ? ["side", ...differing] : differing;
}

function comparable({ commonId, isin, seller, buyer, units, payment, settlementDate }: SettlementOrder) {
  const values: Record<string, string | undefined> = {
    ...{ commonId, isin, seller, buyer, settlementDate },
    units: units.toString(),
    payment: payment === undefined ? undefined : `${payment.token} ${shown(payment.amount)}`,
  };
  return values;
}

/**
 * Two matched sides as one instruction: units against money, or units alone when free of payment. It can settle on the
 * settlement date (UTC+8) and not later.
 * @throws RuleError when the two do not match.
 */
export function settlementInstruction(
  first: SettlementOrder,
  second: SettlementOrder,
  startOf = startOfDate,
): Instruction {
  const differing = mismatches(first, second);
  if (differing.length > 0) {
    throw new RuleError(`/Document/${MESSAGES["sese.023"].root}`, `the two sides differ in ${differing.join(", ")}`);
  }
  const { security, seller, buyer, units, payment: paid } = first;
  const notBefore = startOf(first.settlementDate);
  const businessRef = settlementReference(first, second);
  const terms = { businessRef, notBefore, notAfter: notBefore + 86_399n };
  const delivery = { token: security, from: seller, amount: units };
  return paid === undefined
    ? payment(terms, delivery, buyer)
    : exchange(terms, delivery, { token: paid.token, from: buyer, amount: paid.amount.minor });
}

/** 32 bytes for both: the hash of the common identification, or of both sides' own, the deliverer's first. */
export function settlementReference(first: SettlementOrder, second: SettlementOrder): string {
  const [delivery, receipt] = first.side === "delivers" ? [first, second] : [second, first];
  return id(delivery.commonId ?? `${delivery.txId}/${receipt.txId}`);
}

function order(
  path: string,
  messageId: string,
  ids: References,
  from: string,
  to: string,
  amount: Amount,
  directory: Directory,
  settlementDate: string | undefined,
): PaymentOrder {
  const token = directory.currency(amount.currency);
  if (token === undefined) throw new UnknownPartyError(path, amount.currency, "currency");
  refuseAmount(amount, path);
  if (from === to) throw new RuleError(path, "payer and payee are the same account");
  const businessRef = chainReference(ids, messageId);
  const payable = { path, messageId, ids, token, from, to, amount, businessRef };
  return settlementDate === undefined ? payable : { ...payable, settlementDate };
}

function refuseAmount({ currency, minor }: Amount, path: string): void {
  if (minor === 0n) throw new RuleError(path, "a payment of nothing is not settled");
  if (minor > MAX_AMOUNT)
    throw new RuleError(path, `an account holds at most ${shown({ currency, minor: MAX_AMOUNT })}`);
}

function accountAddress(account: Account | undefined, directory: Directory, path: string): string {
  if (account?.Id === undefined) throw new RuleError(path, "the wallet is named by its account here");
  const address = directory.account(account.Id);
  if (address === undefined) throw new UnknownPartyError(path, accountName(account.Id), "account");
  return address;
}

/** An institution pays from the account named, and from its settlement account when none is. */
function institutionAddress(
  agent: Agent | undefined,
  account: Account | undefined,
  directory: Directory,
  path: string,
): string {
  if (account?.Id !== undefined) return accountAddress(account, directory, `${path}Acct`);
  if (agent === undefined) throw new RuleError(path, "the institution or its account is named here");
  const address = directory.institution(agent);
  const { BICFI, LEI, ClrSysMmbId, Nm } = agent.FinInstnId;
  const name = BICFI ?? LEI ?? ClrSysMmbId?.MmbId ?? Nm ?? "without identification";
  if (address === undefined) throw new UnknownPartyError(path, name, "institution");
  return address;
}

/** An account's identification, whichever kind it is. */
export function accountName(account: AccountId): string {
  return "IBAN" in account ? account.IBAN : account.Othr.Id;
}

function ownAccount(details: SettlementInstruction["QtyAndAcctDtls"], directory: Directory, path: string): string {
  const { SfkpgAcct, BlckChainAdrOrWllt } = details;
  return safekeeping(BlckChainAdrOrWllt?.Id ?? SfkpgAcct?.Id, directory, path);
}

function partyAddress(party: SettlementParty | undefined, directory: Directory, path: string): string {
  return safekeeping(party?.BlckChainAdrOrWllt?.Id ?? party?.SfkpgAcct?.Id, directory, path);
}

function safekeeping(name: string | undefined, directory: Directory, path: string): string {
  if (name === undefined) throw new RuleError(path, "the safekeeping account or the wallet is named here");
  const address = directory.safekeeping(name);
  if (address === undefined) throw new UnknownPartyError(path, name, "account");
  return address;
}

/** Units of the token: as they are, or a face amount divided by the nominal of one. */
function unitsOf(body: BodyOf<"sese.023">, { unitNominal, currency }: Security, path: string): bigint {
  const { SttlmQty } = body.QtyAndAcctDtls;
  if (!("Qty" in SttlmQty)) throw new RuleError(path, "a quantity is units or a face amount here");
  const { Qty } = SttlmQty;
  if ("Unit" in Qty) return positive(scaled(Qty.Unit, 0), Qty.Unit, `${path}/Qty/Unit`);
  if (!("FaceAmt" in Qty)) throw new RuleError(path, "a quantity is units or a face amount here");
  const face = positive(scaled(Qty.FaceAmt, currencyDecimals(currency) ?? 0), Qty.FaceAmt, `${path}/Qty/FaceAmt`);
  if (face % unitNominal !== 0n) {
    const nominal = shown({ currency, minor: unitNominal });
    throw new RuleError(`${path}/Qty/FaceAmt`, `the security has units of ${nominal} and this is no multiple of it`);
  }
  return face / unitNominal;
}

function positive(value: bigint | undefined, text: string, path: string): bigint {
  if (value === undefined) throw new ValueError(path, text, "a part of a unit is not settled");
  if (value === 0n) throw new ValueError(path, text, "nothing is not settled");
  return value;
}

function settlementDay(body: BodyOf<"sese.023">, path: string): string {
  const { SttlmDt } = body.TradDtls;
  if (!("Dt" in SttlmDt)) throw new RuleError(path, "the settlement date is a date here");
  return "Dt" in SttlmDt.Dt ? SttlmDt.Dt.Dt : SttlmDt.Dt.DtTm.slice(0, 10);
}

function paymentPart(body: BodyOf<"sese.023">, directory: Directory, path: string) {
  const amount = body.SttlmAmt?.Amt;
  if (amount === undefined) throw new RuleError(path, "a settlement against payment (APMT) has an amount");
  refuseAmount(amount, `${path}/Amt`);
  const token = directory.currency(amount.currency);
  if (token === undefined) throw new UnknownPartyError(`${path}/Amt`, amount.currency, "currency");
  return { token, amount };
}

function shown({ currency, minor }: Amount): string {
  return `${currency} ${decimalOf(minor, currencyDecimals(currency) ?? 0)}`;
}
