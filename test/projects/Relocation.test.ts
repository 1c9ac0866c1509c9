import { expect } from "chai";
import { NEVER } from "../../sdk/eip712/ledger.js";
import { RELOCATION_STATUS, relocationFileId, relocationProjectId } from "../../sdk/eip712/relocation.js";
import { minor } from "../../sdk/money.js";
import { relocationFund, signAgreement, signSurvey } from "../../sdk/projects/relocation.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS } from "../support/currency.js";
import { HEADS, HouseholdFile, deployRelocation, type Relocations } from "../support/relocation.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const DAY = 86_400n;
const NOTHING = `0x${"00".repeat(32)}`;
const NOBODY = `0x${"00".repeat(20)}`;

async function deploy() {
  return deployRelocation(chain);
}

describe("Relocation", function () {
  let f: Relocations;
  let zhang: HouseholdFile;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    zhang = new HouseholdFile(f, "Zhang");
  });

  describe("openProject", function () {
    it("puts the rules on record, once", async function () {
      const rules = { ...f.rules, salt: ref("second project") };
      const project = relocationProjectId(rules);
      expect(await f.relocation.projectId(rules)).to.equal(project);
      await expect(f.relocation.connect(f.authority).openProject(rules))
        .to.emit(f.relocation, "RelocationProjectOpened")
        .withArgs(project, f.authority.address, Object.values(rules));
      await expect(f.relocation.connect(f.authority).openProject(rules))
        .to.be.revertedWithCustomError(f.relocation, "RelocationProjectExists")
        .withArgs(project);
    });

    it("is the authority's own, and the authority a government's", async function () {
      const rules = { ...f.rules, salt: ref("second project") };
      await expect(f.relocation.connect(f.ann).openProject(rules))
        .to.be.revertedWithCustomError(f.relocation, "RelocationCallerInvalid")
        .withArgs(relocationProjectId(rules), f.ann.address, f.authority.address);
      await expect(f.relocation.connect(f.ann).openProject({ ...rules, authority: f.ann.address }))
        .to.be.revertedWithCustomError(f.relocation, "RelocationAuthorityInvalid")
        .withArgs(f.ann.address, CLASS.I);
    });

    it("refuses rules that nobody could trust", async function () {
      const { approvers, authority, surveyor, reviewer, publicity } = f.rules;
      const [first = NOBODY] = approvers;
      const levels = Array.from({ length: 9 }, (_, index) => `0x${String(index + 1).padStart(40, "0")}`);
      for (const changed of [
        { budget: 0n },
        { publicity: 7n * DAY - 1n },
        { review: 0n },
        { surveyor: NOBODY },
        { reviewer: NOBODY },
        { surveyor: authority },
        { reviewer: authority },
        { approvers: [] },
        { approvers: levels },
        { approvers: [first, first] },
        { approvers: [first, NOBODY] },
        { approvers: [authority] },
        { approvers: [surveyor] },
        { approvers: [reviewer] },
      ]) {
        const rules = { ...f.rules, ...changed };
        await expect(f.relocation.connect(f.authority).openProject(rules))
          .to.be.revertedWithCustomError(f.relocation, "RelocationProjectInvalid")
          .withArgs(relocationProjectId(rules));
      }
      expect(publicity).to.be.greaterThan(await f.relocation.MINIMUM_PUBLICITY());
      const least = { ...f.rules, publicity: 7n * DAY, approvers: levels.slice(0, 8) };
      await f.relocation.connect(f.authority).openProject(least);
      expect((await f.relocation.projectStateOf(relocationProjectId(least))).opened).to.equal(true);
      expect(await f.relocation.MAXIMUM_LEVELS()).to.equal(8n);
    });
  });

  describe("publishFormula", function () {
    it("keeps every version", async function () {
      await expect(f.relocation.connect(f.authority).publishFormula(f.rules, ref("formula of 2027")))
        .to.emit(f.relocation, "CompensationFormulaPublished")
        .withArgs(f.project, 2n, ref("formula of 2027"));
      expect(await f.relocation.formulaOf(f.project, 1n)).to.equal(f.formula);
      expect(await f.relocation.formulaOf(f.project, 2n)).to.equal(ref("formula of 2027"));
    });

    it("is the authority's, for a project on record, and needs a hash", async function () {
      const unknown = { ...f.rules, salt: ref("unknown") };
      await expect(f.relocation.connect(f.surveyor).publishFormula(f.rules, f.formula))
        .to.be.revertedWithCustomError(f.relocation, "RelocationCallerInvalid")
        .withArgs(f.project, f.surveyor.address, f.authority.address);
      await expect(f.relocation.connect(f.authority).publishFormula(unknown, f.formula))
        .to.be.revertedWithCustomError(f.relocation, "RelocationProjectUnknown")
        .withArgs(relocationProjectId(unknown));
      await expect(f.relocation.connect(f.authority).publishFormula(f.rules, NOTHING))
        .to.be.revertedWithCustomError(f.relocation, "RelocationHashMissing")
        .withArgs(f.project);
    });
  });

  describe("openFile", function () {
    it("opens one file an entitlement, over all of an authority's projects", async function () {
      expect(await f.relocation.fileId(f.authority, zhang.entitlement)).to.equal(zhang.id);
      const opened = zhang.open();
      await expect(opened)
        .to.emit(f.relocation, "RelocationFileOpened")
        .withArgs(zhang.id, f.project, zhang.entitlement);
      await expect(opened).to.emit(f.relocation, "ArchiveAppended").withArgs(zhang.id, 1n, ref("archive of Zhang"));
      const other = { ...f.rules, salt: ref("second project") };
      await f.relocation.connect(f.authority).openProject(other);
      for (const rules of [f.rules, other]) {
        await expect(f.relocation.connect(f.authority).openFile(rules, zhang.entitlement, ref("again")))
          .to.be.revertedWithCustomError(f.relocation, "RelocationEntitlementUsed")
          .withArgs(zhang.id, zhang.entitlement);
      }
    });

    it("needs entitlement and archive", async function () {
      const none = relocationFileId(f.authority.address, NOTHING);
      await expect(f.relocation.connect(f.authority).openFile(f.rules, NOTHING, ref("archive")))
        .to.be.revertedWithCustomError(f.relocation, "RelocationHashMissing")
        .withArgs(none);
      await expect(f.relocation.connect(f.authority).openFile(f.rules, zhang.entitlement, NOTHING))
        .to.be.revertedWithCustomError(f.relocation, "RelocationHashMissing")
        .withArgs(zhang.id);
    });
  });

  describe("appendArchive", function () {
    beforeEach(async function () {
      await zhang.open();
    });

    it("keeps every version, and appends only the next", async function () {
      await expect(zhang.append(2n)).to.emit(f.relocation, "ArchiveAppended").withArgs(zhang.id, 2n, ref("archive 2"));
      for (const version of [1n, 2n, 4n]) {
        await expect(zhang.append(version))
          .to.be.revertedWithCustomError(f.relocation, "RelocationVersionInvalid")
          .withArgs(zhang.id, version, 3n);
      }
      expect(await f.relocation.archiveOf(zhang.id, 1n)).to.equal(ref("archive of Zhang"));
      expect(await f.relocation.archiveOf(zhang.id, 2n)).to.equal(ref("archive 2"));
      expect(await f.relocation.archiveOf(zhang.id, 3n)).to.equal(NOTHING);
    });

    it("is the authority's alone", async function () {
      await expect(f.relocation.connect(f.surveyor).appendArchive(f.rules, zhang.id, 2n, ref("forged")))
        .to.be.revertedWithCustomError(f.relocation, "RelocationCallerInvalid")
        .withArgs(zhang.id, f.surveyor.address, f.authority.address);
    });

    it("refuses another project's rules", async function () {
      const other = { ...f.rules, salt: ref("second project") };
      await f.relocation.connect(f.authority).openProject(other);
      await expect(f.relocation.connect(f.authority).appendArchive(other, zhang.id, 2n, ref("archive 2")))
        .to.be.revertedWithCustomError(f.relocation, "RelocationFileForeign")
        .withArgs(zhang.id, relocationProjectId(other));
    });
  });

  describe("recordSurvey", function () {
    const report = ref("survey of Zhang");

    beforeEach(async function () {
      await zhang.open();
    });

    it("takes each survey once, and in its turn", async function () {
      await expect(zhang.survey()).to.emit(f.relocation, "SurveyRecorded").withArgs(zhang.id, 1n, 1n, report);
      await zhang.append(2n);
      for (const [revision, archive] of [
        [1n, 2n],
        [3n, 2n],
        [2n, 1n],
      ] as const) {
        const stale = { file: zhang.id, revision, archive, report };
        await expect(f.relocation.recordSurvey(f.rules, stale, await signSurvey(f.surveyor, f.domain, stale)))
          .to.be.revertedWithCustomError(f.relocation, "RelocationSurveyStale")
          .withArgs(zhang.id, revision, archive);
      }
      await zhang.survey();
      expect(await f.relocation.partiesOf(zhang.id)).to.deep.equal([f.project, NOBODY, report]);
      expect((await zhang.state()).surveys).to.equal(2n);
    });

    it("takes the surveyor's signature and no other, and a report", async function () {
      await expect(zhang.survey(f.authority)).to.be.revertedWithCustomError(f.relocation, "RelocationSignatureInvalid");
      const empty = { file: zhang.id, revision: 1n, archive: 1n, report: NOTHING };
      await expect(f.relocation.recordSurvey(f.rules, empty, "0x"))
        .to.be.revertedWithCustomError(f.relocation, "RelocationHashMissing")
        .withArgs(zhang.id);
    });
  });

  describe("agree", function () {
    beforeEach(async function () {
      await zhang.open();
      await zhang.survey();
    });

    it("makes an agreement of both signatures public", async function () {
      const terms = await zhang.terms();
      const id = await f.relocation.agreementId(terms);
      const sent = f.relocation
        .connect(f.carrier)
        .agree(
          f.rules,
          terms,
          await signAgreement(f.ann, f.domain, terms),
          await signAgreement(f.authority, f.domain, terms),
        );
      await sent;
      const until = await zhang.publicUntil();
      await expect(sent)
        .to.emit(f.relocation, "RelocationAgreed")
        .withArgs(zhang.id, f.ann.address, id, Object.values(HEADS), until);
      const { status, amount } = await zhang.state();
      expect([status, amount]).to.deep.equal([RELOCATION_STATUS.agreed, minor("200000.00")]);
      expect((await f.relocation.partiesOf(zhang.id)).household).to.equal(f.ann.address);
    });

    it("needs no signature of the side that calls, and takes a contract wallet's", async function () {
      const wallet = await chain.ethers.deployContract("Erc1271WalletMock", [f.ann]);
      const terms = await zhang.terms({ household: await wallet.getAddress() });
      const signature = await signAgreement(f.ann, f.domain, terms);
      await f.relocation.connect(f.authority).agree(f.rules, terms, signature, "0x");
      expect((await zhang.state()).status).to.equal(RELOCATION_STATUS.agreed);
    });

    it("is not made by one side", async function () {
      const terms = await zhang.terms();
      const id = await f.relocation.agreementId(terms);
      for (const [caller, missing] of [
        [f.ann, f.authority],
        [f.authority, f.ann],
      ] as const) {
        await expect(f.relocation.connect(caller).agree(f.rules, terms, "0x", "0x"))
          .to.be.revertedWithCustomError(f.relocation, "RelocationSignatureInvalid")
          .withArgs(id, missing.address);
      }
    });

    it("is about the survey, the formula and the round in force", async function () {
      for (const changed of [{ round: 1n }, { survey: ref("another") }, { formula: ref("another") }]) {
        await expect(zhang.agree(changed))
          .to.be.revertedWithCustomError(f.relocation, "RelocationAgreementStale")
          .withArgs(zhang.id, 0n, ref("survey of Zhang"), f.formula);
      }
      await f.relocation.connect(f.authority).publishFormula(f.rules, ref("formula of 2027"));
      await expect(zhang.agree())
        .to.be.revertedWithCustomError(f.relocation, "RelocationAgreementStale")
        .withArgs(zhang.id, 0n, ref("survey of Zhang"), ref("formula of 2027"));
    });

    it("waits for a formula", async function () {
      const rules = { ...f.rules, salt: ref("no formula") };
      await f.relocation.connect(f.authority).openProject(rules);
      const li = new HouseholdFile({ ...f, rules, formula: NOTHING }, "Li");
      await li.open();
      await li.survey();
      await expect(li.agree())
        .to.be.revertedWithCustomError(f.relocation, "RelocationAgreementStale")
        .withArgs(li.id, 0n, ref("survey of Li"), NOTHING);
    });

    it("may be put on record up to its last moment", async function () {
      const notAfter = BigInt(await networkHelpers.time.latest()) + 100n;
      await networkHelpers.time.setNextBlockTimestamp(notAfter + 1n);
      await expect(zhang.agree({ notAfter }))
        .to.be.revertedWithCustomError(f.relocation, "RelocationAgreementExpired")
        .withArgs(zhang.id, notAfter, notAfter + 1n);
      const last = notAfter + 100n;
      await networkHelpers.time.setNextBlockTimestamp(last);
      await zhang.agree({ notAfter: last });
    });

    it("names a sum that can be paid, and a text", async function () {
      const most = 2n ** 64n - 1n;
      const none = { property: 0n, resettlement: 0n, business: 0n, reward: 0n };
      await expect(zhang.agree({ compensation: none }))
        .to.be.revertedWithCustomError(f.relocation, "RelocationAmountInvalid")
        .withArgs(zhang.id, 0n);
      await expect(zhang.agree({ compensation: { ...none, property: most, reward: 1n } }))
        .to.be.revertedWithCustomError(f.relocation, "RelocationAmountInvalid")
        .withArgs(zhang.id, most + 1n);
      await expect(zhang.agree({ document: NOTHING }))
        .to.be.revertedWithCustomError(f.relocation, "RelocationHashMissing")
        .withArgs(zhang.id);
    });

    it("pays nobody who decides", async function () {
      for (const insider of [f.authority, f.surveyor, f.reviewer, ...f.approvers]) {
        await expect(zhang.agree({ household: insider.address }))
          .to.be.revertedWithCustomError(f.relocation, "RelocationHouseholdInvalid")
          .withArgs(zhang.id, insider.address);
      }
      await expect(zhang.agree({ household: NOBODY })).to.be.revertedWithCustomError(
        f.relocation,
        "RelocationHouseholdInvalid",
      );
    });
  });

  describe("releaseFund", function () {
    it("gives the hold back when nothing approved is unpaid", async function () {
      await zhang.granted();
      await expect(f.relocation.connect(f.authority).releaseFund(f.rules, f.fund))
        .to.be.revertedWithCustomError(f.relocation, "RelocationFundOwed")
        .withArgs(f.project, zhang.amount);
      await zhang.pay();
      await expect(f.relocation.connect(f.ann).releaseFund(f.rules, f.fund))
        .to.be.revertedWithCustomError(f.relocation, "RelocationCallerInvalid")
        .withArgs(f.project, f.ann.address, f.authority.address);
      await expect(f.relocation.connect(f.authority).releaseFund(f.rules, f.fund))
        .to.emit(f.relocation, "RelocationFundReleased")
        .withArgs(f.project, minor("400000.00"));
      expect(await f.money.heldOf(f.authority)).to.equal(0n);
    });

    it("refuses what is no fund of the project", async function () {
      const other = relocationFund(f.domain, { ...f.rules, salt: ref("other") }, minor("1.00"), NEVER);
      await expect(f.relocation.connect(f.authority).releaseFund(f.rules, other))
        .to.be.revertedWithCustomError(f.relocation, "RelocationFundInvalid")
        .withArgs(f.project, await f.money.holdId(other));
    });
  });
});
