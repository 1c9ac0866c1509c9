import { everyone, may, only, type Table } from "./row.js";
import { LEDGER_ROWS } from "./table.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";
const NO_POWER = "LedgerPowerMissing";
const NO_ACCOUNT = "ERC7943CannotSend";
const NOT_THE_BANK = "DepositCallerNotBank";
const NO_CONSENT = "DepositConsentMissing";

/** Everybody with an account but the bank, which owes what they have. */
const customers = may(["participating", "suspended", "holder"], NO_ACCOUNT);
/** The operating institution is the bank. */
const theBank = only("operating", "InstitutionUnknown", {
  participating: NOT_THE_BANK,
  suspended: "InstitutionNotActive",
});

/** Deposits at the operating institution; the desk stands for a contract that it has appointed issuer. */
export const DEPOSIT_TOKEN_ROWS = {
  ...LEDGER_ROWS,
  transfer: customers,
  transferWithReference: customers,
  payOut: customers,
  placeHold: customers,
  appoint: only("operating", NOT_THE_BANK),
  dismiss: only("operating", NOT_THE_BANK),
  openAccount: theBank,
  closeAccount: theBank,
  issue: only("desk", NO_POWER),
  redeemHeld: only("desk", NO_POWER),
} satisfies Table;

/** The holder, customer of the operating institution, pays the payee, customer of the participating one. */
export const DEPOSIT_TRANSFER_ROWS = {
  admit: only("governor", UNAUTHORIZED),
  setRules: may(["operating", "participating"], "DepositBankUnknown"),
  authorizeAgent: everyone,
  place: everyone,
  "place: without a signature": only("holder", NO_CONSENT),
  execute: everyone,
  "execute: without a signature": only("holder", NO_CONSENT),
  withdraw: only("holder", "DepositOrderCallerInvalid"),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;
