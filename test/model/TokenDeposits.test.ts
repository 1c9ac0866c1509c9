import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkTokens } from "./tokens/checks.js";
import { TOKEN_PLANS } from "./tokens/plans.js";
import { RULES, type Rules } from "./tokens/state.js";
import { TokenTale, openWorld } from "./tokens/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "banks that pay past their day's limit", altered: { dayLimitBinds: false } },
  { what: "banks that accept any amount", altered: { banksAccept: false } },
  { what: "banks that pay without central bank money", altered: { banksNeedMoney: false } },
  { what: "payments that are made twice", altered: { ordersCountOnce: false } },
  { what: "orders taken and cancelled after the cut-off", altered: { cutOffBinds: false } },
  { what: "prices out of the band", altered: { bandBinds: false } },
  { what: "units rounded up", altered: { roundsDown: false } },
  { what: "orders dealt after their day's end", altered: { daysEnd: false } },
];

const REFUSALS = [
  "DepositConsentMissing",
  "DepositDayLimitExceeded",
  "DepositNotAccepted",
  "DepositSingleLimitExceeded",
  "ERC20InsufficientBalance",
  "FundConsentInvalid",
  "FundDayInvalid",
  "FundDealingNotOver",
  "FundDealingOver",
  "FundOrderCallerInvalid",
  "FundOrderStatusInvalid",
  "FundOrderTimeInvalid",
  "HoldAlreadyUsed",
  "LedgerInsufficientSpendable",
  "NavMissing",
  "NavOutOfBand",
  "NavOutOfOrder",
  "NavTimeInvalid",
];

describeCampaign({
  title: "Reference model of tokenised deposits and of a fund",
  open: async () => openWorld(await openStoryChain("hongkong")),
  begin: (world, rules, state, tally) => new TokenTale(world, rules, state, tally),
  rules: RULES,
  plans: TOKEN_PLANS,
  checkAll: checkTokens,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: [],
});
