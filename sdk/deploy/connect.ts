import type { AddressLike, Signer } from "ethers";
import {
  ConnectDirectory__factory,
  PaymentConnect__factory,
  type ConnectDirectory,
  type PaymentConnect,
} from "../../types/ethers-contracts/index.js";
import { CONNECT_FUNCTION_ROLES } from "../payments/connect.js";
import { assignFunctions, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

/** The link and its directory. */
export interface ConnectContracts {
  readonly directory: ConnectDirectory;
  readonly link: PaymentConnect;
}

/** Where the fast-payment link is to stand: one ledger that carries both currencies. */
export interface ConnectToOpen {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** e-CNY and e-HKD, and the engine that settles both. */
  readonly mainlandCurrency: AddressLike;
  readonly hongKongCurrency: AddressLike;
  readonly engine: AddressLike;
  readonly mainland: CentralBank;
  readonly hongKong: CentralBank;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: Readonly<Partial<Record<"ConnectDirectory" | "PaymentConnect", string>>>;
}

/** Deploys directory and link, and puts each side's functions under the offices of its central bank. */
export async function openConnect(it: ConnectToOpen): Promise<ConnectContracts> {
  const { deployer, initCode, mainlandCurrency, hongKongCurrency, engine } = it;
  const code = initCode?.ConnectDirectory;
  const directory = await deployContract(ConnectDirectory__factory, deployer, code, mainlandCurrency, hongKongCurrency);
  const link = await deployContract(PaymentConnect__factory, deployer, initCode?.PaymentConnect, directory, engine);
  for (const bank of [it.mainland, it.hongKong]) await governConnect(bank, { directory, link });
  return { directory, link };
}

/** Lets the offices of one side's central bank call the functions about its side; the other side needs the same. */
export async function governConnect(bank: CentralBank, { directory, link }: ConnectContracts): Promise<void> {
  await assignFunctions(bank, directory, CONNECT_FUNCTION_ROLES.directory);
  await assignFunctions(bank, link, CONNECT_FUNCTION_ROLES.link);
}
