import { expect } from "chai";
import { ZeroAddress, ZeroHash, MaxUint256 } from "ethers";
import { PAYEE_PURPOSE, PROJECT_STATUS, fundingHold, projectId, type ProjectTerms } from "../../sdk/eip712/projects.js";
import { holdTypedData } from "../../sdk/eip712/ledger.js";
import { sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import {
  approvedFor,
  certifyOthers,
  deployBuilding,
  deployCertified,
  deploySite,
  heldOf,
  payee,
  type Building,
  type Site,
} from "../support/projects.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

async function site() {
  return deploySite(chain);
}

async function building() {
  return deployBuilding(chain);
}

async function certified() {
  return deployCertified(chain);
}

describe("ProjectFunds", function () {
  describe("openProject", function () {
    let f: Site;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(site);
    });

    it("leaves the funders' money with them, held for the project", async function () {
      const opened = f.site.open([f.city, f.district]);
      await expect(opened).to.emit(f.funds, "ProjectOpened");
      await expect(opened).to.changeTokenBalances(ethers, f.money, [f.city, f.district, f.funds], [0n, 0n, 0n]);
      expect(await f.funds.projectId(f.terms)).to.equal(f.site.id);
      expect(await f.funds.projectStatusOf(f.site.id)).to.equal(PROJECT_STATUS.open);
      expect(await f.money.heldOf(f.city)).to.equal(minor("800000.00"));
      expect(await f.money.heldOf(f.district)).to.equal(minor("400000.00"));
      expect(await f.funds.CURRENCY()).to.equal(await f.money.getAddress());
      expect(await f.funds.WORKS()).to.equal(await f.works.getAddress());
      expect(await f.funds.MAXIMUM_PAGE()).to.equal(200n);
    });

    it("takes a hold that a funder has placed itself", async function () {
      await f.money.connect(f.city).placeHold(fundingHold(f.terms, 0));
      const signature = await sign(f.district, holdTypedData(f.site.domains.currency, fundingHold(f.terms, 1)));
      await f.funds.connect(f.owner).openProject(f.terms, ["0x", signature]);
      expect(await heldOf(f)).to.equal(minor("1200000.00"));
    });

    it("refuses a funder that has neither placed nor signed its hold", async function () {
      await f.money.connect(f.city).placeHold(fundingHold(f.terms, 0));
      await expect(f.funds.connect(f.owner).openProject(f.terms, ["0x", "0x"]))
        .to.be.revertedWithCustomError(f.funds, "ProjectFundingMissing")
        .withArgs(f.site.id, f.district.address);
    });

    it("refuses another caller than the owner, and a second time", async function () {
      await expect(f.funds.connect(f.supervisor).openProject(f.terms, ["0x", "0x"]))
        .to.be.revertedWithCustomError(f.funds, "ProjectCallerInvalid")
        .withArgs(f.site.id, f.supervisor.address, f.owner.address);
      await f.site.open([f.city, f.district]);
      await expect(f.site.open([f.city, f.district]))
        .to.be.revertedWithCustomError(f.funds, "ProjectStatusInvalid")
        .withArgs(f.site.id, PROJECT_STATUS.open);
    });

    const wrong: Record<string, (terms: ProjectTerms) => Partial<ProjectTerms>> = {
      "another contract's money": ({ payroll }) => ({ funds: payroll }),
      "no supervisor": () => ({ supervisor: ZeroAddress }),
      "the owner as supervisor": ({ owner }) => ({ supervisor: owner }),
      "no payroll": () => ({ payroll: ZeroAddress }),
      "no attestor": () => ({ attestor: ZeroAddress }),
      "material without an accreditor": () => ({ accreditor: ZeroAddress }),
      "an accreditor without material": () => ({ materials: ZeroAddress }),
      "no line": () => ({ lines: [] }),
      "seventeen lines": () => ({ lines: Array<bigint>(17).fill(1n) }),
      "an empty line": ({ lines }) => ({ lines: [...lines, 0n] }),
      "lines of more than the funding": ({ lines }) => ({ lines: [...lines, 1n] }),
      "no funder": () => ({ funding: [] }),
      "five funders": ({ funding }) => ({ funding: [...funding, ...funding, ...funding].slice(0, 5) }),
      "a funder that is nobody": ({ funding: [one] }) => ({
        funding: [...(one ? [one] : []), { funder: ZeroAddress, amount: minor("400000.00") }],
      }),
      "a funder without a part": ({ lines, funding: [one] }) => ({
        lines: lines.slice(0, 1),
        funding: [
          { funder: one?.funder ?? "", amount: lines[0] ?? 0n },
          { funder: ref("x").slice(0, 42), amount: 0n },
        ],
      }),
      "a funder twice": ({ lines, funding: [one] }) => ({
        lines: lines.slice(0, 1),
        funding: [1, 2].map(() => ({ funder: one?.funder ?? "", amount: (lines[0] ?? 0n) / 2n })),
      }),
      "no level": () => ({ levels: [] }),
      "five levels": ({ levels: [one] }) => ({ levels: one ? [one, one, one, one, one] : [] }),
      "a threshold of none": ({ levels: [one] }) => ({ levels: one ? [{ ...one, threshold: 0n }] : [] }),
      "a threshold that cannot be met": ({ levels: [one] }) => ({ levels: one ? [{ ...one, threshold: 4n }] : [] }),
      "thirty-three approvers": () => ({
        levels: [{ threshold: 1n, approvers: Array.from({ length: 33 }, (_, i) => ref(`${i}`).slice(0, 42)) }],
      }),
      "an approver that is nobody": () => ({ levels: [{ threshold: 1n, approvers: [ZeroAddress] }] }),
      "an approver on two levels": ({ levels: [one] }) => ({ levels: one ? [one, one] : [] }),
    };
    for (const [what, change] of Object.entries(wrong)) {
      it(`refuses ${what}`, async function () {
        const terms = { ...f.terms, ...change(f.terms) };
        await expect(
          f.funds.connect(f.owner).openProject(
            terms,
            terms.funding.map(() => "0x"),
          ),
        )
          .to.be.revertedWithCustomError(f.funds, "ProjectTermsInvalid")
          .withArgs(projectId(terms));
      });
    }

    it("refuses more signatures than funders", async function () {
      await expect(f.funds.connect(f.owner).openProject(f.terms, ["0x", "0x", "0x"]))
        .to.be.revertedWithCustomError(f.funds, "ProjectTermsInvalid")
        .withArgs(f.site.id);
    });

    it("takes sixteen lines, four funders, four levels and thirty-two approvers", async function () {
      const approvers = Array.from({ length: 32 }, (_, i) => ref(`${i}`).slice(0, 42));
      const levels = [0, 1, 2, 3].map((i) => ({ threshold: 8n, approvers: approvers.slice(8 * i, 8 * i + 8) }));
      const funding = [f.city, f.district, f.general, f.sub].map(({ address }) => ({ funder: address, amount: 400n }));
      const terms = { ...f.terms, levels, lines: Array<bigint>(16).fill(100n), funding };
      for (const poor of [f.general, f.sub]) await f.money.connect(f.city).transfer(poor, 400n);
      for (const [i, funder] of [f.city, f.district, f.general, f.sub].entries()) {
        await f.money.connect(funder).placeHold(fundingHold(terms, i));
      }
      await f.funds.connect(f.owner).openProject(terms, ["0x", "0x", "0x", "0x"]);
      expect(await f.funds.projectStatusOf(projectId(terms))).to.equal(PROJECT_STATUS.open);
    });
  });

  describe("setPayee", function () {
    let f: Building;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(building);
    });

    it("puts a payee on the list for a purpose, and takes it off", async function () {
      const evidence = ref("licence");
      await expect(f.site.list(f.ann, PAYEE_PURPOSE.service, evidence))
        .to.emit(f.funds, "PayeeListed")
        .withArgs(f.site.id, f.ann.address, PAYEE_PURPOSE.service, evidence);
      expect(await f.funds.purposeOf(f.site.id, f.ann)).to.equal(PAYEE_PURPOSE.service);
      await f.site.list(f.ann, PAYEE_PURPOSE.none);
      expect(await f.funds.purposeOf(f.site.id, f.ann)).to.equal(PAYEE_PURPOSE.none);
    });

    it("refuses workers, funders, and a payee without evidence", async function () {
      for (const [who, purpose, evidence] of [
        [f.ann, PAYEE_PURPOSE.wages, ref("x")],
        [f.district, PAYEE_PURPOSE.service, ref("x")],
        [f.ann, PAYEE_PURPOSE.service, ZeroHash],
      ] as const) {
        await expect(f.site.list(who, purpose, evidence))
          .to.be.revertedWithCustomError(f.funds, "ProjectPayeeInvalid")
          .withArgs(f.site.id, who.address);
      }
    });

    it("refuses another caller than the owner", async function () {
      await expect(f.funds.connect(f.supervisor).setPayee(f.terms, f.ann, PAYEE_PURPOSE.service, ref("x")))
        .to.be.revertedWithCustomError(f.funds, "ProjectCallerInvalid")
        .withArgs(f.site.id, f.supervisor.address, f.owner.address);
    });
  });

  describe("closeProject", function () {
    it("gives each funder back its share of what is left", async function () {
      const f = await networkHelpers.loadFixture(building);
      const certificate = await certifyOthers(f);
      const applied = await approvedFor(f, certificate, [[payee(f.supplier, "9500.00")]]);
      await f.site.settle(applied);
      await networkHelpers.time.increase(2n * 86_400n);
      await f.funds.releaseRetention(f.terms, certificate.contract.id);
      const closed = f.funds.connect(f.owner).closeProject(f.terms);
      await expect(closed).to.emit(f.funds, "ProjectClosed").withArgs(f.site.id, f.owner.address, minor("1190000.00"));
      expect(await heldOf(f)).to.equal(0n);
      // two to one: 900,000.00 and 450,000.00 less their parts of 10,000.00
      expect(await f.money.spendableOf(f.city)).to.equal(minor("893333.33"));
      expect(await f.money.spendableOf(f.district)).to.equal(minor("446666.67"));
      expect(await f.funds.projectStatusOf(f.site.id)).to.equal(PROJECT_STATUS.closed);
    });

    it("refuses another caller than the owner before the expiry, and what is certified and not paid", async function () {
      const f = await networkHelpers.loadFixture(certified);
      await expect(f.funds.connect(f.stranger).closeProject(f.terms))
        .to.be.revertedWithCustomError(f.funds, "ProjectCallerInvalid")
        .withArgs(f.site.id, f.stranger.address, f.owner.address);
      await expect(f.funds.connect(f.owner).closeProject(f.terms))
        .to.be.revertedWithCustomError(f.funds, "ProjectUnpaid")
        .withArgs(f.site.id, 0n, minor("50000.00"));
    });

    it("is anyone's from the expiry on, also when a hold was given back at the ledger", async function () {
      const f = await networkHelpers.loadFixture(certified);
      await networkHelpers.time.increaseTo(f.terms.expires);
      await f.money.connect(f.stranger).releaseHold(fundingHold(f.terms, 0));
      await expect(f.funds.connect(f.stranger).closeProject(f.terms))
        .to.emit(f.funds, "ProjectClosed")
        .withArgs(f.site.id, f.stranger.address, minor("400000.00"));
      await expect(f.funds.connect(f.stranger).closeProject(f.terms))
        .to.be.revertedWithCustomError(f.funds, "ProjectStatusInvalid")
        .withArgs(f.site.id, PROJECT_STATUS.closed);
    });

    it("keeps the money out of every other account's reach", async function () {
      const f = await networkHelpers.loadFixture(building);
      await f.money.connect(f.city).approve(f.stranger, MaxUint256);
      const spendable = await f.money.spendableOf(f.city);
      await expect(f.money.connect(f.stranger).transferFrom(f.city, f.shop, spendable + 1n))
        .to.be.revertedWithCustomError(f.money, "LedgerInsufficientSpendable")
        .withArgs(f.city.address, spendable, spendable + 1n);
      await expect(f.money.connect(f.city).releaseHold(fundingHold(f.terms, 0))).to.be.revertedWithCustomError(
        f.money,
        "HoldUnauthorized",
      );
    });
  });
});
