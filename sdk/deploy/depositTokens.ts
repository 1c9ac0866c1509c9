import { MaxUint256, type AddressLike, type Signer } from "ethers";
import {
  DepositToken__factory,
  DepositTransfers__factory,
  type DepositToken,
  type DepositTransfers,
  type IDigitalCurrency,
  type SettlementEngine,
} from "../../types/ethers-contracts/index.js";
import type { BankRules } from "../eip712/depositTransfers.js";
import { CLAIM_FUNCTION_ROLES, DEPOSIT_TRANSFER_FUNCTION_ROLES } from "../markets/deposits.js";
import { POWERS } from "../roles.js";
import { assignFunctions, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

/** Where a contract of the deposit family is to stand. */
interface ToOpen extends CentralBank {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** Under the same authority. */
  readonly currency: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: string | undefined;
}

/** Where the transfers of a currency are to stand. */
export interface TransfersToOpen extends ToOpen {
  readonly engine: AddressLike;
}

/** A bank's token. */
export interface DepositTokenToOpen extends ToOpen {
  readonly name: string;
  readonly symbol: string;
  /** The bank's number. */
  readonly bank: bigint | number;
}

/** Deploys what keeps deposits and central bank money at par, and gives its one office function to the governor. */
export async function openTransfers(to: TransfersToOpen): Promise<DepositTransfers> {
  const { deployer, currency, engine, initCode } = to;
  const transfers = await deployContract(DepositTransfers__factory, deployer, initCode, currency, engine);
  await governTransfers(to, transfers);
  return transfers;
}

/** Deploys a bank's deposit token, which the central bank may halt. */
export async function openDepositToken(to: DepositTokenToOpen): Promise<DepositToken> {
  const { deployer, currency, initCode, name, symbol, bank } = to;
  const token = await deployContract(DepositToken__factory, deployer, initCode, name, symbol, currency, bank);
  await governDepositToken(to, token);
  return token;
}

/**
 * Lets the governor admit deposit tokens.
 * @param bank its admin holds the admin role without a delay, else schedule the same call.
 */
export async function governTransfers(bank: CentralBank, transfers: DepositTransfers): Promise<void> {
  await assignFunctions(bank, transfers, DEPOSIT_TRANSFER_FUNCTION_ROLES);
}

/** Lets the central bank's offices halt and resume a bank's token. */
export async function governDepositToken(bank: CentralBank, token: DepositToken): Promise<void> {
  await assignFunctions(bank, token, CLAIM_FUNCTION_ROLES);
}

/** A bank that lets its deposits be converted and transferred. */
export interface BankToJoin {
  /** The bank's settlement account. */
  readonly account: Signer;
  readonly token: DepositToken;
  readonly rules: BankRules;
  /** Hash of the bank's mandate to the transfers contract. */
  readonly mandate: string;
}

/** What a bank has to do once its token is admitted: all it consents with. */
export async function joinTransfers(
  transfers: DepositTransfers,
  engine: SettlementEngine,
  currency: IDigitalCurrency,
  { account, token, rules, mandate }: BankToJoin,
): Promise<void> {
  const sent = [
    await token.connect(account).appoint(transfers, POWERS.issuer, mandate),
    await engine.connect(account).authorizeAgent(transfers, true),
    await currency.connect(account).approve(engine, MaxUint256),
    await transfers.connect(account).setRules(rules),
  ];
  for (const transaction of sent) await transaction.wait();
}
