import { expect } from "chai";
import { holdId } from "../../sdk/eip712/ledger.js";
import { REQUEST_KIND } from "../../sdk/eip712/issuance.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import {
  DAY,
  STANDING,
  STATUS,
  attest,
  attestation,
  deployDesk,
  issueTo,
  now,
  openRedemption,
  redemptionTerms,
} from "./fixture.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

const RTGS = ref("HVPS payment 2");
const ISSUED = minor("1000.00");
const AMOUNT = minor("400.00");
const KIND_REDEMPTION = 2n;

async function deployRequested() {
  const f = await deployDesk(chain);
  await issueTo(f, f.icbcBank, ISSUED, ref("HVPS payment 1"));
  const expiry = (await now(chain)) + DAY;
  const terms = await redemptionTerms(f, f.icbcBank, AMOUNT, RTGS, expiry);
  await openRedemption(f, f.icbc, terms, RTGS);
  return { ...f, id: terms.businessRef, expiry, terms };
}

describe("IssuanceDesk (redemptions that end without reserves)", function () {
  let f: Awaited<ReturnType<typeof deployRequested>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployRequested);
  });

  /** The money is the institution's again, and nothing is counted as redeemed. */
  async function expectGivenBack() {
    expect(await f.currency.heldOf(f.icbc)).to.equal(0n);
    expect(await f.currency.spendableOf(f.icbc)).to.equal(ISSUED);
    expect(await f.desk.positionOf(f.icbcBank.number)).to.deep.equal([ISSUED, 0n, 0n]);
    expect(await f.desk.totalReserves()).to.equal(await f.currency.totalSupply());
  }

  async function redeem() {
    const said = attestation(f.icbcBank, AMOUNT, RTGS, { kind: REQUEST_KIND.redemption });
    return f.desk.redeem(f.terms, RTGS, said.validUntil, await attest(f.desk, f.operator, said));
  }

  describe("rejectRedemption", function () {
    for (const who of ["operator", "rejecter"] as const) {
      it(`serves the ${who} and gives the money back`, async function () {
        await expect(f.desk.connect(f[who]).rejectRedemption(f.terms, ref("account closed")))
          .to.emit(f.desk, "RequestRejected")
          .withArgs(f.id, f.icbcBank.number, f[who].address, KIND_REDEMPTION, AMOUNT, ref("account closed"))
          .and.to.emit(f.currency, "HoldReleased")
          .withArgs(holdId(f.terms), f.icbc.address, AMOUNT);
        await expectGivenBack();
        await expect(redeem())
          .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotOpen")
          .withArgs(f.id, STATUS.rejected);
      });
    }

    it("ends the request also when the expired hold was released before", async function () {
      await networkHelpers.time.increaseTo(f.expiry);
      await f.currency.connect(f.stranger).releaseHold(f.terms);
      await expect(f.desk.connect(f.operator).rejectRedemption(f.terms, ref("late"))).not.to.emit(
        f.currency,
        "HoldReleased",
      );
      expect((await f.desk.requestOf(f.id)).status).to.equal(STATUS.rejected);
      await expectGivenBack();
    });

    it("works while everything is halted and the institution frozen and suspended", async function () {
      await f.currency.connect(f.office.halter).haltAll();
      await f.currency.connect(f.office.enforcer).freeze(f.icbc, ref("order"));
      await f.registry.connect(f.office.registrar).setStatus(f.icbcBank.number, STANDING.suspended, ref("decision"));
      await f.desk.connect(f.operator).rejectRedemption(f.terms, ref("halted"));
      await expectGivenBack();
    });

    it("refuses the institution and strangers", async function () {
      for (const who of [f.icbc, f.stranger]) {
        await expect(f.desk.connect(who).rejectRedemption(f.terms, ref("no")))
          .to.be.revertedWithCustomError(f.desk, "AccessManagedUnauthorized")
          .withArgs(who.address);
      }
    });

    it("refuses another hold", async function () {
      const other = { ...f.terms, amount: 1n };
      await f.currency.connect(f.icbc).placeHold(other);
      await expect(f.desk.connect(f.operator).rejectRedemption(other, ref("no")))
        .to.be.revertedWithCustomError(f.desk, "IssuanceHoldMismatch")
        .withArgs(f.id, holdId(other));
    });

    it("refuses what is not open", async function () {
      await redeem();
      await expect(f.desk.connect(f.operator).rejectRedemption(f.terms, ref("no")))
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotOpen")
        .withArgs(f.id, STATUS.completed);
    });

    it("does not take an issue request for a redemption", async function () {
      await f.desk.connect(f.icbc).requestIssue(AMOUNT, RTGS, f.expiry);
      const businessRef = await f.desk.requestId(1n, f.icbcBank.number, RTGS);
      const other = { ...f.terms, amount: 1n, businessRef };
      await f.currency.connect(f.icbc).placeHold(other);
      await expect(f.desk.connect(f.operator).rejectRedemption(other, ref("no")))
        .to.be.revertedWithCustomError(f.desk, "IssuanceHoldMismatch")
        .withArgs(businessRef, holdId(other));
    });
  });

  describe("expireRedemption", function () {
    it("refuses a second before the expiry", async function () {
      await networkHelpers.time.setNextBlockTimestamp(f.expiry - 1n);
      await expect(f.desk.expireRedemption(f.terms))
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotExpired")
        .withArgs(f.id, f.expiry, f.expiry - 1n);
    });

    for (const late of [0n, 1n]) {
      it(`serves anyone ${late} s after the expiry and gives the money back`, async function () {
        await networkHelpers.time.setNextBlockTimestamp(f.expiry + late);
        await expect(f.desk.connect(f.stranger).expireRedemption(f.terms))
          .to.emit(f.desk, "RequestExpired")
          .withArgs(f.id, f.icbcBank.number, KIND_REDEMPTION, AMOUNT)
          .and.to.emit(f.currency, "HoldReleased")
          .withArgs(holdId(f.terms), f.icbc.address, AMOUNT);
        expect((await f.desk.requestOf(f.id)).status).to.equal(STATUS.expired);
        await expectGivenBack();
      });
    }

    it("ends the request also when anyone has released the hold before", async function () {
      await networkHelpers.time.increaseTo(f.expiry);
      await f.currency.connect(f.stranger).releaseHold(f.terms);
      await expectGivenBack();
      await f.desk.connect(f.stranger).expireRedemption(f.terms);
      expect((await f.desk.requestOf(f.id)).status).to.equal(STATUS.expired);
      await expectGivenBack();
    });

    it("works while everything is halted", async function () {
      await f.currency.connect(f.office.halter).haltAll();
      await networkHelpers.time.increaseTo(f.expiry);
      await f.desk.connect(f.stranger).expireRedemption(f.terms);
      await expectGivenBack();
    });

    it("refuses another hold, and what is not open", async function () {
      await networkHelpers.time.increaseTo(f.expiry);
      const other = { ...f.terms, amount: AMOUNT - 1n };
      await expect(f.desk.expireRedemption(other))
        .to.be.revertedWithCustomError(f.desk, "IssuanceHoldMismatch")
        .withArgs(f.id, holdId(other));
      await f.desk.expireRedemption(f.terms);
      await expect(f.desk.expireRedemption(f.terms))
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotOpen")
        .withArgs(f.id, STATUS.expired);
    });
  });
});
