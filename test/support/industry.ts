import { artifacts, network } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionResponse } from "ethers";
import { toBeHex, zeroPadValue } from "ethers";
import {
  admitApplication,
  currencyBytes,
  openServicePlatform,
  type PlatformCode,
  type PlatformEnd,
} from "../../sdk/deploy/industry.js";
import { purposeBytes } from "../../sdk/eip712/corridor.js";
import {
  mandateHold,
  orderId,
  orderRequest,
  type OrderTerms,
  type PaymentRequest,
  type PaymentRoute,
} from "../../sdk/eip712/industry.js";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { carryHeaderOf, findEvent } from "../../sdk/interop/events.js";
import { parseInteroperableAddress, type Message } from "../../sdk/interop/messages.js";
import type { LogProof } from "../../sdk/interop/proofs.js";
import { Relayer, type Side, type Votes } from "../../sdk/interop/relayer.js";
import type { Endpoint } from "../../sdk/interop/rpc.js";
import { signHeader } from "../../sdk/interop/validators.js";
import { minor } from "../../sdk/money.js";
import type { IDigitalCurrency, IndustryOrders, PaymentService } from "../../types/ethers-contracts/index.js";
import { CHAIN_ID, QUORUM, addressesOf, endpointOf, validatorsNamed } from "../interop/fixture.js";
import { actors, officers, ref, type Actors, type Chain } from "./chain.js";
import { deployMoney, fund, type Jurisdiction, type Money } from "./currency.js";

/** The industry chain's id. */
export const INDUSTRY_CHAIN_ID = 60_101n;
/** Seconds. */
export const HOUR = 3_600n;
export const DAY = 24n * HOUR;
/** Rules of the orders in these tests. */
export const INSPECTION = 2n * DAY;
export const REQUEST_LIFETIME = DAY;
/** What is paid for the application at most. */
export const LIMITS = { payment: minor("1000.00"), day: minor("2500.00") };
export const PRICE = minor("700.00");
export const PURPOSE = "GDDS";
/** Of the payer's wallet. */
export const FUNDS = 10n * PRICE;

const VALIDATORS = { money: validatorsNamed("mainland"), industry: validatorsNamed("industry") } as const;
const OFFICES = ["admin", "governor", "halter", "resumer"] as const;

/** What either end has, whoever uses it. */
interface End extends PlatformEnd {
  readonly name: "money" | "industry";
  readonly chain: Chain;
  readonly chainId: bigint;
  readonly endpoint: Endpoint;
  /** Carries headers, messages and receipts; has no right. */
  readonly carrier: HardhatEthersSigner;
}

/** The ledger of the money: e-CNY with the payment service. The company pays the shop. */
export interface MoneyEnd extends End, Omit<Money, "carrier"> {
  readonly at: Jurisdiction;
  readonly money: IDigitalCurrency;
  readonly service: PaymentService;
  readonly operator: HardhatEthersSigner;
}

/** The industry chain with its orders. */
export interface IndustryEnd extends End {
  readonly orders: IndustryOrders;
  readonly buyer: HardhatEthersSigner;
  readonly seller: HardhatEthersSigner;
  readonly stranger: HardhatEthersSigner;
  readonly offices: Actors<(typeof OFFICES)[number]>;
}

/** Both ledgers of the service platform. */
export interface Platform {
  readonly money: MoneyEnd;
  readonly industry: IndustryEnd;
}

/** The two chains of these tests. */
export type PlatformChains = Readonly<Record<End["name"], Chain>>;

/** What this run compiled, and under coverage instrumented. */
const COMPILED: PlatformCode = {
  ForeignLedger: (await artifacts.readArtifact("ForeignLedger")).bytecode,
  MessageGateway: (await artifacts.readArtifact("MessageGateway")).bytecode,
  PaymentService: (await artifacts.readArtifact("PaymentService")).bytecode,
  IndustryOrders: (await artifacts.readArtifact("IndustryOrders")).bytecode,
};

/** Opens both chains, at genesis. */
export async function openPlatformChains(): Promise<PlatformChains> {
  const override = { chainId: Number(INDUSTRY_CHAIN_ID) };
  return {
    money: await network.create({ network: "mainland", chainType: "l1" }),
    industry: await network.create({ network: "default", chainType: "l1", override }),
  };
}

/** The platform with one admitted application; the payer's wallet has money. */
export async function deployPlatform(chains: PlatformChains): Promise<Platform> {
  const all = await deployMoney(chains.money);
  const at = all.mainland;
  const operator = (await officers(chains.money, "platform", "operator")).operator;
  const cast = await actors(chains.industry, "deployer", "buyer", "seller", "carrier", "stranger");
  const offices = await officers(chains.industry, "industry", ...OFFICES);
  const authority = await chains.industry.ethers.deployContract("AccessManager", [offices.admin]);
  const known = { quorum: QUORUM, initCode: COMPILED };
  const joined = await openServicePlatform(
    {
      ...{ ...known, chainId: CHAIN_ID.mainland, deployer: all.deployer, authority: at.authority },
      ...{ admin: at.officers.admin, validators: addressesOf(VALIDATORS.money), currency: at.currency, operator },
    },
    {
      ...{ ...known, chainId: INDUSTRY_CHAIN_ID, deployer: cast.deployer, authority, admin: offices.admin },
      ...{ validators: addressesOf(VALIDATORS.industry), code: "CNY" },
      ...{ inspection: INSPECTION, requestLifetime: REQUEST_LIFETIME },
    },
  );
  for (const [role, office] of [[1n, offices.governor] as const, [2n, offices.halter], [3n, offices.resumer]]) {
    await authority.connect(offices.admin).grantRole(role as bigint, office as HardhatEthersSigner, 0n);
  }
  await admitApplication(joined.money.service, operator, {
    chainId: INDUSTRY_CHAIN_ID,
    application: await joined.industry.orders.getAddress(),
    limits: LIMITS,
    purposes: [PURPOSE],
  });
  await fund(at, all.company, FUNDS);
  return {
    money: {
      ...{ ...all, ...joined.money, name: "money", chain: chains.money, chainId: CHAIN_ID.mainland, at, operator },
      ...{ money: at.currency, endpoint: endpointOf(chains.money, "money") },
    },
    industry: {
      ...{ ...cast, ...joined.industry, name: "industry", chain: chains.industry, chainId: INDUSTRY_CHAIN_ID },
      ...{ offices, endpoint: endpointOf(chains.industry, "industry") },
    },
  };
}

/** The signatures of a quorum of the validators of the ledger whose header it is. */
export const platformVotes: Votes = (domain, vote) => {
  const known = vote.chainId === CHAIN_ID.mainland ? VALIDATORS.money : VALIDATORS.industry;
  return signHeader(domain, known.slice(0, Number(QUORUM)), vote);
};

/** A relayer between the two, that knows nothing of the ones before. */
export async function platformRelayer({ money, industry }: Platform): Promise<Relayer> {
  return new Relayer([await sideOf(money), await sideOf(industry)], platformVotes);
}

/** Carries everything that is on its way, until nothing is. */
export async function carryAll(platform: Platform): Promise<void> {
  await (await platformRelayer(platform)).run();
}

/** Who asks and who is asked. */
export async function routeOf(platform: Platform): Promise<PaymentRoute> {
  return routeFrom(await platform.industry.orders.getAddress(), platform);
}

/** What the application asks for without an order of its own: the party writes to the service as it likes. */
export async function routeFrom(application: string, { money }: Platform): Promise<PaymentRoute> {
  return { chainId: INDUSTRY_CHAIN_ID, application, service: await money.service.getAddress() };
}

/** What the tests do again and again with one order. */
export class OrderUnderTest {
  readonly id: string;
  readonly request: PaymentRequest;
  readonly hold: Hold;

  constructor(
    readonly platform: Platform,
    readonly terms: OrderTerms,
    route: PaymentRoute,
  ) {
    this.id = orderId(terms);
    this.request = orderRequest(terms, currencyBytes("CNY"));
    this.hold = mandateHold(route, this.request);
  }

  /** The buyer's company pays the seller's shop. */
  static async open(platform: Platform, changed: Partial<OrderTerms> = {}): Promise<OrderUnderTest> {
    const { money, industry } = platform;
    const now = BigInt(await industry.chain.networkHelpers.time.latest());
    const terms: OrderTerms = {
      ...{ buyer: industry.buyer.address, seller: industry.seller.address },
      ...{ payer: money.company.address, payee: money.shop.address },
      ...{ amount: PRICE, purpose: purposeBytes(PURPOSE), goods: ref("a pallet of glass") },
      ...{ deliverBy: now + 3n * DAY, payBy: now + 10n * DAY, salt: ref("first order") },
      ...changed,
    };
    return new OrderUnderTest(platform, terms, await routeOf(platform));
  }

  place(): Promise<ContractTransactionResponse> {
    const { orders, buyer } = this.platform.industry;
    return orders.connect(buyer).place(this.terms);
  }

  /** The payer consents. */
  cover(): Promise<ContractTransactionResponse> {
    const { money, company } = this.platform.money;
    return money.connect(company).placeHold(this.hold);
  }

  deliver(): Promise<ContractTransactionResponse> {
    const { orders, seller } = this.platform.industry;
    return orders.connect(seller).deliver(this.terms, ref("delivery note"));
  }

  /** The buyer accepts what was delivered. */
  accept(): Promise<ContractTransactionResponse> {
    const { orders, buyer } = this.platform.industry;
    return orders.connect(buyer).requestPayment(this.terms);
  }

  cancel(by: HardhatEthersSigner = this.platform.industry.buyer): Promise<ContractTransactionResponse> {
    return this.platform.industry.orders.connect(by).cancel(this.terms);
  }

  /** Placed, covered, delivered. */
  async delivered(): Promise<void> {
    await this.place();
    await this.cover();
    await this.deliver();
  }

  /** Payment is asked for; nothing is carried yet. */
  async requested(): Promise<void> {
    await this.delivered();
    await this.accept();
  }

  state() {
    return this.platform.industry.orders.orderOf(this.id);
  }

  async answer() {
    const { request } = await this.state();
    return this.platform.money.service.answerOf(request);
  }
}

/** A message and the end it comes from. */
export interface Sent {
  readonly from: End;
  readonly to: End;
  readonly id: string;
  readonly message: Message;
}

/** The messages that an end has sent, in order. */
export async function messagesOf(platform: Platform, name: End["name"]): Promise<Sent[]> {
  const [from, to] = name === "money" ? [platform.money, platform.industry] : [platform.industry, platform.money];
  const { gateway } = from;
  const numbered = await gateway.queryFilter(gateway.filters.InterchainSent());
  const said = new Map((await gateway.queryFilter(gateway.filters.MessageSent())).map((log) => [log.args.sendId, log]));
  return numbered.map(({ args: { sequence, id, deadline, gasLimit } }) => {
    const log = said.get(id);
    if (log === undefined) throw new RangeError(`message ${id} says nothing`);
    const message = {
      ...{ sourceChainId: from.chainId, destinationChainId: to.chainId, sequence, deadline, gasLimit },
      sender: parseInteroperableAddress(log.args.sender).account,
      recipient: parseInteroperableAddress(log.args.recipient).account,
      payload: log.args.payload,
    };
    return { from, to, id, message };
  });
}

/** The last message that an end has sent. */
export async function lastMessageOf(platform: Platform, name: End["name"]): Promise<Sent> {
  const last = (await messagesOf(platform, name)).at(-1);
  if (last === undefined) throw new RangeError(`${name} has sent nothing`);
  return last;
}

/** Delivers, or rejects, a message. */
export async function bring(
  { from, to, id, message }: Sent,
  how: "deliver" | "reject" = "deliver",
): Promise<ContractTransactionResponse> {
  const proof = await proofOf(from, to, "InterchainSent", [to.chainId, message.sequence, id]);
  return to.gateway.connect(to.carrier)[how](message, proof);
}

/** Carries the receipt of a message back to where it came from. */
export async function acknowledge({ from, to, id }: Sent): Promise<ContractTransactionResponse> {
  const kind = (await to.gateway.receivedOf(id)).status - 1n;
  const proof = await proofOf(to, from, "InterchainReceipt", [from.chainId, kind, id]);
  return from.gateway.connect(from.carrier).acknowledge(id, kind, proof);
}

async function proofOf(
  from: End,
  to: End,
  event: "InterchainSent" | "InterchainReceipt",
  indexed: readonly [bigint, bigint, string],
): Promise<LogProof> {
  const { topicHash } = from.gateway.interface.getEvent(event);
  const topics = [topicHash, word(indexed[0]), word(indexed[1]), indexed[2]];
  const found = await findEvent(from.endpoint, await from.gateway.getAddress(), topics);
  if (found === undefined) throw new RangeError(`${from.name} has no ${event} of ${indexed[2]}`);
  await carryHeaderOf(to.foreignLedger, to.carrier, found, platformVotes);
  return found.proof;
}

function word(value: bigint): string {
  return zeroPadValue(toBeHex(value), 32);
}

async function sideOf({ name, chainId, endpoint, carrier, gateway, foreignLedger }: End): Promise<Side> {
  return {
    ...{ name, chainId, endpoints: [endpoint, endpoint] as const, carrier, firstBlock: 0n },
    gateway: await gateway.getAddress(),
    foreignLedger: await foreignLedger.getAddress(),
  };
}
