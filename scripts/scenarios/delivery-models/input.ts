import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { checkedBy, refusing } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic, parseIsin } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const date = checkedBy(parseDate);
const amount = checkedBy((text) => minor(text, "HKD"));
const net = checkedBy((text) => minor(text.replace(/^-/, ""), "HKD"));
const name = z.string().min(1).max(30);
const units = z.int().min(1).max(1_000_000_000);
/** A part of the whole, with eight digits after the point at most. */
const share = z.string().regex(/^(0\.\d{1,8}|1(\.0{1,8})?)$/, { message: "a share of the whole such as 0.0001" });

const trade = z.strictObject({
  name,
  /** Hour of the day, UTC+8. */
  hour: z.int().min(9).max(22),
  seller: name,
  buyer: name,
  units,
  amount,
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  day: date,
  note: z.strictObject({ isin: checkedBy(parseIsin), name, symbol: name, units, nominal: amount }),
  /** Institutions of Hong Kong; the second is an operating one, which the others get their money from. */
  dealers: z
    .array(z.strictObject({ name, bic: checkedBy(parseBic), units, money: amount }))
    .min(3)
    .max(8),
  /** Hour at which the cycle of models 2 and 3 ends. */
  cycleEnd: z.int().min(10).max(23),
  /** Held of each dealer's money in model 2, so that what is delivered is paid. */
  guarantee: amount,
  trades: z.array(trade).min(1).max(100),
  /** What each dealer has more, or less, at the end of the day, in every model. */
  positions: z.record(z.string(), z.strictObject({ units: z.int(), money: net })),
  market: z.strictObject({
    rules: z.strictObject({
      recycleDays: z.int().min(2).max(100),
      extensionDays: z.int().min(1).max(99),
      feeRate: share,
      feeCap: share,
    }),
    tolerance: z.strictObject({ boundary: amount, small: amount, large: amount }),
    settlementDay: date,
    seller: name,
    buyer: name,
    agent: name,
    /** Settles on its day, although the two sides' amounts differ within the tolerance. */
    whole: z.strictObject({ units, amount, buyerSays: amount }),
    /** Settles in two parts, the second late. */
    parts: z.strictObject({
      ...{ units, amount, minimumPart: units, available: units, first: amount },
      ...{ arrives: date, rest: amount, fee: amount },
    }),
    /** Is never delivered, and bought in. */
    buyIn: z.strictObject({ units, amount, guarantee: amount, on: date, price: amount, owed: amount, claim: amount }),
  }),
});

/** A checked input file of the scenario. */
export type DeliveryInput = z.infer<typeof schema>;
/** One trade of the day. */
export type DayTrade = z.infer<typeof trade>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<DeliveryInput> {
  const input = await readJson(path, schema);
  const refuse = refusing(path);
  const { dealers, trades, positions, market, cycleEnd, note } = input;
  const names = new Set(dealers.map(({ name: dealer }) => dealer));
  if (names.size !== dealers.length) refuse("two dealers have the same name; name each differently");
  if (new Set(trades.map((each) => each.name)).size !== trades.length) refuse("two trades have the same name");
  for (const each of trades) {
    for (const side of [each.seller, each.buyer]) {
      if (!names.has(side)) refuse(`${each.name} names "${side}", which is no dealer of the file; add it`);
    }
    if (each.seller === each.buyer) refuse(`${each.name} is a trade of ${each.seller} with itself; name another buyer`);
    if (each.hour >= cycleEnd) refuse(`${each.name} is made after the cycle's end at ${cycleEnd}; make it earlier`);
  }
  if (trades.some(({ hour }, index) => hour < (trades[index - 1]?.hour ?? 0))) {
    refuse("trades are out of order; list them from the earliest to the latest");
  }
  for (const dealer of Object.keys(positions)) {
    if (!names.has(dealer)) refuse(`positions name "${dealer}", which is no dealer of the file; add it`);
  }
  if (dealers.reduce((sum, dealer) => sum + dealer.units, 0) > note.units) {
    refuse(`dealers have more units than the ${note.units} that are issued; issue more`);
  }
  const parties = [market.seller, market.buyer, market.agent];
  if (new Set(parties).size !== 3) refuse("seller, buyer and agent of the market are three different dealers");
  for (const party of parties) if (!names.has(party)) refuse(`the market names "${party}", which is no dealer; add it`);
  if (market.parts.available >= market.parts.units) refuse("what is available of the parts is less than the whole");
  return input;
}

/** A net amount with its sign, minor units. */
export function signed(text: string): bigint {
  return text.startsWith("-") ? -minor(text.slice(1), "HKD") : minor(text, "HKD");
}
