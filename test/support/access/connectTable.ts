import { everyone, may, only, type Table } from "./row.js";

const NOT_THE_AUTHORITY = "CurrencyAuthorityRequired";
const NOT_ITS_OWN = "ConnectCallerInvalid";
const NOT_ITS_SPONSOR = {
  participating: "ConnectCallerNotSponsor",
  suspended: "InstitutionNotActive",
} as const;

/** The operating institution is the sponsor of the holder's and the payee's wallets. */
export const CONNECT_DIRECTORY_ROWS = {
  admit: only("registrar", NOT_THE_AUTHORITY),
  dismiss: only("registrar", NOT_THE_AUTHORITY),
  enrol: only("registrar", NOT_THE_AUTHORITY),
  setPayeeName: only("operating", "InstitutionUnknown", NOT_ITS_SPONSOR),
  registerProxy: only("operating", "InstitutionUnknown", NOT_ITS_SPONSOR),
  portProxy: only("operating", "InstitutionUnknown", NOT_ITS_SPONSOR),
  releaseProxy: may(["operating", "holder"], "InstitutionUnknown", NOT_ITS_SPONSOR),
} satisfies Table;

/** The operating institution serves the payer of what is submitted, and the payee of what is answered. */
export const PAYMENT_CONNECT_ROWS = {
  submit: only("operating", NOT_ITS_OWN),
  complete: only("operating", NOT_ITS_OWN),
  reject: only("operating", NOT_ITS_OWN),
  reportTimeout: everyone,
  lapse: everyone,
  returnPayment: only("operating", NOT_ITS_OWN),
  setQuota: only("governor", NOT_THE_AUTHORITY),
  publishRate: only("governor", NOT_THE_AUTHORITY),
  suspend: only("halter", NOT_THE_AUTHORITY),
  resume: only("resumer", NOT_THE_AUTHORITY),
  multicall: everyone,
  "multicall: suspends": only("halter", NOT_THE_AUTHORITY),
} satisfies Table;
