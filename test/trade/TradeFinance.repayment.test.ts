import { expect } from "chai";
import { ZeroHash } from "ethers";
import { FINANCE_STATUS, RECEIVABLE_STATUS } from "../../sdk/eip712/trade.js";
import { minor } from "../../sdk/money.js";
import { divide, interestBetween } from "../../sdk/trade/waterfall.js";
import { openChain, ref } from "../support/chain.js";
import {
  CEILING,
  DAY,
  FACE,
  FinanceUnderTest,
  ReceivableUnderTest,
  deployTrade,
  latest,
  type Trade,
} from "../support/trade.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const PRINCIPAL = minor("500.00");
const PLEDGED = minor("700.00");
const FEE = minor("1.00");

async function deploy() {
  const f = await deployTrade(chain);
  const receivable = await ReceivableUnderTest.verified(f);
  return { f, receivable, finance: await FinanceUnderTest.disbursed(f, receivable) };
}

describe("TradeFinance: repayment", function () {
  let f: Trade;
  let receivable: ReceivableUnderTest;
  let finance: FinanceUnderTest;

  beforeEach(async function () {
    ({ f, receivable, finance } = await networkHelpers.loadFixture(deploy));
  });

  /** Midnight, UTC+8, so many days after today's. */
  async function inDays(days: bigint): Promise<void> {
    const now = await latest(f);
    const midnight = ((now + 28_800n) / DAY) * DAY - 28_800n;
    await networkHelpers.time.increaseTo(midnight + days * DAY + 60n);
  }

  describe("collect", function () {
    it("pays fee, interest and principal to the bank and the remainder to the exporter", async function () {
      await inDays(60n);
      // 500.00 × 4.5 % × 60/360, counted by hand
      const interest = minor("3.75");
      const remainder = PLEDGED - FEE - interest - PRINCIPAL;
      const paid = finance.collect(PLEDGED);
      await expect(paid)
        .to.emit(f.finance, "ProceedsCollected")
        .withArgs(finance.id, f.debtor.address, [FEE, interest, PRINCIPAL, remainder, 0n]);
      await expect(paid).to.emit(f.receivables, "ClaimReduced").withArgs(2n, finance.id, PRINCIPAL, PLEDGED);
      await expect(paid).to.changeTokenBalances(
        ethers,
        f.money,
        [f.debtor, f.icbc, f.exporter, f.finance],
        [-PLEDGED, PLEDGED - remainder, remainder, 0n],
      );
      const { status, principal, fee, received } = await finance.state();
      expect([status, principal, fee, received]).to.deep.equal([
        ...[FINANCE_STATUS.repaid, 0n, 0n, FEE + interest + PRINCIPAL],
      ]);
    });

    it("keeps to the order, whatever the debtor pays", async function () {
      await inDays(60n);
      const parts = [
        { amount: minor("0.40"), paid: [minor("0.40"), 0n, 0n, 0n, 0n] },
        { amount: minor("1.60"), paid: [minor("0.60"), minor("1.00"), 0n, 0n, 0n] },
        { amount: minor("3.00"), paid: [0n, minor("2.75"), minor("0.25"), 0n, 0n] },
      ];
      for (const { amount, paid } of parts) {
        await expect(finance.collect(amount))
          .to.emit(f.finance, "ProceedsCollected")
          .withArgs(finance.id, f.debtor.address, paid);
      }
      expect((await finance.claim()).amount).to.equal(PLEDGED - minor("5.00"));
      expect(await receivable.status()).to.equal(RECEIVABLE_STATUS.partlyRepaid);
    });

    it("loses no fraction of interest over many payments, and gives the last to the exporter", async function () {
      // 500.00 at 4.5 % is 6.25 fen a day: every single day would round down
      let [fee, accrued, principal, last] = [FEE, 0n, PRINCIPAL, await latest(f)];
      let received = 0n;
      for (let day = 1n; day <= 5n; ++day) {
        await inDays(1n);
        const now = await latest(f);
        accrued += interestBetween(finance.terms, principal, finance.terms.maturity, last, now);
        last = now;
        const share = divide(minor("7.77"), { fee, accrued, principal });
        await finance.collect(minor("7.77"));
        fee -= share.fee;
        accrued -= share.interest * 360_000_000n;
        principal -= share.principal;
        received += share.fee + share.interest + share.principal;
        const state = await finance.state();
        expect([state.fee, state.accrued, state.principal, state.received]).to.deep.equal([
          ...[fee, accrued, principal, received],
        ]);
      }
      expect(accrued > 0n).to.equal(true);
    });

    it("charges the overdue rate from the maturity's day on", async function () {
      const { terms } = finance;
      await networkHelpers.time.increaseTo(terms.maturity);
      const before = await f.finance.dueOf(terms);
      await inDays(10n);
      const after = await f.finance.dueOf(terms);
      // ninety days at 4.5 %, ten at 9 %
      expect(before.interest).to.equal(562n);
      expect(after.interest).to.equal(562n + 125n);
    });

    it("refuses nothing, and more than the claim's face", async function () {
      for (const amount of [0n, PLEDGED + 1n]) {
        await expect(finance.collect(amount))
          .to.be.revertedWithCustomError(f.finance, "FinanceAmountInvalid")
          .withArgs(finance.id, amount, PLEDGED);
      }
    });

    it("pays the bank also when the exporter cannot be paid, and leaves the rest with the payer", async function () {
      await f.money.connect(f.mainland.officers.enforcer).freeze(f.exporter, ref("order"));
      const due = await finance.due();
      const parked = PLEDGED - due;
      const paid = finance.collect(PLEDGED);
      await expect(paid)
        .to.emit(f.finance, "ProceedsCollected")
        .withArgs(finance.id, f.debtor.address, [FEE, 0n, PRINCIPAL, 0n, parked]);
      await expect(paid).to.changeTokenBalances(ethers, f.money, [f.debtor, f.icbc], [-due, due]);
      expect((await finance.claim()).amount).to.equal(parked);

      await f.money.connect(f.mainland.officers.enforcer).unfreeze(f.exporter, ref("order"));
      await expect(finance.collect(parked)).to.changeTokenBalances(
        ethers,
        f.money,
        [f.debtor, f.exporter],
        [-parked, parked],
      );
      expect((await finance.claim()).amount).to.equal(0n);
    });

    it("takes an exporter's or a bank's word that it was paid outside, without a payment to itself", async function () {
      const due = await finance.due();
      await expect(finance.collect(PLEDGED, f.exporter)).to.changeTokenBalances(
        ethers,
        f.money,
        [f.exporter, f.icbc],
        [-due, due],
      );
      const terms = { claim: 1n, face: minor("300.00"), principal: minor("100.00"), fee: 0n };
      const other = await FinanceUnderTest.disbursed(f, receivable, terms, f.boc);
      await expect(other.collect(minor("300.00"), f.boc)).to.changeTokenBalances(
        ethers,
        f.money,
        [f.boc, f.exporter],
        [-minor("200.00"), minor("200.00")],
      );
      expect(await receivable.status()).to.equal(RECEIVABLE_STATUS.closed);
    });
  });

  describe("collectUnpledged", function () {
    it("pays the owner of a free claim", async function () {
      const paid = f.finance.connect(f.debtor).collectUnpledged(1n, minor("300.00"));
      await expect(paid).to.emit(f.finance, "ClaimCollected").withArgs(1n, f.debtor.address, minor("300.00"));
      await expect(paid).to.changeTokenBalances(
        ethers,
        f.money,
        [f.debtor, f.exporter],
        [-minor("300.00"), minor("300.00")],
      );
      await expect(f.finance.connect(f.exporter).collectUnpledged(1n, 1n))
        .to.be.revertedWithCustomError(f.receivables, "ClaimAmountInvalid")
        .withArgs(1n, 1n, 0n);
    });

    it("takes the owner's word", async function () {
      const paid = f.finance.connect(f.exporter).collectUnpledged(1n, minor("100.00"));
      await expect(paid).to.changeTokenBalance(ethers, f.money, f.exporter, 0n);
      expect((await receivable.record()).collected).to.equal(minor("100.00"));
    });

    it("leaves pledged claims to their finance, and refuses nothing", async function () {
      await expect(f.finance.connect(f.debtor).collectUnpledged(2n, 1n))
        .to.be.revertedWithCustomError(f.finance, "FinanceClaimPledged")
        .withArgs(2n, finance.id);
      await expect(f.finance.connect(f.debtor).collectUnpledged(1n, 0n))
        .to.be.revertedWithCustomError(f.finance, "FinanceAmountInvalid")
        .withArgs(ZeroHash, 0n, minor("300.00"));
    });
  });

  describe("repay", function () {
    it("takes up to what is due, and leaves the claim's face", async function () {
      const due = await finance.due();
      for (const amount of [0n, due + 1n]) {
        await expect(finance.repay(amount))
          .to.be.revertedWithCustomError(f.finance, "FinanceAmountInvalid")
          .withArgs(finance.id, amount, amount === 0n ? 0n : due);
      }
      await expect(finance.repay(due))
        .to.emit(f.finance, "FinanceRepaid")
        .withArgs(finance.id, f.exporter.address, [FEE, 0n, PRINCIPAL, 0n, 0n]);
      expect((await finance.claim()).amount).to.equal(PLEDGED);
      expect(await receivable.remaining()).to.equal(CEILING);
    });
  });

  describe("reportOverdue", function () {
    it("is anyone's after the maturity, a second too early refused", async function () {
      const { maturity } = finance.terms;
      await networkHelpers.time.setNextBlockTimestamp(maturity);
      await expect(finance.reportOverdue())
        .to.be.revertedWithCustomError(f.finance, "FinanceNotOverdue")
        .withArgs(finance.id, maturity, maturity);
      await networkHelpers.time.setNextBlockTimestamp(maturity + 1n);
      await expect(finance.reportOverdue()).to.emit(f.finance, "FinanceOverdue").withArgs(finance.id, PRINCIPAL);
    });
  });

  context("given it is overdue", function () {
    beforeEach(async function () {
      await networkHelpers.time.increaseTo(finance.terms.maturity + DAY);
      await finance.reportOverdue();
    });

    it("takeRecourse takes what is due from the exporter, in parts, and no more", async function () {
      const first = minor("100.00");
      const taken = finance.takeRecourse(first);
      await expect(taken).to.changeTokenBalances(ethers, f.money, [f.exporter, f.icbc], [-first, first]);
      const { fee, interest, principal } = await f.finance.dueOf(finance.terms);
      expect(fee + interest).to.equal(0n);
      await expect(finance.takeRecourse(principal + 1n))
        .to.be.revertedWithCustomError(f.finance, "FinanceAmountInvalid")
        .withArgs(finance.id, principal + 1n, principal);
      await expect(finance.takeRecourse(principal))
        .to.emit(f.finance, "RecourseTaken")
        .withArgs(finance.id, f.exporter.address, [0n, 0n, principal, 0n, 0n]);
    });

    it("takeRecourse is the bank's, and needs the exporter's authorisation", async function () {
      await expect(finance.takeRecourse(1n, f.boc))
        .to.be.revertedWithCustomError(f.finance, "FinanceCallerInvalid")
        .withArgs(finance.id, f.boc.address, f.numbers.icbc);
      await f.engine.connect(f.exporter).authorizeAgent(f.finance, false);
      await expect(finance.takeRecourse(1n)).to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing");
    });

    it("writeOff gives the claim to the bank, which is paid what comes later", async function () {
      const writtenOff = finance.writeOff();
      await expect(writtenOff).to.emit(f.finance, "FinanceWrittenOff").withArgs(finance.id, PRINCIPAL, ref("decision"));
      await expect(writtenOff)
        .to.emit(f.receivables, "ClaimForfeited")
        .withArgs(2n, finance.id, f.icbc.address, PRINCIPAL);
      const { outstanding, defaulted } = await receivable.record();
      expect([outstanding, defaulted]).to.deep.equal([0n, true]);
      expect(await receivable.status()).to.equal(RECEIVABLE_STATUS.defaulted);
      await expect(f.finance.connect(f.debtor).collectUnpledged(2n, PLEDGED)).to.changeTokenBalance(
        ethers,
        f.money,
        f.icbc,
        PLEDGED,
      );
    });

    it("writeOff is the bank's", async function () {
      await expect(finance.writeOff(f.boc))
        .to.be.revertedWithCustomError(f.finance, "FinanceCallerInvalid")
        .withArgs(finance.id, f.boc.address, f.numbers.icbc);
    });

    it("rollOver gives more time, and keeps what has been overdue so far at the overdue rate", async function () {
      const { maturity: previous } = await finance.state();
      const now = await latest(f);
      const maturity = now + 30n * DAY;
      await expect(finance.rollOver(maturity))
        .to.emit(f.finance, "FinanceRolledOver")
        .withArgs(finance.id, previous, maturity);
      await inDays(20n);
      // ninety days and the twenty after the roll-over at 4.5 %, one at 9 %: 6.25 and 12.5 fen a day
      expect((await f.finance.dueOf(finance.terms)).interest).to.equal(700n);
    });
  });

  describe("takeRecourse", function () {
    it("is refused where the bank has taken the debtor's risk", async function () {
      await receivable.confirm();
      const terms = { claim: 1n, face: minor("300.00"), principal: minor("100.00"), recourse: false };
      const other = await FinanceUnderTest.overdue(f, receivable, terms, f.boc);
      await expect(other.takeRecourse(1n))
        .to.be.revertedWithCustomError(f.finance, "FinanceWithoutRecourse")
        .withArgs(other.id);
    });
  });

  describe("rollOver", function () {
    it("needs a later maturity, in the future, and the exporter's signature over both", async function () {
      const { maturity: previous } = finance.terms;
      await expect(finance.rollOver(previous))
        .to.be.revertedWithCustomError(f.finance, "FinanceMaturityInvalid")
        .withArgs(finance.id, previous, previous);
      await expect(finance.rollOver(previous + 1n, f.icbc, f.debtor))
        .to.be.revertedWithCustomError(f.finance, "FinanceSignatureInvalid")
        .withArgs(finance.id, f.exporter.address);
      await expect(finance.rollOver(previous + 1n, f.boc))
        .to.be.revertedWithCustomError(f.finance, "FinanceCallerInvalid")
        .withArgs(finance.id, f.boc.address, f.numbers.icbc);
      await networkHelpers.time.increaseTo(previous + DAY);
      const now = await latest(f);
      await networkHelpers.time.setNextBlockTimestamp(now + 10n);
      await expect(finance.rollOver(now + 10n))
        .to.be.revertedWithCustomError(f.finance, "FinanceMaturityInvalid")
        .withArgs(finance.id, now + 10n, now + 10n);
      await finance.rollOver(now + 100n * DAY);
    });
  });

  describe("release", function () {
    it("gives the claim back, by the same bank", async function () {
      await finance.repay(await finance.due());
      await expect(finance.release(f.boc))
        .to.be.revertedWithCustomError(f.finance, "FinanceCallerInvalid")
        .withArgs(finance.id, f.boc.address, f.numbers.icbc);
      await expect(finance.release()).to.emit(f.finance, "FinanceReleased").withArgs(finance.id, f.icbc.address);
      expect((await f.receivables.claimOf(2n)).finance).to.equal(ZeroHash);
      await f.receivables.connect(f.exporter).merge(1n, 2n);
      expect((await f.receivables.claimOf(1n)).amount).to.equal(FACE);
    });

    it("is anyone's once the bank has had its time", async function () {
      await finance.repay(await finance.due());
      const from = (await latest(f)) + (await f.finance.RELEASE_PERIOD());
      await networkHelpers.time.setNextBlockTimestamp(from - 1n);
      await expect(finance.release(f.stranger)).to.be.revertedWithCustomError(f.finance, "FinanceCallerInvalid");
      await networkHelpers.time.setNextBlockTimestamp(from);
      await finance.release(f.stranger);
    });
  });
});
