import { concat, toBeHex, type Wallet } from "ethers";
import { byAddress } from "../../sdk/interop/validators.js";
import { highS, ofLength } from "../support/signing.js";
import { TOPIC, fabricate, flipped, headerFields, receiptOf, rlpList, truncated } from "./fabricated.js";
import { CHAIN_ID, QUORUM, addressesOf, validatorsNamed } from "./fixture.js";
import {
  ANY,
  GRACE,
  accept,
  bytesAsHeader,
  chain,
  next,
  quorum,
  refuses,
  validators,
  votes,
  type Row,
} from "./malformed.js";

const stray = validatorsNamed("stray", 1);
const [lowest, middle, highest] = quorum as [Wallet, Wallet, Wallet];
const unknownSigner =
  (index: bigint, epoch = 1n) =>
  () => [index, ANY, epoch];

const headerRows: readonly Row[] = [
  {
    what: "an empty set of signatures",
    error: "ForeignQuorumMissing",
    args: () => [0n, QUORUM],
    attempt: ({ ledger, block }) => ledger.acceptHeader(block.rlp, 1n, []),
  },
  {
    what: "one signature less than the quorum",
    error: "ForeignQuorumMissing",
    args: () => [2n, QUORUM],
    attempt: (f) => accept(f, f.block, { signers: quorum.slice(1) }),
  },
  {
    what: "a signer twice",
    error: "ForeignSignerOrderInvalid",
    args: () => [1n, lowest.address, lowest.address],
    attempt: async (f) => {
      const [one = "", , three = ""] = await votes(f, f.block.hash);
      return f.ledger.acceptHeader(f.block.rlp, 1n, [one, one, three]);
    },
  },
  {
    what: "signers in another order",
    error: "ForeignSignerOrderInvalid",
    args: () => [2n, highest.address, middle.address],
    attempt: async (f) => {
      const [one = "", two = "", three = ""] = await votes(f, f.block.hash);
      return f.ledger.acceptHeader(f.block.rlp, 1n, [one, three, two]);
    },
  },
  {
    what: "a stranger among the signers",
    error: "ForeignSignerUnknown",
    args: () => {
      const signers = byAddress([...quorum.slice(1), ...stray]);
      return [BigInt(signers.indexOf(stray[0] ?? lowest)), stray[0]?.address, 1n];
    },
    attempt: (f) => accept(f, f.block, { signers: [...quorum.slice(1), ...stray] }),
  },
  {
    what: "an empty signature beyond a whole quorum",
    error: "ForeignSignatureInvalid",
    args: () => [3n],
    attempt: async (f) => f.ledger.acceptHeader(f.block.rlp, 1n, [...(await votes(f, f.block.hash)), "0x"]),
  },
  {
    what: "a stranger beyond a whole quorum",
    error: "ForeignSignerUnknown",
    args: () => [3n, stray[0]?.address, 1n],
    attempt: async (f) => {
      const strays = await votes(f, f.block.hash, { signers: stray });
      return f.ledger.acceptHeader(f.block.rlp, 1n, [...(await votes(f, f.block.hash)), ...strays]);
    },
  },
  {
    what: "signatures of a removed validator",
    error: "ForeignSignerUnknown",
    args: unknownSigner(0n, 2n),
    attempt: async (f) => {
      await f.ledger.connect(f.admin).rotate(addressesOf(next), 2n, GRACE);
      return accept(f, f.block, { vote: { epoch: 2n } });
    },
  },
  {
    what: "the former epoch after its grace period",
    error: "ForeignEpochExpired",
    args: () => [1n, ANY, ANY],
    attempt: async (f) => {
      await f.ledger.connect(f.admin).rotate(addressesOf(next), 2n, GRACE);
      await chain.networkHelpers.time.increase(GRACE + 1n);
      return accept(f, f.block);
    },
  },
  {
    what: "an epoch before the former one, within the grace period that it had",
    error: "ForeignEpochExpired",
    args: () => [1n, 0n, ANY],
    attempt: async (f) => {
      await f.ledger.connect(f.admin).rotate(addressesOf(next), 2n, GRACE);
      await f.ledger.connect(f.admin).rotate(addressesOf(validators), QUORUM, GRACE);
      return accept(f, f.block);
    },
  },
  {
    what: "epoch 0",
    error: "ForeignEpochUnknown",
    args: () => [0n, 1n],
    attempt: (f) => accept(f, f.block, { vote: { epoch: 0n } }),
  },
  {
    what: "an epoch that has not begun",
    error: "ForeignEpochUnknown",
    args: () => [2n, 1n],
    attempt: (f) => accept(f, f.block, { vote: { epoch: 2n } }),
  },
  {
    what: "signatures for another epoch",
    error: "ForeignSignerUnknown",
    args: unknownSigner(0n),
    attempt: async (f) => f.ledger.acceptHeader(f.block.rlp, 1n, await votes(f, f.block.hash, { vote: { epoch: 2n } })),
  },
  {
    what: "signatures for another chain",
    error: "ForeignSignerUnknown",
    args: unknownSigner(0n),
    attempt: (f) => accept(f, f.block, { vote: { chainId: CHAIN_ID.hongkong } }),
  },
  {
    what: "signatures for another contract",
    error: "ForeignSignerUnknown",
    args: unknownSigner(0n),
    attempt: (f) => accept(f, f.block, { elsewhere: true }),
  },
  {
    what: "signatures under another header",
    error: "ForeignSignerUnknown",
    args: unknownSigner(0n),
    attempt: async (f) => f.ledger.acceptHeader(f.block.rlp, 1n, await votes(f, f.other.hash)),
  },
  {
    what: "a header changed by one bit",
    error: "ForeignSignerUnknown",
    args: unknownSigner(0n),
    attempt: async (f) => f.ledger.acceptHeader(flipped(f.block.rlp, 40), 1n, await votes(f, f.block.hash)),
  },
  ...Object.entries({
    "a signature of 64 bytes": (text: string) => ofLength(text, 64),
    "a signature of 66 bytes": (text: string) => ofLength(text, 66),
    "a signature with high s": highS,
    "a signature of zeros": () => ofLength("0x", 65),
  }).map(([what, change]): Row => ({
    what,
    error: "ForeignSignatureInvalid",
    args: () => [1n],
    attempt: async (f) => {
      const [one = "", two = "", three = ""] = await votes(f, f.block.hash);
      return f.ledger.acceptHeader(f.block.rlp, 1n, [one, change(two), three]);
    },
  })),
  {
    what: "a truncated header",
    error: "RLPInvalidEncoding",
    args: () => [],
    attempt: (f) => accept(f, bytesAsHeader(truncated(f.block.rlp))),
  },
  {
    what: "a header with a byte after it",
    error: "RLPInvalidEncoding",
    args: () => [],
    attempt: (f) => accept(f, bytesAsHeader(concat([f.block.rlp, "0x00"]))),
  },
  {
    what: "a header that is no list",
    error: "RLPInvalidEncoding",
    args: () => [],
    attempt: (f) => accept(f, bytesAsHeader("0x80")),
  },
  {
    what: "no header at all",
    error: "RLPInvalidEncoding",
    args: () => [],
    attempt: (f) => accept(f, bytesAsHeader("0x")),
  },
  {
    what: "a header without a time",
    error: "FieldNotPresentInBlockHeader",
    args: () => [11n],
    attempt: (f) => accept(f, bytesAsHeader(rlpList(...headerFields({ receiptsRoot: TOPIC }).slice(0, 11)))),
  },
  {
    what: "a header whose number has more than 64 bits",
    error: "SafeCastOverflowedUintDowncast",
    args: () => [64n, 2n ** 64n],
    attempt: async (f) => accept(f, await fabricate([receiptOf()], { number: 2n ** 64n })),
  },
  {
    what: "a zero receipts root",
    error: "ForeignRootZero",
    args: () => [ANY],
    attempt: async (f) => accept(f, await fabricate([], { receiptsRoot: toBeHex(0, 32) })),
  },
  {
    what: "any header while the ledger is closed",
    error: "ForeignLedgerClosed",
    args: () => [7n],
    attempt: async (f) => {
      await accept(f, f.block);
      await accept(f, await fabricate([receiptOf()]));
      return accept(f, f.other);
    },
  },
];

describe("ForeignLedger.acceptHeader (malformed headers)", function () {
  refuses(headerRows);
});
