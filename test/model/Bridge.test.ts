import { expect } from "chai";
import fc from "fast-check";
import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import { openChain } from "../support/chain.js";
import { BRIDGE_CHECKS } from "./bridge/checks.js";
import type { CouncilState } from "./bridge/council.js";
import type { ExchangeState } from "./bridge/exchange.js";
import { BRIDGE_PLANS } from "./bridge/plans.js";
import { BRIDGE_RULES, type BridgeRules } from "./bridge/rules.js";
import { BridgeStory, type BridgePlan } from "./bridge/story.js";
import { deployWorld, openCouncil, openExchange, type World } from "./bridge/world.js";
import type { Tally } from "./story.js";

const CAMPAIGN = {
  stories: Number(process.env["MODEL_STORIES"] ?? 40),
  /** On average about; a story is up to four times as long. */
  acts: Number(process.env["MODEL_ACTS"] ?? 30),
  seed: Number(process.env["MODEL_SEED"] ?? 20_240_605),
};
const STORIES_TO_NOTICE = 80;

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<BridgeRules> }[] = [
  { what: "rounding in the taker's favour", altered: { roundsForMaker: false } },
  { what: "one central bank's band alone", altered: { bothBandsBind: false } },
  { what: "decisions that outlive a change of members", altered: { changeVoids: false } },
  { what: "admission by two thirds", altered: { admissionIsUnanimous: false } },
  { what: "abstention that counts as consent", altered: { abstentionIsNotFor: false } },
];
/** Rules that have to come to bind somewhere in the campaign. */
const REFUSALS = [
  "QuoteTakerMismatch",
  "QuoteExpired",
  "CouncilCurrencyNotOpen",
  "ReferenceStale",
  "QuoteRateOutsideBand",
  "QuoteAlreadyCancelled",
  "QuoteAlreadyUsed",
  "QuoteNonceTaken",
  "QuoteAmountOutOfRange",
  "InstructionConsentMissing",
  "GovernorUnexpectedProposalState",
  "GovernorInsufficientProposerVotes",
  "CouncilVoteMissing",
  "CouncilTimeLocked",
  "CouncilNotInvited",
  "CouncilCurrenciesRemain",
  "CouncilIssuerRequired",
  "CurrencyAuthorityRequired",
];

class Command implements fc.AsyncCommand<BridgeStory, World> {
  constructor(private readonly plan: BridgePlan) {}
  check = () => true;
  async run(story: BridgeStory): Promise<void> {
    for (const act of this.plan.resolve(story)) await story.perform(act);
  }
  toString = () => this.plan.label;
}

describe("Reference model of the bridge", function () {
  this.timeout(900_000);

  let world: World;
  let initial: { exchange: ExchangeState; council: CouncilState };
  let restorer: SnapshotRestorer;

  before("deploys the bridge", async function () {
    const chain = await openChain("hongkong");
    world = await deployWorld(chain);
    initial = { exchange: await openExchange(world), council: await openCouncil(world) };
    restorer = await chain.networkHelpers.takeSnapshot();
  });

  function stories(rules: BridgeRules, tally: Tally) {
    const commands = BRIDGE_PLANS.map((arbitrary) => arbitrary.map((plan) => new Command(plan)));
    const lengths = { maxCommands: 4 * CAMPAIGN.acts, size: "max" } as const;
    return fc.asyncProperty(fc.commands(commands, lengths), async (told) => {
      await restorer.restore();
      const story = new BridgeStory(world, rules, structuredClone(initial), tally);
      await fc.asyncModelRun(() => ({ model: story, real: world }), told);
      for (const { holds } of BRIDGE_CHECKS) await holds(world, story.state.exchange, story.state.council);
    });
  }

  it(`agrees with the contracts in ${CAMPAIGN.stories} stories (seed ${CAMPAIGN.seed})`, async function () {
    const tally: Tally = new Map();
    await fc.assert(stories(BRIDGE_RULES, tally), { numRuns: CAMPAIGN.stories, seed: CAMPAIGN.seed });
    if (process.env["MODEL_TALLY"] !== undefined) console.log(Object.fromEntries([...tally].sort()));
    if (CAMPAIGN.stories < 40) return;
    const refusals = new Set([...tally.keys()].map((key) => key.slice(key.indexOf(": ") + 2)));
    expect(
      REFUSALS.filter((name) => !refusals.has(name)),
      "rules that never came to bind",
    ).to.deep.equal([]);
    // what is moved on at random mostly comes at the wrong time; `convene` does it at the right one
    const kinds = new Set([...tally.keys()].map((key) => key.slice(0, key.indexOf(":"))));
    const never = [...kinds].filter((kind) => kind !== "moveOn" && !tally.has(`${kind}: done`));
    expect(never, "acts that never went through").to.deep.equal([]);
  });

  for (const { what, altered } of ALTERATIONS) {
    it(`notices ${what}`, async function () {
      const { failed, errorInstance, numRuns } = await fc.check(stories({ ...BRIDGE_RULES, ...altered }, new Map()), {
        numRuns: STORIES_TO_NOTICE,
        seed: CAMPAIGN.seed,
        endOnFailure: true,
      });
      expect(failed, `a divergence in ${numRuns} stories`).to.equal(true);
      expect(String(errorInstance)).to.match(/the model says|(BRG|FXQ|CNL)-\d\d/);
    });
  }
});
