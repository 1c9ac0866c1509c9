import { openStoryChain } from "../support/chain.js";
import { checkAuction } from "./auction/checks.js";
import { AUCTION_PLANS } from "./auction/plans.js";
import { RULES, type Rules } from "./auction/state.js";
import { AuctionTale, openWorld } from "./auction/world.js";
import { describeCampaign } from "./campaign.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "a margin served in turn", altered: { inProportion: false } },
  { what: "equal parts rounded up for the later bid", altered: { earlierFirst: false } },
  { what: "winners that pay what they bid", altered: { onePrice: false } },
  { what: "bidders bounded bid by bid", altered: { boundOverAllBids: false } },
  { what: "bids that were not shown getting their guarantee back", altered: { hiddenIsForfeited: false } },
  { what: "a freeze that counts as default", altered: { freezeIsNoDefault: false } },
  { what: "a default that nobody can make good", altered: { defaultMayPay: false } },
  { what: "settlement without an end", altered: { endBinds: false } },
  { what: "unsold units that nobody takes", altered: { unsoldIsUnderwritten: false } },
];

const REFUSALS = [
  "AuctionStatusInvalid",
  "AuctionTimeInvalid",
  "AuctionAgentMissing",
  "AuctionFull",
  "AuctionBidsExceeded",
  "AuctionCallerInvalid",
  "AuctionBidStatusInvalid",
  "AuctionBidInvalid",
  "AuctionSignatureInvalid",
  "AuctionUnitsExceeded",
  "AuctionCutWrong",
  "AuctionBidUnfilled",
  "AuctionUnderwritingEmpty",
  "AuctionGuaranteeInUse",
  "AuctionOutstanding",
  "ERC7943CannotSend",
];

describeCampaign({
  title: "Reference model of auctions",
  open: async () => openWorld(await openStoryChain("hongkong")),
  begin: (world, rules, state, tally) => new AuctionTale(world, rules, state, tally),
  rules: RULES,
  plans: AUCTION_PLANS,
  checkAll: checkAuction,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  usual: { stories: 32, acts: 30 },
});
