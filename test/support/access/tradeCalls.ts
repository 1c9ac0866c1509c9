import { MaxUint256 } from "ethers";
import { dayNumber, startOfDayNumber } from "../../../sdk/calendar.js";
import { openMatching } from "../../../sdk/deploy/trades.js";
import { bothSides, tradeId, type BuyInOffer } from "../../../sdk/eip712/trades.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { signBuyIn, signTrade } from "../../../sdk/markets/trades.js";
import { minor } from "../../../sdk/money.js";
import { ref } from "../chain.js";
import type { Calls } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";
import type { TRADE_ROWS } from "./tradeTable.js";

const RULES = { recycleDays: 3n, extensionDays: 1n, feeRate: 10_000n, feeCap: 30_000n } as const;

/** The matching on the platform's register. */
export async function matchingOf({ suite, side, who }: Scene) {
  const bank = { authority: side.authority, admin: who.admin };
  const { deployer, assets: register, engine } = suite;
  return openMatching({ ...bank, deployer, register, engine, rules: RULES });
}

/** The holder's delivery of two units, and the operating institution's receipt. */
async function sides(f: Scene) {
  const { chain, who, bond, side } = f;
  const matching = await matchingOf(f);
  const today = BigInt(dayNumber(await chain.networkHelpers.time.latest()));
  const terms = {
    ...{ isin: await bond.isin(), tradeDay: today, settlementDay: today, quantity: 2n, minimumPart: 1n },
    ...{ deliverer: who.holder.address, receiver: who.operating.address },
    money: { currency: await side.currency.getAddress(), amount: minor("500.00") },
  };
  const { delivery, receipt } = bothSides(terms, ref("trade"));
  const [to, domain] = [await matching.getAddress(), await domainOf(matching)];
  return { matching, delivery, receipt, to, domain, pair: [delivery, receipt] as const };
}

async function entered(f: Scene) {
  const it = await sides(f);
  await it.matching.connect(f.who.holder).enter(it.delivery, "0x");
  await it.matching.connect(f.who.operating).enter(it.receipt, "0x");
  return it;
}

async function matched(f: Scene) {
  const it = await entered(f);
  await it.matching.matchTrade(...it.pair);
  return it;
}

/** Both sides are ready. */
async function ready(f: Scene) {
  const it = await matched(f);
  const { engine } = f.suite;
  await f.bond.connect(f.who.holder).approve(engine, MaxUint256);
  await f.side.currency.connect(f.who.operating).approve(engine, MaxUint256);
  for (const party of [f.who.holder, f.who.operating, f.who.participating]) {
    await engine.connect(party).authorizeAgent(it.to, true);
  }
  return it;
}

/** Failed today, and `days` before, by the deliverer's fault. */
async function failing(f: Scene, days: number) {
  const it = await ready(f);
  await f.bond.connect(f.who.holder).approve(f.suite.engine, 1n);
  await it.matching.settle(...it.pair);
  if (days === 0) return it;
  await f.chain.networkHelpers.time.increaseTo(startOfDayNumber(Number(it.delivery.settlementDay) + days));
  await it.matching.settle(...it.pair);
  return it;
}

export const tradeCalls: Calls<typeof TRADE_ROWS> = {
  enter: async (f) => {
    const { to, domain, delivery } = await sides(f);
    return { to, args: [delivery, await signTrade(f.who.holder, domain, delivery)] };
  },
  "enter: without a signature": async (f) => {
    const { to, delivery } = await sides(f);
    return { to, args: [delivery, "0x"] };
  },
  cancel: async (f) => {
    const { to, delivery } = await entered(f);
    return { to, args: [delivery] };
  },
  setHold: async (f) => {
    const { to, delivery } = await entered(f);
    return { to, args: [delivery, true] };
  },
  matchTrade: async (f) => {
    const { to, pair } = await entered(f);
    return { to, args: pair };
  },
  setTradeHold: async (f) => {
    const { to, pair } = await matched(f);
    return { to, args: [...pair, true] };
  },
  agreeCancel: async (f) => {
    const { to, pair } = await matched(f);
    return { to, args: [...pair, true] };
  },
  settle: async (f) => {
    const { to, pair } = await ready(f);
    return { to, args: pair };
  },
  settlePart: async (f) => {
    const { to, pair } = await failing(f, 0);
    return { to, args: [...pair, 1n] };
  },
  attempt: async (f) => {
    const { to, domain, delivery, pair } = await ready(f);
    return { to, args: [tradeId(domain, ...pair), delivery, 2n] };
  },
  lapse: async (f) => {
    const { to, delivery, pair } = await matched(f);
    const end = Number(delivery.settlementDay + RULES.recycleDays) + 1;
    await f.chain.networkHelpers.time.increaseTo(startOfDayNumber(end));
    return { to, args: pair };
  },
  buyIn: async (f) => {
    const { to, matching, domain, delivery, pair } = await failing(f, 1);
    const agent = f.who.participating;
    await matching.connect(f.who.governor).setBuyInAgent(agent, true);
    await f.bond.connect(agent).approve(f.suite.engine, MaxUint256);
    const offer: BuyInOffer = {
      ...{ trade: tradeId(domain, ...pair), agent: agent.address, quantity: delivery.quantity, price: delivery.amount },
      ...{ notAfter: FAR, businessRef: ref("offer") },
    };
    return { to, args: [...pair, offer, await signBuyIn(agent, domain, offer)] };
  },
  payClaim: async (f) => {
    const { to, matching, delivery, pair } = await failing(f, 1);
    const end = Number(delivery.settlementDay + RULES.recycleDays) + 1;
    await f.chain.networkHelpers.time.increaseTo(startOfDayNumber(end));
    await matching.lapse(...pair);
    return { to, args: pair };
  },
  setTolerance: async (f) => ({
    to: await (await matchingOf(f)).getAddress(),
    args: [await f.side.currency.getAddress(), { boundary: 1n, small: 0n, large: 1n }],
  }),
  setBuyInAgent: async (f) => ({
    to: await (await matchingOf(f)).getAddress(),
    args: [f.payee.address, true],
  }),
  setAuthority: async (f) => ({
    to: await (await matchingOf(f)).getAddress(),
    args: [await f.suite.mainland.authority.getAddress()],
  }),
};
