import { openStoryChain } from "../support/chain.js";
import { BRIDGE_CHECKS } from "./bridge/checks.js";
import { BRIDGE_PLANS } from "./bridge/plans.js";
import { BRIDGE_RULES, type BridgeRules } from "./bridge/rules.js";
import { BridgeStory } from "./bridge/story.js";
import { deployWorld, openCouncil, openExchange } from "./bridge/world.js";
import { describeCampaign } from "./campaign.js";

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

describeCampaign({
  title: "Reference model of the bridge",
  open: async () => {
    const world = await deployWorld(await openStoryChain("hongkong"));
    return { world, initial: { exchange: await openExchange(world), council: await openCouncil(world) } };
  },
  begin: (world, rules, state, tally) => new BridgeStory(world, rules, state, tally),
  rules: BRIDGE_RULES,
  plans: BRIDGE_PLANS,
  checkAll: async ({ world, state }) => {
    for (const { holds } of BRIDGE_CHECKS) await holds(world, state.exchange, state.council);
  },
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  // what is moved on at random mostly comes at the wrong time; `convene` does it at the right one
  attempts: ["moveOn"],
  usual: { stories: 40, seed: 20_240_605 },
});
