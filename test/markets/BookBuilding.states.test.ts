import type { ContractTransactionResponse } from "ethers";
import { BOOK_ORDER_STATUS, BOOK_STATUS } from "../../sdk/eip712/book.js";
import { openChainAt, passTo } from "../support/assets.js";
import { BookUnderTest, deployBooks } from "../support/book.js";
import { ref } from "../support/chain.js";
import { BOOK_MACHINE, BOOK_ORDER_MACHINE } from "../support/states/book.js";
import { describeMachine } from "../support/states/describeMachine.js";
import { namesOf } from "../support/states/machine.js";

const chain = await openChainAt("2026-03-02");

async function draft() {
  const f = await deployBooks(chain);
  const book = await BookUnderTest.drafted(f);
  return { f, book, order: book.orderOf(f.company, 100n, "1000"), other: book.orderOf(f.icbc, 50n, "980") };
}

async function opened() {
  const it = await draft();
  await it.book.open();
  await passTo(chain, it.book.terms.opens);
  return it;
}

type World = Awaited<ReturnType<typeof draft>>;

const place = ({ f, book, order }: World) => f.books.connect(f.company).placeOrder(book.terms, order, "0x");
const revoke = ({ f, book, order }: World) => f.books.connect(f.company).revokeOrder(book.terms, order);
const isAt = async ({ f, book }: World, status: bigint) => (await f.books.bookStateOf(book.id)).status === status;

/** As far as this goes in the state that it is in. */
async function toAllot(world: World): Promise<void> {
  if (await isAt(world, BOOK_STATUS.open)) await world.book.close("980");
}

async function toSettle(world: World): Promise<void> {
  await toAllot(world);
  if (await isAt(world, BOOK_STATUS.priced)) await world.book.finalize();
  await passTo(chain, world.book.terms.settlesFrom);
}

function nameIn<Names extends string>(names: Readonly<Record<Names, bigint>>, value: bigint): Names {
  const found = namesOf(names).find((name) => names[name] === value);
  if (found === undefined) throw new RangeError(`there is no state ${value}`);
  return found;
}

describe("BookBuilding: states", function () {
  describeMachine(BOOK_MACHINE, {
    chain,
    open: draft,
    reach: async (world, state) => {
      const { book, order } = world;
      if (state === "none") return;
      await book.open();
      await passTo(chain, book.terms.opens);
      await place(world);
      if (state === "open") return;
      await book.close("980");
      if (state === "priced") return;
      await book.allot([[order, 100n]]);
      await book.finalize();
      await passTo(chain, book.terms.settlesFrom);
    },
    act: async (world, act): Promise<ContractTransactionResponse> => {
      const { f, book, order, other } = world;
      switch (act) {
        case "openBook":
          return book.open();
        case "placeOrder":
          return f.books.connect(f.icbc).placeOrder(book.terms, other, "0x");
        case "revokeOrder":
          return revoke(world);
        case "closeBook":
          return book.close("980");
        case "allot":
          return book.allot([[order, 100n]]);
        case "finalizeBook":
          return book.finalize();
        case "settle":
          return book.settle([order]);
      }
    },
    stateOf: async ({ f, book }) => nameIn(BOOK_STATUS, (await f.books.bookStateOf(book.id)).status),
    refuser: ({ f }) => f.books,
  });

  describeMachine(BOOK_ORDER_MACHINE, {
    chain,
    open: opened,
    reach: async (world, state) => {
      const { f, book, order } = world;
      if (state === "none") return;
      if (state === "revoked") return void (await revoke(world));
      await place(world);
      if (state === "placed") return;
      await book.close("980");
      await book.allot([[order, state === "declined" ? 0n : 100n]]);
      if (state === "declined" || state === "allotted") return;
      await toSettle(world);
      if (state === "failed") await f.money.connect(f.hongkong.officers.enforcer).freeze(f.company, ref("order"));
      await book.settle([order]);
    },
    act: async (world, act): Promise<ContractTransactionResponse> => {
      const { f, book, order } = world;
      const enforcer = f.money.connect(f.hongkong.officers.enforcer);
      switch (act) {
        case "placeOrder":
          return place(world);
        case "revokeOrder":
          return revoke(world);
        case "allot":
        case "decline":
          await toAllot(world);
          return book.allot([[order, act === "allot" ? 100n : 0n]]);
        case "settle":
          await toSettle(world);
          if ((await book.statusOf(order)) === BOOK_ORDER_STATUS.failed) {
            await enforcer.unfreeze(f.company, ref("order lifted"));
          }
          return book.settle([order]);
        case "settleRefused":
          await toSettle(world);
          if ((await book.statusOf(order)) !== BOOK_ORDER_STATUS.failed) await enforcer.freeze(f.company, ref("order"));
          return book.settle([order]);
      }
    },
    stateOf: async ({ book, order }) => nameIn(BOOK_ORDER_STATUS, await book.statusOf(order)),
    refuser: ({ f }) => f.books,
  });
});
