import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkReceivables } from "./receivables/checks.js";
import { RECEIVABLE_PLANS } from "./receivables/plans.js";
import { RULES, type Rules } from "./receivables/state.js";
import { ReceivableTale, openWorld } from "./receivables/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "documents that are registered twice", altered: { registersOnce: false } },
  { what: "claims that are pledged twice", altered: { pledgesOnce: false } },
  { what: "collected face that is financed again", altered: { collectedCounts: false } },
  { what: "FAILED documents that go on", altered: { failedIsForGood: false } },
  { what: "fees that come last", altered: { feeComesFirst: false } },
  { what: "fractions of interest that are lost", altered: { fractionsAreKept: false } },
  { what: "promises that serve for another receivable", altered: { promisesAreBound: false } },
];

const REFUSALS = [
  "ReceivableConsentMissing",
  "ReceivableAlreadyRegistered",
  "ReceivableStatusInvalid",
  "ReceivableVerdictExpired",
  "ReceivableVerdictStale",
  "ReceivableConfirmationInvalid",
  "ReceivableConfirmationMissing",
  "ReceivableRemainingExceeded",
  "ClaimAlreadyPledged",
  "ClaimAmountInvalid",
  "ClaimAdvanceExceeded",
  "FinanceStatusInvalid",
  "FinanceCallerInvalid",
  "FinanceAmountInvalid",
  "FinanceNotOverdue",
  "FinanceReservationLapsed",
  "FinanceClaimPledged",
];

describeCampaign({
  title: "Reference model of receivables and their finance",
  open: async () => openWorld(await openStoryChain("mainland")),
  begin: (world, rules, state, tally) => new ReceivableTale(world, rules, state, tally),
  rules: RULES,
  plans: RECEIVABLE_PLANS,
  checkAll: checkReceivables,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
});
