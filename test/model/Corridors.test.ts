import { expect } from "chai";
import fc from "fast-check";
import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import { openChain } from "../support/chain.js";
import { CORRIDOR_CHECKS } from "./corridors/checks.js";
import { CORRIDOR_PLANS, type CorridorAct } from "./corridors/plans.js";
import { RULES, type Rules, type State } from "./corridors/state.js";
import { deployWorld, openState, outcomeOf, type World } from "./corridors/world.js";
import { Refusal } from "./state.js";
import { Divergence, type Tally } from "./story.js";

const CAMPAIGN = {
  stories: Number(process.env["MODEL_STORIES"] ?? 40),
  /** On average about; a story is up to four times as long. */
  acts: Number(process.env["MODEL_ACTS"] ?? 30),
  seed: Number(process.env["MODEL_SEED"] ?? 20_240_607),
};
const STORIES_TO_NOTICE = 80;

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "holdings without a cap", altered: { holdingsAreCapped: false } },
  { what: "flows counted gross", altered: { flowsAreNet: false } },
  { what: "windows by the clock of Greenwich", altered: { windowsAreCalendarDays: false } },
  { what: "suspended banks that pay", altered: { standingBinds: false } },
  { what: "plain transfers across a border", altered: { bordersNeedAVenue: false } },
  { what: "orders that no corridor counts", altered: { ordersCount: false } },
];
/** Rules that have to come to bind somewhere in the campaign. */
const REFUSALS = [
  "CorridorGateClosed",
  "CorridorHoldingLimitExceeded",
  "CorridorOutflowLimitExceeded",
  "CorridorInflowLimitExceeded",
  "CorridorResidentRequired",
  "InstitutionNotActive",
  "WalletHalted",
  "ERC20InsufficientBalance",
];

/** The model beside the chain. */
class Story {
  constructor(
    private readonly world: World,
    private readonly rules: Rules,
    public state: State,
    private readonly tally: Tally,
  ) {}

  async perform({ label, after, apply, send, then }: CorridorAct): Promise<void> {
    const { networkHelpers } = this.world.chain;
    const next = structuredClone(this.state);
    next.now = this.state.now + after;
    const expected = predicted(() => apply(next, this.rules));
    await networkHelpers.time.setNextBlockTimestamp(next.now);
    const actual = await outcomeOf(this.world, () => send(this.world));
    if (actual !== expected) {
      throw new Divergence(`${label}: the model says ${expected ?? "done"}, the chain says ${actual ?? "done"}`);
    }
    if (expected === undefined) this.state = next;
    // an act may take several transactions
    const latest = BigInt(await networkHelpers.time.latest());
    this.state.now = latest > next.now ? latest : next.now;
    if (expected === undefined) await then?.(this.world);
    const kind = `${label.split("(", 1)[0] ?? ""}: ${expected ?? "done"}`;
    this.tally.set(kind, (this.tally.get(kind) ?? 0) + 1);
  }
}

class Command implements fc.AsyncCommand<Story, World> {
  constructor(private readonly act: CorridorAct) {}
  check = () => true;
  run = (story: Story): Promise<void> => story.perform(this.act);
  toString = () => this.act.label;
}

describe("Reference model of the corridors", function () {
  this.timeout(900_000);

  let world: World;
  let initial: State;
  let restorer: SnapshotRestorer;

  before("deploys the shared ledger", async function () {
    const chain = await openChain("hongkong");
    world = await deployWorld(chain);
    initial = await openState(world);
    restorer = await chain.networkHelpers.takeSnapshot();
  });

  function stories(rules: Rules, tally: Tally) {
    const commands = CORRIDOR_PLANS.map((arbitrary) => arbitrary.map((act) => new Command(act)));
    const lengths = { maxCommands: 4 * CAMPAIGN.acts, size: "max" } as const;
    return fc.asyncProperty(fc.commands(commands, lengths), async (told) => {
      await restorer.restore();
      world.excesses.length = 0;
      const story = new Story(world, rules, structuredClone(initial), tally);
      await fc.asyncModelRun(() => ({ model: story, real: world }), told);
      // what is read from here on is read in a block of the story's last second
      await world.chain.networkHelpers.time.increaseTo(story.state.now + 1n);
      story.state.now += 1n;
      for (const { holds } of CORRIDOR_CHECKS) await holds(world, story.state);
    });
  }

  it(`agrees with the contracts in ${CAMPAIGN.stories} stories (seed ${CAMPAIGN.seed})`, async function () {
    const tally: Tally = new Map();
    await fc.assert(stories(RULES, tally), { numRuns: CAMPAIGN.stories, seed: CAMPAIGN.seed });
    if (process.env["MODEL_TALLY"] !== undefined) console.log(Object.fromEntries([...tally].sort()));
    if (CAMPAIGN.stories < 40) return;
    const refusals = new Set([...tally.keys()].map((key) => key.slice(key.indexOf(": ") + 2)));
    expect(
      REFUSALS.filter((name) => !refusals.has(name)),
      "rules that never came to bind",
    ).to.deep.equal([]);
    const kinds = new Set([...tally.keys()].map((key) => key.slice(0, key.indexOf(":"))));
    expect(
      [...kinds].filter((kind) => !tally.has(`${kind}: done`)),
      "acts that never went through",
    ).to.deep.equal([]);
  });

  for (const { what, altered } of ALTERATIONS) {
    it(`notices ${what}`, async function () {
      const { failed, errorInstance, numRuns } = await fc.check(stories({ ...RULES, ...altered }, new Map()), {
        numRuns: STORIES_TO_NOTICE,
        seed: CAMPAIGN.seed,
        endOnFailure: true,
      });
      expect(failed, `a divergence in ${numRuns} stories`).to.equal(true);
      expect(String(errorInstance)).to.match(/the model says|BRI-\d\d/);
    });
  }
});

function predicted(apply: () => void): string | undefined {
  try {
    apply();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.errorName;
    throw error;
  }
}
