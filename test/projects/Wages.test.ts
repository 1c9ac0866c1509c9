import { expect } from "chai";
import { hexlify, toBeHex } from "ethers";
import { APPLICATION_STATUS, PAYROLL_STATUS, WAGE_SKIP } from "../../sdk/eip712/projects.js";
import { minor } from "../../sdk/money.js";
import type { AppliedWages } from "../../sdk/projects/site.js";
import { openStoryChain, ref } from "../support/chain.js";
import { CLASS, identityOf } from "../support/currency.js";
import { approversOf, deployCertified, payee, type Certified } from "../support/projects.js";

// the clock stands in March 2026
const chain = await openStoryChain("mainland");
const { ethers, networkHelpers } = chain;
const MARCH = 202_603n;

async function certified() {
  const f = await deployCertified(chain);
  await f.site.enrol([f.ann, f.bob, f.cai, f.dan].map(({ address }) => address));
  return f;
}

describe("Wages", function () {
  let f: Certified;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(certified);
  });

  /** Ann 100.00 and bob 200.00 on the first page, cai 300.00 and dan 400.00 on the second. */
  const team = () => [
    ...[payee(f.ann, "100.00"), payee(f.bob, "200.00")],
    ...[payee(f.cai, "300.00"), payee(f.dan, "400.00")],
  ];

  /** A payroll that is approved and open. */
  async function opened(workers = team(), month = MARCH): Promise<AppliedWages> {
    const applied = await f.site.applyForWages(f.certificate, month, workers, { size: 2 });
    await f.site.approve(applied, approversOf(f));
    await f.site.openPayroll(applied);
    return applied;
  }

  describe("enrol", function () {
    it("gives each person a place", async function () {
      expect(await f.wages.workersOf(f.site.id)).to.equal(4n);
      expect(await f.wages.placeOf(f.site.id, identityOf(f.cai))).to.equal(3n);
      expect(await f.wages.placeOf(f.site.id, identityOf(f.shop))).to.equal(0n);
      await expect(f.site.enrol([f.shop.address], 4n))
        .to.emit(f.wages, "WorkersEnrolled")
        .withArgs(f.site.id, f.attestor.address, 4n, 1n);
      expect([await f.wages.FUNDS(), await f.wages.MAXIMUM_PAGE()]).to.deep.equal([await f.funds.getAddress(), 200n]);
    });

    it("gives a person one place, whatever the number of its wallets", async function () {
      await f.money.connect(f.icbc).openWallet(f.stranger, CLASS.II, identityOf(f.ann));
      await expect(f.site.enrol([f.stranger.address], 4n))
        .to.be.revertedWithCustomError(f.wages, "WagesWorkerEnrolled")
        .withArgs(f.site.id, f.stranger.address);
    });

    it("refuses an account that nobody stands behind", async function () {
      await expect(f.site.enrol([f.stranger.address], 4n))
        .to.be.revertedWithCustomError(f.wages, "WagesIdentityMissing")
        .withArgs(f.stranger.address);
    });

    it("refuses nobody, 201 workers, and another place than the next", async function () {
      const crowd = Array.from({ length: 201 }, (_, i) => toBeHex(i + 1, 20));
      for (const [workers, first] of [
        [[], 4n],
        [crowd, 4n],
        [[f.shop.address], 3n],
      ] as const) {
        await expect(f.site.enrol(workers, first))
          .to.be.revertedWithCustomError(f.wages, "WagesEnrolmentInvalid")
          .withArgs(f.site.id, first, BigInt(workers.length));
      }
      // two hundred are not too many
      await expect(f.site.enrol(crowd.slice(1), 4n)).to.be.revertedWithCustomError(f.wages, "WagesIdentityMissing");
    });

    it("refuses another's signature than the attestor's", async function () {
      await expect(f.wages.enrol(f.terms, 4n, [f.shop.address], "0x")).to.be.revertedWithCustomError(
        f.wages,
        "WagesSignatureInvalid",
      );
    });
  });

  describe("openPayroll", function () {
    it("opens what the attestor signed and the contractor applied for", async function () {
      const applied = await f.site.applyForWages(f.certificate, MARCH, team());
      const { roster } = applied;
      await expect(f.site.openPayroll(applied))
        .to.emit(f.wages, "PayrollOpened")
        .withArgs(applied.payroll, applied.id, [
          ...[roster.project, roster.certificate, roster.month, roster.amount, roster.pages],
        ]);
      expect(await f.wages.payrollId(roster)).to.equal(applied.payroll);
      expect(await f.wages.payrollOf(applied.payroll)).to.deep.equal([applied.id, PAYROLL_STATUS.open, 0n, 0n, 0n]);
      await expect(f.site.openPayroll(applied))
        .to.be.revertedWithCustomError(f.wages, "WagesPayrollStatusInvalid")
        .withArgs(applied.payroll, PAYROLL_STATUS.open);
    });

    it("refuses a month that is none, or has not begun", async function () {
      for (const month of [202_600n, 202_513n, 202_604n]) {
        const applied = await f.site.applyForWages(f.certificate, month, [payee(f.ann, "1.00")]);
        await expect(f.site.openPayroll(applied))
          .to.be.revertedWithCustomError(f.wages, "WagesMonthInvalid")
          .withArgs(applied.payroll, month, MARCH);
      }
      for (const month of [202_601n, 202_512n]) {
        await f.site.openPayroll(await f.site.applyForWages(f.certificate, month, [payee(f.ann, "1.00")]));
      }
    });

    it("knows each month of the year from its first second (UTC+8) on", async function () {
      for (const [text, month] of [
        ["2026-03-31T16:00:00Z", 202_604n],
        ["2026-12-31T16:00:00Z", 202_701n],
        ["2027-02-28T16:00:00Z", 202_703n],
      ] as const) {
        const time = Date.parse(text) / 1_000;
        const applied = await f.site.applyForWages(f.certificate, month, [payee(f.ann, "1.00")]);
        await networkHelpers.time.setNextBlockTimestamp(time - 1);
        await expect(f.site.openPayroll(applied)).to.be.revertedWithCustomError(f.wages, "WagesMonthInvalid");
        await networkHelpers.time.setNextBlockTimestamp(time);
        await f.site.openPayroll(applied);
      }
    });

    it("refuses a roster that is not the application's", async function () {
      const applied = await f.site.applyForWages(f.certificate, MARCH, team());
      for (const other of [
        { ...applied, roster: { ...applied.roster, amount: 1n } },
        { ...applied, roster: { ...applied.roster, project: ref("another") } },
        { ...applied, terms: { ...applied.terms, businessRef: ref("another") } },
      ]) {
        await expect(f.site.openPayroll(other)).to.be.revertedWithCustomError(f.wages, "WagesRosterInvalid");
      }
      const empty = await f.site.applyForWages(f.certificate, MARCH, [], { amount: 1n });
      await expect(f.site.openPayroll(empty))
        .to.be.revertedWithCustomError(f.wages, "WagesRosterInvalid")
        .withArgs(empty.payroll, empty.id);
    });

    it("refuses another's signature than the attestor's", async function () {
      const { roster, payroll, terms } = await f.site.applyForWages(f.certificate, MARCH, team());
      await expect(f.wages.openPayroll(f.terms, roster, terms.businessRef, "0x"))
        .to.be.revertedWithCustomError(f.wages, "WagesSignatureInvalid")
        .withArgs(payroll, f.attestor.address);
    });
  });

  describe("payPage", function () {
    it("pays workers' own wallets, parks what cannot be paid, and goes on from page to page", async function () {
      const applied = await opened();
      const first = f.site.payPage(applied, 0);
      await expect(first).to.emit(f.wages, "PayrollPagePaid").withArgs(applied.payroll, 0n, minor("300.00"), 0n);
      await expect(first).to.changeTokenBalances(
        ethers,
        f.money,
        [f.ann, f.bob, f.sub, f.general, f.wages],
        [...[minor("100.00"), minor("200.00"), 0n, 0n, 0n]],
      );
      // dan's wallet has no checked identity behind it
      const second = f.site.payPage(applied, 1);
      await expect(second)
        .to.emit(f.wages, "PayrollPagePaid")
        .withArgs(applied.payroll, 1n, minor("300.00"), minor("400.00"));
      await expect(second)
        .to.emit(f.wages, "PayrollSettled")
        .withArgs(applied.payroll, minor("600.00"), minor("400.00"));
      await expect(second).to.changeTokenBalances(ethers, f.money, [f.cai, f.dan], [minor("300.00"), 0n]);
      expect(await f.funds.claimOf(applied.id, identityOf(f.dan))).to.equal(minor("400.00"));
      expect(await f.wages.isPaid(f.site.id, MARCH, identityOf(f.dan))).to.equal(true);
      expect(await f.wages.isPaid(f.site.id, MARCH - 1n, identityOf(f.ann))).to.equal(false);
      expect((await f.funds.applicationOf(applied.id)).status).to.equal(APPLICATION_STATUS.settled);
      await expect(f.site.payPage(applied, 1))
        .to.be.revertedWithCustomError(f.wages, "WagesPayrollStatusInvalid")
        .withArgs(applied.payroll, PAYROLL_STATUS.settled);
    });

    it("pays no page before the one that is next, twice, or of more than 200 workers", async function () {
      const applied = await opened();
      await expect(f.site.payPage(applied, 1))
        .to.be.revertedWithCustomError(f.wages, "WagesPageInvalid")
        .withArgs(applied.payroll, 0n);
      await f.site.payPage(applied, 0);
      await expect(f.site.payPage(applied, 0))
        .to.be.revertedWithCustomError(f.wages, "WagesPageInvalid")
        .withArgs(applied.payroll, 1n);
      const crowd = Array.from({ length: 201 }, () => payee(f.ann, "0.01"));
      const long = await f.site.applyForWages(f.certificate, MARCH, crowd, { size: 201 });
      await f.site.approve(long, approversOf(f));
      await f.site.openPayroll(long);
      await expect(f.site.payPage(long, 0))
        .to.be.revertedWithCustomError(f.wages, "WagesPageInvalid")
        .withArgs(long.payroll, 0n);
    });

    it("pays nothing that is not approved, or not opened", async function () {
      const applied = await f.site.applyForWages(f.certificate, MARCH, team(), { size: 2 });
      await expect(f.site.payPage(applied, 0))
        .to.be.revertedWithCustomError(f.wages, "WagesPayrollStatusInvalid")
        .withArgs(applied.payroll, PAYROLL_STATUS.none);
      await f.site.openPayroll(applied);
      await expect(f.site.payPage(applied, 0))
        .to.be.revertedWithCustomError(f.funds, "ApplicationStatusInvalid")
        .withArgs(applied.id, APPLICATION_STATUS.applied);
    });

    it("pays nobody twice for a month when a roster is submitted again after it was broken off", async function () {
      const broken = await opened();
      await f.site.payPage(broken, 0);
      await f.funds.connect(f.office.director).rejectPayment(f.terms, broken.id);
      await expect(f.site.payPage(broken, 1)).to.be.revertedWithCustomError(f.funds, "ApplicationStatusInvalid");
      const again = await opened([...team(), payee(f.ann, "100.00")]);
      const first = f.site.payPage(again, 0);
      await expect(first)
        .to.emit(f.wages, "WageSkipped")
        .withArgs(again.payroll, f.bob.address, minor("200.00"), WAGE_SKIP.monthPaid);
      await expect(first).to.changeTokenBalances(ethers, f.money, [f.ann, f.bob], [0n, 0n]);
      await expect(f.site.payPage(again, 1)).to.changeTokenBalance(ethers, f.money, f.cai, minor("300.00"));
      await expect(f.site.payPage(again, 2)).to.changeTokenBalance(ethers, f.money, f.ann, 0n);
      // what was not needed can be applied for again
      expect(await f.funds.useOf(f.certificate.id)).to.deep.equal([minor("1000.00"), minor("1000.00"), 0n]);
      await expect(f.site.payPage(await opened(team(), MARCH - 1n), 0)).to.changeTokenBalance(
        ...([ethers, f.money, f.ann, minor("100.00")] as const),
      );
    });

    it("pays the same person once, also by another wallet, and passes over who is not enrolled", async function () {
      await f.money.connect(f.icbc).openWallet(f.stranger, CLASS.II, identityOf(f.ann));
      const workers = [payee(f.ann, "1.00"), payee(f.stranger, "1.00"), payee(f.shop, "1.00"), payee(f.bob, "1.00")];
      const applied = await f.site.applyForWages(f.certificate, MARCH, workers);
      await f.site.approve(applied, approversOf(f));
      await f.site.openPayroll(applied);
      const paid = f.site.payPage(applied, 0);
      await expect(paid)
        .to.emit(f.wages, "WageSkipped")
        .withArgs(applied.payroll, f.stranger.address, minor("1.00"), WAGE_SKIP.monthPaid);
      await expect(paid)
        .to.emit(f.wages, "WageSkipped")
        .withArgs(applied.payroll, f.shop.address, minor("1.00"), WAGE_SKIP.notEnrolled);
      await expect(paid).to.changeTokenBalances(
        ethers,
        f.money,
        [f.ann, f.stranger, f.shop, f.bob],
        [...[minor("1.00"), 0n, 0n, minor("1.00")]],
      );
    });

    it("does not wait for a worker that is frozen", async function () {
      await f.money.connect(f.mainland.officers.enforcer).freeze(f.ann, ref("order"));
      const applied = await opened();
      await expect(f.site.payPage(applied, 0)).to.changeTokenBalances(
        ethers,
        f.money,
        [f.ann, f.bob],
        [...[0n, minor("200.00")]],
      );
      await expect(f.wages.claimWage(f.terms, applied.id, f.ann)).to.be.revertedWithCustomError(
        f.money,
        "ERC7943CannotReceive",
      );
      await f.money.connect(f.mainland.officers.enforcer).unfreeze(f.ann, ref("order"));
      await expect(f.wages.claimWage(f.terms, applied.id, f.ann)).to.changeTokenBalance(
        ...([ethers, f.money, f.ann, minor("100.00")] as const),
      );
    });
  });

  describe("claimWage", function () {
    it("pays what is parked to any real-name wallet of the person, once", async function () {
      const applied = await opened();
      await f.site.payPage(applied, 0);
      await f.site.payPage(applied, 1);
      await expect(f.wages.claimWage(f.terms, applied.id, f.dan))
        .to.be.revertedWithCustomError(f.wages, "WagesWalletInvalid")
        .withArgs(f.dan.address, CLASS.IV);
      await f.money.connect(f.icbc).openWallet(f.stranger, CLASS.III, identityOf(f.dan));
      const claimed = f.wages.connect(f.carrier).claimWage(f.terms, applied.id, f.stranger);
      await expect(claimed)
        .to.emit(f.wages, "WageClaimed")
        .withArgs(applied.id, identityOf(f.dan), f.stranger.address, minor("400.00"));
      await expect(claimed).to.changeTokenBalance(ethers, f.money, f.stranger, minor("400.00"));
      await expect(f.wages.claimWage(f.terms, applied.id, f.stranger))
        .to.be.revertedWithCustomError(f.funds, "ClaimUnknown")
        .withArgs(applied.id, identityOf(f.dan));
      for (const other of [f.shop, f.carrier]) {
        await expect(f.wages.claimWage(f.terms, applied.id, other)).to.be.revertedWithCustomError(
          f.wages,
          "WagesWalletInvalid",
        );
      }
    });
  });

  it("frees the rest of the certificate once wages are paid or parked", async function () {
    const applied = await opened([payee(f.ann, "9000.00"), payee(f.dan, "1000.00")]);
    await f.site.payPage(applied, 0);
    const others = await f.site.apply(f.certificate, 3n, [[payee(f.supplier, "1.00")]], {
      businessRef: hexlify(ref("x")),
    });
    await f.site.approve(others, approversOf(f));
    await expect(f.site.settle(others)).to.changeTokenBalance(ethers, f.money, f.supplier, minor("1.00"));
  });
});
