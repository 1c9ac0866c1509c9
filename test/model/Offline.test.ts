import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkOffline } from "./offline/checks.js";
import { OFFLINE_PLANS } from "./offline/plans.js";
import { RULES, type Rules } from "./offline/state.js";
import { OfflineTale, openWorld } from "./offline/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "vouchers that are paid again", altered: { vouchersCountOnce: false } },
  { what: "devices that cheat and go on", altered: { cheatsAreBlocked: false } },
  { what: "guarantees without a limit", altered: { guaranteeIsLimited: false } },
  { what: "lost devices that go on", altered: { lossStops: false } },
  { what: "vouchers of any age", altered: { ageCounts: false } },
  { what: "payments of any size", altered: { paymentsAreCapped: false } },
  { what: "cheats that are paid", altered: { cheatsForfeit: false } },
  { what: "payments passed on twice that nobody answers for", altered: { securityAnswers: false } },
];

const REFUSALS = [
  "OfflineCallerInvalid",
  "OfflineDeviceStatusInvalid",
  "OfflineLoadInvalid",
  "OfflineTermInvalid",
  "OfflineAmountInvalid",
  "OfflinePaymentTimeInvalid",
  "OfflinePaymentExpired",
  "OfflineEndorsementTimeInvalid",
  "OfflineSecurityInvalid",
  "OfflineSignatureInvalid",
  "OfflineVoucherPaid",
  "OfflineNoConflict",
  "OfflineNotClosable",
];

describeCampaign({
  title: "Reference model of offline wallets",
  open: async () => openWorld(await openStoryChain("mainland")),
  begin: (world, rules, state, tally) => new OfflineTale(world, rules, state, tally),
  rules: RULES,
  plans: OFFLINE_PLANS,
  checkAll: checkOffline,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: [],
});
