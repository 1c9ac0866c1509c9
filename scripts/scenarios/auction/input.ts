import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { checkedBy, refusing, type Refuse } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic, parseIsin } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const date = checkedBy(parseDate);
const amount = checkedBy((text) => minor(text));
const units = z.int().min(1).max(1_000_000);
const party = z.strictObject({
  name: z.string().min(1).max(60),
  /** Hong Kong institution that keeps wallet and units. */
  bank: checkedBy(parseBic),
  /** Minor units of e-HKD at first. */
  funds: amount,
});

const bid = z.strictObject({
  bidder: z.string(),
  units,
  price: amount,
  /** What goes wrong with it: not shown in time; its bidder is frozen for a day, or takes its authority back. */
  mishap: z.enum(["not shown", "frozen", "withheld"]).optional(),
});

const auction = z.strictObject({
  name: z.string().min(1).max(60),
  rule: z.enum(["uniform", "multiple"]),
  /** Bids are placed from 9, shown from 12 and allocated from 15 o'clock, UTC+8. */
  day: date,
  /** Settlement from 10 o'clock of the first day to 18 of the last. */
  settlesFrom: date,
  settlesUntil: date,
  lot: units,
  minimumPrice: amount,
  maximumPrice: amount,
  tick: amount,
  /** Held for each bid. */
  guarantee: amount,
  bids: z.array(bid).min(1).max(100),
  /** More bids, drawn from a seed: of 5 to 20 units, from the minimum price up to `highest`. */
  drawn: z.strictObject({ count: z.int().min(0).max(500), seed: z.int(), highest: amount }),
  /** Shares of the parties that underwrite. */
  underwriters: z.array(z.strictObject({ name: z.string(), share: z.int().min(1).max(1_000) })).max(16),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  note: z.strictObject({
    name: z.string().min(1).max(31),
    isin: checkedBy(parseIsin),
    symbol: z.string().min(1).max(31),
    units,
    unitNominal: amount,
    /** Parts of 10^8 a year. */
    couponRate: z.int().min(0).max(100_000_000),
    issued: date,
    recordDays: z.int().min(1).max(30),
    couponDates: z.array(date).min(1).max(60),
  }),
  issuer: party.omit({ funds: true }),
  bidders: z.array(party).min(1).max(12),
  auctions: z.array(auction).min(1).max(5),
});

/** A checked input file of the scenario. */
export type AuctionInput = z.infer<typeof schema>;
/** One auction of it. */
export type OneAuction = AuctionInput["auctions"][number];

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<AuctionInput> {
  const input = await readJson(path, schema);
  const refuse = refusing(path);
  const names = input.bidders.map(({ name }) => name);
  if (new Set(names).size !== names.length) refuse("two bidders have the same name; name each differently");
  let last = input.note.issued;
  for (const each of input.auctions) {
    if (parseDate(each.day) <= parseDate(last)) refuse(`${each.name} is not after ${last}; put the auctions in order`);
    checkAuction(each, input, refuse);
    last = each.settlesUntil;
  }
  const sold = input.auctions.reduce((sum, { lot }) => sum + lot, 0);
  if (sold > input.note.units)
    refuse(`the lots come to ${sold} units and the note has ${input.note.units}; sell fewer`);
  return input;
}

function checkAuction(each: OneAuction, { bidders }: AuctionInput, refuse: Refuse): void {
  const known = new Set(bidders.map(({ name }) => name));
  for (const { bidder } of each.bids) {
    if (!known.has(bidder)) refuse(`${each.name}: "${bidder}" bids and is no bidder of the file; add it`);
  }
  for (const { name } of each.underwriters) {
    if (!known.has(name)) refuse(`${each.name}: "${name}" underwrites and is no bidder of the file; add it`);
  }
  const [tick, low, high] = [minor(each.tick), minor(each.minimumPrice), minor(each.maximumPrice)];
  if (tick === 0n) return refuse(`${each.name}: the tick is zero; give the step of prices`);
  for (const price of [each.minimumPrice, each.drawn.highest, ...each.bids.map((one) => one.price)]) {
    const value = minor(price);
    if (value % tick !== 0n || value < low || value > high) {
      refuse(`${each.name}: ${price} is not on the scale of prices; choose a multiple of the tick within its ends`);
    }
  }
  const times = [each.day, each.settlesFrom, each.settlesUntil].map(parseDate);
  if (times.some((time, index) => index > 0 && time <= (times[index - 1] ?? 0))) {
    refuse(`${each.name}: the day of bids and the days of settlement are out of order; put them in order`);
  }
}
