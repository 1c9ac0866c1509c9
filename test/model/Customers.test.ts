import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkCustomers } from "./customers/checks.js";
import { CUSTOMER_PLANS } from "./customers/plans.js";
import { RULES, type Rules } from "./customers/state.js";
import { CustomerTale, openWorld } from "./customers/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "answers without an approval", altered: { approvalComesFirst: false } },
  { what: "requests that are answered after their time", altered: { requestsExpire: false } },
  { what: "another institution's answers", altered: { onlyTheOperatorAnswers: false } },
  { what: "answers that open somebody else's commitment", altered: { openingsAreChecked: false } },
  { what: "answers to an authority without a mandate", altered: { lostMandatesStop: false } },
  { what: "recoveries by one key", altered: { twoKeysAreNeeded: false } },
  { what: "recoveries that do not wait", altered: { theDelayBinds: false } },
  { what: "objections that change nothing", altered: { objectionsCancel: false } },
  { what: "recoveries to another person", altered: { onlyTheSamePersonIsPaid: false } },
  { what: "limits that a new wallet begins anew", altered: { limitsArePersonal: false } },
  { what: "recoveries without consent", altered: { consentIsNeeded: false } },
];

const REFUSALS = [
  "AccessManagedUnauthorized",
  "DisclosureSubjectInvalid",
  "DisclosureCallerInvalid",
  "DisclosureInstitutionInvalid",
  "DisclosureStatusInvalid",
  "DisclosureTimeOver",
  "DisclosureTimeNotOver",
  "DisclosureMandateEnded",
  "DisclosureOpeningInvalid",
  "RecoveryNotSponsored",
  "RecoverySuccessorInvalid",
  "RecoveryConsentMissing",
  "RecoveryStatusInvalid",
  "RecoverySecondKeyMissing",
  "RecoveryObjectionInvalid",
  "RecoveryNotDue",
  "RecoveryNothingMovable",
  "ERC7943CannotSend",
  "WalletDayLimitExceeded",
];

describeCampaign({
  title: "Reference model of disclosure and recovery",
  open: async () => openWorld(await openStoryChain("mainland")),
  begin: (world, rules, state, tally) => new CustomerTale(world, rules, state, tally),
  rules: RULES,
  plans: CUSTOMER_PLANS,
  checkAll: checkCustomers,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: [],
});
