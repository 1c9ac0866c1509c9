import { mulDiv } from "../../../sdk/rounding.js";

/** A voucher of a purchase, in the book. */
export interface BookedVoucher {
  readonly campaign: string;
  readonly amount: bigint;
  /** Name of the purchase whose refund restored it. */
  readonly restoredBy: string | undefined;
}

interface BookedPurchase {
  readonly person: string;
  readonly merchant: string;
  readonly price: bigint;
  readonly own: bigint;
  readonly vouchers: readonly BookedVoucher[];
}

interface Restored {
  readonly merchant: string;
  readonly campaign: string;
  left: bigint;
}

/** What everybody must have in the end, added up from the input alone; amounts are minor units. */
export class Book {
  readonly #balances = new Map<string, bigint>();
  readonly #spent = new Map<string, bigint>();
  readonly #purchases = new Map<string, BookedPurchase>();
  readonly #restored = new Map<string, Restored>();

  constructor(private readonly sponsor: string) {}

  /** What a party begins with. */
  begin(party: string, amount: bigint): void {
    this.#add(party, amount);
  }

  /** Money handed over outside of any purchase. */
  move(from: string, to: string, amount: bigint): void {
    this.#add(from, -amount);
    this.#add(to, amount);
  }

  /** A purchase: vouchers pay out of the sponsor's money, or out of what a merchant holds. */
  pay(name: string, purchase: BookedPurchase): void {
    this.#purchases.set(name, purchase);
    this.move(purchase.person, purchase.merchant, purchase.own);
    for (const { campaign, amount, restoredBy } of purchase.vouchers) {
      if (restoredBy === undefined) {
        this.move(this.sponsor, purchase.merchant, amount);
        this.#spent.set(campaign, this.spentOf(campaign) + amount);
        continue;
      }
      const restored = this.#restored.get(`${restoredBy}/${campaign}`);
      if (restored === undefined) throw new RangeError(`${restoredBy} restored nothing of ${campaign}`);
      this.move(restored.merchant, purchase.merchant, amount);
      restored.left -= amount;
    }
  }

  /** A purchase given back: in whole the vouchers stay with the merchant, to be spent again; in part the sponsor has its share. */
  giveBack(name: string, amount: bigint | undefined): void {
    const purchase = this.#purchases.get(name);
    if (purchase === undefined) throw new RangeError(`the book knows no purchase ${name}`);
    const { person, merchant, price, own, vouchers } = purchase;
    if (amount === undefined || amount === price) {
      this.move(merchant, person, own);
      for (const voucher of vouchers) {
        const { campaign, amount: left } = voucher;
        this.#restored.set(`${name}/${campaign}`, { merchant, campaign, left });
      }
      return;
    }
    const share = mulDiv(own, amount, price, "floor");
    this.move(merchant, person, share);
    this.move(merchant, this.sponsor, amount - share);
  }

  /** The end: what merchants still hold goes to the sponsor. */
  end(): readonly { readonly name: string; readonly campaign: string; readonly left: bigint }[] {
    const open = [...this.#restored].filter(([, { left }]) => left > 0n);
    return open.map(([key, { merchant, campaign, left }]) => {
      this.move(merchant, this.sponsor, left);
      return { name: key.slice(0, key.length - campaign.length - 1), campaign, left };
    });
  }

  /** Paid out of a campaign's budget. */
  spentOf(campaign: string): bigint {
    return this.#spent.get(campaign) ?? 0n;
  }

  /** What a party must have. */
  balanceOf(party: string): bigint {
    return this.#balances.get(party) ?? 0n;
  }

  /** Prices of all purchases in which a campaign was used, given back or not. */
  turnoverOf(campaign: string): bigint {
    return [...this.#purchases.values()]
      .filter(({ vouchers }) => vouchers.some((voucher) => voucher.campaign === campaign))
      .reduce((sum, { price }) => sum + price, 0n);
  }

  #add(party: string, amount: bigint): void {
    this.#balances.set(party, this.balanceOf(party) + amount);
  }
}
