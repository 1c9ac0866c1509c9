import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../../sdk/errors.js";
import { writeAtomically } from "../../../sdk/files.js";
import {
  MessageError,
  RuleError,
  accountName,
  buildMessage,
  definitionOf,
  messageId,
  parseMessage,
  paymentsOf,
  peek,
  reasonOfRefusal,
  reasonOfRevert,
  rejection,
  statusReport,
  type Answer,
  type Directory,
  type Message,
  type MessageOf,
  type Outcome,
  type PaymentOrder,
  type Stamp,
} from "../../../sdk/iso20022.js";
import { formatMoney } from "../../../sdk/money.js";
import { revertData } from "../../../sdk/operations/refusal.js";
import { table } from "../../../sdk/table.js";
import type { ConnectInput } from "./input.js";
import { complete, offer, submit, type LinkStage, type Resident } from "./stage.js";

/** What became of a file. */
interface Processed {
  readonly file: string;
  readonly status: string;
  readonly codes: readonly string[];
  readonly note: string;
}

/** A desk that takes messages in. */
interface Desk {
  readonly stage: LinkStage;
  readonly input: ConnectInput;
  readonly people: readonly Resident[];
  readonly directory: Directory;
  readonly out: string;
}

/**
 * Every pacs.008 of the folder becomes payments over the link: the amount is in renminbi, the payer's side follows from its
 * account, the name of the creditor is what the payer has confirmed. Statuses go back as pacs.002.
 * @returns what a person reads.
 */
export async function runMessages(
  stage: LinkStage,
  input: ConnectInput,
  people: readonly Resident[],
  out: string,
): Promise<string> {
  await rm(out, { recursive: true, force: true });
  const desk: Desk = { stage, input, people, out, directory: await directoryOf(stage, input, people) };
  const files = await filesOf(input.messages);
  const processed: Processed[] = [];
  for (const file of files) processed.push(await processFile(desk, file));
  for (const { file, status, codes } of processed) {
    const expected = input.expected[file] ?? { status: "not expected", codes: [] };
    stage.checks.equal<string>(`${file}: status`, expected.status, status);
    stage.checks.equal<readonly string[]>(`${file}: reason codes`, expected.codes, codes);
  }
  stage.checks.equal("messages expected", Object.keys(input.expected).length, files.length);
  const rows = processed.map(({ file, status, codes, note }) => [file, status, codes.join(", "), note]);
  return table(["file", "status", "reason", "what happened"], rows);
}

async function filesOf(folder: string): Promise<string[]> {
  const found = await readdir(folder).catch(() => {
    throw new UserError(`${folder} cannot be read; name a folder of pacs.008 messages in the input.`);
  });
  return found.filter((name) => name.endsWith(".xml")).sort();
}

async function processFile(desk: Desk, file: string): Promise<Processed> {
  const text = await readFile(join(desk.input.messages, file), "utf8");
  try {
    const message = parseMessage(text);
    if (message.type !== "pacs.008") throw new RuleError("/Document", `the link takes pacs.008, not ${message.type}`);
    return await carryOut(desk, file, message);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    const reason = reasonOfRefusal(error);
    await answer(desk, file, rejection(peek(text), reason, stampOf(desk, file)));
    return { file, status: "RJCT", codes: [reason.code], note: error.message };
  }
}

/** @throws MessageError before anything is sent. */
async function carryOut(desk: Desk, file: string, message: MessageOf<"pacs.008">): Promise<Processed> {
  const orders = paymentsOf(message, desk.directory);
  const names = (message.body.CdtTrfTxInf ?? []).map(({ Cdtr }) => Cdtr.Nm ?? "");
  const answers: Answer[] = [];
  for (const [index, order] of orders.entries()) {
    answers.push({ ids: order.ids, outcome: await payOne(desk, order, names[index] ?? "") });
  }
  const original = { messageId: messageId(message), definition: definitionOf(message) };
  const report = statusReport(original, answers, stampOf(desk, file));
  await answer(desk, file, report);
  const codes = answers.flatMap(({ outcome }) => ("refused" in outcome ? [outcome.refused.code] : []));
  const notes = answers.map(({ outcome }, index) =>
    "refused" in outcome ? outcome.refused.text : `${formatMoney(orders[index]?.amount.minor ?? 0n, "CNY")} paid`,
  );
  return { file, status: report.body.OrgnlGrpInfAndSts?.[0]?.GrpSts ?? "", codes, note: notes.join("\n") };
}

/** Sends what the link would accept; what it would refuse becomes the reason. */
async function payOne({ stage, people, input }: Desk, order: PaymentOrder, name: string): Promise<Outcome> {
  const [payer, payee] = [order.from, order.to].map((address) =>
    people.find(({ signer }) => signer.address === address),
  );
  if (payer === undefined || payee === undefined) throw new RangeError("the directory knows people only");
  if (payer.side === payee.side) throw new RuleError(order.path, "the link pays across the border only");
  if (order.amount.currency !== "CNY") throw new RuleError(order.path, "amounts between the systems are in CNY");
  if (name === "") throw new RuleError(`${order.path}/Cdtr/Nm`, "the link asks for the creditor's name");
  const terms = { messageRef: order.businessRef };
  const it = await offer(stage, payer, { ...payee, name }, order.amount.minor, terms);
  const { link, directory, suite, journal } = stage;
  try {
    const { payment, quoteSignature, holdSignature } = it;
    await link.connect(it.from.signer).submit.staticCall(payment, quoteSignature, holdSignature);
  } catch (error) {
    const data = revertData(error);
    if (data === undefined) throw error;
    const abis = [link, directory, suite.mainland.currency].map(({ interface: { fragments } }) => fragments);
    return { refused: reasonOfRevert(data, ...abis) };
  }
  const receipts = await journal.noteAll({ event: `pacs.008: ${payer.name} pays ${payee.name}` }, [
    () => submit(stage, it),
    () => complete(stage, it),
  ]);
  return { settled: { transaction: receipts.at(-1)?.hash ?? "", date: input.day } };
}

async function answer({ out }: Desk, file: string, message: Message): Promise<void> {
  await writeAtomically(join(out, file.replace(/\.xml$/, `.${message.type}.xml`)), buildMessage(message));
}

function stampOf({ input }: Desk, file: string): Stamp {
  const stem = file.replace(/\.xml$/, "");
  return { messageId: `ANSWER-${stem}`.slice(0, 35), createdAt: `${input.day}T19:00:00+08:00` };
}

async function directoryOf({ suite }: LinkStage, input: ConnectInput, people: readonly Resident[]): Promise<Directory> {
  const wallets = new Map(input.people.map(({ account }, index) => [account, people[index]?.signer.address]));
  const currencies = new Map([
    ["CNY", await suite.mainland.currency.getAddress()],
    ["HKD", await suite.hongkong.currency.getAddress()],
  ]);
  return {
    account: (account) => wallets.get(accountName(account)),
    institution: () => undefined,
    currency: (code) => currencies.get(code),
    security: () => undefined,
    safekeeping: () => undefined,
  };
}
