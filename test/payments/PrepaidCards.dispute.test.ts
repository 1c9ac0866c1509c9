import { expect } from "chai";
import { CARD_STATUS, REFUND_CAUSE } from "../../sdk/eip712/prepaidCards.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CardUnderTest, DAY, PURSE, declareInsolvent, deployCards, type Cards } from "../support/cards.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const VISIT = minor("50.00");
const MONTH = minor("80.00");
const PERIOD = 30n * DAY;

async function deploy() {
  return deployCards(chain);
}

describe("PrepaidCards", function () {
  let f: Cards;
  let card: CardUnderTest;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    card = await CardUnderTest.bought(f, f.visits);
    await card.confirm(3n);
    await networkHelpers.time.increase(10n * DAY);
  });

  const disputedAt = async (of = card) => (await f.cards.cardStateOf(of.id)).disputed;

  describe("dispute", function () {
    it("freezes the card until the arbiter has ruled", async function () {
      const disputed = card.dispute();
      await disputed;
      const deadline = (await disputedAt()) + PERIOD;
      await expect(disputed)
        .to.emit(f.cards, "CardDisputed")
        .withArgs(card.id, f.ann.address, ref("evidence"), deadline);
      expect(await card.state()).to.deep.equal([CARD_STATUS.disputed, 3n]);
      await expect(card.confirm(1n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.disputed);
      expect(await card.locked()).to.equal(7n * VISIT);
    });

    it("stops a schedule, too", async function () {
      const monthly = await CardUnderTest.bought(f, f.months);
      await monthly.at(31n * DAY);
      await monthly.dispute();
      await expect(monthly.releaseDue())
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(monthly.id, CARD_STATUS.disputed);
    });

    it("is the consumer's alone", async function () {
      for (const other of [f.gym, f.icbc, f.arbiter]) {
        await expect(f.cards.connect(other).dispute(card.terms, ref("evidence")))
          .to.be.revertedWithCustomError(f.cards, "PrepaidCallerInvalid")
          .withArgs(card.id, other.address, f.ann.address);
      }
    });

    it("can be opened once a card, and not of one that is over", async function () {
      await card.dispute();
      await expect(card.dispute())
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.disputed);
      const since = await disputedAt();
      await f.cards.connect(f.ann).withdrawDispute(card.terms);
      await expect(card.dispute())
        .to.be.revertedWithCustomError(f.cards, "PrepaidDisputeUsed")
        .withArgs(card.id, since);
    });

    it("leaves the refund of the cooling-off period, and the merchant's", async function () {
      const early = await CardUnderTest.bought(f, f.visits, { salt: ref("early") });
      await early.dispute();
      await expect(early.refund(f.ann))
        .to.emit(f.cards, "CardRefunded")
        .withArgs(early.id, f.ann.address, 10n * VISIT, REFUND_CAUSE.coolingOff);
      await card.dispute();
      await expect(card.refund(f.gym))
        .to.emit(f.cards, "CardRefunded")
        .withArgs(card.id, f.ann.address, 7n * VISIT, REFUND_CAUSE.merchantConsent);
    });
  });

  describe("withdrawDispute", function () {
    it("lets the card go on", async function () {
      await card.dispute();
      await expect(f.cards.connect(f.ann).withdrawDispute(card.terms))
        .to.emit(f.cards, "DisputeWithdrawn")
        .withArgs(card.id, f.ann.address);
      await card.confirm(1n);
      expect(await card.state()).to.deep.equal([CARD_STATUS.active, 4n]);
    });

    it("gives no refund by a deadline that has passed since", async function () {
      await card.dispute();
      await f.cards.connect(f.ann).withdrawDispute(card.terms);
      await networkHelpers.time.setNextBlockTimestamp((await disputedAt()) + PERIOD);
      await expect(card.refund())
        .to.be.revertedWithCustomError(f.cards, "PrepaidRefundNotDue")
        .withArgs(card.id, f.carrier.address);
    });

    it("refuses others, and a card that is not disputed", async function () {
      await expect(f.cards.connect(f.ann).withdrawDispute(card.terms))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.active);
      await card.dispute();
      await expect(f.cards.connect(f.gym).withdrawDispute(card.terms))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCallerInvalid")
        .withArgs(card.id, f.gym.address, f.ann.address);
    });
  });

  describe("rule", function () {
    beforeEach(async function () {
      await card.dispute();
    });

    it("pays the award, and gives the rest back", async function () {
      const ruled = card.rule(2n);
      await expect(ruled).to.emit(f.cards, "CardRuled").withArgs(card.id, f.arbiter.address, 2n, ref("reasons"));
      await expect(ruled)
        .to.emit(f.cards, "UnitsReleased")
        .withArgs(card.id, f.gym.address, 2n, 2n * VISIT, 5n);
      await expect(ruled)
        .to.emit(f.cards, "CardRefunded")
        .withArgs(card.id, f.ann.address, 5n * VISIT, REFUND_CAUSE.ruling);
      expect(await f.money.balanceOf(f.gym)).to.equal(5n * VISIT);
      expect(await f.money.spendableOf(f.ann)).to.equal(PURSE - 5n * VISIT);
      expect(await card.state()).to.deep.equal([CARD_STATUS.refunded, 5n]);
    });

    it("may give the merchant nothing", async function () {
      await card.rule(0n);
      expect(await f.money.balanceOf(f.gym)).to.equal(3n * VISIT);
      expect(await f.money.spendableOf(f.ann)).to.equal(PURSE - 3n * VISIT);
    });

    it("refuses an award above the template's limit", async function () {
      await expect(card.rule(3n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidUnitsInvalid")
        .withArgs(card.id, 3n, 2n);
    });

    it("refuses everybody but the arbiter", async function () {
      for (const other of [f.gym, f.ann, f.icbc]) {
        await expect(f.cards.connect(other).rule(card.terms, 1n, ref("reasons")))
          .to.be.revertedWithCustomError(f.cards, "PrepaidCallerInvalid")
          .withArgs(card.id, other.address, f.arbiter.address);
      }
    });

    it("is in time until the last second, and then the money goes back", async function () {
      const deadline = (await disputedAt()) + PERIOD;
      await networkHelpers.time.setNextBlockTimestamp(deadline - 1n);
      await expect(card.refund())
        .to.be.revertedWithCustomError(f.cards, "PrepaidRefundNotDue")
        .withArgs(card.id, f.carrier.address);
      await networkHelpers.time.setNextBlockTimestamp(deadline);
      await expect(card.rule(1n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidArbitrationOver")
        .withArgs(card.id, deadline, deadline);
      await expect(card.refund())
        .to.emit(f.cards, "CardRefunded")
        .withArgs(card.id, f.ann.address, 7n * VISIT, REFUND_CAUSE.disputeLapsed);
    });

    it("rules in the last second", async function () {
      await networkHelpers.time.setNextBlockTimestamp((await disputedAt()) + PERIOD - 1n);
      await card.rule(1n);
      expect(await card.state()).to.deep.equal([CARD_STATUS.refunded, 4n]);
    });

    it("ends a card, which is then ruled on no more", async function () {
      await card.rule(0n);
      await expect(card.rule(0n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.refunded);
    });

    it("awards an insolvent merchant nothing", async function () {
      await declareInsolvent(f, f.gym.address);
      await expect(card.rule(1n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidMerchantInsolvent")
        .withArgs(f.gym.address);
      await card.rule(0n);
      expect(await f.money.heldOf(f.ann)).to.equal(0n);
    });

    it("awards at most what is left", async function () {
      const last = await CardUnderTest.bought(f, f.visits, { salt: ref("last") });
      await last.confirm(9n);
      await last.dispute();
      await expect(last.rule(2n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidUnitsInvalid")
        .withArgs(last.id, 2n, 1n);
      await last.rule(1n);
      expect(await last.state()).to.deep.equal([CARD_STATUS.consumed, 10n]);
      expect(await last.locked()).to.equal(0n);
    });

    it("awards of a schedule at most what was due when the dispute was opened", async function () {
      const monthly = await CardUnderTest.bought(f, f.months);
      await monthly.at(59n * DAY);
      await monthly.dispute();
      await monthly.at(61n * DAY);
      await expect(monthly.rule(2n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidUnitsInvalid")
        .withArgs(monthly.id, 2n, 1n);
      const before = await f.money.balanceOf(f.gym);
      await monthly.rule(1n);
      expect((await f.money.balanceOf(f.gym)) - before).to.equal(MONTH);
      expect(await monthly.locked()).to.equal(0n);
    });
  });
});
