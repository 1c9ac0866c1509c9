import { expect } from "chai";
import { ZeroHash } from "ethers";
import { PAYEE_PURPOSE } from "../../sdk/eip712/projects.js";
import { minor } from "../../sdk/money.js";
import { payeePage } from "../../sdk/projects/pages.js";
import { ProjectSite } from "../../sdk/projects/site.js";
import { openChain, ref } from "../support/chain.js";
import { approversOf, certifyOthers, DAY, deployCertified, keyOf, payee, type Certified } from "../support/projects.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const { material, wages, none } = PAYEE_PURPOSE;

async function certified() {
  return deployCertified(chain);
}

describe("ProjectFunds", function () {
  let f: Certified;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(certified);
  });

  describe("disburseWages and payWageClaim", function () {
    it("are the payroll's alone", async function () {
      const refused = async (call: Promise<unknown>) =>
        expect(call)
          .to.be.revertedWithCustomError(f.funds, "ProjectCallerInvalid")
          .withArgs(f.site.id, f.owner.address, f.terms.payroll);
      const own = f.funds.connect(f.owner);
      await refused(own.disburseWages(f.terms, ZeroHash, [], 0n, 0n, true));
      await refused(own.payWageClaim(f.terms, ZeroHash, ZeroHash, f.ann));
    });

    context("given a payroll that is an account", function () {
      it("pays nothing but wages, within the application", async function () {
        const terms = { ...f.terms, payroll: f.carrier.address, documentHash: ref("another") };
        for (const funder of [f.city, f.district]) {
          await f.mainland.currency.connect(f.mainland.officers.issuer).issue(funder, minor("900000.00"), ref("more"));
        }
        const site = new ProjectSite(f.site.contracts, f.site.domains, terms, f.site.people, f.carrier);
        await site.open([f.city, f.district]);
        const works = await site.contract(f.owner, f.sub, { amount: minor("100.00") });
        const certificate = await site.certify(works, { amount: minor("100.00"), wages: minor("60.00") });
        const payroll = f.funds.connect(f.carrier);
        const others = await site.apply(certificate, material, [[payee(f.supplier, "40.00")]]);
        await site.approve(others, approversOf(f));
        await expect(payroll.disburseWages(terms, others.id, [], 0n, 0n, true))
          .to.be.revertedWithCustomError(f.funds, "ApplicationPurposeInvalid")
          .withArgs(others.id, material);
        const applied = await site.applyForWages(certificate, 202_603n, [payee(f.ann, "60.00")]);
        await site.approve(applied, approversOf(f));
        const { entries } = payeePage([payee(f.ann, "60.01")]);
        await expect(payroll.disburseWages(terms, applied.id, entries, 1n, 0n, true))
          .to.be.revertedWithCustomError(f.funds, "ApplicationAmountExceeded")
          .withArgs(applied.id, minor("60.01"), minor("60.00"));
        await expect(payroll.payWageClaim(terms, applied.id, ref("nobody"), f.ann))
          .to.be.revertedWithCustomError(f.funds, "ClaimUnknown")
          .withArgs(applied.id, ref("nobody"));
        await expect(f.funds.payClaim(terms, applied.id, f.ann))
          .to.be.revertedWithCustomError(f.funds, "ApplicationPurposeInvalid")
          .withArgs(applied.id, wages);
      });
    });
  });

  describe("releaseRetention", function () {
    it("pays the contractor what was kept, once the defects period is over", async function () {
      const { contract } = await certifyOthers(f);
      const { completed } = await f.works.contractOf(contract.id);
      await networkHelpers.time.setNextBlockTimestamp(completed + DAY - 1n);
      await expect(f.funds.releaseRetention(f.terms, contract.id))
        .to.be.revertedWithCustomError(f.funds, "RetentionNotDue")
        .withArgs(contract.id, completed + DAY, completed + DAY - 1n);
      await networkHelpers.time.setNextBlockTimestamp(completed + DAY);
      const released = f.funds.releaseRetention(f.terms, contract.id);
      await expect(released)
        .to.emit(f.funds, "RetentionReleased")
        .withArgs(contract.id, f.sub.address, minor("500.00"));
      await expect(released).to.changeTokenBalance(ethers, f.money, f.sub, minor("500.00"));
      expect(await f.funds.isReleased(contract.id)).to.equal(true);
      await expect(f.funds.releaseRetention(f.terms, contract.id))
        .to.be.revertedWithCustomError(f.funds, "RetentionAlreadyReleased")
        .withArgs(contract.id);
    });

    it("parks what a contractor cannot be paid", async function () {
      const { contract } = await certifyOthers(f);
      await networkHelpers.time.increase(DAY);
      await f.money.connect(f.mainland.officers.enforcer).freeze(f.sub, ref("order"));
      await f.funds.releaseRetention(f.terms, contract.id);
      expect(await f.funds.claimOf(contract.id, keyOf(f.sub))).to.equal(minor("500.00"));
      await f.money.connect(f.mainland.officers.enforcer).unfreeze(f.sub, ref("order"));
      await expect(f.funds.payClaim(f.terms, contract.id, f.sub)).to.changeTokenBalance(
        ...([ethers, f.money, f.sub, minor("500.00")] as const),
      );
    });

    it("pays nobody that is not on the list, and nothing where nothing is kept", async function () {
      const nothing = await f.site.contract(f.owner, f.general, { amount: minor("1.00") });
      await f.site.certify(nothing, { amount: minor("1.00"), last: true });
      await expect(f.funds.releaseRetention(f.terms, nothing.id))
        .to.be.revertedWithCustomError(f.funds, "ProjectPayeeNotListed")
        .withArgs(f.site.id, f.general.address, none);
      await f.site.list(f.general, PAYEE_PURPOSE.labour);
      await expect(f.funds.releaseRetention(f.terms, nothing.id))
        .to.emit(f.funds, "RetentionReleased")
        .withArgs(nothing.id, f.general.address, 0n);
      await expect(f.funds.releaseRetention(f.terms, f.main.id))
        .to.be.revertedWithCustomError(f.funds, "RetentionUnknown")
        .withArgs(f.main.id);
    });
  });
});
