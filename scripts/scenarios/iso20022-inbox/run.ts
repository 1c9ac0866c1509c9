import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionReceipt, ContractTransactionResponse } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { UserError } from "../../../sdk/errors.js";
import { writeAtomically } from "../../../sdk/files.js";
import {
  Inbox,
  MessageError,
  RuleError,
  bookingsOf,
  buildMessage,
  confirmation,
  definitionOf,
  liquidityTransferOf,
  messageId,
  mismatches,
  notification,
  parseMessage,
  peek,
  paymentInstruction,
  paymentsOf,
  practice,
  reasonOfRefusal,
  reasonOfRevert,
  rejection,
  returnOf,
  settlementInstruction,
  settlementOf,
  statusReport,
  uetrOf,
  type Answer,
  type ChainLog,
  type Message,
  type MessageOf,
  type Outcome,
  type PaymentOrder,
  type SettlementOrder,
  type Stamp,
} from "../../../sdk/iso20022.js";
import { formatMoney, isCurrency, minor } from "../../../sdk/money.js";
import { revertData } from "../../../sdk/operations/refusal.js";
import { settle, signAll } from "../../../sdk/operations/settlement.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { Outcome as ScenarioOutcome } from "../lib.js";
import type { InboxInput } from "./input.js";
import { OPENING_HOUR, jurisdictionOf, openStage, type Stage } from "./stage.js";

/** One file, and what became of it. */
interface Processed {
  readonly file: string;
  readonly message: string;
  readonly status: string;
  readonly codes: readonly string[];
  /** What a person should know of it. */
  readonly note: string;
}

/** A settlement instruction that waits for the other side. */
interface Waiting {
  readonly file: string;
  readonly message: MessageOf<"sese.023">;
  readonly order: SettlementOrder;
}

/** A run under way. */
interface Desk extends Stage {
  readonly input: InboxInput;
  readonly checks: Checks;
  readonly inbox: Inbox;
  /** Where answers go. */
  readonly out: string;
  readonly processed: Processed[];
  /** Settled payments, by whatever a return may name them. */
  readonly settled: PaymentOrder[];
  readonly waiting: Waiting[];
}

/**
 * Processes every XML file of the input's folder, in the order of the names: a message that is refused sends nothing;
 * what the chain refuses goes back with its reason.
 * @param out folder for the answers, emptied first.
 */
export async function runInbox(
  connection: NetworkConnection<"l1">,
  input: InboxInput,
  out = "reports/iso20022-inbox",
): Promise<ScenarioOutcome> {
  const checks = new Checks("iso20022-inbox", connection.networkName);
  const files = await filesOf(input.folder);
  const stage = await openStage(connection, input, checks);
  await rm(out, { recursive: true, force: true });
  await stage.clock.moveTo(input.day, OPENING_HOUR + 1);
  const desk: Desk = { ...stage, input, checks, out, inbox: new Inbox(), processed: [], settled: [], waiting: [] };
  for (const file of files) await processFile(desk, file);
  for (const { file, message } of desk.waiting) {
    desk.processed.push(summary(file, message, "unmatched", [], "the other side has not sent its instruction"));
  }
  checkStatuses(desk, files);
  await checkBalances(desk);
  await notify(desk);
  const rows = desk.processed
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
    .map(({ file, message, status, codes, note }) => [file, message, status, codes.join(", "), folded(note)]);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${stage.clock.years} years ahead of them.`,
    table(["file", "message", "status", "reason", "what happened"], rows),
    stage.journal.toTable(),
    `Statuses, confirmations and notifications: ${out}`,
  ].join("\n\n");
  return { checks, text };
}

async function filesOf(folder: string): Promise<string[]> {
  const found = await readdir(folder).catch(() => {
    throw new UserError(`${folder} cannot be read; name a folder of XML files in the input.`);
  });
  const files = found.filter((name) => name.endsWith(".xml")).sort();
  if (files.length === 0) throw new UserError(`${folder} has no XML files; put messages into it.`);
  return files;
}

async function processFile(desk: Desk, file: string): Promise<void> {
  const blocks = await desk.connection.ethers.provider.getBlockNumber();
  const text = await readFile(join(desk.input.folder, file));
  try {
    const message = parseMessage(text);
    desk.inbox.take(message, file);
    await carryOut(desk, file, message);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    const reason = reasonOfRefusal(error);
    const known = peek(text);
    await answer(desk, file, rejection(known, reason, stampOf(desk, file)));
    const named = known.definition ?? "not readable";
    desk.processed.push({ file, message: named, status: "RJCT", codes: [reason.code], note: error.message });
    desk.checks.holds(`${file}: one sentence`, !/\n/.test(error.message));
    const after = await desk.connection.ethers.provider.getBlockNumber();
    desk.checks.equal(`${file}: nothing sent`, blocks, after);
  }
}

/** @throws MessageError before anything is sent. */
async function carryOut(desk: Desk, file: string, message: Message): Promise<void> {
  switch (message.type) {
    case "pacs.008":
    case "pacs.009":
      return pay(desk, file, message, paymentsOf(message, desk.directory), message.body.GrpHdr.CreDtTm);
    case "camt.050":
      return pay(desk, file, message, [liquidityTransferOf(message, desk.directory)], message.body.MsgHdr.CreDtTm);
    case "pacs.004": {
      const back = (message.body.TxInf ?? []).map((_, index) =>
        returnOf(message, index, originalOf(desk, message, index)),
      );
      return pay(desk, file, message, back, message.body.GrpHdr.CreDtTm);
    }
    case "sese.023":
      return deliver(desk, { file, message, order: settlementOf(message, desk.directory) });
    default:
      throw new RuleError("/Document", `a ${message.type} asks for no payment and no settlement`);
  }
}

/** The settled payment that a return names. */
function originalOf({ settled }: Desk, { body }: MessageOf<"pacs.004">, index: number): PaymentOrder {
  const named = body.TxInf?.[index];
  const found = settled.find(
    ({ ids }) =>
      (ids.UETR !== undefined && ids.UETR === named?.OrgnlUETR) ||
      (named?.OrgnlUETR === undefined && ids.EndToEndId === named?.OrgnlEndToEndId),
  );
  if (found === undefined) throw new RuleError("/Document/PmtRtr/TxInf", "no payment was settled that it names");
  return found;
}

async function pay(
  desk: Desk,
  file: string,
  message: Message,
  orders: readonly PaymentOrder[],
  createdAt: string | undefined,
): Promise<void> {
  const answers: Answer[] = [];
  for (const order of orders) answers.push({ ids: order.ids, outcome: await payOne(desk, message, order) });
  const original = { messageId: messageId(message), definition: definitionOf(message) };
  const report = statusReport(
    createdAt === undefined ? original : { ...original, createdAt },
    answers,
    stampOf(desk, file),
  );
  await answer(desk, file, report);
  const codes = answers.flatMap(({ outcome }) => ("refused" in outcome ? [outcome.refused.code] : []));
  const notes = answers.map(({ outcome }, index) =>
    "refused" in outcome ? outcome.refused.text : `${shown(orders[index])} settled`,
  );
  const status = report.body.OrgnlGrpInfAndSts?.[0]?.GrpSts ?? "";
  desk.processed.push(summary(file, message, status, codes, notes.join("; ")));
}

/** Wallets pay with the reference on chain; institutions sign an instruction that the engine settles. */
async function payOne(desk: Desk, message: Message, order: PaymentOrder): Promise<Outcome> {
  const { suite, journal } = desk;
  const payer = signerOf(desk, order.from);
  const event = `${definitionOf(message)}, ${order.ids.EndToEndId ?? order.messageId}`;
  const entry = { event, legs: [`${shown(order)}, reference ${uetrOf(order.businessRef) ?? order.businessRef}`] };
  if (message.type === "pacs.009" || message.type === "camt.050") {
    const instruction = paymentInstruction(order, (date) => desk.clock.at(date));
    const signed = await signAll(suite.engine, instruction, [payer]);
    const trial = suite.engine.connect(suite.deployer).settle.staticCall(signed.instruction, [...signed.consents], []);
    return attempt(desk, order, trial, () => journal.note(entry, settle(suite.engine, suite.deployer, signed)));
  }
  const code = order.amount.currency === "HKD" ? "HKD" : "CNY";
  const transfer = jurisdictionOf(suite, code).currency.connect(payer).transferWithReference;
  const { to, amount, businessRef } = order;
  return attempt(desk, order, transfer.staticCall(to, amount.minor, businessRef), () =>
    journal.note(entry, transfer(to, amount.minor, businessRef)),
  );
}

/** Sends what the chain would accept; what it would refuse becomes the reason. */
async function attempt(
  desk: Desk,
  order: PaymentOrder,
  trial: Promise<unknown>,
  send: () => Promise<ContractTransactionReceipt>,
): Promise<Outcome> {
  const refused = await refusal(desk, trial);
  if (refused !== undefined) return refused;
  const receipt = await send();
  desk.settled.push(order);
  return { settled: { transaction: receipt.hash, date: desk.input.day } };
}

async function refusal({ suite, bond }: Desk, trial: Promise<unknown>): Promise<Outcome | undefined> {
  try {
    await trial;
    return undefined;
  } catch (error) {
    const data = revertData(error);
    if (data === undefined) throw error;
    const abis = [suite.mainland.currency, suite.engine, bond].map(({ interface: { fragments } }) => fragments);
    return { refused: reasonOfRevert(data, ...abis) };
  }
}

/** The first of two sides waits; the second settles both against each other. */
async function deliver(desk: Desk, arrived: Waiting): Promise<void> {
  const index = desk.waiting.findIndex(({ order }) => mismatches(order, arrived.order).length === 0);
  const other = desk.waiting[index];
  if (other === undefined) {
    desk.waiting.push(arrived);
    return;
  }
  desk.waiting.splice(index, 1);
  const { suite, journal } = desk;
  const instruction = settlementInstruction(other.order, arrived.order, (date) => desk.clock.at(date));
  const { seller, buyer, units, payment: paid, isin } = arrived.order;
  const signed = await signAll(suite.engine, instruction, [signerOf(desk, seller), signerOf(desk, buyer)]);
  const trial = suite.engine.connect(suite.deployer).settle.staticCall(signed.instruction, [...signed.consents], []);
  const refused = await refusal(desk, trial);
  const sides = [other, arrived];
  if (refused !== undefined && "refused" in refused) {
    for (const { file, message } of sides) {
      const { code, text } = refused.refused;
      const original = { messageId: messageId(message), definition: definitionOf(message) };
      await answer(desk, file, rejection(original, refused.refused, stampOf(desk, file)));
      desk.processed.push(summary(file, message, "RJCT", [code], text));
    }
    return;
  }
  const legs = [`${units} units of ${isin}`, paid === undefined ? "free of payment" : shown(paid)];
  const receipt = await journal.note({ event: "sese.023, both sides matched: DvP", legs }, carried(desk, signed));
  for (const { file, message } of sides) {
    await answer(desk, file, confirmation(message, { transaction: receipt.hash, date: desk.input.day }));
    desk.processed.push(summary(file, message, "settled", [], legs.join(" against ")));
  }
}

function carried({ suite }: Desk, signed: Awaited<ReturnType<typeof signAll>>): Promise<ContractTransactionResponse> {
  return settle(suite.engine, suite.deployer, signed);
}

function signerOf({ suite, holders }: Desk, address: string): HardhatEthersSigner {
  const banks = [...suite.mainland.banks, ...suite.hongkong.banks];
  const found = [...holders, ...banks].find(({ signer }) => signer.address === address);
  if (found === undefined) throw new RangeError(`nobody here signs for ${address}`);
  return found.signer;
}

/** Answers are numbered by their file and written on the scenario's day. */
function stampOf({ input }: Desk, file: string): Stamp {
  return {
    messageId: `ANSWER-${file.replace(/\.xml$/, "")}`.slice(0, 35),
    createdAt: `${input.day}T10:00:00+08:00`,
  };
}

async function answer({ out }: Desk, file: string, message: Message): Promise<void> {
  await writeAtomically(join(out, file.replace(/\.xml$/, `.${message.type}.xml`)), buildMessage(message));
}

function summary(file: string, message: Message, status: string, codes: readonly string[], note: string): Processed {
  const followed = practice(message);
  const named = definitionOf(message);
  return { file, message: followed === "none" ? named : `${named}, ${followed}`, status, codes, note };
}

function shown(order: Pick<PaymentOrder, "amount"> | undefined): string {
  if (order === undefined || !isCurrency(order.amount.currency)) return "";
  return formatMoney(order.amount.minor, order.amount.currency);
}

/** Sentences of a table's cell in lines of about 70 characters. */
function folded(text: string): string {
  return text.replace(/(.{1,70})(?:\s|$)/g, "$1\n").trimEnd();
}

function checkStatuses({ checks, input, processed }: Desk, files: readonly string[]): void {
  for (const file of files) {
    const found = processed.find((each) => each.file === file);
    const { status, codes } = input.expected[file] ?? { status: "not expected", codes: [] };
    checks.equal<string | undefined>(`${file}: status`, status, found?.status);
    checks.equal<readonly string[] | undefined>(`${file}: reason codes`, codes, found?.codes);
  }
  checks.equal("files expected", Object.keys(input.expected).length, files.length);
}

async function checkBalances({ suite, holders, input, bond, checks }: Desk): Promise<void> {
  for (const { account, currency: code, signer, closing } of holders) {
    const { currency } = jurisdictionOf(suite, code);
    checks.equal(`${account}: closing balance`, minor(closing), await currency.balanceOf(signer));
  }
  for (const { bic, closing } of input.institutions) {
    const { account } = suite.mainland.bank(bic);
    checks.equal(`${bic}: closing balance`, minor(closing), await suite.mainland.currency.balanceOf(account));
  }
  for (const [account, units] of Object.entries(input.security.holdings)) {
    const holder = holders.find((each) => each.account === account);
    const held = holder === undefined ? undefined : await bond.balanceOf(holder.signer);
    checks.equal<bigint | undefined>(`${account}: units of the security`, BigInt(units), held);
  }
}

/** A notification for every account, from the chain's events alone; its entries sum to the balance. */
async function notify(desk: Desk): Promise<void> {
  const { suite, holders, connection, checks, settled, input } = desk;
  const found = await connection.ethers.provider.getLogs({ fromBlock: 0 });
  for (const { account, currency: code, signer } of holders) {
    const { currency } = jurisdictionOf(suite, code);
    const logs: readonly ChainLog[] = found;
    const bookings = bookingsOf(logs, await currency.getAddress(), signer.address);
    const dated = bookings.map((booking) => ({ ...booking, date: input.day }));
    const message = notification({ Othr: { Id: account } }, code, dated, settled, stampOf(desk, `NTFCTN-${account}`));
    await answer(desk, `notification-${account}.xml`, message);
    const sum = bookings.reduce((total, { credit, minor: value }) => total + (credit ? value : -value), 0n);
    checks.equal(`${account}: bookings sum to the balance`, await currency.balanceOf(signer), sum);
    const references = dated.map(({ businessRef }) => businessRef).filter((reference) => reference !== undefined);
    const orders = settled.filter(({ from, to }) => [from, to].includes(signer.address));
    checks.equal(
      `${account}: every payment of a message is notified with its reference`,
      orders.map(({ businessRef }) => businessRef).sort(),
      references.filter((reference) => orders.some(({ businessRef }) => businessRef === reference)).sort(),
    );
  }
}
