import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";
import { parseRate } from "../../../sdk/rates.js";

const amount = checkedBy((text) => minor(text));
const bic = checkedBy(parseBic);
const rate = checkedBy((text) => parseRate(text));

/** A person with one wallet on its side. */
const person = z.strictObject({
  name: z.string().min(1).max(140),
  side: z.enum(["mainland", "hongkong"]),
  bank: bic,
  /** Number of the identity document: commitments are made of it, nothing else sees it. */
  document: z.string().min(6),
  /** As messages identify the account. */
  account: z.string().min(1).max(34),
});

const flow = z.strictObject({ count: z.int().min(1), average: amount });

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  day: checkedBy(parseDate),
  /** Hours, UTC+8: the first and the last of the day. */
  hours: z.strictObject({ from: z.int().min(0).max(23), to: z.int().min(1).max(24) }),
  /** Published counts and averages in renminbi. */
  published: z.strictObject({ northbound: flow, southbound: flow }),
  /** One payment here stands for so many. */
  scale: z.int().min(1),
  /** Southbound payments sent in one transaction. */
  bundle: z.int().min(1).max(40),
  seed: z.int().min(0),
  rates: z.strictObject({ hkdPerCny: rate, usdPerCny: rate }),
  participants: z.strictObject({ mainland: z.array(bic).min(1), hongkong: z.array(bic).min(1) }),
  people: z.array(person).min(4).max(24),
  /** Folder of pacs.008 messages that come in after the day's payments. */
  messages: z.string().min(1),
  /** Status and reason codes that go back, by file. */
  expected: z.record(
    z.string(),
    z.strictObject({ status: z.enum(["ACSC", "PART", "RJCT"]), codes: z.array(z.string()) }),
  ),
});

/** A checked input file of the scenario. */
export type ConnectInput = z.infer<typeof schema>;
/** A person of it. */
export type PersonInput = ConnectInput["people"][number];

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<ConnectInput> {
  const input = await readJson(path, schema);
  const { people, participants, published, scale, hours } = input;
  for (const [way, { count }] of Object.entries(published)) {
    if (count % scale !== 0) {
      throw new UserError(`${path}: ${count} payments ${way} are no multiple of the scale ${scale}; choose a divisor.`);
    }
  }
  if (hours.from >= hours.to) throw new UserError(`${path}: the day ends before it begins; exchange the hours.`);
  const accounts = people.map(({ account }) => account);
  const repeated = accounts.find((account, index) => accounts.indexOf(account) !== index);
  if (repeated !== undefined) throw new UserError(`${path}: the account ${repeated} is named twice; name it once.`);
  for (const { name, side, bank } of people) {
    if (participants[side].includes(bank)) continue;
    throw new UserError(`${path}: the bank ${bank} of ${name} takes no part; add it to the participants.`);
  }
  for (const side of ["mainland", "hongkong"] as const) {
    if (people.some((each) => each.side === side)) continue;
    throw new UserError(`${path}: nobody lives on the side ${side}; name at least one person there.`);
  }
  return input;
}
