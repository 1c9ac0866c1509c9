import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";
import { grantSchema } from "../../../sdk/operations/families.js";

const MOMENT = /^(\d{4}-\d{2}-\d{2}) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/;
const amount = checkedBy((text) => minor(text));
const name = z.string().min(1);
const moment = checkedBy((text) => secondsOf(text));

const personSchema = z.strictObject({
  name,
  /** What the bank knows of the person: nothing on chain depends on it but the class. */
  kind: z.enum(["resident", "Hong Kong resident", "visitor"]),
  wallets: z
    .array(z.strictObject({ name, class: z.enum(["I", "II", "III", "IV"]), funds: amount }))
    .min(1)
    .max(4),
});

const companySchema = z.strictObject({
  name,
  /** Whether customers of the other bank hold it, so that a payment to it is no redemption. */
  bank: z.enum(["bank", "otherBank"]),
  funds: amount,
  subWallets: z.array(
    z.strictObject({
      name,
      funds: amount,
      grant: grantSchema,
      /** UTC+8. */
      expires: moment,
      /** Names of wallets that alone may be paid; anybody if it is missing. */
      payees: z.array(name).min(1).optional(),
    }),
  ),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  day: checkedBy(parseDate),
  bank: checkedBy(parseBic),
  otherBank: checkedBy(parseBic),
  /** A person that tries to pay more than its limit by several wallets. */
  splitter: name,
  people: z.array(personSchema).min(1).max(16),
  companies: z.array(companySchema).min(1).max(8),
  /** In the order of their times, UTC+8; `to` is a wallet or `the bank`. */
  payments: z.array(z.strictObject({ at: moment, from: name, to: name, amount, what: z.string().min(1) })).min(1),
});

/** A checked input file of the scenario. */
export type RetailInput = z.infer<typeof schema>;

/** Seconds from the beginning of 1970, UTC+8 read as if it were UTC less eight hours: Unix time. */
export function secondsOf(text: string): number {
  const [, day = "", hours = "", minutes = "", seconds = ""] = MOMENT.exec(text) ?? [];
  if (day === "") throw new UserError(`"${text}" is no time; write it like 2026-12-31 23:59:59.`);
  return parseDate(day) + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<RetailInput> {
  const input = await readJson(path, schema);
  if (input.bank === input.otherBank) {
    throw new UserError(`${path}: bank and otherBank are the same; name two institutions.`);
  }
  const wallets = [
    ...input.people.flatMap((person) => person.wallets.map((wallet) => wallet.name)),
    ...input.companies.flatMap((company) => [company.name, ...company.subWallets.map((sub) => sub.name)]),
  ];
  if (new Set(wallets).size !== wallets.length) {
    throw new UserError(`${path}: two wallets have one name; name each differently.`);
  }
  const known = new Set(wallets);
  const named = [
    ...input.payments.map(({ from }) => from),
    ...input.payments.flatMap(({ to }) => (to === "the bank" ? [] : [to])),
    ...input.companies.flatMap(({ subWallets }) => subWallets.flatMap(({ payees }) => payees ?? [])),
  ];
  const unknown = named.find((each) => !known.has(each));
  if (unknown !== undefined) throw new UserError(`${path}: there is no wallet "${unknown}"; open it or name another.`);
  const times = input.payments.map(({ at }) => secondsOf(at));
  const late = times.findIndex((time, index) => index > 0 && time <= (times[index - 1] ?? time));
  if (late !== -1) {
    throw new UserError(`${path}: payment ${late + 1} is not after the one before it; put them in order.`);
  }
  if ((times[0] ?? 0) < parseDate(input.day) + 8 * 3_600) {
    throw new UserError(`${path}: the first payment is before 08:00 of the day; the morning is for opening wallets.`);
  }
  const splitter = input.people.find((person) => person.name === input.splitter);
  if (splitter === undefined || splitter.wallets.length < 2) {
    throw new UserError(`${path}: splitter has to name a person with several wallets.`);
  }
  return input;
}
