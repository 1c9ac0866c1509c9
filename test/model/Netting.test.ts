import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { NETTING_CHECKS } from "./netting/checks.js";
import { NETTING_PLANS } from "./netting/plans.js";
import { RULES, type Rules } from "./netting/state.js";
import { deployWorld, openState, type Story } from "./netting/world.js";
import { Tale } from "./tale.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "debit caps that bind nobody", altered: { capsBind: false } },
  { what: "priorities that nobody honours", altered: { priorityGoesFirst: false } },
  { what: "items that overtake", altered: { nobodyOvertakes: false } },
  { what: "cycles that take in what comes late", altered: { theLateWait: false } },
  { what: "frozen banks that are netted", altered: { frozenAreSetAside: false } },
  { what: "items that outlive their day", altered: { daysEnd: false } },
];

/** Rules that have to come to bind somewhere in the campaign. */
const REFUSALS = [
  "NettingTimeInvalid",
  "NettingReferenceUsed",
  "NettingItemNotQueued",
  "NettingCallerInvalid",
  "NettingDayNotOver",
  "NettingCycleClosed",
  "NettingUncovered",
  "NettingDropUnfounded",
  "NettingDropInvalid",
  "CouncilCurrencyNotOpen",
  "ReferenceStale",
  "CurrencyAuthorityRequired",
];

describeCampaign({
  title: "Reference model of the net cycles",
  open: async () => {
    const world = await deployWorld(await openStoryChain("hongkong"));
    return { world, initial: await openState(world) };
  },
  begin: (world, rules: Rules, state, tally): Story => {
    world.items.clear();
    return new Tale(world, rules, state, tally);
  },
  rules: RULES,
  plans: NETTING_PLANS,
  checkAll: async (told: Story) => {
    for (const { holds } of NETTING_CHECKS) await holds(told);
  },
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: ["closeWrong"],
  usual: { seed: 20_240_606 },
});
