import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { openChain, ref } from "../support/chain.js";
import { CLASS } from "../support/currency.js";
import {
  AMOUNT,
  ExchangeUnderTest,
  deployExchangePair,
  purses,
  setRoom,
  type ExchangeSide,
} from "../support/exchange.js";
import { EXCHANGE_IN_FLIGHT, exchangeInFlightTable } from "../support/exchange-in-flight.js";
import { HAPPENINGS, type Happening } from "../support/in-flight.js";
import { pairFixture } from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployExchangePair(chains));

const SUSPENDED = 3n;
const TEN_YEARS = 10 * 366 * 86_400;

interface Parties {
  readonly side: ExchangeSide;
  readonly payer: ExchangeSide["company"];
  readonly payee: ExchangeSide["company"];
  readonly payeeClass: "corporate" | "government";
}

/** What happens, and what undoes it. */
type Event = (parties: Parties, exchange: ExchangeUnderTest) => Promise<unknown>;

const freeze =
  (who: "payer" | "payee"): Event =>
  ({ side: { money, at }, ...parties }) =>
    money.connect(at.officers.enforcer).freeze(parties[who], ref("order"));

const EVENTS: Readonly<Record<Happening, Event>> = {
  "payer frozen": freeze("payer"),
  "payee frozen": freeze("payee"),
  "class halted": ({ side: { money, at }, payeeClass }) =>
    money.connect(at.officers.halter).haltClass(CLASS[payeeClass]),
  "all halted": ({ side: { money, at } }) => money.connect(at.officers.halter).haltAll(),
  "payee's cap reached": ({ side, payeeClass }) => setRoom(side, payeeClass, false),
  "party suspended": ({ side: { at } }) =>
    at.registry.connect(at.officers.registrar).setStatus(at.banks[0].number, SUSPENDED, ref("suspension")),
  "hold expired": async ({ side }, exchange) => {
    if (side === exchange.pair.mainland) return exchange.passDeadline();
    return side.chain.networkHelpers.time.increase(TEN_YEARS);
  },
};

const LIFTED: Partial<Readonly<Record<Happening, Event>>> = {
  "payee frozen": ({ side: { money, at }, payee }) =>
    money.connect(at.officers.enforcer).unfreeze(payee, ref("order lifted")),
  "class halted": ({ side: { money, at }, payeeClass }) =>
    money.connect(at.officers.resumer).resumeClass(CLASS[payeeClass]),
  "all halted": ({ side: { money, at } }) => money.connect(at.officers.resumer).resumeAll(),
  "payee's cap reached": ({ side, payeeClass }) => setRoom(side, payeeClass, true),
};

async function open() {
  const pair = await load();
  const { mainland, hongkong } = pair;
  const exchange = await ExchangeUnderTest.open(pair);
  const decider: Parties = {
    ...{ side: mainland, payer: mainland.company, payee: mainland.treasury },
    payeeClass: "government",
  };
  const follower: Parties = {
    ...{ side: hongkong, payer: hongkong.treasury, payee: hongkong.company },
    payeeClass: "corporate",
  };
  return { pair, exchange, decider, follower, before: await purses(pair) };
}

describe("What is in flight between two ledgers", () => {
  for (const happening of HAPPENINGS) {
    const cells = EXCHANGE_IN_FLIGHT[happening];

    context(`given ${happening}, before the decision`, () => {
      const { refusal, text } = cells["decider's, undecided"];
      it(text, async () => {
        const { pair, exchange, decider, before } = await open();
        const proof = await exchange.ready();
        await EVENTS[happening](decider, exchange);
        if (refusal === undefined) {
          await exchange.decide(proof);
          expect((await purses(pair)).cny.treasury - before.cny.treasury).to.equal(AMOUNT.mainland);
          return;
        }
        const { money, exchange: contract } = pair.mainland;
        await expect(exchange.decide(proof)).to.be.revertedWithCustomError(money, refusal);
        expect(await contract.decisionOf(exchange.id)).to.equal(0n);
        // nobody is trapped: what happened lasts, and yet both sides are given back
        await exchange.passDeadline();
        await contract.connect(pair.mainland.carrier).callOff(exchange.terms);
        await exchange.follow(await exchange.proveDecided());
        expect(await money.heldOf(pair.mainland.company)).to.equal(0n);
        expect(await pair.hongkong.money.heldOf(pair.hongkong.treasury)).to.equal(0n);
        expect(await purses(pair)).to.deep.equal(before);
      });
    });

    context(`given ${happening}, captured on the other ledger`, () => {
      const { refusal, text } = cells["follower's, captured"];
      it(text, async () => {
        const { pair, exchange, follower, before } = await open();
        const { exchange: contract, money, company, stranger } = pair.hongkong;
        const proof = await exchange.captured();
        await EVENTS[happening](follower, exchange);
        if (refusal === undefined) {
          await expect(exchange.follow(proof)).to.emit(contract, "Completed").withArgs(exchange.id);
          expect((await money.balanceOf(company)) - before.hkd.company).to.equal(AMOUNT.hongkong);
          return;
        }
        const selector = money.interface.getError(refusal)?.selector ?? "";
        await expect(exchange.follow(proof))
          .to.emit(contract, "CompletionDeferred")
          .withArgs(exchange.id, (reason: string) => reason.startsWith(selector));
        // the verdict stands: the giver cannot have it back, and nobody completes what cannot be paid yet
        await expect(
          contract.connect(pair.hongkong.treasury).withdraw(money, exchange.holds.follower),
        ).to.be.revertedWithCustomError(contract, "ExchangeHoldBound");
        await expect(contract.connect(stranger).complete(exchange.terms)).to.be.revertedWithCustomError(money, refusal);
        await LIFTED[happening]?.(follower, exchange);
        await expect(contract.connect(stranger).complete(exchange.terms))
          .to.emit(contract, "Completed")
          .withArgs(exchange.id);
        expect((await money.balanceOf(company)) - before.hkd.company).to.equal(AMOUNT.hongkong);
      });
    });

    context(`given ${happening}, called off on the other ledger`, () => {
      const { text } = cells["follower's, called off"];
      it(text, async () => {
        const { pair, exchange, follower, before } = await open();
        const proof = await exchange.calledOff();
        await EVENTS[happening](follower, exchange);
        await exchange.follow(proof);
        expect(await pair.hongkong.money.heldOf(pair.hongkong.treasury)).to.equal(0n);
        expect(await purses(pair)).to.deep.equal(before);
      });
    });
  }

  it("is what docs/architecture.md says", async () => {
    const plain = (text: string) => text.replaceAll(/ *\| */g, "|").replaceAll(/-+/g, "-");
    const document = await readFile(new URL("../../docs/architecture.md", import.meta.url), "utf8");
    expect(plain(document)).to.include(plain(exchangeInFlightTable()));
  });
});

describe("LedgerExchange.complete", () => {
  it("refuses what was not captured", async () => {
    const { pair, exchange } = await open();
    await exchange.ready();
    await expect(pair.hongkong.exchange.complete(exchange.terms))
      .to.be.revertedWithCustomError(pair.hongkong.exchange, "ExchangeNotCaptured")
      .withArgs(exchange.id, 1n);
  });

  it("refuses what has been paid", async () => {
    const { pair, exchange } = await open();
    await exchange.follow(await exchange.captured());
    await expect(pair.hongkong.exchange.complete(exchange.terms))
      .to.be.revertedWithCustomError(pair.hongkong.money, "HoldNotActive")
      .withArgs(await pair.hongkong.money.holdId(exchange.holds.follower));
  });
});
