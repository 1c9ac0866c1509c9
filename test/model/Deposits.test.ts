import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkDeposits } from "./deposits/checks.js";
import { DEPOSIT_PLANS } from "./deposits/plans.js";
import { RULES, type Rules } from "./deposits/state.js";
import { DepositTale, openWorld } from "./deposits/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "fen that bear interest", altered: { wholeUnitsBear: false } },
  { what: "interest that is rounded up", altered: { roundsDown: false } },
  { what: "interest that is paid twice", altered: { paysOnce: false } },
  { what: "anonymous wallets that bear interest", altered: { anonymousBearNone: false } },
  { what: "claims that can be refuted for ever", altered: { answersEnd: false } },
  { what: "claims about quarters long past", altered: { claimsEnd: false } },
  { what: "non-banks with a ratio", altered: { marginIsFull: false } },
  { what: "migrations with a hole", altered: { migrationNeedsCover: false } },
];

const REFUSALS = [
  "InterestAlreadyStated",
  "InterestAnswerPending",
  "InterestAnswerPeriodOver",
  "InterestCallerInvalid",
  "InterestClaimStatusInvalid",
  "InterestClaimTooLate",
  "InterestClaimTrue",
  "InterestNotStated",
  "InterestNothingMissing",
  "InterestQuarterNotOver",
  "InterestRateDayInvalid",
  "ReserveAlreadyMigrated",
  "ReserveDayInvalid",
  "ReserveNotCovered",
  "ReserveNotMigrated",
  "ReserveReportDayInvalid",
  "ReserveSumMismatch",
];

describeCampaign({
  title: "Reference model of interest and reserves",
  open: async () => openWorld(await openStoryChain("mainland")),
  begin: (world, rules, state, tally) => new DepositTale(world, rules, state, tally),
  rules: RULES,
  plans: DEPOSIT_PLANS,
  checkAll: checkDeposits,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  attempts: [],
});
