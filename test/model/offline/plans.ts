import fc from "fast-check";
import { latest, seldom } from "../plans/choices.js";
import { DAY, Divergence, found, planned } from "../tale.js";
import * as model from "./state.js";
import { HOLDERS, TERMS, type Holder, type State, type VoucherModel } from "./state.js";
import { allotmentIdOf, refusalsIn, voucherOf, type OfflineTale, type Plan } from "./world.js";

const HOUR = 3_600n;
const holder = fc.constantFrom(...HOLDERS);
const hours = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 6 }) },
  { weight: 2, arbitrary: fc.nat({ max: 60 }) },
  { weight: 1, arbitrary: fc.constantFrom(96, 200, 336) },
);

function later(told: OfflineTale, many: number): void {
  told.leapTo(told.state.now + BigInt(many) * HOUR + 1n);
}

const load = planned(
  "load",
  fc.record({
    device: holder,
    amount: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1_000, max: 9_000 }) },
      { weight: 1, arbitrary: fc.constantFrom(0, 20_000, 20_001) },
    ),
    days: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 2, max: 10 }) }, { weight: 1, arbitrary: fc.constant(0) }),
    other: seldom(12),
    hours: fc.nat({ max: 3 }),
  }),
  ({ device, amount, days, other, hours: many }, told: OfflineTale) => {
    later(told, many);
    const signUntil = told.time + BigInt(days) * DAY;
    const by = other ? ("carrier" as const) : device;
    return {
      apply: (state: State) => model.load(state, device, BigInt(amount), signUntil, by),
      send: ({ f, signers, devices }: OfflineTale["world"]) =>
        f.offline.connect(signers[by]).load(devices[device].id, amount, signUntil, "0x"),
    };
  },
);

/** How a history goes wrong, if it does. */
const trouble = fc.record({
  /** Number: fresh, or one signed before (a clone of the device). */
  again: seldom(5),
  /** A payment signed before, endorsed anew by the one in the middle. */
  reendorsed: seldom(5),
  forged: fc.oneof({ weight: 14, arbitrary: fc.constant(undefined) }, fc.constantFrom("payment", "endorsement")),
  early: seldom(20),
  strange: seldom(16),
  large: seldom(14),
  anyAllotment: seldom(6),
});

/**
 * Two hops between devices that see no chain: who pays whom, and to whom it goes then. What is signed joins what may be
 * redeemed, or is lost.
 */
const history = fc.record({
  ...{ payer: holder, to: holder, then: holder, kept: seldom(3), lost: seldom(7), trouble },
  amount: fc.integer({ min: 1, max: Number(TERMS.maxPayment) }),
  choice: fc.nat({ max: 8 }),
});

const write: fc.Arbitrary<Plan> = fc.array(history, { minLength: 2, maxLength: 5 }).map((histories) => ({
  label: `write(${JSON.stringify(histories)})`,
  resolve: (told) => {
    const { state } = told;
    for (const chosen of histories) {
      const voucher = written(state, chosen);
      if (voucher !== undefined && !chosen.lost) state.vouchers.push(voucher);
    }
    return undefined;
  },
}));

type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

function written(state: State, { trouble: wrong, ...chosen }: History): VoucherModel | undefined {
  const source = allotmentOf(state, chosen.payer, wrong.anyAllotment ? chosen.choice : 0);
  if (source === undefined) return undefined;
  const past = latest(state.vouchers, chosen.choice);
  const then = chosen.kept ? chosen.to : chosen.then;
  const securities = allotmentOf(state, chosen.to, wrong.strange ? chosen.choice : 0);
  const endorse = (to: Holder, signedAt: bigint) => {
    const endorsedAt = wrong.early ? signedAt - 1n : signedAt < state.now ? state.now : signedAt;
    const security = wrong.strange ? source : securities;
    return { then: to === then || security === undefined ? to : then, security, endorsedAt };
  };
  if (wrong.reendorsed && past !== undefined) {
    const own = allotmentOf(state, past.to, 0);
    const kept = own === undefined || chosen.then === past.to;
    const { now } = state;
    const endorsedAt = past.signedAt < now ? now : past.signedAt;
    const endorsement = { then: kept ? past.to : chosen.then, security: kept ? undefined : own, endorsedAt };
    return { ...past, ...endorsement, forged: undefined };
  }
  const next = state.next.get(source) ?? 0n;
  const again = wrong.again && next > 0n;
  if (!again) state.next.set(source, next + 1n);
  const endorsement = endorse(chosen.to, state.now);
  return {
    allotment: source,
    number: again ? next - 1n : next,
    amount: wrong.large ? TERMS.maxPayment + 1n : BigInt(chosen.amount),
    ...{ to: chosen.to, signedAt: state.now },
    ...endorsement,
    security: endorsement.then === chosen.to && !wrong.strange ? undefined : endorsement.security,
    forged: wrong.forged,
  };
}

/** One of a device's, the last if `back` is zero. */
function allotmentOf(state: State, device: Holder, back: number): number | undefined {
  const own = state.allotments.flatMap((allotment, at) => (allotment.device === device ? [at] : []));
  return latest(own, back);
}

const picks = fc.array(fc.nat({ max: 14 }), { minLength: 1, maxLength: 8 });

/** Some of what is known, in any order, some of it twice. */
function chosenOf({ vouchers }: State, backs: readonly number[]): VoucherModel[] {
  return backs.flatMap((back) => {
    const voucher = latest(vouchers, back);
    return voucher === undefined ? [] : [voucher];
  });
}

const redeemMany = planned("redeemMany", fc.record({ backs: picks, hours }), (chosen, told: OfflineTale) => {
  const batch = chosenOf(told.state, chosen.backs);
  if (batch.length === 0) return undefined;
  later(told, chosen.hours);
  let predicted: (string | undefined)[] = [];
  return {
    apply: (state: State, rules: model.Rules) => {
      predicted = model.redeemMany(state, rules, batch);
    },
    send: async (world: OfflineTale["world"]) => {
      const vouchers = await Promise.all(batch.map((voucher) => voucherOf(world, told.state, voucher)));
      const sent = await world.f.offline.connect(world.signers.carrier).redeemMany(vouchers);
      const actual = await refusalsIn(world, sent, batch.length);
      const shown = (reasons: typeof actual) => reasons.map((reason) => reason ?? "done").join(", ");
      if (shown(actual) !== shown(predicted)) {
        throw new Divergence(`redeemMany: the model says ${shown(predicted)}, the chain says ${shown(actual)}`);
      }
    },
  };
});

const redeem = planned("redeem", fc.record({ back: fc.nat({ max: 14 }), hours }), (chosen, told: OfflineTale) => {
  const voucher = latest(told.state.vouchers, chosen.back);
  if (voucher === undefined) return undefined;
  later(told, chosen.hours);
  return {
    apply: (state: State, rules: model.Rules) => model.redeem(state, rules, voucher),
    send: async (world: OfflineTale["world"]) =>
      world.f.offline.connect(world.signers.carrier).redeem(await voucherOf(world, told.state, voucher)),
  };
});

const prove = planned(
  "prove",
  fc.record({ first: fc.nat({ max: 14 }), second: fc.nat({ max: 14 }), meant: seldom(3) }),
  ({ first, second, meant }, told: OfflineTale) => {
    const one = latest(told.state.vouchers, first);
    if (one === undefined) return undefined;
    const rivals = told.state.vouchers.filter((other) => model.numberKey(other) === model.numberKey(one));
    const two = found(latest(meant ? rivals : told.state.vouchers, second), "voucher");
    return {
      apply: (state: State, rules: model.Rules) => model.prove(state, rules, one, two),
      send: async (world: OfflineTale["world"]) =>
        world.f.offline
          .connect(world.signers.carrier)
          .proveDoubleSpend(await voucherOf(world, told.state, one), await voucherOf(world, told.state, two)),
    };
  },
);

const reportLoss = planned(
  "reportLoss",
  fc.record({ device: holder, by: fc.constantFrom("own", "own", "bank", "carrier"), happens: seldom(3) }),
  ({ device, by, happens }, told: OfflineTale) => {
    if (!happens || told.state.allotments.length < 3) return undefined;
    const caller = by === "own" ? device : by;
    return {
      apply: (state: State) => model.reportLoss(state, device, caller),
      send: ({ f, signers, devices }: OfflineTale["world"]) =>
        f.offline.connect(signers[caller]).reportLoss(devices[device].id),
    };
  },
);

const close = planned(
  "close",
  fc.record({
    back: fc.nat({ max: 5 }),
    when: fc.constantFrom("now", "deadline", "after", "after"),
    happens: seldom(2),
  }),
  ({ back, when, happens }, told: OfflineTale) => {
    const { state } = told;
    const allotment = latest(state.allotments, back);
    if (allotment === undefined || !happens) return undefined;
    const position = state.allotments.indexOf(allotment);
    const moment = model.deadlineOf(state, allotment) + (when === "after" ? 1n : 0n);
    if (when !== "now" && moment > state.now) told.leapTo(moment);
    return {
      apply: (next: State) => model.close(next, position),
      send: async (world: OfflineTale["world"]) =>
        world.f.offline.connect(world.signers.carrier).close(await allotmentIdOf(world, told.state, position)),
    };
  },
);

/** By weight: what is named more often is done more often. */
export const OFFLINE_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...[load, load, load, write, write, write, write, write],
  ...[redeemMany, redeemMany, redeemMany, redeem, redeem, prove, reportLoss, close],
];
