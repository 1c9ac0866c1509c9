import { ZeroHash, type TypedDataDomain } from "ethers";
import { holdTypedData } from "../eip712/ledger.js";
import {
  RATE_WHOLE,
  VOUCHER_KIND,
  budgetHold,
  campaignId,
  listLeaf,
  ownHold,
  ownPart,
  purchaseTypedData,
  type CampaignTerms,
  type ListLine,
  type Purchase,
  type VoucherUse,
} from "../eip712/purpose.js";
import { sign, type TypedDataSigner } from "../eip712/typedData.js";
import { MerkleTree } from "../qr/merkle.js";
import type { Role } from "../roles.js";
import { least } from "../rounding.js";

/**
 * Which role of the currency's authority may call which function of the merchant directory (`governMerchants`). The
 * purpose contract itself has no office.
 */
export const MERCHANT_FUNCTION_ROLES = {
  halter: ["barMerchant"],
  resumer: ["unbarMerchant"],
} as const satisfies Partial<Record<Role, readonly string[]>>;

/** Where vouchers are spent: the domains of the purpose contract and of the currency. See `domainOf`. */
export interface PurposeDomains {
  readonly purpose: TypedDataDomain;
  readonly currency: TypedDataDomain;
}

/** The signatures of a beneficiary that sends no transaction itself. */
export interface PurchaseConsents {
  readonly consent: string;
  /** Empty when vouchers pay everything. */
  readonly holdSignature: string;
}

/** Signs a purchase, as its beneficiary. Anyone may carry it to `redeem`. */
export async function signRedemption(
  signer: TypedDataSigner,
  { purpose, currency }: PurposeDomains,
  purchase: Purchase,
): Promise<PurchaseConsents> {
  const consent = await sign(signer, purchaseTypedData(purpose, purchase));
  if (ownPart(purchase) === 0n) return { consent, holdSignature: "0x" };
  return { consent, holdSignature: await sign(signer, holdTypedData(currency, ownHold(purpose, purchase))) };
}

/** Signs the hold of a campaign's budget, as its sponsor. Anyone may carry it to `openCampaign`. */
export function signCampaign(
  signer: TypedDataSigner,
  { purpose, currency }: PurposeDomains,
  terms: CampaignTerms,
): Promise<string> {
  return sign(signer, holdTypedData(currency, budgetHold(purpose, terms)));
}

/** A voucher that a person wants to use. */
export interface VoucherAtHand {
  readonly terms: CampaignTerms;
  /** Minor units that the person has left of it: out of the budget, or of the restored voucher. */
  readonly left: bigint;
  /** Id of the purchase whose refund restored it. */
  readonly refunded?: string;
}

/**
 * What each voucher pays of a price, in the order that the contract takes them. A campaign's own conditions (merchant,
 * minimum spend, stacking, days) are the contract's to check; a voucher for which nothing is left to pay is left out.
 */
export function quoteVouchers(price: bigint, vouchers: readonly VoucherAtHand[]): VoucherUse[] {
  const uses: VoucherUse[] = [];
  let left = price;
  const inOrder = vouchers.map((voucher) => ({ ...voucher, campaign: campaignId(voucher.terms) }));
  inOrder.sort((a, b) => (a.campaign < b.campaign ? -1 : 1));
  for (const { terms, campaign, refunded = ZeroHash, ...voucher } of inOrder) {
    const worth = terms.kind === VOUCHER_KIND.stored || refunded !== ZeroHash ? voucher.left : terms.value;
    const due = terms.kind === VOUCHER_KIND.percentage ? least((price * terms.rate) / RATE_WHOLE, worth) : worth;
    const amount = least(due, left);
    if (amount === 0n) continue;
    uses.push({ campaign, refunded, amount });
    left -= amount;
  }
  return uses;
}

/** The list of a large campaign: its root stands in the terms, each line is claimed with its proof. */
export class VoucherList {
  readonly lines: readonly ListLine[];
  readonly #tree: MerkleTree;

  /** @throws RangeError when nobody is on the list. */
  constructor(people: readonly Omit<ListLine, "index">[]) {
    this.lines = people.map((person, index) => ({ index: BigInt(index), ...person }));
    this.#tree = new MerkleTree(this.lines.map(listLeaf));
  }

  get root(): string {
    return this.#tree.root;
  }

  /** What proves a line, as `claimListed` takes it. */
  proof(index: bigint): string[] {
    return this.#tree.proof(Number(index));
  }
}

/** A payment of the currency, as its `Transfer` event says. */
export interface ObservedPayment {
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
  readonly transaction: string;
  /** Unix seconds. */
  readonly time: bigint;
}

/** A purchase with vouchers, as its `PurchasePaid` event says. */
export interface ObservedPurchase {
  readonly id: string;
  readonly beneficiary: string;
  readonly merchant: string;
  readonly transaction: string;
  /** Unix seconds. */
  readonly time: bigint;
}

/** A payment that looks like the purpose being paid out in cash. */
export interface Payback {
  readonly purchase: ObservedPurchase;
  readonly payment: ObservedPayment;
}

/**
 * Payments of a merchant to a beneficiary of a voucher purchase, within `window` seconds after it and outside of a
 * refund: what the contract cannot prevent and a sponsor wants to look into.
 * @param refunds Transactions that refunded a purchase; what they pay the beneficiary is its own part.
 */
export function findPaybacks(
  purchases: readonly ObservedPurchase[],
  payments: readonly ObservedPayment[],
  refunds: ReadonlySet<string>,
  window: bigint,
): readonly Payback[] {
  const outside = payments.filter(({ transaction }) => !refunds.has(transaction));
  return purchases.flatMap((purchase) =>
    outside
      .filter(({ from, to, time }) => {
        const since = time - purchase.time;
        return from === purchase.merchant && to === purchase.beneficiary && since >= 0n && since <= window;
      })
      .map((payment) => ({ purchase, payment })),
  );
}
