import { AbiCoder, concat, keccak256, type TypedDataDomain } from "ethers";
import type { Hold } from "./ledger.js";
import { digestOf, type TypedData, type Types } from "./typedData.js";

/** What a voucher pays of a purchase. See `IPurposeBoundMoney`. */
export const VOUCHER_KIND = { stored: 0n, fixed: 1n, percentage: 2n } as const;
/** How a campaign's vouchers come to people. */
export const CLAIM_RULE = { granted: 0n, firstCome: 1n, listed: 2n } as const;
/** How far a campaign has come. */
export const CAMPAIGN_STATUS = { none: 0n, open: 1n, closed: 2n } as const;
/** How far a purchase has come. */
export const PURCHASE_STATUS = { none: 0n, paid: 1n, refunded: 2n } as const;
/** Seconds: how long before its last moment a purchase is paid, and how long a restored voucher's rest is the sponsor's. */
export const PURPOSE_PERIODS = { purchase: 86_400n, return: 365n * 86_400n } as const;
/** Rates of a percentage are parts of so many. */
export const RATE_WHOLE = 10_000n;

/** The terms of a campaign, as the contract takes them. */
export interface CampaignTerms {
  /** Whose money it is. */
  readonly sponsor: string;
  /** Hash of the campaign's published text, 32 bytes. */
  readonly documentHash: string;
  /** Minor units that are held for it. */
  readonly budget: bigint;
  /** Minor units that one voucher is worth. */
  readonly value: bigint;
  /** Minor units that one person is ever given at most. */
  readonly perPerson: bigint;
  /** Smallest price, minor units. */
  readonly minimumSpend: bigint;
  /** Of a percentage, parts of 10,000 of the price. */
  readonly rate: bigint;
  /** Purchases of one person on one day; zero: any. */
  readonly usesPerDay: bigint;
  /** One of {@link VOUCHER_KIND}. */
  readonly kind: bigint;
  /** One of {@link CLAIM_RULE}. */
  readonly claim: bigint;
  /** Who gives it, 0 … 15, as sponsors agree. */
  readonly layer: bigint;
  /** Bit n: campaigns of layer n may be used in the same purchase. */
  readonly combines: bigint;
  /** Campaigns in a purchase in which this one is used, itself counted. */
  readonly stackLimit: bigint;
  /** Unix seconds. */
  readonly opens: bigint;
  /** Unix seconds, inclusive. */
  readonly claimsUntil: bigint;
  /** Unix seconds. */
  readonly expires: bigint;
  /** Merkle root of the list, or 32 zero bytes. */
  readonly claimRoot: string;
  /** ISO 18245, ascending. */
  readonly categories: bigint[];
  /** GB/T 2260, ascending. */
  readonly regions: bigint[];
}

/** What one campaign pays of a purchase. */
export interface VoucherUse {
  /** Id of the campaign. */
  readonly campaign: string;
  /** Id of the purchase whose refund restored the voucher, or 32 zero bytes. */
  readonly refunded: string;
  /** Minor units. */
  readonly amount: bigint;
}

/** A purchase, as its beneficiary agrees to it. */
export interface Purchase {
  readonly beneficiary: string;
  readonly merchant: string;
  /** Minor units, before any voucher. */
  readonly price: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
  /** The merchant's reference, 32 bytes. */
  readonly businessRef: string;
  /** Ascending by campaign. */
  readonly vouchers: VoucherUse[];
}

/** What a beneficiary signs to claim its next voucher. */
export interface VoucherClaim {
  readonly campaign: string;
  readonly beneficiary: string;
  /** Minor units that its owner has been given before. */
  readonly given: bigint;
  /** Unix seconds, inclusive. */
  readonly notAfter: bigint;
}

const TERMS =
  "tuple(address sponsor,bytes32 documentHash,uint64 budget,uint64 value,uint64 perPerson,uint64 minimumSpend," +
  "uint16 rate,uint16 usesPerDay,uint8 kind,uint8 claim,uint8 layer,uint16 combines,uint8 stackLimit,uint40 opens," +
  "uint40 claimsUntil,uint40 expires,bytes32 claimRoot,uint16[] categories,uint24[] regions)";

const PURCHASE_TYPES: Types = {
  Purchase: [
    { name: "beneficiary", type: "address" },
    { name: "merchant", type: "address" },
    { name: "price", type: "uint64" },
    { name: "notAfter", type: "uint40" },
    { name: "businessRef", type: "bytes32" },
    { name: "vouchers", type: "VoucherUse[]" },
  ],
  VoucherUse: [
    { name: "campaign", type: "bytes32" },
    { name: "refunded", type: "bytes32" },
    { name: "amount", type: "uint64" },
  ],
};
const CLAIM_TYPES: Types = {
  VoucherClaim: [
    { name: "campaign", type: "bytes32" },
    { name: "beneficiary", type: "address" },
    { name: "given", type: "uint64" },
    { name: "notAfter", type: "uint40" },
  ],
};

/** Id of a campaign: the hash of its terms. */
export function campaignId(terms: CampaignTerms): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode([TERMS], [terms]));
}

/** What a beneficiary signs to buy: the price and what pays it. `domain` is the purpose contract's. */
export function purchaseTypedData(domain: TypedDataDomain, purchase: Purchase): TypedData<Purchase> {
  return { domain, primaryType: "Purchase", types: PURCHASE_TYPES, message: purchase };
}

/** Id of a purchase: the 32 bytes its beneficiary signs. */
export function purchaseId(domain: TypedDataDomain, purchase: Purchase): string {
  return digestOf(purchaseTypedData(domain, purchase));
}

/** What a beneficiary signs to claim; `domain` is the purpose contract's. */
export function voucherClaimTypedData(domain: TypedDataDomain, claim: VoucherClaim): TypedData<VoucherClaim> {
  return { domain, primaryType: "VoucherClaim", types: CLAIM_TYPES, message: claim };
}

/** Id of the voucher that the refund of a purchase restores for a campaign. */
export function restoredVoucherId(purchase: string, campaign: string): string {
  return keccak256(concat([purchase, campaign]));
}

/** What the beneficiary pays itself, minor units. */
export function ownPart({ price, vouchers }: Pick<Purchase, "price" | "vouchers">): bigint {
  return vouchers.reduce((left, { amount }) => left - amount, price);
}

/** The hold on the sponsor's account that a campaign's budget is; `domain` is the purpose contract's. */
export function budgetHold(domain: TypedDataDomain, terms: CampaignTerms): Hold {
  return {
    payer: terms.sponsor,
    payee: NOBODY,
    executor: contractOf(domain),
    amount: terms.budget,
    expiry: terms.expires,
    businessRef: campaignId(terms),
  };
}

/** The hold by which a beneficiary pays its own part. */
export function ownHold(domain: TypedDataDomain, purchase: Purchase): Hold {
  return {
    payer: purchase.beneficiary,
    payee: purchase.merchant,
    executor: contractOf(domain),
    amount: ownPart(purchase),
    expiry: purchase.notAfter + 1n,
    businessRef: purchaseId(domain, purchase),
  };
}

/** A line of a campaign's list: whom it is for and how much. */
export interface ListLine {
  readonly index: bigint;
  /** Identity commitment, 32 bytes. */
  readonly identity: string;
  /** Minor units. */
  readonly amount: bigint;
}

/** The leaf of a line: hashed twice, so that no inner node of the tree can be taken for one. */
export function listLeaf({ index, identity, amount }: ListLine): string {
  const line = AbiCoder.defaultAbiCoder().encode(["uint256", "bytes32", "uint256"], [index, identity, amount]);
  return keccak256(keccak256(line));
}

const NOBODY = `0x${"00".repeat(20)}`;

function contractOf({ verifyingContract }: TypedDataDomain): string {
  if (typeof verifyingContract !== "string") throw new RangeError("the domain names no contract");
  return verifyingContract;
}
