import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkCorridors } from "./corridors/checks.js";
import { CORRIDOR_PLANS } from "./corridors/plans.js";
import { RULES, type Rules } from "./corridors/state.js";
import { CorridorStory } from "./corridors/story.js";
import { deployWorld, openState } from "./corridors/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "holdings without a cap", altered: { holdingsAreCapped: false } },
  { what: "flows counted gross", altered: { flowsAreNet: false } },
  { what: "windows by the clock of Greenwich", altered: { windowsAreCalendarDays: false } },
  { what: "suspended banks that pay", altered: { standingBinds: false } },
  { what: "plain transfers across a border", altered: { bordersNeedAVenue: false } },
  { what: "orders that no corridor counts", altered: { ordersCount: false } },
];

/** Rules that have to come to bind somewhere in the campaign. */
const REFUSALS = [
  "CorridorGateClosed",
  "CorridorHoldingLimitExceeded",
  "CorridorOutflowLimitExceeded",
  "CorridorInflowLimitExceeded",
  "CorridorResidentRequired",
  "InstitutionNotActive",
  "WalletHalted",
  "ERC20InsufficientBalance",
];

describeCampaign({
  title: "Reference model of the corridors",
  open: async () => {
    const world = await deployWorld(await openStoryChain("hongkong"));
    return { world, initial: await openState(world) };
  },
  begin: (world, rules, state, tally) => new CorridorStory(world, rules, state, tally),
  rules: RULES,
  plans: CORRIDOR_PLANS,
  checkAll: checkCorridors,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  usual: { seed: 20_240_609 },
});
