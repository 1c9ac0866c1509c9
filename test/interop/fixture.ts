import { Wallet, id } from "ethers";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { headerRlp } from "../../sdk/interop/headers.js";
import { proveLog, type LogProof } from "../../sdk/interop/proofs.js";
import { blockAt, receiptsOf, type Endpoint, type RpcBlock } from "../../sdk/interop/rpc.js";
import { byAddress, signHeader } from "../../sdk/interop/validators.js";
import type { AccessManager, ForeignLedger } from "../../types/ethers-contracts/index.js";
import { actors, type Chain } from "../support/chain.js";

/** Chain ids of hardhat.config.ts. */
export const CHAIN_ID = { mainland: 86_001n, hongkong: 85_201n } as const;
/** Of four validators three sign. */
export const QUORUM = 3n;

/** Keys that exist only in tests, by rising address. */
export function validatorsNamed(label: string, count = 4): Wallet[] {
  return byAddress(Array.from({ length: count }, (_, index) => new Wallet(id(`${label} validator ${index}`))));
}

/** Addresses of keys. */
export const addressesOf = (wallets: readonly Wallet[]): string[] => wallets.map(({ address }) => address);

/** A chain's node as the relayer's tools see it. */
export function endpointOf(chain: Chain, name: string): Endpoint {
  return { name, request: (call) => chain.provider.request({ method: call.method, params: [...(call.params ?? [])] }) };
}

/** What `here` knows of the chain `foreignChainId`: four validators, three sign; the admin of `here` governs. */
export async function deployForeignLedger(here: Chain, foreignChainId: bigint, validators: readonly Wallet[]) {
  const { ethers } = here;
  const { admin, stranger } = await actors(here, "admin", "stranger");
  const authority: AccessManager = await ethers.deployContract("AccessManager", [admin]);
  const ledger = await ethers.deployContract("ForeignLedger", [
    foreignChainId,
    authority,
    addressesOf(validators),
    QUORUM,
  ]);
  return { ledger, authority, admin, stranger };
}

/** Signatures of `signers` under a block hash, for `ledger`. */
export async function votesFor(
  ledger: ForeignLedger,
  signers: readonly Wallet[],
  blockHash: string,
  epoch = 1n,
): Promise<string[]> {
  const chainId = await ledger.foreignChainId();
  return signHeader(await domainOf(ledger), signers, { chainId, epoch, blockHash });
}

/** Carries the header of `block` to `ledger`, signed by `signers`. */
export async function carryHeader(ledger: ForeignLedger, signers: readonly Wallet[], block: RpcBlock, epoch = 1n) {
  return ledger.acceptHeader(headerRlp(block), epoch, await votesFor(ledger, signers, block.hash, epoch));
}

/** A chain's block by its number. */
export async function blockOf(chain: Chain, number: number): Promise<RpcBlock> {
  return blockAt(endpointOf(chain, "node"), BigInt(number));
}

/** The proof of one log of a block of `chain`. */
export async function proofOf(chain: Chain, block: RpcBlock, transaction: number, log: number): Promise<LogProof> {
  return proveLog(block, await receiptsOf(endpointOf(chain, "node"), block), transaction, log);
}
