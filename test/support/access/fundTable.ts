import { everyone, may, only, type Table } from "./row.js";
import { LEDGER_ROWS } from "./table.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";
const NO_POWER = "LedgerPowerMissing";
const NO_INSTITUTION = "InstitutionUnknown";
const SUSPENDED = { suspended: "InstitutionNotActive" } as const;

/** The desk stands for the contract that deals. */
export const FUND_UNITS_ROWS = {
  ...LEDGER_ROWS,
  openAccount: may(["operating", "participating"], NO_INSTITUTION, SUSPENDED),
  closeAccount: only("operating", NO_INSTITUTION, { participating: "ClaimAccountNotKept", ...SUSPENDED }),
  issue: only("desk", NO_POWER),
  redeemHeld: only("desk", NO_POWER),
} satisfies Table;

/** The holder invests, the agent is the administrator. */
export const FUND_DEALING_ROWS = {
  publishNav: only("agent", "FundCallerNotAdministrator"),
  setAdministrator: only("governor", UNAUTHORIZED),
  setNavBand: only("governor", UNAUTHORIZED),
  place: everyone,
  "place: without a signature": only("holder", "FundConsentInvalid"),
  cancel: only("holder", "FundOrderCallerInvalid"),
  deal: everyone,
  dealMany: everyone,
  lapse: everyone,
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;
