import { agree, type Tally } from "../tale.js";
import type { Rules, State } from "./state.js";
import type { World } from "./world.js";

/** Something done once in the model and once on the chain. */
export interface CorridorAct {
  readonly label: string;
  /** Seconds that pass before. */
  readonly after: bigint;
  /** Changes the model, or throws the refusal that the chain must answer with. */
  readonly apply: (state: State, rules: Rules) => void;
  readonly send: (world: World) => Promise<unknown>;
  /** Once it went through. */
  readonly then?: (world: World) => Promise<void>;
}

/** The model beside the chain. */
export class CorridorStory {
  constructor(
    readonly world: World,
    readonly rules: Rules,
    public state: State,
    readonly tally: Tally,
  ) {
    world.excesses.length = 0;
  }

  async perform({ label, after, apply, send, then }: CorridorAct): Promise<void> {
    const { time } = this.world.chain.networkHelpers;
    const next = structuredClone(this.state);
    next.now = this.state.now + after;
    await time.setNextBlockTimestamp(next.now);
    const done = await agree(this, label, {
      predicted: () => apply(next, this.rules),
      actual: () => send(this.world),
    });
    if (done) this.state = next;
    // an act may take several transactions
    const latest = BigInt(await time.latest());
    this.state.now = latest > next.now ? latest : next.now;
    if (done) await then?.(this.world);
  }
}
