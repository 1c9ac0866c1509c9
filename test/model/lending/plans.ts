import fc from "fast-check";
import { signPledge } from "../../../sdk/markets/collateral.js";
import { signRepo } from "../../../sdk/markets/repo.js";
import { ref } from "../../support/chain.js";
import { latest, seldom } from "../plans/choices.js";
import { found, planned } from "../tale.js";
import * as model from "./state.js";
import { COMMON, DEALERS, type DealModel, type Person, type PledgeModel } from "./state.js";
import { pledgeTermsOf, termsOf, type Act, type LendingTale, type Plan } from "./world.js";

const HOUR = 3_600n;
/** Of a price, per cent: minor units scaled by 10^8. */
const PER_CENT = 1_000n * 10n ** 8n;

/** Mostly some hours later; sometimes to a moment at which something ends, or one second past it. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 10 }).map((hours) => ({ to: "hours", hours }) as const) },
  {
    weight: 2,
    arbitrary: fc.record({ to: fc.constantFrom("deadline", "closing", "grace"), past: fc.nat({ max: 1 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const back = fc.nat({ max: 4 });
const dealer = fc.constantFrom(...DEALERS);
const anyone = fc.constantFrom<Person>(...DEALERS, "carrier");

function take(told: LendingTale, at: Step, record: { readonly opened: bigint; readonly deadline: bigint }): void {
  const { now } = told.state;
  if (at.to === "hours") {
    told.leapTo(now + BigInt(at.hours) * HOUR + 1n);
    return;
  }
  const closing = record.opened + COMMON.term;
  const moment = { deadline: record.deadline, closing, grace: closing + COMMON.grace }[at.to] + BigInt(at.past);
  if (moment > now) told.leapTo(moment);
}

/** See {@link planned}. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: LendingTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, choices, resolve);
}

function dealAt(deals: readonly DealModel[], index: number): DealModel {
  return found(deals[index], "repo");
}

function pledgeAt(pledges: readonly PledgeModel[], index: number): PledgeModel {
  return found(pledges[index], "pledge");
}

/** An act about a repo, mostly one at a step at which it is possible. */
function aboutDeal<Choices extends object>(
  name: string,
  steps: readonly DealModel["status"][],
  choices: fc.Arbitrary<Choices>,
  act: (chosen: Choices, index: number, told: LendingTale) => Omit<Act, "label">,
): fc.Arbitrary<Plan> {
  return plan(name, fc.record({ chosen: choices, choice: back, any: seldom(8), at: step }), (all, told) => {
    const { deals } = told.state;
    const fitting = deals.filter(
      ({ status, claim }) => steps.includes(status) && (status !== "closedOut" || claim !== 0n),
    );
    const deal = latest(all.any ? deals : fitting, all.choice);
    if (deal === undefined) return undefined;
    take(told, all.at, deal);
    return act(all.chosen, deals.indexOf(deal), told);
  });
}

function aboutPledge<Choices extends object>(
  name: string,
  steps: readonly PledgeModel["status"][],
  choices: fc.Arbitrary<Choices>,
  act: (chosen: Choices, index: number, told: LendingTale) => Omit<Act, "label">,
): fc.Arbitrary<Plan> {
  return plan(name, fc.record({ chosen: choices, choice: back, any: seldom(8), at: step }), (all, told) => {
    const { pledges } = told.state;
    const fitting = pledges.filter(({ status }) => steps.includes(status));
    const pledge = latest(all.any ? pledges : fitting, all.choice);
    if (pledge === undefined) return undefined;
    take(told, all.at, pledge);
    return act(all.chosen, pledges.indexOf(pledge), told);
  });
}

const RUNNING = ["open", "called"] as const;
const ACTIVE = ["active", "called"] as const;
const none = fc.constant({});

const open = plan(
  "open",
  fc.record({
    seller: dealer,
    sold: fc.integer({ min: 1, max: 1_500 }),
    per: fc.integer({ min: 700, max: 960 }),
    forged: seldom(12),
  }),
  ({ seller, sold, per, forged }, told) => {
    const buyer = seller === "bochk" ? "hsbc" : "bochk";
    // of a nominal of 1,000.00; what covers is 950 at par
    const cash = BigInt(sold) * told.state.price * BigInt(per);
    const name = `repo ${++told.state.names}`;
    const terms = { name, seller, buyer, sold: BigInt(sold), cash, opened: told.time } as const;
    return {
      apply: (state, rules) => model.open(state, rules, terms, forged),
      send: async (world) => {
        const { f, signers } = world;
        const agreed = termsOf(world, terms);
        const consent = await signRepo(forged ? signers[seller] : signers[buyer], f.domain, agreed);
        return f.repo.connect(signers[seller]).open(agreed, "0x", consent);
      },
    };
  },
);

const fix = plan(
  "fix",
  fc.record({ price: fc.integer({ min: 72, max: 108 }), hours: fc.nat({ max: 30 }) }),
  (chosen, told) => {
    told.leapTo(told.state.now + BigInt(chosen.hours) * HOUR + 1n);
    const [price, day] = [BigInt(chosen.price), model.dayOf(told.time)];
    return {
      apply: (state) => model.fix(state, price),
      send: ({ f }) => f.fixings.connect(f.agent).publish(f.bond, day, price * PER_CENT),
    };
  },
);

const speak = plan(
  "speak",
  fc.record({ who: dealer, speaks: fc.nat({ max: 2 }).map((n) => n !== 0) }),
  ({ who, speaks }) => ({
    apply: ({ silent }) => {
      if (speaks) silent.delete(who);
      else silent.add(who);
    },
    send: ({ f, signers }) => f.engine.connect(signers[who]).authorizeAgent(f.repo, speaks),
  }),
);

const mark = aboutDeal("mark", ["open"], none, (_, index, told) => ({
  apply: (state, rules) => model.mark(state, rules, dealAt(state.deals, index)),
  send: (world) => world.f.repo.connect(world.signers.carrier).mark(termsOf(world, dealAt(told.state.deals, index))),
}));

const meetCall = aboutDeal(
  "meetCall",
  ["called"],
  fc.record({ part: fc.constantFrom(0n, 30n, 100n, 101n), short: seldom(4), other: seldom(8) }),
  ({ part, short, other }, index, told) => {
    const { state, rules } = told;
    const deal = dealAt(state.deals, index);
    const exposure = model.claimOf(deal, rules, model.dayOf(told.time)) - model.coverOf(state, rules, deal.units);
    const paid = exposure > 0n ? (exposure * part) / 100n : 0n;
    const unit = state.price * 950n;
    const rest = exposure > paid ? (exposure - paid + unit - 1n) / unit : 0n;
    const given = short && rest > 0n ? rest - 1n : rest;
    const by = other ? deal.buyer : deal.seller;
    return {
      apply: (next, own) => model.meetCall(next, own, dealAt(next.deals, index), given, paid, by),
      send: (world) => world.f.repo.connect(world.signers[by]).meetCall(termsOf(world, deal), given, paid),
    };
  },
);

const close = aboutDeal("close", RUNNING, none, (_, index, told) => ({
  apply: (state, rules) => model.close(state, rules, dealAt(state.deals, index)),
  send: (world) => world.f.repo.connect(world.signers.carrier).close(termsOf(world, dealAt(told.state.deals, index))),
}));

const declareDefault = aboutDeal(
  "declareDefault",
  RUNNING,
  fc.record({ by: fc.oneof(anyone, fc.constant("buyer" as const)) }),
  ({ by }, index, told) => {
    const deal = dealAt(told.state.deals, index);
    const caller = by === "buyer" ? deal.buyer : by;
    return {
      apply: (state, rules) => model.declareDefault(state, rules, dealAt(state.deals, index), caller),
      send: (world) => world.f.repo.connect(world.signers[caller]).declareDefault(termsOf(world, deal)),
    };
  },
);

const closeOut = aboutDeal("closeOut", ["defaulted"], none, (_, index, told) => ({
  apply: (state, rules) => model.closeOut(state, rules, dealAt(state.deals, index)),
  send: (world) =>
    world.f.repo.connect(world.signers.carrier).closeOut(termsOf(world, dealAt(told.state.deals, index))),
}));

const collect = aboutDeal(
  "collect",
  ["closedOut"],
  fc.record({ part: fc.constantFrom(0n, 40n, 100n, 101n), by: anyone }),
  ({ part, by }, index, told) => {
    const deal = dealAt(told.state.deals, index);
    const amount = ((deal.claim < 0n ? -deal.claim : deal.claim) * part) / 100n;
    const businessRef = ref(`collection ${++told.state.names}`);
    return {
      apply: (state) => model.collect(state, dealAt(state.deals, index), amount, by),
      send: (world) => world.f.repo.connect(world.signers[by]).collect(termsOf(world, deal), amount, businessRef),
    };
  },
);

const pledge = plan(
  "pledge",
  fc.record({
    pledgor: dealer,
    positions: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 3 }),
    per: fc.integer({ min: 600, max: 960 }),
  }),
  ({ pledgor, positions, per }, told) => {
    const units = positions.map(BigInt);
    const owed = units.reduce((sum, each) => sum + each, 0n) * told.state.price * BigInt(per);
    const name = `pledge ${++told.state.names}`;
    const pledgee = pledgor === "bochk" ? "hsbc" : "bochk";
    const terms = { name, pledgor, pledgee, owed, opened: told.time } as const;
    return {
      apply: (state, rules) => model.pledge(state, rules, terms, units),
      send: async (world) => {
        const { f, signers, schedule } = world;
        const agreed = pledgeTermsOf(world, terms);
        const selected = units.map((each) => ({ bond: f.address, units: each }));
        const consents = [
          await signPledge(signers[pledgor], f.pledging, agreed),
          await signPledge(signers[pledgee], f.pledging, agreed),
        ] as const;
        return f.collateral.connect(signers.carrier).open(agreed, [...schedule], selected, ...consents);
      },
    };
  },
);

const rearrange = aboutPledge(
  "rearrange",
  ACTIVE,
  fc.record({
    frees: fc.boolean(),
    added: fc.integer({ min: 1, max: 900 }),
    by: fc.oneof(anyone, fc.constant("carrier" as const)),
  }),
  ({ frees, added, by }, index, told) => {
    const kept = pledgeAt(told.state.pledges, index);
    const freed = frees && kept.positions.length > 0 ? [kept.positions.length - 1] : [];
    return {
      apply: (state, rules) =>
        model.rearrange(state, rules, pledgeAt(state.pledges, index), freed.length > 0, BigInt(added), by),
      send: (world) => {
        const selected = [{ bond: world.f.address, units: BigInt(added) }];
        const schedule = [...world.schedule];
        return world.f.collateral
          .connect(world.signers[by])
          .rearrange(pledgeTermsOf(world, kept), schedule, freed, selected);
      },
    };
  },
);

const markPledge = aboutPledge("markPledge", ["active"], none, (_, index, told) => ({
  apply: (state, rules) => model.markPledge(state, rules, pledgeAt(state.pledges, index)),
  send: (world) =>
    world.f.collateral
      .connect(world.signers.carrier)
      .mark(pledgeTermsOf(world, pledgeAt(told.state.pledges, index)), [...world.schedule]),
}));

const acknowledge = aboutPledge(
  "acknowledge",
  ACTIVE,
  fc.record({ part: fc.constantFrom(0n, 30n, 100n, 101n), other: seldom(8) }),
  ({ part, other }, index, told) => {
    const kept = pledgeAt(told.state.pledges, index);
    const amount = (kept.outstanding * part) / 100n;
    const by = other ? kept.pledgor : kept.pledgee;
    return {
      apply: (state) => model.acknowledge(pledgeAt(state.pledges, index), amount, by),
      send: (world) => world.f.collateral.connect(world.signers[by]).acknowledge(pledgeTermsOf(world, kept), amount),
    };
  },
);

const declarePledge = aboutPledge(
  "declarePledge",
  ACTIVE,
  fc.record({ other: seldom(6) }),
  ({ other }, index, told) => {
    const kept = pledgeAt(told.state.pledges, index);
    const by = other ? kept.pledgor : kept.pledgee;
    return {
      apply: (state, rules) => model.declarePledge(state, rules, pledgeAt(state.pledges, index), by),
      send: (world) => world.f.collateral.connect(world.signers[by]).declareDefault(pledgeTermsOf(world, kept)),
    };
  },
);

const enforce = aboutPledge("enforce", ["defaulted"], fc.record({ other: seldom(6) }), ({ other }, index, told) => {
  const kept = pledgeAt(told.state.pledges, index);
  const by = other ? kept.pledgor : kept.pledgee;
  return {
    apply: (state, rules) => model.enforce(state, rules, pledgeAt(state.pledges, index), by),
    send: (world) => world.f.collateral.connect(world.signers[by]).enforce(pledgeTermsOf(world, kept)),
  };
});

/** By weight: what is named more often is done more often. */
export const LENDING_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...[open, open, fix, fix, fix, fix, speak, speak, mark, mark, mark, mark, meetCall, meetCall, meetCall, close],
  ...[declareDefault, declareDefault, declareDefault, closeOut, closeOut, closeOut, collect, collect, collect],
  ...[pledge, rearrange, markPledge, markPledge, acknowledge, declarePledge, declarePledge, enforce, enforce],
];
