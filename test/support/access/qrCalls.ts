import { MaxUint256 } from "ethers";
import { governQr, type QrContracts } from "../../../sdk/deploy/qr.js";
import { qrBatchTypedData, qrEntryTypedData, type QrEntry } from "../../../sdk/eip712/qr.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { buildBatch } from "../../../sdk/qr/batch.js";
import { QR_DIRECTION, QR_MODE, schemeOf, type QrPayment } from "../../../sdk/qr/payment.js";
import { ref } from "../chain.js";
import type { Calls } from "./prepared.js";
import type { QR_GATEWAY_ROWS, QR_SETTLEMENT_ROWS } from "./qrTable.js";
import type { Scene } from "./stage.js";

const HOME_CURRENCY = 344n;
const HOUR = 3_600n;
const ROUTE = [schemeOf("hk.com.hkicl"), QR_DIRECTION.inbound, QR_MODE.merchant] as const;
const AMOUNT = 100n;

/** Gateway and settlement of the scene's currency; both institutions take part, the route leads to the participating one. */
export async function openQr({ chain, suite, side, who }: Scene): Promise<QrContracts> {
  const { ethers } = chain;
  const gateway = await ethers.deployContract("QrGateway", [side.authority, HOME_CURRENCY]);
  const settlement = await ethers.deployContract("QrSettlement", [
    ...([side.authority, side.currency, suite.engine, gateway, HOUR, HOUR] as const),
  ]);
  await governQr({ authority: side.authority, admin: side.offices.admin }, { gateway, settlement }, who.agent);
  const registrar = gateway.connect(who.registrar);
  for (const bank of [who.operating, who.participating]) {
    await registrar.admit(bank);
    await side.currency.connect(bank).approve(suite.engine, MaxUint256);
    await suite.engine.connect(bank).authorizeAgent(settlement, true);
  }
  await registrar.setRoute(...ROUTE, who.participating);
  return { gateway, settlement };
}

/** A payment, brought as far as it is to be. */
async function paid(f: Scene, steps: readonly ("request" | "authorize" | "complete")[]) {
  const { gateway } = await openQr(f);
  const { operating, participating } = f.who;
  const [scheme, direction, mode] = ROUTE;
  const payment: QrPayment = {
    ...{ businessRef: ref("payment"), requester: operating.address, direction, mode, scheme },
    ...{ categoryCode: 5812n, country: "0x484b", payloadHash: ref("code") },
    ...{ merchantCurrency: HOME_CURRENCY, merchantAmount: AMOUNT, payerCurrency: 156n, payerAmount: AMOUNT },
    notAfter: BigInt(await f.chain.networkHelpers.time.latest()) + HOUR,
  };
  for (const step of steps) await gateway.connect(step === "authorize" ? participating : operating)[step](payment);
  return { to: await gateway.getAddress(), payment };
}

const ALL = ["request", "authorize", "complete"] as const;

export const qrGatewayCalls: Calls<typeof QR_GATEWAY_ROWS> = {
  admit: ({ newcomer }) => ({ args: [newcomer.address] }),
  dismiss: ({ newcomer }) => ({ args: [newcomer.address] }),
  setRoute: async (f) => {
    const { gateway } = await openQr(f);
    return { to: await gateway.getAddress(), args: [...ROUTE, f.who.operating.address] };
  },
  closeRoute: async (f) => ({ to: await (await openQr(f)).gateway.getAddress(), args: ROUTE }),
  openRoute: async (f) => ({ to: await (await openQr(f)).gateway.getAddress(), args: ROUTE }),
  request: async (f) => {
    const { to, payment } = await paid(f, []);
    return { to, args: [payment] };
  },
  authorize: async (f) => {
    const { to, payment } = await paid(f, ALL.slice(0, 1));
    return { to, args: [payment] };
  },
  complete: async (f) => {
    const { to, payment } = await paid(f, ALL.slice(0, 2));
    return { to, args: [payment] };
  },
  reverse: async (f) => {
    const { to, payment } = await paid(f, ALL.slice(0, 2));
    return { to, args: [payment, ref("reason")] };
  },
  "reverse: from the deadline on": async (f) => {
    const { to, payment } = await paid(f, ALL.slice(0, 2));
    await f.chain.networkHelpers.time.increaseTo(payment.notAfter + 1n);
    return { to, args: [payment, ref("reason")] };
  },
  refund: async (f) => {
    const { to, payment } = await paid(f, ALL);
    return { to, args: [payment, 0n, 1n] };
  },
  setAuthority: async ({ side }) => ({ args: [await side.authority.getAddress()] }),
};

/** One entry, twice in the window. */
async function built(f: Scene) {
  const { settlement } = await openQr(f);
  const domain = await domainOf(settlement);
  const { operating, participating } = f.who;
  const entry: QrEntry = {
    ...{ paymentId: ref("payment"), debtor: operating.address, creditor: participating.address, amount: AMOUNT },
  };
  const window = buildBatch({ domain, window: 1n, entries: [entry, entry] });
  return { settlement, domain, entry, window, to: await settlement.getAddress() };
}

async function committed(f: Scene) {
  const it = await built(f);
  const { batch } = it.window;
  await it.settlement.connect(f.who.agent).commit(batch);
  const typedData = qrBatchTypedData(it.domain, batch);
  const signers = [f.who.operating, f.who.participating];
  const consents = await Promise.all(
    batch.positions.map(async ({ institution }) => {
      const signer = signers.find(({ address }) => address === institution);
      return signer === undefined ? "0x" : sign(signer, typedData);
    }),
  );
  return { ...it, batch, consents };
}

async function settled(f: Scene) {
  const it = await committed(f);
  await it.settlement.settle(it.batch, it.consents);
  return it;
}

async function disputed(f: Scene) {
  const it = await settled(f);
  await it.settlement.connect(f.who.operating).dispute(it.window.inclusion(0), ref("reason"));
  return it;
}

export const qrSettlementCalls: Calls<typeof QR_SETTLEMENT_ROWS> = {
  commit: async (f) => {
    const { to, window } = await built(f);
    return { to, args: [window.batch] };
  },
  withdraw: async (f) => {
    const { to } = await committed(f);
    return { to, args: [1n, ref("reason")] };
  },
  affirm: () => ({ args: [ref("batch")] }),
  settle: async (f) => {
    const { to, batch, consents } = await committed(f);
    return { to, args: [batch, consents] };
  },
  "settle: with the caller's consent": async (f) => {
    const { to, batch, consents } = await committed(f);
    const own = batch.positions.findIndex(({ institution }) => institution === f.who.operating.address);
    return { to, args: [batch, consents.with(own, "0x")] };
  },
  dispute: async (f) => {
    const { to, window } = await settled(f);
    return { to, args: [window.inclusion(0), ref("reason")] };
  },
  answer: async (f) => {
    const { to, domain, entry } = await disputed(f);
    return { to, args: [1n, 0, entry, await sign(f.who.operating, qrEntryTypedData(domain, entry))] };
  },
  "answer: signed by the caller": async (f) => {
    const { to, domain, entry } = await disputed(f);
    const typedData = qrEntryTypedData(domain, entry);
    return { to, args: async (caller) => [1n, 0, entry, await sign(caller, typedData)] };
  },
  uphold: async (f) => {
    const { to, entry } = await disputed(f);
    await f.chain.networkHelpers.time.increase(HOUR + 1n);
    return { to, args: [1n, 0, entry] };
  },
  proveTwice: async (f) => {
    const { to, window } = await settled(f);
    return { to, args: [window.inclusion(0), window.inclusion(1)] };
  },
  setAuthority: async ({ side }) => ({ args: [await side.authority.getAddress()] }),
};
