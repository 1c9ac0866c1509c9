import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, type ContractTransactionResponse } from "ethers";
import { openOffline } from "../../../sdk/deploy/offline.js";
import { NO_SECURITY, type OfflineVoucher } from "../../../sdk/eip712/offlineWallets.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { DeviceKey } from "../../../sdk/offline/key.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import type { Chain } from "../../support/chain.js";
import { deployMoney, fund } from "../../support/currency.js";
import { OFFLINE_CODE, register, signed, type Holder as Device, type Offline } from "../../support/offline.js";
import * as tale from "../tale.js";
import {
  HOLDERS,
  PLEDGE,
  PURSE,
  TERMS,
  allotmentAt,
  voucherKey,
  type Holder,
  type Person,
  type Rules,
  type State,
  type VoucherModel,
} from "./state.js";

/** The devices of a currency on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Pick<Offline, "offline" | "money" | "domain" | "icbcNumber">;
  readonly signers: Readonly<Record<Person, HardhatEthersSigner>>;
  readonly devices: Readonly<Record<Holder, Device>>;
  /** Signs what is forged. */
  readonly other: DeviceKey;
  /** What has been signed so far, by its text: a device shows the same bytes again. */
  readonly signed: Map<string, Promise<OfflineVoucher>>;
}

/** Devices: the model beside the chain. */
export class OfflineTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<OfflineTale, World, State, Rules>;

/** Four devices of one bank's customers, which has pledged; nothing is loaded. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const people = await deployMoney(chain);
  const { ann, bob, cai, shop, icbc: bank, carrier, deployer, mainland } = people;
  const { currency: money, authority, officers, banks } = mainland;
  const offline = await openOffline({
    ...{ authority, admin: officers.admin, deployer, currency: money, terms: TERMS, initCode: OFFLINE_CODE },
  });
  const domain = await domainOf(offline);
  const signers = { ann, bob, cai, shop, bank, carrier };
  const balance: State["balance"] = new Map();
  for (const person of [...HOLDERS, "bank"] as const) {
    await fund(mainland, signers[person], PURSE);
    await money.connect(signers[person]).approve(offline, MaxUint256);
    balance.set(person, PURSE);
  }
  await offline.connect(bank).pledge(PLEDGE, 2n ** 40n);
  const devices = {} as Record<Holder, Device>;
  const initial: State = {
    ...{ now: 0n, balance, devices: new Map(), allotments: [], pledged: PLEDGE, used: new Set() },
    ...{ redeemed: new Map(), compensated: new Set(), paidTo: new Map(), vouchers: [], next: new Map() },
  };
  for (const holder of HOLDERS) {
    devices[holder] = await register({ offline, domain, icbc: bank }, signers[holder]);
    initial.devices.set(holder, { status: "active", loaded: 0n, stoppedAt: undefined, cutOff: undefined });
  }
  initial.now = BigInt(await chain.networkHelpers.time.latest());
  const f = { offline, money, domain, icbcNumber: banks[0].number };
  const other = await DeviceKey.generate();
  return {
    world: { chain, errors: errorsOf(offline, money), f, signers, devices, other, signed: new Map() },
    initial,
  };
}

export function allotmentIdOf({ f, devices }: World, state: State, position: number): Promise<string> {
  const { device, index } = allotmentAt(state, position);
  return f.offline.allotmentId(devices[device].id, index);
}

/** The voucher as two devices have signed it. */
export function voucherOf(world: World, state: State, voucher: VoucherModel): Promise<OfflineVoucher> {
  // positions are the story's, devices and their counts the chain's
  const named = [voucher.allotment, voucher.security ?? voucher.allotment].map((position) => {
    const { device, index } = allotmentAt(state, position);
    return `${device}.${index}`;
  });
  const key = [voucherKey(voucher), voucher.forged ?? "", ...named].join();
  const known = world.signed.get(key) ?? signedBy(world, state, voucher);
  world.signed.set(key, known);
  return known;
}

async function signedBy(world: World, state: State, voucher: VoucherModel): Promise<OfflineVoucher> {
  const { devices, f, other } = world;
  const { number, amount, signedAt, to, then, security, endorsedAt, forged } = voucher;
  const payer = devices[allotmentAt(state, voucher.allotment).device];
  const allotment = await allotmentIdOf(world, state, voucher.allotment);
  const payment = { allotment, number, amount, payee: devices[to].id, signedAt };
  const endorsement = {
    payee: devices[then].id,
    security: security === undefined ? NO_SECURITY : await allotmentIdOf(world, state, security),
    signedAt: endorsedAt,
  };
  return signed(
    f,
    { payment, endorsement },
    forged === "payment" ? other : payer.key,
    forged === "endorsement" ? other : devices[to].key,
  );
}

/** What each voucher of a batch was refused for, from the log. */
export async function refusalsIn(
  { f }: World,
  sent: ContractTransactionResponse,
  count: number,
): Promise<(string | undefined)[]> {
  const refusals: (string | undefined)[] = Array.from({ length: count }, () => undefined);
  const receipt = await sent.wait();
  for (const log of receipt?.logs ?? []) {
    const parsed = f.offline.interface.parseLog(log);
    if (parsed?.name !== "VoucherRefused") continue;
    const [position, reason] = parsed.args.toArray() as [bigint, string];
    refusals[Number(position)] = f.offline.interface.getError(reason)?.name ?? reason;
  }
  return refusals;
}
