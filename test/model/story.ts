import { countedOf, dateOf } from "./ledger.js";
import type { Rules } from "./rules.js";
import { heldOf, walletOf, type Currency, type Person, type State } from "./state.js";
import * as tale from "./tale.js";
import type { World } from "./world.js";

export { Divergence, type Tally } from "./tale.js";

/** See {@link tale.Act}. */
export type Act = tale.Act<World, State, Rules>;

/** See {@link tale.Plan}. */
export type Plan = tale.Plan<Story, World, State, Rules>;

/** Money, issuance and settlement: the model beside the chain. */
export class Story extends tale.Tale<World, State, Rules> {
  /** About what the person may pay now, so that most attempts go through. */
  payable(currency: Currency, person: Person): bigint {
    const wallet = walletOf(this.state, currency, person);
    const limits = this.state.money[currency].limits.get(wallet.walletClass);
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
