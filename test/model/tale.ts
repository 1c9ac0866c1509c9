import type fc from "fast-check";
import type { BaseContract } from "ethers";
import { refusalOf } from "../../sdk/operations/refusal.js";
import type { Chain } from "../support/chain.js";

/** Seconds. */
export const DAY = 86_400n;

/** Where a tale is told. */
export interface Scenery {
  readonly chain: Chain;
  /** Knows every error that can come back. */
  readonly errors: BaseContract;
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
  readonly send: (world: World) => Promise<unknown>;
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
    await this.world.chain.networkHelpers.time.setNextBlockTimestamp(next.now);
    const done = await agree(this, act.label, {
      predicted: () => act.apply(next, this.rules),
      actual: () => act.send(this.world),
    });
    this.state = done ? next : { ...this.state, now: next.now };
  }
}

/**
 * Holds what the chain says of an act against what the model says, and counts it.
 * @returns whether the act was done; otherwise both refused it with the same error.
 */
export async function agree(
  { world, tally }: { readonly world: Pick<Scenery, "errors">; readonly tally: Tally },
  label: string,
  { predicted, actual }: { readonly predicted: () => void; readonly actual: () => Promise<unknown> },
): Promise<boolean> {
  const expected = predictionOf(predicted);
  const outcome = await outcomeOf(world, actual);
  if (outcome !== expected) {
    throw new Divergence(`${label}: the model says ${expected ?? "done"}, the chain says ${outcome ?? "done"}`);
  }
  const kind = `${label.split("(", 1)[0] ?? ""}: ${expected ?? "done"}`;
  tally.set(kind, (tally.get(kind) ?? 0) + 1);
  return expected === undefined;
}

/** A plan with its choices in the label, so that a failing tale can be read. */
export function planned<Choices extends object, Told, World, State, Rules>(
  name: string,
  choices: fc.Arbitrary<Choices>,
  resolve: (choices: Choices, told: Told) => Omit<Act<World, State, Rules>, "label"> | undefined,
): fc.Arbitrary<Plan<Told, World, State, Rules>> {
  return choices.map((chosen) => {
    const label = labelOf(name, chosen);
    return {
      label,
      resolve: (told) => {
        const act = resolve(chosen, told);
        return act === undefined ? undefined : { ...act, label };
      },
    };
  });
}

/** Name and choices of a plan, as they are printed. */
export function labelOf(name: string, chosen: unknown): string {
  return `${name}(${JSON.stringify(chosen, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value))})`;
}

/** The name of the error that refused a transaction; undefined when it went through. */
export async function outcomeOf(
  { errors }: Pick<Scenery, "errors">,
  send: () => Promise<unknown>,
): Promise<string | undefined> {
  const name = await refusalOf(errors, send());
  return name === "none" ? undefined : name;
}

function predictionOf(predicted: () => void): string | undefined {
  try {
    predicted();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.errorName;
    throw error;
  }
}
