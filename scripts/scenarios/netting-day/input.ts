import { dirname, join } from "node:path";
import { z } from "zod";
import { REASONS } from "../../../sdk/bridge/netting.js";
import { parseDate } from "../../../sdk/calendar.js";
import { BRIDGE_CODES } from "../../../sdk/deploy/bridgeParameters.js";
import { UserError, checkedBy, validate } from "../../../sdk/errors.js";
import { readJson, readText } from "../../../sdk/files.js";
import { parseBic } from "../../../sdk/identifiers.js";
import { parseMessage, type Message } from "../../../sdk/iso20022.js";
import { decimal, minor } from "../../../sdk/money.js";
import { parseRate } from "../../../sdk/rates.js";

const amount = checkedBy((text) => minor(text));
const bic = checkedBy(parseBic);
const code = z.enum(BRIDGE_CODES);
const rate = checkedBy((text) => parseRate(text));

const itemSchema = z.strictObject({
  name: z.string().min(1),
  from: bic,
  to: bic,
  currency: code,
  amount,
  priority: z.int().min(0).max(255).default(0),
  /** What is given for it, in an exchange. */
  against: z.strictObject({ currency: code, amount }).optional(),
});

/** A message that stands for the items it asks for: pacs.009, between banks of the ledger. */
const messageSchema = z.strictObject({ message: z.string().min(1) });

const schema = z.strictObject({
  title: z.string().min(1),
  sources: z.array(z.string()).min(1),
  day: checkedBy(parseDate),
  /** Money that banks are issued at home in the morning. */
  issues: z.array(z.strictObject({ bank: bic, amount })),
  /** The most that a bank may owe in a currency in one cycle. */
  caps: z.array(z.strictObject({ bank: bic, currency: code, amount })),
  /** Both central banks' reference for the day's exchanges. */
  rate: z.strictObject({ base: code, counter: code, rate, width: rate }),
  cycles: z
    .array(
      z.strictObject({
        title: z.string().min(1),
        /** Queued before the cycle begins, in this order; a message is a file beside this one. */
        items: z.array(z.union([itemSchema, messageSchema])),
        /** Published sums of the payments of one currency, if there are any. */
        published: z.strictObject({ currency: code, gross: amount, net: amount }).optional(),
        /** Items that are expected to stay, and why. */
        leftOut: z.record(z.string(), z.enum(REASONS)),
      }),
    )
    .min(1)
    .max(7),
  /** Items that are expected to be released at the end of the day. */
  unwound: z.array(z.string()),
});

/** An item of the day. */
export type DayItem = z.infer<typeof itemSchema>;
type Cycle = Omit<z.infer<typeof schema>["cycles"][number], "items"> & { readonly items: readonly DayItem[] };
/** A checked input file of the scenario, messages read. */
export type NettingDayInput = Omit<z.infer<typeof schema>, "cycles"> & { readonly cycles: readonly Cycle[] };

/**
 * Reads and checks an input file.
 * @throws UserError in one sentence for the first rule that does not hold.
 */
export async function readInput(path: string): Promise<NettingDayInput> {
  const { cycles, ...rest } = await readJson(path, schema);
  const read = async ({ items, ...cycle }: (typeof cycles)[number]): Promise<Cycle> => {
    const all = items.map(async (item) => ("message" in item ? itemsOf(join(dirname(path), item.message)) : [item]));
    return { ...cycle, items: (await Promise.all(all)).flat() };
  };
  const input = { ...rest, cycles: await Promise.all(cycles.map(read)) };
  const names = input.cycles.flatMap(({ items }) => items.map(({ name }) => name));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UserError(`${path}: two items are called ${twice}; rename one of them.`);
  const unknown = [...input.cycles.flatMap(({ leftOut }) => Object.keys(leftOut)), ...input.unwound].find(
    (name) => !names.includes(name),
  );
  if (unknown !== undefined) throw new UserError(`${path}: no item is called ${unknown}; correct the name.`);
  return input;
}

/**
 * The payments of a pacs.009, as items; each is called by its end-to-end identification.
 * @throws UserError that names the file, and what of it is wrong.
 */
async function itemsOf(path: string): Promise<DayItem[]> {
  const { type, body } = readMessage(path, await readText(path));
  if (type !== "pacs.009") throw new UserError(`${path}: a ${type} is no payment between banks; give a pacs.009.`);
  return (body.CdtTrfTxInf ?? []).map(({ PmtId, Dbtr, Cdtr, IntrBkSttlmAmt: paid }) => {
    const item = {
      ...{ name: PmtId.EndToEndId, from: Dbtr.FinInstnId.BICFI, to: Cdtr.FinInstnId.BICFI },
      ...{ currency: paid.currency, amount: decimal(paid.minor) },
    };
    return validate(itemSchema, item, `${path}, ${PmtId.EndToEndId}`);
  });
}

function readMessage(path: string, text: string): Message {
  try {
    return parseMessage(text);
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${path}: ${error.message}`) : error;
  }
}
