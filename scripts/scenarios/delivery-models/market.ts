import { dayNumber } from "../../../sdk/calendar.js";
import { openMatching } from "../../../sdk/deploy/trades.js";
import {
  FAULT,
  TRADE_STATUS,
  bothSides,
  tradeGuaranteeHold,
  tradeId,
  type TradeInstruction,
  type TradeRules,
} from "../../../sdk/eip712/trades.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { errorNames, signBuyIn, signTrade, tradeStatusOf } from "../../../sdk/markets/trades.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import type { TradeMatching } from "../../../types/ethers-contracts/index.js";
import { changeOf, dealerOf, holdingsOf, refOf, type Stage } from "./stage.js";

const SHARE_DIGITS = 8;

/** A trade with its two instructions. */
interface Pair {
  readonly delivery: TradeInstruction;
  readonly receipt: TradeInstruction;
  readonly id: string;
}

/** Three trades by instructions of both sides: one settles, one late and in parts, one is bought in. */
export async function runMarket(stage: Stage): Promise<void> {
  const market = await Market.open(stage);
  const { whole, parts, buyIn, settlementDay } = stage.input.market;
  const first = await market.match("M1", whole, { buyerSays: minor(whole.buyerSays, "HKD") });
  const second = await market.match("M2", parts, { minimumPart: BigInt(parts.minimumPart) });
  const third = await market.match("M3", buyIn, { guarantee: minor(buyIn.guarantee, "HKD") });

  await stage.clock.moveTo(settlementDay, 10);
  await market.settles("M1", first, minor(whole.amount, "HKD"), BigInt(whole.units));
  await market.sellOut(BigInt(parts.available));
  await market.fails("M2", second);
  await market.settlesPart(second);
  await market.fails("M3", third);

  await stage.clock.moveTo(parts.arrives, 10);
  await market.restock(BigInt(parts.units - parts.available));
  const net = minor(parts.rest, "HKD") - minor(parts.fee, "HKD");
  await market.settles("M2", second, net, BigInt(parts.units - parts.available));
  const { paid } = await market.matching.tradeOf(second.id);
  stage.checks.equal("M2: parts sum to the amount", minor(parts.amount, "HKD"), paid);

  await stage.clock.moveTo(buyIn.on, 10);
  await market.fails("M3", third, "again");
  await market.buysIn(third);
  await market.paysClaim(third);
}

class Market {
  private constructor(
    readonly stage: Stage,
    readonly matching: TradeMatching,
    readonly rules: TradeRules,
  ) {}

  /** The matching stands, its governor has set tolerances, and the dealers let it speak for them. */
  static async open(stage: Stage): Promise<Market> {
    const { suite, input, journal, money, dealers } = stage;
    const { hongkong, engine, assets: register, deployer } = suite;
    const { authority, offices } = hongkong;
    const { recycleDays, extensionDays, feeRate, feeCap } = input.market.rules;
    const rules = {
      ...{ recycleDays: BigInt(recycleDays), extensionDays: BigInt(extensionDays) },
      ...{ feeRate: partsOf(feeRate), feeCap: partsOf(feeCap) },
    };
    const matching = await openMatching({ authority, admin: offices.admin, deployer, register, engine, rules });
    const { boundary, small, large } = input.market.tolerance;
    const tolerance = {
      ...{ boundary: minor(boundary, "HKD"), small: minor(small, "HKD"), large: minor(large, "HKD") },
    };
    const agent = dealerOf(stage, input.market.agent).signer;
    await journal.noteAll({ event: "The matching opens: tolerance, a buy-in agent, and everybody's authority" }, [
      () => matching.connect(offices.governor).setTolerance(money, tolerance),
      () => matching.connect(offices.governor).setBuyInAgent(agent, true),
      ...dealers.map(
        ({ signer }) =>
          () =>
            engine.connect(signer).authorizeAgent(matching, true),
      ),
    ]);
    return new Market(stage, matching, rules);
  }

  get #seller() {
    return dealerOf(this.stage, this.stage.input.market.seller);
  }

  get #buyer() {
    return dealerOf(this.stage, this.stage.input.market.buyer);
  }

  /** Both sides sign on their own; anyone carries, and names the pair. */
  async match(
    name: string,
    { units, amount }: { readonly units: number; readonly amount: string },
    more: { readonly buyerSays?: bigint; readonly minimumPart?: bigint; readonly guarantee?: bigint },
  ): Promise<Pair> {
    const { stage, matching } = this;
    const { clock, money, bond, journal, checks, suite, input } = stage;
    const [today, day] = [clock.at(input.day), clock.at(input.market.settlementDay)].map((time) =>
      BigInt(dayNumber(time)),
    );
    const [currency, isin, domain] = [await money.getAddress(), await bond.isin(), await domainOf(matching)];
    const { buyerSays, ...agreed } = more;
    const sides = bothSides(
      {
        ...{ isin, tradeDay: today ?? 0n, settlementDay: day ?? 0n, quantity: BigInt(units), ...agreed },
        ...{ deliverer: this.#seller.signer.address, receiver: this.#buyer.signer.address },
        money: { currency, amount: minor(amount, "HKD") },
      },
      refOf(name),
    );
    const { delivery } = sides;
    const receipt = buyerSays === undefined ? sides.receipt : { ...sides.receipt, amount: buyerSays };
    const signatures = [
      await signTrade(this.#seller.signer, domain, delivery),
      await signTrade(this.#buyer.signer, domain, receipt),
    ] as const;
    const carried = matching.connect(suite.deployer);
    const hold = tradeGuaranteeHold(domain, this.rules, delivery);
    await journal.noteAll(
      {
        event: `${name}: two instructions match`,
        legs: [`${units} units ${this.#seller.name} → ${this.#buyer.name}`, formatMoney(delivery.amount, "HKD")],
      },
      [
        () => carried.enter(delivery, signatures[0]),
        () => carried.enter(receipt, signatures[1]),
        ...(delivery.guarantee === 0n ? [] : [() => money.connect(this.#seller.signer).placeHold(hold)]),
        () => carried.matchTrade(delivery, receipt),
      ],
    );
    const id = tradeId(domain, delivery, receipt);
    checks.equal(`${name}: matched`, TRADE_STATUS.matched, (await matching.tradeOf(id)).status);
    return { delivery, receipt, id };
  }

  /** All that is left settles; the seller gets `net` for it. */
  async settles(name: string, pair: Pair, net: bigint, units: bigint): Promise<void> {
    const moved = await this.#moved(`${name} settles`, () =>
      this.matching.connect(this.stage.suite.deployer).settle(pair.delivery, pair.receipt),
    );
    this.#check(`${name}: delivered and paid`, moved, { seller: [-units, net], buyer: [units, -net] });
    const { status } = await this.matching.tradeOf(pair.id);
    this.stage.checks.equal(`${name}: settled`, TRADE_STATUS.settled, status);
  }

  /** A part settles, for its share of the amount. */
  async settlesPart(pair: Pair): Promise<void> {
    const { available, first } = this.stage.input.market.parts;
    const [units, money] = [BigInt(available), minor(first, "HKD")];
    const moved = await this.#moved("M2: a part settles", () =>
      this.matching.connect(this.stage.suite.deployer).settlePart(pair.delivery, pair.receipt, units),
    );
    this.#check("M2: a part", moved, { seller: [-units, money], buyer: [units, -money] });
  }

  /** Nothing moves; the reason and whose fault it was are recorded, in the words of ISO 20022 too. */
  async fails(name: string, pair: Pair, when = "on its day"): Promise<void> {
    const { stage, matching } = this;
    const moved = await this.#moved(`${name} fails ${when}`, () =>
      matching.connect(stage.suite.deployer).settle(pair.delivery, pair.receipt),
    );
    this.#check(`${name}: nothing moves ${when}`, moved, { seller: [0n, 0n], buyer: [0n, 0n] });
    const state = await matching.tradeOf(pair.id);
    const reason = errorNames(stage.bond, stage.money, stage.suite.engine, matching).get(state.reason);
    const told = tradeStatusOf(state, "receiver");
    const expected: Why = { fault: FAULT.deliverer, reason: "ERC20InsufficientBalance", iso: "CLAC" };
    const iso = "reason" in told ? (told.reason ?? "") : "";
    stage.checks.equal(`${name}: why it fails ${when}`, expected, { fault: state.fault, reason: reason ?? "", iso });
  }

  /** The agent delivers; the guarantee pays what it reaches, the rest is a claim. */
  async buysIn(pair: Pair): Promise<void> {
    const { stage, matching } = this;
    const { agent, buyIn } = stage.input.market;
    const signer = dealerOf(stage, agent).signer;
    const [price, guarantee] = [minor(buyIn.price, "HKD"), minor(buyIn.guarantee, "HKD")];
    const offer = {
      ...{ trade: pair.id, agent: signer.address, quantity: pair.delivery.quantity, price },
      ...{ notAfter: await stage.clock.deadline(), businessRef: refOf("offer") },
    };
    const signature = await signBuyIn(signer, await domainOf(matching), offer);
    const moved = await this.#moved(`M3 is bought in from ${agent}`, () =>
      matching.connect(this.#buyer.signer).buyIn(pair.delivery, pair.receipt, offer, signature),
    );
    this.#check("M3: bought in", moved, {
      seller: [0n, -guarantee],
      buyer: [pair.delivery.quantity, guarantee - price],
    });
    const { owedByDeliverer, amount } = await matching.claimOf(pair.id);
    const [bought] = await matching.queryFilter(matching.filters.TradeBoughtIn(pair.id));
    const { checks } = stage;
    checks.equal("M3: owed", minor(buyIn.owed, "HKD"), bought?.args.owed ?? 0n);
    checks.equal("M3: claim", { by: true, amount: minor(buyIn.claim, "HKD") }, { by: owedByDeliverer, amount });
  }

  async paysClaim(pair: Pair): Promise<void> {
    const claim = minor(this.stage.input.market.buyIn.claim, "HKD");
    const moved = await this.#moved("M3: the seller pays the claim", () =>
      this.matching.connect(this.#seller.signer).payClaim(pair.delivery, pair.receipt),
    );
    this.#check("M3: claim paid", moved, { seller: [0n, -claim], buyer: [0n, claim] });
    this.stage.checks.equal("M3: nothing is held any more", 0n, await this.stage.money.heldOf(this.#seller.signer));
  }

  /** The seller has given its units away, all but `left`. */
  async sellOut(left: bigint): Promise<void> {
    const { bond, suite } = this.stage;
    const { signer, name } = this.#seller;
    const has = await bond.balanceOf(signer);
    const issuer = suite.customers[0];
    if (issuer === undefined) throw new RangeError("the suite leaves too few accounts");
    await this.stage.journal.note(
      { event: `${name} has ${left} units left` },
      bond.connect(signer).transfer(issuer, has - left),
    );
  }

  /** The seller gets what it had failed to get. */
  async restock(count: bigint): Promise<void> {
    const { bond, suite, journal } = this.stage;
    const issuer = suite.customers[0];
    if (issuer === undefined) throw new RangeError("the suite leaves too few accounts");
    const { signer, name } = this.#seller;
    await journal.note({ event: `${name} gets ${count} units` }, bond.connect(issuer).transfer(signer, count));
  }

  /** Sends, and says what seller and buyer have more or less: units and money. */
  async #moved(event: string, send: () => ReturnType<TradeMatching["settle"]>) {
    const { stage } = this;
    const before = await holdingsOf(stage);
    await stage.journal.noteAll({ event }, [send]);
    const { units, money } = changeOf(before, await holdingsOf(stage));
    const of = (name: string) => {
      const place = stage.dealers.findIndex((each) => each.name === name);
      return [units[place] ?? 0n, money[place] ?? 0n];
    };
    return { seller: of(this.#seller.name), buyer: of(this.#buyer.name) };
  }

  #check(name: string, moved: Moved, expected: Moved): void {
    this.stage.checks.equal(name, { ...expected }, { ...moved });
  }
}

/** Whose fault a failure was, and why. */
interface Why {
  readonly fault: bigint;
  readonly reason: string;
  readonly iso: string;
}

interface Moved {
  readonly seller: readonly bigint[];
  readonly buyer: readonly bigint[];
}

/** A share of the whole in the contract's parts. */
function partsOf(share: string): bigint {
  const [whole = "0", digits = ""] = share.split(".");
  return BigInt(whole + digits.padEnd(SHARE_DIGITS, "0"));
}
