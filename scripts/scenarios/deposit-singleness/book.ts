import { minor } from "../../../sdk/money.js";
import type { PaymentInput, SinglenessInput } from "./input.js";

/**
 * Double entry on paper: each bank's central bank money, each customer's money and deposits. It knows accounts and
 * nothing of tokens, holds or instructions.
 */
export class Book {
  readonly #bankOf = new Map<string, string>();
  readonly #reserves = new Map<string, bigint>();
  readonly #money = new Map<string, bigint>();
  readonly #deposits = new Map<string, bigint>();

  constructor({ banks, customers }: SinglenessInput) {
    for (const { bic, reserves } of banks) this.#reserves.set(bic, minor(reserves, "HKD"));
    for (const { name, bank, loan } of customers) {
      this.#bankOf.set(name, bank);
      this.#money.set(name, 0n);
      this.#deposits.set(name, minor(loan, "HKD"));
    }
  }

  /** A payment that went through. Between a customer and its own bank's money, the bank is the other side. */
  pay({ from, to, gives, gets, amount }: Pick<PaymentInput, "from" | "to" | "gives" | "gets" | "amount">): void {
    const value = minor(amount, "HKD");
    if (gives === "money") {
      this.#add(this.#money, from, -value);
    } else {
      this.#add(this.#deposits, from, -value);
      this.#add(this.#reserves, this.#bankOf.get(from) ?? "", -value);
    }
    if (gets === "money") {
      this.#add(this.#money, to, value);
    } else {
      this.#add(this.#deposits, to, value);
      this.#add(this.#reserves, this.#bankOf.get(to) ?? "", value);
    }
  }

  /** Every account by a name. */
  all(): Record<string, bigint> {
    const all: Record<string, bigint> = {};
    for (const { bic, reserves, deposits } of this.banks()) {
      all[`${bic} money`] = reserves;
      all[`${bic} deposits`] = deposits;
    }
    for (const name of this.#bankOf.keys()) {
      all[`${name} money`] = this.#money.get(name) ?? 0n;
      all[`${name} deposit`] = this.#deposits.get(name) ?? 0n;
    }
    return all;
  }

  /** Each bank's central bank money and what it owes. */
  banks(): { readonly bic: string; readonly reserves: bigint; readonly deposits: bigint }[] {
    return [...this.#reserves].map(([bic, reserves]) => {
      const own = [...this.#deposits].filter(([name]) => this.#bankOf.get(name) === bic);
      return { bic, reserves, deposits: own.reduce((sum, [, deposit]) => sum + deposit, 0n) };
    });
  }

  #add(accounts: Map<string, bigint>, name: string, amount: bigint): void {
    accounts.set(name, (accounts.get(name) ?? 0n) + amount);
  }
}
