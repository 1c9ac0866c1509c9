import { z } from "zod";
import { parseDate, parseDay } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
const date = checkedBy(parseDate);
const bic = checkedBy(parseBic);
const percent = z.int().min(0).max(100);
const units = z.int().min(1).max(1_000);

const memberSchema = z.strictObject({
  name: z.string().min(1),
  card: z.enum(["visits", "months"]),
  bought: date,
  /** Days on which the member trains and confirms a visit; empty for a card by the month. */
  visits: z.array(date),
  /** Day on which the member asks for everything unused. */
  coolsOff: date.optional(),
  dispute: z
    .strictObject({
      opened: date,
      /** Day of the arbiter's ruling; without it the dispute is open when the gym closes. */
      ruled: date.optional(),
      /** Units that the arbiter gives to the gym. */
      award: z.int().min(0).optional(),
    })
    .optional(),
});

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  gym: z.strictObject({ name: z.string().min(1), bank: bic, opened: date, closed: date }),
  /** Institution of the members' wallets. */
  membersBank: bic,
  cards: z.strictObject({
    visits: z.strictObject({ unit: z.string().min(1), unitPrice: amount, units }),
    months: z.strictObject({ unit: z.string().min(1), unitPrice: amount, units, periodDays: z.int().min(1).max(366) }),
  }),
  coolingOffDays: z.int().min(7).max(90),
  validityDays: z.int().min(8).max(3_660),
  arbitrationDays: z.int().min(1).max(366),
  awardLimit: z.int().min(0),
  /** Days on which the gym collects what the schedule has made due. */
  collections: z.array(date),
  members: z.array(memberSchema).min(1).max(16),
  /** What a creditor without security gets of its claim, for the comparison. */
  unsecured: z.strictObject({ dividendPercent: percent }),
  /** What was recovered at a closure that was reported. */
  publishedRecoveryPercent: percent,
});

/** A checked input file of the scenario. */
export type GymInput = z.infer<typeof schema>;
/** A member and what it does. */
export type MemberInput = z.infer<typeof memberSchema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<GymInput> {
  const input = await readJson(path, schema);
  const { gym, members, cards, awardLimit, collections } = input;
  if (gym.bank === input.membersBank) {
    throw new UserError(`${path}: gym.bank and membersBank are the same; name two institutions.`);
  }
  requireOrder(path, "the gym opens and closes", [gym.opened, gym.closed]);
  for (const day of collections) requireOrder(path, "collections", [gym.opened, day, gym.closed]);
  if (new Set(members.map(({ name }) => name)).size !== members.length) {
    throw new UserError(`${path}: two members have one name; name each differently.`);
  }
  if (awardLimit > Math.min(cards.visits.units, cards.months.units)) {
    throw new UserError(`${path}: awardLimit is more than a card has units; lower it.`);
  }
  const { units, periodDays } = cards.months;
  if (units * periodDays >= input.validityDays || periodDays < input.coolingOffDays) {
    throw new UserError(
      `${path}: the months of a card must end before validityDays, and none within coolingOffDays; change periodDays.`,
    );
  }
  for (const member of members) requireMember(path, input, member);
  if (members.every(({ coolsOff, dispute }) => coolsOff !== undefined || dispute?.ruled !== undefined)) {
    throw new UserError(`${path}: no card is running when the gym closes; add a member that stays.`);
  }
  return input;
}

function requireMember(path: string, input: GymInput, member: MemberInput): void {
  const { gym, cards, coolingOffDays, validityDays } = input;
  const { name, card, bought, visits, coolsOff, dispute } = member;
  if (card === "months" && (visits.length !== 0 || (dispute?.award ?? 0) !== 0)) {
    throw new UserError(`${path}: ${name} has a card by the month, which no visit or award uses; remove them.`);
  }
  if (visits.length + (dispute?.award ?? 0) > cards.visits.units) {
    throw new UserError(`${path}: ${name} uses more visits than the card has; remove some.`);
  }
  if (coolsOff !== undefined && dispute !== undefined) {
    throw new UserError(`${path}: ${name} cools off and disputes; choose one.`);
  }
  const end = coolsOff ?? dispute?.opened ?? gym.closed;
  requireOrder(path, `${name}'s card`, [gym.opened, bought, ...visits, end, gym.closed]);
  if (coolsOff !== undefined && parseDay(coolsOff) - parseDay(bought) >= coolingOffDays) {
    throw new UserError(`${path}: ${name} cools off after ${coolingOffDays} days or more; choose an earlier day.`);
  }
  if (parseDay(gym.closed) - parseDay(bought) >= validityDays) {
    throw new UserError(`${path}: ${name}'s card expires before the gym closes; raise validityDays.`);
  }
  if (dispute !== undefined) requireDispute(path, input, name, dispute);
}

function requireDispute(
  path: string,
  { gym, awardLimit, arbitrationDays }: GymInput,
  name: string,
  { opened, ruled, award }: NonNullable<MemberInput["dispute"]>,
): void {
  if ((ruled === undefined) !== (award === undefined)) {
    throw new UserError(`${path}: ${name}'s ruling needs both ruled and award; give both or neither.`);
  }
  if (ruled !== undefined) requireOrder(path, `${name}'s dispute`, [opened, ruled, gym.closed]);
  if (parseDay(ruled ?? gym.closed) - parseDay(opened) >= arbitrationDays) {
    throw new UserError(`${path}: ${name}'s dispute is open for ${arbitrationDays} days or more; shorten it.`);
  }
  if ((award ?? 0) > awardLimit) {
    throw new UserError(`${path}: ${name}'s ruling awards more than awardLimit; lower it.`);
  }
}

function requireOrder(path: string, what: string, days: readonly string[]): void {
  const wrong = days.some((day, index) => index > 0 && parseDay(day) < parseDay(days[index - 1] ?? day));
  if (wrong) throw new UserError(`${path}: the days of ${what} are out of order; put them in order.`);
}
