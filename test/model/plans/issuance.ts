import { ref } from "../../support/chain.js";
import { requestId } from "../../../sdk/eip712/issuance.js";
import { holdTypedData } from "../../../sdk/eip712/ledger.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { placeHold, type Terms } from "../ledger.js";
import {
  bankOf as bankState,
  endRequest,
  issue,
  pendingOf,
  redeem,
  requestIssue,
  requestRedemption,
} from "../issuance.js";
import { found, type Currency, type RequestState, type State } from "../state.js";
import type { Story } from "../story.js";
import { OVERRIDES, attest, termsOf, type World } from "../world.js";
import { DAY } from "../tale.js";
import { amountOf, bankOf, currency, fc, latestOpen, pick, plan, seldom, share, which, type Pick } from "./choices.js";
import { nameOf } from "./holds.js";

const REASON = ref("reason");

const days = fc.integer({ min: 0, max: 5 });

export const askIssue = plan("requestIssue", fc.record({ currency, which, share, days }), (chosen, story) => {
  const { currency, which, share, days } = chosen;
  const { number, account } = bankOf(currency, which);
  const room = roomOf(story.state, currency, number);
  const amount = amountOf(share, room) % 2n ** 64n;
  const expiry = story.time + BigInt(days) * DAY;
  const request = { bank: number, amount, expiry, ref: ref(`issue ${story.state.names}`) };
  const name = requestId(1, number, request.ref);
  return {
    apply: (state, rules) => {
      state.names += 1;
      requestIssue(state, rules, currency, name, request);
    },
    send: ({ people, places }) =>
      places[currency].desk.connect(people[account]).requestIssue(amount, request.ref, expiry, OVERRIDES),
  };
});

export const completeIssue = plan(
  "issue",
  fc.record({ currency, ...pick, forged: seldom(6) }),
  ({ currency, forged, ...entryOf }, story) => {
    const entry = requestAt(story, currency, "issue", entryOf);
    if (entry === undefined) return undefined;
    const [name, request] = entry;
    return {
      apply: (state) => {
        issue(state, currency, name, !forged);
      },
      send: async (world) => {
        const { validUntil, signature } = await attest(world, currency, "issue", request, !forged);
        return deskOf(world, currency).issue(request.bank, request.ref, validUntil, signature, OVERRIDES);
      },
    };
  },
);

export const endIssue = plan(
  "endIssue",
  fc.record({ currency, ...pick, rejected: fc.boolean() }),
  ({ currency, rejected, ...entryOf }, story) => {
    const entry = requestAt(story, currency, "issue", entryOf);
    if (entry === undefined) return undefined;
    const [name, request] = entry;
    return {
      apply: (state, rules) => {
        endRequest(state, rules, currency, name, rejected);
      },
      send: (world) => {
        const desk = deskOf(world, currency).connect(rejected ? world.operator : world.people.stranger);
        return rejected
          ? desk.rejectIssue(request.bank, request.ref, REASON, OVERRIDES)
          : desk.expireIssue(request.bank, request.ref, OVERRIDES);
      },
    };
  },
);

export const askRedemption = plan(
  "requestRedemption",
  fc.record({ currency, which, share, days }),
  ({ currency, which, share, days }, story) => {
    const { number, account } = bankOf(currency, which);
    const rtgsRef = ref(`redemption ${story.state.names}`);
    const id = requestId(2, number, rtgsRef);
    const terms: Terms = {
      payer: account,
      payee: undefined,
      executor: "desk",
      amount: amountOf(share, story.payable(currency, account)),
      expiry: story.time + BigInt(days) * DAY,
      ref: id,
    };
    const hold = nameOf(story.world, currency, terms);
    return {
      apply: (state, rules) => {
        state.names += 1;
        placeHold(state, rules, currency, hold, terms);
        requestRedemption(state, currency, id, { bank: number, ref: rtgsRef, hold });
      },
      send: async (world) => {
        const held = termsOf(world, currency, terms);
        const signature = await sign(world.people[account], holdTypedData(world.places[currency].domain, held));
        return deskOf(world, currency).requestRedemptionWithSignature(held, rtgsRef, signature, OVERRIDES);
      },
    };
  },
);

export const completeRedemption = plan(
  "redeem",
  fc.record({ currency, ...pick, forged: seldom(6) }),
  ({ currency, forged, ...entryOf }, story) => {
    const entry = requestAt(story, currency, "redemption", entryOf);
    if (entry === undefined) return undefined;
    const [name, request] = entry;
    const terms = holdOf(story.state, currency, request);
    return {
      apply: (state) => {
        redeem(state, currency, name, !forged);
      },
      send: async (world) => {
        const { validUntil, signature } = await attest(world, currency, "redemption", request, !forged);
        const held = termsOf(world, currency, terms);
        return deskOf(world, currency).redeem(held, request.ref, validUntil, signature, OVERRIDES);
      },
    };
  },
);

export const endRedemption = plan(
  "endRedemption",
  fc.record({ currency, ...pick, rejected: fc.boolean() }),
  ({ currency, rejected, ...entryOf }, story) => {
    const entry = requestAt(story, currency, "redemption", entryOf);
    if (entry === undefined) return undefined;
    const [name, request] = entry;
    const terms = holdOf(story.state, currency, request);
    return {
      apply: (state, rules) => {
        endRequest(state, rules, currency, name, rejected);
      },
      send: (world) => {
        const desk = deskOf(world, currency).connect(rejected ? world.operator : world.people.stranger);
        const held = termsOf(world, currency, terms);
        return rejected ? desk.rejectRedemption(held, REASON, OVERRIDES) : desk.expireRedemption(held, OVERRIDES);
      },
    };
  },
);

export const setQuota = plan("setQuota", fc.record({ currency, which, share }), ({ currency, which, share }, story) => {
  const { number } = bankOf(currency, which);
  const quota = amountOf(share, bankState(story.state, currency, number).issued);
  return {
    apply: (state) => {
      bankState(state, currency, number).quota = quota;
    },
    send: ({ places }) => {
      const { registry, officers } = places[currency];
      return registry.connect(officers.registrar).setQuota(number, quota, OVERRIDES);
    },
  };
});

function roomOf(state: State, currency: Currency, number: number): bigint {
  const { quota, issued, redeemed } = bankState(state, currency, number);
  const room = quota + redeemed - issued - pendingOf(state, currency, number);
  return room > 0n ? room : 0n;
}

function requestAt({ state }: Story, currency: Currency, kind: RequestState["kind"], which: Pick) {
  const ofKind = [...state.money[currency].requests].filter(([, request]) => request.kind === kind);
  return latestOpen(ofKind, ([, request]) => request.status === "requested", which);
}

function holdOf(state: State, currency: Currency, request: RequestState): Terms {
  return found(state.money[currency].holds.get(found(request.hold, "hold")), "hold");
}

function deskOf({ people, places }: World, currency: Currency) {
  return places[currency].desk.connect(people.stranger);
}
