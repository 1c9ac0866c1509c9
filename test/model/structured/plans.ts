import fc from "fast-check";
import { couponCut, type CouponCut } from "../../../sdk/bonds.js";
import { dayNumber } from "../../../sdk/calendar.js";
import { holdTypedData } from "../../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { VOTE, electionHold } from "../../../sdk/structured.js";
import { couponOf } from "../../support/assets.js";
import { ref } from "../../support/chain.js";
import { CNY_PER_HKD, cutOf } from "../../support/structured.js";
import { seldom } from "../plans/choices.js";
import { labelOf, planned } from "../tale.js";
import * as model from "./state.js";
import {
  CURRENCIES,
  HOLDERS,
  PEOPLE,
  TERMS,
  VOTES,
  type Currency,
  type Holder,
  type Person,
  type State,
} from "./state.js";
import type { Act, BondTale, Plan } from "./world.js";

const COUPON = 0n;
const NOBODY = { remainder: 2n ** 64n - 1n, position: 0n };

/** When an act comes: mostly soon, sometimes at the next moment at which something begins or ends, or a second before. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 3 }).map((hours) => ({ to: "hours", hours }) as const) },
  { weight: 1, arbitrary: fc.record({ to: fc.constant("next" as const), before: seldom(4) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Also where it can only be refused; else when it has a chance. */
const anyway = seldom(4);

const person = fc.constantFrom(...PEOPLE);
const holder = fc.constantFrom(...HOLDERS);
const currency = fc.constantFrom(...CURRENCIES);

function take(told: BondTale, at: Step): void {
  const { now, moments } = told.state;
  if (at.to === "hours") {
    told.leapTo(now + BigInt(at.hours) * 3_600n + 1n);
    return;
  }
  const { record, until, payment, offerPayment } = moments;
  const next = [record, until, payment, payment + TERMS.fallback, offerPayment].find((moment) => moment > now + 1n);
  if (next !== undefined) told.leapTo(next - (at.before ? 1n : 0n));
}

/** See {@link planned}; every act comes some time after the one before. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: BondTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, fc.record({ chosen: choices, at: step }), ({ chosen, at }, told) => {
    take(told, at);
    return resolve(chosen, told);
  });
}

const transfer = plan(
  "transfer",
  fc.record({ from: person, to: person, units: fc.bigInt({ min: 0n, max: 1_200n }) }),
  ({ from, to, units }) =>
    from === to
      ? undefined
      : {
          apply: (state, rules) => model.transfer(state, rules, from, to, units),
          send: ({ f, signers }) => f.bond.connect(signers[from]).transfer(signers[to], units),
        },
);

const choose = plan("choose", fc.record({ who: person, no: seldom(6), anyway }), ({ who, no, ...rest }, told) =>
  rest.anyway || told.time < told.state.moments.record
    ? {
        apply: (state) => model.choose(state, who, !no),
        send: ({ f, signers }) => f.structuredActions.connect(signers[who]).chooseCurrency(f.bond, COUPON, !no),
      }
    : undefined,
);

const fixPrice = plan("fixPrice", fc.record({ now: seldom(2) }), ({ now }) =>
  now
    ? {
        apply: (state) => model.fixPrice(state),
        send: ({ f }) => {
          const day = dayNumber(couponOf(f, 0).recordTime);
          return f.fixings.connect(f.fixer).publish(CNY_PER_HKD, day, TERMS.price);
        },
      }
    : undefined,
);

/** From the model: the chain answers what was held only once a block has come after the record date. */
function rightCut({ recorded, units }: State): CouponCut {
  const { num: numerator, den: denominator } = TERMS.perUnit;
  const holdings = PEOPLE.map((name, place) => ({
    position: BigInt(place) + 1n,
    units: (recorded ?? units).get(name) ?? 0n,
  }));
  return couponCut(
    { numerator, denominator },
    model.total(),
    holdings.filter((one) => one.units !== 0n),
  );
}

const open = plan("open", fc.record({ wrong: seldom(5), anyway }), ({ wrong, anyway: always }, { state, time }) => {
  const mayOpen = time >= state.moments.record && state.coupon === "none";
  if (!always && !mayOpen) return undefined;
  return {
    apply: (next) => model.open(next, !wrong),
    send: ({ f }) => f.actions.connect(f.issuer).openCoupon(f.bond, COUPON, wrong ? NOBODY : rightCut(state)),
  };
});

const measure = plan("measure", fc.record({ anyway }), ({ anyway: always }, { state }) =>
  always || state.coupon === "measuring"
    ? {
        apply: (next) => model.measure(next),
        send: ({ f, signers }) => {
          const all = PEOPLE.map((name) => signers[name].address);
          return f.actions.connect(f.issuer).measureCoupon(f.bond, COUPON, all);
        },
      }
    : undefined,
);

const pay = plan(
  "pay",
  fc.record({ page: fc.array(person, { minLength: 1, maxLength: 3 }), currency, anyway }),
  ({ page, currency: of, anyway: always }, told) => {
    if (!always && told.state.coupon !== "payable") return undefined;
    return {
      apply: (state, rules) => model.pay(state, rules, page, of),
      send: ({ f, signers, funds }) => {
        const holders = page.map((name) => signers[name].address);
        if (of === "cny") return f.structuredActions.payCouponInOption(f.bond, COUPON, funds.cny, holders);
        return f.structuredActions.payCoupon(f.bond, COUPON, funds.hkd, holders);
      },
    };
  },
);

const claim = plan("claim", fc.record({ who: holder, anyway }), ({ who, anyway: always }, told) => {
  const [owed = who] = always ? [] : [...told.state.claims.keys()];
  if (!always && !told.state.claims.has(owed)) return undefined;
  return {
    apply: (state) => model.claim(state, owed),
    send: ({ f, signers, funds }) => f.actions.claimCoupon(f.bond, COUPON, funds.hkd, signers[owed]),
  };
});

/** Freezes a wallet; the next time the same currency comes up, or something is owed, it is lifted. */
const freeze = plan("freeze", fc.record({ who: holder, currency }), ({ who, currency: chosen }, told) => {
  const { claims, elections } = told.state;
  const owed = claims.size !== 0 || elections.some(({ standing }) => standing === "parked");
  const of = owed ? "hkd" : chosen;
  const frozen = told.state.frozen[of];
  return {
    apply: (state) => model.freeze(state, of, frozen === undefined ? who : undefined),
    send: ({ f, signers }) => {
      const { currency: token, officers } = of === "hkd" ? f.hongkong : f.mainland;
      const enforcer = token.connect(officers.enforcer);
      if (frozen === undefined) return enforcer.freeze(signers[who], ref("order"));
      return enforcer.unfreeze(signers[frozen], ref("order lifted"));
    },
  };
});

/** Mostly so many that more is offered than is taken. */
const offered = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt({ min: 150n, max: 450n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n }) },
);

const elect = plan("elect", fc.record({ who: holder, units: offered }), ({ who, units }) => ({
  apply: (state, rules) => model.elect(state, rules, who, units),
  send: async ({ f, signers, tender }) => {
    const hold = await electionHold(f.offers, tender, signers[who].address, units);
    const signature = await sign(signers[who], holdTypedData(await domainOf(f.bond), hold));
    return f.offers.connect(f.carrier).elect(tender, signers[who], units, signature);
  },
}));

/** One of the elections, or the place after the last. */
const place = fc.nat({ max: 20 });
const indexOf = (choice: number, { state }: BondTale) => choice % (state.elections.length + 1);

const withdraw = plan("withdraw", fc.record({ choice: place, other: seldom(6) }), ({ choice, other }, told) => {
  const index = indexOf(choice, told);
  const own = told.state.elections[index]?.holder;
  const by = other || own === undefined ? ("issuer" as const) : own;
  return {
    apply: (state, rules) => model.withdraw(state, rules, index, by),
    send: ({ f, signers, tender }) => f.offers.connect(signers[by]).withdraw(tender, index + 1),
  };
});

const withdrawOffer = plan("withdrawOffer", fc.record({ happens: seldom(10) }), ({ happens }) =>
  happens
    ? {
        apply: (next) => model.withdrawOffer(next),
        send: ({ f, tender }) => f.offers.connect(f.issuer).withdrawOffer(tender),
      }
    : undefined,
);

const close = plan("close", fc.record({ anyway }), ({ anyway: always }, told) =>
  always || (told.state.offer === "open" && told.time >= told.state.moments.until)
    ? {
        apply: (state, rules) => model.close(state, rules),
        send: async ({ f, tender }) => f.offers.connect(f.issuer).close(tender, await cutOf(f, tender)),
      }
    : undefined,
);

const measureOffer = plan("measureOffer", fc.record({ anyway }), ({ anyway: always }, { state }) =>
  always || state.offer === "measuring"
    ? { apply: (next) => model.measureOffer(next), send: ({ f, tender }) => f.offers.measure(tender, 200n) }
    : undefined,
);

const settle = plan(
  "settle",
  fc.record({ limit: fc.integer({ min: 1, max: 3 }), anyway }),
  ({ limit, anyway: always }, told) =>
    always || told.state.offer === "payable"
      ? {
          apply: (state, rules) => model.settle(state, rules, limit),
          send: ({ f, tender, funds }) => f.offers.settle(tender, funds.offer, limit),
        }
      : undefined,
);

const claimElection = plan("claimElection", fc.record({ choice: place, anyway }), (chosen, told) => {
  const parked = told.state.elections.findIndex(({ standing }) => standing === "parked");
  if (parked < 0 && !chosen.anyway) return undefined;
  const index = chosen.anyway ? indexOf(chosen.choice, told) : parked;
  return {
    apply: (state) => model.claimElection(state, index),
    send: ({ f, tender, funds }) => f.offers.claim(tender, funds.offer, index + 1),
  };
});

const vote = plan(
  "vote",
  fc.record({ who: person, how: fc.constantFrom(...VOTES), anyway }),
  ({ who, how, anyway: always }, { state: { moments }, time }) =>
    always || (time >= moments.record && time < moments.payment)
      ? {
          apply: (state, rules) => model.vote(state, rules, who, how),
          send: ({ f, signers, meeting }) => f.meetings.connect(signers[who]).castVote(meeting, VOTE[how]),
        }
      : undefined,
);

const end = plan("end", fc.record({ anyway }), ({ anyway: always }, { state, time }) =>
  always || time >= state.moments.payment
    ? { apply: (next) => model.end(next), send: ({ f, meeting }) => f.meetings.endMeeting(meeting) }
    : undefined,
);

/** An act of a longer passage, as the model and the chain do it. */
type Done = Omit<Act, "label">;

const ACTS = {
  open: (told: BondTale): Done => ({
    apply: (state) => model.open(state, true),
    send: ({ f }) => f.actions.connect(f.issuer).openCoupon(f.bond, COUPON, rightCut(told.state)),
  }),
  measure: (): Done => ({
    apply: (state) => model.measure(state),
    send: ({ f, signers }) => {
      const all = PEOPLE.map((name) => signers[name].address);
      return f.actions.connect(f.issuer).measureCoupon(f.bond, COUPON, all);
    },
  }),
  pay: (page: readonly Person[], of: Currency): Done => ({
    apply: (state, rules) => model.pay(state, rules, page, of),
    send: ({ f, signers, funds }) => {
      const holders = page.map((name) => signers[name].address);
      if (of === "cny") return f.structuredActions.payCouponInOption(f.bond, COUPON, funds.cny, holders);
      return f.structuredActions.payCoupon(f.bond, COUPON, funds.hkd, holders);
    },
  }),
  claim: (who: Holder): Done => ({
    apply: (state) => model.claim(state, who),
    send: ({ f, signers, funds }) => f.actions.claimCoupon(f.bond, COUPON, funds.hkd, signers[who]),
  }),
  freeze: (who: Holder): Done => ({
    apply: (state) => model.freeze(state, "hkd", who),
    send: ({ f, signers }) => {
      const { currency: token, officers } = f.hongkong;
      return token.connect(officers.enforcer).freeze(signers[who], ref("order"));
    },
  }),
  lift: (who: Holder): Done => ({
    apply: (state) => model.freeze(state, "hkd", undefined),
    send: ({ f, signers }) => {
      const { currency: token, officers } = f.hongkong;
      return token.connect(officers.enforcer).unfreeze(signers[who], ref("order lifted"));
    },
  }),
  close: (): Done => ({
    apply: (state, rules) => model.close(state, rules),
    send: async ({ f, tender }) => f.offers.connect(f.issuer).close(tender, await cutOf(f, tender)),
  }),
  measureOffer: (): Done => ({
    apply: (state) => model.measureOffer(state),
    send: ({ f, tender }) => f.offers.measure(tender, 200n),
  }),
  settle: (limit: number): Done => ({
    apply: (state, rules) => model.settle(state, rules, limit),
    send: ({ f, tender, funds }) => f.offers.settle(tender, funds.offer, limit),
  }),
  claimElection: (index: number): Done => ({
    apply: (state) => model.claimElection(state, index),
    send: ({ f, tender, funds }) => f.offers.claim(tender, funds.offer, index + 1),
  }),
} as const;

/** Several acts in a row; each is chosen when the one before is done. */
function passage<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  tell: (chosen: Choices, told: BondTale) => Iterable<readonly [string, Done]>,
) {
  return choices.map((chosen) => ({
    label: labelOf(name, chosen),
    *resolve(told: BondTale): Iterable<Act> {
      for (const [act, done] of tell(chosen, told)) yield { ...done, label: labelOf(act, { in: name, ...chosen }) };
    },
  }));
}

function leap(told: BondTale, time: bigint): void {
  if (told.state.now < time) told.leapTo(time);
}

/** From the record date to the payment, as it ought to be; a page more than there is to pay. */
const couponDay = passage(
  "couponDay",
  fc.record({
    early: seldom(4),
    first: currency,
    pages: fc.array(fc.array(person, { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
  }),
  function* ({ first, pages, early }, told) {
    // now and then too early, or again
    if (!early && (told.state.coupon === "settled" || told.state.elections.length < 2)) return;
    leap(told, told.state.moments.record);
    yield ["open", ACTS.open(told)];
    yield ["measure", ACTS.measure()];
    leap(told, told.state.moments.payment);
    for (const page of pages) yield ["pay", ACTS.pay(page, first)];
    const [owed] = told.state.claims.keys();
    if (owed === undefined) return;
    if (told.state.frozen.hkd === owed) yield ["freeze", ACTS.lift(owed)];
    yield ["claim", ACTS.claim(owed)];
  },
);

/** From the end of the elections to the payment, and the claims that it leaves. */
const offerDay = passage("offerDay", fc.record({ limit: fc.integer({ min: 1, max: 3 }) }), function* ({ limit }, told) {
  if (told.state.elections.length < 3) return;
  leap(told, told.state.moments.until);
  yield ["close", ACTS.close()];
  if (told.state.offer === "measuring") yield ["measureOffer", ACTS.measureOffer()];
  const live = told.state.elections.find(({ standing }) => standing === "live")?.holder;
  if (live !== undefined && told.state.frozen.hkd === undefined) yield ["freeze", ACTS.freeze(live)];
  leap(told, told.state.moments.offerPayment);
  for (let page = 0; page < 3; ++page) yield ["settle", ACTS.settle(limit)];
  const parked = told.state.elections.findIndex(({ standing }) => standing === "parked");
  if (parked < 0) return;
  const { hkd } = told.state.frozen;
  if (hkd !== undefined) yield ["freeze", ACTS.lift(hkd)];
  yield ["claimElection", ACTS.claimElection(parked)];
});

/** What a story is made of; what matters more comes more often. */
export const BOND_PLANS = [
  ...[transfer, choose, choose, fixPrice, open, measure, pay, pay, claim, freeze],
  ...[elect, elect, withdraw, withdrawOffer, close, measureOffer, settle, claimElection, vote, vote, end],
  ...[couponDay, couponDay, offerDay, offerDay],
] as const;
