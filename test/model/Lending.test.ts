import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkLending } from "./lending/checks.js";
import { LENDING_PLANS } from "./lending/plans.js";
import { RULES, type Rules } from "./lending/state.js";
import { LendingTale, openWorld } from "./lending/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "repos without interest", altered: { interestAccruesDaily: false } },
  { what: "bonds without a haircut", altered: { haircutsCount: false } },
  { what: "calls that may be missed", altered: { missedCallsAreDefaults: false } },
  { what: "buyers that keep a surplus", altered: { surplusGoesBack: false } },
  { what: "units that are pledged and moved", altered: { pledgedUnitsStay: false } },
  { what: "pledgees that take everything", altered: { enforcementFreesTheRest: false } },
];

const REFUSALS = [
  "RepoConsentInvalid",
  "RepoCoverInsufficient",
  "RepoStatusInvalid",
  "RepoTimeInvalid",
  "RepoCallerInvalid",
  "RepoMarginExcessive",
  "RepoDefaultNotEstablished",
  "RepoFixingPending",
  "RepoClaimExceeded",
  "FixingStale",
  "FixingDayInvalid",
  "InstructionConsentMissing",
  "LedgerInsufficientSpendable",
  "PledgeStatusInvalid",
  "PledgeCallerInvalid",
  "PledgeAmountInvalid",
  "PledgeCoverInsufficient",
  "PledgeDefaultNotEstablished",
  "PledgeFixingPending",
];

describeCampaign({
  title: "Reference model of repos and pledges",
  open: async () => openWorld(await openStoryChain("hongkong")),
  begin: (world, rules, state, tally) => new LendingTale(world, rules, state, tally),
  rules: RULES,
  plans: LENDING_PLANS,
  checkAll: checkLending,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: [],
  usual: { stories: 25, acts: 40 },
});
