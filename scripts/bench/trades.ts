import { MaxUint256, id } from "ethers";
import { dayNumber } from "../../sdk/calendar.js";
import { openMatching } from "../../sdk/deploy/trades.js";
import { bothSides, type TradeInstruction } from "../../sdk/eip712/trades.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { signTrade } from "../../sdk/markets/trades.js";
import { minor } from "../../sdk/money.js";
import type { Bond, TradeMatching } from "../../types/ethers-contracts/index.js";
import { gasOf } from "./measure.js";
import type { Figures } from "./operations.js";
import type { Suite } from "./suite.js";

const QUANTITY = 10n;
const PART = 3n;
const RULES = { recycleDays: 20n, extensionDays: 4n, feeRate: 10_000n, feeCap: 500_000n };

/** A trade by two signed instructions, carried by somebody else: matched, settled whole, and in a part. */
export async function measureTrades(suite: Suite, bond: Bond): Promise<Figures> {
  const { chain, authority, admin, carrier: deployer, currency, banks } = suite;
  const [{ account: buyer }, { account: seller }] = banks;
  const engine = await chain.ethers.deployContract("SettlementEngine");
  const register = await bond.assetRegistry();
  const matching = await openMatching({ authority, admin, deployer, register, engine, rules: RULES });
  await currency.connect(buyer).approve(engine, MaxUint256);
  await bond.connect(seller).approve(engine, MaxUint256);
  for (const bank of [buyer, seller]) await engine.connect(bank).authorizeAgent(matching, true);

  const first = await match(suite, bond, matching, "the first");
  await matching.settle(...first.pair);
  const whole = await match(suite, bond, matching, "another");
  const settled = await gasOf(matching.connect(deployer).settle(...whole.pair));
  const { pair } = await match(suite, bond, matching, "in parts");
  // held, the whole fails; released, a part does not
  await matching.connect(seller).setTradeHold(...pair, true);
  await matching.settle(...pair);
  await matching.connect(seller).setTradeHold(...pair, false);
  const part = await gasOf(matching.connect(deployer).settlePart(...pair, PART));
  return { "market.match": whole.gas, "market.settle": settled, "market.part": part };
}

async function match(suite: Suite, bond: Bond, matching: TradeMatching, name: string) {
  const { chain, carrier, currency, banks } = suite;
  const [{ account: buyer }, { account: seller }] = banks;
  const today = BigInt(dayNumber(await chain.networkHelpers.time.latest()));
  const terms = {
    ...{ isin: await bond.isin(), tradeDay: today, settlementDay: today, quantity: QUANTITY, minimumPart: 1n },
    ...{ deliverer: seller.address, receiver: buyer.address },
    money: { currency: await currency.getAddress(), amount: minor("1000.00") },
  };
  const { delivery, receipt } = bothSides(terms, id(name));
  const domain = await domainOf(matching);
  const carried = matching.connect(carrier);
  const enter = async (instruction: TradeInstruction, side: typeof buyer) =>
    gasOf(carried.enter(instruction, await signTrade(side, domain, instruction)));
  const entered = (await enter(delivery, seller)) + (await enter(receipt, buyer));
  const gas = entered + (await gasOf(carried.matchTrade(delivery, receipt)));
  return { pair: [delivery, receipt] as const, gas };
}
