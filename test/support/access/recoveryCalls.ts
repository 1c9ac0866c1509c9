import { MaxUint256 } from "ethers";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { CLASS_NUMBERS } from "../../../sdk/limits.js";
import { signObjection } from "../../../sdk/payments/recovery.js";
import type { WalletRecovery } from "../../../types/ethers-contracts/index.js";
import { ref } from "../chain.js";
import type { Calls } from "./prepared.js";
import type { RECOVERY_ROWS } from "./recoveryTable.js";
import type { Scene } from "./stage.js";

/** The recovery contract of the stage's currency. */
export function recoveryOf({ side, chain }: Scene): Promise<WalletRecovery> {
  return chain.ethers.deployContract("WalletRecovery", [side.currency]);
}

/** The holder has consented and has a new wallet; the payee's account is the institution's second key. */
async function ready(f: Scene) {
  const { side, who, newcomer, payee, operatingNumber } = f;
  const recovery = await recoveryOf(f);
  await side.currency.connect(who.holder).approve(recovery, MaxUint256);
  const identity = ref(`identity of ${who.holder.address}`);
  await side.currency.connect(who.operating).openWallet(newcomer, CLASS_NUMBERS.I, identity);
  await side.registry.connect(who.registrar).addAccount(operatingNumber, payee);
  return { recovery, to: await recovery.getAddress() };
}

/** Proposed by the second key. */
async function proposed(f: Scene) {
  const it = await ready(f);
  await it.recovery.connect(f.payee).propose(f.who.holder, f.newcomer, ref("application"));
  return it;
}

export const recoveryCalls: Calls<typeof RECOVERY_ROWS> = {
  propose: async (f) => {
    const { to } = await ready(f);
    return { to, args: [f.who.holder.address, f.newcomer.address, ref("application")] };
  },
  approve: async (f) => {
    const { to } = await proposed(f);
    return { to, args: [f.who.holder.address] };
  },
  withdraw: async (f) => {
    const { to } = await proposed(f);
    return { to, args: [f.who.holder.address] };
  },
  object: async (f) => {
    const { to } = await proposed(f);
    return { to, args: [] };
  },
  objectWithSignature: async (f) => {
    const { to, recovery } = await proposed(f);
    const objection = { wallet: f.who.holder.address, round: 1n };
    return { to, args: [objection, await signObjection(f.who.holder, await domainOf(recovery), objection)] };
  },
  "objectWithSignature: signed by the caller": async (f) => {
    const { to, recovery } = await proposed(f);
    const objection = { wallet: f.who.holder.address, round: 1n };
    const domain = await domainOf(recovery);
    return { to, args: async (caller) => [objection, await signObjection(caller, domain, objection)] };
  },
  recover: async (f) => {
    const { to, recovery } = await proposed(f);
    await recovery.connect(f.who.operating).approve(f.who.holder);
    const { due } = await recovery.recoveryOf(f.who.holder);
    await f.chain.networkHelpers.time.increaseTo(due);
    return { to, args: [f.who.holder.address] };
  },
};
