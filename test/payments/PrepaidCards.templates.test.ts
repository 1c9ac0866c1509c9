import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { TEMPLATE_STATUS, cardTemplateId, type CardTemplate } from "../../sdk/eip712/prepaidCards.js";
import { openChain, ref } from "../support/chain.js";
import { CardUnderTest, DAY, RULES, declareInsolvent, deployCards, type Cards } from "../support/cards.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const SUSPENDED = 3n;

async function deploy() {
  return deployCards(chain);
}

describe("PrepaidCards", function () {
  let f: Cards;
  /** Not registered yet. */
  let lessons: CardTemplate;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    lessons = { ...f.visits, contractHash: ref("contract of the dancing school") };
  });

  const statusOf = async (template: CardTemplate) => (await f.cards.templateStateOf(cardTemplateId(template))).status;

  it("says what it stands on", async function () {
    expect(await f.cards.CURRENCY()).to.equal(await f.money.getAddress());
    expect(await f.cards.authority()).to.equal(await f.mainland.authority.getAddress());
    expect(await f.cards.MINIMUM_COOLING_OFF()).to.equal(RULES.coolingOff);
    expect(await f.cards.SALE_WINDOW()).to.equal(RULES.saleWindow);
    expect(await f.cards.templateId(lessons)).to.equal(cardTemplateId(lessons));
    const card = await CardUnderTest.offer(f, f.visits);
    expect(await f.cards.cardId(card.terms)).to.equal(card.id);
    expect(await f.cards.holdOf(card.terms)).to.deep.equal(Object.values(card.hold));
  });

  describe("registerTemplate", function () {
    it("offers terms that nobody can buy on yet", async function () {
      const id = cardTemplateId(lessons);
      await expect(f.cards.connect(f.gym).registerTemplate(lessons))
        .to.emit(f.cards, "TemplateRegistered")
        .withArgs(id, f.gym.address, Object.values(lessons));
      expect(await f.cards.templateStateOf(id)).to.deep.equal([TEMPLATE_STATUS.registered, 0n]);
    });

    it("refuses whoever is not the merchant", async function () {
      await expect(f.cards.connect(f.icbc).registerTemplate(lessons))
        .to.be.revertedWithCustomError(f.cards, "PrepaidTemplateCallerInvalid")
        .withArgs(cardTemplateId(lessons), f.icbc.address);
    });

    it("refuses terms that were registered before", async function () {
      await expect(f.cards.connect(f.gym).registerTemplate(f.visits))
        .to.be.revertedWithCustomError(f.cards, "PrepaidTemplateStatusInvalid")
        .withArgs(cardTemplateId(f.visits), TEMPLATE_STATUS.open);
    });

    it("refuses an insolvent merchant", async function () {
      await declareInsolvent(f, f.gym.address);
      await expect(f.cards.connect(f.gym).registerTemplate(lessons))
        .to.be.revertedWithCustomError(f.cards, "PrepaidMerchantInsolvent")
        .withArgs(f.gym.address);
    });

    const bounds: readonly { what: string; sound: Partial<CardTemplate>; unsound: Partial<CardTemplate> }[] = [
      { what: "a unit", sound: { units: 1n, awardLimit: 1n }, unsound: { units: 0n, awardLimit: 0n } },
      { what: "a price", sound: { unitPrice: 1n }, unsound: { unitPrice: 0n } },
      {
        what: "a price that an account can hold",
        sound: { unitPrice: 2n ** 64n - 1n, units: 1n, awardLimit: 0n },
        unsound: { unitPrice: 2n ** 63n, units: 2n, awardLimit: 0n },
      },
      {
        what: "seven days of cooling off",
        sound: { coolingOff: 7n * DAY },
        unsound: { coolingOff: 7n * DAY - 1n },
      },
      {
        what: "a validity beyond the cooling-off period",
        sound: { validity: 7n * DAY + 1n },
        unsound: { validity: 7n * DAY },
      },
      {
        what: "a schedule that ends before the card does",
        sound: { period: 10n * DAY, validity: 100n * DAY + 1n },
        unsound: { period: 10n * DAY, validity: 100n * DAY },
      },
      { what: "time for the arbiter", sound: { arbitrationPeriod: 1n }, unsound: { arbitrationPeriod: 0n } },
      { what: "an award within the units", sound: { awardLimit: 10n }, unsound: { awardLimit: 11n } },
      { what: "an arbiter", sound: {}, unsound: { arbiter: ZeroAddress } },
    ];
    for (const { what, sound, unsound } of bounds) {
      it(`asks for ${what}`, async function () {
        const refused = { ...lessons, ...unsound };
        await expect(f.cards.connect(f.gym).registerTemplate(refused))
          .to.be.revertedWithCustomError(f.cards, "PrepaidTemplateInvalid")
          .withArgs(cardTemplateId(refused));
        await f.cards.connect(f.gym).registerTemplate({ ...lessons, ...sound });
        expect(await statusOf({ ...lessons, ...sound })).to.equal(TEMPLATE_STATUS.registered);
      });
    }

    it("refuses a merchant that would arbitrate its own cards", async function () {
      const refused = { ...lessons, arbiter: f.gym.address };
      await expect(f.cards.connect(f.gym).registerTemplate(refused))
        .to.be.revertedWithCustomError(f.cards, "PrepaidTemplateInvalid")
        .withArgs(cardTemplateId(refused));
    });
  });

  describe("admitTemplate", function () {
    beforeEach(async function () {
      await f.cards.connect(f.gym).registerTemplate(lessons);
    });

    it("opens sales, by the institution that keeps the merchant's wallet", async function () {
      const [{ number }] = f.mainland.banks;
      const id = cardTemplateId(lessons);
      await expect(f.cards.connect(f.icbc).admitTemplate(lessons))
        .to.emit(f.cards, "TemplateAdmitted")
        .withArgs(id, number, f.icbc.address);
      expect(await f.cards.templateStateOf(id)).to.deep.equal([TEMPLATE_STATUS.open, number]);
    });

    it("refuses another institution", async function () {
      const [icbc, boc] = f.mainland.banks;
      await expect(f.cards.connect(f.boc).admitTemplate(lessons))
        .to.be.revertedWithCustomError(f.cards, "PrepaidMerchantNotSponsored")
        .withArgs(f.gym.address, icbc.number, boc.number);
    });

    it("refuses whoever is no institution, and one that is suspended", async function () {
      const { registry, officers, banks } = f.mainland;
      await expect(f.cards.connect(f.gym).admitTemplate(lessons))
        .to.be.revertedWithCustomError(registry, "InstitutionUnknown")
        .withArgs(0);
      await registry.connect(officers.registrar).setStatus(banks[0].number, SUSPENDED, ref("order"));
      await expect(f.cards.connect(f.icbc).admitTemplate(lessons))
        .to.be.revertedWithCustomError(registry, "InstitutionNotActive")
        .withArgs(banks[0].number, SUSPENDED);
    });

    it("refuses terms that the merchant has not offered, and those that are open", async function () {
      const unknown = { ...lessons, unitPrice: 1n };
      await expect(f.cards.connect(f.icbc).admitTemplate(unknown))
        .to.be.revertedWithCustomError(f.cards, "PrepaidTemplateStatusInvalid")
        .withArgs(cardTemplateId(unknown), TEMPLATE_STATUS.none);
      await expect(f.cards.connect(f.icbc).admitTemplate(f.visits))
        .to.be.revertedWithCustomError(f.cards, "PrepaidTemplateStatusInvalid")
        .withArgs(cardTemplateId(f.visits), TEMPLATE_STATUS.open);
    });

    it("refuses an insolvent merchant", async function () {
      await declareInsolvent(f, f.gym.address);
      await expect(f.cards.connect(f.icbc).admitTemplate(lessons))
        .to.be.revertedWithCustomError(f.cards, "PrepaidMerchantInsolvent")
        .withArgs(f.gym.address);
    });
  });

  describe("closeTemplate", function () {
    it("ends sales by the merchant, and leaves cards that were sold", async function () {
      const card = await CardUnderTest.bought(f, f.visits);
      await expect(f.cards.connect(f.gym).closeTemplate(f.visits))
        .to.emit(f.cards, "TemplateClosed")
        .withArgs(card.templateId, f.gym.address);
      await card.confirm(1n);
      const second = await CardUnderTest.offer(f, f.visits, { salt: ref("second card") });
      await expect(second.buy())
        .to.be.revertedWithCustomError(f.cards, "PrepaidTemplateStatusInvalid")
        .withArgs(card.templateId, TEMPLATE_STATUS.closed);
    });

    it("ends sales by the institution, also when that is suspended", async function () {
      const { registry, officers, banks } = f.mainland;
      await registry.connect(officers.registrar).setStatus(banks[0].number, SUSPENDED, ref("order"));
      await f.cards.connect(f.icbc).closeTemplate(f.visits);
      expect(await statusOf(f.visits)).to.equal(TEMPLATE_STATUS.closed);
    });

    it("withdraws terms that were not admitted, by the merchant alone", async function () {
      await f.cards.connect(f.gym).registerTemplate(lessons);
      for (const other of [f.icbc, f.stranger]) {
        await expect(f.cards.connect(other).closeTemplate(lessons))
          .to.be.revertedWithCustomError(f.cards, "PrepaidTemplateCallerInvalid")
          .withArgs(cardTemplateId(lessons), other.address);
      }
      await f.cards.connect(f.gym).closeTemplate(lessons);
      await expect(f.cards.connect(f.icbc).admitTemplate(lessons))
        .to.be.revertedWithCustomError(f.cards, "PrepaidTemplateStatusInvalid")
        .withArgs(cardTemplateId(lessons), TEMPLATE_STATUS.closed);
    });

    it("refuses another institution, and terms that are closed or unknown", async function () {
      await expect(f.cards.connect(f.boc).closeTemplate(f.visits))
        .to.be.revertedWithCustomError(f.cards, "PrepaidTemplateCallerInvalid")
        .withArgs(cardTemplateId(f.visits), f.boc.address);
      await f.cards.connect(f.gym).closeTemplate(f.visits);
      for (const [template, status] of [
        [f.visits, TEMPLATE_STATUS.closed],
        [lessons, TEMPLATE_STATUS.none],
      ] as const) {
        await expect(f.cards.connect(f.gym).closeTemplate(template))
          .to.be.revertedWithCustomError(f.cards, "PrepaidTemplateStatusInvalid")
          .withArgs(cardTemplateId(template), status);
      }
    });
  });
});
