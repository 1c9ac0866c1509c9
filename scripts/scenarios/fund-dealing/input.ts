import { parseUnits } from "ethers";
import { z } from "zod";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic, parseIsin } from "../../../sdk/identifiers.js";
import { FUND_DECIMALS } from "../../../sdk/markets/fund.js";
import { depositBank, dollars, hoursOf, timeOfDay } from "../deposits.js";

/** Millionths of a dollar per unit. */
export function navOf(text: string): bigint {
  return parseUnits(text, FUND_DECIMALS.nav);
}

/** Smallest parts of a unit. */
export function unitsOf(text: string): bigint {
  return parseUnits(text, FUND_DECIMALS.units);
}

const nav = checkedBy(navOf);

const orderSchema = z.strictObject({
  time: timeOfDay,
  investor: z.string().min(1),
  kind: z.enum(["subscription", "redemption"]),
  /** Dollars of a subscription, units of a redemption. */
  amount: z.string().regex(/^\d+(\.\d{1,4})?$/, "is no amount"),
  /** Cancelled at this time of the same day. */
  cancelled: timeOfDay.optional(),
  /** Name of the error that the order must be refused with. */
  refused: z.string().min(1).optional(),
});

const daySchema = z.strictObject({
  date: checkedBy(parseDate),
  orders: z.array(orderSchema),
  /** What the fund invests, or gets back, after the cut-off and before dealing. */
  invested: dollars.optional(),
  recalled: dollars.optional(),
  /** Without one the day's orders lapse. */
  nav: nav.optional(),
  pricedAt: timeOfDay,
  dealtAt: timeOfDay,
  /** Cash that comes back after the first attempt, and when orders that were deferred are tried again. */
  late: z.strictObject({ recalled: dollars, dealtAt: timeOfDay }).optional(),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  banks: z.array(depositBank).min(2).max(4),
  fund: z.strictObject({
    name: z.string().min(1).max(31),
    symbol: z.string().min(1).max(31),
    isin: checkedBy(parseIsin),
    /** Keeps the fund's cash. */
    bank: checkedBy(parseBic),
    cutOff: timeOfDay,
    patienceHours: z.int().min(1).max(96),
    /** 1/10,000. */
    navBand: z.int().min(1).max(9_999),
    firstNav: nav,
  }),
  investors: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        bank: checkedBy(parseBic),
        /** What it pays and is paid in. */
        cash: z.enum(["deposit", "money"]),
        has: dollars,
      }),
    )
    .min(1)
    .max(8),
  days: z.array(daySchema).min(1),
});

/** A checked input file of the scenario. */
export type FundInput = z.infer<typeof schema>;
/** A day of it. */
export type DayInput = z.infer<typeof daySchema>;
/** An order of a day. */
export type OrderInput = z.infer<typeof orderSchema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<FundInput> {
  const input = await readJson(path, schema);
  const { banks, fund, investors, days } = input;
  const bics = new Set(banks.map(({ bic }) => bic));
  const names = new Set(investors.map(({ name }) => name));
  if (bics.size !== banks.length) throw new UserError(`${path}: a bank is named twice; name each once.`);
  if (names.size !== investors.length) {
    throw new UserError(`${path}: two investors have one name; name each differently.`);
  }
  for (const [who, bank] of [["the fund", fund.bank], ...investors.map(({ name, bank }) => [name, bank])]) {
    if (bank === undefined || !bics.has(bank)) {
      throw new UserError(`${path}: the bank of ${who}, ${bank}, is not among banks; add it.`);
    }
  }
  let last = -1;
  for (const day of days) {
    if (parseDay(day.date) <= last) throw new UserError(`${path}: ${day.date} is out of order; put the days in order.`);
    last = parseDay(day.date);
    requireDay(path, fund, names, day);
  }
  if (days.every((day) => day.nav === undefined)) {
    throw new UserError(`${path}: no day has a nav, so nothing is dealt; give one.`);
  }
  return input;
}

function requireDay(path: string, fund: FundInput["fund"], names: ReadonlySet<string>, day: DayInput): void {
  const { date, orders, pricedAt, dealtAt, late } = day;
  const cutOff = hoursOf(fund.cutOff);
  const times = [cutOff, hoursOf(pricedAt), hoursOf(dealtAt), late === undefined ? 24 : hoursOf(late.dealtAt)];
  if (times.some((time, index) => index > 0 && time < (times[index - 1] ?? 0))) {
    throw new UserError(
      `${path}: on ${date}, cut-off, pricedAt, dealtAt and late.dealtAt are out of order; order them.`,
    );
  }
  for (const { investor, time, cancelled, refused } of orders) {
    if (!names.has(investor)) throw new UserError(`${path}: nobody is called ${investor}; add it to investors.`);
    if (hoursOf(time) >= cutOff && refused === undefined) {
      throw new UserError(`${path}: an order of ${investor} comes at ${time}, after the cut-off; say what refuses it.`);
    }
    if (cancelled !== undefined && (hoursOf(cancelled) < hoursOf(time) || hoursOf(cancelled) >= cutOff)) {
      throw new UserError(`${path}: ${investor} cancels at ${cancelled}; choose a time between order and cut-off.`);
    }
  }
}
