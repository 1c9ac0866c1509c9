import fc from "fast-check";
import { bidTypedData } from "../../../sdk/eip712/auction.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { allocate } from "../../../sdk/markets/auction.js";
import { ref } from "../../support/chain.js";
import { seldom } from "../plans/choices.js";
import { planned } from "../tale.js";
import * as model from "./state.js";
import { BIDDERS, HOUR } from "./state.js";
import { bidOf, idOf, type Act, type AuctionTale, type Plan, type World } from "./world.js";

const bidder = fc.constantFrom(...BIDDERS);
const which = fc.nat({ max: model.SALE.bids - 1 });

/** Mostly minutes later; now and then to the next moment that counts, or one second before it. */
const step = fc.oneof(
  { weight: 30, arbitrary: fc.nat({ max: 60 }).map((minutes) => ({ to: "minutes", minutes }) as const) },
  { weight: 1, arbitrary: fc.record({ to: fc.constant("moment" as const), before: seldom(4) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(told: AuctionTale, at: Step): void {
  const { now } = told.state;
  if (at.to === "minutes") return told.leapTo(now + BigInt(at.minutes) * 60n + 1n);
  const next = (["reveals", "closes", "until"] as const)
    .map((moment) => model.momentOf(told.state, moment))
    .find((moment) => moment > now + 1n);
  told.leapTo(next === undefined ? now + HOUR : next - (at.before ? 1n : 0n));
}

/** See {@link planned}. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: AuctionTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, fc.record({ chosen: choices, at: step }), ({ chosen, at }, told) => {
    take(told, at);
    return resolve(chosen, told);
  });
}

/** A plan about one of the bids that were placed. */
function onBid<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (at: number, chosen: Choices, told: AuctionTale) => Omit<Act, "label">,
): fc.Arbitrary<Plan> {
  return plan(name, fc.record({ which, rest: choices }), ({ which: at, rest }, told) => {
    const { length } = told.state.bids;
    return length === 0 ? undefined : resolve(at % length, rest, told);
  });
}

interface Wanted {
  readonly who: model.Bidder;
  readonly units: number;
  readonly price: bigint;
  readonly odd: boolean;
  readonly other: boolean;
}

const wanted: fc.Arbitrary<Wanted> = fc.record({
  who: bidder,
  units: fc.integer({ min: 3, max: 9 }),
  price: fc.constantFrom(99_000n, 99_000n, 99_500n, 99_500n, 100_000n),
  odd: seldom(12),
  other: seldom(12),
});

function placing({ who, units, price, odd, other }: Wanted, told: AuctionTale): Omit<Act, "label"> {
  const name = `bid ${++told.state.names}`;
  const by = other ? otherThan(who) : who;
  const bid = { who, units: BigInt(units), price: odd ? price + 1n : price, name };
  return {
    apply: (state) => model.place(state, { ...bid, by }),
    send: ({ f, auction }) => {
      const open = { bidder: f[who].address, units: bid.units, price: bid.price, salt: ref(name) };
      return f.auctions.connect(f[by]).placeBid(auction.terms, f[who], auction.idOf({ bid: open }), "0x");
    },
  };
}

function revealing(at: number, other: boolean, told: AuctionTale): Omit<Act, "label"> {
  const { who } = model.bidAt(told.state, at);
  const by = other ? otherThan(who) : who;
  const before = told.state;
  return {
    apply: (state, rules) => model.reveal(state, rules, { at, by }),
    send: async (world) => {
      const { f, auction } = world;
      const bid = bidOf(world, before, at);
      const signature = await sign(f[by], bidTypedData(f.domain, auction.id, bid));
      return f.auctions.connect(f.carrier).revealBid(auction.terms, bid, signature);
    },
  };
}

function settling(at: number, told: AuctionTale): Omit<Act, "label"> {
  return {
    apply: (state, rules) => model.settle(state, rules, at),
    send: (world) => carried(world).settle(world.auction.terms, [bidOf(world, told.state, at)]),
  };
}

type Proof = "right" | "wrong" | "partial";

function proving(how: Proof, told: AuctionTale): Omit<Act, "label"> {
  const before = told.state;
  return {
    apply: (state, rules) => model.prove(state, rules, how),
    send: async (world) => {
      const { f, auction } = world;
      const bids = model.served(before).map((at) => ({ at, bid: bidOf(world, before, at) }));
      const { cut } = allocate(
        auction.terms,
        bids.map(({ at, bid }) => ({ ...bid, id: idOf(world, before, at), position: BigInt(at) + 1n })),
      );
      const prover = f.auctions.connect(f.carrier);
      await prover.propose(auction.terms, how === "wrong" ? { ...cut, demand: cut.demand + 1n } : cut);
      const page = bids.map(({ bid }) => bid);
      return prover.rank(auction.terms, how === "partial" ? page.slice(0, -1) : page);
    },
  };
}

/** What is due at the time: a bid, its showing, the proof, a settlement. */
const due = plan("due", fc.record({ wanted, which }), (chosen, told) => {
  const { state, time } = told;
  const isOpen = state.step === "announced";
  if (isOpen && time < model.momentOf(state, "reveals")) return placing(chosen.wanted, told);
  if (isOpen && time >= model.momentOf(state, "closes")) return proving("right", told);
  const at = pick(told, isOpen ? ["sealed"] : ["revealed", "defaulted"], chosen.which);
  if (at === undefined) return undefined;
  return isOpen ? revealing(at, chosen.wanted.other, told) : settling(at, told);
});

/** One of the bids at some steps. */
function pick({ state }: AuctionTale, steps: readonly model.BidStep[], which: number): number | undefined {
  const open = [...state.bids.entries()].flatMap(([at, { step }]) => (steps.includes(step) ? [at] : []));
  return open[which % Math.max(open.length, 1)];
}

const place = plan("place", wanted, placing);
const reveal = onBid("reveal", fc.record({ other: seldom(12) }), (at, { other }, told) => revealing(at, other, told));
const prove = plan("prove", fc.record({ how: fc.constantFrom<Proof>("right", "wrong", "partial") }), ({ how }, told) =>
  proving(how, told),
);
const settle = onBid("settle", fc.record({}), (at, _, told) => settling(at, told));

const underwrite = plan("underwrite", fc.record({}), () => ({
  apply: (state, rules) => model.underwrite(state, rules),
  send: (world) => carried(world).settleUnderwriting(world.auction.terms, 0n),
}));

const release = onBid("release", fc.record({}), (at, _, told) => ({
  apply: (state, rules) => model.release(state, rules, at),
  send: (world) => carried(world).release(world.auction.terms, [bidOf(world, told.state, at)]),
}));

const forfeit = onBid("forfeit", fc.record({}), (at, _, told) => {
  const { who } = model.bidAt(told.state, at);
  return {
    apply: (state, rules) => model.forfeit(state, rules, at),
    send: (world) => carried(world).forfeit(world.auction.terms, world.f[who], idOf(world, told.state, at)),
  };
});

const close = plan("close", fc.record({}), () => ({
  apply: model.close,
  send: (world) => carried(world).close(world.auction.terms),
}));

/** Authority given or taken back. */
const authorise = plan("authorise", fc.record({ who: bidder, withheld: seldom(3) }), ({ who, withheld }) => ({
  apply: (state) => void (withheld ? state.withheld.add(who) : state.withheld.delete(who)),
  send: ({ f }) => f.engine.connect(f[who]).authorizeAgent(f.auctions, !withheld),
}));

const freeze = plan("freeze", fc.record({ who: bidder, frozen: seldom(3) }), ({ who, frozen }) => ({
  apply: (state) => void (frozen ? state.frozen.add(who) : state.frozen.delete(who)),
  send: ({ f }) => {
    const enforcer = f.money.connect(f.hongkong.officers.enforcer);
    return frozen ? enforcer.freeze(f[who], ref("order")) : enforcer.unfreeze(f[who], ref("order lifted"));
  },
}));

function carried({ f }: World) {
  return f.auctions.connect(f.carrier);
}

function otherThan(who: model.Bidder): model.Bidder {
  return who === "boc" ? "icbc" : "boc";
}

/** What a story may consist of; what is named twice comes twice as often. */
export const AUCTION_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...Array.from({ length: 16 }, () => due),
  ...[place, reveal, prove, settle],
  ...[underwrite, release, forfeit, close, authorise, freeze],
];
