import { expect } from "chai";
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
} from "./fixture.js";
import { expectGasWithin } from "../support/gas.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const RTGS = ref("HVPS payment 1");
const AMOUNT = minor("1000.00");
const KIND_ISSUE = 1n;

async function deploy() {
  return deployDesk(chain);
}

/** An open request of 1,000.00 with an expiry a day away, and the operator's attestation. */
async function deployRequested() {
  const f = await deployDesk(chain);
  const expiry = (await now(chain)) + DAY;
  await f.desk.connect(f.icbc).requestIssue(AMOUNT, RTGS, expiry);
  const id = requestId(REQUEST_KIND.issue, Number(f.icbcBank.number), RTGS);
  const said = attestation(f.icbcBank, AMOUNT, RTGS);
  const complete = async () =>
    f.desk.issue(f.icbcBank.number, RTGS, said.validUntil, await attest(f.desk, f.operator, said));
  return { ...f, id, expiry, said, complete };
}

describe("IssuanceDesk (issue)", function () {
  describe("requestIssue", function () {
    let f: Awaited<ReturnType<typeof deploy>>;
    let id: string;
    let expiry: bigint;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deploy);
      id = requestId(REQUEST_KIND.issue, Number(f.icbcBank.number), RTGS);
      expiry = (await now(chain)) + DAY;
    });

    it("keeps and announces the request", async function () {
      await expect(f.desk.connect(f.icbc).requestIssue(AMOUNT, RTGS, expiry))
        .to.emit(f.desk, "IssueRequested")
        .withArgs(id, f.icbcBank.number, RTGS, f.icbc.address, AMOUNT, expiry);
      expect(await f.desk.requestOf(id)).to.deep.equal([f.icbcBank.number, AMOUNT, expiry, STATUS.requested, 0n]);
      expect(await f.desk.requestId(KIND_ISSUE, f.icbcBank.number, RTGS)).to.equal(id);
    });

    it("takes quota and creates nothing", async function () {
      const before = await f.desk.availableQuota(f.icbcBank.number);
      await f.desk.connect(f.icbc).requestIssue(AMOUNT, RTGS, expiry);
      expect(await f.desk.availableQuota(f.icbcBank.number)).to.equal(before - AMOUNT);
      expect(await f.desk.positionOf(f.icbcBank.number)).to.deep.equal([0n, 0n, AMOUNT]);
      expect(await f.currency.totalSupply()).to.equal(0n);
    });

    it("serves any account of the institution", async function () {
      await f.registry.connect(f.office.registrar).addAccount(f.icbcBank.number, f.stranger);
      await expect(f.desk.connect(f.stranger).requestIssue(AMOUNT, RTGS, expiry))
        .to.emit(f.desk, "IssueRequested")
        .withArgs(id, f.icbcBank.number, RTGS, f.stranger.address, AMOUNT, expiry);
    });

    it("refuses who acts for no institution", async function () {
      await expect(f.desk.connect(f.stranger).requestIssue(AMOUNT, RTGS, expiry))
        .to.be.revertedWithCustomError(f.registry, "InstitutionUnknown")
        .withArgs(0n);
    });

    for (const [name, status] of [
      ["a suspended", STANDING.suspended],
      ["an offboarded", STANDING.offboarded],
    ] as const) {
      it(`refuses ${name} institution`, async function () {
        await f.registry.connect(f.office.registrar).setStatus(f.icbcBank.number, status, ref("decision"));
        await expect(f.desk.connect(f.icbc).requestIssue(AMOUNT, RTGS, expiry))
          .to.be.revertedWithCustomError(f.registry, "InstitutionNotActive")
          .withArgs(f.icbcBank.number, status);
      });
    }

    it("refuses an institution that has no reserves of its own", async function () {
      const number = await admitParticipant(f, f.stranger);
      await expect(f.desk.connect(f.stranger).requestIssue(AMOUNT, RTGS, expiry))
        .to.be.revertedWithCustomError(f.desk, "IssuanceTierInvalid")
        .withArgs(number, TIER.participating);
    });

    it("refuses a zero amount", async function () {
      await expect(f.desk.connect(f.icbc).requestIssue(0n, RTGS, expiry))
        .to.be.revertedWithCustomError(f.desk, "IssuanceAmountInvalid")
        .withArgs(id, 0n);
    });

    it("refuses a request without a reference", async function () {
      await expect(f.desk.connect(f.icbc).requestIssue(AMOUNT, ethers.ZeroHash, expiry))
        .to.be.revertedWithCustomError(f.desk, "IssuanceReferenceMissing")
        .withArgs(requestId(REQUEST_KIND.issue, Number(f.icbcBank.number), ethers.ZeroHash), f.icbcBank.number);
    });

    it("refuses an expiry that is now and takes one a second later", async function () {
      const time = (await now(chain)) + 100n;
      await networkHelpers.time.setNextBlockTimestamp(time);
      await expect(f.desk.connect(f.icbc).requestIssue(AMOUNT, RTGS, time))
        .to.be.revertedWithCustomError(f.desk, "IssuanceExpiryInvalid")
        .withArgs(id, time, time);
      await networkHelpers.time.setNextBlockTimestamp(time + 1n);
      await f.desk.connect(f.icbc).requestIssue(AMOUNT, RTGS, time + 2n);
      expect((await f.desk.requestOf(id)).expiry).to.equal(time + 2n);
    });

    it("refuses one fen above the quota and takes the quota", async function () {
      const quota = minor("500.00");
      await f.registry.connect(f.office.registrar).setQuota(f.icbcBank.number, quota);
      await expect(f.desk.connect(f.icbc).requestIssue(quota + 1n, RTGS, expiry))
        .to.be.revertedWithCustomError(f.desk, "IssuanceQuotaExceeded")
        .withArgs(f.icbcBank.number, quota + 1n, quota);
      await f.desk.connect(f.icbc).requestIssue(quota, RTGS, expiry);
      expect(await f.desk.availableQuota(f.icbcBank.number)).to.equal(0n);
    });

    it("counts what is open and what is out against the quota", async function () {
      const quota = minor("500.00");
      await f.registry.connect(f.office.registrar).setQuota(f.icbcBank.number, quota);
      await issueTo(f, f.icbcBank, minor("200.00"), ref("out"));
      await f.desk.connect(f.icbc).requestIssue(minor("250.00"), ref("open"), expiry);
      await expect(f.desk.connect(f.icbc).requestIssue(minor("50.01"), RTGS, expiry))
        .to.be.revertedWithCustomError(f.desk, "IssuanceQuotaExceeded")
        .withArgs(f.icbcBank.number, minor("50.01"), minor("50.00"));
      await f.desk.connect(f.icbc).requestIssue(minor("50.00"), RTGS, expiry);
    });

    it("keeps the quotas of two institutions apart", async function () {
      await f.registry.connect(f.office.registrar).setQuota(f.icbcBank.number, 0n);
      await f.desk.connect(f.boc).requestIssue(AMOUNT, RTGS, expiry);
      expect((await f.desk.positionOf(f.bocBank.number)).pending).to.equal(AMOUNT);
      expect((await f.desk.positionOf(f.icbcBank.number)).pending).to.equal(0n);
    });

    it("refuses a reference that is open, and one that has ended, for ever", async function () {
      await f.desk.connect(f.icbc).requestIssue(AMOUNT, RTGS, expiry);
      const again = () => f.desk.connect(f.icbc).requestIssue(AMOUNT, RTGS, 2n ** 47n);
      await expect(again())
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestExists")
        .withArgs(id, STATUS.requested);
      await f.desk.connect(f.operator).rejectIssue(f.icbcBank.number, RTGS, ref("no cover"));
      await expect(again())
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestExists")
        .withArgs(id, STATUS.rejected);
      await issueTo(f, f.icbcBank, AMOUNT, ref("completed"));
      await expect(f.desk.connect(f.icbc).requestIssue(AMOUNT, ref("completed"), 2n ** 47n))
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestExists")
        .withArgs(requestId(REQUEST_KIND.issue, Number(f.icbcBank.number), ref("completed")), STATUS.completed);
    });
  });

  describe("issue", function () {
    let f: Awaited<ReturnType<typeof deployRequested>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployRequested);
    });

    it("creates the money in the settlement account and records the reserves", async function () {
      await expect(f.complete())
        .to.emit(f.desk, "IssueCompleted")
        .withArgs(f.id, f.icbcBank.number, RTGS, f.icbc.address, AMOUNT)
        .and.to.emit(f.currency, "Issued")
        .withArgs(f.icbc.address, f.id, AMOUNT)
        .and.to.emit(f.currency, "Transfer")
        .withArgs(ZERO, f.icbc.address, AMOUNT);
      expect(await f.currency.balanceOf(f.icbc)).to.equal(AMOUNT);
      expect(await f.desk.positionOf(f.icbcBank.number)).to.deep.equal([AMOUNT, 0n, 0n]);
      expect(await f.desk.reserveOf(f.icbcBank.number)).to.equal(AMOUNT);
      expect(await f.desk.totalReserves()).to.equal(await f.currency.totalSupply());
      expect((await f.desk.requestOf(f.id)).status).to.equal(STATUS.completed);
    });

    it("pays the account that is the settlement account then", async function () {
      const registrar = f.registry.connect(f.office.registrar);
      await registrar.addAccount(f.icbcBank.number, f.stranger);
      await f.currency.openInstitutionWallet(f.stranger);
      await registrar.setSettlementAccount(f.icbcBank.number, f.stranger);
      await f.complete();
      expect(await f.currency.balanceOf(f.stranger)).to.equal(AMOUNT);
      expect(await f.currency.balanceOf(f.icbc)).to.equal(0n);
    });

    it("completes a second before the expiry", async function () {
      await networkHelpers.time.setNextBlockTimestamp(f.expiry - 1n);
      await f.complete();
      expect(await f.currency.totalSupply()).to.equal(AMOUNT);
    });

    for (const late of [0n, 1n]) {
      it(`refuses ${late} s after the expiry`, async function () {
        await networkHelpers.time.setNextBlockTimestamp(f.expiry + late);
        await expect(f.complete())
          .to.be.revertedWithCustomError(f.desk, "IssuanceRequestExpired")
          .withArgs(f.id, f.expiry, f.expiry + late);
      });
    }

    it("refuses a request that nobody made, and one that has ended", async function () {
      const none = requestId(REQUEST_KIND.issue, Number(f.bocBank.number), RTGS);
      await expect(f.desk.issue(f.bocBank.number, RTGS, 2n ** 40n, "0x"))
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotOpen")
        .withArgs(none, STATUS.none);
      await f.complete();
      await expect(f.complete())
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotOpen")
        .withArgs(f.id, STATUS.completed);
    });

    it("waits while the institution is suspended", async function () {
      const registrar = f.registry.connect(f.office.registrar);
      await registrar.setStatus(f.icbcBank.number, STANDING.suspended, ref("suspension"));
      await expect(f.complete())
        .to.be.revertedWithCustomError(f.registry, "InstitutionNotActive")
        .withArgs(f.icbcBank.number, STANDING.suspended);
      await registrar.setStatus(f.icbcBank.number, STANDING.active, ref("readmission"));
      await f.complete();
      expect(await f.currency.totalSupply()).to.equal(AMOUNT);
    });

    it("refuses when the quota was lowered a fen below, and completes at the quota", async function () {
      const registrar = f.registry.connect(f.office.registrar);
      await registrar.setQuota(f.icbcBank.number, AMOUNT - 1n);
      await expect(f.complete())
        .to.be.revertedWithCustomError(f.desk, "IssuanceQuotaExceeded")
        .withArgs(f.icbcBank.number, AMOUNT, AMOUNT - 1n);
      await registrar.setQuota(f.icbcBank.number, AMOUNT);
      await f.complete();
      expect(await f.desk.availableQuota(f.icbcBank.number)).to.equal(0n);
    });

    it("destroys nothing when the quota falls below what is out", async function () {
      await f.complete();
      await f.registry.connect(f.office.registrar).setQuota(f.icbcBank.number, 0n);
      expect(await f.desk.availableQuota(f.icbcBank.number)).to.equal(0n);
      expect(await f.currency.balanceOf(f.icbc)).to.equal(AMOUNT);
    });

    it("waits while the currency halts institutions", async function () {
      await f.currency.connect(f.office.halter).haltClass(6n);
      await expect(f.complete()).to.be.revertedWithCustomError(f.currency, "WalletHalted").withArgs(f.icbc.address, 6n);
      expect((await f.desk.requestOf(f.id)).status).to.equal(STATUS.requested);
      await f.currency.connect(f.office.resumer).resumeClass(6n);
      await f.complete();
      expect(await f.currency.totalSupply()).to.equal(AMOUNT);
    });

    it("fails once the desk has lost its power", async function () {
      await f.currency.connect(f.office.governor).dismiss(f.desk, 4n);
      await expect(f.complete())
        .to.be.revertedWithCustomError(f.currency, "LedgerPowerMissing")
        .withArgs(await f.desk.getAddress(), 4n);
    });

    it("costs at most 100,000 gas when the institution had money issued before", async function () {
      await f.complete();
      await f.desk.connect(f.icbc).requestIssue(AMOUNT, ref("steady"), 2n ** 40n);
      const said = attestation(f.icbcBank, AMOUNT, ref("steady"));
      const signature = await attest(f.desk, f.operator, said);
      const sent = await f.desk.connect(f.carrier).issue(f.icbcBank.number, said.rtgsRef, said.validUntil, signature);
      const receipt = await sent.wait();
      expectGasWithin(receipt?.gasUsed, 100_000n);
    });
  });

  describe("rejectIssue", function () {
    let f: Awaited<ReturnType<typeof deployRequested>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployRequested);
    });

    for (const who of ["operator", "rejecter"] as const) {
      it(`serves the ${who}, gives the quota back and ends the request`, async function () {
        await expect(f.desk.connect(f[who]).rejectIssue(f.icbcBank.number, RTGS, ref("no cover")))
          .to.emit(f.desk, "RequestRejected")
          .withArgs(f.id, f.icbcBank.number, f[who].address, KIND_ISSUE, AMOUNT, ref("no cover"));
        expect(await f.desk.positionOf(f.icbcBank.number)).to.deep.equal([0n, 0n, 0n]);
        await expect(f.complete())
          .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotOpen")
          .withArgs(f.id, STATUS.rejected);
      });
    }

    it("works after the expiry too, while nobody has ended the request", async function () {
      await networkHelpers.time.increaseTo(f.expiry);
      await f.desk.connect(f.operator).rejectIssue(f.icbcBank.number, RTGS, ref("late"));
      expect((await f.desk.requestOf(f.id)).status).to.equal(STATUS.rejected);
    });

    it("refuses the institution and strangers", async function () {
      for (const who of [f.icbc, f.stranger]) {
        await expect(f.desk.connect(who).rejectIssue(f.icbcBank.number, RTGS, ref("no")))
          .to.be.revertedWithCustomError(f.desk, "AccessManagedUnauthorized")
          .withArgs(who.address);
      }
    });

    it("refuses an operator that has been replaced", async function () {
      await f.desk.connect(f.office.governor).setSettlementOperator(f.stranger);
      await expect(f.desk.connect(f.operator).rejectIssue(f.icbcBank.number, RTGS, ref("no")))
        .to.be.revertedWithCustomError(f.desk, "AccessManagedUnauthorized")
        .withArgs(f.operator.address);
    });

    it("refuses what is not open", async function () {
      await f.complete();
      await expect(f.desk.connect(f.operator).rejectIssue(f.icbcBank.number, RTGS, ref("no")))
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotOpen")
        .withArgs(f.id, STATUS.completed);
    });
  });

  describe("expireIssue", function () {
    let f: Awaited<ReturnType<typeof deployRequested>>;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployRequested);
    });

    it("refuses a second before the expiry", async function () {
      await networkHelpers.time.setNextBlockTimestamp(f.expiry - 1n);
      await expect(f.desk.expireIssue(f.icbcBank.number, RTGS))
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotExpired")
        .withArgs(f.id, f.expiry, f.expiry - 1n);
    });

    for (const late of [0n, 1n]) {
      it(`serves anyone ${late} s after the expiry and gives the quota back`, async function () {
        await networkHelpers.time.setNextBlockTimestamp(f.expiry + late);
        await expect(f.desk.connect(f.stranger).expireIssue(f.icbcBank.number, RTGS))
          .to.emit(f.desk, "RequestExpired")
          .withArgs(f.id, f.icbcBank.number, KIND_ISSUE, AMOUNT);
        expect(await f.desk.positionOf(f.icbcBank.number)).to.deep.equal([0n, 0n, 0n]);
        expect((await f.desk.requestOf(f.id)).status).to.equal(STATUS.expired);
      });
    }

    it("refuses what is not open", async function () {
      await networkHelpers.time.increaseTo(f.expiry);
      await f.desk.expireIssue(f.icbcBank.number, RTGS);
      await expect(f.desk.expireIssue(f.icbcBank.number, RTGS))
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotOpen")
        .withArgs(f.id, STATUS.expired);
    });
  });
});
