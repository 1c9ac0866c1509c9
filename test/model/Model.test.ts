import { expect } from "chai";
import fc from "fast-check";
import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import { openChain } from "../support/chain.js";
import { checkAll } from "./checks.js";
import { opening } from "./opening.js";
import { PLANS } from "./plans/index.js";
import { RULES, type Rules } from "./rules.js";
import type { State } from "./state.js";
import { Story, type Plan, type Tally } from "./story.js";
import { deployWorld, type World } from "./world.js";

/** How much is told; `npm run test:release` tells more. A failure prints its seed and path for a replay. */
const CAMPAIGN = {
  stories: fromEnvironment("MODEL_STORIES") ?? 50,
  /** On average about; a story is up to four times as long. */
  acts: fromEnvironment("MODEL_ACTS") ?? 30,
  seed: fromEnvironment("MODEL_SEED") ?? 20_221_026,
  path: process.env["MODEL_PATH"],
  commandsPath: process.env["MODEL_COMMANDS_PATH"],
};

/** Each is the opposite of one decision, and the most stories it may take to notice. */
const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "days and years that begin at midnight UTC", altered: { calendarHours: 0 } },
  { what: "holds that count against no limit", altered: { holdsCount: false } },
  { what: "a release that gives no count back", altered: { releaseGivesBack: false } },
  { what: "limits on redemption", altered: { redemptionExempt: false } },
  { what: "limits one minor unit lower", altered: { limitsInclusive: false } },
  { what: "orders that reach what is held", altered: { ordersReachHeld: true } },
  { what: "references that can be used again", altered: { referencesReusable: true } },
  { what: "a quota that pending requests leave alone", altered: { pendingTakesQuota: false } },
  { what: "netting that must cover every leg", altered: { netMovesNetOnly: false } },
];
/** Rules that have to come to bind somewhere in the campaign. */
const REFUSALS = [
  "WalletSingleLimitExceeded",
  "WalletDayLimitExceeded",
  "WalletYearLimitExceeded",
  "WalletBalanceLimitExceeded",
  "WalletHalted",
  "ERC7943CannotSend",
  "ERC7943CannotReceive",
  "ERC20InsufficientAllowance",
  "ERC20InsufficientBalance",
  "LedgerInsufficientSpendable",
  "LedgerOrderExceedsUnheld",
  "HoldUnauthorized",
  "IssuanceQuotaExceeded",
  "InstructionAlreadyEnded",
  "InstructionConsentMissing",
  "InstructionExpired",
];
const STORIES_TO_NOTICE = 80;

/** fast-check's form of a plan. */
class Command implements fc.AsyncCommand<Story, World> {
  constructor(private readonly plan: Plan) {}
  check = () => true;
  async run(story: Story): Promise<void> {
    const act = this.plan.resolve(story);
    if (act !== undefined) await story.perform(act);
  }
  toString = () => this.plan.label;
}

describe("Reference model", function () {
  this.timeout(1_800_000);

  let world: World;
  let initial: State;
  let restorer: SnapshotRestorer;

  before("deploys the suite and opens the story", async function () {
    const chain = await openChain("mainland");
    world = await deployWorld(chain);
    initial = await opening(world);
    restorer = await chain.networkHelpers.takeSnapshot();
  });

  function stories(rules: Rules, tally: Tally) {
    const commands = PLANS.map((arbitrary) => arbitrary.map((plan) => new Command(plan)));
    const lengths = { maxCommands: 4 * CAMPAIGN.acts, size: "max" } as const;
    const replay = CAMPAIGN.commandsPath === undefined ? {} : { replayPath: CAMPAIGN.commandsPath };
    return fc.asyncProperty(fc.commands(commands, { ...lengths, ...replay }), async (told) => {
      await restorer.restore();
      const story = new Story(world, rules, structuredClone(initial), tally);
      await fc.asyncModelRun(() => ({ model: story, real: world }), told);
      await checkAll(story);
    });
  }

  it(`agrees with the contracts in ${CAMPAIGN.stories} stories (seed ${CAMPAIGN.seed})`, async function () {
    const tally: Tally = new Map();
    const replay = CAMPAIGN.path === undefined ? {} : { path: CAMPAIGN.path };
    await fc.assert(stories(RULES, tally), {
      numRuns: CAMPAIGN.stories,
      seed: CAMPAIGN.seed,
      ...replay,
      interruptAfterTimeLimit: 1_500_000,
    });
    if (process.env["MODEL_TALLY"] !== undefined) console.log(Object.fromEntries([...tally].sort()));
    const acts = [...tally.values()].reduce((sum, count) => sum + count, 0);
    expect(acts).to.be.greaterThan(CAMPAIGN.stories * CAMPAIGN.acts * 0.75);
    if (isLongEnough()) expect(neverRefused(tally), "rules that never came to bind").to.deep.equal([]);
    if (isLongEnough()) expect(neverDone(tally), "acts that never went through").to.deep.equal([]);
  });

  for (const { what, altered } of ALTERATIONS) {
    it(`notices ${what}`, async function () {
      const { failed, errorInstance, numRuns } = await fc.check(stories({ ...RULES, ...altered }, new Map()), {
        numRuns: STORIES_TO_NOTICE,
        seed: CAMPAIGN.seed,
        endOnFailure: true,
      });
      expect(failed, `a divergence in ${numRuns} stories`).to.equal(true);
      expect(String(errorInstance)).to.match(/the model says|(INV|HLD|ISS|STL)-\d\d/);
    });
  }
});

/** Whether everything must have come up: in the usual campaign, which is always the same, and in every long one. */
function isLongEnough(): boolean {
  const usual = process.env["MODEL_SEED"] === undefined && CAMPAIGN.stories >= 50;
  return CAMPAIGN.path === undefined && (usual || CAMPAIGN.stories >= 200);
}

function neverRefused(tally: Tally): string[] {
  const refusals = new Set([...tally.keys()].map((key) => key.slice(key.indexOf(": ") + 2)));
  return REFUSALS.filter((name) => !refusals.has(name));
}

function neverDone(tally: Tally): string[] {
  const kinds = new Set([...tally.keys()].map((key) => key.slice(0, key.indexOf(":"))));
  return [...kinds].filter((kind) => kind !== "usurpSupply" && !tally.has(`${kind}: done`));
}

function fromEnvironment(name: string): number | undefined {
  const text = process.env[name];
  return text === undefined ? undefined : Number(text);
}
