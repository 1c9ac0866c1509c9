import { everyone, may, only, type Table } from "./row.js";

const UNAUTHORIZED = "AccessManagedUnauthorized";

/** The holder pays; the operating institution is the platform's operator. */
export const PAYMENT_SERVICE_ROWS = {
  receiveMessage: only("gateway", "PaymentCallerInvalid"),
  onReceipt: only("gateway", "PaymentCallerInvalid"),
  withdraw: only("holder", "PaymentPayerMismatch"),
  admit: only("operating", UNAUTHORIZED),
  setLimits: only("operating", UNAUTHORIZED),
  setPurpose: only("operating", UNAUTHORIZED),
  suspend: only("halter", UNAUTHORIZED),
  resume: only("resumer", UNAUTHORIZED),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;

/** On a chain of its own: the holder buys, the operating institution sells. */
export const INDUSTRY_ORDERS_ROWS = {
  place: only("holder", "OrderCallerInvalid"),
  deliver: only("operating", "OrderCallerInvalid"),
  requestPayment: only("holder", "OrderInspectionOpen"),
  "requestPayment: after the inspection": everyone,
  cancel: only("operating", "OrderCallerInvalid", { holder: "OrderNotCancellable" }),
  "cancel: while what was delivered is inspected": may(["operating", "holder"], "OrderCallerInvalid"),
  receiveMessage: only("gateway", "OrderGatewayMismatch"),
  onReceipt: only("gateway", "OrderGatewayMismatch"),
} satisfies Table;
