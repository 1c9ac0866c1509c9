import { governOffline } from "../../../sdk/deploy/offline.js";
import {
  NO_SECURITY,
  deviceKeyTypedData,
  offlineDeviceId,
  type OfflineTerms,
  type OfflineVoucher,
} from "../../../sdk/eip712/offlineWallets.js";
import { digestOf, domainOf } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import { DeviceKey } from "../../../sdk/offline/key.js";
import type { OfflineWallets } from "../../../types/ethers-contracts/index.js";
import { signed } from "../offline.js";
import type { OFFLINE_ROWS } from "./offlineTable.js";
import type { Calls } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";

const DAY = 86_400n;
const TERMS: OfflineTerms = {
  ...{ maxPayment: minor("1.00"), maxLoaded: minor("5.00") },
  ...{ maxAge: DAY, maxTerm: 10n * DAY, lossGrace: DAY },
};

/** The offline contract of the stage's currency. */
export async function offlineOf({ side, who, chain }: Scene): Promise<OfflineWallets> {
  const offline = await chain.ethers.deployContract("OfflineWallets", [side.currency, TERMS]);
  await governOffline({ authority: side.authority, admin: who.admin }, offline);
  return offline;
}

async function pledged(f: Scene) {
  const { side, who } = f;
  const offline = await offlineOf(f);
  await side.currency.connect(who.operating).approve(offline, TERMS.maxLoaded);
  return { offline, to: await offline.getAddress() };
}

async function keyOf(f: Scene, offline: OfflineWallets, owner: string) {
  const key = await DeviceKey.generate();
  const proof = await key.sign(digestOf(deviceKeyTypedData(await domainOf(offline), owner)));
  const args = [owner, key.publicKey.x, key.publicKey.y, proof] as const;
  return { key, id: offlineDeviceId(key.publicKey), args };
}

/** A device of the holder's, and one of the payee's. */
async function registered(f: Scene) {
  const { side, who, payee } = f;
  const { offline, to } = await pledged(f);
  await offline.connect(who.operating).pledge(TERMS.maxLoaded, FAR);
  const device = await keyOf(f, offline, who.holder.address);
  const paid = await keyOf(f, offline, payee.address);
  for (const { args } of [device, paid]) await offline.connect(who.operating).registerDevice(...args);
  await side.currency.connect(who.holder).approve(offline, TERMS.maxLoaded);
  const signUntil = BigInt(await f.chain.networkHelpers.time.latest()) + DAY;
  return { offline, to, device, paid, signUntil };
}

/** The holder's device is loaded and has signed a number twice. */
async function loaded(f: Scene) {
  const it = await registered(f);
  const { offline, device, paid, signUntil } = it;
  await offline.connect(f.who.holder).load(device.id, TERMS.maxLoaded, signUntil, "0x");
  const allotment = await offline.allotmentId(device.id, 0n);
  const domain = await domainOf(offline);
  const signedAt = BigInt(await f.chain.networkHelpers.time.latest());
  const voucher = (amount: bigint): Promise<OfflineVoucher> => {
    const payment = { allotment, number: 0n, amount, payee: paid.id, signedAt };
    const endorsement = { payee: paid.id, security: NO_SECURITY, signedAt };
    return signed({ domain }, { payment, endorsement }, device.key, paid.key);
  };
  return { ...it, allotment, first: await voucher(1n), second: await voucher(2n) };
}

export const offlineCalls: Calls<typeof OFFLINE_ROWS> = {
  setTerms: async (f) => ({ to: await (await offlineOf(f)).getAddress(), args: [TERMS] }),
  pledge: async (f) => ({ to: (await pledged(f)).to, args: [TERMS.maxLoaded, FAR] }),
  registerDevice: async (f) => {
    const { offline, to } = await pledged(f);
    return { to, args: (await keyOf(f, offline, f.who.holder.address)).args };
  },
  load: async (f) => {
    const { to, device, signUntil } = await registered(f);
    return { to, args: [device.id, TERMS.maxLoaded, signUntil, "0x"] };
  },
  redeem: async (f) => {
    const { to, first } = await loaded(f);
    return { to, args: [first] };
  },
  redeemMany: async (f) => {
    const { to, first, second } = await loaded(f);
    return { to, args: [[first, second]] };
  },
  reportLoss: async (f) => {
    const { to, device } = await registered(f);
    return { to, args: [device.id] };
  },
  proveDoubleSpend: async (f) => {
    const { to, first, second } = await loaded(f);
    return { to, args: [first, second] };
  },
  close: async (f) => {
    const { to, allotment, signUntil } = await loaded(f);
    await f.chain.networkHelpers.time.increaseTo(signUntil + TERMS.maxAge + 1n);
    return { to, args: [allotment] };
  },
  setAuthority: async (f) => ({
    to: await (await offlineOf(f)).getAddress(),
    args: [await f.suite.mainland.authority.getAddress()],
  }),
};
