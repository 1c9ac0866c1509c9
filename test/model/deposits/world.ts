import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256 } from "ethers";
import { governDeposits } from "../../../sdk/deploy/deposits.js";
import { buildStatement, type Statement } from "../../../sdk/issuance/interest.js";
import { INSTITUTION_KIND } from "../../../sdk/issuance/roles.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import type {
  DayEndsMock,
  IDigitalCurrency,
  InterestBook,
  ReserveFramework,
} from "../../../types/ethers-contracts/index.js";
import type { Chain } from "../../support/chain.js";
import { CLASS, deployMoney, fund, identityOf, type Money } from "../../support/currency.js";
import { DAYS, toDay } from "../../support/deposits.js";
import * as tale from "../tale.js";
import { BANK_OF, type Customer, type Holder, type Rules, type State, type Step } from "./state.js";

/** The framework of a currency on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Money;
  readonly money: IDigitalCurrency;
  readonly interest: InterestBook;
  readonly reserves: ReserveFramework;
  /** Days' ends are noted and not proven: a story has hundreds of them. */
  readonly days: DayEndsMock;
  readonly signers: Readonly<Record<Holder, HardhatEthersSigner>>;
  readonly numbers: Readonly<Record<"bank" | "other", bigint>>;
  readonly chainId: bigint;
}

/** Interest and reserves: the model beside the chain. */
export class DepositTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<DepositTale, World, State, Rules>;

const FUNDS = 50_000_000n;
const RATE = 60_000n;

/** A bank and another institution with money, customers with none; the day before the first quarter. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployMoney(chain);
  const { currency: money, authority, officers, banks } = f.mainland;
  const { ann, bob, shop, dan, stranger: eve, icbc: bank, boc: other } = f;
  const signers = { ann, bob, shop, dan, eve, bank, other };
  const numbers = { bank: banks[0].number, other: banks[1].number };
  const days = await chain.ethers.deployContract("DayEndsMock");
  const reserves = await chain.ethers.deployContract("ReserveFramework", [money, days]);
  const interest = await chain.ethers.deployContract("InterestBook", [reserves]);
  await governDeposits({ authority, admin: officers.admin }, { reserves, interest });
  await reserves.connect(officers.registrar).setKind(numbers.bank, INSTITUTION_KIND.bank);
  await reserves.connect(officers.registrar).setKind(numbers.other, INSTITUTION_KIND.nonBank);
  await money.connect(other).openWallet(eve, CLASS.corporate, identityOf(eve));
  await toDay(chain, DAYS.first - 2);
  const history: Map<Holder, Step[]> = new Map();
  for (const who of ["bank", "other"] as const) {
    await fund(f.mainland, signers[who], FUNDS);
    history.set(who, [{ day: DAYS.first - 2, value: FUNDS }]);
  }
  await money.connect(bank).approve(interest, MaxUint256);
  await interest.connect(officers.governor).setRate(DAYS.first, RATE);
  const initial: State = {
    now: BigInt(await chain.networkHelpers.time.latest()),
    ...{ history, rates: [{ day: DAYS.first, value: RATE }], ratios: [], sheets: new Map(), paid: new Map() },
    ...{ claims: [], stood: new Map(), migratedFrom: undefined },
  };
  const { chainId } = await chain.ethers.provider.getNetwork();
  const errors = errorsOf(interest, reserves, money, days);
  return { world: { chain, errors, f, money, interest, reserves, days, signers, numbers, chainId }, initial };
}

/** A statement that the bank may make, as its tree. */
export async function treeOf(
  { interest, numbers, signers, chainId }: World,
  quarter: number,
  shares: ReadonlyMap<Customer, bigint>,
): Promise<Statement> {
  const entries = [...shares].map(([who, share]) => ({
    wallet: signers[who].address,
    productSum: share,
    interest: share,
  }));
  const book = await interest.getAddress();
  return buildStatement({ chainId, book, institution: numbers.bank, quarter }, entries);
}

/** The word that a customer's account had: balance, class, institution. */
export function wordOf({ numbers }: World, who: Customer, balance: bigint): bigint {
  const walletClass = { ann: CLASS.I, bob: CLASS.II, shop: CLASS.corporate, dan: CLASS.IV, eve: CLASS.corporate }[who];
  return balance + (BigInt(walletClass) << 136n) + (numbers[BANK_OF[who]] << 144n);
}

/** What a day ended with, written where the stand-in keeps it: a block of its own would take the act's time. */
export async function noteDay({ chain, days, money }: World, day: number, slot: string, value: bigint): Promise<void> {
  const { ethers, networkHelpers } = chain;
  const under = (key: string, place: string) => ethers.solidityPackedKeccak256(["bytes32", "bytes32"], [key, place]);
  const word = (of: bigint | string) => ethers.zeroPadValue(ethers.toBeHex(of), 32);
  const [roots, values] = [word(0n), word(1n)];
  await networkHelpers.setStorageAt(await days.getAddress(), under(word(BigInt(day)), roots), 1n);
  const place = under(slot, under(word(await money.getAddress()), under(word(BigInt(day)), values)));
  await networkHelpers.setStorageAt(await days.getAddress(), place, value);
}
