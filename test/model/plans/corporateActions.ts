import {
  HOLDERS,
  ISSUER,
  PROMISE,
  claim,
  cutFor,
  measure,
  openRun,
  payRun,
  putUp,
  redeem,
  runOf,
  settledOf,
  supplyOf,
  takeBack,
  turn,
  unpaidOf,
  type FundState,
  type Holder,
} from "../assets.js";
import { NEVER } from "../../../sdk/eip712/ledger.js";
import { OVERRIDES } from "../overrides.js";
import { addressOf, fundTerms, idOf, plan, type Act, type PlatformTale } from "../platform.js";
import { DAY, found } from "../tale.js";
import { fc, seldom } from "./choices.js";

/** Who gets a page: some of the list in a row, seldom one of them twice. */
const page = fc.record({ from: fc.nat({ max: 5 }), length: fc.integer({ min: 1, max: 6 }), twice: seldom(3) });
const choices = {
  page,
  payer: fc.constantFrom<Holder>("treasury", "treasury", "company", "ann"),
  less: seldom(8),
  brief: seldom(4),
  wrong: seldom(6),
  usurped: seldom(8),
};
type Choices = Required<{
  readonly page: { readonly from: number; readonly length: number; readonly twice: boolean };
  readonly payer: Holder;
  readonly less: boolean;
  readonly brief: boolean;
  readonly wrong: boolean;
  readonly usurped: boolean;
}>;
type Step = Omit<Act, "label">;

/** Whatever is next: the cut, its measure, money for it, pages and claims of a coupon; at last the redemption. */
export const next = plan(
  "corporateAction",
  fc.record({ ...choices, claims: seldom(4), again: fc.boolean(), soon: fc.boolean() }),
  (chosen, told) => {
    const { state } = told;
    if (chosen.soon) told.leapTo(state.now + 60n);
    turn(state);
    const k = settledOf(state);
    const claimed = state.runs.findIndex(({ claims }) => claims.size !== 0);
    if (chosen.claims && claimed !== -1) return claimNext(told, claimed, chosen);
    const phase = k < PROMISE.coupons ? runOf(state, k).phase : "none";
    if (phase === "payable") return payNext(told, k, chosen);
    if (phase === "measuring" && !(chosen.again && isWrong(told, k))) return measureNext(told, k, chosen);
    if (k < state.history.length) return openNext(told, k, chosen);
    return told.time < state.times.maturity ? undefined : redeemNext(told, chosen);
  },
);

/** A page of the redemption, once it is time. */
export const redemption = plan("redemption", fc.record(choices), (chosen, told) =>
  told.time < told.state.times.maturity ? undefined : redeemNext(told, chosen),
);

/** Anything of it, whether it is time or not. */
export const outOfTurn = plan(
  "outOfTurn",
  fc.record({ ...choices, k: fc.nat({ max: 3 }), kind: fc.constantFrom("open", "measure", "pay", "claim", "redeem") }),
  ({ k, kind, ...chosen }, told) => {
    turn(told.state);
    if (kind === "open") return openNext(told, k, chosen);
    if (kind === "redeem") return redeemNext(told, chosen);
    if (k === PROMISE.coupons) return undefined;
    if (kind === "measure") return measureNext(told, k, chosen);
    return kind === "pay" ? payNext(told, k, chosen) : claimNext(told, k, chosen);
  },
);

export const takeFundBack = plan(
  "takeBack",
  fc.record({ back: fc.nat({ max: 6 }), over: fc.boolean() }),
  (chosen, told) => {
    const { funds } = told.state;
    if (funds.length === 0) return undefined;
    const free = funds.findIndex(
      ({ coupon, remaining }) =>
        remaining !== 0n && (coupon === undefined ? supplyOf(told.state) === 0n : coupon < settledOf(told.state)),
    );
    const index = chosen.over && free !== -1 ? free : chosen.back % funds.length;
    const fund = found(funds[index], "fund");
    return {
      apply: (state) => {
        takeBack(state, found(state.funds[index], "fund"));
      },
      send: (world) => {
        const { actions, address } = world.issue;
        const terms = fundTerms(world, fund);
        return fund.coupon === undefined
          ? actions.releaseRedemptionFunding(address, terms, OVERRIDES)
          : actions.releaseCouponFunding(address, fund.coupon, terms, OVERRIDES);
      },
    };
  },
);

/** Whether the run has to be opened again with another cut. */
function isWrong({ state, rules }: PlatformTale, k: number): boolean {
  const [cut, right] = [runOf(state, k).cut, cutFor(state, rules, k)];
  return cut.remainder !== right.remainder || cut.position !== right.position;
}

function openNext({ state, rules }: PlatformTale, k: number, { wrong, usurped, page }: Choices): Step {
  const right = k < state.history.length ? cutFor(state, rules, k) : { remainder: 0n, position: 0n };
  const cut = wrong ? { remainder: 1_000_000n * BigInt(page.length), position: 1n } : right;
  const by: Holder = usurped ? "bob" : ISSUER;
  return {
    apply: (state) => {
      openRun(state, k, !usurped, cut);
    },
    send: ({ issue }) => issue.actions.connect(issue[by]).openCoupon(issue.address, k, cut, OVERRIDES),
  };
}

/** The rest of the list or half of it; seldom in the wrong order. */
function measureNext({ state }: PlatformTale, k: number, { page, usurped }: Choices): Step {
  const rest = state.places.slice(runOf(state, k).lastPlace);
  const part = page.length > 3 ? rest : rest.slice(0, Math.ceil(rest.length / 2));
  const holders = page.twice && page.length === 1 ? part.toReversed() : part;
  const by: Holder = usurped ? "bob" : ISSUER;
  return {
    apply: (state, rules) => {
      measure(state, rules, k, !usurped, holders);
    },
    send: (world) => {
      const { actions, address } = world.issue;
      return actions.connect(world.issue[by]).measureCoupon(address, k, addresses(world, holders), OVERRIDES);
    },
  };
}

function payNext(told: PlatformTale, k: number, chosen: Choices): Step {
  const needed = unpaidOf(runOf(told.state, k));
  const fund = fundFor(told, k, needed, chosen);
  if (typeof fund !== "number") return fund;
  const holders = pageOf(chosen);
  return {
    apply: (state, rules) => {
      payRun(state, rules, k, found(state.funds[fund], "fund"), holders);
    },
    send: (world) => {
      const terms = fundTerms(world, found(told.state.funds[fund], "fund"));
      const { actions, address } = world.issue;
      return actions.payCoupon(address, k, terms, addresses(world, holders), OVERRIDES);
    },
  };
}

function claimNext(told: PlatformTale, k: number, chosen: Choices): Step {
  const { claims } = runOf(told.state, k);
  const who = chosen.wrong
    ? chosen.payer
    : ([...claims.keys()][chosen.page.from % (claims.size + 1)] ?? [...claims.keys()][0] ?? "stranger");
  const fund = fundFor(told, k, claims.get(who) ?? 1n, chosen);
  if (typeof fund !== "number") return fund;
  return {
    apply: (state) => {
      claim(state, k, found(state.funds[fund], "fund"), who);
    },
    send: (world) => {
      const terms = fundTerms(world, found(told.state.funds[fund], "fund"));
      return world.issue.actions.claimCoupon(world.issue.address, k, terms, addressOf(world, who), OVERRIDES);
    },
  };
}

function redeemNext(told: PlatformTale, chosen: Choices): Step {
  const fund = fundFor(told, undefined, supplyOf(told.state) * PROMISE.nominal, chosen);
  if (typeof fund !== "number") return fund;
  const holders = pageOf(chosen);
  return {
    apply: (state, rules) => {
      redeem(state, rules, found(state.funds[fund], "fund"), holders);
    },
    send: (world) => {
      const terms = fundTerms(world, found(told.state.funds[fund], "fund"));
      return world.issue.actions.redeem(world.issue.address, terms, addresses(world, holders), OVERRIDES);
    },
  };
}

/** The number of a fund that is enough, or the act that puts one up; seldom one for something else, or too little. */
function fundFor(told: PlatformTale, coupon: number | undefined, needed: bigint, chosen: Choices): number | Step {
  const { funds } = told.state;
  if (chosen.wrong && funds.length !== 0) return chosen.page.from % funds.length;
  const known = funds.findLastIndex(
    (one) => one.coupon === coupon && one.remaining >= (chosen.less ? 1n : needed) && one.expiry > told.time,
  );
  if (known !== -1) return known;
  const amount = chosen.less && needed > 1n ? needed - 1n : needed + BigInt(chosen.page.from % 2);
  const expiry = chosen.brief ? told.time + 4n * DAY : NEVER;
  const fund: FundState = { payer: chosen.payer, coupon, amount, expiry, remaining: amount };
  const id = idOf(fundTerms(told.world, fund));
  const used = funds.some((other) => idOf(fundTerms(told.world, other)) === id);
  return {
    apply: (state) => {
      putUp(state, { ...fund }, used);
    },
    send: (world) => {
      const money = world.issue.hongkong.currency.connect(world.issue[fund.payer]);
      return money.placeHold(fundTerms(world, fund), OVERRIDES);
    },
  };
}

function pageOf({ page }: Choices): Holder[] {
  const holders = Array.from({ length: page.length }, (_, index) => HOLDERS[(page.from + index) % HOLDERS.length]);
  const listed = holders.filter((who) => who !== undefined);
  return page.twice ? [...listed, ...listed.slice(0, 1)] : listed;
}

function addresses(world: PlatformTale["world"], holders: readonly Holder[]): string[] {
  return holders.map((who) => addressOf(world, who));
}
