import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, type TypedDataDomain } from "ethers";
import { isinBytes } from "../../sdk/bonds.js";
import { dayNumber, startOfDayNumber } from "../../sdk/calendar.js";
import { openMatching } from "../../sdk/deploy/trades.js";
import {
  bothSides,
  buyInOfferId,
  tradeGuaranteeHold,
  tradeId,
  tradeInstructionId,
  type BuyInOffer,
  type TradeInstruction,
  type TradeRules,
  type TradeTerms,
} from "../../sdk/eip712/trades.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { errorNames, signBuyIn } from "../../sdk/markets/trades.js";
import { minor } from "../../sdk/money.js";
import type { IDigitalCurrency, SettlementEngine, TradeMatching } from "../../types/ethers-contracts/index.js";
import { deployNote, place, type Issue } from "./assets.js";
import { ref, type Chain } from "./chain.js";
import { fund } from "./currency.js";

/** Tried for ten days, bought in after four; one basis point a day, five at most. */
export const RULES: TradeRules = { recycleDays: 10n, extensionDays: 4n, feeRate: 10_000n, feeCap: 50_000n };
/** What both dealers and the agent have at first. */
export const OPENING = { units: 1_000n, money: minor("2000000.00", "HKD") } as const;
/** 100 units for 100,000.07: no part of it is a whole number of cents. */
export const DEAL = { quantity: 100n, amount: minor("100000.07", "HKD"), guarantee: minor("5000.00", "HKD") } as const;

const COMPILED = (await artifacts.readArtifact("TradeMatching")).bytecode;

/** The note on the secondary market: seller and buyer, who both let the matching speak for them, and an agent. */
export interface Market extends Issue {
  readonly chain: Chain;
  readonly engine: SettlementEngine;
  readonly matching: TradeMatching;
  readonly domain: TypedDataDomain;
  readonly money: IDigitalCurrency;
  readonly seller: HardhatEthersSigner;
  readonly buyer: HardhatEthersSigner;
  /** Admitted to buy-ins. */
  readonly agent: HardhatEthersSigner;
  readonly governor: HardhatEthersSigner;
  readonly isin: string;
  /** UTC+8 day when all stood. */
  readonly today: bigint;
}

/** Call it inside a fixture: `async function deploy() { return deployMarket(chain); }`. */
export async function deployMarket(chain: Chain): Promise<Market> {
  const { ethers, networkHelpers } = chain;
  const issue = await deployNote(chain);
  const { hongkong, register, bond, deployer, bochk: seller, icbc: buyer, boc: agent } = issue;
  const engine = await ethers.deployContract("SettlementEngine");
  const bank = { authority: hongkong.authority, admin: hongkong.officers.admin };
  const matching = await openMatching({ ...bank, deployer, register, engine, rules: RULES, initCode: COMPILED });
  const governor = hongkong.officers.governor;
  await matching.connect(governor).setBuyInAgent(agent, true);
  await place(
    issue,
    [seller, buyer, agent].map((party) => [party, OPENING.units] as const),
  );
  for (const party of [seller, buyer, agent]) {
    await fund(hongkong, party, OPENING.money);
    for (const token of [bond, hongkong.currency]) await token.connect(party).approve(engine, MaxUint256);
    await engine.connect(party).authorizeAgent(matching, true);
  }
  return {
    ...issue,
    ...{ chain, engine, matching, seller, buyer, agent, governor, money: hongkong.currency },
    domain: await domainOf(matching),
    isin: isinBytes("HK0000069689"),
    today: BigInt(dayNumber(await networkHelpers.time.latest())),
  };
}

/** A trade of the seller's to the buyer's, from the two instructions to its end. */
export class TradeUnderTest {
  readonly delivery: TradeInstruction;
  readonly receipt: TradeInstruction;
  readonly id: string;
  readonly ids: { readonly delivery: string; readonly receipt: string };

  /** Both sides as agreed, but for what one of them says otherwise. */
  constructor(
    readonly f: Market,
    { free = false, ...terms }: Partial<TradeTerms> & { readonly free?: boolean } = {},
    otherwise: {
      readonly delivery?: Partial<TradeInstruction>;
      readonly receipt?: Partial<TradeInstruction>;
    } = {},
    businessRef = "first trade",
  ) {
    const agreed: TradeTerms = {
      ...{ isin: f.isin, tradeDay: f.today, settlementDay: f.today + 2n, quantity: DEAL.quantity },
      ...{ deliverer: f.seller.address, receiver: f.buyer.address },
      ...(free ? {} : { money: { currency: f.terms.currency, amount: DEAL.amount } }),
      ...terms,
    };
    const sides = bothSides(agreed, ref(businessRef));
    this.delivery = { ...sides.delivery, ...otherwise.delivery };
    this.receipt = { ...sides.receipt, ...otherwise.receipt };
    this.ids = {
      delivery: tradeInstructionId(f.domain, this.delivery),
      receipt: tradeInstructionId(f.domain, this.receipt),
    };
    this.id = tradeId(f.domain, this.delivery, this.receipt);
  }

  /** Both instructions entered, each by its side, and the guarantee held. */
  async enter(): Promise<this> {
    const { matching, seller, buyer } = this.f;
    await matching.connect(seller).enter(this.delivery, "0x");
    await matching.connect(buyer).enter(this.receipt, "0x");
    if (this.delivery.guarantee > 0n) await this.guarantee();
    return this;
  }

  async matched(): Promise<this> {
    await this.enter();
    await this.match();
    return this;
  }

  /** Matched, on its settlement day. */
  async due(): Promise<this> {
    await this.matched();
    await this.onDay(this.delivery.settlementDay);
    return this;
  }

  guarantee() {
    return this.f.money.connect(this.f.seller).placeHold(this.hold);
  }

  get hold() {
    return tradeGuaranteeHold(this.f.domain, RULES, this.delivery);
  }

  match() {
    return this.f.matching.connect(this.f.carrier).matchTrade(this.delivery, this.receipt);
  }

  settle() {
    return this.f.matching.connect(this.f.carrier).settle(this.delivery, this.receipt);
  }

  settlePart(quantity: bigint) {
    return this.f.matching.connect(this.f.carrier).settlePart(this.delivery, this.receipt, quantity);
  }

  lapse() {
    return this.f.matching.connect(this.f.carrier).lapse(this.delivery, this.receipt);
  }

  agreeCancel(by: HardhatEthersSigner, agreed = true) {
    return this.f.matching.connect(by).agreeCancel(this.delivery, this.receipt, agreed);
  }

  hold_(by: HardhatEthersSigner, onHold = true) {
    return this.f.matching.connect(by).setTradeHold(this.delivery, this.receipt, onHold);
  }

  payClaim(by: HardhatEthersSigner) {
    return this.f.matching.connect(by).payClaim(this.delivery, this.receipt);
  }

  state() {
    return this.f.matching.tradeOf(this.id);
  }

  /** Moves the clock to the begin of a UTC+8 day. */
  async onDay(day: bigint): Promise<void> {
    const { time } = this.f.chain.networkHelpers;
    const begin = startOfDayNumber(Number(day));
    if ((await time.latest()) < begin) await time.increaseTo(begin);
  }

  /** The agent's offer for what is left, with its signature. */
  async offer(price: bigint, changed: Partial<BuyInOffer> = {}, signer = this.f.agent) {
    const { settled } = await this.state();
    const offer: BuyInOffer = {
      ...{ trade: this.id, agent: this.f.agent.address, quantity: this.delivery.quantity - settled, price },
      notAfter: BigInt(await this.f.chain.networkHelpers.time.latest()) + 3_600n,
      businessRef: ref("buy-in"),
      ...changed,
    };
    return { offer, signature: await signBuyIn(signer, this.f.domain, offer), id: buyInOfferId(this.f.domain, offer) };
  }

  async buyIn(price: bigint, by = this.f.buyer) {
    const { offer, signature } = await this.offer(price);
    return this.f.matching.connect(by).buyIn(this.delivery, this.receipt, offer, signature);
  }
}

/** The seller has given its units away, all but `left`. */
export async function sellOut({ bond, seller, issuer }: Market, left = 0n): Promise<void> {
  await bond.connect(seller).transfer(issuer, (await bond.spendableOf(seller)) - left);
}

/** The seller has units again. */
export async function restock({ bond, seller, issuer }: Market, count: bigint): Promise<void> {
  await bond.connect(issuer).transfer(seller, count);
}

/** The buyer has spent its money, all but `left`. */
export async function spendAll({ money, buyer, hsbc }: Market, left = 0n): Promise<void> {
  await money.connect(buyer).transfer(hsbc, (await money.spendableOf(buyer)) - left);
}

/** A trade on its settlement day, guaranteed, of which both sides accept parts of ten units. */
export async function deployDue(chain: Chain): Promise<{ readonly f: Market; readonly trade: TradeUnderTest }> {
  const f = await deployMarket(chain);
  return { f, trade: await new TradeUnderTest(f, { guarantee: DEAL.guarantee, minimumPart: 10n }).due() };
}

/** What is recorded of the last failure, with the name of the error that it was. */
export async function failureOf(trade: TradeUnderTest) {
  const { matching, engine, bond, money } = trade.f;
  const { status, fault, failedDay, delivererDays, receiverDays, reason } = await trade.state();
  const name = errorNames(matching, engine, bond, money).get(reason);
  return { status, fault, failedDay, delivererDays, receiverDays, reason: name };
}
