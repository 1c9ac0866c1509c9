import { expect } from "chai";
import { signClosing, signSubstitution } from "../../sdk/markets/repo.js";
import { minor } from "../../sdk/money.js";
import { couponOf, passTo } from "../support/assets.js";
import { dayNumber } from "../../sdk/calendar.js";
import { ref } from "../support/chain.js";
import { DAY, RepoUnderTest, deployOtherNote, deployRepo, openRepoChain, percent } from "../support/repo.js";

const chain = await openRepoChain();
const { networkHelpers } = chain;
const { time } = networkHelpers;
const hkd = (text: string) => minor(text, "HKD");

async function running() {
  const f = await deployRepo(chain);
  return { ...f, it: await RepoUnderTest.opened(f) };
}

/** A second note, at 102 %. */
async function twoNotes() {
  const f = await networkHelpers.loadFixture(running);
  const other = await deployOtherNote(f);
  await f.fixings.connect(f.agent).publish(other, dayNumber(await time.latest()), percent("102.00"));
  return { ...f, other };
}

/** A note of the same money that ends on the day of the closing. */
async function shortNote() {
  const f = await networkHelpers.loadFixture(running);
  const maturity = f.it.terms.closing + f.it.terms.grace;
  const other = await deployOtherNote(f, { maturity, couponRate: 0n, frequency: 0n }, []);
  return { ...f, other };
}

async function pastRecordDate() {
  const f = await networkHelpers.loadFixture(running);
  const it = await RepoUnderTest.opened(f, { businessRef: ref("half a year"), closing: f.agreed.opensAt + 200n * DAY });
  await passTo(chain, couponOf(f, 0).recordTime);
  return { ...f, it };
}

describe("Repo", function () {
  describe("substitute", function () {
    it("exchanges the bonds for others that cover the claim", async function () {
      const { it, repo, bond, other, seller, buyer } = await networkHelpers.loadFixture(twoNotes);
      const exchange = it.substitute(await other.getAddress(), 950n);
      await expect(exchange).to.emit(repo, "RepoSubstituted").withArgs(it.id, other, 950n);
      await expect(exchange).to.changeTokenBalances(chain.ethers, bond, [seller, buyer], [1_000n, -1_000n]);
      await expect(exchange).to.changeTokenBalances(chain.ethers, other, [seller, buyer], [-950n, 950n]);
      const state = await it.state();
      expect([state.bond, state.units, state.sequence]).to.deep.equal([await other.getAddress(), 950n, 1n]);
      await it.at(30n);
      await expect(it.close()).to.changeTokenBalances(chain.ethers, other, [seller, buyer], [950n, -950n]);
    });

    it("returns excess as fewer of the same, down to what covers", async function () {
      const { it, repo, bond, seller, buyer } = await networkHelpers.loadFixture(running);
      const address = await bond.getAddress();
      // 947 units are worth 899,650.00 after the haircut, 948 are 900,600.00
      await expect(it.substitute(address, 947n))
        .to.be.revertedWithCustomError(repo, "RepoCoverInsufficient")
        .withArgs(it.id, hkd("350.00"));
      await expect(it.substitute(address, 948n)).to.changeTokenBalances(
        chain.ethers,
        bond,
        [seller, buyer],
        [52n, -52n],
      );
      await expect(it.substitute(address, 0n))
        .to.be.revertedWithCustomError(repo, "RepoUnitsInvalid")
        .withArgs(it.id, 0n);
    });

    for (const party of ["seller", "buyer"] as const) {
      it(`is good once, until it expires, and not without the ${party}`, async function () {
        const f = await networkHelpers.loadFixture(twoNotes);
        const { it, repo, domain, other, carrier } = f;
        const notAfter = BigInt(await time.latest()) + 60n;
        const said = { repo: it.id, sequence: 0n, bond: await other.getAddress(), units: 950n, notAfter };
        const [sold, bought] = [
          await signSubstitution(f.seller, domain, said),
          await signSubstitution(f.buyer, domain, said),
        ];
        const consents = party === "seller" ? (["0x", bought] as const) : ([sold, "0x"] as const);
        const carried = repo.connect(carrier);
        await expect(carried.substitute(it.terms, other, 950n, notAfter, ...consents))
          .to.be.revertedWithCustomError(repo, "RepoConsentInvalid")
          .withArgs(it.id, f[party].address);
        expect(await repo.substitutionId(it.id, 0n, other, 950n, notAfter))
          .to.be.a("string")
          .with.lengthOf(66);
        await time.setNextBlockTimestamp(notAfter);
        await carried.substitute(it.terms, other, 950n, notAfter, sold, bought);
        await time.setNextBlockTimestamp(notAfter + 1n);
        await expect(carried.substitute(it.terms, other, 950n, notAfter, sold, bought))
          .to.be.revertedWithCustomError(repo, "RepoTimeInvalid")
          .withArgs(it.id, 0n, notAfter, notAfter + 1n);
        await expect(carried.substitute(it.terms, other, 950n, notAfter + 90n, sold, bought))
          .to.be.revertedWithCustomError(repo, "RepoConsentInvalid")
          .withArgs(it.id, f.seller.address);
      });
    }

    it("takes no bond that ends before the repo can", async function () {
      const { it, repo, other } = await networkHelpers.loadFixture(shortNote);
      await expect(it.substitute(await other.getAddress(), 1_000n))
        .to.be.revertedWithCustomError(repo, "RepoBondUnsuitable")
        .withArgs(it.id, await other.getAddress());
    });
  });

  describe("agreeClosing", function () {
    it("returns a repo early, or prolongs it, as both agree", async function () {
      const { it, repo, bond } = await networkHelpers.loadFixture(running);
      await expect(it.agreeClosing(it.terms.closing + DAY))
        .to.emit(repo, "RepoClosingChanged")
        .withArgs(it.id, it.terms.closing, it.terms.closing + DAY);
      await it.at(7n);
      const early = BigInt(await time.latest()) + 1n;
      await time.setNextBlockTimestamp(early);
      await it.agreeClosing(early);
      await expect(it.close()).to.emit(repo, "RepoClosed").withArgs(it.id, bond, 1_000n, hkd("900630.00"));
    });

    it("takes no closing that is past, or the same, or behind the bond's end", async function () {
      const { it, repo, terms, address } = await networkHelpers.loadFixture(running);
      const now = BigInt(await time.latest()) + 1n;
      await time.setNextBlockTimestamp(now);
      await expect(it.agreeClosing(now - 1n))
        .to.be.revertedWithCustomError(repo, "RepoClosingInvalid")
        .withArgs(it.id, now - 1n, it.terms.closing);
      await expect(it.agreeClosing(it.terms.closing))
        .to.be.revertedWithCustomError(repo, "RepoClosingInvalid")
        .withArgs(it.id, it.terms.closing, it.terms.closing);
      await expect(it.agreeClosing(terms.maturity - it.terms.grace))
        .to.be.revertedWithCustomError(repo, "RepoBondUnsuitable")
        .withArgs(it.id, address);
    });

    it("needs both, and is good once", async function () {
      const { it, repo, domain, seller, buyer } = await networkHelpers.loadFixture(running);
      const notAfter = BigInt(await time.latest()) + DAY;
      const closing = it.terms.closing - DAY;
      const consent = await signClosing(seller, domain, { repo: it.id, sequence: 0n, closing, notAfter });
      expect(await repo.closingId(it.id, 0n, closing, notAfter))
        .to.be.a("string")
        .with.lengthOf(66);
      await repo.connect(buyer).agreeClosing(it.terms, closing, notAfter, consent, "0x");
      await repo.connect(buyer).giveNotice(it.terms);
      await expect(repo.connect(buyer).agreeClosing(it.terms, closing, notAfter, consent, "0x"))
        .to.be.revertedWithCustomError(repo, "RepoConsentInvalid")
        .withArgs(it.id, seller.address);
    });
  });

  describe("payIncome", function () {
    // 2.5 % for the 184 days from 2 March to 2 September on 1,000.00 × 1,000 units, rounded down
    const coupon = (hkd("1000000.00") * 25n * 184n) / (1_000n * 365n);

    it("passes the coupon to the seller from its payment date on", async function () {
      const f = await networkHelpers.loadFixture(pastRecordDate);
      const { it, repo, money, seller, buyer, address } = f;
      const { paymentTime } = couponOf(f, 0);
      expect((await it.position()).income).to.equal(coupon);
      await time.setNextBlockTimestamp(paymentTime - 1n);
      await expect(it.payIncome())
        .to.be.revertedWithCustomError(repo, "RepoIncomeNotDue")
        .withArgs(it.id, coupon, paymentTime);
      await time.setNextBlockTimestamp(paymentTime);
      const paying = it.payIncome();
      await expect(paying).to.emit(repo, "RepoIncomeOwed").withArgs(it.id, address, coupon);
      await expect(paying).to.emit(repo, "RepoIncomePaid").withArgs(it.id, seller, coupon);
      await expect(paying).to.changeTokenBalances(chain.ethers, money, [seller, buyer], [coupon, -coupon]);
      await expect(it.payIncome())
        .to.be.revertedWithCustomError(repo, "RepoIncomeNotDue")
        .withArgs(it.id, 0n, paymentTime);
    });

    it("is taken off the repurchase price where it was not passed on", async function () {
      const { it, repo, bond } = await networkHelpers.loadFixture(pastRecordDate);
      await it.at(200n);
      await expect(it.close())
        .to.emit(repo, "RepoClosed")
        .withArgs(it.id, bond, 1_000n, hkd("900000.00") + 200n * hkd("90.00") - coupon);
    });

    it("counts the bonds that the buyer had at the record date, whatever came later", async function () {
      const { it, fixings, agent, bond } = await networkHelpers.loadFixture(pastRecordDate);
      await fixings.connect(agent).publish(bond, dayNumber(await time.latest()), percent("110.00"));
      await it.substitute(await bond.getAddress(), 900n);
      await it.at(190n);
      expect((await it.position()).income).to.equal(coupon);
    });

    it("pays the seller where coupons are more than the price, and bonds alone where they are equal", async function () {
      const f = await networkHelpers.loadFixture(loose);
      const { less, same, repo, bond, money, seller, buyer } = f;
      await less.at(200n);
      await expect(less.close())
        .to.emit(repo, "RepoClosed")
        .withArgs(less.id, bond, 1_000n, hkd("1.00") - coupon);
      expect((await same.position()).income).to.equal(coupon);
      await expect(same.close()).to.changeTokenBalances(chain.ethers, money, [seller, buyer], [0n, 0n]);
      expect((await same.state()).status).to.equal(5n);
    });

    async function loose() {
      const f = await networkHelpers.loadFixture(running);
      const closing = f.agreed.opensAt + 200n * DAY;
      const less = await RepoUnderTest.opened(f, { closing, cash: hkd("1.00"), rate: 0n });
      const same = await RepoUnderTest.opened(f, { closing, cash: coupon, rate: 0n });
      return { ...f, less, same };
    }
  });
});
