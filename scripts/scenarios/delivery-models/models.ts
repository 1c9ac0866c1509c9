import { ZeroAddress, type ContractTransactionReceipt } from "ethers";
import { NEVER, type Hold } from "../../../sdk/eip712/ledger.js";
import type { Instruction } from "../../../sdk/eip712/settlement.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import {
  collectConsents,
  exchange,
  netTable,
  payment,
  type SettlementItem,
  type Side,
} from "../../../sdk/instructions.js";
import { minor } from "../../../sdk/money.js";
import type { DayTrade } from "./input.js";
import { changeOf, dealerOf, fromHere, holdingsOf, refOf, type Holdings, type Stage } from "./stage.js";

/** The three ways to settle (CPSS 1992). */
export const MODELS = [1, 2, 3] as const;
export type Model = (typeof MODELS)[number];

/** What a model took and what it left open meanwhile; money in minor units. */
export interface Used {
  /** The most that a dealer had paid out, or had to have ready, over what it had received; of each dealer. */
  readonly money: readonly bigint[];
  readonly units: readonly bigint[];
  /** Held as a guarantee, in sum. */
  readonly held: bigint;
  /** The most that was delivered and not yet paid. */
  readonly principal: bigint;
  /** The most that was traded and not yet final. */
  readonly replacement: bigint;
  /** Seconds from a trade to the finality of both its sides, on average. */
  readonly seconds: bigint;
  readonly gas: bigint;
  readonly transactions: number;
  /** Movements of units and money. */
  readonly movements: number;
  /** What every dealer has more, or less, at the end of the day. */
  readonly positions: Holdings;
}

/** What is looked at while a model runs. */
class Watch {
  readonly #receipts: ContractTransactionReceipt[] = [];
  readonly #least: { units: readonly bigint[]; money: readonly bigint[] };
  #movements = 0;
  #final = 0n;
  #waited = 0n;
  principal = 0n;
  replacement = 0n;

  constructor(
    readonly stage: Stage,
    readonly before: Holdings,
  ) {
    this.#least = { units: before.units.map(() => 0n), money: before.money.map(() => 0n) };
  }

  /** Sends a transaction, and looks at what everybody has then. */
  async send(sent: Promise<{ wait(): Promise<ContractTransactionReceipt | null> }>): Promise<Holdings> {
    const receipt = await (await sent).wait();
    if (receipt === null) throw new RangeError("the transaction has no receipt");
    this.stage.checks.transaction(receipt);
    this.#receipts.push(receipt);
    this.#movements += await this.#movementsOf(receipt);
    const now = changeOf(this.before, await holdingsOf(this.stage));
    const lesser = (one: readonly bigint[], other: readonly bigint[]) =>
      one.map((each, place) => (each < (other[place] ?? 0n) ? each : (other[place] ?? 0n)));
    this.#least.units = lesser(now.units, this.#least.units);
    this.#least.money = lesser(now.money, this.#least.money);
    return now;
  }

  /** Movements in the last transaction. */
  async lastMovements(): Promise<number> {
    const last = this.#receipts.at(-1);
    return last === undefined ? 0 : this.#movementsOf(last);
  }

  /** Both sides of a trade of `hour` are final now. */
  async isFinal(hour: number): Promise<void> {
    const { clock, input } = this.stage;
    this.#final += 1n;
    this.#waited += (await clock.now()) - clock.at(input.day, hour);
  }

  async used(held: bigint): Promise<Used> {
    const { principal, replacement } = this;
    return {
      money: this.#least.money.map((each) => -each),
      units: this.#least.units.map((each) => -each),
      ...{ held, principal, replacement, movements: this.#movements },
      seconds: this.#final === 0n ? 0n : this.#waited / this.#final,
      gas: this.#receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
      transactions: this.#receipts.length,
      positions: changeOf(this.before, await holdingsOf(this.stage)),
    };
  }

  async #movementsOf({ logs }: ContractTransactionReceipt): Promise<number> {
    const { bond, money } = this.stage;
    const tokens = [await bond.getAddress(), await money.getAddress()];
    const transfer = bond.interface.getEvent("Transfer").topicHash;
    return logs.filter(({ address, topics }) => tokens.includes(address) && topics[0] === transfer).length;
  }
}

/** Runs the day in one model, checks the model's definition, and takes the day back. */
export function runModel(stage: Stage, model: Model): Promise<Used> {
  return fromHere(stage, async () => {
    const watch = new Watch(stage, await holdingsOf(stage));
    if (model === 1) await grossAndGross(watch);
    if (model === 2) return grossAndNet(watch);
    if (model === 3) await netAndNet(watch);
    return watch.used(0n);
  });
}

/** Model 1: each trade is one instruction with both sides, settled when it is made. */
async function grossAndGross(watch: Watch): Promise<void> {
  const { stage } = watch;
  const { engine, deployer } = stage.suite;
  for (const [place, trade] of stage.input.trades.entries()) {
    await stage.clock.moveTo(stage.input.day, trade.hour);
    const [units, money] = await sidesOf(stage, trade);
    const { instruction, consents } = await signedBy(
      stage,
      exchange({ businessRef: BigInt(place) }, units, money),
      trade,
    );
    await watch.send(engine.connect(deployer).settle(instruction, consents, []));
    stage.checks.equal(`model 1, ${trade.name}: both sides move in one transaction`, 2, await watch.lastMovements());
    await watch.isFinal(trade.hour);
  }
}

/** Model 2: units move when the trade is made, money is owed, guaranteed, and paid net at the end of the cycle. */
async function grossAndNet(watch: Watch): Promise<Used> {
  const { stage } = watch;
  const { input, checks, clock, money } = stage;
  const { engine, deployer } = stage.suite;
  const guarantee = minor(input.guarantee, "HKD");
  const holds = stage.dealers.map(({ signer }) => ({ signer, hold: guaranteeOf(stage, signer.address, guarantee) }));
  for (const { signer, hold } of holds) await watch.send(money.connect(signer).placeHold(hold));
  const owed: Instruction[] = [];
  for (const [place, trade] of input.trades.entries()) {
    await clock.moveTo(input.day, trade.hour);
    const [units, cash] = await sidesOf(stage, trade);
    const buyer = dealerOf(stage, trade.buyer).signer;
    const delivery = await signedBy(stage, payment({ businessRef: BigInt(place) }, units, buyer.address), trade);
    const funds = payment({ businessRef: BigInt(place), nettable: true }, cash, units.from);
    const now = await watch.send(
      engine
        .connect(buyer)
        .multicall([
          engine.interface.encodeFunctionData("settle", [delivery.instruction, delivery.consents, []]),
          engine.interface.encodeFunctionData("queue", [funds, [], 0]),
        ]),
    );
    owed.push(funds);
    checks.holds(
      `model 2, ${trade.name}: units are final and no money has moved`,
      now.money.every((each) => each === 0n) && (await watch.lastMovements()) === 1,
    );
    const debts = await netOf(stage, owed);
    checks.holds(
      `model 2, ${trade.name}: what each owes net is guaranteed`,
      debts.every((each) => -each <= guarantee),
    );
    watch.principal = larger(watch.principal, sumOf(owed.map(({ legs }) => legs[0]?.amount ?? 0n)));
    watch.replacement = watch.principal;
  }
  const before = await holdingsOf(stage);
  await clock.moveTo(input.day, input.cycleEnd);
  const { keys, indices } = netTable(owed);
  await watch.send(engine.connect(deployer).settleNet(owed.map(alone), keys, indices));
  const moved = changeOf(before, await holdingsOf(stage));
  checks.equal("model 2: money moves net, at the end", [...(await netOf(stage, owed))], [...moved.money]);
  checks.holds(
    "model 2: units do not move again",
    moved.units.every((each) => each === 0n),
  );
  for (const trade of input.trades) await watch.isFinal(trade.hour);
  const held = guarantee * BigInt(holds.length);
  for (const { hold } of holds)
    await watch.send(money.connect(stage.suite.hongkong.settlementOperator).releaseHold(hold));
  return watch.used(held);
}

/** Model 3: trades wait for the end of the cycle; then units and money move net, at the same time. */
async function netAndNet(watch: Watch): Promise<void> {
  const { stage } = watch;
  const { input, checks, clock } = stage;
  const { engine, deployer } = stage.suite;
  const waiting: Instruction[] = [];
  for (const [place, trade] of input.trades.entries()) {
    await clock.moveTo(input.day, trade.hour);
    const [units, money] = await sidesOf(stage, trade);
    const terms = { businessRef: BigInt(place), nettable: true };
    const { instruction, consents } = await signedBy(stage, exchange(terms, units, money), trade);
    const seller = dealerOf(stage, trade.seller).signer;
    await watch.send(engine.connect(seller).queue(instruction, consents, 0));
    checks.equal(`model 3, ${trade.name}: nothing moves before the end`, 0, await watch.lastMovements());
    waiting.push(instruction);
    watch.replacement += money.amount;
  }
  await clock.moveTo(input.day, input.cycleEnd);
  const { keys, indices } = netTable(waiting);
  const moved = await watch.send(engine.connect(deployer).settleNet(waiting.map(alone), keys, indices));
  checks.equal(
    "model 3: money and units move net, in one transaction",
    [0n, 0n],
    [sumOf(moved.units), sumOf(moved.money)],
  );
  checks.holds("model 3: fewer movements than sides", (await watch.lastMovements()) < 2 * waiting.length);
  for (const trade of input.trades) await watch.isFinal(trade.hour);
}

async function sidesOf(stage: Stage, trade: DayTrade): Promise<readonly [Side, Side]> {
  const [seller, buyer] = [dealerOf(stage, trade.seller), dealerOf(stage, trade.buyer)];
  return [
    { token: await stage.bond.getAddress(), from: seller.signer.address, amount: BigInt(trade.units) },
    { token: await stage.money.getAddress(), from: buyer.signer.address, amount: minor(trade.amount, "HKD") },
  ];
}

async function signedBy(stage: Stage, instruction: Instruction, { seller, buyer }: DayTrade): Promise<SettlementItem> {
  const signers = [seller, buyer].map((name) => dealerOf(stage, name).signer);
  const consents = await collectConsents(await domainOf(stage.suite.engine), instruction, signers);
  return { instruction, consents, holds: [] };
}

/** An instruction whose givers have consented before. */
function alone(instruction: Instruction): SettlementItem {
  return { instruction, consents: [], holds: [] };
}

/** What each dealer is due, or owes, of payments. */
async function netOf({ dealers, money }: Stage, payments: readonly Instruction[]): Promise<bigint[]> {
  const token = await money.getAddress();
  const legs = payments.flatMap((each) => each.legs).filter((leg) => leg.token === token);
  return dealers.map(({ signer: { address } }) =>
    legs.reduce(
      (sum, { from, to, amount }) => sum + (to === address ? amount : 0n) - (from === address ? amount : 0n),
      0n,
    ),
  );
}

/** The operator's: the payer cannot undo it. */
function guaranteeOf({ suite }: Stage, payer: string, amount: bigint): Hold {
  const { settlementOperator } = suite.hongkong;
  const terms = { payer, payee: ZeroAddress, executor: settlementOperator.address, amount, expiry: NEVER };
  return { ...terms, businessRef: refOf("guarantee of the cycle") };
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, each) => sum + each, 0n);
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
