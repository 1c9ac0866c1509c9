import { POWERS } from "../../../sdk/roles.js";
import { holdTypedData, type Hold } from "../../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { ILedger__factory, type ILedger } from "../../../types/ethers-contracts/index.js";
import { ref } from "../chain.js";
import { entry, holdTerms } from "../holds.js";
import type { Calls } from "./prepared.js";
import type { Scene } from "./stage.js";
import type { LEDGER_ROWS } from "./table.js";

/** What the calls of every token need of the token under test. */
export interface Subject {
  readonly address: string;
  /** Stops payments, so that they can be resumed. */
  halt(): Promise<unknown>;
}

const BASIS = ref("order");

/** Calls of a token of the suite: the holder's value is what they are about, its agent is spender and executor. */
export function ledgerCalls(subjectOf: (scene: Scene) => Promise<Subject>): Calls<typeof LEDGER_ROWS> {
  const tokenOf = async (f: Scene): Promise<ILedger> =>
    ILedger__factory.connect((await subjectOf(f)).address, f.who.holder);
  const terms = (f: Scene, changed: Partial<Hold> = {}) => holdTerms(f.chain, f.who.holder, f.who.agent, 1n, changed);
  const placed = async (f: Scene, changed: Partial<Hold> = {}): Promise<Hold> => {
    const hold = await terms(f, changed);
    await (await tokenOf(f)).placeHold(hold);
    return hold;
  };
  return {
    approve: ({ payee }) => ({ args: [payee.address, 1n] }),
    transfer: ({ payee }) => ({ args: [payee.address, 1n] }),
    transferWithReference: ({ payee }) => ({ args: [payee.address, 1n, ref("invoice")] }),
    payOut: ({ payee }) => ({ args: [[entry(payee, 1n)], ref("wages")] }),
    transferFrom: ({ who, payee }) => ({ args: [who.holder.address, payee.address, 1n] }),

    placeHold: ({ chain, who }) => ({ args: async (caller) => [await holdTerms(chain, caller, who.agent, 1n)] }),
    "placeHold: on the holder's value": async (f) => ({ args: [await terms(f)] }),
    placeHoldFrom: async (f) => ({ args: [await terms(f)] }),
    placeHoldWithSignature: async (f) => {
      const hold = await terms(f);
      return { args: [hold, await sign(f.who.holder, holdTypedData(await domainOf(await tokenOf(f)), hold))] };
    },
    "placeHoldWithSignature: signed by the caller": async (f) => {
      const hold = await terms(f);
      const typedData = holdTypedData(await domainOf(await tokenOf(f)), hold);
      return { args: async (caller) => [hold, await sign(caller, typedData)] };
    },
    voidHold: async (f) => ({ args: [await terms(f)] }),
    captureHold: async (f) => ({ args: [await placed(f), f.payee.address, 1n] }),
    captureHoldToMany: async (f) => ({ args: [await placed(f), [entry(f.payee, 1n)]] }),
    "releaseHold: before the expiry": async (f) => ({ args: [await placed(f)] }),
    "releaseHold: from the expiry on": async (f) => {
      const hold = await placed(f);
      await f.chain.networkHelpers.time.increaseTo(hold.expiry);
      return { args: [hold] };
    },

    freeze: ({ who }) => ({ args: [who.holder.address, BASIS] }),
    unfreeze: ({ who }) => ({ args: [who.frozen.address, BASIS] }),
    "setFrozenTokens(…uint256)": ({ who }) => ({ args: [who.holder.address, 1n] }),
    "setFrozenTokens(…bytes32)": ({ who }) => ({ args: [who.holder.address, 1n, BASIS] }),
    "forcedTransfer(…uint256)": ({ who, payee }) => ({ args: [who.holder.address, payee.address, 1n] }),
    "forcedTransfer(…bytes32)": ({ who, payee }) => ({ args: [who.holder.address, payee.address, 1n, BASIS] }),

    appoint: ({ who }) => ({ args: [who.agent.address, POWERS.enforcer, ref("act")] }),
    dismiss: ({ who }) => ({ args: [who.enforcer.address, POWERS.enforcer] }),
    haltAll: () => ({ args: [] }),
    resumeAll: async (f) => {
      await (await subjectOf(f)).halt();
      return { args: [] };
    },
    // to itself, which is a contract
    setAuthority: async ({ side }) => ({ args: [await side.authority.getAddress()] }),
  };
}
