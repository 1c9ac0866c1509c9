import { openChainAt } from "../support/assets.js";
import { describeCampaign } from "./campaign.js";
import { PLATFORM_RULES, PlatformTale, openPlatform, type PlatformRules } from "./platform.js";
import { checkPlatform } from "./platformChecks.js";
import { PLATFORM_PLANS } from "./plans/platform.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<PlatformRules> }[] = [
  { what: "institutions that come back after their end", altered: { endsForGood: false } },
  { what: "accounts that act for two institutions", altered: { accountsOfOne: false } },
  { what: "identifiers that stand for two institutions", altered: { leiOfOne: false } },
  { what: "suspended institutions that go on", altered: { activeOnly: false } },
  { what: "pledged units that can be paid", altered: { pledgedStays: false } },
  { what: "coupons paid whenever a page names the holder", altered: { paidOnce: false } },
  { what: "coupons for who holds now", altered: { recordCounts: false } },
  { what: "rounding that favours the first of the list", altered: { largestRemainders: false } },
  { what: "trade after the maturity", altered: { maturityEndsTrade: false } },
  { what: "units destroyed that nobody was paid for", altered: { unpaidKeeps: false } },
  { what: "payers that pay themselves", altered: { payerRetains: false } },
];

const REFUSALS = [
  "InstitutionNumberInvalid",
  "InstitutionLeiInvalid",
  "InstitutionLeiTaken",
  "InstitutionBicInvalid",
  "InstitutionCountryInvalid",
  "InstitutionTierInvalid",
  "InstitutionUnknown",
  "InstitutionStatusStepInvalid",
  "InstitutionNotActive",
  "InstitutionAccountTaken",
  "InstitutionAccountUnknown",
  "InstitutionAccountInUse",
  "IssuanceQuotaExceeded",
  "ERC7943CannotSend",
  "ERC7943CannotReceive",
  "ERC7943InsufficientUnfrozenBalance",
  "LedgerInsufficientSpendable",
  "LedgerOrderExceedsUnheld",
  "HoldExpired",
  "HoldUnauthorized",
  "BondMatured",
  "BondIsHalted",
  "BondAccountNotEmpty",
  "BondAccountNotKept",
  "BondAccountsUnordered",
  "BondRecordPending",
  "BondRedemptionExceeded",
  "AssetCallerInvalid",
  "AssetStatusStepInvalid",
  "CorporateActionCallerInvalid",
  "CouponOutOfOrder",
  "CouponPhaseInvalid",
  "CouponNotDue",
  "CouponCutWrong",
  "CouponClaimUnknown",
  "FundingInsufficient",
  "FundingReferenceInvalid",
  "FundingInUse",
  "RedemptionNotDue",
];

describeCampaign({
  title: "Reference model of institutions and bonds",
  open: async () => openPlatform(await openChainAt("2026-02-20")),
  begin: (world, rules, state, tally) => new PlatformTale(world, rules, state, tally),
  rules: PLATFORM_RULES,
  plans: PLATFORM_PLANS,
  checkAll: checkPlatform,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: ["usurpRegistry"],
  usual: { stories: 50 },
});
