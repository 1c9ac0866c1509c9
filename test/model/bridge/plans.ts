import fc from "fast-check";
import { execute, proposalIdOf, propose, queue } from "../../../sdk/council.js";
import { minor } from "../../../sdk/money.js";
import { parseRate } from "../../../sdk/rates.js";
import { found } from "../state.js";
import { labelOf } from "../tale.js";
import * as councilModel from "./council.js";
import { BANKS, TIMES, type Answer, type BankName, type Matter } from "./council.js";
import * as exchangeModel from "./exchange.js";
import { COINS, DEALERS } from "./exchange.js";
import type { BridgeAct, BridgePlan, BridgeStory } from "./story.js";
import * as world from "./world.js";

const dealer = fc.constantFrom(...DEALERS);
const coin = fc.constantFrom(...COINS);
const bank = fc.constantFrom(...BANKS);
const back = fc.nat({ max: 3 });
const seldom = (parts: number) => fc.nat({ max: parts - 1 }).map((n) => n === 0);

function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (choices: Choices, story: BridgeStory) => Iterable<Omit<BridgeAct, "label">>,
): fc.Arbitrary<BridgePlan> {
  return choices.map((chosen) => {
    const label = labelOf(name, chosen);
    return {
      label,
      *resolve(story) {
        for (const act of resolve(chosen, story)) yield { ...act, label };
      },
    };
  });
}

function latest<T>(entries: readonly T[], steps: number): [place: number, entry: T] | undefined {
  if (entries.length === 0) return undefined;
  const place = entries.length - 1 - (steps % entries.length);
  return [place, found(entries[place], "entry")];
}

// ------------------------------------------------------------------ exchange

/** An offer is made off chain: nothing happens there. */
const offer = plan(
  "offer",
  fc.record({
    maker: dealer,
    taker: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: dealer }),
    sells: fc.boolean(),
    permille: fc.integer({ min: -12, max: 12 }),
    odd: fc.bigInt({ min: 0n, max: 999_999n }),
    minimum: fc.nat({ max: 90 }),
    maximum: fc.integer({ min: 1, max: 900 }),
    divisible: seldom(3).map((whole) => !whole),
    hours: fc.nat({ max: 90 }),
    nonce: fc.constantFrom(0n, 0n, 128n),
  }),
  ({ permille, odd, minimum, maximum, hours, ...terms }, story) => {
    const rate = (parseRate("0.915") * BigInt(1000 + permille)) / 1000n + odd;
    const amounts = { minimum: BigInt(minimum) * 100n + 1n, maximum: BigInt(maximum) * 100n + 33n };
    story.state.exchange.offers.push({ ...terms, ...amounts, rate, notAfter: story.time + BigInt(hours) * 3_600n });
    return [];
  },
);

const take = plan(
  "take",
  fc.record({ back, taker: dealer, share: fc.constantFrom(1n, 3n, 5n, 10n, 10n, 11n) }),
  function* ({ back: steps, taker, share }, story) {
    const [index, made] = latest(story.state.exchange.offers, steps) ?? [];
    if (index === undefined || made === undefined) return;
    const left = made.maximum - (story.state.exchange.filled.get(index) ?? 0n);
    const amount = (left * share) / 10n;
    yield {
      apply: ({ exchange }, rules) => exchangeModel.take(exchange, rules, index, taker, amount),
      send: (on) => world.sendTake(on, made, taker, amount),
    };
  },
);

const cancel = plan("cancelQuote", fc.record({ back }), function* ({ back: steps }, story) {
  const [, made] = latest(story.state.exchange.offers, steps) ?? [];
  if (made === undefined) return;
  yield {
    apply: ({ exchange }) => exchangeModel.cancelOffer(exchange, made.maker, made.nonce),
    send: (on) => world.sendCancel(on, made.maker, made.nonce),
  };
});

const authorize = plan("authorizeAgent", fc.record({ dealer, off: seldom(4) }), ({ dealer: who, off }) => [
  {
    apply: ({ exchange }) => void (off ? exchange.authorized.delete(who) : exchange.authorized.add(who)),
    send: (on) => world.sendAuthorization(on, who, !off),
  },
]);

const publish = plan(
  "setReference",
  fc.record({
    coin,
    permille: fc.integer({ min: -8, max: 8 }),
    width: fc.integer({ min: 8, max: 20 }),
    hours: fc.constantFrom(1, 24, 24, 24),
  }),
  ({ coin: side, permille, width, hours }) => {
    const par = parseRate("0.915");
    const given = {
      rate: (par * BigInt(1000 + permille)) / 1000n,
      width: (par * BigInt(width)) / 1000n,
      validFor: BigInt(hours) * 3_600n,
    };
    return [
      {
        apply: ({ exchange }) => {
          const { rate, width: wide, validFor } = given;
          exchange.references[side] = { rate, width: wide, validUntil: exchange.now + validFor };
        },
        send: (on) => world.sendReference(on, side, given.rate, given.width, given.validFor),
      },
    ];
  },
);

const withdrawReference = plan("withdrawReference", fc.record({ coin, really: seldom(5) }), ({ coin: side, really }) =>
  really
    ? [
        {
          apply: ({ exchange }) => {
            exchange.references[side] = undefined;
          },
          send: (on) => world.sendWithdrawal(on, side),
        },
      ]
    : [],
);

const stop = plan("stopCurrency", fc.record({ coin, on: seldom(9) }), ({ coin: side, on }) => [
  {
    apply: ({ exchange }) => void (on ? exchange.suspended.add(side) : exchange.suspended.delete(side)),
    send: (there) => world.sendStop(there, side, on),
  },
]);

// ------------------------------------------------------------------- council

const matter: fc.Arbitrary<Matter> = fc.oneof(
  fc.record({ what: fc.constantFrom("invite", "invite", "disguised", "admit"), bank }) as fc.Arbitrary<Matter>,
  fc.record({ what: fc.constantFrom("rulebook", "resolution") }) as fc.Arbitrary<Matter>,
);

function proposing(about: Matter, by: BankName, story: BridgeStory): Omit<BridgeAct, "label"> {
  const place = story.state.council.motions.length;
  return {
    apply: ({ council }) => councilModel.propose(council, by, about),
    send: async (on) => propose(on.council.connect(on.banks[by]), await world.decisionFor(on, about, place)),
  };
}

function voting(place: number, by: BankName, answer: Answer, story: BridgeStory): Omit<BridgeAct, "label"> {
  const about = found(story.state.council.motions[place], "motion").matter;
  return {
    apply: ({ council }, rules) =>
      councilModel.vote(council, rules, found(council.motions[place], "motion"), by, answer),
    send: async (on) => {
      const id = proposalIdOf(await world.decisionFor(on, about, place));
      return on.council.connect(on.banks[by]).castVote(id, world.ANSWERS[answer], world.OVERRIDES);
    },
  };
}

function moving(step: "queue" | "execute", place: number, story: BridgeStory): Omit<BridgeAct, "label"> {
  const about = found(story.state.council.motions[place], "motion").matter;
  return {
    apply: ({ council }, rules) => councilModel[step](council, rules, found(council.motions[place], "motion")),
    send: async (on) => {
      const decision = await world.decisionFor(on, about, place);
      return step === "queue" ? queue(on.council, decision) : execute(on.council, decision);
    },
  };
}

const proposeAny = plan("propose", fc.record({ matter, bank }), ({ matter: about, bank: by }, story) => [
  proposing(about, by, story),
]);

const voteAny = plan(
  "castVote",
  fc.record({ back, bank, answer: fc.constantFrom<Answer>("for", "for", "against", "abstain") }),
  function* ({ back: steps, bank: by, answer }, story) {
    const [place] = latest(story.state.council.motions, steps) ?? [];
    if (place !== undefined) yield voting(place, by, answer, story);
  },
);

const moveAny = plan(
  "moveOn",
  fc.record({ back, step: fc.constantFrom("queue" as const, "execute" as const) }),
  function* ({ back: steps, step }, story) {
    const [place] = latest(story.state.council.motions, steps) ?? [];
    if (place !== undefined) yield moving(step, place, story);
  },
);

function leaving(by: BankName): Omit<BridgeAct, "label"> {
  return {
    apply: ({ council }) => councilModel.resign(council, by),
    send: (on) => on.council.connect(on.banks[by]).resign(world.OVERRIDES),
  };
}

/** Whether the bank can resign; without members there is no story. */
function mayLeave(by: BankName, { state: { council } }: BridgeStory): boolean {
  return council.members.has(by) && !council.currencies.has(by) && council.members.size > 1;
}

/** A whole decision: everybody is asked, one may say something else or leave, and it takes its time. */
const convene = plan(
  "convene",
  fc.record({
    matter,
    odd: fc.option(fc.record({ bank, answer: fc.constantFrom<Answer>("against", "abstain") }), { nil: undefined }),
    early: seldom(6),
    leaver: fc.option(bank, { nil: undefined, freq: 2 }),
  }),
  function* ({ matter: about, odd, early, leaver }, story) {
    const members = BANKS.filter((each) => story.state.council.members.has(each));
    const [chair] = members;
    if (chair === undefined) return;
    yield proposing(about, chair, story);
    const place = story.state.council.motions.length - 1;
    story.pass(TIMES.delay);
    // whoever does not sit is asked, too, and has no vote
    const asked = odd === undefined || members.includes(odd.bank) ? members : [...members, odd.bank];
    for (const each of asked) yield voting(place, each, odd?.bank === each ? odd.answer : "for", story);
    if (leaver !== undefined && mayLeave(leaver, story)) yield leaving(leaver);
    story.pass(TIMES.period);
    yield moving("queue", place, story);
    if (story.state.council.motions[place]?.eta === undefined) return;
    story.pass(early ? TIMES.lock / 2n : TIMES.lock);
    yield moving("execute", place, story);
  },
);

const join = plan("join", fc.record({ bank }), ({ bank: by }) => [
  {
    apply: ({ council }) => councilModel.join(council, by),
    send: (on) => on.council.connect(on.banks[by]).join(world.OVERRIDES),
  },
]);

const resign = plan("resign", fc.record({ bank, really: seldom(2) }), ({ bank: by, really }, story) =>
  really && story.state.council.members.size > 1 ? [leaving(by)] : [],
);

const setSupply = plan(
  "setSupply",
  fc.record({ bank, amount: fc.constantFrom(0n, minor("1")) }),
  ({ bank: by, amount }) => [
    {
      apply: ({ council }) => void council.supply.set(by, amount),
      send: (on) => found(on.currencies.get(by), "currency").setSupply(amount),
    },
  ],
);

const withdraw = plan(
  "withdrawCurrency",
  fc.record({ bank, other: fc.option(bank, { nil: undefined }) }),
  ({ bank: by, other }) => {
    const issuer = other ?? by;
    return [
      {
        apply: ({ council }) => councilModel.withdraw(council, by, issuer),
        send: (on) => on.council.connect(on.banks[by]).withdrawCurrency(world.addressOf(on, issuer), world.OVERRIDES),
      },
    ];
  },
);

const suspend = plan(
  "suspendCurrency",
  fc.record({ bank, other: fc.option(bank, { nil: undefined }), on: fc.boolean() }),
  ({ bank: by, other, on }) => {
    const issuer = other ?? by;
    return [
      {
        apply: ({ council }) => councilModel.suspend(council, by, issuer, on),
        send: (there) => {
          const council = there.council.connect(there.banks[by]);
          const currency = world.addressOf(there, issuer);
          return on
            ? council.suspendCurrency(currency, world.OVERRIDES)
            : council.resumeCurrency(currency, world.OVERRIDES);
        },
      },
    ];
  },
);

const pass = plan(
  "pass",
  fc.record({
    minutes: fc.oneof({ weight: 6, arbitrary: fc.nat({ max: 90 }) }, { weight: 1, arbitrary: fc.nat({ max: 1_000 }) }),
  }),
  ({ minutes }, story) => {
    story.pass(BigInt(minutes) * 60n);
    return [];
  },
);

/** Everything that can happen; what is named more often comes more often. */
export const BRIDGE_PLANS: readonly fc.Arbitrary<BridgePlan>[] = [
  ...[offer, offer, offer, take, take, take, take, take, take, take],
  ...[cancel, authorize, publish, publish, publish, withdrawReference, stop],
  ...[proposeAny, voteAny, voteAny, moveAny, convene, convene],
  ...[join, join, resign, setSupply, withdraw, suspend, suspend, pass],
];
