import fc from "fast-check";
import { fundOrderTypedData } from "../../../sdk/eip712/fundDealing.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { signDepositOrder } from "../../../sdk/markets/deposits.js";
import { amountOf, latest, seldom, share } from "../plans/choices.js";
import { found, planned } from "../tale.js";
import * as model from "./state.js";
import {
  BANKS,
  BANK_OF,
  INVESTORS,
  PEOPLE,
  at,
  type Form,
  type OrderModel,
  type Payment,
  type Person,
} from "./state.js";
import { depositOrderOf, fundOrderOf, type Act, type Plan, type TokenTale } from "./world.js";

const HOUR = 3_600n;

/** Mostly some hours later; sometimes to a moment at which something of the day ends, or one second before. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 9 }).map((hours) => ({ to: "hours", hours }) as const) },
  {
    weight: 2,
    arbitrary: fc.record({ to: fc.constantFrom("cutOff", "deadline"), before: fc.boolean() }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const soon: Step = { to: "hours", hours: 0 };

function take(told: TokenTale, to: Step, day: bigint): void {
  const { now } = told.state;
  if (to.to === "hours") return told.leapTo(now + BigInt(to.hours) * HOUR + 1n);
  const moment = (to.to === "cutOff" ? model.cutOffOf(day) : model.deadlineOf(day)) - (to.before ? 1n : 0n);
  if (moment > now) told.leapTo(moment);
}

/** See {@link planned}. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: TokenTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, choices, resolve);
}

const isCompany = (person: Person): boolean => person === "shop" || person === "company";

/** Deposits, or central bank money where the wallet has no limits. */
function formOf(person: Person, money: boolean): Form {
  return money && isCompany(person) ? "money" : BANK_OF[person];
}

const pay = plan(
  "pay",
  fc.record({
    from: fc.constantFrom(...PEOPLE),
    to: fc.constantFrom(...PEOPLE),
    gives: fc.boolean(),
    gets: fc.boolean(),
    of: share,
    /** As much as one payment may take out of a bank: the second one on a day is too much. */
    big: seldom(3),
    consent: fc.constantFrom("called", "signed", "signed", "forged"),
    again: seldom(8),
  }),
  ({ from, to, gives, gets, of, big, consent, again }, told) => {
    const { state } = told;
    const fresh: Payment = {
      ...{ from, to, gives: formOf(from, gives), gets: formOf(to, gets) },
      amount: big ? model.LIMITS.single : amountOf(of, state.free.get(at(from, formOf(from, gives))) ?? 0n),
    };
    const done = again ? state.done.at(-1) : undefined;
    const businessRef = done ?? `payment ${++state.names}`;
    const payment = done === undefined ? fresh : found(told.payments.get(done), "payment");
    if (payment.amount === 0n || (payment.from === payment.to && payment.gives === payment.gets)) return undefined;
    told.payments.set(businessRef, payment);
    const forged = consent === "forged";
    return {
      apply: (next, rules) => model.pay(next, rules, payment, businessRef, forged),
      send: async (world) => {
        const { f, signers } = world;
        const order = depositOrderOf(world, payment, businessRef);
        const payer = signers[payment.from];
        if (consent === "called") return f.transfers.connect(payer).execute(order, "0x", "0x");
        const signature = await signDepositOrder(forged ? signers.carrier : payer, f.domain, order);
        return f.transfers.connect(signers.carrier).execute(order, signature, "0x");
      },
    };
  },
);

const transferReserves = plan(
  "transferReserves",
  fc.record({ from: fc.constantFrom(...BANKS), of: share, happens: seldom(2) }),
  ({ from, of, happens }, told) => {
    const amount = amountOf(of, found(told.state.reserves.get(from), "bank"));
    if (!happens) return undefined;
    return {
      apply: (state) => model.transferReserves(state, from, amount),
      send: ({ f, signers }) =>
        f.money.connect(signers[from]).transfer(signers[from === "hsbc" ? "bochk" : "hsbc"], amount),
    };
  },
);

const place = plan(
  "place",
  fc.record({
    kind: fc.constantFrom("subscription", "subscription", "redemption"),
    investor: fc.constantFrom(...INVESTORS),
    money: fc.boolean(),
    of: share,
    ahead: fc.oneof(
      { weight: 8, arbitrary: fc.constant(0n) },
      { weight: 1, arbitrary: fc.constantFrom(-1n, 1n, 7n, 8n) },
    ),
    consent: fc.constantFrom("called", "signed", "signed", "signed", "forged"),
    to: step,
  }),
  ({ kind, investor, money, of, ahead, consent, to }, told) => {
    const today = model.dayOf(told.state.now);
    take(told, to, today);
    const first = told.time < model.cutOffOf(model.dayOf(told.time)) ? 0n : 1n;
    let day = model.dayOf(told.time) + first;
    while (!model.isDealingDay(day)) day += 1n;
    const form = formOf(investor, money);
    const { free, units } = told.state;
    const most = (kind === "subscription" ? free.get(at(investor, form)) : units.get(investor)) ?? 0n;
    const amount = amountOf(of, most);
    if (amount === 0n) return undefined;
    const forged = consent === "forged";
    const order = { kind, investor, form, amount, day: day + ahead, salt: `order ${++told.state.names}` };
    return {
      apply: (state, rules) => model.place(state, rules, order, forged),
      send: async (world) => {
        const { f, signers } = world;
        const onChain = fundOrderOf(world, order);
        const owner = signers[investor];
        if (consent === "called") return f.dealing.connect(owner).place(onChain, "0x", "0x");
        const signature = await sign(forged ? signers.carrier : owner, fundOrderTypedData(f.fundDomain, onChain));
        return f.dealing.connect(signers.carrier).place(onChain, signature, "0x");
      },
    };
  },
);

/** An act about an order, mostly one that waits. */
function about(
  name: string,
  act: (order: OrderModel, index: number, own: boolean, told: TokenTale) => Omit<Act, "label">,
  moment: (chosen: Step) => Step = (chosen) => chosen,
): fc.Arbitrary<Plan> {
  const choices = fc.record({
    back: fc.nat({ max: 5 }),
    ended: seldom(6),
    own: seldom(6).map((other) => !other),
    to: step,
  });
  return plan(name, choices, ({ back, ended, own, to }, told) => {
    const { orders } = told.state;
    const waiting = orders.filter(({ standing }) => standing === "placed");
    const order = latest(ended || waiting.length === 0 ? orders : waiting, back);
    if (order === undefined) return undefined;
    take(told, moment(to), order.day);
    return act(order, orders.indexOf(order), own, told);
  });
}

const cancel = about("cancel", (order, index, own) => {
  const by = own ? order.investor : "company";
  return {
    apply: (state, rules) => model.cancel(state, rules, found(state.orders[index], "order"), by),
    send: (world) => world.f.dealing.connect(world.signers[by]).cancel(fundOrderOf(world, order)),
  };
});

const deal = about("deal", (order, index) => ({
  apply: (state, rules) => model.deal(state, rules, found(state.orders[index], "order")),
  send: (world) => world.f.dealing.connect(world.signers.carrier).deal(fundOrderOf(world, order)),
}));

/** The day is priced first if it is not, so that something is dealt. */
const priceAndDeal = about(
  "publish",
  (order, _index, own, told) => {
    const { lastNav } = told.state;
    const cutOff = model.cutOffOf(order.day);
    if (own && told.time < cutOff) told.leapTo(cutOff);
    const nav = own ? lastNav + (order.amount % (lastNav / 60n)) - lastNav / 120n : (lastNav * 103n) / 100n;
    return {
      apply: (state, rules) => model.publish(state, rules, order.day, nav),
      send: ({ f }) => f.dealing.connect(f.administrator).publishNav(order.day, nav),
    };
  },
  () => soon,
);

const publish = plan(
  "publish",
  fc.record({ off: fc.constantFrom(-2n, -1n, 0n, 0n, 1n), edge: fc.constantFrom(0n, 1n), to: step }),
  ({ off, edge, to }, told) => {
    const day = model.dayOf(told.state.now) + off;
    take(told, to, day);
    const { lastNav } = told.state;
    const nav = lastNav + (lastNav * model.TERMS.band) / 10_000n + edge;
    return {
      apply: (state, rules) => model.publish(state, rules, day, nav),
      send: ({ f }) => f.dealing.connect(f.administrator).publishNav(day, nav),
    };
  },
);

const lapse = about("lapse", (order, index) => ({
  apply: (state) => model.lapse(state, found(state.orders[index], "order")),
  send: (world) => world.f.dealing.connect(world.signers.carrier).lapse(fundOrderOf(world, order)),
}));

/** By weight: what is named more often is done more often. */
export const TOKEN_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...[pay, pay, pay, pay, pay, transferReserves, place, place, place, place],
  ...[cancel, priceAndDeal, priceAndDeal, priceAndDeal, publish, deal, deal, deal, deal, lapse],
];
