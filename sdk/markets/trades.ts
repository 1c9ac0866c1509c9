import type { Interface, TypedDataDomain } from "ethers";
import { holdTypedData } from "../eip712/ledger.js";
import {
  FAULT,
  TRADE_STATUS,
  buyInTypedData,
  tradeGuaranteeHold,
  tradeTypedData,
  type BuyInOffer,
  type TradeInstruction,
  type TradeRules,
} from "../eip712/trades.js";
import { sign, type TypedDataSigner } from "../eip712/typedData.js";
import type { Role } from "../roles.js";

/** Which role of the platform's authority may call which function of the matching (`governMatching`). */
export const TRADE_FUNCTION_ROLES = {
  governor: ["setTolerance", "setBuyInAgent"],
} as const satisfies Partial<Record<Role, readonly string[]>>;

/** Signs an instruction, as its side. Anyone may carry it to `enter`. */
export function signTrade(
  signer: TypedDataSigner,
  domain: TypedDataDomain,
  instruction: TradeInstruction,
): Promise<string> {
  return sign(signer, tradeTypedData(domain, instruction));
}

/** Signs the hold that a delivery's guarantee is, as its deliverer. Anyone may carry it to the currency. */
export function signGuarantee(
  signer: TypedDataSigner,
  { matching, currency }: { readonly matching: TypedDataDomain; readonly currency: TypedDataDomain },
  rules: Pick<TradeRules, "recycleDays">,
  delivery: TradeInstruction,
): Promise<string> {
  return sign(signer, holdTypedData(currency, tradeGuaranteeHold(matching, rules, delivery)));
}

/** Signs an offer to deliver, as a buy-in agent. */
export function signBuyIn(signer: TypedDataSigner, domain: TypedDataDomain, offer: BuyInOffer): Promise<string> {
  return sign(signer, buyInTypedData(domain, offer));
}

/** What of a trade says its status. */
export interface TradeProgress {
  readonly status: bigint;
  readonly fault: bigint;
  readonly delivererHolds: boolean;
  readonly receiverHolds: boolean;
}

/** The element of a sese.024 that says the status, with its reason's code where it has one; or the confirmation. */
export type TradeStatusMessage =
  | { readonly message: "sese.024"; readonly element: "Pdg" | "Flng" | "Canc"; readonly reason?: string }
  | { readonly message: "sese.025" };

/**
 * What ISO 20022 calls a trade's status, as one side is told it: what the other side lacks or holds has codes of its own.
 * @param side whose message it is.
 * @throws RangeError when there is no trade.
 */
export function tradeStatusOf(trade: TradeProgress, side: "deliverer" | "receiver"): TradeStatusMessage {
  const held = holdReason(trade, side);
  switch (trade.status) {
    case TRADE_STATUS.matched:
      return { message: "sese.024", element: "Pdg", ...(held === undefined ? {} : { reason: held }) };
    case TRADE_STATUS.failing:
      return { message: "sese.024", element: "Flng", reason: held ?? faultReason(trade, side) };
    case TRADE_STATUS.settled:
      return { message: "sese.025" };
    case TRADE_STATUS.cancelled:
      return { message: "sese.024", element: "Canc", reason: "CANI" };
    case TRADE_STATUS.lapsed:
      return { message: "sese.024", element: "Canc", reason: "CANS" };
    case TRADE_STATUS.boughtIn:
      return { message: "sese.024", element: "Canc", reason: "OTHR" };
    default:
      throw new RangeError(`a trade has no status ${trade.status}`);
  }
}

function holdReason({ delivererHolds, receiverHolds }: TradeProgress, side: "deliverer" | "receiver") {
  const [own, other] = side === "deliverer" ? [delivererHolds, receiverHolds] : [receiverHolds, delivererHolds];
  if (own) return "PREA";
  return other ? "PRCY" : undefined;
}

function faultReason({ fault }: TradeProgress, side: "deliverer" | "receiver"): string {
  if (fault === FAULT.deliverer) return side === "deliverer" ? "LACK" : "CLAC";
  if (fault === FAULT.receiver) return side === "receiver" ? "MONY" : "CMON";
  return "OTHR";
}

/** Names of errors by the four bytes that a failed trade keeps. */
export function errorNames(...contracts: readonly { readonly interface: Interface }[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const contract of contracts) {
    contract.interface.forEachError(({ selector, name }) => names.set(selector, name));
  }
  return names;
}
