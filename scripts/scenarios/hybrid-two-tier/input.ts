import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { checkedBy, refusing } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { minor } from "../../../sdk/money.js";

/** Transactions of one atomic group, on the chain that the model comes from. */
export const GROUP_LIMIT = 16;

const amount = checkedBy((text) => minor(text));
const name = z.string().min(1).max(40);

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  firstDay: checkedBy(parseDate),
  /** Licensed service provider of everybody at first. */
  provider: checkedBy(parseBic),
  /** Whom the first user moves to. */
  nextProvider: checkedBy(parseBic),
  /** `funds` is what the provider pays each of them first, in yuan. */
  users: z
    .array(z.strictObject({ name, walletClass: z.enum(["I", "II", "III", "IV", "corporate"]), funds: amount }))
    .min(2)
    .max(5),
  /** Payments that take effect all or none. */
  group: z
    .array(z.strictObject({ from: name, to: name, amount }))
    .min(2)
    .max(GROUP_LIMIT),
});

/** A checked input file of the scenario. */
export type HybridInput = z.infer<typeof schema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<HybridInput> {
  const input = await readJson(path, schema);
  const refuse = refusing(path);
  const { users, group, provider, nextProvider } = input;
  if (provider === nextProvider) refuse("provider and nextProvider are the same; name two institutions");
  const names = new Set(users.map((user) => user.name));
  if (names.size !== users.length) refuse("two users have one name; name each differently");
  for (const [index, { from, to }] of group.entries()) {
    for (const who of [from, to]) {
      if (!names.has(who)) refuse(`payment ${index + 1} of the group names ${who}, who is no user; add them to users`);
    }
    if (from === to) refuse(`payment ${index + 1} of the group is from ${from} to themselves; name another payee`);
  }
  const poor = users.find(({ name: who, funds }) => {
    const given = group.filter(({ from }) => from === who).reduce((sum, payment) => sum + minor(payment.amount), 0n);
    return given > minor(funds);
  });
  if (poor !== undefined) refuse(`${poor.name} gives more in the group than its funds; raise them`);
  return input;
}
