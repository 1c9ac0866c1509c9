import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress } from "ethers";
import type { DepositOrder } from "../../../sdk/eip712/depositTransfers.js";
import { FUND_ORDER_KIND, type FundOrder } from "../../../sdk/eip712/fundDealing.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { ref, type Chain } from "../../support/chain.js";
import { fund as fundMoney } from "../../support/currency.js";
import { DEPOSIT, RESERVES } from "../../support/depositTokens.js";
import { FIRST_NAV, HOLDING, deployFund, fundCash, type DealtFund } from "../../support/fund.js";
import * as tale from "../tale.js";
import {
  BANKS,
  BANK_OF,
  COMPANIES,
  INVESTORS,
  at,
  type Bank,
  type Form,
  type OrderModel,
  type Payment,
  type Person,
  type Rules,
  type State,
} from "./state.js";

/** Deposits and the fund on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: DealtFund;
  readonly signers: Readonly<Record<Person | Bank | "carrier", HardhatEthersSigner>>;
  readonly tokens: Readonly<Record<Form, string>>;
}

/** Deposits: the model beside the chain. */
export class TokenTale extends tale.Tale<World, State, Rules> {
  /** What was attempted, by its reference. */
  readonly payments = new Map<string, Payment>();
}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<TokenTale, World, State, Rules>;

/** A time that no payment's end reaches. */
const FAR = 2n ** 40n;
/** What the fund and the companies have at first, in cents. */
const CASH = 150_000n;

/** Everybody has deposits, companies also central bank money; investors have units, the fund has some cash. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployFund(chain);
  const { ann, shop, bob, company, account: fund, hsbc, bochk, carrier } = f;
  const signers = { ann, shop, bob, company, fund, hsbc, bochk, carrier };
  await fundCash(f, CASH);
  for (const name of COMPANIES) await fundMoney(f.hongkong, signers[name], CASH);
  const tokens = {
    hsbc: await f.atHsbc.getAddress(),
    bochk: await f.atBochk.getAddress(),
    money: await f.money.getAddress(),
  };
  const free: State["free"] = new Map();
  for (const name of ["ann", "shop", "bob", "company"] as const) free.set(at(name, BANK_OF[name]), DEPOSIT);
  for (const name of COMPANIES) free.set(at(name, "money"), CASH);
  free.set(at("fund", "bochk"), CASH);
  const owed = { hsbc: 2n * DEPOSIT, bochk: 2n * DEPOSIT + CASH };
  const initial: State = {
    ...{ now: BigInt(await chain.networkHelpers.time.latest()), free, held: new Map() },
    units: new Map(INVESTORS.map((name) => [name, HOLDING])),
    heldUnits: new Map(),
    reserves: new Map(BANKS.map((bank) => [bank, RESERVES])),
    net: new Map(BANKS.map((bank) => [bank, RESERVES - owed[bank]])),
    ...{ paid: new Map(), navs: new Map(), lastNav: FIRST_NAV, lastDay: 0n, orders: [], done: [], names: 0 },
  };
  const errors = errorsOf(f.dealing, f.transfers, f.money, f.engine, f.atHsbc, f.units, f.hongkong.registry);
  return { world: { chain, errors, f, signers, tokens }, initial };
}

/** A payment as the contract takes it. */
export function depositOrderOf({ signers, tokens }: World, payment: Payment, businessRef: string): DepositOrder {
  const { from, to, gives, gets, amount } = payment;
  return {
    ...{ from: signers[from].address, to: signers[to].address, fromToken: tokens[gives], toToken: tokens[gets] },
    ...{ amount, notAfter: FAR, agent: ZeroAddress, businessRef: ref(businessRef) },
  };
}

/** A fund order as the contract takes it. */
export function fundOrderOf(
  { signers, tokens }: World,
  { kind, investor, form, amount, day, salt }: Omit<OrderModel, "standing" | "got">,
): FundOrder {
  return {
    ...{ kind: FUND_ORDER_KIND[kind], investor: signers[investor].address, cash: tokens[form] },
    ...{ amount, day, salt: ref(salt) },
  };
}
