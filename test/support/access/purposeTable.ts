import { everyone, may, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";
const NOT_ACQUIRED = "MerchantNotAcquired";
const NOT_ITS_OWN = "PurposeCallerInvalid";
const NOT_SIGNED = "PurposeConsentInvalid";

/** The operating institution acquires the payee. */
export const MERCHANT_ROWS = {
  registerMerchant: may(["operating", "participating"], "InstitutionUnknown", { suspended: "InstitutionNotActive" }),
  "registerMerchant: the operating institution's": only("operating", "InstitutionUnknown", {
    ...{ suspended: "InstitutionNotActive", participating: NOT_ACQUIRED },
  }),
  setSuspended: only("operating", NOT_ACQUIRED),
  removeMerchant: only("operating", NOT_ACQUIRED),
  barMerchant: only("halter", UNAUTHORIZED),
  unbarMerchant: only("resumer", UNAUTHORIZED),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;

/** The holder is a sponsor, a beneficiary at the payee's, or a merchant at whose the payee buys, as the row says. */
export const PURPOSE_ROWS = {
  openCampaign: everyone,
  "openCampaign: without a signature": only("holder", NOT_ITS_OWN),
  grant: only("holder", NOT_ITS_OWN),
  claim: everyone,
  "claim: without a signature": only("holder", NOT_SIGNED),
  claimListed: everyone,
  redeem: everyone,
  "redeem: without a signature": only("holder", NOT_SIGNED),
  refund: only("holder", NOT_ITS_OWN),
  closeCampaign: everyone,
  returnRestored: everyone,
} satisfies Table;
