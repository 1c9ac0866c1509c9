import { expect } from "chai";
import fc from "fast-check";
import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import type { Clocked, Plan, Scenery, Tale, Tally } from "./tale.js";

/** How much is told; `npm run test:release` tells more. A failure prints its seed and path for a replay. */
const LENGTH = {
  stories: fromEnvironment("MODEL_STORIES") ?? 50,
  /** On average about; a story is up to four times as long. */
  acts: fromEnvironment("MODEL_ACTS") ?? 30,
  seed: fromEnvironment("MODEL_SEED") ?? 20_221_026,
  path: process.env["MODEL_PATH"],
  commandsPath: process.env["MODEL_COMMANDS_PATH"],
};

const STORIES_TO_NOTICE = 80;

/** A model, the world it is held against, and what must come up. */
export interface Campaign<World extends Scenery, State extends Clocked, Rules, Told extends Tale<World, State, Rules>> {
  readonly title: string;
  readonly open: () => Promise<{ readonly world: World; readonly initial: State }>;
  readonly begin: (world: World, rules: Rules, state: State, tally: Tally) => Told;
  readonly rules: Rules;
  readonly plans: readonly fc.Arbitrary<Plan<Told, World, State, Rules>>[];
  /** The whole state, on the chain and in the model. */
  readonly checkAll: (told: Told) => Promise<void>;
  /** Each is the opposite of one decision. */
  readonly alterations: readonly { readonly what: string; readonly altered: Partial<Rules> }[];
  /** Rules that have to come to bind somewhere. */
  readonly refusals: readonly string[];
  /** Attempts that never may go through. */
  readonly attempts: readonly string[];
}

/** fast-check's form of a plan. */
class Command<
  World extends Scenery,
  State extends Clocked,
  Rules,
  Told extends Tale<World, State, Rules>,
> implements fc.AsyncCommand<Told, World> {
  constructor(private readonly plan: Plan<Told, World, State, Rules>) {}
  check = () => true;
  async run(told: Told): Promise<void> {
    const act = this.plan.resolve(told);
    if (act !== undefined) await told.perform(act);
  }
  toString = () => this.plan.label;
}

/** Tells the chain and the model the same stories, and shows that a model with another rule is found out. */
export function describeCampaign<
  World extends Scenery,
  State extends Clocked,
  Rules,
  Told extends Tale<World, State, Rules>,
>(campaign: Campaign<World, State, Rules, Told>): void {
  describe(campaign.title, function () {
    this.timeout(1_800_000);

    let world: World;
    let initial: State;
    let restorer: SnapshotRestorer;

    before("deploys the suite and opens the story", async function () {
      ({ world, initial } = await campaign.open());
      restorer = await world.chain.networkHelpers.takeSnapshot();
    });

    function stories(rules: Rules, tally: Tally) {
      const commands = campaign.plans.map((arbitrary) =>
        arbitrary.map((plan) => new Command<World, State, Rules, Told>(plan)),
      );
      const lengths = { maxCommands: 4 * LENGTH.acts, size: "max" } as const;
      const replay = LENGTH.commandsPath === undefined ? {} : { replayPath: LENGTH.commandsPath };
      return fc.asyncProperty(fc.commands(commands, { ...lengths, ...replay }), async (told) => {
        await restorer.restore();
        const story = campaign.begin(world, rules, structuredClone(initial), tally);
        await fc.asyncModelRun(() => ({ model: story, real: world }), told);
        await campaign.checkAll(story);
      });
    }

    it(`agrees with the contracts in ${LENGTH.stories} stories (seed ${LENGTH.seed})`, async function () {
      const tally: Tally = new Map();
      const replay = LENGTH.path === undefined ? {} : { path: LENGTH.path };
      await fc.assert(stories(campaign.rules, tally), {
        numRuns: LENGTH.stories,
        seed: LENGTH.seed,
        ...replay,
        interruptAfterTimeLimit: 1_500_000,
      });
      if (process.env["MODEL_TALLY"] !== undefined) console.log(Object.fromEntries([...tally].sort()));
      const acts = [...tally.values()].reduce((sum, count) => sum + count, 0);
      expect(acts).to.be.greaterThan(LENGTH.stories * LENGTH.acts * 0.75);
      if (isLongEnough()) expect(neverRefused(tally), "rules that never came to bind").to.deep.equal([]);
      if (isLongEnough()) expect(neverDone(tally), "acts that never went through").to.deep.equal([]);
    });

    for (const { what, altered } of campaign.alterations) {
      it(`notices ${what}`, async function () {
        const rules = { ...campaign.rules, ...altered };
        const { failed, errorInstance, numRuns } = await fc.check(stories(rules, new Map()), {
          numRuns: STORIES_TO_NOTICE,
          seed: LENGTH.seed,
          endOnFailure: true,
        });
        expect(failed, `a divergence in ${numRuns} stories`).to.equal(true);
        expect(String(errorInstance)).to.match(/the model says|[A-Z]{3}-\d\d/);
      });
    }
  });

  function neverRefused(tally: Tally): string[] {
    const refusals = new Set([...tally.keys()].map((key) => key.slice(key.indexOf(": ") + 2)));
    return campaign.refusals.filter((name) => !refusals.has(name));
  }

  function neverDone(tally: Tally): string[] {
    const kinds = new Set([...tally.keys()].map((key) => key.slice(0, key.indexOf(":"))));
    return [...kinds].filter((kind) => !campaign.attempts.includes(kind) && !tally.has(`${kind}: done`));
  }
}

/** Whether everything must have come up: in the usual campaign, which is always the same, and in every long one. */
function isLongEnough(): boolean {
  const usual = process.env["MODEL_SEED"] === undefined && LENGTH.stories >= 50;
  return LENGTH.path === undefined && (usual || LENGTH.stories >= 200);
}

function fromEnvironment(name: string): number | undefined {
  const text = process.env[name];
  return text === undefined ? undefined : Number(text);
}
