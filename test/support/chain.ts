import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { keccak256, toUtf8Bytes } from "ethers";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

/** One simulated chain with its own clock, blocks and fixtures. */
export type Chain = NetworkConnection<"l1">;
/** The two jurisdictions' chains (hardhat.config.ts). */
export type ChainName = "mainland" | "hongkong";
/** One signer per name. */
export type Actors<Name extends string> = Readonly<Record<Name, HardhatEthersSigner>>;

/** Opens a chain of its own, at genesis. */
export function openChain(name: ChainName): Promise<Chain> {
  return network.create({ network: name, chainType: "l1" });
}

/** Monday, 2 March 2026, 15:00 UTC+8. */
const STORY_BEGINS = new Date("2026-03-02T07:00:00Z");

/** A chain for drawn stories. Its clock begins at a fixed moment: what a story comes to must not hang on today's hour. */
export function openStoryChain(name: ChainName): Promise<Chain> {
  return network.create({ network: name, chainType: "l1", override: { initialDate: STORY_BEGINS } });
}

/** One funded account with a key per name, in the order given. */
export async function actors<const Name extends string>({ ethers }: Chain, ...names: Name[]): Promise<Actors<Name>> {
  const signers = await ethers.getSigners();
  const cast = {} as Record<Name, HardhatEthersSigner>;
  for (const [index, name] of names.entries()) {
    const signer = signers[index];
    if (signer === undefined) throw new RangeError(`no account with a key is left for ${name}`);
    cast[name] = signer;
  }
  return cast;
}

/**
 * Office holders: one funded account per name that sends transactions and never signs messages, at an address that
 * follows from `body` and the name.
 */
export async function officers<const Name extends string>(
  { ethers, networkHelpers }: Chain,
  body: string,
  ...names: Name[]
): Promise<Actors<Name>> {
  const cast = {} as Record<Name, HardhatEthersSigner>;
  for (const name of names) {
    const address = ethers.getAddress(keccak256(toUtf8Bytes(`${body}.${name}`)).slice(0, 42));
    await networkHelpers.setBalance(address, 10n ** 20n);
    cast[name] = await ethers.getImpersonatedSigner(address);
  }
  return cast;
}

/** A bytes32 that says what it is: the hash of a text. */
export function ref(text: string): string {
  return keccak256(toUtf8Bytes(text));
}
