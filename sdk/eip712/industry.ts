import type { Hold } from "./ledger.js";
import { structHashOf, type Types } from "./typedData.js";

/** What is ordered on an industry chain and how it is paid. See `IIndustryOrders`. */
export interface OrderTerms {
  /** Accounts of the industry chain. */
  readonly buyer: string;
  readonly seller: string;
  /** Their accounts on the ledger of the money. */
  readonly payer: string;
  readonly payee: string;
  /** Minor units. */
  readonly amount: bigint;
  /** Purpose code, 4 bytes (`purposeBytes`). */
  readonly purpose: string;
  /** Hash of what is ordered, 32 bytes. */
  readonly goods: string;
  /** Last second of delivery. */
  readonly deliverBy: bigint;
  /** Expiry of the payer's hold, Unix seconds. */
  readonly payBy: bigint;
  /** 32 bytes. */
  readonly salt: string;
}

/** What an application asks the payment service for. See `IPaymentService`. */
export interface PaymentRequest {
  /** The application's id of what is paid for, 32 bytes. */
  readonly order: string;
  readonly payer: string;
  readonly payee: string;
  /** Minor units. */
  readonly amount: bigint;
  /** ISO 4217 code, 3 bytes. */
  readonly currency: string;
  /** Purpose code, 4 bytes. */
  readonly purpose: string;
  /** Expiry of the payer's hold, Unix seconds. */
  readonly expiry: bigint;
}

/** Where an order stands, by the contract's numbers. */
export const ORDER_STATUS = {
  none: 0n,
  placed: 1n,
  delivered: 2n,
  paymentRequested: 3n,
  paid: 4n,
  refused: 5n,
  timedOut: 6n,
  cancelled: 7n,
} as const;

/** What has become of a request, by the contract's numbers: paid, or why not. */
export const PAYMENT_OUTCOME = {
  none: 0n,
  paid: 1n,
  applicationSuspended: 2n,
  currencyUnknown: 3n,
  purposeNotAllowed: 4n,
  orderDecided: 5n,
  paymentLimitExceeded: 6n,
  dayLimitExceeded: 7n,
  payerNotEligible: 8n,
  payeeNotEligible: 9n,
  notCovered: 10n,
  currencyRefused: 11n,
} as const;

/** Name of an outcome. */
export type PaymentOutcome = keyof typeof PAYMENT_OUTCOME;

const ORDER_TYPES: Types = {
  OrderTerms: [
    { name: "buyer", type: "address" },
    { name: "seller", type: "address" },
    { name: "payer", type: "address" },
    { name: "payee", type: "address" },
    { name: "amount", type: "uint256" },
    { name: "purpose", type: "bytes4" },
    { name: "goods", type: "bytes32" },
    { name: "deliverBy", type: "uint48" },
    { name: "payBy", type: "uint48" },
    { name: "salt", type: "bytes32" },
  ],
};

const MANDATE_TYPES: Types = {
  PaymentMandate: [
    { name: "chainId", type: "uint256" },
    { name: "application", type: "address" },
    { name: "order", type: "bytes32" },
    { name: "payer", type: "address" },
    { name: "payee", type: "address" },
    { name: "amount", type: "uint256" },
    { name: "currency", type: "bytes3" },
    { name: "purpose", type: "bytes4" },
    { name: "expiry", type: "uint48" },
  ],
};

/** Id of an order: the struct hash of its terms. */
export function orderId(terms: OrderTerms): string {
  return structHashOf({ primaryType: "OrderTerms", types: ORDER_TYPES, message: terms });
}

/** What the order's application asks for once the order is delivered. */
export function orderRequest(terms: OrderTerms, currency: string): PaymentRequest {
  const { payer, payee, amount, purpose, payBy } = terms;
  return { order: orderId(terms), payer, payee, amount, currency, purpose, expiry: payBy };
}

/** The application that asks, and the service that is asked. */
export interface PaymentRoute {
  /** Chain id of the application's ledger. */
  readonly chainId: bigint;
  readonly application: string;
  readonly service: string;
}

/**
 * The hold by which a payer consents to a request: the payer places it, or signs it (`holdTypedData`) for anybody to
 * place.
 */
export function mandateHold({ chainId, application, service }: PaymentRoute, request: PaymentRequest): Hold {
  const { payer, payee, amount, expiry } = request;
  const message = { chainId, application, ...request };
  const businessRef = structHashOf({ primaryType: "PaymentMandate", types: MANDATE_TYPES, message });
  return { payer, payee, executor: service, amount, expiry, businessRef };
}
