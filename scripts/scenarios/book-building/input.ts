import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { checkedBy, refusing, type Refuse } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic, parseIsin } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const date = checkedBy(parseDate);
const amount = checkedBy((text) => minor(text));
const units = z.int().min(1).max(1_000_000);
const none = z.int().min(0).max(1_000_000);
const party = z.strictObject({
  name: z.string().min(1).max(60),
  /** Hong Kong institution that keeps wallet and units; of the lead: itself. */
  bank: checkedBy(parseBic),
});

const order = z.strictObject({
  investor: z.string(),
  units,
  /** Least units it takes; 0: any. */
  least: none,
  price: amount,
  /** What the lead gives it. */
  allotted: none,
  /** What goes wrong: taken back before the close; frozen on the first day of settlement; authority taken back for good. */
  mishap: z.enum(["revoked", "frozen", "withheld"]).optional(),
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
  issuer: party,
  lead: party,
  investors: z
    .array(party.extend({ /** Minor units of e-HKD at first. */ funds: amount }))
    .min(1)
    .max(12),
  book: z.strictObject({
    units,
    minimumPrice: amount,
    maximumPrice: amount,
    /** Orders from 9 until 15 o'clock, UTC+8, when the book is closed. */
    day: date,
    /** The allocation is final at noon of this day. */
    allotted: date,
    /** Settlement from 10 o'clock of the first day to 18 of the last. */
    settlesFrom: date,
    settlesUntil: date,
    /** What everybody pays for a unit. */
    price: amount,
    orders: z.array(order).min(1).max(60),
  }),
});

/** A checked input file of the scenario. */
export type BookInput = z.infer<typeof schema>;
/** One order of it. */
export type OneOrder = BookInput["book"]["orders"][number];

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<BookInput> {
  const input = await readJson(path, schema);
  const refuse = refusing(path);
  const names = new Set(input.investors.map(({ name }) => name));
  if (names.size !== input.investors.length) refuse("two investors have the same name; name each differently");
  const { book, note } = input;
  const days = [note.issued, book.day, book.allotted, book.settlesFrom, book.settlesUntil].map(parseDate);
  if (days.some((day, index) => index > 0 && day <= (days[index - 1] ?? 0))) {
    refuse("the days of issue, orders, allocation and settlement do not follow each other; put them in order");
  }
  if (book.units > note.units) refuse(`the book has ${book.units} units and the note ${note.units}; sell fewer`);
  if (minor(book.price) < minor(book.minimumPrice) || minor(book.price) > minor(book.maximumPrice)) {
    refuse(`the price ${book.price} is outside the range; close the book within it`);
  }
  for (const each of book.orders) checkOrder(each, names, input, refuse);
  const sold = book.orders.reduce((sum, { allotted }) => sum + allotted, 0);
  if (sold > book.units) refuse(`${sold} units are allotted and the book has ${book.units}; allot fewer`);
  return input;
}

function checkOrder(
  { investor, units: asked, least, price, allotted, mishap }: OneOrder,
  names: ReadonlySet<string>,
  { book }: BookInput,
  refuse: Refuse,
): void {
  if (!names.has(investor)) refuse(`"${investor}" orders and is no investor of the file; add it`);
  if (minor(price) < minor(book.minimumPrice)) {
    refuse(`${investor} would pay ${price} at most, below the range; raise its limit`);
  }
  if (asked > book.units || least > asked) {
    refuse(`${investor} asks for ${asked} units and takes ${least} at least; ask for no more than the book has`);
  }
  if (allotted === 0) return;
  if (allotted > asked || allotted < least || minor(price) < minor(book.price) || mishap === "revoked") {
    refuse(`${investor} is allotted ${allotted} units, which its order does not allow; allot what it says, or none`);
  }
}
