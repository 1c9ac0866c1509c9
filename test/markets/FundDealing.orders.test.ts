import { expect } from "chai";
import {
  FUND_ORDER_STATUS,
  fundOrderTypedData,
  fundPayment,
  fundTimes,
  fundUnitsHold,
} from "../../sdk/eip712/fundDealing.js";
import { holdTypedData } from "../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { signDepositHold } from "../../sdk/markets/deposits.js";
import { openChain, ref } from "../support/chain.js";
import { fund as fundMoney } from "../support/currency.js";
import {
  coverOf,
  deployFund,
  fundIdOf,
  passCutOff,
  redemption,
  subscription,
  type DealtFund,
} from "../support/fund.js";

const chain = await openChain("hongkong");
const { networkHelpers } = chain;

async function deploy() {
  return deployFund(chain);
}

describe("FundDealing", function () {
  let f: DealtFund;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("place", function () {
    it("holds the money of a subscription where it is", async function () {
      const order = await subscription(f);
      await expect(f.dealing.connect(f.ann).place(order, "0x", "0x"))
        .to.emit(f.dealing, "FundOrderPlaced")
        .withArgs(fundIdOf(f, order), f.ann, f.day, Object.values(order));
      expect(await f.atHsbc.heldOf(f.ann)).to.equal(order.amount);
      expect((await f.atHsbc.holdState(await coverOf(f, order))).remaining).to.equal(order.amount);
      expect((await f.dealing.dayOf(f.day)).open).to.equal(1n);
    });

    it("holds the units of a redemption where they are, also where they are held already", async function () {
      const order = await redemption(f);
      await f.dealing.connect(f.ann).place(order, "0x", "0x");
      expect(await f.units.heldOf(f.ann)).to.equal(order.amount);
      const second = await redemption(f, { salt: ref("second"), amount: 1n });
      await f.units.connect(f.ann).placeHold(fundUnitsHold(f.fundDomain, f.terms, second));
      await f.dealing.connect(f.ann).place(second, "0x", "0x");
      expect(await f.units.heldOf(f.ann)).to.equal(order.amount + 1n);
    });

    it("computes ids, payments and holds as signers do", async function () {
      const order = await subscription(f);
      expect(await f.dealing.orderId(order)).to.equal(fundIdOf(f, order));
      const payment = fundPayment(f.fundDomain, f.terms, order);
      expect(await f.dealing.paymentOf(order)).to.deep.equal(Object.values(payment));
      const hold = fundUnitsHold(f.fundDomain, f.terms, order);
      expect(await f.dealing.holdOf(order)).to.deep.equal(Object.values(hold));
      const { cutOff, deadline } = fundTimes(f.terms, f.day);
      expect(await f.dealing.timesOf(f.day)).to.deep.equal([cutOff, deadline]);
    });

    it("is carried by anyone with both signatures of an investor that has allowed nothing", async function () {
      await f.transfers.connect(f.ann).authorizeAgent(f.dealing, false);
      await f.units.connect(f.ann).approve(f.dealing, 0n);
      const bought = await subscription(f);
      const payment = fundPayment(f.fundDomain, f.terms, bought);
      const paid = await signDepositHold(f.ann, f.domain, await domainOf(f.atHsbc), payment);
      const consent = await sign(f.ann, fundOrderTypedData(f.fundDomain, bought));
      await f.dealing.connect(f.carrier).place(bought, consent, paid);
      const sold = await redemption(f);
      const hold = fundUnitsHold(f.fundDomain, f.terms, sold);
      const given = await sign(f.ann, holdTypedData(await domainOf(f.units), hold));
      await f.dealing.connect(f.carrier).place(sold, await sign(f.ann, fundOrderTypedData(f.fundDomain, sold)), given);
      expect([await f.atHsbc.heldOf(f.ann), await f.units.heldOf(f.ann)]).to.deep.equal([bought.amount, sold.amount]);
    });

    it("does not take the consent to an order for one to its payment", async function () {
      await f.transfers.connect(f.ann).authorizeAgent(f.dealing, false);
      const order = await subscription(f);
      const payment = await f.transfers.orderId(fundPayment(f.fundDomain, f.terms, order));
      await expect(f.dealing.connect(f.ann).place(order, "0x", "0x"))
        .to.be.revertedWithCustomError(f.transfers, "DepositConsentMissing")
        .withArgs(payment, f.ann);
    });

    it("refuses a stranger's order in an investor's name", async function () {
      const order = await subscription(f);
      for (const consent of ["0x", await sign(f.bob, fundOrderTypedData(f.fundDomain, order))]) {
        await expect(f.dealing.connect(f.carrier).place(order, consent, "0x"))
          .to.be.revertedWithCustomError(f.dealing, "FundConsentInvalid")
          .withArgs(fundIdOf(f, order), f.ann);
      }
    });

    it("takes an order in the last second before the cut-off and none at it", async function () {
      const { cutOff } = fundTimes(f.terms, f.day);
      await networkHelpers.time.setNextBlockTimestamp(cutOff - 1n);
      await f.dealing.connect(f.ann).place(await subscription(f), "0x", "0x");
      const late = await subscription(f, { salt: ref("late") });
      await expect(f.dealing.connect(f.ann).place(late, "0x", "0x"))
        .to.be.revertedWithCustomError(f.dealing, "FundOrderTimeInvalid")
        .withArgs(fundIdOf(f, late), cutOff, cutOff);
    });

    it("takes orders seven days ahead and no further", async function () {
      const week = await subscription(f, { day: f.day + 7n });
      await f.dealing.connect(f.ann).place(week, "0x", "0x");
      const far = await subscription(f, { day: f.day + 8n });
      await expect(f.dealing.connect(f.ann).place(far, "0x", "0x"))
        .to.be.revertedWithCustomError(f.dealing, "FundOrderTimeInvalid")
        .withArgs(fundIdOf(f, far), fundTimes(f.terms, f.day + 8n).cutOff, (value: bigint) => value > 0n);
      expect(await f.dealing.MAX_AHEAD()).to.equal(7n);
    });

    it("refuses a day without dealing", async function () {
      for (const weekend of [5n, 6n]) {
        await expect(f.dealing.connect(f.ann).place(await subscription(f, { day: f.day + weekend }), "0x", "0x"))
          .to.be.revertedWithCustomError(f.dealing, "FundDayInvalid")
          .withArgs(f.day + weekend);
      }
      expect(await f.dealing.isDealingDay(f.day + 4n)).to.equal(true);
    });

    it("refuses an investor without an account for units", async function () {
      await expect(
        f.dealing.connect(f.company).place(await subscription(f, { investor: f.company.address }), "0x", "0x"),
      )
        .to.be.revertedWithCustomError(f.dealing, "FundInvestorInvalid")
        .withArgs(f.company);
    });
  });

  describe("cancel", function () {
    it("frees what was held, until the cut-off, for the investor alone", async function () {
      const [bought, sold] = [await subscription(f), await redemption(f)];
      for (const order of [bought, sold]) await f.dealing.connect(f.ann).place(order, "0x", "0x");
      await expect(f.dealing.connect(f.carrier).cancel(bought))
        .to.be.revertedWithCustomError(f.dealing, "FundOrderCallerInvalid")
        .withArgs(fundIdOf(f, bought), f.carrier, f.ann);
      await expect(f.dealing.connect(f.ann).cancel(bought))
        .to.emit(f.dealing, "FundOrderCancelled")
        .withArgs(fundIdOf(f, bought), f.ann, f.day);
      const { cutOff } = fundTimes(f.terms, f.day);
      await networkHelpers.time.setNextBlockTimestamp(cutOff - 1n);
      await f.dealing.connect(f.ann).cancel(sold);
      expect([await f.atHsbc.heldOf(f.ann), await f.units.heldOf(f.ann)]).to.deep.equal([0n, 0n]);
      expect((await f.dealing.dayOf(f.day)).open).to.equal(0n);
      expect(await f.dealing.statusOf(fundIdOf(f, sold))).to.equal(FUND_ORDER_STATUS.cancelled);
    });

    it("is refused from the cut-off on", async function () {
      const order = await subscription(f);
      await f.dealing.connect(f.ann).place(order, "0x", "0x");
      const { cutOff } = fundTimes(f.terms, f.day);
      await networkHelpers.time.setNextBlockTimestamp(cutOff);
      await expect(f.dealing.connect(f.ann).cancel(order))
        .to.be.revertedWithCustomError(f.dealing, "FundOrderTimeInvalid")
        .withArgs(fundIdOf(f, order), cutOff, cutOff);
    });
  });

  describe("lapse", function () {
    it("frees what was held once the day's time is over, and not a second earlier", async function () {
      const [bought, sold] = [await subscription(f), await redemption(f)];
      for (const order of [bought, sold]) await f.dealing.connect(f.ann).place(order, "0x", "0x");
      const { deadline } = fundTimes(f.terms, f.day);
      await networkHelpers.time.setNextBlockTimestamp(deadline - 1n);
      await expect(f.dealing.connect(f.carrier).lapse(bought))
        .to.be.revertedWithCustomError(f.dealing, "FundDealingNotOver")
        .withArgs(fundIdOf(f, bought), deadline, deadline - 1n);
      await networkHelpers.time.setNextBlockTimestamp(deadline);
      await expect(f.dealing.connect(f.carrier).lapse(bought))
        .to.emit(f.dealing, "FundOrderLapsed")
        .withArgs(fundIdOf(f, bought), f.ann, f.day);
      await f.dealing.connect(f.carrier).lapse(sold);
      expect([await f.atHsbc.heldOf(f.ann), await f.units.heldOf(f.ann)]).to.deep.equal([0n, 0n]);
    });

    it("goes on where somebody has released the hold at its ledger before", async function () {
      const [bought, sold] = [await subscription(f), await redemption(f)];
      for (const order of [bought, sold]) await f.dealing.connect(f.ann).place(order, "0x", "0x");
      await passCutOff(f, f.terms.patience);
      const { payer, payee, executor, amount, expiry, businessRef } = await f.transfers.holdOf(
        fundPayment(f.fundDomain, f.terms, bought),
      );
      await f.atHsbc.connect(f.stranger).releaseHold({ payer, payee, executor, amount, expiry, businessRef });
      await f.units.connect(f.stranger).releaseHold(fundUnitsHold(f.fundDomain, f.terms, sold));
      for (const order of [bought, sold]) {
        await f.dealing.connect(f.carrier).lapse(order);
        expect(await f.dealing.statusOf(fundIdOf(f, order))).to.equal(FUND_ORDER_STATUS.lapsed);
      }
    });
  });

  it("takes central bank money, too", async function () {
    const order = await subscription(f, { investor: f.shop.address, cash: await f.money.getAddress() });
    await fundMoney(f.hongkong, f.shop, order.amount);
    await f.dealing.connect(f.shop).place(order, "0x", "0x");
    expect(await f.money.heldOf(f.shop)).to.equal(order.amount);
    await f.dealing.connect(f.shop).cancel(order);
    expect(await f.money.heldOf(f.shop)).to.equal(0n);
  });
});
