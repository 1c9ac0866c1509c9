import { everyone, may, nobody, only, type Table } from "./row.js";
import { CURRENCY_ROWS } from "./table.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";
const NOT_ITS_OWN = "CurrencyAuthorityRequired";

/** Everybody with an account is an institution here: the holder and the frozen one are accounts of a participating one. */
const ACTIVE = ["operating", "participating", "holder"] as const;
const PAYS = may(ACTIVE, "ERC7943CannotSend", { suspended: "InstitutionNotActive" });
const NOT_OPERATING = {
  participating: "InstitutionTierInvalid",
  holder: "InstitutionTierInvalid",
  frozen: "InstitutionTierInvalid",
  suspended: "InstitutionNotActive",
} as const;
const NO_CUSTOMERS = nobody("InstitutionUnknown", { ...NOT_OPERATING, operating: "WalletClassInvalid" });
const NO_WALLET_OF_ITS = nobody("InstitutionUnknown", { ...NOT_OPERATING, operating: "WalletNotSponsored" });

export const BRIDGE_CURRENCY_ROWS = {
  ...CURRENCY_ROWS,
  transfer: PAYS,
  transferWithReference: PAYS,
  payOut: PAYS,
  openWallet: NO_CUSTOMERS,
  reclassifyWallet: NO_WALLET_OF_ITS,
  closeWallet: NO_WALLET_OF_ITS,
  openCorridor: only("governor", UNAUTHORIZED),
  setCorridorPolicy: only("governor", UNAUTHORIZED),
  setCorridorPurpose: only("governor", UNAUTHORIZED),
  openNonResidentWallet: everyone,
} satisfies Table;

export const GATE_ROWS = {
  admitVenue: only("governor", NOT_ITS_OWN),
  dismissVenue: only("halter", NOT_ITS_OWN),
  open: everyone,
  close: nobody("GateNotOpen"),
} satisfies Table;

/** The operating institution pays the payee; both have found nothing against it. */
export const PAYMENTS_ROWS = {
  pay: only("operating", "BridgePaymentCallerInvalid"),
  refuse: everyone,
} satisfies Table;
