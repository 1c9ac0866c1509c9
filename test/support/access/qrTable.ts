import { everyone, may, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";

/** A wallet of the operating institution's pays a merchant of the participating one's, who shows the code. */
export const QR_GATEWAY_ROWS = {
  admit: only("registrar", UNAUTHORIZED),
  dismiss: only("registrar", UNAUTHORIZED),
  setRoute: only("registrar", UNAUTHORIZED),
  closeRoute: only("halter", UNAUTHORIZED),
  openRoute: only("resumer", UNAUTHORIZED),
  request: only("operating", "QrCallerInvalid"),
  authorize: only("participating", "QrCallerInvalid"),
  complete: only("operating", "QrCallerInvalid"),
  reverse: may(["operating", "participating"], "QrReversalNotDue"),
  "reverse: from the deadline on": everyone,
  refund: only("participating", "QrCallerInvalid"),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;

/** The agent is the gateway's operator; the operating institution owes the participating one. */
export const QR_SETTLEMENT_ROWS = {
  commit: only("agent", UNAUTHORIZED),
  withdraw: only("agent", UNAUTHORIZED),
  affirm: everyone,
  settle: everyone,
  "settle: with the caller's consent": only("operating", "QrConsentMissing"),
  dispute: only("operating", "QrDebtorRequired"),
  answer: everyone,
  "answer: signed by the caller": only("operating", "QrAnswerInvalid"),
  uphold: everyone,
  proveTwice: everyone,
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;
