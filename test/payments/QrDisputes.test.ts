import { expect } from "chai";
import { qrEntryTypedData, type QrEntry, type QrReturn } from "../../sdk/eip712/qr.js";
import { sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import type { BuiltBatch } from "../../sdk/qr/batch.js";
import { openChain } from "../support/chain.js";
import {
  ANSWER_PERIOD,
  DISPUTE,
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
const { time } = networkHelpers;

async function deploy() {
  return deployQr(chain);
}

interface Settled extends Qr {
  readonly built: BuiltBatch;
  readonly settledAt: bigint;
}

async function settled(): Promise<Settled> {
  const f = await deployQr(chain);
  const built = batchOf(f);
  await settleBatch(f, built);
  return { ...f, built, settledAt: BigInt(await time.latest()) };
}

/** Payment 0 of window 1, hsbc's to icbc, disputed. */
async function disputed() {
  const f = await settled();
  await f.settlement.connect(f.hsbc).dispute(f.built.inclusion(0), REASON);
  return { ...f, answerUntil: BigInt(await time.latest()) + ANSWER_PERIOD };
}

/** The same, and nobody has answered. */
async function upheld() {
  const f = await disputed();
  await time.increaseTo(f.answerUntil + 1n);
  await f.settlement.uphold(1n, 0, entryAt(f, 0));
  return f;
}

function entryAt({ built }: Settled, index: number): QrEntry {
  return built.inclusion(index).entry;
}

function returnOf(f: Settled, index = 0): QrReturn {
  return { window: 1n, index, entry: entryAt(f, index) };
}

describe("QrSettlement: disputes", function () {
  describe("dispute", function () {
    let f: Settled;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(settled);
    });

    it("is the debtor's, with the proof of the payment", async function () {
      const inclusion = f.built.inclusion(0);
      const now = f.settledAt + 60n;
      await time.setNextBlockTimestamp(now);
      await expect(f.settlement.connect(f.hsbc).dispute(inclusion, REASON))
        .to.emit(f.settlement, "QrEntryDisputed")
        .withArgs(1n, 0n, f.hsbc, Object.values(inclusion.entry), REASON, now + ANSWER_PERIOD);
      expect(await f.settlement.disputeOf(1n, 0)).to.deep.equal([DISPUTE.open, now + ANSWER_PERIOD]);
      await expect(f.settlement.connect(f.icbc).dispute(f.built.inclusion(1), REASON))
        .to.be.revertedWithCustomError(f.settlement, "QrDebtorRequired")
        .withArgs(1n, 1n, f.hsbc);
    });

    it("is made once for each place", async function () {
      const settlement = f.settlement.connect(f.hsbc);
      await settlement.dispute(f.built.inclusion(0), REASON);
      await expect(settlement.dispute(f.built.inclusion(0), REASON))
        .to.be.revertedWithCustomError(settlement, "QrDisputeStatusInvalid")
        .withArgs(1n, 0n, DISPUTE.open);
      await settlement.dispute(f.built.inclusion(1), REASON);
    });

    it("refuses a forged inclusion", async function () {
      const right = f.built.inclusion(0);
      const forged = { ...right, entry: { ...right.entry, amount: right.entry.amount + 1n } };
      await expect(f.settlement.connect(f.hsbc).dispute(forged, REASON))
        .to.be.revertedWithCustomError(f.settlement, "QrInclusionInvalid")
        .withArgs(1n, 0n);
    });

    it("is in time at the end of the period and not a second later", async function () {
      const until = f.settledAt + DISPUTE_PERIOD;
      await time.setNextBlockTimestamp(until);
      await f.settlement.connect(f.hsbc).dispute(f.built.inclusion(0), REASON);
      await time.setNextBlockTimestamp(until + 1n);
      await expect(f.settlement.connect(f.hsbc).dispute(f.built.inclusion(1), REASON))
        .to.be.revertedWithCustomError(f.settlement, "QrDisputePeriodOver")
        .withArgs(1n, until, until + 1n);
    });

    it("is about a settled window", async function () {
      const next = batchOf(f, { window: 2n });
      await f.settlement.connect(f.operator).commit(next.batch);
      await expect(f.settlement.connect(f.hsbc).dispute(next.inclusion(0), REASON))
        .to.be.revertedWithCustomError(f.settlement, "QrWindowStatusInvalid")
        .withArgs(2n, WINDOW.committed);
    });
  });

  describe("answer", function () {
    let f: Awaited<ReturnType<typeof disputed>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(disputed);
    });

    const authorization = (entry: QrEntry, signer = f.hsbc) => sign(signer, qrEntryTypedData(f.domain, entry));

    it("shows the debtor's signature, in time, by anyone", async function () {
      await time.setNextBlockTimestamp(f.answerUntil);
      const entry = entryAt(f, 0);
      await expect(f.settlement.connect(f.stranger).answer(1n, 0, entry, await authorization(entry)))
        .to.emit(f.settlement, "QrDisputeAnswered")
        .withArgs(1n, 0n);
      expect((await f.settlement.disputeOf(1n, 0)).status).to.equal(DISPUTE.answered);
      await time.increaseTo(f.answerUntil + 10n);
      await expect(f.settlement.uphold(1n, 0, entry))
        .to.be.revertedWithCustomError(f.settlement, "QrDisputeStatusInvalid")
        .withArgs(1n, 0n, DISPUTE.answered);
    });

    it("refuses another's signature, and one over another payment", async function () {
      const entry = entryAt(f, 0);
      for (const signature of [await authorization(entry, f.icbc), await authorization(entryAt(f, 1))]) {
        await expect(f.settlement.answer(1n, 0, entry, signature))
          .to.be.revertedWithCustomError(f.settlement, "QrAnswerInvalid")
          .withArgs(1n, 0n, f.hsbc);
      }
    });

    it("is about the payment disputed", async function () {
      const other = entryAt(f, 1);
      await expect(f.settlement.answer(1n, 0, other, await authorization(other)))
        .to.be.revertedWithCustomError(f.settlement, "QrDisputeMismatch")
        .withArgs(1n, 0n);
      await expect(f.settlement.answer(1n, 1, other, await authorization(other)))
        .to.be.revertedWithCustomError(f.settlement, "QrDisputeStatusInvalid")
        .withArgs(1n, 1n, DISPUTE.none);
    });

    it("is refused after the time", async function () {
      const entry = entryAt(f, 0);
      await time.setNextBlockTimestamp(f.answerUntil + 1n);
      await expect(f.settlement.answer(1n, 0, entry, await authorization(entry)))
        .to.be.revertedWithCustomError(f.settlement, "QrAnswerPeriodOver")
        .withArgs(1n, 0n, f.answerUntil, f.answerUntil + 1n);
    });
  });

  describe("uphold", function () {
    let f: Awaited<ReturnType<typeof disputed>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(disputed);
    });

    it("follows when nobody has answered in time", async function () {
      const entry = entryAt(f, 0);
      await time.setNextBlockTimestamp(f.answerUntil);
      await expect(f.settlement.connect(f.stranger).uphold.staticCall(1n, 0, entry, { blockTag: "pending" }))
        .to.be.revertedWithCustomError(f.settlement, "QrAnswerPending")
        .withArgs(1n, 0n, f.answerUntil, f.answerUntil);
      await time.setNextBlockTimestamp(f.answerUntil + 1n);
      await expect(f.settlement.connect(f.stranger).uphold(1n, 0, entry))
        .to.emit(f.settlement, "QrEntryUpheld")
        .withArgs(1n, 0n, f.icbc, false);
      expect((await f.settlement.disputeOf(1n, 0)).status).to.equal(DISPUTE.upheld);
      expect(await f.settlement.outstandingOf(f.icbc, f.hsbc)).to.equal(1n);
    });
  });

  describe("proveTwice", function () {
    let f: Qr;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deploy);
    });

    async function settleTwice(sameWindow: boolean) {
      const entries = entriesOf(f);
      const [first] = entries;
      if (first === undefined) throw new RangeError("there are entries");
      const one = batchOf(f, { entries: sameWindow ? [...entries, first] : entries });
      await settleBatch(f, one);
      if (sameWindow) return { earlier: one.inclusion(0), later: one.inclusion(4), other: one.inclusion(1) };
      const two = batchOf(f, { window: 2n, entries: [entryOf("z", f.boc, f.icbc, "1"), first] });
      await settleBatch(f, two);
      return { earlier: one.inclusion(0), later: two.inclusion(1), other: two.inclusion(0) };
    }

    for (const sameWindow of [true, false]) {
      it(`upholds the later of one payment twice in ${sameWindow ? "one window" : "two windows"}`, async function () {
        const { earlier, later } = await settleTwice(sameWindow);
        await expect(f.settlement.connect(f.stranger).proveTwice(earlier, later))
          .to.emit(f.settlement, "QrEntryUpheld")
          .withArgs(later.window, later.index, f.icbc, true);
        expect(await f.settlement.outstandingOf(f.icbc, f.hsbc)).to.equal(1n);
        await expect(f.settlement.proveTwice(earlier, later))
          .to.be.revertedWithCustomError(f.settlement, "QrDisputeStatusInvalid")
          .withArgs(later.window, later.index, DISPUTE.upheld);
      });

      it(`refuses the earlier one, or another, of ${sameWindow ? "one window" : "two windows"}`, async function () {
        const { earlier, later, other } = await settleTwice(sameWindow);
        for (const [first, second] of [
          [later, earlier],
          [earlier, earlier],
          [earlier, other],
        ] as const) {
          await expect(f.settlement.proveTwice(first, second))
            .to.be.revertedWithCustomError(f.settlement, "QrNotTwice")
            .withArgs(second.window, second.index);
        }
      });
    }

    it("needs both proofs, and is in time", async function () {
      const { earlier, later } = await settleTwice(false);
      const none: string[] = [];
      for (const [first, second, at] of [
        [{ ...earlier, proof: none }, later, earlier],
        [earlier, { ...later, proof: none }, later],
      ] as const) {
        await expect(f.settlement.proveTwice(first, second))
          .to.be.revertedWithCustomError(f.settlement, "QrInclusionInvalid")
          .withArgs(at.window, at.index);
      }
      const until = BigInt(await time.latest()) + DISPUTE_PERIOD;
      await time.increaseTo(until + 1n);
      await expect(f.settlement.proveTwice(earlier, later)).to.be.revertedWithCustomError(
        f.settlement,
        "QrDisputePeriodOver",
      );
    });

    it("does not count one that is given back", async function () {
      const { earlier, later } = await settleTwice(false);
      await f.settlement.connect(f.hsbc).dispute(earlier, REASON);
      await time.increase(ANSWER_PERIOD + 1n);
      await f.settlement.uphold(earlier.window, earlier.index, earlier.entry);
      await expect(f.settlement.proveTwice(earlier, later))
        .to.be.revertedWithCustomError(f.settlement, "QrDisputeStatusInvalid")
        .withArgs(earlier.window, earlier.index, DISPUTE.upheld);
    });
  });

  describe("commit and settle with corrections", function () {
    let f: Awaited<ReturnType<typeof upheld>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(upheld);
    });

    const commit = (plan: Parameters<typeof batchOf>[1]) =>
      f.settlement.connect(f.operator).commit(batchOf(f, { window: 2n, ...plan }).batch);

    it("gives the payment back in the next window, once", async function () {
      const entries = [entryOf("e", f.boc, f.icbc, "10")];
      const built = batchOf(f, { window: 2n, entries, corrections: [returnOf(f)] });
      await f.settlement.connect(f.operator).commit(built.batch);
      await expect(f.settlement.settle(built.batch, await consentsTo(f, built.batch)))
        .to.emit(f.settlement, "QrEntryReturned")
        .withArgs(1n, 0n, 2n);
      const funds = [f.icbc, f.boc, f.hsbc].map((bank) => f.mainland.currency.balanceOf(bank));
      expect(await Promise.all(funds)).to.deep.equal([
        OPENING + minor("220") + minor("10") - minor("100.50"),
        OPENING + minor("80") - minor("10"),
        OPENING - minor("300") + minor("100.50"),
      ]);
      expect((await f.settlement.disputeOf(1n, 0)).status).to.equal(DISPUTE.returned);
      expect(await f.settlement.outstandingOf(f.icbc, f.hsbc)).to.equal(0n);
      await expect(commit({ window: 3n, corrections: [returnOf(f)] }))
        .to.be.revertedWithCustomError(f.settlement, "QrReturnNotDue")
        .withArgs(1n, 0n);
    });

    it("refuses a batch with lines for both that leaves it out", async function () {
      await expect(commit({}))
        .to.be.revertedWithCustomError(f.settlement, "QrReturnsOutstanding")
        .withArgs(f.icbc, f.hsbc, 1n);
    });

    it("takes a batch without one of the two, and the payment stays to be given back", async function () {
      const built = batchOf(f, { window: 2n, entries: [entryOf("e", f.boc, f.icbc, "10")] });
      await settleBatch(f, built);
      expect(await f.settlement.outstandingOf(f.icbc, f.hsbc)).to.equal(1n);
    });

    it("knows one of two from both of two", async function () {
      await f.settlement.connect(f.hsbc).dispute(f.built.inclusion(1), REASON);
      await time.increase(ANSWER_PERIOD + 1n);
      await f.settlement.uphold(1n, 1, entryAt(f, 1));
      await expect(commit({ corrections: [returnOf(f)] }))
        .to.be.revertedWithCustomError(f.settlement, "QrReturnsOutstanding")
        .withArgs(f.icbc, f.hsbc, 1n);
      await commit({ corrections: [returnOf(f, 1), returnOf(f)] });
    });

    it("refuses what is not upheld, another payment, one twice, and parties without a line", async function () {
      for (const corrections of [[returnOf(f, 1)], [{ ...returnOf(f), entry: entryAt(f, 1) }]]) {
        await expect(commit({ corrections }))
          .to.be.revertedWithCustomError(f.settlement, "QrReturnNotDue")
          .withArgs(1n, corrections[0]?.index);
      }
      await expect(commit({ corrections: [returnOf(f), returnOf(f)] }))
        .to.be.revertedWithCustomError(f.settlement, "QrReturnsUnsorted")
        .withArgs(1n);
      const { batch } = batchOf(f, { window: 2n, entries: [entryOf("e", f.boc, f.bochk, "10")] });
      for (const [line, missing] of [
        [f.icbc, f.hsbc],
        [f.hsbc, f.icbc],
      ] as const) {
        const positions = [...batch.positions, { institution: line.address, net: 0n }].sort((a, b) =>
          BigInt(a.institution) < BigInt(b.institution) ? -1 : 1,
        );
        await expect(f.settlement.connect(f.operator).commit({ ...batch, positions, corrections: [returnOf(f)] }))
          .to.be.revertedWithCustomError(f.settlement, "QrInstitutionMissing")
          .withArgs(missing);
      }
    });

    it("keeps what is to be given back when the window is withdrawn", async function () {
      await commit({ corrections: [returnOf(f)] });
      await f.settlement.connect(f.operator).withdraw(2n, REASON);
      expect(await f.settlement.outstandingOf(f.icbc, f.hsbc)).to.equal(1n);
      await commit({ window: 3n, corrections: [returnOf(f)] });
    });
  });
});
