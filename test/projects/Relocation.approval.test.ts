import { expect } from "chai";
import { OBJECTION_STATUS as OBJECTION, RELOCATION_STATUS } from "../../sdk/eip712/relocation.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { HEADS, HouseholdFile, deployRelocation, type Relocations } from "../support/relocation.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const NOTHING = `0x${"00".repeat(32)}`;

async function deploy() {
  const f = await deployRelocation(chain);
  const zhang = new HouseholdFile(f, "Zhang");
  await zhang.open();
  await zhang.survey();
  await zhang.agree();
  return { f, zhang };
}

describe("Relocation", function () {
  let f: Relocations;
  let zhang: HouseholdFile;

  beforeEach(async function () {
    ({ f, zhang } = await networkHelpers.loadFixture(deploy));
  });

  const publicityOver = async () => networkHelpers.time.increaseTo(await zhang.publicUntil());

  async function isBackAtItsSurvey(): Promise<void> {
    const { status, round, approvals, objections, agreedAt, amount } = await zhang.state();
    expect([status, round, approvals, objections, agreedAt, amount]).to.deep.equal([
      ...[RELOCATION_STATUS.surveyed, 1n, 0n, 0n, 0n, 0n],
    ]);
  }

  describe("withdrawAgreement", function () {
    it("is open to both sides and to nobody else", async function () {
      await expect(zhang.withdraw(f.bob))
        .to.be.revertedWithCustomError(f.relocation, "RelocationCallerInvalid")
        .withArgs(zhang.id, f.bob.address, f.authority.address);
      await expect(zhang.withdraw(f.authority))
        .to.emit(f.relocation, "AgreementWithdrawn")
        .withArgs(zhang.id, 0n, f.authority.address);
      await isBackAtItsSurvey();
      await zhang.agree();
      await zhang.withdraw(f.ann);
    });

    it("ends the signatures with the agreement", async function () {
      const old = await zhang.terms();
      await zhang.withdraw();
      await expect(zhang.agree(old))
        .to.be.revertedWithCustomError(f.relocation, "RelocationAgreementStale")
        .withArgs(zhang.id, 1n, old.survey, old.formula);
    });

    it("begins the publicity period and the approvals anew", async function () {
      await publicityOver();
      await zhang.approve(0);
      await zhang.withdraw();
      await zhang.agree();
      const until = await zhang.publicUntil();
      await networkHelpers.time.setNextBlockTimestamp(until - 1n);
      await expect(zhang.approve(0))
        .to.be.revertedWithCustomError(f.relocation, "RelocationPublicityRunning")
        .withArgs(zhang.id, until, until - 1n);
      await networkHelpers.time.setNextBlockTimestamp(until);
      await expect(zhang.approve(0))
        .to.emit(f.relocation, "RelocationApproved")
        .withArgs(zhang.id, f.approvers[0].address, 0n);
    });
  });

  describe("raiseObjection", function () {
    it("is open to whoever has a wallet, once a round, until the publicity period ends", async function () {
      await expect(zhang.object())
        .to.emit(f.relocation, "ObjectionRaised")
        .withArgs(zhang.id, 0n, f.bob.address, ref("evidence"));
      expect(await f.relocation.objectionOf(zhang.id, 0n, f.bob)).to.equal(OBJECTION.open);
      await expect(zhang.object())
        .to.be.revertedWithCustomError(f.relocation, "RelocationObjectionInvalid")
        .withArgs(zhang.id, f.bob.address, OBJECTION.open);
      await expect(zhang.object(f.stranger))
        .to.be.revertedWithCustomError(f.relocation, "RelocationObjectorUnknown")
        .withArgs(zhang.id, f.stranger.address);
      await expect(f.relocation.connect(f.cai).raiseObjection(f.rules, zhang.id, NOTHING))
        .to.be.revertedWithCustomError(f.relocation, "RelocationHashMissing")
        .withArgs(zhang.id);
      const until = await zhang.publicUntil();
      await networkHelpers.time.setNextBlockTimestamp(until - 1n);
      await zhang.object(f.cai);
      await expect(zhang.object(f.dan))
        .to.be.revertedWithCustomError(f.relocation, "RelocationPublicityOver")
        .withArgs(zhang.id, until, until);
    });
  });

  describe("decideObjection", function () {
    beforeEach(async function () {
      await zhang.object();
    });

    it("lets the approvers go on when it is dismissed", async function () {
      await publicityOver();
      const until = (await zhang.publicUntil()) + f.rules.review;
      await expect(zhang.approve(0)).to.be.revertedWithCustomError(f.relocation, "RelocationPublicityRunning");
      await expect(zhang.decide(false))
        .to.emit(f.relocation, "ObjectionDecided")
        .withArgs(zhang.id, 0n, f.bob.address, false, ref("reasons"));
      expect(await f.relocation.objectionOf(zhang.id, 0n, f.bob)).to.equal(OBJECTION.dismissed);
      expect(await networkHelpers.time.latest()).to.be.lessThan(Number(until));
      await zhang.approve(0);
    });

    it("ends the agreement when it is upheld", async function () {
      await zhang.decide(true);
      expect(await f.relocation.objectionOf(zhang.id, 0n, f.bob)).to.equal(OBJECTION.upheld);
      await isBackAtItsSurvey();
      await zhang.agree();
      await zhang.object();
    });

    it("is the reviewer's alone, and about an open objection", async function () {
      await expect(f.relocation.connect(f.authority).decideObjection(f.rules, zhang.id, f.bob, false, NOTHING))
        .to.be.revertedWithCustomError(f.relocation, "RelocationCallerInvalid")
        .withArgs(zhang.id, f.authority.address, f.reviewer.address);
      await expect(zhang.decide(false, f.cai))
        .to.be.revertedWithCustomError(f.relocation, "RelocationObjectionInvalid")
        .withArgs(zhang.id, f.cai.address, OBJECTION.none);
    });

    it("blocks for the review period when the reviewer is silent, and no longer", async function () {
      const until = (await zhang.publicUntil()) + f.rules.review;
      await networkHelpers.time.setNextBlockTimestamp(until - 1n);
      await expect(zhang.approve(0))
        .to.be.revertedWithCustomError(f.relocation, "RelocationPublicityRunning")
        .withArgs(zhang.id, until, until - 1n);
      await networkHelpers.time.setNextBlockTimestamp(until);
      await zhang.approve(0);
      expect((await zhang.state()).approvals).to.equal(1n);
    });
  });

  describe("approveFiles", function () {
    beforeEach(async function () {
      await publicityOver();
    });

    it("goes from level to level, each by its own approver", async function () {
      const [first, second] = f.approvers;
      for (const caller of [second, f.authority]) {
        await expect(f.relocation.connect(caller).approveFiles(f.rules, [zhang.id]))
          .to.be.revertedWithCustomError(f.relocation, "RelocationCallerInvalid")
          .withArgs(zhang.id, caller.address, first.address);
      }
      await zhang.approve(0);
      await expect(zhang.approve(0))
        .to.be.revertedWithCustomError(f.relocation, "RelocationCallerInvalid")
        .withArgs(zhang.id, first.address, second.address);
      await expect(zhang.approve(1))
        .to.emit(f.relocation, "RelocationGranted")
        .withArgs(zhang.id, f.project, zhang.amount, 0n);
      expect(await f.relocation.payableAt(f.project, 0n)).to.equal(zhang.id);
      expect((await f.relocation.projectStateOf(f.project)).approved).to.equal(zhang.amount);
    });

    it("takes a page of files, one at least and no more than the limit", async function () {
      const limit = await f.relocation.MAXIMUM_PAGE();
      for (const size of [0n, limit + 1n]) {
        const files = Array.from({ length: Number(size) }, () => zhang.id);
        await expect(f.relocation.connect(f.approvers[0]).approveFiles(f.rules, files))
          .to.be.revertedWithCustomError(f.relocation, "RelocationPageInvalid")
          .withArgs(size, limit);
      }
    });

    it("keeps to the budget", async function () {
      const [over, within] = [minor("800000.01"), minor("800000.00")].map(
        (property, index) =>
          new HouseholdFile(f, `house ${index}`, f.cai, {
            ...HEADS,
            property,
            resettlement: 0n,
            business: 0n,
            reward: 0n,
          }),
      );
      if (over === undefined || within === undefined) throw new RangeError("two houses were built");
      for (const file of [over, within]) await file.due();
      await zhang.approve(0);
      await zhang.approve(1);
      await over.approve(0);
      await expect(over.approve(1))
        .to.be.revertedWithCustomError(f.relocation, "RelocationBudgetExceeded")
        .withArgs(f.project, f.rules.budget + 1n, f.rules.budget);
      await within.approve(0);
      await within.approve(1);
      expect((await f.relocation.projectStateOf(f.project)).approved).to.equal(f.rules.budget);
    });
  });

  describe("rejectFile", function () {
    it("ends the agreement, by the approver of the level", async function () {
      await expect(zhang.reject(1))
        .to.be.revertedWithCustomError(f.relocation, "RelocationCallerInvalid")
        .withArgs(zhang.id, f.approvers[1].address, f.approvers[0].address);
      await expect(zhang.reject(0))
        .to.emit(f.relocation, "AgreementRejected")
        .withArgs(zhang.id, 0n, f.approvers[0].address, ref("reasons"));
      await isBackAtItsSurvey();
    });
  });
});
