import { id, toBeHex } from "ethers";
import { planCycle } from "../../sdk/bridge/netting.js";
import { issueOnBridge, verdictOf } from "../../sdk/bridge/operations.js";
import { openBridge, purposeCode, type BridgeBank, type OpenBridge } from "../../sdk/deploy/bridge.js";
import { netItemId } from "../../sdk/eip712/bridgeNetting.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { gasOf, openChain } from "./measure.js";
import type { Figures } from "./operations.js";
import { LATER } from "./suite.js";

const PAYMENTS = 100;
const HOUR = 3_600n;
const DAY = 24n * HOUR;

/** A full queue of the shared ledger: 100 payments among ten banks at home and abroad, queued, and closed in one cycle. */
export async function measureNetting(): Promise<Figures> {
  const chain = await openChain();
  const bridge = await openBridge(chain);
  const { CNY, HKD } = bridge.members;
  const banks = [...CNY.banks, ...HKD.banks];
  const { time } = chain.networkHelpers;
  const midnight = ((BigInt(await time.latest()) + 8n * HOUR) / DAY + 1n) * DAY - 8n * HOUR;
  for (const bank of CNY.banks) await issueOnBridge(CNY, bank, minor("1000000.00"), `opening ${bank.bic}`, LATER);
  const token = await CNY.currency.getAddress();
  for (const { account } of banks) {
    await bridge.netting.connect(CNY.offices.governor).setDebitCap(token, account, minor("100000.00"));
  }
  await time.increaseTo(midnight + 9n * HOUR);
  const queued: bigint[] = [];
  for (let count = 0; count < PAYMENTS; ++count) queued.push(await queue(bridge, token, banks, count));
  await time.increaseTo(midnight + 10n * HOUR);
  const { proposal } = await planCycle(bridge.netting);
  const closed = await gasOf(bridge.netting.connect(bridge.deployer).closeCycle(proposal));
  return {
    "net.queue": Number(queued.at(-1) ?? 0n),
    "net.cycle.perPayment": Math.round(closed / PAYMENTS),
  };
}

/** Every bank pays the next, the one after, and so on. */
async function queue({ netting }: OpenBridge, currency: string, banks: readonly BridgeBank[], count: number) {
  const from = banks[count % banks.length];
  const to = banks[(count + 1 + (Math.floor(count / banks.length) % (banks.length - 1))) % banks.length];
  if (from === undefined || to === undefined || from === to) throw new RangeError("a payment has two banks");
  const item = {
    payments: [
      {
        ...{ businessRef: toBeHex(count, 32), currency, payer: from.account, payee: to.account },
        ...{ amount: minor("1000.00") + BigInt(count), purpose: purposeCode("GDDS"), dataHash: id(`data ${count}`) },
        notAfter: LATER,
      },
    ],
  };
  const domain = await domainOf(netting);
  const finding = { approved: true, listVersion: id("list"), validUntil: LATER };
  const verdicts = [
    await verdictOf(domain, netItemId(domain, item), from, finding),
    await verdictOf(domain, netItemId(domain, item), to, finding),
  ] as const;
  return BigInt(await gasOf(netting.connect(from.signer).queue(item, ...verdicts, 0)));
}
