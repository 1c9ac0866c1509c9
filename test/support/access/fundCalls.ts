import { isinBytes } from "../../../sdk/bonds.js";
import { governFund, type Fund } from "../../../sdk/deploy/fund.js";
import { FUND_ORDER_KIND, fundOrderTypedData, fundTimes, type FundOrder } from "../../../sdk/eip712/fundDealing.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import type { FundUnits } from "../../../types/ethers-contracts/index.js";
import { ref } from "../chain.js";
import { claimCalls, empower, fillClaims } from "./claimCalls.js";
import type { FUND_DEALING_ROWS, FUND_UNITS_ROWS } from "./fundTable.js";
import type { Calls } from "./prepared.js";
import type { Scene } from "./stage.js";
import { transfersOf } from "./tokenDepositCalls.js";

const TIMES = { cutOff: 15n * 3_600n, patience: 86_400n };
const NAV = 10_000_000n;

/** A fund whose cash is central bank money on the payee's account, with nothing on it. */
export async function fundOf(f: Scene): Promise<Fund> {
  const { chain, side, who, payee } = f;
  const isin = isinBytes("HK0000069689");
  const units = await chain.ethers.deployContract("FundUnits", [isin, "fund", "FUND", side.currency]);
  const terms = {
    ...{ units, transfers: await transfersOf(f), cash: side.currency, account: payee, ...TIMES },
    ...{ weekdays: 127n, navBand: 100n, firstNav: NAV },
  };
  const dealing = await chain.ethers.deployContract("FundDealing", [terms, who.agent]);
  const bank = { authority: side.authority, admin: who.admin, governor: who.governor, mandate: ref("fund documents") };
  await governFund(bank, { units, dealing });
  return { units, dealing };
}

/** Units on everybody's account. */
async function unitsOf(f: Scene): Promise<FundUnits> {
  const { units } = await fundOf(f);
  await empower(units, f.who.governor, f.who);
  await fillClaims(f, units, [f.who.operating]);
  return units;
}

/** The holder may subscribe. */
async function open(f: Scene) {
  const { chain, side, who } = f;
  const { units, dealing } = await fundOf(f);
  await units.connect(who.operating).openAccount(who.holder);
  const { transfers } = await dealing.terms();
  await side.currency.connect(who.holder).approve(transfers, minor("10.00", "HKD"));
  const agreed = await chain.ethers.getContractAt("DepositTransfers", transfers);
  await agreed.connect(who.holder).authorizeAgent(dealing, true);
  const order: FundOrder = {
    ...{ kind: FUND_ORDER_KIND.subscription, investor: who.holder.address, cash: await side.currency.getAddress() },
    ...{ amount: minor("10.00", "HKD"), salt: ref("order") },
    day: await dealing.nextDealingDay(await chain.networkHelpers.time.latest()),
  };
  return { dealing, order, to: await dealing.getAddress() };
}

async function placed(f: Scene) {
  const it = await open(f);
  await it.dealing.connect(f.who.holder).place(it.order, "0x", "0x");
  return it;
}

/** Past the cut-off. */
async function bound(f: Scene) {
  const it = await placed(f);
  await f.chain.networkHelpers.time.increaseTo(fundTimes(TIMES, it.order.day).cutOff);
  return it;
}

async function priced(f: Scene) {
  const it = await bound(f);
  await it.dealing.connect(f.who.agent).publishNav(it.order.day, NAV);
  return it;
}

async function toDealing(f: Scene, args: readonly unknown[]) {
  return { to: await (await fundOf(f)).dealing.getAddress(), args };
}

export const fundUnitsCalls: Calls<typeof FUND_UNITS_ROWS> = claimCalls(unitsOf);

export const fundDealingCalls: Calls<typeof FUND_DEALING_ROWS> = {
  publishNav: async (f) => {
    const { to, order } = await bound(f);
    return { to, args: [order.day, NAV] };
  },
  setAdministrator: (f) => toDealing(f, [f.newcomer.address]),
  setNavBand: (f) => toDealing(f, [1n]),
  place: async (f) => {
    const { to, dealing, order } = await open(f);
    const consent = await sign(f.who.holder, fundOrderTypedData(await domainOf(dealing), order));
    return { to, args: [order, consent, "0x"] };
  },
  "place: without a signature": async (f) => {
    const { to, order } = await open(f);
    return { to, args: [order, "0x", "0x"] };
  },
  cancel: async (f) => {
    const { to, order } = await placed(f);
    return { to, args: [order] };
  },
  deal: async (f) => {
    const { to, order } = await priced(f);
    return { to, args: [order] };
  },
  dealMany: async (f) => {
    const { to, order } = await priced(f);
    return { to, args: [[order]] };
  },
  lapse: async (f) => {
    const { to, order } = await placed(f);
    await f.chain.networkHelpers.time.increaseTo(fundTimes(TIMES, order.day).deadline);
    return { to, args: [order] };
  },
  setAuthority: async (f) => toDealing(f, [await f.side.authority.getAddress()]),
};
