import { currencyDecimals } from "./currencies.js";
import { DuplicateIdError, RuleError, TotalError } from "./errors.js";
import type { BodyOf, Message, MessageOf } from "./message.js";
import { decimalOf, scaled, type Amount } from "./types.js";

/** Decimals in which control sums are compared: more than any of them has. */
const PLACES = 17;

/**
 * What a schema cannot say: counts and sums are those of the transactions, identifications are used once, the header
 * is the document's.
 * @throws TotalError, DuplicateIdError, RuleError.
 */
export function refuseInconsistency(message: Message, path: string, definition: string): void {
  const named = message.header?.value.MsgDefIdr;
  if (named !== undefined && named !== definition) {
    throw new RuleError("AppHdr/MsgDefIdr", `the header names ${named.slice(0, 35)} and the document is ${definition}`);
  }
  if (message.type === "pacs.008" || message.type === "pacs.009") refuseTransfers(message, path);
  if (message.type === "pacs.004") refuseReturns(message, path);
  if (message.type === "pacs.002") refuseStatuses(message.body, path);
  if (message.type === "camt.054") refuseNotifications(message.body, path);
  if (message.type === "sese.023" || message.type === "sese.025") refuseSettlement(message, path);
}

function refuseTransfers({ body }: MessageOf<"pacs.008"> | MessageOf<"pacs.009">, path: string): void {
  const { GrpHdr: header, CdtTrfTxInf: transactions = [] } = body;
  refuseTotals(
    `${path}/GrpHdr`,
    { ...header, total: header.TtlIntrBkSttlmAmt, totalName: "TtlIntrBkSttlmAmt" },
    transactions.map(({ IntrBkSttlmAmt }) => IntrBkSttlmAmt),
  );
  refuseDates(`${path}/GrpHdr/IntrBkSttlmDt`, header.IntrBkSttlmDt, transactions);
  for (const id of ["InstrId", "TxId", "UETR"] as const) {
    refuseRepetition(
      transactions.map(({ PmtId }) => PmtId[id]),
      (place) => `${path}/CdtTrfTxInf[${place}]/PmtId/${id}`,
    );
  }
}

function refuseReturns({ body }: MessageOf<"pacs.004">, path: string): void {
  const { GrpHdr: header, TxInf: transactions = [] } = body;
  refuseTotals(
    `${path}/GrpHdr`,
    { ...header, total: header.TtlRtrdIntrBkSttlmAmt, totalName: "TtlRtrdIntrBkSttlmAmt" },
    transactions.map(({ RtrdIntrBkSttlmAmt }) => RtrdIntrBkSttlmAmt),
  );
  refuseDates(`${path}/GrpHdr/IntrBkSttlmDt`, header.IntrBkSttlmDt, transactions);
  for (const id of ["RtrId", "OrgnlUETR"] as const) {
    refuseRepetition(
      transactions.map((transaction) => transaction[id]),
      (place) => `${path}/TxInf[${place}]/${id}`,
    );
  }
  transactions.forEach(({ OrgnlIntrBkSttlmAmt: original, RtrdIntrBkSttlmAmt: back }, index) => {
    if (original !== undefined && original.currency === back.currency && back.minor > original.minor) {
      throw new RuleError(`${path}/TxInf[${index + 1}]/RtrdIntrBkSttlmAmt`, "more is returned than was paid");
    }
  });
}

function refuseStatuses(
  { OrgnlGrpInfAndSts: groups = [], TxInfAndSts: statuses = [] }: BodyOf<"pacs.002">,
  path: string,
) {
  if (groups.length + statuses.length === 0)
    throw new RuleError(path, "a report has the status of a group or of a transaction");
  refuseRepetition(
    statuses.map(({ StsId }) => StsId),
    (place) => `${path}/TxInfAndSts[${place}]/StsId`,
  );
}

function refuseNotifications({ Ntfctn = [] }: BodyOf<"camt.054">, path: string): void {
  Ntfctn.forEach(({ TxsSummry: summary, Ntry: entries = [] }, index) => {
    const here = `${path}/Ntfctn[${index + 1}]/TxsSummry`;
    for (const [name, indicator] of [["TtlNtries"], ["TtlCdtNtries", "CRDT"], ["TtlDbtNtries", "DBIT"]] as const) {
      const total = summary?.[name];
      const counted = entries.filter(({ CdtDbtInd }) => indicator === undefined || CdtDbtInd === indicator);
      refuseCount(`${here}/${name}/NbOfNtries`, total?.NbOfNtries, counted.length);
      refuseSum(
        `${here}/${name}/Sum`,
        total?.Sum,
        counted.map(({ Amt }) => Amt),
      );
    }
  });
  refuseRepetition(
    Ntfctn.map(({ Id }) => Id),
    (place) => `${path}/Ntfctn[${place}]/Id`,
  );
}

function refuseSettlement(message: MessageOf<"sese.023"> | MessageOf<"sese.025">, path: string): void {
  const [{ Pmt, SctiesMvmntTp }, money, name] =
    message.type === "sese.023"
      ? ([message.body.SttlmTpAndAddtlParams, message.body.SttlmAmt, "SttlmAmt"] as const)
      : ([message.body.TxIdDtls, message.body.SttldAmt, "SttldAmt"] as const);
  if (Pmt === "APMT" && money === undefined) {
    throw new RuleError(`${path}/${name}`, "a settlement against payment (APMT) has an amount");
  }
  if (Pmt === "FREE" && money !== undefined) {
    throw new RuleError(`${path}/${name}`, "a settlement free of payment (FREE) has no amount");
  }
  // who delivers is credited, who receives is debited
  const expected = SctiesMvmntTp === "DELI" ? "CRDT" : "DBIT";
  if (money !== undefined && money.CdtDbtInd !== expected) {
    throw new RuleError(`${path}/${name}/CdtDbtInd`, `with ${SctiesMvmntTp} the amount is ${expected}`);
  }
}

interface Totals {
  readonly NbOfTxs: number;
  readonly CtrlSum?: string;
  readonly total: Amount | undefined;
  readonly totalName: string;
}

function refuseTotals(path: string, { NbOfTxs, CtrlSum, total, totalName }: Totals, amounts: readonly Amount[]): void {
  refuseCount(`${path}/NbOfTxs`, NbOfTxs, amounts.length);
  refuseSum(`${path}/CtrlSum`, CtrlSum, amounts);
  if (total === undefined) return;
  const foreign = amounts.find(({ currency }) => currency !== total.currency);
  if (foreign !== undefined) {
    throw new RuleError(
      `${path}/${totalName}`,
      `a total in ${total.currency} cannot have a transaction in ${foreign.currency}`,
    );
  }
  const sum = amounts.reduce((all, { minor }) => all + minor, 0n);
  if (sum !== total.minor) throw new TotalError(`${path}/${totalName}`, shown(total), shown({ ...total, minor: sum }));
}

function refuseCount(path: string, stated: number | undefined, found: number): void {
  if (stated !== undefined && stated !== found) throw new TotalError(path, String(stated), String(found));
}

/** A control sum adds figures whatever their currencies. */
function refuseSum(path: string, stated: string | undefined, amounts: readonly Amount[]): void {
  if (stated === undefined) return;
  const found = amounts.reduce((sum, { currency, minor }) => {
    return sum + minor * 10n ** BigInt(PLACES - (currencyDecimals(currency) ?? 0));
  }, 0n);
  if (scaled(stated, PLACES) !== found) throw new TotalError(path, stated, plain(found));
}

function plain(value: bigint): string {
  return decimalOf(value, PLACES).replace(/0+$/, "").replace(/\.$/, "");
}

function shown({ currency, minor }: Amount): string {
  return `${currency} ${decimalOf(minor, currencyDecimals(currency) ?? 0)}`;
}

/** The settlement date stands in the header for all, or in every transaction. */
function refuseDates(
  path: string,
  common: string | undefined,
  transactions: readonly { readonly IntrBkSttlmDt?: string }[],
): void {
  if (common !== undefined && transactions.some(({ IntrBkSttlmDt }) => IntrBkSttlmDt !== undefined)) {
    throw new RuleError(path, "the settlement date stands in the header or in the transactions, not in both");
  }
  if (common === undefined && transactions.some(({ IntrBkSttlmDt }) => IntrBkSttlmDt === undefined)) {
    throw new RuleError(path, "the settlement date is missing in the header and in a transaction");
  }
}

function refuseRepetition(ids: readonly (string | undefined)[], pathOf: (place: number) => string): void {
  const first = new Map<string, number>();
  ids.forEach((id, index) => {
    if (id === undefined) return;
    const before = first.get(id);
    if (before !== undefined) throw new DuplicateIdError(pathOf(index + 1), id, pathOf(before));
    first.set(id, index + 1);
  });
}
