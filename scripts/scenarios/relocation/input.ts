import { z } from "zod";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const date = checkedBy(parseDate);
const bic = checkedBy(parseBic);
/** Square metres with two decimals; the same grammar as an amount. */
const area = checkedBy((text) => minor(text));
const months = z.int().min(0).max(120);

const householdSchema = z.strictObject({
  name: z.string().min(1),
  area,
  persons: z.int().min(1).max(20),
  businessMonths: months,
  agreed: date,
  objection: z.strictObject({ by: z.string().min(1), raised: date, decided: date, upheld: z.boolean() }).optional(),
  /** What the next survey says, when an objection was upheld. */
  correctedArea: area.optional(),
  agreedAgain: date.optional(),
  /** Frozen by a lawful order when everybody is paid. */
  frozen: z.boolean().optional(),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  authority: z.strictObject({ name: z.string().min(1), bank: bic }),
  householdsBank: bic,
  opened: date,
  budget: amount,
  fund: amount,
  publicityDays: z.int().min(7).max(366),
  reviewDays: z.int().min(1).max(366),
  formula: z.strictObject({
    pricePerSquareMetre: amount,
    resettlementPerPerson: amount,
    businessPerMonth: amount,
    earlyReward: amount,
    earlyUntil: date,
  }),
  levels: z.array(z.string().min(1)).min(1).max(8),
  pageSize: z.int().min(1).max(100),
  households: z.array(householdSchema).min(1).max(12),
  approved: date,
  paid: date,
  parkedPaid: date,
});

/** A checked input file of the scenario. */
export type RelocationInput = z.infer<typeof schema>;
/** A household and what becomes of its file. */
export type HouseholdInput = z.infer<typeof householdSchema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<RelocationInput> {
  const input = await readJson(path, schema);
  const { households, opened, approved, paid, parkedPaid, publicityDays } = input;
  const names = households.map(({ name }) => name);
  if (new Set(names).size !== names.length) {
    throw new UserError(`${path}: two households have one name; name each differently.`);
  }
  if (input.authority.bank === input.householdsBank) {
    throw new UserError(`${path}: authority.bank and householdsBank are the same; name two institutions.`);
  }
  requireOrder(path, "the project", [opened, approved, paid, parkedPaid]);
  for (const household of households) {
    const { name, agreed, objection, correctedArea, agreedAgain } = household;
    const falls = objection?.upheld === true;
    if (falls !== (correctedArea !== undefined) || falls !== (agreedAgain !== undefined)) {
      throw new UserError(
        `${path}: ${name} needs correctedArea and agreedAgain exactly when an objection is upheld; give or remove them.`,
      );
    }
    if (objection !== undefined && (objection.by === name || !names.includes(objection.by))) {
      throw new UserError(`${path}: the objection to ${name}'s agreement is by nobody else of the file; name another.`);
    }
    const until = addDays(agreed, publicityDays);
    if (objection !== undefined && parseDay(objection.raised) >= until) {
      throw new UserError(
        `${path}: the objection to ${name}'s agreement comes after its publicity; choose an earlier day.`,
      );
    }
    requireOrder(path, `${name}'s file`, [
      opened,
      agreed,
      ...(objection === undefined ? [] : [objection.raised, objection.decided]),
      ...(agreedAgain === undefined ? [] : [agreedAgain]),
      approved,
    ]);
    if (addDays(agreedAgain ?? agreed, publicityDays) > parseDay(approved)) {
      throw new UserError(`${path}: ${name}'s agreement is still public when it is approved; choose a later day.`);
    }
  }
  return input;
}

function addDays(day: string, days: number): number {
  return parseDay(day) + days;
}

function requireOrder(path: string, what: string, days: readonly string[]): void {
  const wrong = days.some((day, index) => index > 0 && parseDay(day) < parseDay(days[index - 1] ?? day));
  if (wrong) throw new UserError(`${path}: the days of ${what} are out of order; put them in order.`);
}
