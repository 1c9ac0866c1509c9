import { AbiCoder, ZeroAddress, ZeroHash, keccak256, type TypedDataDomain } from "ethers";
import { startOfDayNumber } from "../calendar.js";
import type { Hold } from "./ledger.js";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** Which side of a trade an instruction is. See `ITradeMatching`. */
export const MOVEMENT = { delivers: 0n, receives: 1n } as const;
/** Whether money is paid. ISO 20022: APMT, FREE. */
export const PAYMENT = { against: 0n, free: 1n } as const;
/** Which field of two instructions does not match. */
export const MATCH_FIELD = {
  ...{ none: 0n, payment: 1n, movement: 2n, isin: 3n, tradeDay: 4n, settlementDay: 5n, quantity: 6n, deliverer: 7n },
  ...{ receiver: 8n, currency: 9n, amount: 10n, additional: 11n, commonRef: 12n, guarantee: 13n },
} as const;
/** How far an instruction has come. */
export const ENTRY_STATUS = { none: 0n, entered: 1n, matched: 2n, cancelled: 3n } as const;
/** How far a trade has come. */
export const TRADE_STATUS = {
  ...{ none: 0n, matched: 1n, failing: 2n, settled: 3n, cancelled: 4n, lapsed: 5n, boughtIn: 6n },
} as const;
/** Who was not ready. */
export const FAULT = { nobody: 0n, deliverer: 1n, receiver: 2n } as const;
/** Late fees are parts of so many of the money. */
export const FEE_SCALE = 10n ** 8n;
/** Seconds from the end of the last day of recycling to the end of a guarantee's hold. */
export const GUARANTEE_GRACE = 30n * 86_400n;

/** What one side instructs, as the contract takes it. */
export interface TradeInstruction {
  /** One of {@link MOVEMENT}. */
  readonly movement: bigint;
  /** One of {@link PAYMENT}. */
  readonly payment: bigint;
  /** 12 bytes. */
  readonly isin: string;
  /** UTC+8 day of the trade. */
  readonly tradeDay: bigint;
  /** UTC+8 day from which on it settles. */
  readonly settlementDay: bigint;
  /** Units. */
  readonly quantity: bigint;
  readonly deliverer: string;
  readonly receiver: string;
  /** Zero address when free of payment. */
  readonly currency: string;
  /** Minor units for the whole quantity. */
  readonly amount: bigint;
  /** Fewest units this side accepts as a part; zero: the whole or nothing. */
  readonly minimumPart: bigint;
  /** Minor units that the deliverer has held, or that the receiver asks to be held. */
  readonly guarantee: bigint;
  /** Hash of additional matching fields, or 32 zero bytes. */
  readonly additional: string;
  /** Reference of both sides, or 32 zero bytes. */
  readonly commonRef: string;
  /** This side's own reference, 32 bytes. */
  readonly businessRef: string;
}

/** An agent's offer to deliver in the place of a deliverer that fails. */
export interface BuyInOffer {
  readonly trade: string;
  readonly agent: string;
  /** Units: all that is left. */
  readonly quantity: bigint;
  /** Minor units for all of it. */
  readonly price: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
  readonly businessRef: string;
}

/** Figures that are the same for all trades of a market. */
export interface TradeRules {
  /** Days after the settlement day on which settlement is still tried. */
  readonly recycleDays: bigint;
  /** Days that a deliverer has to be late before it is bought in. */
  readonly extensionDays: bigint;
  /** Late fee a calendar day, parts of {@link FEE_SCALE} of the money. */
  readonly feeRate: bigint;
  /** Late fee at most, in the same parts. */
  readonly feeCap: bigint;
}

/** How far two amounts may differ, minor units. */
export interface Tolerance {
  readonly boundary: bigint;
  /** Up to and including the boundary. */
  readonly small: bigint;
  /** Beyond it. */
  readonly large: bigint;
}

const INSTRUCTION_TYPES: Types = {
  TradeInstruction: [
    { name: "movement", type: "uint8" },
    { name: "payment", type: "uint8" },
    { name: "isin", type: "bytes12" },
    { name: "tradeDay", type: "uint16" },
    { name: "settlementDay", type: "uint16" },
    { name: "quantity", type: "uint64" },
    { name: "deliverer", type: "address" },
    { name: "receiver", type: "address" },
    { name: "currency", type: "address" },
    { name: "amount", type: "uint64" },
    { name: "minimumPart", type: "uint64" },
    { name: "guarantee", type: "uint64" },
    { name: "additional", type: "bytes32" },
    { name: "commonRef", type: "bytes32" },
    { name: "businessRef", type: "bytes32" },
  ],
};
const OFFER_TYPES: Types = {
  BuyInOffer: [
    { name: "trade", type: "bytes32" },
    { name: "agent", type: "address" },
    { name: "quantity", type: "uint64" },
    { name: "price", type: "uint64" },
    { name: "notAfter", type: "uint48" },
    { name: "businessRef", type: "bytes32" },
  ],
};

/** What a side signs to instruct; `domain` is the matching contract's. */
export function tradeTypedData(domain: TypedDataDomain, instruction: TradeInstruction): TypedData<TradeInstruction> {
  return { domain, primaryType: "TradeInstruction", types: INSTRUCTION_TYPES, message: instruction };
}

/** Id of an instruction: the 32 bytes its side signs. */
export function tradeInstructionId(domain: TypedDataDomain, instruction: TradeInstruction): string {
  return digestOf(tradeTypedData(domain, instruction));
}

/** Id of the trade between a delivery and a receipt. */
export function tradeId(domain: TypedDataDomain, delivery: TradeInstruction, receipt: TradeInstruction): string {
  const ids = [tradeInstructionId(domain, delivery), tradeInstructionId(domain, receipt)];
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32"], ids));
}

/** What a buy-in agent signs. */
export function buyInTypedData(domain: TypedDataDomain, offer: BuyInOffer): TypedData<BuyInOffer> {
  return { domain, primaryType: "BuyInOffer", types: OFFER_TYPES, message: offer };
}

/** Id of an offer: the 32 bytes its agent signs. */
export function buyInOfferId(domain: TypedDataDomain, offer: BuyInOffer): string {
  return digestOf(buyInTypedData(domain, offer));
}

/** The hold that a delivery's guarantee is, which the deliverer places before the trade can match. */
export function tradeGuaranteeHold(
  domain: TypedDataDomain,
  { recycleDays }: Pick<TradeRules, "recycleDays">,
  delivery: TradeInstruction,
): Hold {
  const { verifyingContract } = domain;
  if (typeof verifyingContract !== "string") throw new RangeError("the domain names no contract");
  return {
    payer: delivery.deliverer,
    payee: delivery.receiver,
    executor: verifyingContract,
    amount: delivery.guarantee,
    expiry: BigInt(startOfDayNumber(Number(delivery.settlementDay + recycleDays + 1n))) + GUARANTEE_GRACE,
    businessRef: tradeInstructionId(domain, delivery),
  };
}

/** What both sides of a trade agree on. */
export interface TradeTerms {
  readonly isin: string;
  readonly tradeDay: bigint;
  readonly settlementDay: bigint;
  readonly quantity: bigint;
  readonly deliverer: string;
  readonly receiver: string;
  /** Money, unless it is free of payment. */
  readonly money?: { readonly currency: string; readonly amount: bigint };
  readonly minimumPart?: bigint;
  readonly guarantee?: bigint;
  readonly additional?: string;
  readonly commonRef?: string;
}

/** The two instructions of a trade that both sides have understood alike. */
export function bothSides(
  { money, minimumPart = 0n, guarantee = 0n, additional = ZeroHash, commonRef = ZeroHash, ...terms }: TradeTerms,
  businessRef: string,
): { readonly delivery: TradeInstruction; readonly receipt: TradeInstruction } {
  const common = {
    ...terms,
    ...{ minimumPart, guarantee, additional, commonRef, businessRef },
    payment: money === undefined ? PAYMENT.free : PAYMENT.against,
    currency: money?.currency ?? ZeroAddress,
    amount: money?.amount ?? 0n,
  };
  return {
    delivery: { ...common, movement: MOVEMENT.delivers },
    receipt: { ...common, movement: MOVEMENT.receives },
  };
}
