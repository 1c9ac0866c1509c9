import type { AddressLike } from "ethers";
import { BilateralCorridor__factory, type BilateralCorridor } from "../../types/ethers-contracts/index.js";
import { COMPLIANCE_ROLE } from "../interop/roles.js";
import { appointOfficer, assignBetween, nextAddress, type JoinedLedger, type LedgerToJoin } from "./between.js";
import { deployContract } from "./contract.js";

/** One side of a corridor, as its authority agrees to it. */
export interface CorridorSideToOpen extends Pick<LedgerToJoin, "deployer" | "own" | "other" | "initCode"> {
  readonly foreignLedger: JoinedLedger["foreignLedger"];
  readonly currency: AddressLike;
  /** The currency of the other side, on its ledger. */
  readonly foreignCurrency: AddressLike;
  /** Collects from payers and pays payees here. */
  readonly agent: AddressLike;
  /** The other side's agent, as an account here. */
  readonly foreignAgent: AddressLike;
  /** Settles net here; the zero address: settlement is on the other ledger. */
  readonly engine: AddressLike;
  /** Seconds. */
  readonly windowLength: bigint;
  /** Signs the compliance verdicts of this side. */
  readonly officer: AddressLike;
}

/**
 * Puts the two corridors on their ledgers, each under its own authority. They name each other, so nothing else may be
 * sent from the deployers' accounts meanwhile. Nothing passes until both authorities have set limits.
 */
export async function openCorridors(
  first: CorridorSideToOpen,
  second: CorridorSideToOpen,
): Promise<readonly [BilateralCorridor, BilateralCorridor]> {
  const expected = [await nextAddress(first), await nextAddress(second)] as const;
  return [await open(first, expected[1]), await open(second, expected[0])];
}

async function open(side: CorridorSideToOpen, peer: string): Promise<BilateralCorridor> {
  const { deployer, own, other, foreignLedger, currency, foreignCurrency, agent, foreignAgent, engine } = side;
  const setup = { currency, foreignCurrency, agent, foreignAgent, engine, windowLength: side.windowLength };
  const terms = [foreignLedger, peer, own.authority, other.authority, setup] as const;
  const code = side.initCode?.BilateralCorridor;
  const corridor = await deployContract(BilateralCorridor__factory, deployer, code, ...terms);
  for (const bank of [own, other]) await assignBetween(bank, corridor, "exchange");
  await assignBetween(own, corridor, "corridor");
  const office = { role: COMPLIANCE_ROLE, functions: ["recordVerdict"], holder: side.officer };
  await appointOfficer(own, corridor, office);
  return corridor;
}
