import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256 } from "ethers";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { signObjection } from "../../sdk/payments/recovery.js";
import type { WalletRecovery } from "../../types/ethers-contracts/index.js";
import { actors, ref, type Chain } from "./chain.js";
import { CLASS, deployMoney, fund, identityOf, type Money } from "./currency.js";

/** Seconds. */
export const DAY = 86_400n;
/** How long an old key has for its objection; see `IWalletRecovery`. */
export const DELAY = 7n * DAY;

/** What this run compiled, and under coverage instrumented. */
const { abi, bytecode } = await artifacts.readArtifact("WalletRecovery");

/**
 * The mainland's recovery contract. ann (class I) and dan (class IV) have lost a key and have a new wallet each, of the
 * same class; both gave their consent in time. icbc, who keeps the wallets, acts with two keys.
 */
export interface Recovering extends Money {
  readonly chain: Chain;
  readonly recovery: WalletRecovery;
  readonly money: Money["mainland"]["currency"];
  /** icbc's other account. */
  readonly second: HardhatEthersSigner;
  readonly annNew: HardhatEthersSigner;
  readonly danNew: HardhatEthersSigner;
}

/** What ann and dan have at first. */
export const PURSES = { ann: 2_000_000n, dan: 900_000n } as const;

export async function deployRecovery(chain: Chain): Promise<Recovering> {
  const money = await deployMoney(chain);
  const { currency, registry, officers, banks } = money.mainland;
  const names = Array.from({ length: 14 }, (_, index) => `cast ${index}` as const);
  const { second, annNew, danNew } = await actors(chain, ...names, "second", "annNew", "danNew");
  const factory = new chain.ethers.ContractFactory(abi, bytecode, money.deployer);
  const recovery = (await (await factory.deploy(currency)).waitForDeployment()) as unknown as WalletRecovery;
  await registry.connect(officers.registrar).addAccount(banks[0].number, second);
  const bank = currency.connect(banks[0].account);
  await bank.openWallet(annNew, CLASS.I, identityOf(money.ann));
  await bank.openWallet(danNew, CLASS.IV, identityOf(money.dan));
  for (const customer of [money.ann, money.dan]) await currency.connect(customer).approve(recovery, MaxUint256);
  await fund(money.mainland, money.ann, PURSES.ann);
  await fund(money.mainland, money.dan, PURSES.dan);
  return { ...money, chain, recovery, money: currency, second, annNew, danNew };
}

/** Proposed by icbc's first key, not approved. */
export async function propose(f: Recovering, wallet = f.ann, successor = f.annNew, by = f.icbc): Promise<void> {
  await f.recovery.connect(by).propose(wallet, successor, ref("application"));
}

/** Approved by both keys; answers with the moment from which money moves. */
export async function approved(f: Recovering, wallet = f.ann, successor = f.annNew): Promise<bigint> {
  await propose(f, wallet, successor);
  await f.recovery.connect(f.second).approve(wallet);
  return (await f.recovery.recoveryOf(wallet)).due;
}

/** Approved, the delay over, nothing moved yet. */
export async function due(f: Recovering, wallet = f.ann, successor = f.annNew): Promise<bigint> {
  const moment = await approved(f, wallet, successor);
  await f.chain.networkHelpers.time.increaseTo(moment);
  return moment;
}

/** Carried by somebody who has no part in it. */
export function recover({ recovery, stranger }: Recovering, wallet: { readonly address: string }) {
  return recovery.connect(stranger).recover(wallet.address);
}

/** An objection that anybody may carry. */
export async function objection(f: Recovering, by: HardhatEthersSigner, wallet = by.address, round = 1n) {
  const terms = { wallet, round };
  return { terms, signature: await signObjection(by, await domainOf(f.recovery), terms) };
}
