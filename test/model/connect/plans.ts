import fc from "fast-check";
import { startOfDay } from "../../../sdk/calendar.js";
import { signProxyPort } from "../../../sdk/payments/connect.js";
import { KIND, PaymentUnderTest } from "../../support/connect.js";
import { amountOf, latest, seldom, share } from "../plans/choices.js";
import { found, planned } from "../tale.js";
import * as model from "./state.js";
import { PAYERS, QUOTAS, RATES, ROUTES, SPANS, type PaymentModel, type RouteName, type State } from "./state.js";
import { OWNERS, payerOf, proxyOf, type Act, type ConnectTale, type Owner, type Plan, type World } from "./world.js";

const NAMES = Object.keys(ROUTES) as RouteName[];
const OWNER_NAMES = Object.keys(OWNERS) as Owner[];
const SCALE = 10n ** 12n;

/** Mostly some hours later; sometimes the first or the last second of a day or year, or a moment of a payment's own. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.nat({ max: 9 }).map((hours) => ({ to: "hours", hours }) as const) },
  { weight: 1, arbitrary: fc.nat({ max: 300 }).map((hours) => ({ to: "hours", hours }) as const) },
  {
    weight: 5,
    arbitrary: fc.record({
      to: fc.constantFrom("day", "day", "utc", "year", "answer", "resolve", "back"),
      before: fc.boolean(),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(told: ConnectTale, at: Step, payment?: PaymentModel): void {
  const { now } = told.state;
  if (at.to === "hours") {
    told.leapTo(now + BigInt(at.hours) * 3_600n + 1n);
    return;
  }
  const begun = payment?.at ?? now;
  const midnight = BigInt(startOfDay(now)) + 86_400n;
  const moments = {
    day: midnight,
    utc: midnight - 57_600n,
    year: BigInt(Date.UTC(new Date((Number(now) + 28_800) * 1000).getUTCFullYear() + 1, 0, 1) / 1000) - 28_800n,
    answer: begun + SPANS.answer + 1n,
    resolve: begun + SPANS.resolve + 1n,
    back: begun + SPANS.back + 1n,
  };
  const moment = moments[at.to] - (at.before ? 1n : 0n);
  if (moment > now) told.leapTo(moment);
}

/** Mostly soon after. */
const soon = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 2 }).map((hours) => ({ to: "hours", hours }) as const) },
  { weight: 1, arbitrary: step },
);

/** See {@link planned}. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: ConnectTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, choices, resolve);
}

/** Whether an act about a payment would do something at a time. */
type Fits = (payment: PaymentModel, time: bigint) => boolean;

const isOpen: Fits = ({ status }) => status === "submitted" || status === "timedOut";
const inTime: Fits = ({ status, at }, time) =>
  (status === "submitted" && time <= at + SPANS.answer) || (status === "timedOut" && time <= at + SPANS.resolve);
const isPaid: Fits = ({ status, at }, time) => status === "completed" && time <= at + SPANS.back;

/** An act about a payment: one of the latest, mostly one that fits. */
function about<Choices extends object>(
  name: string,
  fits: Fits,
  choices: fc.Arbitrary<Choices>,
  when: fc.Arbitrary<Step>,
  act: (chosen: Choices, index: number, made: (world: World) => PaymentUnderTest) => Omit<Act, "label">,
): fc.Arbitrary<Plan> {
  const all = fc.record({ chosen: choices, back: fc.nat({ max: 3 }), any: seldom(10), at: when });
  return plan(name, all, ({ chosen, back, any, at }, told) => {
    const { payments } = told.state;
    const fitting = payments.filter((payment) => fits(payment, told.time));
    const payment = latest(any || fitting.length === 0 ? payments : fitting, back);
    if (payment === undefined) return undefined;
    take(told, at, payment);
    return act(chosen, payments.indexOf(payment), ({ made }) => found(made.get(payment.name), "signed payment"));
  });
}

function paymentAt({ payments }: State, index: number): PaymentModel {
  return found(payments[index], "payment");
}

const side = seldom(9).map((other) => (other ? ("other" as const) : ("own" as const)));

const submit = plan(
  "submit",
  fc.record({
    route: fc.constantFrom("northbound", "northbound", ...NAMES),
    who: fc.nat(3),
    share,
    by: side,
    at: step,
  }),
  ({ route, who, share: part, by, at }, told) => {
    take(told, at);
    const { kind, payers, payee, receives } = ROUTES[route];
    const payer = found(payers[who % payers.length], "payer");
    const { currency, bank } = PAYERS[payer];
    const used = model.usedOf({ ...told.state, now: told.time }, told.rules, kind, payer);
    const { day, year } = QUOTAS[kind];
    const left = [day === undefined ? undefined : day - used.day, year === undefined ? undefined : year - used.year];
    const least = left.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a)) ?? 0n;
    const rate = kind === "sameName" || currency === "ehkd" ? undefined : RATES[kind];
    const most = least < 0n ? 0n : rate === undefined ? least : (least * SCALE) / rate;
    const amount = amountOf(part, most);
    const sent = amount > 0n ? amount : 1n;
    const received = currency === receives ? sent : kind === "sameName" ? sent : sent / 2n + 1n;
    const name = ++told.state.names;
    const time = told.time;
    return {
      apply: (state, rules) => model.submit(state, rules, { name, route, payer, sent, received, by }),
      send: async (world) => {
        const { f } = world;
        const from = by === "own" ? f[bank] : f.stranger;
        const quote = { sendAmount: sent, receiveAmount: received, notAfter: time, returnBy: time + SPANS.back };
        const payment = await PaymentUnderTest.offer(f, {
          ...{ kind: KIND[kind], payer: payerOf(f, payer), payee: f[payee], sends: currency, receives, quote, from },
          // whoever has a till: of the payer's side or of the payee's
          bank: kind === "southbound" ? (bank === "boc" ? f.hsbc : f.icbc) : bank === "bochk" ? f.icbc : f.hsbc,
          payment: { answerBy: time + SPANS.answer, resolveBy: time + SPANS.resolve },
        });
        world.made.set(name, payment);
        return payment.submit();
      },
    };
  },
);

const complete = about("complete", inTime, fc.record({ by: side }), soon, ({ by }, index, made) => ({
  apply: (state, rules) => model.complete(state, rules, paymentAt(state, index), by),
  send: async (world) => {
    const payment = made(world);
    return by === "own" ? payment.complete() : payment.complete(world.f.stranger);
  },
}));

const reject = about("reject", isOpen, fc.record({ by: side }), soon, ({ by }, index, made) => ({
  apply: (state) => model.reject(paymentAt(state, index), by),
  send: async (world) => {
    const payment = made(world);
    return by === "own" ? payment.reject() : payment.reject(world.f.stranger);
  },
}));

const reportTimeout = about(
  "reportTimeout",
  ({ status }) => status === "submitted",
  fc.record({}),
  step,
  (_, index, made) => ({
    apply: (state) => model.reportTimeout(state, paymentAt(state, index)),
    send: (world) => made(world).reportTimeout(),
  }),
);

const lapse = about("lapse", isOpen, fc.record({}), step, (_, index, made) => ({
  apply: (state) => model.lapse(state, paymentAt(state, index)),
  send: (world) => made(world).lapse(),
}));

const sendBack = about("sendBack", isPaid, fc.record({ by: side }), soon, ({ by }, index, made) => ({
  apply: (state) => model.sendBack(state, paymentAt(state, index), by),
  send: (world) => {
    const payment = made(world);
    return by === "own" ? payment.back() : payment.back(undefined, undefined, world.f.stranger);
  },
}));

const publish = plan(
  "publish",
  fc.record({ kind: fc.constantFrom("northbound", "southbound"), at: step }),
  ({ kind, at }, told) => {
    take(told, at);
    return {
      apply: (state) => model.publish(state, kind),
      send: ({ f }) => {
        const { officers } = kind === "northbound" ? f.hongkong : f.mainland;
        return f.link.connect(officers.governor).publishRate(KIND[kind], RATES[kind]);
      },
    };
  },
);

const owner = fc.constantFrom(...OWNER_NAMES);

const lead = plan("lead", fc.record({ index: fc.nat(1), to: owner }), ({ index, to }) => ({
  apply: (state, rules) => model.lead(state, rules, index, to),
  send: ({ f }) => {
    const { currency, bank } = OWNERS[to];
    return f.directory.connect(f[bank]).registerProxy(proxyOf(index), f[currency], f[to]);
  },
}));

const port = plan(
  "port",
  fc.record({ index: fc.nat(1), to: owner, other: seldom(4), stale: seldom(5) }),
  ({ index, to, other, stale }, told) => {
    const { owner: present, sequence } = model.proxyAt(told.state, index);
    const signer = other || present === undefined ? "stranger" : (present as Owner);
    return {
      apply: (state) => model.port(state, index, { owner: to, signer, stale }),
      send: async ({ f }) => {
        const { currency, bank } = OWNERS[to];
        const terms = {
          ...{ proxy: proxyOf(index), currency: f[currency], account: f[to].address },
          ...{ sequence: stale ? sequence + 1n : sequence, notAfter: 2n ** 40n },
        };
        return f.directory
          .connect(f[bank])
          .portProxy(terms, await signProxyPort(f[signer], f.domains.directory, terms));
      },
    };
  },
);

const release = plan("release", fc.record({ index: fc.nat(1), other: seldom(3) }), ({ index, other }, told) => {
  const { owner: present } = model.proxyAt(told.state, index);
  const by = other || present === undefined ? "stranger" : (present as Owner);
  return {
    apply: (state) => model.release(state, index, by),
    send: ({ f }) => f.directory.connect(f[by]).releaseProxy(proxyOf(index)),
  };
});

/** By weight: what is named more often is done more often. */
export const CONNECT_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...[submit, submit, submit, submit, submit, complete, complete, complete, complete, reject, reportTimeout],
  ...[lapse, sendBack, sendBack, sendBack, publish, publish, lead, port, release],
];
