import { expect } from "chai";
import { concat, getAddress, keccak256, toBeHex, type TypedDataDomain } from "ethers";
import fc from "fast-check";
import type { QrEntry } from "../../sdk/eip712/qr.js";
import { UserError } from "../../sdk/errors.js";
import { buildBatch, qrPositions, readBatchFile, verifyBatch, writeBatchFile } from "../../sdk/qr/batch.js";
import { MerkleTree } from "../../sdk/qr/merkle.js";
import { ref } from "../support/chain.js";

const domain: TypedDataDomain = {
  ...{ name: "QrSettlement", version: "1", chainId: 1n, verifyingContract: toBeHex(7, 20) },
};
const BANKS = [3, 1, 2, 4].map((number) => getAddress(toBeHex(number, 20)));

function bank(place: number): string {
  return BANKS[place % BANKS.length] ?? "";
}

function entry(change: Partial<QrEntry> = {}): QrEntry {
  return { paymentId: ref("payment"), debtor: bank(0), creditor: bank(1), amount: 100n, ...change };
}

/** Up the tree by hand. */
function climb(leaf: string, proof: readonly string[]): string {
  return proof.reduce(
    (node, other) => keccak256(BigInt(node) < BigInt(other) ? concat([node, other]) : concat([other, node])),
    leaf,
  );
}

const entries = fc.array(
  fc
    .tuple(fc.nat(), fc.nat({ max: 3 }), fc.integer({ min: 1, max: 3 }), fc.bigInt({ min: 1n, max: 10n ** 12n }))
    .map(([id, from, step, amount]) => ({
      ...entry(),
      paymentId: toBeHex(id, 32),
      debtor: bank(from),
      creditor: bank(from + step),
      amount,
    })),
  { minLength: 1, maxLength: 40 },
);

describe("sdk/qr/merkle", function () {
  it("proves every leaf of a tree of any size", function () {
    for (let count = 1; count <= 33; count++) {
      const leaves = Array.from({ length: count }, (_, i) => ref(`${i}`));
      const tree = new MerkleTree(leaves);
      for (const [index, leaf] of leaves.entries()) expect(climb(leaf, tree.proof(index))).to.equal(tree.root);
      expect(() => tree.proof(count)).to.throw(RangeError);
    }
    expect(() => new MerkleTree([])).to.throw(RangeError);
  });
});

describe("sdk/qr/batch", function () {
  it("nets what each owes and is due, to zero, by rising address", function () {
    fc.assert(
      fc.property(entries, (all) => {
        const positions = qrPositions(all);
        expect(positions.reduce((sum, { net }) => sum + net, 0n)).to.equal(0n);
        for (const { institution, net } of positions) {
          const received = all
            .filter(({ creditor }) => creditor === institution)
            .reduce((sum, { amount }) => sum + amount, 0n);
          const given = all
            .filter(({ debtor }) => debtor === institution)
            .reduce((sum, { amount }) => sum + amount, 0n);
          expect(net).to.equal(received - given);
        }
        const numbers = positions.map(({ institution }) => BigInt(institution));
        expect(numbers).to.deep.equal([...new Set(numbers)].sort((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });

  it("is verified from its file alone", function () {
    fc.assert(
      fc.property(entries, (all) => {
        const { batch, file } = buildBatch({ domain, window: 3n, entries: all });
        expect(readBatchFile(file)).to.deep.equal(all);
        expect(verifyBatch(domain, batch, file).batch).to.deep.equal(batch);
      }),
      { numRuns: 30 },
    );
  });

  it("tells an institution which figure of a batch is wrong", function () {
    const { batch, file } = buildBatch({ domain, window: 1n, entries: [entry(), entry({ paymentId: ref("second") })] });
    const [first, second] = batch.positions;
    if (!first || !second) throw new RangeError("two positions");
    const shifted = [
      { ...first, net: first.net + 1n },
      { ...second, net: second.net - 1n },
    ];
    for (const [name, change] of [
      ["data hash", { dataHash: ref("") }],
      ["count", { count: 3 }],
      ["total", { total: 201n }],
      ["root", { root: ref("") }],
      ["positions", { positions: shifted }],
    ] as const) {
      expect(() => verifyBatch(domain, { ...batch, ...change }, file)).to.throw(
        UserError,
        `Window 1: the ${name} of the batch is not what its file gives`,
      );
    }
    // the same payments in another chain's window have another root
    expect(() => verifyBatch({ ...domain, chainId: 2n }, batch, file)).to.throw(UserError, "root");
  });

  it("orders corrections, and gives their parties a line", function () {
    const correction = (window: bigint, index: number) => ({
      window,
      index,
      entry: entry({ debtor: bank(2), creditor: bank(3) }),
    });
    const corrections = [correction(2n, 0), correction(1n, 9), correction(1n, 2)];
    const { batch } = buildBatch({ domain, window: 3n, entries: [entry()], corrections });
    expect(batch.corrections.map(({ window, index }) => [window, index])).to.deep.equal([
      [1n, 2],
      [1n, 9],
      [2n, 0],
    ]);
    expect(batch.positions.map(({ net }) => net)).to.deep.equal([100n, 0n, -100n, 0n]);
  });

  it("refuses what is no payment, in one sentence", function () {
    for (const [change, why] of [
      [{ paymentId: "0x12" }, "its id is not 32 bytes"],
      [{ debtor: "0x12" }, "debtor or creditor is no account"],
      [{ creditor: bank(0) }, "it pays its own debtor"],
      [{ amount: 0n }, "its amount is 0"],
      [{ amount: 2n ** 64n }, `its amount is ${2n ** 64n}`],
    ] as const) {
      expect(() => buildBatch({ domain, window: 1n, entries: [entry(), entry(change)] })).to.throw(
        UserError,
        `Payment 1 cannot be settled: ${why}; correct or leave it out.`,
      );
    }
    expect(() => buildBatch({ domain, window: 1n, entries: [] })).to.throw(UserError, "without payments");
    expect(() => buildBatch({ domain, window: 1n, entries: [entry()] }).inclusion(1)).to.throw(
      UserError,
      "no payment 1",
    );
  });

  it("refuses a file that is not whole", function () {
    const file = writeBatchFile([entry()]);
    for (const [broken, why] of [
      [file.slice(3), "begins with"],
      [file.slice(0, -1), "ends within a line"],
      [file.replace(",100", ",0100"), "Line 2"],
      [file.replace(",100", ",100,5"), "Line 2"],
      [file.replace(",100", ",-100"), "Line 2"],
    ] as const) {
      expect(() => readBatchFile(broken)).to.throw(UserError, why);
    }
  });
});
