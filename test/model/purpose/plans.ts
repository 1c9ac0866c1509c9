import fc from "fast-check";
import { ref } from "../../support/chain.js";
import { grantEntry } from "../../support/purpose.js";
import { seldom } from "../plans/choices.js";
import { DAY, found, planned } from "../tale.js";
import * as model from "./state.js";
import {
  CAMPAIGNS,
  KINDS,
  LINES,
  PEOPLE,
  SHOPS,
  WALLETS,
  type Kind,
  type PurchaseModel,
  type UseModel,
} from "./state.js";
import { idOf, purchaseOf, termsOf, type Act, type Plan, type PurposeTale } from "./world.js";

const wallet = fc.constantFrom(...WALLETS);
const anyone = fc.constantFrom(...PEOPLE);
const kinds = fc.constantFrom<readonly Kind[]>(
  ["dining"],
  ["dining"],
  ["subsidy"],
  ["tenth"],
  ["dining", "subsidy"],
  KINDS,
);

/** Mostly some hours later; seldom to the end of the claims or of the campaigns, or one second before. */
const step = fc.oneof(
  { weight: 40, arbitrary: fc.nat({ max: 6 }).map((hours) => ({ to: "hours", hours }) as const) },
  {
    weight: 1,
    arbitrary: fc.record({ to: fc.constantFrom("claims", "end"), before: fc.boolean() }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(told: PurposeTale, at: Step): void {
  const { now, opens } = told.state;
  if (at.to === "hours") {
    told.leapTo(now + BigInt(at.hours) * 3_600n + 1n);
    return;
  }
  const moment = (at.to === "end" ? model.endOf(told.state) : opens + model.DAYS.claims * DAY) - (at.before ? 1n : 0n);
  if (moment > now) told.leapTo(moment);
}

/** See {@link planned}. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: PurposeTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, fc.record({ chosen: choices, at: step }), ({ chosen, at }, told) => {
    take(told, at);
    return resolve(chosen, told);
  });
}

const grant = plan(
  "grant",
  fc.record({
    to: wallet,
    vouchers: fc.integer({ min: 1, max: 12 }),
    odd: seldom(10),
    by: fc.oneof({ weight: 9, arbitrary: fc.constant("city" as const) }, { weight: 1, arbitrary: anyone }),
  }),
  ({ to, vouchers, odd, by }) => {
    const amount = BigInt(vouchers) * CAMPAIGNS.subsidy.value - (odd ? 1n : 0n);
    return {
      apply: (state, rules) => model.grant(state, rules, { by, to, amount }),
      send: ({ f, signers, terms }) =>
        f.purpose.connect(signers[by]).grant(terms.subsidy, [grantEntry(signers[to], amount)]),
    };
  },
);

const claim = plan("claim", fc.record({ to: wallet, other: seldom(10) }), ({ to, other }) => {
  const by = other ? ("carrier" as const) : to;
  return {
    apply: (state, rules) => model.claim(state, rules, { by, to }),
    send: ({ f, signers, terms }) => f.purpose.connect(signers[by]).claim(terms.dining, signers[to], 2n ** 39n, "0x"),
  };
});

const claimListed = plan("claimListed", fc.record({ line: fc.nat({ max: LINES.length - 1 }) }), ({ line }) => ({
  apply: (state, rules) => model.claimListed(state, rules, line),
  send: ({ f, signers, terms, list }) => {
    const { identity, amount } = found(list.lines[line], "line");
    const [index, proof] = [BigInt(line), list.proof(BigInt(line))];
    return f.purpose.connect(signers.carrier).claimListed(terms.tenth, index, identity, amount, proof);
  },
}));

/** The act of paying a purchase. */
function paying(told: PurposeTale, purchase: PurchaseModel, by: model.Person): Omit<Act, "label"> {
  const before = told.state;
  return {
    apply: (state, rules) => model.redeem(state, rules, structuredClone(purchase), by),
    send: (world) =>
      world.f.purpose
        .connect(world.signers[by])
        .redeem(purchaseOf(world, before, purchase), termsOf(world, purchase), "0x", "0x"),
  };
}

const buying = {
  who: wallet,
  shop: fc.oneof(
    { weight: 3, arbitrary: fc.constant("restaurant" as const) },
    { weight: 1, arbitrary: fc.constantFrom(...SHOPS) },
  ),
  price: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 10_000, max: 25_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 12_000 }) },
    { weight: 1, arbitrary: fc.constantFrom(9_999, 10_000, 4_999, 5_000, 250_000) },
  ),
  late: seldom(25),
  other: seldom(25),
  off: seldom(25),
};

function drafted(told: PurposeTale, chosen: { who: model.Wallet; shop: model.Shop; price: number; late: boolean }) {
  const notAfter = chosen.late ? told.time - 1n : told.time + 3_600n;
  const fresh = { name: `purchase ${++told.state.names}`, refunded: false, left: new Map<Kind, bigint>() };
  return { ...fresh, who: chosen.who, shop: chosen.shop, price: BigInt(chosen.price), notAfter };
}

const redeem = plan("redeem", fc.record({ ...buying, kinds, part: fc.integer({ min: 1, max: 3 }) }), (chosen, told) => {
  const { state } = told;
  const draft = drafted(told, chosen);
  const owner = model.ownerOf(draft.who);
  const uses: UseModel[] = [];
  let due = draft.price;
  for (const kind of state.order.filter((one) => chosen.kinds.includes(one))) {
    const left = model.leftOf(state, kind, owner);
    const worth = kind === "subsidy" ? left / BigInt(chosen.part) : CAMPAIGNS[kind].value;
    const amount = model.discountOf(kind, draft.price, worth, due) + (chosen.off ? 1n : 0n);
    uses.push({ kind, amount, refunded: undefined });
    due -= amount;
  }
  return paying(told, { ...draft, uses }, chosen.other ? "carrier" : draft.who);
});

const redeemRestored = plan(
  "redeemRestored",
  fc.record({ ...buying, choice: fc.nat({ max: 5 }), half: fc.boolean(), own: seldom(3) }),
  (chosen, told) => {
    const { state } = told;
    const at = pickRestored(told, chosen.choice);
    if (at === undefined) return undefined;
    const { source, kind, index } = at;
    const draft = drafted(told, { ...chosen, who: chosen.own ? chosen.who : source.who });
    const left = source.left.get(kind) ?? 0n;
    const worth = kind === "subsidy" && chosen.half ? (left + 1n) / 2n : left;
    const amount = model.discountOf(kind, draft.price, worth, draft.price) + (chosen.off ? 1n : 0n);
    if (state.purchases[index] === undefined) return undefined;
    const uses = [{ kind, amount, refunded: index }];
    return paying(told, { ...draft, uses }, chosen.other ? "carrier" : draft.who);
  },
);

/** A voucher that a refund restored: mostly one with something left. */
function pickRestored({ state }: PurposeTale, choice: number) {
  const all = state.purchases.flatMap((source, index) =>
    [...source.left].map(([kind, left]) => ({ source, index, kind, left })),
  );
  const some = all.filter(({ left }) => left > 0n);
  const from = some.length > 0 && choice !== 0 ? some : all;
  return from[choice % Math.max(from.length, 1)];
}

const again = plan("again", fc.record({ choice: fc.nat({ max: 3 }) }), ({ choice }, told) => {
  const purchase = told.state.purchases.at(-1 - choice);
  return purchase === undefined ? undefined : paying(told, purchase, purchase.who);
});

const refund = plan(
  "refund",
  fc.record({
    choice: fc.nat({ max: 3 }),
    amount: fc.oneof(
      { weight: 4, arbitrary: fc.constant("all" as const) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 999 }) },
      { weight: 1, arbitrary: fc.constantFrom("nothing" as const, "more" as const) },
    ),
    other: seldom(10),
  }),
  ({ choice, amount, other }, told) => {
    const { purchases } = told.state;
    const index = purchases.length - 1 - choice;
    const purchase = purchases[index];
    if (purchase === undefined) return undefined;
    const { price, shop, who } = purchase;
    const named = { all: price, nothing: 0n, more: price + 1n };
    const back = typeof amount === "number" ? (price * BigInt(amount)) / 1_000n : named[amount];
    const by = other ? who : shop;
    const before = told.state;
    return {
      apply: (state, rules) => model.refund(state, rules, index, back, by),
      send: (world) =>
        world.f.purpose
          .connect(world.signers[by])
          .refund(purchaseOf(world, before, purchase), termsOf(world, purchase), back),
    };
  },
);

const close = plan("close", fc.record({ kind: fc.constantFrom(...KINDS), by: anyone }), ({ kind, by }) => ({
  apply: (state) => model.close(state, kind),
  send: ({ f, signers, terms }) => f.purpose.connect(signers[by]).closeCampaign(terms[kind]),
}));

const returnRestored = plan(
  "returnRestored",
  fc.record({ choice: fc.nat({ max: 5 }), other: seldom(8), by: anyone }),
  ({ choice, other, by }, told) => {
    const at = pickRestored(told, choice);
    if (at === undefined) return undefined;
    const kind = other ? found(KINDS[choice % KINDS.length], "campaign") : at.kind;
    const before = told.state;
    return {
      apply: (state) => model.returnRestored(state, kind, at.index),
      send: (world) =>
        world.f.purpose.connect(world.signers[by]).returnRestored(world.terms[kind], idOf(world, before, at.index)),
    };
  },
);

const suspend = plan(
  "suspend",
  fc.record({ shop: fc.constantFrom(...SHOPS), stops: seldom(8) }),
  ({ shop, stops }) => ({
    apply: ({ suspended }) => {
      if (stops) suspended.add(shop);
      else suspended.delete(shop);
    },
    send: ({ f, signers }) => f.merchants.connect(f.acquirer).setSuspended(signers[shop], stops, ref("reason")),
  }),
);

/** By weight: what is named more often is done more often. */
export const PURPOSE_PLANS: readonly fc.Arbitrary<Plan>[] = [
  ...[grant, grant, claim, claim, claim, claimListed, claimListed, redeem, redeem, redeem, redeem, redeem],
  ...[refund, refund, refund, redeemRestored, redeemRestored, again, close, returnRestored, suspend],
];
