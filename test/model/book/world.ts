import type { BookOrder } from "../../../sdk/eip712/book.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { BookUnderTest, bookTerms, deployBooks, type BookMarket } from "../../support/book.js";
import { ref, type Chain } from "../../support/chain.js";
import * as tale from "../tale.js";
import { HOUR, HOURS, PARTIES, SALE, orderAt, type Rules, type State } from "./state.js";

/** A book on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: BookMarket;
  readonly book: BookUnderTest;
}

/** A book: the model beside the chain. */
export class BookTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<BookTale, World, State, Rules>;

/** A book that takes orders from now on; settlement begins when the lead's time is over. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployBooks(chain);
  const { opens } = await bookTerms(f);
  const book = await BookUnderTest.open(f, {
    ...{ opens, units: SALE.units, minimumPrice: SALE.lowest, maximumPrice: SALE.highest },
    ...{ closes: opens + HOURS.closes * HOUR, allotsUntil: opens + HOURS.allotsUntil * HOUR },
    ...{ settlesFrom: opens + HOURS.allotsUntil * HOUR, settlesUntil: opens + HOURS.until * HOUR },
  });
  const money: State["money"] = new Map();
  const units: State["units"] = new Map();
  for (const party of PARTIES) {
    money.set(party, await f.money.balanceOf(f[party]));
    units.set(party, await f.bond.balanceOf(f[party]));
  }
  const initial: State = {
    ...{ now: BigInt(await chain.networkHelpers.time.latest()), opens, step: "open", price: 0n, delivered: 0n },
    ...{ names: 0, orders: [], withheld: new Set(), frozen: new Set(), money, units },
  };
  return { world: { chain, errors: errorsOf(f.books, f.engine, f.money, f.bond), f, book }, initial };
}

/** An order as the contract takes it. */
export function orderOf({ f }: World, state: State, at: number): BookOrder {
  const { who, units, least, price, name } = orderAt(state, at);
  return { investor: f[who].address, units, minimumUnits: least, price, salt: ref(name) };
}
