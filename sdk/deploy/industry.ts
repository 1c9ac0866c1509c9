import { hexlify, toUtf8Bytes, type AddressLike, type Signer } from "ethers";
import {
  IndustryOrders__factory,
  MessageGateway__factory,
  PaymentService__factory,
  type AccessManager,
  type ForeignLedger,
  type IndustryOrders,
  type MessageGateway,
  type PaymentService,
} from "../../types/ethers-contracts/index.js";
import { purposeBytes } from "../eip712/corridor.js";
import { PLATFORM_OPERATOR_FUNCTIONS, PLATFORM_OPERATOR_ROLE } from "../interop/roles.js";
import { appointOfficer, assignBetween, knowForeign, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

/** Init code of contracts, where it is to be another than the package's own: instrumented for coverage, say. */
export type PlatformCode = Readonly<
  Partial<Record<"ForeignLedger" | "MessageGateway" | "PaymentService" | "IndustryOrders", string>>
>;

/** One of the two ledgers that the blockchain service platform joins. */
export interface PlatformLedger {
  readonly chainId: bigint;
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** Governs what this ledger knows of the other, and its lane: the central bank, or the industry chain's own body. */
  readonly authority: AccessManager;
  readonly admin: Signer;
  /** Addresses of the ledger's validators, rising, and how many of them sign. */
  readonly validators: readonly string[];
  readonly quorum: bigint;
  readonly initCode?: PlatformCode;
}

/** The ledger of the money. */
export interface MoneyLedger extends PlatformLedger {
  readonly currency: AddressLike;
  /** Admits applications. */
  readonly operator: AddressLike;
}

/** The industry chain, and the rules of its orders. */
export interface IndustryLedger extends PlatformLedger {
  /** ISO 4217 code. */
  readonly code: string;
  /** Seconds that a buyer has to look at what was delivered. */
  readonly inspection: bigint;
  /** Seconds that a request for payment has to arrive. */
  readonly requestLifetime: bigint;
}

/** What either ledger has of the other. */
export interface PlatformEnd {
  readonly foreignLedger: ForeignLedger;
  readonly gateway: MessageGateway;
}

/** What {@link openServicePlatform} leaves. */
export interface ServicePlatform {
  readonly money: PlatformEnd & { readonly service: PaymentService };
  readonly industry: PlatformEnd & { readonly orders: IndustryOrders };
}

/**
 * Joins an industry chain to the ledger of the money: a lane, the payment service there, the orders here. The operator
 * has still to admit the application ({@link admitApplication}).
 */
export async function openServicePlatform(money: MoneyLedger, industry: IndustryLedger): Promise<ServicePlatform> {
  const ends = { money: await openEnd(money, industry), industry: await openEnd(industry, money) };
  await openLane(money, industry.chainId, ends.money, ends.industry);
  await openLane(industry, money.chainId, ends.industry, ends.money);
  const service = await openService(money, ends.money.gateway);
  const orders = await openOrders(industry, ends.industry.gateway, money.chainId, service);
  return { money: { ...ends.money, service }, industry: { ...ends.industry, orders } };
}

/** An application as the operator admits it. */
export interface ApplicationToAdmit {
  readonly chainId: bigint;
  readonly application: string;
  /** Minor units. */
  readonly limits: { readonly payment: bigint; readonly day: bigint };
  /** Purpose codes, four letters each. */
  readonly purposes: readonly string[];
}

/** The operator admits an application, with its limits and purposes. */
export async function admitApplication(
  service: PaymentService,
  operator: Signer,
  { chainId, application, limits, purposes }: ApplicationToAdmit,
): Promise<void> {
  const acting = service.connect(operator);
  await (await acting.admit(chainId, application, limits)).wait();
  for (const purpose of purposes) {
    await (await acting.setPurpose(chainId, application, purposeBytes(purpose), true)).wait();
  }
}

/** ISO 4217 code as the contracts keep it. */
export function currencyBytes(code: string): string {
  return hexlify(toUtf8Bytes(code));
}

/** Gives the offices and the platform's operator their functions of the service. */
export async function governService(service: PaymentService, bank: CentralBank, operator: AddressLike): Promise<void> {
  await assignBetween(bank, service, "paymentService");
  const functions = PLATFORM_OPERATOR_FUNCTIONS;
  await appointOfficer(bank, service, { role: PLATFORM_OPERATOR_ROLE, functions, holder: operator });
}

async function openEnd(here: PlatformLedger, there: PlatformLedger): Promise<PlatformEnd> {
  const foreignLedger = await knowForeign(here, here.authority, there);
  const code = here.initCode?.MessageGateway;
  const gateway = await deployContract(MessageGateway__factory, here.deployer, code, here.authority);
  await assignBetween(here, foreignLedger, "foreignLedger");
  return { foreignLedger, gateway };
}

/** What no office has been given yet is the admin's: the offices get their functions when the lane is there. */
async function openLane(here: PlatformLedger, chainId: bigint, own: PlatformEnd, other: PlatformEnd): Promise<void> {
  await (await own.gateway.connect(here.admin).registerLane(chainId, other.gateway, own.foreignLedger)).wait();
  await assignBetween(here, own.gateway, "gateway");
}

async function openService(money: MoneyLedger, gateway: MessageGateway): Promise<PaymentService> {
  const terms = [gateway, money.currency, money.authority] as const;
  const code = money.initCode?.PaymentService;
  const service = await deployContract(PaymentService__factory, money.deployer, code, ...terms);
  await governService(service, money, money.operator);
  return service;
}

async function openOrders(
  industry: IndustryLedger,
  gateway: MessageGateway,
  moneyChainId: bigint,
  service: PaymentService,
): Promise<IndustryOrders> {
  const { deployer, initCode, inspection, requestLifetime } = industry;
  const currency = currencyBytes(industry.code);
  const setup = { gateway, moneyChainId, service, currency, inspection, requestLifetime };
  return deployContract(IndustryOrders__factory, deployer, initCode?.IndustryOrders, setup);
}
