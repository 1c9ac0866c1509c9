import { errorsOf } from "../../sdk/operations/refusal.js";
import { pairFixture } from "../interop/lanes.js";
import { deployPlatform, openPlatformChains } from "../support/industry.js";
import { openWorld, stories } from "./industry.js";
import { INDUSTRY_CHECKS } from "./industryChecks.js";
import { beginning } from "./industryState.js";
import { describePairCampaign } from "./pairCampaign.js";

/** Rules that have to come to bind somewhere in the campaign. */
const REFUSALS = [
  "OrderTermsInvalid",
  "OrderStatusInvalid",
  "OrderDeliveryLate",
  "OrderInspectionOpen",
  "OrderNotCancellable",
  "HoldUnauthorized",
  "LaneIsHalted",
  "MessageAlreadyReceived",
  "MessageOutOfOrder",
  "MessageExpired",
  "MessageNotExpired",
  "MessageNotPending",
  "MessageNotNotifiable",
];

const chains = await openPlatformChains();

describePairCampaign({
  title: "Reference model of an industry chain's payments",
  load: pairFixture(chains, async () => openWorld(await deployPlatform(chains))),
  beginning,
  stories,
  checks: INDUSTRY_CHECKS,
  errorsOf: ({ platform: { money, industry } }) =>
    errorsOf(money.money, money.service, money.gateway, industry.orders, money.foreignLedger),
  refusals: REFUSALS,
  usual: { stories: 14, acts: 40, seed: 20_250_925 },
});
