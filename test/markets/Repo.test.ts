import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { openRepo } from "../../sdk/deploy/repo.js";
import { repoId, type RepoTerms } from "../../sdk/eip712/repo.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { signRepo } from "../../sdk/markets/repo.js";
import { minor } from "../../sdk/money.js";
import { ref } from "../support/chain.js";
import { fund, identityOf } from "../support/currency.js";
import { deployFloatingNote } from "../support/structured.js";
import { DAY, REPO_CODE, RepoUnderTest, deployRepo, openRepoChain } from "../support/repo.js";

const chain = await openRepoChain();
const { networkHelpers } = chain;
const { time } = networkHelpers;

async function market() {
  return deployRepo(chain);
}

async function running() {
  const f = await networkHelpers.loadFixture(market);
  return { ...f, it: await RepoUnderTest.opened(f) };
}

/** The buyer is a contract wallet that takes hsbc's signature. */
async function contractWallet() {
  const f = await networkHelpers.loadFixture(market);
  const { hongkong, hsbc, bond, money, engine, repo } = f;
  const wallet = await chain.ethers.deployContract("Erc1271WalletMock", [hsbc]);
  const address = await wallet.getAddress();
  await money.connect(hsbc).openWallet(wallet, 5, identityOf({ address }));
  await bond.connect(hsbc).openAccount(wallet);
  await fund(hongkong, wallet, minor("1000000.00", "HKD"));
  await wallet.execute(money, money.interface.encodeFunctionData("approve", [await engine.getAddress(), MaxUint256]));
  await wallet.execute(engine, engine.interface.encodeFunctionData("authorizeAgent", [await repo.getAddress(), true]));
  return { ...f, wallet: address };
}

/** A floating note on a platform of its own, and terms on which it would be sold. */
async function structuredNote() {
  const issue = await deployFloatingNote(chain);
  const { hsbc, bochk, company, hongkong, register, deployer } = issue;
  const engine = await chain.ethers.deployContract("SettlementEngine");
  const { repo } = await openRepo({ deployer, engine, register, initCode: REPO_CODE });
  const now = BigInt(await time.latest());
  const terms: RepoTerms = {
    ...{ seller: bochk.address, buyer: hsbc.address, bond: issue.address, valuationAgent: company.address },
    ...{ currency: await hongkong.currency.getAddress(), units: 1n, cash: 1n, threshold: 0n, haircut: 0n, rate: 0n },
    ...{ dayBasis: 365n, maxAge: 1n, opensAt: now, opensBy: now + DAY, closing: now + 2n * DAY, notice: 0n },
    ...{ callPeriod: DAY, grace: 0n, businessRef: ref("structured") },
  };
  const domain = await domainOf(repo);
  return {
    repo,
    terms,
    consents: [await signRepo(bochk, domain, terms), await signRepo(hsbc, domain, terms)] as const,
  };
}

describe("Repo", function () {
  describe("open", function () {
    it("moves bonds to the buyer and cash to the seller, with both signatures", async function () {
      const f = await networkHelpers.loadFixture(market);
      const it = new RepoUnderTest(f);
      const opening = it.open();
      await expect(opening).to.changeTokenBalances(chain.ethers, f.bond, [f.seller, f.buyer], [-1_000n, 1_000n]);
      const cash = minor("900000.00", "HKD");
      await expect(opening).to.changeTokenBalances(chain.ethers, f.money, [f.seller, f.buyer], [cash, -cash]);
      await expect(opening).to.emit(f.repo, "RepoOpened").withArgs(it.id, f.seller, f.buyer, Object.values(it.terms));
      const { status, principal, units, closing, nextCoupon } = await it.state();
      expect([status, principal, units, closing, nextCoupon]).to.deep.equal([2n, cash, 1_000n, it.terms.closing, 0n]);
      expect(await f.repo.repoId(it.terms)).to.equal(repoId(f.domain, it.terms));
      expect([await f.repo.ENGINE(), await f.repo.REGISTER(), await f.repo.FIXINGS()]).to.deep.equal([
        await f.engine.getAddress(),
        await f.register.getAddress(),
        await f.fixings.getAddress(),
      ]);
    });

    it("takes a call for the caller's consent, and a contract's answer for its own", async function () {
      const f = await networkHelpers.loadFixture(contractWallet);
      const terms = { ...f.agreed, buyer: f.wallet };
      await f.repo.connect(f.seller).open(terms, "0x", await signRepo(f.hsbc, f.domain, terms));
      expect(await f.bond.balanceOf(f.wallet)).to.equal(1_000n);
    });

    for (const party of ["seller", "buyer"] as const) {
      it(`refuses without the ${party}'s consent`, async function () {
        const f = await networkHelpers.loadFixture(market);
        const other = { seller: f.buyer, buyer: f.seller }[party];
        const forged = await signRepo(f.stranger, f.domain, f.agreed);
        await expect(f.repo.connect(other).open(f.agreed, forged, forged))
          .to.be.revertedWithCustomError(f.repo, "RepoConsentInvalid")
          .withArgs(repoId(f.domain, f.agreed), f[party].address);
      });
    }

    const unsound: readonly (readonly [string, (terms: RepoTerms) => Partial<RepoTerms>])[] = [
      ["a party that trades with itself", ({ seller }) => ({ buyer: seller })],
      ["no seller", () => ({ seller: `0x${"00".repeat(20)}` })],
      ["no buyer", () => ({ buyer: `0x${"00".repeat(20)}` })],
      ["no bonds", () => ({ units: 0n })],
      ["no cash", () => ({ cash: 0n })],
      ["a haircut of everything", () => ({ haircut: 100_000_000n })],
      ["a year of 366 days", () => ({ dayBasis: 366n })],
      ["a window that ends before it begins", ({ opensAt }) => ({ opensBy: opensAt - 1n })],
      ["a closing within the window", ({ opensBy }) => ({ closing: opensBy })],
      ["no time to meet a call", () => ({ callPeriod: 0n })],
    ];
    for (const [what, change] of unsound) {
      it(`refuses ${what}`, async function () {
        const f = await networkHelpers.loadFixture(market);
        const terms = { ...f.agreed, ...change(f.agreed) };
        await expect(f.repo.open(terms, "0x", "0x"))
          .to.be.revertedWithCustomError(f.repo, "RepoTermsInvalid")
          .withArgs(repoId(f.domain, terms));
      });
    }

    for (const [when, offset, opens] of [
      ["a second before the window", -1n, false],
      ["at its first moment", 0n, true],
      ["at its last moment", 10n, true],
      ["a second after it", 11n, false],
    ] as const) {
      it(`${opens ? "opens" : "refuses"} ${when}`, async function () {
        const f = await networkHelpers.loadFixture(market);
        const opensAt = f.agreed.opensAt + 3_600n;
        const it = new RepoUnderTest(f, { opensAt, opensBy: opensAt + 10n });
        await time.setNextBlockTimestamp(opensAt + offset);
        if (opens) {
          await it.open();
          expect((await it.state()).status).to.equal(2n);
          return;
        }
        await expect(it.open())
          .to.be.revertedWithCustomError(f.repo, "RepoTimeInvalid")
          .withArgs(it.id, opensAt, opensAt + 10n, opensAt + offset);
      });
    }

    it("refuses a bond that is not on the register", async function () {
      const f = await networkHelpers.loadFixture(market);
      const bond = await f.money.getAddress();
      await expect(new RepoUnderTest(f, { bond }).open())
        .to.be.revertedWithCustomError(f.register, "AssetTokenUnknown")
        .withArgs(bond);
    });

    it("refuses a bond that is paid in other money", async function () {
      const f = await networkHelpers.loadFixture(market);
      const it = new RepoUnderTest(f, { currency: await f.mainland.currency.getAddress() });
      await expect(it.open()).to.be.revertedWithCustomError(f.repo, "RepoBondUnsuitable").withArgs(it.id, f.address);
    });

    it("refuses a structured bond", async function () {
      const { repo, terms, consents } = await networkHelpers.loadFixture(structuredNote);
      await expect(repo.open(terms, ...consents))
        .to.be.revertedWithCustomError(repo, "RepoBondUnsuitable")
        .withArgs(await repo.repoId(terms), terms.bond);
    });

    it("needs the bond to outlive closing and grace by a second", async function () {
      const f = await networkHelpers.loadFixture(market);
      const closing = f.terms.maturity - f.agreed.grace;
      const it = new RepoUnderTest(f, { closing });
      await expect(it.open()).to.be.revertedWithCustomError(f.repo, "RepoBondUnsuitable").withArgs(it.id, f.address);
      await RepoUnderTest.opened(f, { closing: closing - 1n });
    });

    it("needs a fixing that is young enough", async function () {
      const f = await networkHelpers.loadFixture(market);
      const opensBy = f.agreed.opensAt + 3n * DAY;
      const it = new RepoUnderTest(f, { opensBy });
      await it.at(2n);
      await expect(it.open()).to.be.revertedWithCustomError(f.fixings, "FixingStale");
      await RepoUnderTest.opened(f, { opensBy, maxAge: 2n });
    });

    it("lends up to the value less the haircut, and not a minor unit more", async function () {
      const f = await networkHelpers.loadFixture(market);
      const it = new RepoUnderTest(f, { cash: minor("950000.01", "HKD") });
      await expect(it.open()).to.be.revertedWithCustomError(f.repo, "RepoCoverInsufficient").withArgs(it.id, 1n);
      await RepoUnderTest.opened(f, { cash: minor("950000.00", "HKD") });
    });

    it("moves nothing for a seller that does not let it speak at the engine", async function () {
      const f = await networkHelpers.loadFixture(market);
      const it = new RepoUnderTest(f);
      await it.sellerSpeaks(false);
      await expect(it.open()).to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing");
      expect((await it.state()).status).to.equal(0n);
    });
  });

  describe("withdraw", function () {
    it("ends terms that are not open, at a party's call", async function () {
      const f = await networkHelpers.loadFixture(market);
      const it = new RepoUnderTest(f);
      await expect(it.withdraw(f.buyer)).to.emit(f.repo, "RepoWithdrawn").withArgs(it.id, f.buyer);
      await expect(it.open()).to.be.revertedWithCustomError(f.repo, "RepoStatusInvalid").withArgs(it.id, 1n);
    });

    it("is no stranger's", async function () {
      const f = await networkHelpers.loadFixture(market);
      const it = new RepoUnderTest(f);
      await expect(it.withdraw(f.stranger))
        .to.be.revertedWithCustomError(f.repo, "RepoCallerInvalid")
        .withArgs(it.id, f.stranger.address);
    });
  });

  describe("close", function () {
    it("returns the bonds against price and interest to the minor unit, from the closing on", async function () {
      const { it, repo, money, bond, seller, buyer } = await networkHelpers.loadFixture(running);
      await time.setNextBlockTimestamp(it.terms.closing - 1n);
      await expect(it.close())
        .to.be.revertedWithCustomError(repo, "RepoTimeInvalid")
        .withArgs(it.id, it.terms.closing, 2n ** 48n - 1n, it.terms.closing - 1n);
      // thirty days at 90.00 a day
      const price = minor("902700.00", "HKD");
      await time.setNextBlockTimestamp(it.terms.closing);
      const closing = it.close();
      await expect(closing).to.emit(repo, "RepoClosed").withArgs(it.id, bond, 1_000n, price);
      await expect(closing).to.changeTokenBalances(chain.ethers, money, [seller, buyer], [-price, price]);
      await expect(closing).to.changeTokenBalances(chain.ethers, bond, [seller, buyer], [1_000n, -1_000n]);
      expect((await it.state()).status).to.equal(5n);
    });

    it("charges a late closing for its days", async function () {
      const { it, repo, bond } = await networkHelpers.loadFixture(running);
      await it.at(31n);
      await expect(it.close()).to.emit(repo, "RepoClosed").withArgs(it.id, bond, 1_000n, minor("902790.00", "HKD"));
    });

    it("charges nothing for a repo that ends on its day", async function () {
      const f = await networkHelpers.loadFixture(market);
      const it = await RepoUnderTest.opened(f, { opensBy: f.agreed.opensAt + 60n, closing: f.agreed.opensAt + 61n });
      await time.increaseTo(it.terms.closing);
      await expect(it.close()).to.emit(f.repo, "RepoClosed").withArgs(it.id, f.bond, 1_000n, it.terms.cash);
    });
  });

  describe("giveNotice", function () {
    it("brings the closing forward by a party's notice, once", async function () {
      const { it, repo, seller } = await networkHelpers.loadFixture(running);
      await it.at(5n);
      const now = BigInt(await time.latest()) + 1n;
      await time.setNextBlockTimestamp(now);
      await expect(it.giveNotice(seller))
        .to.emit(repo, "RepoClosingChanged")
        .withArgs(it.id, it.terms.closing, now + 2n * DAY);
      await time.setNextBlockTimestamp(now + 1n);
      await expect(it.giveNotice())
        .to.be.revertedWithCustomError(repo, "RepoClosingInvalid")
        .withArgs(it.id, now + 1n + 2n * DAY, now + 2n * DAY);
      await time.increaseTo(now + 2n * DAY);
      await it.close();
    });

    it("is the parties' alone, and of open repos", async function () {
      const f = await networkHelpers.loadFixture(running);
      await expect(f.it.giveNotice(f.stranger))
        .to.be.revertedWithCustomError(f.repo, "RepoCallerInvalid")
        .withArgs(f.it.id, f.stranger.address);
      const term = await RepoUnderTest.opened(f, { notice: 0n, businessRef: ref("term"), units: 1_000n });
      await expect(term.giveNotice()).to.be.revertedWithCustomError(f.repo, "RepoNoticeExcluded").withArgs(term.id);
    });
  });
});
