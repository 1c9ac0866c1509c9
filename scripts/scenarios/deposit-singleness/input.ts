import { z } from "zod";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";
import { depositBank, dollars, hoursOf, timeOfDay } from "../deposits.js";

const form = z.enum(["deposit", "money"]);

const paymentSchema = z.strictObject({
  date: checkedBy(parseDate),
  time: timeOfDay,
  from: z.string().min(1),
  to: z.string().min(1),
  /** What the payer gives and the payee gets: its deposits, or central bank money. */
  gives: form,
  gets: form,
  amount: dollars,
  /** Carried by somebody else with the payer's signature. */
  signed: z.boolean().optional(),
  /** Name of the error that it must be refused with; nothing moves then. */
  refused: z.string().min(1).optional(),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  banks: z.array(depositBank).min(2).max(4),
  customers: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        bank: checkedBy(parseBic),
        /** Deposits that its bank has lent it. */
        loan: dollars,
        /** Frozen by an order before the first payment. */
        frozen: z.boolean().optional(),
      }),
    )
    .min(2)
    .max(10),
  payments: z.array(paymentSchema).min(1),
});

/** A checked input file of the scenario. */
export type SinglenessInput = z.infer<typeof schema>;
/** One payment of it. */
export type PaymentInput = z.infer<typeof paymentSchema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<SinglenessInput> {
  const input = await readJson(path, schema);
  const { banks, customers, payments } = input;
  const names = new Set(customers.map(({ name }) => name));
  if (names.size !== customers.length) {
    throw new UserError(`${path}: two customers have one name; name each differently.`);
  }
  if (new Set(banks.map(({ bic }) => bic)).size !== banks.length) {
    throw new UserError(`${path}: a bank is named twice; name each once.`);
  }
  for (const { name, bank } of customers) {
    if (!banks.some(({ bic }) => bic === bank)) {
      throw new UserError(`${path}: the bank of ${name}, ${bank}, is not among banks; add it.`);
    }
  }
  let last = 0;
  for (const { from, to, date, time, gives, gets, amount } of payments) {
    for (const name of [from, to]) {
      if (!names.has(name)) throw new UserError(`${path}: nobody is called ${name}; add it to customers.`);
    }
    if (from === to && gives === gets) {
      throw new UserError(`${path}: ${from} pays itself in the form it has; change gives or gets.`);
    }
    if (minor(amount, "HKD") === 0n)
      throw new UserError(`${path}: a payment of ${from} is of nothing; state an amount.`);
    const moment = parseDay(date) * 24 + hoursOf(time);
    if (moment < last)
      throw new UserError(`${path}: the payments are out of order at ${date} ${time}; put them in order.`);
    last = moment;
  }
  if (payments.every(({ refused }) => refused !== undefined)) {
    throw new UserError(`${path}: every payment is refused; add one that goes through.`);
  }
  return input;
}
