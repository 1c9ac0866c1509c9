import { everyone, only, type Table } from "./row.js";
import { CURRENCY_ROWS } from "./table.js";

/** A currency for the public. The holder is the parent of the sub-wallet. */
export const RETAIL_CURRENCY_ROWS = {
  ...CURRENCY_ROWS,
  openSubWallet: only("operating", "InstitutionUnknown", {
    participating: "InstitutionTierInvalid",
    suspended: "InstitutionNotActive",
  }),
  setSubWalletGrant: only("holder", "SubWalletNotParent"),
  setSubWalletPayee: only("holder", "SubWalletNotParent"),
  enrolWallet: everyone,
  requestWalletMove: only("holder", "WalletMoveBarred"),
  acceptWallet: only("operating", "InstitutionUnknown", {
    participating: "InstitutionTierInvalid",
    suspended: "InstitutionNotActive",
  }),
} satisfies Table;
