import type { AddressLike, Signer } from "ethers";
import {
  ReceivableRegistry__factory,
  TradeFinance__factory,
  type ReceivableRegistry,
  type TradeFinance,
} from "../../types/ethers-contracts/index.js";
import { DOCUMENT_KIND, type DocumentKind } from "../eip712/trade.js";
import { RECEIVABLE_FUNCTION_ROLES } from "../trade/receivables.js";
import { assignFunctions, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

/** Registry of receivables and the contract that finances them. */
export interface TradeContracts {
  readonly receivables: ReceivableRegistry;
  readonly finance: TradeFinance;
}

/** Where receivables are to be financed. */
export interface TradeToOpen extends CentralBank {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** The banks'. */
  readonly institutions: AddressLike;
  /** What receivables may be in. */
  readonly currencies: readonly AddressLike[];
  readonly engine: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: Readonly<Record<"ReceivableRegistry" | "TradeFinance", string>>;
}

/** Who attests a kind of document, and which part of its value may be financed, basis points. */
export type Attestors = Readonly<
  Partial<Record<DocumentKind, { readonly attestor: AddressLike; readonly advanceRate: bigint }>>
>;

/** Deploys registry and finance and assigns the registry's functions; the governor then appoints ({@link startTrade}). */
export async function openTrade(it: TradeToOpen): Promise<TradeContracts> {
  const { deployer, institutions, authority, currencies, engine, initCode } = it;
  const receivables = await deployContract(
    ReceivableRegistry__factory,
    deployer,
    initCode?.ReceivableRegistry,
    institutions,
    authority,
    [...currencies],
  );
  const finance = await deployContract(TradeFinance__factory, deployer, initCode?.TradeFinance, receivables, engine);
  await governTrade(it, receivables);
  return { receivables, finance };
}

/**
 * Lets the governor of the authority name attestors, rates and the finance contract.
 * @param bank its admin holds the admin role without a delay, else schedule the same calls.
 */
export async function governTrade(bank: CentralBank, receivables: ReceivableRegistry): Promise<void> {
  await assignFunctions(bank, receivables, RECEIVABLE_FUNCTION_ROLES);
}

/** The governor appoints the finance contract and names attestors and rates. */
export async function startTrade(
  governor: Signer,
  { receivables, finance }: TradeContracts,
  attestors: Attestors,
): Promise<void> {
  const governed = receivables.connect(governor);
  await (await governed.appointFinance(finance)).wait();
  for (const [kind, entry] of Object.entries(attestors) as [DocumentKind, Attestors[DocumentKind]][]) {
    if (entry === undefined) continue;
    await (await governed.setAttestor(DOCUMENT_KIND[kind], entry.attestor)).wait();
    await (await governed.setAdvanceRate(DOCUMENT_KIND[kind], entry.advanceRate)).wait();
  }
}
