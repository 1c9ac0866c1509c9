import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { PAYMENT_CHECKS } from "./payments/checks.js";
import { PAYMENT_PLANS } from "./payments/plans.js";
import { RULES, type Rules } from "./payments/state.js";
import { deployWorld, openState, type Story } from "./payments/world.js";
import { Tale } from "./tale.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "payments that end twice", altered: { aPaymentEndsOnce: false } },
  { what: "references that settle twice", altered: { referencesSettleOnce: false } },
  { what: "verdicts for ever", altered: { verdictsExpire: false } },
  { what: "data that nobody signs for", altered: { theHashIsSigned: false } },
  { what: "an issuer that cannot read", altered: { theIssuerReads: false } },
];

/** Rules that have to come to bind somewhere in the campaign. */
const REFUSALS = [
  "BridgePaymentCallerInvalid",
  "BridgePaymentAlreadyEnded",
  "BridgePaymentBankInvalid",
  "BridgePaymentVerdictExpired",
  "BridgePaymentSignatureInvalid",
  "InstructionExpired",
  "InstructionAlreadyEnded",
  "ERC20InsufficientBalance",
];

describeCampaign({
  title: "Reference model of payments on the shared ledger",
  open: async () => {
    const world = await deployWorld(await openStoryChain("hongkong"));
    return { world, initial: await openState(world) };
  },
  begin: (world, rules: Rules, state, tally): Story => {
    world.sent.clear();
    world.endings.clear();
    return new Tale(world, rules, state, tally);
  },
  rules: RULES,
  plans: PAYMENT_PLANS,
  checkAll: async (told: Story) => {
    for (const { holds } of PAYMENT_CHECKS) await holds(told);
  },
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: ["again", "alter"],
  usual: { stories: 16, seed: 20_221_015 },
});
