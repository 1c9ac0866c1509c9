import { z } from "zod";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const date = checkedBy(parseDate);
const bic = checkedBy(parseBic);
const days = z.int().min(1).max(366);

const flatSchema = z.strictObject({
  unit: z.string().min(1),
  tenant: z.string().min(1),
  rent: amount,
  deposit: amount,
  start: date,
  periods: z.int().min(1).max(24),
  /** Periods whose rent is paid. */
  paid: z.int().min(0).max(24),
  /** Day on which the tenant moves out. */
  returned: date,
  claim: z
    .strictObject({
      amount,
      claimed: date,
      /** The tenant accepts; the arbiter rules; the arbiter is silent. */
      outcome: z.enum(["accepted", "ruled", "silence"]),
      award: amount.optional(),
      decided: date,
    })
    .optional(),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  landlord: z.strictObject({ name: z.string().min(1), bank: bic }),
  tenantsBank: bic,
  opened: date,
  titlesUntil: date,
  periodDays: days,
  inspectionDays: days,
  arbitrationDays: days,
  flats: z.array(flatSchema).min(1).max(12),
});

/** A checked input file of the scenario. */
export type RentalInput = z.infer<typeof schema>;
/** A flat and what becomes of its lease. */
export type FlatInput = z.infer<typeof flatSchema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<RentalInput> {
  const input = await readJson(path, schema);
  const { flats, landlord, tenantsBank } = input;
  if (landlord.bank === tenantsBank) {
    throw new UserError(`${path}: landlord.bank and tenantsBank are the same; name two institutions.`);
  }
  for (const key of ["unit", "tenant"] as const) {
    if (new Set(flats.map((flat) => flat[key])).size !== flats.length) {
      throw new UserError(`${path}: two flats have one ${key}; name each differently.`);
    }
  }
  for (const flat of flats) requireFlat(path, input, flat);
  return input;
}

function requireFlat(path: string, input: RentalInput, flat: FlatInput): void {
  const { unit, start, periods, paid, returned, claim, deposit } = flat;
  if (paid > periods) throw new UserError(`${path}: ${unit} is paid for more periods than it has; lower paid.`);
  const end = parseDay(start) + periods * input.periodDays;
  if (parseDay(returned) < end || parseDay(returned) > end + 30) {
    throw new UserError(`${path}: ${unit} is returned before its term ends, or a month later; choose another day.`);
  }
  requireOrder(path, unit, [
    input.opened,
    start,
    returned,
    ...(claim === undefined ? [] : [claim.claimed, claim.decided]),
  ]);
  if (claim === undefined) return;
  if ((claim.outcome === "ruled") !== (claim.award !== undefined)) {
    throw new UserError(
      `${path}: the claim on ${unit} needs an award exactly when the arbiter rules; give or remove it.`,
    );
  }
  if (minor(claim.amount) > minor(deposit) || minor(claim.award ?? "0.00") > minor(claim.amount)) {
    throw new UserError(`${path}: the claim on ${unit} or its award is too large; lower it.`);
  }
  if (parseDay(claim.claimed) - parseDay(returned) >= input.inspectionDays) {
    throw new UserError(`${path}: the claim on ${unit} comes after the inspection period; choose an earlier day.`);
  }
  const since = parseDay(claim.decided) - parseDay(claim.claimed);
  if (claim.outcome === "silence" ? since <= input.arbitrationDays : since >= input.arbitrationDays) {
    throw new UserError(`${path}: the decision about ${unit} does not fit arbitrationDays; choose another day.`);
  }
}

function requireOrder(path: string, what: string, all: readonly string[]): void {
  const wrong = all.some((day, index) => index > 0 && parseDay(day) < parseDay(all[index - 1] ?? day));
  if (wrong) throw new UserError(`${path}: the days of ${what} are out of order; put them in order.`);
}
