import { everyone, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";

export const DAY_ENDS_ROWS = {
  pin: everyone,
} satisfies Table;

export const RESERVE_ROWS = {
  setKind: only("registrar", UNAUTHORIZED),
  migrate: only("governor", UNAUTHORIZED),
  setRatio: only("governor", UNAUTHORIZED),
  setInsuranceLimit: only("governor", UNAUTHORIZED),
  report: only("registrar", UNAUTHORIZED),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;

/** The operating institution is a bank, the holder its customer. */
export const INTEREST_ROWS = {
  setRate: only("governor", UNAUTHORIZED),
  state: only("operating", "InterestCallerInvalid"),
  pay: everyone,
  claim: everyone,
  refute: everyone,
  uphold: everyone,
  honour: only("operating", "InterestCallerInvalid"),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;
