import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { startOfDayNumber } from "../../sdk/calendar.js";
import type { SlotProof } from "../../sdk/issuance/dayEnds.js";
import { CLAIM_STATUS } from "../../sdk/issuance/roles.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, fund, identityOf } from "../support/currency.js";
import {
  DAY,
  DAYS,
  QUARTER,
  closingOf,
  deployDeposits,
  entriesOf,
  pay,
  pin,
  proveAt,
  state,
  statementOf,
  toDay,
  type DepositStage,
} from "../support/deposits.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const ANSWER = 7n * DAY;
/** The day at whose end it is proven what wallets had. */
const MIDDLE = DAYS.first + 40;
const POSITION = MIDDLE - DAYS.first;

/** A quarter in which ann always has 36,000.00 and dan, of class IV, 9,000.00; the middle day is pinned. */
interface Quarter extends DepositStage {
  readonly closing: bigint[];
  readonly proofs: Readonly<Record<"ann" | "dan" | "stranger", SlotProof>>;
}

async function deploy() {
  return deployDeposits(chain);
}

async function over(): Promise<Quarter> {
  const f = await networkHelpers.loadFixture(deploy);
  await fund(f.mainland, f.ann, minor("36000.00"));
  await fund(f.mainland, f.dan, minor("9000.00"));
  await fund(f.mainland, f.icbc, minor("1000.00"));
  await toDay(chain, MIDDLE, 12);
  await toDay(chain, MIDDLE + 1, 12);
  await pin(f, MIDDLE);
  const proveOf = async (account: HardhatEthersSigner) => proveAt(f, MIDDLE, await f.interest.accountSlot(account));
  const proofs = { ann: await proveOf(f.ann), dan: await proveOf(f.dan), stranger: await proveOf(f.stranger) };
  await toDay(chain, DAYS.last + 1, 1);
  return { ...f, closing: await closingOf(f, f.ann.address), proofs };
}

/** ann was left out and claims. */
async function claimed() {
  const f = await networkHelpers.loadFixture(over);
  await f.interest.connect(f.ann).claim(f.bank, QUARTER, f.closing);
  return f;
}

/** Nobody has refuted it. */
async function upheld() {
  const f = await networkHelpers.loadFixture(claimed);
  await networkHelpers.time.increase(ANSWER + 1n);
  await f.interest.uphold(f.bank, QUARTER, f.ann);
  return f;
}

async function statusOf(f: Quarter, wallet: HardhatEthersSigner) {
  return (await f.interest.walletOf(f.bank, QUARTER, wallet)).status;
}

describe("InterestBook: claims", function () {
  describe("claim", function () {
    it("puts what the wallet's own balances come to on record", async function () {
      const f = await networkHelpers.loadFixture(over);
      const until = BigInt(await networkHelpers.time.latest()) + 1_000n + ANSWER;
      await networkHelpers.time.setNextBlockTimestamp(until - ANSWER);
      await expect(f.interest.connect(f.ann).claim(f.bank, QUARTER, f.closing))
        .to.emit(f.interest, "InterestClaimed")
        .withArgs(f.bank, QUARTER, f.ann.address, minor("4.55"), f.closing, until);
      expect([...(await f.interest.walletOf(f.bank, QUARTER, f.ann))]).to.deep.equal([
        0n,
        minor("4.55"),
        until,
        CLAIM_STATUS.open,
        0n,
      ]);
    });

    it("is for quarters of banks that are over", async function () {
      const f = await networkHelpers.loadFixture(over);
      const book = f.interest.connect(f.ann);
      await expect(book.claim(f.other, QUARTER, f.closing))
        .to.be.revertedWithCustomError(book, "InterestInstitutionNotBank")
        .withArgs(f.other);
      await expect(book.claim(f.bank, QUARTER + 1, f.closing)).to.be.revertedWithCustomError(
        book,
        "InterestQuarterNotOver",
      );
      await expect(book.claim(f.bank, 0, f.closing))
        .to.be.revertedWithCustomError(book, "InterestQuarterInvalid")
        .withArgs(0);
    });

    it("comes within ninety days of the quarter's end", async function () {
      const f = await networkHelpers.loadFixture(over);
      const until = BigInt(startOfDayNumber(DAYS.last + 1)) + 90n * DAY;
      await networkHelpers.time.setNextBlockTimestamp(until + 1n);
      await expect(f.interest.connect(f.ann).claim(f.bank, QUARTER, f.closing))
        .to.be.revertedWithCustomError(f.interest, "InterestClaimTooLate")
        .withArgs(QUARTER, until, until + 1n);
    });

    it("may be made in the last second", async function () {
      const f = await networkHelpers.loadFixture(over);
      await networkHelpers.time.setNextBlockTimestamp(BigInt(startOfDayNumber(DAYS.last + 1)) + 90n * DAY);
      await f.interest.connect(f.ann).claim(f.bank, QUARTER, f.closing);
      expect(await statusOf(f, f.ann)).to.equal(CLAIM_STATUS.open);
    });

    it("is made once", async function () {
      const f = await networkHelpers.loadFixture(claimed);
      await expect(f.interest.connect(f.ann).claim(f.bank, QUARTER, f.closing))
        .to.be.revertedWithCustomError(f.interest, "InterestClaimStatusInvalid")
        .withArgs(f.bank, QUARTER, f.ann.address, CLAIM_STATUS.open);
    });

    it("asks for more than was paid", async function () {
      const f = await networkHelpers.loadFixture(over);
      const statement = await statementOf(f, await entriesOf(f, [f.ann.address]));
      await state(f, statement);
      await pay(f, statement);
      await expect(f.interest.connect(f.ann).claim(f.bank, QUARTER, f.closing))
        .to.be.revertedWithCustomError(f.interest, "InterestNothingMissing")
        .withArgs(minor("4.55"), minor("4.55"));
    });

    it("keeps within what an amount can be", async function () {
      const f = await networkHelpers.loadFixture(over);
      await f.interest.connect(f.governor).setRate(DAYS.last + 2, 100_000n);
      const next = QUARTER + 1;
      const { first, last } = { first: DAYS.last + 1, last: DAYS.last + 92 };
      await toDay(chain, last + 1);
      const absurd = new Array<bigint>(last - first + 1).fill(2n ** 64n - 1n);
      await expect(f.interest.connect(f.ann).claim(f.bank, next, absurd)).to.be.revertedWithCustomError(
        f.interest,
        "SafeCastOverflowedUintDowncast",
      );
    });
  });

  describe("refute", function () {
    it("shows by the chain's own state that the wallet had less", async function () {
      const f = await networkHelpers.loadFixture(over);
      const closing = f.closing.with(POSITION, 36_001n);
      await f.interest.connect(f.ann).claim(f.bank, QUARTER, closing);
      await expect(f.interest.connect(f.carrier).refute(f.bank, QUARTER, f.ann, closing, POSITION, f.proofs.ann))
        .to.emit(f.interest, "InterestClaimRefuted")
        .withArgs(f.bank, QUARTER, f.ann.address, MIDDLE, 36_001n, 36_000n);
      expect(await statusOf(f, f.ann)).to.equal(CLAIM_STATUS.refuted);
      await expect(f.interest.connect(f.ann).claim(f.bank, QUARTER, f.closing))
        .to.be.revertedWithCustomError(f.interest, "InterestClaimStatusInvalid")
        .withArgs(f.bank, QUARTER, f.ann.address, CLAIM_STATUS.refuted);
    });

    it("counts nothing for class IV, for another institution's wallet, and where there was none", async function () {
      const f = await networkHelpers.loadFixture(over);
      for (const [who, proof] of [
        [f.dan, f.proofs.dan],
        [f.stranger, f.proofs.stranger],
      ] as const) {
        const closing = f.closing.map(() => 9_000n);
        await f.interest.connect(who).claim(f.bank, QUARTER, closing);
        await expect(f.interest.refute(f.bank, QUARTER, who, closing, POSITION, proof))
          .to.emit(f.interest, "InterestClaimRefuted")
          .withArgs(f.bank, QUARTER, who.address, MIDDLE, 9_000n, 0n);
      }
      await f.reserves.connect(f.registrar).setKind(f.other, 1n);
      await f.interest.connect(f.ann).claim(f.other, QUARTER, f.closing);
      await expect(f.interest.refute(f.other, QUARTER, f.ann, f.closing, POSITION, f.proofs.ann))
        .to.emit(f.interest, "InterestClaimRefuted")
        .withArgs(f.other, QUARTER, f.ann.address, MIDDLE, 36_000n, 0n);
    });

    it("does not refute what a wallet of a family says truly", async function () {
      const f = await networkHelpers.loadFixture(deploy);
      // bob's second wallet: the account word of both is laid out otherwise from then on
      await f.money.connect(f.icbc).openWallet(f.stranger, CLASS.II, identityOf(f.bob));
      await fund(f.mainland, f.bob, minor("36000.00"));
      await fund(f.mainland, f.stranger, minor("7200.00"));
      await toDay(chain, MIDDLE + 1, 12);
      await pin(f, MIDDLE);
      const proofs = await Promise.all(
        [f.bob, f.stranger].map(async (each) => proveAt(f, MIDDLE, await f.interest.accountSlot(each))),
      );
      await toDay(chain, DAYS.last + 1, 1);
      for (const [index, [who, has]] of [[f.bob, 36_000n] as const, [f.stranger, 7_200n] as const].entries()) {
        const closing = await closingOf(f, who.address);
        const proof = proofs[index] ?? { account: [], slot: [] };
        await f.interest.connect(who).claim(f.bank, QUARTER, closing);
        await expect(f.interest.refute(f.bank, QUARTER, who, closing, POSITION, proof))
          .to.be.revertedWithCustomError(f.interest, "InterestClaimTrue")
          .withArgs(MIDDLE, has, has);
      }
    });

    it("does not refute what is true", async function () {
      const f = await networkHelpers.loadFixture(claimed);
      await expect(f.interest.refute(f.bank, QUARTER, f.ann, f.closing, POSITION, f.proofs.ann))
        .to.be.revertedWithCustomError(f.interest, "InterestClaimTrue")
        .withArgs(MIDDLE, 36_000n, 36_000n);
    });

    it("is about the balances that were claimed, and the day that was proven", async function () {
      const f = await networkHelpers.loadFixture(claimed);
      const other = f.closing.with(POSITION, 40_000n);
      await expect(f.interest.refute(f.bank, QUARTER, f.ann, other, POSITION, f.proofs.ann))
        .to.be.revertedWithCustomError(f.interest, "InterestClaimMismatch")
        .withArgs(f.bank, QUARTER, f.ann.address);
      await expect(f.interest.refute(f.bank, QUARTER, f.ann, f.closing, POSITION + 1, f.proofs.ann))
        .to.be.revertedWithCustomError(f.dayEnds, "DayNotPinned")
        .withArgs(MIDDLE + 1);
      await expect(f.interest.refute(f.bank, QUARTER, f.dan, f.closing, POSITION, f.proofs.dan))
        .to.be.revertedWithCustomError(f.interest, "InterestClaimStatusInvalid")
        .withArgs(f.bank, QUARTER, f.dan.address, CLAIM_STATUS.none);
    });

    it("comes within seven days", async function () {
      const f = await networkHelpers.loadFixture(over);
      const closing = f.closing.with(POSITION, 36_001n);
      await f.interest.connect(f.ann).claim(f.bank, QUARTER, closing);
      const until = BigInt(await networkHelpers.time.latest()) + ANSWER;
      await networkHelpers.time.setNextBlockTimestamp(until + 1n);
      await expect(f.interest.refute(f.bank, QUARTER, f.ann, closing, POSITION, f.proofs.ann))
        .to.be.revertedWithCustomError(f.interest, "InterestAnswerPeriodOver")
        .withArgs(until, until + 1n);
    });

    it("may come in the last second", async function () {
      const f = await networkHelpers.loadFixture(over);
      const closing = f.closing.with(POSITION, 36_001n);
      await f.interest.connect(f.ann).claim(f.bank, QUARTER, closing);
      await networkHelpers.time.setNextBlockTimestamp(BigInt(await networkHelpers.time.latest()) + ANSWER);
      await f.interest.refute(f.bank, QUARTER, f.ann, closing, POSITION, f.proofs.ann);
      expect(await statusOf(f, f.ann)).to.equal(CLAIM_STATUS.refuted);
    });
  });

  describe("uphold", function () {
    it("puts on record what is due once nobody can refute it any more", async function () {
      const f = await networkHelpers.loadFixture(claimed);
      const until = BigInt(await networkHelpers.time.latest()) + ANSWER;
      await networkHelpers.time.setNextBlockTimestamp(until);
      await expect(f.interest.uphold(f.bank, QUARTER, f.ann))
        .to.be.revertedWithCustomError(f.interest, "InterestAnswerPending")
        .withArgs(until, until);
      await networkHelpers.time.setNextBlockTimestamp(until + 1n);
      await expect(f.interest.uphold(f.bank, QUARTER, f.ann))
        .to.emit(f.interest, "InterestClaimUpheld")
        .withArgs(f.bank, QUARTER, f.ann.address, minor("4.55"));
      expect(await f.interest.arrearsOf(f.bank)).to.equal(minor("4.55"));
    });

    it("needs an open claim", async function () {
      const f = await networkHelpers.loadFixture(upheld);
      await expect(f.interest.uphold(f.bank, QUARTER, f.ann))
        .to.be.revertedWithCustomError(f.interest, "InterestClaimStatusInvalid")
        .withArgs(f.bank, QUARTER, f.ann.address, CLAIM_STATUS.upheld);
    });
  });

  describe("honour", function () {
    it("pays what is missing as the bank's expense and clears the record", async function () {
      const f = await networkHelpers.loadFixture(upheld);
      const supply = await f.money.totalSupply();
      const sent = f.interest.connect(f.icbc).honour(f.bank, QUARTER, f.ann);
      await expect(sent)
        .to.emit(f.interest, "InterestClaimHonoured")
        .withArgs(f.bank, QUARTER, f.ann.address, minor("4.55"));
      await expect(sent).to.changeTokenBalances(
        chain.ethers,
        f.money,
        [f.ann, f.icbc],
        [minor("4.55"), -minor("4.55")],
      );
      expect(await f.interest.arrearsOf(f.bank)).to.equal(0n);
      expect(await f.interest.expenseOf(f.bank, QUARTER)).to.equal(minor("4.55"));
      expect(await f.money.totalSupply()).to.equal(supply);
    });

    it("pays the difference of a wallet that got too little", async function () {
      const f = await networkHelpers.loadFixture(over);
      const statement = await statementOf(f, [{ wallet: f.ann.address, productSum: 1n, interest: 400n }]);
      await state(f, statement);
      await pay(f, statement);
      await f.interest.connect(f.ann).claim(f.bank, QUARTER, f.closing);
      await expect(f.interest.connect(f.icbc).honour(f.bank, QUARTER, f.ann)).to.changeTokenBalances(
        chain.ethers,
        f.money,
        [f.ann, f.icbc],
        [55n, -55n],
      );
      const { paid, status } = await f.interest.walletOf(f.bank, QUARTER, f.ann);
      expect([paid, status]).to.deep.equal([minor("4.55"), CLAIM_STATUS.honoured]);
      expect(await f.interest.expenseOf(f.bank, QUARTER)).to.equal(minor("4.55"));
    });

    it("ends a claim whose interest the statement has paid meanwhile, and nothing is paid twice", async function () {
      const f = await networkHelpers.loadFixture(upheld);
      const statement = await statementOf(f, await entriesOf(f, [f.ann.address]));
      await state(f, statement);
      await pay(f, statement);
      await expect(f.interest.connect(f.icbc).honour(f.bank, QUARTER, f.ann))
        .to.emit(f.interest, "InterestClaimHonoured")
        .withArgs(f.bank, QUARTER, f.ann.address, 0n);
      expect(await f.interest.arrearsOf(f.bank)).to.equal(0n);
      expect(await f.interest.expenseOf(f.bank, QUARTER)).to.equal(minor("4.55"));
    });

    it("leaves nothing for a statement that comes afterwards", async function () {
      const f = await networkHelpers.loadFixture(upheld);
      await f.interest.connect(f.icbc).honour(f.bank, QUARTER, f.ann);
      const statement = await statementOf(f, await entriesOf(f, [f.ann.address]));
      await state(f, statement);
      await expect(pay(f, statement)).to.changeTokenBalance(chain.ethers, f.money, f.ann, 0n);
    });

    it("is for the bank, and for a claim that is open or due", async function () {
      const f = await networkHelpers.loadFixture(upheld);
      await expect(f.interest.connect(f.boc).honour(f.bank, QUARTER, f.ann))
        .to.be.revertedWithCustomError(f.interest, "InterestCallerInvalid")
        .withArgs(f.bank, f.boc.address);
      await expect(f.interest.connect(f.icbc).honour(f.bank, QUARTER, f.bob))
        .to.be.revertedWithCustomError(f.interest, "InterestClaimStatusInvalid")
        .withArgs(f.bank, QUARTER, f.bob.address, CLAIM_STATUS.none);
    });

    it("is refused where the wallet cannot be paid", async function () {
      const f = await networkHelpers.loadFixture(upheld);
      await f.money.connect(f.mainland.officers.enforcer).freeze(f.ann, ref("order"));
      await expect(f.interest.connect(f.icbc).honour(f.bank, QUARTER, f.ann))
        .to.be.revertedWithCustomError(f.money, "ERC7943CannotReceive")
        .withArgs(f.ann.address);
      expect(await f.interest.arrearsOf(f.bank)).to.equal(minor("4.55"));
    });
  });

  describe("what it is of", function () {
    it("names currency, framework and proofs, and the slot of a wallet", async function () {
      const f = await networkHelpers.loadFixture(over);
      expect(await f.interest.CURRENCY()).to.equal(await f.money.getAddress());
      expect(await f.interest.FRAMEWORK()).to.equal(await f.reserves.getAddress());
      expect(await f.interest.DAY_ENDS()).to.equal(await f.dayEnds.getAddress());
      expect(await f.interest.authority()).to.equal(await f.mainland.authority.getAddress());
      expect([await f.interest.ANSWER_PERIOD(), await f.interest.CLAIM_PERIOD()]).to.deep.equal([ANSWER, 90n * DAY]);
      expect(await f.interest.RATE_CEILING()).to.equal(100_000n);
      const word = await chain.ethers.provider.getStorage(f.money, await f.interest.accountSlot(f.ann));
      expect(BigInt(word) % 2n ** 64n).to.equal(await f.money.balanceOf(f.ann));
      const bearing = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7, 8].map((c) => f.interest.isBearing(c)));
      expect(bearing).to.deep.equal([false, true, true, true, false, true, false, false, false]);
    });
  });
});
