import { expect } from "chai";
import { keccak256, toBeHex, type Wallet } from "ethers";
import type { HeaderVote } from "../../sdk/eip712/interop.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { signHeader } from "../../sdk/interop/validators.js";
import { openChain } from "../support/chain.js";
import { fabricate, logOf, receiptOf, type FabricatedBlock } from "./fabricated.js";
import { CHAIN_ID, QUORUM, addressesOf, deployForeignLedger, validatorsNamed } from "./fixture.js";

/** The chain that knows the other one. */
export const chain = await openChain("hongkong");
const { networkHelpers, ethers } = chain;
export const validators = validatorsNamed("mainland");
/** Those of them who sign. */
export const quorum = validators.slice(0, Number(QUORUM));
/** The next epoch's. */
export const next = validatorsNamed("mainland, next", 3);
export const GRACE = 3_600n;

/** A block of twenty transactions, and another one. */
async function deploy() {
  const f = await deployForeignLedger(chain, CHAIN_ID.mainland, validators);
  const receipts = Array.from({ length: 20 }, (_, index) => receiptOf([logOf(1, toBeHex(index, 1)), logOf(2)]));
  const block = await fabricate(receipts);
  const other = await fabricate(receipts.slice(1), { number: 8n });
  const domain = await domainOf(f.ledger);
  const second = await ethers.deployContract("ForeignLedger", [
    CHAIN_ID.mainland,
    f.authority,
    addressesOf(validators),
    QUORUM,
  ]);
  return { ...f, block, other, domain, otherDomain: await domainOf(second) };
}

export type Fixture = Awaited<ReturnType<typeof deploy>>;

/** The same state for every test. */
export function load(): Promise<Fixture> {
  return networkHelpers.loadFixture(deploy);
}

/** Who signs what for which domain, where it is not what it should be. */
export interface Odd {
  readonly signers?: readonly Wallet[];
  readonly vote?: Partial<HeaderVote>;
  /** For the domain of another contract. */
  readonly elsewhere?: boolean;
}

export async function votes(
  f: Fixture,
  blockHash: string,
  { signers = quorum, vote = {}, elsewhere = false }: Odd = {},
): Promise<string[]> {
  const domain = elsewhere ? f.otherDomain : f.domain;
  return signHeader(domain, signers, { chainId: CHAIN_ID.mainland, epoch: 1n, blockHash, ...vote });
}

/** Carries a header with the signatures that `odd` says, the quorum's by default. */
export async function accept(f: Fixture, block: Pick<FabricatedBlock, "rlp" | "hash">, odd: Odd = {}) {
  return f.ledger.acceptHeader(block.rlp, odd.vote?.epoch ?? 1n, await votes(f, block.hash, odd));
}

/** A header of any bytes, to be signed. */
export const bytesAsHeader = (rlp: string) => ({ rlp, hash: keccak256(rlp) });

/** Stands for an argument that does not matter, like the stranger that a wrong digest gives. */
export const ANY = Symbol("any");

/** One way of doing it wrong. */
export interface Row {
  readonly what: string;
  readonly error: string;
  /** Arguments of the error. */
  readonly args: (f: Fixture) => readonly unknown[];
  readonly attempt: (f: Fixture) => Promise<unknown>;
}

/** A test for each row: refused by this name, with these arguments. */
export function refuses(rows: readonly Row[]): void {
  for (const { what, error, args, attempt } of rows) {
    it(`refuses ${what} (${error})`, async function () {
      const f = await load();
      const expected = args(f).map((value) => (value === ANY ? () => true : value));
      await expect(attempt(f))
        .to.be.revertedWithCustomError(f.ledger, error)
        .withArgs(...expected);
    });
  }
}
