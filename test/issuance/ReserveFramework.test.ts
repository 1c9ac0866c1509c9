import { expect } from "chai";
import { balancesOf, requirement, reserveRows, type ReserveRow } from "../../sdk/issuance/reserves.js";
import { INSTITUTION_KIND } from "../../sdk/issuance/roles.js";
import { movementsOf } from "../../sdk/issuance/movements.js";
import { minor } from "../../sdk/money.js";
import { ZeroAddress } from "ethers";
import { openChain } from "../support/chain.js";
import { CLASS, fund, identityOf } from "../support/currency.js";
import { DAYS, deployDeposits, pin, proveAt, toDay, type DepositStage } from "../support/deposits.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const DAY = DAYS.first;
const RATIO = 620n;
const LIMIT = minor("500000.00");

async function deploy() {
  return deployDeposits(chain);
}

/** Customers of icbc have 700,000.01, boc's company 100.00, icbc itself 50.00; the day is over and pinned. */
async function oneDay() {
  const f = await networkHelpers.loadFixture(deploy);
  await fund(f.mainland, f.ann, minor("600000.00"));
  await fund(f.mainland, f.shop, minor("100000.01"));
  await fund(f.mainland, f.icbc, minor("50.00"));
  await toDay(chain, DAY, 12);
  await f.money.connect(f.boc).openWallet(f.stranger, CLASS.corporate, identityOf(f.stranger));
  await fund(f.mainland, f.stranger, minor("100.00"));
  await toDay(chain, DAY + 1, 9);
  await pin(f, DAY);
  return f;
}

async function covered() {
  const f = await networkHelpers.loadFixture(oneDay);
  await report(f, await rowsOf(f));
  return f;
}

async function migrated() {
  const f = await networkHelpers.loadFixture(covered);
  await f.reserves.connect(f.governor).migrate(DAY + 2, RATIO);
  await f.reserves.connect(f.governor).setInsuranceLimit(LIMIT);
  await toDay(chain, DAY + 2, 12);
  return f;
}

/** The table of the events' balances; everybody holds what its customers have, unless told otherwise. */
async function rowsOf(f: DepositStage, held: Partial<Readonly<Record<"bank" | "other", bigint>>> = {}) {
  const balances = balancesOf(await movementsOf(f.money));
  balances.delete(ZeroAddress);
  const own = new Map([
    [f.icbc.address, f.bank],
    [f.boc.address, f.other],
  ]);
  const holder = (account: string) => {
    const institution = own.get(account);
    if (institution !== undefined) return { institution, own: true };
    return { institution: account === f.stranger.address ? f.other : f.bank, own: false };
  };
  return reserveRows(
    balances,
    holder,
    new Map([
      [f.bank, held.bank ?? minor("700000.01")],
      [f.other, held.other ?? minor("100.00")],
    ]),
  );
}

async function report(f: DepositStage, rows: readonly ReserveRow[], day = DAY) {
  const proof = await proveAt(f, day, await f.reserves.supplySlot());
  return f.reserves.connect(f.registrar).report(day, [...rows], proof);
}

describe("ReserveFramework", function () {
  describe("setKind", function () {
    it("says what an institution is", async function () {
      const { reserves, registrar, bank } = await networkHelpers.loadFixture(deploy);
      expect(await reserves.kindOf(bank)).to.equal(INSTITUTION_KIND.bank);
      await expect(reserves.connect(registrar).setKind(bank, INSTITUTION_KIND.nonBank))
        .to.emit(reserves, "InstitutionKindSet")
        .withArgs(bank, INSTITUTION_KIND.bank, INSTITUTION_KIND.nonBank);
      await expect(reserves.connect(registrar).setKind(bank, INSTITUTION_KIND.nonBank)).to.not.emit(
        reserves,
        "InstitutionKindSet",
      );
    });

    it("refuses nothing and nobody", async function () {
      const { reserves, registrar, bank } = await networkHelpers.loadFixture(deploy);
      await expect(reserves.connect(registrar).setKind(bank, INSTITUTION_KIND.none))
        .to.be.revertedWithCustomError(reserves, "ReserveKindInvalid")
        .withArgs(bank);
      await expect(reserves.connect(registrar).setKind(999n, INSTITUTION_KIND.bank))
        .to.be.revertedWithCustomError(reserves, "ReserveInstitutionUnknown")
        .withArgs(999n);
    });
  });

  describe("report", function () {
    it("computes what each has to hold: everything, before the migration", async function () {
      const f = await networkHelpers.loadFixture(oneDay);
      const sent = report(f, await rowsOf(f));
      await expect(sent)
        .to.emit(f.reserves, "ReserveReported")
        .withArgs(f.bank, DAY, minor("700000.01"), minor("700000.01"), minor("700000.01"));
      await expect(sent).to.emit(f.reserves, "ReserveDayClosed").withArgs(DAY, 2n, minor("700150.01"), 0n);
      await expect(sent).to.not.emit(f.reserves, "ReserveShort");
      const { position, shortfall } = await f.reserves.positionOf(f.other);
      expect([...position, shortfall]).to.deep.equal([
        BigInt(DAY),
        minor("100.00"),
        minor("100.00"),
        minor("100.00"),
        0n,
      ]);
    });

    it("names who falls short, and by how much", async function () {
      const f = await networkHelpers.loadFixture(oneDay);
      const sent = report(f, await rowsOf(f, { bank: minor("700000.00"), other: 0n }));
      await expect(sent).to.emit(f.reserves, "ReserveShort").withArgs(f.bank, DAY, 1n);
      await expect(sent).to.emit(f.reserves, "ReserveShort").withArgs(f.other, DAY, minor("100.00"));
      expect(await f.reserves.lastReport()).to.deep.equal([BigInt(DAY), minor("100.01")]);
      expect((await f.reserves.positionOf(f.bank)).shortfall).to.equal(1n);
    });

    it("comes to the supply at the end of the day, to the minor unit", async function () {
      const f = await networkHelpers.loadFixture(oneDay);
      const rows = await rowsOf(f);
      const supply = minor("700150.01");
      for (const more of [1n, -1n]) {
        const wrong = rows.map((row) => (row.institution === f.bank ? { ...row, own: row.own + more } : row));
        await expect(report(f, wrong))
          .to.be.revertedWithCustomError(f.reserves, "ReserveSumMismatch")
          .withArgs(DAY, supply + more, supply);
      }
      // what was issued since does not count
      await fund(f.mainland, f.ann, 1n);
      await report(f, rows);
    });

    it("takes nobody's accounts as a row of their own, of which nothing is required", async function () {
      const f = await networkHelpers.loadFixture(oneDay);
      const [first, ...rest] = await rowsOf(f);
      if (first === undefined) throw new RangeError("there are rows");
      const nobody = { institution: 0n, wallets: 0n, own: first.own, held: 0n };
      await expect(report(f, [nobody, { ...first, own: 0n }, ...rest]))
        .to.emit(f.reserves, "ReserveDayClosed")
        .withArgs(DAY, 3n, minor("700150.01"), 0n);
    });

    it("is sorted and of institutions that exist", async function () {
      const f = await networkHelpers.loadFixture(oneDay);
      const rows = await rowsOf(f);
      await expect(report(f, rows.toReversed()))
        .to.be.revertedWithCustomError(f.reserves, "ReserveRowsUnsorted")
        .withArgs(1n);
      await expect(report(f, [...rows, { institution: 999n, wallets: 0n, own: 0n, held: 0n }]))
        .to.be.revertedWithCustomError(f.reserves, "ReserveInstitutionUnknown")
        .withArgs(999n);
    });

    it("is of a day that is over and later than the last", async function () {
      const f = await networkHelpers.loadFixture(covered);
      const rows = await rowsOf(f);
      const proof = await proveAt(f, DAY, await f.reserves.supplySlot());
      for (const day of [DAY, DAY + 1]) {
        await expect(f.reserves.connect(f.registrar).report(day, rows, proof))
          .to.be.revertedWithCustomError(f.reserves, "ReserveReportDayInvalid")
          .withArgs(day, DAY, DAY + 1);
      }
      await toDay(chain, DAY + 2);
      await pin(f, DAY + 1);
      await report(f, rows, DAY + 1);
      expect(await f.reserves.lastReport()).to.deep.equal([BigInt(DAY + 1), 0n]);
    });
  });

  describe("migrate", function () {
    it("changes what banks have to hold from its day on, and nothing else", async function () {
      const f = await networkHelpers.loadFixture(covered);
      const before = await everything(f);
      await expect(f.reserves.connect(f.governor).migrate(DAY + 2, RATIO))
        .to.emit(f.reserves, "FrameworkMigrated")
        .withArgs(DAY + 2, RATIO, minor("700150.01"));
      await toDay(chain, DAY + 2, 12);
      expect(await everything(f)).to.deep.equal(before);
      expect(await f.reserves.migratedFrom()).to.equal(BigInt(DAY + 2));
      expect(await f.reserves.ratioOn(DAY + 1)).to.equal(10_000n);
      expect(await f.reserves.ratioOn(DAY + 2)).to.equal(RATIO);
      const base = minor("700000.01");
      expect(await f.reserves.requirementOf(f.bank, base, DAY + 1)).to.equal(base);
      // 6.2 % of 70,000,001 fen is 4,340,000.062: rounded up
      expect(await f.reserves.requirementOf(f.bank, base, DAY + 2)).to.equal(4_340_001n);
      expect(requirement(base, RATIO)).to.equal(4_340_001n);
      expect(await f.reserves.requirementOf(f.other, base, DAY + 2)).to.equal(base);
      // whose kind nobody has said covers everything
      expect(await f.reserves.requirementOf(77n, base, DAY + 2)).to.equal(base);
    });

    it("frees exactly what the ratio leaves of the bank's base", async function () {
      const f = await networkHelpers.loadFixture(migrated);
      await toDay(chain, DAY + 3);
      await pin(f, DAY + 2);
      await report(f, await rowsOf(f, { bank: 4_340_001n }), DAY + 2);
      const { position, shortfall } = await f.reserves.positionOf(f.bank);
      expect([...position, shortfall]).to.deep.equal([BigInt(DAY + 2), 70_000_001n, 4_340_001n, 4_340_001n, 0n]);
      expect((await f.reserves.positionOf(f.other)).position.required).to.equal(minor("100.00"));
    });

    it("happens once", async function () {
      const f = await networkHelpers.loadFixture(migrated);
      await expect(f.reserves.connect(f.governor).migrate(DAY + 9, RATIO))
        .to.be.revertedWithCustomError(f.reserves, "ReserveAlreadyMigrated")
        .withArgs(DAY + 2);
    });

    it("needs a recent report with everybody covered", async function () {
      const f = await networkHelpers.loadFixture(oneDay);
      await expect(f.reserves.connect(f.governor).migrate(DAY + 2, RATIO))
        .to.be.revertedWithCustomError(f.reserves, "ReserveNotCovered")
        .withArgs(0n, 0n);
      await report(f, await rowsOf(f, { other: 0n }));
      await expect(f.reserves.connect(f.governor).migrate(DAY + 2, RATIO))
        .to.be.revertedWithCustomError(f.reserves, "ReserveNotCovered")
        .withArgs(DAY, minor("100.00"));
    });

    it("takes a report of seven days ago and none of eight", async function () {
      const f = await networkHelpers.loadFixture(covered);
      expect(await f.reserves.REPORT_AGE()).to.equal(7n);
      await toDay(chain, DAY + 8);
      await expect(f.reserves.connect(f.governor).migrate(DAY + 20, RATIO))
        .to.be.revertedWithCustomError(f.reserves, "ReserveNotCovered")
        .withArgs(DAY, 0n);
      const again = await networkHelpers.loadFixture(covered);
      await toDay(chain, DAY + 7);
      await again.reserves.connect(again.governor).migrate(DAY + 20, RATIO);
    });

    it("begins tomorrow at the earliest, with a ratio of 100 % at most", async function () {
      const f = await networkHelpers.loadFixture(covered);
      const reserves = f.reserves.connect(f.governor);
      await expect(reserves.migrate(DAY + 1, RATIO))
        .to.be.revertedWithCustomError(reserves, "ReserveDayInvalid")
        .withArgs(DAY + 1, DAY + 2);
      await expect(reserves.migrate(65_536, RATIO))
        .to.be.revertedWithCustomError(reserves, "ReserveDayInvalid")
        .withArgs(65_536, DAY + 2);
      await expect(reserves.migrate(DAY + 2, 10_001n))
        .to.be.revertedWithCustomError(reserves, "ReserveRatioInvalid")
        .withArgs(10_001n, 10_000n);
      await reserves.migrate(DAY + 2, 10_000n);
    });
  });

  describe("setRatio", function () {
    it("replaces the ratio from a day on", async function () {
      const f = await networkHelpers.loadFixture(migrated);
      await expect(f.reserves.connect(f.governor).setRatio(DAY + 10, 900n))
        .to.emit(f.reserves, "ReserveRatioSet")
        .withArgs(DAY + 10, RATIO, 900n);
      expect(await f.reserves.ratioOn(DAY + 9)).to.equal(RATIO);
      expect(await f.reserves.ratioOn(DAY + 10)).to.equal(900n);
      await expect(f.reserves.connect(f.governor).setRatio(DAY + 9, 900n))
        .to.be.revertedWithCustomError(f.reserves, "ReserveDayInvalid")
        .withArgs(DAY + 9, DAY + 10);
    });

    it("comes after the migration", async function () {
      const f = await networkHelpers.loadFixture(covered);
      await expect(f.reserves.connect(f.governor).setRatio(DAY + 10, 900n)).to.be.revertedWithCustomError(
        f.reserves,
        "ReserveNotMigrated",
      );
    });
  });

  describe("insuredOf", function () {
    it("insures a person's wallets at a bank together, up to the limit", async function () {
      const f = await networkHelpers.loadFixture(migrated);
      expect(await f.reserves.insuredOf(f.bank, [f.ann])).to.deep.equal([minor("600000.00"), LIMIT]);
      expect(await f.reserves.insuredOf(f.bank, [f.shop])).to.deep.equal([minor("100000.01"), minor("100000.01")]);
      expect(await f.reserves.insuredOf(f.bank, [])).to.deep.equal([0n, 0n]);
      const [second, third] = (await chain.ethers.getSigners()).slice(-2);
      if (second === undefined || third === undefined) throw new RangeError("there are accounts");
      for (const wallet of [second, third]) {
        await f.money.connect(f.icbc).openWallet(wallet, CLASS.II, identityOf(f.shop));
        await fund(f.mainland, wallet, minor("300000.00"));
      }
      const wallets = [second.address, third.address].toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
      expect(await f.reserves.insuredOf(f.bank, wallets)).to.deep.equal([minor("600000.00"), LIMIT]);
      await expect(f.reserves.insuredOf(f.bank, wallets.toReversed()))
        .to.be.revertedWithCustomError(f.reserves, "InsuranceWalletsUnsorted")
        .withArgs(1n);
    });

    it("insures nothing at a non-bank, and nothing before the migration", async function () {
      const f = await networkHelpers.loadFixture(migrated);
      expect(await f.reserves.insuredOf(f.other, [f.stranger])).to.deep.equal([minor("100.00"), 0n]);
      const early = await networkHelpers.loadFixture(covered);
      await early.reserves.connect(early.governor).setInsuranceLimit(LIMIT);
      expect((await early.reserves.insuredOf(early.bank, [early.ann])).insured).to.equal(0n);
      await early.reserves.connect(early.governor).migrate(DAY + 2, RATIO);
      expect((await early.reserves.insuredOf(early.bank, [early.ann])).insured).to.equal(0n);
      await toDay(chain, DAY + 2);
      expect((await early.reserves.insuredOf(early.bank, [early.ann])).insured).to.equal(LIMIT);
    });

    it("refuses wallets of another institution or person", async function () {
      const f = await networkHelpers.loadFixture(migrated);
      await expect(f.reserves.insuredOf(f.other, [f.ann]))
        .to.be.revertedWithCustomError(f.reserves, "InsuranceWalletForeign")
        .withArgs(f.ann.address, f.bank);
      const wallets = [f.ann.address, f.shop.address].toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
      await expect(f.reserves.insuredOf(f.bank, wallets))
        .to.be.revertedWithCustomError(f.reserves, "InsuranceWalletForeign")
        .withArgs(wallets[1], f.bank);
    });

    it("follows the limit", async function () {
      const f = await networkHelpers.loadFixture(migrated);
      await expect(f.reserves.connect(f.governor).setInsuranceLimit(1n))
        .to.emit(f.reserves, "InsuranceLimitSet")
        .withArgs(LIMIT, 1n);
      await expect(f.reserves.connect(f.governor).setInsuranceLimit(1n)).to.not.emit(f.reserves, "InsuranceLimitSet");
      expect(await f.reserves.insuranceLimit()).to.equal(1n);
      expect((await f.reserves.insuredOf(f.bank, [f.ann])).insured).to.equal(1n);
    });
  });

  describe("what it is of", function () {
    it("names its currency and what proves days' ends, and the slot of the supply", async function () {
      const f = await networkHelpers.loadFixture(oneDay);
      expect(await f.reserves.CURRENCY()).to.equal(await f.money.getAddress());
      expect(await f.reserves.DAY_ENDS()).to.equal(await f.dayEnds.getAddress());
      const word = await chain.ethers.provider.getStorage(f.money, await f.reserves.supplySlot());
      expect(BigInt(word)).to.equal(await f.money.totalSupply());
    });
  });
});

/** Supply and every balance. */
async function everything(f: DepositStage) {
  const accounts = [...balancesOf(await movementsOf(f.money)).keys()];
  const balances = await Promise.all(accounts.map(async (account) => f.money.balanceOf(account)));
  return { supply: await f.money.totalSupply(), accounts, balances };
}
