import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { TypedDataDomain } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { openBooks } from "../../../sdk/deploy/book.js";
import { openSuite } from "../../../sdk/deploy/suite.js";
import {
  BOOK_STATUS,
  bookId,
  bookOrderId,
  bookOrderTypedData,
  type BookOrder,
  type BookTerms,
} from "../../../sdk/eip712/book.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, reference } from "../../../sdk/operations/money.js";
import { refusalOf } from "../../../sdk/operations/refusal.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { BookBuilding } from "../../../types/ethers-contracts/index.js";
import { openStage, partyOf, type Party, type Stage } from "../auction/stage.js";
import type { Outcome } from "../lib.js";
import type { BookInput, OneOrder } from "./input.js";

interface PlacedOrder {
  readonly said: OneOrder;
  readonly party: Party;
  readonly order: BookOrder;
  readonly id: string;
}

/** A book as it goes. */
interface Running {
  readonly input: BookInput;
  readonly stage: Stage;
  /** Of the book alone; what went before is the note's issue. */
  readonly journal: Journal;
  readonly books: BookBuilding;
  readonly domain: TypedDataDomain;
  readonly lead: HardhatEthersSigner;
  readonly terms: BookTerms;
  readonly id: string;
  readonly orders: readonly PlacedOrder[];
}

/** Places a note by book on a connection's chain, to the last unit. */
export async function runBook(connection: NetworkConnection<"l1">, input: BookInput): Promise<Outcome> {
  const checks = new Checks("book-building", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.note.issued);
  // note, parties and money are those of the auctions
  const parties = { ...input, bidders: input.investors, auctions: [] };
  const stage = await openStage(await openSuite(connection), checks, clock, parties);
  const running = await open(stage, input);
  await takeOrders(running);
  await allot(running);
  await settle(running);
  await checkHoldings(running);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    running.journal.toTable(),
    await summary(running),
  ].join("\n\n");
  return { checks, text };
}

async function open(stage: Stage, input: BookInput): Promise<Running> {
  const { suite, issuer, bidders, clock, jurisdiction, bond } = stage;
  const { engine, assets, deployer } = suite;
  const { book } = input;
  const journal = new Journal(stage.checks, clock);
  const books = await openBooks({ deployer, engine, assets });
  const domain = await domainOf(books);
  const lead = jurisdiction.bank(input.lead.bank).signer;
  await clock.moveTo(book.day, 8);
  await journal.noteAll(
    { event: `${issuer.name} and ${bidders.size} investors authorise the books` },
    [issuer, ...bidders.values()].map(
      ({ signer }) =>
        () =>
          engine.connect(signer).authorizeAgent(books, true),
    ),
  );
  const terms: BookTerms = {
    ...{ issuer: issuer.signer.address, lead: lead.address, security: await bond.getAddress() },
    ...{
      currency: await jurisdiction.currency.getAddress(),
      documentHash: reference(`prospectus of ${input.note.name}`),
    },
    ...{ units: BigInt(book.units), minimumPrice: minor(book.minimumPrice), maximumPrice: minor(book.maximumPrice) },
    ...{ opens: clock.at(book.day, 9), closes: clock.at(book.day, 15), allotsUntil: clock.at(book.allotted, 12) },
    ...{ settlesFrom: clock.at(book.settlesFrom, 10), settlesUntil: clock.at(book.settlesUntil, 18) },
  };
  await journal.note(
    {
      event: `${issuer.name} opens a book`,
      legs: [`${book.units} units at ${book.minimumPrice} to ${book.maximumPrice}`],
    },
    books.connect(issuer.signer).openBook(terms),
  );
  const id = bookId(domain, terms);
  const orders = book.orders.map((said, index): PlacedOrder => {
    const party = partyOf(stage, said.investor);
    const order = {
      ...{ investor: party.signer.address, units: BigInt(said.units), minimumUnits: BigInt(said.least) },
      ...{ price: minor(said.price), salt: reference(`order ${index + 1}`) },
    };
    return { said, party, order, id: bookOrderId(domain, id, order) };
  });
  return { input, stage, journal, books, domain, lead, terms, id, orders };
}

/** Investors sign, their banks carry; some take their orders back. */
async function takeOrders({ stage, journal, books, domain, terms, id, orders }: Running): Promise<void> {
  const { clock, checks } = stage;
  await clock.moveToTime(terms.opens);
  await journal.noteAll(
    {
      event: `${orders.length} signed orders, carried by the investors' banks`,
      legs: ["nothing moves, nothing is held"],
    },
    orders.map(({ party, order }) => async () => {
      const signature = await sign(party.signer, bookOrderTypedData(domain, id, order));
      return books.connect(party.bank.signer).placeOrder(terms, order, signature);
    }),
  );
  for (const { party, order, said } of orders) {
    if (said.mishap !== "revoked") continue;
    await journal.note(
      { event: `${party.name} takes its order back` },
      books.connect(party.signer).revokeOrder(terms, order),
    );
  }
  const [first] = orders;
  if (first === undefined) return;
  const again = books.connect(first.party.signer).placeOrder.staticCall(terms, first.order, "0x");
  checks.equal("an order counts once", "BookOrderStatusInvalid", await refusalOf(books, again));
}

/** The lead closes the book at its price and gives the orders what the file says. */
async function allot({ input, stage, journal, books, lead, terms, id, orders }: Running): Promise<void> {
  const { clock, checks } = stage;
  const { book } = input;
  const led = books.connect(lead);
  await clock.moveToTime(terms.closes);
  await journal.note(
    { event: `${input.lead.name} closes the book`, legs: [`${formatMoney(minor(book.price), "HKD")} a unit`] },
    led.closeBook(terms, minor(book.price)),
  );
  const standing = orders.filter(({ said }) => said.mishap !== "revoked");
  for (const { said, order } of standing) {
    const beyond = led.allot.staticCall(terms, [{ order, units: order.units + 1n }]);
    const refused = order.price < minor(book.price) ? "BookLimitExceeded" : "BookAllotmentInvalid";
    const what = `${said.investor} is not given more than its order for ${said.units} says`;
    checks.equal(what, refused, await refusalOf(books, beyond));
  }
  const page = standing.map(({ said, order }) => ({ order, units: BigInt(said.allotted) }));
  const sold = page.reduce((sum, { units }) => sum + units, 0n);
  await journal.noteAll(
    { event: `${input.lead.name} allots and makes it final`, legs: [`${sold} of ${book.units} units`] },
    [() => led.allot(terms, page), () => led.finalizeBook(terms)],
  );
  const state = await books.bookStateOf(id);
  const { status, price, allotted } = state;
  checks.equal("the final book: price and units", [minor(book.price), sold], [price, allotted]);
  checks.holds("the allocation is final", status === BOOK_STATUS.final);
  const late = led.allot.staticCall(terms, page);
  checks.equal("what is final stays so", "BookStatusInvalid", await refusalOf(books, late));
}

// -------------------------------------------------------------------- settlement

async function settle({ stage, journal, books, terms, id, orders }: Running): Promise<void> {
  const { clock, checks, jurisdiction, suite } = stage;
  const enforcer = jurisdiction.currency.connect(jurisdiction.offices.enforcer);
  const due = orders.filter(({ said }) => said.allotted !== 0);
  await clock.moveToTime(terms.settlesFrom);
  for (const { party, said } of due) {
    if (said.mishap === "frozen") {
      const event = `${party.name} is frozen by a court's order`;
      await journal.note({ event }, enforcer.freeze(party.signer, reference("order")));
    }
    if (said.mishap === "withheld") {
      const event = `${party.name} takes its authority back`;
      await journal.note({ event }, suite.engine.connect(party.signer).authorizeAgent(books, false));
    }
  }
  const carried = books.connect(suite.deployer);
  await journal.note(
    { event: `${due.length} orders are settled`, legs: legsOf(stage, due, terms) },
    carried.settle(
      terms,
      due.map(({ order }) => order),
    ),
  );
  const stopped = due.filter(({ said }) => said.mishap !== undefined);
  const failed = await books.queryFilter(books.filters.OrderFailed(id));
  checks.equal(
    "who could not be settled at first",
    stopped.map(({ id: order }) => order).sort(),
    failed.map(({ args }) => args.order).sort(),
  );
  const thawed = stopped.filter(({ said }) => said.mishap === "frozen");
  for (const { party } of thawed) {
    const event = `the order against ${party.name} is lifted`;
    await journal.note({ event }, enforcer.unfreeze(party.signer, reference("order lifted")));
  }
  if (thawed.length > 0) {
    await journal.note(
      { event: "they are tried again", legs: legsOf(stage, thawed, terms) },
      carried.settle(
        terms,
        thawed.map(({ order }) => order),
      ),
    );
  }
  await clock.moveToTime(terms.settlesUntil + 1n);
  const [left] = stopped.filter(({ said }) => said.mishap === "withheld");
  if (left === undefined) return;
  const late = carried.settle.staticCall(terms, [left.order]);
  checks.equal("an allotment lapses with the time of settlement", "BookTimeInvalid", await refusalOf(books, late));
}

function legsOf({ input, jurisdiction }: Stage, orders: readonly PlacedOrder[], terms: BookTerms): string[] {
  const units = orders.reduce((sum, { said }) => sum + BigInt(said.allotted), 0n);
  return [
    `up to ${units} units of ${input.note.name}`,
    `${describe(jurisdiction, terms.minimumPrice)} a unit at least`,
  ];
}

/** Everybody's units and money against what the file says, added up here. */
async function checkHoldings({ input, stage, books, id, orders }: Running): Promise<void> {
  const { checks, bond, jurisdiction, issuer, bidders } = stage;
  const { currency } = jurisdiction;
  const price = minor(input.book.price);
  const units = new Map<string, bigint>([[issuer.name, BigInt(input.note.units)]]);
  const money = new Map<string, bigint>([[issuer.name, 0n], ...input.investors.map(fundsOf)]);
  let sold = 0n;
  for (const { said } of orders) {
    if (said.mishap === "withheld") continue;
    const got = BigInt(said.allotted);
    units.set(said.investor, (units.get(said.investor) ?? 0n) + got);
    money.set(said.investor, (money.get(said.investor) ?? 0n) - got * price);
    sold += got;
  }
  units.set(issuer.name, BigInt(input.note.units) - sold);
  money.set(issuer.name, sold * price);
  for (const { name, signer } of [issuer, ...bidders.values()]) {
    const actual = [await bond.balanceOf(signer), await currency.balanceOf(signer), await currency.heldOf(signer)];
    checks.equal(`${name}: units, money, held`, [units.get(name) ?? 0n, money.get(name) ?? 0n, 0n], actual);
  }
  checks.equal("units that were delivered", sold, (await books.bookStateOf(id)).delivered);
  checks.equal("nothing of the issue is held", 0n, await bond.heldOf(issuer.signer));
  checks.equal("the contract owns nothing", [0n, 0n], [await bond.balanceOf(books), await currency.balanceOf(books)]);
}

function fundsOf({ name, funds }: BookInput["investors"][number]): [string, bigint] {
  return [name, minor(funds)];
}

async function summary({ input, books, orders }: Running): Promise<string> {
  const names = ["none", "placed", "taken back", "declined", "lapsed", "lapsed", "delivered and paid"];
  const rows: (string | number)[][] = [];
  for (const { said, order, id } of orders) {
    const { status, units } = await books.orderStateOf(id);
    rows.push([
      ...[said.investor, said.units, said.least, formatMoney(order.price, "HKD"), Number(units)],
      ...[names[Number(status)] ?? "", said.mishap ?? ""],
    ]);
  }
  const head = ["Investor", "Ordered", "Least", "Limit", "Allotted", "Outcome", "Mishap"];
  return [`The book at ${formatMoney(minor(input.book.price), "HKD")} a unit`, table(head, rows)].join("\n");
}
