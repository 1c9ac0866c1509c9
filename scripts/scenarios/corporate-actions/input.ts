import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { checkedBy, type Refuse, refusing } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic, parseIsin } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";
import { party } from "../green-bond/input.js";

const date = checkedBy(parseDate);
const amount = checkedBy((text) => minor(text));
/** Per cent, or a price, with at most eight digits after the point. */
const number = z
  .string()
  .regex(/^-?\d{1,4}(\.\d{1,6})?$/, { message: "a number with at most 6 digits after the point" });
const units = z.int().min(1).max(1_000_000);
const coupon = z.int().min(1).max(40);
const elections = z
  .array(z.strictObject({ investor: z.string(), units }))
  .min(1)
  .max(100);
const early = z.strictObject({ from: date, until: date, date, price: amount });

const note = z.strictObject({
  name: z.string().min(1).max(31),
  isin: checkedBy(parseIsin),
  symbol: z.string().min(1).max(31),
  units,
  denomination: amount,
  index: z.string().min(1),
  /** Per cent a year, on the fixing. */
  spread: number,
  /** Per cent a year. */
  highestRate: number,
  /** Index of the e-HKD's price in e-CNY. */
  priceIndex: z.string().min(1),
  issueDate: date,
  couponDates: z.array(date).min(1).max(40),
  /** Record date, days before payment. */
  recordDays: z.int().min(1).max(30),
  /** Of a unit's nominal, with each coupon. */
  instalments: z.array(amount),
  puts: z.array(early).max(10),
  calls: z.array(early).max(10),
  /** Per cent of the units outstanding, and of the votes for and against. */
  quorum: number,
  majority: number,
  meetingNoticeDays: z.int().min(0).max(90),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  issuer: party,
  investors: z.array(party).min(2).max(8),
  /** Institution that publishes both indices. */
  fixingAgent: checkedBy(parseBic),
  note,
  allotment: elections,
  fixings: z.array(z.strictObject({ coupon, date, rate: number })),
  /** Who is paid in e-CNY, and the price of an e-HKD on the record day. */
  choices: z.array(z.strictObject({ coupon, investor: z.string(), price: number })),
  /** Whose wallet is frozen from the record date until a day. */
  frozen: z.array(z.strictObject({ coupon, investor: z.string(), lifted: date })),
  meeting: z.strictObject({
    coupon,
    convened: date,
    resolution: z.string().min(1),
    votes: z.array(z.strictObject({ investor: z.string(), vote: z.enum(["for", "against", "abstain"]) })),
    result: z.enum(["carried", "lost", "inquorate"]),
  }),
  tender: z.strictObject({ opened: date, until: date, payment: date, most: units, price: amount, elections }),
  put: z.strictObject({ number: z.int().min(1), elections }),
  call: z.strictObject({ number: z.int().min(1), notice: date }),
});

/** A checked input file of the scenario. */
export type CorporateActionsInput = z.infer<typeof schema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<CorporateActionsInput> {
  const input = await readJson(path, schema);
  const refuse = refusing(path);
  checkNames(input, refuse);
  const { note: of, allotment, put, call } = input;
  const placed = allotment.reduce((sum, { units: each }) => sum + each, 0);
  if (placed !== of.units) refuse(`the allotment is ${placed} units of ${of.units}; place the whole issue`);
  if (of.instalments.length !== of.couponDates.length) {
    refuse(`there are ${of.instalments.length} instalments for ${of.couponDates.length} coupons; give one for each`);
  }
  if (of.puts[put.number - 1] === undefined) refuse(`put ${put.number} is not in the note's terms; name one that is`);
  if (of.calls[call.number - 1] === undefined)
    refuse(`call ${call.number} is not in the note's terms; name one that is`);
  for (const { coupon: k } of [...input.fixings, ...input.choices, ...input.frozen, input.meeting]) {
    if (k > of.couponDates.length) refuse(`coupon ${k} does not exist; the note has ${of.couponDates.length}`);
  }
  return input;
}

function checkNames({ investors, ...input }: CorporateActionsInput, refuse: Refuse): void {
  const names = new Set(investors.map(({ name }) => name));
  if (names.size !== investors.length) refuse("two investors have the same name; name each differently");
  const { allotment, choices, frozen, meeting, tender, put } = input;
  for (const list of [allotment, choices, frozen, meeting.votes, tender.elections, put.elections]) {
    const named = list.map(({ investor }) => investor);
    const unknown = named.find((name) => !names.has(name));
    if (unknown !== undefined) refuse(`"${unknown}" is no investor of the file; add it or name another`);
    const once = list === allotment || list === tender.elections || list === put.elections;
    if (once && new Set(named).size !== named.length) refuse("an investor's units stand in two lines; give it one");
  }
}
