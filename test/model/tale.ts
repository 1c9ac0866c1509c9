import type fc from "fast-check";
import type { BaseContract, TransactionResponse } from "ethers";
import type { Chain } from "../support/chain.js";

/** Seconds. */
export const DAY = 86_400n;

/** Where a tale is told: a chain, and the contracts whose errors can come back. */
export interface Scenery {
  readonly chain: Chain;
  readonly contracts: readonly Pick<BaseContract, "interface">[];
}

/** What every model knows: time of the last block, Unix seconds. */
export interface Clocked {
  now: bigint;
}

/** Something done once in the model and once on the chain. */
export interface Act<World, State, Rules> {
  readonly label: string;
  /** Changes the model, or throws the {@link Refusal} that the chain must answer with. */
  readonly apply: (state: State, rules: Rules) => void;
  readonly send: (world: World) => Promise<TransactionResponse>;
}

/** An act in the making: what it is about is chosen when the tale has come to it. */
export interface Plan<Told, World, State, Rules> {
  readonly label: string;
  /** Undefined: there is nothing it could be about. */
  readonly resolve: (told: Told) => Act<World, State, Rules> | undefined;
}

/** What the suite must refuse with: the name of the error. */
export class Refusal extends Error {
  constructor(readonly errorName: string) {
    super(errorName);
  }
}

export function refuse(errorName: string): never {
  throw new Refusal(errorName);
}

export function requireThat(condition: boolean, errorName: string): asserts condition {
  if (!condition) refuse(errorName);
}

export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new RangeError(`the model knows no ${what}`);
  return value;
}

/** The model and the chain said different things. */
export class Divergence extends Error {}

/** Counts of acts that went through and that were refused, by error. */
export type Tally = Map<string, number>;

/** The model beside the chain. */
export class Tale<World extends Scenery, State extends Clocked, Rules> {
  /** The next transaction comes not before this second. */
  #leap = 0n;

  constructor(
    readonly world: World,
    readonly rules: Rules,
    public state: State,
    readonly tally: Tally,
  ) {}

  /** When the next transaction comes. */
  get time(): bigint {
    return this.#leap > this.state.now ? this.#leap : this.state.now + 1n;
  }

  leapTo(time: bigint): void {
    this.#leap = time;
  }

  /** Does it in the model and on the chain; both go through, or both refuse with the same error. */
  async perform(act: Act<World, State, Rules>): Promise<void> {
    const next = structuredClone(this.state);
    next.now = this.time;
    const expected = predicted(() => act.apply(next, this.rules));
    await this.world.chain.networkHelpers.time.setNextBlockTimestamp(next.now);
    const actual = await outcomeOf(this.world, () => act.send(this.world));
    if (actual !== expected) {
      throw new Divergence(`${act.label}: the model says ${expected ?? "done"}, the chain says ${actual ?? "done"}`);
    }
    this.state = expected === undefined ? next : { ...this.state, now: next.now };
    const kind = `${act.label.split("(", 1)[0] ?? ""}: ${expected ?? "done"}`;
    this.tally.set(kind, (this.tally.get(kind) ?? 0) + 1);
  }
}

/** A plan with its choices in the label, so that a failing tale can be read. */
export function planned<Choices extends object, Told, World, State, Rules>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (choices: Choices, told: Told) => Omit<Act<World, State, Rules>, "label"> | undefined,
): fc.Arbitrary<Plan<Told, World, State, Rules>> {
  return choices.map((chosen) => {
    const label = `${name}(${JSON.stringify(chosen, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value))})`;
    return {
      label,
      resolve: (told) => {
        const act = resolve(chosen, told);
        return act === undefined ? undefined : { ...act, label };
      },
    };
  });
}

/** The name of the error that refused a transaction; undefined when it went through. */
export async function outcomeOf({ contracts }: Scenery, send: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await send();
    return undefined;
  } catch (error) {
    const data = revertData(error);
    if (data === undefined) throw error;
    for (const source of contracts) {
      const parsed = source.interface.parseError(data);
      if (parsed !== null) return parsed.name;
    }
    return data;
  }
}

function predicted(apply: () => void): string | undefined {
  try {
    apply();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.errorName;
    throw error;
  }
}

function revertData(error: unknown): string | undefined {
  for (let layer = error, depth = 0; depth < 8 && typeof layer === "object" && layer !== null; ++depth) {
    const { data, cause, error: inner } = layer as { data?: unknown; cause?: unknown; error?: unknown };
    if (typeof data === "string" && data.startsWith("0x") && data.length >= 10) return data;
    layer = typeof data === "object" && data !== null ? data : (cause ?? inner);
  }
  return undefined;
}
