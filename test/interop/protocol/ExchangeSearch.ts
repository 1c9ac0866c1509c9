import {
  ACTIONS,
  START,
  unendedOf,
  violationOf,
  type Action,
  type ActionName,
  type Kind,
  type Rules,
  type State,
} from "./ExchangeModel.js";

/** A schedule that breaks a property, the shortest there is. */
export interface CounterExample {
  readonly property: "atomic" | "ends";
  readonly what: string;
  readonly schedule: readonly ActionName[];
}

/** What a search has seen. */
export interface Search {
  readonly states: number;
  readonly transitions: number;
  /** Acts of the longest of all shortest ways to a state: deeper than this there is nothing new. */
  readonly depth: number;
  /** The most steps that help an exchange can still take before it has ended, from any state. */
  readonly longestEnd: number;
  readonly counterExample: CounterExample | undefined;
  /** The shortest schedule to the state visited as number `index`. */
  readonly scheduleTo: (index: number) => readonly ActionName[];
}

/** Every value of every field: a state is a number in this mixed base, so that millions of look-ups stay cheap. */
const VALUES: { readonly [Field in keyof State]: readonly State[Field][] } = {
  deciderHold: ["none", "held", "paid", "back"],
  decision: ["open", "captured", "released"],
  deadlinePassed: [false, true],
  deciderHalted: [false, true],
  deciderPayerFrozen: [false, true],
  deciderPayee: ["able", "frozen", "full"],
  deciderLost: [false, true],
  followerHold: ["none", "held", "paid", "back"],
  standing: ["unarmed", "armed", "captured", "released"],
  followerHalted: [false, true],
  followerPayerFrozen: [false, true],
  followerPayee: ["able", "frozen", "full"],
  relayerAlive: [false, true],
  armedUnderWay: [false, true],
  decisionUnderWay: [false, true],
};
const FIELDS = Object.entries(VALUES) as [keyof State, readonly unknown[]][];

/** Steps that help, while freezes and halts last, and with those lifted as well. */
const HELPING: readonly (readonly Kind[])[] = [
  ["progress", "time"],
  ["progress", "time", "lifting"],
];

interface Visit {
  readonly state: State;
  readonly from: number;
  readonly by: ActionName | undefined;
  readonly depth: number;
}

/**
 * Visits every state that any schedule of any length reaches, breadth first, and checks both properties: no state has
 * one side paid and the other refunded; and from every state each order of the steps that help leads, in finitely many
 * of them, to where nothing is held that ought not to be.
 */
export function search(rules: Rules): Search {
  const visits = new Map<number, Visit>();
  const queue: number[] = [keyOf(START)];
  visits.set(keyOf(START), { state: START, from: -1, by: undefined, depth: 0 });
  const schedule = (index: number) => scheduleTo(visits, queue[index] ?? keyOf(START));
  let transitions = 0;
  let depth = 0;
  const found = (longestEnd: number, counterExample?: CounterExample): Search => {
    return { states: visits.size, transitions, depth, longestEnd, counterExample, scheduleTo: schedule };
  };
  for (let head = 0; head < queue.length; ++head) {
    const key = queue[head] ?? 0;
    const visit = visitOf(visits, key);
    depth = Math.max(depth, visit.depth);
    const broken = violationOf(visit.state);
    if (broken !== undefined) {
      return found(0, { property: "atomic", what: broken, schedule: scheduleTo(visits, key) });
    }
    for (const { name, act } of ACTIONS) {
      const next = act(visit.state, rules);
      if (typeof next !== "object") continue;
      transitions++;
      const nextKey = keyOf(next);
      if (visits.has(nextKey)) continue;
      visits.set(nextKey, { state: next, from: key, by: name, depth: visit.depth + 1 });
      queue.push(nextKey);
    }
  }
  let longestEnd = 0;
  for (const kinds of HELPING) {
    const ends = new Ends(visits, rules, kinds);
    for (const key of queue) {
      longestEnd = Math.max(longestEnd, ends.stepsFrom(key));
      if (ends.stuck === undefined) continue;
      const { what, at } = ends.stuck;
      return found(longestEnd, { property: "ends", what, schedule: scheduleTo(visits, at) });
    }
  }
  return found(longestEnd);
}

/** The longest way of steps that help, from every state; a way that comes back to where it was has no end. */
class Ends {
  readonly #steps = new Map<number, number>();
  readonly #helping: readonly Action[];
  stuck: { readonly what: string; readonly at: number } | undefined;

  constructor(
    private readonly visits: ReadonlyMap<number, Visit>,
    private readonly rules: Rules,
    kinds: readonly Kind[],
  ) {
    this.#helping = ACTIONS.filter(({ kind }) => kinds.includes(kind));
  }

  stepsFrom(key: number): number {
    const known = this.#steps.get(key);
    if (known !== undefined) {
      if (known < 0) this.stuck ??= { what: "steps that help lead in a circle", at: key };
      return known;
    }
    this.#steps.set(key, -1);
    const { state } = visitOf(this.visits, key);
    let steps = 0;
    for (const { act } of this.#helping) {
      const next = act(state, this.rules);
      if (typeof next !== "object") continue;
      const nextKey = keyOf(next);
      if (nextKey !== key) steps = Math.max(steps, 1 + this.stepsFrom(nextKey));
    }
    if (steps === 0) {
      const what = unendedOf(state);
      if (what !== undefined) this.stuck ??= { what, at: key };
    }
    this.#steps.set(key, steps);
    return steps;
  }
}

function keyOf(state: State): number {
  let key = 0;
  for (const [field, values] of FIELDS) key = key * values.length + values.indexOf(state[field]);
  return key;
}

function scheduleTo(visits: ReadonlyMap<number, Visit>, key: number): ActionName[] {
  const schedule: ActionName[] = [];
  for (let visit = visitOf(visits, key); visit.by !== undefined; visit = visitOf(visits, visit.from)) {
    schedule.push(visit.by);
  }
  return schedule.reverse();
}

function visitOf(visits: ReadonlyMap<number, Visit>, key: number): Visit {
  const visit = visits.get(key);
  if (visit === undefined) throw new RangeError("a state that no schedule reaches");
  return visit;
}
