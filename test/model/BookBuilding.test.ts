import { openStoryChain } from "../support/chain.js";
import { checkBook } from "./book/checks.js";
import { BOOK_PLANS } from "./book/plans.js";
import { RULES, type Rules } from "./book/state.js";
import { BookTale, openWorld } from "./book/world.js";
import { describeCampaign } from "./campaign.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "a price above an order's limit", altered: { limitBinds: false } },
  { what: "fewer units than an order accepts", altered: { leastBinds: false } },
  { what: "more units than there are", altered: { sizeBinds: false } },
  { what: "orders that nobody can take back", altered: { revocable: false } },
  { what: "failures that are not tried again", altered: { failedMayRetry: false } },
  { what: "settlement without an end", altered: { endBinds: false } },
];

const REFUSALS = [
  "BookStatusInvalid",
  "BookTimeInvalid",
  "BookOrderStatusInvalid",
  "BookOrderInvalid",
  "BookAgentMissing",
  "BookSignatureInvalid",
  "BookCallerInvalid",
  "BookPriceInvalid",
  "BookLimitExceeded",
  "BookAllotmentInvalid",
  "BookUnitsExceeded",
];

describeCampaign({
  title: "Reference model of books",
  open: async () => openWorld(await openStoryChain("hongkong")),
  begin: (world, rules, state, tally) => new BookTale(world, rules, state, tally),
  rules: RULES,
  plans: BOOK_PLANS,
  checkAll: checkBook,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  // mostly a second time
  attempts: ["place"],
  usual: { acts: 36 },
});
