import { expect } from "chai";
import { ZeroAddress, ZeroHash, toBeHex } from "ethers";
import { UserError } from "../../sdk/errors.js";
import { headerRlp } from "../../sdk/interop/headers.js";
import { interoperableAddress, parseInteroperableAddress } from "../../sdk/interop/messages.js";
import { encodeReceipt, receiptNodes, receiptsTrie, rootOf } from "../../sdk/interop/proofs.js";
import type { RpcBlock, RpcReceipt } from "../../sdk/interop/rpc.js";

const EMPTY_TRIE = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421";

/** Ethereum's first block, whose hash everybody knows. */
const GENESIS: RpcBlock = {
  hash: "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
  parentHash: ZeroHash,
  sha3Uncles: "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
  miner: ZeroAddress,
  stateRoot: "0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544",
  transactionsRoot: EMPTY_TRIE,
  receiptsRoot: EMPTY_TRIE,
  logsBloom: toBeHex(0, 256),
  difficulty: "0x400000000",
  number: "0x0",
  gasLimit: "0x1388",
  gasUsed: "0x0",
  timestamp: "0x0",
  extraData: "0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa",
  mixHash: ZeroHash,
  nonce: "0x0000000000000042",
  transactions: [],
};

describe("interop", function () {
  describe("headerRlp", function () {
    it("rebuilds a header of before London to its hash", function () {
      expect(headerRlp(GENESIS)).to.match(/^0xf90214a0/);
    });

    for (const [field, value] of Object.entries({
      gasLimit: "0x1389",
      nonce: "0x0000000000000043",
      baseFeePerGas: "0x7",
    })) {
      it(`refuses it with another ${field}`, function () {
        expect(() => headerRlp({ ...GENESIS, [field]: value })).to.throw(
          UserError,
          /^The header of block 0 hashes to 0x\w+ and not to 0xd4e5\w+, which the node says/,
        );
      });
    }
  });

  describe("receiptsTrie", function () {
    const receipt: RpcReceipt = {
      ...{ status: "0x1", cumulativeGasUsed: "0x5208", logsBloom: toBeHex(0, 256), transactionIndex: "0x0" },
      ...{ blockHash: ZeroHash, logs: [] },
    };

    it("of no receipts is the empty trie", async function () {
      expect(rootOf(await receiptsTrie([]))).to.equal(EMPTY_TRIE);
    });

    it("puts the type before a receipt unless it is a legacy one", function () {
      const legacy = encodeReceipt(receipt);
      expect(legacy).to.match(/^0xf901/);
      expect(encodeReceipt({ ...receipt, type: "0x0" })).to.equal(legacy);
      expect(encodeReceipt({ ...receipt, type: "0x2" })).to.equal(`0x02${legacy.slice(2)}`);
    });

    it("has a way to each of 200 receipts that ends with it", async function () {
      const receipts = Array.from({ length: 200 }, (_, index) =>
        encodeReceipt({ ...receipt, cumulativeGasUsed: toBeHex(21_000 * (index + 1)) }),
      );
      const trie = await receiptsTrie(receipts);
      for (const [index, encoded] of receipts.entries()) {
        const nodes = await receiptNodes(trie, index);
        expect(nodes.at(-1)?.endsWith(encoded.slice(2)), `receipt ${index}`).to.equal(true);
      }
    });
  });

  describe("interoperableAddress", function () {
    const account = "0x1234567890AbcdEF1234567890aBcdef12345678";

    it("writes chain and account as ERC-7930 does", function () {
      expect(interoperableAddress(1n, account).toLowerCase()).to.equal(
        `0x00010000010114${account.slice(2).toLowerCase()}`,
      );
    });

    for (const chainId of [1n, 255n, 256n, 86_001n, 2n ** 64n - 1n]) {
      it(`reads back what it wrote (chain ${chainId})`, function () {
        expect(parseInteroperableAddress(interoperableAddress(chainId, account))).to.deep.equal({ chainId, account });
      });
    }

    for (const [what, text] of Object.entries({
      nothing: "0x",
      "another version": `0x00020000010114${account.slice(2)}`,
      "another kind of chain": `0x00010002010114${account.slice(2)}`,
      "no chain": `0x000100000014${account.slice(2)}`,
      "a leading zero": `0x0001000002000114${account.slice(2)}`,
      "a byte too many": `0x00010000010114${account.slice(2)}00`,
      "a short account": `0x00010000010113${account.slice(4)}`,
    })) {
      it(`refuses ${what}`, function () {
        expect(() => parseInteroperableAddress(text)).to.throw(UserError, /is no account of an EVM chain/);
      });
    }
  });
});
