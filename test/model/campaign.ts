import { expect } from "chai";
import fc from "fast-check";
import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import type { Chain } from "../support/chain.js";
import type { Tally } from "./tale.js";

/** How much is told. */
const USUAL = {
  stories: 25,
  /** On average about; a story is up to four times as long. */
  acts: 30,
  seed: 20_221_026,
};

/** `npm run test:release` tells more. A failure prints its seed and path for a replay. */
const ASKED = {
  stories: fromEnvironment("MODEL_STORIES"),
  acts: fromEnvironment("MODEL_ACTS"),
  seed: fromEnvironment("MODEL_SEED"),
  path: process.env["MODEL_PATH"],
  commandsPath: process.env["MODEL_COMMANDS_PATH"],
};

const STORIES_TO_NOTICE = 80;

/** A world on one chain. */
interface OnChain {
  readonly chain: Chain;
}

/** A model beside a chain; it does each act on both, or throws. */
interface Teller<Act> {
  readonly perform: (act: Act) => Promise<void>;
}

/** A model, the world it is held against, and what must come up. */
export interface Campaign<World extends OnChain, State, Rules, Act extends object, Told extends Teller<Act>> {
  readonly title: string;
  readonly open: () => Promise<{ readonly world: World; readonly initial: State }>;
  readonly begin: (world: World, rules: Rules, state: State, tally: Tally) => Told;
  readonly rules: Rules;
  readonly plans: readonly fc.Arbitrary<CampaignPlan<Told, Act>>[];
  /** The whole state, on the chain and in the model. */
  readonly checkAll: (told: Told) => Promise<void>;
  /** Each is the opposite of one decision. */
  readonly alterations: readonly { readonly what: string; readonly altered: Partial<Rules> }[];
  /** Rules that have to come to bind somewhere. */
  readonly refusals: readonly string[];
  /** Attempts that never may go through, or hardly ever. */
  readonly attempts?: readonly string[];
  /** Other than usual. */
  readonly usual?: Partial<typeof USUAL>;
}

/** What a story may go on with: acts are chosen when it has come to them. */
interface CampaignPlan<Told, Act> {
  readonly label: string;
  /** Undefined: there is nothing it could be about. */
  readonly resolve: (told: Told) => Act | Iterable<Act> | undefined;
}

/** fast-check's form of a plan. */
class Command<Act extends object, World extends object, Told extends Teller<Act>> implements fc.AsyncCommand<
  Told,
  World
> {
  constructor(private readonly plan: CampaignPlan<Told, Act>) {}
  check = () => true;
  async run(told: Told): Promise<void> {
    const acts = this.plan.resolve(told);
    if (acts === undefined) return;
    for (const act of Symbol.iterator in acts ? acts : [acts]) await told.perform(act);
  }
  toString = () => this.plan.label;
}

/** Tells the chain and the model the same stories, and shows that a model with another rule is found out. */
export function describeCampaign<World extends OnChain, State, Rules, Act extends object, Told extends Teller<Act>>(
  campaign: Campaign<World, State, Rules, Act, Told>,
): void {
  const usual = { ...USUAL, ...campaign.usual };
  const told = {
    stories: ASKED.stories ?? usual.stories,
    acts: ASKED.acts ?? usual.acts,
    seed: ASKED.seed ?? usual.seed,
  };
  // Everything must come up in the usual campaign, which is always the same, and in every long one.
  const isUsual = ASKED.seed === undefined && told.stories >= usual.stories;
  const isLongEnough = ASKED.path === undefined && (isUsual || told.stories >= 200);

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
      const commands = campaign.plans.map((arbitrary) => arbitrary.map((plan) => new Command<Act, World, Told>(plan)));
      const lengths = { maxCommands: 4 * told.acts, size: "max" } as const;
      const replay = ASKED.commandsPath === undefined ? {} : { replayPath: ASKED.commandsPath };
      return fc.asyncProperty(fc.commands(commands, { ...lengths, ...replay }), async (plot) => {
        await restorer.restore();
        const story = campaign.begin(world, rules, structuredClone(initial), tally);
        await fc.asyncModelRun(() => ({ model: story, real: world }), plot);
        await campaign.checkAll(story);
      });
    }

    it(`agrees with the contracts in ${told.stories} stories (seed ${told.seed})`, async function () {
      const tally: Tally = new Map();
      const replay = ASKED.path === undefined ? {} : { path: ASKED.path };
      await fc.assert(stories(campaign.rules, tally), {
        numRuns: told.stories,
        seed: told.seed,
        ...replay,
        interruptAfterTimeLimit: 1_500_000,
      });
      if (process.env["MODEL_TALLY"] !== undefined) console.log(Object.fromEntries([...tally].sort()));
      const acts = [...tally.values()].reduce((sum, count) => sum + count, 0);
      expect(acts).to.be.greaterThan(told.stories * told.acts * 0.75);
      if (isLongEnough) expect(neverRefused(tally), "rules that never came to bind").to.deep.equal([]);
      if (isLongEnough) expect(neverDone(tally), "acts that never went through").to.deep.equal([]);
    });

    for (const { what, altered } of campaign.alterations) {
      it(`notices ${what}`, async function () {
        const rules = { ...campaign.rules, ...altered };
        const { failed, errorInstance, numRuns } = await fc.check(stories(rules, new Map()), {
          numRuns: STORIES_TO_NOTICE,
          seed: told.seed,
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
    return [...kinds].filter((kind) => campaign.attempts?.includes(kind) !== true && !tally.has(`${kind}: done`));
  }
}

function fromEnvironment(name: string): number | undefined {
  const text = process.env[name];
  return text === undefined ? undefined : Number(text);
}
