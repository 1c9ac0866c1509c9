import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, type TypedDataDomain } from "ethers";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { instructionId, type Instruction } from "../../sdk/eip712/settlement.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import {
  collectConsents,
  coverOf,
  exchange,
  netTable,
  payment,
  type Giver,
  type SettlementItem,
  type Side,
  type Terms,
} from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import type { ILedger, LedgerHarness, SettlementEngine } from "../../types/ethers-contracts/index.js";
import type { Chain } from "./chain.js";
import { deployMoney, fund, type Money } from "./currency.js";

/** States of an instruction's reference. See `ISettlementEngine`. */
export const STATUS = { open: 0n, settled: 1n, cancelled: 2n } as const;

/** What every account of {@link Settlement.dealers} has of each currency at the beginning. */
export const OPENING_MONEY = minor("10000");
/** What every account of {@link Settlement.dealers} has of the security at the beginning, in units. */
export const OPENING_UNITS = 1_000n;

/** Two currencies, a security and an engine; four dealers that have funds and allow the engine all of them. */
export interface Settlement extends Money {
  readonly engine: SettlementEngine;
  readonly domain: TypedDataDomain;
  /** A ledger token without proxy and without rules. */
  readonly bond: LedgerHarness;
  /** Addresses of the tokens. */
  readonly ecny: string;
  readonly ehkd: string;
  readonly security: string;
  readonly dealers: readonly [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner];
}

/** Call it inside a fixture: `async function deploy() { return deploySettlement(chain); }`. */
export async function deploySettlement(chain: Chain): Promise<Settlement> {
  const { ethers } = chain;
  const money = await deployMoney(chain);
  const engine = await ethers.deployContract("SettlementEngine");
  const bond = await ethers.deployContract("LedgerHarness");
  const dealers = [money.icbc, money.boc, money.hsbc, money.bochk] as const;
  for (const dealer of dealers) {
    for (const jurisdiction of [money.mainland, money.hongkong]) {
      await fund(jurisdiction, dealer, OPENING_MONEY);
      await jurisdiction.currency.connect(dealer).approve(engine, MaxUint256);
    }
    await bond.mint(dealer, OPENING_UNITS);
    await bond.connect(dealer).approve(engine, MaxUint256);
  }
  return {
    ...money,
    engine,
    bond,
    dealers,
    domain: await domainOf(engine),
    ecny: await money.mainland.currency.getAddress(),
    ehkd: await money.hongkong.currency.getAddress(),
    security: await bond.getAddress(),
  };
}

/** `amount` of e-CNY that `from` gives. */
export function cny({ ecny }: Settlement, from: { readonly address: string }, amount: string): Side {
  return { token: ecny, from: from.address, amount: minor(amount) };
}

/** `amount` of e-HKD that `from` gives. */
export function hkd({ ehkd }: Settlement, from: { readonly address: string }, amount: string): Side {
  return { token: ehkd, from: from.address, amount: minor(amount, "HKD") };
}

/** `count` units of the security that `from` gives. */
export function units({ security }: Settlement, from: { readonly address: string }, count: bigint): Side {
  return { token: security, from: from.address, amount: count };
}

/** icbc pays 1,000.00 e-CNY for 10 units of boc's: the trade most tests are about. */
export function trade(f: Settlement, terms: Partial<Terms> = {}): Instruction {
  return exchange({ businessRef: 1n, ...terms }, cny(f, f.icbc, "1000"), units(f, f.boc, 10n));
}

/** A payment in e-CNY. */
export function pay(
  f: Settlement,
  businessRef: bigint,
  from: { readonly address: string },
  to: { readonly address: string },
  amount: string,
): Instruction {
  return payment({ businessRef, nettable: true }, cny(f, from, amount), to.address);
}

/** The id in the engine's domain. */
export function idOf({ domain }: Settlement, instruction: Instruction): string {
  return instructionId(domain, instruction);
}

/** The instruction with the signatures of `signers`, by default of the four dealers. */
export async function signed(
  { domain, dealers }: Settlement,
  instruction: Instruction,
  signers: readonly Giver[] = dealers,
): Promise<SettlementItem> {
  return { instruction, consents: await collectConsents(domain, instruction, signers), holds: [] };
}

/** Settles gross with the four dealers' signatures, carried by somebody without a part in it. */
export async function settleSigned(f: Settlement, instruction: Instruction) {
  const { consents, holds } = await signed(f, instruction);
  return f.engine.connect(f.carrier).settle(instruction, consents, holds);
}

/** Settles net with the table that the batch needs, carried by somebody without a part in it. */
export function settleNetOf({ engine, carrier }: Settlement, items: SettlementItem[]) {
  const { keys, indices } = netTable(items.map(({ instruction }) => instruction));
  return engine.connect(carrier).settleNet(items, keys, indices);
}

/** Places the hold that covers a leg, by its giver. */
export async function placeCover(
  { domain }: Settlement,
  ledger: ILedger | LedgerHarness | Money["mainland"]["currency"],
  payer: HardhatEthersSigner,
  instruction: Instruction,
  position: number,
  expiry?: bigint,
): Promise<Hold> {
  const hold = coverOf(domain, instruction, position, expiry);
  await ledger.connect(payer).placeHold(hold);
  return hold;
}

/** Whose account changes when the trade of {@link trade} settles, for `changeTokenBalances`. */
export const TRADE = { cash: [-minor("1000"), minor("1000")], units: [10n, -10n] };

/** What waits in the engine's queue, rebuilt from its events, as the solvers of `sdk/netting` take it. */
export async function readQueue({ engine }: Settlement) {
  const waiting = [];
  for (const { args } of await engine.queryFilter(engine.filters.InstructionQueued())) {
    const { businessRef, notBefore, notAfter, nettable, legs } = args.instruction;
    const instruction: Instruction = {
      businessRef,
      notBefore,
      notAfter,
      nettable,
      legs: legs.map(({ token, from, to, amount }) => ({ token, from, to, amount })),
    };
    const { sequence, priority } = await engine.queueEntry(args.id);
    if (sequence !== args.sequence || (await engine.statusOf(args.initiator, businessRef)) !== STATUS.open) continue;
    waiting.push({
      id: args.id,
      order: Number(sequence),
      priority: Number(priority),
      legs: instruction.legs,
      instruction,
    });
  }
  return waiting;
}
