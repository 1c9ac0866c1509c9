import { expect } from "chai";
import { MaxUint256, ZeroHash } from "ethers";
import { daysFromCivil, startOfDayNumber } from "../../sdk/calendar.js";
import { quarterDays, quarterOf } from "../../sdk/issuance/interest.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, fund } from "../support/currency.js";
import {
  DAYS,
  QUARTER,
  RATE,
  deployDeposits,
  entriesOf,
  pay,
  state,
  statementOf,
  toDay,
  today,
  type DepositStage,
} from "../support/deposits.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const COUNT = DAYS.last - DAYS.first + 1;

async function deploy() {
  return deployDeposits(chain);
}

/** ann has 36,000.00 and the shop 7,200.00 for the whole quarter; icbc has money; the quarter is over. */
async function over() {
  const f = await networkHelpers.loadFixture(deploy);
  await fund(f.mainland, f.ann, minor("36000.00"));
  await fund(f.mainland, f.shop, minor("7200.99"));
  await fund(f.mainland, f.dan, minor("9000.00"));
  await fund(f.mainland, f.icbc, minor("1000.00"));
  await toDay(chain, DAYS.last + 1, 1);
  return f;
}

async function stated() {
  const f = await networkHelpers.loadFixture(over);
  const statement = await statementOf(f, await entriesOf(f, [f.ann.address, f.shop.address]));
  await state(f, statement);
  return { f, statement };
}

/** A statement of what the test says, whatever is right. */
async function statedOf(f: DepositStage, shares: readonly (readonly [wallet: string, interest: bigint])[]) {
  const entries = shares.map(([wallet, interest]) => ({ wallet, productSum: 1n, interest }));
  const statement = await statementOf(f, entries);
  await state(f, statement);
  return statement;
}

describe("InterestBook", function () {
  describe("quarterDays", function () {
    it("ends on the 20th of March, June, September and December, from 1970 to 2148", async function () {
      const { interest } = await networkHelpers.loadFixture(deploy);
      for (let year = 1971; year < 2149; year += 7) {
        for (const month of [3, 6, 9, 12]) {
          const quarter = quarterOf(year, month);
          const last = BigInt(daysFromCivil({ year, month, day: 20 }));
          const before = month === 3 ? { year: year - 1, month: 12, day: 21 } : { year, month: month - 3, day: 21 };
          expect(await interest.quarterDays(quarter)).to.deep.equal([BigInt(daysFromCivil(before)), last]);
          const { first, last: sdkLast } = quarterDays(quarter);
          expect([BigInt(first), BigInt(sdkLast)]).to.deep.equal([BigInt(daysFromCivil(before)), last]);
        }
      }
    });

    it("refuses numbers outside the calendar", async function () {
      const { interest } = await networkHelpers.loadFixture(deploy);
      const [lowest, highest] = [4 * 1970 + 1, 4 * 2149 - 1];
      await interest.quarterDays(lowest);
      await interest.quarterDays(highest);
      for (const quarter of [0, lowest - 1, highest + 1, 2 ** 32 - 1]) {
        await expect(interest.quarterDays(quarter))
          .to.be.revertedWithCustomError(interest, "InterestQuarterInvalid")
          .withArgs(quarter);
      }
    });
  });

  describe("setRate", function () {
    it("holds from its day on", async function () {
      const { interest, governor } = await networkHelpers.loadFixture(deploy);
      const day = DAYS.first + 10;
      await expect(interest.connect(governor).setRate(day, 100_000n))
        .to.emit(interest, "InterestRateSet")
        .withArgs(day, RATE, 100_000n);
      expect(await interest.rateOn(DAYS.first - 1)).to.equal(0n);
      expect(await interest.rateOn(DAYS.first)).to.equal(RATE);
      expect(await interest.rateOn(day - 1)).to.equal(RATE);
      expect(await interest.rateOn(day)).to.equal(100_000n);
    });

    it("replaces a change of the same day, and none before it", async function () {
      const f = await networkHelpers.loadFixture(deploy);
      const interest = f.interest.connect(f.governor);
      await interest.setRate(DAYS.first, 600n);
      expect(await interest.rateOn(DAYS.first)).to.equal(600n);
      await expect(interest.setRate(DAYS.first - 1, 600n))
        .to.be.revertedWithCustomError(interest, "InterestRateDayInvalid")
        .withArgs(DAYS.first - 1, DAYS.first);
    });

    it("touches no day that has begun, and none past the calendar", async function () {
      const f = await networkHelpers.loadFixture(deploy);
      const interest = f.interest.connect(f.governor);
      await toDay(chain, DAYS.first + 3);
      const now = await today(f);
      await expect(interest.setRate(now, 600n))
        .to.be.revertedWithCustomError(interest, "InterestRateDayInvalid")
        .withArgs(now, now + 1);
      await expect(interest.setRate(65_536, 600n))
        .to.be.revertedWithCustomError(interest, "InterestRateDayInvalid")
        .withArgs(65_536, now + 1);
      await interest.setRate(now + 1, 600n);
      await interest.setRate(65_535, 600n);
    });

    it("refuses a rate above the ceiling", async function () {
      const { interest, governor } = await networkHelpers.loadFixture(deploy);
      await expect(interest.connect(governor).setRate(DAYS.first, 100_001n))
        .to.be.revertedWithCustomError(interest, "InterestRateInvalid")
        .withArgs(100_001n, 100_000n);
    });
  });

  describe("interestOf", function () {
    it("sums whole units, divides by 360 and rounds down once", async function () {
      const { interest } = await networkHelpers.loadFixture(deploy);
      const closing = new Array<bigint>(COUNT).fill(36_000n);
      // 36,000 · 91 days · 0.05 % / 360 = 4.55
      expect(await interest.interestOf(QUARTER, closing)).to.deep.equal([36_000n * 91n, minor("4.55")]);
      // 79.12 days of 100.00 make 0.0109: one fen
      const small = closing.map((_, index) => (index < 72 ? 100n : 0n));
      expect(await interest.interestOf(QUARTER, small)).to.deep.equal([7_200n, 1n]);
      const less = closing.map((_, index) => (index < 72 ? 100n - BigInt(index === 0) : 0n));
      expect(await interest.interestOf(QUARTER, less)).to.deep.equal([7_199n, 0n]);
    });

    it("weighs each day by the rate of that day", async function () {
      const { interest, governor } = await networkHelpers.loadFixture(deploy);
      await interest.connect(governor).setRate(DAYS.first + 31, 1_000n);
      const closing = new Array<bigint>(COUNT).fill(36_000n);
      // 31 days at 0.05 % and 60 at 0.1 %: 1.55 + 6.00
      expect(await interest.interestOf(QUARTER, closing)).to.deep.equal([36_000n * 91n, minor("7.55")]);
    });

    it("wants one balance for each day", async function () {
      const { interest } = await networkHelpers.loadFixture(deploy);
      await expect(interest.interestOf(QUARTER, [1n]))
        .to.be.revertedWithCustomError(interest, "InterestDaysMismatch")
        .withArgs(1n, COUNT);
    });
  });

  describe("state", function () {
    it("holds the sum on the bank's own account, for ever", async function () {
      const f = await networkHelpers.loadFixture(over);
      const statement = await statementOf(f, await entriesOf(f, [f.ann.address, f.shop.address]));
      const { root, interest, dataHash } = statement;
      expect(interest).to.equal(minor("4.55") + minor("0.91"));
      await expect(state(f, statement))
        .to.emit(f.interest, "InterestStated")
        .withArgs(f.bank, QUARTER, f.icbc.address, root, 2n, interest, dataHash);
      const kept = await f.interest.statementOf(f.bank, QUARTER);
      expect([...kept]).to.deep.equal([root, f.icbc.address, interest, 2n, 0n]);
      expect(await f.money.heldOf(f.icbc)).to.equal(interest);
      expect(await f.money.balanceOf(f.interest)).to.equal(0n);
    });

    it("is for accounts of the bank", async function () {
      const f = await networkHelpers.loadFixture(over);
      for (const caller of [f.boc, f.stranger]) {
        await expect(f.interest.connect(caller).state(f.bank, QUARTER, ref("root"), 1n, 1n, ref("file")))
          .to.be.revertedWithCustomError(f.interest, "InterestCallerInvalid")
          .withArgs(f.bank, caller.address);
      }
      await expect(f.interest.connect(f.stranger).state(0n, QUARTER, ref("root"), 1n, 1n, ref("file")))
        .to.be.revertedWithCustomError(f.interest, "InterestCallerInvalid")
        .withArgs(0n, f.stranger.address);
    });

    it("is for banks", async function () {
      const f = await networkHelpers.loadFixture(over);
      await expect(f.interest.connect(f.boc).state(f.other, QUARTER, ref("root"), 1n, 1n, ref("file")))
        .to.be.revertedWithCustomError(f.interest, "InterestInstitutionNotBank")
        .withArgs(f.other);
    });

    it("waits for the quarter's end", async function () {
      const f = await networkHelpers.loadFixture(deploy);
      await fund(f.mainland, f.icbc, minor("1.00"));
      const send = () => f.interest.connect(f.icbc).state(f.bank, QUARTER, ref("root"), 1n, 1n, ref("file"));
      const midnight = startOfDayNumber(DAYS.last + 1);
      await networkHelpers.time.setNextBlockTimestamp(midnight - 1);
      await expect(send())
        .to.be.revertedWithCustomError(f.interest, "InterestQuarterNotOver")
        .withArgs(QUARTER, DAYS.last, DAYS.last);
      await networkHelpers.time.setNextBlockTimestamp(midnight);
      await send();
    });

    it("is made once", async function () {
      const { f, statement } = await networkHelpers.loadFixture(stated);
      await expect(state(f, statement))
        .to.be.revertedWithCustomError(f.interest, "InterestAlreadyStated")
        .withArgs(f.bank, QUARTER);
    });

    it("says something", async function () {
      const f = await networkHelpers.loadFixture(over);
      const book = f.interest.connect(f.icbc);
      for (const [root, wallets, interest] of [
        [ZeroHash, 1n, 1n],
        [ref("root"), 0n, 1n],
        [ref("root"), 1n, 0n],
      ] as const) {
        await expect(book.state(f.bank, QUARTER, root, wallets, interest, ref("file")))
          .to.be.revertedWithCustomError(f.interest, "InterestStatementEmpty")
          .withArgs(f.bank, QUARTER);
      }
    });

    it("needs the bank's own money", async function () {
      const f = await networkHelpers.loadFixture(over);
      const balance = await f.money.balanceOf(f.icbc);
      const more = f.interest.connect(f.icbc).state(f.bank, QUARTER, ref("root"), 1n, balance + 1n, ref("file"));
      await expect(more)
        .to.be.revertedWithCustomError(f.money, "ERC20InsufficientBalance")
        .withArgs(f.icbc.address, balance, balance + 1n);
      await f.money.connect(f.icbc).approve(f.interest, 0n);
      await expect(f.interest.connect(f.icbc).state(f.bank, QUARTER, ref("root"), 1n, 1n, ref("file")))
        .to.be.revertedWithCustomError(f.money, "ERC20InsufficientAllowance")
        .withArgs(await f.interest.getAddress(), 0n, 1n);
      await f.money.connect(f.icbc).approve(f.interest, MaxUint256);
    });
  });

  describe("pay", function () {
    it("moves the interest from the bank to its customers and changes no supply", async function () {
      const { f, statement } = await networkHelpers.loadFixture(stated);
      const supply = await f.money.totalSupply();
      const sent = pay(f, statement);
      await expect(sent)
        .to.emit(f.interest, "InterestPaid")
        .withArgs(f.bank, QUARTER, f.ann.address, minor("4.55"), 36_000n * 91n);
      await expect(sent)
        .to.emit(f.interest, "InterestPaid")
        .withArgs(f.bank, QUARTER, f.shop.address, minor("0.91"), 7_200n * 91n);
      await expect(sent).to.changeTokenBalances(
        chain.ethers,
        f.money,
        [f.ann, f.shop, f.icbc],
        [minor("4.55"), minor("0.91"), -minor("5.46")],
      );
      expect(await f.money.totalSupply()).to.equal(supply);
      expect(await f.money.heldOf(f.icbc)).to.equal(0n);
      expect(await f.interest.expenseOf(f.bank, QUARTER)).to.equal(minor("5.46"));
      expect((await f.interest.walletOf(f.bank, QUARTER, f.ann)).paid).to.equal(minor("4.55"));
    });

    it("pays each wallet once, whoever carries it how often", async function () {
      const { f, statement } = await networkHelpers.loadFixture(stated);
      const [entry] = statement.entries;
      const [proof] = statement.proofs;
      if (entry === undefined || proof === undefined) throw new RangeError("the statement has entries");
      await f.interest.pay(f.bank, QUARTER, [entry, entry], [proof, proof]);
      await expect(pay(f, statement)).to.changeTokenBalances(
        chain.ethers,
        f.money,
        [f.ann, f.shop],
        [0n, minor("0.91")],
      );
      await expect(pay(f, statement)).to.not.emit(f.interest, "InterestPaid");
      expect(await f.interest.expenseOf(f.bank, QUARTER)).to.equal(minor("5.46"));
    });

    it("defers a wallet of class IV, whatever the bank has stated, and pays once it is identified", async function () {
      const f = await networkHelpers.loadFixture(over);
      const statement = await statedOf(f, [
        [f.dan.address, 5n],
        [f.ann.address, 7n],
      ]);
      await expect(pay(f, statement))
        .to.emit(f.interest, "InterestDeferred")
        .withArgs(f.bank, QUARTER, f.dan.address, 5n);
      expect(await f.interest.expenseOf(f.bank, QUARTER)).to.equal(7n);
      await f.money.connect(f.icbc).reclassifyWallet(f.dan, CLASS.III, ref("identification"));
      await expect(pay(f, statement)).to.changeTokenBalances(chain.ethers, f.money, [f.dan, f.ann], [5n, 0n]);
    });

    it("defers a frozen wallet without blocking the others", async function () {
      const { f, statement } = await networkHelpers.loadFixture(stated);
      await f.money.connect(f.mainland.officers.enforcer).freeze(f.ann, ref("order"));
      await expect(pay(f, statement))
        .to.emit(f.interest, "InterestDeferred")
        .withArgs(f.bank, QUARTER, f.ann.address, minor("4.55"));
      expect(await f.money.heldOf(f.icbc)).to.equal(minor("4.55"));
      await f.money.connect(f.mainland.officers.enforcer).unfreeze(f.ann, ref("lifted"));
      await expect(pay(f, statement)).to.changeTokenBalances(
        chain.ethers,
        f.money,
        [f.ann, f.shop],
        [minor("4.55"), 0n],
      );
    });

    it("pays no more than was stated", async function () {
      const f = await networkHelpers.loadFixture(over);
      const statement = await statementOf(f, [
        { wallet: f.ann.address, productSum: 1n, interest: 5n },
        { wallet: f.shop.address, productSum: 1n, interest: 5n },
      ]);
      await state(f, { ...statement, interest: 9n });
      await expect(pay(f, statement)).to.be.revertedWithCustomError(f.money, "HoldAmountExceeded");
      expect(await f.interest.expenseOf(f.bank, QUARTER)).to.equal(0n);
    });

    it("refuses what the bank has not stated", async function () {
      const { f, statement } = await networkHelpers.loadFixture(stated);
      const [entry] = statement.entries;
      const [proof] = statement.proofs;
      if (entry === undefined || proof === undefined) throw new RangeError("the statement has entries");
      for (const altered of [
        { ...entry, interest: entry.interest + 1n },
        { ...entry, productSum: entry.productSum + 1n },
        { ...entry, wallet: f.bob.address },
      ]) {
        await expect(f.interest.pay(f.bank, QUARTER, [altered], [proof]))
          .to.be.revertedWithCustomError(f.interest, "InterestEntryInvalid")
          .withArgs(f.bank, QUARTER, altered.wallet);
      }
      await expect(f.interest.pay(f.bank, QUARTER, [entry], []))
        .to.be.revertedWithCustomError(f.interest, "InterestProofsMismatch")
        .withArgs(0n, 1n);
      await expect(f.interest.pay(f.bank, QUARTER + 1, [entry], [proof]))
        .to.be.revertedWithCustomError(f.interest, "InterestNotStated")
        .withArgs(f.bank, QUARTER + 1);
    });

    it("refuses an entry of nothing", async function () {
      const f = await networkHelpers.loadFixture(over);
      const entry = { wallet: f.ann.address, productSum: 1n, interest: 0n };
      const root = await f.interest.leafOf(f.bank, QUARTER, entry);
      await f.interest.connect(f.icbc).state(f.bank, QUARTER, root, 1n, 1n, ref("file"));
      await expect(f.interest.pay(f.bank, QUARTER, [entry], [[]]))
        .to.be.revertedWithCustomError(f.interest, "InterestEntryInvalid")
        .withArgs(f.bank, QUARTER, f.ann.address);
    });
  });
});
