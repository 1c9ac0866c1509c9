import { ROLES } from "../../../sdk/roles.js";
import { encode, selectorsOf } from "../../../sdk/selectors.js";
import { announceUpgrade, upgradeArgs } from "./currencyCalls.js";
import type { Calls } from "./prepared.js";
import type { Scene } from "./stage.js";
import type { AUTHORITY_ROWS } from "./table.js";

const UNUSED_ROLE = 99n;
const DAY = 86_400n;

/** A call of the currency through the authority: target and data. */
async function call({ side }: Scene, name: string, args: readonly unknown[]): Promise<[string, string]> {
  return [await side.currency.getAddress(), encode("currency", name, args)];
}

export const authorityCalls: Calls<typeof AUTHORITY_ROWS> = {
  labelRole: () => ({ args: [UNUSED_ROLE, "auditor"] }),
  grantRole: ({ who }) => ({ args: [ROLES.governor, who.agent.address, 0n] }),
  "grantRole: admin": ({ who }) => ({ args: [ROLES.admin, who.agent.address, 0n] }),
  revokeRole: ({ who }) => ({ args: [ROLES.governor, who.governor.address] }),
  renounceRole: () => ({ args: (caller) => [ROLES.governor, caller.address] }),
  "renounceRole: the holder's": ({ who }) => ({ args: [ROLES.governor, who.holder.address] }),
  setRoleAdmin: () => ({ args: [ROLES.halter, ROLES.governor] }),
  setRoleGuardian: () => ({ args: [ROLES.halter, ROLES.guardian] }),
  setGrantDelay: () => ({ args: [ROLES.halter, DAY] }),
  setTargetFunctionRole: async ({ side }) => ({
    args: [await side.currency.getAddress(), selectorsOf("currency", ["haltAll"]), ROLES.governor],
  }),
  setTargetAdminDelay: async ({ side }) => ({ args: [await side.currency.getAddress(), DAY] }),
  setTargetClosed: async ({ side }) => ({ args: [await side.currency.getAddress(), true] }),
  updateAuthority: async ({ side }) => ({
    args: [await side.currency.getAddress(), await side.authority.getAddress()],
  }),
  schedule: async (f) => ({ args: [...(await call(f, "upgradeToAndCall", upgradeArgs(f))), 0n] }),
  "execute: an office's function": async (f) => ({ args: await call(f, "haltAll", []) }),
  "execute: a function given to no office": async (f) => ({
    args: await call(f, "setAuthority", [await f.side.authority.getAddress()]),
  }),
  "execute: an upgrade not announced": async (f) => ({ args: await call(f, "upgradeToAndCall", upgradeArgs(f)) }),
  cancel: async (f) => {
    const data = await announceUpgrade(f);
    return { args: [f.who.upgrader.address, await f.side.currency.getAddress(), data] };
  },
  consumeScheduledOp: async (f) => {
    const data = await announceUpgrade(f);
    await f.chain.networkHelpers.time.increase(f.side.plan.delays.upgrade);
    return { args: [f.who.upgrader.address, data] };
  },
  multicall: ({ side, who }) => ({
    args: [[side.authority.interface.encodeFunctionData("grantRole", [ROLES.governor, who.agent.address, 0n])]],
  }),
};
