import { expect } from "chai";
import { instructionId, instructionTypedData } from "../../sdk/eip712/settlement.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { DAY, LeaseUnderTest, UNIT, deployRental, type Rentals } from "../support/rental.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const NOTHING = `0x${"00".repeat(32)}`;
const RENT = minor("3000.00");

async function deploy() {
  const f = await deployRental(chain);
  const lease = await LeaseUnderTest.drafted(f);
  await lease.sign();
  return { f, lease };
}

describe("Rental", function () {
  let f: Rentals;
  let lease: LeaseUnderTest;

  beforeEach(async function () {
    ({ f, lease } = await networkHelpers.loadFixture(deploy));
  });

  const paid = () => f.money.balanceOf(f.landlord);

  describe("handOver", function () {
    it("takes one side's call and the other's signature", async function () {
      const arrival = ref("arrival");
      for (const [caller, other] of [
        [f.landlord, f.tenant],
        [f.tenant, f.landlord],
      ] as const) {
        const own = await lease.protocol(false, caller);
        await expect(f.rental.connect(caller).handOver(lease.terms, arrival, own)).to.be.revertedWithCustomError(
          f.rental,
          "RentalSignatureInvalid",
        );
        const signature = await lease.protocol(false, other);
        await f.rental.connect(caller).handOver.staticCall(lease.terms, arrival, signature);
      }
      const signature = await lease.protocol(false);
      await expect(f.rental.connect(f.carrier).handOver(lease.terms, arrival, signature))
        .to.be.revertedWithCustomError(f.rental, "RentalCallerInvalid")
        .withArgs(lease.id, f.carrier.address);
      await expect(f.rental.connect(f.landlord).handOver(lease.terms, NOTHING, signature))
        .to.be.revertedWithCustomError(f.rental, "RentalHashMissing")
        .withArgs(lease.id);
      await expect(lease.handOver()).to.emit(f.rental, "UnitHandedOver").withArgs(lease.id, arrival);
    });
  });

  describe("payRent", function () {
    beforeEach(async function () {
      await lease.handOver();
    });

    it("goes period by period when it is due, carried by anyone", async function () {
      for (const period of [0n, 1n, 2n]) {
        const due = lease.terms.start + period * lease.terms.period;
        await networkHelpers.time.setNextBlockTimestamp(due - 1n);
        await expect(lease.payRent())
          .to.be.revertedWithCustomError(f.rental, "RentalTooEarly")
          .withArgs(lease.id, due, due - 1n);
        await networkHelpers.time.setNextBlockTimestamp(due);
        const id = instructionId(await domainOf(f.engine), await lease.rentInstruction(period));
        await expect(lease.payRent()).to.emit(f.rental, "RentPaid").withArgs(lease.id, period, id);
        expect(await paid()).to.equal((period + 1n) * RENT);
      }
      await expect(lease.payRent())
        .to.be.revertedWithCustomError(f.rental, "RentalRentComplete")
        .withArgs(lease.id, 3n);
    });

    it("lets the tenant pay ahead", async function () {
      await lease.payRent(f.tenant);
      await lease.payRent(f.tenant);
      expect(await paid()).to.equal(2n * RENT);
      expect(await f.rental.arrearsOf(lease.terms, lease.end)).to.equal(1n);
    });

    it("takes the tenant's signature where the contract is not its agent", async function () {
      await f.engine.connect(f.tenant).authorizeAgent(f.rental, false);
      await networkHelpers.time.increaseTo(lease.terms.start);
      await expect(lease.payRent()).to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing");
      const instruction = await lease.rentInstruction(0n);
      const consent = await sign(f.tenant, instructionTypedData(await domainOf(f.engine), instruction));
      await f.rental.connect(f.carrier).payRent(lease.terms, ref("rent"), consent);
      expect(await paid()).to.equal(RENT);
    });

    it("shows what is in arrears", async function () {
      const { start, period } = lease.terms;
      const arrears = (time: bigint) => f.rental.arrearsOf(lease.terms, time);
      expect(await Promise.all([start - 1n, start, start + period - 1n, start + period].map(arrears))).to.deep.equal([
        ...[0n, 1n, 1n, 2n],
      ]);
      expect(await arrears(lease.end + 100n * DAY)).to.equal(3n);
    });
  });

  describe("returnUnit", function () {
    const departure = ref("departure");

    beforeEach(async function () {
      await lease.handOver();
      await networkHelpers.time.increaseTo(lease.terms.start + 10n);
    });

    const alone = (by: Rentals["tenant"]) => f.rental.connect(by).returnUnit(lease.terms, departure, "0x");

    it("is agreed before the term ends, and frees the unit", async function () {
      const time = lease.terms.start + 20n * DAY;
      await networkHelpers.time.setNextBlockTimestamp(time);
      await expect(lease.leave())
        .to.emit(f.rental, "UnitReturned")
        .withArgs(lease.id, f.landlord.address, true, departure, 1n, time + lease.terms.inspection);
      expect(await f.rental.occupiedUntil(UNIT)).to.equal(time);
    });

    it("is open to each side alone from the end of the term on", async function () {
      for (const side of [f.landlord, f.tenant]) {
        await expect(alone(side)).to.be.revertedWithCustomError(f.rental, "RentalSignatureInvalid");
      }
      await lease.payRent(f.tenant);
      await lease.payRent(f.tenant);
      await networkHelpers.time.setNextBlockTimestamp(lease.end - 1n);
      await expect(alone(f.tenant)).to.be.revertedWithCustomError(f.rental, "RentalSignatureInvalid");
      await networkHelpers.time.setNextBlockTimestamp(lease.end);
      await expect(f.rental.connect(f.tenant).returnUnit(lease.terms, NOTHING, "0x"))
        .to.be.revertedWithCustomError(f.rental, "RentalHashMissing")
        .withArgs(lease.id);
      await networkHelpers.time.setNextBlockTimestamp(lease.end + 1n);
      await expect(alone(f.tenant))
        .to.emit(f.rental, "UnitReturned")
        .withArgs(lease.id, f.tenant.address, false, departure, 1n, lease.end + 1n + lease.terms.inspection);
      expect(await f.rental.occupiedUntil(UNIT)).to.equal(lease.end);
    });

    it("is the landlord's alone when the arrears reach the limit", async function () {
      const second = lease.terms.start + lease.terms.period;
      await networkHelpers.time.setNextBlockTimestamp(second - 1n);
      await expect(alone(f.landlord)).to.be.revertedWithCustomError(f.rental, "RentalSignatureInvalid");
      await networkHelpers.time.setNextBlockTimestamp(second);
      await expect(alone(f.tenant)).to.be.revertedWithCustomError(f.rental, "RentalSignatureInvalid");
      await networkHelpers.time.setNextBlockTimestamp(second + 1n);
      await expect(alone(f.carrier))
        .to.be.revertedWithCustomError(f.rental, "RentalCallerInvalid")
        .withArgs(lease.id, f.carrier.address);
      await alone(f.landlord);
    });
  });
});
