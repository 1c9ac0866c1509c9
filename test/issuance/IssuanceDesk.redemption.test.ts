import { expect } from "chai";
import { holdId, NEVER, type Hold } from "../../sdk/eip712/ledger.js";
import { requestId, REQUEST_KIND } from "../../sdk/eip712/issuance.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import {
  DAY,
  STANDING,
  STATUS,
  TIER,
  ZERO,
  admitParticipant,
  attest,
  attestation,
  deployDesk,
  issueTo,
  now,
  openRedemption,
  redemptionTerms,
  signHold,
} from "./fixture.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const RTGS = ref("HVPS payment 2");
const ISSUED = minor("1000.00");
const AMOUNT = minor("400.00");

/** ICBC has 1,000.00 and has held 400.00 of it for the desk, until a day from now. */
async function deployHeld() {
  const f = await deployDesk(chain);
  await issueTo(f, f.icbcBank, ISSUED, ref("HVPS payment 1"));
  const expiry = (await now(chain)) + DAY;
  const terms = await redemptionTerms(f, f.icbcBank, AMOUNT, RTGS, expiry);
  await f.currency.connect(f.icbc).placeHold(terms);
  const said = attestation(f.icbcBank, AMOUNT, RTGS, { kind: REQUEST_KIND.redemption });
  const complete = async (held: Hold = terms, rtgsRef = RTGS) =>
    f.desk.redeem(held, rtgsRef, said.validUntil, await attest(f.desk, f.operator, said));
  return { ...f, id: terms.businessRef, expiry, terms, said, complete };
}

/** The same with the request made. */
async function deployRequested() {
  const f = await deployHeld();
  await f.desk.requestRedemption(f.terms, RTGS);
  return f;
}

type Fixture = Awaited<ReturnType<typeof deployHeld>>;

const tail = (id: string): bigint => BigInt(id) % 2n ** 120n;

describe("IssuanceDesk (redemption)", function () {
  let f: Fixture;

  async function expectReserves(expected: bigint) {
    expect(await f.desk.reserveOf(f.icbcBank.number)).to.equal(expected);
    expect(await f.desk.totalReserves()).to.equal(await f.currency.totalSupply());
    expect(await f.currency.balanceOf(f.desk)).to.equal(0n);
  }

  describe("requestRedemption", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployHeld);
    });

    it("keeps and announces the request, whoever carries it", async function () {
      await expect(f.desk.connect(f.carrier).requestRedemption(f.terms, RTGS))
        .to.emit(f.desk, "RedemptionRequested")
        .withArgs(f.id, f.icbcBank.number, RTGS, f.icbc.address, holdId(f.terms), AMOUNT, f.expiry);
      expect(await f.desk.requestOf(f.id)).to.deep.equal([
        f.icbcBank.number,
        AMOUNT,
        f.expiry,
        STATUS.requested,
        tail(holdId(f.terms)),
      ]);
      await expectReserves(ISSUED);
    });

    it("serves suspended and offboarded institutions: their money is not touched", async function () {
      const registrar = f.registry.connect(f.office.registrar);
      await registrar.setStatus(f.icbcBank.number, STANDING.suspended, ref("suspension"));
      await f.desk.requestRedemption(f.terms, RTGS);
      await registrar.setStatus(f.icbcBank.number, STANDING.offboarded, ref("end"));
      await f.complete();
      await expectReserves(ISSUED - AMOUNT);
    });

    it("refuses a payer that acts for no institution", async function () {
      const terms = { ...f.terms, payer: f.shop.address };
      await expect(f.desk.requestRedemption(terms, RTGS))
        .to.be.revertedWithCustomError(f.registry, "InstitutionUnknown")
        .withArgs(0n);
    });

    it("refuses an institution that has no reserves of its own", async function () {
      const number = await admitParticipant(f, f.stranger);
      await expect(f.desk.requestRedemption({ ...f.terms, payer: f.stranger.address }, RTGS))
        .to.be.revertedWithCustomError(f.desk, "IssuanceTierInvalid")
        .withArgs(number, TIER.participating);
    });

    it("refuses a reference that the hold does not name", async function () {
      await expect(f.desk.requestRedemption(f.terms, ref("other")))
        .to.be.revertedWithCustomError(f.desk, "IssuanceReferenceMismatch")
        .withArgs(f.id, ref("other"));
    });

    it("refuses the id of an issue request as the hold's reference", async function () {
      const id = requestId(REQUEST_KIND.issue, Number(f.icbcBank.number), RTGS);
      await expect(f.desk.requestRedemption({ ...f.terms, businessRef: id }, RTGS))
        .to.be.revertedWithCustomError(f.desk, "IssuanceReferenceMismatch")
        .withArgs(id, RTGS);
    });

    it("refuses a hold for another executor or with a payee", async function () {
      for (const wrong of [
        { ...f.terms, amount: 1n, executor: f.stranger.address },
        { ...f.terms, amount: 1n, payee: f.boc.address },
      ]) {
        await f.currency.connect(f.icbc).placeHold(wrong);
        await expect(f.desk.requestRedemption(wrong, RTGS))
          .to.be.revertedWithCustomError(f.desk, "IssuanceHoldInvalid")
          .withArgs(f.id, holdId(wrong));
      }
    });

    it("refuses terms that nobody has placed, also a fen beside the placed ones", async function () {
      for (const amount of [AMOUNT - 1n, AMOUNT + 1n]) {
        const terms = { ...f.terms, amount };
        await expect(f.desk.requestRedemption(terms, RTGS))
          .to.be.revertedWithCustomError(f.desk, "IssuanceHoldNotActive")
          .withArgs(f.id, holdId(terms));
      }
    });

    it("refuses a hold that has expired, and one that was released", async function () {
      await networkHelpers.time.setNextBlockTimestamp(f.expiry);
      await expect(f.desk.requestRedemption(f.terms, RTGS))
        .to.be.revertedWithCustomError(f.desk, "IssuanceExpiryInvalid")
        .withArgs(f.id, f.expiry, f.expiry);
      await f.currency.connect(f.stranger).releaseHold(f.terms);
      await expect(f.desk.requestRedemption(f.terms, RTGS))
        .to.be.revertedWithCustomError(f.desk, "IssuanceHoldNotActive")
        .withArgs(f.id, holdId(f.terms));
    });

    it("refuses a request without a reference", async function () {
      const terms = await redemptionTerms(f, f.icbcBank, AMOUNT, ethers.ZeroHash, f.expiry);
      await f.currency.connect(f.icbc).placeHold(terms);
      await expect(f.desk.requestRedemption(terms, ethers.ZeroHash))
        .to.be.revertedWithCustomError(f.desk, "IssuanceReferenceMissing")
        .withArgs(terms.businessRef, f.icbcBank.number);
    });

    it("refuses a reference twice, also with another hold", async function () {
      await f.desk.requestRedemption(f.terms, RTGS);
      const other = { ...f.terms, expiry: f.expiry + 1n };
      await f.currency.connect(f.icbc).placeHold(other);
      for (const terms of [f.terms, other]) {
        await expect(f.desk.requestRedemption(terms, RTGS))
          .to.be.revertedWithCustomError(f.desk, "IssuanceRequestExists")
          .withArgs(f.id, STATUS.requested);
      }
    });

    it("takes an open-ended hold", async function () {
      const terms = await redemptionTerms(f, f.icbcBank, 1n, ref("open end"), NEVER);
      await openRedemption(f, f.icbc, terms, ref("open end"));
      expect((await f.desk.requestOf(terms.businessRef)).expiry).to.equal(NEVER);
    });
  });

  describe("requestRedemptionWithSignature", function () {
    let terms: Hold;
    let signature: string;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployHeld);
      terms = await redemptionTerms(f, f.icbcBank, AMOUNT, ref("signed"), f.expiry);
      signature = await signHold(f.currency, f.icbc, terms);
    });

    it("places the hold and makes the request", async function () {
      await expect(f.desk.connect(f.carrier).requestRedemptionWithSignature(terms, ref("signed"), signature))
        .to.emit(f.currency, "HoldPlaced")
        .and.to.emit(f.desk, "RedemptionRequested")
        .withArgs(terms.businessRef, f.icbcBank.number, ref("signed"), f.icbc.address, holdId(terms), AMOUNT, f.expiry);
      expect(await f.currency.heldOf(f.icbc)).to.equal(2n * AMOUNT);
    });

    it("is not stopped by who places the signed hold first", async function () {
      await f.currency.connect(f.stranger).placeHoldWithSignature(terms, signature);
      await f.desk.connect(f.carrier).requestRedemptionWithSignature(terms, ref("signed"), signature);
      expect((await f.desk.requestOf(terms.businessRef)).status).to.equal(STATUS.requested);
    });

    it("refuses another's signature", async function () {
      const forged = await signHold(f.currency, f.boc, terms);
      await expect(f.desk.requestRedemptionWithSignature(terms, ref("signed"), forged))
        .to.be.revertedWithCustomError(f.currency, "HoldSignatureInvalid")
        .withArgs(holdId(terms), f.icbc.address);
    });

    it("refuses a hold that its payer withdrew", async function () {
      await f.currency.connect(f.icbc).voidHold(terms);
      await expect(f.desk.requestRedemptionWithSignature(terms, ref("signed"), signature))
        .to.be.revertedWithCustomError(f.desk, "IssuanceHoldNotActive")
        .withArgs(terms.businessRef, holdId(terms));
    });
  });

  describe("redeem", function () {
    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployRequested);
    });

    it("destroys what was held and records it", async function () {
      await expect(f.complete())
        .to.emit(f.desk, "RedemptionCompleted")
        .withArgs(f.id, f.icbcBank.number, RTGS, f.icbc.address, AMOUNT)
        .and.to.emit(f.currency, "Redeemed")
        .withArgs(f.icbc.address, f.id, AMOUNT)
        .and.to.emit(f.currency, "Transfer")
        .withArgs(f.icbc.address, ZERO, AMOUNT);
      expect(await f.currency.balanceOf(f.icbc)).to.equal(ISSUED - AMOUNT);
      expect(await f.currency.heldOf(f.icbc)).to.equal(0n);
      expect(await f.desk.positionOf(f.icbcBank.number)).to.deep.equal([ISSUED, AMOUNT, 0n]);
      await expectReserves(ISSUED - AMOUNT);
    });

    it("gives the quota back, to the fen", async function () {
      await f.registry.connect(f.office.registrar).setQuota(f.icbcBank.number, ISSUED);
      await f.complete();
      expect(await f.desk.availableQuota(f.icbcBank.number)).to.equal(AMOUNT);
      await issueTo(f, f.icbcBank, AMOUNT, ref("HVPS payment 4"));
      await expectReserves(ISSUED);
    });

    it("lets an institution redeem what another was issued", async function () {
      await f.currency.connect(f.icbc).transfer(f.boc, minor("300.00"));
      const terms = await redemptionTerms(f, f.bocBank, minor("300.00"), RTGS, f.expiry);
      await openRedemption(f, f.boc, terms, RTGS);
      const said = attestation(f.bocBank, minor("300.00"), RTGS, { kind: REQUEST_KIND.redemption });
      await f.desk.redeem(terms, RTGS, said.validUntil, await attest(f.desk, f.operator, said));
      expect(await f.desk.reserveOf(f.bocBank.number)).to.equal(-minor("300.00"));
      const quota = (await f.registry.institution(f.bocBank.number)).quota;
      expect(await f.desk.availableQuota(f.bocBank.number)).to.equal(quota + minor("300.00"));
      await expectReserves(ISSUED);
    });

    it("never lets more be asked for than 64 bits can say", async function () {
      await f.registry.connect(f.office.registrar).setQuota(f.icbcBank.number, 2n ** 64n - 1n);
      await f.complete();
      const available = await f.desk.availableQuota(f.icbcBank.number);
      expect(available).to.equal(2n ** 64n - 1n - (ISSUED - AMOUNT));
      await f.currency.connect(f.icbc).transfer(f.boc, minor("300.00"));
      await f.registry.connect(f.office.registrar).setQuota(f.bocBank.number, 2n ** 64n - 1n);
      const terms = await redemptionTerms(f, f.bocBank, minor("300.00"), RTGS, f.expiry);
      await openRedemption(f, f.boc, terms, RTGS);
      const said = attestation(f.bocBank, minor("300.00"), RTGS, { kind: REQUEST_KIND.redemption });
      await f.desk.redeem(terms, RTGS, said.validUntil, await attest(f.desk, f.operator, said));
      expect(await f.desk.availableQuota(f.bocBank.number)).to.equal(2n ** 64n - 1n);
      await f.desk.connect(f.boc).requestIssue(2n ** 64n - 1n, ref("all"), f.expiry);
      await expect(f.desk.connect(f.boc).requestIssue(1n, ref("more"), f.expiry))
        .to.be.revertedWithCustomError(f.desk, "IssuanceQuotaExceeded")
        .withArgs(f.bocBank.number, 1n, 0n);
    });

    it("completes a second before the expiry and not at it", async function () {
      await networkHelpers.time.setNextBlockTimestamp(f.expiry - 1n);
      await f.complete();
      await expectReserves(ISSUED - AMOUNT);
    });

    for (const late of [0n, 1n]) {
      it(`refuses ${late} s after the expiry`, async function () {
        await networkHelpers.time.setNextBlockTimestamp(f.expiry + late);
        await expect(f.complete())
          .to.be.revertedWithCustomError(f.desk, "IssuanceRequestExpired")
          .withArgs(f.id, f.expiry, f.expiry + late);
      });
    }

    it("completes when the institution is frozen meanwhile: what is held is committed", async function () {
      await f.currency.connect(f.office.enforcer).freeze(f.icbc, ref("order"));
      await f.complete();
      await expectReserves(ISSUED - AMOUNT);
    });

    it("waits while the currency is halted", async function () {
      await f.currency.connect(f.office.halter).haltAll();
      await expect(f.complete()).to.be.revertedWithCustomError(f.currency, "WalletHalted").withArgs(f.icbc.address, 6n);
      await f.currency.connect(f.office.resumer).resumeAll();
      await f.complete();
      await expectReserves(ISSUED - AMOUNT);
    });

    it("refuses a request that nobody made, and one that has ended", async function () {
      const terms = await redemptionTerms(f, f.icbcBank, 1n, ref("none"), f.expiry);
      await expect(f.complete(terms, ref("none")))
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotOpen")
        .withArgs(terms.businessRef, STATUS.none);
      await f.complete();
      await expect(f.complete())
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotOpen")
        .withArgs(f.id, STATUS.completed);
    });

    it("refuses another hold than the one the request was made with", async function () {
      const other = { ...f.terms, expiry: f.expiry + 1n };
      await f.currency.connect(f.icbc).placeHold(other);
      await expect(f.complete(other))
        .to.be.revertedWithCustomError(f.desk, "IssuanceHoldMismatch")
        .withArgs(f.id, holdId(other));
    });

    it("refuses an attestation of another request of the same amount", async function () {
      const rtgsRef = ref("HVPS payment 3");
      const terms = await redemptionTerms(f, f.icbcBank, AMOUNT, rtgsRef, f.expiry);
      await openRedemption(f, f.icbc, terms, rtgsRef);
      await expect(f.complete(terms, RTGS))
        .to.be.revertedWithCustomError(f.desk, "IssuanceReferenceMismatch")
        .withArgs(terms.businessRef, RTGS);
    });
  });
});
