import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const customerClass = z.enum(["I", "II", "III", "IV", "corporate"]);

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  /** Day of the first payment. */
  firstDay: checkedBy(parseDate),
  /** Institution whose customers the wallets are. */
  bank: checkedBy(parseBic),
  /** Institution of the shop that everybody pays. */
  otherBank: checkedBy(parseBic),
  /** Classes of wallets to try. */
  classes: z.array(customerClass).min(1).max(5),
  /** Limits that have been published and must be in force, by class. */
  published: z.partialRecord(
    customerClass,
    z.strictObject({ balance: amount, single: amount, day: amount, year: amount }),
  ),
});

/** A checked input file of the scenario. */
export type TwoTierInput = z.infer<typeof schema>;
/** Classes of customers' wallets. */
export type CustomerClass = z.infer<typeof customerClass>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<TwoTierInput> {
  const input = await readJson(path, schema);
  if (new Set(input.classes).size !== input.classes.length) {
    throw new UserError(`${path}: a class is named twice; name each once.`);
  }
  if (input.bank === input.otherBank) {
    throw new UserError(
      `${path}: bank and otherBank are the same; a payment to the own bank is redemption, name another.`,
    );
  }
  const unnamed = Object.keys(input.published).find((name) => !input.classes.some((each) => each === name));
  if (unnamed !== undefined)
    throw new UserError(`${path}: published limits of ${unnamed}, which is not tried; add it to classes.`);
  return input;
}
