import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { BRIDGE_CODES } from "../../../sdk/deploy/bridgeParameters.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const code = z.enum(BRIDGE_CODES);

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  day: checkedBy(parseDate),
  /** Central bank that is not a member yet when the council begins its work, by its currency. */
  newcomer: code,
  /** Central bank that leaves at the end. */
  leaver: code,
  /** One of its banks, and what is outstanding with it when it wants to leave. */
  leaverBank: checkedBy(parseBic),
  outstanding: amount,
  /** Currency that its own central bank suspends. */
  suspended: code,
  /** A central bank lowers what another jurisdiction's banks together may hold of its currency. */
  limit: z.strictObject({ issuer: code, banksOf: code, holding: amount }),
  /** Text whose hash becomes the rulebook. */
  rulebook: z.string().min(1),
});

/** A checked input file of the scenario. */
export type GovernanceInput = z.infer<typeof schema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<GovernanceInput> {
  const input = await readJson(path, schema);
  const { newcomer, leaver, suspended, limit } = input;
  if (new Set([newcomer, leaver, suspended]).size !== 3) {
    throw new UserError(`${path}: newcomer, leaver and suspended are not three central banks; name three.`);
  }
  if (limit.issuer === limit.banksOf) {
    throw new UserError(`${path}: a corridor leads to another jurisdiction; name another than ${limit.issuer}.`);
  }
  return input;
}
