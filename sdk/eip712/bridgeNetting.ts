import { type TypedDataDomain } from "ethers";
import { PAYMENT_TYPES, type BridgePayment } from "./bridgePayments.js";
import { digestOf, type Types } from "./typedData.js";

/** One payment, or two that exchange two currencies between two banks. See `IBridgeNetting`. */
export interface NetItem {
  readonly payments: BridgePayment[];
}

const ITEM_TYPES: Types = { NetItem: [{ name: "payments", type: "BridgePayment[]" }], ...PAYMENT_TYPES };

/** Id of an item; `domain` is the netting contract's. */
export function netItemId(domain: TypedDataDomain, item: NetItem): string {
  return digestOf({ domain, primaryType: "NetItem", types: ITEM_TYPES, message: item });
}
