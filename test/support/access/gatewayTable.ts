import { everyone, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";

/** What this ledger knows of another one. */
export const FOREIGN_LEDGER_ROWS = {
  rotate: only("governor", UNAUTHORIZED),
  acceptHeader: everyone,
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;

/** Whoever carries messages and receipts is trusted with nothing. */
export const GATEWAY_ROWS = {
  sendMessage: everyone,
  acknowledge: everyone,
  notifySender: everyone,
  deliver: everyone,
  reject: everyone,
  reaffirm: everyone,
  registerLane: only("governor", UNAUTHORIZED),
  haltLane: only("halter", UNAUTHORIZED),
  resumeLane: only("resumer", UNAUTHORIZED),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;
