import { expect } from "chai";
import { repoClosingRef } from "../../sdk/eip712/repo.js";
import { exchange } from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import { dayNumber } from "../../sdk/calendar.js";
import { couponOf, passTo } from "../support/assets.js";
import { ref } from "../support/chain.js";
import { DAY, RepoUnderTest, deployRepo, openRepoChain, percent, type RepoMarket } from "../support/repo.js";

const chain = await openRepoChain();
const { networkHelpers } = chain;
const { time } = networkHelpers;
const hkd = (text: string) => minor(text, "HKD");

type World = RepoMarket & { readonly it: RepoUnderTest };

async function running(): Promise<World> {
  const f = await deployRepo(chain);
  return { ...f, it: await RepoUnderTest.opened(f) };
}

async function called() {
  const f = await networkHelpers.loadFixture(running);
  await f.it.called();
  return f;
}

async function defaulted() {
  const f = await networkHelpers.loadFixture(running);
  await f.it.defaulted();
  return f;
}

/** What a seller owes after a fall to 80 %: twelve days' claim less 800,000.00. */
const SHORTFALL = hkd("901080.00") - hkd("800000.00");

async function owing() {
  const f = await networkHelpers.loadFixture(defaulted);
  await f.it.sellerSpeaks(false);
  await f.it.fix(percent("80.00"));
  await f.it.closeOut();
  return f;
}

describe("Repo", function () {
  describe("declareDefault", function () {
    it("needs a call's deadline to have passed", async function () {
      const { it, repo, seller } = await networkHelpers.loadFixture(called);
      const { callDeadline } = await it.state();
      await time.setNextBlockTimestamp(callDeadline);
      await expect(it.declareDefault())
        .to.be.revertedWithCustomError(repo, "RepoDefaultNotEstablished")
        .withArgs(it.id, seller.address);
      await time.setNextBlockTimestamp(callDeadline + 1n);
      await expect(it.declareDefault())
        .to.emit(repo, "RepoDefaulted")
        .withArgs(it.id, seller, dayNumber(callDeadline + 1n));
    });

    it("is not the seller's for a call that it has missed itself", async function () {
      const { it, repo, seller, buyer } = await networkHelpers.loadFixture(called);
      await it.at(12n);
      await expect(it.declareDefault(seller))
        .to.be.revertedWithCustomError(repo, "RepoDefaultNotEstablished")
        .withArgs(it.id, buyer.address);
    });

    it("is the parties'", async function () {
      const { it, repo, stranger } = await networkHelpers.loadFixture(called);
      await expect(it.declareDefault(stranger))
        .to.be.revertedWithCustomError(repo, "RepoCallerInvalid")
        .withArgs(it.id, stranger.address);
    });

    it("does not touch parties whose legs are covered, however late the closing is", async function () {
      const { it, repo, seller, buyer } = await networkHelpers.loadFixture(running);
      await it.at(40n);
      for (const [by, other] of [
        [seller, buyer],
        [buyer, seller],
      ] as const) {
        await expect(it.declareDefault(by))
          .to.be.revertedWithCustomError(repo, "RepoDefaultNotEstablished")
          .withArgs(it.id, other.address);
      }
    });

    it("waits for the end of the grace", async function () {
      const { it, repo, seller } = await networkHelpers.loadFixture(running);
      await it.sellerSpeaks(false);
      const last = it.terms.closing + it.terms.grace;
      await time.setNextBlockTimestamp(last);
      await expect(it.declareDefault())
        .to.be.revertedWithCustomError(repo, "RepoDefaultNotEstablished")
        .withArgs(it.id, seller.address);
      await time.setNextBlockTimestamp(last + 1n);
      await expect(it.declareDefault()).to.emit(repo, "RepoDefaulted");
    });

    const failings: readonly (readonly [string, "seller" | "buyer", (f: World) => Promise<unknown>])[] = [
      [
        "a seller that allows less than the price",
        "seller",
        (f) => f.money.connect(f.seller).approve(f.engine, hkd("902699.99")),
      ],
      [
        "a seller that has less than the price",
        "seller",
        async (f) => {
          const rest = await f.money.balanceOf(f.seller);
          await f.money.connect(f.seller).transfer(f.treasury, rest - hkd("902699.99"));
        },
      ],
      [
        "a seller that is frozen",
        "seller",
        (f) => f.money.connect(f.hongkong.officers.enforcer).freeze(f.seller, ref("order")),
      ],
      ["a seller that has ended the closing's reference", "seller", endClosingReference],
      [
        "a buyer that no longer lets the repos speak for it",
        "buyer",
        (f) => f.engine.connect(f.buyer).authorizeAgent(f.repo, false),
      ],
      [
        "a buyer that has fewer bonds",
        "buyer",
        async (f) => {
          const rest = await f.bond.balanceOf(f.buyer);
          await f.bond.connect(f.buyer).transfer(f.issuer, rest - 999n);
        },
      ],
    ];
    for (const [who, party, fail] of failings) {
      it(`takes ${who}`, async function () {
        const f = await networkHelpers.loadFixture(running);
        await fail(f);
        await passTo(chain, f.it.terms.closing + f.it.terms.grace + 1n);
        await expect(f.it.close()).to.revert(chain.ethers);
        const other = { seller: f.buyer, buyer: f.seller }[party];
        await expect(f.it.declareDefault(other))
          .to.emit(f.repo, "RepoDefaulted")
          .withArgs(f.it.id, f[party], dayNumber(await time.latest()));
      });
    }

    it("takes a buyer that cannot pay where coupons are more than the price, and no seller then", async function () {
      const f = await networkHelpers.loadFixture(running);
      const closing = f.agreed.opensAt + 200n * DAY;
      const it = await RepoUnderTest.opened(f, { closing, cash: 1n, rate: 0n });
      await it.at(201n);
      await it.sellerSpeaks(false);
      await expect(it.declareDefault())
        .to.be.revertedWithCustomError(f.repo, "RepoDefaultNotEstablished")
        .withArgs(it.id, f.seller.address);
      await f.money.connect(f.buyer).approve(f.engine, 1n);
      await expect(it.declareDefault(f.seller)).to.emit(f.repo, "RepoDefaulted");
    });
  });

  describe("closeOut", function () {
    it("gives the surplus back to the seller", async function () {
      const { it, repo, money, seller, buyer } = await networkHelpers.loadFixture(defaulted);
      await it.fix(percent("93.00"));
      const [value, claim] = [hkd("930000.00"), hkd("901080.00")];
      const closing = it.closeOut();
      await expect(closing)
        .to.emit(repo, "RepoClosedOut")
        .withArgs(it.id, dayNumber(await time.latest()), value, claim);
      await expect(closing)
        .to.emit(repo, "RepoClaimPaid")
        .withArgs(it.id, buyer, seller, value - claim, 0n);
      await expect(closing).to.changeTokenBalances(
        chain.ethers,
        money,
        [seller, buyer],
        [value - claim, claim - value],
      );
      expect((await it.state()).claim).to.equal(0n);
    });

    it("has a shortfall paid by the seller where it can be", async function () {
      const { it, repo, seller, buyer } = await networkHelpers.loadFixture(defaulted);
      await it.fix(percent("80.00"));
      await expect(it.closeOut()).to.emit(repo, "RepoClaimPaid").withArgs(it.id, seller, buyer, SHORTFALL, 0n);
    });

    it("moves nothing where value and claim are equal", async function () {
      const { it, repo } = await networkHelpers.loadFixture(defaulted);
      await it.fix(hkd("901.08") * 10n ** 8n);
      const closing = it.closeOut();
      await expect(closing).not.to.emit(repo, "RepoClaimPaid");
      await expect(closing).not.to.emit(repo, "RepoClaimRecorded");
      expect((await it.state()).status).to.equal(6n);
    });

    it("records what it cannot collect", async function () {
      const { it, repo, seller, buyer } = await networkHelpers.loadFixture(defaulted);
      await it.sellerSpeaks(false);
      await it.fix(percent("80.00"));
      await expect(it.closeOut()).to.emit(repo, "RepoClaimRecorded").withArgs(it.id, seller, buyer, SHORTFALL);
      const { claim, sellerOwes } = await it.state();
      expect([claim, sellerOwes]).to.deep.equal([SHORTFALL, true]);
    });

    it("waits for a fixing of the default's day, and takes the last one of a silent agent", async function () {
      const { it, repo, fixings, agent, bond } = await networkHelpers.loadFixture(defaulted);
      const [, day] = await fixings.lastFixing(agent, bond);
      const { defaultDay } = await it.state();
      await expect(it.closeOut())
        .to.be.revertedWithCustomError(repo, "RepoFixingPending")
        .withArgs(it.id, day, defaultDay);
      await it.at(13n);
      await expect(it.closeOut()).to.be.revertedWithCustomError(repo, "RepoFixingPending");
      await it.at(14n);
      // 850,000.00 at the price of the call
      await expect(it.closeOut())
        .to.emit(repo, "RepoClosedOut")
        .withArgs(it.id, day, hkd("850000.00"), hkd("901080.00"));
    });

    it("stops interest on the default's day and counts coupons until the bonds have a price", async function () {
      const f = await networkHelpers.loadFixture(defaulted);
      const { it, repo } = f;
      await passTo(chain, couponOf(f, 0).recordTime);
      await it.fix(percent("99.00"));
      const coupon = (hkd("1000000.00") * 25n * 184n) / (1_000n * 365n);
      expect(await it.position()).to.deep.equal([hkd("900000.00"), hkd("1080.00"), coupon]);
      await expect(it.closeOut())
        .to.emit(repo, "RepoClosedOut")
        .withArgs(it.id, dayNumber(await time.latest()), hkd("990000.00"), hkd("901080.00") - coupon);
    });
  });

  describe("collect", function () {
    it("collects in parts, until nothing is owed", async function () {
      const { it, repo, money, seller, buyer } = await networkHelpers.loadFixture(owing);
      await it.sellerSpeaks(true);
      const rest = SHORTFALL - hkd("1000.00");
      await expect(it.collect(hkd("1000.00")))
        .to.emit(repo, "RepoClaimPaid")
        .withArgs(it.id, seller, buyer, hkd("1000.00"), rest);
      await expect(it.collect(rest + 1n))
        .to.be.revertedWithCustomError(repo, "RepoClaimExceeded")
        .withArgs(it.id, rest + 1n, rest);
      await expect(it.collect(rest, seller, ref("the rest"))).to.changeTokenBalances(
        chain.ethers,
        money,
        [seller, buyer],
        [-rest, rest],
      );
      await expect(it.collect(0n)).to.be.revertedWithCustomError(repo, "RepoClaimExceeded").withArgs(it.id, 0n, 0n);
    });

    it("collects the seller's claim from the buyer", async function () {
      const f = await networkHelpers.loadFixture(defaulted);
      const { it, repo, engine, seller, buyer } = f;
      await engine.connect(buyer).authorizeAgent(repo, false);
      await it.fix(percent("93.00"));
      await it.closeOut();
      await engine.connect(buyer).authorizeAgent(repo, true);
      await expect(it.collect(hkd("28920.00"), seller))
        .to.emit(repo, "RepoClaimPaid")
        .withArgs(it.id, buyer, seller, hkd("28920.00"), 0n);
    });

    it("is the parties', and waits for the debtor's cover", async function () {
      const { it, repo, engine, stranger } = await networkHelpers.loadFixture(owing);
      await expect(it.collect(1n, stranger))
        .to.be.revertedWithCustomError(repo, "RepoCallerInvalid")
        .withArgs(it.id, stranger.address);
      await expect(it.collect(1n)).to.be.revertedWithCustomError(engine, "InstructionConsentMissing");
      expect((await it.state()).claim).to.equal(SHORTFALL);
    });
  });
});

/** The seller cancels an instruction of its own under the reference that the closing leg would have. */
async function endClosingReference({ engine, seller, buyer, money, bond, it }: World) {
  const give = { token: await money.getAddress(), from: seller.address, amount: 1n };
  const back = { token: await bond.getAddress(), from: buyer.address, amount: 1n };
  const instruction = exchange({ businessRef: repoClosingRef(it.id) }, give, back);
  return engine.connect(seller).cancel(instruction, "0x");
}
