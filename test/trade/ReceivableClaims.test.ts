import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { CONSENT_SCOPE, RECEIVABLE_STATUS, debtorConfirmationTypedData } from "../../sdk/eip712/trade.js";
import { digestOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import {
  CEILING,
  DAY,
  FACE,
  FinanceUnderTest,
  ReceivableUnderTest,
  consentOf,
  declaration,
  deployTrade,
  type Trade,
} from "../support/trade.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const NOBODY = "RegistryCallerInvalid";

async function deploy() {
  const f = await deployTrade(chain);
  return { f, receivable: await ReceivableUnderTest.verified(f) };
}

describe("ReceivableRegistry: claims", function () {
  let f: Trade;
  let receivable: ReceivableUnderTest;

  beforeEach(async function () {
    ({ f, receivable } = await networkHelpers.loadFixture(deploy));
  });

  describe("confirm", function () {
    it("takes the debtor's promise of this one receivable, carried by anyone or by itself", async function () {
      const { key, currency, value, dueDate } = receivable.verdict;
      const said = { key, debtor: f.debtor.address, currency, value, dueDate };
      const id = digestOf(debtorConfirmationTypedData(f.domains.receivables, said));
      expect(await f.receivables.confirmationId(key)).to.equal(id);
      await expect(receivable.confirm()).to.emit(f.receivables, "ReceivableConfirmed").withArgs(key, f.debtor.address);
      expect((await receivable.record()).confirmed).to.equal(true);
      const other = await ReceivableUnderTest.verified(f, { key: declaration(2) });
      await f.receivables.connect(f.debtor).confirm(other.key, "0x");
      expect((await other.record()).confirmed).to.equal(true);
    });

    it("refuses the signature over another receivable, and another's signature", async function () {
      const other = await ReceivableUnderTest.verified(f, { key: declaration(2) });
      for (const signature of [await receivable.promise(), await other.promise(f.exporter)]) {
        await expect(f.receivables.connect(f.carrier).confirm(other.key, signature))
          .to.be.revertedWithCustomError(f.receivables, "ReceivableConfirmationInvalid")
          .withArgs(other.key, f.debtor.address);
      }
    });

    it("takes it once, and then no dispute", async function () {
      await receivable.confirm();
      for (const call of [() => receivable.confirm(), () => receivable.dispute()]) {
        await expect(call())
          .to.be.revertedWithCustomError(f.receivables, "ReceivableAlreadyConfirmed")
          .withArgs(receivable.key);
      }
    });
  });

  describe("dispute", function () {
    it("stops new finance until it is withdrawn", async function () {
      await expect(receivable.dispute())
        .to.emit(f.receivables, "ReceivableDisputed")
        .withArgs(receivable.key, f.debtor.address, ref("short delivery"));
      expect(await receivable.remaining()).to.equal(0n);
      const finance = await FinanceUnderTest.applied(f, receivable);
      await expect(finance.approve())
        .to.be.revertedWithCustomError(f.receivables, "ReceivableStatusInvalid")
        .withArgs(receivable.key, RECEIVABLE_STATUS.disputed);
      await expect(receivable.withdrawDispute())
        .to.emit(f.receivables, "DisputeWithdrawn")
        .withArgs(receivable.key, f.debtor.address);
      await finance.approve();
      expect(await receivable.remaining()).to.equal(CEILING - minor("500.00"));
    });

    it("is the debtor's", async function () {
      const other = f.receivables.connect(f.exporter);
      for (const call of [() => other.dispute(receivable.key, ZeroHash), () => other.withdrawDispute(receivable.key)]) {
        await expect(call())
          .to.be.revertedWithCustomError(f.receivables, "ReceivableCallerInvalid")
          .withArgs(receivable.key, f.exporter.address, f.debtor.address);
      }
    });
  });

  describe("assign, split, merge", function () {
    it("divides and joins face without loss", async function () {
      const own = f.receivables.connect(f.exporter);
      await expect(own.split(1n, minor("300.00")))
        .to.emit(f.receivables, "ClaimSplit")
        .withArgs(1n, 2n, minor("300.00"));
      expect((await f.receivables.claimOf(1n)).amount).to.equal(minor("700.00"));
      await expect(own.merge(2n, 1n)).to.emit(f.receivables, "ClaimsMerged").withArgs(2n, 1n, minor("700.00"));
      expect((await f.receivables.claimOf(1n)).amount).to.equal(0n);
      expect((await f.receivables.claimOf(2n)).amount).to.equal(FACE);
    });

    it("splits off neither nothing nor everything", async function () {
      const own = f.receivables.connect(f.exporter);
      for (const amount of [0n, FACE]) {
        await expect(own.split(1n, amount))
          .to.be.revertedWithCustomError(f.receivables, "ClaimAmountInvalid")
          .withArgs(1n, amount, FACE);
      }
      await own.split(1n, FACE - 1n);
      expect((await f.receivables.claimOf(1n)).amount).to.equal(1n);
    });

    it("joins two claims of one receivable only", async function () {
      await ReceivableUnderTest.verified(f, { key: declaration(2) });
      for (const [into, from] of [
        [1n, 1n],
        [1n, 2n],
      ] as const) {
        await expect(f.receivables.connect(f.exporter).merge(into, from))
          .to.be.revertedWithCustomError(f.receivables, "ClaimMergeInvalid")
          .withArgs(into, from);
      }
    });

    it("gives a claim to another owner, who has its own finance and the proceeds", async function () {
      await expect(f.receivables.connect(f.exporter).assign(1n, f.treasury))
        .to.emit(f.receivables, "ClaimAssigned")
        .withArgs(1n, f.exporter.address, f.treasury.address);
      await f.receivables.connect(f.treasury).giveConsent(await consentOf(f, { exporter: f.treasury.address }), "0x");
      const finance = await FinanceUnderTest.offer(f, receivable, { exporter: f.treasury.address });
      await f.finance.connect(f.treasury).applyFor(finance.terms, "0x");
      await finance.approve();
      await expect(finance.disburse()).to.changeTokenBalance(chain.ethers, f.money, f.treasury, minor("500.00"));
    });

    it("refuses nobody and oneself as new owner, and strangers", async function () {
      for (const to of [ZeroAddress, f.exporter.address]) {
        await expect(f.receivables.connect(f.exporter).assign(1n, to))
          .to.be.revertedWithCustomError(f.receivables, "ClaimAssignmentInvalid")
          .withArgs(1n, to);
      }
      await expect(f.receivables.connect(f.debtor).assign(1n, f.debtor))
        .to.be.revertedWithCustomError(f.receivables, "ClaimOwnerInvalid")
        .withArgs(1n, f.debtor.address, f.exporter.address);
    });

    it("leaves a pledged claim alone", async function () {
      const finance = await FinanceUnderTest.approved(f, receivable, { face: FACE });
      const own = f.receivables.connect(f.exporter);
      for (const call of [() => own.assign(1n, f.treasury), () => own.split(1n, 1n), () => own.merge(1n, 1n)]) {
        await expect(call())
          .to.be.revertedWithCustomError(f.receivables, "ClaimAlreadyPledged")
          .withArgs(1n, finance.id);
      }
    });
  });

  describe("pledge", function () {
    it("splits the part off and takes it from what all banks may finance", async function () {
      const finance = await FinanceUnderTest.applied(f, receivable);
      const approved = finance.approve();
      await expect(approved).to.emit(f.receivables, "ClaimSplit").withArgs(1n, 2n, minor("700.00"));
      await expect(approved)
        .to.emit(f.receivables, "ClaimPledged")
        .withArgs(2n, finance.id, f.numbers.icbc, minor("500.00"));
      expect(await f.receivables.claimOf(2n)).to.deep.equal([
        ...[receivable.key, f.exporter.address, minor("700.00"), finance.id],
      ]);
      expect(await receivable.remaining()).to.equal(minor("300.00"));
      expect(await receivable.status()).to.equal(RECEIVABLE_STATUS.financed);
    });

    it("allows the advance rate of the pledged face and not a minor unit more", async function () {
      const limit = minor("560.00");
      const over = await FinanceUnderTest.applied(f, receivable, { principal: limit + 1n });
      await expect(over.approve())
        .to.be.revertedWithCustomError(f.receivables, "ClaimAdvanceExceeded")
        .withArgs(1n, limit + 1n, limit);
      await FinanceUnderTest.approved(f, receivable, { principal: limit });
    });

    it("allows what remains over all banks and not a minor unit more", async function () {
      // collected face counts in full, so less remains than the free face would allow
      await f.finance.connect(f.debtor).collectUnpledged(1n, minor("400.00"));
      const remaining = CEILING - minor("400.00");
      expect(await receivable.remaining()).to.equal(remaining);
      const all = { face: minor("600.00") };
      const over = await FinanceUnderTest.applied(f, receivable, { ...all, principal: remaining + 1n });
      await expect(over.approve())
        .to.be.revertedWithCustomError(f.receivables, "ReceivableRemainingExceeded")
        .withArgs(receivable.key, remaining + 1n, remaining);
      await FinanceUnderTest.approved(f, receivable, { ...all, principal: remaining });
      expect(await receivable.remaining()).to.equal(0n);
    });

    it("shows no negative remainder when interest has used up proceeds", async function () {
      const finance = await FinanceUnderTest.disbursed(f, receivable, { face: FACE, principal: CEILING });
      await networkHelpers.time.increase(30n * DAY);
      await finance.collect(minor("10.00"));
      const { outstanding, collected, ceiling } = await receivable.record();
      expect(outstanding + collected > ceiling).to.equal(true);
      expect(await receivable.remaining()).to.equal(0n);
    });

    it("pledges no more face than the claim has", async function () {
      const over = await FinanceUnderTest.applied(f, receivable, { face: FACE + 1n });
      await expect(over.approve())
        .to.be.revertedWithCustomError(f.receivables, "ClaimAmountInvalid")
        .withArgs(1n, FACE + 1n, FACE);
    });

    it("pledges nobody else's claim", async function () {
      const finance = await FinanceUnderTest.applied(f, receivable);
      await f.receivables.connect(f.exporter).assign(1n, f.treasury);
      await expect(finance.approve())
        .to.be.revertedWithCustomError(f.receivables, "ClaimOwnerInvalid")
        .withArgs(1n, f.exporter.address, f.treasury.address);
    });

    it("needs the exporter's consent at the moment of approval", async function () {
      const finance = await FinanceUnderTest.applied(f, receivable);
      await f.receivables.connect(f.exporter).revokeConsent(await consentOf(f));
      await expect(finance.approve())
        .to.be.revertedWithCustomError(f.receivables, "ReceivableConsentMissing")
        .withArgs(receivable.key, f.exporter.address, f.numbers.icbc, CONSENT_SCOPE.finance);
    });

    it("needs the debtor's promise where there is no recourse", async function () {
      const finance = await FinanceUnderTest.applied(f, receivable, { recourse: false });
      await expect(finance.approve())
        .to.be.revertedWithCustomError(f.receivables, "ReceivableConfirmationMissing")
        .withArgs(receivable.key);
      await receivable.confirm();
      await finance.approve();
    });

    it("needs a verdict that still holds, at its last second", async function () {
      const { notAfter } = receivable.verdict;
      const [first, second] = [
        await FinanceUnderTest.applied(f, receivable),
        await FinanceUnderTest.applied(f, receivable, { salt: ref("2"), face: 100n, principal: 1n }, f.boc),
      ];
      await networkHelpers.time.setNextBlockTimestamp(notAfter);
      await first.approve();
      await networkHelpers.time.setNextBlockTimestamp(notAfter + 1n);
      await expect(second.approve())
        .to.be.revertedWithCustomError(f.receivables, "ReceivableVerdictExpired")
        .withArgs(receivable.key, notAfter, notAfter + 1n);
    });

    it("finances nothing more after FAILED, also where something is outstanding", async function () {
      await FinanceUnderTest.disbursed(f, receivable);
      await receivable.judge({ verified: false });
      const terms = { claim: 1n, face: minor("100.00"), principal: minor("50.00") };
      const more = await FinanceUnderTest.applied(f, receivable, terms, f.boc);
      await expect(more.approve())
        .to.be.revertedWithCustomError(f.receivables, "ReceivableStatusInvalid")
        .withArgs(receivable.key, RECEIVABLE_STATUS.failed);
    });
  });

  it("takes pledges and payments from the appointed contract alone", async function () {
    const by = f.receivables.connect(f.icbc);
    for (const call of [
      () => by.pledge(1n, f.exporter, ref("finance"), 1n, 1n, 1n, true),
      () => by.release(1n, 0n),
      () => by.reduce(1n, 0n, 1n),
      () => by.forfeit(1n, f.icbc, 0n),
    ]) {
      await expect(call())
        .to.be.revertedWithCustomError(f.receivables, NOBODY)
        .withArgs(f.icbc.address, await f.finance.getAddress());
    }
  });
});
