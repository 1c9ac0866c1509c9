import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { CONTRACT_STATUS, projectId } from "../../sdk/eip712/projects.js";
import { minor } from "../../sdk/money.js";
import { ProjectSite } from "../../sdk/projects/site.js";
import { openChain, ref } from "../support/chain.js";
import { DAY, deployBuilding, deploySite, MEASURED, type Building } from "../support/projects.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

async function site() {
  return deploySite(chain);
}

async function building() {
  return deployBuilding(chain);
}

describe("ProjectWorks", function () {
  let f: Building;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(building);
  });

  describe("signContract", function () {
    it("lets a contract out of a line, and a part of it on", async function () {
      expect(await f.works.lineOf(f.site.id, 0n)).to.deep.equal([minor("600000.00"), 0n]);
      const main = await f.works.contractOf(f.main.id);
      expect([main.project, main.parent, main.contractor]).to.deep.equal([f.site.id, ZeroHash, f.general.address]);
      expect([main.status, main.amount, main.sublet]).to.deep.equal([
        CONTRACT_STATUS.active,
        minor("600000.00"),
        minor("200000.00"),
      ]);
      const signed = await f.site.draft(f.sub, f.supplier, { parent: f.part.id, amount: 1n });
      await expect(f.works.signContract(f.terms, signed.terms, ...signed.signatures))
        .to.emit(f.works, "ContractSigned")
        .withArgs(signed.id, f.site.id, f.supplier.address, [
          ...[f.site.id, f.part.id, f.supplier.address, 0n, 0n, 0n, 0n, 1n, signed.terms.documentHash],
        ]);
      expect((await f.works.contractOf(f.part.id)).sublet).to.equal(1n);
    });

    it("refuses more than is left of the line, and of the parent", async function () {
      const left = minor("400000.00");
      await expect(f.site.contract(f.owner, f.sub, { amount: left + 1n }))
        .to.be.revertedWithCustomError(f.works, "ContractAmountExceeded")
        .withArgs((await f.site.draft(f.owner, f.sub, { amount: left + 1n })).id, left + 1n, left);
      await f.site.contract(f.owner, f.sub, { amount: left });
      await f.site.certify(f.main, { amount: minor("100000.00") });
      const rest = minor("300000.00");
      const parent = f.main.id;
      await expect(f.site.contract(f.general, f.sub, { parent, amount: rest + 1n }))
        .to.be.revertedWithCustomError(f.works, "ContractAmountExceeded")
        .withArgs((await f.site.draft(f.general, f.sub, { parent, amount: rest + 1n })).id, rest + 1n, rest);
      await f.site.contract(f.general, f.sub, { parent, amount: rest });
    });

    it("refuses terms that fit neither project nor parent", async function () {
      for (const changed of [
        { project: ref("another") },
        { contractor: ZeroAddress },
        { amount: 0n },
        { wageShare: 10_001n },
        { retention: 10_001n },
        { line: 2n },
        { parent: ref("none") },
        { parent: f.main.id, line: 1n },
      ]) {
        const { id, terms, signatures } = await f.site.draft(f.owner, f.sub, { amount: 1n, ...changed });
        await expect(f.works.signContract(f.terms, terms, ...signatures))
          .to.be.revertedWithCustomError(f.works, "ContractTermsInvalid")
          .withArgs(id);
      }
    });

    it("refuses a signature that is not the giver's, or not the contractor's", async function () {
      const { id, terms, signatures } = await f.site.draft(f.owner, f.sub, { amount: 1n });
      await expect(f.works.signContract(f.terms, terms, signatures[1], signatures[1]))
        .to.be.revertedWithCustomError(f.works, "WorksSignatureInvalid")
        .withArgs(id, f.owner.address);
      await expect(f.works.signContract(f.terms, terms, signatures[0], signatures[0]))
        .to.be.revertedWithCustomError(f.works, "WorksSignatureInvalid")
        .withArgs(id, f.sub.address);
    });

    it("refuses a contract twice, and under one that is complete", async function () {
      const { id, terms, signatures } = await f.site.draft(f.general, f.sub, { parent: f.main.id, amount: 1n });
      await f.works.signContract(f.terms, terms, ...signatures);
      await expect(f.works.signContract(f.terms, terms, ...signatures))
        .to.be.revertedWithCustomError(f.works, "ContractStatusInvalid")
        .withArgs(id, CONTRACT_STATUS.active);
      await f.site.certify(f.main, { amount: 1n, last: true });
      await expect(f.site.contract(f.general, f.sub, { parent: f.main.id, amount: 1n, documentHash: ref("late") }))
        .to.be.revertedWithCustomError(f.works, "ContractStatusInvalid")
        .withArgs(f.main.id, CONTRACT_STATUS.completed);
    });

    it("refuses a project that is not open", async function () {
      const g = await networkHelpers.loadFixture(site);
      await expect(g.site.contract(g.owner, g.general, { amount: 1n }))
        .to.be.revertedWithCustomError(g.works, "WorksProjectNotOpen")
        .withArgs(projectId(g.terms));
    });
  });

  describe("changeContract", function () {
    it("raises and lowers an amount within the parent, and its line", async function () {
      await expect(f.site.change(f.part, minor("250000.00")))
        .to.emit(f.works, "ContractChanged")
        .withArgs(f.part.id, minor("200000.00"), minor("250000.00"), ref("change 0"));
      expect((await f.works.contractOf(f.main.id)).sublet).to.equal(minor("250000.00"));
      await f.site.change(f.main, minor("250000.00"));
      expect(await f.works.lineOf(f.site.id, 0n)).to.deep.equal([minor("250000.00"), 0n]);
      await f.site.change(f.main, minor("1000000.00"), 1n);
      expect((await f.works.contractOf(f.main.id)).changes).to.equal(2n);
    });

    it("refuses less than what is let on and certified, and nothing at all", async function () {
      await f.site.certify(f.main, { amount: 7n });
      const used = minor("200000.00") + 7n;
      await expect(f.site.change(f.main, used - 1n))
        .to.be.revertedWithCustomError(f.works, "ContractAmountTooLow")
        .withArgs(f.main.id, used - 1n, used);
      await f.site.change(f.main, used);
      const fresh = await f.site.contract(f.owner, f.sub, { amount: 1n });
      await expect(f.site.change(fresh, 0n))
        .to.be.revertedWithCustomError(f.works, "ContractAmountTooLow")
        .withArgs(fresh.id, 0n, 0n);
    });

    it("refuses more than is left of the line, and of the parent", async function () {
      await expect(f.site.change(f.main, minor("1000000.01")))
        .to.be.revertedWithCustomError(f.works, "ContractAmountExceeded")
        .withArgs(f.main.id, minor("1000000.01"), minor("1000000.00"));
      await expect(f.site.change(f.part, minor("600000.01")))
        .to.be.revertedWithCustomError(f.works, "ContractAmountExceeded")
        .withArgs(f.part.id, minor("600000.01"), minor("600000.00"));
    });

    it("refuses another number, one side alone, another project, and a contract that is complete", async function () {
      await expect(f.site.change(f.part, 1n, 1n))
        .to.be.revertedWithCustomError(f.works, "ContractNumberInvalid")
        .withArgs(f.part.id, 1n, 0n);
      await expect(f.site.change({ ...f.part, giver: f.sub }, minor("1.00"))).to.be.revertedWithCustomError(
        f.works,
        "WorksSignatureInvalid",
      );
      const order = { contractId: ref("none"), number: 0n, amount: 1n, documentHash: ZeroHash };
      await expect(f.works.changeContract(f.terms, order, "0x", "0x"))
        .to.be.revertedWithCustomError(f.works, "ContractStatusInvalid")
        .withArgs(order.contractId, CONTRACT_STATUS.none);
      await f.site.certify(f.part, { amount: 10n, wages: 2n, last: true });
      await expect(f.site.change(f.part, 10n))
        .to.be.revertedWithCustomError(f.works, "ContractStatusInvalid")
        .withArgs(f.part.id, CONTRACT_STATUS.completed);
    });
  });

  describe("certify", function () {
    it("divides what is certified into wages, what is kept, and the rest", async function () {
      const { amount, wages } = MEASURED;
      const { id, terms, signatures } = await f.site.measure(f.part, { amount, wages });
      await expect(f.works.certify(f.terms, terms, ...signatures))
        .to.emit(f.works, "WorksCertified")
        .withArgs(id, f.part.id, [f.part.id, 0n, false, amount, wages, terms.evidence, []]);
      expect(await f.works.certificateOf(id)).to.deep.equal([
        ...[f.site.id, f.part.id, f.sub.address, 0n],
        ...[MEASURED.amount, MEASURED.wages, MEASURED.others],
      ]);
      const part = await f.works.contractOf(f.part.id);
      expect([part.certified, part.retained, part.certificates]).to.deep.equal([
        ...[MEASURED.amount, minor("2000.00"), 1n],
      ]);
      expect(await f.works.lineOf(f.site.id, 0n)).to.deep.equal([minor("600000.00"), MEASURED.amount]);
    });

    it("rounds the least wages up and what is kept down", async function () {
      // a fifth of 0.59 is 0.118, a twentieth of 0.47 is 0.0235
      const { id } = await f.site.certify(f.part, { amount: 59n, wages: 12n });
      expect((await f.works.certificateOf(id)).others).to.equal(45n);
      const less = await f.site.measure(f.part, { amount: 59n, wages: 11n, number: 1n });
      await expect(f.works.certify(f.terms, less.terms, ...less.signatures))
        .to.be.revertedWithCustomError(f.works, "CertificateWagesInvalid")
        .withArgs(less.id, 11n, 12n);
      const more = await f.site.measure(f.part, { amount: 59n, wages: 60n, number: 1n });
      await expect(f.works.certify(f.terms, more.terms, ...more.signatures))
        .to.be.revertedWithCustomError(f.works, "CertificateWagesInvalid")
        .withArgs(more.id, 60n, 12n);
      await f.site.certify(f.part, { amount: 59n, wages: 59n, number: 1n });
    });

    it("refuses more than is left of the contract's own part", async function () {
      const left = minor("400000.00");
      const over = await f.site.measure(f.main, { amount: left + 1n });
      await expect(f.works.certify(f.terms, over.terms, ...over.signatures))
        .to.be.revertedWithCustomError(f.works, "CertificateAmountExceeded")
        .withArgs(over.id, left + 1n, left);
      await f.site.certify(f.main, { amount: left, last: true });
      const main = await f.works.contractOf(f.main.id);
      expect([main.status, main.completed]).to.deep.equal([
        CONTRACT_STATUS.completed,
        BigInt(await networkHelpers.time.latest()),
      ]);
    });

    it("refuses a certificate without amount or evidence, and batches that nobody traces", async function () {
      for (const changed of [{ amount: 0n }, { evidence: ZeroHash }]) {
        const { id, terms, signatures } = await f.site.measure(f.main, { amount: 1n, ...changed });
        await expect(f.works.certify(f.terms, terms, ...signatures))
          .to.be.revertedWithCustomError(f.works, "CertificateInvalid")
          .withArgs(id);
      }
    });

    it("refuses a certificate again, out of its order, and after the last", async function () {
      const first = await f.site.measure(f.main, { amount: 1n });
      await f.works.certify(f.terms, first.terms, ...first.signatures);
      await expect(f.works.certify(f.terms, first.terms, ...first.signatures))
        .to.be.revertedWithCustomError(f.works, "ContractNumberInvalid")
        .withArgs(f.main.id, 0n, 1n);
      await f.site.certify(f.main, { amount: 1n, number: 1n, last: true });
      await expect(f.site.certify(f.main, { amount: 1n, number: 2n }))
        .to.be.revertedWithCustomError(f.works, "ContractStatusInvalid")
        .withArgs(f.main.id, CONTRACT_STATUS.completed);
    });

    it("refuses another's signature than the supervisor's and the owner's", async function () {
      const { id, terms, signatures } = await f.site.measure(f.main, { amount: 1n });
      await expect(f.works.certify(f.terms, terms, signatures[1], signatures[1]))
        .to.be.revertedWithCustomError(f.works, "WorksSignatureInvalid")
        .withArgs(id, f.supervisor.address);
      await expect(f.works.certify(f.terms, terms, signatures[0], signatures[0]))
        .to.be.revertedWithCustomError(f.works, "WorksSignatureInvalid")
        .withArgs(id, f.owner.address);
    });

    context("given a second project of the owner's that traces no material", function () {
      it("refuses the first one's contracts there, and batches", async function () {
        const terms = {
          ...{ ...f.terms, lines: [100n], materials: ZeroAddress, accreditor: ZeroAddress },
          ...{ funding: [{ funder: f.city.address, amount: 100n }], expires: f.terms.expires + DAY },
        };
        const other = new ProjectSite(f.site.contracts, f.site.domains, terms, f.site.people, f.carrier);
        await other.open([f.city]);
        await expect(other.certify(f.main, { amount: 1n }))
          .to.be.revertedWithCustomError(f.works, "ContractTermsInvalid")
          .withArgs(f.main.id);
        const works = await other.contract(f.owner, f.general, { amount: 100n });
        const { id, terms: named, signatures } = await other.measure(works, { amount: 1n, batches: [ref("beam")] });
        await expect(f.works.certify(terms, named, ...signatures))
          .to.be.revertedWithCustomError(f.works, "CertificateInvalid")
          .withArgs(id);
      });
    });
  });
});
