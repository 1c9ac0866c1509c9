import fc from "fast-check";
import { signConfirmation, signPurchase } from "../../../sdk/payments/cards.js";
import { ref } from "../../support/chain.js";
import { latest, seldom } from "../plans/choices.js";
import { DAY, found, planned } from "../tale.js";
import * as model from "./state.js";
import { COMMON, CONSUMERS, MERCHANTS, OFFERS, PEOPLE, type CardModel, type Kind, type State } from "./state.js";
import { holdOf, termsOf, type Act, type CardTale, type Plan } from "./world.js";

const FAR = 2n ** 40n;
const KINDS = Object.keys(OFFERS) as Kind[];

/** Mostly some hours later; sometimes to a moment at which something of the card ends, or one second before. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 20 }).map((hours) => ({ to: "hours", hours }) as const) },
  { weight: 1, arbitrary: fc.nat({ max: 200 }).map((hours) => ({ to: "hours", hours }) as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      to: fc.constantFrom("cooling", "expiry", "deadline", "due"),
      before: fc.boolean(),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const back = fc.nat({ max: 5 });
const anyone = fc.constantFrom(...PEOPLE);

/** A card that the act is about, when the story has come to it: one of the latest, mostly one that still runs. */
function pick(told: CardTale, choice: number, running: boolean): number | undefined {
  const { cards } = told.state;
  const open = cards.filter(({ standing }) => standing === "active" || standing === "disputed");
  const card = latest(running && open.length > 0 ? open : cards, choice);
  return card === undefined ? undefined : cards.indexOf(card);
}

function take(told: CardTale, at: Step, card: CardModel): void {
  const { now } = told.state;
  if (at.to === "hours") {
    told.leapTo(now + BigInt(at.hours) * 3_600n + 1n);
    return;
  }
  const days = OFFERS[card.kind].days ?? 1n;
  const moments = {
    cooling: card.bought + COMMON.cooling * DAY,
    expiry: model.expiryOf(card),
    deadline: (card.disputed ?? now) + COMMON.arbitration * DAY,
    due: card.bought + ((now - card.bought) / (days * DAY) + 1n) * days * DAY,
  };
  const moment = moments[at.to] - (at.before ? 1n : 0n);
  if (moment > now) told.leapTo(moment);
}

/** See {@link planned}. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: CardTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, choices, resolve);
}

/** An act about a card. */
function about<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  act: (chosen: Choices, index: number, told: CardTale) => Omit<Act, "label">,
): fc.Arbitrary<Plan> {
  const all = fc.record({ chosen: choices, choice: back, ended: seldom(6), at: step });
  return plan(name, all, ({ chosen, choice, ended, at }, told) => {
    const index = pick(told, choice, !ended);
    if (index === undefined) return undefined;
    take(told, at, cardAt(told.state, index));
    return act(chosen, index, told);
  });
}

function cardAt({ cards }: State, index: number): CardModel {
  return found(cards[index], "card");
}

const buy = plan(
  "buy",
  fc.record({
    kind: fc.constantFrom(...KINDS),
    consumer: fc.constantFrom(...CONSUMERS),
    hours: fc.oneof({ weight: 8, arbitrary: fc.nat({ max: 23 }) }, { weight: 1, arbitrary: fc.constantFrom(24, 25) }),
    late: seldom(12),
    carried: fc.boolean(),
  }),
  ({ kind, consumer, hours, late, carried }, told) => {
    const notAfter = late ? told.time - 1n : told.time + BigInt(hours) * 3_600n;
    const terms = { kind, consumer, notAfter, salt: `card ${++told.state.names}` };
    return {
      apply: (state, rules) => model.buy(state, rules, terms),
      send: async (world) => {
        const { f, signers } = world;
        const card = termsOf(world, terms);
        if (!carried) return f.cards.connect(signers[consumer]).buy(card, "0x", "0x");
        const { consent, holdSignature } = await signPurchase(signers[consumer], f.domains, card);
        return f.cards.connect(signers.carrier).buy(card, consent, holdSignature);
      },
    };
  },
);

const confirm = about(
  "confirm",
  fc.record({
    units: fc.oneof(
      { weight: 6, arbitrary: fc.constant(1n) },
      { weight: 1, arbitrary: fc.constantFrom(0n, 2n, 6n, 7n) },
    ),
    other: seldom(8),
    signed: fc.boolean(),
    off: seldom(5),
  }),
  ({ units, other, signed, off }, index, told) => {
    const { consumer, released } = cardAt(told.state, index);
    const by = other ? ("gym" as const) : consumer;
    const after = signed ? released + (off ? 1n : 0n) : undefined;
    return {
      apply: (state, rules) => model.confirm(state, rules, cardAt(state, index), { units, by, after }),
      send: async (world) => {
        const { f, signers } = world;
        const card = termsOf(world, cardAt(told.state, index));
        if (after === undefined) return f.cards.connect(signers[by]).confirm(card, units);
        const stated = { used: after, units, notAfter: FAR };
        const { confirmation, signature } = await signConfirmation(signers[by], f.domains.cards, card, stated);
        return f.cards.connect(signers.carrier).confirmWithSignature(card, confirmation, signature);
      },
    };
  },
);

const releaseDue = about("releaseDue", fc.record({ by: anyone }), ({ by }, index, told) => ({
  apply: (state, rules) => model.releaseDue(state, rules, cardAt(state, index)),
  send: (world) => world.f.cards.connect(world.signers[by]).releaseDue(termsOf(world, cardAt(told.state, index))),
}));

const dispute = about("dispute", fc.record({ other: seldom(6) }), ({ other }, index, told) => {
  const by = other ? ("gym" as const) : cardAt(told.state, index).consumer;
  return {
    apply: (state, rules) => model.dispute(state, rules, cardAt(state, index), by),
    send: (world) =>
      world.f.cards.connect(world.signers[by]).dispute(termsOf(world, cardAt(told.state, index)), ref("evidence")),
  };
});

const withdrawDispute = about("withdrawDispute", fc.record({ other: seldom(6) }), ({ other }, index, told) => {
  const by = other ? ("gym" as const) : cardAt(told.state, index).consumer;
  return {
    apply: (state) => model.withdrawDispute(cardAt(state, index), by),
    send: (world) =>
      world.f.cards.connect(world.signers[by]).withdrawDispute(termsOf(world, cardAt(told.state, index))),
  };
});

const rule = about(
  "rule",
  fc.record({ units: fc.constantFrom(0n, 1n, 2n, 3n), other: seldom(8) }),
  ({ units, other }, index, told) => {
    const by = other ? ("gym" as const) : ("arbiter" as const);
    return {
      apply: (state, rules) => model.rule(state, rules, cardAt(state, index), units, by),
      send: (world) =>
        world.f.cards.connect(world.signers[by]).rule(termsOf(world, cardAt(told.state, index)), units, ref("reasons")),
    };
  },
);

const refund = about(
  "refund",
  fc.record({ by: fc.oneof(anyone, fc.constant("own" as const)) }),
  ({ by }, index, told) => {
    const caller = by === "own" ? cardAt(told.state, index).consumer : by;
    return {
      apply: (state, rules) => model.refund(state, rules, cardAt(state, index), caller),
      send: (world) => world.f.cards.connect(world.signers[caller]).refund(termsOf(world, cardAt(told.state, index))),
    };
  },
);

const freeAtLedger = about("freeAtLedger", fc.record({ by: anyone }), ({ by }, index, told) => ({
  apply: (state) => model.freeAtLedger(state, cardAt(state, index)),
  send: (world) => world.f.money.connect(world.signers[by]).releaseHold(holdOf(world, cardAt(told.state, index))),
}));

const declareInsolvent = plan(
  "declareInsolvent",
  fc.record({ merchant: fc.constantFrom(...MERCHANTS), happens: seldom(5) }),
  ({ merchant, happens }, told) => {
    if (!happens || told.state.cards.length < 3) return undefined;
    return {
      apply: (state) => model.declareInsolvent(state, merchant),
      send: ({ f, signers }) => f.cards.connect(f.halter).declareInsolvent(signers[merchant], ref("order")),
    };
  },
);

/** By weight: what is named more often is done more often. */
export const CARD_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...[buy, buy, buy, buy, confirm, confirm, confirm, releaseDue, releaseDue],
  ...[dispute, dispute, rule, rule, withdrawDispute, refund, refund, freeAtLedger, declareInsolvent],
];
