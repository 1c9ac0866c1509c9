import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkAll } from "./checks.js";
import { opening } from "./opening.js";
import { PLANS } from "./plans/index.js";
import { RULES, type Rules } from "./rules.js";
import { Story } from "./story.js";
import { deployWorld } from "./world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "days and years that begin at midnight UTC", altered: { calendarHours: 0 } },
  { what: "holds that count against no limit", altered: { holdsCount: false } },
  { what: "a release that gives no count back", altered: { releaseGivesBack: false } },
  { what: "limits on redemption", altered: { redemptionExempt: false } },
  { what: "limits one minor unit lower", altered: { limitsInclusive: false } },
  { what: "orders that reach what is held", altered: { ordersReachHeld: true } },
  { what: "references that can be used again", altered: { referencesReusable: true } },
  { what: "a quota that pending requests leave alone", altered: { pendingTakesQuota: false } },
  { what: "netting that must cover every leg", altered: { netMovesNetOnly: false } },
];
const REFUSALS = [
  "WalletSingleLimitExceeded",
  "WalletDayLimitExceeded",
  "WalletYearLimitExceeded",
  "WalletBalanceLimitExceeded",
  "WalletHalted",
  "ERC7943CannotSend",
  "ERC7943CannotReceive",
  "ERC20InsufficientAllowance",
  "ERC20InsufficientBalance",
  "LedgerInsufficientSpendable",
  "LedgerOrderExceedsUnheld",
  "HoldUnauthorized",
  "IssuanceQuotaExceeded",
  "InstructionAlreadyEnded",
  "InstructionConsentMissing",
  "InstructionExpired",
];

describeCampaign({
  title: "Reference model",
  open: async () => {
    const world = await deployWorld(await openStoryChain("mainland"));
    return { world, initial: await opening(world) };
  },
  begin: (world, rules, state, tally) => new Story(world, rules, state, tally),
  rules: RULES,
  plans: PLANS,
  checkAll,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: ["usurpSupply"],
  usual: { stories: 50 },
});
