import { everyone, may, only, type Table } from "./row.js";

const NOT_ITS_OWN = "PledgeCallerInvalid";

/** The holder pledges units to the operating institution; the agent selects for it. */
export const COLLATERAL_ROWS = {
  open: may(["holder", "agent"], NOT_ITS_OWN),
  "open: with the pledgee's signature alone": only("holder", NOT_ITS_OWN, { agent: "PledgeConsentInvalid" }),
  withdraw: may(["operating", "holder"], NOT_ITS_OWN),
  rearrange: may(["holder", "agent"], NOT_ITS_OWN),
  mark: everyone,
  pay: only("holder", NOT_ITS_OWN),
  acknowledge: only("operating", NOT_ITS_OWN),
  declareDefault: only("operating", NOT_ITS_OWN),
  enforce: only("operating", NOT_ITS_OWN),
} satisfies Table;
