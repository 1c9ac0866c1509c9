import { z } from "zod";
import { parseDate } from "../../../sdk/calendar.js";
import { UserError, checkedBy } from "../../../sdk/errors.js";
import { readJson } from "../../../sdk/files.js";
import { minor } from "../../../sdk/money.js";

const amount = checkedBy((text) => minor(text));
/** Position among the institutions of the mainland. */
const member = z.int().min(0).max(3);
const paymentSchema = z.strictObject({ from: member, to: member, amount });

const schema = z.strictObject({
  day: checkedBy(parseDate),
  sources: z.array(z.string()).min(1),
  /** What every institution has at first, in each currency. */
  opening: amount,
  openingHkd: amount,
  /** What the companies exchange. */
  amount,
  amountHkd: amount,
  netting: z.strictObject({
    payments: z.array(paymentSchema).min(1).max(32),
    /** The payment that its bank cannot make. */
    default: paymentSchema,
    /** What the bank has put up. */
    guarantee: amount,
  }),
});

/** A checked input file of the drills. */
export type DrillInput = z.infer<typeof schema>;

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<DrillInput> {
  const input = await readJson(path, schema);
  const { netting, opening, openingHkd, amount: cny, amountHkd } = input;
  for (const { from, to } of [...netting.payments, netting.default]) {
    if (from === to) throw new UserError(`${path}: a bank pays itself; name two banks.`);
  }
  if (minor(cny) * 4n > minor(opening) || minor(amountHkd, "HKD") * 4n > minor(openingHkd, "HKD")) {
    throw new UserError(`${path}: amount or amountHkd is more than a quarter of the opening; lower it.`);
  }
  const { from, amount: owed } = netting.default;
  const due = netting.payments
    .filter(({ to }) => to === from)
    .reduce((sum, payment) => sum + minor(payment.amount), 0n);
  if (minor(owed) <= minor(opening) + due) {
    throw new UserError(`${path}: the bank that is to default can pay; raise netting.default.amount.`);
  }
  const guarantee = minor(netting.guarantee);
  if (guarantee === 0n || guarantee >= minor(opening)) {
    throw new UserError(`${path}: netting.guarantee is nothing or more than the bank has; choose another.`);
  }
  if (netting.payments.some((payment) => payment.from === from)) {
    throw new UserError(`${path}: the bank that is to default makes other payments; leave it one.`);
  }
  for (let index = 0; index < 4; ++index) {
    const position = netting.payments.reduce(
      (sum, payment) =>
        sum +
        (payment.to === index ? minor(payment.amount) : 0n) -
        (payment.from === index ? minor(payment.amount) : 0n),
      minor(opening),
    );
    if (position < 0n)
      throw new UserError(`${path}: bank ${index} cannot pay its position either; lower its payments.`);
  }
  return input;
}
