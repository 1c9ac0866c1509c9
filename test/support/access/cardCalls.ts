import { governCards } from "../../../sdk/deploy/cards.js";
import { cardPrice, type CardTemplate, type PrepaidCard } from "../../../sdk/eip712/prepaidCards.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import { signConfirmation, signPurchase } from "../../../sdk/payments/cards.js";
import type { PrepaidCards } from "../../../types/ethers-contracts/index.js";
import { ref } from "../chain.js";
import type { CARD_ROWS } from "./cardTable.js";
import type { Calls } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";

const DAY = 86_400n;

/** The card contract of the stage's currency. */
export async function cardsOf({ side, who, chain }: Scene): Promise<PrepaidCards> {
  const cards = await chain.ethers.deployContract("PrepaidCards", [side.currency]);
  await governCards({ authority: side.authority, admin: who.admin }, cards);
  return cards;
}

function termsOf({ who }: Scene, merchant: string, period = 0n): CardTemplate {
  return {
    ...{ merchant, unitPrice: minor("1.00"), units: 3n, period },
    ...{ coolingOff: 7n * DAY, validity: 100n * DAY, arbiter: who.agent.address },
    ...{ arbitrationPeriod: DAY, awardLimit: 1n, contractHash: ref("contract") },
  };
}

/** Terms that the holder offers as a merchant. */
async function offered(f: Scene) {
  const cards = await cardsOf(f);
  const template = termsOf(f, f.who.holder.address);
  await cards.connect(f.who.holder).registerTemplate(template);
  return { cards, template, to: await cards.getAddress() };
}

/** A card of the payee's that the holder may buy, with an allowance. */
async function onSale(f: Scene, period = 0n) {
  const { chain, side, who, payee } = f;
  const cards = await cardsOf(f);
  const template = termsOf(f, payee.address, period);
  await cards.connect(payee).registerTemplate(template);
  await cards.connect(who.operating).admitTemplate(template);
  const notAfter = BigInt(await chain.networkHelpers.time.latest()) + 3_600n;
  const card: PrepaidCard = { template, consumer: who.holder.address, notAfter, salt: ref("card") };
  await side.currency.connect(who.holder).approve(cards, cardPrice(template));
  return { cards, card, to: await cards.getAddress() };
}

async function sold(f: Scene, period = 0n) {
  const it = await onSale(f, period);
  await it.cards.connect(f.who.holder).buy(it.card, "0x", "0x");
  return it;
}

async function disputed(f: Scene) {
  const it = await sold(f);
  await it.cards.connect(f.who.holder).dispute(it.card, ref("evidence"));
  return it;
}

const FIRST = { used: 0n, units: 1n, notAfter: FAR } as const;

export const cardCalls: Calls<typeof CARD_ROWS> = {
  registerTemplate: async (f) => ({
    to: await (await cardsOf(f)).getAddress(),
    args: (caller) => [{ ...termsOf(f, caller.address), arbiter: f.payee.address }],
  }),
  "registerTemplate: the holder's": async (f) => ({
    to: await (await cardsOf(f)).getAddress(),
    args: [termsOf(f, f.who.holder.address)],
  }),
  admitTemplate: async (f) => {
    const { to, template } = await offered(f);
    return { to, args: [template] };
  },
  closeTemplate: async (f) => {
    const { to, cards, template } = await offered(f);
    await cards.connect(f.who.operating).admitTemplate(template);
    return { to, args: [template] };
  },
  buy: async (f) => {
    const { to, cards, card } = await onSale(f);
    const domains = { cards: await domainOf(cards), currency: await domainOf(f.side.currency) };
    const { consent, holdSignature } = await signPurchase(f.who.holder, domains, card);
    return { to, args: [card, consent, holdSignature] };
  },
  "buy: without a signature": async (f) => {
    const { to, card } = await onSale(f);
    return { to, args: [card, "0x", "0x"] };
  },
  withdrawPurchase: async (f) => {
    const { to, cards, card } = await onSale(f);
    const { payer, payee, executor, amount, expiry, businessRef } = await cards.holdOf(card);
    await f.side.currency.connect(f.who.holder).placeHold({ payer, payee, executor, amount, expiry, businessRef });
    return { to, args: [card] };
  },
  confirm: async (f) => {
    const { to, card } = await sold(f);
    return { to, args: [card, 1n] };
  },
  confirmWithSignature: async (f) => {
    const { to, cards, card } = await sold(f);
    const { confirmation, signature } = await signConfirmation(f.who.holder, await domainOf(cards), card, FIRST);
    return { to, args: [card, confirmation, signature] };
  },
  "confirmWithSignature: signed by the caller": async (f) => {
    const { to, cards, card } = await sold(f);
    const domain = await domainOf(cards);
    return {
      to,
      args: async (caller) => {
        const { confirmation, signature } = await signConfirmation(caller, domain, card, FIRST);
        return [card, confirmation, signature];
      },
    };
  },
  releaseDue: async (f) => {
    const { to, card } = await sold(f, 10n * DAY);
    await f.chain.networkHelpers.time.increase(10n * DAY);
    return { to, args: [card] };
  },
  dispute: async (f) => {
    const { to, card } = await sold(f);
    return { to, args: [card, ref("evidence")] };
  },
  withdrawDispute: async (f) => {
    const { to, card } = await disputed(f);
    return { to, args: [card] };
  },
  rule: async (f) => {
    const { to, card } = await disputed(f);
    return { to, args: [card, 1n, ref("reasons")] };
  },
  "refund: within the cooling-off period": async (f) => {
    const { to, card } = await sold(f);
    return { to, args: [card] };
  },
  "refund: of an insolvent merchant": async (f) => {
    const { to, cards, card } = await sold(f);
    await cards.connect(f.who.halter).declareInsolvent(f.payee, ref("order"));
    return { to, args: [card] };
  },
  declareInsolvent: async (f) => ({
    to: await (await cardsOf(f)).getAddress(),
    args: [f.payee.address, ref("order")],
  }),
  setAuthority: async (f) => ({
    to: await (await cardsOf(f)).getAddress(),
    args: [await f.suite.mainland.authority.getAddress()],
  }),
};
