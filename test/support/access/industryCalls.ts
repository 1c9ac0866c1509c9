import { AbiCoder, ZeroHash } from "ethers";
import { admitApplication, currencyBytes, governService } from "../../../sdk/deploy/industry.js";
import { purposeBytes } from "../../../sdk/eip712/corridor.js";
import {
  PAYMENT_OUTCOME,
  mandateHold,
  orderId,
  type OrderTerms,
  type PaymentRequest,
} from "../../../sdk/eip712/industry.js";
import { NEVER } from "../../../sdk/eip712/ledger.js";
import { MESSAGE_KIND, interoperableAddress } from "../../../sdk/interop/messages.js";
import type { IndustryOrders, PaymentService } from "../../../types/ethers-contracts/index.js";
import { CHAIN_ID } from "../../interop/fixture.js";
import { ref } from "../chain.js";
import type { INDUSTRY_ORDERS_ROWS, PAYMENT_SERVICE_ROWS } from "./industryTable.js";
import type { Calls, Prepared } from "./prepared.js";
import type { Scene } from "./stage.js";

const THERE = CHAIN_ID.mainland;
/** Stands on the other ledger, of which only its messages are seen here. */
const PEER = "0x00000000000000000000000000000000000BEE12";
const AMOUNT = 1_000n;
const HOUR = 3_600n;
const DAY = 24n * HOUR;
const LIMITS = { payment: AMOUNT, day: AMOUNT };
const PURPOSE = "GDDS";

/** The service on the stage's chain, without applications. */
export async function paymentService(f: Scene): Promise<PaymentService> {
  const { side, who, chain } = f;
  const args = [who.gateway.address, side.currency, side.authority] as const;
  const service = await chain.ethers.deployContract("PaymentService", [...args]);
  await governService(service, { authority: side.authority, admin: side.offices.admin }, who.operating);
  return service;
}

/** The same, with an application of the other ledger. */
async function admitted(f: Scene): Promise<PaymentService> {
  const service = await paymentService(f);
  const application = { chainId: THERE, application: PEER, limits: LIMITS, purposes: [PURPOSE] };
  await admitApplication(service, f.who.operating, application);
  return service;
}

/** What the other ledger's application asks for: the holder pays the payee. */
async function requestOf(f: Scene): Promise<PaymentRequest> {
  return {
    ...{ order: ref("order"), payer: f.who.holder.address, payee: f.payee.address, amount: AMOUNT },
    ...{ currency: currencyBytes("HKD"), purpose: purposeBytes(PURPOSE) },
    expiry: BigInt(await f.chain.networkHelpers.time.latest()) + DAY,
  };
}

async function atService(f: Scene, args: Prepared["args"]): Promise<Prepared> {
  return { to: await (await admitted(f)).getAddress(), args };
}

export const paymentServiceCalls: Calls<typeof PAYMENT_SERVICE_ROWS> = {
  receiveMessage: async (f) => {
    const service = await admitted(f);
    await f.chain.networkHelpers.setBalance(f.who.gateway.address, 10n ** 18n);
    const [to, request] = [await service.getAddress(), await requestOf(f)];
    const hold = mandateHold({ chainId: THERE, application: PEER, service: to }, request);
    await f.side.currency.connect(f.who.holder).placeHold(hold);
    const type = "tuple(bytes32,address,address,uint256,bytes3,bytes4,uint48)";
    const payload = AbiCoder.defaultAbiCoder().encode([type], [Object.values(request)]);
    return { to, args: [ref("message"), interoperableAddress(THERE, PEER), payload] };
  },
  onReceipt: (f) => atService(f, [ref("message"), MESSAGE_KIND.success]),
  withdraw: async (f) => {
    const service = await admitted(f);
    const to = await service.getAddress();
    const request = { ...(await requestOf(f)), expiry: NEVER };
    const hold = mandateHold({ chainId: THERE, application: PEER, service: to }, request);
    await f.side.currency.connect(f.who.holder).placeHold(hold);
    return { to, args: [hold] };
  },
  admit: async (f) => ({ to: await (await paymentService(f)).getAddress(), args: [THERE, PEER, LIMITS] }),
  setLimits: (f) => atService(f, [THERE, PEER, LIMITS]),
  setPurpose: (f) => atService(f, [THERE, PEER, purposeBytes("SUPP"), true]),
  suspend: (f) => atService(f, [THERE, PEER]),
  resume: (f) => atService(f, [THERE, PEER]),
  setAuthority: async (f) => atService(f, [await f.side.authority.getAddress()]),
};

/** Orders on the stage's chain, as if it were an industry chain; the money is on the other ledger. */
export async function industryOrders({ chain, who }: Scene): Promise<IndustryOrders> {
  const setup = {
    ...{ gateway: who.gateway.address, moneyChainId: THERE, service: PEER, currency: currencyBytes("CNY") },
    ...{ inspection: DAY, requestLifetime: DAY },
  };
  return chain.ethers.deployContract("IndustryOrders", [setup]);
}

interface Placed {
  readonly orders: IndustryOrders;
  readonly to: string;
  readonly terms: OrderTerms;
}

async function drafted(f: Scene): Promise<Placed> {
  const orders = await industryOrders(f);
  const now = BigInt(await f.chain.networkHelpers.time.latest());
  const terms = {
    ...{ buyer: f.who.holder.address, seller: f.who.operating.address, payer: PEER, payee: PEER, amount: AMOUNT },
    ...{ purpose: purposeBytes(PURPOSE), goods: ref("goods"), deliverBy: now + DAY, payBy: now + 10n * DAY },
    salt: ref("order"),
  };
  return { orders, to: await orders.getAddress(), terms };
}

async function placed(f: Scene): Promise<Placed> {
  const it = await drafted(f);
  await it.orders.connect(f.who.holder).place(it.terms);
  return it;
}

async function delivered(f: Scene): Promise<Placed> {
  const it = await placed(f);
  await it.orders.connect(f.who.operating).deliver(it.terms, ref("note"));
  return it;
}

export const industryOrdersCalls: Calls<typeof INDUSTRY_ORDERS_ROWS> = {
  place: async (f) => {
    const { to, terms } = await drafted(f);
    return { to, args: [terms] };
  },
  deliver: async (f) => {
    const { to, terms } = await placed(f);
    return { to, args: [terms, ref("note")] };
  },
  requestPayment: async (f) => {
    const { to, terms } = await delivered(f);
    return { to, args: [terms] };
  },
  "requestPayment: after the inspection": async (f) => {
    const { to, terms } = await delivered(f);
    await f.chain.networkHelpers.time.increase(2n * DAY);
    return { to, args: [terms] };
  },
  cancel: async (f) => {
    const { to, terms } = await placed(f);
    return { to, args: [terms] };
  },
  "cancel: while what was delivered is inspected": async (f) => {
    const { to, terms } = await delivered(f);
    return { to, args: [terms] };
  },
  receiveMessage: async (f) => {
    const { orders, to, terms } = await delivered(f);
    await f.chain.networkHelpers.setBalance(f.who.gateway.address, 10n ** 18n);
    await orders.connect(f.who.holder).requestPayment(terms);
    const id = orderId(terms);
    const { request } = await orders.orderOf(id);
    const answer = [request, id, PAYMENT_OUTCOME.notCovered, "0x00000000", ZeroHash];
    const payload = AbiCoder.defaultAbiCoder().encode(["tuple(bytes32,bytes32,uint8,bytes4,bytes32)"], [answer]);
    return { to, args: [ref("message"), interoperableAddress(THERE, PEER), payload] };
  },
  onReceipt: async (f) => {
    const { orders, to, terms } = await delivered(f);
    await orders.connect(f.who.holder).requestPayment(terms);
    const { request } = await orders.orderOf(orderId(terms));
    return { to, args: [request, MESSAGE_KIND.rollback] };
  },
};
