import { everyone, may, only, type Table } from "./row.js";

const NO_PARTY = "RepoCallerInvalid";
const NOT_SIGNED = "RepoConsentInvalid";

/** The agent values bonds. */
export const FIXING_ROWS = {
  publish: everyone,
  publishWithSignature: everyone,
  "publishWithSignature: signed by the caller": only("agent", "FixingSignatureInvalid"),
} satisfies Table;

/** The holder sells five units to the operating institution, and buys them back. */
export const REPO_ROWS = {
  open: everyone,
  "open: with the buyer's signature alone": only("holder", NOT_SIGNED),
  withdraw: may(["operating", "holder"], NO_PARTY),
  mark: everyone,
  meetCall: only("holder", NO_PARTY),
  substitute: everyone,
  "substitute: with the buyer's signature alone": only("holder", NOT_SIGNED),
  giveNotice: may(["operating", "holder"], NO_PARTY),
  agreeClosing: everyone,
  "agreeClosing: with the buyer's signature alone": only("holder", NOT_SIGNED),
  payIncome: everyone,
  close: everyone,
  declareDefault: only("operating", NO_PARTY, { holder: "RepoDefaultNotEstablished" }),
  closeOut: everyone,
  collect: may(["operating", "holder"], NO_PARTY),
} satisfies Table;
