import { openChainAt } from "../support/assets.js";
import { describeCampaign } from "./campaign.js";
import { checkBonds } from "./structured/checks.js";
import { BOND_PLANS } from "./structured/plans.js";
import { RULES, type Rules } from "./structured/state.js";
import { BondTale, openWorld } from "./structured/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "coupons in the bond's currency for who chose the other", altered: { chosenWait: false } },
  { what: "coupons that are paid again", altered: { paidOnce: false } },
  { what: "a frozen wallet that blocks its page", altered: { oneBlocksNobody: false } },
  { what: "units that are offered and sold", altered: { offeredUnitsStay: false } },
  { what: "elections that bind nobody", altered: { electionsBind: false } },
  { what: "offers that take everything", altered: { offersAreLimited: false } },
  { what: "votes with units that were bought later", altered: { votesAreOfTheRecordDate: false } },
  { what: "two votes of one holder", altered: { oneVoteEach: false } },
];

const REFUSALS = [
  "BondRecordPending",
  "CouponClaimUnknown",
  "CouponCurrencyClosed",
  "CouponCutWrong",
  "CouponNotDue",
  "CouponOutOfOrder",
  "CouponPhaseInvalid",
  "ERC20InsufficientBalance",
  "ElectionBinding",
  "ElectionCallerInvalid",
  "ElectionNotParked",
  "ElectionUnknown",
  "FixingDayAhead",
  "FixingKnown",
  "FixingMissing",
  "LedgerInsufficientSpendable",
  "MeetingPhaseInvalid",
  "MeetingTimeInvalid",
  "OfferNotOvertaken",
  "OfferPhaseInvalid",
  "OfferTimeInvalid",
  "OfferUnitsMissing",
  "VoteKnown",
  "VoteOfIssuer",
];

describeCampaign({
  title: "Reference model of structured bonds",
  open: async () => openWorld(await openChainAt("2026-02-20")),
  begin: (world, rules, state, tally) => new BondTale(world, rules, state, tally),
  rules: RULES,
  plans: BOND_PLANS,
  checkAll: checkBonds,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: [],
});
