import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkRelocation } from "./relocation/checks.js";
import { RELOCATION_PLANS } from "./relocation/plans.js";
import { RULES, type Rules } from "./relocation/state.js";
import { RelocationTale, openWorld } from "./relocation/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "a second file of an entitlement", altered: { onePaymentAnEntitlement: false } },
  { what: "approval while the agreement is public", altered: { publicityDelays: false } },
  { what: "approval over an objection that is not decided", altered: { objectionsDelay: false } },
  { what: "levels in any order", altered: { levelsInOrder: false } },
  { what: "signatures that outlive their round", altered: { roundsEndSignatures: false } },
  { what: "approvals without a budget", altered: { budgetLimits: false } },
  { what: "archives that are rewritten", altered: { versionsAreAppended: false } },
  { what: "households that are forgotten when they cannot be paid", altered: { parkedAreSkipped: false } },
];

const REFUSALS = [
  "RelocationEntitlementUsed",
  "RelocationFileForeign",
  "RelocationVersionInvalid",
  "RelocationStatusInvalid",
  "RelocationAgreementStale",
  "RelocationAmountInvalid",
  "RelocationSignatureInvalid",
  "RelocationCallerInvalid",
  "RelocationPublicityOver",
  "RelocationObjectorUnknown",
  "RelocationObjectionInvalid",
  "RelocationPublicityRunning",
  "RelocationBudgetExceeded",
  "RelocationNothingPayable",
  "RelocationFundExhausted",
  "ERC7943CannotReceive",
];

describeCampaign({
  title: "Reference model of relocation",
  open: async () => openWorld(await openStoryChain("mainland")),
  begin: (world, rules, state, tally) => new RelocationTale(world, rules, state, tally),
  rules: RULES,
  plans: RELOCATION_PLANS,
  checkAll: checkRelocation,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  usual: { stories: 25, acts: 40 },
});
