import { dayNumber, yearOf } from "../../../sdk/calendar.js";
import type { ClassLimits } from "../../../sdk/limits.js";
import { UNLIMITED_COUNT } from "../../../sdk/limits.js";
import type { SubWalletGrant } from "../../../sdk/operations/families.js";

/** What has been paid on a day and in its year. */
class Counter {
  #day = 0;
  #dayOut = 0n;
  #yearOut = 0n;

  at(time: bigint): { readonly dayOut: bigint; readonly yearOut: bigint } {
    const sameYear = yearOf(BigInt(this.#day) * 86_400n - 28_800n) === yearOf(time);
    return {
      dayOut: this.#day === dayNumber(time) ? this.#dayOut : 0n,
      yearOut: sameYear ? this.#yearOut : 0n,
    };
  }

  add(time: bigint, amount: bigint): void {
    const { dayOut, yearOut } = this.at(time);
    [this.#day, this.#dayOut, this.#yearOut] = [dayNumber(time), dayOut + amount, yearOut + amount];
  }
}

/** Whose the wallet is, by name, and what the rules are. */
export interface JudgedWallet {
  readonly name: string;
  readonly person: string;
  readonly limits: ClassLimits;
  /** Of a sub-wallet. */
  readonly grant?: SubWalletGrant & { readonly payees: readonly string[] };
}

/** A payment as it is judged; without a payee it goes to the wallet's own bank. */
export interface JudgedPayment {
  readonly from: JudgedWallet;
  readonly to?: JudgedWallet;
  readonly amount: bigint;
  /** Unix seconds. */
  readonly time: bigint;
}

/**
 * The rules of wallets, persons and sub-wallets a second time, from their description and not from the contract: says
 * what each payment comes to, and keeps the books that follow from it.
 */
export class Judge {
  readonly #persons = new Map<string, Counter>();
  readonly #grants = new Map<string, Counter>();
  readonly #balances = new Map<string, bigint>();

  open({ name }: JudgedWallet, funds: bigint): void {
    this.#balances.set(name, funds);
  }

  balanceOf(name: string): bigint {
    return this.#balances.get(name) ?? 0n;
  }

  /** What a person's wallets have paid together. */
  paidBy(person: string, time: bigint): { readonly dayOut: bigint; readonly yearOut: bigint } {
    return counterOf(this.#persons, person).at(time);
  }

  /** Name of the refusal, or "none"; then the payment is booked. */
  judge(payment: JudgedPayment): string {
    const refusal = this.#refusal(payment);
    if (refusal !== "none") return refusal;
    const { from, to, amount, time } = payment;
    if (countsForPerson(payment)) counterOf(this.#persons, from.person).add(time, amount);
    if (countsForGrant(payment)) counterOf(this.#grants, from.name).add(time, amount);
    this.#balances.set(from.name, this.balanceOf(from.name) - amount);
    if (to !== undefined) this.#balances.set(to.name, this.balanceOf(to.name) + amount);
    return "none";
  }

  #refusal(payment: JudgedPayment): string {
    const { from, to, amount, time } = payment;
    const free = to === undefined || to.person === from.person;
    if (!free && amount > from.limits.single) return "WalletSingleLimitExceeded";
    if (countsForPerson(payment)) {
      const { dayOut, yearOut } = this.paidBy(from.person, time);
      if (dayOut + amount > from.limits.day) return "WalletDayLimitExceeded";
      if (yearOut + amount > from.limits.year) return "WalletYearLimitExceeded";
    }
    if (from.grant !== undefined && countsForGrant(payment)) {
      const { single, day, year, expiry, listedOnly, payees } = from.grant;
      const { dayOut, yearOut } = counterOf(this.#grants, from.name).at(time);
      if (time >= expiry) return "SubWalletGrantExpired";
      if (listedOnly && (to === undefined || !payees.includes(to.name))) return "SubWalletPayeeNotListed";
      if (amount > single) return "SubWalletSingleLimitExceeded";
      if (dayOut + amount > day) return "SubWalletDayLimitExceeded";
      if (yearOut + amount > year) return "SubWalletYearLimitExceeded";
    }
    if (amount > this.balanceOf(from.name)) return "ERC20InsufficientBalance";
    if (to !== undefined && this.balanceOf(to.name) + amount > to.limits.balance) return "WalletBalanceLimitExceeded";
    return "none";
  }
}

/** Neither redemption nor money between one person's wallets, and only where the class has a limit of day or year. */
function countsForPerson({ from, to }: JudgedPayment): boolean {
  const { day, year } = from.limits;
  return to !== undefined && to.person !== from.person && (day < UNLIMITED_COUNT || year < UNLIMITED_COUNT);
}

/** Everything but what goes back to the person's own. */
function countsForGrant({ from, to }: JudgedPayment): boolean {
  return from.grant !== undefined && !(to?.person === from.person && to.grant === undefined);
}

function counterOf(counters: Map<string, Counter>, key: string): Counter {
  const counter = counters.get(key) ?? new Counter();
  counters.set(key, counter);
  return counter;
}
