import { expect } from "chai";
import { CARD_STATUS, confirmationTypedData, type UnitConfirmation } from "../../sdk/eip712/prepaidCards.js";
import { sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { signConfirmation } from "../../sdk/payments/cards.js";
import { openChain, ref } from "../support/chain.js";
import { CardUnderTest, DAY, declareInsolvent, deployCards, type Cards } from "../support/cards.js";
import { CLASS } from "../support/currency.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const VISIT = minor("50.00");
const MONTH = minor("80.00");
const FAR = 2n ** 40n;

async function deploy() {
  return deployCards(chain);
}

describe("PrepaidCards", function () {
  let f: Cards;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("confirm", function () {
    it("pays the merchant for what the consumer has confirmed", async function () {
      const card = await CardUnderTest.bought(f, f.visits);
      const confirmed = card.confirm(3n);
      await expect(confirmed)
        .to.emit(f.cards, "UnitsReleased")
        .withArgs(card.id, f.gym.address, 3n, 3n * VISIT, 3n);
      await expect(confirmed).to.changeTokenBalances(
        ethers,
        f.money,
        [f.ann, f.gym, f.cards],
        [-3n * VISIT, 3n * VISIT, 0n],
      );
      expect(await card.state()).to.deep.equal([CARD_STATUS.active, 3n]);
      expect(await card.locked()).to.equal(7n * VISIT);
    });

    it("consumes a card with its last unit", async function () {
      const card = await CardUnderTest.bought(f, f.visits);
      await card.confirm(9n);
      await expect(card.confirm(2n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidUnitsInvalid")
        .withArgs(card.id, 2n, 1n);
      await card.confirm(1n);
      expect(await card.state()).to.deep.equal([CARD_STATUS.consumed, 10n]);
      await expect(card.confirm(1n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.consumed);
    });

    it("refuses no units, others' confirmations, and cards that time releases", async function () {
      const card = await CardUnderTest.bought(f, f.visits);
      await expect(card.confirm(0n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidUnitsInvalid")
        .withArgs(card.id, 0n, 10n);
      for (const other of [f.gym, f.icbc, f.arbiter]) {
        await expect(f.cards.connect(other).confirm(card.terms, 1n))
          .to.be.revertedWithCustomError(f.cards, "PrepaidCallerInvalid")
          .withArgs(card.id, other.address, f.ann.address);
      }
      const monthly = await CardUnderTest.bought(f, f.months);
      await expect(monthly.confirm(1n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidReleaseInvalid")
        .withArgs(monthly.id, 30n * DAY);
    });

    it("refuses a card that was not bought, and one that an altered term makes another", async function () {
      const card = await CardUnderTest.offer(f, f.visits);
      await expect(card.confirm(1n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.none);
      await card.buy();
      const diverted = { ...card.terms, template: { ...f.visits, merchant: f.company.address } };
      await expect(f.cards.connect(f.ann).confirm(diverted, 1n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(await f.cards.cardId(diverted), CARD_STATUS.none);
    });

    it("pays until the last second of the card and not from its expiry on", async function () {
      const card = await CardUnderTest.bought(f, f.visits);
      await networkHelpers.time.setNextBlockTimestamp(card.expiry - 1n);
      await card.confirm(1n);
      await networkHelpers.time.setNextBlockTimestamp(card.expiry);
      await expect(card.confirm(1n)).to.be.revertedWithCustomError(f.money, "HoldExpired");
    });

    it("pays also when the consumer was frozen since", async function () {
      const card = await CardUnderTest.bought(f, f.visits);
      await f.money.connect(f.mainland.officers.enforcer).freeze(f.ann, ref("order"));
      await card.confirm(1n);
      expect(await f.money.balanceOf(f.gym)).to.equal(VISIT);
    });

    it("waits for a merchant that is frozen, halted or full", async function () {
      const card = await CardUnderTest.bought(f, f.visits);
      const { enforcer, halter, resumer, governor } = f.mainland.officers;
      await f.money.connect(enforcer).freeze(f.gym, ref("order"));
      await expect(card.confirm(1n))
        .to.be.revertedWithCustomError(f.money, "ERC7943CannotReceive")
        .withArgs(f.gym.address);
      await f.money.connect(enforcer).unfreeze(f.gym, ref("order"));
      await f.money.connect(halter).haltClass(CLASS.corporate);
      await expect(card.confirm(1n))
        .to.be.revertedWithCustomError(f.money, "WalletHalted")
        .withArgs(f.gym.address, CLASS.corporate);
      await f.money.connect(resumer).resumeClass(CLASS.corporate);
      const limits = { ...f.mainland.limits.corporate, balance: VISIT };
      await f.money.connect(governor).setClassLimits(CLASS.corporate, limits);
      await card.confirm(1n);
      await expect(card.confirm(1n))
        .to.be.revertedWithCustomError(f.money, "WalletBalanceLimitExceeded")
        .withArgs(f.gym.address, VISIT, VISIT, VISIT);
      expect(await card.state()).to.deep.equal([CARD_STATUS.active, 1n]);
    });

    it("pays nothing to an insolvent merchant", async function () {
      const card = await CardUnderTest.bought(f, f.visits);
      await declareInsolvent(f, f.gym.address);
      await expect(card.confirm(1n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidMerchantInsolvent")
        .withArgs(f.gym.address);
    });
  });

  describe("confirmWithSignature", function () {
    let card: CardUnderTest;

    beforeEach(async function () {
      card = await CardUnderTest.bought(f, f.visits);
    });

    async function present(terms: Partial<Omit<UnitConfirmation, "card">> = {}, signer = f.ann) {
      const stated = { used: 0n, units: 1n, notAfter: FAR, ...terms };
      const { confirmation, signature } = await signConfirmation(signer, f.domains.cards, card.terms, stated);
      return f.cards.connect(f.gym).confirmWithSignature(card.terms, confirmation, signature);
    }

    it("pays for what the consumer has signed, whoever brings it", async function () {
      await expect(present({ units: 2n }))
        .to.emit(f.cards, "UnitsReleased")
        .withArgs(card.id, f.gym.address, 2n, 2n * VISIT, 2n);
      expect(await f.money.balanceOf(f.gym)).to.equal(2n * VISIT);
    });

    it("counts a confirmation once, and in its turn", async function () {
      await present();
      for (const used of [0n, 2n]) {
        await expect(present({ used }))
          .to.be.revertedWithCustomError(f.cards, "PrepaidConfirmationStale")
          .withArgs(card.id, used, 1n);
      }
      await present({ used: 1n });
      expect(await card.state()).to.deep.equal([CARD_STATUS.active, 2n]);
    });

    it("refuses another's signature, another card's confirmation and more units than were signed", async function () {
      await expect(present({}, f.gym))
        .to.be.revertedWithCustomError(f.cards, "PrepaidConfirmationInvalid")
        .withArgs(card.id, f.ann.address);
      const second = await CardUnderTest.bought(f, f.visits, { salt: ref("second card") });
      const stated = { used: 0n, units: 1n, notAfter: FAR };
      const own = await signConfirmation(f.ann, f.domains.cards, card.terms, stated);
      await expect(f.cards.confirmWithSignature(second.terms, own.confirmation, own.signature))
        .to.be.revertedWithCustomError(f.cards, "PrepaidConfirmationInvalid")
        .withArgs(second.id, f.ann.address);
      await expect(f.cards.confirmWithSignature(card.terms, { ...own.confirmation, units: 2n }, own.signature))
        .to.be.revertedWithCustomError(f.cards, "PrepaidConfirmationInvalid")
        .withArgs(card.id, f.ann.address);
      const elsewhere = await sign(f.ann, confirmationTypedData(f.domains.currency, own.confirmation));
      await expect(f.cards.confirmWithSignature(card.terms, own.confirmation, elsewhere))
        .to.be.revertedWithCustomError(f.cards, "PrepaidConfirmationInvalid")
        .withArgs(card.id, f.ann.address);
    });

    it("takes a confirmation up to and including its end", async function () {
      const notAfter = BigInt(await networkHelpers.time.latest()) + 100n;
      await networkHelpers.time.setNextBlockTimestamp(notAfter);
      await present({ notAfter });
      await expect(present({ used: 1n, notAfter }))
        .to.be.revertedWithCustomError(f.cards, "PrepaidConfirmationExpired")
        .withArgs(card.id, notAfter, notAfter + 1n);
    });
  });

  describe("releaseDue", function () {
    let card: CardUnderTest;

    beforeEach(async function () {
      card = await CardUnderTest.bought(f, f.months);
    });

    it("pays what time has made due, at the second and not before", async function () {
      await card.at(30n * DAY - 1n);
      await expect(card.releaseDue()).to.be.revertedWithCustomError(f.cards, "PrepaidNothingDue").withArgs(card.id, 0n);
      await card.at(30n * DAY);
      await expect(card.releaseDue()).to.emit(f.cards, "UnitsReleased").withArgs(card.id, f.gym.address, 1n, MONTH, 1n);
      await expect(card.releaseDue()).to.be.revertedWithCustomError(f.cards, "PrepaidNothingDue").withArgs(card.id, 1n);
    });

    it("pays several units at once, all of them at most", async function () {
      await card.at(95n * DAY);
      await card.releaseDue();
      expect(await card.state()).to.deep.equal([CARD_STATUS.active, 3n]);
      await card.at(182n * DAY);
      await card.releaseDue();
      expect(await card.state()).to.deep.equal([CARD_STATUS.consumed, 6n]);
      expect(await f.money.balanceOf(f.gym)).to.equal(6n * MONTH);
    });

    it("pays nothing within the cooling-off period, and what has become due at its end", async function () {
      const template = { ...f.months, period: DAY, contractHash: ref("by the day") };
      await f.cards.connect(f.gym).registerTemplate(template);
      await f.cards.connect(f.icbc).admitTemplate(template);
      const daily = await CardUnderTest.bought(f, template);
      await daily.at(7n * DAY - 1n);
      await expect(daily.releaseDue())
        .to.be.revertedWithCustomError(f.cards, "PrepaidNothingDue")
        .withArgs(daily.id, 0n);
      await daily.at(7n * DAY);
      await daily.releaseDue();
      expect(await daily.state()).to.deep.equal([CARD_STATUS.consumed, 6n]);
    });

    it("refuses cards whose units the consumer confirms", async function () {
      const byVisit = await CardUnderTest.bought(f, f.visits);
      await byVisit.at(100n * DAY);
      await expect(byVisit.releaseDue())
        .to.be.revertedWithCustomError(f.cards, "PrepaidReleaseInvalid")
        .withArgs(byVisit.id, 0n);
    });

    it("pays nothing from the expiry on, and nothing to an insolvent merchant", async function () {
      await networkHelpers.time.setNextBlockTimestamp(card.expiry);
      await expect(card.releaseDue()).to.be.revertedWithCustomError(f.money, "HoldExpired");
      await declareInsolvent(f, f.gym.address);
      await expect(card.releaseDue())
        .to.be.revertedWithCustomError(f.cards, "PrepaidMerchantInsolvent")
        .withArgs(f.gym.address);
    });

    it("refuses a card that is not running", async function () {
      await card.refund(f.ann);
      await expect(card.releaseDue())
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.refunded);
    });
  });
});
