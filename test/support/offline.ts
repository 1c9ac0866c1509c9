import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, type TypedDataDomain } from "ethers";
import { openOffline } from "../../sdk/deploy/offline.js";
import {
  NO_SECURITY,
  deviceKeyTypedData,
  offlineDeviceId,
  offlinePaymentId,
  offlineVoucherId,
  type OfflineEndorsement,
  type OfflinePayment,
  type OfflineTerms,
  type OfflineVoucher,
} from "../../sdk/eip712/offlineWallets.js";
import { digestOf, domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { DeviceKey } from "../../sdk/offline/key.js";
import type { OfflineWallets } from "../../types/ethers-contracts/index.js";
import type { Chain } from "./chain.js";
import { deployMoney, fund, type Money } from "./currency.js";

/** Seconds. */
export const DAY = 86_400n;
/** What the central bank allows in these tests. */
export const TERMS: OfflineTerms = {
  maxPayment: minor("100.00"),
  maxLoaded: minor("500.00"),
  maxAge: 7n * DAY,
  maxTerm: 30n * DAY,
  lossGrace: 3n * DAY,
};
/** What each device has at first, and what icbc answers with for all of them. */
export const LOADED = minor("300.00");
export const PLEDGE = minor("1000.00");
/** What every owner has at first. */
export const PURSE = minor("2000.00");
/** One payment, if nothing else is said. */
export const PRICE = minor("40.00");

const WITH_DEVICES = ["ann", "bob", "cai", "shop"] as const;

/** What this run compiled, and under coverage instrumented. */
export const { bytecode: OFFLINE_CODE } = await artifacts.readArtifact("OfflineWallets");

/** A hardware wallet and whose it is. */
export interface Holder {
  readonly owner: HardhatEthersSigner;
  readonly key: DeviceKey;
  readonly id: string;
}

/** The mainland's offline contract: ann, bob, cai and the shop, all icbc's customers, each with a device. */
export interface Offline extends Money {
  readonly chain: Chain;
  readonly offline: OfflineWallets;
  readonly money: Money["mainland"]["currency"];
  readonly domain: TypedDataDomain;
  readonly governor: HardhatEthersSigner;
  readonly icbcNumber: bigint;
  readonly device: Readonly<Record<(typeof WITH_DEVICES)[number], Holder>>;
  /** First allotments of ann's, bob's and cai's devices, and until when they sign. */
  readonly allotment: Readonly<Record<"ann" | "bob" | "cai", string>>;
  readonly signUntil: bigint;
}

/** Devices are registered; three are loaded and icbc has pledged. */
export async function deployOffline(chain: Chain, terms: OfflineTerms = TERMS): Promise<Offline> {
  const money = await deployMoney(chain);
  const { currency, authority, officers, banks } = money.mainland;
  const bank = { authority, admin: officers.admin };
  const offline = await openOffline({ ...bank, deployer: money.deployer, currency, terms, initCode: OFFLINE_CODE });
  const domain = await domainOf(offline);
  const now = BigInt(await chain.networkHelpers.time.latest());
  for (const purse of [money.icbc, money.boc, money.ann, money.bob, money.cai]) {
    await fund(money.mainland, purse, PURSE);
    await currency.connect(purse).approve(offline, MaxUint256);
  }
  await offline.connect(money.icbc).pledge(PLEDGE, now + 100n * DAY);
  const device = {} as Record<(typeof WITH_DEVICES)[number], Holder>;
  for (const name of WITH_DEVICES) device[name] = await register({ offline, domain, icbc: money.icbc }, money[name]);
  const allotment = {} as Record<"ann" | "bob" | "cai", string>;
  const signUntil = now + 10n * DAY;
  for (const name of ["ann", "bob", "cai"] as const) {
    await offline.connect(money[name]).load(device[name].id, LOADED, signUntil, "0x");
    allotment[name] = await offline.allotmentId(device[name].id, 0n);
  }
  return {
    ...money,
    ...{ chain, offline, money: currency, domain, governor: officers.governor, icbcNumber: banks[0].number },
    ...{ device, allotment, signUntil },
  };
}

/** A new device of an owner's, registered by icbc. */
export async function register(
  { offline, domain, icbc }: Pick<Offline, "offline" | "domain" | "icbc">,
  owner: HardhatEthersSigner,
): Promise<Holder> {
  const key = await DeviceKey.generate();
  const { x, y } = key.publicKey;
  const proof = await key.sign(digestOf(deviceKeyTypedData(domain, owner.address)));
  await offline.connect(icbc).registerDevice(owner, x, y, proof);
  return { owner, key, id: offlineDeviceId(key.publicKey) };
}

/** What of a voucher is other than usual. */
export interface Wanted extends Partial<Omit<OfflinePayment, "payee">> {
  readonly from?: Holder;
  /** Who is paid. */
  readonly to?: Holder;
  /** To whom that device passes it on. */
  readonly then?: Holder;
  /** Its security, or whatever stands there. */
  readonly security?: string;
  readonly endorsedAt?: bigint;
}

/** By default: ann's device pays the shop's 40.00 with number 0, which keeps it; signed now. */
export async function voucher(f: Offline, wanted: Wanted = {}): Promise<OfflineVoucher> {
  const { from = f.device.ann, to = f.device.shop, then = to, endorsedAt, ...changed } = wanted;
  const security = wanted.security ?? (then === to ? NO_SECURITY : securityOf(f, to));
  const now = BigInt(await f.chain.networkHelpers.time.latest());
  const { allotment = f.allotment.ann, number = 0n, amount = PRICE, signedAt = now } = changed;
  const payment = { allotment, number, amount, payee: to.id, signedAt };
  const endorsement = { payee: then.id, security, signedAt: endorsedAt ?? payment.signedAt };
  return signed(f, { payment, endorsement }, from.key, to.key);
}

/** Both signatures under what is given. */
export async function signed(
  { domain }: Pick<Offline, "domain">,
  { payment, endorsement }: { readonly payment: OfflinePayment; readonly endorsement: OfflineEndorsement },
  payer: DeviceKey,
  paid: DeviceKey,
): Promise<OfflineVoucher> {
  const id = offlineVoucherId(domain, { payment, endorsement });
  return {
    payment,
    paymentSignature: await payer.sign(offlinePaymentId(domain, payment)),
    endorsement,
    endorsementSignature: await paid.sign(id),
  };
}

/** Ids of a voucher and of its payment. */
export function idsOf({ domain }: Pick<Offline, "domain">, of: OfflineVoucher) {
  return { voucher: offlineVoucherId(domain, of), payment: offlinePaymentId(domain, of.payment) };
}

function securityOf({ device, allotment }: Offline, { id }: Holder): string {
  for (const name of ["ann", "bob", "cai"] as const) if (device[name].id === id) return allotment[name];
  throw new RangeError("this device has no allotment of its own");
}
