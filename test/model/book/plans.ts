import fc from "fast-check";
import { bookOrderTypedData } from "../../../sdk/eip712/book.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { ref } from "../../support/chain.js";
import { seldom } from "../plans/choices.js";
import { planned } from "../tale.js";
import * as model from "./state.js";
import { HOUR, INVESTORS, PARTIES } from "./state.js";
import { orderOf, type Act, type BookTale, type Plan } from "./world.js";

const which = fc.nat({ max: 7 });

/** Mostly minutes later; now and then to the next moment that counts, or one second before it. */
const step = fc.oneof(
  { weight: 16, arbitrary: fc.nat({ max: 20 }).map((minutes) => ({ to: "minutes", minutes }) as const) },
  { weight: 1, arbitrary: fc.record({ to: fc.constant("moment" as const), before: seldom(4) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(told: BookTale, at: Step): void {
  const { now } = told.state;
  if (at.to === "minutes") return told.leapTo(now + BigInt(at.minutes) * 60n + 1n);
  const next = (["closes", "allotsUntil", "until"] as const)
    .map((moment) => model.momentOf(told.state, moment))
    .find((moment) => moment > now + 1n);
  told.leapTo(next === undefined ? now + HOUR : next - (at.before ? 1n : 0n));
}

/** See {@link planned}. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: BookTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, fc.record({ chosen: choices, at: step }), ({ chosen, at }, told) => {
    take(told, at);
    return resolve(chosen, told);
  });
}

/** A plan for one step of the book, seldom tried at another. */
function inStep<Choices extends object>(
  name: string,
  step: model.State["step"],
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: BookTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return plan(name, fc.record({ choice: choices, astray: seldom(4) }), ({ choice, astray }, told) =>
    told.state.step === step || astray ? resolve(choice, told) : undefined,
  );
}

/** The same about one of the orders that were signed. */
function onOrder<Choices extends object>(
  name: string,
  step: model.State["step"],
  choices: fc.Arbitrary<Choices>,
  resolve: (at: number, chosen: Choices, told: BookTale) => Omit<Act, "label">,
): fc.Arbitrary<Plan> {
  return inStep(name, step, fc.record({ which, rest: choices }), ({ which: at, rest }, told) => {
    const { length } = told.state.orders;
    return length === 0 ? undefined : resolve(at % length, rest, told);
  });
}

const signed = fc.record({
  who: fc.constantFrom(...INVESTORS),
  units: fc.integer({ min: 3, max: 12 }),
  least: fc.integer({ min: 0, max: 5 }),
  price: fc.constantFrom(94_999n, 98_000n, 99_000n, 99_000n, 100_000n, 100_000n, 110_000n),
});
type Signed = typeof signed extends fc.Arbitrary<infer T> ? T : never;

function write({ who, units, least, price }: Signed, told: BookTale): number {
  const name = `order ${++told.state.names}`;
  const bounded = BigInt(Math.min(least, units));
  const { orders } = told.state;
  return orders.push({ who, units: BigInt(units), least: bounded, price, name, step: "none", got: 0n }) - 1;
}

function placing(at: number, other: boolean, told: BookTale): Omit<Act, "label"> {
  const by = signerOf(at, other, told);
  const before = told.state;
  return {
    apply: (state) => model.place(state, at, by),
    send: async (world) => {
      const { f, book } = world;
      const order = orderOf(world, before, at);
      const signature = await sign(f[by], bookOrderTypedData(f.bookDomain, book.id, order));
      return f.books.connect(f.stranger).placeOrder(book.terms, order, signature);
    },
  };
}

function allotting(at: number, units: bigint, told: BookTale): Omit<Act, "label"> {
  return {
    apply: (state, rules) => model.allot(state, rules, at, units),
    send: (world) => world.book.allot([[orderOf(world, told.state, at), units]]),
  };
}

function settling(at: number, told: BookTale): Omit<Act, "label"> {
  return {
    apply: (state, rules) => model.settle(state, rules, at),
    send: (world) => world.f.books.connect(world.f.stranger).settle(world.book.terms, [orderOf(world, told.state, at)]),
  };
}

function closing(price: bigint): Omit<Act, "label"> {
  return {
    apply: (state) => model.close(state, price),
    send: ({ f, book }) => f.books.connect(f.lead).closeBook(book.terms, price),
  };
}

const price = fc.constantFrom(96_000n, 98_500n, 98_500n, 99_000n, 105_001n);
const units = fc.integer({ min: 0, max: 12 }).map(BigInt);

/** A new order, placed at once with its investor's signature. */
const order = inStep("order", "open", fc.record({ details: signed, other: seldom(3) }), ({ details, other }, told) =>
  placing(write(details, told), other, told),
);

const dueChoices = fc.record({ details: signed, which, price, units, odd: seldom(2) });

/** What is due: orders, the price, the allotments, the settlements; the clock is turned to where that is possible. */
const due = plan("due", dueChoices, (chosen, told) => {
  const { state } = told;
  const isTaking = state.step === "open" && told.time < model.momentOf(state, "closes");
  if (isTaking && state.orders.length < 7) return placing(write(chosen.details, told), false, told);
  turnTo(told, state.step === "final" ? "allotsUntil" : "closes");
  if (told.time > model.momentOf(state, state.step === "final" ? "until" : "allotsUntil")) return undefined;
  if (state.step === "open") return closing(chosen.price);
  if (state.step === "priced") {
    const at = pick(told, ["placed"], chosen.which);
    if (at === undefined) return finalizing;
    return allotting(at, chosen.odd ? chosen.units : fitting(told, at), told);
  }
  const at = pick(told, ["allotted", "failed"], chosen.which);
  return at === undefined ? undefined : settling(at, told);
});

/** As much as an order takes of what is left, or nothing. */
function fitting({ state }: BookTale, at: number): bigint {
  const { price: limit, units: asked, least } = model.orderAt(state, at);
  const left = model.SALE.units - model.allotted(state);
  const most = asked < left ? asked : left;
  return limit < state.price || most < least ? 0n : most;
}

function turnTo(told: BookTale, moment: keyof typeof model.HOURS): void {
  const at = model.momentOf(told.state, moment);
  if (told.time < at) told.leapTo(at);
}

/** One of the orders at some steps. */
function pick({ state }: BookTale, steps: readonly model.OrderStep[], nth: number): number | undefined {
  const open = [...state.orders.entries()].flatMap(([at, { step: its }]) => (steps.includes(its) ? [at] : []));
  return open[nth % Math.max(open.length, 1)];
}

const place = onOrder("place", "open", fc.record({ other: seldom(2) }), (at, { other }, told) =>
  placing(at, other, told),
);

const revoke = onOrder("revoke", "open", fc.record({ other: seldom(2) }), (at, { other }, told) => {
  const by = signerOf(at, other, told);
  return {
    apply: (state, rules) => model.revoke(state, rules, at, by),
    send: (world) => {
      const { f, book } = world;
      return f.books.connect(f[by]).revokeOrder(book.terms, orderOf(world, told.state, at));
    },
  };
});

/** One that was signed and is never to be placed. */
const recall = inStep("recall", "open", signed, (details, told) => {
  const at = write(details, told);
  return {
    apply: (state, rules) => model.revoke(state, rules, at, details.who),
    send: (world) => {
      const { f, book } = world;
      return f.books.connect(f[details.who]).revokeOrder(book.terms, orderOf(world, told.state, at));
    },
  };
});

const finalizing: Omit<Act, "label"> = { apply: model.finalize, send: ({ book }) => book.finalize() };
const close = inStep("close", "open", fc.record({ price, early: seldom(2) }), (chosen, told) => {
  if (!chosen.early) turnTo(told, "closes");
  return closing(chosen.price);
});
const allot = onOrder("allot", "priced", fc.record({ units, odd: seldom(2) }), (at, chosen, told) =>
  allotting(at, chosen.odd ? chosen.units : fitting(told, at), told),
);
const finalize = inStep("finalize", "priced", fc.record({}), () => finalizing);
const settle = onOrder("settle", "final", fc.record({ early: seldom(6) }), (at, { early }, told) => {
  if (told.state.step === "final" && !early) turnTo(told, "allotsUntil");
  return settling(at, told);
});

/** Authority given or taken back, by investors and issuer. */
const authorise = plan(
  "authorise",
  fc.record({ who: fc.constantFrom(...PARTIES), withheld: seldom(2) }),
  ({ who, withheld }) => ({
    apply: (state) => void (withheld ? state.withheld.add(who) : state.withheld.delete(who)),
    send: ({ f }) => f.engine.connect(f[who]).authorizeAgent(f.books, !withheld),
  }),
);

const freeze = plan(
  "freeze",
  fc.record({ who: fc.constantFrom(...INVESTORS), frozen: seldom(2) }),
  ({ who, frozen }) => ({
    apply: (state) => void (frozen ? state.frozen.add(who) : state.frozen.delete(who)),
    send: ({ f }) => {
      const enforcer = f.money.connect(f.hongkong.officers.enforcer);
      return frozen ? enforcer.freeze(f[who], ref("order")) : enforcer.unfreeze(f[who], ref("order lifted"));
    },
  }),
);

function signerOf(at: number, other: boolean, { state }: BookTale): model.Investor {
  const { who } = model.orderAt(state, at);
  if (!other) return who;
  return who === "boc" ? "icbc" : "boc";
}

/** What a story may consist of; what is named twice comes twice as often. */
export const BOOK_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...Array.from({ length: 16 }, () => due),
  ...[order, order, place, revoke, revoke, recall, close, allot, allot, finalize, settle, settle],
  ...[authorise, authorise, freeze],
];
