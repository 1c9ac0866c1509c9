import { expect } from "chai";
import type { BaseContract } from "ethers";
import fc from "fast-check";
import { refusalOf } from "../../sdk/operations/refusal.js";

/** What an act that is done comes to. */
export const DONE = "none";

/** An act: what the model says it comes to, and how it is done. */
export interface PairAct<World, State> {
  readonly name: string;
  /** Name of the error; {@link DONE}: it is done, and the model has done it. Undefined: it cannot be tried. */
  readonly tell: (state: State) => string | undefined;
  readonly perform: (world: World) => Promise<unknown>;
}

/** A story between two ledgers as far as it has been told. */
export interface PairStory<World, State> {
  readonly world: World;
  readonly state: State;
}

/** Two ledgers, their model, and what must come up. */
export interface PairCampaign<World, State> {
  readonly title: string;
  /** Both ledgers as they were at first. */
  readonly load: () => Promise<World>;
  readonly beginning: () => State;
  /** Acts of a story with so many at least. */
  readonly stories: (least: number) => fc.Arbitrary<PairAct<World, State>[]>;
  readonly checks: readonly {
    readonly id: string;
    readonly holds: (story: PairStory<World, State>) => Promise<void>;
  }[];
  /** Every error that may come back. */
  readonly errorsOf: (world: World) => BaseContract;
  /** Rules that have to come to bind somewhere. */
  readonly refusals: readonly string[];
  /** How much is told; a failure prints its seed and path for a replay. */
  readonly usual: { readonly stories: number; readonly acts: number; readonly seed: number };
}

/** Tells two ledgers and the model the same stories. */
export function describePairCampaign<World, State>(campaign: PairCampaign<World, State>): void {
  const { usual } = campaign;
  const stories = Number(process.env["MODEL_STORIES"] ?? usual.stories);
  const acts = Number(process.env["MODEL_ACTS"] ?? usual.acts);
  const seed = Number(process.env["MODEL_SEED"] ?? usual.seed);

  describe(campaign.title, function () {
    this.timeout(1_800_000);

    it(`agrees with two ledgers in ${stories} stories (seed ${seed})`, async function () {
      const bound = new Set<string>();
      const property = fc.asyncProperty(campaign.stories(acts), async (plan) => {
        const world = await campaign.load();
        const state = campaign.beginning();
        const errors = campaign.errorsOf(world);
        for (const act of plan) {
          const expected = act.tell(state);
          if (expected === undefined) continue;
          const outcome = await refusalOf(errors, act.perform(world));
          expect(outcome, act.name).to.equal(expected);
          if (outcome !== DONE) bound.add(outcome);
        }
        for (const { holds } of campaign.checks) await holds({ world, state });
      });
      await fc.assert(property, { numRuns: stories, seed, endOnFailure: true, interruptAfterTimeLimit: 1_500_000 });
      const unbound = campaign.refusals.filter((name) => !bound.has(name));
      expect(unbound, "never came to bind").to.deep.equal([]);
    });
  });
}
