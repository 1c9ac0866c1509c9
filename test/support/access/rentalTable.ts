import { everyone, may, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";
const NOT_ITS_OWN = "RentalCallerInvalid";
const NOT_SIGNED = "RentalSignatureInvalid";

/** The operating institution lets to the holder; the participating one attests titles, the agent arbitrates. */
export const RENTAL_ROWS = {
  setAttestor: only("governor", UNAUTHORIZED),
  attestTitle: everyone,
  "attestTitle: signed by the caller": only("participating", NOT_SIGNED),
  revokeTitle: only("participating", "RentalAttestorUnknown"),
  listUnit: only("operating", "RentalTitleMissing"),
  unlistUnit: only("operating", NOT_ITS_OWN),
  signLease: everyone,
  "signLease: without the landlord's signature": only("operating", NOT_SIGNED),
  rescind: only("operating", NOT_ITS_OWN, { holder: "RentalTooEarly" }),
  "rescind: seven days after the start": may(["operating", "holder"], NOT_ITS_OWN),
  "handOver: signed by the tenant": only("operating", NOT_ITS_OWN, { holder: NOT_SIGNED }),
  payRent: everyone,
  "payRent: ahead": only("holder", "RentalTooEarly"),
  "returnUnit: after the term": may(["operating", "holder"], NOT_ITS_OWN),
  claimDeduction: only("operating", NOT_ITS_OWN),
  acceptDeduction: only("holder", NOT_ITS_OWN),
  disputeDeduction: may(["operating", "holder"], NOT_ITS_OWN),
  ruleDeduction: only("agent", NOT_ITS_OWN),
  settleDeposit: everyone,
  payOwed: everyone,
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;
