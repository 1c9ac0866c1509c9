import { everyone, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";
const NOT_ITS_OPERATOR = "DisclosureInstitutionInvalid";

/** The agent has a warrant, the operating institution keeps the wallet. */
export const DISCLOSURE_ROWS = {
  request: only("agent", UNAUTHORIZED),
  withdraw: only("agent", "DisclosureCallerInvalid"),
  approve: only("operating", NOT_ITS_OPERATOR),
  answer: only("operating", NOT_ITS_OPERATOR),
  "refuse: before the approval": only("operating", NOT_ITS_OPERATOR),
  "refuse: after the approval": only("operating", NOT_ITS_OPERATOR),
  expire: everyone,
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;
