import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkRental } from "./rental/checks.js";
import { RENTAL_PLANS } from "./rental/plans.js";
import { RULES, type Rules } from "./rental/state.js";
import { RentalTale, openWorld } from "./rental/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "a unit that is let twice for one time", altered: { oneLeaseAUnit: false } },
  { what: "listings without a title", altered: { titleIsNeeded: false } },
  { what: "rent that is taken before it is due", altered: { rentIsDue: false } },
  { what: "claims after the inspection period", altered: { claimsEnd: false } },
  { what: "rulings after the arbiter's time", altered: { rulingsEnd: false } },
  { what: "awards above the claim", altered: { awardsAreClaimed: false } },
  { what: "deposits that are returned before anybody is silent", altered: { silenceReturns: false } },
  { what: "landlords that lose what they could not be paid", altered: { unpaidIsReturned: false } },
];

const REFUSALS = [
  "RentalTitleMissing",
  "RentalUnitNotListed",
  "RentalUnitOccupied",
  "RentalLeaseExpired",
  "RentalStatusInvalid",
  "RentalCallerInvalid",
  "RentalSignatureInvalid",
  "RentalTooEarly",
  "RentalTooLate",
  "RentalAmountInvalid",
  "RentalNothingOwed",
  "ERC7943CannotReceive",
];

describeCampaign({
  title: "Reference model of rental",
  open: async () => openWorld(await openStoryChain("mainland")),
  begin: (world, rules, state, tally) => new RentalTale(world, rules, state, tally),
  rules: RULES,
  plans: RENTAL_PLANS,
  checkAll: checkRental,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  usual: { stories: 25, acts: 40 },
});
