import fc from "fast-check";
import { MaxUint256 } from "ethers";
import { commitmentOf, leavesOf } from "../../../sdk/payments/identity.js";
import type { DisclosureStatus } from "../../../sdk/eip712/disclosure.js";
import { WARRANT_ROLE } from "../../../sdk/payments/disclosure.js";
import { signObjection } from "../../../sdk/payments/recovery.js";
import { ref } from "../../support/chain.js";
import { latestOpen, seldom } from "../plans/choices.js";
import { DAY, found, labelOf, planned } from "../tale.js";
import * as model from "./state.js";
import {
  OWNERS,
  PEOPLE,
  SUCCESSOR,
  type Key,
  type Owner,
  type RequestModel,
  type State,
  type Subject,
} from "./state.js";
import { holdOf, holdTerms, termsOf, type Act, type CustomerTale, type Plan } from "./world.js";

const ELSE = { eve: "finn", finn: "eve" } as const;
const OWN = { icbc: "icbc", boc: "boc" } as const;
const OPEN = ["requested", "approved"] as const;
const hours = fc.nat({ max: 30 }).map(BigInt);
const back = fc.nat({ max: 3 });
const owner = fc.constantFrom(...OWNERS);

/** A plan that may be several acts in a row. */
interface Acts {
  readonly label: string;
  readonly resolve: (told: CustomerTale) => Act | Iterable<Act> | undefined;
}

/** See {@link planned}. */
function plan<Choices extends object>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (chosen: Choices, told: CustomerTale) => Omit<Act, "label"> | undefined,
): fc.Arbitrary<Plan> {
  return planned(name, choices, resolve);
}

function later(told: CustomerTale, count: bigint): void {
  told.leapTo(told.state.now + count * 3_600n + 1n);
}

// ------------------------------------------------------------------ disclosure

const request = plan(
  "request",
  fc.record({
    subject: fc.constantFrom<Subject>("eve", "finn"),
    days: fc.oneof(fc.nat({ max: 4 }), fc.integer({ min: 20, max: 80 })),
    wrong: seldom(8),
    hours,
  }),
  ({ subject, days, wrong, hours: count }, told) => {
    later(told, count);
    const terms = { subject, basis: `warrant ${++told.state.names}`, expiry: told.time + BigInt(days) * DAY };
    const asSubject = wrong ? ELSE[subject] : subject;
    return {
      apply: (state) => model.request(state, terms, { asSubject }),
      send: (world) => world.disclosure.connect(world.signers.court).request(termsOf(world, terms, asSubject)),
    };
  },
);

/** Which moment an act about a request comes at. */
const moment = fc.oneof(
  { weight: 8, arbitrary: hours },
  { weight: 1, arbitrary: fc.constantFrom("last" as const, "over" as const) },
);

/** An act about a request: one of the latest, mostly one that is at a step. */
function about<Choices extends object>(
  name: string,
  steps: readonly DisclosureStatus[],
  choices: fc.Arbitrary<Choices>,
  act: (chosen: Choices, at: (state: State) => RequestModel, told: CustomerTale) => Omit<Act, "label">,
): fc.Arbitrary<Plan> {
  const all = fc.record({ chosen: choices, back, ended: seldom(8), at: moment });
  return plan(name, all, ({ chosen, back: place, ended, at }, told) => {
    const { requests, now } = told.state;
    const isNext = ({ status }: RequestModel) => steps.includes(status);
    const picked = latestOpen(requests, isNext, { back: place, ended });
    if (picked === undefined) return undefined;
    const index = requests.indexOf(picked);
    if (typeof at === "bigint") later(told, at);
    else if (picked.expiry > now) told.leapTo(picked.expiry + (at === "over" ? 1n : 0n));
    return act(chosen, (state) => found(state.requests[index], "request"), told);
  });
}

/** Mostly the wallet's own institution, by either of its keys. */
function institution(chosen: { readonly other: boolean; readonly second: boolean }, it: RequestModel): Key {
  const own = OWN[model.SUBJECTS[it.subject]];
  if (chosen.other) return own === "icbc" ? "boc" : "icbc";
  return own === "icbc" && chosen.second ? "second" : own;
}
const caller = { other: seldom(10), second: fc.boolean() };

const approveRequest = about("approveRequest", ["requested"], fc.record(caller), (chosen, at, told) => {
  const it = at(told.state);
  const by = institution(chosen, it);
  return {
    apply: (state, rules) => model.approveRequest(state, rules, at(state), by),
    send: (world) => world.disclosure.connect(world.signers[by]).approve(termsOf(world, it)),
  };
});

const answer = about("answer", ["approved"], fc.record({ ...caller, wrong: seldom(5) }), (chosen, at, told) => {
  const it = at(told.state);
  const by = institution(chosen, it);
  const opens = chosen.wrong ? ELSE[it.subject] : it.subject;
  return {
    apply: (state, rules) => model.answer(state, rules, at(state), by, opens),
    send: (world) => {
      const leaves = leavesOf(world.files[opens]);
      const sealedHash = ref(`sealed ${commitmentOf(leaves)}`);
      return world.disclosure.connect(world.signers[by]).answer(termsOf(world, it), [...leaves], sealedHash);
    },
  };
});

const refuseRequest = about("refuseRequest", OPEN, fc.record(caller), (chosen, at, told) => {
  const it = at(told.state);
  const by = institution(chosen, it);
  return {
    apply: (state, rules) => model.refuseRequest(state, rules, at(state), by),
    send: (world) => world.disclosure.connect(world.signers[by]).refuse(termsOf(world, it), ref("reasons")),
  };
});

const withdrawRequest = about("withdrawRequest", OPEN, fc.record({ other: seldom(4) }), ({ other }, at, told) => {
  const it = at(told.state);
  const by = other ? ("icbc" as const) : ("court" as const);
  return {
    apply: (state) => model.withdrawRequest(state, at(state), by),
    send: (world) => world.disclosure.connect(world.signers[by]).withdraw(termsOf(world, it)),
  };
});

const expire = about("expire", OPEN, fc.record({ by: fc.constantFrom(...PEOPLE) }), ({ by }, at, told) => {
  const it = at(told.state);
  return {
    apply: (state) => model.expire(state, at(state)),
    send: (world) => world.disclosure.connect(world.signers[by]).expire(termsOf(world, it)),
  };
});

const mandate = plan("mandate", fc.record({ often: seldom(3) }), ({ often }, { state: { mandate: has } }) => {
  if (has && !often) return undefined;
  return {
    apply: (state) => {
      state.mandate = !has;
    },
    send: ({ f, signers }) => {
      const { authority, officers } = f.mainland;
      const office = authority.connect(officers.admin);
      return has ? office.revokeRole(WARRANT_ROLE, signers.court) : office.grantRole(WARRANT_ROLE, signers.court, 0n);
    },
  };
});

// -------------------------------------------------------------------- recovery

const key = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<Key>("icbc", "second") },
  { weight: 1, arbitrary: fc.constant<Key>("boc") },
);

const propose = plan(
  "propose",
  fc.record({ owner, by: key, wrong: seldom(8), again: seldom(4), hours }),
  ({ owner: who, by, wrong, again, hours: count }, told) => {
    const { standing } = model.walletOf(told.state, who);
    if (standing !== "none" && standing !== "cancelled" && !again) return undefined;
    later(told, count);
    const to = SUCCESSOR[wrong ? otherOwner(who) : who];
    return {
      apply: (state, rules) => model.propose(state, rules, who, by, to),
      send: ({ f, signers }) => f.recovery.connect(signers[by]).propose(signers[who], signers[to], ref("application")),
    };
  },
);

const approveRecovery = plan(
  "approveRecovery",
  fc.record({ owner, same: seldom(5), other: seldom(8), hours }),
  ({ owner: who, same, other, hours: count }, told) => {
    const { proposer = "icbc", standing } = model.walletOf(told.state, who);
    if (standing !== "proposed" && !other) return undefined;
    later(told, count);
    const second = proposer === "icbc" ? ("second" as const) : ("icbc" as const);
    const by = other ? ("boc" as const) : same ? proposer : second;
    return {
      apply: (state, rules) => model.approveRecovery(state, rules, who, by),
      send: ({ f, signers }) => f.recovery.connect(signers[by]).approve(signers[who]),
    };
  },
);

const withdrawRecovery = plan(
  "withdrawRecovery",
  fc.record({ owner, by: key, often: seldom(4) }),
  ({ owner: who, by, often }) => {
    if (!often) return undefined;
    return {
      apply: (state) => model.withdrawRecovery(state, who, by),
      send: ({ f, signers }) => f.recovery.connect(signers[by]).withdraw(signers[who]),
    };
  },
);

const object = plan(
  "object",
  fc.record({ owner, signed: fc.boolean(), other: seldom(5), stale: seldom(5), often: seldom(2) }),
  ({ owner: who, signed, other, stale, often }, told) => {
    if (!often) return undefined;
    const { round } = model.walletOf(told.state, who);
    const said = { by: other ? SUCCESSOR[who] : who, round: round + (stale ? 1n : 0n) };
    return {
      apply: (state, rules) => model.object(state, rules, who, signed ? said : undefined),
      send: async ({ f, signers, domains }) => {
        if (!signed) return f.recovery.connect(signers[who]).object();
        const objection = { wallet: signers[who].address, round: said.round };
        const signature = await signObjection(signers[said.by], domains.recovery, objection);
        return f.recovery.connect(signers.carrier).objectWithSignature(objection, signature);
      },
    };
  },
);

const recover = plan(
  "recover",
  fc.record({
    owner,
    by: fc.constantFrom(...PEOPLE),
    at: fc.oneof(
      { weight: 3, arbitrary: fc.constant("due" as const) },
      { weight: 1, arbitrary: fc.constant("before" as const) },
      { weight: 3, arbitrary: hours },
    ),
  }),
  ({ owner: who, by, at }, told) => {
    const { due, standing } = model.walletOf(told.state, who);
    if (standing !== "approved" && standing !== "effective" && by !== "carrier") return undefined;
    if (typeof at === "bigint") later(told, at);
    else if (due > told.state.now + 1n) told.leapTo(due - (at === "before" ? 1n : 0n));
    return {
      apply: (state, rules) => model.recover(state, rules, who),
      send: ({ f, signers }) => f.recovery.connect(signers[by]).recover(signers[who]),
    };
  },
);

// ------------------------------------------------------------------ the wallet

/** What the wallet's owner can pay, up to a share of it; undefined: nothing. */
function affordable(told: CustomerTale, who: Owner, permille: number): bigint | undefined {
  const { state } = told;
  const wallet = model.walletOf(state, who);
  const room = model.roomOf({ ...state, now: told.time }, who) ?? wallet.free;
  const most = wallet.free < room ? wallet.free : room;
  const amount = (most * BigInt(permille)) / 1_000n;
  return amount > 0n ? amount : undefined;
}

const pay = plan("pay", fc.record({ owner, permille: fc.nat({ max: 1_000 }) }), ({ owner: who, permille }, told) => {
  const amount = affordable(told, who, permille);
  if (amount === undefined) return undefined;
  return {
    apply: (state) => model.spend(state, who, amount),
    send: ({ f, signers }) => f.money.connect(signers[who]).transfer(f.shop, amount),
  };
});

/** Several payments of a day in a row: up to what the limit leaves, and one fen past it. */
const payRecovered: fc.Arbitrary<Acts> = fc
  .record({
    owner: fc.constantFrom<Owner>("ann", "dan", "dan"),
    permille: fc.array(fc.oneof(fc.constant(1_000), fc.nat({ max: 1_000 })), { minLength: 1, maxLength: 3 }),
    past: fc.boolean(),
  })
  .map((chosen) => {
    const label = labelOf("payRecovered", chosen);
    return {
      label,
      *resolve(told) {
        for (const [index, permille] of chosen.permille.entries()) {
          const act = spendRecovered(told, chosen.owner, permille, chosen.past && index > 0);
          if (act !== undefined) yield { ...act, label };
        }
      },
    };
  });

function spendRecovered(
  told: CustomerTale,
  who: Owner,
  permille: number,
  past: boolean,
): Omit<Act, "label"> | undefined {
  const { recovered } = model.walletOf(told.state, who);
  const limits = model.LIMITS[who];
  const room = model.roomOf({ ...told.state, now: told.time }, who);
  // past the day's limit and not past the limit for one payment, which is checked first
  const beyond = past && limits !== undefined && room !== undefined && room < limits.single;
  const most = room === undefined || recovered < room ? recovered : room;
  const amount = beyond ? room + 1n : (most * BigInt(permille)) / 1_000n;
  if (amount === 0n || amount > recovered) return undefined;
  return {
    apply: (state, rules) => model.spendRecovered(state, rules, who, amount),
    send: ({ f, signers }) => f.money.connect(signers[SUCCESSOR[who]]).transfer(f.shop, amount),
  };
}

/** Small ones, so that the year's limit is never near. */
const hold = plan("hold", fc.record({ owner, permille: fc.nat({ max: 60 }) }), ({ owner: who, permille }, told) => {
  const { hold: present } = model.walletOf(told.state, who);
  if (present !== undefined) {
    const before = told.state;
    return {
      apply: (state) => model.release(state, who),
      send: (world) => world.f.money.connect(world.signers.carrier).releaseHold(holdOf(world, before, who)),
    };
  }
  const amount = affordable(told, who, permille);
  if (amount === undefined) return undefined;
  const basis = `hold ${++told.state.names}`;
  return {
    apply: (state) => model.hold(state, who, amount, basis),
    send: ({ f, signers }) =>
      f.money.connect(signers[who]).placeHold(holdTerms(signers[who].address, f, amount, basis)),
  };
});

const consent = plan("consent", fc.record({ owner, often: seldom(4) }), ({ owner: who, often }, told) => {
  const has = model.walletOf(told.state, who).consent;
  if (has && !often) return undefined;
  return {
    apply: (state) => {
      model.walletOf(state, who).consent = !has;
    },
    send: ({ f, signers }) => f.money.connect(signers[who]).approve(f.recovery, has ? MaxUint256 - 1n : MaxUint256),
  };
});

const freeze = plan("freeze", fc.record({ owner, often: seldom(4) }), ({ owner: who, often }, told) => {
  const is = model.walletOf(told.state, who).frozen;
  if (!is && !often) return undefined;
  return {
    apply: (state) => {
      model.walletOf(state, who).frozen = !is;
    },
    send: ({ f, signers }) => {
      const office = f.money.connect(f.mainland.officers.enforcer);
      return is ? office.unfreeze(signers[who], ref("order")) : office.freeze(signers[who], ref("order"));
    },
  };
});

function otherOwner(who: Owner): Owner {
  return who === "ann" ? "dan" : "ann";
}

/** Steps that most stories turn on come up more than once. */
export const CUSTOMER_PLANS: readonly fc.Arbitrary<Acts>[] = [
  ...Array.from({ length: 3 }, () => request),
  ...Array.from({ length: 4 }, () => approveRequest),
  ...Array.from({ length: 6 }, () => answer),
  ...[refuseRequest, withdrawRequest, expire, mandate],
  ...[propose, propose, approveRecovery, approveRecovery, approveRecovery, withdrawRecovery, object],
  ...Array.from({ length: 5 }, () => recover),
  ...[pay, payRecovered, payRecovered, payRecovered, hold, consent, freeze],
];
