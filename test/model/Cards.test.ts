import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkCards } from "./cards/checks.js";
import { CARD_PLANS } from "./cards/plans.js";
import { RULES, type Rules } from "./cards/state.js";
import { CardTale, openWorld } from "./cards/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "refunds for the asking after the cooling-off period", altered: { coolingOffEnds: false } },
  { what: "merchants that are paid after their end", altered: { insolvencyStops: false } },
  { what: "disputes that freeze nothing", altered: { disputesFreeze: false } },
  { what: "awards without a limit", altered: { awardsAreLimited: false } },
  { what: "confirmations that count twice", altered: { confirmationsCountOnce: false } },
  { what: "silent arbiters that keep the money", altered: { silenceRefunds: false } },
  { what: "schedules that pay within the cooling-off period", altered: { scheduleWaitsForCoolingOff: false } },
  { what: "disputes again and again", altered: { oneDisputeACard: false } },
];

const REFUSALS = [
  "PrepaidMerchantInsolvent",
  "PrepaidSaleTimeInvalid",
  "PrepaidCallerInvalid",
  "PrepaidCardStatusInvalid",
  "PrepaidReleaseInvalid",
  "PrepaidUnitsInvalid",
  "PrepaidConfirmationStale",
  "PrepaidConfirmationInvalid",
  "PrepaidNothingDue",
  "PrepaidDisputeUsed",
  "PrepaidArbitrationOver",
  "PrepaidRefundNotDue",
  "HoldExpired",
  "HoldNotActive",
  "HoldUnauthorized",
];

describeCampaign({
  title: "Reference model of prepaid cards",
  open: async () => openWorld(await openStoryChain("mainland")),
  begin: (world, rules, state, tally) => new CardTale(world, rules, state, tally),
  rules: RULES,
  plans: CARD_PLANS,
  checkAll: checkCards,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: [],
});
