import { everyone, may, nobody, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";
const NOT_ITS_OWN = "ClaimOwnerInvalid";
const NOT_THE_CONTRACT = "RegistryCallerInvalid";
const NOT_THE_BANK = "FinanceCallerInvalid";
const NO_AUTHORISATION = "InstructionConsentMissing";

/** The holder exports, the agent owes, the operating institution finances, the admin attests. */
export const RECEIVABLE_ROWS = {
  giveConsent: everyone,
  "giveConsent: without a signature": only("holder", "ReceivableConsentSignatureInvalid"),
  revokeConsent: only("holder", "ReceivableConsentCallerInvalid"),
  submit: only("operating", "InstitutionUnknown", {
    participating: "ReceivableConsentMissing",
    suspended: "InstitutionNotActive",
  }),
  recordVerdict: everyone,
  confirm: everyone,
  "confirm: without a signature": only("agent", "ReceivableConfirmationInvalid"),
  dispute: only("agent", "ReceivableCallerInvalid"),
  withdrawDispute: only("agent", "ReceivableCallerInvalid"),
  assign: only("holder", NOT_ITS_OWN),
  split: only("holder", NOT_ITS_OWN),
  merge: only("holder", NOT_ITS_OWN),
  setAttestor: only("governor", UNAUTHORIZED),
  setAdvanceRate: only("governor", UNAUTHORIZED),
  appointFinance: only("governor", UNAUTHORIZED),
  pledge: nobody(NOT_THE_CONTRACT),
  release: nobody(NOT_THE_CONTRACT),
  reduce: nobody(NOT_THE_CONTRACT),
  forfeit: nobody(NOT_THE_CONTRACT),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;

/** A payer has authorised the contract at the engine; the bank and the owner say that they were paid outside. */
export const FINANCE_ROWS = {
  applyFor: everyone,
  "applyFor: without a signature": only("holder", "FinanceSignatureInvalid"),
  approve: only("operating", NOT_THE_BANK),
  cancel: may(["operating", "holder"], NOT_THE_BANK),
  "cancel: of a lapsed reservation": everyone,
  disburse: only("operating", NOT_THE_BANK),
  collect: may(["operating", "holder"], NO_AUTHORISATION),
  collectUnpledged: may(["operating", "holder"], NO_AUTHORISATION),
  repay: may(["operating", "holder"], NO_AUTHORISATION),
  takeRecourse: only("operating", NOT_THE_BANK),
  reportOverdue: everyone,
  rollOver: only("operating", NOT_THE_BANK),
  release: only("operating", NOT_THE_BANK),
  "release: after the bank's time": everyone,
  writeOff: only("operating", NOT_THE_BANK),
} satisfies Table;
