import { instructionTypedData, type Instruction } from "../../../sdk/eip712/settlement.js";
import { permitTypedData } from "../../../sdk/eip712/authorizations.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { collectConsents, coverOf, exchange, netTable } from "../../../sdk/instructions.js";
import { ref } from "../chain.js";
import { split } from "../signing.js";
import type { Calls } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";
import type { ENGINE_ROWS } from "./table.js";

/** The holder pays the operating institution, which delivers a unit of the bond. */
async function trade({ side, who, bond }: Scene): Promise<Instruction> {
  return exchange(
    { businessRef: 1n, nettable: true },
    { token: await side.currency.getAddress(), from: who.holder.address, amount: 1n },
    { token: await bond.getAddress(), from: who.operating.address, amount: 1n },
  );
}

/** The trade with signatures of both givers, or only of the second: then the first has to call itself. */
async function item(f: Scene, { unsigned }: { readonly unsigned: boolean } = { unsigned: false }) {
  const instruction = await trade(f);
  const signers = unsigned ? [f.who.operating] : [f.who.holder, f.who.operating];
  const consents = await collectConsents(await domainOf(f.suite.engine), instruction, signers);
  return { instruction, consents, holds: [] };
}

const UNSIGNED = { unsigned: true } as const;

async function settleArgs(f: Scene, of?: typeof UNSIGNED) {
  const { instruction, consents, holds } = await item(f, of);
  return [instruction, consents, holds] as const;
}

async function netArgs(f: Scene, of?: typeof UNSIGNED) {
  const settled = await item(f, of);
  const { keys, indices } = netTable([settled.instruction]);
  return [[settled], keys, indices] as const;
}

async function multicallArgs(f: Scene, of?: typeof UNSIGNED) {
  const [instruction, consents] = await settleArgs(f, of);
  return [[f.suite.engine.interface.encodeFunctionData("settle", [instruction, consents, []])]] as const;
}

async function queued(f: Scene): Promise<Instruction> {
  const { instruction, consents } = await item(f);
  await f.suite.engine.connect(f.who.operating).queue(instruction, consents, 1);
  return instruction;
}

/** A permit in the engine's favour. */
async function permit({ suite, side, who }: Scene) {
  const spender = await suite.engine.getAddress();
  const message = { owner: who.holder.address, spender, value: 1n, nonce: 0n, deadline: FAR };
  const typedData = permitTypedData(await domainOf(side.currency), message);
  return { typedData, args: [await side.currency.getAddress(), who.holder.address, 1n, FAR] };
}

export const engineCalls: Calls<typeof ENGINE_ROWS> = {
  affirm: () => ({ args: [ref("instruction")] }),
  revoke: () => ({ args: [ref("instruction")] }),
  authorizeAgent: async ({ side }) => ({ args: [await side.desk.getAddress(), true] }),
  settle: async (f) => ({ args: await settleArgs(f) }),
  "settle: the caller for the holder": async (f) => ({ args: await settleArgs(f, UNSIGNED) }),
  "settle: signed by the caller for the holder": async (f) => {
    const [instruction, [, delivery = ""]] = await settleArgs(f);
    const typedData = instructionTypedData(await domainOf(f.suite.engine), instruction);
    return { args: async (caller) => [instruction, [await sign(caller, typedData), delivery], []] };
  },
  settleMany: async (f) => ({ args: [[await item(f)]] }),
  "settleMany: the caller for the holder": async (f) => ({ args: [[await item(f, UNSIGNED)]] }),
  trySettleMany: async (f) => ({ args: [[await item(f)]] }),
  "trySettleMany: the caller for the holder": async (f) => ({ args: [[await item(f, UNSIGNED)]] }),
  settleNet: async (f) => {
    return { args: await netArgs(f) };
  },
  "settleNet: the caller for the holder": async (f) => ({ args: await netArgs(f, UNSIGNED) }),
  cancel: async (f) => {
    const { instruction, consents } = await item(f);
    return { args: [instruction, consents[0]] };
  },
  "cancel: without the holder's consent": async (f) => ({ args: [await trade(f), "0x"] }),
  releaseBoundHold: async (f) => {
    const { suite, side, who } = f;
    const instruction = await trade(f);
    const hold = coverOf(await domainOf(suite.engine), instruction, 0);
    await side.currency.connect(who.holder).placeHold(hold);
    await suite.engine.connect(who.holder).cancel(instruction, "0x");
    return { args: [await side.currency.getAddress(), instruction, hold] };
  },
  queue: async (f) => {
    const { instruction, consents } = await item(f);
    return { args: [instruction, consents, 1] };
  },
  setPriority: async (f) => ({ args: [await queued(f), 2] }),
  dequeue: async (f) => ({ args: [await queued(f)] }),
  tryPermit: async (f) => {
    const { typedData, args } = await permit(f);
    return { args: [...args, ...split(await sign(f.who.holder, typedData))] };
  },
  "tryPermit: signed by the caller": async (f) => {
    const { typedData, args } = await permit(f);
    return { args: async (caller) => [...args, ...split(await sign(caller, typedData))] };
  },
  multicall: async (f) => ({ args: await multicallArgs(f) }),
  "multicall: the caller for the holder": async (f) => ({ args: await multicallArgs(f, UNSIGNED) }),
};
