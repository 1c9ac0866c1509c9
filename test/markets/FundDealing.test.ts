import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { isinBytes } from "../../sdk/bonds.js";
import { FUND_ORDER_STATUS, fundTimes } from "../../sdk/eip712/fundDealing.js";
import { moneyFor, unitsFor } from "../../sdk/markets/fund.js";
import { openChain, ref } from "../support/chain.js";
import { POWER, fund as fundMoney } from "../support/currency.js";
import { DEPOSIT, RESERVES } from "../support/depositTokens.js";
import {
  BAND,
  FIRST_NAV,
  HOLDING,
  NAV,
  deployFund,
  fundCash,
  fundIdOf,
  mostMoney,
  mostUnits,
  passCutOff,
  price,
  redemption,
  subscription,
  type DealtFund,
} from "../support/fund.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;
const { subscription: BUY, redemption: SELL } = { subscription: 0n, redemption: 1n };

async function deploy() {
  return deployFund(chain);
}

describe("FundDealing", function () {
  let f: DealtFund;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("publishNav", function () {
    it("publishes a day's price once, from the cut-off on", async function () {
      const { cutOff, deadline } = fundTimes(f.terms, f.day);
      const administrator = f.dealing.connect(f.administrator);
      await networkHelpers.time.setNextBlockTimestamp(cutOff - 1n);
      await expect(administrator.publishNav(f.day, NAV))
        .to.be.revertedWithCustomError(f.dealing, "NavTimeInvalid")
        .withArgs(f.day, cutOff, deadline, cutOff - 1n);
      await networkHelpers.time.setNextBlockTimestamp(cutOff);
      await expect(administrator.publishNav(f.day, NAV))
        .to.emit(f.dealing, "NavPublished")
        .withArgs(f.day, f.administrator, NAV);
      expect(await f.dealing.dayOf(f.day)).to.deep.equal([NAV, cutOff, 0n]);
      expect(await f.dealing.lastNav()).to.deep.equal([NAV, f.day, BAND]);
      await expect(administrator.publishNav(f.day, NAV))
        .to.be.revertedWithCustomError(f.dealing, "NavOutOfOrder")
        .withArgs(f.day, f.day);
    });

    it("publishes it in the day's last second and not at its end", async function () {
      const { cutOff, deadline } = fundTimes(f.terms, f.day);
      await networkHelpers.time.setNextBlockTimestamp(deadline);
      await expect(f.dealing.connect(f.administrator).publishNav(f.day, NAV))
        .to.be.revertedWithCustomError(f.dealing, "NavTimeInvalid")
        .withArgs(f.day, cutOff, deadline, deadline);
      const next = fundTimes(f.terms, f.day + 1n);
      await networkHelpers.time.setNextBlockTimestamp(next.deadline - 1n);
      await f.dealing.connect(f.administrator).publishNav(f.day + 1n, NAV);
    });

    it("refuses who is not the administrator, days without dealing, and prices out of the band", async function () {
      await passCutOff(f);
      const administrator = f.dealing.connect(f.administrator);
      await expect(f.dealing.connect(f.governor).publishNav(f.day, NAV))
        .to.be.revertedWithCustomError(f.dealing, "FundCallerNotAdministrator")
        .withArgs(f.governor, f.administrator);
      await expect(administrator.publishNav(f.day - 1n, NAV))
        .to.be.revertedWithCustomError(f.dealing, "FundDayInvalid")
        .withArgs(f.day - 1n);
      const [low, high] = [9_800_000n, 10_200_000n];
      for (const nav of [low - 1n, high + 1n]) {
        await expect(administrator.publishNav(f.day, nav))
          .to.be.revertedWithCustomError(f.dealing, "NavOutOfBand")
          .withArgs(nav, low, high);
      }
      await administrator.publishNav(f.day, low);
      await passCutOff(f, 86_400n);
      await administrator.publishNav(f.day + 1n, 9_996_000n);
    });
  });

  describe("setAdministrator, setNavBand", function () {
    it("are the governor's", async function () {
      await expect(f.dealing.connect(f.governor).setAdministrator(f.carrier))
        .to.emit(f.dealing, "FundAdministratorSet")
        .withArgs(f.administrator, f.carrier);
      expect(await f.dealing.administrator()).to.equal(f.carrier.address);
      await expect(f.dealing.connect(f.governor).setNavBand(9_999n))
        .to.emit(f.dealing, "NavBandSet")
        .withArgs(BAND, 9_999n);
      for (const band of [0n, 10_000n]) {
        await expect(f.dealing.connect(f.governor).setNavBand(band))
          .to.be.revertedWithCustomError(f.dealing, "FundBandInvalid")
          .withArgs(band);
      }
      for (const attempt of [
        () => f.dealing.connect(f.administrator).setAdministrator(f.carrier),
        () => f.dealing.connect(f.administrator).setNavBand(1n),
      ]) {
        await expect(attempt())
          .to.be.revertedWithCustomError(f.dealing, "AccessManagedUnauthorized")
          .withArgs(f.administrator);
      }
    });
  });

  describe("deal", function () {
    it("gives units for deposits at another bank, all or nothing, at the day's price rounded down", async function () {
      const order = await subscription(f);
      await f.dealing.connect(f.ann).place(order, "0x", "0x");
      await price(f);
      const units = mostUnits(order.amount, NAV);
      expect(await f.dealing.previewSubscription(f.day, order.amount)).to.equal(units);
      expect(unitsFor(order.amount, NAV)).to.equal(units);
      const dealt = f.dealing.connect(f.carrier).deal(order);
      await expect(dealt).to.changeTokenBalances(ethers, f.units, [f.ann, f.dealing], [units, 0n]);
      await expect(dealt).to.changeTokenBalance(ethers, f.atHsbc, f.ann, -order.amount);
      await expect(dealt).to.changeTokenBalance(ethers, f.atBochk, f.account, order.amount);
      await expect(dealt).to.changeTokenBalances(ethers, f.money, [f.hsbc, f.bochk], [-order.amount, order.amount]);
      await expect(dealt)
        .to.emit(f.dealing, "FundOrderDealt")
        .withArgs(fundIdOf(f, order), f.ann, f.day, BUY, order.amount, units);
      expect((await f.dealing.dayOf(f.day)).open).to.equal(0n);
    });

    it("gives money for units out of the fund's account, rounded down", async function () {
      const order = await redemption(f);
      const money = mostMoney(order.amount, NAV);
      await fundCash(f, money);
      await f.dealing.connect(f.ann).place(order, "0x", "0x");
      await price(f);
      expect(await f.dealing.previewRedemption(f.day, order.amount)).to.equal(money);
      expect(moneyFor(order.amount, NAV)).to.equal(money);
      const dealt = f.dealing.connect(f.carrier).deal(order);
      await expect(dealt).to.changeTokenBalance(ethers, f.units, f.ann, -order.amount);
      await expect(dealt).to.changeTokenBalance(ethers, f.atBochk, f.account, -money);
      await expect(dealt).to.changeTokenBalance(ethers, f.atHsbc, f.ann, money);
      await expect(dealt)
        .to.emit(f.dealing, "FundOrderDealt")
        .withArgs(fundIdOf(f, order), f.ann, f.day, SELL, money, order.amount);
      expect(await f.units.totalSupply()).to.equal(3n * HOLDING - order.amount);
    });

    it("takes and pays central bank money", async function () {
      const cash = await f.money.getAddress();
      const bought = await subscription(f, { investor: f.shop.address, cash });
      await fundMoney(f.hongkong, f.shop, bought.amount);
      const sold = await redemption(f, { investor: f.shop.address, cash });
      for (const order of [bought, sold]) await f.dealing.connect(f.shop).place(order, "0x", "0x");
      await price(f);
      await f.dealing.deal(bought);
      const money = mostMoney(sold.amount, NAV);
      const dealt = f.dealing.deal(sold);
      await expect(dealt).to.changeTokenBalances(ethers, f.money, [f.shop, f.bochk], [money, -money]);
      expect(await f.atBochk.balanceOf(f.account)).to.equal(bought.amount - money);
    });

    it("gains nothing by a round trip at one price", async function () {
      for (const amount of [1n, 99n, 100_001n, DEPOSIT]) {
        const units = mostUnits(amount, NAV);
        expect(mostMoney(units, NAV) <= amount, `${amount}`).to.equal(true);
        expect(mostUnits(mostMoney(units, NAV), NAV) <= units, `${amount}`).to.equal(true);
      }
      const bought = await subscription(f, { investor: f.bob.address, cash: await f.atBochk.getAddress() });
      await f.dealing.connect(f.bob).place(bought, "0x", "0x");
      const next = f.day + 1n;
      await price(f);
      await f.dealing.deal(bought);
      const units = (await f.units.balanceOf(f.bob)) - HOLDING;
      const sold = { ...bought, kind: SELL, amount: units, day: next };
      await f.dealing.connect(f.bob).place(sold, "0x", "0x");
      await passCutOff(f, 86_400n);
      await f.dealing.connect(f.administrator).publishNav(next, NAV);
      await f.dealing.deal(sold);
      expect(await f.atBochk.balanceOf(f.bob)).to.be.at.most(DEPOSIT);
      expect(await f.atBochk.balanceOf(f.account)).to.be.at.least(0n);
    });

    it("waits where the fund lacks cash, and is dealt once it has it", async function () {
      const order = await redemption(f);
      await f.dealing.connect(f.ann).place(order, "0x", "0x");
      await price(f);
      const money = mostMoney(order.amount, NAV);
      await fundCash(f, money - 1n);
      await expect(f.dealing.deal(order))
        .to.be.revertedWithCustomError(f.atBochk, "ERC20InsufficientBalance")
        .withArgs(f.account, money - 1n, money);
      expect(await f.dealing.statusOf(fundIdOf(f, order))).to.equal(FUND_ORDER_STATUS.placed);
      await fundCash(f, 1n);
      await f.dealing.deal(order);
      expect(await f.atBochk.balanceOf(f.account)).to.equal(0n);
    });

    it("refuses what comes to nothing at the day's price", async function () {
      const sold = await redemption(f, { amount: 9n });
      await f.dealing.connect(f.ann).place(sold, "0x", "0x");
      await price(f, 10_000_000n);
      await expect(f.dealing.deal(sold))
        .to.be.revertedWithCustomError(f.dealing, "FundOrderWorthless")
        .withArgs(fundIdOf(f, sold), 9n, 10_000_000n);
    });

    it("refuses a subscription that a price has outgrown", async function () {
      const { units, dealing } = await dearFund();
      const order = await subscription(f, { investor: f.bob.address, cash: await f.atBochk.getAddress(), amount: 1n });
      await units.connect(f.bochk).openAccount(f.bob);
      await f.transfers.connect(f.bob).authorizeAgent(dealing, true);
      await dealing.connect(f.bob).place(order, "0x", "0x");
      await passCutOff(f);
      await dealing.connect(f.administrator).publishNav(f.day, 100_000_001n);
      await expect(dealing.deal(order))
        .to.be.revertedWithCustomError(dealing, "FundOrderWorthless")
        .withArgs(await dealing.orderId(order), 1n, 100_000_001n);
    });

    it("refuses a day without a price and a day that is over", async function () {
      const order = await subscription(f);
      await f.dealing.connect(f.ann).place(order, "0x", "0x");
      await expect(f.dealing.deal(order)).to.be.revertedWithCustomError(f.dealing, "NavMissing").withArgs(f.day);
      await price(f);
      const { deadline } = fundTimes(f.terms, f.day);
      await networkHelpers.time.setNextBlockTimestamp(deadline);
      await expect(f.dealing.deal(order))
        .to.be.revertedWithCustomError(f.dealing, "FundDealingOver")
        .withArgs(fundIdOf(f, order), deadline, deadline);
    });
  });

  describe("dealMany", function () {
    it("deals what can be dealt and logs the rest, also what has ended", async function () {
      const lacking = await redemption(f);
      const [first, second] = [await subscription(f, { amount: 100n }), await subscription(f, { salt: ref("2") })];
      for (const order of [lacking, first, second]) await f.dealing.connect(f.ann).place(order, "0x", "0x");
      await price(f);
      const page = [lacking, first, first, second];
      expect(await f.dealing.dealMany.staticCall(page)).to.deep.equal([false, true, false, true]);
      const money = mostMoney(lacking.amount, NAV);
      const reasons = [
        f.atBochk.interface.encodeErrorResult("ERC20InsufficientBalance", [f.account.address, 0n, money]),
        f.dealing.interface.encodeErrorResult("FundOrderStatusInvalid", [
          ...[fundIdOf(f, first), FUND_ORDER_STATUS.dealt],
        ]),
      ];
      const dealt = f.dealing.connect(f.carrier).dealMany(page);
      await expect(dealt).to.emit(f.dealing, "FundOrderNotDealt").withArgs(fundIdOf(f, lacking), reasons[0]);
      await expect(dealt).to.emit(f.dealing, "FundOrderNotDealt").withArgs(fundIdOf(f, first), reasons[1]);
      expect((await f.dealing.dayOf(f.day)).open).to.equal(1n);
    });

    it("does not stop at a frozen investor or a bank without central bank money", async function () {
      const [anns, bobs] = [
        await subscription(f),
        await subscription(f, { investor: f.bob.address, cash: await f.atBochk.getAddress() }),
      ];
      await f.dealing.connect(f.ann).place(anns, "0x", "0x");
      await f.dealing.connect(f.bob).place(bobs, "0x", "0x");
      await price(f);
      await f.money.connect(f.hsbc).transfer(f.bochk, RESERVES);
      await f.units.connect(f.governor).appoint(f.carrier, POWER.enforcer, ref("act"));
      expect(await f.dealing.dealMany.staticCall([anns, bobs])).to.deep.equal([false, true]);
      await f.units.connect(f.carrier).freeze(f.bob, ref("order"));
      expect(await f.dealing.dealMany.staticCall([anns, bobs])).to.deep.equal([false, false]);
    });

    it("takes pages up to its limit", async function () {
      const order = await subscription(f);
      const limit = Number(await f.dealing.MAX_PAGE());
      await f.dealing.dealMany.staticCall(Array(limit).fill(order));
      await expect(f.dealing.dealMany(Array(limit + 1).fill(order)))
        .to.be.revertedWithCustomError(f.dealing, "FundPageExceeded")
        .withArgs(limit + 1, limit);
    });
  });

  it("knows its terms and the next dealing day", async function () {
    expect(await f.dealing.terms()).to.deep.equal(Object.values(await termsOf()));
    const { cutOff } = fundTimes(f.terms, f.day);
    expect(await f.dealing.nextDealingDay(cutOff - 1n)).to.equal(f.day);
    expect(await f.dealing.nextDealingDay(cutOff)).to.equal(f.day + 1n);
    const friday = fundTimes(f.terms, f.day + 4n).cutOff;
    expect(await f.dealing.nextDealingDay(friday - 1n)).to.equal(f.day + 4n);
    expect(await f.dealing.nextDealingDay(friday)).to.equal(f.day + 7n);
  });

  it("refuses terms that contradict themselves", async function () {
    const good = await termsOf();
    const foreign = await ethers.deployContract("FundUnits", [
      ...[isinBytes("HK0000069689"), "foreign", "CNY", f.mainland.currency],
    ]);
    for (const wrong of [
      { cutOff: 86_400n },
      { weekdays: 0n },
      { weekdays: 128n },
      { patience: 0n },
      { firstNav: 0n },
      { units: await foreign.getAddress() },
      { account: ZeroAddress },
      { cash: await f.units.getAddress() },
    ]) {
      await expect(
        ethers.deployContract("FundDealing", [{ ...good, ...wrong }, f.administrator]),
      ).to.be.revertedWithCustomError(f.dealing, "FundTermsInvalid");
    }
  });

  /** What the fund was deployed with. */
  async function termsOf() {
    const { units, cash, account, cutOff, patience } = f.terms;
    const transfers = await f.transfers.getAddress();
    return {
      ...{ units, transfers, cash, account, cutOff, weekdays: 31n, patience },
      ...{ navBand: BAND, firstNav: FIRST_NAV },
    };
  }

  /** A fund of the same cash whose units cost a hundred dollars. */
  async function dearFund() {
    const { currency } = f.hongkong;
    const units = await ethers.deployContract("FundUnits", [isinBytes("HK0000069689"), "dear", "DEAR", currency]);
    const terms = { ...(await termsOf()), units: await units.getAddress(), firstNav: 100_000_000n };
    const dealing = await ethers.deployContract("FundDealing", [terms, f.administrator]);
    return { units, dealing };
  }
});
