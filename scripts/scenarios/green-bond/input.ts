import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { checkedBy, type Refuse, refusing } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic, parseIsin } from "../../../sdk/identifiers.js";
import { decimal, minor } from "../../../sdk/money.js";

const date = checkedBy(parseDate);
const amount = checkedBy((text) => minor(text));
const bic = checkedBy(parseBic);
const currency = z.enum(["HKD", "CNY"]);
/** A decimal of at most `places` digits after the point, above zero. */
const number = (places: number) =>
  z.string().regex(new RegExp(`^(?!0+(\\.0*)?$)\\d{1,6}(\\.\\d{1,${places}})?$`), {
    message: `a number above zero with at most ${places} digits after the point`,
  });

/** The issuer or an investor, with the institutions that keep its accounts. */
export const party = z.strictObject({
  name: z.string().min(1).max(60),
  /** Hong Kong institution that keeps the bonds. */
  custodian: bic,
  /** Institutions that keep the wallets in e-HKD and e-CNY. */
  hkdBank: bic,
  cnyBank: bic,
});

const note = z.strictObject({
  name: z.string().min(1).max(31),
  isin: checkedBy(parseIsin),
  symbol: z.string().min(1).max(31),
  currency,
  size: amount,
  denomination: amount,
  /** Per cent a year. */
  couponRate: number(6),
  dayCount: z.enum(["ACT/365F", "ACT/ACT", "30/360"]),
  frequency: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(12)]),
  tradeDate: date,
  issueDate: date,
  couponDates: z.array(date).min(1).max(200),
  /** Record date, days before payment. */
  recordDays: z.int().min(1).max(30),
  maturity: date,
  /** Per cent of the nominal. */
  issuePrice: number(4),
  allotment: z
    .array(z.strictObject({ investor: z.string(), nominal: amount }))
    .min(1)
    .max(1000),
  /** What the issuer has published of the outcome, to be checked. */
  published: z.strictObject({ coupons: amount, redemption: amount }).optional(),
});

const trade = z.strictObject({
  date,
  isin: checkedBy(parseIsin),
  seller: z.string(),
  buyer: z.string(),
  nominal: amount,
  /** Per cent of the nominal, in the note's currency. */
  price: number(4),
  /** Currency the buyer pays in; the dealer turns it into the note's. */
  paidIn: currency,
  /** Units of the note's currency for one unit of the currency paid. */
  unitsPerPaid: number(6),
  dealer: z.string(),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  issuer: party,
  investors: z.array(party).min(1).max(12),
  notes: z.array(note).min(1).max(10),
  trades: z.array(trade).max(100),
});

/** A checked input file of the scenario. */
export type GreenBondInput = z.infer<typeof schema>;
/** One note of it. */
export type NoteInput = z.infer<typeof note>;
/** One secondary trade of it. */
export type TradeInput = z.infer<typeof trade>;
/** The issuer or an investor. */
export type PartyInput = z.infer<typeof party>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<GreenBondInput> {
  const input = await readJson(path, schema);
  const refuse = refusing(path);
  const names = new Set(input.investors.map(({ name }) => name));
  if (names.size !== input.investors.length) refuse("two investors have the same name; name each differently");
  const isins = new Set(input.notes.map(({ isin }) => isin));
  if (isins.size !== input.notes.length) refuse("two notes have the same ISIN; every note has its own");
  for (const each of input.notes) checkNote(each, names, refuse);
  for (const each of input.trades) checkTrade(each, input, names, refuse);
  return input;
}

function checkNote(each: NoteInput, names: ReadonlySet<string>, refuse: Refuse): void {
  const { name, size, denomination, allotment, tradeDate, issueDate, couponDates, maturity, recordDays } = each;
  if (minor(size) % minor(denomination) !== 0n) {
    refuse(`${name}: the size ${size} is no multiple of the denomination ${denomination}; change one of the two`);
  }
  const dates = [tradeDate, issueDate, ...couponDates].map(parseDate);
  if (dates.some((day, index) => index > 0 && day <= (dates[index - 1] ?? 0))) {
    refuse(`${name}: trade, issue and coupon dates are out of order; list them from the earliest to the latest`);
  }
  if (couponDates.at(-1) !== maturity) {
    refuse(
      `${name}: the last coupon is on ${couponDates.at(-1) ?? ""} and the maturity on ${maturity}; make them one day`,
    );
  }
  if (parseDate(couponDates[0] ?? maturity) - recordDays * 86_400 <= parseDate(issueDate)) {
    refuse(`${name}: the first record date is not after the issue date ${issueDate}; shorten recordDays`);
  }
  for (const { investor, nominal } of allotment) {
    if (!names.has(investor)) refuse(`${name}: "${investor}" is allotted units and is no investor of the file; add it`);
    if (minor(nominal) % minor(denomination) !== 0n) {
      refuse(`${name}: the allotment ${nominal} to ${investor} is no multiple of the denomination ${denomination}`);
    }
  }
  const allotted = allotment.reduce((sum, { nominal }) => sum + minor(nominal), 0n);
  if (allotted !== minor(size)) {
    refuse(
      `${name}: allotments sum to ${decimal(allotted, each.currency)} and the issue size is ${size}; make them equal`,
    );
  }
}

function checkTrade(each: TradeInput, { notes }: GreenBondInput, names: ReadonlySet<string>, refuse: Refuse): void {
  const traded = notes.find(({ isin }) => isin === each.isin);
  if (traded === undefined) return refuse(`a trade of ${each.date} names ${each.isin}, which is no note of the file`);
  for (const name of [each.seller, each.buyer, each.dealer]) {
    if (!names.has(name)) refuse(`a trade of ${each.date} names "${name}", which is no investor of the file; add it`);
  }
  if (new Set([each.seller, each.buyer, each.dealer]).size !== 3) {
    refuse(`the trade of ${each.date} needs a seller, a buyer and a dealer that differ`);
  }
  if (each.paidIn === traded.currency) {
    refuse(`the trade of ${each.date} is paid in the note's own currency; name the other one`);
  }
  if (minor(each.nominal) % minor(traded.denomination) !== 0n) {
    refuse(`the trade of ${each.date} is no multiple of the denomination ${traded.denomination}`);
  }
  if (parseDate(each.date) <= parseDate(traded.issueDate) || parseDate(each.date) >= parseDate(traded.maturity)) {
    refuse(`the trade of ${each.date} is not within the life of ${traded.name}`);
  }
}
