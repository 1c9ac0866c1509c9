import type { AddressLike, Signer } from "ethers";
import { TradeMatching__factory, type TradeMatching } from "../../types/ethers-contracts/index.js";
import type { TradeRules } from "../eip712/trades.js";
import { TRADE_FUNCTION_ROLES } from "../markets/trades.js";
import { assignFunctions, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

/** Where the matching of a market is to stand. */
export interface MatchingToOpen extends CentralBank {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** The register of the platform's assets, under the same authority. */
  readonly register: AddressLike;
  readonly engine: AddressLike;
  readonly rules: TradeRules;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: string;
}

/** Deploys the matching of a market and gives its office functions to the governor. */
export async function openMatching(to: MatchingToOpen): Promise<TradeMatching> {
  const { authority, deployer, register, engine, rules, initCode } = to;
  const constructed = [authority, register, engine, rules] as const;
  const matching = await deployContract(TradeMatching__factory, deployer, initCode, ...constructed);
  await governMatching(to, matching);
  return matching;
}

/**
 * Lets the governor of the authority set tolerances and admit buy-in agents.
 * @param bank its admin holds the admin role without a delay, else schedule the same call.
 */
export async function governMatching(bank: CentralBank, matching: TradeMatching): Promise<void> {
  await assignFunctions(bank, matching, TRADE_FUNCTION_ROLES);
}
