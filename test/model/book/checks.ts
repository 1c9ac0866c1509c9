import { expect } from "chai";
import { BOOK_ORDER_STATUS, BOOK_STATUS } from "../../../sdk/eip712/book.js";
import type { Check } from "../checks.js";
import { PARTIES, SALE, allotted } from "./state.js";
import { orderOf, type BookTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const BOOK_CHECKS: readonly Check<BookTale>[] = [{ id: "BOK-01", holds: nobodyGetsMoreThanOrderedNorInAllMore }];

export async function checkBook(told: BookTale): Promise<void> {
  for (const { holds } of BOOK_CHECKS) await holds(told);
}

async function nobodyGetsMoreThanOrderedNorInAllMore({ world, state }: BookTale): Promise<void> {
  const { f, book } = world;
  const sum = allotted(state);
  const expected = [BOOK_STATUS[state.step], state.price, sum, state.delivered];
  expect(await f.books.bookStateOf(book.id), "BOK-01 book").to.deep.equal(expected);
  expect(sum <= SALE.units && state.delivered <= sum, "BOK-01 size").to.equal(true);
  for (const [at, { got, units, least, price, step }] of state.orders.entries()) {
    const seen = await f.books.orderStateOf(book.idOf(orderOf(world, state, at)));
    expect(seen, `BOK-01 order ${at + 1}`).to.deep.equal([BOOK_ORDER_STATUS[step], got]);
    const within = got === 0n || (got <= units && got >= least && state.price <= price);
    expect(within, `BOK-01 order ${at + 1} within its terms`).to.equal(true);
  }
  for (const party of PARTIES) {
    expect(await f.money.balanceOf(f[party]), `BOK-01 money of ${party}`).to.equal(state.money.get(party));
    expect(await f.bond.balanceOf(f[party]), `BOK-01 units of ${party}`).to.equal(state.units.get(party));
    expect(await f.bond.heldOf(f[party]), `BOK-01 held of ${party}`).to.equal(0n);
  }
  const owned = [await f.money.balanceOf(f.books), await f.bond.balanceOf(f.books)];
  expect(owned, "BOK-01 the contract").to.deep.equal([0n, 0n]);
}
