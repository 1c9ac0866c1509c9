import { expect } from "chai";
import { FINANCE_STATUS } from "../../sdk/eip712/trade.js";
import { minor } from "../../sdk/money.js";
import { signFinance } from "../../sdk/trade/receivables.js";
import { openChain, ref } from "../support/chain.js";
import {
  CEILING,
  DAY,
  FACE,
  FinanceUnderTest,
  ReceivableUnderTest,
  TENOR,
  declaration,
  deployTrade,
  latest,
  type Trade,
} from "../support/trade.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const PRINCIPAL = minor("500.00");
const SUSPENDED = 3n;

async function deploy() {
  const f = await deployTrade(chain);
  return { f, receivable: await ReceivableUnderTest.verified(f) };
}

describe("TradeFinance", function () {
  let f: Trade;
  let receivable: ReceivableUnderTest;

  beforeEach(async function () {
    ({ f, receivable } = await networkHelpers.loadFixture(deploy));
  });

  function suspend(number: bigint) {
    const { registry, officers } = f.mainland;
    return registry.connect(officers.registrar).setStatus(number, SUSPENDED, ref("inspection"));
  }

  describe("constructor", function () {
    it("needs a registry and an engine", async function () {
      const [receivables, engine] = [await f.receivables.getAddress(), await f.engine.getAddress()];
      for (const args of [
        [f.stranger.address, engine],
        [receivables, f.stranger.address],
      ]) {
        await expect(ethers.deployContract("TradeFinance", args))
          .to.be.revertedWithCustomError(f.finance, "FinanceSetupInvalid")
          .withArgs(...args);
      }
      expect(await f.finance.RECEIVABLES()).to.equal(receivables);
      expect(await f.finance.ENGINE()).to.equal(engine);
    });
  });

  describe("applyFor", function () {
    it("records an application with the exporter's signature, carried by anyone", async function () {
      const finance = await FinanceUnderTest.offer(f, receivable);
      const signature = await signFinance(f.exporter, f.domains.finance, finance.terms);
      await expect(f.finance.connect(f.carrier).applyFor(finance.terms, signature))
        .to.emit(f.finance, "FinanceApplied")
        .withArgs(finance.id, receivable.key, f.numbers.icbc, Object.values(finance.terms));
      expect(await f.finance.financeId(finance.terms)).to.equal(finance.id);
      expect((await finance.state()).status).to.equal(FINANCE_STATUS.applied);
      expect(await finance.due()).to.equal(0n);
    });

    it("refuses another's signature", async function () {
      const finance = await FinanceUnderTest.offer(f, receivable);
      const signature = await signFinance(f.icbc, f.domains.finance, finance.terms);
      await expect(f.finance.connect(f.carrier).applyFor(finance.terms, signature))
        .to.be.revertedWithCustomError(f.finance, "FinanceSignatureInvalid")
        .withArgs(finance.id, f.exporter.address);
    });

    it("refuses terms that contradict themselves or the claim", async function () {
      await ReceivableUnderTest.verified(f, { key: declaration(2) });
      for (const changed of [
        ...[{ face: 0n }, { principal: 0n }, { rate: 90_001n }, { overdueRate: 1_000_001n }, { claim: 2n }],
        { bankAccount: f.exporter.address },
      ]) {
        const finance = await FinanceUnderTest.offer(f, receivable, { claim: 1n, ...changed });
        await expect(finance.apply())
          .to.be.revertedWithCustomError(f.finance, "FinanceTermsInvalid")
          .withArgs(finance.id);
      }
      await FinanceUnderTest.applied(f, receivable, { claim: 1n, rate: 1_000_000n, overdueRate: 1_000_000n });
    });

    it("refuses a maturity that is not in the future", async function () {
      const maturity = (await latest(f)) + 10n;
      const finance = await FinanceUnderTest.offer(f, receivable, { maturity });
      await networkHelpers.time.setNextBlockTimestamp(maturity);
      await expect(finance.apply())
        .to.be.revertedWithCustomError(f.finance, "FinanceMaturityInvalid")
        .withArgs(finance.id, maturity, maturity);
    });

    it("is for active banks", async function () {
      await suspend(f.numbers.icbc);
      const finance = await FinanceUnderTest.offer(f, receivable);
      await expect(finance.apply()).to.be.revertedWithCustomError(f.mainland.registry, "InstitutionNotActive");
    });
  });

  describe("approve", function () {
    it("is the bank's that was applied to", async function () {
      const finance = await FinanceUnderTest.applied(f, receivable);
      for (const other of [f.boc, f.exporter]) {
        await expect(finance.approve(other))
          .to.be.revertedWithCustomError(f.finance, "FinanceCallerInvalid")
          .withArgs(finance.id, other.address, f.numbers.icbc);
      }
      await expect(finance.approve()).to.emit(f.finance, "FinanceApproved").withArgs(finance.id, f.numbers.icbc, 2n);
    });

    it("is not a suspended bank's", async function () {
      const finance = await FinanceUnderTest.applied(f, receivable);
      await suspend(f.numbers.icbc);
      await expect(finance.approve()).to.be.revertedWithCustomError(f.mainland.registry, "InstitutionNotActive");
    });
  });

  describe("cancel", function () {
    it("gives the reservation back", async function () {
      const finance = await FinanceUnderTest.approved(f, receivable);
      const cancelled = finance.cancel(f.exporter);
      await expect(cancelled).to.emit(f.finance, "FinanceCancelled").withArgs(finance.id, f.exporter.address);
      await expect(cancelled).to.emit(f.receivables, "ClaimReleased").withArgs(2n, finance.id);
      expect(await receivable.remaining()).to.equal(CEILING);
    });

    it("is anyone's a second after the reservation has lapsed", async function () {
      const finance = await FinanceUnderTest.approved(f, receivable);
      const until = (await latest(f)) + (await f.finance.RESERVATION());
      await networkHelpers.time.setNextBlockTimestamp(until);
      await expect(finance.cancel(f.stranger))
        .to.be.revertedWithCustomError(f.finance, "FinanceCallerInvalid")
        .withArgs(finance.id, f.stranger.address, f.numbers.icbc);
      await networkHelpers.time.setNextBlockTimestamp(until + 1n);
      await finance.cancel(f.stranger);
      expect((await finance.state()).status).to.equal(FINANCE_STATUS.cancelled);
    });

    it("needs nothing at the registry before the approval", async function () {
      const finance = await FinanceUnderTest.applied(f, receivable);
      await expect(finance.cancel()).not.to.emit(f.receivables, "ClaimReleased");
    });
  });

  describe("disburse", function () {
    it("pays the principal from bank to exporter, as an instruction of the engine", async function () {
      const finance = await FinanceUnderTest.approved(f, receivable);
      const paid = finance.disburse();
      await expect(paid).to.changeTokenBalances(ethers, f.money, [f.icbc, f.exporter], [-PRINCIPAL, PRINCIPAL]);
      const [settled] = await f.engine.queryFilter(f.engine.filters.InstructionSettled, -1);
      await expect(paid).to.emit(f.finance, "FinanceDisbursed").withArgs(finance.id, PRINCIPAL, settled?.args.id);
      expect(settled?.args.businessRef).to.equal(finance.id);
      expect(await finance.due()).to.equal(PRINCIPAL + minor("1.00"));
    });

    it("pays in e-HKD what was verified in e-HKD", async function () {
      const currency = await f.hongkong.currency.getAddress();
      const other = await ReceivableUnderTest.verified(f, { key: declaration(2), currency });
      const finance = await FinanceUnderTest.approved(f, other);
      await expect(finance.disburse()).to.changeTokenBalances(
        ethers,
        f.hongkong.currency,
        [f.icbc, f.exporter],
        [-PRINCIPAL, PRINCIPAL],
      );
      const totals = await f.finance.totalsOf(currency, f.numbers.icbc, FINANCE_STATUS.disbursed);
      expect(totals).to.deep.equal([1n, PRINCIPAL]);
    });

    it("comes within the reservation", async function () {
      const finance = await FinanceUnderTest.approved(f, receivable);
      const until = (await latest(f)) + (await f.finance.RESERVATION());
      await networkHelpers.time.setNextBlockTimestamp(until + 1n);
      await expect(finance.disburse())
        .to.be.revertedWithCustomError(f.finance, "FinanceReservationLapsed")
        .withArgs(finance.id, until, until + 1n);
    });

    it("comes before the maturity", async function () {
      const maturity = (await latest(f)) + 3n * DAY;
      const finance = await FinanceUnderTest.approved(f, receivable, { maturity });
      await networkHelpers.time.setNextBlockTimestamp(maturity);
      await expect(finance.disburse())
        .to.be.revertedWithCustomError(f.finance, "FinanceMaturityInvalid")
        .withArgs(finance.id, maturity, maturity);
    });

    it("waits while the receivable is disputed", async function () {
      const finance = await FinanceUnderTest.approved(f, receivable);
      await receivable.dispute();
      await expect(finance.disburse()).to.be.revertedWithCustomError(f.receivables, "ReceivableStatusInvalid");
      await receivable.withdrawDispute();
      await finance.disburse();
    });

    it("needs the bank's authorisation at the engine", async function () {
      const finance = await FinanceUnderTest.approved(f, receivable);
      await f.engine.connect(f.icbc).authorizeAgent(f.finance, false);
      await expect(finance.disburse()).to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing");
    });

    it("is not a suspended bank's", async function () {
      const finance = await FinanceUnderTest.approved(f, receivable);
      await suspend(f.numbers.icbc);
      await expect(finance.disburse()).to.be.revertedWithCustomError(f.mainland.registry, "InstitutionNotActive");
    });
  });

  context("given two banks in one block", function () {
    async function inOneBlock(...sends: (() => Promise<{ hash: string }>)[]): Promise<(number | null | undefined)[]> {
      await chain.provider.request({ method: "evm_setAutomine", params: [false] });
      try {
        const sent = [];
        for (const send of sends) sent.push(await send());
        await networkHelpers.mine();
        const receipts = await Promise.all(sent.map(({ hash }) => ethers.provider.getTransactionReceipt(hash)));
        expect(new Set(receipts.map((receipt) => receipt?.blockNumber)).size).to.equal(1);
        return receipts.map((receipt) => receipt?.status);
      } finally {
        await chain.provider.request({ method: "evm_setAutomine", params: [true] });
      }
    }
    const gas = { gasLimit: 1_000_000n };

    it("pledges the same claim once", async function () {
      const first = await FinanceUnderTest.applied(f, receivable, { face: FACE, principal: CEILING });
      const second = await FinanceUnderTest.applied(f, receivable, { face: FACE, principal: CEILING }, f.boc);
      const status = await inOneBlock(
        () => f.finance.connect(f.icbc).approve(first.terms, gas),
        () => f.finance.connect(f.boc).approve(second.terms, gas),
      );
      expect(status).to.deep.equal([1, 0]);
      await expect(second.approve())
        .to.be.revertedWithCustomError(f.receivables, "ClaimAlreadyPledged")
        .withArgs(1n, first.id);
      expect((await receivable.record()).outstanding).to.equal(CEILING);
    });

    it("lets both finance parts that fit, and no third", async function () {
      const part = { face: minor("500.00"), principal: minor("400.00") };
      const first = await FinanceUnderTest.applied(f, receivable, part);
      const second = await FinanceUnderTest.applied(f, receivable, part, f.boc);
      const third = await FinanceUnderTest.applied(f, receivable, { ...part, salt: ref("third") }, f.boc);
      const status = await inOneBlock(
        () => f.finance.connect(f.icbc).approve(first.terms, gas),
        () => f.finance.connect(f.boc).approve(second.terms, gas),
        () => f.finance.connect(f.boc).approve(third.terms, gas),
      );
      expect(status).to.deep.equal([1, 1, 0]);
      await first.disburse();
      await second.disburse();
      expect((await receivable.record()).outstanding).to.equal(CEILING);
      expect(await receivable.remaining()).to.equal(0n);
    });

    it("registers one declaration once", async function () {
      const other = await ReceivableUnderTest.offered(f, { key: declaration(2) });
      const { key, kind, documents } = other.verdict;
      const status = await inOneBlock(
        () => f.receivables.connect(f.boc).submit(key, kind, f.exporter, documents, gas),
        () => f.receivables.connect(f.icbc).submit(key, kind, f.exporter, documents, gas),
      );
      expect(status).to.deep.equal([1, 0]);
      expect((await other.record()).submittedBy).to.equal(f.numbers.boc);
    });
  });

  it("has totals by currency, bank and status that follow every step", async function () {
    const totals = async (status: keyof typeof FINANCE_STATUS, bank: "icbc" | "boc" = "icbc") => {
      const { count, principal } = await f.finance.totalsOf(f.money, f.numbers[bank], FINANCE_STATUS[status]);
      return [count, principal];
    };
    const finance = await FinanceUnderTest.applied(f, receivable);
    expect(await totals("applied")).to.deep.equal([1n, PRINCIPAL]);
    await finance.approve();
    expect(await totals("applied")).to.deep.equal([0n, 0n]);
    expect(await totals("approved")).to.deep.equal([1n, PRINCIPAL]);
    await finance.disburse();
    await finance.collect(minor("101.00"));
    expect(await totals("disbursed")).to.deep.equal([1n, PRINCIPAL - minor("100.00")]);
    await networkHelpers.time.increase((TENOR + 1n) * DAY);
    await finance.reportOverdue();
    expect(await totals("overdue")).to.deep.equal([1n, PRINCIPAL - minor("100.00")]);
    await finance.writeOff();
    expect(await totals("writtenOff")).to.deep.equal([1n, PRINCIPAL - minor("100.00")]);
    expect(await totals("overdue")).to.deep.equal([0n, 0n]);
    expect(await totals("disbursed", "boc")).to.deep.equal([0n, 0n]);
  });
});
