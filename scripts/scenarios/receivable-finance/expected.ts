import { parseDay } from "../../../sdk/calendar.js";
import { minor } from "../../../sdk/money.js";
import type { FinanceInput } from "./input.js";

/** How a payment is to be divided. */
export interface Division {
  readonly fee: bigint;
  readonly interest: bigint;
  readonly principal: bigint;
  readonly toExporter: bigint;
}

/** A day of percent with two decimals: a hundredth of a percent of a minor unit, over 360 days. */
const PARTS = 10_000n * 360n;

/**
 * What a finance comes to by a banker's book, kept day by day from the input: nothing of it is read from the chain, and it
 * shares no line with the contract's sums.
 */
export class Book {
  #day: number;
  #fee: bigint;
  #principal: bigint;
  /** Hundredths of percent times days times minor units. */
  #interest = 0n;

  constructor(private readonly terms: FinanceInput) {
    this.#day = parseDay(terms.paidOut);
    this.#fee = minor(terms.fee);
    this.#principal = minor(terms.principal);
  }

  /** Everything that is due on a day. */
  due(day: string): bigint {
    this.#countTo(parseDay(day));
    return this.#fee + this.#interest / PARTS + this.#principal;
  }

  /** Books a payment. */
  pay(day: string, amount: bigint): Division {
    this.#countTo(parseDay(day));
    let left = amount;
    const take = (owed: bigint): bigint => {
      const part = left < owed ? left : owed;
      left -= part;
      return part;
    };
    const fee = take(this.#fee);
    const interest = take(this.#interest / PARTS);
    const principal = take(this.#principal);
    this.#fee -= fee;
    this.#interest -= interest * PARTS;
    this.#principal -= principal;
    return { fee, interest, principal, toExporter: left };
  }

  #countTo(last: number): void {
    const due = parseDay(this.terms.maturity);
    for (; this.#day < last; ++this.#day) {
      const percent = this.#day < due ? this.terms.ratePercent : this.terms.overduePercent;
      this.#interest += this.#principal * BigInt(percent.replace(".", ""));
    }
  }
}
