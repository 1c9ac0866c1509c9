import { expect } from "chai";
import { TypedDataEncoder, ZeroHash } from "ethers";

import { digestOf, sign } from "../../sdk/eip712/typedData.js";
import { qrBatchId, qrBatchTypedData, qrEntryTypedData, type QrBatch } from "../../sdk/eip712/qr.js";
import { minor } from "../../sdk/money.js";
import { leafOf } from "../../sdk/qr/batch.js";
import { openChain, ref } from "../support/chain.js";
import {
  DISPUTE_PERIOD,
  OPENING,
  REASON,
  WINDOW,
  batchOf,
  consentsTo,
  deployQr,
  entriesOf,
  entryOf,
  settleBatch,
  type Qr,
} from "../support/qr.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

async function deploy() {
  return deployQr(chain);
}

describe("QrSettlement", function () {
  let f: Qr;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  function commit(batch: QrBatch) {
    return f.settlement.connect(f.operator).commit(batch);
  }

  const funds = async () =>
    Promise.all(f.participants.map(async (bank) => (await f.mainland.currency.balanceOf(bank)) - OPENING));

  describe("constructor", function () {
    it("says what it stands on", async function () {
      const { settlement } = f;
      expect(await settlement.CURRENCY()).to.equal(await f.mainland.currency.getAddress());
      expect(await settlement.ENGINE()).to.equal(await f.engine.getAddress());
      expect(await settlement.GATEWAY()).to.equal(await f.gateway.getAddress());
      expect(await settlement.DISPUTE_PERIOD()).to.equal(DISPUTE_PERIOD);
      expect(await settlement.ANSWER_PERIOD()).to.equal(86_400n);
    });
  });

  describe("commit", function () {
    it("fixes a window's payments, and gives the ids that the library computes", async function () {
      const { batch, entries } = batchOf(f);
      const id = qrBatchId(f.domain, batch);
      expect(await f.settlement.batchId(batch)).to.equal(id);
      const entry = entries[0] ?? entryOf("", f.icbc, f.boc, "1");
      expect(await f.settlement.entryId(entry)).to.equal(digestOf(qrEntryTypedData(f.domain, entry)));
      const leaf = leafOf(TypedDataEncoder.hashDomain(f.domain), 1n, 4, 3, entry);
      expect(await f.settlement.leafOf(1n, 4, 3, entry)).to.equal(leaf);
      await expect(commit(batch))
        .to.emit(f.settlement, "QrWindowCommitted")
        .withArgs(1n, id, (logged: unknown) => {
          expect(logged).to.deep.equal([
            ...[1n, 4n, batch.total, batch.root, batch.dataHash],
            ...[batch.positions.map(({ institution, net }) => [institution, net]), []],
          ]);
          return true;
        });
      expect(await f.settlement.windowOf(1n)).to.deep.equal([id, batch.root, 4n, WINDOW.committed, 0n]);
      expect(await f.settlement.lastWindow()).to.equal(1n);
    });

    it("is the operator's alone", async function () {
      await expect(f.settlement.connect(f.mainland.officers.governor).commit(batchOf(f).batch))
        .to.be.revertedWithCustomError(f.settlement, "AccessManagedUnauthorized")
        .withArgs(f.mainland.officers.governor);
    });

    it("takes one window after the other, none while one is open", async function () {
      for (const window of [0n, 2n]) {
        await expect(commit(batchOf(f, { window }).batch))
          .to.be.revertedWithCustomError(f.settlement, "QrWindowOutOfSequence")
          .withArgs(window, 0n, WINDOW.none);
      }
      await commit(batchOf(f).batch);
      for (const window of [1n, 2n]) {
        await expect(commit(batchOf(f, { window }).batch))
          .to.be.revertedWithCustomError(f.settlement, "QrWindowOutOfSequence")
          .withArgs(window, 1n, WINDOW.committed);
      }
      await f.settlement.connect(f.operator).withdraw(1n, REASON);
      await commit(batchOf(f, { window: 2n }).batch);
    });

    it("refuses a batch of nothing", async function () {
      for (const change of [{ count: 0 }, { total: 0n }, { root: ZeroHash }]) {
        await expect(commit({ ...batchOf(f).batch, ...change }))
          .to.be.revertedWithCustomError(f.settlement, "QrBatchEmpty")
          .withArgs(1n);
      }
    });

    it("refuses positions out of order, twice, of a stranger, or that do not sum to zero", async function () {
      const { batch } = batchOf(f);
      const [first, second, third] = batch.positions;
      if (!first || !second || !third) throw new RangeError("three positions");
      for (const positions of [
        [second, first, third],
        [first, first, second],
      ]) {
        await expect(commit({ ...batch, positions }))
          .to.be.revertedWithCustomError(f.settlement, "QrPositionsUnsorted")
          .withArgs(1n);
      }
      for (const change of [1n, -1n]) {
        const positions = [first, second, { ...third, net: third.net + change }];
        await expect(commit({ ...batch, positions }))
          .to.be.revertedWithCustomError(f.settlement, "QrPositionsUnbalanced")
          .withArgs(change);
      }
      await f.gateway.connect(f.mainland.officers.registrar).dismiss(first.institution);
      await expect(commit(batch))
        .to.be.revertedWithCustomError(f.gateway, "QrParticipantUnknown")
        .withArgs(first.institution);
    });
  });

  describe("affirm", function () {
    it("is kept, once", async function () {
      const id = qrBatchId(f.domain, batchOf(f).batch);
      const settlement = f.settlement.connect(f.icbc);
      await expect(settlement.affirm(id)).to.emit(settlement, "QrBatchAffirmed").withArgs(id, f.icbc);
      await expect(settlement.affirm(id)).not.to.emit(settlement, "QrBatchAffirmed");
      expect(await settlement.isAffirmed(id, f.icbc)).to.equal(true);
      expect(await settlement.isAffirmed(id, f.boc)).to.equal(false);
    });
  });

  describe("settle", function () {
    it("moves each institution's net in central bank money, finally", async function () {
      const { batch } = batchOf(f);
      const id = await f.settlement.batchId(batch);
      await commit(batch);
      const consents = await consentsTo(f, batch);
      const settlement = f.settlement.connect(f.carrier);
      const instructionId = await settlement.settle.staticCall(batch, consents);
      const time = BigInt(await networkHelpers.time.latest()) + 10n;
      await networkHelpers.time.setNextBlockTimestamp(time);
      await expect(settlement.settle(batch, consents))
        .to.emit(settlement, "QrWindowSettled")
        .withArgs(1n, id, instructionId, minor("300"), time + DISPUTE_PERIOD)
        .and.to.emit(f.engine, "InstructionSettled");
      // icbc, boc, hsbc, bochk
      expect(await funds()).to.deep.equal([minor("220"), minor("80"), -minor("300"), 0n]);
      expect((await settlement.windowOf(1n)).status).to.equal(WINDOW.settled);
      expect((await settlement.windowOf(1n)).settledAt).to.equal(time);
      await expect(settlement.settle(batch, consents))
        .to.be.revertedWithCustomError(settlement, "QrWindowStatusInvalid")
        .withArgs(1n, WINDOW.settled);
    });

    it("matches several payers with several receivers", async function () {
      const { icbc, boc, hsbc, bochk } = f;
      const entries = [
        entryOf("a", icbc, boc, "10"),
        entryOf("b", hsbc, boc, "20"),
        entryOf("c", hsbc, bochk, "40"),
        entryOf("d", boc, icbc, "1"),
      ];
      await settleBatch(f, batchOf(f, { entries }));
      expect(await funds()).to.deep.equal([-minor("9"), minor("29"), -minor("60"), minor("40")]);
    });

    it("moves nothing when payments cancel out", async function () {
      const entries = [entryOf("a", f.icbc, f.boc, "10"), entryOf("b", f.boc, f.icbc, "10")];
      const built = batchOf(f, { entries });
      await commit(built.batch);
      await expect(f.settlement.connect(f.carrier).settle(built.batch, await consentsTo(f, built.batch)))
        .to.emit(f.settlement, "QrWindowSettled")
        .withArgs(1n, await f.settlement.batchId(built.batch), ZeroHash, 0n, (until: bigint) => until > 0n);
      expect(await funds()).to.deep.equal([0n, 0n, 0n, 0n]);
    });

    it("takes consent by signature, affirmation or call, and from every line", async function () {
      const { batch } = batchOf(f);
      const id = await f.settlement.batchId(batch);
      await commit(batch);
      const [first, second, third] = batch.positions.map(({ institution }) =>
        f.participants.find(({ address }) => address === institution),
      );
      if (!first || !second || !third) throw new RangeError("three institutions");
      const signature = await sign(first, qrBatchTypedData(f.domain, batch));
      await expect(f.settlement.connect(third).settle(batch, [signature]))
        .to.be.revertedWithCustomError(f.settlement, "QrConsentMissing")
        .withArgs(id, second);
      await f.settlement.connect(second).affirm(id);
      await expect(f.settlement.connect(f.carrier).settle(batch, [signature, "0x"]))
        .to.be.revertedWithCustomError(f.settlement, "QrConsentMissing")
        .withArgs(id, third);
      await f.settlement.connect(third).settle(batch, [signature, "0x"]);
    });

    it("refuses a signature over another batch, another's, or one too many", async function () {
      const { batch } = batchOf(f);
      const id = await f.settlement.batchId(batch);
      await commit(batch);
      const consents = await consentsTo(f, batch);
      const [first = "", second = "", third = ""] = consents;
      const institution = batch.positions[0]?.institution;
      const other = await consentsTo(f, { ...batch, dataHash: ref("another file") });
      for (const wrong of [[second, first, third], other]) {
        await expect(f.settlement.settle(batch, wrong))
          .to.be.revertedWithCustomError(f.settlement, "QrSignatureInvalid")
          .withArgs(id, institution);
      }
      await expect(f.settlement.settle(batch, [...consents, "0x"]))
        .to.be.revertedWithCustomError(f.settlement, "QrConsentsExcessive")
        .withArgs(4n, 3n);
    });

    it("refuses a batch that was not committed", async function () {
      const { batch } = batchOf(f);
      await expect(f.settlement.settle(batch, []))
        .to.be.revertedWithCustomError(f.settlement, "QrWindowStatusInvalid")
        .withArgs(1n, WINDOW.none);
      await commit(batch);
      const other = { ...batch, total: batch.total + 1n };
      await expect(f.settlement.settle(other, await consentsTo(f, other)))
        .to.be.revertedWithCustomError(f.settlement, "QrBatchMismatch")
        .withArgs(await f.settlement.batchId(other), await f.settlement.batchId(batch));
    });

    it("moves nothing when one institution lacks cover, and goes on without it", async function () {
      const entries = [...entriesOf(f), entryOf("e", f.bochk, f.boc, "10000.01")];
      const { batch } = batchOf(f, { entries });
      await commit(batch);
      await expect(f.settlement.settle(batch, await consentsTo(f, batch))).to.be.revertedWithCustomError(
        f.mainland.currency,
        "ERC20InsufficientBalance",
      );
      expect(await funds()).to.deep.equal([0n, 0n, 0n, 0n]);
      await f.settlement.connect(f.operator).withdraw(1n, REASON);
      await settleBatch(f, batchOf(f, { window: 2n }));
      expect(await funds()).to.deep.equal([minor("220"), minor("80"), -minor("300"), 0n]);
    });
  });

  describe("withdraw", function () {
    it("ends a window that is not settled, once", async function () {
      const settlement = f.settlement.connect(f.operator);
      const { batch } = batchOf(f);
      await commit(batch);
      await expect(settlement.withdraw(1n, REASON))
        .to.emit(settlement, "QrWindowWithdrawn")
        .withArgs(1n, await settlement.batchId(batch), REASON);
      for (const call of [settlement.withdraw(1n, REASON), settlement.settle(batch, await consentsTo(f, batch))]) {
        await expect(call)
          .to.be.revertedWithCustomError(settlement, "QrWindowStatusInvalid")
          .withArgs(1n, WINDOW.withdrawn);
      }
    });

    it("is the operator's, and not of what is settled", async function () {
      await expect(f.settlement.connect(f.icbc).withdraw(1n, REASON))
        .to.be.revertedWithCustomError(f.settlement, "AccessManagedUnauthorized")
        .withArgs(f.icbc);
      await settleBatch(f, batchOf(f));
      await expect(f.settlement.connect(f.operator).withdraw(1n, REASON))
        .to.be.revertedWithCustomError(f.settlement, "QrWindowStatusInvalid")
        .withArgs(1n, WINDOW.settled);
    });
  });

  describe("isIncluded, leafOf", function () {
    it("proves every payment of a window, of any number of payments", async function () {
      for (let count = 1; count <= 9; count++) {
        const window = BigInt(count);
        const entries = Array.from({ length: count }, (_, i) => entryOf(`${count}/${i}`, f.icbc, f.boc, `1.0${i}`));
        const built = batchOf(f, { window, entries });
        await commit(built.batch);
        for (let index = 0; index < count; index++) {
          expect(await f.settlement.isIncluded(built.inclusion(index)), `${index} of ${count}`).to.equal(true);
        }
        await settleOrWithdraw(count % 2 === 0, built.batch);
      }
    });

    it("refuses another amount, side, place or window, a proof cut short or of something else", async function () {
      const built = batchOf(f);
      await commit(built.batch);
      const right = built.inclusion(1);
      const { entry, proof } = right;
      const forged = [
        { ...right, entry: { ...entry, amount: entry.amount + 1n } },
        { ...right, entry: { ...entry, creditor: f.bochk.address } },
        { ...right, entry: { ...entry, debtor: f.bochk.address } },
        { ...right, entry: { ...entry, paymentId: ref("z") } },
        { ...right, index: 0 },
        { ...right, index: 4 },
        { ...right, index: 5 },
        { ...right, window: 2n },
        { ...right, proof: proof.slice(1) },
        { ...right, proof: [...proof, ZeroHash] },
        { ...right, proof: built.inclusion(2).proof },
      ];
      for (const [which, inclusion] of forged.entries()) {
        expect(await f.settlement.isIncluded(inclusion), `forgery ${which}`).to.equal(false);
      }
      expect(await f.settlement.isIncluded(right)).to.equal(true);
    });

    it("has nothing in a window that was withdrawn", async function () {
      const built = batchOf(f);
      await commit(built.batch);
      await settleOrWithdraw(false, built.batch);
      expect(await f.settlement.isIncluded(built.inclusion(0))).to.equal(false);
    });
  });

  async function settleOrWithdraw(settles: boolean, batch: QrBatch) {
    if (!settles) return f.settlement.connect(f.operator).withdraw(batch.window, REASON);
    return f.settlement.settle(batch, await consentsTo(f, batch));
  }
});
