import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256 } from "ethers";
import { openCards } from "../../sdk/deploy/cards.js";
import {
  cardExpiry,
  cardHold,
  cardId,
  cardPrice,
  cardTemplateId,
  type CardTemplate,
  type PrepaidCard,
} from "../../sdk/eip712/prepaidCards.js";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import type { CardDomains } from "../../sdk/payments/cards.js";
import type { PrepaidCards } from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "./chain.js";
import { deployMoney, fund, type Money } from "./currency.js";

/** Seconds. */
export const DAY = 86_400n;
/** The shortest cooling-off period, and how far ahead of its last moment a card may be bought; see `IPrepaidCards`. */
export const RULES = { coolingOff: 7n * DAY, saleWindow: DAY } as const;
/** What every consumer has at first. */
export const PURSE = minor("2000.00");

/** What this run compiled, and under coverage instrumented. */
const { bytecode } = await artifacts.readArtifact("PrepaidCards");

/** The mainland's card contract: the shop is a gym of icbc's, the treasury arbitrates, ann and bob train. */
export interface Cards extends Money {
  readonly chain: Chain;
  readonly cards: PrepaidCards;
  readonly money: Money["mainland"]["currency"];
  readonly domains: CardDomains;
  readonly gym: HardhatEthersSigner;
  readonly arbiter: HardhatEthersSigner;
  readonly halter: HardhatEthersSigner;
  /** Ten visits of 50.00, half a year, thirty days for the arbiter, who may award two visits. */
  readonly visits: CardTemplate;
  /** Six months of 80.00, paid month by month. */
  readonly months: CardTemplate;
}

/** Both templates are open; consumers have money and allow the contract all of it. */
export async function deployCards(chain: Chain): Promise<Cards> {
  const money = await deployMoney(chain);
  const { currency, authority, officers } = money.mainland;
  const bank = { authority, admin: officers.admin };
  const cards = await openCards({ ...bank, deployer: money.deployer, currency, initCode: bytecode });
  const { shop: gym, treasury: arbiter } = money;
  const visits: CardTemplate = {
    merchant: gym.address,
    unitPrice: minor("50.00"),
    units: 10n,
    period: 0n,
    coolingOff: RULES.coolingOff,
    validity: 183n * DAY,
    arbiter: arbiter.address,
    arbitrationPeriod: 30n * DAY,
    awardLimit: 2n,
    contractHash: ref("contract of the gym"),
  };
  const months = { ...visits, unitPrice: minor("80.00"), units: 6n, period: 30n * DAY };
  for (const template of [visits, months]) {
    await cards.connect(gym).registerTemplate(template);
    await cards.connect(money.icbc).admitTemplate(template);
  }
  for (const consumer of [money.ann, money.bob]) {
    await fund(money.mainland, consumer, PURSE);
    await currency.connect(consumer).approve(cards, MaxUint256);
  }
  return {
    ...money,
    ...{ chain, cards, money: currency, gym, arbiter, halter: officers.halter, visits, months },
    domains: { cards: await domainOf(cards), currency: await domainOf(currency) },
  };
}

/** A card of ann's or another's that may be bought within an hour. */
export class CardUnderTest {
  readonly id: string;
  readonly templateId: string;
  readonly hold: Hold;
  readonly price: bigint;
  readonly expiry: bigint;

  private constructor(
    private readonly f: Cards,
    readonly terms: PrepaidCard,
    readonly consumer: HardhatEthersSigner,
  ) {
    this.id = cardId(f.domains.cards, terms);
    this.templateId = cardTemplateId(terms.template);
    this.hold = cardHold(f.domains.cards, terms);
    this.price = cardPrice(terms.template);
    this.expiry = cardExpiry(terms);
  }

  /** Not bought yet. */
  static async offer(
    f: Cards,
    template: CardTemplate,
    changed: Partial<PrepaidCard> = {},
    consumer = f.ann,
  ): Promise<CardUnderTest> {
    const notAfter = BigInt(await f.chain.networkHelpers.time.latest()) + 3_600n;
    const salt = ref("first card");
    return new CardUnderTest(f, { template, consumer: consumer.address, notAfter, salt, ...changed }, consumer);
  }

  /** Bought by its consumer. */
  static async bought(
    f: Cards,
    template: CardTemplate,
    changed: Partial<PrepaidCard> = {},
    consumer = f.ann,
  ): Promise<CardUnderTest> {
    const card = await CardUnderTest.offer(f, template, changed, consumer);
    await card.buy();
    return card;
  }

  buy() {
    return this.f.cards.connect(this.consumer).buy(this.terms, "0x", "0x");
  }

  confirm(units: bigint) {
    return this.f.cards.connect(this.consumer).confirm(this.terms, units);
  }

  releaseDue() {
    return this.f.cards.connect(this.f.carrier).releaseDue(this.terms);
  }

  dispute() {
    return this.f.cards.connect(this.consumer).dispute(this.terms, ref("evidence"));
  }

  rule(units: bigint) {
    return this.f.cards.connect(this.f.arbiter).rule(this.terms, units, ref("reasons"));
  }

  refund(by: HardhatEthersSigner = this.f.carrier) {
    return this.f.cards.connect(by).refund(this.terms);
  }

  /** Unix seconds of the purchase. */
  async boughtAt(): Promise<bigint> {
    return (await this.f.cards.cardStateOf(this.id)).bought;
  }

  /** The next transaction comes so many seconds after the purchase. */
  async at(secondsAfterPurchase: bigint): Promise<void> {
    await this.f.chain.networkHelpers.time.setNextBlockTimestamp((await this.boughtAt()) + secondsAfterPurchase);
  }

  /** What is still held for the card. */
  async locked(): Promise<bigint> {
    return (await this.f.money.holdState(await this.f.money.holdId(this.hold))).remaining;
  }

  /** Status and released units. */
  async state(): Promise<readonly [status: bigint, used: bigint]> {
    const { status, used } = await this.f.cards.cardStateOf(this.id);
    return [status, used];
  }
}

/** The merchant is insolvent by an order of the court. */
export function declareInsolvent({ cards, halter }: Cards, merchant: string) {
  return cards.connect(halter).declareInsolvent(merchant, ref("bankruptcy order"));
}
