import { expect } from "chai";
import { cardTypedData, CARD_STATUS, TEMPLATE_STATUS } from "../../sdk/eip712/prepaidCards.js";
import { holdTypedData } from "../../sdk/eip712/ledger.js";
import { sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { signPurchase } from "../../sdk/payments/cards.js";
import { openChain, ref } from "../support/chain.js";
import { CardUnderTest, PURSE, RULES, declareInsolvent, deployCards, type Cards } from "../support/cards.js";
import { CLASS, fund, identityOf } from "../support/currency.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const SUSPENDED = 3n;
const PRICE = minor("500.00");

async function deploy() {
  return deployCards(chain);
}

describe("PrepaidCards", function () {
  let f: Cards;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("buy", function () {
    it("leaves the price with the consumer, held for this merchant", async function () {
      const card = await CardUnderTest.offer(f, f.visits);
      const bought = card.buy();
      await expect(bought)
        .to.emit(f.cards, "CardSold")
        .withArgs(card.id, f.ann.address, f.gym.address, card.templateId, PRICE, card.expiry);
      await expect(bought).to.changeTokenBalances(ethers, f.money, [f.ann, f.gym, f.cards], [0n, 0n, 0n]);
      expect(await f.money.heldOf(f.ann)).to.equal(PRICE);
      expect(await f.money.spendableOf(f.ann)).to.equal(PURSE - PRICE);
      expect(await card.locked()).to.equal(PRICE);
      const time = await networkHelpers.time.latest();
      expect(await f.cards.cardStateOf(card.id)).to.deep.equal([CARD_STATUS.active, 0n, BigInt(time), 0n]);
    });

    it("is carried by anyone with both signatures of a consumer without an allowance", async function () {
      await f.money.connect(f.ann).approve(f.cards, 0n);
      const card = await CardUnderTest.offer(f, f.visits);
      const { consent, holdSignature } = await signPurchase(f.ann, f.domains, card.terms);
      await f.cards.connect(f.carrier).buy(card.terms, consent, holdSignature);
      expect(await card.locked()).to.equal(PRICE);
    });

    it("goes on when somebody has placed the signed hold first", async function () {
      const card = await CardUnderTest.offer(f, f.visits);
      const { consent, holdSignature } = await signPurchase(f.ann, f.domains, card.terms);
      await f.money.connect(f.stranger).placeHoldWithSignature(card.hold, holdSignature);
      await f.cards.connect(f.carrier).buy(card.terms, consent, holdSignature);
      expect(await f.money.heldOf(f.ann)).to.equal(PRICE);
    });

    it("takes the consent of a consumer whose account is a contract", async function () {
      const wallet = await ethers.deployContract("Erc1271WalletMock", [f.ann.address]);
      const account = await wallet.getAddress();
      await f.money.connect(f.icbc).openWallet(account, CLASS.II, identityOf({ address: account }));
      await fund(f.mainland, account, PRICE);
      const card = await CardUnderTest.offer(f, f.visits, { consumer: account });
      const { consent, holdSignature } = await signPurchase(f.ann, f.domains, card.terms);
      await f.cards.connect(f.carrier).buy(card.terms, consent, holdSignature);
      expect(await f.money.heldOf(account)).to.equal(PRICE);
    });

    it("sells two cards on equal terms to one consumer", async function () {
      const first = await CardUnderTest.bought(f, f.visits);
      const second = await CardUnderTest.bought(f, f.visits, { salt: ref("second card") });
      expect(second.id).not.to.equal(first.id);
      expect(await f.money.heldOf(f.ann)).to.equal(2n * PRICE);
    });

    it("sells a card once", async function () {
      const card = await CardUnderTest.bought(f, f.visits);
      await expect(card.buy())
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.active);
      await card.refund(f.ann);
      await expect(card.buy())
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.refunded);
    });

    it("refuses another's consent, and consent to other terms", async function () {
      const card = await CardUnderTest.offer(f, f.visits);
      const other = { ...card.terms, template: { ...f.visits, unitPrice: minor("5.00") } };
      for (const consent of [
        await sign(f.bob, cardTypedData(f.domains.cards, card.terms)),
        await sign(f.ann, cardTypedData(f.domains.cards, other)),
        await sign(f.ann, cardTypedData(f.domains.currency, card.terms)),
        "0x",
      ]) {
        await expect(f.cards.connect(f.carrier).buy(card.terms, consent, "0x"))
          .to.be.revertedWithCustomError(f.cards, "PrepaidConsentInvalid")
          .withArgs(card.id, f.ann.address);
      }
    });

    it("takes nothing without the consumer's hold or allowance", async function () {
      await f.money.connect(f.ann).approve(f.cards, PRICE - 1n);
      const card = await CardUnderTest.offer(f, f.visits);
      await expect(card.buy())
        .to.be.revertedWithCustomError(f.money, "ERC20InsufficientAllowance")
        .withArgs(f.cards, PRICE - 1n, PRICE);
      const forged = await sign(f.bob, holdTypedData(f.domains.currency, card.hold));
      await expect(f.cards.connect(f.ann).buy(card.terms, "0x", forged)).to.be.revertedWithCustomError(
        f.money,
        "HoldSignatureInvalid",
      );
      expect(await f.money.heldOf(f.ann)).to.equal(0n);
    });

    it("sells up to and including the last moment of the purchase", async function () {
      const card = await CardUnderTest.offer(f, f.visits);
      await networkHelpers.time.setNextBlockTimestamp(card.terms.notAfter);
      await card.buy();
      const late = await CardUnderTest.offer(f, f.visits, { salt: ref("late") });
      await networkHelpers.time.setNextBlockTimestamp(late.terms.notAfter + 1n);
      await expect(late.buy())
        .to.be.revertedWithCustomError(f.cards, "PrepaidSaleTimeInvalid")
        .withArgs(late.id, late.terms.notAfter, late.terms.notAfter + 1n);
    });

    it("sells a day ahead of the last moment, and not a second more", async function () {
      const notAfter = BigInt(await networkHelpers.time.latest()) + 2n * RULES.saleWindow;
      const early = await CardUnderTest.offer(f, f.visits, { notAfter });
      await networkHelpers.time.setNextBlockTimestamp(notAfter - RULES.saleWindow - 1n);
      await expect(early.buy())
        .to.be.revertedWithCustomError(f.cards, "PrepaidSaleTimeInvalid")
        .withArgs(early.id, notAfter, notAfter - RULES.saleWindow - 1n);
      await networkHelpers.time.setNextBlockTimestamp(notAfter - RULES.saleWindow);
      await early.buy();
      expect(await early.locked()).to.equal(PRICE);
    });

    it("refuses terms that were never offered", async function () {
      const card = await CardUnderTest.offer(f, { ...f.visits, unitPrice: minor("1.00") });
      await expect(card.buy())
        .to.be.revertedWithCustomError(f.cards, "PrepaidTemplateStatusInvalid")
        .withArgs(card.templateId, TEMPLATE_STATUS.none);
    });

    it("sells nothing for an insolvent merchant, or one whose institution is suspended", async function () {
      const card = await CardUnderTest.offer(f, f.visits);
      const { registry, officers, banks } = f.mainland;
      const snapshot = await networkHelpers.takeSnapshot();
      await registry.connect(officers.registrar).setStatus(banks[0].number, SUSPENDED, ref("order"));
      await expect(card.buy())
        .to.be.revertedWithCustomError(registry, "InstitutionNotActive")
        .withArgs(banks[0].number, SUSPENDED);
      await snapshot.restore();
      await declareInsolvent(f, f.gym.address);
      await expect(card.buy())
        .to.be.revertedWithCustomError(f.cards, "PrepaidMerchantInsolvent")
        .withArgs(f.gym.address);
    });

    it("refuses a consumer that would be its own arbiter", async function () {
      const card = await CardUnderTest.offer(f, f.visits, {}, f.arbiter);
      await expect(card.buy())
        .to.be.revertedWithCustomError(f.cards, "PrepaidArbiterPartial")
        .withArgs(card.id, f.arbiter.address);
    });
  });

  describe("buy, under the ledger's limits", function () {
    /** dan's wallet is of class IV. */
    async function ofDan(price: bigint) {
      const template = { ...f.visits, unitPrice: price, units: 1n, awardLimit: 0n };
      await f.cards.connect(f.gym).registerTemplate(template);
      await f.cards.connect(f.icbc).admitTemplate(template);
      await f.money.connect(f.dan).approve(f.cards, 2n ** 63n);
      return CardUnderTest.offer(f, template, {}, f.dan);
    }

    it("counts a card as one payment: the single limit, and one fen past it", async function () {
      const { single } = f.mainland.limits.IV;
      await fund(f.mainland, f.dan, 2n * single);
      const past = await ofDan(single + 1n);
      await expect(past.buy())
        .to.be.revertedWithCustomError(f.money, "WalletSingleLimitExceeded")
        .withArgs(f.dan.address, single + 1n, single);
      const within = await ofDan(single);
      await within.buy();
      expect((await f.money.walletOf(f.dan)).dayOut).to.equal(single);
    });

    it("counts towards the day, and gives it back with a refund on that day", async function () {
      const { single, day } = f.mainland.limits.IV;
      await fund(f.mainland, f.dan, day);
      const card = await ofDan(single);
      await card.buy();
      await expect(f.money.connect(f.dan).transfer(f.company, day - single + 1n)).to.be.revertedWithCustomError(
        f.money,
        "WalletSingleLimitExceeded",
      );
      for (let left = day - single; left > 0n; left -= left < single ? left : single) {
        await f.money.connect(f.dan).transfer(f.company, left < single ? left : single);
      }
      const more = await ofDan(1n);
      await expect(more.buy())
        .to.be.revertedWithCustomError(f.money, "WalletDayLimitExceeded")
        .withArgs(f.dan.address, 1n, day, day);
      await card.refund(f.dan);
      await more.buy();
      expect((await f.money.walletOf(f.dan)).dayOut).to.equal(day - single + 1n);
    });

    it("refuses what is not covered by a fen", async function () {
      const card = await CardUnderTest.offer(f, f.visits);
      await f.money.connect(f.ann).transfer(f.company, PURSE - PRICE + 1n);
      await expect(card.buy())
        .to.be.revertedWithCustomError(f.money, "ERC20InsufficientBalance")
        .withArgs(f.ann.address, PRICE - 1n, PRICE);
    });

    it("refuses a frozen consumer, and one whose class is halted", async function () {
      const card = await CardUnderTest.offer(f, f.visits);
      const { enforcer, halter } = f.mainland.officers;
      const snapshot = await networkHelpers.takeSnapshot();
      await f.money.connect(enforcer).freeze(f.ann, ref("order"));
      await expect(card.buy()).to.be.revertedWithCustomError(f.money, "ERC7943CannotSend").withArgs(f.ann.address);
      await snapshot.restore();
      await f.money.connect(halter).haltClass(CLASS.I);
      await expect(card.buy()).to.be.revertedWithCustomError(f.money, "WalletHalted").withArgs(f.ann.address, CLASS.I);
    });
  });

  describe("withdrawPurchase", function () {
    it("gives back a hold for a card that was not bought", async function () {
      const card = await CardUnderTest.offer(f, f.visits);
      await f.money.connect(f.ann).placeHold(card.hold);
      await expect(f.cards.connect(f.ann).withdrawPurchase(card.terms))
        .to.emit(f.cards, "PurchaseWithdrawn")
        .withArgs(card.id, f.ann.address, PRICE);
      expect(await f.money.heldOf(f.ann)).to.equal(0n);
      await expect(card.buy()).to.be.revertedWithCustomError(f.money, "HoldAlreadyUsed");
    });

    it("refuses others, a card that was bought, and a hold that is not there", async function () {
      const card = await CardUnderTest.offer(f, f.visits);
      await expect(f.cards.connect(f.gym).withdrawPurchase(card.terms))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCallerInvalid")
        .withArgs(card.id, f.gym.address, f.ann.address);
      await expect(f.cards.connect(f.ann).withdrawPurchase(card.terms)).to.be.revertedWithCustomError(
        f.money,
        "HoldNotActive",
      );
      await card.buy();
      await expect(f.cards.connect(f.ann).withdrawPurchase(card.terms))
        .to.be.revertedWithCustomError(f.cards, "PrepaidCardStatusInvalid")
        .withArgs(card.id, CARD_STATUS.active);
    });
  });
});
