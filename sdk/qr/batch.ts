import {
  TypedDataEncoder,
  getAddress,
  isAddress,
  isHexString,
  keccak256,
  toUtf8Bytes,
  type TypedDataDomain,
} from "ethers";
import type { QrBatch, QrEntry, QrPosition, QrReturn } from "../eip712/qr.js";
import { UserError } from "../errors.js";
import { MerkleTree } from "./merkle.js";

const HEADER = "paymentId,debtor,creditor,amount";
const MAX_AMOUNT = 2n ** 64n - 1n;
const MAX_COUNT = 2 ** 32 - 1;
const ENTRY_TYPE = keccak256(toUtf8Bytes("Entry(bytes32 paymentId,address debtor,address creditor,uint64 amount)"));

/** What an inclusion is proved with. See `IQrSettlement`. */
export interface QrInclusion {
  readonly window: bigint;
  readonly index: number;
  readonly entry: QrEntry;
  readonly proof: string[];
}

/** A batch with what is not on chain: its entries, and the tree that proves them. */
export interface BuiltBatch {
  readonly batch: QrBatch;
  readonly entries: readonly QrEntry[];
  /** The file whose hash the batch has, which every institution of it gets. */
  readonly file: string;
  /** The entry at a place with its proof. */
  inclusion(index: number): QrInclusion;
}

/** What a batch is made of. */
export interface BatchPlan {
  /** The settlement contract's. */
  readonly domain: TypedDataDomain;
  readonly window: bigint;
  readonly entries: readonly QrEntry[];
  /** Upheld entries of earlier windows that are given back. */
  readonly corrections?: readonly QrReturn[];
}

/**
 * The leaf of an entry; `domainHash` is `TypedDataEncoder.hashDomain` of the settlement contract's domain. Words are put
 * side by side by hand: a general encoder takes ten times as long, and windows have tens of thousands of payments.
 */
export function leafOf(domainHash: string, window: bigint, count: number, index: number, entry: QrEntry): string {
  const { paymentId, debtor, creditor, amount } = entry;
  const hash = keccak256(words(ENTRY_TYPE, paymentId, debtor, creditor, amount));
  return keccak256(keccak256(words(domainHash, window, count, index, hash)));
}

function words(...values: readonly (string | bigint | number)[]): string {
  const hex = values.map((value) => (typeof value === "string" ? value.slice(2) : value.toString(16)));
  return `0x${hex.map((text) => text.padStart(64, "0")).join("")}`;
}

/**
 * What entries come to for each institution named, by rising address; their sum is zero.
 * @param others institutions that get a line as well, with what is theirs, which may be nothing.
 */
export function qrPositions(entries: readonly QrEntry[], others: readonly string[] = []): QrPosition[] {
  const nets = new Map<string, bigint>(others.map((institution) => [getAddress(institution), 0n]));
  const add = (institution: string, amount: bigint) => {
    const name = getAddress(institution);
    nets.set(name, (nets.get(name) ?? 0n) + amount);
  };
  for (const { debtor, creditor, amount } of entries) {
    add(debtor, -amount);
    add(creditor, amount);
  }
  return [...nets]
    .map(([institution, net]) => ({ institution, net }))
    .sort((a, b) => (BigInt(a.institution) < BigInt(b.institution) ? -1 : 1));
}

/**
 * Makes a window's batch: tree, file, and what each institution has to give or to get.
 * @throws UserError when an entry is not one, or there is none.
 */
export function buildBatch({ domain, window, entries, corrections = [] }: BatchPlan): BuiltBatch {
  if (entries.length === 0) throw new UserError("A batch without payments settles nothing; wait for the next window.");
  if (entries.length > MAX_COUNT) throw new UserError(`${entries.length} payments are too many for one window.`);
  for (const [index, entry] of entries.entries()) requireEntry(entry, index);
  const domainHash = TypedDataEncoder.hashDomain(domain);
  const tree = new MerkleTree(entries.map((entry, index) => leafOf(domainHash, window, entries.length, index, entry)));
  const file = writeBatchFile(entries);
  const parties = corrections.flatMap(({ entry: { debtor, creditor } }) => [debtor, creditor]);
  return {
    batch: {
      window,
      count: entries.length,
      total: entries.reduce((sum, { amount }) => sum + amount, 0n),
      root: tree.root,
      dataHash: keccak256(toUtf8Bytes(file)),
      positions: qrPositions(entries, parties),
      corrections: [...corrections].sort((a, b) =>
        a.window === b.window ? a.index - b.index : a.window < b.window ? -1 : 1,
      ),
    },
    entries,
    file,
    inclusion(index) {
      const entry = entries[index];
      if (entry === undefined) throw new UserError(`The window has no payment ${index}; it has ${entries.length}.`);
      return { window, index, entry, proof: tree.proof(index) };
    },
  };
}

/** The file of a batch: a line for each entry, in order. */
export function writeBatchFile(entries: readonly QrEntry[]): string {
  const lines = entries.map(({ paymentId, debtor, creditor, amount }) =>
    [paymentId.toLowerCase(), getAddress(debtor), getAddress(creditor), amount].join(","),
  );
  return [HEADER, ...lines, ""].join("\n");
}

/**
 * Reads what {@link writeBatchFile} wrote.
 * @throws UserError that names the line and what is wrong with it.
 */
export function readBatchFile(file: string): QrEntry[] {
  const [header, ...lines] = file.split("\n");
  if (header !== HEADER) throw new UserError(`A batch file begins with "${HEADER}"; ask the operator for the file.`);
  if (lines.pop() !== "")
    throw new UserError("The batch file ends within a line; ask the operator for the whole file.");
  return lines.map((line, index) => {
    const [paymentId = "", debtor = "", creditor = "", amount = "", ...more] = line.split(",");
    if (more.length > 0 || !/^[1-9]\d{0,19}$/.test(amount)) {
      throw new UserError(`Line ${index + 2} of the batch file is no payment; ask the operator for a correct file.`);
    }
    const entry = { paymentId, debtor, creditor, amount: BigInt(amount) };
    requireEntry(entry, index);
    return entry;
  });
}

/**
 * What an institution does before it consents: computes from the file whatever the chain cannot check.
 * @throws UserError for the first figure of the batch that the file does not give.
 * @returns the batch made from the file, which proves every entry.
 */
export function verifyBatch(domain: TypedDataDomain, batch: QrBatch, file: string): BuiltBatch {
  const { window, corrections } = batch;
  const built = buildBatch({ domain, window, entries: readBatchFile(file), corrections });
  const own = built.batch;
  const lines = ({ positions }: QrBatch) => positions.map(({ institution, net }) => `${institution} ${net}`).join();
  const figures = [
    ["data hash", own.dataHash, batch.dataHash],
    ["count", own.count, Number(batch.count)],
    ["total", own.total, batch.total],
    ["root", own.root, batch.root],
    ["positions", lines(own), lines(batch)],
  ] as const;
  for (const [name, computed, stated] of figures) {
    if (computed === stated) continue;
    throw new UserError(`Window ${window}: the ${name} of the batch is not what its file gives; do not consent to it.`);
  }
  return built;
}

function requireEntry({ paymentId, debtor, creditor, amount }: QrEntry, index: number): void {
  const fault = !isHexString(paymentId, 32)
    ? "its id is not 32 bytes"
    : !isAddress(debtor) || !isAddress(creditor)
      ? "debtor or creditor is no account"
      : debtor.toLowerCase() === creditor.toLowerCase()
        ? "it pays its own debtor"
        : amount <= 0n || amount > MAX_AMOUNT
          ? `its amount is ${amount}`
          : undefined;
  if (fault !== undefined)
    throw new UserError(`Payment ${index} cannot be settled: ${fault}; correct or leave it out.`);
}
