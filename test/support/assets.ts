import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress, type BaseContract } from "ethers";
import { network } from "hardhat";
import {
  DAY_COUNT,
  couponCut,
  couponRef,
  holdingsOf,
  isinBytes,
  redemptionRef,
  regularCoupons,
  termsHash,
  type BondTerms,
  type Coupon,
} from "../../sdk/bonds.js";
import { parseDate } from "../../sdk/calendar.js";
import { NEVER, type Hold } from "../../sdk/eip712/ledger.js";
import { minor } from "../../sdk/money.js";
import type { AccessManager, AssetRegistry, Bond, CorporateActions } from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "./chain.js";
import { POWER, ROLE, deployMoney, fund, type Money } from "./currency.js";

/** The asset platform in Hong Kong: register, corporate actions, and who is who beside the cast of the money. */
export interface AssetPlatform extends Money {
  readonly register: AssetRegistry;
  readonly actions: CorporateActions;
  /** Announces assets and lists currencies. */
  readonly operator: HardhatEthersSigner;
  /** Registrar of every asset. */
  readonly registrar: HardhatEthersSigner;
  /** The government, whose wallet is the treasury's. */
  readonly issuer: HardhatEthersSigner;
  /** Custodians. */
  readonly hsbc: HardhatEthersSigner;
  readonly bochk: HardhatEthersSigner;
}

/** A bond on the platform with what it was built from. */
export interface Issue extends AssetPlatform {
  readonly bond: Bond;
  readonly address: string;
  readonly terms: BondTerms;
  readonly coupons: readonly Coupon[];
}

/** A chain whose clock starts at 00:00 UTC+8 of `date`. */
export function openChainAt(date: string): Promise<Chain> {
  return network.create({
    network: "hongkong",
    chainType: "l1",
    override: { initialDate: new Date(parseDate(date) * 1000) },
  });
}

/** Both currencies, the register that lists them, and the contract that pays. No asset yet. */
export async function deployAssetPlatform(chain: Chain): Promise<AssetPlatform> {
  const { ethers } = chain;
  const money = await deployMoney(chain);
  const { authority, registry, officers } = money.hongkong;
  const register = await ethers.deployContract("AssetRegistry", [registry, authority]);
  const actions = await ethers.deployContract("CorporateActions", [register]);
  await allow(authority.connect(officers.admin), register, ROLE.governor, [
    "announce",
    "listCurrency",
    "delistCurrency",
  ]);
  for (const side of [money.mainland, money.hongkong]) {
    await register.connect(officers.governor).listCurrency(side.currency);
  }
  return {
    ...money,
    register,
    actions,
    operator: officers.governor,
    registrar: officers.registrar,
    issuer: money.treasury,
  };
}

/** 10,000 units of HKD 1,000.00 at 2.5 % a year, half-yearly, from 2 March 2026 for two years. */
export async function noteTerms(platform: AssetPlatform, changed: Partial<BondTerms> = {}): Promise<BondTerms> {
  return {
    isin: isinBytes("HK0000069689"),
    name: "HKSAR digital note 2028",
    symbol: "HKDN28",
    currency: await platform.hongkong.currency.getAddress(),
    issuer: platform.issuer.address,
    units: 10_000n,
    unitNominal: minor("1000", "HKD"),
    couponRate: 2_500_000n,
    dayCount: DAY_COUNT.act365f,
    frequency: 2n,
    issueDate: BigInt(parseDate("2026-03-02")),
    maturity: BigInt(parseDate("2028-03-02")),
    ...changed,
  };
}

/** The coupons of {@link noteTerms}: record dates five days before payment. */
export function noteCoupons(): Coupon[] {
  return regularCoupons(["2026-03-02", "2026-09-02", "2027-03-02", "2027-09-02", "2028-03-02"], 5);
}

/** Announces, deploys and attaches a bond, gives its roles, and opens the issuer's account. Nothing is issued. */
export async function deployBond(
  chain: Chain,
  platform: AssetPlatform,
  terms: BondTerms,
  coupons: readonly Coupon[],
): Promise<Issue> {
  const { register, actions, operator, registrar, issuer, hsbc, hongkong } = platform;
  await register.connect(operator).announce(terms.isin, terms.issuer, registrar, termsHash(terms, coupons));
  const bond = await chain.ethers.deployContract("Bond", [terms, [...coupons], register, hongkong.authority]);
  await register.connect(registrar).attachToken(terms.isin, bond);
  const authority = hongkong.authority.connect(hongkong.officers.admin);
  await allow(authority, bond, ROLE.governor, ["appoint", "dismiss", "setPayingAgent"]);
  await allow(authority, bond, ROLE.halter, ["haltAll"]);
  await allow(authority, bond, ROLE.resumer, ["resumeAll"]);
  await bond.connect(operator).appoint(actions, POWER.issuer, ref("paying agency agreement"));
  await bond.connect(operator).appoint(hongkong.officers.enforcer, POWER.enforcer, ref("enforcement act"));
  await bond.connect(hsbc).openAccount(issuer);
  return { ...platform, bond, address: await bond.getAddress(), terms, coupons };
}

/** The note, issued on its issue date, the whole issue still with the issuer. */
export async function deployNote(chain: Chain, changed: Partial<BondTerms> = {}): Promise<Issue> {
  const platform = await deployAssetPlatform(chain);
  const issue = await deployBond(chain, platform, await noteTerms(platform, changed), noteCoupons());
  await passTo(chain, issue.terms.issueDate);
  await issue.bond.connect(issue.registrar).issue();
  return issue;
}

/** Opens accounts at the first custodian and gives each holder its units out of the issuer's. */
export async function place({ bond, hsbc, issuer }: Issue, allotments: readonly (readonly [Party, bigint])[]) {
  for (const [holder, units] of allotments) {
    await bond.connect(hsbc).openAccount(holder.address);
    await bond.connect(issuer).transfer(holder.address, units);
  }
}

/** Moves the clock to `time`, or just past it. */
export async function passTo({ networkHelpers }: Chain, time: bigint): Promise<void> {
  if (BigInt(await networkHelpers.time.latest()) < time) await networkHelpers.time.increaseTo(time);
}

/** Coupon `k` of an issue. */
export function couponOf({ coupons }: Issue, k: number): Coupon {
  const coupon = coupons[k];
  if (coupon === undefined) throw new RangeError(`there is no coupon ${k}`);
  return coupon;
}

/** The issuer funds coupon `k` with fresh money held for it. */
export async function fundCoupon(issue: Issue, k: number, changed: Partial<Hold> = {}): Promise<Hold> {
  const amount = await issue.bond.couponTotal(k);
  return holdFor(issue, { amount, businessRef: couponRef(issue.address, k), ...changed });
}

/** The issuer funds the redemption with fresh money held for it. */
export async function fundRedemption(issue: Issue, changed: Partial<Hold> = {}): Promise<Hold> {
  const amount = issue.terms.units * issue.terms.unitNominal;
  return holdFor(issue, { amount, businessRef: redemptionRef(issue.address), ...changed });
}

/** Opens the run of coupon `k` with the right cut and measures all holders in one page, as the issuer. */
export async function proveCoupon(issue: Issue, k: number): Promise<string[]> {
  const { actions, bond, issuer } = issue;
  const holders = await holdersOf(issue, k);
  const [perUnit, total] = [await bond.couponPerUnit(k), await bond.couponTotal(k)];
  const holdings = holdingsOf(await bond.entitlements(k, holders));
  const cut = couponCut(perUnit, total, holdings);
  await actions.connect(issuer).openCoupon(bond, k, cut);
  await actions.connect(issuer).measureCoupon(bond, k, holders);
  return holders;
}

/** Accounts that held units at record date `k`, in list order. */
export async function holdersOf({ bond }: Issue, k: number): Promise<string[]> {
  const accounts = [...(await bond.accounts(0n, await bond.accountCount()))];
  const holdings = holdingsOf(await bond.entitlements(k, accounts));
  return accounts.filter((_, index) => holdings[index]?.units !== 0n);
}

interface Party {
  readonly address: string;
}

async function holdFor(issue: Issue, changed: Partial<Hold> & Pick<Hold, "amount" | "businessRef">): Promise<Hold> {
  const { hongkong, actions, issuer } = issue;
  const terms: Hold = {
    payer: issuer.address,
    payee: ZeroAddress,
    executor: await actions.getAddress(),
    expiry: NEVER,
    ...changed,
  };
  await fund(hongkong, terms.payer, terms.amount);
  await hongkong.currency.connect(payerOf(issue, terms.payer)).placeHold(terms);
  return terms;
}

function payerOf(issue: Issue, address: string): HardhatEthersSigner {
  const signer = [issue.issuer, issue.company, issue.bochk].find((payer) => payer.address === address);
  if (signer === undefined) throw new RangeError(`${address} is no payer of these tests`);
  return signer;
}

async function allow(
  authority: AccessManager,
  target: BaseContract,
  role: bigint,
  names: readonly string[],
): Promise<void> {
  const selectors = names.map((name) => selectorOf(target, name));
  await authority.setTargetFunctionRole(target, selectors, role);
}

function selectorOf(target: BaseContract, name: string): string {
  const found = target.interface.getFunction(name);
  if (found === null) throw new RangeError(`there is no function ${name}`);
  return found.selector;
}
