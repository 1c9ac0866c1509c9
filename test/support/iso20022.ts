import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ibanWithCheckDigits, isinWithCheckDigit, leiWithCheckDigits } from "../../sdk/identifiers.js";
import {
  ISO_4217,
  MESSAGES,
  currencyDecimals,
  definitionOf,
  type Amount,
  type Message,
  type MessageType,
  type XmlNode,
} from "../../sdk/iso20022.js";
import { head001 } from "../../sdk/iso20022/header.js";
import type { Field, Kind } from "../../sdk/iso20022/shape.js";

const SAMPLES = "test/sdk/iso20022/samples";
const INBOX = "scripts/scenarios/inputs/iso20022-inbox";

/** A sample message of the tests or a message of the scenario's inbox, by its file's name. */
export function sample(name: string): string {
  const folder = readdirSync(SAMPLES).includes(name) ? SAMPLES : INBOX;
  return readFileSync(join(folder, name), "utf8");
}

/** Samples that are to be accepted. */
export const GOOD_SAMPLES: readonly string[] = [
  ...readdirSync(SAMPLES),
  ...readdirSync(INBOX).filter((name) => name.startsWith("0")),
];

// --- random values of each type -----------------------------------------------------------------------------------

const CAPITALS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const DIGITS = [..."0123456789"];
const LETTERS = [...CAPITALS, ..."abcxyz", ...DIGITS];
/** Everything that XML has to escape, line ends, and characters of two, three and four bytes. */
const ANY = [...LETTERS, ..."&<>\"' é中😀-/:().,+\n\r\t]"];

function words(characters: readonly string[], min: number, max: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters), minLength: min, maxLength: max });
}

function numbers(total: number, places: number): fc.Arbitrary<string> {
  const whole = fc.oneof(fc.constant("0"), fc.bigInt({ min: 1n, max: 10n ** BigInt(total - places) - 1n }).map(String));
  return fc
    .tuple(whole, words(DIGITS, 0, places))
    .map(([major, minor]) => (minor === "" ? major : `${major}.${minor}`));
}

const date = fc.integer({ min: 0, max: 40_000 }).map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
const dateTime = fc
  .tuple(
    date,
    fc.integer({ min: 0, max: 86_399 }),
    fc.constantFrom("", ".5", ".123456789"),
    fc.constantFrom("", "Z", "+08:00", "-11:30"),
  )
  .map(
    ([day, second, part, offset]) => `${day}T${new Date(second * 1000).toISOString().slice(11, 19)}${part}${offset}`,
  );

/** Any amount that 18 digits can say. */
export const amount: fc.Arbitrary<Amount> = fc.record({
  currency: fc.constantFrom(...ISO_4217),
  minor: fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }),
});

const NAMED: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  amount,
  date,
  "date and time": dateTime,
  "true or false": fc.boolean(),
  count: fc.integer({ min: 0, max: 999_999_999_999_999 }),
  "decimal number": numbers(17, 5),
  rate: numbers(11, 10),
  quantity: numbers(20, 5),
  BIC: fc
    .tuple(words([...CAPITALS, ...DIGITS], 4, 4), fc.constantFrom("CN", "HK", "DE"), fc.constantFrom("T0", "T0XXX"))
    .map((parts) => parts.join("")),
  LEI: words([...CAPITALS, ...DIGITS], 18, 18).map(leiWithCheckDigits),
  ISIN: words([...CAPITALS, ...DIGITS], 9, 9).map((stem) => isinWithCheckDigit(`HK${stem}`)),
  IBAN: words([...CAPITALS, ...DIGITS], 11, 30).map((account) => ibanWithCheckDigits("GB", account)),
  UETR: fc.uuid({ version: 4 }),
  country: fc.constantFrom("CN", "HK", "TH"),
};

function leafOf(name: string): fc.Arbitrary<unknown> {
  const named = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  if (named !== undefined) return named;
  const [, kind, size] = /^(text|identification|external code) of 1 to (\d+)$/.exec(name) ?? [];
  const max = Math.min(Number(size), 40);
  if (kind === "text") return words(ANY, 1, max);
  if (kind === "identification") return words(LETTERS, 1, max);
  if (kind === "external code") return words([...CAPITALS, ...DIGITS], 1, max);
  return fc.constantFrom(...name.split(" | "));
}

const opaqueChild: fc.Arbitrary<XmlNode> = fc.record({
  name: fc.constantFrom("Any", "Other"),
  namespace: fc.constantFrom("urn:example:any", ""),
  attributes: fc.dictionary(fc.constantFrom("kind", "Ccy"), words(ANY, 0, 8)),
  text: words(ANY, 0, 12),
  children: fc.constant([]),
});

/** Content of an element that is kept uninterpreted: a text, or elements of any namespace. */
function opaqueOf(namespace: string): fc.Arbitrary<XmlNode> {
  const common = { name: fc.constant(""), namespace: fc.constant(namespace), attributes: fc.constant({}) };
  return fc.oneof(
    fc.record({ ...common, text: words(ANY, 0, 12), children: fc.constant([]) }),
    fc.record({ ...common, text: fc.constant(""), children: fc.array(opaqueChild, { minLength: 1, maxLength: 2 }) }),
  );
}

function valueOf(kind: Kind, version: number, namespace: string): fc.Arbitrary<unknown> {
  if (kind.name === "leaf") return leafOf(kind.leaf);
  if (kind.name === "opaque") return opaqueOf(namespace);
  const fields = Object.entries(kind.fields).filter(([, { since }]) => since <= version);
  const content = ({ shape }: Field<unknown>) => valueOf(shape.kind, version, namespace);
  if (kind.name === "choice") {
    return fc.oneof(...fields.map(([name, field]) => content(field).map((value) => ({ [name]: value }))));
  }
  const parts = fields.map(([name, field]) => {
    const { presence, min, max } = field;
    if (presence === "many") {
      const some = fc.array(content(field), { minLength: Math.max(1, min), maxLength: Math.min(max, 2) });
      return [name, min > 0 ? some : seldom(some)] as const;
    }
    // an institution has to be identified in some way
    return [name, presence === "one" || name === "BICFI" ? content(field) : seldom(content(field))] as const;
  });
  return fc.record(Object.fromEntries(parts)).map(present);
}

function seldom<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}

function present(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, content]) => content !== undefined));
}

const ENVELOPES = [
  [{ name: "Envelope", namespace: "urn:swift:xsd:envelope" }],
  [
    { name: "BusMsg", namespace: "" },
    { name: "Inner", namespace: "urn:example:inner" },
  ],
];

/** Random messages of a type in any of its versions: bare, in an envelope, or with a header in one. */
export function messages(type: MessageType): fc.Arbitrary<Message> {
  return fc.oneof(...MESSAGES[type].versions.map((version) => messagesOf(type, version)));
}

function messagesOf(type: MessageType, version: number): fc.Arbitrary<Message> {
  const definition = definitionOf({ type, version });
  const body = valueOf(MESSAGES[type].shape.kind, version, `urn:iso:std:iso:20022:tech:xsd:${definition}`);
  const headers = [1, 2, 3, 4].map((each) =>
    fc.record({
      version: fc.constant(each),
      value: valueOf(head001.kind, each, `urn:iso:std:iso:20022:tech:xsd:head.001.001.0${each}`).map((value) => ({
        ...(value as object),
        MsgDefIdr: definition,
      })),
    }),
  );
  return fc
    .tuple(body, seldom(fc.oneof(...headers)), fc.constantFrom(undefined, ...ENVELOPES), fc.boolean())
    .map(([content, header, envelope, common]) => {
      const around = header === undefined ? envelope : (envelope ?? ENVELOPES[0]);
      const parts = present({ header, envelope: around });
      // the generator follows the shapes, which the compiler cannot see
      return consistent({ type, version, ...parts, body: content } as Message, common);
    });
}

// --- what schemas do not say --------------------------------------------------------------------------------------

interface Transfer {
  readonly PmtId: { readonly InstrId?: string; readonly TxId?: string };
  readonly IntrBkSttlmAmt: Amount;
}

/** The message with totals and identifications that are right. */
function consistent(message: Message, common: boolean): Message {
  switch (message.type) {
    case "pacs.008":
    case "pacs.009": {
      const transactions = (message.body.CdtTrfTxInf ?? []).map((each, index) => dated(renamed(each, index), common));
      const amounts = transactions.map(({ IntrBkSttlmAmt }) => IntrBkSttlmAmt);
      const { TtlIntrBkSttlmAmt: total, ...header } = message.body.GrpHdr;
      const sums = {
        ...totals(header, amounts),
        ...(total === undefined ? {} : totalOf("TtlIntrBkSttlmAmt", amounts)),
      };
      return rebuilt(message, { ...message.body, GrpHdr: headed(sums, common), CdtTrfTxInf: transactions });
    }
    case "pacs.004": {
      const transactions = (message.body.TxInf ?? []).map((each, index) => {
        const { OrgnlIntrBkSttlmAmt: original, ...rest } = dated({ ...each, RtrId: `RTR${index}` }, common);
        const back = { ...rest, RtrdIntrBkSttlmAmt: bounded(rest.RtrdIntrBkSttlmAmt) };
        return original === undefined ? back : { ...back, OrgnlIntrBkSttlmAmt: back.RtrdIntrBkSttlmAmt };
      });
      const amounts = transactions.map(({ RtrdIntrBkSttlmAmt }) => RtrdIntrBkSttlmAmt);
      const { TtlRtrdIntrBkSttlmAmt: total, ...header } = message.body.GrpHdr;
      const sums = {
        ...totals(header, amounts),
        ...(total === undefined ? {} : totalOf("TtlRtrdIntrBkSttlmAmt", amounts)),
      };
      return rebuilt(message, { ...message.body, GrpHdr: headed(sums, common), TxInf: transactions });
    }
    case "pacs.002": {
      const statuses = (message.body.TxInfAndSts ?? []).map((each, index) => ({ ...each, StsId: `S${index}` }));
      const group = { OrgnlMsgId: "TEST", OrgnlMsgNmId: "pacs.008.001.08" };
      const rest = without(message.body, "TxInfAndSts");
      const body = statuses.length > 0 ? { ...rest, TxInfAndSts: statuses } : rest;
      return rebuilt(message, { ...body, OrgnlGrpInfAndSts: message.body.OrgnlGrpInfAndSts ?? [group] });
    }
    case "camt.054": {
      const notifications = (message.body.Ntfctn ?? []).map((full, index) => {
        const each = without(full, "TxsSummry");
        const entries = (each.Ntry ?? []).map((entry) => ({ ...entry, Amt: bounded(entry.Amt) }));
        const summary = { TtlNtries: { NbOfNtries: entries.length, Sum: sumOf(entries.map(({ Amt }) => Amt)) } };
        return { ...each, ...(entries.length > 0 ? { Ntry: entries } : {}), Id: `N${index}`, TxsSummry: summary };
      });
      return rebuilt(message, { ...message.body, Ntfctn: notifications });
    }
    case "sese.023": {
      const body = without(message.body, "SttlmAmt");
      const { SctiesMvmntTp, Pmt } = body.SttlmTpAndAddtlParams;
      return rebuilt(message, { ...body, ...paidBy("SttlmAmt", SctiesMvmntTp, Pmt) });
    }
    case "sese.025": {
      const body = without(message.body, "SttldAmt");
      const { SctiesMvmntTp, Pmt } = body.TxIdDtls;
      return rebuilt(message, { ...body, ...paidBy("SttldAmt", SctiesMvmntTp, Pmt) });
    }
    default:
      return message;
  }
}

function without<T extends object, K extends keyof T>(value: T, name: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)) as Omit<T, K>;
}

function rebuilt(message: Message, body: object): Message {
  return { ...message, body } as Message;
}

function renamed<T extends Transfer>(transfer: T, index: number): T {
  const { InstrId, TxId } = transfer.PmtId;
  const ids = {
    ...(InstrId === undefined ? {} : { InstrId: `I${index}` }),
    ...(TxId === undefined ? {} : { TxId: `T${index}` }),
  };
  return { ...transfer, PmtId: { ...transfer.PmtId, ...ids }, IntrBkSttlmAmt: bounded(transfer.IntrBkSttlmAmt) };
}

/** The settlement date stands in the header, or in every transaction. */
function dated<T extends { readonly IntrBkSttlmDt?: string }>(transfer: T, common: boolean): T {
  const rest = without(transfer, "IntrBkSttlmDt");
  return (common ? rest : { ...rest, IntrBkSttlmDt: "2026-03-16" }) as T;
}

function headed<T extends { readonly IntrBkSttlmDt?: string }>(header: T, common: boolean): T {
  const rest = without(header, "IntrBkSttlmDt");
  return (common ? { ...rest, IntrBkSttlmDt: "2026-03-16" } : rest) as T;
}

/** Amounts whose sum still has 18 digits. */
function bounded({ currency, minor }: Amount): Amount {
  return { currency, minor: minor % 10n ** 12n };
}

function totals<T extends { readonly CtrlSum?: string }>(header: T, amounts: readonly Amount[]): T {
  const sum = header.CtrlSum === undefined ? {} : { CtrlSum: sumOf(amounts) };
  return { ...header, ...sum, NbOfTxs: amounts.length };
}

function totalOf(name: string, amounts: readonly Amount[]): object {
  const [first] = amounts;
  if (first === undefined || amounts.some(({ currency }) => currency !== first.currency)) return {};
  return { [name]: { ...first, minor: amounts.reduce((sum, { minor }) => sum + minor, 0n) } };
}

/** A control sum, in ten-thousandths, by a calculation of its own. */
function sumOf(amounts: readonly Amount[]): string {
  const tenThousandths = amounts.reduce(
    (sum, { currency, minor }) => sum + minor * 10n ** BigInt(4 - (currencyDecimals(currency) ?? 0)),
    0n,
  );
  return `${tenThousandths / 10_000n}.${(tenThousandths % 10_000n).toString().padStart(4, "0")}`;
}

function paidBy(name: string, movement: "DELI" | "RECE", pmt: "APMT" | "FREE"): object {
  if (pmt === "FREE") return {};
  return { [name]: { Amt: { currency: "HKD", minor: 100n }, CdtDbtInd: movement === "DELI" ? "CRDT" : "DBIT" } };
}
