import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, type TypedDataDomain } from "ethers";
import { isinBytes } from "../../sdk/bonds.js";
import { openFund } from "../../sdk/deploy/fund.js";
import {
  FUND_ORDER_KIND,
  fundOrderId,
  fundPayment,
  fundTimes,
  fundUnitsHold,
  type DealingTerms,
  type FundOrder,
} from "../../sdk/eip712/fundDealing.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
export { mostMoney, mostUnits } from "../../scripts/scenarios/fund-dealing/book.js";
import type { FundDealing, FundUnits } from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "./chain.js";
import { POWER } from "./currency.js";
import { deployDepositTokens, type DepositTokens } from "./depositTokens.js";

/** Units of the one order that investors have at first. */
export const HOLDING = 1_000_000n;
/** Millionths of a dollar per unit. */
export const FIRST_NAV = 10_000_000n;
/** 2 %, and a price within it. */
export const BAND = 200n;
export const NAV = 10_123_457n;

/** What this run compiled, and under coverage instrumented. */
const CODE = {
  units: (await artifacts.readArtifact("FundUnits")).bytecode,
  dealing: (await artifacts.readArtifact("FundDealing")).bytecode,
};

/** A fund whose cash is at bochk: ann (with deposits at hsbc), bob (at bochk) and shop invest. */
export interface DealtFund extends DepositTokens {
  readonly units: FundUnits;
  readonly dealing: FundDealing;
  readonly fundDomain: TypedDataDomain;
  readonly terms: DealingTerms;
  /** The fund's account. */
  readonly account: HardhatEthersSigner;
  readonly administrator: HardhatEthersSigner;
  /** The first day that orders are taken for. */
  readonly day: bigint;
}

/** Open for orders of a Monday; investors have units and consent to everything; the fund has no cash yet. */
export async function deployFund(chain: Chain): Promise<DealtFund> {
  const f = await deployDepositTokens(chain);
  const { authority, officers, currency } = f.hongkong;
  const { treasury: account, dan: administrator } = f;
  const cash = await f.atBochk.getAddress();
  const [cutOff, patience] = [15n * 3_600n, 2n * 86_400n];
  const { units, dealing } = await openFund({
    ...{ authority, admin: officers.admin, deployer: f.deployer, governor: officers.governor, currency },
    ...{ isin: isinBytes("HK0000069689"), name: "HKD money market fund", symbol: "HKDMMF" },
    terms: {
      ...{ transfers: f.transfers, cash, account, cutOff, weekdays: 0b0011111n, patience },
      ...{ navBand: BAND, firstNav: FIRST_NAV },
    },
    ...{ administrator, mandate: ref("fund documents"), initCode: CODE },
  });
  await f.atBochk.connect(f.bochk).openAccount(account);
  await f.atBochk.connect(account).approve(f.transfers, MaxUint256);
  await f.transfers.connect(account).authorizeAgent(dealing, true);
  // what was there before the fund was dealt here
  await units.connect(officers.governor).appoint(officers.governor, POWER.issuer, ref("migration"));
  for (const [investor, keeper] of [
    [f.ann, f.hsbc],
    [f.bob, f.bochk],
    [f.shop, f.hsbc],
  ] as const) {
    await units.connect(keeper).openAccount(investor);
    await units.connect(officers.governor).issue(investor, HOLDING, ref("migration"));
    await units.connect(investor).approve(dealing, MaxUint256);
    await f.transfers.connect(investor).authorizeAgent(dealing, true);
  }
  // the next Monday: a day and a weekend away from no cut-off
  const today = await dealing.nextDealingDay(BigInt(await chain.networkHelpers.time.latest()) + 86_400n);
  let day = today;
  while ((day + 3n) % 7n !== 0n) day += 1n;
  const terms = { units: await units.getAddress(), cash, account: account.address, cutOff, patience };
  const { cutOff: until } = fundTimes(terms, day);
  await chain.networkHelpers.time.increaseTo(until - 3_600n);
  return {
    ...f,
    ...{ units, dealing, fundDomain: await domainOf(dealing), terms, account, administrator, day },
  };
}

/** A subscription of ann's: 1,000.00 of her deposits at hsbc. */
export async function subscription(f: DealtFund, changed: Partial<FundOrder> = {}): Promise<FundOrder> {
  return {
    ...{ kind: FUND_ORDER_KIND.subscription, investor: f.ann.address, cash: await f.atHsbc.getAddress() },
    ...{ amount: minor("1000.00", "HKD"), day: f.day, salt: ref("first") },
    ...changed,
  };
}

/** A redemption of ann's: 50 units, paid into her deposits at hsbc. */
export async function redemption(f: DealtFund, changed: Partial<FundOrder> = {}): Promise<FundOrder> {
  return subscription(f, { kind: FUND_ORDER_KIND.redemption, amount: 500_000n, ...changed });
}

/** Id of an order. */
export function fundIdOf({ fundDomain }: DealtFund, order: FundOrder): string {
  return fundOrderId(fundDomain, order);
}

/** Id of the hold that covers an order, at the token that it is on. */
export async function coverOf(f: DealtFund, order: FundOrder): Promise<string> {
  const hold =
    order.kind === FUND_ORDER_KIND.subscription
      ? await f.transfers.holdOf(fundPayment(f.fundDomain, f.terms, order))
      : fundUnitsHold(f.fundDomain, f.terms, order);
  const { payer, payee, executor, amount, expiry, businessRef } = hold;
  return f.units.holdId({ payer, payee, executor, amount, expiry, businessRef });
}

/** The next block is at the order's cut-off, or so many seconds after it. */
export async function passCutOff(f: DealtFund, after = 0n): Promise<void> {
  await f.chain.networkHelpers.time.increaseTo(fundTimes(f.terms, f.day).cutOff + after);
}

/** Past the cut-off, and the day's price is known. */
export async function price(f: DealtFund, nav = NAV): Promise<void> {
  await passCutOff(f);
  await f.dealing.connect(f.administrator).publishNav(f.day, nav);
}

/** The fund's bank lends it cash for redemptions. */
export async function fundCash(f: DealtFund, amount: bigint): Promise<void> {
  await f.atBochk.connect(f.bochk).issue(f.account, amount, ref("credit line"));
}
