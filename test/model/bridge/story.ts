import { Divergence, type Tally } from "../story.js";
import { Refusal } from "../state.js";
import type { CouncilState } from "./council.js";
import type { ExchangeState } from "./exchange.js";
import type { BridgeRules } from "./rules.js";
import { outcomeOf, type World } from "./world.js";

export interface BridgeState {
  readonly exchange: ExchangeState;
  readonly council: CouncilState;
}

/** Something done once in the model and once on the chain. */
export interface BridgeAct {
  readonly label: string;
  /** Changes the model, or throws the refusal that the chain must answer with. */
  readonly apply: (state: BridgeState, rules: BridgeRules) => void;
  readonly send: (world: World) => Promise<unknown>;
  /** Seconds after the last act; one unless given. */
  readonly after?: bigint;
}

/** Acts in the making; what they are about is chosen when the story has come to them. */
export interface BridgePlan {
  readonly label: string;
  readonly resolve: (story: BridgeStory) => Iterable<BridgeAct>;
}

/** The model beside the chain. */
export class BridgeStory {
  #leap = 0n;

  constructor(
    readonly world: World,
    readonly rules: BridgeRules,
    public state: BridgeState,
    readonly tally: Tally,
  ) {}

  get now(): bigint {
    return this.state.exchange.now;
  }

  /** The next act comes so much later. */
  pass(seconds: bigint): void {
    this.#leap += seconds;
  }

  /** When the next act comes. */
  get time(): bigint {
    return this.now + 1n + this.#leap;
  }

  async perform(act: BridgeAct): Promise<void> {
    const next = structuredClone(this.state);
    const time = this.time + (act.after ?? 0n);
    this.#leap = 0n;
    next.exchange.now = time;
    next.council.now = time;
    const expected = predicted(() => act.apply(next, this.rules));
    await this.world.chain.networkHelpers.time.setNextBlockTimestamp(time);
    const actual = await outcomeOf(this.world, () => act.send(this.world));
    if (actual !== expected) {
      throw new Divergence(`${act.label}: the model says ${expected ?? "done"}, the chain says ${actual ?? "done"}`);
    }
    if (expected === undefined) this.state = next;
    this.state.exchange.now = time;
    this.state.council.now = time;
    const kind = `${act.label.split("(", 1)[0] ?? ""}: ${expected ?? "done"}`;
    this.tally.set(kind, (this.tally.get(kind) ?? 0) + 1);
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
