import { agree, type Tally } from "../tale.js";
import type { CouncilState } from "./council.js";
import type { ExchangeState } from "./exchange.js";
import type { BridgeRules } from "./rules.js";
import type { World } from "./world.js";

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
    await this.world.chain.networkHelpers.time.setNextBlockTimestamp(time);
    const done = await agree(this, act.label, {
      predicted: () => act.apply(next, this.rules),
      actual: () => act.send(this.world),
    });
    if (done) this.state = next;
    this.state.exchange.now = time;
    this.state.council.now = time;
  }
}
