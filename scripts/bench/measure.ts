import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { Interface, getAddress, keccak256, toBeHex, type ContractTransactionReceipt, type InterfaceAbi } from "ethers";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

/** The simulated chain that everything is measured on. */
export type Chain = NetworkConnection<"l1">;

/** The most gas a transaction may use (EIP-7825). */
export const TRANSACTION_GAS = 16_777_216n;

/** Noon in UTC+8, so that a run never crosses into another day. */
const START = new Date("2026-01-05T04:00:00Z");

/** Opens the chain: fixed keys, fixed genesis, so that every run gives the same figures. */
export function openChain(name: "mainland" | "hongkong" = "mainland"): Promise<Chain> {
  return network.create({
    network: name,
    chainType: "l1",
    override: { initialDate: START },
  });
}

/** Accounts with keys, named in the order they are taken. */
export async function keyHolders({ ethers }: Chain): Promise<() => HardhatEthersSigner> {
  const signers = await ethers.getSigners();
  let taken = 0;
  return () => {
    const signer = signers[taken++];
    if (signer === undefined) throw new RangeError("the chain has no account with a key left");
    return signer;
  };
}

interface Sent {
  wait(): Promise<Pick<ContractTransactionReceipt, "gasUsed"> | null>;
}

/** Gas of the whole transaction as its receipt says it. The transaction has to succeed. */
export async function gasOf(sent: Promise<Sent>): Promise<number> {
  const receipt = await (await sent).wait();
  if (receipt === null) throw new Error("the transaction was not mined");
  return Number(receipt.gasUsed);
}

/** An address without a key, always the same one for a number. */
export function addressOf(index: number): string {
  return getAddress(keccak256(toBeHex(index, 32)).slice(0, 42));
}

/** The list in pages of `size`. */
export function pages<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, page) => list.slice(page * size, (page + 1) * size));
}

/** Sends many transactions of one sender, a block each, without waiting for receipts: for setting up. */
export async function sendAll(
  { provider }: Chain,
  from: string,
  calls: readonly { readonly to: string; readonly data: string }[],
): Promise<void> {
  // a limit that is given spares the chain an estimate; a transaction that fails is refused at once
  for (const call of calls) {
    await provider.request({ method: "eth_sendTransaction", params: [{ from, gas: "0x3d090", ...call }] });
  }
}

/** A contract that is known by its published artifact only. */
export class ForeignContract {
  readonly #interface: Interface;

  constructor(
    readonly address: string,
    abi: InterfaceAbi,
  ) {
    this.#interface = new Interface(abi);
  }

  /** Calls `name` in a transaction of `sender`. */
  send(sender: HardhatEthersSigner, name: string, args: readonly unknown[]) {
    const data = this.#interface.encodeFunctionData(name, args);
    return sender.sendTransaction({ to: this.address, data, gasLimit: TRANSACTION_GAS });
  }
}

/**
 * Moves the chain to the next full hour. What is signed with a time then is the same in every run, and so is its gas: the
 * chain's own clock runs with the machine's.
 */
export async function nextHour({ networkHelpers: { time } }: Chain): Promise<bigint> {
  const hour = (Math.floor((await time.latest()) / 3_600) + 1) * 3_600;
  await time.increaseTo(hour);
  return BigInt(hour);
}
