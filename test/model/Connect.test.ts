import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkConnect } from "./connect/checks.js";
import { CONNECT_PLANS } from "./connect/plans.js";
import { RULES, type Rules } from "./connect/state.js";
import { ConnectTale, openWorld } from "./connect/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "time-outs that give the quota back", altered: { timeoutsKeepTheQuota: false } },
  { what: "rejections that use the quota up", altered: { rejectionsGiveBack: false } },
  { what: "returns that use the quota up", altered: { returnsGiveBack: false } },
  { what: "amounts that are counted downwards", altered: { countsUpwards: false } },
  { what: "days that end in London", altered: { daysAreUtc8: false } },
  { what: "one northbound quota for all institutions", altered: { institutionsCountApart: false } },
  { what: "a southbound quota for each institution", altered: { southboundIsOneQuota: false } },
  { what: "payments to oneself that count with the others", altered: { sameNameCountsApart: false } },
  { what: "answers at any time", altered: { answersEnd: false } },
  { what: "proxies that anybody takes over", altered: { proxiesHaveOneOwner: false } },
];

const REFUSALS = [
  "ConnectCallerInvalid",
  "ConnectRateStale",
  "ConnectRateInvalid",
  "ConnectDayQuotaExceeded",
  "ConnectYearQuotaExceeded",
  "ConnectStatusInvalid",
  "ConnectAnswerLate",
  "ConnectTimeNotUp",
  "ConnectReturnLate",
  "ConnectProxyTaken",
  "ConnectProxyUnknown",
  "ConnectPortStale",
  "ConnectPortSignatureInvalid",
  "InstructionSignatureInvalid",
];

describeCampaign({
  title: "Reference model of the fast-payment link",
  open: async () => openWorld(await openStoryChain("mainland")),
  begin: (world, rules, state, tally) => new ConnectTale(world, rules, state, tally),
  rules: RULES,
  plans: CONNECT_PLANS,
  checkAll: checkConnect,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: [],
});
