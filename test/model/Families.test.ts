import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkFamilies } from "./families/checks.js";
import { FAMILY_PLANS } from "./families/plans.js";
import { RULES, type Rules } from "./families/state.js";
import { FamilyTale, openWorld } from "./families/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "wallets of one person that count apart", altered: { walletsShare: false } },
  { what: "wallets that join with a clean slate", altered: { joiningBrings: false } },
  { what: "persons that closing a wallet makes forgotten", altered: { closingKeeps: false } },
  { what: "accounts that a change of bank makes forgotten", altered: { accountsCarry: false } },
  { what: "money between own wallets that counts", altered: { ownIsFree: false } },
  { what: "redemption that counts", altered: { redemptionIsFree: false } },
  { what: "releases that give nothing back", altered: { releaseGivesBack: false } },
  { what: "grants without an end", altered: { grantsEnd: false } },
  { what: "grants that count nothing", altered: { grantsCount: false } },
  { what: "lists of payees that bind nobody", altered: { payeesBind: false } },
  { what: "grants that bind what goes back to the parent", altered: { backIsFree: false } },
];

const REFUSALS = [
  "WalletAlreadyOpen",
  "WalletNotSponsored",
  "WalletHasSubWallets",
  "WalletNotEmpty",
  "WalletSingleLimitExceeded",
  "WalletDayLimitExceeded",
  "WalletYearLimitExceeded",
  "SubWalletParentInvalid",
  "SubWalletNotParent",
  "SubWalletGrantInvalid",
  "SubWalletGrantExpired",
  "SubWalletPayeeNotListed",
  "SubWalletSingleLimitExceeded",
  "SubWalletDayLimitExceeded",
  "SubWalletYearLimitExceeded",
  "ERC20InsufficientBalance",
  "HoldNotActive",
];

describeCampaign({
  title: "Reference model of wallet families",
  open: async () => openWorld(await openStoryChain("mainland")),
  begin: (world, rules, state, tally) => new FamilyTale(world, rules, state, tally),
  rules: RULES,
  plans: FAMILY_PLANS,
  checkAll: checkFamilies,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  usual: { stories: 50 },
});
