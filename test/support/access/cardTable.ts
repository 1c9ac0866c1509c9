import { everyone, may, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";
const NOT_ITS_OWN = "PrepaidCallerInvalid";

/** The holder buys a card of the payee's; in templates the holder is the merchant; the agent arbitrates. */
export const CARD_ROWS = {
  registerTemplate: everyone,
  "registerTemplate: the holder's": only("holder", "PrepaidTemplateCallerInvalid"),
  admitTemplate: only("operating", "InstitutionUnknown", {
    participating: "InstitutionTierInvalid",
    suspended: "InstitutionNotActive",
  }),
  closeTemplate: may(["operating", "holder"], "PrepaidTemplateCallerInvalid"),
  buy: everyone,
  "buy: without a signature": only("holder", "PrepaidConsentInvalid"),
  withdrawPurchase: only("holder", NOT_ITS_OWN),
  confirm: only("holder", NOT_ITS_OWN),
  confirmWithSignature: everyone,
  "confirmWithSignature: signed by the caller": only("holder", "PrepaidConfirmationInvalid"),
  releaseDue: everyone,
  dispute: only("holder", NOT_ITS_OWN),
  withdrawDispute: only("holder", NOT_ITS_OWN),
  rule: only("agent", NOT_ITS_OWN),
  "refund: within the cooling-off period": only("holder", "PrepaidRefundNotDue"),
  "refund: of an insolvent merchant": everyone,
  declareInsolvent: only("halter", UNAUTHORIZED),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;
