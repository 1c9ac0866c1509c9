import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { BATCH_STATUS, MATERIAL_KIND, batchId, type Batch } from "../../sdk/eip712/projects.js";
import { openChain, ref } from "../support/chain.js";
import { DAY, deployBuilding, type Building } from "../support/projects.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

interface Traced extends Building {
  /** Forty tonnes of beams in the supplier's hands. */
  readonly beams: string;
}

async function traced(): Promise<Traced> {
  const f = await deployBuilding(chain);
  const until = BigInt(await networkHelpers.time.latest()) + 100n * DAY;
  for (const inspector of [f.inspector, f.second]) {
    await f.materials.connect(f.office.accreditor).accredit(f.terms, inspector, until, ref("accreditation"));
  }
  return { ...f, beams: await f.site.batch(f.supplier, { quantity: 40_000n, businessRef: ref("heat 7") }) };
}

describe("Materials", function () {
  let f: Traced;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(traced);
  });

  const statusOf = async (batch = f.beams) => (await f.materials.batchOf(batch)).status;

  describe("accredit", function () {
    it("accredits an inspector until a time", async function () {
      const accredited = f.materials.connect(f.office.accreditor).accredit(f.terms, f.ann, 7n, ref("file"));
      await expect(accredited)
        .to.emit(f.materials, "InspectorAccredited")
        .withArgs(f.site.id, f.ann.address, 7n, ref("file"));
      expect(await f.materials.accreditedUntil(f.site.id, f.ann)).to.equal(7n);
    });

    it("is the accreditor's, with evidence", async function () {
      await expect(f.materials.connect(f.owner).accredit(f.terms, f.ann, 7n, ref("file")))
        .to.be.revertedWithCustomError(f.materials, "MaterialsCallerInvalid")
        .withArgs(f.site.id, f.owner.address, f.office.accreditor.address);
      await expect(f.materials.connect(f.office.accreditor).accredit(f.terms, f.ann, 7n, ZeroHash))
        .to.be.revertedWithCustomError(f.materials, "MaterialsEvidenceMissing")
        .withArgs(f.site.id);
    });
  });

  describe("registerBatch", function () {
    const trees = (changed: Partial<Batch> = {}): Batch => ({
      ...{ project: f.site.id, supplier: f.supplier.address, kind: MATERIAL_KIND.tree, quantity: 300n },
      ...{ origin: ref("nursery"), specification: ref("ginkgo, 12 cm"), businessRef: ref("lot 1"), ...changed },
    });

    it("enters a batch in its supplier's hands", async function () {
      const batch = trees();
      await expect(f.materials.connect(f.supplier).registerBatch(batch))
        .to.emit(f.materials, "BatchRegistered")
        .withArgs(batchId(batch), f.site.id, f.supplier.address, Object.values(batch));
      expect(await f.materials.batchId(batch)).to.equal(batchId(batch));
      expect(await f.materials.batchOf(batchId(batch))).to.deep.equal([
        ...[f.site.id, BATCH_STATUS.registered, f.supplier.address, ZeroAddress, ZeroAddress, 0n, 0n, 0n],
      ]);
      expect([await f.materials.FUNDS(), await f.materials.WORKS()]).to.deep.equal([
        await f.funds.getAddress(),
        await f.works.getAddress(),
      ]);
    });

    it("refuses a batch of nothing, from nowhere, of no kind, for no project of the supplier's", async function () {
      for (const changed of [
        { quantity: 0n },
        { origin: ZeroHash },
        { specification: ZeroHash },
        { project: ref("another") },
      ]) {
        const batch = trees(changed);
        await expect(f.materials.connect(f.supplier).registerBatch(batch))
          .to.be.revertedWithCustomError(f.materials, "MaterialsBatchInvalid")
          .withArgs(batchId(batch));
      }
      const hired = trees({ supplier: f.hire.address });
      await expect(f.materials.connect(f.hire).registerBatch(hired))
        .to.be.revertedWithCustomError(f.materials, "MaterialsBatchInvalid")
        .withArgs(batchId(hired));
    });

    it("is the supplier's, once", async function () {
      const batch = trees();
      await expect(f.materials.connect(f.hire).registerBatch(batch))
        .to.be.revertedWithCustomError(f.materials, "MaterialsCallerInvalid")
        .withArgs(batchId(batch), f.hire.address, f.supplier.address);
      await f.materials.connect(f.supplier).registerBatch(batch);
      await expect(f.materials.connect(f.supplier).registerBatch(batch))
        .to.be.revertedWithCustomError(f.materials, "MaterialsBatchStatusInvalid")
        .withArgs(batchId(batch), BATCH_STATUS.registered);
    });
  });

  describe("offerBatch and takeOverBatch", function () {
    it("pass a batch from hand to hand", async function () {
      const note = ref("delivery note");
      await expect(f.materials.connect(f.supplier).offerBatch(f.beams, f.sub, note))
        .to.emit(f.materials, "BatchOffered")
        .withArgs(f.beams, f.supplier.address, f.sub.address, note);
      await expect(f.materials.connect(f.sub).takeOverBatch(f.beams, note))
        .to.emit(f.materials, "BatchTakenOver")
        .withArgs(f.beams, f.supplier.address, f.sub.address, note);
      const { holder, receiver } = await f.materials.batchOf(f.beams);
      expect([holder, receiver]).to.deep.equal([f.sub.address, ZeroAddress]);
    });

    it("are the holder's and the receiver's, each with evidence", async function () {
      await expect(f.materials.connect(f.sub).offerBatch(f.beams, f.sub, ref("x")))
        .to.be.revertedWithCustomError(f.materials, "MaterialsCallerInvalid")
        .withArgs(f.beams, f.sub.address, f.supplier.address);
      await expect(f.materials.connect(f.supplier).offerBatch(f.beams, f.sub, ZeroHash))
        .to.be.revertedWithCustomError(f.materials, "MaterialsEvidenceMissing")
        .withArgs(f.beams);
      await f.materials.connect(f.supplier).offerBatch(f.beams, f.sub, ref("x"));
      await expect(f.materials.connect(f.general).takeOverBatch(f.beams, ref("x")))
        .to.be.revertedWithCustomError(f.materials, "MaterialsCallerInvalid")
        .withArgs(f.beams, f.general.address, f.sub.address);
      await expect(f.materials.connect(f.sub).takeOverBatch(f.beams, ZeroHash))
        .to.be.revertedWithCustomError(f.materials, "MaterialsEvidenceMissing")
        .withArgs(f.beams);
    });
  });

  describe("inspectBatch", function () {
    it("enters what an accredited inspector has signed", async function () {
      await expect(f.site.inspect(f.beams, f.inspector, true))
        .to.emit(f.materials, "BatchInspected")
        .withArgs(f.beams, f.inspector.address, 0n, true, ref("report 0"), BATCH_STATUS.passed);
      await f.site.inspect(f.beams, f.inspector, false);
      expect(await statusOf()).to.equal(BATCH_STATUS.failed);
    });

    it("refuses an inspector from the end of its accreditation on", async function () {
      const until = await f.materials.accreditedUntil(f.site.id, f.inspector);
      await networkHelpers.time.setNextBlockTimestamp(until);
      await expect(f.site.inspect(f.beams, f.inspector, true))
        .to.be.revertedWithCustomError(f.materials, "MaterialsInspectorInvalid")
        .withArgs(f.site.id, f.inspector.address, until);
      await expect(f.site.inspect(f.beams, f.supervisor, true))
        .to.be.revertedWithCustomError(f.materials, "MaterialsInspectorInvalid")
        .withArgs(f.site.id, f.supervisor.address, 0n);
    });

    it("refuses another number, no report, and another's signature", async function () {
      await expect(f.site.inspect(f.beams, f.inspector, true, { number: 1n }))
        .to.be.revertedWithCustomError(f.materials, "MaterialsInspectionNumberInvalid")
        .withArgs(f.beams, 1n, 0n);
      await expect(f.site.inspect(f.beams, f.inspector, true, { report: ZeroHash }))
        .to.be.revertedWithCustomError(f.materials, "MaterialsEvidenceMissing")
        .withArgs(f.beams);
      await expect(f.site.inspect(f.beams, f.inspector, true, { inspector: f.second.address }))
        .to.be.revertedWithCustomError(f.materials, "MaterialsSignatureInvalid")
        .withArgs(f.beams, f.second.address);
    });

    it("after a failure takes another inspector, a day later", async function () {
      await f.site.inspect(f.beams, f.inspector, false);
      const from = BigInt(await networkHelpers.time.latest()) + (await f.materials.REINSPECTION_WAIT());
      await networkHelpers.time.setNextBlockTimestamp(from - 1n);
      await expect(f.site.inspect(f.beams, f.second, true))
        .to.be.revertedWithCustomError(f.materials, "MaterialsReinspectionInvalid")
        .withArgs(f.beams, f.second.address, from, from - 1n);
      await networkHelpers.time.setNextBlockTimestamp(from);
      await expect(f.site.inspect(f.beams, f.inspector, true))
        .to.be.revertedWithCustomError(f.materials, "MaterialsReinspectionInvalid")
        .withArgs(f.beams, f.inspector.address, from, from);
      await f.site.inspect(f.beams, f.second, true);
      expect(await statusOf()).to.equal(BATCH_STATUS.passed);
    });

    it("rejects a batch for ever with the third failure", async function () {
      for (const [i, inspector] of [f.inspector, f.second, f.inspector].entries()) {
        expect(await statusOf()).to.equal(i === 0 ? BATCH_STATUS.registered : BATCH_STATUS.failed);
        await f.site.inspect(f.beams, inspector, false);
        await networkHelpers.time.increase(DAY);
      }
      expect(await f.materials.MAXIMUM_FAILURES()).to.equal(3n);
      await expect(f.site.inspect(f.beams, f.second, true))
        .to.be.revertedWithCustomError(f.materials, "MaterialsBatchStatusInvalid")
        .withArgs(f.beams, BATCH_STATUS.rejected);
    });
  });

  describe("useBatches", function () {
    it("lets a certificate use what has passed and is in the contractor's hands, once", async function () {
      await f.site.passOn(f.beams, f.supplier, f.general);
      await f.site.inspect(f.beams, f.inspector, true);
      const certificate = await f.site.measure(f.main, { amount: 1n, batches: [f.beams] });
      await expect(f.works.certify(f.terms, certificate.terms, ...certificate.signatures))
        .to.emit(f.materials, "BatchUsed")
        .withArgs(f.beams, certificate.id);
      await expect(f.site.certify(f.main, { amount: 1n, number: 1n, batches: [f.beams] }))
        .to.be.revertedWithCustomError(f.materials, "MaterialsBatchStatusInvalid")
        .withArgs(f.beams, BATCH_STATUS.used);
    });

    it("blocks the certificate of a batch that failed until it passes again", async function () {
      await f.site.passOn(f.beams, f.supplier, f.general);
      await f.site.inspect(f.beams, f.inspector, false);
      await expect(f.site.certify(f.main, { amount: 1n, batches: [f.beams] }))
        .to.be.revertedWithCustomError(f.materials, "MaterialsBatchStatusInvalid")
        .withArgs(f.beams, BATCH_STATUS.failed);
      await networkHelpers.time.increase(DAY);
      await f.site.inspect(f.beams, f.second, true);
      await f.site.certify(f.main, { amount: 1n, batches: [f.beams] });
      expect(await statusOf()).to.equal(BATCH_STATUS.used);
    });

    it("refuses a batch in other hands, and another project's", async function () {
      await f.site.inspect(f.beams, f.inspector, true);
      await expect(f.site.certify(f.main, { amount: 1n, batches: [f.beams] }))
        .to.be.revertedWithCustomError(f.materials, "MaterialsHolderMismatch")
        .withArgs(f.beams, f.supplier.address, f.general.address);
      const works = await chain.ethers.getImpersonatedSigner(await f.works.getAddress());
      await networkHelpers.setBalance(works.address, 10n ** 18n);
      await expect(f.materials.connect(works).useBatches(ref("another"), f.supplier, ref("c"), [f.beams]))
        .to.be.revertedWithCustomError(f.materials, "MaterialsProjectMismatch")
        .withArgs(f.beams, f.site.id);
    });

    it("is the works contract's alone", async function () {
      await expect(f.materials.connect(f.owner).useBatches(f.site.id, f.general, ref("c"), [f.beams]))
        .to.be.revertedWithCustomError(f.materials, "MaterialsCallerInvalid")
        .withArgs(ref("c"), f.owner.address, await f.works.getAddress());
    });
  });
});
