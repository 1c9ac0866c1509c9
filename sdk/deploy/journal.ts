import { copyFile, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { trackTransaction, type EIP1193Provider } from "@nomicfoundation/ignition-core";
import { z } from "zod";
import { UserError } from "../errors.js";
import { writeAtomically } from "../files.js";

const hex = z.string().regex(/^0x[0-9a-fA-F]*$/);

/** What this suite reads of a journal line; the rest is Ignition's business. */
const entrySchema = z.looseObject({
  type: z.string(),
  futureId: z.string().optional(),
  networkInteractionId: z.number().optional(),
  nonce: z.number().optional(),
  from: hex.optional(),
  hash: hex.optional(),
  contractAddress: hex.optional(),
  receipt: z.looseObject({ blockNumber: z.number() }).optional(),
  // an object where something was executed, text where something was encoded
  result: z.unknown().optional(),
});

const resultSchema = z.looseObject({ type: z.literal("SUCCESS"), address: hex.optional() });

/** A line of Ignition's write-ahead journal. */
export type JournalEntry = z.infer<typeof entrySchema>;

/** Path of the journal in a deployment's folder. */
export function journalFile(folder: string): string {
  return join(folder, "journal.jsonl");
}

/**
 * The lines of a journal; none when there is no journal yet.
 * @throws UserError when a line is damaged.
 */
export async function readJournal(folder: string): Promise<JournalEntry[]> {
  const lines = linesOf(await textOf(journalFile(folder)));
  return lines.map(({ text, number }) => {
    const entry = parse(text);
    if (entry === undefined) {
      throw new UserError(
        `${journalFile(folder)}, line ${number}: damaged, and not by an interrupted write, which only breaks the last ` +
          `line; restore the file from a backup and run again.`,
      );
    }
    return entry;
  });
}

/**
 * Repairs what an interrupted write leaves: a torn last line, which is cut off, and a torn list of addresses, which is
 * written again from the journal. The files as they were are kept beside, as `.bak`.
 * @returns one sentence for each repair.
 * @throws UserError when a line before the last one is damaged.
 */
export async function repairJournal(folder: string): Promise<string[]> {
  const notes: string[] = [];
  const file = journalFile(folder);
  const lines = linesOf(await textOf(file));
  const last = lines.at(-1);
  if (last !== undefined && parse(last.text) === undefined) {
    await copyFile(file, `${file}.bak`);
    await truncate(file, last.start);
    notes.push(`The last line of ${file} was torn by an interrupted write and was cut off; ${file}.bak has it.`);
  }
  const entries = await readJournal(folder);
  notes.push(...(await dropUnstarted(file, entries)));
  const addresses = join(folder, "deployed_addresses.json");
  const listed = await textOf(addresses);
  if (listed !== "" && !isJson(listed)) {
    await copyFile(addresses, `${addresses}.bak`);
    await writeAtomically(addresses, `${JSON.stringify(Object.fromEntries(contractsOf(entries)), null, 2)}\n`);
    notes.push(`${addresses} was torn and was written again from the journal; ${addresses}.bak has it.`);
  }
  return notes;
}

/**
 * Takes out steps that were begun and had not come to their first request: Ignition cannot resume from there
 * ("Unable to find network interaction"). Nothing of them is on the chain, so they begin again.
 */
async function dropUnstarted(file: string, entries: readonly JournalEntry[]): Promise<string[]> {
  const requested = new Set(
    entries.filter(({ type }) => type === "NETWORK_INTERACTION_REQUEST").map(({ futureId }) => futureId),
  );
  const isUnstarted = ({ type, futureId }: JournalEntry): boolean =>
    /^(DEPLOYMENT|CALL|SEND_DATA)_EXECUTION_STATE_INITIALIZE$/.test(type) && !requested.has(futureId);
  const unstarted = entries.filter(isUnstarted);
  if (unstarted.length === 0) return [];
  await keepLines(file, (entry) => !isUnstarted(entry));
  return unstarted.map(
    ({ futureId }) =>
      `Step ${futureId} had been begun and nothing of it sent: it begins again; ${file}.bak is as it was.`,
  );
}

/** Takes lines out of a journal; a copy stays beside it. */
async function keepLines(file: string, isKept: (entry: JournalEntry) => boolean): Promise<void> {
  const kept = linesOf(await textOf(file)).filter(({ text }) => isKept(parse(text) ?? { type: "" }));
  await copyFile(file, `${file}.bak`);
  await writeAtomically(file, kept.map(({ text }) => `\n${text}`).join(""));
}

/** Contracts that the journal says are deployed: step and address. */
export function contractsOf(entries: readonly JournalEntry[]): [step: string, address: string][] {
  return entries.flatMap(({ type, futureId, result, contractAddress }): [string, string][] => {
    const deployed =
      type === "DEPLOYMENT_EXECUTION_STATE_COMPLETE" ? resultSchema.safeParse(result).data?.address : undefined;
    const address = type === "CONTRACT_AT_EXECUTION_STATE_INITIALIZE" ? contractAddress : deployed;
    return futureId === undefined || address === undefined ? [] : [[futureId, address]];
  });
}

/** Steps that the journal says are complete. */
export function completedSteps(entries: readonly JournalEntry[]): Set<string> {
  const done = entries.filter(
    ({ type, result }) => type.endsWith("_STATE_COMPLETE") && resultSchema.safeParse(result).success,
  );
  return new Set(done.flatMap(({ futureId }) => futureId ?? []));
}

/** Block of the first transaction that the journal has seen mined. */
export function firstBlockOf(entries: readonly JournalEntry[]): number | undefined {
  const blocks = entries.flatMap(({ receipt }) => receipt?.blockNumber ?? []);
  return blocks.length === 0 ? undefined : Math.min(...blocks);
}

/**
 * Makes sure that the journal is about this chain.
 * @throws UserError when a transaction or a contract of the journal is not on the chain.
 */
export async function requireSameChain(folder: string, provider: EIP1193Provider): Promise<void> {
  const entries = await readJournal(folder);
  const explain = (what: string): UserError =>
    new UserError(
      `${journalFile(folder)} says that ${what}, and the chain knows nothing of it: the chain was reset, or is another ` +
        `one; move ${folder} away and run again to deploy from the start, or connect to the right node.`,
    );
  for (const [step, address] of contractsOf(entries)) {
    const code: unknown = await provider.request({ method: "eth_getCode", params: [address, "latest"] });
    if (code === "0x") throw explain(`${step} is at ${address}`);
  }
  for (const { type, hash } of entries) {
    if (type !== "TRANSACTION_CONFIRM" || hash === undefined) continue;
    const receipt: unknown = await provider.request({ method: "eth_getTransactionReceipt", params: [hash] });
    if (receipt === null) throw explain(`transaction ${hash} was mined`);
  }
}

/**
 * Settles transactions that the journal announces and does not say were sent, because the process died in between.
 * One that was sent is found on the chain by sender and nonce and entered, else its step would be sent a second time;
 * for one that was not, the announcement is taken out. Should it still turn up, its nonce makes it the same or nothing.
 * @returns one sentence for each.
 * @throws UserError when such a transaction waits to be mined, or cannot be found.
 */
export async function settleAnnounced(folder: string, provider: EIP1193Provider): Promise<string[]> {
  const notes: string[] = [];
  const file = journalFile(folder);
  for (const { step, sender, nonce } of announcedOnly(await readJournal(folder))) {
    if ((await countAt(provider, sender, "latest")) > nonce) {
      const hash = await findTransaction(provider, sender, nonce);
      if (hash === undefined) {
        throw new UserError(
          `Step ${step} may have been sent as transaction ${nonce} of ${sender} and the node cannot find it; look its ` +
            `hash up in an explorer and enter it with \`npx hardhat ignition track-tx\`, then run again.`,
        );
      }
      await trackTransaction(folder, hash, provider, 1);
      notes.push(`Transaction ${hash} of step ${step} had been sent and not written down; it was taken over.`);
    } else if ((await countAt(provider, sender, "pending")) > nonce) {
      throw new UserError(
        `Transaction ${nonce} of ${sender}, which may be step ${step}, waits to be mined; run again when it is.`,
      );
    } else {
      await keepLines(file, ({ type, futureId }) => type !== "TRANSACTION_PREPARE_SEND" || futureId !== step);
      notes.push(`Transaction ${nonce} of step ${step} had been announced and not sent; it is sent now.`);
    }
  }
  return notes;
}

interface Announced {
  readonly step: string;
  readonly sender: string;
  readonly nonce: number;
}

/** Announced transactions whose step has sent none. */
function announcedOnly(entries: readonly JournalEntry[]): Announced[] {
  const senders = new Map<string, string>();
  const announced = new Map<string, Announced>();
  for (const { type, futureId: step, from, nonce } of entries) {
    if (step === undefined) continue;
    if (from !== undefined) senders.set(step, from);
    const sender = senders.get(step);
    if (type === "TRANSACTION_PREPARE_SEND" && nonce !== undefined && sender !== undefined) {
      announced.set(step, { step, sender, nonce });
    }
  }
  for (const { type, futureId: step } of entries) {
    if (step !== undefined && /^TRANSACTION_SEND$|REPLACED_BY_USER$/.test(type)) announced.delete(step);
  }
  return [...announced.values()];
}

/** The block in which the sender's count passes the nonce has the transaction. */
async function findTransaction(provider: EIP1193Provider, sender: string, nonce: number): Promise<string | undefined> {
  let high = Number(await provider.request({ method: "eth_blockNumber", params: [] }));
  let low = 0;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await countAt(provider, sender, quantity(middle))) > nonce) high = middle;
    else low = middle + 1;
  }
  const block = blockSchema.parse(
    await provider.request({ method: "eth_getBlockByNumber", params: [quantity(low), true] }),
  );
  return block?.transactions.find(
    ({ from, nonce: used }) => from.toLowerCase() === sender.toLowerCase() && Number(used) === nonce,
  )?.hash;
}

const blockSchema = z
  .looseObject({ transactions: z.array(z.looseObject({ hash: hex, from: hex, nonce: hex })) })
  .nullable();

async function countAt(provider: EIP1193Provider, sender: string, block: string): Promise<number> {
  return Number(await provider.request({ method: "eth_getTransactionCount", params: [sender, block] }));
}

function quantity(value: number): string {
  return `0x${value.toString(16)}`;
}

interface Line {
  readonly text: string;
  /** From 1, as editors count. */
  readonly number: number;
  /** Byte at which it starts, with the line break before it. */
  readonly start: number;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const [index, line] of text.split("\n").entries()) {
    if (line !== "") lines.push({ text: line, number: index + 1, start: Math.max(0, start - 1) });
    start += Buffer.byteLength(line) + 1;
  }
  return lines;
}

function parse(text: string): JournalEntry | undefined {
  if (!isJson(text)) return undefined;
  const result = entrySchema.safeParse(JSON.parse(text));
  return result.success ? result.data : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
