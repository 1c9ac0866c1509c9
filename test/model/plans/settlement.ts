import { concat } from "ethers";
import { instructionId } from "../../../sdk/eip712/settlement.js";
import { NO_HOLD, collectConsents, netTable } from "../../../sdk/instructions.js";
import { NEVER } from "../../../sdk/eip712/ledger.js";
import { placeHold, type Terms } from "../ledger.js";
import {
  cancel,
  dequeue,
  giversOf,
  initiatorOf,
  queue,
  releaseCover,
  setPriority,
  settle,
  settleMany,
  settleNet,
  trySettleMany,
} from "../settlement.js";
import { endKey, found, type InstructionState, type LegState, type Person, type State } from "../state.js";
import type { Story } from "../story.js";
import { OVERRIDES, instructionOf, moneyOf, rankOf, termsOf, type World } from "../world.js";
import { DAY } from "../tale.js";
import {
  amountOf,
  anyone,
  currency,
  fc,
  latest,
  latestOpen,
  payer,
  pick,
  plan,
  seldom,
  share,
  type Pick,
} from "./choices.js";
import { nameOf } from "./holds.js";

/** Legs in both currencies or one; the initiator's reference is sometimes one it has used. */
export const propose = plan(
  "propose",
  fc.record({
    legs: fc.array(fc.record({ currency, from: payer, to: anyone, share }), { minLength: 1, maxLength: 3 }),
    reused: seldom(6),
    days: fc.integer({ min: 0, max: 3 }),
    later: seldom(6),
    nettable: fc.boolean(),
  }),
  ({ legs, reused, days, later, nettable }, story) => {
    if (legs.some(({ from, to }) => from === to)) return undefined;
    const moves = legs.map(({ share, ...leg }): LegState => {
      const amount = amountOf(share, story.payable(leg.currency, leg.from));
      return { ...leg, amount: amount === 0n ? 1n : amount, cover: undefined };
    });
    story.state.instructions.push({
      ref: BigInt(reused ? 0 : story.state.instructions.length),
      notBefore: story.time + (later ? DAY : 0n),
      // the place makes two alike proposals two instructions
      notAfter: story.time + BigInt(days) * DAY + 60n + BigInt(story.state.instructions.length),
      nettable,
      legs: moves,
      affirmed: new Set(),
      queued: undefined,
    });
    return undefined;
  },
);

/** A ring of small payments that mostly nets out. */
export const proposeRing = plan(
  "proposeRing",
  fc.record({ shares: fc.array(share, { minLength: 3, maxLength: 3 }), currency }),
  ({ shares, currency }, story) => {
    const ring: Person[] = ["bob", "cai", "dan"];
    for (const [index, from] of ring.entries()) {
      const amount = amountOf(found(shares[index], "share"), story.payable(currency, from)) + 1n;
      story.state.instructions.push({
        ref: BigInt(story.state.instructions.length),
        notBefore: 0n,
        notAfter: story.time + 2n * DAY,
        nettable: true,
        legs: [{ currency, from, to: found(ring[(index + 1) % 3], "neighbour"), amount, cover: undefined }],
        affirmed: new Set(),
        queued: undefined,
      });
    }
    return undefined;
  },
);

export const affirm = plan(
  "affirm",
  fc.record({ ...pick, who: fc.nat({ max: 2 }), on: fc.boolean() }),
  ({ who, on, ...entryOf }, story) => {
    const chosen = instructionAt(story, entryOf);
    if (chosen === undefined) return undefined;
    const giver = found(latest(giversOf(chosen.instruction), who), "giver");
    return {
      apply: (state) => {
        if (on) at(state, chosen.index).affirmed.add(giver);
        else at(state, chosen.index).affirmed.delete(giver);
      },
      send: (world) => {
        const engine = world.engine.connect(world.people[giver]);
        const id = idOf(world, chosen.instruction);
        return on ? engine.affirm(id, OVERRIDES) : engine.revoke(id, OVERRIDES);
      },
    };
  },
);

/** A hold bound to the instruction, on one of its legs. */
export const cover = plan("cover", fc.record({ ...pick, leg: fc.nat({ max: 2 }) }), ({ leg, ...entryOf }, story) => {
  const chosen = instructionAt(story, entryOf);
  if (chosen === undefined) return undefined;
  const { instruction, index } = chosen;
  const place = leg % instruction.legs.length;
  const { currency, from, to, amount } = found(instruction.legs[place], "leg");
  const ref = idOf(story.world, instruction);
  const terms: Terms = { payer: from, payee: to, executor: "engine", amount, expiry: NEVER, ref };
  const name = nameOf(story.world, currency, terms);
  return {
    apply: (state, rules) => {
      placeHold(state, rules, currency, name, terms);
      found(at(state, index).legs[place], "leg").cover = name;
    },
    send: (world) => moneyOf(world, currency, from).placeHold(termsOf(world, currency, terms), OVERRIDES),
  };
});

export const settleGross = plan(
  "settle",
  fc.record({ ...pick, withheld: seldom(6) }),
  ({ withheld, ...entryOf }, story) => {
    const chosen = instructionAt(story, entryOf);
    if (chosen === undefined) return undefined;
    const { instruction, index } = chosen;
    const signers = signersOf(instruction, withheld);
    return {
      apply: (state, rules) => {
        settle(state, rules, at(state, index), signers);
      },
      send: async (world) => {
        const item = await itemOf(world, story.state, instruction, signers);
        return carried(world).settle(item.instruction, item.consents, item.holds, OVERRIDES);
      },
    };
  },
);

/** One after the other: all or none, or each on its own. */
export const settleSeveral = plan(
  "settleMany",
  fc.record({ count: fc.integer({ min: 1, max: 4 }), withheld: seldom(8), any: seldom(4), tried: fc.boolean() }),
  ({ count, withheld, any, tried }, story) => {
    const items = story.state.instructions
      .flatMap((one, index) => (any || isOpen(story.state, one) ? [index] : []))
      .slice(-count)
      .map((index) => ({ index, signers: signersOf(at(story.state, index), withheld) }));
    if (items.length === 0) return undefined;
    return {
      apply: (state, rules) => {
        if (tried) trySettleMany(state, rules, items);
        else settleMany(state, rules, items);
      },
      send: async (world) => {
        const batch = await Promise.all(
          items.map(({ index, signers }) => itemOf(world, story.state, at(story.state, index), signers)),
        );
        const engine = carried(world);
        return tried ? engine.trySettleMany(batch, OVERRIDES) : engine.settleMany(batch, OVERRIDES);
      },
    };
  },
);

/** Into the queue, to another place in it, or out of it. */
export const wait = plan(
  "wait",
  fc.record({
    ...pick,
    kind: fc.constantFrom("queue", "queue", "queue", "priority", "dequeue"),
    who: fc.nat({ max: 2 }),
    stranger: seldom(8),
    withheld: seldom(6),
    priority: fc.nat({ max: 255 }).map(BigInt),
  }),
  ({ kind, who, stranger, withheld, priority, ...entryOf }, story) => {
    const chosen = instructionAt(story, entryOf);
    if (chosen === undefined) return undefined;
    const { instruction, index } = chosen;
    const by: Person = stranger ? "stranger" : found(latest(giversOf(instruction), who), "giver");
    const signers = signersOf(instruction, withheld);
    return {
      apply: (state, rules) => {
        if (kind === "queue") queue(state, rules, at(state, index), { by, signers, priority });
        else if (kind === "priority") setPriority(at(state, index), by, priority);
        else dequeue(at(state, index), by);
      },
      send: async (world) => {
        const engine = world.engine.connect(world.people[by]);
        const { instruction: typed, consents } = await itemOf(world, story.state, instruction, signers);
        if (kind === "queue") return engine.queue(typed, consents, priority, OVERRIDES);
        if (kind === "priority") return engine.setPriority(typed, priority, OVERRIDES);
        return engine.dequeue(typed, OVERRIDES);
      },
    };
  },
);

export const settleNetted = plan(
  "settleNet",
  fc.record({ count: fc.integer({ min: 2, max: 4 }), withheld: seldom(8), any: seldom(6) }),
  ({ count, withheld, any }, story) => {
    const indices = story.state.instructions
      .flatMap((one, index) => (any || (one.nettable && isOpen(story.state, one)) ? [index] : []))
      .slice(-count);
    if (indices.length === 0) return undefined;
    const signers = [...new Set(indices.flatMap((index) => signersOf(at(story.state, index), withheld)))];
    return {
      apply: (state, rules) => {
        const batch = indices.map((index) => at(state, index));
        settleNet(state, rules, batch, signers, (currency, person) => rankOf(story.world, currency, person));
      },
      send: async (world) => {
        const batch = indices.map((index) => at(story.state, index));
        const items = await Promise.all(batch.map((instruction) => itemOf(world, story.state, instruction, signers)));
        const table = netTable(items.map(({ instruction }) => instruction));
        return carried(world).settleNet(items, table.keys, concat([table.indices]), OVERRIDES);
      },
    };
  },
);

export const cancelAny = plan(
  "cancel",
  fc.record({ ...pick, by: anyone, byAnother: fc.boolean() }),
  ({ by, byAnother, ...entryOf }, story) => {
    const chosen = instructionAt(story, entryOf);
    if (chosen === undefined) return undefined;
    const { instruction, index } = chosen;
    const caller = byAnother ? by : initiatorOf(instruction);
    return {
      apply: (state, rules) => {
        cancel(state, rules, at(state, index), caller);
      },
      send: (world) =>
        world.engine.connect(world.people[caller]).cancel(instructionOf(world, instruction), "0x", OVERRIDES),
    };
  },
);

export const uncover = plan("releaseBoundHold", fc.record({ ...pick, leg: fc.nat({ max: 2 }) }), (chosen, story) => {
  const covered = story.state.instructions.flatMap((instruction, index) =>
    instruction.legs.flatMap(({ cover }, leg) => (cover === undefined ? [] : [{ instruction, index, leg, cover }])),
  );
  const one = latest(covered, chosen.back);
  if (one === undefined) return undefined;
  const { currency } = found(one.instruction.legs[one.leg], "leg");
  const terms = found(story.state.money[currency].holds.get(one.cover), "hold");
  return {
    apply: (state, rules) => {
      releaseCover(state, rules, at(state, one.index), one.leg);
    },
    send: (world) => {
      const { token } = world.places[currency];
      const held = termsOf(world, currency, terms);
      return carried(world).releaseBoundHold(token, instructionOf(world, one.instruction), held, OVERRIDES);
    },
  };
});

function instructionAt({ state }: Story, which: Pick) {
  const all = state.instructions.map((instruction, index) => ({ instruction, index }));
  return latestOpen(all, ({ instruction }) => isOpen(state, instruction), which);
}

function isOpen(state: State, instruction: InstructionState): boolean {
  return state.now <= instruction.notAfter && !state.ended.has(endKey(initiatorOf(instruction), instruction.ref));
}

function at(state: State, index: number): InstructionState {
  return found(state.instructions[index], "instruction");
}

/** All givers sign, or the last one does not. */
function signersOf(instruction: InstructionState, withheld: boolean): Person[] {
  const givers = giversOf(instruction);
  return withheld ? givers.slice(0, -1) : givers;
}

async function itemOf(world: World, state: State, instruction: InstructionState, signers: readonly Person[]) {
  const typed = instructionOf(world, instruction);
  const consents = await collectConsents(
    world.engineDomain,
    typed,
    signers.map((person) => world.people[person]),
  );
  const holds = instruction.legs.map(({ currency, cover }) => {
    const terms = cover === undefined ? undefined : state.money[currency].holds.get(cover);
    return terms === undefined ? NO_HOLD : termsOf(world, currency, terms);
  });
  return { instruction: typed, consents, holds };
}

function idOf(world: World, instruction: InstructionState): string {
  return instructionId(world.engineDomain, instructionOf(world, instruction));
}

function carried({ engine, people }: World) {
  return engine.connect(people.deployer);
}
