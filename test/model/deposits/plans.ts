import fc from "fast-check";
import { startOfDayNumber } from "../../../sdk/calendar.js";
import { quarterDays } from "../../../sdk/issuance/interest.js";
import { latest, seldom } from "../plans/choices.js";
import { found, planned } from "../tale.js";
import * as model from "./state.js";
import { ANSWER, CLAIM, CUSTOMERS, FIRST_QUARTER, HOLDERS, INSTITUTIONS, type Customer, type State } from "./state.js";
import { noteDay, treeOf, wordOf, type Act, type DepositTale, type Plan } from "./world.js";

const HOUR = 3_600n;
const NO_PROOF = { account: [], slot: [] };

/** Mostly some days later; sometimes to a moment at which something ends, or one second before or after. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 9 * 24 }).map((hours) => ({ to: "hours", hours, off: 0 }) as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      to: fc.constantFrom("midnight", "quarter", "answer", "claim"),
      hours: fc.constant(0),
      off: fc.constantFrom(-1, 0, 1),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(told: DepositTale, { to, hours, off }: Step): void {
  const { state } = told;
  const last = model.lastQuarter(state);
  const end = startOfDayNumber(quarterDays((last ?? FIRST_QUARTER - 1) + 1).last + 1);
  const moments = {
    hours: state.now + BigInt(hours) * HOUR + 1n,
    midnight: BigInt(startOfDayNumber(model.todayOf(state) + 1)),
    quarter: BigInt(end),
    answer: (state.claims.at(-1)?.until ?? state.now + ANSWER) + 0n,
    claim: BigInt(startOfDayNumber(quarterDays(last ?? FIRST_QUARTER).last + 1)) + CLAIM,
  };
  const moment = moments[to] + BigInt(off);
  if (moment > state.now) told.leapTo(moment);
}

/** An act, some time later. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: DepositTale, at: Pick<State, "now">) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, fc.record({ chosen: choices, at: step }), ({ chosen, at }, told: DepositTale) => {
    take(told, at);
    return resolve(chosen, told, { now: told.time });
  });
}

const move = plan(
  "move",
  fc.record({
    customer: fc.constantFrom(...CUSTOMERS),
    in: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    permille: fc.nat({ max: 1_010 }),
  }),
  ({ customer, in: paysIn, permille }, told) => {
    const bank = model.BANK_OF[customer];
    // within everybody's limits: paying back to the own institution is not counted
    const most = customer === "dan" ? 90_000n : 900_000n;
    const has = model.balanceOf(told.state, customer);
    const amount = ((paysIn ? most : has) * BigInt(permille)) / 1_000n + 1n;
    if (customer === "dan" && paysIn && has + amount > 900_000n) return undefined;
    const [from, to] = paysIn ? ([bank, customer] as const) : ([customer, bank] as const);
    return {
      apply: (state) => model.move(state, from, to, amount),
      send: ({ money, signers }) => money.connect(signers[from]).transfer(signers[to], amount),
    };
  },
);

const setRate = plan(
  "setRate",
  fc.record({ ahead: fc.nat({ max: 40 }), rate: fc.nat({ max: 100_100 }) }),
  ({ ahead, rate }, _, at) => {
    const [day, millionths] = [model.todayOf(at) + ahead, BigInt(rate)];
    return {
      apply: (state) => model.setRate(state, day, millionths),
      send: ({ f, interest }) => interest.connect(f.mainland.officers.governor).setRate(day, millionths),
    };
  },
);

const stateQuarter = plan(
  "state",
  fc.record({
    early: seldom(6),
    forgets: fc.option(fc.constantFrom("ann", "bob", "shop"), { nil: undefined }),
    low: seldom(4),
    anonymous: seldom(3),
    other: seldom(8),
  }),
  ({ early, forgets, low, anonymous, other }, told, at) => {
    const last = model.lastQuarter(at);
    const quarter = last === undefined || early ? (last ?? FIRST_QUARTER - 1) + 1 : last;
    const shares = new Map<Customer, bigint>();
    for (const who of ["ann", "bob", "shop"] as const) {
      const due = model.interestOf(told.state, model.RULES, quarter, model.closingOf(told.state, quarter, who), who);
      const share = low ? due / 2n : due;
      if (share > 0n && who !== forgets) shares.set(who, share);
    }
    if (anonymous) shares.set("dan", 77n);
    if (shares.size === 0) return undefined;
    const by = other ? ("other" as const) : ("bank" as const);
    return {
      apply: (state) => model.stateQuarter(state, quarter, shares, by),
      send: async (world) => {
        const { root, wallets, interest, dataHash } = await treeOf(world, quarter, shares);
        const book = world.interest.connect(world.signers[by]);
        return book.state(world.numbers.bank, quarter, root, wallets, interest, dataHash);
      },
    };
  },
);

const pay = plan(
  "pay",
  fc.record({ whom: fc.subarray(["ann", "bob", "shop", "dan"] as const, { minLength: 1 }), unstated: seldom(8) }),
  ({ whom, unstated }, told) => {
    const quarter = [...told.state.sheets.keys()].at(-1);
    if (quarter === undefined || unstated) {
      const none = (quarter ?? FIRST_QUARTER) + 1;
      return {
        apply: (state, rules) => model.pay(state, rules, none, []),
        send: ({ interest, numbers }) => interest.pay(numbers.bank, none, [], []),
      };
    }
    const { shares } = found(told.state.sheets.get(quarter), "sheet");
    return {
      apply: (state, rules) => model.pay(state, rules, quarter, whom),
      send: async (world) => {
        const { entries, proofs } = await treeOf(world, quarter, shares);
        const chosen = [...shares.keys()].flatMap((who, index) => (whom.some((each) => each === who) ? [index] : []));
        const pick = <T>(all: readonly T[]) => chosen.map((index) => found(all[index], "entry"));
        return world.interest.connect(world.f.carrier).pay(world.numbers.bank, quarter, pick(entries), pick(proofs));
      },
    };
  },
);

const claim = plan(
  "claim",
  fc.record({
    who: fc.constantFrom(...CUSTOMERS),
    lie: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
    day: fc.nat({ max: 89 }),
    early: seldom(8),
  }),
  ({ who, lie, day, early }, told, at) => {
    const last = model.lastQuarter(at);
    const quarter = last === undefined || early ? (last ?? FIRST_QUARTER - 1) + 1 : last;
    const truth = model.closingOf(told.state, quarter, who);
    const closing = lie === undefined ? truth : truth.with(day, (truth[day] ?? 0n) + BigInt(lie));
    return {
      apply: (state, rules) => model.claim(state, rules, quarter, who, closing),
      send: ({ interest, numbers, signers }) => interest.connect(signers[who]).claim(numbers.bank, quarter, closing),
    };
  },
);

/** An act about one of the latest claims. */
function about<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  act: (chosen: Choices, index: number, told: DepositTale) => Omit<Act, "label">,
): fc.Arbitrary<Plan> {
  return plan(name, fc.record({ chosen: choices, back: fc.nat({ max: 2 }) }), ({ chosen, back }, told) => {
    const made = latest(told.state.claims, back);
    return made === undefined ? undefined : act(chosen, told.state.claims.indexOf(made), told);
  });
}

const claimAt = ({ claims }: State, index: number) => found(claims[index], "claim");

const refute = about(
  "refute",
  fc.record({ day: fc.nat({ max: 89 }), wild: seldom(4) }),
  ({ day, wild }, index, told) => {
    const made = claimAt(told.state, index);
    const { quarter, who, closing } = made;
    const truth = model.closingOf(told.state, quarter, who);
    const lieAt = closing.findIndex((units, position) => units !== truth[position]);
    const position = wild || lieAt < 0 ? day : lieAt;
    return {
      apply: (state, rules) => model.refute(state, rules, index, position),
      send: async (world) => {
        const { interest, numbers, signers, f } = world;
        const then = quarterDays(quarter).first + position;
        const word = wordOf(world, who, model.at(told.state.history.get(who), then));
        const slot = await interest.accountSlot(signers[who]);
        await noteDay(world, then, slot, word);
        return interest
          .connect(f.carrier)
          .refute(numbers.bank, quarter, signers[who], closing.slice(), position, NO_PROOF);
      },
    };
  },
);

const uphold = about("uphold", fc.record({}), (_, index, told) => {
  const { quarter, who } = claimAt(told.state, index);
  return {
    apply: (state) => model.uphold(state, index),
    send: ({ interest, numbers, signers, f }) =>
      interest.connect(f.carrier).uphold(numbers.bank, quarter, signers[who]),
  };
});

const honour = about("honour", fc.record({ other: seldom(6) }), ({ other }, index, told) => {
  const { quarter, who } = claimAt(told.state, index);
  const by = other ? ("other" as const) : ("bank" as const);
  return {
    apply: (state) => model.honour(state, index, by),
    send: ({ interest, numbers, signers }) => interest.connect(signers[by]).honour(numbers.bank, quarter, signers[who]),
  };
});

const report = plan(
  "report",
  fc.record({ short: seldom(4), wrong: seldom(4), again: seldom(6) }),
  ({ short, wrong, again }, told, at) => {
    const { state } = told;
    const day = again ? (state.stood.get("bank")?.day ?? model.todayOf(at) - 1) : model.todayOf(at) - 1;
    const [less, more] = [short ? 1n : 0n, wrong ? 1n : 0n];
    const rows = INSTITUTIONS.map((who) => {
      const base = model.baseOf(state, who, day);
      const required = model.requiredOf(state, model.RULES, who, base, day);
      const held = who === "bank" && required > 0n ? required - less : required;
      const own = model.at(state.history.get(who), day);
      return { who, wallets: base, own: own + (who === "bank" ? more : 0n), held };
    });
    const supply = HOLDERS.reduce((sum, who) => sum + model.at(state.history.get(who), day), 0n);
    return {
      apply: (next, rules) => model.report(next, rules, day, less, more),
      send: async (world) => {
        const { reserves, f, numbers } = world;
        await noteDay(world, day, await reserves.supplySlot(), supply);
        const table = rows.map(({ who, ...row }) => ({ institution: numbers[who], ...row }));
        return reserves.connect(f.mainland.officers.registrar).report(day, table, NO_PROOF);
      },
    };
  },
);

const migrate = plan(
  "migrate",
  fc.record({ ahead: fc.nat({ max: 3 }), ratio: fc.nat({ max: 10_300 }) }),
  ({ ahead, ratio }, _, at) => {
    const [day, points] = [model.todayOf(at) + ahead, BigInt(ratio)];
    return {
      apply: (state, rules) => model.migrate(state, rules, day, points),
      send: ({ f, reserves }) => reserves.connect(f.mainland.officers.governor).migrate(day, points),
    };
  },
);

const setRatio = plan(
  "setRatio",
  fc.record({ ahead: fc.nat({ max: 9 }), ratio: fc.nat({ max: 10_300 }) }),
  ({ ahead, ratio }, _, at) => {
    const [day, points] = [model.todayOf(at) + ahead, BigInt(ratio)];
    return {
      apply: (state) => model.setRatio(state, day, points),
      send: ({ f, reserves }) => reserves.connect(f.mainland.officers.governor).setRatio(day, points),
    };
  },
);

/** By weight: what is named more often is done more often. */
export const DEPOSIT_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...[move, move, move, move, setRate, stateQuarter, stateQuarter, pay, pay, claim, claim],
  ...[refute, refute, uphold, honour, report, report, migrate, setRatio],
];
