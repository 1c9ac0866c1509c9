import { ZeroAddress, type TypedDataDomain } from "ethers";
import { SECONDS_PER_DAY, UTC_OFFSET } from "../calendar.js";
import type { DepositOrder } from "./depositTransfers.js";
import type { Hold } from "./ledger.js";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** Money for units, or units for money. */
export const FUND_ORDER_KIND = { subscription: 0n, redemption: 1n } as const;
/** How far a fund order has come. */
export const FUND_ORDER_STATUS = { none: 0n, placed: 1n, dealt: 2n, cancelled: 3n, lapsed: 4n } as const;

/** An order of an investor. See `IFundDealing`. */
export interface FundOrder {
  /** One of {@link FUND_ORDER_KIND}. */
  readonly kind: bigint;
  readonly investor: string;
  /** What the investor pays or is paid in: the currency, or a bank's deposit token. */
  readonly cash: string;
  /** Minor units: of money in a subscription, of units in a redemption. */
  readonly amount: bigint;
  /** Number of the dealing day (UTC+8). */
  readonly day: bigint;
  /** 32 bytes; tells two orders on equal terms apart. */
  readonly salt: string;
}

/** What of a fund's terms its orders hang on. */
export interface DealingTerms {
  /** Address of the units. */
  readonly units: string;
  /** What the fund keeps its cash in. */
  readonly cash: string;
  /** The fund's account. */
  readonly account: string;
  /** Seconds after midnight, UTC+8. */
  readonly cutOff: bigint;
  /** Seconds from the cut-off in which a day is priced and dealt. */
  readonly patience: bigint;
}

const TYPES: Types = {
  FundOrder: [
    { name: "kind", type: "uint8" },
    { name: "investor", type: "address" },
    { name: "cash", type: "address" },
    { name: "amount", type: "uint256" },
    { name: "day", type: "uint32" },
    { name: "salt", type: "bytes32" },
  ],
};

/** What an investor signs. `domain` is the dealing contract's. */
export function fundOrderTypedData(domain: TypedDataDomain, order: FundOrder): TypedData<FundOrder> {
  return { domain, primaryType: "FundOrder", types: TYPES, message: order };
}

/** Id of an order: the 32 bytes its investor signs. */
export function fundOrderId(domain: TypedDataDomain, order: FundOrder): string {
  return digestOf(fundOrderTypedData(domain, order));
}

/** Unix seconds until which orders of a day are taken, and until which they are dealt. */
export function fundTimes(
  { cutOff, patience }: Pick<DealingTerms, "cutOff" | "patience">,
  day: bigint,
): { readonly cutOff: bigint; readonly deadline: bigint } {
  const from = day * BigInt(SECONDS_PER_DAY) - BigInt(UTC_OFFSET) + cutOff;
  return { cutOff: from, deadline: from + patience };
}

/** The payment that covers a subscription. */
export function fundPayment(domain: TypedDataDomain, terms: DealingTerms, order: FundOrder): DepositOrder {
  return {
    ...{ from: order.investor, to: terms.account, fromToken: order.cash, toToken: terms.cash, amount: order.amount },
    notAfter: fundTimes(terms, order.day).deadline - 1n,
    agent: contractOf(domain),
    businessRef: fundOrderId(domain, order),
  };
}

/** The hold of units that covers a redemption. */
export function fundUnitsHold(domain: TypedDataDomain, terms: DealingTerms, order: FundOrder): Hold {
  return {
    ...{ payer: order.investor, payee: ZeroAddress, executor: contractOf(domain), amount: order.amount },
    expiry: fundTimes(terms, order.day).deadline,
    businessRef: fundOrderId(domain, order),
  };
}

function contractOf({ verifyingContract }: TypedDataDomain): string {
  if (typeof verifyingContract !== "string") throw new RangeError("the domain names no contract");
  return verifyingContract;
}
