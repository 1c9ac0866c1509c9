import { z } from "zod";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const date = checkedBy(parseDate);
const name = z.string().min(1);
/** Name of a contract's error: the refusal that is expected. */
const refused = z
  .string()
  .regex(/^[A-Z]\w+$/)
  .optional();

const eventSchema = z.discriminatedUnion("what", [
  /** From the supplier over its hauler to the contractor. */
  z.strictObject({ what: z.literal("deliver"), day: date, batch: name }),
  z.strictObject({ what: z.literal("inspect"), day: date, batch: name, inspector: name, passed: z.boolean(), refused }),
  z.strictObject({ what: z.literal("certify"), day: date, amount, batches: z.array(name).min(1), refused }),
]);

const schema = z.strictObject({
  title: name,
  sources: z.array(z.string()).min(1),
  /** Institution of everybody's wallets. */
  bank: checkedBy(parseBic),
  opens: date,
  expires: date,
  funder: z.strictObject({ name, amount }),
  contractor: z.strictObject({ name, amount }),
  suppliers: z
    .array(z.strictObject({ name, hauler: name }))
    .min(1)
    .max(2),
  inspectors: z.array(name).min(1).max(2),
  batches: z
    .array(
      z.strictObject({
        ...{ name, kind: z.enum(["steel", "tree"]), supplier: name, origin: name },
        /** Kilograms of steel, pieces of trees. */
        quantity: z.int().min(1),
      }),
    )
    .min(1),
  events: z.array(eventSchema).min(1),
});

/** A checked input file of the scenario. */
export type BeamsInput = z.infer<typeof schema>;
/** Something that happens. */
export type BeamsEvent = BeamsInput["events"][number];

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<BeamsInput> {
  const input = await readJson(path, schema);
  const days = [input.opens, ...input.events.map(({ day }) => day), input.expires];
  if (days.some((day, index) => index > 0 && parseDay(day) < parseDay(days[index - 1] ?? day))) {
    throw new UserError(`${path}: the days of the events are out of order; put them in order.`);
  }
  const batches = input.batches.map((batch) => batch.name);
  const suppliers = input.suppliers.map((supplier) => supplier.name);
  if (new Set(batches).size !== batches.length) {
    throw new UserError(`${path}: two batches have one name; name each differently.`);
  }
  for (const { supplier } of input.batches) requireKnown(path, "supplier", suppliers, supplier);
  for (const event of input.events) {
    const named = event.what === "certify" ? event.batches : [event.batch];
    for (const one of named) requireKnown(path, "batch", batches, one);
    if (event.what === "inspect") requireKnown(path, "inspector", input.inspectors, event.inspector);
  }
  return input;
}

function requireKnown(path: string, kind: string, known: readonly string[], one: string): void {
  if (!known.includes(one)) throw new UserError(`${path}: there is no ${kind} named ${one}; correct the name.`);
}
