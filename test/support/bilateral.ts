import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, ZeroAddress, type ContractTransactionResponse, type TypedDataDomain } from "ethers";
import { openCorridors } from "../../sdk/deploy/corridor.js";
import {
  USE_CASE,
  corridorPayment,
  corridorQuoteId,
  corridorQuoteTypedData,
  verdictTypedData,
  type ComplianceVerdict,
  type CorridorOrder,
  type CorridorPlace,
  type CorridorQuote,
  type CorridorWish,
  type UseCaseName,
} from "../../sdk/eip712/corridor.js";
import { exchangeHolds, exchangeId, type ExchangeTerms } from "../../sdk/eip712/exchange.js";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { carryHeaderOf, proveEvent } from "../../sdk/interop/events.js";
import type { LogProof } from "../../sdk/interop/proofs.js";
import { minor } from "../../sdk/money.js";
import { parseRate } from "../../sdk/rates.js";
import type { BilateralCorridor, SettlementEngine } from "../../types/ethers-contracts/index.js";
import { CHAIN_ID } from "../interop/fixture.js";
import { ref, type Chain, type ChainName } from "./chain.js";
import { fund, type Jurisdiction } from "./currency.js";
import { COMPILED, deployExchangePair, votesOf, type ExchangeSide } from "./exchange.js";

/** Seconds from one net settlement to the next. */
export const WINDOW = 86_400n;
/** Minor units of the payer's currency for one of the payee's. */
export const RATE = { mainland: parseRate("0.915"), hongkong: parseRate("1.0925") } as const;
/** What either side lets through of every use case at first. */
export const LIMITS = { payment: minor("1000.00"), day: minor("1600.00"), window: minor("2500.00") } as const;
/** Seconds that a quote is good for. */
export const QUOTED_FOR = 600n;

/** One side of the corridor. */
export interface CorridorSide extends Omit<ExchangeSide, "exchange"> {
  readonly corridor: BilateralCorridor;
  readonly domain: TypedDataDomain;
  readonly place: CorridorPlace;
  /** Collects here from payers and pays payees: icbc on the mainland, hsbc in Hong Kong. */
  readonly agent: HardhatEthersSigner;
  /** The other side's agent, here. */
  readonly foreignAgent: HardhatEthersSigner;
  /** Signs this side's verdicts. */
  readonly officer: HardhatEthersSigner;
}

/** Both sides; the agents settle in e-CNY on the mainland's ledger. */
export interface CorridorPair extends Readonly<Record<ChainName, CorridorSide>> {
  readonly engine: SettlementEngine;
}

const OTHER = { mainland: "hongkong", hongkong: "mainland" } as const;

/** Both corridors with limits for every use case; payers and agents have money on both ledgers. */
export async function deployCorridors(chains: Readonly<Record<ChainName, Chain>>): Promise<CorridorPair> {
  const joined = await deployExchangePair(chains);
  const engine = await chains.mainland.ethers.deployContract("SettlementEngine", joined.mainland.deployer);
  const parties = {
    mainland: { agent: joined.mainland.icbc, foreignAgent: joined.mainland.hsbc, officer: joined.mainland.boc },
    hongkong: { agent: joined.hongkong.hsbc, foreignAgent: joined.hongkong.icbc, officer: joined.hongkong.bochk },
  } as const;
  const toOpen = (name: ChainName) => {
    const here = joined[name];
    return {
      ...parties[name],
      deployer: here.deployer,
      own: bankOf(here.at),
      other: bankOf(here.at === here.mainland ? here.hongkong : here.mainland),
      foreignLedger: here.foreignLedger,
      currency: here.money,
      foreignCurrency: joined[OTHER[name]].money,
      engine: name === "mainland" ? engine : ZeroAddress,
      windowLength: WINDOW,
      initCode: COMPILED,
    };
  };
  const corridors = await openCorridors(toOpen("mainland"), toOpen("hongkong"));
  const sideOf = async (name: ChainName, corridor: BilateralCorridor): Promise<CorridorSide> => {
    const here = joined[name];
    const place = {
      chainId: CHAIN_ID[name],
      corridor: await corridor.getAddress(),
      currency: await here.money.getAddress(),
      agent: parties[name].agent.address,
    };
    for (const useCase of Object.values(USE_CASE)) {
      await corridor.connect(here.at.officers.governor).setLimits(useCase, LIMITS);
    }
    for (const each of [here.ann, here.icbc, here.hsbc]) await fund(here.at, each, minor("20000.00"));
    return { ...here, ...parties[name], corridor, place, domain: await domainOf(corridor) };
  };
  const mainland = await sideOf("mainland", corridors[0]);
  const hongkong = await sideOf("hongkong", corridors[1]);
  for (const agent of [mainland.agent, mainland.foreignAgent]) {
    await mainland.money.connect(agent).approve(engine, MaxUint256);
    await engine.connect(agent).authorizeAgent(corridors[0], true);
  }
  return { mainland, hongkong, engine };
}

/** What a test wants to be otherwise. */
export interface PaymentWish {
  /** Where the payer is. */
  readonly from?: ChainName;
  readonly quote?: Partial<CorridorQuote>;
  /** What the payee gets. */
  readonly amount?: bigint;
  readonly useCase?: UseCaseName;
  readonly deadline?: bigint;
  readonly payee?: string;
}

let nonces = 0n;

/** What the tests do again and again with one payment: ann pays the shop on the other ledger. */
export class PaymentUnderTest {
  readonly id: string;
  readonly holds: { readonly decider: Hold; readonly follower: Hold };

  private constructor(
    readonly pair: CorridorPair,
    readonly payerSide: CorridorSide,
    readonly payeeSide: CorridorSide,
    readonly quote: CorridorQuote,
    readonly order: CorridorOrder,
    readonly terms: ExchangeTerms,
  ) {
    this.id = exchangeId(terms);
    this.holds = exchangeHolds(terms);
  }

  static async open(pair: CorridorPair, wish: PaymentWish = {}): Promise<PaymentUnderTest> {
    const from = wish.from ?? "mainland";
    const [payerSide, payeeSide] = [pair[from], pair[OTHER[from]]];
    const now = BigInt(await payerSide.chain.networkHelpers.time.latest());
    const quote = {
      payer: payerSide.ann.address,
      base: payeeSide.place.currency,
      counter: payerSide.place.currency,
      rate: RATE[from],
      minimum: minor("1.00"),
      maximum: minor("5000.00"),
      notAfter: now + QUOTED_FOR,
      nonce: nonces++,
      ...wish.quote,
    };
    const whole: CorridorWish = {
      ...{ from: payerSide.place, to: payeeSide.place, quote },
      quoteId: corridorQuoteId(payerSide.domain, quote),
      payee: wish.payee ?? payeeSide.shop.address,
      amount: wish.amount ?? minor("760.50"),
      useCase: wish.useCase ?? "consumption",
      purpose: "GDDS",
      travelRule: ref("travel rule data"),
      deadline: wish.deadline ?? now + QUOTED_FOR,
    };
    const { order, terms } = corridorPayment(whole);
    return new PaymentUnderTest(pair, payerSide, payeeSide, quote, order, terms);
  }

  /** The same payment with other terms. */
  with(terms: Partial<ExchangeTerms>, order: CorridorOrder = this.order): PaymentUnderTest {
    const { pair, payerSide, payeeSide, quote } = this;
    return new PaymentUnderTest(pair, payerSide, payeeSide, quote, order, { ...this.terms, ...terms });
  }

  place(): Promise<ContractTransactionResponse> {
    const { money, ann } = this.payerSide;
    return money.connect(ann).placeHold(this.holds.decider);
  }

  async accept(signer = this.payerSide.agent): Promise<ContractTransactionResponse> {
    const { corridor, carrier, domain } = this.payerSide;
    const signature = await sign(signer, corridorQuoteTypedData(domain, this.quote));
    return corridor.connect(carrier).accept(this.terms, this.order, this.quote, signature);
  }

  /** A side's verdict, recorded by somebody. */
  async judge(
    side: CorridorSide,
    changed: Partial<ComplianceVerdict> = {},
    by: { readonly officer?: HardhatEthersSigner; readonly signer?: HardhatEthersSigner } = {},
  ): Promise<ContractTransactionResponse> {
    const now = BigInt(await side.chain.networkHelpers.time.latest());
    const verdict = {
      ...{ id: this.id, approved: true, sanctionsList: ref("list 42"), notAfter: now + QUOTED_FOR },
      ...changed,
    };
    const officer = by.officer ?? side.officer;
    const signature = await sign(by.signer ?? officer, verdictTypedData(side.domain, verdict));
    return side.corridor.connect(side.carrier).recordVerdict(this.terms, this.order, verdict, officer, signature);
  }

  /** Held, accepted and approved on the payer's side. */
  async accepted(): Promise<void> {
    await this.place();
    await this.accept();
    await this.judge(this.payerSide);
  }

  reserve(): Promise<ContractTransactionResponse> {
    const { money, agent } = this.payeeSide;
    return money.connect(agent).placeHold(this.holds.follower);
  }

  arm(): Promise<ContractTransactionResponse> {
    const { corridor, carrier } = this.payeeSide;
    return corridor.connect(carrier).arm(this.terms);
  }

  /** Held and approved on the payee's side; the proof of it is on the payer's. */
  async reserved(): Promise<LogProof> {
    await this.judge(this.payeeSide);
    await this.reserve();
    await this.arm();
    return this.prove(this.payeeSide, this.payerSide, "Armed");
  }

  decide(proof: LogProof): Promise<ContractTransactionResponse> {
    const { corridor, carrier } = this.payerSide;
    return corridor.connect(carrier).decide(this.terms, proof);
  }

  follow(proof: LogProof): Promise<ContractTransactionResponse> {
    const { corridor, carrier } = this.payeeSide;
    return corridor.connect(carrier).follow(this.terms, proof);
  }

  /** Brings what was decided to the payee's ledger. */
  async followed(): Promise<ContractTransactionResponse> {
    return this.follow(await this.prove(this.payerSide, this.payeeSide, "Decided"));
  }

  /** From beginning to end. */
  async paid(): Promise<void> {
    await this.accepted();
    await this.decide(await this.reserved());
    await this.followed();
  }

  /** Past the deadline, called off by somebody; both sides are given back. */
  async timedOut(): Promise<void> {
    const { corridor, carrier, chain } = this.payerSide;
    await chain.networkHelpers.time.increaseTo(this.terms.deadline);
    await corridor.connect(carrier).callOff(this.terms);
  }

  prove(from: CorridorSide, to: CorridorSide, event: "Armed" | "Decided"): Promise<LogProof> {
    return proveCorridorEvent(from, to, event, this.id);
  }
}

/** The proof of a corridor's event, its header carried to the other side. */
export async function proveCorridorEvent(
  from: CorridorSide,
  to: CorridorSide,
  event: string,
  id: string,
): Promise<LogProof> {
  const found = await proveEvent({ endpoint: from.endpoint, contract: from.corridor }, event, id);
  await carryHeaderOf(to.foreignLedger, to.carrier, found, votesOf);
  return found.proof;
}

/** What the payer, the payee and the agents have. */
export async function corridorPurses({ mainland, hongkong }: CorridorPair) {
  const of = async ({ money, ann, shop, agent, foreignAgent }: CorridorSide) => ({
    payer: await money.balanceOf(ann),
    payee: await money.balanceOf(shop),
    agent: await money.balanceOf(agent),
    foreignAgent: await money.balanceOf(foreignAgent),
  });
  return { mainland: await of(mainland), hongkong: await of(hongkong) };
}

function bankOf({ authority, officers }: Jurisdiction) {
  return { authority, admin: officers.admin };
}
