import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic, parseIsin } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const bic = checkedBy(parseBic);
const currency = z.enum(["CNY", "HKD"]);

const account = z.strictObject({
  /** As messages identify it: an IBAN or another identification of at most 34 characters. */
  account: z.string().min(1).max(34),
  name: z.string().min(1).max(140),
  bank: bic,
  currency,
  walletClass: z.enum(["I", "II", "III", "IV", "corporate", "government"]),
  /** What it has before the first message and should have after the last. */
  opening: amount,
  closing: amount,
  /** Safekeeping account of the same holder. */
  safekeeping: z.string().min(1).max(35).optional(),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  /** Day on which the messages come in. */
  day: checkedBy(parseDate),
  /** Folder whose XML files are processed, in the order of their names. */
  folder: z.string().min(1),
  accounts: z.array(account).min(2).max(12),
  /** Institutions of the mainland that pay for themselves. */
  institutions: z.array(z.strictObject({ bic, opening: amount, closing: amount })),
  security: z.strictObject({
    isin: checkedBy(parseIsin),
    name: z.string().min(1).max(31),
    symbol: z.string().min(1).max(31),
    currency,
    size: amount,
    denomination: amount,
    /** Per cent a year. */
    couponRate: amount,
    maturity: checkedBy(parseDate),
    /** Account of the issuer, which holds the whole issue at first. */
    issuer: z.string(),
    /** Units by account after the last message. */
    holdings: z.record(z.string(), z.int().min(0)),
  }),
  /** Status and reason codes that go back, by file. */
  expected: z.record(
    z.string(),
    z.strictObject({ status: z.enum(["ACSC", "PART", "RJCT", "settled", "unmatched"]), codes: z.array(z.string()) }),
  ),
});

/** A checked input file of the scenario. */
export type InboxInput = z.infer<typeof schema>;
/** An account of it. */
export type AccountInput = InboxInput["accounts"][number];

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<InboxInput> {
  const input = await readJson(path, schema);
  const { accounts, security } = input;
  const names = accounts.flatMap(({ account: name, safekeeping }) => [name, safekeeping ?? []].flat());
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new UserError(`${path}: the account ${repeated} is named twice; name it once.`);
  const holders = accounts.filter(({ safekeeping }) => safekeeping !== undefined).map((each) => each.account);
  const stranger = [security.issuer, ...Object.keys(security.holdings)].find((name) => !holders.includes(name));
  if (stranger !== undefined) {
    throw new UserError(`${path}: ${stranger} holds the security and has no safekeeping account; add it to accounts.`);
  }
  return input;
}
