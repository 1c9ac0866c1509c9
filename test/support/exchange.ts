import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionResponse } from "ethers";
import { joinLedgers, type LedgerToJoin, type OtherCode } from "../../sdk/deploy/between.js";
import { exchangeHolds, exchangeId, type ExchangeLeg, type ExchangeTerms } from "../../sdk/eip712/exchange.js";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { carryHeaderOf } from "../../sdk/interop/events.js";
import { proveExchangeEvent } from "../../sdk/interop/exchange.js";
import type { LogProof } from "../../sdk/interop/proofs.js";
import type { Votes } from "../../sdk/interop/relayer.js";
import type { Endpoint } from "../../sdk/interop/rpc.js";
import { signHeader } from "../../sdk/interop/validators.js";
import { minor } from "../../sdk/money.js";
import type { IDigitalCurrency, ForeignLedger, LedgerExchange } from "../../types/ethers-contracts/index.js";
import { CHAIN_ID, QUORUM, addressesOf, endpointOf, validatorsNamed } from "../interop/fixture.js";
import { ref, type Chain, type ChainName } from "./chain.js";
import { CLASS, deployMoney, fund, type Jurisdiction, type Money } from "./currency.js";

/** Given on either ledger. */
export const AMOUNT = { mainland: minor("700.00"), hongkong: minor("760.50") } as const;
/** Seconds from the opening to the deadline. */
export const HOURS = 3n * 3600n;

/** One ledger with its money and its half of the exchanges. */
export interface ExchangeSide extends Money {
  readonly chain: Chain;
  readonly at: Jurisdiction;
  readonly money: IDigitalCurrency;
  readonly endpoint: Endpoint;
  readonly foreignLedger: ForeignLedger;
  readonly exchange: LedgerExchange;
  /** Carries proofs; has no right. */
  readonly carrier: HardhatEthersSigner;
}

type Half = Omit<ExchangeSide, "exchange" | "foreignLedger">;

/** Two ledgers that know each other by four validators each, three of whom sign. */
export interface ExchangePair {
  readonly mainland: ExchangeSide;
  readonly hongkong: ExchangeSide;
  readonly votes: Votes;
}

/** What this run compiled, and under coverage instrumented: the SDK deploys the code that it was packed with. */
export const COMPILED: OtherCode = {
  ForeignLedger: (await artifacts.readArtifact("ForeignLedger")).bytecode,
  LedgerExchange: (await artifacts.readArtifact("LedgerExchange")).bytecode,
  BilateralCorridor: (await artifacts.readArtifact("BilateralCorridor")).bytecode,
};

const VALIDATORS = { mainland: validatorsNamed("mainland"), hongkong: validatorsNamed("hongkong") } as const;

/** Both ledgers with money: the mainland's company gives e-CNY for the Hong Kong treasury's e-HKD. */
export async function deployExchangePair(chains: Readonly<Record<ChainName, Chain>>): Promise<ExchangePair> {
  const mainland = await deployHalf(chains.mainland, "mainland");
  const hongkong = await deployHalf(chains.hongkong, "hongkong");
  // the two stand at different addresses, so that one cannot pass for the other
  await hongkong.deployer.sendTransaction({ to: hongkong.deployer });
  const [here, there] = await joinLedgers(toJoin(mainland, "mainland"), toJoin(hongkong, "hongkong"));
  const pair = { mainland: { ...mainland, ...here }, hongkong: { ...hongkong, ...there } };
  await fund(pair.mainland.at, pair.mainland.company, 10n * AMOUNT.mainland);
  await fund(pair.hongkong.at, pair.hongkong.treasury, 10n * AMOUNT.hongkong);
  return { ...pair, votes: votesOf };
}

/** The signatures of a quorum of the validators of the ledger whose header it is. */
export const votesOf: Votes = (domain, vote) => {
  const known = vote.chainId === CHAIN_ID.mainland ? VALIDATORS.mainland : VALIDATORS.hongkong;
  return signHeader(domain, known.slice(0, Number(QUORUM)), vote);
};

/** Terms of payment versus payment: the mainland decides unless told otherwise. */
export async function exchangeTerms(pair: ExchangePair, changed: Partial<ExchangeTerms> = {}): Promise<ExchangeTerms> {
  const { mainland, hongkong } = pair;
  return {
    decider: await legOf(mainland, "mainland", mainland.company, mainland.treasury),
    follower: await legOf(hongkong, "hongkong", hongkong.treasury, hongkong.company),
    deadline: BigInt(await mainland.chain.networkHelpers.time.latest()) + HOURS,
    salt: ref("first exchange"),
    ...changed,
  };
}

/** What the tests do again and again with one exchange. */
export class ExchangeUnderTest {
  readonly id: string;
  readonly holds: { readonly decider: Hold; readonly follower: Hold };

  constructor(
    readonly pair: ExchangePair,
    readonly terms: ExchangeTerms,
  ) {
    this.id = exchangeId(terms);
    this.holds = exchangeHolds(terms);
  }

  static async open(pair: ExchangePair, changed: Partial<ExchangeTerms> = {}): Promise<ExchangeUnderTest> {
    return new ExchangeUnderTest(pair, await exchangeTerms(pair, changed));
  }

  placeFollower(): Promise<ContractTransactionResponse> {
    const { money, treasury } = this.pair.hongkong;
    return money.connect(treasury).placeHold(this.holds.follower);
  }

  placeDecider(): Promise<ContractTransactionResponse> {
    const { money, company } = this.pair.mainland;
    return money.connect(company).placeHold(this.holds.decider);
  }

  arm(): Promise<ContractTransactionResponse> {
    const { exchange, carrier } = this.pair.hongkong;
    return exchange.connect(carrier).arm(this.terms);
  }

  /** Both holds in place and the follower's armed; its proof is on the mainland. */
  async ready(): Promise<LogProof> {
    await this.placeFollower();
    await this.arm();
    await this.placeDecider();
    return this.proveArmed();
  }

  /** Captured on the mainland; the proof of it is in Hong Kong. */
  async captured(): Promise<LogProof> {
    await this.decide(await this.ready());
    return this.proveDecided();
  }

  /** Called off on the mainland once the deadline has passed; the proof of it is in Hong Kong. */
  async calledOff(): Promise<LogProof> {
    await this.ready();
    await this.passDeadline();
    const { exchange, carrier } = this.pair.mainland;
    await exchange.connect(carrier).callOff(this.terms);
    return this.proveDecided();
  }

  decide(proof: LogProof): Promise<ContractTransactionResponse> {
    const { exchange, carrier } = this.pair.mainland;
    return exchange.connect(carrier).decide(this.terms, proof);
  }

  follow(proof: LogProof): Promise<ContractTransactionResponse> {
    const { exchange, carrier } = this.pair.hongkong;
    return exchange.connect(carrier).follow(this.terms, proof);
  }

  /** Carries the header of the block in which the follower's hold was armed to the mainland. */
  proveArmed(): Promise<LogProof> {
    return prove(this.pair.hongkong, this.pair.mainland, "Armed", this);
  }

  /** Carries the header of the block of the decision to Hong Kong. */
  proveDecided(): Promise<LogProof> {
    return prove(this.pair.mainland, this.pair.hongkong, "Decided", this);
  }

  async passDeadline(): Promise<void> {
    const { time } = this.pair.mainland.chain.networkHelpers;
    if (BigInt(await time.latest()) < this.terms.deadline) await time.increaseTo(this.terms.deadline);
  }
}

/** Balances of the two parties on both ledgers. */
export async function purses({ mainland, hongkong }: ExchangePair) {
  return {
    cny: {
      company: await mainland.money.balanceOf(mainland.company),
      treasury: await mainland.money.balanceOf(mainland.treasury),
    },
    hkd: {
      company: await hongkong.money.balanceOf(hongkong.company),
      treasury: await hongkong.money.balanceOf(hongkong.treasury),
    },
  };
}

/** Makes the class of a taker full, or gives it room again. */
export async function setRoom(side: ExchangeSide, taker: "corporate" | "government", room: boolean): Promise<void> {
  const limits = side.at.limits[taker];
  const balance = room ? limits.balance : 0n;
  await side.money.connect(side.at.officers.governor).setClassLimits(CLASS[taker], { ...limits, balance });
}

async function prove(from: ExchangeSide, to: ExchangeSide, event: "Armed" | "Decided", { terms }: ExchangeUnderTest) {
  const found = await proveExchangeEvent(from, event, terms);
  await carryHeaderOf(to.foreignLedger, to.carrier, found, votesOf);
  return found.proof;
}

async function deployHalf(chain: Chain, name: ChainName): Promise<Half> {
  const all = await deployMoney(chain);
  const at = all[name];
  return { ...all, chain, at, money: at.currency, endpoint: endpointOf(chain, name) };
}

function toJoin(half: Half, name: ChainName): LedgerToJoin {
  const bank = ({ authority, officers }: Jurisdiction) => ({ authority, admin: officers.admin });
  return {
    chainId: CHAIN_ID[name],
    deployer: half.deployer,
    own: bank(half.at),
    other: bank(half.at === half.mainland ? half.hongkong : half.mainland),
    validators: addressesOf(VALIDATORS[name]),
    quorum: QUORUM,
    initCode: COMPILED,
  };
}

async function legOf(
  { money, exchange }: ExchangeSide,
  name: ChainName,
  giver: HardhatEthersSigner,
  taker: HardhatEthersSigner,
): Promise<ExchangeLeg> {
  return {
    chainId: CHAIN_ID[name],
    exchange: await exchange.getAddress(),
    token: await money.getAddress(),
    giver: giver.address,
    taker: taker.address,
    amount: AMOUNT[name],
  };
}
