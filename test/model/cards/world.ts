import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { cardHold, type CardTemplate, type PrepaidCard } from "../../../sdk/eip712/prepaidCards.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { deployCards, type Cards } from "../../support/cards.js";
import { ref, type Chain } from "../../support/chain.js";
import { fund } from "../../support/currency.js";
import * as tale from "../tale.js";
import { COMMON, OFFERS, type CardModel, type Kind, type Person, type Rules, type State } from "./state.js";

/** The cards of a currency on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Cards;
  readonly signers: Readonly<Record<Person, HardhatEthersSigner>>;
  readonly templates: Readonly<Record<Kind, CardTemplate>>;
}

/** Cards: the model beside the chain. */
export class CardTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<CardTale, World, State, Rules>;

const FUNDS = 250_000n;

/** Three offers that are open, and two consumers with money for some cards. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployCards(chain);
  const { ann, bob, gym, arbiter, icbc: bank, carrier, company: spa } = f;
  const signers = { ann, bob, gym, spa, arbiter, bank, carrier };
  const templateOf = (kind: Kind): CardTemplate => {
    const { merchant, price, units, days = 0n } = OFFERS[kind];
    return {
      ...{ merchant: signers[merchant].address, unitPrice: price, units, period: days * tale.DAY },
      ...{ coolingOff: COMMON.cooling * tale.DAY, validity: COMMON.validity * tale.DAY, arbiter: arbiter.address },
      ...{ arbitrationPeriod: COMMON.arbitration * tale.DAY, awardLimit: COMMON.award, contractHash: ref(kind) },
    };
  };
  const templates = { visits: templateOf("visits"), months: templateOf("months"), massages: templateOf("massages") };
  for (const kind of ["visits", "months", "massages"] as const) {
    await f.cards.connect(signers[OFFERS[kind].merchant]).registerTemplate(templates[kind]);
    await f.cards.connect(bank).admitTemplate(templates[kind]);
  }
  const free: State["free"] = new Map();
  for (const consumer of ["ann", "bob"] as const) {
    await fund(f.mainland, signers[consumer], FUNDS - (await f.money.balanceOf(signers[consumer])));
    free.set(consumer, FUNDS);
  }
  const now = BigInt(await chain.networkHelpers.time.latest());
  const initial: State = { now, free, earned: new Map(), ended: new Map(), cards: [], names: 0 };
  return { world: { chain, errors: errorsOf(f.cards, f.money), f, signers, templates }, initial };
}

/** A card's terms as the contract takes them. */
export function termsOf(
  { signers, templates }: Pick<World, "signers" | "templates">,
  card: Pick<CardModel, "kind" | "consumer" | "notAfter" | "salt">,
): PrepaidCard {
  const { kind, consumer, notAfter, salt } = card;
  return { template: templates[kind], consumer: signers[consumer].address, notAfter, salt: ref(salt) };
}

/** The hold that a card's price is. */
export function holdOf(world: World, card: Parameters<typeof termsOf>[1]) {
  return cardHold(world.f.domains.cards, termsOf(world, card));
}
