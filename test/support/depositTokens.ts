import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, ZeroAddress, type TypedDataDomain } from "ethers";
import { joinTransfers, openDepositToken, openTransfers } from "../../sdk/deploy/depositTokens.js";
import {
  depositOrderHold,
  depositOrderId,
  type BankRules,
  type DepositOrder,
} from "../../sdk/eip712/depositTransfers.js";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import type {
  DepositToken,
  DepositTransfers,
  IDigitalCurrency,
  SettlementEngine,
} from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "./chain.js";
import { POWER, deployMoney, fund, type Money } from "./currency.js";

/** What both banks authorise. */
export const RULES: BankRules = {
  outSingle: minor("2000.00", "HKD"),
  outDay: minor("3000.00", "HKD"),
  inSingle: minor("2500.00", "HKD"),
};
/** Central bank money of each bank at first. */
export const RESERVES = minor("10000.00", "HKD");
/** Deposits of each customer at first. */
export const DEPOSIT = minor("5000.00", "HKD");

/** What this run compiled, and under coverage instrumented. */
const CODE = {
  transfers: (await artifacts.readArtifact("DepositTransfers")).bytecode,
  token: (await artifacts.readArtifact("DepositToken")).bytecode,
};

/** Two banks whose deposits are tokens: ann and shop are hsbc's customers, bob and company bochk's. */
export interface DepositTokens extends Money {
  readonly chain: Chain;
  readonly engine: SettlementEngine;
  readonly transfers: DepositTransfers;
  readonly domain: TypedDataDomain;
  readonly money: IDigitalCurrency;
  readonly atHsbc: DepositToken;
  readonly atBochk: DepositToken;
  readonly halter: HardhatEthersSigner;
  readonly resumer: HardhatEthersSigner;
  readonly governor: HardhatEthersSigner;
}

/** Both banks have central bank money and take part; their customers have deposits that they allow the contract. */
export async function deployDepositTokens(chain: Chain): Promise<DepositTokens> {
  const money = await deployMoney(chain);
  const { currency, authority, officers, banks } = money.hongkong;
  const bank = { authority, admin: officers.admin, deployer: money.deployer, currency };
  const engine = await chain.ethers.deployContract("SettlementEngine");
  const transfers = await openTransfers({ ...bank, engine, initCode: CODE.transfers });
  const token = (index: 0 | 1, symbol: string) => {
    const { number } = banks[index];
    return openDepositToken({ ...bank, name: `${symbol} deposits`, symbol, bank: number, initCode: CODE.token });
  };
  const [atHsbc, atBochk] = [await token(0, "HKD-HSBC"), await token(1, "HKD-BOCHK")];
  for (const [index, each] of [atHsbc, atBochk].entries()) {
    const account = banks[index as 0 | 1].account;
    await transfers.connect(officers.governor).admit(each);
    await fund(money.hongkong, account, RESERVES);
    await joinTransfers(transfers, engine, currency, { account, token: each, rules: RULES, mandate: ref("mandate") });
    // its own lending desk
    await each.connect(account).appoint(account, POWER.issuer, ref("articles"));
  }
  const { ann, shop, bob, company, hsbc, bochk } = money;
  for (const [each, account, customers] of [
    [atHsbc, hsbc, [ann, shop]],
    [atBochk, bochk, [bob, company]],
  ] as const) {
    for (const customer of customers) {
      await each.connect(account).openAccount(customer);
      await each.connect(account).issue(customer, DEPOSIT, ref("loan"));
      await each.connect(customer).approve(transfers, MaxUint256);
      await currency.connect(customer).approve(transfers, MaxUint256);
    }
  }
  const { halter, resumer, governor } = officers;
  const domain = await domainOf(transfers);
  return { ...money, chain, engine, transfers, domain, money: currency, atHsbc, atBochk, halter, resumer, governor };
}

/** An order of ann's to bob: 100.00 from bank to bank, within an hour, by anyone. */
export async function orderOf(f: DepositTokens, changed: Partial<DepositOrder> = {}): Promise<DepositOrder> {
  return {
    from: f.ann.address,
    to: f.bob.address,
    fromToken: await f.atHsbc.getAddress(),
    toToken: await f.atBochk.getAddress(),
    amount: minor("100.00", "HKD"),
    notAfter: BigInt(await f.chain.networkHelpers.time.latest()) + 3_600n,
    agent: ZeroAddress,
    businessRef: ref("invoice"),
    ...changed,
  };
}

/** Id of an order. */
export function idOf({ domain }: DepositTokens, order: DepositOrder): string {
  return depositOrderId(domain, order);
}

/** The hold that covers it. */
export function holdFor({ domain }: DepositTokens, order: DepositOrder): Hold {
  return depositOrderHold(domain, order);
}

/** What each of both banks has of central bank money less what it owes its customers. */
export async function netOf({ money, hsbc, bochk, atHsbc, atBochk }: DepositTokens): Promise<bigint[]> {
  return [
    (await money.balanceOf(hsbc)) - (await atHsbc.totalSupply()),
    (await money.balanceOf(bochk)) - (await atBochk.totalSupply()),
  ];
}
