import type { TransactionResponse } from "ethers";
import { CLASS_LIMITS, countedOf, dateOf } from "./ledger.js";
import type { Rules } from "./rules.js";
import { Refusal, heldOf, walletOf, type Currency, type Person, type State } from "./state.js";
import { outcomeOf, type World } from "./world.js";

/** Something done once in the model and once on the chain. */
export interface Act {
  readonly label: string;
  /** Changes the model, or throws the {@link Refusal} that the chain must answer with. */
  readonly apply: (state: State, rules: Rules) => void;
  readonly send: (world: World) => Promise<TransactionResponse>;
}

/** An act in the making: what it is about is chosen when the story has come to it. */
export interface Plan {
  readonly label: string;
  /** Undefined: there is nothing it could be about. */
  readonly resolve: (story: Story) => Act | undefined;
}

/** The model and the chain said different things. */
export class Divergence extends Error {}

/** Counts of acts that went through and that were refused, by error. */
export type Tally = Map<string, number>;

/** The model beside the chain. */
export class Story {
  /** The next transaction comes not before this second. */
  #leap = 0n;

  constructor(
    readonly world: World,
    readonly rules: Rules,
    public state: State,
    readonly tally: Tally,
  ) {}

  /** When the next transaction comes. */
  get time(): bigint {
    return this.#leap > this.state.now ? this.#leap : this.state.now + 1n;
  }

  leapTo(time: bigint): void {
    this.#leap = time;
  }

  /** Does it in the model and on the chain; both go through, or both refuse with the same error. */
  async perform(act: Act): Promise<void> {
    const next = structuredClone(this.state);
    next.now = this.time;
    const expected = predicted(() => act.apply(next, this.rules));
    await this.world.chain.networkHelpers.time.setNextBlockTimestamp(next.now);
    const actual = await outcomeOf(this.world, () => act.send(this.world));
    if (actual !== expected) {
      throw new Divergence(`${act.label}: the model says ${expected ?? "done"}, the chain says ${actual ?? "done"}`);
    }
    this.state = expected === undefined ? next : { ...this.state, now: next.now };
    const kind = `${act.label.split("(", 1)[0] ?? ""}: ${expected ?? "done"}`;
    this.tally.set(kind, (this.tally.get(kind) ?? 0) + 1);
  }

  /** About what the person may pay now, so that most attempts go through. */
  payable(currency: Currency, person: Person): bigint {
    const wallet = walletOf(this.state, currency, person);
    const limits = CLASS_LIMITS.get(wallet.walletClass);
    const { day, year } = countedOf(wallet, dateOf(this.rules, this.time));
    const rooms = [
      wallet.balance - heldOf(this.state, currency, person) - wallet.frozenAmount,
      limits?.single,
      limits?.day === undefined ? undefined : limits.day - day,
      limits?.year === undefined ? undefined : limits.year - year,
    ].filter((room) => room !== undefined);
    const least = rooms.reduce((one, other) => (one < other ? one : other));
    return least > 0n ? least : 0n;
  }
}

function predicted(apply: () => void): string | undefined {
  try {
    apply();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.errorName;
    throw error;
  }
}
