import type { QrEntry } from "../../../sdk/eip712/qr.js";
import { minor } from "../../../sdk/money.js";
import { reference } from "../../../sdk/operations/money.js";
import { random, type Random } from "../random.js";
import type { QrInput } from "./input.js";

/** Accounts of the institutions, on either side of the border. */
export interface Sides {
  readonly home: readonly string[];
  readonly abroad: readonly string[];
}

const FINE = 2 ** 24;

/** Draws payments from the seed, one after the other: inbound from abroad to home, outbound the other way. */
export class Payments {
  readonly #next: Random;
  #drawn = 0;

  constructor(
    private readonly input: QrInput,
    private readonly sides: Sides,
  ) {
    this.#next = random(input.seed);
  }

  draw(count: number): QrEntry[] {
    return Array.from({ length: count }, () => this.#one());
  }

  #one(): QrEntry {
    const { home, abroad } = this.sides;
    const inbound = this.#next(100) < this.input.inboundPercent;
    const [from, to] = inbound ? [abroad, home] : [home, abroad];
    return {
      paymentId: reference(`QR payment ${this.input.seed}/${this.#drawn++}`),
      debtor: this.#of(from),
      creditor: this.#of(to),
      amount: this.#amount(),
    };
  }

  #of(accounts: readonly string[]): string {
    const account = accounts[this.#next(accounts.length)];
    if (account === undefined) throw new RangeError("each side has an institution");
    return account;
  }

  /** Log-normal, by the method of Box and Muller; a fen at least. */
  #amount(): bigint {
    const { median, sigma, largest } = this.input.spread;
    const [a, b] = [(this.#next(FINE) + 1) / FINE, this.#next(FINE) / FINE];
    const normal = Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
    const fen = BigInt(Math.max(1, Math.round(100 * median * Math.exp(sigma * normal))));
    const most = minor(largest);
    return fen < most ? fen : most;
  }
}
