import fc from "fast-check";
import { toBeHex } from "ethers";
import { qrBatchTypedData, qrEntryTypedData, type QrEntry } from "../../../sdk/eip712/qr.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { ANSWER_PERIOD, DISPUTE_PERIOD, REASON, SCHEME, kinds } from "../../support/qr.js";
import { found, planned, type Plan } from "../tale.js";
import * as model from "./state.js";
import type { Payment, Place, QrRules, QrState } from "./state.js";
import { MOST, bankOf, built, builtAt, inclusionOf, type QrTale, type QrWorld } from "./world.js";

type QrPlan = fc.Arbitrary<Plan<QrTale, QrWorld, QrState, QrRules>>;

function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: Parameters<typeof planned<Choices, QrTale, QrWorld, QrState, QrRules>>[2],
): QrPlan {
  return planned<Choices, QrTale, QrWorld, QrState, QrRules>(name, choices, resolve);
}

const seldom = fc.nat({ max: 7 }).map((chance) => chance === 0);
const slot = fc.nat({ max: 5 });
const bank = fc.nat({ max: 3 });
const fen = fc.bigInt({ min: 1n, max: MOST });

/** Who calls: the one whose word it is, or now and then another. */
function caller({ world }: QrTale, right: string, other: number, wrong: boolean): string {
  return wrong ? found(world.f.participants[other], "bank").address : right;
}

function paymentAt(state: QrState, which: number): Payment {
  return found(state.payments[which], "payment");
}

// ------------------------------------------------------------------------------------------------------- gateway

const STEPS = { request: "asks", authorize: "answers", complete: "wallet" } as const;
const FROM = { request: "none", authorize: "requested", complete: "authorized" } as const;

/** Mostly one that is where the step begins. */
function placeWith({ payments }: QrState, which: number, status: Payment["status"]): number {
  const fitting = payments.flatMap((payment, place) => (payment.status === status ? [place] : []));
  return which === 0 ? 0 : (fitting[which % (fitting.length || 1)] ?? which);
}

function step(name: keyof typeof STEPS): QrPlan {
  return plan(name, fc.record({ any: slot, other: bank, wrong: seldom }), ({ any, other, wrong }, told) => {
    const which = placeWith(told.state, any, FROM[name]);
    const by = caller(told, paymentAt(told.state, which)[STEPS[name]], other, wrong);
    return {
      apply: (state, rules) => model[name](state, paymentAt(state, which), by, rules),
      send: (world) => world.f.gateway.connect(bankOf(world, by))[name](found(world.asked[which], "payment")),
    };
  });
}

const reverse = plan("reverse", fc.record({ which: slot, by: bank }), ({ which, by }, told) => {
  const who = found(told.world.f.participants[by], "bank").address;
  return {
    apply: (state) => model.reverse(state, paymentAt(state, which), who),
    send: (world) => world.f.gateway.connect(bankOf(world, who)).reverse(found(world.asked[which], "payment"), REASON),
  };
});

const refund = plan(
  "refund",
  fc.record({ which: slot, other: bank, wrong: seldom, stale: seldom, share: fc.nat({ max: 13 }) }),
  ({ which, other, wrong, stale, share }, told) => {
    const place = placeWith(told.state, which, "completed");
    const payment = paymentAt(told.state, place);
    const by = caller(told, payment.acquirer, other, wrong);
    const refunded = stale ? 0n : payment.refunded;
    const amount = (payment.amount * BigInt(share)) / 12n;
    return {
      apply: (state, rules) => model.refund(state, paymentAt(state, place), { by, refunded, amount }, rules),
      send: (world) =>
        world.f.gateway.connect(bankOf(world, by)).refund(found(world.asked[place], "payment"), refunded, amount),
    };
  },
);

const admission = plan("admission", fc.record({ who: bank, out: seldom }), ({ who, out }, told) => {
  const { address } = found(told.world.f.participants[who], "bank");
  return {
    apply: ({ admitted }) => void (out ? admitted.delete(address) : admitted.add(address)),
    send: ({ f }) => f.gateway.connect(f.mainland.officers.registrar)[out ? "dismiss" : "admit"](address),
  };
});

const route = plan("route", fc.record({ kind: fc.nat({ max: 3 }), closes: seldom }), ({ kind, closes }) => ({
  apply: ({ closed }) => void (closes ? closed.add(kind) : closed.delete(kind)),
  send: ({ f }) => {
    const { change } = found(kinds(f)[kind], "kind");
    const { scheme = SCHEME.union, direction = 0n, mode = 0n } = change as Record<string, string | bigint>;
    const { halter, resumer } = f.mainland.officers;
    const args = [scheme as string, direction, mode] as const;
    return closes ? f.gateway.connect(halter).closeRoute(...args) : f.gateway.connect(resumer).openRoute(...args);
  },
}));

// ---------------------------------------------------------------------------------------------------- settlement

let references = 0;

const entry = fc.record({ from: bank, step: fc.integer({ min: 1, max: 3 }), amount: fen }).map((chosen) => ({
  ...chosen,
  paymentId: toBeHex(++references, 32),
}));

const commit = plan(
  "commit",
  fc.record({
    chosen: fc.array(entry, { minLength: 1, maxLength: 4 }),
    again: fc.nat({ max: 6 }),
    omits: fc.nat({ max: 2 }).map((chance) => chance === 0),
  }),
  ({ chosen, again, omits }, told) => {
    const { state, world } = told;
    const at = (place: number) => found(world.f.participants[place % 4], "bank").address;
    const entries: QrEntry[] = chosen.map(({ from, step: by, amount, paymentId }) => ({
      ...{ paymentId, debtor: at(from), creditor: at(from + by), amount },
    }));
    // now and then something that was settled before
    const before = state.windows.flatMap(({ entries: all, status }) => (status === "settled" ? all : []));
    const repeated = again < before.length ? before[again] : undefined;
    if (repeated !== undefined) entries.push(repeated);
    const due = model.due(state);
    const corrections = omits ? due.slice(1) : due;
    return {
      apply: (next, rules) => model.commit(next, entries, corrections, rules),
      send: () => {
        const number = state.windows.length;
        return world.f.settlement
          .connect(world.f.operator)
          .commit(built(world, state, number, { entries, corrections }).batch);
      },
    };
  },
);

const settle = plan("settle", fc.record({ silent: fc.nat({ max: 9 }) }), ({ silent }, { state, world }) => {
  const number = state.windows.length - 1;
  if (number < 0) return undefined;
  return {
    apply: (next, rules) => model.settle(next, number, silent, rules),
    send: async () => {
      const { batch } = builtAt(world, state, number);
      const typedData = qrBatchTypedData(world.f.domain, batch);
      const consents: string[] = [];
      for (const [line, { institution }] of batch.positions.entries()) {
        consents.push(line === silent ? "0x" : await sign(bankOf(world, institution), typedData));
      }
      return world.f.settlement.connect(world.f.carrier).settle(batch, consents);
    },
  };
});

const withdraw = plan("withdraw", fc.record({ any: fc.nat() }), ({ any }, { state }) => {
  if (state.windows.length === 0) return undefined;
  const number = any % state.windows.length;
  return {
    apply: (next) => model.withdraw(next, number),
    send: ({ f }) => f.settlement.connect(f.operator).withdraw(number + 1, REASON),
  };
});

/** A place of any window, mostly of the latest. */
function placeOf({ windows }: QrState, any: number): Place | undefined {
  const places = windows.flatMap(({ entries }, window) => entries.map((_, index) => ({ window, index })));
  return places.at(-1 - (any % Math.min(places.length || 1, 8)));
}

function disputedPlace(state: QrState, any: number): Place | undefined {
  const open = state.windows.flatMap(({ disputes }, window) =>
    disputes.flatMap(({ status }, index) => (status === "open" ? [{ window, index }] : [])),
  );
  return open[any % (open.length || 1)] ?? placeOf(state, any);
}

const dispute = plan(
  "dispute",
  fc.record({ any: fc.nat(), other: bank, wrong: seldom, forged: seldom }),
  ({ any, other, wrong, forged }, told) => {
    const place = placeOf(told.state, any);
    if (place === undefined) return undefined;
    const by = caller(told, model.entryAt(told.state, place).debtor, other, wrong);
    return {
      apply: (state) => model.dispute(state, place, by, forged),
      send: (world) => {
        const right = inclusionOf(world, told.state, place);
        const inclusion = forged ? { ...right, proof: [...right.proof, REASON] } : right;
        return world.f.settlement.connect(bankOf(world, by)).dispute(inclusion, REASON);
      },
    };
  },
);

const answer = plan(
  "answer",
  fc.record({ any: fc.nat(), other: bank, wrong: seldom, late: seldom }),
  (choice, told) => {
    const place = disputedPlace(told.state, choice.any);
    if (place === undefined) return undefined;
    if (choice.late) told.leapTo(model.disputeAt(told.state, place).until + 1n);
    const about = model.entryAt(told.state, place);
    const signer = caller(told, about.debtor, choice.other, choice.wrong);
    return {
      apply: (state, rules) => model.answer(state, place, signer, rules),
      send: async (world) => {
        const signature = await sign(bankOf(world, signer), qrEntryTypedData(world.f.domain, about));
        return world.f.settlement.connect(world.f.carrier).answer(place.window + 1, place.index, about, signature);
      },
    };
  },
);

const uphold = plan("uphold", fc.record({ any: fc.nat(), late: fc.boolean() }), ({ any, late }, told) => {
  const { state } = told;
  const place = disputedPlace(state, any);
  if (place === undefined) return undefined;
  if (late) told.leapTo(model.disputeAt(state, place).until + 1n);
  return {
    apply: (next) => model.uphold(next, place),
    send: ({ f }) => f.settlement.connect(f.carrier).uphold(place.window + 1, place.index, model.entryAt(state, place)),
  };
});

const twice = plan("twice", fc.record({ any: fc.nat(), other: fc.nat(), wrong: seldom }), (choice, told) => {
  const { state } = told;
  const settled = state.windows.flatMap(({ entries, status }, window) =>
    status === "settled" ? entries.map((entry, index) => ({ window, index, id: entry.paymentId })) : [],
  );
  const repeated = settled.findLast(({ id }, place) => settled.findIndex((each) => each.id === id) < place);
  const later = repeated ?? placeOf(state, choice.any);
  if (later === undefined) return undefined;
  const { paymentId } = model.entryAt(state, later);
  const earliest = settled.find(({ id }) => id === paymentId);
  const earlier = choice.wrong ? placeOf(state, choice.other) : (earliest ?? later);
  if (earlier === undefined) return undefined;
  return {
    apply: (next) => model.proveTwice(next, earlier, later),
    send: (world) =>
      world.f.settlement
        .connect(world.f.carrier)
        .proveTwice(inclusionOf(world, state, earlier), inclusionOf(world, state, later)),
  };
});

/** Time passes: to the end of something, or a second past it. */
const wait = plan(
  "wait",
  fc.record({ how: fc.constantFrom(1_800n, 3_600n, 7_200n, ANSWER_PERIOD, DISPUTE_PERIOD) }),
  ({ how }, told) => {
    told.leapTo(told.state.now + how);
    return undefined;
  },
);

/** By weight: what is named more often is done more often. */
export const QR_PLANS: readonly QrPlan[] = [
  ...[step("request"), step("request"), step("authorize"), step("authorize"), step("complete"), step("complete")],
  ...[reverse, refund, refund, refund, admission, route],
  ...[commit, commit, commit, settle, settle, settle, settle, withdraw],
  ...[dispute, dispute, dispute, answer, uphold, uphold, twice, wait],
];
