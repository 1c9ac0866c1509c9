import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { exchangeHolds, exchangeId, type ExchangeTerms } from "../../../sdk/eip712/exchange.js";
import { ExchangeRelayer, type Step } from "../../../sdk/interop/exchange.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { reference } from "../../../sdk/operations/money.js";
import { refusalOf } from "../../../sdk/operations/refusal.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import type { TradeInput, TwoLedgersInput } from "./input.js";
import { openLedgers, type Ledger, type Stage } from "./ledgers.js";

/** From the placing of the holds to the deadline, seconds. */
const DAY = 86_400n;
/** For which nobody carries a proof when every relayer is dead: longer than any time-out would be. */
const SILENCE_DAYS = 90;
/** More steps than any trade takes. */
const MOST_STEPS = 12;
const DECISION = { captured: 1n, released: 2n };
const STANDING = { captured: 2n, released: 3n };

/** What a relayer does, by the function it calls. */
const CARRIED: Readonly<Record<string, string>> = {
  arm: "arms the delivery",
  acceptHeader: "carries a signed header of the other ledger",
  decide: "has the payment made, on the proof that the delivery is armed",
  callOff: "calls the trade off, its deadline past",
  follow: "carries the proof of the decision",
  complete: "completes the delivery that was put off",
};

/** What a trade came to. */
interface Played {
  readonly trade: TradeInput;
  readonly terms: ExchangeTerms;
  readonly steps: readonly Step[];
}

/**
 * Trades a note on one chain against e-CNY on another, each with its incident, and checks after each that both ledgers
 * ended alike.
 */
export async function runTwoLedgersDvp(input: TwoLedgersInput): Promise<Outcome> {
  const connections = { mainland: await open("mainland"), hongkong: await open("hongkong") };
  const checks = new Checks("two-ledgers-dvp", "mainland, hongkong");
  const stage = await openLedgers(connections, checks, input);
  const rows: string[][] = [];
  const book = { units: 0n, paid: 0n };
  for (const trade of input.trades) {
    const played = await play(stage, trade, checks);
    if (trade.outcome === "settled") {
      book.units += BigInt(trade.units);
      book.paid += minor(trade.price);
    }
    await checkEnd(stage, played, checks);
    await checkBook(stage, input, trade, book, checks);
    const { name, units, price, incident, outcome } = trade;
    rows.push([name, String(units), formatMoney(minor(price), "CNY"), incident, played.steps.join(", "), outcome]);
  }
  const { mainland, hongkong } = stage;
  await checkNothingOwned(stage, checks);
  const text = [
    input.title,
    table(["trade", "units", "price", "incident", "steps of the relayers", "outcome"], rows),
    `${mainland.title}, chain ${mainland.chainId}`,
    mainland.journal.toTable(),
    `${hongkong.title}, chain ${hongkong.chainId}`,
    hongkong.journal.toTable(),
  ].join("\n\n");
  for (const connection of Object.values(connections)) await connection.close();
  return { checks, text };
}

function open(name: "mainland" | "hongkong"): Promise<NetworkConnection<"l1">> {
  return network.create({ network: name, chainType: "l1" });
}

/** From the holds to the end, with the trade's incident in the middle. Every step has a relayer of its own. */
async function play(stage: Stage, trade: TradeInput, checks: Checks): Promise<Played> {
  const terms = await termsOf(stage, trade);
  const steps: Step[] = [];
  const step = async (): Promise<Step> => {
    const last = await advance(stage, trade, terms);
    steps.push(last);
    return last;
  };
  await placeHolds(stage, trade, terms);
  await step();
  await before(stage, trade, checks, step);
  await step();
  await between(stage, trade, terms, checks);
  for (let count = steps.length; count < MOST_STEPS; ++count) {
    const last = await step();
    if (last === "ended") return { trade, terms, steps };
    if (last === "followed") await after(stage, trade, terms, checks, step);
  }
  throw new RangeError(`${trade.name} does not end: ${steps.join(", ")}`);
}

/** What goes wrong once the delivery is armed and before the payment. */
async function before(stage: Stage, trade: TradeInput, checks: Checks, step: () => Promise<Step>): Promise<void> {
  const { mainland, hongkong, seller } = stage;
  const { currency, offices } = mainland.at;
  if (trade.incident === "lane halted") {
    for (const [here, there] of [
      [mainland, hongkong],
      [hongkong, mainland],
    ] as const) {
      const event = `${trade.name}: the message lane from ${there.title} is halted`;
      await here.journal.note({ event }, here.gateway.connect(here.at.offices.admin).haltLane(there.chainId));
      checks.holds(
        `${trade.name}: the lane from ${there.title} is halted`,
        (await here.gateway.laneOf(there.chainId)).halted,
      );
    }
  }
  if (trade.incident === "payments halted") {
    await mainland.journal.note(
      { event: `${trade.name}: all e-CNY payments are halted` },
      currency.connect(offices.halter).haltAll(),
    );
    checks.equal<Step>(`${trade.name}: not decided while halted`, "refused", await step());
    await mainland.journal.note(
      { event: `${trade.name}: payments are resumed` },
      currency.connect(offices.resumer).resumeAll(),
    );
  }
  if (trade.incident === "seller frozen") {
    const event = `${trade.name}: the e-CNY wallet of ${seller.name} is frozen`;
    await mainland.journal.note(
      { event },
      currency.connect(offices.enforcer).freeze(seller.address, reference(`order ${trade.name}`)),
    );
    checks.equal<Step>(`${trade.name}: not decided while the payee is frozen`, "refused", await step());
  }
  if (trade.outcome === "called off") await pass(mainland, DAY);
}

/** What goes wrong between the payment and the delivery. */
async function between(stage: Stage, trade: TradeInput, terms: ExchangeTerms, checks: Checks): Promise<void> {
  const { hongkong, bond, seller, buyer } = stage;
  if (trade.incident === "relayer killed") {
    await pass(hongkong, BigInt(SILENCE_DAYS) * DAY);
    const { follower } = exchangeHolds(terms);
    const stranger = bond.connect(hongkong.carrier);
    const byTime = await refusalOf(bond, stranger.releaseHold.staticCall(follower));
    checks.equal(
      `${trade.name}: time does not free the delivery, ${SILENCE_DAYS} days later`,
      "HoldUnauthorized",
      byTime,
    );
    const { exchange } = hongkong;
    const bySeller = await refusalOf(exchange, exchange.connect(seller.holder).withdraw.staticCall(bond, follower));
    checks.equal(`${trade.name}: the seller, which is paid, cannot withdraw`, "ExchangeHoldBound", bySeller);
  }
  if (trade.incident === "buyer frozen") {
    const event = `${trade.name}: the account of ${buyer.name} with the note is frozen`;
    const order = reference(`order ${trade.name}`);
    await hongkong.journal.note({ event }, bond.connect(hongkong.at.offices.enforcer).freeze(buyer.address, order));
  }
}

/** What goes on once the follower's ledger knows the decision. */
async function after(
  stage: Stage,
  trade: TradeInput,
  terms: ExchangeTerms,
  checks: Checks,
  step: () => Promise<Step>,
): Promise<void> {
  const { mainland, hongkong, bond, seller, buyer } = stage;
  const order = reference(`order ${trade.name} lifted`);
  if (trade.incident === "buyer frozen") {
    const standing = await hongkong.exchange.standingOf(terms);
    checks.equal(`${trade.name}: the verdict stands although the delivery is put off`, STANDING.captured, standing);
    checks.equal<Step>(`${trade.name}: not delivered while frozen`, "refused", await step());
    const event = `${trade.name}: the account of ${buyer.name} is unfrozen`;
    await hongkong.journal.note({ event }, bond.connect(hongkong.at.offices.enforcer).unfreeze(buyer.address, order));
    checks.equal<Step>(`${trade.name}: delivered afterwards`, "completed", await step());
  }
  if (trade.incident === "seller frozen") {
    const { currency, offices } = mainland.at;
    const event = `${trade.name}: the wallet of ${seller.name} is unfrozen`;
    await mainland.journal.note({ event }, currency.connect(offices.enforcer).unfreeze(seller.address, order));
  }
}

async function termsOf({ mainland, hongkong, bond, seller, buyer }: Stage, trade: TradeInput): Promise<ExchangeTerms> {
  return {
    decider: {
      ...{ chainId: mainland.chainId, exchange: await mainland.exchange.getAddress() },
      ...{ token: await mainland.at.currency.getAddress(), giver: buyer.address, taker: seller.address },
      amount: minor(trade.price),
    },
    follower: {
      ...{ chainId: hongkong.chainId, exchange: await hongkong.exchange.getAddress() },
      ...{ token: await bond.getAddress(), giver: seller.address, taker: buyer.address },
      amount: BigInt(trade.units),
    },
    deadline: (await mainland.clock.now()) + DAY,
    salt: reference(trade.name),
  };
}

async function placeHolds(stage: Stage, trade: TradeInput, terms: ExchangeTerms): Promise<void> {
  const { mainland, hongkong, bond, seller, buyer } = stage;
  const { decider, follower } = exchangeHolds(terms);
  await hongkong.journal.note(
    { event: `${trade.name}: ${seller.name} holds the units in place`, legs: [`${trade.units} units`] },
    bond.connect(seller.holder).placeHold(follower),
  );
  if (trade.incident === "never paid") return;
  await mainland.journal.note(
    {
      event: `${trade.name}: ${buyer.name} holds the money in place`,
      legs: [formatMoney(minor(trade.price), "CNY")],
    },
    mainland.at.currency.connect(buyer.payer).placeHold(decider),
  );
}

/** One step of a relayer that knows nothing of the ones before and dies after it. */
async function advance({ mainland, hongkong, votes }: Stage, trade: TradeInput, terms: ExchangeTerms): Promise<Step> {
  const relayer = new ExchangeRelayer(mainland, hongkong, votes);
  return relayer.advance(terms, async (transaction) => {
    const ledger = transaction.chainId === mainland.chainId ? mainland : hongkong;
    const [exchange, client] = [ledger.exchange.interface, ledger.foreignLedger.interface];
    const called = exchange.parseTransaction(transaction) ?? client.parseTransaction(transaction);
    const event = `${trade.name}: a relayer ${CARRIED[called?.name ?? ""] ?? "acts"}`;
    await ledger.journal.note({ event }, Promise.resolve(transaction));
  });
}

/** The ledger's clock goes on by so many seconds, and a block comes. */
async function pass({ endpoint, clock }: Ledger, seconds: bigint): Promise<void> {
  const time = (await clock.now()) + seconds;
  await endpoint.request({ method: "evm_setNextBlockTimestamp", params: [Number(time)] });
  await endpoint.request({ method: "evm_mine" });
}

/** Both ledgers have ended, and alike. */
async function checkEnd({ mainland, hongkong }: Stage, { trade, terms }: Played, checks: Checks): Promise<void> {
  const settled = trade.outcome === "settled";
  const decision = await mainland.exchange.decisionOf(exchangeId(terms));
  const standing = await hongkong.exchange.standingOf(terms);
  checks.equal(`${trade.name}: decided on the mainland`, settled ? DECISION.captured : DECISION.released, decision);
  checks.equal(`${trade.name}: followed in Hong Kong`, settled ? STANDING.captured : STANDING.released, standing);
}

/** Everybody has what the scenario's own book says, and nothing is held any more. */
async function checkBook(
  { mainland, bond, seller, buyer }: Stage,
  input: TwoLedgersInput,
  { name }: TradeInput,
  book: { readonly units: bigint; readonly paid: bigint },
  checks: Checks,
): Promise<void> {
  const { currency } = mainland.at;
  const funds = input.trades.reduce((sum, { price }) => sum + minor(price), 0n);
  checks.equal(`${name}: e-CNY of the seller`, book.paid, await currency.balanceOf(seller.address));
  checks.equal(`${name}: e-CNY of the buyer`, funds - book.paid, await currency.balanceOf(buyer.address));
  checks.equal(`${name}: units of the buyer`, book.units, await bond.balanceOf(buyer.address));
  checks.equal(
    `${name}: units of the seller`,
    BigInt(input.note.units) - book.units,
    await bond.balanceOf(seller.address),
  );
  checks.equal(`${name}: money held`, 0n, await currency.heldOf(buyer.address));
  checks.equal(`${name}: units held`, 0n, await bond.heldOf(seller.address));
}

async function checkNothingOwned({ mainland, hongkong, bond }: Stage, checks: Checks): Promise<void> {
  for (const { title, exchange, foreignLedger, gateway, at } of [mainland, hongkong]) {
    let owned = 0n;
    for (const contract of [exchange, foreignLedger, gateway]) owned += await at.currency.balanceOf(contract);
    checks.equal(`${title}: money of contracts`, 0n, owned);
  }
  checks.equal("units of the exchange", 0n, await bond.balanceOf(hongkong.exchange));
}
