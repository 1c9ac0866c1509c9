import { LEDGER_EXCHANGE_ROWS } from "./exchangeTable.js";
import { everyone, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";

/** The holder pays the operating institution, which is this side's agent and signs its verdicts. */
export const CORRIDOR_ROWS = {
  ...LEDGER_EXCHANGE_ROWS,
  setLimits: only("governor", UNAUTHORIZED),
  suspend: only("halter", UNAUTHORIZED),
  resume: only("resumer", UNAUTHORIZED),
  setAuthority: only("authority", UNAUTHORIZED),
  accept: everyone,
  recordVerdict: everyone,
  "recordVerdict: signed by the caller": only("operating", "CorridorOfficerUnauthorized"),
  settleWindow: everyone,
  reportWindow: everyone,
  restateSettlement: everyone,
} satisfies Table;
