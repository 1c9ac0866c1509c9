import { expect } from "chai";
import { MaxUint256, concat, getAddress, keccak256, toBeHex } from "ethers";
import type { LogProof } from "../../sdk/interop/proofs.js";
import { EMITTER, TOPIC, fabricate, flipped, logOf, receiptOf, rlpList, truncated, typed } from "./fabricated.js";
import { addressesOf } from "./fixture.js";
import { ANY, GRACE, accept, load, next, refuses, type Fixture, type Row } from "./malformed.js";

/** Faults of the trie library, by its numbers. */
const FAULT = {
  root: 2n,
  largeNode: 3n,
  shortNode: 4n,
  emptyPath: 5n,
  pathRemainder: 6n,
  emptyExtension: 7n,
  extraNode: 8n,
  emptyValue: 9n,
  leafPath: 10n,
  prefix: 11n,
  unparseable: 12n,
  unfinished: 13n,
} as const;

/** What becomes of the proof of transaction 3, log 0 of the signed block. */
function proofRow(
  what: string,
  error: string,
  change: (proof: LogProof, f: Fixture) => Partial<LogProof> | Promise<Partial<LogProof>>,
  args: (f: Fixture) => readonly unknown[],
): Row {
  return {
    what,
    error,
    args,
    attempt: async (f) => {
      await accept(f, f.block);
      const proof = await f.block.proof(3);
      return f.ledger.provenLog({ ...proof, ...(await change(proof, f)) });
    },
  };
}

const invalid =
  (fault: bigint, transaction = 3n) =>
  (f: Fixture) => [f.block.hash, transaction, fault];

const proofRows: readonly Row[] = [
  proofRow(
    "a block that was not accepted",
    "ForeignBlockUnknown",
    (_, f) => ({ blockHash: f.other.hash }),
    (f) => [f.other.hash],
  ),
  proofRow(
    "block hash 0",
    "ForeignBlockUnknown",
    () => ({ blockHash: toBeHex(0, 32) }),
    () => [toBeHex(0, 32)],
  ),
  proofRow(
    "no nodes",
    "ForeignProofEmpty",
    () => ({ nodes: [] }),
    (f) => [f.block.hash],
  ),
  proofRow(
    "the nodes of another block",
    "ForeignProofInvalid",
    async (_, f) => ({ nodes: (await f.other.proof(3)).nodes }),
    invalid(FAULT.root),
  ),
  proofRow("no root", "ForeignProofInvalid", ({ nodes }) => ({ nodes: nodes.slice(1) }), invalid(FAULT.root)),
  proofRow("no leaf", "ForeignProofInvalid", ({ nodes }) => ({ nodes: nodes.slice(0, -1) }), invalid(FAULT.unfinished)),
  proofRow(
    "the leaf twice",
    "ForeignProofInvalid",
    ({ nodes }) => ({ nodes: [...nodes, nodes.at(-1) ?? ""] }),
    invalid(FAULT.extraNode),
  ),
  proofRow(
    "an empty node after the leaf",
    "ForeignProofInvalid",
    ({ nodes }) => ({ nodes: [...nodes, "0x"] }),
    invalid(FAULT.extraNode),
  ),
  proofRow(
    "the root twice",
    "ForeignProofInvalid",
    ({ nodes }) => ({ nodes: [nodes[0] ?? "", ...nodes] }),
    invalid(FAULT.largeNode),
  ),
  proofRow(
    "nodes in reverse",
    "ForeignProofInvalid",
    ({ nodes }) => ({ nodes: [...nodes].reverse() }),
    invalid(FAULT.root),
  ),
  proofRow(
    "the leaf of another transaction",
    "ForeignProofInvalid",
    async ({ nodes }, f) => ({ nodes: [...nodes.slice(0, -1), (await f.block.proof(4)).nodes.at(-1) ?? ""] }),
    invalid(FAULT.largeNode),
  ),
  proofRow(
    "a receipt changed by one bit (payload not bound)",
    "ForeignProofInvalid",
    ({ nodes }) => ({ nodes: [...nodes.slice(0, -1), flipped(nodes.at(-1) ?? "", 300)] }),
    invalid(FAULT.largeNode),
  ),
  proofRow(
    "a truncated leaf",
    "ForeignProofInvalid",
    ({ nodes }) => ({ nodes: [...nodes.slice(0, -1), truncated(nodes.at(-1) ?? "")] }),
    invalid(FAULT.largeNode),
  ),
  proofRow(
    "an empty leaf",
    "ForeignProofInvalid",
    ({ nodes }) => ({ nodes: [...nodes.slice(0, -1), "0x"] }),
    invalid(FAULT.shortNode),
  ),
  proofRow(
    "the way to another transaction",
    "ForeignProofInvalid",
    () => ({ transactionIndex: 4n }),
    invalid(FAULT.largeNode, 4n),
  ),
  // the branch has nothing at this place, and nothing is no list
  proofRow(
    "a leaf outside the block",
    "RLPInvalidEncoding",
    () => ({ transactionIndex: 127n }),
    () => [],
  ),
  proofRow(
    "the last transaction there could be",
    "RLPInvalidEncoding",
    () => ({ transactionIndex: MaxUint256 }),
    () => [],
  ),
  proofRow(
    "the log after the last one",
    "ForeignLogMissing",
    () => ({ logIndex: 2n }),
    () => [2n, 2n],
  ),
  proofRow(
    "a log index without end",
    "ForeignLogMissing",
    () => ({ logIndex: MaxUint256 }),
    () => [MaxUint256, 2n],
  ),
];

/** A block with one receipt of any bytes. */
function receiptRow(what: string, receipt: string, error: string, ...args: unknown[]): Row {
  return {
    what,
    error,
    args: () => args,
    attempt: async (f) => {
      const block = await fabricate([receipt]);
      await accept(f, block);
      return f.ledger.provenLog(await block.proof(0));
    },
  };
}

/** A block whose receipts root is the hash of any bytes. */
function nodeRow(what: string, node: string, error: string, fault?: bigint): Row {
  return {
    what,
    error,
    args: () => (fault === undefined ? [] : [ANY, 0n, fault]),
    attempt: async (f) => {
      const block = await fabricate([], { receiptsRoot: keccak256(node) });
      await accept(f, block);
      return f.ledger.provenLog({ blockHash: block.hash, transactionIndex: 0n, logIndex: 0n, nodes: [node] });
    },
  };
}

const body = (...fields: Parameters<typeof rlpList>) => typed(2, rlpList(...fields));
const BLOOM = toBeHex(0, 256);
const fieldsOf = (status: string) => [status, "0x5208", BLOOM, [logOf()]];
const withLog = (...log: Parameters<typeof rlpList>) => receiptOf([log]);

const receiptRows: readonly Row[] = [
  receiptRow("a failed transaction", receiptOf(undefined, { status: "0x" }), "ForeignTransactionFailed", 0n),
  receiptRow("a receipt with status 2", receiptOf(undefined, { status: "0x02" }), "ForeignTransactionFailed", 0n),
  receiptRow(
    "a receipt with a state root for a status",
    receiptOf(undefined, { status: TOPIC }),
    "ForeignTransactionFailed",
    0n,
  ),
  receiptRow("a receipt of transaction type 0", receiptOf(undefined, { type: 0 }), "ForeignReceiptTypeUnknown", 0n, 0n),
  receiptRow("a receipt of transaction type 5", receiptOf(undefined, { type: 5 }), "ForeignReceiptTypeUnknown", 0n, 5n),
  receiptRow("a receipt that is a string", "0xb801ff", "ForeignReceiptTypeUnknown", 0n, 0xb8n),
  receiptRow("a receipt of three fields", body(...fieldsOf("0x01").slice(0, 3)), "ForeignReceiptMalformed", 0n, 3n),
  receiptRow("a receipt of five fields", body(...fieldsOf("0x01"), "0x"), "ForeignReceiptMalformed", 0n, 5n),
  receiptRow("a receipt that is a type alone", "0x02", "RLPInvalidEncoding"),
  receiptRow("a truncated receipt", truncated(receiptOf()), "RLPInvalidEncoding"),
  receiptRow("a receipt with a byte after it", concat([receiptOf(), "0x00"]), "RLPInvalidEncoding"),
  receiptRow("a receipt whose logs are no list", body("0x01", "0x5208", BLOOM, "0x1234"), "RLPInvalidEncoding"),
  receiptRow("a receipt without logs", receiptOf([]), "ForeignLogMissing", 0n, 0n),
  receiptRow("a log of two fields", withLog(EMITTER, [TOPIC]), "ForeignLogMalformed", 0n),
  receiptRow("a log of four fields", withLog(EMITTER, [TOPIC], "0x", "0x"), "ForeignLogMalformed", 0n),
  receiptRow("an emitter of 19 bytes", withLog(truncated(EMITTER), [TOPIC], "0x"), "ForeignLogMalformed", 0n),
  receiptRow("five topics", receiptOf([logOf(5)]), "ForeignLogMalformed", 0n),
  receiptRow("a topic of 31 bytes", withLog(EMITTER, [truncated(TOPIC)], "0x"), "ForeignLogMalformed", 0n),
  receiptRow("topics that are no list", withLog(EMITTER, TOPIC, "0x"), "RLPInvalidEncoding"),
  nodeRow("a root that is truncated RLP", truncated(rlpList("0x2080", receiptOf())), "RLPInvalidEncoding"),
  nodeRow("a root of three items", rlpList("0x2080", "0x", "0x"), "ForeignProofInvalid", FAULT.unparseable),
  nodeRow("a root with an unknown prefix", rlpList("0x4080", receiptOf()), "ForeignProofInvalid", FAULT.prefix),
  nodeRow("a leaf with an empty path", rlpList("0x", receiptOf()), "ForeignProofInvalid", FAULT.emptyPath),
  nodeRow("an extension of no length", rlpList("0x00", TOPIC), "ForeignProofInvalid", FAULT.emptyExtension),
  nodeRow("a leaf with a longer path", rlpList("0x208000", receiptOf()), "ForeignProofInvalid", FAULT.pathRemainder),
  nodeRow("a leaf with a shorter path", rlpList("0x38", receiptOf()), "ForeignProofInvalid", FAULT.leafPath),
  nodeRow("a leaf with no value", rlpList("0x2080", "0x"), "ForeignProofInvalid", FAULT.emptyValue),
  {
    what: "a block of a distrusted epoch",
    error: "ForeignEpochDistrusted",
    args: () => [1n, 1n],
    attempt: async (f) => {
      await accept(f, f.block);
      await accept(f, await fabricate([receiptOf()]));
      await f.ledger.connect(f.admin).rotate(addressesOf(next), 2n, GRACE);
      return f.ledger.provenLog(await f.block.proof(3));
    },
  },
  {
    what: "any proof while the ledger is closed",
    error: "ForeignLedgerClosed",
    args: () => [7n],
    attempt: async (f) => {
      await accept(f, f.block);
      await accept(f, await fabricate([receiptOf()]));
      return f.ledger.provenLog(await f.block.proof(3));
    },
  },
];

describe("ForeignLedger.provenLog (malformed proofs)", function () {
  refuses([...proofRows, ...receiptRows]);

  it("accepts the header and the proof that these were made from", async function () {
    const f = await load();
    await accept(f, f.block);
    for (const transaction of [0, 3, 15, 19]) {
      const log = await f.ledger.provenLog(await f.block.proof(transaction));
      expect([log.emitter, [...log.topics], log.data]).to.deep.equal([
        getAddress(EMITTER),
        [TOPIC],
        toBeHex(transaction, 1),
      ]);
    }
  });

  for (const [what, type] of Object.entries({ legacy: null, "access list": 1, blob: 3, "set code": 4 })) {
    it(`reads the receipt of a ${what} transaction`, async function () {
      const f = await load();
      const block = await fabricate([receiptOf([logOf(0, "0x"), logOf(4)], { type })]);
      await accept(f, block);
      expect([...(await f.ledger.provenLog(await block.proof(0))).topics]).to.deep.equal([]);
      expect((await f.ledger.provenLog(await block.proof(0, 1))).topics).to.have.length(4);
    });
  }
});
