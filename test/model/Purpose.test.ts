import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkPurpose } from "./purpose/checks.js";
import { PURPOSE_PLANS } from "./purpose/plans.js";
import { RULES, type Rules } from "./purpose/state.js";
import { PurposeTale, openWorld } from "./purpose/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "people without a cap", altered: { capIsPersonal: false } },
  { what: "a minimum spend that binds nobody", altered: { minimumBinds: false } },
  { what: "vouchers used twice a day", altered: { onceADay: false } },
  { what: "vouchers spent in another city", altered: { placeBinds: false } },
  { what: "lapsed vouchers that stay reserved", altered: { lapsedIsFree: false } },
  { what: "refunds that restore nothing", altered: { refundsRestore: false } },
  { what: "parts of vouchers paid out to beneficiaries", altered: { partsAreTheSponsors: false } },
  { what: "restored vouchers that anybody spends", altered: { restoredIsPersonal: false } },
  { what: "vouchers that outlive their campaign", altered: { endBinds: false } },
];

const REFUSALS = [
  "PurposeCallerInvalid",
  "PurposeCampaignStatusInvalid",
  "PurposeClaimsOver",
  "PurposeConsentInvalid",
  "PurposeListClaimed",
  "PurposeGrantInvalid",
  "PurposeBudgetExceeded",
  "PurposePersonLimitExceeded",
  "PurposePurchaseStatusInvalid",
  "PurposePurchaseTimeInvalid",
  "PurposeCampaignExpired",
  "PurposeMerchantOutside",
  "PurposeMinimumMissed",
  "PurposeDayUsesExceeded",
  "PurposeRestoredInvalid",
  "PurposeVoucherExceeded",
  "PurposeDiscountInvalid",
  "PurposeRestoredWhole",
  "PurposeRefundInvalid",
  "PurposeCampaignRunning",
  "MerchantNotEligible",
  "ERC20InsufficientBalance",
];

describeCampaign({
  title: "Reference model of purpose-bound money",
  open: async () => openWorld(await openStoryChain("mainland")),
  begin: (world, rules, state, tally) => new PurposeTale(world, rules, state, tally),
  rules: RULES,
  plans: PURPOSE_PLANS,
  checkAll: checkPurpose,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: ["again"],
});
