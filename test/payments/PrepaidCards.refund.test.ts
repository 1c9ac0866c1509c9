import { expect } from "chai";
import { ZeroHash } from "ethers";
import { CARD_STATUS, REFUND_CAUSE } from "../../sdk/eip712/prepaidCards.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CardUnderTest, DAY, PURSE, declareInsolvent, deployCards, type Cards } from "../support/cards.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const VISIT = minor("50.00");

async function deploy() {
  return deployCards(chain);
}

describe("PrepaidCards", function () {
  let f: Cards;
  let card: CardUnderTest;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    card = await CardUnderTest.bought(f, f.visits);
  });

  describe("refund", function () {
    it("gives everything unused back within the cooling-off period", async function () {
      await card.confirm(3n);
      await card.at(7n * DAY - 1n);
      const refunded = card.refund(f.ann);
      await expect(refunded)
        .to.emit(f.cards, "CardRefunded")
        .withArgs(card.id, f.ann.address, 7n * VISIT, REFUND_CAUSE.coolingOff);
      await expect(refunded).to.changeTokenBalances(ethers, f.money, [f.ann, f.gym, f.cards], [0n, 0n, 0n]);
      expect(await f.money.spendableOf(f.ann)).to.equal(PURSE - 3n * VISIT);
      expect(await card.state()).to.deep.equal([CARD_STATUS.refunded, 3n]);
      expect(await card.locked()).to.equal(0n);
    });

    it("ends the consumer's right with the cooling-off period", async function () {
      await card.at(7n * DAY);
      await expect(card.refund(f.ann))
        .to.be.revertedWithCustomError(f.cards, "PrepaidRefundNotDue")
        .withArgs(card.id, f.ann.address);
    });

    it("is nobody else's in the cooling-off period", async function () {
      for (const other of [f.icbc, f.arbiter, f.carrier, f.bob]) {
        await expect(card.refund(other))
          .to.be.revertedWithCustomError(f.cards, "PrepaidRefundNotDue")
          .withArgs(card.id, other.address);
      }
    });

    it("answers with what it gives back", async function () {
      await card.confirm(4n);
      expect(await f.cards.connect(f.ann).refund.staticCall(card.terms)).to.equal(6n * VISIT);
    });

    it("may be given by the merchant at any time", async function () {
      await card.at(100n * DAY);
      await expect(card.refund(f.gym))
        .to.emit(f.cards, "CardRefunded")
        .withArgs(card.id, f.ann.address, 10n * VISIT, REFUND_CAUSE.merchantConsent);
    });

    it("is anybody's to carry from the expiry on, and not a second earlier", async function () {
      await networkHelpers.time.setNextBlockTimestamp(card.expiry - 1n);
      await expect(card.refund())
        .to.be.revertedWithCustomError(f.cards, "PrepaidRefundNotDue")
        .withArgs(card.id, f.carrier.address);
      await networkHelpers.time.setNextBlockTimestamp(card.expiry);
      await expect(card.refund())
        .to.emit(f.cards, "CardRefunded")
        .withArgs(card.id, f.ann.address, 10n * VISIT, REFUND_CAUSE.expiry);
    });

    it("records what anyone has freed at the ledger after the expiry", async function () {
      await networkHelpers.time.setNextBlockTimestamp(card.expiry);
      await f.money.connect(f.stranger).releaseHold(card.hold);
      await card.refund();
      expect(await card.state()).to.deep.equal([CARD_STATUS.refunded, 0n]);
      expect(await f.money.spendableOf(f.ann)).to.equal(PURSE);
    });

    it("goes through while everything is halted and everybody is frozen", async function () {
      const { enforcer, halter } = f.mainland.officers;
      for (const account of [f.ann, f.gym]) await f.money.connect(enforcer).freeze(account, ref("order"));
      await f.money.connect(halter).haltAll();
      await card.refund(f.ann);
      expect(await f.money.heldOf(f.ann)).to.equal(0n);
    });

    it("ends a card once", async function () {
      await card.refund(f.ann);
      await expect(card.refund(f.gym))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.refunded);
      await expect(card.confirm(1n))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.refunded);
    });

    it("has nothing to give of a card that is consumed, or was never bought", async function () {
      await card.confirm(10n);
      await expect(card.refund(f.ann))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.consumed);
      const unsold = await CardUnderTest.offer(f, f.visits, { salt: ref("unsold") });
      await expect(unsold.refund(f.ann))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(unsold.id, CARD_STATUS.none);
    });
  });

  describe("declareInsolvent", function () {
    it("frees every card of the merchant for anybody to carry, and pays it nothing more", async function () {
      const second = await CardUnderTest.bought(f, f.months, {}, f.bob);
      await card.confirm(4n);
      await second.at(65n * DAY);
      await second.releaseDue();
      const paid = await f.money.balanceOf(f.gym);
      await expect(declareInsolvent(f, f.gym.address))
        .to.emit(f.cards, "MerchantDeclaredInsolvent")
        .withArgs(f.gym.address, f.halter.address, ref("bankruptcy order"));
      expect(await f.cards.isInsolvent(f.gym)).to.equal(true);
      await expect(card.refund(f.stranger))
        .to.emit(f.cards, "CardRefunded")
        .withArgs(card.id, f.ann.address, 6n * VISIT, REFUND_CAUSE.insolvency);
      await expect(second.refund(f.stranger))
        .to.emit(f.cards, "CardRefunded")
        .withArgs(second.id, f.bob.address, 4n * minor("80.00"), REFUND_CAUSE.insolvency);
      expect(await f.money.spendableOf(f.ann)).to.equal(PURSE - 4n * VISIT);
      expect(await f.money.spendableOf(f.bob)).to.equal(PURSE - 2n * minor("80.00"));
      expect(await f.money.balanceOf(f.gym)).to.equal(paid);
    });

    it("leaves other merchants' cards alone", async function () {
      await declareInsolvent(f, f.company.address);
      await card.confirm(1n);
      expect(await f.cards.isInsolvent(f.gym)).to.equal(false);
    });

    it("costs the same however many cards there are", async function () {
      const snapshot = await networkHelpers.takeSnapshot();
      const one = await (await declareInsolvent(f, f.gym.address)).wait();
      await snapshot.restore();
      for (let i = 0; i < 3; ++i) await CardUnderTest.bought(f, f.visits, { salt: ref(`card ${i}`) });
      const four = await (await declareInsolvent(f, f.gym.address)).wait();
      expect(four?.gasUsed).to.equal(one?.gasUsed);
    });

    it("changes nothing when it is declared again", async function () {
      await declareInsolvent(f, f.gym.address);
      await expect(declareInsolvent(f, f.gym.address)).not.to.emit(f.cards, "MerchantDeclaredInsolvent");
      expect(await f.cards.isInsolvent(f.gym)).to.equal(true);
    });

    it("refuses a declaration without a legal basis, and everybody but the officer", async function () {
      await expect(f.cards.connect(f.halter).declareInsolvent(f.gym, ZeroHash))
        .to.be.revertedWithCustomError(f.cards, "PrepaidLegalBasisMissing")
        .withArgs(f.gym.address);
      await expect(f.cards.connect(f.icbc).declareInsolvent(f.gym, ref("claim")))
        .to.be.revertedWithCustomError(f.cards, "AccessManagedUnauthorized")
        .withArgs(f.icbc.address);
    });
  });
});
