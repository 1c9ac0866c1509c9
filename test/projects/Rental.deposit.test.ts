import { expect } from "chai";
import { LEASE_STATUS } from "../../sdk/eip712/rental.js";
import { instructionId } from "../../sdk/eip712/settlement.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { DAY, LeaseUnderTest, PURSE, deployRental, type Rentals } from "../support/rental.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const NOTHING = `0x${"00".repeat(32)}`;
const DEPOSIT = minor("6000.00");

async function deploy() {
  const f = await deployRental(chain);
  const lease = await LeaseUnderTest.drafted(f);
  await lease.running();
  await lease.leave();
  return { f, lease };
}

describe("Rental", function () {
  let f: Rentals;
  let lease: LeaseUnderTest;

  beforeEach(async function () {
    ({ f, lease } = await networkHelpers.loadFixture(deploy));
  });

  const at = (time: bigint) => networkHelpers.time.setNextBlockTimestamp(time);
  const deadline = async () => (await lease.state()).deadline;

  /** Deducted and returned come to the deposit, and nothing is held. */
  async function expectDivided(deducted: bigint): Promise<void> {
    expect(await f.money.balanceOf(f.landlord)).to.equal(deducted);
    expect(await f.money.spendableOf(f.tenant)).to.equal(PURSE - deducted);
    expect(await f.money.heldOf(f.tenant)).to.equal(0n);
    expect((await lease.state()).status).to.equal(LEASE_STATUS.settled);
  }

  describe("claimDeduction", function () {
    it("is the landlord's within the inspection period", async function () {
      await expect(f.rental.connect(f.tenant).claimDeduction(lease.terms, 1n, ref("photographs")))
        .to.be.revertedWithCustomError(f.rental, "RentalCallerInvalid")
        .withArgs(lease.id, f.tenant.address);
      const until = await deadline();
      await at(until);
      await expect(lease.claim())
        .to.be.revertedWithCustomError(f.rental, "RentalTooLate")
        .withArgs(lease.id, until, until);
    });

    it("is for a part of the deposit, or all, with evidence", async function () {
      for (const amount of [0n, DEPOSIT + 1n]) {
        await expect(lease.claim(amount))
          .to.be.revertedWithCustomError(f.rental, "RentalAmountInvalid")
          .withArgs(lease.id, amount, DEPOSIT);
      }
      await expect(f.rental.connect(f.landlord).claimDeduction(lease.terms, 1n, NOTHING))
        .to.be.revertedWithCustomError(f.rental, "RentalHashMissing")
        .withArgs(lease.id);
      const last = (await deadline()) - 1n;
      await at(last);
      await expect(lease.claim(DEPOSIT))
        .to.emit(f.rental, "DeductionClaimed")
        .withArgs(lease.id, DEPOSIT, ref("photographs"), last + lease.terms.inspection);
    });

    it("comes too late where answer and ruling would outlast the hold", async function () {
      await f.rental.connect(f.landlord).listUnit(lease.terms.unit, 1n, 1n, ref("details"));
      const start = BigInt(await networkHelpers.time.latest()) + DAY;
      const second = await LeaseUnderTest.drafted(f, { start, salt: ref("second") });
      await second.running();
      const until = second.hold.expiry - second.terms.inspection - second.terms.arbitration;
      await at(until - DAY);
      await second.leave();
      await at(until);
      await expect(second.claim())
        .to.be.revertedWithCustomError(f.rental, "RentalTooLate")
        .withArgs(second.id, until, until);
    });
  });

  describe("acceptDeduction", function () {
    it("pays the landlord and frees the rest, to the fen", async function () {
      const amount = minor("1234.57");
      await lease.claim(amount);
      await expect(f.rental.connect(f.landlord).acceptDeduction(lease.terms))
        .to.be.revertedWithCustomError(f.rental, "RentalCallerInvalid")
        .withArgs(lease.id, f.landlord.address);
      await expect(lease.accept())
        .to.emit(f.rental, "DepositSettled")
        .withArgs(lease.id, f.tenant.address, DEPOSIT - amount, amount, 0n);
      await expectDivided(amount);
    });

    it("may come while the arbiter thinks, and may be about everything", async function () {
      await lease.claim(DEPOSIT);
      await lease.dispute();
      await lease.accept();
      await expectDivided(DEPOSIT);
    });

    it("does not keep the deposit when the landlord cannot be paid", async function () {
      const enforcer = f.money.connect(f.mainland.officers.enforcer);
      const amount = minor("1000.00");
      await lease.claim(amount);
      await enforcer.freeze(f.landlord, ref("order"));
      await expect(lease.accept())
        .to.emit(f.rental, "DepositSettled")
        .withArgs(lease.id, f.tenant.address, DEPOSIT, 0n, amount);
      await expectDivided(0n);
      await expect(lease.payOwed()).to.be.revertedWithCustomError(f.money, "ERC7943CannotReceive");
      await enforcer.unfreeze(f.landlord, ref("order lifted"));
      const id = instructionId(await domainOf(f.engine), await lease.owedInstruction(amount));
      await expect(lease.payOwed()).to.emit(f.rental, "OwedPaid").withArgs(lease.id, amount, id);
      await expectDivided(amount);
      await expect(lease.payOwed()).to.be.revertedWithCustomError(f.rental, "RentalNothingOwed").withArgs(lease.id);
    });
  });

  describe("disputeDeduction", function () {
    beforeEach(async function () {
      await lease.claim();
    });

    it("is open to both sides within the time for an answer", async function () {
      await expect(lease.dispute(f.carrier))
        .to.be.revertedWithCustomError(f.rental, "RentalCallerInvalid")
        .withArgs(lease.id, f.carrier.address);
      await expect(f.rental.connect(f.tenant).disputeDeduction(lease.terms, NOTHING))
        .to.be.revertedWithCustomError(f.rental, "RentalHashMissing")
        .withArgs(lease.id);
      await f.rental.connect(f.landlord).disputeDeduction.staticCall(lease.terms, ref("evidence"));
      const until = await deadline();
      await at(until - 1n);
      await expect(lease.dispute())
        .to.emit(f.rental, "DeductionDisputed")
        .withArgs(lease.id, f.tenant.address, ref("evidence"), until - 1n + lease.terms.arbitration);
    });

    it("comes too late afterwards", async function () {
      const until = await deadline();
      await at(until);
      await expect(lease.dispute())
        .to.be.revertedWithCustomError(f.rental, "RentalTooLate")
        .withArgs(lease.id, until, until);
    });
  });

  describe("ruleDeduction", function () {
    const claimed = minor("1000.00");

    beforeEach(async function () {
      await lease.claim(claimed);
      await lease.dispute();
    });

    it("gives the landlord its claim or less, by the arbiter, within its time", async function () {
      await expect(lease.rule(claimed + 1n))
        .to.be.revertedWithCustomError(f.rental, "RentalAmountInvalid")
        .withArgs(lease.id, claimed + 1n, claimed);
      await expect(f.rental.connect(f.landlord).ruleDeduction(lease.terms, claimed, ref("reasons")))
        .to.be.revertedWithCustomError(f.rental, "RentalCallerInvalid")
        .withArgs(lease.id, f.landlord.address);
      await at((await deadline()) - 1n);
      await expect(lease.rule(claimed))
        .to.emit(f.rental, "DeductionRuled")
        .withArgs(lease.id, f.arbiter.address, claimed, ref("reasons"));
      await expectDivided(claimed);
    });

    it("may give nothing", async function () {
      await lease.rule(0n);
      await expectDivided(0n);
    });

    it("comes too late afterwards, and the silence is the tenant's", async function () {
      const until = await deadline();
      await at(until);
      await expect(lease.rule())
        .to.be.revertedWithCustomError(f.rental, "RentalTooLate")
        .withArgs(lease.id, until, until);
      await lease.settle();
      await expectDivided(0n);
    });
  });

  describe("settleDeposit", function () {
    it("gives everything back when the landlord claims nothing, or calls nobody", async function () {
      const from = await deadline();
      await at(from - 1n);
      await expect(lease.settle())
        .to.be.revertedWithCustomError(f.rental, "RentalTooEarly")
        .withArgs(lease.id, from, from - 1n);
      await at(from);
      await expect(lease.settle())
        .to.emit(f.rental, "DepositSettled")
        .withArgs(lease.id, f.tenant.address, DEPOSIT, 0n, 0n);
      await expectDivided(0n);
    });

    it("gives everything back when nobody answers a claim", async function () {
      await lease.claim();
      await at(await deadline());
      await lease.settle();
      await expectDivided(0n);
    });

    it("ends a lease whose hold has expired, also where anybody has freed it already", async function () {
      await at(await deadline());
      await lease.settle();
      await f.rental.connect(f.landlord).listUnit(lease.terms.unit, 1n, 1n, ref("details"));
      const start = BigInt(await networkHelpers.time.latest()) + DAY;
      lease = await LeaseUnderTest.drafted(f, { start, salt: ref("second") });
      await lease.running();
      const { expiry } = lease.hold;
      await at(expiry - 1n);
      await expect(lease.settle())
        .to.be.revertedWithCustomError(f.rental, "RentalTooEarly")
        .withArgs(lease.id, expiry, expiry - 1n);
      await at(expiry);
      await f.money.connect(f.carrier).releaseHold(lease.hold);
      await lease.settle();
      await expectDivided(0n);
    });
  });
});
