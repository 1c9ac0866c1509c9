import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, type BaseContract } from "ethers";
import { SECONDS_PER_DAY, dayNumber, startOfDayNumber } from "../../sdk/calendar.js";
import { openDeposits, type Deposits } from "../../sdk/deploy/deposits.js";
import type { Endpoint } from "../../sdk/interop/rpc.js";
import { dayHeaders, endpointOf, lastBlockOf, slotProof, type SlotProof } from "../../sdk/issuance/dayEnds.js";
import {
  buildStatement,
  closingBalances,
  interestOf,
  quarterDays,
  quarterOf,
  wholeUnits,
  type InterestEntry,
  type RateChange,
  type Statement,
} from "../../sdk/issuance/interest.js";
import { movementsOf } from "../../sdk/issuance/movements.js";
import { INSTITUTION_KIND } from "../../sdk/issuance/roles.js";
import type { IDigitalCurrency } from "../../types/ethers-contracts/index.js";
import type { Chain } from "./chain.js";
import { deployMoney, type Money } from "./currency.js";

/** 21 December 2039 to 20 March 2040, which has a 29 February: 91 days. */
export const QUARTER = quarterOf(2040, 3);
export const DAYS = quarterDays(QUARTER);
/** 0.05 % a year. */
export const RATE = 500n;
/** How far back the simulated chain knows hashes of blocks: it has no EIP-2935. */
export const REACH = 256n;

const codeOf = async (name: string) => (await artifacts.readArtifact(name)).bytecode;
/** What this run compiled, and under coverage instrumented. */
const initCode = {
  dayEnds: await codeOf("DayEnds"),
  reserves: await codeOf("ReserveFramework"),
  interest: await codeOf("InterestBook"),
};

/** The mainland's framework: icbc is a bank, boc is none; the chain stands at the beginning of the day before QUARTER. */
export interface DepositStage extends Money, Deposits {
  readonly chain: Chain;
  readonly money: IDigitalCurrency;
  readonly governor: HardhatEthersSigner;
  readonly registrar: HardhatEthersSigner;
  /** Numbers of icbc and boc. */
  readonly bank: bigint;
  readonly other: bigint;
  readonly rates: readonly RateChange[];
  readonly endpoint: Endpoint;
}

/** {@link RATE} is in force from the quarter on, and both institutions let the book hold their money. */
export async function deployDeposits(chain: Chain): Promise<DepositStage> {
  const money = await deployMoney(chain);
  const { currency, authority, officers, banks } = money.mainland;
  const { governor, registrar, admin } = officers;
  const deposits = await openDeposits({ authority, admin, deployer: money.deployer, currency, initCode });
  const [bank, other] = [banks[0].number, banks[1].number];
  await deposits.reserves.connect(registrar).setKind(bank, INSTITUTION_KIND.bank);
  await deposits.reserves.connect(registrar).setKind(other, INSTITUTION_KIND.nonBank);
  await toDay(chain, DAYS.first - 1);
  await deposits.interest.connect(governor).setRate(DAYS.first, RATE);
  for (const { account } of banks) await currency.connect(account).approve(deposits.interest, MaxUint256);
  const rates = [{ fromDay: DAYS.first, rate: RATE }];
  const endpoint = endpointOf(chain.provider, "the chain");
  return { ...money, ...deposits, chain, money: currency, governor, registrar, bank, other, rates, endpoint };
}

/** The chain stands at an hour of a day (UTC+8), with a block in it. */
export async function toDay({ networkHelpers }: Chain, day: number, hour = 0): Promise<void> {
  await networkHelpers.time.increaseTo(startOfDayNumber(day) + 3_600 * hour);
}

/** A wallet's closing balances of the quarter in whole units, from events. */
export async function closingOf(f: DepositStage, wallet: string, quarter = QUARTER): Promise<bigint[]> {
  return wholeUnits(closingBalances(await movementsOf(f.money), wallet, quarterDays(quarter)));
}

/** What wallets get for the quarter, from events. */
export async function entriesOf(
  f: DepositStage,
  wallets: readonly string[],
  quarter = QUARTER,
): Promise<InterestEntry[]> {
  const movements = await movementsOf(f.money);
  const days = quarterDays(quarter);
  return wallets.map((wallet) => {
    const closing = wholeUnits(closingBalances(movements, wallet, days));
    return { wallet, ...interestOf(closing, days.first, f.rates) };
  });
}

/** A bank's statement of these entries. */
export async function statementOf(
  f: Pick<DepositStage, "chain" | "interest" | "bank">,
  entries: readonly InterestEntry[],
  quarter = QUARTER,
): Promise<Statement> {
  const { chainId } = await f.chain.ethers.provider.getNetwork();
  const book = await f.interest.getAddress();
  return buildStatement({ chainId, book, institution: f.bank, quarter }, entries);
}

/** icbc states it. */
export function state(f: DepositStage, { root, wallets, interest, dataHash }: Statement, quarter = QUARTER) {
  return f.interest.connect(f.icbc).state(f.bank, quarter, root, wallets, interest, dataHash);
}

/** Somebody carries all entries. */
export function pay(f: DepositStage, { entries, proofs }: Statement, quarter = QUARTER) {
  return f.interest.connect(f.carrier).pay(f.bank, quarter, [...entries], proofs);
}

/** Somebody pins a day that is over. */
export async function pin(f: DepositStage, day: number) {
  return f.dayEnds.connect(f.carrier).pin(day, await dayHeaders(f.endpoint, day, REACH));
}

/** Proves a slot of the currency, or of another contract, at the end of a day. */
export async function proveAt(
  f: DepositStage,
  day: number,
  slot: string,
  target: BaseContract = f.money,
): Promise<SlotProof> {
  return slotProof(f.endpoint, await target.getAddress(), slot, await lastBlockOf(f.endpoint, day));
}

/** The UTC+8 day in which the chain stands. */
export async function today({ chain }: Pick<DepositStage, "chain">): Promise<number> {
  return dayNumber(await chain.networkHelpers.time.latest());
}

/** Seconds of a day. */
export const DAY = BigInt(SECONDS_PER_DAY);
