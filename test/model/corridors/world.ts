import type { BaseContract } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { BridgeBank } from "../../../sdk/deploy/bridge.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { POWERS } from "../../../sdk/roles.js";
import { ref, type Chain } from "../../support/chain.js";
import { CORRIDOR, FAR, OPENING, cross, deployCorridors, type Corridors } from "../../support/corridors.js";
import { ABROAD, BANKS, homeOf, type Abroad, type BankName, type State } from "./state.js";

/** The shared ledger on a chain, by the model's names. */
export interface World {
  readonly chain: Chain;
  readonly f: Corridors;
  readonly banks: Readonly<Record<BankName, BridgeBank>>;
  /** Has the power to issue, as the desk has. */
  readonly issuer: HardhatEthersSigner;
  readonly errors: BaseContract;
  /** Payments of this story that left a corridor past a limit. */
  readonly excesses: string[];
}

export async function deployWorld(chain: Chain): Promise<World> {
  const f = await deployCorridors(chain);
  const [, issuer] = f.outsiders;
  if (issuer === undefined) throw new RangeError("the parameters leave no second outsider");
  await f.cny.currency.appoint(issuer, POWERS.issuer, ref("another desk"));
  for (const bank of [f.hsbc, f.bangkok]) await cross(f, f.cny.currency, f.icbc, bank, "30");
  const { icbc, boc, hsbc, bochk, bangkok } = f;
  const banks = { icbc, boc, hsbc, bochk, bangkok, kasikorn: f.bank("TKASTHT0") };
  const errors = errorsOf(f.cny.currency, f.engine, f.cny.registry);
  return { chain, f, banks, issuer, errors, excesses: [] };
}

export async function openState({ f, chain, banks }: World): Promise<State> {
  const now = BigInt(await chain.networkHelpers.time.latest());
  const balances = new Map<BankName, bigint>();
  for (const bank of BANKS) balances.set(bank, await f.cny.currency.balanceOf(banks[bank].account));
  const corridor = async (abroad: Abroad) => {
    const { policy, netOutflow } = await f.cny.currency.corridorOf(CORRIDOR[abroad]);
    const { holdingLimit, outflowLimit, inflowLimit, windowDays } = policy;
    const limits = { holding: holdingLimit, outflow: outflowLimit, inflow: inflowLimit, days: windowDays };
    return { ...limits, halted: false, flows: [{ time: now, amount: netOutflow }] };
  };
  return {
    now,
    balances,
    suspended: new Set(),
    corridors: { HKD: await corridor("HKD"), THB: await corridor("THB") },
    venueAdmitted: true,
    issued: 2n * OPENING,
    redeemed: 0n,
  };
}

/** Notes whether a payment left a corridor of its past a limit that binds what it did. */
export async function noteExcess({ f, excesses }: World, from: BankName, to: BankName, label: string): Promise<void> {
  for (const abroad of ABROAD) {
    const { policy, holdings, netOutflow } = await f.cny.currency.corridorOf(CORRIDOR[abroad]);
    if ((homeOf(from) === abroad) === (homeOf(to) === abroad)) continue;
    const past =
      homeOf(to) === abroad
        ? holdings > policy.holdingLimit || netOutflow > policy.outflowLimit
        : -netOutflow > policy.inflowLimit;
    if (past) excesses.push(`${label} at ${abroad}`);
  }
}

export { CORRIDOR, FAR };
