import { expect } from "chai";
import { APPLICATION_STATUS, PAYEE_PURPOSE } from "../../sdk/eip712/projects.js";
import { minor } from "../../sdk/money.js";
import { MAXIMUM_PAGE, payeePage } from "../../sdk/projects/pages.js";
import { ProjectSite } from "../../sdk/projects/site.js";
import { openChain, ref } from "../support/chain.js";
import {
  approvedFor,
  approversOf,
  certifyOthers,
  deployCertified,
  keyOf,
  MEASURED,
  payee,
  type Certified,
} from "../support/projects.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const { material, equipment, wages, none } = PAYEE_PURPOSE;

async function certified() {
  return deployCertified(chain);
}

describe("ProjectFunds", function () {
  let f: Certified;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(certified);
  });

  describe("applyForPayment", function () {
    it("reserves the amount out of the certificate", async function () {
      const page = [payee(f.supplier, "30000.00")];
      const { id, terms } = f.site.application(f.certificate, material, [payeePage(page)], {
        amount: minor("30000.00"),
      });
      await expect(f.funds.connect(f.sub).applyForPayment(f.terms, terms))
        .to.emit(f.funds, "PaymentApplied")
        .withArgs(id, f.certificate.id, f.sub.address, [
          ...[f.certificate.id, material, minor("30000.00"), terms.businessRef, terms.pages],
        ]);
      expect(await f.funds.useOf(f.certificate.id)).to.deep.equal([0n, 0n, minor("30000.00")]);
      expect(await f.funds.applicationOf(id)).to.deep.equal([
        ...[f.site.id, f.certificate.id, f.sub.address, 0n, APPLICATION_STATUS.applied, material],
        ...[0n, minor("30000.00"), 0n, 0n],
      ]);
      expect(await f.funds.applicationId(terms)).to.equal(id);
    });

    it("refuses more than is left of the certificate, of wages and of the rest", async function () {
      const page = payeePage([payee(f.supplier, "1.00")]);
      for (const [purpose, most] of [
        [material, MEASURED.others],
        [wages, MEASURED.wages],
      ] as const) {
        const over = f.site.application(f.certificate, purpose, [page], { amount: most + 1n });
        await expect(f.funds.connect(f.sub).applyForPayment(f.terms, over.terms))
          .to.be.revertedWithCustomError(f.funds, "ApplicationAmountExceeded")
          .withArgs(over.id, most + 1n, most);
        const all = f.site.application(f.certificate, purpose, [page], { amount: most });
        await f.funds.connect(f.sub).applyForPayment(f.terms, all.terms);
      }
    });

    it("refuses an application without amount, purpose or pages, with 65 pages, and wages with two", async function () {
      const page = payeePage([payee(f.supplier, "1.00")]);
      for (const [purpose, pages, amount] of [
        [material, [page], 0n],
        [none, [page], 1n],
        [material, [], 1n],
        [material, Array<typeof page>(65).fill(page), 1n],
        [wages, [page, page], 1n],
      ] as const) {
        const { id, terms } = f.site.application(f.certificate, purpose, pages, { amount });
        await expect(f.funds.connect(f.sub).applyForPayment(f.terms, terms))
          .to.be.revertedWithCustomError(f.funds, "ApplicationInvalid")
          .withArgs(id);
      }
      const most = f.site.application(f.certificate, material, Array<typeof page>(64).fill(page), { amount: 1n });
      await f.funds.connect(f.sub).applyForPayment(f.terms, most.terms);
    });

    it("refuses another than the contractor, an unknown certificate, and the same twice", async function () {
      const page = payeePage([payee(f.supplier, "1.00")]);
      const { id, terms } = f.site.application(f.certificate, material, [page], { amount: 1n });
      await expect(f.funds.connect(f.general).applyForPayment(f.terms, terms))
        .to.be.revertedWithCustomError(f.funds, "ProjectCallerInvalid")
        .withArgs(id, f.general.address, f.sub.address);
      const unknown = f.site.application({ id: ref("none") }, material, [page], { amount: 1n });
      await expect(f.funds.connect(f.sub).applyForPayment(f.terms, unknown.terms))
        .to.be.revertedWithCustomError(f.funds, "CertificateUnknown")
        .withArgs(ref("none"));
      await f.funds.connect(f.sub).applyForPayment(f.terms, terms);
      await expect(f.funds.connect(f.sub).applyForPayment(f.terms, terms))
        .to.be.revertedWithCustomError(f.funds, "ApplicationStatusInvalid")
        .withArgs(id, APPLICATION_STATUS.applied);
    });
  });

  describe("approvePayment", function () {
    it("needs each level in turn, each by its number of distinct approvers", async function () {
      const { id } = await f.site.apply(f.certificate, material, [[payee(f.supplier, "1.00")]]);
      const approve = (by: typeof f.ann) => f.funds.connect(by).approvePayment(f.terms, id);
      await expect(approve(f.office.director))
        .to.be.revertedWithCustomError(f.funds, "ApplicationApproverInvalid")
        .withArgs(id, f.office.director.address, 0n);
      await expect(approve(f.office.cashier))
        .to.emit(f.funds, "PaymentApproved")
        .withArgs(id, f.office.cashier.address, 0n);
      await expect(approve(f.office.cashier))
        .to.be.revertedWithCustomError(f.funds, "ApplicationAlreadyApproved")
        .withArgs(id, f.office.cashier.address);
      await approve(f.office.engineer);
      await expect(approve(f.office.auditor))
        .to.be.revertedWithCustomError(f.funds, "ApplicationApproverInvalid")
        .withArgs(id, f.office.auditor.address, 1n);
      expect((await f.funds.applicationOf(id)).status).to.equal(APPLICATION_STATUS.applied);
      await expect(approve(f.office.deputy))
        .to.emit(f.funds, "PaymentApproved")
        .withArgs(id, f.office.deputy.address, 1n);
      expect((await f.funds.applicationOf(id)).status).to.equal(APPLICATION_STATUS.approved);
      await expect(approve(f.office.director))
        .to.be.revertedWithCustomError(f.funds, "ApplicationStatusInvalid")
        .withArgs(id, APPLICATION_STATUS.approved);
    });

    it("is not for another project's approvers", async function () {
      const { id } = await f.site.apply(f.certificate, material, [[payee(f.supplier, "1.00")]]);
      const terms = {
        ...{ ...f.terms, lines: [100n], documentHash: ref("another") },
        ...{ funding: [{ funder: f.city.address, amount: 100n }] },
        levels: [{ threshold: 1n, approvers: [f.stranger.address] }],
      };
      const other = new ProjectSite(f.site.contracts, f.site.domains, terms, f.site.people, f.carrier);
      await other.open([f.city]);
      for (const call of [
        f.funds.connect(f.stranger).approvePayment(terms, id),
        f.funds.connect(f.stranger).rejectPayment(terms, id),
      ]) {
        await expect(call)
          .to.be.revertedWithCustomError(f.funds, "ApplicationStatusInvalid")
          .withArgs(id, APPLICATION_STATUS.none);
      }
      await expect(f.funds.releaseRetention(terms, f.part.id))
        .to.be.revertedWithCustomError(f.funds, "RetentionUnknown")
        .withArgs(f.part.id);
    });
  });

  describe("rejectPayment", function () {
    it("gives the amount back to the certificate, before and after the approval", async function () {
      const first = await f.site.apply(f.certificate, material, [[payee(f.supplier, "38000.00")]]);
      await expect(f.funds.connect(f.office.deputy).rejectPayment(f.terms, first.id))
        .to.emit(f.funds, "PaymentRejected")
        .withArgs(first.id, f.office.deputy.address, minor("38000.00"));
      const second = await f.site.apply(f.certificate, material, [[payee(f.supplier, "38000.00")]], {
        businessRef: ref("second"),
      });
      await f.site.approve(second, approversOf(f));
      await f.funds.connect(f.sub).rejectPayment(f.terms, second.id);
      expect(await f.funds.useOf(f.certificate.id)).to.deep.equal([0n, 0n, 0n]);
      await expect(f.funds.connect(f.sub).rejectPayment(f.terms, second.id))
        .to.be.revertedWithCustomError(f.funds, "ApplicationStatusInvalid")
        .withArgs(second.id, APPLICATION_STATUS.rejected);
    });

    it("is neither the owner's nor a stranger's", async function () {
      const { id } = await f.site.apply(f.certificate, material, [[payee(f.supplier, "1.00")]]);
      await expect(f.funds.connect(f.owner).rejectPayment(f.terms, id))
        .to.be.revertedWithCustomError(f.funds, "ApplicationApproverInvalid")
        .withArgs(id, f.owner.address, 2n);
    });
  });

  describe("settlePage", function () {
    it("pays last payees straight from the funders, in their proportion, and nobody between", async function () {
      const certificate = await certifyOthers(f);
      const applied = await approvedFor(f, certificate, [[payee(f.supplier, "100.00")], [payee(f.supplier, "0.01")]]);
      const parties = [f.city, f.district, f.general, f.sub, f.owner, f.funds, f.supplier];
      const settled = f.site.settle(applied);
      await expect(settled).to.emit(f.funds, "PaymentMade").withArgs(applied.id, 0n, minor("100.00"), 0n);
      await expect(settled).to.changeTokenBalances(ethers, f.money, parties, [
        ...[-6_667n, -3_333n, 0n, 0n, 0n, 0n, 10_000n],
      ]);
      // 100.01 in two to one: 66.673… and 33.336…
      const last = f.site.settle(applied, 1);
      await expect(last).to.emit(f.funds, "PaymentSettled").withArgs(applied.id, 0n);
      await expect(last).to.changeTokenBalances(ethers, f.money, parties, [-1n, 0n, 0n, 0n, 0n, 0n, 1n]);
      expect(await f.funds.drawnOf(f.site.id)).to.deep.equal([6_668n, 3_333n, 0n, 0n]);
      expect(await f.funds.paidOf(f.site.id, 0n)).to.equal(10_001n);
      expect((await f.funds.applicationOf(applied.id)).status).to.equal(APPLICATION_STATUS.settled);
    });

    it("pays nothing of a certificate before its wages", async function () {
      const applied = await approvedFor(f, f.certificate, [[payee(f.supplier, "1.00")]]);
      await expect(f.site.settle(applied))
        .to.be.revertedWithCustomError(f.funds, "CertificateWagesUnpaid")
        .withArgs(f.certificate.id, 0n, MEASURED.wages);
    });

    it("pays nothing that is not approved", async function () {
      const applied = await f.site.apply(await certifyOthers(f), material, [[payee(f.supplier, "1.00")]]);
      await f.site.approve(applied, approversOf(f).slice(0, 2));
      await expect(f.site.settle(applied))
        .to.be.revertedWithCustomError(f.funds, "ApplicationStatusInvalid")
        .withArgs(applied.id, APPLICATION_STATUS.applied);
    });

    it("pays a page once, and only as it was applied for", async function () {
      const applied = await approvedFor(f, await certifyOthers(f), [
        [payee(f.supplier, "1.00")],
        [payee(f.supplier, "2.00")],
      ]);
      await f.site.settle(applied);
      const other = payeePage([payee(f.supplier, "3.00")]);
      for (const [page, entries] of [
        [0n, applied.pages[0]?.entries ?? []],
        [1n, other.entries],
        [2n, []],
      ] as const) {
        await expect(f.funds.settlePage(f.terms, applied.terms, page, [...entries]))
          .to.be.revertedWithCustomError(f.funds, "ApplicationPageInvalid")
          .withArgs(applied.id, page);
      }
    });

    it("pays two hundred payees a page and not one more", async function () {
      const crowd = Array.from({ length: MAXIMUM_PAGE + 1 }, () => payee(f.supplier, "1.00"));
      const applied = await approvedFor(f, await certifyOthers(f), [crowd, crowd.slice(1)]);
      await expect(f.site.settle(applied))
        .to.be.revertedWithCustomError(f.funds, "ApplicationPageInvalid")
        .withArgs(applied.id, 0n);
      await expect(f.site.settle(applied, 1)).to.changeTokenBalance(ethers, f.money, f.supplier, minor("200.00"));
    });

    it("pays no more than was applied for, and gives back what was applied for and not listed", async function () {
      const certificate = await certifyOthers(f);
      const listed = [[payee(f.supplier, "3.00")]];
      const under = await f.site.apply(certificate, material, listed, { amount: minor("2.99") });
      await f.site.approve(under, approversOf(f));
      await expect(f.site.settle(under))
        .to.be.revertedWithCustomError(f.funds, "ApplicationAmountExceeded")
        .withArgs(under.id, minor("3.00"), minor("2.99"));
      const over = await f.site.apply(certificate, material, listed, { amount: minor("5.00") });
      await f.site.approve(over, approversOf(f));
      await expect(f.site.settle(over)).to.emit(f.funds, "PaymentSettled").withArgs(over.id, minor("2.00"));
      expect((await f.funds.useOf(certificate.id)).othersApplied).to.equal(minor("5.99"));
    });

    it("is not for wages", async function () {
      const applied = await f.site.applyForWages(f.certificate, 202_603n, [payee(f.ann, "100.00")]);
      await f.site.approve(applied, approversOf(f));
      await expect(f.funds.settlePage(f.terms, applied.terms, 0n, []))
        .to.be.revertedWithCustomError(f.funds, "ApplicationPurposeInvalid")
        .withArgs(applied.id, wages);
    });

    context("given payees that cannot be paid", function () {
      it("parks their claims, between two funders too, and pays the rest", async function () {
        const certificate = await certifyOthers(f);
        await f.money.connect(f.mainland.officers.enforcer).freeze(f.supplier, ref("order"));
        await f.site.list(f.shop, material);
        // the border of the two funders' parts is in the supplier's entry
        const applied = await approvedFor(f, certificate, [
          [payee(f.ann, "20.00"), payee(f.shop, "30.00"), payee(f.supplier, "50.00"), payee(f.hire, "20.00")],
        ]);
        const settled = f.site.settle(applied);
        await expect(settled).to.emit(f.funds, "PaymentMade").withArgs(applied.id, 0n, minor("30.00"), minor("90.00"));
        // unlisted, listed for equipment, frozen
        await expect(settled).to.emit(f.funds, "ClaimParked").withArgs(applied.id, keyOf(f.ann), minor("20.00"));
        await expect(settled).to.emit(f.funds, "ClaimParked").withArgs(applied.id, keyOf(f.hire), minor("20.00"));
        expect(await f.funds.claimOf(applied.id, keyOf(f.supplier))).to.equal(minor("50.00"));
        expect(await f.funds.drawnOf(f.site.id)).to.deep.equal([minor("80.00"), minor("40.00"), 0n, 0n]);

        await expect(f.funds.payClaim(f.terms, applied.id, f.ann))
          .to.be.revertedWithCustomError(f.funds, "ProjectPayeeNotListed")
          .withArgs(f.site.id, f.ann.address, none);
        await expect(f.funds.payClaim(f.terms, applied.id, f.hire))
          .to.be.revertedWithCustomError(f.funds, "ProjectPayeeNotListed")
          .withArgs(f.site.id, f.hire.address, equipment);
        await expect(f.funds.payClaim(f.terms, applied.id, f.supplier)).to.be.revertedWithCustomError(
          f.money,
          "ERC7943CannotReceive",
        );
        await f.money.connect(f.mainland.officers.enforcer).unfreeze(f.supplier, ref("order"));
        const paid = f.funds.payClaim(f.terms, applied.id, f.supplier);
        await expect(paid)
          .to.emit(f.funds, "ClaimPaid")
          .withArgs(applied.id, keyOf(f.supplier), f.supplier.address, minor("50.00"));
        await expect(paid).to.changeTokenBalance(ethers, f.money, f.supplier, minor("50.00"));
        await expect(f.funds.payClaim(f.terms, applied.id, f.supplier))
          .to.be.revertedWithCustomError(f.funds, "ClaimUnknown")
          .withArgs(applied.id, keyOf(f.supplier));
        expect(await f.funds.paidOf(f.site.id, 0n)).to.equal(minor("80.00"));
      });

      it("pays a claim only out of its own project", async function () {
        const applied = await approvedFor(f, await certifyOthers(f), [[payee(f.ann, "20.00")]]);
        await f.site.settle(applied);
        const terms = { ...f.terms, lines: [100n], funding: [{ funder: f.city.address, amount: 100n }] };
        const other = new ProjectSite(f.site.contracts, f.site.domains, terms, f.site.people, f.carrier);
        await other.open([f.city]);
        await other.list(f.ann, material);
        await expect(f.funds.payClaim(terms, applied.id, f.ann))
          .to.be.revertedWithCustomError(f.funds, "ClaimUnknown")
          .withArgs(applied.id, keyOf(f.ann));
      });
    });
  });
});
