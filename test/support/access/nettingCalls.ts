import { ZeroAddress } from "ethers";
import { BRIDGE_FUNCTION_ROLES } from "../../../sdk/bridge.js";
import { instructionOf } from "../../../sdk/bridge/netting.js";
import { verdictOf } from "../../../sdk/bridge/operations.js";
import { purposeCode } from "../../../sdk/deploy/bridge.js";
import { netItemId } from "../../../sdk/eip712/bridgeNetting.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { netTable } from "../../../sdk/instructions.js";
import { ref } from "../chain.js";
import { assign, openPayments } from "./corridorStage.js";
import type { NETTING_ROWS } from "./nettingTable.js";
import type { Calls } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";

/** Open nearly all day, so that no clock decides. */
const TIMES = { opens: 0n, closes: 86_398n, ends: 86_399n, cycle: 3_600n } as const;
const LIMIT = 10n;
const DAY = 86_400n;

/** The venue beside the payments, under the same council and gate. */
export async function openNetting(f: Scene) {
  const scene = await openPayments(f);
  const council = await scene.payments.COUNCIL();
  const args = [f.suite.engine, council, scene.shared.gate, ZeroAddress, TIMES, LIMIT, LIMIT] as const;
  const netting = await f.chain.ethers.deployContract("BridgeNetting", [...args]);
  await assign(f, netting, BRIDGE_FUNCTION_ROLES.netting);
  await f.suite.engine.connect(f.who.operating).authorizeAgent(netting, true);
  return { ...scene, netting };
}

/** The operating institution pays the participating one; nothing waits yet. */
async function prepared(f: Scene) {
  const { netting, shared } = await openNetting(f);
  const { operating: payer, participating: payee } = f.who;
  const payment = {
    ...{ businessRef: ref("payment"), currency: await shared.currency.getAddress() },
    ...{ payer: payer.address, payee: payee.address, amount: 1n },
    ...{ purpose: purposeCode("GDDS"), dataHash: ref("data"), notAfter: FAR },
  };
  const item = { payments: [payment] };
  const domain = await domainOf(netting);
  const verdict = (signer: typeof payer) => {
    const finding = { approved: true, listVersion: ref("list"), validUntil: FAR };
    return verdictOf(domain, netItemId(domain, item), { account: signer.address, signer }, finding);
  };
  const queuing = [item, await verdict(payer), await verdict(payee), 0] as const;
  return { to: await netting.getAddress(), netting, item, payer, queuing, currency: payment.currency };
}

async function waiting(f: Scene) {
  const it = await prepared(f);
  await it.netting.connect(it.payer).queue(...it.queuing);
  return it;
}

export const nettingCalls: Calls<typeof NETTING_ROWS> = {
  queue: async (f) => {
    const { to, queuing } = await prepared(f);
    return { to, args: queuing };
  },
  setPriority: async (f) => {
    const { to, item } = await waiting(f);
    return { to, args: [item, 1] };
  },
  withdraw: async (f) => {
    const { to, item } = await waiting(f);
    return { to, args: [item] };
  },
  closeCycle: async (f) => {
    const { to, item } = await waiting(f);
    await f.chain.networkHelpers.time.increase(TIMES.cycle);
    // no cap is set: the one item is dropped
    return { to, args: [{ items: [item], ...netTable([instructionOf(item)]), dropped: [0] }] };
  },
  unwind: async (f) => {
    const { to, item } = await waiting(f);
    await f.chain.networkHelpers.time.increase(DAY);
    return { to, args: [[item]] };
  },
  setDebitCap: async (f) => {
    const { to, currency } = await prepared(f);
    return { to, args: [currency, f.who.operating.address, 5n] };
  },
};
