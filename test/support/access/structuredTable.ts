import { everyone, may, only, type Table } from "./row.js";
import { ACTIONS_ROWS, BOND_ROWS } from "./table.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";
const NOT_FIXER = "FixingCallerInvalid";
const NOT_AGENT = "CorporateActionCallerInvalid";
/** The issuer and the bond's paying agent. */
const AGENTS = ["operating", "participating"] as const;

/** The agent publishes the index. */
export const FIXINGS_ROWS = {
  nameAgent: only("governor", UNAUTHORIZED),
  publish: only("agent", NOT_FIXER),
  correct: only("agent", NOT_FIXER),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;

export const STRUCTURED_BOND_ROWS = {
  ...BOND_ROWS,
  callBond: only("operating", "BondCallerNotIssuer"),
} satisfies Table;

export const STRUCTURED_ACTIONS_ROWS = {
  ...ACTIONS_ROWS,
  chooseCurrency: everyone,
  payCouponInOption: everyone,
  releaseOptionFunding: everyone,
} satisfies Table;

/** The holder has elected. */
export const OFFERS_ROWS = {
  openPut: everyone,
  openTender: may(AGENTS, NOT_AGENT),
  elect: everyone,
  withdraw: only("holder", "ElectionCallerInvalid"),
  withdrawOffer: may(AGENTS, NOT_AGENT),
  "withdrawOffer: overtaken by a call": everyone,
  close: may(AGENTS, NOT_AGENT),
  "close: a put": everyone,
  measure: everyone,
  settle: everyone,
  claim: everyone,
  releaseFunding: everyone,
} satisfies Table;

export const MEETINGS_ROWS = {
  convene: may(AGENTS, NOT_AGENT),
  cancelMeeting: may(AGENTS, NOT_AGENT),
  castVote: may(["participating", "suspended", "holder", "frozen"], "VoteWithoutUnits", { operating: "VoteOfIssuer" }),
  endMeeting: everyone,
} satisfies Table;
