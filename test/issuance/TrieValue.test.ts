import { MerklePatriciaTrie, createMerkleProof } from "@ethereumjs/mpt";
import { expect } from "chai";
import { encodeRlp, getBytes, hexlify, keccak256, toBeHex } from "ethers";
import { openChain } from "../support/chain.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return ethers.deployContract("TrieHarness");
}

const keyOf = (n: number) => keccak256(toBeHex(n, 32));
const valueOf = (n: number) => encodeRlp(toBeHex(n + 1, n % 3 === 0 ? 1 + (n % 2) : 32));

/** A trie of the first keys, and the proof of any key. */
async function trieOf(size: number) {
  const trie = new MerklePatriciaTrie();
  for (let n = 0; n < size; n++) await trie.put(getBytes(keyOf(n)), getBytes(valueOf(n)));
  const proofOf = async (n: number) => (await createMerkleProof(trie, getBytes(keyOf(n)))).map((node) => hexlify(node));
  return { root: hexlify(trie.root()), proofOf };
}

describe("TrieValue", function () {
  describe("get", function () {
    for (const size of [1, 2, 3, 17, 200]) {
      context(`given a trie of ${size} keys`, function () {
        it("reads what is there, and that what is not there is not", async function () {
          const harness = await networkHelpers.loadFixture(deploy);
          const { root, proofOf } = await trieOf(size);
          for (let n = 0; n < Math.min(size, 40); n++) {
            expect(await harness.get(root, keyOf(n), await proofOf(n))).to.equal(valueOf(n));
          }
          for (let n = size; n < size + 40; n++) {
            expect(await harness.get(root, keyOf(n), await proofOf(n))).to.equal("0x");
          }
        });
      });
    }

    it("reads past a node that stands in its parent", async function () {
      const harness = await networkHelpers.loadFixture(deploy);
      const trie = new MerklePatriciaTrie();
      // keys that differ in their last nibbles alone have leaves of a few bytes
      const key = (last: number) => `0x${"11".repeat(31)}${last.toString(16).padStart(2, "0")}`;
      for (const last of [0x00, 0x01, 0x10]) await trie.put(getBytes(key(last)), Uint8Array.of(last + 1));
      const nodes = (await createMerkleProof(trie, getBytes(key(0x01)))).map((node) => hexlify(node));
      // what stands in its parent is not in a list of nodes
      const proof = nodes.filter((node) => node.length >= 2 + 2 * 32);
      const root = hexlify(trie.root());
      expect(await harness.get(root, key(0x01), proof)).to.equal("0x02");
      expect(await harness.get(root, key(0x10), proof)).to.equal("0x11");
      expect(await harness.get(root, key(0x02), proof)).to.equal("0x");
      expect(await harness.get(root, key(0x20), proof)).to.equal("0x");
    });

    it("refuses another root, an altered node and a proof cut short", async function () {
      const harness = await networkHelpers.loadFixture(deploy);
      const { root, proofOf } = await trieOf(200);
      const proof = await proofOf(7);
      await expect(harness.get(keyOf(1), keyOf(7), proof))
        .to.be.revertedWithCustomError(harness, "TrieNodeInvalid")
        .withArgs(0n);
      const altered = [...proof.slice(0, -1), `${(proof.at(-1) ?? "").slice(0, -2)}fe`];
      await expect(harness.get(root, keyOf(7), altered))
        .to.be.revertedWithCustomError(harness, "TrieNodeInvalid")
        .withArgs(BigInt(proof.length - 1));
      await expect(harness.get(root, keyOf(7), proof.slice(0, -1)))
        .to.be.revertedWithCustomError(harness, "TrieProofIncomplete")
        .withArgs(BigInt(proof.length - 1));
    });

    it("refuses a proof of one key for another", async function () {
      const harness = await networkHelpers.loadFixture(deploy);
      const { root, proofOf } = await trieOf(200);
      await expect(harness.get(root, keyOf(8), await proofOf(7))).to.be.revertedWithCustomError(
        harness,
        "TrieNodeInvalid",
      );
    });

    it("refuses branches below the end of a key", async function () {
      const harness = await networkHelpers.loadFixture(deploy);
      // an extension over all 64 nibbles, then a branch: no trie of hashed keys has that
      const branch = encodeRlp([...new Array<string>(16).fill("0x"), "0x"]);
      const key = keyOf(1);
      const extension = encodeRlp([`0x00${key.slice(2)}`, keccak256(branch)]);
      await expect(harness.get(keccak256(extension), key, [extension, branch]))
        .to.be.revertedWithCustomError(harness, "TrieNodeInvalid")
        .withArgs(1n);
      const longer = encodeRlp([`0x00${key.slice(2)}00`, keccak256(branch)]);
      expect(await harness.get(keccak256(longer), key, [longer, branch])).to.equal("0x");
    });
  });
});
