import { everyone, may, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";
const INSTITUTIONS = { participating: "InstitutionTierInvalid", suspended: "InstitutionNotActive" };

/** The holder's device has an allotment and pays the payee's; the operating institution keeps both wallets. */
export const OFFLINE_ROWS = {
  setTerms: only("governor", UNAUTHORIZED),
  pledge: only("operating", "InstitutionUnknown", INSTITUTIONS),
  registerDevice: only("operating", "InstitutionUnknown", INSTITUTIONS),
  load: only("holder", "OfflineCallerInvalid"),
  redeem: everyone,
  redeemMany: everyone,
  reportLoss: may(["operating", "holder"], "OfflineCallerInvalid"),
  proveDoubleSpend: everyone,
  close: everyone,
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;
