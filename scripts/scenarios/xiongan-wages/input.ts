import { z } from "zod";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const date = checkedBy(parseDate);
const name = z.string().min(1);
const share = z.int().min(0).max(10_000);

const schema = z.strictObject({
  title: name,
  sources: z.array(z.string()).min(1),
  /** Institution of everybody's wallets. */
  bank: checkedBy(parseBic),
  opens: date,
  /** The works are measured, and wages paid. */
  measured: date,
  defectsOver: date,
  expires: date,
  funders: z.array(z.strictObject({ name, amount })).min(1).max(2),
  lines: z
    .array(z.strictObject({ name, budget: amount }))
    .min(1)
    .max(16),
  /** Let by the owner out of the first line. */
  main: z.strictObject({ contractor: name, amount }),
  /** Let on by the general contractor; shares are parts of 10,000. */
  part: z.strictObject({ contractor: name, amount, wageShare: share, retention: share, defectsDays: z.int().min(1) }),
  change: z.strictObject({ contract: z.literal("part"), amount }),
  certificate: z.strictObject({ amount }),
  /** What is neither wages nor kept is theirs, by shares. */
  suppliers: z
    .array(z.strictObject({ name, share: z.int().min(1) }))
    .min(1)
    .max(2),
  payroll: z.strictObject({
    /** Year and month in digits. */
    month: z.int().min(202_001).max(209_912),
    workers: z.int().min(1).max(2_000),
    /** Workers a transaction. */
    page: z.int().min(1).max(200),
    /** Pages that are paid before the carrier fails. */
    brokenOffAfter: z.int().min(1),
    /** The lowest wage, and by how much each grade is above the one before. */
    wage: amount,
    step: amount,
    grades: z.int().min(1).max(100),
    /** How many have a wallet without a checked identity, and how many are frozen on the day. */
    withoutIdentity: z.int().min(0),
    frozen: z.int().min(0),
  }),
});

/** A checked input file of the scenario. */
export type WagesInput = z.infer<typeof schema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<WagesInput> {
  const input = await readJson(path, schema);
  const { payroll, funders, lines } = input;
  const days = [input.opens, input.measured, input.defectsOver, input.expires];
  if (days.some((day, index) => index > 0 && parseDay(day) <= parseDay(days[index - 1] ?? day))) {
    throw new UserError(`${path}: the days of the project are out of order; put them in order.`);
  }
  const sum = (amounts: readonly string[]) => amounts.reduce((total, one) => total + minor(one), 0n);
  if (sum(funders.map((one) => one.amount)) !== sum(lines.map(({ budget }) => budget))) {
    throw new UserError(`${path}: funders and lines do not sum alike; make the budget what is funded.`);
  }
  if (payroll.month % 100 < 1 || payroll.month % 100 > 12) {
    throw new UserError(`${path}: ${payroll.month} is no month; write year and month, 202607.`);
  }
  if (payroll.brokenOffAfter >= Math.ceil(payroll.workers / payroll.page)) {
    throw new UserError(`${path}: the payroll is over before it is broken off; break it off earlier.`);
  }
  if (payroll.withoutIdentity + payroll.frozen > payroll.page) {
    throw new UserError(`${path}: more workers cannot be paid than a page has; lower one of the two numbers.`);
  }
  return input;
}
