import fc from "fast-check";
import { startOfDayNumber } from "../../../sdk/calendar.js";
import { signBuyIn } from "../../../sdk/markets/trades.js";
import { ref } from "../../support/chain.js";
import { latest, seldom } from "../plans/choices.js";
import { found, labelOf } from "../tale.js";
import * as model from "./state.js";
import {
  DEALERS,
  SIDES,
  isOpen,
  lastDayOf,
  receiverOf,
  todayOf,
  type Person,
  type Side,
  type State,
  type TradeModel,
} from "./state.js";
import { holdOf, idOf, pairOf, sidesOf, type Act, type Plan, type TradeTale } from "./world.js";

type Bare = Omit<Act, "label">;
/** One of several acts of a plan, with a name of its own. */
type Named = Bare & { readonly what: string };

const back = fc.nat({ max: 4 });
const dealer = fc.constantFrom(...DEALERS);
const anyone = fc.oneof({ weight: 6, arbitrary: dealer }, { weight: 1, arbitrary: fc.constant("carrier" as const) });
/** Mostly later the same day. */
const days = fc.oneof(
  { weight: 12, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.nat({ max: 4 }) },
);

function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: TradeTale) => Iterable<Named> | Bare | undefined,
): fc.Arbitrary<Plan> {
  return choices.map((chosen) => ({
    label: labelOf(name, chosen),
    resolve: (told: TradeTale) => {
      const acts = resolve(chosen, told);
      if (acts === undefined) return undefined;
      if (Symbol.iterator in acts) return labelled(acts, chosen);
      return { ...acts, label: labelOf(name, chosen) };
    },
  }));
}

/** As they come: what a later act is about hangs on the earlier ones. */
function* labelled(acts: Iterable<Named>, chosen: object): Iterable<Act> {
  for (const { what, ...act } of acts) yield { ...act, label: labelOf(what, chosen) };
}

function at(state: State, index: number): TradeModel {
  return found(state.trades[index], "trade");
}

/** An act about a trade, mostly one that is open, when some days may have passed. */
function about<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  wanted: (trade: TradeModel) => boolean,
  act: (chosen: Choices, index: number, told: TradeTale) => Bare | undefined,
): fc.Arbitrary<Plan> {
  const all = fc.record({ chosen: choices, choice: back, any: seldom(8), days });
  return plan(name, all, ({ chosen, choice, any, days: later }, told) => {
    const { trades, now } = told.state;
    const fitting = trades.filter(wanted);
    const trade = latest(any || fitting.length === 0 ? trades : fitting, choice);
    if (trade === undefined) return undefined;
    if (later > 0) told.leapTo(BigInt(startOfDayNumber(Number(todayOf({ now })) + later)) + 3_600n);
    return act(chosen, trades.indexOf(trade), told);
  });
}

const instruct = plan(
  "instruct",
  fc.record({
    giver: dealer,
    quantity: fc.bigInt({ min: 1n, max: 60n }),
    amount: fc.oneof(
      { weight: 4, arbitrary: fc.bigInt({ min: 1_000_000n, max: 50_000_000n }) },
      { weight: 1, arbitrary: fc.bigInt({ min: 1n, max: 90n }) },
    ),
    off: seldom(8),
    minimum: fc.constantFrom(0n, 1n, 1n, 5n),
    guarantee: fc.constantFrom(0n, 0n, 500n, 40_000n),
    unplaced: seldom(8),
    later: fc.constantFrom(0n, 0n, 1n, 2n),
    until: fc.constantFrom("match", "match", "match", "match", "match", "match", "withdraw", "entered"),
  }),
  ({ giver, off, unplaced, later, until, minimum, ...terms }, told) => {
    const { state } = told;
    const index = state.trades.length;
    const today = todayOf({ now: told.time });
    const trade: TradeModel = {
      ...{ ...terms, giver, name: `trade ${index}`, off: off ? 1n : 0n, traded: today, day: today + later },
      ...{ minimum: minimum > terms.quantity ? 1n : minimum, entries: { delivery: "none", receipt: "none" } },
      ...{ status: "none", holds: { delivery: false, receipt: false }, cancels: { delivery: false, receipt: false } },
      ...{ settled: 0n, paid: 0n, failures: new Map(), ended: undefined, held: 0n, placed: false, owed: undefined },
    };
    const acts: Named[] = SIDES.map((side) => ({
      what: "enter",
      apply: (next) => {
        if (side === "delivery") next.trades.push(structuredClone(trade));
        model.enter(at(next, index), side, model.dealerOf(trade, side));
      },
      send: (world) =>
        world.f.matching.connect(world.signers[model.dealerOf(trade, side)]).enter(sidesOf(world, trade)[side], "0x"),
    }));
    if (trade.guarantee > 0n && !unplaced && model.has(state.free, giver) >= trade.guarantee) {
      acts.push({
        what: "place",
        apply: (next) => model.place(next, at(next, index)),
        send: (world) => world.f.money.connect(world.signers[giver]).placeHold(holdOf(world, trade)),
      });
    }
    if (until === "match") {
      acts.push({
        what: "match",
        apply: (next) => model.match(next, at(next, index)),
        send: (world) => world.f.matching.connect(world.signers.carrier).matchTrade(...pairOf(world, trade)),
      });
    }
    if (until === "withdraw") {
      acts.push({
        what: "withdraw",
        apply: (next) => model.withdraw(next, at(next, index), "delivery", giver),
        send: (world) => world.f.matching.connect(world.signers[giver]).cancel(sidesOf(world, trade).delivery),
      });
    }
    return acts;
  },
);

const withdraw = about(
  "withdraw",
  fc.record({ by: anyone, side: fc.constantFrom(...SIDES) }),
  ({ status }) => status === "none",
  ({ by, side }, index, told) => ({
    apply: (state) => model.withdraw(state, at(state, index), side, by),
    send: (world) => world.f.matching.connect(world.signers[by]).cancel(sidesOf(world, at(told.state, index))[side]),
  }),
);

const rematch = about(
  "match",
  fc.record({}),
  ({ status }) => status === "none",
  (_, index, told) => ({
    apply: (state) => model.match(state, at(state, index)),
    send: (world) => world.f.matching.matchTrade(...pairOf(world, at(told.state, index))),
  }),
);

const settle = about("settle", fc.record({}), isOpen, (_, index, told) => settleAll(told, index));

const settlePart = about(
  "settlePart",
  fc.record({ part: fc.bigInt({ min: 1n, max: 20n }) }),
  (trade) => isOpen(trade) && trade.failures.size > 0 && trade.minimum > 0n,
  ({ part }, index, told) => partOf(told, index, part),
);

const hold = about("hold", fc.record({ by: anyone, onHold: fc.boolean() }), isOpen, ({ by, onHold }, index, told) => ({
  apply: (state) => model.hold(at(state, index), by, onHold),
  send: (world) =>
    world.f.matching.connect(world.signers[by]).setTradeHold(...pairOf(world, at(told.state, index)), onHold),
}));

const agreeCancel = about(
  "agreeCancel",
  fc.record({ by: anyone, agreed: fc.boolean() }),
  isOpen,
  ({ by, agreed }, index, told) => ({
    apply: (state) => model.agreeCancel(state, at(state, index), by, agreed),
    send: (world) =>
      world.f.matching.connect(world.signers[by]).agreeCancel(...pairOf(world, at(told.state, index)), agreed),
  }),
);

const lapse = about("lapse", fc.record({}), isOpen, (_, index, told) => lapseOf(told, index));

const buyIn = about(
  "buyIn",
  fc.record({ price: fc.bigInt({ min: 1n, max: 60_000_000n }), other: seldom(8) }),
  isOpen,
  ({ price, other }, index, told) => {
    const trade = at(told.state, index);
    return buyInOf(told, index, price, other ? trade.giver : receiverOf(trade));
  },
);

const payClaim = about(
  "payClaim",
  fc.record({ by: anyone }),
  ({ owed }) => owed !== undefined,
  ({ by }, index, told) => claimOf(told, index, by),
);

const culprit = fc.constantFrom("delivery", "receipt", "delivery", "receipt", "both");

/** One trade from failure to failure, by whose fault and for how long, and to one of its ends. */
const chase = plan(
  "chase",
  fc.record({
    choice: back,
    phases: fc.array(fc.record({ culprit, days: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 3 }),
    end: fc.constantFrom("buyIn", "buyIn", "settle", "settle", "settlePart", "lapse", "payClaim"),
    price: fc.bigInt({ min: 1n, max: 60_000_000n }),
    part: fc.bigInt({ min: 1n, max: 12n }),
  }),
  ({ choice, phases, end, price, part }, told) => {
    const trade = latest(told.state.trades.filter(isOpen), choice);
    if (trade === undefined) return undefined;
    const index = told.state.trades.indexOf(trade);
    return chased(told, index, { phases, end, price, part });
  },
);

interface Chase {
  readonly phases: readonly { readonly culprit: Side | "both"; readonly days: number }[];
  readonly end: "buyIn" | "settle" | "settlePart" | "lapse" | "payClaim";
  readonly price: bigint;
  readonly part: bigint;
}

function* chased(told: TradeTale, index: number, { phases, end, price, part }: Chase): Iterable<Named> {
  const first = at(told.state, index);
  if (todayOf({ now: told.time }) < first.day) told.leapTo(beginOf(first.day));
  for (const { culprit: by, days: late } of phases) {
    for (const side of SIDES) yield holdBy(told, index, side, by === side || by === "both");
    yield settleAll(told, index);
    if (late > 0) told.leapTo(beginOf(todayOf(told.state) + BigInt(late)));
  }
  if (end === "lapse" || end === "payClaim") {
    told.leapTo(beginOf(lastDayOf(first) + 1n));
    yield lapseOf(told, index);
    if (end === "payClaim") yield* paid(told, index);
    return;
  }
  for (const side of SIDES) yield holdBy(told, index, side, side === "delivery" && end !== "settle");
  yield settleAll(told, index);
  if (end === "settlePart") {
    yield holdBy(told, index, "delivery", false);
    for (let times = 0; times < 2; ++times) yield partOf(told, index, part);
  }
  if (end === "buyIn") {
    const bought = buyInOf(told, index, price, receiverOf(first));
    if (bought !== undefined) yield bought;
    yield* paid(told, index);
  }
}

function* paid(told: TradeTale, index: number): Iterable<Named> {
  const { owed } = at(told.state, index);
  if (owed === undefined) return;
  const claim = claimOf(told, index, model.dealerOf(at(told.state, index), owed.by));
  if (claim !== undefined) yield claim;
}

function beginOf(day: bigint): bigint {
  return BigInt(startOfDayNumber(Number(day))) + 3_600n;
}

function settleAll(told: TradeTale, index: number): Named {
  return {
    what: "settle",
    apply: (state, rules) => model.settle(state, rules, at(state, index)),
    send: (world) => world.f.matching.settle(...pairOf(world, at(told.state, index))),
  };
}

function partOf(told: TradeTale, index: number, part: bigint): Named {
  return {
    what: "settlePart",
    apply: (state, rules) => model.settle(state, rules, at(state, index), part),
    send: (world) => world.f.matching.settlePart(...pairOf(world, at(told.state, index)), part),
  };
}

function holdBy(told: TradeTale, index: number, side: Side, onHold: boolean): Named {
  const by = model.dealerOf(at(told.state, index), side);
  return {
    what: "hold",
    apply: (state) => model.hold(at(state, index), by, onHold),
    send: (world) =>
      world.f.matching.connect(world.signers[by]).setTradeHold(...pairOf(world, at(told.state, index)), onHold),
  };
}

function lapseOf(told: TradeTale, index: number): Named {
  return {
    what: "lapse",
    apply: (state, rules) => model.lapse(state, rules, at(state, index)),
    send: (world) => world.f.matching.lapse(...pairOf(world, at(told.state, index))),
  };
}

/** With enough money, and enough units of the agent's: what they lack is the tokens' matter. */
function buyInOf(told: TradeTale, index: number, price: bigint, by: Person): Named | undefined {
  const trade = at(told.state, index);
  const left = trade.quantity - trade.settled;
  const { units, free } = told.state;
  if (model.has(free, receiverOf(trade)) < price || model.has(units, "agent") < left) return undefined;
  const notAfter = told.time + 100n;
  return {
    what: "buyIn",
    apply: (state, rules) => model.buyIn(state, rules, at(state, index), price, by),
    send: async (world) => {
      const { f, signers } = world;
      const agreed = { trade: idOf(world, trade), agent: signers.agent.address, quantity: left, price, notAfter };
      const offer = { ...agreed, businessRef: ref(trade.name) };
      const signature = await signBuyIn(signers.agent, f.domain, offer);
      return f.matching.connect(signers[by]).buyIn(...pairOf(world, trade), offer, signature);
    },
  };
}

/** With enough money: what the debtor lacks is the currency's matter. */
function claimOf(told: TradeTale, index: number, by: Person): Named | undefined {
  const trade = at(told.state, index);
  const { owed } = trade;
  if (owed !== undefined && model.has(told.state.free, model.dealerOf(trade, owed.by)) < owed.amount) return undefined;
  return {
    what: "payClaim",
    apply: (state) => model.payClaim(state, at(state, index), by),
    send: (world) => world.f.matching.connect(world.signers[by]).payClaim(...pairOf(world, trade)),
  };
}

/** A dealer comes to have few units, or enough. */
const moveUnits = plan(
  "moveUnits",
  fc.record({ who: dealer, few: fc.boolean(), left: fc.bigInt({ min: 0n, max: 30n }) }),
  ({ who, few, left }, told) => {
    const change = (few ? left : 1_000n) - model.has(told.state.units, who);
    if (change === 0n) return undefined;
    return {
      apply: (state) => model.add(state.units, who, change),
      send: ({ f, signers }) =>
        change < 0n
          ? f.bond.connect(signers[who]).transfer(f.issuer, -change)
          : f.bond.connect(f.issuer).transfer(signers[who], change),
    };
  },
);

/** A dealer comes to have little money, or enough. */
const moveMoney = plan(
  "moveMoney",
  fc.record({ who: dealer, little: fc.boolean(), left: fc.bigInt({ min: 0n, max: 100_000n }) }),
  ({ who, little, left }, told) => {
    const { free, frozen } = told.state;
    const change = (little ? left : 200_000_000n) - model.has(free, who);
    if (change === 0n || frozen.has(who)) return undefined;
    return {
      apply: (state) => model.add(state.free, who, change),
      send: ({ f, signers }) =>
        change < 0n
          ? f.money.connect(signers[who]).transfer(f.treasury, -change)
          : f.money.connect(f.hongkong.officers.issuer).issue(signers[who], change, ref("more")),
    };
  },
);

const freeze = plan("freeze", fc.record({ who: dealer, happens: seldom(2) }), ({ who, happens }, { state }) => {
  const frozen = state.frozen.has(who);
  if (!frozen && !happens) return undefined;
  return {
    apply: (next) => void (frozen ? next.frozen.delete(who) : next.frozen.add(who)),
    send: ({ f, signers }) => {
      const enforcer = f.money.connect(f.hongkong.officers.enforcer);
      return frozen ? enforcer.unfreeze(signers[who], ref("order")) : enforcer.freeze(signers[who], ref("order"));
    },
  };
});

/** By weight: what is named more often is done more often. */
export const TRADE_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...[instruct, instruct, instruct, settle, settle, settle, settlePart, settlePart, settlePart, moveUnits, moveUnits],
  ...[moveMoney, freeze, hold, agreeCancel, lapse, payClaim, payClaim, withdraw, rematch],
  ...[chase, chase, chase, chase, chase, buyIn],
];
