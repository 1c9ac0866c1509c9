import { everyone, may, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";

/** The holder gives on this ledger and the operating institution takes. */
export const LEDGER_EXCHANGE_ROWS = {
  arm: everyone,
  restateArming: everyone,
  decide: everyone,
  callOff: may(["operating", "holder"], "ExchangeNotDue"),
  "callOff: from the deadline on": everyone,
  restateDecision: everyone,
  follow: everyone,
  complete: everyone,
  withdraw: only("holder", "ExchangePayerMismatch"),
  endorse: only("governor", "ExchangeOfficerUnauthorized"),
  "endorse: for the other authority": only("neighbour", "ExchangeOfficerUnauthorized"),
  retract: only("governor", "ExchangeOfficerUnauthorized"),
  rule: everyone,
} satisfies Table;

const BRIDGEHEAD_ROWS = {
  setCap: only("governor", UNAUTHORIZED),
  stop: only("halter", UNAUTHORIZED),
  resume: only("resumer", UNAUTHORIZED),
  withdraw: only("operating", "BridgeheadPayerMismatch"),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;

/** The operating institution's money goes abroad. */
export const HOME_BRIDGEHEAD_ROWS = {
  ...BRIDGEHEAD_ROWS,
  lock: everyone,
  restateLock: everyone,
  pay: everyone,
  release: everyone,
} satisfies Table;

/** The operating institution receives what comes from elsewhere. */
export const ABROAD_BRIDGEHEAD_ROWS = {
  ...BRIDGEHEAD_ROWS,
  mint: everyone,
  decline: only("operating", "PassageNotDue"),
  "decline: from the deadline on": everyone,
  burn: everyone,
  restateDecline: everyone,
  restateBurn: everyone,
} satisfies Table;
