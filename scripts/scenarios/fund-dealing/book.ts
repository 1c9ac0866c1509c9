/** Minor units that a dollar and the smallest parts that a unit have, and parts that a NAV's dollar has. */
const [CENTS, PARTS, MILLIONTHS] = [10n ** 2n, 10n ** 4n, 10n ** 6n];

/** Most units that `money` pays for at `nav`: found by comparing what they are worth, not by dividing. */
export function mostUnits(money: bigint, nav: bigint): bigint {
  // units/PARTS × nav/MILLIONTHS ≤ money/CENTS
  return largest((units) => units * nav * CENTS <= money * PARTS * MILLIONTHS);
}

/** Most money that `units` are worth at `nav`, likewise. */
export function mostMoney(units: bigint, nav: bigint): bigint {
  return largest((money) => money * PARTS * MILLIONTHS <= units * nav * CENTS);
}

/** The largest number that fits, by bisection. */
function largest(fits: (candidate: bigint) => boolean): bigint {
  let [low, high] = [0n, 1n];
  while (fits(high)) high *= 2n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** How an order ends. */
export type Ending = "dealt" | "cancelled" | "lapsed";

/** An order in the register. */
export interface Entry {
  readonly investor: string;
  readonly kind: "subscription" | "redemption";
  readonly amount: bigint;
  ended: Ending | undefined;
  /** The other side of a deal: units of a subscription, money of a redemption. */
  got: bigint;
}

/** A fund's register on paper: cash and units of investors, the fund's cash. It knows no token and no hold. */
export class Register {
  readonly cash = new Map<string, bigint>();
  readonly units = new Map<string, bigint>();
  readonly entries: Entry[] = [];
  /** The fund's own. */
  fundCash = 0n;

  constructor(investors: readonly { readonly name: string; readonly has: bigint }[]) {
    for (const { name, has } of investors) {
      this.cash.set(name, has);
      this.units.set(name, 0n);
    }
  }

  /** An order is taken: what it gives is no longer free. */
  enter(order: Pick<Entry, "investor" | "kind" | "amount">): Entry {
    const entry: Entry = { ...order, ended: undefined, got: 0n };
    this.#move(order, -order.amount);
    this.entries.push(entry);
    return entry;
  }

  /** It is cancelled, or lapses. */
  end(entry: Entry, ended: "cancelled" | "lapsed"): void {
    entry.ended = ended;
    this.#move(entry, entry.amount);
  }

  /** Deals what waits in the order given; a redemption that the cash does not cover waits on. */
  deal(entries: readonly Entry[], nav: bigint): void {
    for (const entry of entries) {
      if (entry.ended !== undefined) continue;
      const { investor, kind, amount } = entry;
      if (kind === "subscription") {
        entry.got = mostUnits(amount, nav);
        this.fundCash += amount;
        this.units.set(investor, (this.units.get(investor) ?? 0n) + entry.got);
      } else {
        const money = mostMoney(amount, nav);
        // what is worth less than a cent is not paid, and its units are not taken
        if (money === 0n || money > this.fundCash) continue;
        entry.got = money;
        this.fundCash -= money;
        this.cash.set(investor, (this.cash.get(investor) ?? 0n) + money);
      }
      entry.ended = "dealt";
    }
  }

  /** All units: the investors', and what is held for redemptions that wait. */
  supply(): bigint {
    const free = [...this.units.values()].reduce((sum, units) => sum + units, 0n);
    const waiting = this.entries.filter(({ kind, ended }) => kind === "redemption" && ended === undefined);
    return waiting.reduce((sum, { amount }) => sum + amount, free);
  }

  #move({ investor, kind }: Pick<Entry, "investor" | "kind">, amount: bigint): void {
    const side = kind === "subscription" ? this.cash : this.units;
    side.set(investor, (side.get(investor) ?? 0n) + amount);
  }
}
